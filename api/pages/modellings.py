"""A change tried on cases before anybody feels it: asked for, its result read and downloaded."""

from datetime import date
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field as Limit
from pydantic import model_validator
from sqlmodel import Session

from activities.store import reading
from activities.store.reading import Caller, PublicationLine
from api.pages.comparisons import told_of
from api.pages.doing import JustDone, doing
from api.pages.forms import Field, Form, Kind, Option, typed_of
from api.pages.frame import page
from api.pages.policy_words import versions_in_words
from api.pages.sending import Ids, form_page, gone_on, saying_by
from api.pages.visitor import Looking, Posted
from api.pages.words import instant
from api.parts import WithParts, do_act, subject_ref
from api.routes.modelling import FileName
from api.routes.modelling import modelling_file as file_of
from api.schemas import AS_JSON
from domain.frozen import Frozen
from domain.policy_acts import (
    MOST_CANDIDATES,
    MOST_GENERATED,
    Candidate,
    CasesToModel,
    DecidedCases,
    GeneratedCounty,
    ModellingPolicies,
)
from domain.publication import PublicationStage
from domain.refusals import Refusal, RoleNeeded
from domain.stages import ALLOWED_TO, ActKind

router = APIRouter(include_in_schema=False)

LIST = "/policy/modellings"
_SHORT = 8
OPEN_DRAFTS = frozenset(PublicationStage) - {PublicationStage.GIVEN_UP, PublicationStage.FAULTY}


class Asked(Frozen):
    """What is to be tried as its form has it, where the act has candidates and cases."""

    drafts: Annotated[tuple[UUID, ...], Limit(min_length=1, max_length=MOST_CANDIDATES)]
    of: Literal["decided", "generated"]
    from_on: date | None = None
    until_on: date | None = None
    seed: Annotated[int, Limit(ge=0, le=2**31 - 1)] = 1
    cases: Annotated[int, Limit(ge=1, le=MOST_GENERATED)] = 2_000
    accepts_untouched: bool = False

    @model_validator(mode="after")
    def _has_days(self) -> Self:
        if self.of == "decided" and (self.from_on is None or self.until_on is None):
            raise ValueError("Enter the first day, and the first day that no longer counts")
        if self.from_on and self.until_on and self.until_on <= self.from_on:
            raise ValueError("The first day that no longer counts must be after the first day")
        return self

    @property
    def chosen(self) -> CasesToModel:
        """The cases that are decided again."""
        if self.of == "generated" or self.from_on is None or self.until_on is None:
            return GeneratedCounty(kind="generated", seed=self.seed, cases=self.cases)
        return DecidedCases(kind="decided", from_on=self.from_on, until_on=self.until_on)


@router.get(LIST)
def modellings(request: Request, visitor: Looking, parts: WithParts, asked: JustDone) -> Response:
    """List the models that were asked for, the last first."""
    caller = visitor.caller

    def read(session: Session) -> dict[str, Any]:
        lines = reading.modellings(session, caller)
        return {"lines": lines, "doing": doing(session, caller, asked)}

    told = parts.read(read)
    told["asks"] = caller.holds(*ALLOWED_TO[ActKind.MODEL_POLICIES])
    return page(request.scope, "modellings.html", **told)


@router.get(LIST + "/{modelling_id:uuid}")
def modelling(
    request: Request, modelling_id: UUID, visitor: Looking, parts: WithParts, asked: JustDone
) -> Response:
    """Show what a model came to: total, who gains and loses, moves, and which value bit."""
    caller, query = visitor.caller, request.query_params
    outside = query.get("outside") == "true"

    def read(session: Session) -> dict[str, Any]:
        found = reading.modelling(session, caller, modelling_id, outside=outside)
        told = told_of(session, found.comparison, query.get("by", "cluster"))
        return {"found": found, "told": told, "doing": doing(session, caller, asked)}

    return page(request.scope, "modelling.html", outside=outside, **parts.read(read))


