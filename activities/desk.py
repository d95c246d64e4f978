"""One request on the desk: the transaction, the instant, what it says and the rules it is under."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from sqlmodel import Session

from activities.names import Standing
from activities.store import casework
from activities.store.advising import standing_advice
from activities.store.casework import InHand, Move
from activities.store.deciding import payee_kind
from activities.store.policies import Policies, calendar_on, document_on, pinned
from domain.acts import ActOutcome
from domain.advice import Advising
from domain.periods import SchoolDays, local_day
from domain.places import PayeeKind
from domain.policy.finance import Finance
from domain.request import RequestKind


@dataclass(frozen=True)
class Desk:
    """Everything an effect needs, read once under the request's lock."""

    session: Session
    now: datetime
    request: InHand
    policies: Policies

    @property
    def day(self) -> date:
        """The day it is in the council's place."""
        return local_day(self.now, self.policies.calendar.time_zone)

    @property
    def submitted_on(self) -> date:
        """The day of submission: its policy, and its dated amounts, decide (promise 9)."""
        return local_day(self.request.submitted_at, self.policies.calendar.time_zone)

    @cached_property
    def school_days(self) -> SchoolDays:
        """The school days by which what begins today is counted: those of today's calendar.

        The pinned calendar may end before a request does, and days are facts, not rules.
        """
        return SchoolDays(calendar_on(self.session, self.day) or self.policies.calendar)

    @cached_property
    def owes_plan(self) -> bool:
        """Whether what is asked is owed by a plan; advice takes nothing from one."""
        with_plan = casework.has_plan_now(self.session, self.request, self.day)
        return with_plan and self.request.kind is not RequestKind.ADVICE

    @cached_property
    def payee(self) -> PayeeKind:
        """Which kind of payee the request's school is."""
        return payee_kind(self.session, self.request.school)

    @cached_property
    def advice(self) -> Advising | None:
        """What the panel advised, where that still stands; nothing advises while this is open."""
        return standing_advice(self.session, self.request.id)

    @cached_property
    def finance(self) -> Finance | None:
        """The finance policy of today; none before the council has published one."""
        return document_on(self.session, "finance", Finance, self.day)

    def move(self, move: Move) -> None:
        """Move the request, waiting no longer than until its decision is due."""
        until = move.waits_until_at
        if until is None and not self.request.overdue:
            until = self.request.decide_by_at
        if move.ending is not None:
            until = None
        timed = move.model_copy(update={"waits_until_at": until})
        casework.move_to(self.session, self.request, timed, self.now)


def sit_down(session: Session, request_id: UUID, now: datetime) -> Desk:
    """Take a request in hand, with the policy it is pinned to."""
    request = casework.take_in_hand(session, request_id)
    return Desk(session=session, now=now, request=request, policies=pinned(session, request.pins))


def standing(desk: Desk, outcome: ActOutcome | None = None) -> Standing:
    """Say where the request stands now that the effect has been written."""
    desk.session.flush()
    after = casework.stands(desk.session, desk.request.id)
    unheard_ballot_id, parts = casework.heard_and_played(desk.session, desk.request.id)
    told = outcome.model_copy(update={"stage": after.stage}) if outcome else None
    return Standing(
        request_id=desk.request.id,
        stage=after.stage,
        now_at=desk.now,
        waits_until_at=after.waits_until_at,
        unheard_ballot_id=unheard_ballot_id,
        parts=parts,
        ending=after.ending,
        outcome=told,
    )
