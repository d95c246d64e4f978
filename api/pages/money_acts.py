"""What finance does with the money from a page: move it, cover a pot, take in what others paid."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from activities.store import reading
from activities.store.reading import Caller, OverspendView
from activities.store.reading.published_names import pot_names
from api import money_files
from api.downloads import offer_files
from api.pages.doing import JustDone, doing
from api.pages.forms import Field, Form, Kind, Option
from api.pages.money import BACK
from api.pages.money_words import POTS, pot_called, year_called
from api.pages.sending import Ids, act_page
from api.pages.sheets import Cell, Sheet, Table, draw_sheet, money, rows
from api.pages.visitor import Looking, caller_looking
from api.pages.words import instant
from api.parts import WithParts
from domain.forecast import ALL_POTS
from domain.ledger.accounts import CLOSING, OPENING, RECOUPED
from domain.money import pounds
from domain.periods import financial_year
from domain.refusals import Barred, NotAtThisStage, Refusal, RoleNeeded, Unknown
from domain.stages import ALLOWED_TO, ActKind

router = APIRouter(include_in_schema=False)

_OVERSPENDS = ("Overspends", "/finance/overspends")
_NO_BUDGETS = frozenset({OPENING, CLOSING, RECOUPED, ALL_POTS})
_REASON = Field(
    "reason",
    "Why",
    Kind.LONG,
    hint="Finance and officers read this beside the entry. Name no child.",
    missing="Enter why",
)
AUTHORITY = Field(
    "authority",
    "Decision",
    hint="The number of the decision that allows it, such as 26/00042. It goes into the ledger.",
    width="20",
    missing="Enter the decision's number",
)


def refuse_others(caller: Caller, kind: ActKind) -> None:
    """Keep a form from those to whom its act does not belong."""
    if not caller.holds(*ALLOWED_TO[kind]):
        asked = kind.value.replace("_", " ")
        raise RoleNeeded(f"to {asked}", "it is not among your roles today")


def pot_field(session: Session, name: str, label: str, hint: str = "") -> Field:
    """A choice of pots, by their names."""
    names = pot_names(session)
    own = {code: says for code, says in POTS.items() if code not in _NO_BUDGETS}
    options = tuple(Option(code, says) for code, says in {**own, **names}.items())
    return Field(name, label, Kind.LIST, hint=hint, options=options)


def year_field(caller: Caller) -> tuple[Field, dict[str, str]]:
    """The financial year of an act, this one where nothing else is said."""
    year = financial_year(caller.day)
    field = Field(
        "financial_year",
        "Financial year",
        Kind.WHOLE,
        hint=f"The year in which its April falls: {year} for {year_called(year)}.",
        width="5",
    )
    return field, {"financial_year": str(year)}


def _amount(label: str = "Amount") -> Field:
    return Field("pence", label, Kind.POUNDS)


def _viring(session: Session, caller: Caller, _ids: Ids) -> Form:
    refuse_others(caller, ActKind.VIRE)
    year, values = year_field(caller)
    return Form(
        title="Move money between budgets",
        button="Move the money",
        fields=(
            pot_field(session, "from_pot", "Out of"),
            pot_field(session, "to_pot", "Into"),
            year,
            _amount(),
            AUTHORITY,
            _REASON,
        ),
        back=BACK,
        lead=("The finance policy says who may move how much between which budgets.",),
        values=values,
        is_checked=True,
        made=BACK[1],
    )


def _covering(session: Session, caller: Caller, _ids: Ids) -> Form:
    refuse_others(caller, ActKind.COVER_OVERSPEND)
    year, values = year_field(caller)
    return Form(
        title="Cover a pot from the recorded overspend",
        button="Cover the pot",
        fields=(pot_field(session, "pot", "Pot"), year, _amount(), AUTHORITY, _REASON),
        back=_OVERSPENDS,
        lead=(
            (
                "What is owed is paid, though no budget covers it. The deficit grows by the"
                " amount and shows it. Where the finance policy wants two people, another one has"
                " to second it."
            ),
        ),
        values=values,
        is_checked=True,
        made=_OVERSPENDS[1],
    )


def _seconding(session: Session, caller: Caller, ids: Ids) -> Form:
    refuse_others(caller, ActKind.COVER_OVERSPEND)
    found = _proposed(session, caller, ids)
    assert found.pot is not None
    assert found.financial_year is not None
    called = pot_called(found.pot, pot_names(session))
    return Form(
        title="Second the overspend",
        button="Second the overspend",
        fields=(_REASON,),
        back=_OVERSPENDS,
        caption=f"{called}, {year_called(found.financial_year)}",
        lead=(
            (
                f"{pounds(found.pence)} was proposed on {instant(found.proposed_at)}, by the"
                f" decision {found.authority}."
            ),
        ),
        warning="With your word it takes effect at once: the pot is filled, and the deficit grows.",
        keep="Leave it as it is",
        adds={
            "pot": found.pot,
            "financial_year": found.financial_year,
            "pence": found.pence,
            "authority": found.authority,
            "seconds": str(found.act_id),
        },
        not_now=_not_now(found),
        made=_OVERSPENDS[1],
    )


def _proposed(session: Session, caller: Caller, ids: Ids) -> OverspendView:
    for each in reading.overspends(session, caller):
        if str(each.act_id) == str(ids["act_id"]) and each.pot is not None:
            return each
    raise Unknown("this overspend", "nobody has proposed one of that id")


def _not_now(found: OverspendView) -> Refusal | None:
    if found.seconded_at is not None:
        return NotAtThisStage("to second this overspend", "another person has seconded it already")
    if found.by_you:
        asked = "to second this overspend"
        return Barred(asked, "you proposed it yourself", "Another person says the same.")
    return None


def _recouping(session: Session, caller: Caller, _ids: Ids) -> Form:
    refuse_others(caller, ActKind.RECOUP_FROM_COUNCIL)
    year, values = year_field(caller)
    return Form(
        title="Take in what another council has paid",
        button="Take it in",
        fields=(
            Field(
                "council",
                "Council",
                hint="The other council's code, as in the claim: letters, figures and dashes.",
                width="20",
            ),
            pot_field(session, "pot", "Pot that met the support"),
            year,
            _amount(),
            Field(
                "reference",
                "Reference",
                hint="Of the receipt: a number, at most with one word before it. No name.",
                width="20",
            ),
        ),
        back=BACK,
        values=values,
        is_checked=True,
        made=BACK[1],
    )


@router.get("/finance/overspends")
def overspends(request: Request, visitor: Looking, parts: WithParts, asked: JustDone) -> Response:
    """List overspends that two people sign: what waits for a second, and what has taken effect."""
    caller = visitor.caller

    def read(session: Session) -> tuple[tuple[OverspendView, ...], dict[str, str], Any]:
        found = reading.overspends(session, caller)
        return found, pot_names(session), doing(session, caller, asked)

    found, names, done = parts.read(read)
    may_cover = caller.holds(*ALLOWED_TO[ActKind.COVER_OVERSPEND])
    sheet = Sheet(
        title="Overspends",
        back=BACK,
        lead=(
            (
                "What is owed and no budget covers, where the policy asks for two people: one"
                " proposes it, and another says the same."
            ),
        ),
        actions=(Cell("Cover a pot", "/finance/cover-overspend"),) if may_cover else (),
        parts=(
            Table(
                caption="Proposed, the latest first",
                columns=("What for", "Amount", "Decision", "Proposed", "Seconded"),
                figures=frozenset({"Amount"}),
                rows=rows(
                    (
                        _for(each, names),
                        money(each.pence),
                        each.authority,
                        Cell(instant(each.proposed_at), below="by you" if each.by_you else ""),
                        _second(each, may_cover=may_cover),
                    )
                    for each in found
                ),
                empty="Nothing is waiting: no overspend was proposed that needs two people.",
                files="/finance/overspends",
            ),
        ),
    )
    return draw_sheet(request, sheet, doing=done)


def _for(each: OverspendView, names: dict[str, str]) -> Cell:
    if each.pot is None or each.financial_year is None:
        return Cell(each.reference or "a request", below="a request; officers sign it")
    return Cell(pot_called(each.pot, names), below=year_called(each.financial_year))


def _second(each: OverspendView, *, may_cover: bool) -> Cell:
    if each.seconded_at is not None:
        return Cell(instant(each.seconded_at))
    if each.pot is None or each.by_you or not may_cover:
        return Cell("Waits for another person")
    here = f"/finance/overspends/{each.act_id}/second"
    return Cell("Second it", here, also=each.authority)


act_page(router, "/finance/vire", ActKind.VIRE, "finance", _viring, makes=True)
act_page(
    router, "/finance/cover-overspend", ActKind.COVER_OVERSPEND, "finance", _covering, makes=True
)
act_page(
    router,
    "/finance/overspends/{act_id:uuid}/second",
    ActKind.COVER_OVERSPEND,
    "finance",
    _seconding,
    makes=True,
)
act_page(
    router,
    "/finance/recoup-from-council",
    ActKind.RECOUP_FROM_COUNCIL,
    "finance",
    _recouping,
    makes=True,
)
offer_files(router, "/finance/overspends", money_files.overspends, caller_looking)
