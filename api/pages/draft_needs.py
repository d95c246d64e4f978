"""Needs: a page for each area, with the levels and descriptors that the council has published."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from activities.store.recording import ContentFaulty
from api.pages import draft_shapes as shapes
from api.pages.draft_writing import SectionPage, Writing
from api.pages.forms import Field, Kind, Option, typed_of
from domain.drafting import NEEDS
from domain.needs import AreaOfNeed, NeedsProfile
from domain.policy.schemes import Continuum
from domain.request import RequestContent
from domain.screening import Fault


def _need(area: AreaOfNeed, writing: Writing) -> tuple[Field, ...]:
    scale = writing.rules.continuum
    says = dict(_levels(scale, area))
    descriptors = [each for each in scale.descriptors if each.domain == area.value]
    level = Field(
        "level",
        "Which level describes the need best?",
        Kind.ONE_OF,
        hint="Choose by the words, as the council has published them.",
        options=tuple(Option(str(n), f"Level {n}", words) for n, words in says.items()),
    )
    ticked = Field(
        "descriptors",
        "Which of these are true of the pupil?",
        Kind.ANY_OF,
        hint="Tick all that are. If the request is for a group, tick what is true of most.",
        options=tuple(Option(each.code, each.says) for each in descriptors),
    )
    return (level, ticked) if descriptors else (level,)


def _levels(scale: Continuum, area: AreaOfNeed) -> Iterator[tuple[int, str]]:
    """The levels of an area of need with their published sentences.

    Where the council levels need in domains of its own, an area has the levels that any has.
    """
    own = [domain for domain in scale.domains if domain.code == area.value]
    if own:
        yield from ((each.level, each.says) for domain in own for each in domain.levels)
        return
    yield from ((n, "") for n in sorted({n.level for d in scale.domains for n in d.levels}))


def _of_area(area: AreaOfNeed, writing: Writing, content: RequestContent) -> dict[str, Any]:
    """What is written of one area of need."""
    own = {each.code for each in writing.rules.continuum.descriptors if each.domain == area.value}
    profile = content.profile or NeedsProfile(levels={})
    return {
        "level": profile.levels.get(area),
        "descriptors": [code for code in profile.descriptors if code in own],
    }


def _need_held(area: AreaOfNeed, writing: Writing) -> dict[str, str]:
    found = _of_area(area, writing, writing.content)
    return {
        **typed_of(Kind.ONE_OF, "level", found["level"]),
        **typed_of(Kind.ANY_OF, "descriptors", found["descriptors"]),
    }


def _need_put(
    area: AreaOfNeed, writing: Writing, content: RequestContent, body: Any
) -> RequestContent:
    known_levels = dict(_levels(writing.rules.continuum, area))
    if body.level is not None and body.level not in known_levels:
        unknown = Fault(
            code="level_unknown",
            says="The continuum in force has no such level.",
            would_help="Choose one from the list.",
            field="level",
        )
        raise ContentFaulty("to describe the need", (unknown,))
    before = content.profile or NeedsProfile(levels={})
    own = {each.code for each in writing.rules.continuum.descriptors if each.domain == area.value}
    others = tuple(code for code in before.descriptors if code not in own)
    ticked = tuple(code for code in body.descriptors if code in own)
    levels = {each: level for each, level in before.levels.items() if each is not area}
    if body.level is not None:
        levels = {**levels, area: body.level}
    profile = NeedsProfile(levels=levels, descriptors=(*others, *ticked))
    return content.model_copy(
        update={"profile": profile if levels or profile.descriptors else None}
    )


NEED_PAGES: tuple[SectionPage, ...] = tuple(
    SectionPage(
        section,
        shapes.NeedPart,
        partial(_need, area),
        values_of=partial(_need_held, area),
        look=partial(_of_area, area),
        write=partial(_need_put, area),
    )
    for section, area in NEEDS.items()
)
"""A page for each area of need."""
