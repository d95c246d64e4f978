"""Money: what each pot was given in a year and how far it has gone, as picture and table."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from sqlmodel import Session

from activities.store import reading
from activities.store.reading import BalanceView, BudgetLineView, ledger
from activities.store.reading.ledger import JournalAsked
from activities.store.reading.published_names import pot_names
from activities.store.reading.statements import MONEY_DESKS
from api import money_files
from api.downloads import offer_files
from api.pages.charts import LEFT, Bar, Chart, Row, chart, made_of
from api.pages.doing import JustDone, doing
from api.pages.journal_table import entries_table
from api.pages.money_words import POTS, POTS_SAY, STAGES, pot_called, year_called, years_around
from api.pages.sheets import (
    Cell,
    Choice,
    Links,
    Sheet,
    Table,
    Words,
    draw_sheet,
    facts,
    money,
    rows,
)
from api.pages.visitor import Looking, Visitor, caller_looking
from api.pages.words import day
from api.parts import WithParts
from domain.forecast import ALL_POTS
from domain.ledger.accounts import MoneyStage
from domain.money import pounds
from domain.people import Role
from domain.periods import financial_year
from domain.policy.finance import BudgetKind, budget_kind
from domain.refusals import Unknown

router = APIRouter(include_in_schema=False)

YearAsked = Annotated[int | None, Query(ge=2000, le=2199)]
PotNamed = Annotated[str, Path(max_length=100, pattern=r"^[a-z_]+(:[A-Za-z0-9_-]+){0,2}$")]
BACK = ("Money", "/finance")
_MY_WORK = ("My work", "/")
_TONES = {
    MoneyStage.PAID: 1,
    MoneyStage.COMMITTED: 2,
    MoneyStage.HELD: 3,
    MoneyStage.AVAILABLE: LEFT,
}
_KEYS = tuple((tone, STAGES[stage]) for stage, tone in _TONES.items())
_COLUMNS = ("Budget", "Paid", "Promised", "Held", "Left")
_IN_GLANCE = 20
_LOOK = (
    ("/ledger", "The ledger, entry by entry"),
    ("/reports/forecast", "Forecast of the year"),
    ("/reports/shortfalls", "Shortfalls seen coming"),
    ("/reports/by/cluster", "What was held, promised and paid: by cluster, area, school, need"),
    ("/reports/schools", "Schools' own SEN money beside what they are given"),
    ("/reports/statements", "Monthly statements of the clusters"),
    ("/reports/months", "Which months are closed"),
    ("/reports/year-end", "How a year was closed, and who signed it"),
    ("/finance/budgets", "Budgets by line, decision and file"),
)
_RUNS = ("/payment-runs", "Payment runs")
_OVERSPENDS = ("/finance/overspends", "Overspends that two people sign")
_CLAIMS = ("/awards/claims", "What other councils owe")
_DO = (
    ("/finance/files", "Hand in a file: budgets, live awards, a bank's answer"),
    ("/finance/vire", "Move money between budgets"),
    ("/finance/cover-overspend", "Cover a pot from the recorded overspend"),
    ("/finance/recoup-from-council", "Take in what another council has paid"),
    ("/finance/formula-shares", "Share a total between clusters by the formula"),
)
_OFFICERS = (Role.COUNCIL_OFFICER, Role.SEN_OFFICER)


def year_of(visitor: Visitor, asked: int | None) -> int:
    """The financial year that is asked for; without one it is today's."""
    return financial_year(visitor.caller.day) if asked is None else asked


def year_choice(visitor: Visitor, year: int) -> Choice:
    """A choice of financial years."""
    around = tuple(years_around(financial_year(visitor.caller.day), year))
    return Choice("year", "Financial year", around, str(year))


def back_of(visitor: Visitor) -> tuple[str, str]:
    """The way back: to the money for its desks, to their own work for others."""
    return BACK if visitor.caller.holds(*MONEY_DESKS) else _MY_WORK


