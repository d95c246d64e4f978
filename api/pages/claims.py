"""What other councils owe for pupils of their own: council by council, and line by line."""

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from activities.store import reading
from activities.store.reading import CouncilOwes
from activities.store.reading.claims import ClaimLine
from api import money_files
from api.downloads import offer_files
from api.money_files import Council
from api.pages.few import From
from api.pages.money import back_of
from api.pages.sheets import Cell, Choice, Sheet, Table, draw_sheet, money, paged, rows
from api.pages.visitor import Looking, caller_looking
from api.pages.words import day
from api.parts import WithParts
from domain.stages import ALLOWED_TO, ActKind

router = APIRouter(include_in_schema=False)

_HERE = "/awards/claims"
_TAKE_IN = "/finance/recoup-from-council"
_AT_ONCE = 50


@router.get(_HERE)
def claims(
    request: Request,
    visitor: Looking,
    parts: WithParts,
    council: Council = None,
    shown: From = 0,
) -> Response:
    """Show what each council owes and has paid, and the awards and days that it is asked for."""
    caller = visitor.caller

    def read(session: Session) -> tuple[tuple[CouncilOwes, ...], tuple[ClaimLine, ...], Any]:
        lines = reading.claim_lines(session, caller, council)
        part = lines[shown : shown + _AT_ONCE]
        names = reading.school_names(session, {each.school for each in part})
        return reading.claims(session, caller), lines, names

    owes, lines, names = parts.read(read)
    may_take_in = caller.holds(*ALLOWED_TO[ActKind.RECOUP_FROM_COUNCIL])
    query = urlencode({"council": council}) if council else ""
    codes = tuple((each.council, each.council) for each in owes)
    sheet = Sheet(
        title="What other councils owe",
        back=back_of(visitor),
        lead=(
            (
                "When a pupil becomes another council's, that council is asked for what was paid"
                " here for days that are its own."
            ),
        ),
        actions=(Cell("Take in what a council has paid", _TAKE_IN),) if may_take_in else (),
        choices=(Choice("council", "Council", (("", "All of them"), *codes), council or ""),),
        parts=(
            _councils(owes, may_take_in=may_take_in),
            Table(
                caption="What is asked for, line by line",
                columns=("Award", "Council", "School", "Days", "A year", "Claimed"),
                figures=frozenset({"A year", "Claimed"}),
                rows=rows(_line(each, names) for each in lines[shown : shown + _AT_ONCE]),
                empty="Nothing is claimed: no pupil with an award has gone to another council.",
                more=paged(f"{_HERE}?{query}" if query else _HERE, shown, len(lines), _AT_ONCE),
                files=_HERE,
                query=query,
            ),
        ),
    )
    return draw_sheet(request, sheet)


def _councils(owes: tuple[CouncilOwes, ...], *, may_take_in: bool) -> Table:
    figures = ("Claimed", "Came in", "Still open")
    return Table(
        caption="Council by council",
        columns=("Council", *figures, *(("What to do",) if may_take_in else ())),
        figures=frozenset(figures),
        rows=rows(
            (
                each.council,
                money(each.claimed_pence),
                money(each.came_in_pence),
                money(each.open_pence),
                *((_take_in(each),) if may_take_in else ()),
            )
            for each in owes
        ),
        empty="No other council owes anything.",
    )


def _take_in(each: CouncilOwes) -> Cell:
    if each.open_pence <= 0:
        return Cell("Nothing is open")
    return Cell("Take in a payment", f"{_TAKE_IN}?council={each.council}", also=each.council)


def _line(each: ClaimLine, names: dict[str, str]) -> tuple[Any, ...]:
    days = f"{day(each.from_on)} to {day(each.last_on)}"
    of = "no longer claimed" if each.pence < 0 else ""
    return (
        Cell(each.reference or "An award from before", f"/awards/{each.award_id}", below=of),
        each.council,
        names.get(each.school, each.school),
        Cell(days, below=f"{each.days:,} days with an amount"),
        money(each.annual_pence),
        money(each.pence),
    )


offer_files(router, _HERE, money_files.claims, caller_looking)
