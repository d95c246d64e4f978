"""A total shared between clusters: by the formula in force, or by several to be compared.

Both show the shares with their working before anything is done. The first can be handed in as a
file of budgets; of the second nothing is recorded.
"""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import Field as Holds
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from activities.store import reading, recording
from activities.store.reading import AskingFormula, AskingShares, Caller, PublicationLine
from activities.store.reading.budgets import FormulaBasis, check_finance, formula_basis
from activities.store.reading.modelling import FormulaAsked
from activities.store.recording import FileKind
from api.pages.charts import Bar, Chart, Row, chart
from api.pages.forms import Field, Form, Kind, Option, typed_of
from api.pages.handing_in import Sent
from api.pages.modellings import OPEN_DRAFTS, draft_called
from api.pages.money import BACK
from api.pages.money_acts import AUTHORITY, year_field
from api.pages.money_words import FACTORS, year_called
from api.pages.sending import Ids, form_page, gone_on, saying_by
from api.pages.visitor import Posted
from api.parts import parts_of
from api.schemas import AS_JSON
from domain.explaining import whole_pounds
from domain.formula import ClusterCounts, FormulaShares
from domain.formulas import SharesCompared
from domain.frozen import Frozen
from domain.money import PositivePence
from domain.periods import financial_year
from domain.policy.finance import FormulaFactor

router = APIRouter(include_in_schema=False)

_FINANCE, _POLICY = "/finance/formula-shares", "/policy/formula-shares"
_IN_FORCE = "in-force"
_ON_A_DAY = "on-the-day"
_SHORT = 8
_MOST_DRAFTS = 10
_MOST_BARS = 12


Chosen = Annotated[str, Holds(pattern=rf"^({_IN_FORCE}|[0-9a-f-]{{36}})$")]


class SharesAsked(Frozen):
    """What the page of several formulas is filled in with."""

    total_pence: PositivePence
    clusters: Annotated[tuple[ClusterCounts, ...], Holds(min_length=1, max_length=500)]
    formulas: Annotated[tuple[Chosen, ...], Holds(min_length=1)]
    """``in-force``, and drafts by their ids."""
    on: date | None = None
    """Another day whose formula is tried too."""

    def asked(self, today: date) -> AskingShares:
        """The same as the API is asked."""
        tried = [_formula(each, today) for each in self.formulas]
        if self.on is not None:
            tried.append(FormulaAsked(name=_ON_A_DAY, on=self.on))
        return AskingShares(
            total_pence=self.total_pence, clusters=self.clusters, formulas=tuple(tried)
        )


def _sharing(session: Session, caller: Caller, _ids: Ids) -> Form:
    """The form by which finance shares a total by the formula in force."""
    check_finance(caller, "to share a total by the formula")
    year = financial_year(caller.day) + 1
    basis = formula_basis(session, caller, year)
    field, _ = year_field(caller)
    return Form(
        title="Share a total by the formula",
        button="Hand the shares in as a file of budgets",
        fields=(_TOTAL, field, AUTHORITY, *_grid(basis, basis.factors)),
        back=BACK,
        lead=(
            (
                f"It is shared to the penny by the formula of {basis.policy_authority}."
                " You see the shares with their working before anything is kept."
            ),
            (
                "Handed in, they are a file of budgets: nothing is given until it is taken into"
                " effect."
            ),
        ),
        values={"financial_year": str(year), **_last_year(basis)},
        adds=_named(basis),
        is_checked=True,
        foretells=_shared,
        template="formula_form.html",
        check_template="formula_shared.html",
        told=_told(basis, basis.factors),
    )


def _comparing(session: Session, caller: Caller, _ids: Ids) -> Form:
    """The form by which a total is shared by several formulas."""
    basis = formula_basis(session, caller, financial_year(caller.day) + 1)
    drafts = [
        each
        for each in reading.publications(session, caller)
        if each.stage in OPEN_DRAFTS and _is_money(each)
    ]
    options = (
        Option(_IN_FORCE, "The formula in force today", basis.policy_authority),
        *(
            Option(str(each.id), draft_called(each))
            for each in drafts[:_MOST_DRAFTS]
            if _is_money(each)
        ),
    )
    factors = tuple(FormulaFactor)
    return Form(
        title="Share a total by several formulas",
        button="Share it",
        fields=(
            _TOTAL,
            Field("formulas", "By which formulas", Kind.ANY_OF, options=options),
            Field("on", "And by the one in force on this day (optional)", Kind.DAY),
            *_grid(basis, factors),
        ),
        back=("Drafts of policy", "/policy/publications"),
        lead=("The shares are shown beside each other and beside last year. Nothing is recorded.",),
        values={f"formulas.{_IN_FORCE}": "yes", **_last_year(basis)},
        adds=_named(basis),
        is_checked=True,
        foretells=_compared,
        template="formula_form.html",
        check_template="formulas_compared.html",
        told=_told(basis, factors),
    )


_TOTAL = Field("total_pence", "Total to share", Kind.POUNDS)


