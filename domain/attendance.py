"""Who comes to a meeting, and whether a quorum is to be foreseen from it. Never a vote."""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from pydantic import Field

from domain.frozen import Frozen
from domain.moderation import quorum_of
from domain.people import Role
from domain.policy.panel import PanelRules


class ExpectedSeat(Frozen):
    """A seat with one vote, and whoever may cast it and is not barred from the item."""

    people: frozenset[UUID]
    kinds: frozenset[Role]


class WhoComes(Frozen):
    """What is known of who comes to a meeting."""

    answers: dict[UUID, bool] = Field(default_factory=dict)
    """Whoever accepted, or declined."""
    away: frozenset[UUID] = frozenset()
    """Members noted as away, whatever they answered before."""
    named: frozenset[UUID] = frozenset()
    """Substitutes and borrowed members: they were asked, so they come unless they decline."""


class QuorumForeseen(Frozen):
    """Whether a quorum is to be expected: seats, not votes."""

    coming: int
    unanswered: int
    not_coming: int
    quorum: int
    is_foreseen: bool
    """Whether those who come suffice, if nobody else does."""
    short_of: tuple[Role, ...]
    """Kinds of member of whom fewer come than the rules ask for."""


def foresee_quorum(
    seats: Iterable[ExpectedSeat], known: WhoComes, rules: PanelRules
) -> QuorumForeseen:
    """Foresee a quorum from who comes, of the seats that no interest bars from the item."""
    free = [seat for seat in seats if seat.people]
    coming = [seat for seat in free if any(_comes(each, known) for each in seat.people)]
    others = [seat for seat in free if seat not in coming]
    unanswered = sum(any(_has_not_said(each, known) for each in s.people) for s in others)
    there = Counter(kind for seat in coming for kind in seat.kinds)
    quorum = quorum_of(len(free), rules)
    short = tuple(kind for kind, needed in rules.quorum_by_kind.items() if there[kind] < needed)
    return QuorumForeseen(
        coming=len(coming),
        unanswered=unanswered,
        not_coming=len(others) - unanswered,
        quorum=quorum,
        is_foreseen=len(coming) >= quorum and not short,
        short_of=short,
    )


def _comes(person: UUID, known: WhoComes) -> bool:
    return person not in known.away and known.answers.get(person, person in known.named)


def _has_not_said(person: UUID, known: WhoComes) -> bool:
    return person not in known.away and person not in known.answers
