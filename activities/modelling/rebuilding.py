"""From a case to plain rows for the columns, and from rows to a case again."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.case import Case
from domain.places import Phase, Setting
from domain.request import ProvisionLine, PupilAsked, RequestKind, SenStatus

HOUR = 6000
"""The parts of an hour in which both its minutes and its hundredths are whole."""
OF_AN_HOUR = 10**6
OF_A_POINT = 10**10
"""The finest parts in which a case states hours of a place, and points."""

_HUNDREDTH, _MINUTE = HOUR // 100, HOUR // 60
_MOST_HOURS = 60


def row_of(case: Case) -> dict[str, Any]:
    """The facts of a case as one row; levels, descriptors and counts are columns of their own."""
    return {
        "kind": str(case.kind),
        "day": case.day,
        "starts_on": case.starts_on,
        "phase": _word(case.phase),
        "setting": _word(case.setting),
        "sen_status": _word(case.sen_status),
        "settings_group": case.settings_group,
        "band": case.band,
        "key_stage": case.key_stage,
        "hours_e6": None if case.hours is None else int(case.hours * OF_AN_HOUR),
        "points_e10": None if case.points is None else int(case.points * OF_A_POINT),
    }


def pupil_rows(number: int, case: Case) -> Iterable[tuple[object, ...]]:
    """A row for each pupil, known within the case by the place at which the child first stands."""
    first: dict[UUID, int] = {}
    for place, pupil in enumerate(case.pupils, start=1):
        yield (
            number,
            first.setdefault(pupil.pupil_id, place),
            pupil.school,
            str(pupil.phase),
            pupil.key_stage,
            str(pupil.setting),
            str(pupil.sen_status),
            pupil.school_spends_pence,
        )


def provision_rows(number: int, case: Case) -> Iterable[tuple[object, ...]]:
    """A row for each line of the provision map."""
    for line in case.provision:
        hours = line.weekly_hours * HOUR
        assert hours.denominator == 1, "hours have two places, and minutes are whole"
        yield (
            number,
            line.staff,
            hours.numerator,
            line.group_size,
            line.weeks,
            line.resources_pence,
        )


def case_of(
    row: Mapping[str, Any],
    pupils: Iterable[Mapping[str, Any]],
    provision: Iterable[Mapping[str, Any]],
) -> Case:
    """Build the case that stands behind rows; ids of pupils are made up."""
    known = {name: value for name, value in row.items() if value is not None}
    return Case(
        kind=RequestKind(known["kind"]),
        day=_as_day(known["day"]),
        starts_on=known.get("starts_on"),
        levels=_of_prefix(known, "level:"),
        descriptors=tuple(code for code, on in _of_prefix(known, "ticked:").items() if on),
        pupils=tuple(map(_pupil_of, pupils)),
        provision=tuple(map(_provision_of, provision)),
        phase=Phase(known["phase"]) if "phase" in known else None,
        key_stage=known.get("key_stage"),
        setting=Setting(known["setting"]) if "setting" in known else None,
        sen_status=SenStatus(known["sen_status"]) if "sen_status" in known else None,
        hours=_parts(known.get("hours_e6"), OF_AN_HOUR),
        settings_group=known.get("settings_group"),
        points=_parts(known.get("points_e10"), OF_A_POINT),
        band=known.get("band"),
        counts=_of_prefix(known, "count:"),
    )


def _pupil_of(row: Mapping[str, Any]) -> PupilAsked:
    return PupilAsked(
        pupil_id=UUID(int=row["pupil"]),
        school=row["school"],
        sen_status=SenStatus(row["sen_status"]),
        home_council="this",
        phase=Phase(row["phase"]),
        key_stage=row["key_stage"],
        setting=Setting(row["setting"]),
        school_spends_pence=row["school_spends_pence"],
    )


def _provision_of(row: Mapping[str, Any]) -> ProvisionLine:
    hundredths, minutes = _hours_of(row["hours_6000"])
    return ProvisionLine(
        what="Support",
        staff=row["staff"],
        hours_a_week=Decimal(hundredths) / 100,
        minutes_a_week=minutes,
        group_size=row["group_size"],
        weeks=row["weeks"],
        resources_pence=row["resources_pence"],
    )


def _hours_of(parts: int) -> tuple[int, int]:
    """Hundredths of an hour and minutes that make up the parts, as few minutes as can be.

    >>> _hours_of(HOUR // 3), _hours_of(13 * HOUR)
    ((0, 20), (1300, 0))
    """
    least = max(0, (parts - _MOST_HOURS * HOUR) // _MINUTE)
    for minutes in range(least, parts // _MINUTE + 1):
        rest = parts - minutes * _MINUTE
        if rest % _HUNDREDTH == 0 and rest <= _MOST_HOURS * HOUR:
            return rest // _HUNDREDTH, minutes
    raise ValueError(f"{parts} parts are no hours and minutes of a provision map")


def _of_prefix(known: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {
        name.removeprefix(prefix): value for name, value in known.items() if name.startswith(prefix)
    }


def _parts(units: int | None, of: int) -> Decimal | None:
    return None if units is None else (Decimal(units) / of).normalize() + 0


def _as_day(value: object) -> date:
    assert isinstance(value, date)
    return value


def _word(value: object) -> str | None:
    return None if value is None else str(value)
