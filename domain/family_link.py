"""The link by which a family reads its decision: how long it lasts, and what opens it.

A link that is found says nothing: it asks for the child's date of birth, and a few wrong days close
it for good. How long and how few is policy; which child was born when is the record's.
"""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from domain.frozen import Frozen

MOST_DAYS = 180
MOST_TRIES = 10


class FamilyLinkState(StrEnum):
    """Whether a link can still be opened, and if not, why."""

    OPEN = "open"
    OVER = "over"
    """Its time is over."""
    SPENT = "spent"
    """Too many wrong dates were tried."""
    ENDED = "ended"
    """Somebody closed it."""


class MakingFamilyLink(Frozen):
    """Somebody makes a link for the family of a pupil; of an only pupil nothing need be said."""

    pupil_id: UUID | None = None
    days: int | None = Field(default=None, ge=1, le=MOST_DAYS)
    """For how many days; left out, as many as the letters policy says."""


class FamilyFact(Frozen):
    """What somebody who holds a link says of the child: the one fact that opens it."""

    token: str = Field(min_length=1, max_length=100)
    born_on: date


def state_of(
    now: datetime, ends_at: datetime, wrong: int, tries: int, *, is_ended: bool
) -> FamilyLinkState:
    """Say whether a link can be opened; who closed it comes before what else would have."""
    if is_ended:
        return FamilyLinkState.ENDED
    if wrong >= tries:
        return FamilyLinkState.SPENT
    return FamilyLinkState.OPEN if now < ends_at else FamilyLinkState.OVER
