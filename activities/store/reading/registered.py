"""What the register of pupils says of those whom a request names, and where a request differs."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from activities.store.days import on_day
from activities.store.reading.put_forward import may_be_named
from activities.store.tables import PupilOnRollRow
from domain.request import PupilAsked, RequestContent, RequestKind
from domain.screening import Fault


def faults_of_pupils(
    session: Session, content: RequestContent, school: str, day: date
) -> tuple[Fault, ...]:
    """List pupils, or facts about them, that the register of a day does not have.

    A pupil nobody knows and a pupil of another school, which has not put them forward to the one
    that asks, look the same to whoever asks.
    """
    known = _on_roll(session, [pupil.pupil_id for pupil in content.pupils], day)
    others = [pupil.pupil_id for pupil in content.pupils if pupil.school != school]
    named = may_be_named(session, others, school) if others else set()
    for pupil in content.pupils:
        if pupil.school != school and (pupil.pupil_id, pupil.school) not in named:
            known.pop(pupil.pupil_id, None)
    return tuple(_faults_of_pupils(content, known, school))


def _on_roll(session: Session, ids: list[UUID], day: date) -> dict[UUID, PupilOnRollRow]:
    """What the register says of pupils on a day."""
    found = session.exec(
        select(PupilOnRollRow).where(
            col(PupilOnRollRow.pupil_id).in_(ids),
            on_day(PupilOnRollRow, day),
        )
    )
    return {row.pupil_id: row for row in found}


def _faults_of_pupils(
    content: RequestContent, known: dict[UUID, PupilOnRollRow], school: str
) -> Iterator[Fault]:
    ids = [pupil.pupil_id for pupil in content.pupils]
    for place, pupil in enumerate(content.pupils):
        row = known.get(pupil.pupil_id)
        if row is None or row.school_code != pupil.school:
            yield Fault(
                code="pupil_unknown",
                says="There is no such pupil at this school.",
                would_help="Check who it is. Another school puts its pupil forward to yours first.",
                field=f"pupils.{place}",
            )
        else:
            yield from _faults_of_facts(pupil, row, place)
    if ids and school not in {pupil.school for pupil in content.pupils}:
        yield Fault(
            code="not_your_pupils",
            says="None of the pupils is on the roll of the school that asks.",
            would_help="The pupil's own school asks for them.",
            field="pupils",
        )
    if content.kind is RequestKind.INDIVIDUAL and any(p.school != school for p in content.pupils):
        yield Fault(
            code="not_your_pupil",
            says="An individual request is about a pupil of the school that asks.",
            would_help="The pupil's own school asks for them.",
            field="pupils",
        )


_FACTS = ("sen_status", "home_council", "phase", "key_stage", "setting")


def _faults_of_facts(pupil: PupilAsked, row: PupilOnRollRow, place: int) -> Iterator[Fault]:
    for fact in _FACTS:
        if getattr(pupil, fact) != getattr(row, fact):
            yield Fault(
                code="differs_from_register",
                says=f"The register of pupils has another {fact.replace('_', ' ')}.",
                would_help="Correct the request, or have the register brought up to date.",
                field=f"pupils.{place}.{fact}",
            )
