"""A school's pupils as a request counts them, with names for those who write requests alone."""

from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from activities.store.days import on_day
from activities.store.reading.caller import SCHOOL_DESK, Caller
from activities.store.reading.seeing import AT_SCHOOL
from activities.store.tables import PupilNameRow, PupilOnRollRow, PupilRow
from domain.frozen import Frozen
from domain.refusals import RoleNeeded


class PupilName(Frozen):
    """What a child is called, and when it was born."""

    given_name: str
    family_name: str
    born_on: date


class PupilView(Frozen):
    """A pupil on roll today: the id that requests name, the number, and the facts rules read."""

    pupil_id: UUID
    number: str
    school: str
    sen_status: str
    home_council: str
    phase: str
    key_stage: int
    setting: str
    name: PupilName | None
    """For SENCO and head of the school; a business manager knows pupils by number."""


def pupils(session: Session, caller: Caller) -> tuple[PupilView, ...]:
    """List the pupils on roll today at the person's own schools, by school and number."""
    schools = caller.schools(*AT_SCHOOL)
    if not schools:
        raise RoleNeeded("to list pupils", "a school's own people do")
    rows = session.exec(
        select(PupilRow, PupilOnRollRow, PupilNameRow)
        .join(PupilOnRollRow, col(PupilOnRollRow.pupil_id) == PupilRow.id)
        .join(PupilNameRow, col(PupilNameRow.pupil_id) == PupilRow.id, isouter=True)
        .where(
            col(PupilOnRollRow.school_code).in_(schools),
            on_day(PupilOnRollRow, caller.day),
        )
        .order_by(PupilOnRollRow.school_code, PupilRow.number)
    )
    desks = caller.schools(*SCHOOL_DESK)
    return tuple(
        as_pupil(pupil, roll, name if roll.school_code in desks else None)
        for pupil, roll, name in rows
    )


def as_pupil(pupil: PupilRow, roll: PupilOnRollRow, name: PupilNameRow | None) -> PupilView:
    """Build the view of a pupil on roll, with the name for whoever may know it."""
    facts = roll.model_dump(include=set(PupilView.model_fields) - {"pupil_id"})
    called = PupilName(**name.model_dump(include=set(PupilName.model_fields))) if name else None
    return PupilView(
        **facts, pupil_id=pupil.id, number=pupil.number, school=roll.school_code, name=called
    )
