"""A school puts a pupil of its own forward for another school's group, and takes that back."""

from uuid import UUID

from sqlmodel import Session, col, select

from activities.store.days import on_day
from activities.store.reading.caller import SCHOOL_DESK, Caller
from activities.store.recording.faults import ContentFaulty
from activities.store.recording.said import Saying
from activities.store.tables import PupilOnRollRow, PutForwardRow, SchoolRow
from domain.frozen import Frozen
from domain.refusals import NotAtThisStage, Unknown
from domain.request import Code
from domain.screening import Fault


class PuttingForward(Frozen):
    """Which school may name the pupil in a group that it asks for."""

    to_school: Code


class PutForwardKept(Frozen):
    """It is said, or taken back."""

    id: UUID
    pupil_id: UUID
    to_school: str
    is_ended: bool


def put_forward(
    session: Session, saying: Saying, pupil_id: UUID, said: PuttingForward
) -> PutForwardKept:
    """Let another school name a pupil of one's own in a group; said again, it is said once.

    From then on that school sees the pupil's number and the facts that rules read, never the name.
    """
    school = _own_school(session, saying.caller, pupil_id)
    _check_other(session, school, said.to_school)
    known = session.exec(
        select(PutForwardRow).where(
            PutForwardRow.pupil_id == pupil_id,
            PutForwardRow.school_code == school,
            PutForwardRow.to_school == said.to_school,
            col(PutForwardRow.ended_at).is_(None),
        )
    ).first()
    if known is not None:
        return _kept(known)
    row = PutForwardRow(
        id=saying.id,
        pupil_id=pupil_id,
        school_code=school,
        to_school=said.to_school,
        said_by=saying.caller.person.id,
        said_at=saying.caller.now,
    )
    session.add(row)
    return _kept(row)


def end_put_forward(session: Session, saying: Saying, put_id: UUID) -> PutForwardKept:
    """Take it back: a submitted group keeps the pupil, and no group is submitted with them."""
    caller = saying.caller
    row = session.get(PutForwardRow, put_id, with_for_update=True)
    if row is None or row.school_code not in caller.schools(*SCHOOL_DESK):
        raise Unknown("this pupil put forward", "there is none of that id that you may see")
    if row.ended_at is not None:
        raise NotAtThisStage("to take it back", "it was taken back already")
    row.ended_by, row.ended_at = caller.person.id, caller.now
    session.add(row)
    return _kept(row)


def _own_school(session: Session, caller: Caller, pupil_id: UUID) -> str:
    """The person's own school that has the pupil on roll today; any other pupil is unknown."""
    found = session.exec(
        select(PupilOnRollRow.school_code).where(
            PupilOnRollRow.pupil_id == pupil_id,
            col(PupilOnRollRow.school_code).in_(caller.schools(*SCHOOL_DESK)),
            on_day(PupilOnRollRow, caller.day),
        )
    ).first()
    if found is None:
        raise Unknown("this pupil", "there is none of that id at your school")
    return found


def _check_other(session: Session, school: str, to_school: str) -> None:
    if to_school == school or session.get(SchoolRow, to_school) is None:
        fault = Fault(
            code="school_unknown",
            says="That is no other school of this council.",
            would_help="Choose the school that asks for the group.",
            field="to_school",
        )
        raise ContentFaulty("to put the pupil forward", (fault,))


def _kept(row: PutForwardRow) -> PutForwardKept:
    return PutForwardKept(
        id=row.id,
        pupil_id=row.pupil_id,
        to_school=row.to_school,
        is_ended=row.ended_at is not None,
    )
