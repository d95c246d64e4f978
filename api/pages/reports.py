"""Reports on pages: some months' money by one thing, and schools' own money beside it."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from activities.store import reading
from activities.store.reading import BesideLine, Report, ReportBy
from activities.store.reading.finance_reports import ReportLine
from activities.store.reading.told_reports import TOLD_ALL
from api import money_files
from api.downloads import offer_files
from api.money_files import MonthsQuery
from api.pages.charts import Bar, Chart, Row, chart, made_of
from api.pages.money import BACK, YearAsked, back_of, year_choice, year_of
from api.pages.money_words import BY, MONTHS, year_called
from api.pages.sheets import (
    Cell,
    Choice,
    Sheet,
    Table,
    Words,
    draw_sheet,
    money,
    paged,
    rows,
)
from api.pages.visitor import Looking, Visitor, caller_looking
from api.pages.words import KINDS, NEEDS
from api.parts import WithParts
from domain.money import pounds
from domain.refusals import NotValid

router = APIRouter(include_in_schema=False)

_AT_ONCE = 50
_IN_PICTURE = 15
_FEW = "few"
_PAID, _TO_COME = 1, 2
_KEYS = ((_PAID, "Paid"), (_TO_COME, "Promised and not paid yet"))
_OTHERWISE = {"none": "Not known", "several": "Several, equally high", "total": "Together"}
From = Annotated[int, Query(ge=0, le=100_000)]


@router.get("/reports/by/{by}")
def by_one_thing(
    request: Request,
    by: ReportBy,
    visitor: Looking,
    parts: WithParts,
    asked: Annotated[MonthsQuery, Query()],
) -> Response:
    """Show what was held, promised and paid in some months, by one thing."""
    year = year_of(visitor, asked.year)
    told: tuple[Any, ...]
    try:
        span = money_files.span_of(year, asked.from_period, asked.until_period)
        found = parts.read(lambda session: reading.report(session, visitor.caller, by, span))
        told = _report_parts(found, by, asked, year)
    except NotValid as refusal:
        told = (_not_told(refusal),)
    sheet = Sheet(
        title=f"Money by {BY[by].lower()}",
        caption=year_called(year),
        back=BACK,
        actions=tuple(
            Cell(f"By {says.lower()}", f"/reports/by/{each.value}?year={year}")
            for each, says in BY.items()
            if each is not by
        ),
        choices=(year_choice(visitor, year), *_months(visitor, asked)),
        parts=told,
    )
    return draw_sheet(request, sheet)


def _months(visitor: Visitor, asked: MonthsQuery) -> tuple[Choice, ...]:
    """A choice of months, for those who may choose some."""
    if not visitor.caller.holds(*TOLD_ALL):
        return ()
    months = tuple((str(number), name) for number, name in MONTHS.items())
    return (
        Choice("from_period", "From", months, str(asked.from_period)),
        Choice("until_period", "To the end of", months, str(asked.until_period)),
    )


@router.get("/reports/schools")
def schools(
    request: Request,
    visitor: Looking,
    parts: WithParts,
    year: YearAsked = None,
    shown: From = 0,
) -> Response:
    """Show each school's notional SEN budget beside what it says it spends and is given."""
    wanted = year_of(visitor, year)
    told: tuple[Any, ...]
    try:
        found = parts.read(lambda session: reading.beside(session, visitor.caller, wanted))
        told = (_schools_table(found, wanted, shown),)
    except NotValid as refusal:
        told = (_not_told(refusal),)
    sheet = Sheet(
        title="Schools' own SEN money beside what they are given",
        caption=year_called(wanted),
        back=back_of(visitor),
        lead=(
            (
                "The notional SEN budget is an indication: not ring-fenced, and not an amount for"
                " each pupil."
            ),
        ),
        choices=(year_choice(visitor, wanted),),
        parts=told,
    )
    return draw_sheet(request, sheet)


