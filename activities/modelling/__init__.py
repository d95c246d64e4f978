"""Many cases at once, in columns: what a change of policy would do, before anybody feels it.

Nothing here decides a request: that is the scalar evaluator's, with its working. The columns are
its twin and agree with it to the penny, or they are wrong.
"""

from activities.modelling.cases import ModelCase, frames_of
from activities.modelling.comparing import CasesCompared
from activities.modelling.deciding import Answers, decide
from activities.modelling.frames import Frames
from activities.modelling.packs import (
    Pack,
    compare_packs,
    files_of_comparison,
    files_of_shares,
    formulas_of,
)
from activities.modelling.result import (
    Compared,
    Comparison,
    Counted,
    Shown,
    shown_outside,
)
from activities.modelling.sharing import read_counts

__all__ = [
    "Answers",
    "CasesCompared",
    "Compared",
    "Comparison",
    "Counted",
    "Frames",
    "ModelCase",
    "Pack",
    "Shown",
    "compare_packs",
    "decide",
    "files_of_comparison",
    "files_of_shares",
    "formulas_of",
    "frames_of",
    "read_counts",
    "shown_outside",
]
