"""A draft that somebody writes on, and how a section of it is shown, read again and saved.

A section is saved over what was read of it: what a colleague saved in it meanwhile is shown beside
what was typed, and neither is lost.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from activities.store import reading, recording
from activities.store.reading import Caller, PupilView
from activities.store.reading.put_forward import put_forward
from activities.store.recording import PartChange, SavedMeanwhile, Saying
from api.pages.answers import answered
from api.pages.draft_words import SECTIONS
from api.pages.forms import Fault, Field, Form, Kind, Step, typed_of
from api.pages.sending import FormOf, Ids, draw, form_page, gone_on, saying_by
from api.pages.several import Several
from api.pages.visitor import Posted, new_key
from api.parts import parts_of
from api.schemas import AS_JSON
from domain.drafting import HowFar, Section, SectionState
from domain.frozen import Frozen
from domain.refusals import KeyReused, NotAtThisStage
from domain.request import RequestContent
from domain.stages import Stage

READ = "read"
"""The field with the mark of what was read."""
WHAT_WAS_READ = Field(READ, "", Kind.CARRIED, missing="Open this page again: it was not sent whole")
_OPEN = frozenset({Stage.DRAFT, Stage.RETURNED})
_TWO_SAVED = 409


@dataclass(frozen=True)
class Writing:
    """A draft, the rules in force for it, and the school's pupils, read in one transaction."""

    rules: reading.drafting.DraftRules
    pupils: tuple[PupilView, ...]
    schools: Mapping[str, str]
    day: date
    theirs: tuple[PupilView, ...] = ()
    """Pupils whom other schools put forward for a group of this one."""

    @property
    def content(self) -> RequestContent:
        """What the draft says."""
        return self.rules.progress.draft.content

    @property
    def school(self) -> str:
        """The school that asks."""
        return self.rules.progress.draft.school

    @property
    def id(self) -> UUID:
        """The draft's id, which is the request's."""
        return self.rules.progress.draft.id

    @property
    def is_open(self) -> bool:
        """Whether it may be written on."""
        return self.rules.progress.stage in _OPEN

    def state(self, section: Section) -> SectionState:
        """How far a section is; one that is not offered is optional."""
        found = (each for each in self.rules.progress.sections if each.section is section)
        return next(found, SectionState(section=section, how_far=HowFar.OPTIONAL))


@dataclass(frozen=True)
class SectionPage:
    """A section of a draft as a form: what it shows, and how it is put back."""

    section: Section
    shape: type[Frozen]
    fields_of: Callable[[Writing], tuple[Field, ...]]
    lead: tuple[str, ...] = ()
    values_of: Callable[[Writing], dict[str, str]] | None = None
    """What the fields hold; left out, they are fields of the request."""
    look: Callable[[Writing, RequestContent], object] | None = None
    write: Callable[[Writing, RequestContent, Any], RequestContent] | None = None
    several: Callable[[Writing], Several] | None = None
    template: str = "draft_section.html"
    shows_of: Callable[[Writing, Mapping[str, str], int], Mapping[str, Any]] | None = None
    """What the template is told of what was typed."""
    steps_of: Callable[[Writing], Mapping[str, Step]] | None = None
    """What further buttons do."""

    def shows(
        self, writing: Writing
    ) -> Callable[[Mapping[str, str], int], Mapping[str, Any]] | None:
        """What the template is told of what was typed on a draft."""
        shown = self.shows_of
        return None if shown is None else lambda typed, more: shown(writing, typed, more)

    @property
    def names(self) -> tuple[str, ...]:
        """The fields of the request that the section is made of."""
        return tuple(name for name in self.shape.model_fields if name != READ)

    def part(self, writing: Writing, content: RequestContent) -> object:
        """The section's part of a draft."""
        if self.look is not None:
            return self.look(writing, content)
        return content.model_dump(mode="json", include=set(self.names))

    def put(self, writing: Writing, content: RequestContent, body: Any) -> RequestContent:
        """Put what was typed into a draft."""
        if self.write is not None:
            return self.write(writing, content, body)
        return content.model_copy(update={name: getattr(body, name) for name in self.names})

    def held(self, writing: Writing) -> dict[str, str]:
        """What the form holds when it is opened."""
        if self.values_of is not None:
            return self.values_of(writing)
        if writing.state(self.section).how_far in {HowFar.NOT_STARTED, HowFar.OPTIONAL}:
            return {}
        typed: dict[str, str] = {}
        for each in self.fields_of(writing):
            typed |= typed_of(each.kind, each.name, getattr(writing.content, each.name))
        if self.several is not None:
            rows = self.several(writing)
            typed |= rows.holds(getattr(writing.content, rows.name))
        return typed

    def change(self, writing: Writing, body: Any) -> PartChange:
        """The change that was typed, over what was read."""
        return PartChange(
            read=body.read,
            look=lambda content: self.part(writing, content),
            write=lambda content: self.put(writing, content, body),
        )


