"""Who is told which report of the money: every figure, no small number, or none yet.

The difference of two spans, or of two days on which a span that still grows is asked for, tells
what each of them hides; so does a cluster's figure beside those of its schools.
"""

from sqlmodel import Session

from activities.store.ledger import closed_periods
from activities.store.reading.asked_days import equality_on
from activities.store.reading.caller import OFFICERS, Caller
from activities.store.reading.finance_reports import (
    FIGURES,
    BesideLine,
    Report,
    ReportBy,
    Span,
    all_beside,
    counted,
    requests_within,
    said_of_few,
)
from activities.store.reading.ledger import check_may_look
from activities.store.reading.seeing import AT_SCHOOL
from domain.closing import MONTHS
from domain.ledger.accounts import FinancialYear
from domain.nested import codes_hidden, hide_small_within
from domain.people import Role
from domain.refusals import NotValid
from domain.suppression import TOTAL, hide_small

TOLD_ALL = (Role.FINANCE_OFFICER, *OFFICERS)
"""Who may choose the months; leaders are told a whole year."""
_DEPTH = {ReportBy.AREA: 1, ReportBy.CLUSTER: 2, ReportBy.SCHOOL: 3}
"""How far inwards each kind of place is."""
_OF_CHILDREN = ("says_it_spends_pence", "promised_pence", "paid_pence")
"""What a school's budget stands beside; of few children it would tell what one was given."""
_WHY_CLOSED = (
    "leaders are told a whole year once all its months are closed: months that may be chosen"
    " freely, and a year that still grows, would give small numbers away by subtraction"
)
_ASK_CLOSED = (
    "Ask for a year that is closed. How far each budget of this year has gone is in the balances"
    " and the forecast."
)


def report(session: Session, caller: Caller, by: ReportBy, span: Span) -> Report:
    """Report a span of months by one thing: for finance, officers and leaders.

    Finance is told every figure, for it signs for them, and so are officers, who may open each
    case, but by kind of need: there small numbers are hidden from them. Leaders, who see no
    request, are told no small number by anything, and a whole year once all its months are closed.
    """
    check_may_look(caller)
    if not caller.holds(*TOLD_ALL):
        _check_closed(session, span)
        return _without_small(session, caller, counted(session, by, span))
    found = counted(session, by, span)
    if by is ReportBy.NEED and not caller.holds(Role.FINANCE_OFFICER):
        return _without_small(session, caller, found)
    return found


def spend_of(session: Session, caller: Caller, year: FinancialYear) -> Report | None:
    """Report a year by cluster to whoever may look; nothing while it is not told to leaders."""
    if not (caller.holds(*TOLD_ALL) or _is_closed(session, year)):
        return None
    return report(session, caller, ReportBy.CLUSTER, Span(financial_year=year))


def beside(session: Session, caller: Caller, year: FinancialYear) -> tuple[BesideLine, ...]:
    """Set each school's notional budget, spending and support side by side.

    Finance, officers and leaders see every school; a school's own people see theirs. Leaders are
    told a year that is closed, and of a school of few requests, or few pupils, its budget alone.
    """
    if caller.holds(*TOLD_ALL):
        return all_beside(session, year)
    own = caller.schools(*AT_SCHOOL)
    if own and not caller.holds(Role.LEADER):
        return tuple(each for each in all_beside(session, year) if each.school in own)
    given = report(session, caller, ReportBy.SCHOOL, Span(financial_year=year))
    hidden = {each.key for each in given.lines if each.requests is None}
    few = said_of_few(session, year, given.smallest_shown or 0)
    return tuple(
        _without_children(each, given_to_few=each.school in hidden, said_of_few=each.school in few)
        for each in all_beside(session, year)
    )


def _without_children(of: BesideLine, *, given_to_few: bool, said_of_few: bool) -> BesideLine:
    if given_to_few:
        return of.model_copy(update=dict.fromkeys(_OF_CHILDREN))
    return of.model_copy(update={"says_it_spends_pence": None}) if said_of_few else of


def _check_closed(session: Session, span: Span) -> None:
    whole = Span(financial_year=span.financial_year)
    if span != whole or not _is_closed(session, span.financial_year):
        raise NotValid("to report these months", _WHY_CLOSED, _ASK_CLOSED)


def _is_closed(session: Session, year: FinancialYear) -> bool:
    """Whether every month of a year is closed: its figures stand."""
    return len(closed_periods(session, year)) == MONTHS


def _without_small(session: Session, caller: Caller, found: Report) -> Report:
    """Hide the lines of few requests, and as many more as it takes not to give them away."""
    smallest = equality_on(session, caller.day).smallest_shown
    hidden = _hidden_in(session, found, smallest)
    nothing = dict.fromkeys(FIGURES)
    *lines, total = (
        each.model_copy(update=nothing) if each.key in hidden else each
        for each in (*found.lines, found.total)
    )
    kept = {"lines": tuple(lines), "total": total, "smallest_shown": smallest}
    return found.model_copy(update=kept)


def _hidden_in(session: Session, found: Report, smallest: int) -> frozenset[str]:
    """The keys of the lines that are hidden: of places by all that is told of the places around."""
    if found.by in _DEPTH:
        places = hide_small_within(requests_within(session, found.span), smallest)
        total = frozenset({found.total.key}) if () in places else frozenset()
        return codes_hidden(places, _DEPTH[found.by]) | total
    counts = {each.key: {"requests": each.requests or 0} for each in found.lines}
    shown = hide_small(counts, smallest)
    hidden = frozenset(each.key for each in found.lines if shown.at(each.key) is None)
    return hidden | {found.total.key} if shown.at(TOTAL) is None else hidden
