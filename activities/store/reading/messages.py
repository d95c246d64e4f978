"""Messages: each person's own, and for whoever runs a panel and for officers what was not sent.

That somebody is reminded to vote says that they have not voted: until the ballot has closed such a
message is its reader's alone, in every list and count (promise 7).
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, or_, select

from activities.store.days import on_day
from activities.store.outbox import as_message
from activities.store.reading.caller import OFFICERS, Caller, called_among
from activities.store.reading.panel import kept_out_of
from activities.store.reading.seeing import is_at_school, known_among, partners_among
from activities.store.tables import (
    BallotRow,
    CalibrationBallotRow,
    ContactRow,
    MessageRow,
    ReconsiderationRow,
    RequestRow,
)
from domain.frozen import Frozen
from domain.message import body, subject_line
from domain.people import Role
from domain.refusals import RoleNeeded
from domain.reminding import ReminderStep
from domain.waiting import BLIND, Waits

MOST_AT_ONCE = 200
_DONE = "done"
_RUNS = (Role.PANEL_ADMINISTRATOR, Role.PANEL_CHAIR, Role.VICE_CHAIR)


class MessageState(StrEnum):
    """What became of a message."""

    SHOWN = "shown"
    """It was not sent yet, or nobody sends: it is shown here."""
    SENT = "sent"
    FAILED = "failed"
    """It could not be sent, and is not tried again: it is shown here."""
    NOT_NEEDED = "not_needed"
    """What it reminds of had been done before it was sent."""


class MessageView(Frozen):
    """A message as its reader gets it, and what became of it."""

    id: UUID
    step: ReminderStep
    waits: Waits | None
    reference: str | None
    stage: str
    acts_next: Role | None
    """Who acts next, by role; nobody where it is the reader."""
    by_at: datetime | None
    page: str
    written_at: datetime
    state: MessageState
    failure: str | None
    """Why it was not sent, as a code."""
    sent_at: datetime | None
    wording: str | None
    """Which version of the wording it was written in, or sent in, such as ``message/2``."""
    subject_line: str
    body: str


class OutboxLine(MessageView):
    """A message that was not sent, and to whom it is."""

    to: str
    """How colleagues call the person."""


def own_messages(session: Session, caller: Caller) -> tuple[MessageView, ...]:
    """List the person's own messages, the last first."""
    rows = session.exec(
        _last_first(select(MessageRow).where(MessageRow.person_id == caller.person.id))
    ).all()
    reached = _reached(session, caller, rows)
    return tuple(MessageView(**_view(session, row, reached)) for row in rows)


def outbox(session: Session, caller: Caller) -> tuple[OutboxLine, ...]:
    """List what was not sent: to those who run a panel what is for that panel, to officers all.

    What an interest bars somebody from is left out.
    """
    runs = caller.clusters(*_RUNS)
    if not caller.holds(*OFFICERS) and not runs:
        raise RoleNeeded("to see the outbox", "officers and those who run a panel do")
    query = select(MessageRow).where(
        col(MessageRow.sent_at).is_(None),
        or_(col(MessageRow.failure).is_(None), MessageRow.failure != _DONE),
        or_(MessageRow.person_id == caller.person.id, ~_tells_of_a_vote()),
    )
    if not caller.holds(*OFFICERS):
        query = query.where(col(MessageRow.cluster_code).in_(runs))
    found = session.exec(_last_first(query)).all()
    about = {row.request_id for row in found if row.request_id is not None}
    told = may_be_told_of(session, caller, about)
    rows = [row for row in found if row.request_id is None or row.request_id in told]
    reached = _reached(session, caller, rows)
    named = called_among(session, {row.person_id for row in rows})
    return tuple(
        OutboxLine(**_view(session, row, reached), to=named[row.person_id]) for row in rows
    )


def may_be_told(session: Session, caller: Caller, request_id: UUID) -> bool:
    """Whether a request is of the person's school, or they may know of it and nothing bars them."""
    return request_id in may_be_told_of(session, caller, (request_id,))


def may_be_told_of(
    session: Session, caller: Caller, request_ids: Collection[UUID]
) -> frozenset[UUID]:
    """Those of several requests of which a person may be told."""
    rows = session.exec(select(RequestRow).where(col(RequestRow.id).in_(request_ids))).all()
    own = partners_among(session, caller, rows)
    barred = kept_out_of(session, caller, rows)
    known = known_among(session, caller, rows)
    return frozenset(
        row.id
        for row in rows
        if is_at_school(caller, row) or own[row.id] or (row.id in known and row.id not in barred)
    )


def reference_of(session: Session, subject_id: UUID) -> str | None:
    """The reference of a request, or of the one that a challenge is about."""
    challenge = session.get(ReconsiderationRow, subject_id)
    request = session.get(RequestRow, challenge.request_id if challenge else subject_id)
    return request.reference if request else None


def _tells_of_a_vote() -> Any:
    """Messages on ballots that have not closed: until then they are the reader's own."""
    subject = col(MessageRow.subject_id)
    of_open = or_(
        subject.in_(select(BallotRow.id).where(col(BallotRow.closed_at).is_(None))),
        subject.in_(
            select(CalibrationBallotRow.id).where(col(CalibrationBallotRow.closed_at).is_(None))
        ),
    )
    return col(MessageRow.waits).in_([str(each) for each in BLIND]) & of_open


def _last_first(query: Any) -> Any:
    last = (col(MessageRow.written_at).desc(), col(MessageRow.by_at), col(MessageRow.id))
    return query.order_by(*last).limit(MOST_AT_ONCE)


def _reached(session: Session, caller: Caller, rows: Iterable[MessageRow]) -> frozenset[UUID]:
    """Those of the readers who have an address today."""
    people = {row.person_id for row in rows}
    found = session.exec(
        select(ContactRow.person_id).where(
            col(ContactRow.person_id).in_(people), on_day(ContactRow, caller.day)
        )
    )
    return frozenset(found)


def _view(session: Session, row: MessageRow, reached: frozenset[UUID]) -> dict[str, Any]:
    message = as_message(session, row)
    told = message.model_dump(include={"step", "waits", "reference", "stage", "acts_next"})
    state, failure = _state(row), row.failure
    if state is MessageState.SHOWN and row.person_id not in reached:
        failure = "no_address"
    return told | {
        **row.model_dump(include={"id", "by_at", "page", "written_at", "sent_at", "wording"}),
        "state": state,
        "failure": failure,
        "subject_line": subject_line(message),
        "body": body(message),
    }


def _state(row: MessageRow) -> MessageState:
    if row.sent_at is not None:
        return MessageState.SENT
    if row.ended_at is None:
        return MessageState.SHOWN
    return MessageState.NOT_NEEDED if row.failure == _DONE else MessageState.FAILED
