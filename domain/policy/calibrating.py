"""How a council checks that its panels hold the same measure: the calibration part of panel rules.

Without it there is no calibration: nothing is listed, and no panel is held against another.
"""

from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.frozen import Frozen


class CalibrationRules(Frozen):
    """How many cases panels are given, who sets their levels, and what is not yet a difference.

    Source: Ofqual's seeding of marked items; the numbers are the council's.
    """

    cases_a_meeting: Annotated[int, Field(ge=1, le=5)]
    """Calibration cases on the agenda of each meeting; two a meeting are about twelve a year."""
    set_by: Annotated[int, Field(ge=3, le=15)]
    """People who set the definitive levels of a case beforehand, with reasons: an odd number."""
    setters_within_levels: Annotated[int, Field(ge=0, le=5)]
    """People who set levels further apart than this have no definitive level to give."""
    tolerance_levels: Annotated[Decimal, Field(gt=0, le=5, max_digits=6)]
    """A panel whose mean difference may be this small, in levels, is not said to differ."""
    least_cases: Annotated[int, Field(ge=3, le=100)]
    """With fewer cases nothing is said of a panel."""

    @model_validator(mode="after")
    def _has_a_middle(self) -> Self:
        if self.set_by % 2 == 0:
            raise ValueError("set_by is an odd number, so that one level is in the middle")
        return self
