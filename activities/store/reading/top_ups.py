"""Pupils' top-ups on a census day: whole for a file, or a few lines of a page with their number.

Most awards never change, and the day alone tells whether such a one is due. What a change made of
an award is worked out by its history, so only those that changed are built.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, false
from sqlalchemy import select as columns
from sqlmodel import Session, col, exists, func, or_, select

from activities.store import changes
from activities.store.reading.awards import theirs
from activities.store.reading.caller import OFFICERS, Caller
from activities.store.reading.seeing import AT_SCHOOL
from activities.store.tables import (
    AwardChangeRow,
    AwardRow,
    PupilRow,
    RequestPupilRow,
    RequestRow,
)
from domain.adjusting import Stretch, stretches
from domain.frozen import Frozen
from domain.request import RequestKind


class TopUp(Frozen):
    """A pupil's top-up on a census day."""

    award_id: UUID
    reference: str | None
    school: str
    pupil_number: str | None
    """For the school and officers; those who follow the money need no pupil."""
    has_plan: bool
    annual_pence: int
    from_on: date
    until_on: date


class SomeTopUps(Frozen):
    """A few of the top-ups of a day, and how many there are in all."""

    lines: tuple[TopUp, ...]
    all: int


_ALTERED = select(AwardChangeRow.award_id)
_CHANGED = exists().where(col(AwardChangeRow.award_id) == AwardRow.id)


def check_may_list(caller: Caller) -> None:
    """Refuse whoever may list no award, before a day is chosen."""
    theirs(caller, None)


def top_ups_on(
    session: Session, caller: Caller, on: date, *, school: str | None = None
) -> tuple[TopUp, ...]:
    """List the pupils' top-ups on a census day, by school and reference.

    A group's award is no pupil's; it is left out, as a project's and a cluster plan's are.
    """
    laid = _laid_anew(session, caller, on, school)
    rows = session.execute(_due(caller, on, school, laid)).all()
    return _told(session, caller, rows, laid)


def some_top_ups(
    session: Session, caller: Caller, on: date, span: tuple[int, int], school: str | None = None
) -> SomeTopUps:
    """List the same from one line on, at most so many; and count them all."""
    laid = _laid_anew(session, caller, on, school)
    due, (first, most) = _due(caller, on, school, laid), span
    counted = session.exec(select(func.count()).select_from(due.order_by(None).subquery())).one()
    rows = session.execute(due.offset(first).limit(most)).all()
    return SomeTopUps(lines=_told(session, caller, rows, laid), all=counted)


def _laid_anew(
    session: Session, caller: Caller, on: date, school: str | None
) -> dict[UUID, Stretch]:
    """The days around this one, with their amount, of each changed award that is due on it."""
    rows = session.exec(
        select(AwardRow).where(*_may_be_due(caller, on, school), col(AwardRow.id).in_(_ALTERED))
    ).all()
    histories = changes.histories(session, rows)
    return {
        award_id: laid
        for award_id, history in histories.items()
        for laid in stretches(history)
        if laid.from_on <= on < laid.until_on
    }


def _may_be_due(caller: Caller, on: date, school: str | None) -> tuple[ColumnElement[bool], ...]:
    return (
        theirs(caller, school),
        col(AwardRow.until_on) > on,
        col(AwardRow.plan_item_id).is_(None),
    )


def _due(
    caller: Caller, on: date, school: str | None, laid: dict[UUID, Stretch]
) -> Select[tuple[Any, ...]]:
    """Select the awards of single pupils that are due on a day, changed or as they were decided."""
    as_decided = (col(AwardRow.from_on) <= on) & (col(AwardRow.annual_pence) != 0) & ~_CHANGED
    changed = col(AwardRow.id).in_(laid) if laid else false()
    single = col(RequestRow.id).is_(None) | (col(RequestRow.kind) == RequestKind.INDIVIDUAL)
    shown: tuple[Any, ...] = (
        *(AwardRow.id, AwardRow.school_code, AwardRow.opening_reference, AwardRow.annual_pence),
        *(AwardRow.from_on, AwardRow.until_on),
        *(col(RequestRow.id).label("request_id"), RequestRow.reference, RequestRow.has_plan),
    )
    return (
        columns(*shown)
        .select_from(AwardRow)
        .join(RequestRow, col(RequestRow.id) == AwardRow.request_id, isouter=True)
        .where(*_may_be_due(caller, on, school), single, or_(as_decided, changed))
        .order_by(col(AwardRow.school_code), col(RequestRow.reference), col(AwardRow.id))
    )


def _told(
    session: Session, caller: Caller, rows: Sequence[Row[Any]], laid: dict[UUID, Stretch]
) -> tuple[TopUp, ...]:
    numbers = _numbers_told(session, caller, rows)
    return tuple(_line(row, laid.get(row.id, row), numbers.get(row.request_id)) for row in rows)


def _line(row: Row[Any], due: Any, pupil_number: str | None) -> TopUp:
    """A line of an award: of the days and the amount that are due, which a change may have made."""
    return TopUp(
        award_id=row.id,
        reference=row.reference if row.request_id else row.opening_reference,
        school=row.school_code,
        pupil_number=pupil_number,
        has_plan=bool(row.has_plan),
        annual_pence=due.annual_pence,
        from_on=due.from_on,
        until_on=due.until_on,
    )


def _numbers_told(session: Session, caller: Caller, found: Sequence[Row[Any]]) -> dict[UUID, str]:
    """The number of each request's pupil, where the person is told it."""
    officer, own = caller.holds(*OFFICERS), caller.schools(*AT_SCHOOL)
    wanted = [
        row.request_id for row in found if row.request_id and (officer or row.school_code in own)
    ]
    if not wanted:
        return {}
    numbers = session.exec(
        select(RequestPupilRow.request_id, PupilRow.number)
        .join(PupilRow, col(PupilRow.id) == RequestPupilRow.pupil_id)
        .join(RequestRow, col(RequestRow.id) == RequestPupilRow.request_id)
        .where(
            col(RequestPupilRow.request_id).in_(wanted),
            col(RequestPupilRow.version) == RequestRow.version,
        )
    )
    return dict(numbers.all())
