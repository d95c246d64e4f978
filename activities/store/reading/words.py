"""What people wrote with their acts and votes, for those who have to read it; never whose vote."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from activities.store.tables import ActRow, BallotRow, VoteRow
from domain.frozen import Frozen
from domain.moderation import Recommendation
from domain.stages import ActKind

TO_SCHOOL = frozenset({ActKind.RETURN_TO_SCHOOL, ActKind.ANSWER, ActKind.WITHDRAW})
"""Acts whose words a school needs: why it has to mend its request, and what it said itself."""

_OF_NEED = frozenset(
    {"read", "profile", "spread", "moderated", "wide_in", "outcomes", "content", "conditions"}
)

_WORDS = ("reason", "answer", "grounds", "alternatives", "dispensation", "authority")


class Said(Frozen):
    """An act that took effect, with the words that came with it."""

    act_id: UUID
    kind: ActKind
    recorded_at: datetime
    words: dict[str, Any]


def said_on(
    session: Session, request_id: UUID, kinds: Iterable[ActKind] = ActKind
) -> tuple[Said, ...]:
    """List the words of the acts on a request, oldest first; those that were refused said none."""
    rows = session.exec(
        select(ActRow)
        .where(
            ActRow.subject_id == request_id,
            col(ActRow.kind).in_(list(kinds)),
            ActRow.outcome == "done",
        )
        .order_by(col(ActRow.number))
    )
    return tuple(_as_said(row) for row in rows if _words_of(row))


def asked_by_panel(session: Session, request_id: UUID) -> tuple[str, ...]:
    """List what the panel asked: the reasons of votes for more information, where that carried."""
    ballots = session.exec(
        select(BallotRow)
        .where(BallotRow.request_id == request_id, col(BallotRow.closed_at).is_not(None))
        .order_by(col(BallotRow.closed_at))
    )
    asking = [each.id for each in ballots if _asks(each)]
    votes = _votes(session, asking)
    return tuple(
        vote.reason
        for ballot_id in asking
        for vote in _last(each for each in votes if each.ballot_id == ballot_id)
        if vote.recommendation == Recommendation.MORE_INFORMATION and vote.reason
    )


def without_need(found: Any) -> Any:
    """Leave out of a working, a result or a tally what it says of one child's need.

    Rule, amount, threshold, counts and versions stay: those who follow the money need no more.
    """
    if isinstance(found, dict):
        return {name: without_need(each) for name, each in found.items() if name not in _OF_NEED}
    if isinstance(found, list | tuple):
        return [without_need(each) for each in found]
    return found


def last_votes(session: Session, ballot_id: UUID) -> list[VoteRow]:
    """Every member's last vote of a closed ballot, in an order that tells nobody apart."""
    return _last(_votes(session, [ballot_id]))


def _votes(session: Session, ballots: list[UUID]) -> list[VoteRow]:
    query = select(VoteRow).where(col(VoteRow.ballot_id).in_(ballots))
    return list(session.exec(query.order_by(col(VoteRow.revision)))) if ballots else []


def _last(votes: Iterable[VoteRow]) -> list[VoteRow]:
    last = {row.person_id: row for row in votes}
    # Sorted by an id that says nothing, so that the order tells nobody apart.
    return sorted(last.values(), key=lambda row: row.id)


def _asks(ballot: BallotRow) -> bool:
    result = ballot.result or {}
    return result.get("recommendation") == Recommendation.MORE_INFORMATION


def _words_of(row: ActRow) -> dict[str, Any]:
    return {name: row.choices[name] for name in _WORDS if row.choices.get(name)}


def _as_said(row: ActRow) -> Said:
    return Said(
        act_id=row.id,
        kind=ActKind(row.kind),
        recorded_at=row.recorded_at,
        words=_words_of(row),
    )
