"""What is due to be said, written to the outbox: each morning of a school day, and as things move.

The record is the truth: what waits is looked up anew each time by the worklist of whom it waits
for, and a message has a name of its own, so that looking twice, or with two workers, writes once.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine
from sqlmodel import Session

from activities.clock import LONDON, Clock
from activities.store import reminders
from activities.store.outbox import ToWrite, escalated_of, write_messages
from activities.store.policies import calendar_on, document_on
from activities.store.reading.caller import Caller, person_of
from activities.store.reading.messages import may_be_told, reference_of
from activities.store.reading.worklist import Task, worklist
from activities.store.reminders import Moved, Placed, SignsIn
from activities.store.session import transaction
from domain.people import ON_PANEL, Role
from domain.periods import SchoolDays, local_day
from domain.policy.reminding import ReminderRule, Reminders
from domain.reminding import DueStep, ReminderStep, due_step, horizon, last_morning
from domain.stages import ALLOWED_TO, ActKind, Stage
from domain.waiting import (
    BY_MEETING,
    OF_COUNCIL,
    OF_MEETING,
    WAITING,
    Waits,
    is_of_council,
    is_of_panel,
)

_EVENTS_AT_ONCE = 500
_SCHOOL = (Role.SENCO, Role.HEAD)
_OFFICERS = (Role.COUNCIL_OFFICER, Role.SEN_OFFICER)
_AT_SCHOOL = frozenset({Stage.RETURNED, Stage.MORE_INFORMATION})
_AT_PANEL = frozenset({Stage.LISTED, Stage.IN_BALLOT})
_DECIDED = {("request", "decided"): "/requests/{id}"}
_DECIDED |= {("reconsideration", "answered"): "/reconsiderations/{id}"}
_CALLED_OFF = "called_off"
_ASKED_OF: dict[str, tuple[tuple[Role, ...], frozenset[Waits]]] = {
    "reconsideration": (
        _OFFICERS,
        frozenset({Waits.TAKE_CHALLENGE, Waits.RECONSIDER, Waits.NOTE_KEY_DECISION}),
    ),
    "service": (
        (Role.SERVICE,),
        frozenset({Waits.ANSWER_SERVICE, Waits.REPORT_SERVICE}),
    ),
    "payment_run": (
        (Role.FINANCE_OFFICER, Role.COUNCIL_OFFICER),
        frozenset({Waits.APPROVE_RUN, Waits.READ_ANSWER}),
    ),
    "publication": (
        (Role.POLICY_OFFICER, Role.LEADER),
        frozenset({Waits.APPROVE_POLICY, Waits.MEND_POLICY}),
    ),
}
"""For whom the things may wait that have a way of their own, and for what."""

_AtHand = tuple[Caller, Task]


class Reminding:
    """Looks through the record for what is due, and writes it to the outbox."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def look(self) -> None:
        """Write what is due now, in one transaction; nothing while another worker does it.

        Nothing of it goes to a log: how many votes are reminded of says who has voted (promise 7).
        """
        with transaction(self._engine) as session:
            self.look_in(session)

    def look_in(self, session: Session) -> None:
        """Look within a transaction: what is written and how far was looked are kept together."""
        now = self._clock.now()
        day = local_day(now, LONDON.key)
        policy = document_on(session, "reminders", Reminders, day)
        calendar = calendar_on(session, day)
        if policy is None or calendar is None:
            return
        at_hand = reminders.look_in_hand(session)
        if at_hand is None:
            return
        look = _Look(session, policy, SchoolDays(calendar), now)
        morning = last_morning(look.days, policy, now)
        if morning is not None and at_hand.morning_at != morning:
            look.remind()
            at_hand.morning_at = morning
        at_hand.events_until = look.follow(at_hand.events_until)
        session.add(at_hand)


