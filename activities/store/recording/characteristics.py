"""What is recorded of pupils for equality, as the council's register has it, by date.

It is counted for the equality assessment and read for nothing else: no event, log line or rule
of a case ever has it (promise 8).
"""

from collections.abc import Iterable
from datetime import date
from uuid import UUID, uuid5

from sqlmodel import Session, col, select

from activities.store.tables import PupilCharacteristicRow
from domain.frozen import Frozen

_RECORDED = UUID("8d0b41f7-6f0a-5a35-9f5b-0b6a4a5d6e21")


class RecordedOf(Frozen):
    """A pupil's recorded characteristics, and since when they hold."""

    pupil_id: UUID
    from_on: date
    values: dict[str, str]


def keep_characteristics(session: Session, recorded: Iterable[RecordedOf]) -> None:
    """Bring what is recorded up to date: a value that has changed ends, and the new one begins.

    What a register leaves out stays as it was; loading the same again changes nothing.
    """
    pupils = [each for each in recorded if each.values]
    now = _holding(session, [each.pupil_id for each in pupils])
    begun: list[PupilCharacteristicRow] = []
    for each in pupils:
        for characteristic, value in each.values.items():
            known = now.get((each.pupil_id, characteristic))
            if known is not None and (known.value == value or each.from_on <= known.from_on):
                continue
            if known is not None:
                known.until_on = each.from_on
                session.add(known)
            begun.append(_row(each, characteristic, value))
    session.flush()  # What ends has ended before anything begins.
    session.add_all(begun)
    session.flush()


def _holding(
    session: Session, pupil_ids: list[UUID]
) -> dict[tuple[UUID, str], PupilCharacteristicRow]:
    rows = session.exec(
        select(PupilCharacteristicRow).where(
            col(PupilCharacteristicRow.pupil_id).in_(pupil_ids),
            col(PupilCharacteristicRow.until_on).is_(None),
        )
    )
    return {(row.pupil_id, row.characteristic): row for row in rows}


def _row(each: RecordedOf, characteristic: str, value: str) -> PupilCharacteristicRow:
    return PupilCharacteristicRow(
        id=uuid5(_RECORDED, f"{each.pupil_id}/{characteristic}/{each.from_on}"),
        pupil_id=each.pupil_id,
        characteristic=characteristic,
        value=value,
        from_on=each.from_on,
    )
