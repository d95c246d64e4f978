"""The provision map: a table that takes rows from a spreadsheet and says what it costs as it grows.

What it costs is the domain's to say, by the published rates of staff; nothing tells a tier or band.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session

from api.pages import draft_shapes as shapes
from api.pages.draft_words import staff
from api.pages.draft_writing import SectionPage, Writing, check_open, read_writing, section_page
from api.pages.forms import Fault, Field, Form, Kind, Option, body_of
from api.pages.frame import part
from api.pages.pasting import Column, Pasted, anything, as_faults, number, one_of, pasted, pounds
from api.pages.several import Several
from api.pages.visitor import PostedForm
from api.parts import WithParts
from api.schemas import AS_JSON
from domain.drafting import Section
from domain.explaining import whole_pounds
from domain.map_cost import cost_of_map, rates_on
from domain.request import ProvisionLine, RequestContent

router = APIRouter(include_in_schema=False)

PASTE, COST = "paste", "cost"
_MOST = 200
_KEPT_NOWHERE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_LINE: TypeAdapter[ProvisionLine] = TypeAdapter(Annotated[ProvisionLine, AS_JSON])


class _Lines(Several):
    """The lines of a map, each a row of a table: every box says which line it is of."""

    def fields_of(self, row: int) -> tuple[Field, ...]:
        """The boxes of one line."""
        return tuple(
            replace(each, label=f"{each.label}, line {row + 1}", legend="")
            for each in super().fields_of(row)
        )


def _rows(writing: Writing) -> _Lines:
    codes = _staff(writing)
    options = tuple(Option(code, says) for code, says in codes.items())
    of_staff = (
        Field("staff", "Staff", Kind.LIST, options=options) if codes else Field("staff", "Staff")
    )
    return _Lines(
        "provision",
        "Line",
        (
            Field("what", "Support"),
            of_staff,
            Field("hours_a_week", "Hours a week", Kind.DECIMAL),
            Field("minutes_a_week", "Minutes a week", Kind.WHOLE),
            Field("group_size", "In a group of", Kind.WHOLE),
            Field("weeks", "Weeks a year", Kind.WHOLE),
            Field("resources_pence", "Resources a year", Kind.POUNDS),
        ),
        more="Add another line",
        least=3,
        most=_MOST,
    )


def _staff(writing: Writing) -> dict[str, str]:
    """The kinds of staff with a published rate, and those that the map names already."""
    rates = rates_on(writing.rules.tariff, writing.day)
    named = {line.staff for line in writing.content.provision}
    if not rates:
        return {}
    return {code: staff(code) for code in (*rates, *sorted(named - set(rates)))}


def _columns(writing: Writing) -> tuple[Column, ...]:
    """What a spreadsheet's columns are, in the order of the table."""
    codes = _staff(writing)
    listed = ", ".join(codes.values())
    hours = ("hours", "hours per week", "hours/week", "hrs", "hours weekly")
    minutes = ("minutes", "minutes per week", "mins")
    group = ("group", "group size", "pupils", "ratio")
    resources = ("resources", "cost", "other costs", "resources £", "resources (£)")
    return (
        Column("what", "Support", _WHAT, anything, "what the support is", is_needed=True),
        Column(
            "staff",
            "Staff",
            ("who", "role", "staffing", "delivered by", "adult"),
            one_of(codes) if codes else anything,
            f"one of the staff with a published rate: {listed}" if codes else "the staff",
            is_needed=True,
        ),
        Column("hours_a_week", "Hours a week", hours, number, "a number of hours, like 2.5"),
        Column("minutes_a_week", "Minutes a week", minutes, number, "a number of minutes, like 20"),
        Column("group_size", "In a group of", group, number, "a number of pupils, like 4"),
        Column("weeks", "Weeks a year", ("weeks", "wks"), number, "a number of weeks, like 38"),
        Column("resources_pence", "Resources a year", resources, pounds, "an amount, like 120.00"),
    )


_WHAT = ("what", "provision", "intervention", "description", "support given", "activity")


def _held(writing: Writing) -> dict[str, str]:
    """What the boxes hold: a nought that nobody typed is left out."""
    typed = _rows(writing).holds(writing.content.provision)
    for at, line in enumerate(writing.content.provision):
        typed[f"provision.{at}.hours_a_week"] = _plain(line.hours_a_week)
        for name in ("minutes_a_week", "resources_pence"):
            if not getattr(line, name):
                del typed[f"provision.{at}.{name}"]
    return typed


def _plain(hours: Decimal) -> str:
    return f"{hours.normalize():f}"


