"""The ledger on a page: its entries by month, pot and what they did, the latest first."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlmodel import Session

from activities.store.reading import ledger
from activities.store.reading.published_names import pot_names
from api import money_files
from api.downloads import offer_files
from api.money_files import JournalQuery
from api.pages.journal_table import entries_table
from api.pages.money import BACK, pot_options, year_of
from api.pages.money_words import MONTHS, VERBS, years_around
from api.pages.sheets import Cell, Choice, Sheet, draw_sheet
from api.pages.visitor import Looking, caller_looking
from api.parts import WithParts
from domain.ledger.journal import Verb

router = APIRouter(include_in_schema=False)

_AT_ONCE = 50
_ANY = ("", "Any")
_SHOWN = (("", "That moved money"), ("all", "All, months closed too"))
_LEFT_OUT = "Entries that moved no money, such as a month closed, are left out: choose all of them."


@router.get("/ledger")
def journal(
    request: Request,
    visitor: Looking,
    parts: WithParts,
    asked: Annotated[JournalQuery, Query()],
) -> Response:
    """List the entries that are asked for, fifty at once; the next page begins before the last."""

    def read(session: Session) -> tuple[Any, dict[str, str]]:
        found = ledger.journal(session, visitor.caller, asked.asked(), _AT_ONCE + 1)
        return found, pot_names(session)

    found, names = parts.read(read)
    query = _query(asked)
    more = []
    if asked.before is not None:
        more.append(Cell("Back to the latest", f"/ledger?{query}"))
    if len(found) > _AT_ONCE:
        before = found[_AT_ONCE - 1].number
        more.append(
            Cell("Earlier entries", f"/ledger?{query}{'&' if query else ''}before={before}")
        )
    sheet = Sheet(
        title="Ledger",
        back=BACK,
        lead=(
            "No entry is ever changed; a mistake is put right by another. Each says why.",
            *(() if asked.shown == "all" or asked.verb else (_LEFT_OUT,)),
        ),
        choices=_choices(asked, names, year_of(visitor, None)),
        parts=(
            entries_table(
                "Entries, the latest first",
                found[:_AT_ONCE],
                names,
                of_pot=asked.pot,
                more=tuple(more),
                files=("/ledger", _query(asked, before=asked.before)),
            ),
        ),
    )
    return draw_sheet(request, sheet)


def _choices(asked: JournalQuery, names: dict[str, str], today: int) -> tuple[Choice, ...]:
    years = tuple(years_around(today, asked.year or today))
    months = tuple((str(number), name) for number, name in MONTHS.items())
    verbs = tuple((verb.value, VERBS[verb]) for verb in Verb)
    return (
        Choice("year", "Financial year", (_ANY, *years), str(asked.year or "")),
        Choice("period", "Month", (_ANY, *months), str(asked.period or "")),
        Choice("pot", "Pot", (_ANY, *pot_options(names)), asked.pot or ""),
        Choice("verb", "What it did", (_ANY, *verbs), asked.verb or ""),
        Choice("shown", "Entries", _SHOWN, asked.shown or ""),
    )


def _query(asked: JournalQuery, **more: Any) -> str:
    """What is asked, as the address says it; the place in the list apart."""
    said = asked.model_dump(mode="json", exclude_none=True, exclude={"before"})
    return urlencode(said | {name: value for name, value in more.items() if value is not None})


offer_files(router, "/ledger", money_files.entries, caller_looking)
