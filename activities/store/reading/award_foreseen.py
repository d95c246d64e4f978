"""What a change of an award would come to, worked out when it is asked: nothing is recorded.

It is the rule that posts the change. Whether the officer's limit covers it and a pot can pay is
found when it is recorded.
"""

from datetime import date
from uuid import UUID

from sqlmodel import Session

from activities.store import changes, deciding
from activities.store.changes import AwardHeld
from activities.store.policies import document_on, pinned
from activities.store.reading.awards import award_seen
from activities.store.reading.caller import Caller
from activities.store.tables import AwardRow, RequestRow, SchoolRow
from domain.adjusting import History, Stretch, due_to_day, worth
from domain.award import Instalment
from domain.finance_acts import AwardChange, Transfer
from domain.foreseeing import OfYear, WorkedOut, by_year, taken_in_turn, worked_out
from domain.frozen import Frozen
from domain.moving import begun, moves_on
from domain.policy.model import Calendar, Payments
from domain.refusals import NoPolicyInForce, NotValid, RoleNeeded
from domain.request import RequestKind
from domain.stages import ALLOWED_TO, ActKind


class ForeseeingChange(Frozen):
    """A change of an award that somebody thinks of: what happened, and its days."""

    change: AwardChange


class GoesOnAt(Frozen):
    """What the next school of a pupil would be promised, pence."""

    school: str
    from_on: date
    worth_pence: int
    due_at_once_pence: int
    """What falls due on the day that the move is carried out."""


class AwardForeseen(Frozen):
    """What a change would come to if it were carried out on a day, pence."""

    award_id: UUID
    worked_out_on: date
    worth_before_pence: int
    worth_after_pence: int
    paid_pence: int
    """Paid to the school until today, less what came back and what another council is asked for."""
    due_to_date_pence: int
    """What is due, after the change, for the days until the day it is worked out."""
    extra_now_pence: int
    """Due at once, for days that were paid for already."""
    take_back_pence: int
    """What the school gives back."""
    claimed_pence: int
    """What another council is asked for."""
    given_back_pence: int
    """What another council is not asked for any more."""
    still_due_before_pence: int
    still_due_after_pence: int
    """What is still to be paid after the change; with what is paid and stays, its whole worth."""
    cancelled: tuple[int, ...]
    """Numbers of the instalments that will not fall due."""
    new_instalments: tuple[Instalment, ...]
    years: tuple[OfYear, ...]
    goes_on_at: GoesOnAt | None

    @property
    def difference_pence(self) -> int:
        """What the award is worth more after the change; below nought where it is less."""
        return self.worth_after_pence - self.worth_before_pence


def award_foreseen(
    session: Session, caller: Caller, award_id: UUID, change: AwardChange
) -> AwardForeseen:
    """Work out what a change of an award would come to today: for officers nothing bars."""
    row = award_seen(session, caller, award_id)
    if not caller.holds(*ALLOWED_TO[ActKind.CHANGE_AWARD]):
        raise RoleNeeded("to change an award", "officers of the council do")
    held = changes.as_held(session, row)
    claim = changes.claim_on(session, award_id)
    worked = worked_out(held.history, change, held.paid_numbers, claim, caller.day)
    before, after = held.history, worked.adjustment.history
    years = _years(session, held, worked)
    return AwardForeseen(
        award_id=award_id,
        worked_out_on=caller.day,
        worth_before_pence=worth(before),
        worth_after_pence=worth(after),
        paid_pence=held.paid_pence,
        due_to_date_pence=due_to_day(after, caller.day),
        extra_now_pence=worked.adjustment.extra_now_pence,
        take_back_pence=worked.take_back_pence,
        claimed_pence=worked.claimed_pence,
        given_back_pence=worked.given_back_pence,
        still_due_before_pence=sum(each.due_before_pence for each in years),
        still_due_after_pence=sum(each.due_after_pence for each in years),
        cancelled=worked.adjustment.cancel,
        new_instalments=worked.adjustment.new_instalments,
        years=years,
        goes_on_at=_goes_on(session, row, held, change, caller.day),
    )


def _years(session: Session, held: AwardHeld, worked: WorkedOut) -> tuple[OfYear, ...]:
    """Year by year; what comes back is taken of the latest years first, as it will be."""
    lines = changes.paid_lines(session, held.id)
    in_turn = taken_in_turn(worked.take_back_pence, (each.answered_pence for each in lines))
    years = [each.financial_year for each in lines]
    return by_year(
        held.history,
        worked.adjustment.history,
        held.paid_numbers,
        [(each.financial_year, each.pence) for each in lines],
        list(zip(years, in_turn, strict=True)),
    )


def _goes_on(
    session: Session, row: AwardRow, held: AwardHeld, change: AwardChange, day: date
) -> GoesOnAt | None:
    """Work out what the next school is promised, where the award goes on at one."""
    if not isinstance(change, Transfer) or change.to_school is None:
        return None
    laid = moves_on(held.history, change, held.school)
    if session.get(SchoolRow, change.to_school) is None:
        raise NotValid("to move the pupil", "there is no school of that code")
    history = _begun(session, row, change.to_school, day, laid=laid)
    return GoesOnAt(
        school=change.to_school,
        from_on=history.from_on,
        worth_pence=worth(history),
        due_at_once_pence=sum(each.pence for each in history.instalments if each.due_on <= day),
    )


def _begun(
    session: Session, row: AwardRow, school: str, day: date, *, laid: tuple[Stretch, ...]
) -> History:
    """Lay out the award of the next school by the rules that this one is under (promise 9)."""
    request = session.get(RequestRow, row.request_id) if row.request_id else None
    payments: Payments | None
    calendar: Calendar | None
    if request is not None:
        kind = RequestKind(request.kind)
        policies = pinned(session, request.pins)
        payments, calendar = policies.payments, policies.calendar
    else:
        kind = RequestKind.PROJECT if row.plan_item_id else RequestKind.INDIVIDUAL
        payments = document_on(session, "payments", Payments, day)
        calendar = document_on(session, "calendar", Calendar, day)
    if payments is None or calendar is None:
        raise NoPolicyInForce("to change an award", "no rules for payments are in force today")
    rule = payments.rule_for(kind, deciding.payee_kind(session, school))
    return begun(laid, rule, calendar, day)
