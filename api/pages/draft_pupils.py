"""Whom a request is for, from the school's own register, and what is spent on them already."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from activities.store.reading import PupilView
from activities.store.recording import ContentFaulty
from api.pages import draft_shapes as shapes
from api.pages.draft_writing import SectionPage, Writing
from api.pages.forms import Field, Kind, Option, typed_of
from domain.drafting import Section
from domain.request import PupilAsked, RequestContent, RequestKind, SenStatus
from domain.screening import Fault


def called(pupil: PupilView) -> str:
    """A pupil as their school's SENCO knows them."""
    if pupil.name is None:
        return f"Pupil {pupil.number}"
    return f"{pupil.name.given_name} {pupil.name.family_name}, {pupil.number}"


def known(writing: Writing) -> dict[UUID, str]:
    """What the pupils of a draft, and of its school, are called; another school's by number."""
    own = {each.pupil_id: called(each) for each in writing.pupils if each.school == writing.school}
    others = {
        each.pupil_id: f"A pupil of {writing.schools.get(each.school, each.school)}"
        for each in writing.content.pupils
        if each.pupil_id not in own
    }
    if writing.content.kind is RequestKind.GROUP:
        others |= {
            each.pupil_id: f"{writing.schools[each.school]}: pupil {each.number}"
            for each in writing.theirs
        }
    return {**dict(sorted(own.items(), key=lambda one: one[1].lower())), **others}


def _pupils(writing: Writing) -> tuple[Field, ...]:
    options = tuple(Option(str(each), says) for each, says in known(writing).items())
    if writing.content.kind is RequestKind.INDIVIDUAL:
        hint = "The pupils on your school's roll today. If one is missing, the register is behind."
        return (Field("pupil", "Who is it for?", Kind.LIST, hint, options=options),)
    hint = (
        "Tick every pupil. The pupils on your school's roll today are listed, and those whom other"
        " schools have put forward to you. Ask their SENCO to do so, under “Our pupils”."
    )
    return (Field("chosen", "Who is it for?", Kind.ANY_OF, hint, options=options),)


def _pupils_held(writing: Writing) -> dict[str, str]:
    chosen = [str(each.pupil_id) for each in writing.content.pupils]
    if writing.content.kind is RequestKind.INDIVIDUAL:
        return {"pupil": chosen[0]} if chosen else {}
    return typed_of(Kind.ANY_OF, "chosen", chosen)


def _pupils_put(writing: Writing, content: RequestContent, body: Any) -> RequestContent:
    """Name the pupils chosen, with what the register says of each today."""
    own = {each.pupil_id: each for each in writing.pupils if each.school == writing.school}
    if content.kind is RequestKind.GROUP:
        own |= {each.pupil_id: each for each in writing.theirs}
    before = {each.pupil_id: each for each in content.pupils}
    chosen = (body.pupil,) if body.pupil else body.chosen
    if any(each not in own and each not in before for each in chosen):
        field = "pupil" if body.pupil else "chosen"
        says = "Somebody whom you chose is not on your school's roll."
        unknown = Fault(
            code="pupil_unknown", says=says, would_help="Choose from the list.", field=field
        )
        raise ContentFaulty("to name the pupils", (unknown,))
    pupils = tuple(_asked(own.get(each), before.get(each)) for each in chosen)
    return content.model_copy(update={"pupils": pupils})


def _asked(listed: PupilView | None, before: PupilAsked | None) -> PupilAsked:
    """A pupil as the register has them, with what was written of their support before."""
    if listed is None:
        assert before is not None
        return before
    facts = listed.model_dump(exclude={"number", "name"})
    spent = before.model_dump(include=set(shapes.Spent.model_fields)) if before else {}
    if facts["sen_status"] != SenStatus.PLAN:
        spent.pop("owed_annual_pence", None)
    return PupilAsked.model_validate({**facts, **spent}, strict=False)


def _spending(writing: Writing) -> tuple[Field, ...]:
    names = known(writing)
    return tuple(
        each
        for pupil in writing.content.pupils
        for each in _spending_on(pupil, names[pupil.pupil_id])
    )


def _spending_on(pupil: PupilAsked, name: str) -> Iterator[Field]:
    at = f"pupils.{pupil.pupil_id}"
    yield Field(
        f"{at}.school_spends_pence",
        f"What the school spends a year on {name}",
        Kind.POUNDS,
        hint="On support beyond what is there for every pupil: staff time, resources, services.",
    )
    if pupil.sen_status is SenStatus.PLAN:
        yield Field(
            f"{at}.owed_annual_pence",
            f"What the provision in the plan costs a year for {name}",
            Kind.POUNDS,
            hint="All that section F of the Education, Health and Care plan sets out.",
        )


def _spent(_writing: Writing, content: RequestContent) -> dict[str, Any]:
    include = set(shapes.Spent.model_fields)
    return {str(each.pupil_id): each.model_dump(include=include) for each in content.pupils}


def _spending_held(writing: Writing) -> dict[str, str]:
    typed: dict[str, str] = {}
    for pupil in writing.content.pupils:
        at = f"pupils.{pupil.pupil_id}"
        spent = pupil.school_spends_pence or None
        typed |= typed_of(Kind.POUNDS, f"{at}.school_spends_pence", spent)
        typed |= typed_of(Kind.POUNDS, f"{at}.owed_annual_pence", pupil.owed_annual_pence)
    return typed


def _spending_put(_writing: Writing, content: RequestContent, body: Any) -> RequestContent:
    pupils = tuple(
        pupil.model_copy(update=dict(body.pupils.get(pupil.pupil_id, shapes.Spent())))
        for pupil in content.pupils
    )
    return content.model_copy(update={"pupils": pupils})


PUPILS = SectionPage(
    Section.PUPILS,
    shapes.PupilsPart,
    _pupils,
    lead=("Names are for you and the head. A panel and an officer see numbers.",),
    values_of=_pupils_held,
    look=lambda _, content: [str(pupil.pupil_id) for pupil in content.pupils],
    write=_pupils_put,
)

SPENDING = SectionPage(
    Section.SPENDING,
    shapes.SpendingPart,
    _spending,
    values_of=_spending_held,
    look=_spent,
    write=_spending_put,
    template="draft_spending.html",
)
