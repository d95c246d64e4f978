"""What panels gave: the ballot that was heard, the advice that followed it, and dissent.

Advice is an act on the request: each revision stays, and the last that was carried out stands.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from activities.store import services
from activities.store.remembered import of_each
from activities.store.services import Asked
from activities.store.tables import (
    ActRow,
    AgendaItemRow,
    BallotRow,
    DissentRow,
    MeetingRow,
    PlacingRow,
    ReconsiderationItemRow,
)
from domain.advice import Advising
from domain.frozen import Frozen
from domain.stages import ActKind, Stage


class HeardBallot(Frozen):
    """The last ballot with a quorum on a request's own way, and who held it."""

    id: UUID
    item_id: UUID
    meeting_id: UUID
    cluster: str
    closed_at: datetime


class AdviceGiven(Frozen):
    """One revision of a panel's advice, by the chair's act."""

    act_id: UUID
    given_by: UUID
    given_at: datetime
    said: Advising
    stands: bool
    """Whether it is the last, and no later ballot has been held since."""


class Dissent(Frozen):
    """A member's dissent; the member is named where the member asked for that."""

    id: UUID
    ballot_id: UUID
    words: str
    by: UUID | None
    noted_at: datetime


class ItemAdvised(Frozen):
    """What came of an agenda item beside its ballot, as its minutes say it."""

    advice: Advising | None
    """The advice that stands."""
    services: tuple[Asked, ...]
    dissent: tuple[Dissent, ...]


def heard_ballot(session: Session, request_id: UUID) -> HeardBallot | None:
    """Find the ballot that a panel's advice on a request follows; a second look's is another's."""
    return heard_ballots(session, (request_id,))[request_id]


def heard_ballots(session: Session, request_ids: Iterable[UUID]) -> dict[UUID, HeardBallot | None]:
    """Find the same of several requests, by one query; nothing for those that were not heard."""

    def ask(ids: list[UUID]) -> dict[UUID, HeardBallot | None]:
        rows = session.exec(
            select(BallotRow, MeetingRow)
            .join(AgendaItemRow, col(AgendaItemRow.id) == BallotRow.item_id)
            .join(MeetingRow, col(MeetingRow.id) == AgendaItemRow.meeting_id)
            .where(
                col(BallotRow.request_id).in_(ids),
                col(BallotRow.quorate).is_(True),
                col(BallotRow.heard_at).is_not(None),
                col(BallotRow.item_id).not_in(select(ReconsiderationItemRow.item_id)),
            )
            .order_by(col(BallotRow.closed_at))
        )
        heard = {ballot.request_id: _as_heard(ballot, meeting) for ballot, meeting in rows}
        return {each: heard.get(each) for each in ids}

    return of_each(session, "heard", request_ids, ask)


def _as_heard(ballot: BallotRow, meeting: MeetingRow) -> HeardBallot:
    assert ballot.closed_at is not None
    return HeardBallot(
        id=ballot.id,
        item_id=ballot.item_id,
        meeting_id=meeting.id,
        cluster=meeting.cluster_code,
        closed_at=ballot.closed_at,
    )


def advice_given(session: Session, request_id: UUID) -> tuple[AdviceGiven, ...]:
    """List every revision of the advice on a request, oldest first."""
    rows = _acts(session, (request_id,))[request_id]
    heard = heard_ballot(session, request_id) if rows else None
    return tuple(
        AdviceGiven(
            act_id=row.id,
            given_by=_somebody(row.person_id),
            given_at=row.recorded_at,
            said=Advising.model_validate(row.choices, strict=False),
            stands=row is rows[-1] and heard is not None and row.recorded_at >= heard.closed_at,
        )
        for row in rows
    )


def standing_advice(session: Session, request_id: UUID) -> Advising | None:
    """The advice that stands on a request, if its panel gave any after it was heard last."""
    given = advice_given(session, request_id)
    return given[-1].said if given and given[-1].stands else None


def to_share(session: Session, stage: Stage, placing_id: UUID | None) -> int | None:
    """What there is to share out between schools, pence a year; nothing known before it is priced.

    With an officer, before it is placed anew, there is none.
    """
    if stage is Stage.WITH_OFFICER or placing_id is None:
        return 0
    return session.get_one(PlacingRow, placing_id).annual_pence


def dissent_on(session: Session, request_id: UUID) -> tuple[Dissent, ...]:
    """List the dissent that was recorded on a request, oldest first."""
    rows = session.exec(
        select(DissentRow)
        .where(DissentRow.request_id == request_id)
        .order_by(col(DissentRow.noted_at), col(DissentRow.id))
    )
    return tuple(_as_dissent(row) for row in rows)


def of_item(session: Session, item_id: UUID) -> ItemAdvised:
    """Read what came of an agenda item beside its ballot, for the minutes of its meeting.

    Before its ballot closed there is none of it (promise 7).
    """
    item = session.get_one(AgendaItemRow, item_id)
    heard = heard_ballot(session, item.request_id)
    mine = heard is not None and heard.item_id == item_id
    return ItemAdvised(
        advice=standing_advice(session, item.request_id) if mine else None,
        services=services.asked_of(session, item.request_id) if mine else (),
        dissent=_dissent_at(session, (item_id,))[item_id],
    )


def read_ahead(session: Session, items: Sequence[AgendaItemRow]) -> None:
    """Let a session that looks read at once what came of several items beside their ballots."""
    requests = {each.request_id for each in items}
    heard_ballots(session, requests)
    _acts(session, requests)
    services.asked_among(session, requests)
    _dissent_at(session, [each.id for each in items])


def _acts(session: Session, request_ids: Iterable[UUID]) -> dict[UUID, list[ActRow]]:
    """The acts by which each request was given advice, in order."""

    def ask(ids: list[UUID]) -> dict[UUID, list[ActRow]]:
        rows = session.exec(
            select(ActRow)
            .where(
                col(ActRow.subject_id).in_(ids),
                ActRow.kind == ActKind.ADVISE_REQUEST,
                ActRow.outcome == "done",
            )
            .order_by(col(ActRow.number))
        )
        found: dict[UUID, list[ActRow]] = {each: [] for each in ids}
        for row in rows:
            found[row.subject_id].append(row)
        return found

    return of_each(session, "acts of advice", request_ids, ask)


def _dissent_at(session: Session, item_ids: Iterable[UUID]) -> dict[UUID, tuple[Dissent, ...]]:
    """The dissent on each item's ballots, oldest first."""

    def ask(ids: list[UUID]) -> dict[UUID, tuple[Dissent, ...]]:
        rows = session.exec(
            select(BallotRow.item_id, DissentRow)
            .join(DissentRow, col(DissentRow.ballot_id) == BallotRow.id)
            .where(col(BallotRow.item_id).in_(ids))
            .order_by(col(DissentRow.noted_at), col(DissentRow.id))
        )
        found: dict[UUID, tuple[Dissent, ...]] = dict.fromkeys(ids, ())
        for item_id, row in rows:
            found[item_id] += (_as_dissent(row),)
        return found

    return of_each(session, "dissent", item_ids, ask)


def _as_dissent(row: DissentRow) -> Dissent:
    return Dissent(
        id=row.id,
        ballot_id=row.ballot_id,
        words=row.words,
        by=row.person_id if row.named else None,
        noted_at=row.noted_at,
    )


def _somebody(person_id: UUID | None) -> UUID:
    assert person_id is not None, "advice is a chair's"
    return person_id