def _schools_table(found: tuple[BesideLine, ...], year: int, shown: int) -> Table:
    figures = ("Notional budget", "Says it spends", "Promised", "Paid")
    return Table(
        caption="Schools",
        columns=("School", *figures),
        figures=frozenset(figures),
        rows=rows(map(_school, found[shown : shown + _AT_ONCE])),
        empty="There is no school that you may see.",
        more=paged(f"/reports/schools?year={year}", shown, len(found), _AT_ONCE),
        files="/reports/schools",
        query=f"year={year}",
    )


def _not_told(refusal: NotValid) -> Words:
    says = refusal.in_the_way
    return Words((f"{says[:1].upper()}{says[1:]}. {refusal.help}",), is_set_in=True)


def _school(each: BesideLine) -> tuple[Any, ...]:
    return (
        each.name,
        money(each.notional_pence, hidden="not loaded"),
        *(
            money(pence, hidden=_FEW)
            for pence in (each.says_it_spends_pence, each.promised_pence, each.paid_pence)
        ),
    )


def _report_parts(found: Report, by: ReportBy, asked: MonthsQuery, year: int) -> tuple[Any, ...]:
    """The picture of the largest, the table of all, and what is hidden in it."""
    span = f"year={year}&from_period={asked.from_period}&until_period={asked.until_period}"
    figures = ("Requests", "Held", "Promised", "Paid")
    lines = found.lines[asked.shown : asked.shown + _AT_ONCE]
    table = Table(
        caption=f"What was held, promised and paid by {BY[by].lower()}",
        columns=(BY[by], *figures),
        figures=frozenset(figures),
        rows=rows(_line(each) for each in (*lines, *((found.total,) if lines else ()))),
        has_total=True,
        empty="No money moved in these months.",
        more=paged(f"/reports/by/{by.value}?{span}", asked.shown, len(found.lines), _AT_ONCE),
        files=f"/reports/by/{by.value}",
        query=span,
    )
    return (*_hidden(found), *_picture(found, by), table)


def _hidden(found: Report) -> tuple[Words, ...]:
    if found.smallest_shown is None:
        return ()
    says = (
        f"Fewer than {found.smallest_shown} requests are shown as “few”, and whatever would tell"
        " their number by subtraction."
    )
    return (Words((says,), is_set_in=True),)


def _picture(found: Report, by: ReportBy) -> tuple[Chart, ...]:
    """Bars of the largest: what was paid, and what was promised beside."""
    told = [each for each in found.lines if (each.promised_pence or 0) > 0]
    told.sort(key=lambda each: -(each.promised_pence or 0))
    if not told:
        return ()
    bars = [Row(_called(each), (_paid_of_promised(each),)) for each in told[:_IN_PICTURE]]
    most = next((each for each in told if each.key != "none"), told[0])
    says = f"{_called(most)} was promised most: {pounds(most.promised_pence or 0)}"
    more = f" ({_IN_PICTURE} largest of {len(told)})" if len(told) > _IN_PICTURE else ""
    return (chart(f"{says}, by {BY[by].lower()}{more}", bars, keys=_KEYS),)


def _paid_of_promised(each: ReportLine) -> Bar:
    """Promised counts what was paid of it: a bar has the two one after the other."""
    promised, paid = each.promised_pence or 0, max(each.paid_pence or 0, 0)
    parts = ((_PAID, min(paid, promised)), (_TO_COME, max(promised - paid, 0)))
    return made_of(pounds(promised), parts)


def _line(each: ReportLine) -> tuple[Any, ...]:
    figures = (each.held_pence, each.promised_pence, each.paid_pence)
    requests = _FEW if each.requests is None else f"{each.requests:,}"
    return (_called(each), requests, *(money(pence, hidden=_FEW) for pence in figures))


def _called(each: ReportLine) -> str:
    """What a line is of: its name where it has one, or our words for its code."""
    words: dict[Any, str] = {**_OTHERWISE, **NEEDS, **KINDS}
    return words.get(each.key) or each.name or each.key


offer_files(router, "/reports/by/{by}", money_files.report, caller_looking)
offer_files(router, "/reports/schools", money_files.schools, caller_looking)