def _fields(_writing: Writing) -> tuple[Field, ...]:
    hint = (
        "Copy the rows in your spreadsheet and paste them here, with the headings or without. The"
        " columns are those of the table above, in that order, unless the headings say otherwise."
    )
    return (Field(PASTE, "Paste rows from a spreadsheet", Kind.LONG, hint, rows=6),)


def _shown(writing: Writing, typed: Mapping[str, str], more: int) -> dict[str, Any]:
    """The table's rows for what was typed, and what those that are whole cost."""
    several = _rows(writing)
    fields = several.rows(typed, more)
    wide = len(several.fields)
    counted = _with_pasted(writing, typed)
    lines = _lines(several, counted)
    content = writing.content.model_copy(update={"provision": tuple(lines.values())})
    cost = cost_of_map(content, writing.rules.tariff, writing.day)
    in_table = set(several.rows_typed(typed))
    pence = {
        at: each.annual_pence for at, each in zip(lines, cost.lines, strict=True) if at in in_table
    }
    return {
        "rows": [fields[at : at + wide] for at in range(0, len(fields), wide)],
        "cost": cost,
        "is_priced": bool(rates_on(writing.rules.tariff, writing.day)),
        "pence": pence,
        "left_out": len(several.rows_typed(counted)) - len(lines),
        "pasted": len(several.rows_typed(counted)) - len(in_table),
        "draft_id": writing.id,
    }


def _with_pasted(writing: Writing, typed: Mapping[str, str]) -> Mapping[str, str]:
    """The table as it will be once pasted rows are in it; as it is, while they have faults."""
    if not typed.get(PASTE):
        return typed
    added, faults = _paste(writing, typed)
    return typed if faults else added


def _lines(several: Several, typed: Mapping[str, str]) -> dict[int, ProvisionLine]:
    """The lines that are whole, by the numbers of their rows."""
    lines: dict[int, ProvisionLine] = {}
    for row in several.rows_typed(typed):
        form = Form("", "", several.fields_of(row), ("", ""))
        body, faults = body_of(form, typed)
        try:
            made = [_LINE.validate_python(each) for each in body.get(several.name, ())]
        except ValidationError:
            continue
        if made and not faults:
            lines[row] = made[0]
    return lines


def _paste(
    writing: Writing, typed: Mapping[str, str]
) -> tuple[Mapping[str, str], tuple[Fault, ...]]:
    """Put pasted rows behind those that are there; the box is empty again once they are taken."""
    rows = _rows(writing)
    found = pasted(typed.get(PASTE, ""), _columns(writing))
    begin = max(rows.rows_typed(typed), default=-1) + 1
    room = _MOST - begin
    if len(found.rows) > room:
        says = f"There is room for {max(room, 0)} more rows, and you pasted {len(found.rows)}"
        found = Pasted((), ((0, "", says),))
    added = {
        f"provision.{begin + at}.{name}": cell
        for at, row in enumerate(found.rows)
        for name, cell in row.items()
        if cell
    }
    left = {PASTE: ""} if found.rows else {}
    faults = as_faults(found, lambda row, name: f"provision.{begin + row}.{name}", PASTE)
    return {**typed, **added, **left}, tuple(faults)


def _steps(writing: Writing) -> dict[str, Any]:
    return {PASTE: lambda typed: _paste(writing, typed), COST: lambda typed: (typed, ())}


def _put(_writing: Writing, content: RequestContent, body: Any) -> RequestContent:
    return content.model_copy(update={"provision": body.provision})


PROVISION = SectionPage(
    Section.PROVISION,
    shapes.ProvisionPart,
    _fields,
    lead=("One line for each kind of support. To take a line out, empty its boxes.",),
    values_of=_held,
    look=lambda _, content: content.model_dump(mode="json", include={"provision"}),
    write=_put,
    template="draft_provision.html",
    several=_rows,
    shows_of=_shown,
    steps_of=_steps,
)

section_page(router, PROVISION)


@router.post("/drafts/{draft_id:uuid}/provision/cost")
def cost_as_typed(
    request: Request, draft_id: UUID, posted: PostedForm, parts: WithParts
) -> Response:
    """Say what a map costs as it is typed, before it is saved: in all, and row by row."""

    def read(session: Session) -> dict[str, Any]:
        writing = read_writing(session, posted.visitor.caller, draft_id)
        check_open(writing)
        return _shown(writing, posted.typed, 0)

    told = parts.read(read)
    rows = {f"provision.{at}.what": _in_words(pence) for at, pence in told["pence"].items()}
    says = part(request.scope, "draft_cost.html", **told)
    return JSONResponse({"says": says, "rows": rows}, headers=_KEPT_NOWHERE)


def _in_words(pence: int | None) -> str:
    return "" if pence is None else whole_pounds(pence)