@router.get(LIST + "/{modelling_id:uuid}/files/{name}")
def modelling_file(
    modelling_id: UUID, name: FileName, visitor: Looking, parts: WithParts
) -> Response:
    """Download a file of a model, as the API gives it."""
    return file_of(modelling_id, name, visitor.caller, parts)


def _asking(session: Session, caller: Caller, _ids: Ids) -> Form:
    drafts = [each for each in reading.publications(session, caller) if each.stage in OPEN_DRAFTS]
    day = caller.day
    not_yours: Refusal | None = None
    if not caller.holds(*ALLOWED_TO[ActKind.MODEL_POLICIES]):
        not_yours = RoleNeeded("to try a change of policy", "it is not among your roles today")
    return Form(
        title="Try a change on cases",
        button="Try it",
        fields=_fields(drafts[:20]),
        back=("Changes tried on cases", LIST),
        lead=(_WHAT_IT_DOES,),
        values={
            "of": "decided",
            "seed": "1",
            "cases": "2000",
            "accepts_untouched": "no",
            **typed_of(Kind.DAY, "from_on", _year_before(day)),
            **typed_of(Kind.DAY, "until_on", day),
        },
        template="asking_model.html",
        told={"drafts": drafts},
        not_now=not_yours,
    )


def _fields(drafts: list[PublicationLine]) -> tuple[Field, ...]:
    options = tuple(Option(str(each.id), draft_called(each)) for each in drafts)
    return (
        Field("drafts", "Which drafts", Kind.ANY_OF, options=options, missing=_NONE_CHOSEN),
        Field(
            "of",
            "On which cases",
            Kind.ONE_OF,
            options=(
                Option("decided", "Cases that were decided", "Between the two days below"),
                Option("generated", "A made-up county", "No child is in it"),
            ),
        ),
        Field("from_on", "First day", Kind.DAY, legend="Cases that were decided"),
        Field("until_on", "First day that no longer counts", Kind.DAY),
        Field(
            "cases",
            "How many cases",
            Kind.WHOLE,
            hint=f"Up to {MOST_GENERATED:,}",
            legend="A made-up county",
        ),
        Field("seed", "Which county", Kind.WHOLE, hint="The same number makes the same county"),
        Field(
            "accepts_untouched",
            "Go on where no case reads a changed value?",
            Kind.YES_NO,
            hint="Such a change looks like one that costs nothing. If not, it is refused.",
            legend="A change that nothing reads",
        ),
    )


_WHAT_IT_DOES = (
    "Cases are decided again under each draft that you choose, beside what is in force. Nothing"
    " that was decided changes. It may take some minutes."
)
_NONE_CHOSEN = "Choose at least one draft to try"


def draft_called(draft: PublicationLine) -> str:
    """What a draft is called among others: what it would publish, and when it was drafted."""
    return f"{versions_in_words(draft.versions) or 'Draft'} ({instant(draft.drafted_at)})"


def _year_before(day: date) -> date:
    """The same day of the year before; the 28th of February for a 29th."""
    return day.replace(year=day.year - 1, day=min(day.day, 28) if day.month == 2 else day.day)  # noqa: PLR2004


async def _asks(request: Request, posted: Posted, form: Form, body: Asked, _ids: Ids) -> Response:
    names = {each.id: _code(each) for each in form.told["drafts"]}
    said = ModellingPolicies(
        candidates=tuple(
            Candidate(name=names.get(each, f"draft-{str(each)[:_SHORT]}"), publication_id=each)
            for each in body.drafts
        ),
        cases=body.chosen,
        accepts_untouched=body.accepts_untouched,
    )
    saying = saying_by(request, posted.visitor, said)
    subject = subject_ref("modelling", saying.id)
    act, _ = await do_act(request, subject, saying, ActKind.MODEL_POLICIES, said)
    return gone_on(f"{LIST}/{act.id}", act=act.id)


def _code(draft: PublicationLine) -> str:
    """Name a candidate after what it would publish, and by its own id besides."""
    first = draft.versions[0].replace(" ", "-") if draft.versions else "draft"
    return f"{first}-{str(draft.id)[:_SHORT]}"


form_page(router, LIST + "/new", Annotated[Asked, AS_JSON], _asking, _asks)