def address_of(section: Section) -> str:
    """How a section is called in an address."""
    return section.value.replace("_", "-")


def read_writing(session: Session, caller: Caller, draft_id: UUID) -> Writing:
    """Read a draft that the person may write on, with what its forms offer."""
    rules = reading.drafting.draft_rules(session, caller, draft_id)
    content = rules.progress.draft.content
    own = rules.progress.draft.school
    theirs = [each.pupil for each in put_forward(session, caller) if each.to_school == own]
    schools = {own, *(each.school for each in content.pupils), *(each.school for each in theirs)}
    return Writing(
        rules=rules,
        pupils=reading.pupils(session, caller),
        schools=reading.school_names(session, schools),
        day=caller.day,
        theirs=tuple(theirs),
    )


def form_of_section(page: SectionPage, writing: Writing) -> Form:
    """The form of a section as the draft stands."""
    state = writing.state(page.section)
    mark = recording.part_mark(lambda content: page.part(writing, content), writing.content)
    progress = writing.rules.progress
    return Form(
        title=SECTIONS[page.section],
        button="Save and continue",
        fields=(WHAT_WAS_READ, *page.fields_of(writing)),
        back=("Back to the request", f"/drafts/{writing.id}"),
        caption=progress.reference or "",
        lead=page.lead,
        values={READ: mark, **page.held(writing)},
        template=page.template,
        told={
            "missing": state.faults if state.how_far is HowFar.INCOMPLETE else (),
            "theirs": None,
        },
        several=page.several(writing) if page.several else None,
        shows=page.shows(writing),
        steps=page.steps_of(writing) if page.steps_of else {},
        not_now=None if writing.is_open else submitted_already(),
    )


def check_open(writing: Writing) -> None:
    """Refuse to show pages for writing on a request that has been submitted."""
    if not writing.is_open:
        raise submitted_already()


def submitted_already() -> NotAtThisStage:
    """Why nobody writes on a request that is on its way."""
    return NotAtThisStage("to write on this request", "it has been submitted as it was")


def evidence_address(draft_id: UUID) -> str:
    """Where the documents of a draft are listed."""
    return f"/drafts/{draft_id}/evidence"


def section_page(router: APIRouter, page: SectionPage) -> None:
    """Serve a section of a draft as a form."""

    def form_of(session: Session, caller: Caller, ids: Ids) -> Form:
        return form_of_section(page, read_writing(session, caller, ids["draft_id"]))

    async def saves(request: Request, posted: Posted, form: Form, body: Any, ids: Ids) -> Response:
        def work(session: Session, said: Saying) -> Frozen:
            writing = read_writing(session, said.caller, ids["draft_id"])
            return recording.save_part(session, said, writing.id, page.change(writing, body))

        saying = saying_by(request, posted.visitor, body)
        try:
            await run_in_threadpool(parts_of(request).record, saying, work)
        except (SavedMeanwhile, KeyReused):
            return await run_in_threadpool(both_shown, request, posted, form_of)
        return gone_on(form.then, done="saved")

    address = f"/drafts/{{draft_id:uuid}}/{address_of(page.section)}"
    form_page(router, address, Annotated[page.shape, AS_JSON], form_of, saves)


def both_shown(request: Request, posted: Posted, form_of: FormOf) -> Response:
    """Show what is saved now beside what was typed, so that either may stand; nothing is lost."""
    ids, caller = request.path_params, posted.visitor.caller

    def read(session: Session) -> tuple[Form, reading.drafting.DraftProgress]:
        form = form_of(session, caller, ids)
        return form, reading.drafting.draft_progress(session, caller, ids["draft_id"])

    fresh, progress = parts_of(request).read(read)
    told = {**fresh.told, "theirs": answered(fresh, fresh.values), "progress": progress}
    request.state.said = new_key()
    typed = {**posted.typed, READ: fresh.values[READ]}
    return draw(request, replace(fresh, told=told), typed, _MEANWHILE, _TWO_SAVED)


_MEANWHILE: tuple[Fault, ...] = (
    {
        "text": "This part was saved after you opened it, and yours is not saved yet. Compare the"
        " two, change yours where it needs it, and save it again",
        "href": "#saved-meanwhile",
    },
)
