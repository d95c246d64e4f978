"""The sections of a draft that are forms of a few fields: what each asks, and in which words."""

from typing import Any

from fastapi import APIRouter

from api.pages import draft_shapes as shapes
from api.pages.draft_needs import NEED_PAGES
from api.pages.draft_pupils import PUPILS, SPENDING
from api.pages.draft_words import KIND_HINTS
from api.pages.draft_writing import SectionPage, Writing, section_page
from api.pages.forms import Field, Kind, Option, typed_of
from api.pages.several import Several
from api.pages.words import KINDS
from domain.drafting import Section, of_kind
from domain.request import RequestContent, RequestKind

router = APIRouter(include_in_schema=False)

_WITHOUT_NAME = "Write about the child without their name: the panel reads this."
KIND_OPTIONS = tuple(Option(kind.value, KINDS[kind], KIND_HINTS[kind]) for kind in RequestKind)


def _about(_writing: Writing) -> tuple[Field, ...]:
    return (
        Field("kind", "What kind of request is it?", Kind.ONE_OF, options=KIND_OPTIONS),
        Field(
            "about",
            "What do you ask for, and why now?",
            Kind.LONG,
            hint=f"A few sentences. {_WITHOUT_NAME}",
            rows=8,
        ),
        Field("starts_on", "First day of the support", Kind.DAY, hint="For example, 2 11 2026"),
        Field(
            "ends_on",
            "The day after its last",
            Kind.DAY,
            hint="For a school year, 1 September of the next one: for example, 1 9 2027",
        ),
    )


def _about_held(writing: Writing) -> dict[str, str]:
    typed: dict[str, str] = {}
    for each in _about(writing):
        typed |= typed_of(each.kind, each.name, getattr(writing.content, each.name))
    return typed


def _about_put(_writing: Writing, content: RequestContent, body: Any) -> RequestContent:
    changed = {name: getattr(body, name) for name in ("about", "starts_on", "ends_on")}
    return of_kind(content.model_copy(update=changed), body.kind)


def _home_council(_writing: Writing) -> tuple[Field, ...]:
    return (
        Field(
            "home_council_asked_on",
            "When did you ask the council of the pupil's home?",
            Kind.DAY,
            hint="That council normally pays, so it is asked first. For example, 27 9 2026",
        ),
    )


def _child(_writing: Writing) -> tuple[Field, ...]:
    hint = f"What they said, or how you found out what they think. {_WITHOUT_NAME}"
    label = "What does the child or young person want and think?"
    return (Field("child_views", label, Kind.LONG, hint, rows=8),)


def _family(_writing: Writing) -> tuple[Field, ...]:
    return (
        Field(
            "family_views",
            "What does the family want and think?",
            Kind.LONG,
            hint=f"What they said about this request. {_WITHOUT_NAME}",
            rows=8,
        ),
        Field("informed_on", "When did you tell the family of this request?", Kind.DAY),
        Field(
            "informed_how",
            "How did you tell them?",
            hint="In person, by phone or in writing",
        ),
        Field(
            "no_contact",
            "Have you tried to reach the family and could not?",
            Kind.YES_NO,
            hint="If yes, a council officer looks at the request first.",
        ),
        Field(
            "disagreement",
            "Does the family disagree with the request?",
            Kind.YES_NO,
            hint="If yes, a council officer looks at the request first. It is not sent back.",
        ),
    )


_CYCLES = Several(
    "cycles",
    "Cycle",
    (
        Field("started_on", "Started", Kind.DAY),
        Field("reviewed_on", "Reviewed", Kind.DAY),
        Field("what_changed", "What was done, and what changed", Kind.LONG, rows=4),
    ),
    more="Add another cycle",
    least=2,
    most=50,
)
_OUTCOMES = Several(
    "outcomes",
    "Outcome",
    (Field("", "What will be different?", Kind.LONG, rows=3),),
    more="Add another outcome",
    least=2,
    most=20,
)


def _divisions(_writing: Writing) -> tuple[Field, ...]:
    hint = "The codes of the divisions, one a line, where two or more are much affected."
    return (Field("electoral_divisions", "Electoral divisions", Kind.LINES, hint),)


def _officer(_writing: Writing) -> tuple[Field, ...]:
    return (
        Field(
            "urgent_because",
            "Is it urgent? Say why it cannot wait for the next meeting",
            Kind.LONG,
            hint="Leave it empty if it can wait.",
        ),
        Field(
            "cannot_because",
            "Is there something that you cannot give? Say what, and why",
            Kind.LONG,
            hint="A council officer then looks at the request as it is. Leave it empty if not.",
        ),
    )


SECTION_PAGES: tuple[SectionPage, ...] = (
    SectionPage(
        Section.ABOUT,
        shapes.AboutPart,
        _about,
        values_of=_about_held,
        look=lambda _, content: content.model_dump(
            mode="json", include={"kind", "about", "starts_on", "ends_on"}
        ),
        write=_about_put,
    ),
    PUPILS,
    SectionPage(Section.HOME_COUNCIL, shapes.HomeCouncilPart, _home_council),
    *NEED_PAGES,
    SectionPage(Section.CHILD, shapes.ChildPart, _child),
    SectionPage(Section.FAMILY, shapes.FamilyPart, _family),
    SectionPage(
        Section.CYCLES,
        shapes.CyclesPart,
        lambda _: (),
        lead=(
            "What the school has tried so far. Only cycles that have been reviewed count.",
            "To take a cycle out, empty its boxes.",
        ),
        several=lambda _: _CYCLES,
    ),
    SPENDING,
    SectionPage(
        Section.OUTCOMES,
        shapes.OutcomesPart,
        lambda _: (),
        lead=(
            "What will be different, and how anybody will be able to tell.",
            "One outcome to a box. To take one out, empty its box.",
        ),
        several=lambda _: _OUTCOMES,
    ),
    SectionPage(Section.DIVISIONS, shapes.DivisionsPart, _divisions),
    SectionPage(Section.OFFICER, shapes.OfficerPart, _officer),
)
"""Every section that is a form of its own; the provision map and evidence have pages of theirs."""

for each in SECTION_PAGES:
    section_page(router, each)
