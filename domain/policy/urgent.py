"""What becomes of urgent requests between meetings: the urgent part of the panel rules.

Without it they are an officer's, as they are wherever no panel could meet in time.
"""

from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from domain.frozen import Frozen
from domain.people import MAY_VOTE, Role
from domain.policy.document import Count, refuse_all
from domain.request import Code

Hours = Annotated[int, Field(ge=1, le=24 * 14)]


class UrgentTo(StrEnum):
    """Who looks at an urgent request before the next meeting."""

    OFFICER = "officer"
    SUB_PANEL = "sub_panel"
    """A few members of the panel, named beforehand or when they are called."""
    ONLINE_BALLOT = "online_ballot"
    """The whole panel, each from where they are."""


class UrgentRules(Frozen):
    """Who looks at an urgent request, how long their ballot is open, and what a quorum is then.

    Source: issue 6; Nottingham has interim panels for urgent need. The numbers are the council's.
    """

    to: UrgentTo = UrgentTo.OFFICER
    ballot_open_hours: Hours = 24
    members: Count = 3
    """How many sit in a sub-panel at least."""
    kinds: Annotated[tuple[Role, ...], Field(max_length=len(MAY_VOTE))] = ()
    """Of which roles its members are; without any, whoever votes on the panel."""
    people: dict[Code, tuple[UUID, ...]] = Field(default_factory=dict)
    """The standing sub-panel of a cluster, by ids of people; others are named when it is called."""
    quorum_members: Count | None = None
    """How many must vote, of whatever kind; without it the panel's own quorum holds."""

    @model_validator(mode="after")
    def _can_be_called(self) -> Self:
        faults = [f"{kind} never votes" for kind in self.kinds if kind not in MAY_VOTE]
        faults += [
            f"the sub-panel of {cluster} names somebody twice"
            for cluster, people in self.people.items()
            if len(set(people)) < len(people)
        ]
        if self.to is UrgentTo.SUB_PANEL and (self.quorum_members or 0) > self.members:
            faults.append("a sub-panel of as many members as it needs could have no quorum")
        refuse_all(faults)
        return self
