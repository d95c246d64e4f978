"""How a cluster agrees its plan: the plan part of the panel rules.

Without this part a plan is agreed by more than half of the cluster's schools within twenty school
days.
"""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from domain.frozen import Frozen
from domain.policy.document import Count


class PlanRules(Frozen):
    """What makes a proposed plan the schools' own, by when they speak, and how long it is open."""

    majority_share: Annotated[Decimal, Field(ge=0, lt=1, max_digits=6)] = Decimal("0.5")
    """It is agreed with more than this share of each cluster's schools, silent ones included."""
    voices_within_school_days: Count = 20
    """School days from the proposal until the schools have spoken; silence is not a yes."""
    reports_within_days: Annotated[int, Field(ge=1, le=365)] = 60
    """Days after its academic year in which the last outcomes of a signed plan are reported."""
