"""Cover: whose work comes to whom between two dates, and which colleagues could give it.

Cover shows work and gives no authority: whoever covers signs by a grade of their own.
"""

from collections import defaultdict
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, or_, select

from activities.store.days import on_day
from activities.store.reading.caller import OFFICERS, Caller
from activities.store.reading.policies import policy, version_on
from activities.store.tables import CoverRow, PersonRow, RoleHeldRow
from domain.authority import lacks_for_cover
from domain.frozen import Frozen
from domain.people import Role
from domain.policy.delegation import AuthorityScheme
from domain.refusals import RoleNeeded

MOST_AT_ONCE = 50
_CONCERNED = (col(CoverRow.officer_id), col(CoverRow.cover_id), col(CoverRow.named_by))


class CoverView(Frozen):
    """Somebody's cover of a colleague, between two dates."""

    id: UUID
    officer_id: UUID
    officer: str
    """What colleagues call whose work it is."""
    cover_id: UUID
    cover: str
    from_on: date
    until_on: date
    """The day after the last."""
    ended_at: datetime | None
    """When it was taken back, where it did not last."""


class Colleague(Frozen):
    """An officer who could cover: one whose limit is enough."""

    id: UUID
    called: str
    grades: tuple[str, ...]


class CoverDesk(Frozen):
    """An officer's own cover, what they cover, and who could."""

    covers: tuple[CoverView, ...]
    """Those that are still to come or under way first, and then those that are over."""
    colleagues: tuple[Colleague, ...]
    away: tuple[Colleague, ...]
    """Officers for whom this one may name who covers, or cover: those who sign no more."""


class Covered(Frozen):
    """A colleague whom the person covers for today, and the roles and grades that work is for."""

    officer_id: UUID
    called: str
    names: frozenset[str]


def cover(session: Session, caller: Caller) -> CoverDesk:
    """Read the person's own cover and what they cover for others; for officers."""
    if not caller.holds(*OFFICERS):
        raise RoleNeeded("to see who covers", "officers cover for each other")
    return CoverDesk(
        covers=_covers(session, caller),
        colleagues=could_cover(session, caller, caller.person.id),
        away=could_be_covered(session, caller),
    )


def could_cover(session: Session, caller: Caller, officer_id: UUID) -> tuple[Colleague, ...]:
    """List officers of today whose own grades are enough for everything that an officer signs."""
    held, scheme = grades_held(session, caller.day), _scheme(session, caller)
    own = held.get(officer_id, set())
    enough = {each for each in held if not lacks_for_cover(own, held[each], scheme)}
    return _colleagues(session, held, enough - {officer_id})


def could_be_covered(session: Session, caller: Caller) -> tuple[Colleague, ...]:
    """List officers of today everything of whose the person's own grades are enough for."""
    held, scheme = grades_held(session, caller.day), _scheme(session, caller)
    theirs = {each for each in held if not lacks_for_cover(held[each], caller.grades, scheme)}
    return _colleagues(session, held, theirs - {caller.person.id})


def _scheme(session: Session, caller: Caller) -> AuthorityScheme:
    return policy(session, version_on(session, "authority", caller.day).id, AuthorityScheme)


def _colleagues(
    session: Session, held: dict[UUID, set[str]], chosen: set[UUID]
) -> tuple[Colleague, ...]:
    named: dict[UUID, str] = dict(
        session.exec(
            select(PersonRow.id, PersonRow.called).where(col(PersonRow.id).in_(chosen))
        ).all()
    )
    return tuple(
        Colleague(id=each, called=named[each], grades=tuple(sorted(held[each])))
        for each in sorted(chosen, key=lambda one: (named[one], one))
    )


def grades_held(session: Session, day: date) -> dict[UUID, set[str]]:
    """The grades of every officer on a day."""
    rows = session.exec(
        select(RoleHeldRow.person_id, RoleHeldRow.grade).where(
            col(RoleHeldRow.role).in_(OFFICERS),
            col(RoleHeldRow.grade).is_not(None),
            on_day(RoleHeldRow, day),
        )
    )
    held: dict[UUID, set[str]] = defaultdict(set)
    for person_id, grade in rows:
        held[person_id].add(str(grade))
    return dict(held)


def covered_by(session: Session, caller: Caller) -> tuple[Covered, ...]:
    """List whom the person covers for today, with what their work waits under."""
    rows = session.exec(
        select(CoverRow.officer_id, PersonRow.called, RoleHeldRow.role, RoleHeldRow.grade)
        .join(PersonRow, col(PersonRow.id) == CoverRow.officer_id)
        .join(RoleHeldRow, col(RoleHeldRow.person_id) == CoverRow.officer_id)
        .where(
            CoverRow.cover_id == caller.person.id,
            col(CoverRow.ended_at).is_(None),
            on_day(CoverRow, caller.day),
            col(RoleHeldRow.role).in_(OFFICERS),
            on_day(RoleHeldRow, caller.day),
        )
    ).all()
    names: dict[tuple[UUID, str], set[str]] = defaultdict(set)
    for officer_id, called, role, grade in rows:
        names[officer_id, called] |= {str(Role(role)), *({grade} if grade else ())}
    return tuple(
        Covered(officer_id=officer_id, called=called, names=frozenset(found))
        for (officer_id, called), found in sorted(names.items(), key=lambda one: one[0][1])
    )


def _covers(session: Session, caller: Caller) -> tuple[CoverView, ...]:
    officer, other = aliased(PersonRow), aliased(PersonRow)
    me = caller.person.id
    rows = session.exec(
        select(CoverRow, officer.called, other.called)
        .join(officer, col(officer.id) == CoverRow.officer_id)
        .join(other, col(other.id) == CoverRow.cover_id)
        .where(or_(*(column == me for column in _CONCERNED)))
        .order_by(col(CoverRow.until_on).desc(), col(CoverRow.id))
        .limit(MOST_AT_ONCE)
    )
    shown = {"id", "officer_id", "cover_id", "from_on", "until_on", "ended_at"}
    return tuple(
        CoverView(**row.model_dump(include=shown), officer=of, cover=by) for row, of, by in rows
    )
