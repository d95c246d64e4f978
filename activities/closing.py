"""Months and years: closed, opened again with authority, carried forward, signed off."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from activities.finance_desk import FinanceDesk
from activities.store import closing, ledger
from activities.store.casework import Recorded
from activities.store.closing import Closed, YearEnded, capacities, signatory
from activities.store.forecasting import LAST_PERIOD, forecast_of
from activities.store.monthly import statements
from domain.closing import (
    YearEnd,
    faults_of_closing,
    month_name,
    period_ends_on,
    year_end,
)
from domain.finance_acts import ClosingPeriod, ClosingYear, ReopeningPeriod, SigningYearEnd
from domain.forecast import Forecast, shortfalls
from domain.ledger.accounts import FinancialYear
from domain.ledger.answers import LedgerAnswer
from domain.ledger.journal import Context, OpenAccounts, PotYear, Verb, entry_id
from domain.ledger.year import CarryForward, CloseAccounts, ClosePeriod, ReopenPeriod
from domain.refusals import AuthorityTooLow, Barred, NotAtThisStage
from domain.stages import ActKind

Figures = tuple[Forecast, dict[str, dict[str, Any]]]
"""A year's forecast, and what each cluster is told of a month."""


def close_period(desk: FinanceDesk, act: Recorded) -> None:
    """Close a month that is over: nothing enters it from then on, and its figures are told."""
    month = ClosingPeriod.model_validate(act.choices, strict=False)
    ledger.take_period(desk.session, month.financial_year, month.period)
    shut = {(month.financial_year, each) for each in _closed(desk, month.financial_year)}
    faults = faults_of_closing((month.financial_year, month.period), shut, desk.day)
    if faults:
        asked = f"to close {month_name(month.financial_year, month.period)}"
        raise NotAtThisStage(asked, "; ".join(faults), "Close months in their order, each once.")
    _close_month(desk, act, month, _figures(desk, month))


def reopen_period(desk: FinanceDesk, act: Recorded) -> None:
    """Open a closed month again, by another person than closed it and with the policy's say."""
    said = ReopeningPeriod.model_validate(act.choices, strict=False)
    asked = f"to open {month_name(said.financial_year, said.period)} again"
    # A year's end has the lock of its last month: it does not come in between.
    for period in sorted({said.period, LAST_PERIOD}):
        ledger.take_period(desk.session, said.financial_year, period)
    _check_may_reopen(desk, act, said, asked)
    entered = desk.context(
        act,
        financial_year=said.financial_year,
        period=said.period,
        authority=said.authority,
        reason=f"act/{act.id}",
    )
    command = ReopenPeriod(id=entry_id(act.id, Verb.REOPEN), context=entered)
    _check(ledger.reopen_period(desk.session, command), asked)
    reopened = _in_month(desk, act, said.financial_year, said.period)
    closing.said_of(desk.session, reopened, "period_reopened", authority=said.authority)


def close_year(desk: FinanceDesk, act: Recorded) -> None:
    """End a year: what is left goes where the policy says, what is owed goes on, and it closes.

    Its last month is closed with it, unless that was closed before: then the year's end is a late
    item, entered in the first open books with a reference to that month.
    """
    year = ClosingYear.model_validate(act.choices, strict=False).financial_year
    ledger.take_period(desk.session, year, LAST_PERIOD)
    shut = _closed(desk, year)
    _check_year_is_over(desk, year, shut)
    entered = _year_end_books(desk, act, year, shut)
    ended = year_end(year, ledger.balances(desk.session, year), desk.policy)
    last = ClosingPeriod(financial_year=year, period=LAST_PERIOD)
    figures = _figures(desk, last)  # before it is carried away: what the last month came to
    _carry(desk, act, ended, entered)
    _save_year_end(desk, act, ended)
    if LAST_PERIOD not in shut:
        _close_month(desk, act, last, figures)
    closing.said_of(
        desk.session, _in_month(desk, act, year, LAST_PERIOD), "year_closed", pots=len(ended.pots)
    )


