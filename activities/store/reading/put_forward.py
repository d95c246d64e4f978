"""Pupils whom their school lets another school name in a group: by number, never by name.

A school knows of another's pupils none but these.
"""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, or_, select

from activities.store.days import on_day
from activities.store.reading.caller import SCHOOL_DESK, Caller
from activities.store.reading.pupils import PupilView, as_pupil
from activities.store.tables import PupilOnRollRow, PupilRow, PutForwardRow
from domain.frozen import Frozen
from domain.refusals import RoleNeeded


class PutForward(Frozen):
    """A pupil on roll today whom their school put forward for another school's group."""

    id: UUID
    to_school: str
    said_at: datetime
    pupil: PupilView
    """As the other school knows them: number and facts, without the name."""


def put_forward(session: Session, caller: Caller) -> tuple[PutForward, ...]:
    """List those of the person's own schools, and those whom others put forward to them."""
    desks = caller.schools(*SCHOOL_DESK)
    if not desks:
        raise RoleNeeded("to see pupils put forward", "a school's SENCO and head do")
    rows = session.exec(
        select(PutForwardRow, PupilRow, PupilOnRollRow)
        .join(PupilRow, col(PupilRow.id) == PutForwardRow.pupil_id)
        .join(PupilOnRollRow, col(PupilOnRollRow.pupil_id) == PutForwardRow.pupil_id)
        .where(
            col(PutForwardRow.ended_at).is_(None),
            or_(
                col(PutForwardRow.school_code).in_(desks),
                col(PutForwardRow.to_school).in_(desks),
            ),
            PupilOnRollRow.school_code == PutForwardRow.school_code,
            on_day(PupilOnRollRow, caller.day),
        )
        .order_by(PutForwardRow.school_code, PupilRow.number, PutForwardRow.to_school)
    )
    return tuple(
        PutForward(
            id=row.id,
            to_school=row.to_school,
            said_at=row.said_at,
            pupil=as_pupil(pupil, roll, None),
        )
        for row, pupil, roll in rows
    )


def may_be_named(session: Session, pupils: list[UUID], by_school: str) -> set[tuple[UUID, str]]:
    """Which of the pupils another school's group may name, each with the school that said so."""
    found = session.exec(
        select(PutForwardRow.pupil_id, PutForwardRow.school_code).where(
            col(PutForwardRow.pupil_id).in_(pupils),
            PutForwardRow.to_school == by_school,
            col(PutForwardRow.ended_at).is_(None),
        )
    )
    return set(found)