def _grid(basis: FormulaBasis, factors: tuple[FormulaFactor, ...]) -> tuple[Field, ...]:
    """A row of fields for each cluster: what is counted of it, and its last year."""
    return tuple(
        each
        for place, cluster in enumerate(basis.clusters)
        for each in (
            *(
                Field(
                    f"clusters.{place}.counts.{factor}",
                    f"{FACTORS[factor]}, {cluster.name}",
                    Kind.DECIMAL,
                )
                for factor in factors
            ),
            Field(f"clusters.{place}.last_year_pence", f"Last year, {cluster.name}", Kind.POUNDS),
        )
    )


def _named(basis: FormulaBasis) -> dict[str, Any]:
    return {f"clusters.{n}.cluster": each.cluster for n, each in enumerate(basis.clusters)}


def _last_year(basis: FormulaBasis) -> Mapping[str, str]:
    typed: dict[str, str] = {}
    for place, each in enumerate(basis.clusters):
        name = f"clusters.{place}.last_year_pence"
        typed |= typed_of(Kind.POUNDS, name, each.last_year_pence)
    return typed


def _told(basis: FormulaBasis, factors: tuple[FormulaFactor, ...]) -> dict[str, Any]:
    return {
        "clusters": basis.clusters,
        "columns": tuple((f"counts.{factor}", FACTORS[factor]) for factor in factors),
        "last_year": year_called(basis.financial_year - 1),
        "names": {each.cluster: each.name for each in basis.clusters},
    }


def _shared(session: Session, caller: Caller, made: AskingFormula) -> dict[str, Any]:
    found = reading.formula_share(session, caller, made)
    last = {each.cluster: each.last_year_pence for each in made.clusters}
    return {
        "found": found,
        "last": last,
        "picture": _picture_of(found.shares, reading.cluster_names(session)),
    }


def _compared(session: Session, caller: Caller, made: SharesAsked) -> dict[str, Any]:
    found = reading.formulas_compared(session, caller, made.asked(caller.day))
    called = {
        _code(str(each.id)): draft_called(each)
        for each in reading.publications(session, caller)
        if str(each.id) in made.formulas
    }
    called |= {_IN_FORCE: "In force today", _ON_A_DAY: "In force on the day"}
    return {
        "found": found,
        "called": called,
        "picture": _picture_of_several(found, reading.cluster_names(session), called),
    }


def _picture_of(shared: FormulaShares, names: Mapping[str, str]) -> Chart:
    most = max(shared.shares, key=lambda each: each.pence)
    rows = [
        Row(names.get(each.cluster, each.cluster), (Bar(each.pence, whole_pounds(each.pence)),))
        for each in sorted(shared.shares, key=lambda each: -each.pence)[:_MOST_BARS]
    ]
    title = f"{names.get(most.cluster, most.cluster)} is given most: {whole_pounds(most.pence)}"
    return chart(title, rows)


def _picture_of_several(
    found: SharesCompared, names: Mapping[str, str], called: Mapping[str, str]
) -> Chart:
    rows = [
        Row(
            names.get(each.cluster, each.cluster),
            tuple(
                Bar(pence, whole_pounds(pence), called.get(tried.name, tried.name), tone % 4 + 1)
                for tone, (pence, tried) in enumerate(zip(each.shares, found.formulas, strict=True))
            ),
        )
        for each in found.clusters[:_MOST_BARS]
    ]
    if len(found.formulas) == 1:
        return chart(f"{whole_pounds(found.total_pence)} shared by one formula", rows)
    most = max(found.clusters, key=lambda each: max(each.shares) - min(each.shares))
    apart = whole_pounds(max(most.shares) - min(most.shares))
    called_most = names.get(most.cluster, most.cluster)
    return chart(f"The formulas are furthest apart for {called_most}: {apart}", rows)


def _formula(chosen: str, today: date) -> FormulaAsked:
    if chosen == _IN_FORCE:
        return FormulaAsked(name=_IN_FORCE, on=today)
    return FormulaAsked(name=_code(chosen), publication_id=UUID(chosen))


def _code(draft_id: str) -> str:
    """What a draft's formula is called in a report, by its own id."""
    return f"draft-{draft_id[:_SHORT]}"


def _is_money(draft: PublicationLine) -> bool:
    return any(each.startswith("finance") for each in draft.versions)


async def _hands_in(
    request: Request, posted: Posted, _form: Form, body: AskingFormula, _ids: Ids
) -> Response:
    """Hand the shares in as the file of budgets that they come to."""
    caller, parts = posted.visitor.caller, parts_of(request)

    def write() -> bytes:
        return parts.read(
            lambda session: reading.formula_share(session, caller, body).budgets_csv.encode()
        )

    content = await run_in_threadpool(write)
    sent = Sent(kind=FileKind.BUDGETS, sha256=hashlib.sha256(content).hexdigest())
    saying = saying_by(request, posted.visitor, sent)
    kept = await run_in_threadpool(
        parts.record,
        saying,
        lambda session, said: recording.keep_file(session, said, sent.kind, content),
    )
    return gone_on(f"/finance/files/{kept['id']}", done="file_kept")


async def _is_looked_at(
    _request: Request, _posted: Posted, _form: Form, _body: SharesAsked, _ids: Ids
) -> Response:
    """Nothing is done: the shares were there to be looked at."""
    return RedirectResponse(_POLICY, 303)


form_page(router, _FINANCE, Annotated[AskingFormula, AS_JSON], _sharing, _hands_in)
form_page(router, _POLICY, Annotated[SharesAsked, AS_JSON], _comparing, _is_looked_at)