def pot_options(names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Every pot that may be chosen, by its name."""
    own = {code: says for code, says in POTS.items() if code != ALL_POTS}
    return tuple({**own, **names}.items())


def pot_cell(pot: str, names: Mapping[str, str], year: int | None) -> Cell:
    """A pot by its name, leading to its page."""
    called = pot_called(pot, names)
    return Cell(called, f"/finance/pots/{pot}?year={year}") if year else Cell(called)


@router.get("/finance")
def money_of_a_year(
    request: Request, visitor: Looking, parts: WithParts, asked: JustDone, year: YearAsked = None
) -> Response:
    """Show budgets by cluster as a picture, every pot as a table, and what can be done."""
    wanted = year_of(visitor, year)

    def read(session: Session) -> tuple[tuple[BalanceView, ...], dict[str, str], Any]:
        found = reading.balances(session, visitor.caller, wanted)
        return found, pot_names(session), doing(session, visitor.caller, asked)

    found, names, done = parts.read(read)
    clusters = [each for each in found if _is_cluster(each)]
    others = [each for each in found if not _is_cluster(each)]
    sheet = Sheet(
        title="Money",
        caption=year_called(wanted),
        choices=(year_choice(visitor, wanted),),
        parts=(
            *_picture(clusters, names),
            _table("Budgets of the clusters", clusters, names, wanted, total=True),
            replace(
                _table("Other pots", others, names, wanted),
                files="/finance",
                query=f"year={wanted}",
                files_say="every pot",
            ),
            *_ways(visitor),
        ),
    )
    return draw_sheet(request, sheet, doing=done)


@router.get("/finance/pots/{pot}")
def one_pot(
    request: Request, pot: PotNamed, visitor: Looking, parts: WithParts, year: YearAsked = None
) -> Response:
    """Show one pot's year: how far its money has gone, who gave it, and its latest entries."""
    wanted = year_of(visitor, year)

    def read(session: Session) -> dict[str, Any]:
        caller = visitor.caller
        of_pot = JournalAsked(year=wanted, pot=pot)
        return {
            "balances": reading.balances(session, caller, wanted, pot),
            "lines": [
                each for each in reading.budget_lines(session, caller, wanted) if each.pot == pot
            ],
            "entries": ledger.journal(session, caller, of_pot, _IN_GLANCE),
            "names": pot_names(session),
        }

    told = parts.read(read)
    names = told["names"]
    if pot not in names and pot not in POTS_SAY:
        raise Unknown("this pot", "there is none of that name")
    return draw_sheet(request, _pot_sheet(visitor, pot, wanted, told))


@router.get("/finance/budgets")
def budgets(
    request: Request, visitor: Looking, parts: WithParts, year: YearAsked = None
) -> Response:
    """Show what the files gave each pot in a year, by line and decision, in both years' columns."""
    wanted = year_of(visitor, year)

    def read(session: Session) -> tuple[tuple[BudgetLineView, ...], dict[str, str]]:
        return reading.budget_lines(session, visitor.caller, wanted), pot_names(session)

    lines, names = parts.read(read)
    is_finance = visitor.caller.holds(Role.FINANCE_OFFICER)
    sheet = Sheet(
        title="Budgets by line and decision",
        caption=year_called(wanted),
        back=BACK,
        lead=(
            (
                "Five twelfths of a financial year are April to August, in the academic year"
                " before; seven twelfths are September to March."
            ),
        ),
        choices=(year_choice(visitor, wanted),),
        actions=(Cell("Hand in a file of budgets", "/finance/files/new?kind=budgets"),)
        if is_finance
        else (),
        parts=(_lines_table(lines, names, wanted),),
    )
    return draw_sheet(request, sheet)


def _pot_sheet(visitor: Visitor, pot: str, year: int, told: Mapping[str, Any]) -> Sheet:
    names = told["names"]
    (found,) = told["balances"] or (None,)
    says = POTS_SAY.get(pot)
    picture: tuple[Any, ...] = (
        Words((f"Nothing was given to this pot in {year_called(year)}.",), is_set_in=True),
    )
    if found is not None:
        left = f"{pounds(found.available_pence)} of {pounds(found.allocated_pence)} is left"
        of_it = (Row(pot_called(pot, names), (_bar(found),)),)
        picture = (
            *((chart(left, of_it, keys=_KEYS),) if found.allocated_pence > 0 else ()),
            facts(*zip(_COLUMNS, _amounts(found), strict=True)),
        )
    return Sheet(
        title=pot_called(pot, names),
        caption=f"Pot, {year_called(year)}",
        back=BACK,
        lead=(says,) if says else (),
        choices=(year_choice(visitor, year),),
        parts=(
            *picture,
            _lines_table(told["lines"], names, None),
            entries_table(
                "Latest entries",
                told["entries"],
                names,
                of_pot=pot,
                more=(Cell("All entries of this pot", f"/ledger?year={year}&pot={pot}"),),
            ),
        ),
    )


def _lines_table(
    lines: Iterable[BudgetLineView], names: Mapping[str, str], year: int | None
) -> Table:
    columns = ("Pot", "Given", "April to August", "September to March", "Section 251", "Decision")
    return Table(
        caption="What was given, by line",
        columns=(*columns, "Set"),
        figures=frozenset(columns[1:4]),
        rows=rows(
            (
                pot_cell(each.pot, names, year),
                money(each.pence),
                money(each.april_to_august_pence),
                money(each.september_to_march_pence),
                Cell(each.section_251_line, below=each.cost_centre),
                Cell(each.authority, f"/ledger/entries/{each.entry_id}", also="why"),
                day(each.set_at),
            )
            for each in lines
        ),
        empty="No file has given a budget here. Finance hands one in, and takes it into effect.",
        files="/finance/budgets" if year else "",
        query=f"year={year}",
    )


def _is_cluster(each: BalanceView) -> bool:
    return budget_kind(each.pot) is BudgetKind.CLUSTER


def _amounts(each: BalanceView) -> tuple[Cell, ...]:
    return tuple(
        map(
            money,
            (
                each.allocated_pence,
                each.paid_pence,
                each.committed_pence,
                each.held_pence,
                each.available_pence,
            ),
        )
    )


def _table(
    caption: str,
    found: list[BalanceView],
    names: Mapping[str, str],
    year: int,
    *,
    total: bool = False,
) -> Table:
    lines = [(pot_cell(each.pot, names, year), *_amounts(each)) for each in _by_name(found, names)]
    if total and len(found) > 1:
        sums = [
            sum(getattr(each, name) for each in found)
            for name in ("allocated_pence", "paid_pence", "committed_pence", "held_pence")
        ]
        left = sum(each.available_pence for each in found)
        lines.append((Cell("Together"), *map(money, (*sums, left))))
    return Table(
        caption=caption,
        columns=("Pot", *_COLUMNS),
        figures=frozenset(_COLUMNS),
        rows=rows(lines),
        has_total=total and len(found) > 1,
        empty="No budget was set for this year. Finance hands in a file of budgets, and takes it"
        " into effect.",
    )


def _by_name(found: Iterable[BalanceView], names: Mapping[str, str]) -> list[BalanceView]:
    return sorted(found, key=lambda each: pot_called(each.pot, names))


def _picture(clusters: list[BalanceView], names: Mapping[str, str]) -> tuple[Chart, ...]:
    given = [each for each in clusters if each.allocated_pence > 0]
    if not given:
        return ()
    bars = [Row(pot_called(each.pot, names), (_bar(each),)) for each in _by_name(given, names)]
    return (chart(_finding(given, names), bars, keys=_KEYS),)


def _bar(each: BalanceView) -> Bar:
    says = f"{pounds(each.available_pence)} left of {pounds(each.allocated_pence)}"
    parts = ((tone, getattr(each, f"{stage.value}_pence")) for stage, tone in _TONES.items())
    return made_of(says, parts)


def _finding(given: list[BalanceView], names: Mapping[str, str]) -> str:
    """What the picture shows, in a sentence: what is left of all, and who has the least."""
    left = sum(each.available_pence for each in given)
    whole = sum(each.allocated_pence for each in given)
    least = min(given, key=lambda each: each.available_pence * 1000 // each.allocated_pence)
    part = max(0, least.available_pence * 100 // least.allocated_pence)
    says = f"Of {pounds(whole)} for clusters {pounds(left)} is left"
    if len(given) < 2:  # noqa: PLR2004  one is neither least nor most
        return says
    return f"{says}; {pot_called(least.pot, names)} has least, {part}% of its budget"


def _ways(visitor: Visitor) -> tuple[Links, ...]:
    """What this person can do, and where to look closer."""
    caller = visitor.caller
    does = list(_DO) if caller.holds(Role.FINANCE_OFFICER) else []
    if caller.holds(Role.COUNCIL_OFFICER) and not does:
        does = list(_DO[1:3])
    looks = list(_LOOK)
    if caller.holds(Role.FINANCE_OFFICER, Role.LEADER):
        looks.insert(0, _RUNS)
    if caller.holds(Role.FINANCE_OFFICER, *_OFFICERS):
        looks += [_OVERSPENDS, _CLAIMS]
    return tuple(
        Links(tuple(Cell(says, href) for href, says in ways), title)
        for title, ways in (("What you can do", does), ("Look closer", looks))
        if ways
    )


offer_files(router, "/finance", money_files.balances, caller_looking)
offer_files(router, "/finance/budgets", money_files.budgets, caller_looking)
