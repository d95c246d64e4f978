"""Changes of an award: what happened is chosen first, and each kind has a form of its own."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from activities.store import reading
from activities.store.reading import AwardWhole, Caller
from activities.store.reading.award_foreseen import award_foreseen
from activities.store.reading.published_names import every_school
from api.pages.desk_words import CHANGES
from api.pages.forms import Field, Form, Kind, Option
from api.pages.frame import page
from api.pages.sending import Ids, acted, form_page, of_act, saying_by
from api.pages.visitor import Looking, Posted
from api.parts import WithParts, subject_ref
from api.schemas import ChosenFor
from domain.finance_acts import ChangingAward
from domain.frozen import Frozen
from domain.refusals import RoleNeeded
from domain.stages import ALLOWED_TO, ActKind

router = APIRouter(include_in_schema=False)

_REASON = Field(
    "reason",
    "Why it changes",
    Kind.LONG,
    hint="Write without the child's name. Of a move, the school reads nothing of this.",
    missing="Enter why the award changes",
)
_FROM = "change.from_on"
_FIELDS: dict[str, tuple[Field, ...]] = {
    "leaver": (Field("change.last_on", "The pupil's last day", Kind.DAY),),
    "transfer": (
        Field(_FROM, "The pupil's first day at the new school", Kind.DAY),
        Field(
            "change.to_school",
            "The new school (optional)",
            Kind.LIST,
            hint="The award goes on there. Leave it empty if the school is another council's.",
        ),
        Field(
            "change.to_council",
            "The other council, by its code (optional)",
            hint="The award ends here, and the other council is asked for what was paid beyond.",
            width="20",
        ),
    ),
    "late_start": (Field(_FROM, "The day on which support began", Kind.DAY),),
    "changed_amount": (
        Field(_FROM, "From which day", Kind.DAY),
        Field("change.annual_pence", "The new amount a year", Kind.POUNDS),
    ),
    "suspended": (
        Field(_FROM, "First day on which nothing is due", Kind.DAY),
        Field("change.until_on", "First day that counts again", Kind.DAY),
    ),
    "resumed": (Field(_FROM, "First day that counts again", Kind.DAY),),
}


@router.get("/awards/{award_id}/change")
def kinds(request: Request, award_id: UUID, visitor: Looking, parts: WithParts) -> Response:
    """Ask what has happened: each answer leads to a form of its own."""
    found = parts.read(lambda session: _award(session, visitor.caller, award_id))
    return page(request.scope, "award_change.html", award=found, kinds=CHANGES)


def _award(session: Session, caller: Caller, award_id: UUID) -> AwardWhole:
    found = reading.award(session, caller, award_id)
    if not caller.holds(*ALLOWED_TO[ActKind.CHANGE_AWARD]):
        raise RoleNeeded("to change an award", "officers of the council do")
    return found


def _changing(kind: str) -> Callable[[Session, Caller, Ids], Form]:
    def form_of(session: Session, caller: Caller, ids: Ids) -> Form:
        found = _award(session, caller, ids["award_id"])
        return Form(
            title=CHANGES[kind][0],
            button="Record the change",
            fields=(*(_with_schools(session, each) for each in _FIELDS[kind]), _REASON),
            back=("Back to the award", f"/awards/{found.id}"),
            caption=found.reference or "Award",
            lead=(CHANGES[kind][1],),
            warning="Money follows: what was paid too much is taken back, and what is due is paid.",
            adds={"award_id": str(found.id), "change.kind": kind},
            is_checked=True,
            template="award_change_form.html",
            foretells=_foretold,
            check_template="award_change_check.html",
            told={"award": found},
        )

    return form_of


def _foretold(session: Session, caller: Caller, made: ChangingAward) -> dict[str, Any]:
    """What the change would come to if it were recorded now."""
    found = award_foreseen(session, caller, made.award_id, made.change)
    after = found.goes_on_at
    names = reading.school_names(session, (after.school,)) if after else {}
    return {"found": found, "names": names}


def _with_schools(session: Session, field: Field) -> Field:
    """A field that names a school, with every school by its name."""
    if field.kind is not Kind.LIST:
        return field
    schools = every_school(session)
    return replace(field, options=tuple(Option(code, name) for code, name in schools.items()))


async def _changes(request: Request, posted: Posted, form: Form, body: Any, _ids: Ids) -> Response:
    """Say the change as the API does: the act is its own subject."""
    saying = saying_by(request, posted.visitor, body)
    says = (ActKind.CHANGE_AWARD, body)
    return await acted(request, form, subject_ref("finance", saying.id), saying, says)


for _kind in _FIELDS:
    _shape = Annotated[Frozen, ChosenFor(ActKind.CHANGE_AWARD)]
    form_page(
        router,
        f"/awards/{{award_id:uuid}}/change/{_kind.replace('_', '-')}",
        _shape,
        of_act(ActKind.CHANGE_AWARD, _changing(_kind)),
        _changes,
    )