def sign_year_end(desk: FinanceDesk, act: Recorded) -> None:
    """Sign a closed year off, as one of those whom the policy names; each is another person."""
    year = SigningYearEnd.model_validate(act.choices, strict=False).financial_year
    asked = f"to sign off {year} to {year + 1}"
    ended = closing.year_ended(desk.session, year)
    if ended is None:
        raise NotAtThisStage(asked, "the year is not closed yet", "Finance closes the year first.")
    person_id = _person(act)
    if person_id == ended.closed_by:
        raise Barred(asked, "you closed it yourself", "Somebody else in the role has to sign.")
    if person_id in ended.signed.values():
        raise NotAtThisStage(asked, "you have signed it", "Each signature is another person's.")
    signed_as = _signs_as(desk, person_id, ended.left, asked)
    now = _in_month(desk, act, year, LAST_PERIOD)
    closing.save_signature(desk.session, now, person_id, signed_as)
    closing.said_of(desk.session, now, "year_end_signed", signed_as=signed_as)
    if ended.left == (signed_as,):
        closing.said_of(desk.session, now, "year_signed_off")


EFFECTS: dict[ActKind, Callable[[FinanceDesk, Recorded], None]] = {
    ActKind.CLOSE_PERIOD: close_period,
    ActKind.REOPEN_PERIOD: reopen_period,
    ActKind.CLOSE_YEAR: close_year,
    ActKind.SIGN_YEAR_END: sign_year_end,
}
"""What each act does."""


def _figures(desk: FinanceDesk, month: ClosingPeriod) -> Figures:
    """What a month comes to: the year forecast as it stands, and each cluster's statement."""
    seen = forecast_of(desk.session, month.financial_year, desk.policy, desk.day)
    return seen, statements(desk.session, month.financial_year, month.period, seen)


def _close_month(desk: FinanceDesk, act: Recorded, month: ClosingPeriod, figures: Figures) -> None:
    """Close a month in the ledger, keep what was forecast then, and tell each cluster's chair."""
    year, period = month.financial_year, month.period
    entered = desk.context(act, financial_year=year, period=period)
    command = ClosePeriod(id=entry_id(act.id, Verb.CLOSE), context=entered)
    _check(ledger.close_period(desk.session, command), f"to close {month_name(year, period)}")
    closed = _in_month(desk, act, year, period)
    closing.said_of(desk.session, closed, "period_closed")
    seen, told = figures
    closing.save_forecast(desk.session, closed, seen, shortfalls(seen, desk.policy))
    closing.save_statements(desk.session, closed, told)


def _in_month(desk: FinanceDesk, act: Recorded, year: FinancialYear, period: int) -> Closed:
    return Closed(act_id=act.id, financial_year=year, period=period, at=desk.now)


def _closed(desk: FinanceDesk, year: FinancialYear) -> frozenset[int]:
    return ledger.closed_periods(desk.session, year)


def _check_may_reopen(desk: FinanceDesk, act: Recorded, said: ReopeningPeriod, asked: str) -> None:
    """Refuse whom the policy does not name, who closed it, and a month of a year that ended."""
    person_id = _person(act)
    roles = closing.roles_of(desk.session, person_id, desk.day)
    if not any(each.is_held(roles) for each in desk.policy.reopening):
        could = ", ".join(map(str, desk.policy.reopening))
        raise AuthorityTooLow(asked, "the finance policy names others", f"It is for: {could}.")
    if closing.last_closed_by(desk.session, said.financial_year, said.period) == person_id:
        raise Barred(asked, "you closed it yourself", "Another person opens it again.")
    if closing.year_ended(desk.session, said.financial_year) is not None:
        raise NotAtThisStage(
            asked,
            "its year has ended",
            "Enter what is late in the open month; it keeps a reference to its own.",
        )


