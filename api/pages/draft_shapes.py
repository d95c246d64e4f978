"""What the pages of a draft send, section by section: fields of the request, and what was read."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field

from domain.frozen import Frozen
from domain.request import (
    Code,
    Cycle,
    Pence,
    ProvisionLine,
    RequestKind,
    Words,
)


def _as_number(value: Any) -> Any:
    """A level is chosen by its code, which is its number."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value


def _taken_in(value: str) -> str:
    if value:
        raise ValueError("Add the rows that you pasted to the table first, or empty the box")
    return value


class Beginning(Frozen):
    """A request is begun, anew or with the words of an earlier one."""

    kind: RequestKind
    school: Code
    copy_of: UUID | None = None


class Part(Frozen):
    """A section as it was typed, and the mark of what was read when it was opened."""

    read: Annotated[str, Field(min_length=1, max_length=64)]


class AboutPart(Part):
    """What is asked for, and for when."""

    kind: RequestKind
    about: Words | None = None
    starts_on: date | None = None
    ends_on: date | None = None


class PupilsPart(Part):
    """Whom it is for: one, or those who were ticked."""

    pupil: UUID | None = None
    chosen: Annotated[tuple[UUID, ...], Field(max_length=60)] = ()


class HomeCouncilPart(Part):
    """When the council of the pupil's home was asked."""

    home_council_asked_on: date | None = None


class NeedPart(Part):
    """The level of one area of need, and the descriptors that fit."""

    level: Annotated[int, BeforeValidator(_as_number), Field(ge=0, le=100)] | None = None
    descriptors: Annotated[tuple[Code, ...], Field(max_length=200)] = ()


class ChildPart(Part):
    """What the child or young person said."""

    child_views: Words | None = None


class FamilyPart(Part):
    """What the family said, and when and how it was told."""

    family_views: Words | None = None
    informed_on: date | None = None
    informed_how: Words | None = None
    no_contact: bool = False
    disagreement: bool = False


class CyclesPart(Part):
    """The turns of assess, plan, do and review."""

    cycles: Annotated[tuple[Cycle, ...], Field(max_length=50)] = ()


class Spent(Frozen):
    """What the school spends on a pupil already, and what a plan owes."""

    school_spends_pence: Pence = 0
    owed_annual_pence: Pence | None = None


class SpendingPart(Part):
    """What the school spends already, pupil by pupil."""

    pupils: Annotated[dict[UUID, Spent], Field(max_length=60)] = Field(default_factory=dict)


class ProvisionPart(Part):
    """The provision map."""

    provision: Annotated[tuple[ProvisionLine, ...], Field(max_length=200)] = ()
    paste: Annotated[str, AfterValidator(_taken_in)] = ""


class OutcomesPart(Part):
    """What will be different."""

    outcomes: Annotated[tuple[Words, ...], Field(max_length=20)] = ()


class EvidencePart(Part):
    """One document that supports the request."""

    title: Words
    from_whom: Words
    take_out: tuple[Literal["entry", "file"], ...] = ()


class DivisionsPart(Part):
    """Electoral divisions that a project is significant for."""

    electoral_divisions: Annotated[tuple[Code, ...], Field(max_length=60)] = ()


class OfficerPart(Part):
    """Why an officer looks at it first."""

    urgent_because: Words | None = None
    cannot_because: Words | None = None
