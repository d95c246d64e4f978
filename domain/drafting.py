"""A request being written, section by section: what belongs to each, and how far each is.

What is missing is screening's to say; this says where it is mended, and what a copy keeps.
"""

from collections.abc import Callable, Iterator
from enum import StrEnum

from domain.frozen import Frozen
from domain.needs import AreaOfNeed
from domain.policy.demands import Check, Screening
from domain.request import RequestContent, RequestKind
from domain.screening import Fault


class Section(StrEnum):
    """The parts of a request, in the order in which they are written; a need's are its areas'."""

    ABOUT = "about"
    PUPILS = "pupils"
    HOME_COUNCIL = "home_council"
    """That the council of a pupil's home was asked first; only where a pupil lives elsewhere."""
    COMMUNICATION = AreaOfNeed.COMMUNICATION.value
    COGNITION = AreaOfNeed.COGNITION.value
    SEMH = AreaOfNeed.SEMH.value
    SENSORY = AreaOfNeed.SENSORY.value
    CHILD = "child"
    FAMILY = "family"
    CYCLES = "cycles"
    SPENDING = "spending"
    PROVISION = "provision"
    OUTCOMES = "outcomes"
    EVIDENCE = "evidence"
    DIVISIONS = "divisions"
    """Electoral divisions that a project is significant for."""
    OFFICER = "officer"
    """Why it is urgent, or why something cannot be given: an officer looks first."""


class HowFar(StrEnum):
    """How far a section is: opened but incomplete is another thing than not started."""

    NOT_STARTED = "not_started"
    INCOMPLETE = "incomplete"
    COMPLETE = "complete"
    OPTIONAL = "optional"
    """Nothing is written, and nobody asks for it."""


class SectionState(Frozen):
    """A section of a draft, how far it is, and what screening would still find wrong in it."""

    section: Section
    how_far: HowFar
    faults: tuple[Fault, ...] = ()


NEEDS: dict[Section, AreaOfNeed] = {Section(area.value): area for area in AreaOfNeed}
"""The sections in which needs are described, one for each area."""

_ANY_KIND = frozenset({Section.ABOUT, Section.EVIDENCE, Section.OFFICER})
_OF_PUPILS = frozenset({Section.PUPILS, Section.CHILD, Section.FAMILY, Section.CYCLES, *NEEDS})
_OF_SUPPORT = frozenset({Section.PROVISION, Section.OUTCOMES})
_OF_KIND: dict[RequestKind, frozenset[Section]] = {
    RequestKind.ADVICE: _ANY_KIND | _OF_PUPILS,
    RequestKind.INDIVIDUAL: _ANY_KIND | _OF_PUPILS | _OF_SUPPORT | {Section.SPENDING},
    RequestKind.GROUP: _ANY_KIND | _OF_PUPILS | _OF_SUPPORT | {Section.SPENDING},
    RequestKind.PROJECT: _ANY_KIND | _OF_SUPPORT | {Section.DIVISIONS},
}
"""What a request of each kind has room for; what a policy asks for beside is offered too."""

_ASKED_IN: dict[Check, tuple[Section, ...]] = {
    Check.HOME_COUNCIL: (),
    Check.ABOUT: (Section.ABOUT,),
    Check.PROFILE: tuple(NEEDS),
    Check.FAMILY_VIEWS: (Section.FAMILY,),
    Check.CHILD_VIEWS: (Section.CHILD,),
    Check.INFORMED: (Section.FAMILY,),
    Check.CYCLES: (Section.CYCLES,),
    Check.PROVISION: (Section.PROVISION,),
    Check.TARGETED_HOURS: (Section.PROVISION,),
    Check.EVIDENCE: (Section.EVIDENCE,),
    Check.OUTCOMES: (Section.OUTCOMES,),
    Check.SCHOOL_SPENDS: (Section.SPENDING,),
    Check.PERIOD: (Section.ABOUT,),
}
"""Where each demand is met; the home council is asked for only where screening misses it."""

