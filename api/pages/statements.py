"""Monthly statements on pages: the list of a year, and one cluster's month."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlmodel import Session

from activities.store import reading
from activities.store.reading import StatementView
from activities.store.reading.published_names import cluster_names, pot_names
from activities.store.reading.statements import MONEY_DESKS
from api import money_files
from api.downloads import offer_files
from api.pages.money import YearAsked, back_of, year_choice, year_of
from api.pages.money_words import DIRECTIONS, VERBS, pot_called, year_called
from api.pages.sheets import Cell, Sheet, Table, draw_sheet, money, paged, rows
from api.pages.visitor import Looking, caller_looking
from api.pages.words import day
from api.parts import WithParts
from domain.money import pounds

router = APIRouter(include_in_schema=False)

_AT_ONCE = 50
_OF_CHAIRS = (
    Cell("Forecast of the year", "/reports/forecast"),
    Cell("Shortfalls seen coming", "/reports/shortfalls"),
)
_STATEMENT = "/reports/statements/{statement_id:uuid}"
From = Annotated[int, Query(ge=0, le=100_000)]


@router.get("/reports/statements")
def statements(
    request: Request,
    visitor: Looking,
    parts: WithParts,
    year: YearAsked = None,
    shown: From = 0,
) -> Response:
    """List a year's monthly statements, the newest first."""
    wanted = year_of(visitor, year)

    def read(session: Session) -> tuple[Any, dict[str, str]]:
        found = reading.statements(session, visitor.caller, wanted)
        return found, cluster_names(session, {each.cluster for each in found})

    found, clusters = parts.read(read)
    here = f"/reports/statements?year={wanted}"
    sheet = Sheet(
        title="Monthly statements",
        caption=year_called(wanted),
        back=back_of(visitor),
        lead=("What each cluster's chair is told of a month, made when the month is closed.",),
        choices=(year_choice(visitor, wanted),),
        actions=() if visitor.caller.holds(*MONEY_DESKS) else _OF_CHAIRS,
        parts=(
            Table(
                caption="Statements, the newest first",
                columns=("Statement", "Cluster", "Made"),
                rows=rows(
                    (
                        Cell(each.month, f"/reports/statements/{each.id}", also=each.cluster),
                        clusters.get(each.cluster, each.cluster),
                        Cell(
                            day(each.made_at),
                            below=f"made again, {each.revision}" if each.revision > 1 else "",
                        ),
                    )
                    for each in found[shown : shown + _AT_ONCE]
                ),
                empty="No statement was made yet: the first month of the year is not closed.",
                more=paged(here, shown, len(found), _AT_ONCE),
                files="/reports/statements",
                query=f"year={wanted}",
            ),
        ),
    )
    return draw_sheet(request, sheet)


@router.get(_STATEMENT)
def statement(request: Request, statement_id: UUID, visitor: Looking, parts: WithParts) -> Response:
    """Show a cluster's statement of a month, and what moved in it."""

    def read(session: Session) -> tuple[StatementView, dict[str, str], dict[str, str]]:
        found = reading.statement(session, visitor.caller, statement_id)
        return found, pot_names(session), cluster_names(session, (found.cluster,))

    found, names, clusters = parts.read(read)
    sheet = Sheet(
        title=f"{clusters.get(found.cluster, found.cluster)}: {found.month}",
        caption="Monthly statement",
        back=("All statements", f"/reports/statements?year={found.financial_year}"),
        lead=(f"Made on {day(found.made_at)}.",),
        parts=(_statement_table(found, names), _moved_table(found, names)),
    )
    return draw_sheet(request, sheet)


def _statement_table(found: StatementView, names: Mapping[str, str]) -> Table:
    figures = ("Given", "Held", "Promised", "Paid", "Left", "Forecast")
    return Table(
        caption="Where each pot stood when the month ended",
        columns=("Pot", *figures, "Against the budget"),
        figures=frozenset(figures),
        rows=rows(
            (
                pot_called(each.pot, names),
                money(each.given_pence),
                money(each.held_pence),
                money(each.committed_pence),
                money(each.paid_pence),
                money(each.remaining_pence),
                money(each.forecast_pence, hidden="not forecast"),
                _against(each.variance_pence, each.direction),
            )
            for each in found.pots
        ),
        empty="The cluster has no pot.",
        files=f"/reports/statements/{found.id}",
    )


def _against(pence: int | None, direction: Any) -> Cell:
    if pence is None or direction is None:
        return Cell("not forecast")
    return Cell(f"{pounds(pence)} {DIRECTIONS[direction]}" if pence else DIRECTIONS[direction])


def _moved_table(found: StatementView, names: Mapping[str, str]) -> Table:
    """What the month's entries changed, by what they did."""
    return Table(
        caption="What moved in the month",
        columns=("What was done", "Pot", "Entries", "Held", "Promised", "Paid"),
        figures=frozenset({"Entries", "Held", "Promised", "Paid"}),
        rows=rows(
            (
                VERBS[each.verb],
                pot_called(each.pot, names),
                f"{each.entries:,}",
                money(each.held_pence),
                money(each.committed_pence),
                money(each.paid_pence),
            )
            for pot in found.pots
            for each in pot.moved
        ),
        empty="Nothing moved in these pots in the month.",
    )


offer_files(router, "/reports/statements", money_files.statements, caller_looking)
offer_files(router, _STATEMENT, money_files.statement, caller_looking)
