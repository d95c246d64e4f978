"""How a panel's meetings are called, held and written up: the meeting part of the panel rules.

Without it meetings go as they always did.
"""

from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.frozen import Frozen
from domain.people import ON_PANEL, Role

_MAY_READ = (*ON_PANEL, Role.SENCO, Role.HEAD)


class MeetingRules(Frozen):
    """When a panel meets, what comes before a ballot, and who reads the minutes.

    Source: Hertfordshire DSPL3, whose presenters answer questions and leave; the rest is the
    council's.
    """

    school_days_only: bool = False
    """Whether a panel is called for school days alone; without it for working days."""
    ballots_before_meeting: bool = True
    """Whether a ballot may be opened before its meeting is: votes then come before discussion."""
    presenter_leaves_before_ballot: bool = False
    """Whether whoever presents an item has left the room before a ballot is opened on it."""
    ask_who_comes_days: Annotated[int, Field(ge=1, le=90)] | None = None
    """Calendar days before a meeting from which members' worklists ask whether they come; without
    it nobody is asked."""
    minutes_visible_to: Annotated[tuple[Role, ...], Field(min_length=1)] = ON_PANEL
    """Who in the cluster reads minutes, beside whoever had a seat in the meeting, and officers."""

    @model_validator(mode="after")
    def _are_of_the_cluster(self) -> Self:
        others = [role for role in self.minutes_visible_to if role not in _MAY_READ]
        if others:
            raise ValueError(f"minutes are not for {', '.join(sorted(others))}")
        return self
