"""What a year is seen to come to: its forecast beside the budget, and pots that will run short."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from activities.store import reading
from activities.store.reading import ForecastView, ShortfallView
from activities.store.reading.published_names import pot_names
from activities.store.reading.statements import MONEY_DESKS, ForecastLine
from api import money_files
from api.downloads import offer_files
from api.pages.charts import LEFT, Bar, Chart, Row, chart, made_of
from api.pages.money import YearAsked, back_of, pot_cell, year_choice, year_of
from api.pages.money_words import DIRECTIONS, MADE_OF, MONTHS, of, pot_called, year_called
from api.pages.sheets import Cell, Sheet, Table, draw_sheet, money, rows
from api.pages.visitor import Looking, caller_looking
from api.pages.words import day
from api.parts import WithParts
from domain.forecast import Direction
from domain.ledger.accounts import DEFICIT, HIGH_NEEDS_BLOCK
from domain.money import pounds

router = APIRouter(include_in_schema=False)

_TONES = {"paid": 1, "committed": 2, "in_hand": 3, "renewals": 4}
_KEYS = (
    *((tone, MADE_OF[name][:1].upper() + MADE_OF[name][1:]) for name, tone in _TONES.items()),
    (LEFT, "Not asked for"),
)
_FARTHEST = 20
"""So many budgets a bar is long at most, or none beside it could be read."""
_FIGURES = ("Budget", "Paid", "Promised", "Priced, not signed", "May go on", "Forecast")
_DIFFERENCE = "Against the budget"


@router.get("/reports/forecast")
def forecast(
    request: Request, visitor: Looking, parts: WithParts, year: YearAsked = None
) -> Response:
    """Show a year forecast to its end beside its budget, as picture and table."""
    wanted = year_of(visitor, year)

    def read(session: Session) -> tuple[ForecastView, dict[str, str]]:
        return reading.forecast_now(session, visitor.caller, wanted), pot_names(session)

    found, names = parts.read(read)
    sheet = Sheet(
        title="Forecast",
        caption=year_called(wanted),
        back=back_of(visitor),
        lead=(
            (
                "What the year will come to as things stand today: paid, promised, priced and not"
                " signed yet, and awards that end early and may go on."
            ),
        ),
        choices=(year_choice(visitor, wanted),),
        parts=(*_picture(found, names), _table(found, names, wanted)),
    )
    return draw_sheet(request, sheet)


@router.get("/reports/shortfalls")
def shortfalls(request: Request, visitor: Looking, parts: WithParts) -> Response:
    """List pots that were seen to run short when a month was closed, with what makes it."""

    def read(session: Session) -> tuple[tuple[ShortfallView, ...], dict[str, str]]:
        return reading.shortfalls_seen(session, visitor.caller), pot_names(session)

    found, names = parts.read(read)
    is_desk = visitor.caller.holds(*MONEY_DESKS)
    figures = ("Budget", "Forecast", "Short by")
    sheet = Sheet(
        title="Shortfalls seen coming",
        back=back_of(visitor),
        lead=(
            (
                "Pots that will not last the year, as the month that was closed last saw it. An"
                " empty budget refuses no child: what is owed is paid, from a recorded overspend"
                " if it must be."
            ),
        ),
        actions=(Cell("Forecast as things stand today", "/reports/forecast"),),
        parts=(
            Table(
                caption="Pots that will run short",
                columns=("Pot", "Seen", *figures, "What makes it"),
                figures=frozenset(figures),
                rows=rows(
                    (
                        pot_cell(each.pot, names, each.financial_year if is_desk else None),
                        Cell(
                            f"{MONTHS[each.period]} of {year_called(each.financial_year)}",
                            below=day(each.seen_at),
                        ),
                        money(each.budget_pence),
                        money(each.forecast_pence),
                        money(each.shortfall_pence),
                        "; ".join(f"{pounds(n)} {of(MADE_OF, part)}" for part, n in each.made_of),
                    )
                    for each in found
                ),
                empty="No pot was seen to run short. Each month is looked at when it is closed.",
                files="/reports/shortfalls",
            ),
        ),
    )
    return draw_sheet(request, sheet)


def _table(found: ForecastView, names: Mapping[str, str], year: int) -> Table:
    lines = [_line(each, pot_cell(each.pot, names, year)) for each in found.pots]
    if found.total is not None:
        lines.append(_line(found.total, Cell("All but the block")))
    return Table(
        caption="Forecast by pot",
        columns=("Pot", *_FIGURES, _DIFFERENCE),
        figures=frozenset({*_FIGURES, _DIFFERENCE}),
        rows=rows(lines),
        has_total=found.total is not None,
        empty="No pot of yours has a budget in this year.",
        files="/reports/forecast",
        query=f"year={year}",
    )


def _line(each: ForecastLine, called: Cell) -> tuple[Cell, ...]:
    amounts = (
        each.budget_pence,
        each.paid_pence,
        each.committed_pence,
        each.in_hand_pence,
        each.renewals_pence,
        each.forecast_pence,
    )
    is_off = each.direction is not Direction.NONE
    against = Cell(
        pounds(each.variance_pence) if is_off else DIRECTIONS[each.direction],
        below=DIRECTIONS[each.direction] if is_off else "",
    )
    return (called, *map(money, amounts), against)


def _picture(found: ForecastView, names: Mapping[str, str]) -> tuple[Chart, ...]:
    """A bar for each pot, its parts one after the other, each as a part of the pot's own budget.

    The block is left out: what nobody delegated covers no locality.
    """
    shown = [each for each in found.pots if each.pot != HIGH_NEEDS_BLOCK and _is_there(each)]
    if not shown:
        return ()
    bars = [Row(pot_called(each.pot, names), (_bar(each),)) for each in shown]
    return (chart(_finding(found, names), bars, keys=_KEYS, marked="The budget"),)


def _is_there(each: ForecastLine) -> bool:
    return max(each.budget_pence, each.forecast_pence) > 0


def _bar(each: ForecastLine) -> Bar:
    """What a budget comes to; without a budget, what is forecast is the whole of it."""
    budget, whole = max(each.budget_pence, 0), each.forecast_pence
    if budget:
        whole = max(budget, each.forecast_pence // _FARTHEST)
    left = (LEFT, budget - each.forecast_pence)
    parts = [(tone, getattr(each, f"{part}_pence")) for part, tone in _TONES.items()]
    return made_of(
        f"{pounds(each.forecast_pence)} of {pounds(each.budget_pence)}",
        [*parts, left],
        of=whole,
        mark=budget or None,
    )


def _finding(found: ForecastView, names: Mapping[str, str]) -> str:
    """What the picture shows, in a sentence."""
    pots = [each for each in found.pots if each.pot != DEFICIT]
    over = [each for each in pots if each.direction is Direction.ADVERSE]
    if not over:
        return "Every budget is forecast to last the year"
    worst = max(over, key=lambda each: each.variance_pence)
    called = pot_called(worst.pot, names)
    short = f"{called} is forecast to need {pounds(worst.variance_pence)} more than it has"
    others = len(over) - 1
    return short + (f", and {others} more run short" if others else "")


offer_files(router, "/reports/forecast", money_files.forecast, caller_looking)
offer_files(router, "/reports/shortfalls", money_files.shortfalls, caller_looking)
