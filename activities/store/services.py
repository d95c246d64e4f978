"""What panels ask of services, as rows: asked with the advice, answered, called off.

Every function works in the caller's transaction. Events say codes, never what anybody wrote.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from uuid import UUID, uuid5

from sqlmodel import Session, col, select

from activities.store.events import Happening, write_event
from activities.store.locks import NO_KEY
from activities.store.remembered import of_each, of_one
from activities.store.tables import (
    RequestRow,
    SchoolRow,
    ServiceAnswerRow,
    ServiceAskedRow,
    ServiceRow,
)
from domain.advice import ServiceWanted
from domain.frozen import Frozen
from domain.services import WAITING, AskedOfService, ServiceState


class Service(Frozen):
    """A service of the Team Around the Cluster, and whom to turn to there."""

    code: str
    name: str
    contact: str


class Asked(AskedOfService):
    """What a panel asked of a service on a request, and how far it has come."""

    id: UUID
    request_id: UUID
    service: str
    asks: str
    areas: tuple[str, ...]
    asked_at: datetime
    by_on: date
    state_since_at: datetime


class Deadline(Frozen):
    """By when a service answers, and by when what it is asked is done."""

    answer_by_at: datetime
    by_at: datetime


def services(session: Session) -> tuple[Service, ...]:
    """List the services that panels may ask."""

    def ask(_all: list[None]) -> dict[None, tuple[Service, ...]]:
        rows = session.exec(select(ServiceRow).order_by(ServiceRow.name))
        return {None: tuple(Service(**row.model_dump()) for row in rows)}

    return of_one(session, "services", None, ask)


def known_services(session: Session) -> frozenset[str]:
    """The codes of the services on record."""
    return frozenset(session.exec(select(ServiceRow.code)))


def known_schools(session: Session) -> frozenset[str]:
    """The codes of the schools on record."""
    return frozenset(session.exec(select(SchoolRow.code)))


def asked_of(session: Session, request_id: UUID) -> tuple[Asked, ...]:
    """List what was asked of services on a request, in the order in which it is due."""
    return asked_among(session, (request_id,))[request_id]


def asked_among(session: Session, request_ids: Iterable[UUID]) -> dict[UUID, tuple[Asked, ...]]:
    """List the same of each of several requests, by one query."""

    def ask(ids: list[UUID]) -> dict[UUID, tuple[Asked, ...]]:
        found: dict[UUID, tuple[Asked, ...]] = dict.fromkeys(ids, ())
        for row in session.exec(
            select(ServiceAskedRow)
            .where(col(ServiceAskedRow.request_id).in_(ids))
            .order_by(col(ServiceAskedRow.by_at), col(ServiceAskedRow.id))
        ):
            found[row.request_id] += (as_asked(row),)
        return found

    return of_each(session, "asked of services", request_ids, ask)


def ask(
    session: Session,
    request_id: UUID,
    act_id: UUID,
    wanted: Sequence[tuple[ServiceWanted, Deadline]],
    areas: tuple[str, ...],
    now: datetime,
) -> None:
    """Ask services what the advice asks; what they were asked already they are not asked again.

    What the advice asks no longer is called off, unless it has come to an end.
    """
    rows = _open(session, request_id)
    before = {(row.service_code, row.asks, row.by_on): row for row in rows}
    for place, (each, by) in enumerate(wanted):
        if before.pop((each.service, each.asks, each.by_on), None) is None:
            row = ServiceAskedRow(
                id=uuid5(act_id, f"service {place}"),
                request_id=request_id,
                act_id=act_id,
                service_code=each.service,
                asks=each.asks,
                areas=list(areas),
                asked_at=now,
                answer_by_at=by.answer_by_at,
                by_on=each.by_on,
                by_at=by.by_at,
                state=ServiceState.ASKED,
                state_since_at=now,
            )
            session.add(row)
            session.flush()
            say(session, row, now)
    for row in before.values():
        move(session, row, ServiceState.CALLED_OFF, now)


def call_off(session: Session, request_id: UUID, now: datetime) -> None:
    """Ask nothing any more: the school has taken its request back."""
    for row in _open(session, request_id):
        move(session, row, ServiceState.CALLED_OFF, now)


def take(session: Session, asked_id: UUID) -> ServiceAskedRow | None:
    """Read what was asked, and lock it until the transaction ends."""
    return session.get(ServiceAskedRow, asked_id, with_for_update=NO_KEY)


def answers_to(session: Session, asked_id: UUID) -> tuple[ServiceAnswerRow, ...]:
    """List what a service has answered, oldest first."""
    rows = session.exec(
        select(ServiceAnswerRow)
        .where(ServiceAnswerRow.asked_id == asked_id)
        .order_by(col(ServiceAnswerRow.answered_at))
    )
    return tuple(rows)


def move(session: Session, row: ServiceAskedRow, state: ServiceState, now: datetime) -> None:
    """Bring what was asked to another state, and write the event."""
    row.state, row.state_since_at = state, now
    session.add(row)
    session.flush()
    say(session, row, now)


def say(session: Session, row: ServiceAskedRow, now: datetime) -> None:
    """Say what has become of something that was asked of a service: codes alone (promise 8)."""
    request = session.get_one(RequestRow, row.request_id)
    happening = Happening(
        kind="service_moved_on",
        subject="request",
        subject_id=request.id,
        at=now,
        facts={
            "reference": request.reference,
            "asked_id": str(row.id),
            "service": row.service_code,
            "state": row.state,
        },
        cluster=request.cluster_code,
        school=request.school_code,
    )
    write_event(session, happening)


def as_asked(row: ServiceAskedRow) -> Asked:
    """Read a row as what was asked."""
    facts = row.model_dump(include=set(Asked.model_fields) - {"state", "areas"})
    return Asked(
        **facts,
        service=row.service_code,
        areas=tuple(row.areas),
        state=ServiceState(row.state),
    )


def _open(session: Session, request_id: UUID) -> Iterator[ServiceAskedRow]:
    rows = session.exec(
        select(ServiceAskedRow)
        .where(
            ServiceAskedRow.request_id == request_id,
            col(ServiceAskedRow.state).in_(WAITING),
        )
        .order_by(col(ServiceAskedRow.id))
        .with_for_update()
    )
    return iter(rows.all())
