"""Naming who acts for an officer between two dates, and taking it back.

An officer names it, or where the officer cannot, a colleague who signs no less. It shows a
colleague's work, and raises nobody's limit: every act is still held against the grade of whoever
does it.
"""

from datetime import date, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from activities.store.reading.caller import OFFICERS, Caller
from activities.store.reading.covers import could_be_covered, could_cover
from activities.store.recording.said import Saying
from activities.store.tables import CoverRow
from domain.frozen import Frozen
from domain.periods import ONE_DAY
from domain.refusals import AuthorityTooLow, NotAtThisStage, NotValid, RoleNeeded, Unknown

_TO = "to name who covers"
_LONGEST = timedelta(days=366)


class Covering(Frozen):
    """Who sees an officer's work, and may do it by their own authority, between two days."""

    colleague_id: UUID
    from_on: date
    last_on: date
    """The last day of it."""
    officer_id: UUID | None = None
    """Whose work it is; left out, the officer's own who says it."""


class CoverNamed(Frozen):
    """Cover as it was named, or taken back."""

    id: UUID
    cover_id: UUID
    from_on: date
    until_on: date
    """The day after the last."""
    is_ended: bool = False


def name_cover(session: Session, saying: Saying, said: Covering) -> CoverNamed:
    """Name a colleague whose limit is enough; an officer is covered by one person at a time."""
    caller = saying.caller
    if not caller.holds(*OFFICERS):
        raise RoleNeeded(_TO, "officers cover for each other")
    _check_days(caller, said)
    officer_id = said.officer_id or caller.person.id
    _check_whose(session, caller, officer_id)
    if said.colleague_id not in {each.id for each in could_cover(session, caller, officer_id)}:
        raise AuthorityTooLow(
            _TO,
            "no officer of that name signs as much as whose work it is",
            "Name an officer whose own limit is as high, or higher.",
        )
    _check_free(session, officer_id, said)
    row = CoverRow(
        id=saying.id,
        officer_id=officer_id,
        cover_id=said.colleague_id,
        from_on=said.from_on,
        until_on=said.last_on + ONE_DAY,
        named_by=caller.person.id,
        named_at=caller.now,
    )
    session.add(row)
    return _named(row)


def end_cover(session: Session, saying: Saying, cover_id: UUID) -> CoverNamed:
    """Take cover back: from now on the colleague's worklist is their own again."""
    caller = saying.caller
    row = session.get(CoverRow, cover_id, with_for_update=True)
    if row is None or caller.person.id not in (row.officer_id, row.cover_id, row.named_by):
        raise Unknown("this cover", "there is none of that id that you may see")
    if row.ended_at is not None or row.until_on <= caller.day:
        raise NotAtThisStage("to end this cover", "it has ended already")
    row.ended_by, row.ended_at = caller.person.id, caller.now
    return _named(row)


def _check_whose(session: Session, caller: Caller, officer_id: UUID) -> None:
    """Refuse cover for a colleague who signs more: that is theirs to name, or a senior's."""
    theirs = {caller.person.id, *(each.id for each in could_be_covered(session, caller))}
    if officer_id not in theirs:
        raise AuthorityTooLow(
            _TO,
            "no officer of that name signs as little as you do, or less",
            "The officer names it, or a colleague whose own limit is as high as theirs.",
        )


def _check_days(caller: Caller, said: Covering) -> None:
    """Refuse days that are no span, that have passed, or that nobody could foresee: all at once."""
    faults = []
    if said.from_on < caller.day:
        faults.append("the first day has passed")
    if said.last_on < said.from_on:
        faults.append("the last day is before the first")
    if said.last_on > said.from_on + _LONGEST:
        faults.append("a year is the longest")
    if faults:
        raise NotValid(_TO, "; ".join(faults), "Give a first day from today on, and a last day.")


def _check_free(session: Session, officer_id: UUID, said: Covering) -> None:
    found = session.exec(
        select(CoverRow.id).where(
            CoverRow.officer_id == officer_id,
            col(CoverRow.ended_at).is_(None),
            col(CoverRow.from_on) <= said.last_on,
            col(CoverRow.until_on) > said.from_on,
        )
    ).first()
    if found is not None:
        raise NotValid(
            _TO, "somebody covers already on some of these days", "End that cover first."
        )


def _named(row: CoverRow) -> CoverNamed:
    return CoverNamed(
        id=row.id,
        cover_id=row.cover_id,
        from_on=row.from_on,
        until_on=row.until_on,
        is_ended=row.ended_at is not None,
    )
