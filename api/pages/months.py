"""Months and years that end: which are closed, closing and reopening, and who signs a year off."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from activities.store import reading
from activities.store.reading import Caller, Month, YearEndView
from activities.store.reading.published_names import pot_names
from activities.store.reading.statements import waiting_signatures
from api import money_files
from api.downloads import offer_files
from api.pages.doing import JustDone, doing
from api.pages.forms import Field, Form, Kind
from api.pages.money import BACK, YearAsked, year_choice, year_of
from api.pages.money_acts import AUTHORITY, refuse_others
from api.pages.money_words import YEAR_ENDS, of, pot_called, year_called
from api.pages.sending import Ids, act_page
from api.pages.sheets import (
    Cell,
    Sheet,
    Table,
    Words,
    draw_sheet,
    facts,
    money,
    rows,
)
from api.pages.visitor import Looking, Visitor, caller_looking
from api.pages.words import in_words, instant
from api.parts import WithParts
from domain.closing import MONTHS, month_name, period_ends_on, year_begins
from domain.people import Role
from domain.refusals import Unknown
from domain.stages import ALLOWED_TO, ActKind

router = APIRouter(include_in_schema=False)

_MONTH = "/reports/months/{year:int}/{period:int}"
_YEAR = "/reports/year-end/{year:int}"
_FIRST_YEAR, _LAST_YEAR = 2000, 2199


@router.get("/reports/months")
def months(
    request: Request, visitor: Looking, parts: WithParts, asked: JustDone, year: YearAsked = None
) -> Response:
    """Show which months of a year are closed, and offer to close the next."""
    wanted = year_of(visitor, year)

    def read(session: Session) -> tuple[tuple[Month, ...], Any]:
        found = reading.months(session, visitor.caller, wanted)
        return found, doing(session, visitor.caller, asked)

    found, done = parts.read(read)
    sheet = Sheet(
        title="Months",
        caption=year_called(wanted),
        back=BACK,
        lead=(
            (
                "Nothing enters a month that is closed. Its statements are made for the chairs,"
                " and the year is forecast."
            ),
        ),
        choices=(year_choice(visitor, wanted),),
        parts=(
            Table(
                caption="Months of the year",
                columns=("Month", "Books", "Closed", "Opened again", "What can be done"),
                rows=rows(_month(visitor, wanted, each, found) for each in found),
                files="/reports/months",
                query=f"year={wanted}",
            ),
        ),
    )
    return draw_sheet(request, sheet, doing=done)


@router.get("/reports/year-end")
def year_end(
    request: Request, visitor: Looking, parts: WithParts, asked: JustDone, year: YearAsked = None
) -> Response:
    """Show how a year was closed: what went where by which rule, and who has signed it."""

    def read(session: Session) -> dict[str, Any]:
        caller = visitor.caller
        waiting = {each for _, each in waiting_signatures(session, caller)}
        wanted = year or min(waiting, default=year_of(visitor, None))
        return {
            "year": wanted,
            "end": _ended(session, caller, wanted),
            "names": pot_names(session),
            "waits": wanted in waiting,
            "done": doing(session, caller, asked),
        }

    told = parts.read(read)
    wanted: int = told["year"]
    end: YearEndView | None = told["end"]
    sheet = Sheet(
        title="The year's end",
        caption=year_called(wanted),
        back=BACK,
        choices=(year_choice(visitor, wanted),),
        actions=_of_year(visitor, wanted, end, waits=told["waits"]),
        parts=_end_parts(end, told["names"], wanted),
    )
    return draw_sheet(request, sheet, doing=told["done"])


def _ended(session: Session, caller: Caller, year: int) -> YearEndView | None:
    try:
        return reading.year_end_of(session, caller, year)
    except Unknown:
        return None


def _month(
    visitor: Visitor, year: int, each: Month, found: tuple[Month, ...]
) -> tuple[Cell | str, ...]:
    closed = Cell("Closed", tag="grey") if each.is_closed else Cell("Open", tag="green")
    return (
        each.name,
        closed,
        instant(each.closed_at) or "not closed",
        f"{each.times_reopened} times" if each.times_reopened else "never",
        _of_month(visitor, year, each, found),
    )


def _of_month(visitor: Visitor, year: int, each: Month, found: tuple[Month, ...]) -> Cell:
    """What may be tried with a month: the first that is open and over is closed next."""
    caller = visitor.caller
    here = f"/reports/months/{year}/{each.period}"
    if each.is_closed and caller.holds(*ALLOWED_TO[ActKind.REOPEN_PERIOD]):
        return Cell("Open it again", f"{here}/reopen", also=each.name)
    first = next((one.period for one in found if not one.is_closed), None)
    is_over = period_ends_on(year, each.period) < caller.day
    if each.period == first and is_over and caller.holds(Role.FINANCE_OFFICER):
        return Cell("Close it", f"{here}/close", also=each.name)
    return Cell("nothing" if is_over else "it is not over")


def _of_year(
    visitor: Visitor, year: int, end: YearEndView | None, *, waits: bool
) -> tuple[Cell, ...]:
    is_over = year_begins(year + 1) <= visitor.caller.day
    if end is None and is_over and visitor.caller.holds(Role.FINANCE_OFFICER):
        return (Cell("Close the year", f"/reports/year-end/{year}/close"),)
    return (Cell("Sign the year off", f"/reports/year-end/{year}/sign"),) if waits else ()


def _end_parts(end: YearEndView | None, names: dict[str, str], year: int) -> tuple[Any, ...]:
    if end is None:
        says = f"{year_called(year)} is not closed. Finance closes it when its months are."
        return (Words((says,), is_set_in=True),)
    figures = ("Left", "Held", "Promised", "Paid")
    return (
        facts(
            ("Closed", f"{instant(end.closed_at)}, by {end.closed_by}"),
            ("Signed off", "by everybody who must" if end.is_signed_off else "not by all yet"),
        ),
        Table(
            caption="Signatures",
            columns=("As", "By", "When"),
            rows=rows(
                (
                    _signs_as(each.signed_as),
                    each.signed_by or "nobody yet",
                    instant(each.signed_at) or "not signed",
                )
                for each in end.signatures
            ),
            empty="The finance policy asks for no signature.",
        ),
        Table(
            caption="What became of each pot",
            columns=("Pot", "What became of it", *figures),
            figures=frozenset(figures),
            rows=rows(
                (
                    pot_called(each.pot, names),
                    Cell(
                        of(YEAR_ENDS, each.way),
                        below=f"{pot_called(each.into_pot, names)}; {each.source}",
                    ),
                    money(each.available_pence),
                    money(each.held_pence),
                    money(each.committed_pence),
                    money(each.paid_pence),
                )
                for each in end.pots
            ),
            empty="Nothing was left in any pot.",
            files="/reports/year-end",
            query=f"year={year}",
        ),
    )


def _signs_as(code: str) -> str:
    """Say as what somebody signs: by the grade, where `council_officer:head_of_sen` names one."""
    return in_words(code.rpartition(":")[2])


def _year_in(ids: Ids) -> int:
    year = int(ids["year"])
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise Unknown("this year", "no books are kept of it")
    return year


def _month_in(ids: Ids) -> tuple[int, int]:
    year, period = _year_in(ids), int(ids["period"])
    if not 1 <= period <= MONTHS:
        raise Unknown("this month", "a financial year has twelve")
    return year, period


def _closing(_session: Session, caller: Caller, ids: Ids) -> Form:
    refuse_others(caller, ActKind.CLOSE_PERIOD)
    year, period = _month_in(ids)
    here = f"/reports/months?year={year}"
    return Form(
        title=f"Close {month_name(year, period)}",
        button="Close the month",
        fields=(),
        back=("All months", here),
        warning="Nothing enters the month from then on. Statements are made for the chairs, and"
        " what comes late is entered in the next month.",
        keep="Leave it open",
        adds={"financial_year": year, "period": period},
        made=here,
    )


def _reopening(_session: Session, caller: Caller, ids: Ids) -> Form:
    refuse_others(caller, ActKind.REOPEN_PERIOD)
    year, period = _month_in(ids)
    here = f"/reports/months?year={year}"
    return Form(
        title=f"Open {month_name(year, period)} again",
        button="Open the month again",
        fields=(
            AUTHORITY,
            Field(
                "reason",
                "Why it is opened again",
                Kind.LONG,
                missing="Enter why it is opened again",
            ),
        ),
        back=("All months", here),
        lead=("Another person than the one who closed it does this.",),
        keep="Leave it closed",
        adds={"financial_year": year, "period": period},
        made=here,
    )


def _closing_year(_session: Session, caller: Caller, ids: Ids) -> Form:
    refuse_others(caller, ActKind.CLOSE_YEAR)
    year = _year_in(ids)
    here = f"/reports/year-end?year={year}"
    return Form(
        title=f"Close the year {year_called(year)}",
        button="Close the year",
        fields=(),
        back=("The year's end", here),
        warning="What is left in each pot goes where the finance policy says: on, back to the high"
        " needs block, or to a pot that others share.",
        keep="Leave it open",
        adds={"financial_year": year},
        made=here,
    )


def _signing(session: Session, caller: Caller, ids: Ids) -> Form:
    refuse_others(caller, ActKind.SIGN_YEAR_END)
    year = _year_in(ids)
    end = reading.year_end_of(session, caller, year)
    here = f"/reports/year-end?year={year}"
    left = [_signs_as(each.signed_as) for each in end.signatures if each.signed_by is None]
    return Form(
        title=f"Sign the year {year_called(year)} off",
        button="Sign it off",
        fields=(),
        back=("The year's end", here),
        lead=(f"Still to sign: {', '.join(left) or 'nobody'}.",),
        warning="You say that you have read what became of each pot, and that it is right.",
        keep="Do not sign it now",
        adds={"financial_year": year},
        made=here,
    )


act_page(router, f"{_MONTH}/close", ActKind.CLOSE_PERIOD, "finance", _closing, makes=True)
act_page(router, f"{_MONTH}/reopen", ActKind.REOPEN_PERIOD, "finance", _reopening, makes=True)
act_page(router, f"{_YEAR}/close", ActKind.CLOSE_YEAR, "finance", _closing_year, makes=True)
act_page(router, f"{_YEAR}/sign", ActKind.SIGN_YEAR_END, "finance", _signing, makes=True)
offer_files(router, "/reports/months", money_files.months, caller_looking)
offer_files(router, "/reports/year-end", money_files.year_end, caller_looking)