class _Look:
    """One look: the transaction, the policy and the calendar of the day, and the instant."""

    def __init__(
        self, session: Session, policy: Reminders, days: SchoolDays, now: datetime
    ) -> None:
        self.session = session
        self.policy = policy
        self.days = days
        self.now = now
        self.day = local_day(now, LONDON.key)
        self.helpers: dict[object, tuple[Caller, ...]] = {}

    # --- before and after deadlines

    def remind(self) -> None:
        """Write each step that is due of what waits for anybody."""
        rules = {rule.waits: rule for rule in self.policy.rules}
        if not rules:
            return
        until = horizon(self.days, self.policy, self.now)
        people = {
            who.person_id: who
            for who in (
                *reminders.everybody_concerned(self.session, self.day, until),
                *(self._plan_desks() if Waits.REPORT_OUTCOME in rules else ()),
            )
        }
        due = list(self._due(self._waiting(people.values(), frozenset(rules)), rules))
        placed = self._placed(task for _, task, _ in due)
        write_messages(
            self.session,
            [_message(caller, task, step, placed.get(task.id)) for caller, task, step in due],
            self.now,
        )
        self._escalate(due, rules, placed)

    def _plan_desks(self) -> tuple[SignsIn, ...]:
        """Who reports on the signed plans: no deadline of theirs is in a row of its own."""
        clusters = reminders.with_signed_plans(self.session)
        desk = tuple(ALLOWED_TO[ActKind.REPORT_OUTCOME])
        return reminders.holders(self.session, self.day, desk, clusters=clusters)

    def _due(
        self, waiting: Iterable[_AtHand], rules: Mapping[Waits, ReminderRule]
    ) -> Iterator[tuple[Caller, Task, DueStep]]:
        for caller, task in waiting:
            if task.by_at is None:
                continue
            step = due_step(rules[task.waits], task.by_at, self.days, self.policy, self.now)
            if step is not None:
                yield caller, task, step

    def _escalate(
        self,
        due: Iterable[tuple[Caller, Task, DueStep]],
        rules: Mapping[Waits, ReminderRule],
        placed: Mapping[UUID, Placed],
    ) -> None:
        """Tell whoever the policy names of what is late, besides those for whom it waits.

        What somebody was told of is not looked into again each morning that it stays late.
        """
        late: dict[tuple[Waits, UUID], tuple[Task, DueStep]] = {}
        acting: dict[tuple[Waits, UUID], set[UUID]] = {}
        for caller, task, step in due:
            if step.step is ReminderStep.AFTER and rules[task.waits].escalate_to is not None:
                told = DueStep(step=ReminderStep.ESCALATED, due_at=step.due_at)
                late[task.waits, task.id] = (task, told)
                acting.setdefault((task.waits, task.id), set()).add(caller.person.id)
        about = {task.id: _subject(task, placed.get(task.id)) for task, _ in late.values()}
        known = escalated_of(self.session, about.values())
        messages: list[ToWrite] = []
        for key, (task, told) in late.items():
            if (task.waits, about[task.id], told.due_at) in known:
                continue
            place = placed.get(task.id)
            helpers = self._told_late(rules[task.waits], place)
            others = [each for each in helpers if each.person.id not in acting[key]]
            messages += [_message(each, task, told, place) for each in others]
        write_messages(self.session, messages, self.now)

    def _told_late(self, rule: ReminderRule, place: Placed | None) -> Iterator[Caller]:
        """Whoever holds the role that is to be told, at the place, and may know of the request."""
        for caller in self._those_to_hear(rule, place):
            request_id = place.request_id if place else None
            if request_id is None or may_be_told(self.session, caller, request_id):
                yield caller

    def _those_to_hear(self, rule: ReminderRule, place: Placed | None) -> tuple[Caller, ...]:
        """Look up who is to be told once for each place, however much is late there."""
        assert rule.escalate_to is not None, "asked for what is told to somebody"
        schools = _only(place.school if place else None)
        clusters = _only(place.cluster if place else None)
        key = (rule.escalate_to, rule.escalate_to_grade, schools, clusters)
        if key not in self.helpers:
            people = reminders.holders(
                self.session,
                self.day,
                (rule.escalate_to,),
                schools=schools,
                clusters=clusters,
                grade=rule.escalate_to_grade,
            )
            self.helpers[key] = tuple(self._callers(people))
        return self.helpers[key]

    # --- as things move

    def follow(self, position: int) -> int:
        """Go through the events since, and say how far they have been gone through."""
        until = reminders.last_position(self.session)
        while moved := reminders.moved_since(self.session, position, until, _EVENTS_AT_ONCE):
            position = moved[-1].position
            if self.policy.decisions:
                self._tell_decisions(moved)
            self._tell_called_off(moved)
            if self.policy.turns:
                self._tell_turns(moved)
        return max(position, until)

    def _tell_decisions(self, moved: Iterable[Moved]) -> None:
        """Tell the school's desk that there is a decision, or an answer to a challenge."""
        for each in moved:
            page = _DECIDED.get((each.subject, each.to or ""))
            if page is None or each.school is None:
                continue
            people = reminders.holders(self.session, self.day, _SCHOOL, schools=(each.school,))
            reference = reference_of(self.session, each.subject_id)
            messages = [_decided(who.person_id, each, page, reference) for who in people]
            write_messages(self.session, messages, self.now)

    def _tell_called_off(self, moved: Iterable[Moved]) -> None:
        """Tell everybody who was to come that a meeting is not held."""
        off = [each for each in moved if each.to == _CALLED_OFF]
        placed = reminders.places_of(self.session, {each.subject_id for each in off})
        for each in off:
            cluster = placed[each.subject_id].cluster
            people = {
                *reminders.holders(self.session, self.day, ON_PANEL, clusters=_only(cluster)),
                *reminders.seated_in(self.session, each.subject_id),
            }
            page = "/meetings/{id}"
            messages = [_decided(who.person_id, each, page, None, cluster) for who in people]
            write_messages(self.session, messages, self.now)

    def _tell_turns(self, moved: Iterable[Moved]) -> None:
        """Tell whose turn it is of the things that moved, if it still is and the policy says so."""
        last = {m.subject_id: m for m in moved if m.to or m.subject in _ASKED_OF}
        people: dict[UUID, SignsIn] = {}
        kinds: frozenset[Waits] = frozenset()
        for each in last.values():
            wanted = _kinds_at(each) & set(self.policy.turns)
            if wanted:
                people |= {who.person_id: who for who in self._asked(each)}
                kinds |= wanted
        waiting = list(self._waiting(people.values(), kinds))
        placed = self._placed(task for _, task in waiting)
        messages = []
        for caller, task in waiting:
            place = placed.get(task.id)
            if place is None or not {task.id, place.request_id} & set(last):
                continue
            turn = DueStep(step=ReminderStep.TURN, due_at=place.since_at)
            messages.append(_message(caller, task, turn, place))
        write_messages(self.session, messages, self.now)

    def _asked(self, moved: Moved) -> tuple[SignsIn, ...]:
        """For whom something may wait that has just moved."""
        day, holders = self.day, reminders.holders
        if moved.subject in _ASKED_OF:
            return holders(self.session, day, _ASKED_OF[moved.subject][0])
        if moved.subject == "meeting":
            return reminders.seated_in(self.session, moved.subject_id)
        if moved.to in _AT_SCHOOL:
            return holders(self.session, day, _SCHOOL, schools=_only(moved.school))
        if moved.to in _AT_PANEL:
            clusters = reminders.listed_with(self.session, (moved.subject_id,))
            return holders(self.session, day, ON_PANEL, clusters=clusters)
        return holders(self.session, day, _OFFICERS)

    # --- what both do

    def _waiting(self, people: Iterable[SignsIn], only: frozenset[Waits]) -> Iterator[_AtHand]:
        of_others = frozenset(each for each in only if not is_of_council(each))
        for caller in self._callers(people):
            kinds = only if caller.holds(*OF_COUNCIL) else of_others
            for task in worklist(self.session, caller, kinds):
                yield caller, task

    def _callers(self, people: Iterable[SignsIn]) -> Iterator[Caller]:
        for who in people:
            person = person_of(self.session.connection(), who.issuer, who.subject)
            if person is not None:
                yield Caller(person=person, now=self.now)

    def _placed(self, tasks: Iterable[Task]) -> dict[UUID, Placed]:
        return reminders.places_of(self.session, {task.id for task in tasks})