def _check_year_is_over(desk: FinanceDesk, year: FinancialYear, shut: frozenset[int]) -> None:
    """Refuse a year that has ended, is not over, or has open months before its last."""
    asked = f"to close {year} to {year + 1}"
    if closing.year_ended(desk.session, year) is not None:
        raise NotAtThisStage(asked, "it is closed", "Those who are named may sign it off.")
    if desk.day <= period_ends_on(year, LAST_PERIOD):
        raise NotAtThisStage(asked, "it is not over", f"Wait until 1 April {year + 1}.")
    still_open = [each for each in range(1, LAST_PERIOD) if each not in shut]
    if still_open:
        months = ", ".join(month_name(year, each) for each in still_open)
        raise NotAtThisStage(asked, f"still open: {months}", "Close these months first.")


def _year_end_books(
    desk: FinanceDesk, act: Recorded, year: FinancialYear, shut: frozenset[int]
) -> Context:
    """The books of a year's end: its own last month, or the next open one where that is closed."""
    if LAST_PERIOD in shut:
        return desk.context(act, effective_on=period_ends_on(year, LAST_PERIOD))
    return desk.context(
        act,
        financial_year=year,
        period=LAST_PERIOD,
        effective_on=period_ends_on(year, LAST_PERIOD),
    )


def _carry(desk: FinanceDesk, act: Recorded, ended: YearEnd, entered: Context) -> None:
    """Move what is left into the next year, and close the pots of this one.

    A pot of the next year that promises have reached ahead of its budget stays unopened until
    the money has come: it never opens below nought.
    """
    asked = f"to close {ended.financial_year} to {ended.financial_year + 1}"
    _open_next(desk, act, ended, entered)
    if ended.lines:
        command = CarryForward(
            id=entry_id(act.id, Verb.CARRY_FORWARD), lines=ended.lines, context=entered
        )
        _check(ledger.carry_forward(desk.session, command), asked)
    if ended.to_close:
        shut = CloseAccounts(
            id=entry_id(act.id, Verb.CLOSE_ACCOUNTS), accounts=ended.to_close, context=entered
        )
        _check(ledger.close_accounts(desk.session, shut), asked)


def _open_next(desk: FinanceDesk, act: Recorded, ended: YearEnd, entered: Context) -> None:
    """Open the next year's pots that are needed, not open yet, and not below nought."""
    known = {
        PotYear(pot=each.pot, financial_year=each.financial_year): each
        for each in ledger.balances(desk.session, ended.financial_year + 1)
    }
    for wanted in ended.to_open:
        found = known.get(wanted)
        if found is None or not (found.is_open or found.available_pence < 0):
            opening = OpenAccounts(
                id=entry_id(act.id, Verb.OPEN, wanted.financial_year, wanted.pot),
                accounts=(wanted,),
                context=entered,
            )
            _check(ledger.open_accounts(desk.session, opening), "to open the next year")


def _save_year_end(desk: FinanceDesk, act: Recorded, ended: YearEnd) -> None:
    made = YearEnded(
        closed_by=_person(act),
        must_sign=tuple(signatory(each) for each in desk.policy.year_end_sign_offs),
        signed={},
    )
    closed = _in_month(desk, act, ended.financial_year, LAST_PERIOD)
    closing.save_year_end(desk.session, closed, made, ended.pots)


def _signs_as(desk: FinanceDesk, person_id: UUID, left: tuple[str, ...], asked: str) -> str:
    """In which of the capacities that are still wanted the person signs; refused without one."""
    held = closing.roles_of(desk.session, person_id, desk.day)
    able = capacities(held)
    for wanted in left:
        if wanted in able:
            return wanted
    raise AuthorityTooLow(
        asked,
        "the finance policy names others" if left else "everybody whom it names has signed",
        f"It waits for: {', '.join(left)}." if left else "Nothing is left to sign.",
    )


def _person(act: Recorded) -> UUID:
    """Who did the act: a person always does these."""
    assert act.person_id is not None
    return act.person_id


def _check(answer: LedgerAnswer, asked: str) -> None:
    """Tell the ledger's no as a refusal: nothing of the act stands."""
    if not answer.is_done:
        raise NotAtThisStage(
            asked,
            f"the ledger answers {answer.in_words}",
            "Money moved meanwhile, or it was done before: look at the books and do it again.",
        )
