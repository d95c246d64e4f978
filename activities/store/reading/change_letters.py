"""Letters of an award's changes: for the school's desk, which adds the name, and for officers."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from activities.store.reading.awards import award_seen
from activities.store.reading.caller import OFFICERS, SCHOOL_DESK, Caller
from activities.store.reading.decisions import PupilNamed, named_at
from activities.store.tables import AwardChangeRow, AwardRow, ChangeLetterRow, RequestRow
from domain.frozen import Frozen
from domain.refusals import Unknown


class ChangeLetterView(Frozen):
    """A letter as it was written; the school adds the names, which it alone is given."""

    id: UUID
    """The change that it tells of."""
    kind: str
    from_on: date
    body: str
    written_at: datetime
    wording: str | None
    """Which version worded it; the first ones say none."""
    pupils: tuple[PupilNamed, ...]


def change_letters(
    session: Session, caller: Caller, award_id: UUID
) -> tuple[ChangeLetterView, ...]:
    """Read what the family was told of each change of an award, in their order."""
    row = award_seen(session, caller, award_id)
    is_desk = row.school_code in caller.schools(*SCHOOL_DESK)
    if not (is_desk or caller.holds(*OFFICERS)):
        raise Unknown("these letters", "there are none that you may read")
    found = session.exec(
        select(ChangeLetterRow, AwardChangeRow)
        .join(AwardChangeRow, col(AwardChangeRow.id) == ChangeLetterRow.id)
        .where(ChangeLetterRow.award_id == row.id)
        .order_by(col(AwardChangeRow.number))
    ).all()
    pupils = _named(session, row) if is_desk else ()
    return tuple(
        ChangeLetterView(
            id=letter.id,
            kind=change.kind,
            from_on=change.from_on,
            body=letter.body,
            written_at=letter.written_at,
            wording=letter.wording,
            pupils=pupils,
        )
        for letter, change in found
    )


def _named(session: Session, row: AwardRow) -> tuple[PupilNamed, ...]:
    """The names of an award's pupils at its school; the old system's awards have none here."""
    request = session.get(RequestRow, row.request_id) if row.request_id else None
    return named_at(session, request, frozenset({row.school_code})) if request else ()
