"""A search for an auditor: any reference, and its chain with a way to each link of it."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlmodel import Session

from activities.store.reading.ledger import check_may_look
from activities.store.reading.published_names import pot_names, school_names
from activities.store.reading.search import AwardFound, Chain, FoundAs, PaymentFound, search
from api.pages.journal_table import entries_table
from api.pages.money_words import FOUND, PAYMENTS, of
from api.pages.sheets import (
    Cell,
    Choice,
    Links,
    Part,
    Sheet,
    Table,
    Words,
    draw_sheet,
    money,
    rows,
)
from api.pages.visitor import Looking
from api.pages.words import day, eve, instant
from api.parts import WithParts
from domain.refusals import Unknown

router = APIRouter(include_in_schema=False)

_AT_ONCE = 50
_HINT = (
    "Search for a request (LOC-2026-000001), a payment run (PR-2026-08-1), a payment in it"
    " (PR-2026-08-1/0001), a cluster plan, an award by the old system's reference, a ledger entry"
    " by its number, or any of them by its id."
)
_OWN_PAGES = {
    FoundAs.RUN: ("/payment-runs/{id}", "The payment run"),
    FoundAs.REMITTANCE: ("/remittances/{id}", "The payment"),
    FoundAs.PLAN: ("/plans/{id}", "The cluster plan"),
    FoundAs.ENTRY: ("/ledger/entries/{id}", "Why this entry is there"),
}


@router.get("/search")
def found(
    request: Request,
    visitor: Looking,
    parts: WithParts,
    q: Annotated[str, Query(max_length=500)] = "",
) -> Response:
    """Search for a reference and show everything of the money that hangs together with it."""
    said = q.strip()[:100]

    def read(session: Session) -> tuple[Chain | None, dict[str, str], dict[str, str]]:
        check_may_look(visitor.caller)
        chain = _searched(session, visitor.caller, said)
        codes = _schools_in(chain) if chain else set()
        return chain, pot_names(session) if chain else {}, school_names(session, codes)

    chain, pots, schools = parts.read(read)
    title = "Search"
    told: tuple[Part, ...] = ()
    if chain is not None:
        title = f"{FOUND[chain.found_as]} {chain.reference}"
        told = _parts_of(chain, pots, schools)
    elif said:
        title = "Nothing was found"
        told = (
            Words(
                (
                    (
                        f"Nothing that you may see goes by “{said}”. Give it whole, as it was"
                        " written."
                    ),
                ),
                is_set_in=True,
            ),
        )
    sheet = Sheet(
        title=title,
        lead=(_HINT,) if chain is None else (),
        choices=(Choice("q", "Reference, number or id", (), said),),
        chooses="Search",
        parts=told,
    )
    return draw_sheet(request, sheet)


def _schools_in(chain: Chain) -> set[str]:
    return {each.school for each in chain.requests} | {each.school for each in chain.awards}


def _searched(session: Session, caller: Any, said: str) -> Chain | None:
    if not said:
        return None
    try:
        return search(session, caller, said)
    except Unknown:
        return None


def _parts_of(chain: Chain, pots: dict[str, str], schools: dict[str, str]) -> tuple[Part, ...]:
    """The chain from the request to the payments; what is not there is left out."""
    told: list[Part] = []
    if chain.found_as in _OWN_PAGES:
        address, says = _OWN_PAGES[chain.found_as]
        told.append(Links((Cell(says, address.format(id=chain.id)),)))
    if chain.requests:
        told.append(_requests(chain, schools))
    if chain.awards:
        told.append(_awards(chain.awards, schools))
    if chain.entries:
        shown = chain.entries[:_AT_ONCE]
        caption = f"Ledger entries, {_of(len(shown), len(chain.entries))}"
        told.append(entries_table(caption, shown, pots))
    if chain.payments:
        told.append(_payments(chain.payments))
    return tuple(told)


def _of(shown: int, count: int) -> str:
    return f"the first {shown} of {count}" if shown < count else "from the first to the last"


def _requests(chain: Chain, schools: dict[str, str]) -> Table:
    return Table(
        caption="Request",
        columns=("Request", "School", "Submitted", "Decided"),
        rows=rows(
            (
                Cell(
                    each.reference,
                    f"/requests/{each.id}" if each.may_be_read else "",
                    below="" if each.may_be_read else "you follow its money alone",
                ),
                schools.get(each.school, each.school),
                instant(each.submitted_at),
                instant(each.decided_at) or "not decided",
            )
            for each in chain.requests[:_AT_ONCE]
        ),
    )


def _awards(awards: tuple[AwardFound, ...], schools: dict[str, str]) -> Table:
    return Table(
        caption="Awards",
        columns=("Award", "School", "From", "Last day", "In all"),
        figures=frozenset({"In all"}),
        rows=rows(
            (
                Cell(
                    each.reference or str(each.id),
                    f"/awards/{each.id}" if each.may_be_read else "",
                    also=schools.get(each.school, each.school),
                ),
                schools.get(each.school, each.school),
                day(each.from_on),
                eve(each.until_on),
                money(each.total_pence),
            )
            for each in awards[:_AT_ONCE]
        ),
    )


def _payments(payments: tuple[PaymentFound, ...]) -> Table:
    return Table(
        caption=f"Payments, {_of(min(len(payments), _AT_ONCE), len(payments))}",
        columns=("Payment", "Run", "Due", "Amount", "What became of it", "Ledger"),
        figures=frozenset({"Amount"}),
        rows=rows(
            (
                Cell(each.remittance, f"/remittances/{each.remittance_id}", also=_which(each)),
                Cell(each.run, f"/payment-runs/{each.run_id}", also=_which(each)),
                day(each.due_on),
                money(-each.pence if each.is_taken_back else each.pence),
                of(PAYMENTS, each.state),
                Cell("why", f"/ledger/entries/{each.entry_id}", also=_which(each))
                if each.entry_id and each.state not in {"prepared", "abandoned"}
                else "no entry",
            )
            for each in payments[:_AT_ONCE]
        ),
    )


def _which(each: PaymentFound) -> str:
    return f"instalment {each.instalment_number}" if each.instalment_number else "taken back"
