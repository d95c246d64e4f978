"""A member's own page: my levels beside the panel's, for my own learning and for nobody else.

Only closed ballots come here; nobody else's vote ever does.
"""

from collections.abc import Sequence
from statistics import fmean
from uuid import UUID

from domain.frozen import Frozen
from domain.moderation import Vote
from domain.needs import AreaOfNeed, NeedsProfile
from domain.refusals import Unknown


class OwnBallot(Frozen):
    """A closed ballot as one of its voters may see it: the own vote and what the panel came to."""

    ballot_id: UUID
    own: Vote
    panel: NeedsProfile | None
    """The moderated profile; none for a project or without a quorum."""


class OwnLevel(Frozen):
    """My level beside the panel's in one area of need."""

    ballot_id: UUID
    area: AreaOfNeed
    own: int
    panel: int

    @property
    def levels_apart(self) -> int:
        """How far mine is from the panel's, in levels; above nought is higher."""
        return self.own - self.panel


class OwnSummary(Frozen):
    """My levels beside the panel's, counted up."""

    levels: int
    """How many levels are compared."""
    same: int
    within_one: int
    """At most one level from the panel's, those that are the same among them."""
    mean_difference: float | None
    """In levels; above nought mine are higher. None when there is nothing to compare."""


class OwnPage(Frozen):
    """All my levels beside the panel's, in the order of the ballots, with what they come to."""

    rows: tuple[OwnLevel, ...]
    over_all: OwnSummary
    by_area: dict[AreaOfNeed, OwnSummary]


def own_page(asked_by: UUID, member: UUID, ballots: Sequence[OwnBallot]) -> OwnPage:
    """Set a member's levels beside the panel's, for that member alone.

    To anybody else, whatever their role, the page is unknown.
    """
    if asked_by != member:
        raise Unknown("a member's own page", "there is no such page")
    assert all(ballot.own.person_id == member for ballot in ballots), "a vote of somebody else"
    rows = [
        OwnLevel(ballot_id=ballot.ballot_id, area=area, own=level, panel=ballot.panel.levels[area])
        for ballot in ballots
        if ballot.panel is not None
        for area, level in ballot.own.levels.items()
        if area in ballot.panel.levels
    ]
    return OwnPage(
        rows=tuple(rows),
        over_all=_summed_up(rows),
        by_area={area: _summed_up([r for r in rows if r.area is area]) for area in AreaOfNeed},
    )


def _summed_up(rows: Sequence[OwnLevel]) -> OwnSummary:
    apart = [row.levels_apart for row in rows]
    return OwnSummary(
        levels=len(apart),
        same=sum(each == 0 for each in apart),
        within_one=sum(abs(each) <= 1 for each in apart),
        mean_difference=fmean(apart) if apart else None,
    )
