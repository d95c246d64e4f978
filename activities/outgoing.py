"""The outbox emptied, where a council has set GOV.UK Notify up; else messages stay to be shown.

A message is marked as sent in the transaction that has it in hand, after Notify has taken it. A
worker that dies between the two leaves it to be sent again: at least once, under the same
reference, by which Notify's own list shows the two as one.
"""

from datetime import datetime, timedelta
from typing import assert_never
from uuid import UUID

from sqlalchemy import Engine
from sqlmodel import Session

from activities.clock import LONDON, Clock
from activities.notify import Email, Notify, NotSent, Post, Sent
from activities.settings import Settings
from activities.store import outbox, reminders
from activities.store.outbox import Leaving
from activities.store.reading.caller import Caller, person_of
from activities.store.reading.worklist import worklist
from activities.store.session import transaction
from domain.message import body, subject_line
from domain.periods import local_day
from domain.reminding import ReminderStep
from domain.waiting import BY_MEETING

_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=4)
_MOST_ATTEMPTS = 20
"""With the pauses between them, about three days."""


def outgoing_of(chosen: Settings, engine: Engine, clock: Clock) -> "Outgoing | None":
    """What empties the outbox by the settings; nothing where no service is set up."""
    if not chosen.notify_url or chosen.notify_api_key is None:
        return None
    return Outgoing(engine, clock, Notify(chosen.notify_url, chosen.notify_api_key), chosen)


class Outgoing:
    """Sends what waits in the outbox, oldest first, one at a time."""

    def __init__(self, engine: Engine, clock: Clock, post: Post, chosen: Settings) -> None:
        self._engine = engine
        self._clock = clock
        self._post = post
        self._templates = chosen.notify_templates
        self._site = chosen.site_url

    def empty(self) -> int:
        """Send whatever may leave now; says how many were looked at."""
        looked_at = 0
        while self._send_one():
            looked_at += 1
        return looked_at

    def _send_one(self) -> bool:
        now = self._clock.now()
        with transaction(self._engine) as session:
            day = local_day(now, LONDON.key)
            leaving = outbox.take_message(session, self._templates, day, now)
            if leaving is None:
                return False
            if _is_done(session, leaving, now):
                outbox.waits_no_more(session, leaving.id, now)
                return True
            answer = self._post.send(self._email(leaving), now)
            self._keep(session, leaving, answer, now)
        return True

    def _email(self, leaving: Leaving) -> Email:
        return Email(
            address=leaving.email,
            template_id=self._templates[leaving.message.step],
            reference=leaving.id,
            subject_line=subject_line(leaving.message),
            body=body(leaving.message, self._site),
        )

    def _keep(
        self, session: Session, leaving: Leaving, answer: Sent | NotSent, now: datetime
    ) -> None:
        match answer:
            case Sent():
                outbox.has_been_sent(session, leaving.id, answer.id, now)
            case NotSent():
                is_last = not answer.again or leaving.attempts + 1 >= _MOST_ATTEMPTS
                again = None if is_last else _pause(leaving.attempts)
                outbox.has_failed(session, leaving.id, answer.failure, now, again)
            case _:
                assert_never(answer)


def _pause(attempts: int) -> timedelta:
    """How long after a try the next one is: twice as long each time."""
    return min(_FIRST_PAUSE * int(2**attempts), _LONGEST_PAUSE)


def _is_done(session: Session, leaving: Leaving, now: datetime) -> bool:
    """Whether it has been done meanwhile: who has voted is not reminded to vote.

    What somebody is told of others' lateness is done when it waits for none of those others.
    """
    if leaving.message.waits is None:
        return False
    acting: tuple[UUID, ...] = (leaving.person_id,)
    if leaving.message.step is ReminderStep.ESCALATED:
        acting = outbox.late_beside(session, leaving.id) or acting
    return not any(_waits_for(session, each, leaving, now) for each in acting)


def _waits_for(session: Session, person_id: UUID, leaving: Leaving, now: datetime) -> bool:
    """Whether what a message is about still waits for somebody."""
    assert leaving.message.waits is not None, "asked for what waits alone"
    waits = leaving.message.waits
    who = reminders.signs_in(session, person_id)
    person = person_of(session.connection(), who.issuer, who.subject) if who else None
    if person is None:
        return False
    tasks = worklist(session, Caller(person=person, now=now), frozenset({waits}))
    if waits in BY_MEETING:
        placed = reminders.places_of(session, {task.id for task in tasks})
        return leaving.subject_id in {each.subject_id for each in placed.values()}
    return leaving.subject_id in {task.id for task in tasks}