def _kinds_at(moved: Moved) -> frozenset[Waits]:
    """What may wait of a thing where it has moved to."""
    if moved.subject in _ASKED_OF:
        return _ASKED_OF[moved.subject][1]
    stages = _AT_PANEL if moved.to in _AT_PANEL else {moved.to}
    return frozenset(each for each, about in WAITING.items() if about.stage in stages)


def _message(caller: Caller, task: Task, step: DueStep, place: Placed | None) -> ToWrite:
    """The facts of a message: what a worklist says of it by codes, and nothing else of the task."""
    about = WAITING[task.waits]
    by_meeting = task.waits in BY_MEETING | OF_MEETING and place is not None
    subject_id = _subject(task, place)
    return ToWrite(
        person_id=caller.person.id,
        step=step.step,
        waits=task.waits,
        subject_id=subject_id,
        due_at=step.due_at,
        stage=about.stage,
        page=about.page.format(id=subject_id),
        request_id=place.request_id if place and not by_meeting else None,
        reference=None if by_meeting else task.reference,
        school=place.school if place and about.role in _SCHOOL else None,
        cluster=place.cluster if place and is_of_panel(task.waits) else None,
        by_at=task.by_at,
    )


def _subject(task: Task, place: Placed | None) -> UUID:
    """What a message is about: a whole meeting where its items wait one by one."""
    return place.subject_id if task.waits in BY_MEETING and place is not None else task.id


def _decided(
    person_id: UUID, moved: Moved, page: str, reference: str | None, cluster: str | None = None
) -> ToWrite:
    assert moved.to is not None
    return ToWrite(
        person_id=person_id,
        step=ReminderStep.DECIDED,
        waits=None,
        subject_id=moved.subject_id,
        due_at=moved.at,
        stage=moved.to,
        page=page.format(id=moved.subject_id),
        request_id=moved.subject_id if moved.subject == "request" else None,
        reference=reference,
        school=moved.school,
        cluster=cluster,
    )


def _only(place: str | None) -> tuple[str, ...]:
    return () if place is None else (place,)
