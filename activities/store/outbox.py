"""Messages as rows: written once each, taken to be sent, and what became of them."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4, uuid5

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from activities.store.tables import ClusterRow, ContactRow, MessageRow, SchoolRow
from domain.frozen import Frozen
from domain.message import Message
from domain.people import Role
from domain.periods import ONE_DAY
from domain.reminding import ReminderStep
from domain.waiting import WAITING, Waits
from domain.wordings import Wording, current

_MESSAGES = UUID("6a2b5f0e-8e0f-5d3c-9c8e-0b7b8a1d9c44")
_AT_ONCE = 500
_TAKE = text(
    "SELECT m.id, c.email FROM message AS m JOIN contact AS c ON c.person_id = m.person_id"
    " AND c.from_on <= :day AND (c.until_on IS NULL OR c.until_on > :day)"
    " WHERE m.sent_at IS NULL AND m.ended_at IS NULL AND m.step = ANY (:steps)"
    " AND (m.next_try_at IS NULL OR m.next_try_at <= :now)"
    " ORDER BY m.written_at, m.id LIMIT 1 FOR NO KEY UPDATE OF m SKIP LOCKED"
)


class ToWrite(Frozen):
    """A message to be written, unless it was before."""

    person_id: UUID
    step: ReminderStep
    waits: Waits | None
    subject_id: UUID
    due_at: datetime
    stage: str
    page: str
    request_id: UUID | None = None
    reference: str | None = None
    school: str | None = None
    cluster: str | None = None
    by_at: datetime | None = None

    @property
    def id(self) -> UUID:
        """Its id, which is the same whoever writes it and however often."""
        key = (self.person_id, self.waits, self.subject_id, self.due_at.isoformat(), self.step)
        return uuid5(_MESSAGES, "/".join(map(str, key)))


class Leaving(Frozen):
    """A message on its way out, and where its reader is written to."""

    id: UUID
    person_id: UUID
    email: str
    subject_id: UUID
    attempts: int
    message: Message


def is_written_to(session: Session, person_id: UUID, email: str, day: date) -> bool:
    """Write down where somebody is written to from a day on; whether that is news.

    An address that holds since the same day is the day's own, and another one begins a day later.
    """
    now = session.exec(
        select(ContactRow).where(
            ContactRow.person_id == person_id, col(ContactRow.until_on).is_(None)
        )
    ).first()
    if now is not None and now.email == email:
        return False
    if now is not None:
        day = max(day, now.from_on + ONE_DAY)
        now.until_on = day
        session.add(now)
        session.flush()
    session.add(ContactRow(id=uuid4(), person_id=person_id, email=email, from_on=day))
    session.flush()
    return True


def write_messages(session: Session, messages: Iterable[ToWrite], now: datetime) -> None:
    """Write messages down; one that is there already stays as it is (promise 4)."""
    rows = list({each.id: _row(each, now) for each in messages}.values())
    for first in range(0, len(rows), _AT_ONCE):
        written = insert(MessageRow).values(rows[first : first + _AT_ONCE])
        session.connection().execute(written.on_conflict_do_nothing())


def escalated_of(
    session: Session, subject_ids: Iterable[UUID]
) -> frozenset[tuple[Waits, UUID, datetime]]:
    """Of which late things somebody was told: what waited, its subject, and when it fell due."""
    rows = session.exec(
        select(MessageRow.waits, MessageRow.subject_id, MessageRow.due_at)
        .where(
            MessageRow.step == ReminderStep.ESCALATED,
            col(MessageRow.subject_id).in_(set(subject_ids)),
        )
        .distinct()
    )
    return frozenset((Waits(str(waits)), about, due_at) for waits, about, due_at in rows)


def late_beside(session: Session, message_id: UUID) -> tuple[UUID, ...]:
    """Those who were to act on what a message tells somebody else is late."""
    row = session.get_one(MessageRow, message_id)
    found = select(MessageRow.person_id).where(
        MessageRow.step == ReminderStep.AFTER,
        MessageRow.waits == row.waits,
        MessageRow.subject_id == row.subject_id,
        MessageRow.due_at == row.due_at,
    )
    return tuple(session.exec(found.order_by(col(MessageRow.person_id))))


def take_message(
    session: Session, steps: Iterable[ReminderStep], day: date, now: datetime
) -> Leaving | None:
    """Take the oldest message that may leave, locked until the transaction ends.

    One whose reader has no address stays, and so does one that another worker has in hand.
    """
    asked = {"steps": [str(step) for step in steps], "day": day, "now": now}
    found = session.connection().execute(_TAKE, asked).one_or_none()
    if found is None:
        return None
    row = session.get_one(MessageRow, found.id)
    return Leaving(
        id=row.id,
        person_id=row.person_id,
        email=found.email,
        subject_id=row.subject_id,
        attempts=row.attempts,
        message=as_message(session, row),
    )


def has_been_sent(session: Session, message_id: UUID, sent_as: str, now: datetime) -> None:
    """Keep that a message was sent, in today's wording, and what the service calls it."""
    row = session.get_one(MessageRow, message_id)
    row.attempts, row.sent_at, row.sent_as, row.failure = row.attempts + 1, now, sent_as, None
    row.wording = current(Wording.MESSAGE)
    session.add(row)


def has_failed(
    session: Session, message_id: UUID, failure: str, now: datetime, again: timedelta | None
) -> None:
    """Keep why a message was not sent, and when it is tried again; never, without ``again``."""
    row = session.get_one(MessageRow, message_id)
    row.attempts, row.failure = row.attempts + 1, failure
    if again is None:
        row.ended_at = now
    else:
        row.next_try_at = now + again
    session.add(row)


def waits_no_more(session: Session, message_id: UUID, now: datetime) -> None:
    """End a message unsent: what it reminds of has been done."""
    row = session.get_one(MessageRow, message_id)
    row.ended_at, row.failure = now, "done"
    session.add(row)


def as_message(session: Session, row: MessageRow) -> Message:
    """The facts of a message; the place by its name."""
    return Message(
        step=ReminderStep(row.step),
        waits=Waits(row.waits) if row.waits else None,
        reference=row.reference,
        stage=row.stage,
        acts_next=Role(row.acts_next) if row.acts_next else None,
        place=_place(session, row),
        by_at=row.by_at,
        page=row.page,
    )


def _place(session: Session, row: MessageRow) -> str | None:
    if row.school_code is not None:
        return session.get_one(SchoolRow, row.school_code).name
    if row.cluster_code is not None:
        return session.get_one(ClusterRow, row.cluster_code).name
    return None


def _row(each: ToWrite, now: datetime) -> dict[str, object]:
    is_others = each.step is ReminderStep.ESCALATED and each.waits is not None
    facts = each.model_dump(exclude={"school", "cluster"})
    return facts | {
        "id": each.id,
        "acts_next": WAITING[each.waits].role if is_others and each.waits else None,
        "school_code": each.school,
        "cluster_code": each.cluster,
        "written_at": now,
        "wording": current(Wording.MESSAGE),
        "attempts": 0,
    }