_BY_CODE = {
    "school_spends": Section.SPENDING,
    "owed_by_plan": Section.SPENDING,
    "owed_without_plan": Section.SPENDING,
}
_BY_FIELD = {
    "home_council_asked_on": Section.HOME_COUNCIL,
    "starts_on": Section.ABOUT,
    "ends_on": Section.ABOUT,
    "child_views": Section.CHILD,
    "family_views": Section.FAMILY,
    "informed_on": Section.FAMILY,
}

_WRITTEN: dict[Section, Callable[[RequestContent], object]] = {
    Section.ABOUT: lambda asked: asked.about or asked.starts_on or asked.ends_on,
    Section.PUPILS: lambda asked: asked.pupils,
    Section.HOME_COUNCIL: lambda asked: asked.home_council_asked_on,
    Section.CHILD: lambda asked: asked.child_views,
    Section.FAMILY: lambda asked: (
        asked.family_views
        or asked.informed_on
        or asked.informed_how
        or asked.no_contact
        or asked.disagreement
    ),
    Section.CYCLES: lambda asked: asked.cycles,
    Section.SPENDING: lambda asked: any(
        pupil.school_spends_pence or pupil.owed_annual_pence for pupil in asked.pupils
    ),
    Section.PROVISION: lambda asked: asked.provision,
    Section.OUTCOMES: lambda asked: asked.outcomes,
    Section.EVIDENCE: lambda asked: asked.evidence,
    Section.DIVISIONS: lambda asked: asked.electoral_divisions,
    Section.OFFICER: lambda asked: asked.urgent_because or asked.cannot_because,
}


def sections_of(
    content: RequestContent, rules: Screening, faults: tuple[Fault, ...]
) -> tuple[SectionState, ...]:
    """List the sections of a draft with what is wrong in each, as screening would find it now."""
    asked = {place for demand in rules.asked_of(content.kind) for place in _ASKED_IN[demand.check]}
    found = {
        section: tuple(fault for fault in faults if section in set(_where(fault, content)))
        for section in Section
    }
    return tuple(
        SectionState(
            section=section,
            how_far=_how_far(content, section, found[section], is_asked=section in asked),
            faults=found[section],
        )
        for section in Section
        if section in _OF_KIND[content.kind] | asked
        or found[section]
        or is_written(content, section)
    )


def is_written(content: RequestContent, section: Section) -> bool:
    """Whether anything is written in a section."""
    if section in NEEDS:
        return content.profile is not None and NEEDS[section] in content.profile.levels
    return bool(_WRITTEN[section](content))


def of_kind(content: RequestContent, kind: RequestKind) -> RequestContent:
    """Make it a request of another kind: a project names no pupil and no need."""
    left_out = {"pupils": (), "profile": None} if kind is RequestKind.PROJECT else {}
    return content.model_copy(update={"kind": kind, **left_out})


def copied(content: RequestContent, kind: RequestKind) -> RequestContent:
    """Begin a request with the words of an earlier one.

    What was true of a day is asked for anew: when it is for, when the family was told, why it was
    urgent. Files belong to the request that they were handed in with.
    """
    evidence = tuple(each.model_copy(update={"file_id": None}) for each in content.evidence)
    anew = {"starts_on": None, "ends_on": None, "informed_on": None, "informed_how": None}
    also = {"urgent_because": None, "home_council_asked_on": None, "evidence": evidence}
    return of_kind(content.model_copy(update={**anew, **also}), kind)


def _how_far(
    content: RequestContent, section: Section, faults: tuple[Fault, ...], *, is_asked: bool
) -> HowFar:
    if is_written(content, section):
        return HowFar.INCOMPLETE if faults else HowFar.COMPLETE
    return HowFar.NOT_STARTED if is_asked or faults else HowFar.OPTIONAL


def _where(fault: Fault, content: RequestContent) -> Iterator[Section]:
    """The sections in which a fault is mended."""
    field = fault.field.split(".")[0]
    if field == "profile":
        yield from (area for area in NEEDS if not is_written(content, area))
    else:
        yield _BY_CODE.get(fault.code) or _BY_FIELD.get(field) or Section(field)
