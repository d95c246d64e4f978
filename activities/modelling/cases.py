"""One case of a set that policies are tried on, and many of them made into columns."""

from collections.abc import Iterable
from typing import Any

import polars as pl

from activities.modelling.frames import Frames
from activities.modelling.rebuilding import provision_rows, pupil_rows, row_of
from domain.case import Case
from domain.frozen import Frozen

_PUPIL = (
    ("number", pl.Int64),
    ("pupil", pl.Int32),
    ("school", pl.String),
    ("phase", pl.String),
    ("key_stage", pl.Int16),
    ("setting", pl.String),
    ("sen_status", pl.String),
    ("school_spends_pence", pl.Int64),
)
_LINE = (
    ("number", pl.Int64),
    ("staff", pl.String),
    ("hours_6000", pl.Int64),
    ("group_size", pl.Int64),
    ("weeks", pl.Int64),
    ("resources_pence", pl.Int64),
)
_TEXT = (
    "cluster",
    "area_of_need",
    "kind",
    "phase",
    "setting",
    "sen_status",
    "settings_group",
    "band",
)
_WHOLE = ("number", "key_stage", "hours_e6", "points_e10")
_DAYS = ("day", "starts_on")


class ModelCase(Frozen):
    """One case of a set, with what reports on the set group by."""

    number: int
    """Unique in the set."""
    case: Case
    cluster: str | None = None
    area_of_need: str | None = None
    """The area with the highest level; ``several`` where two share it."""


def frames_of(cases: Iterable[ModelCase]) -> Frames:
    """Put cases into columns, whatever their number; the columns hold all that rules may read."""
    found = tuple(cases)
    rows = [_row_of(each) for each in found]
    pupils = [row for each in found for row in pupil_rows(each.number, each.case)]
    provision = [row for each in found for row in provision_rows(each.number, each.case)]
    return Frames.of(
        pl.DataFrame({**_plain(rows), **_by_code(found)}),
        pl.DataFrame(pupils, schema=_PUPIL, orient="row"),
        pl.DataFrame(provision, schema=_LINE, orient="row"),
    )


def _row_of(each: ModelCase) -> dict[str, Any]:
    head = {"number": each.number, "cluster": each.cluster, "area_of_need": each.area_of_need}
    return head | row_of(each.case)


def _plain(rows: list[dict[str, Any]]) -> dict[str, pl.Series]:
    """The columns that every case has."""
    dtypes: dict[str, pl.DataType] = dict.fromkeys(_TEXT, pl.String())
    dtypes |= dict.fromkeys(_WHOLE, pl.Int64()) | dict.fromkeys(_DAYS, pl.Date())
    return {
        name: pl.Series(name, [row[name] for row in rows], dtype=dtype)
        for name, dtype in dtypes.items()
    }


def _by_code(cases: tuple[ModelCase, ...]) -> dict[str, pl.Series]:
    """A column for each domain, descriptor and count that any of the cases has."""
    columns: dict[str, list[int | bool | None]] = {}
    for place, each in enumerate(cases):
        case = each.case
        stated: dict[str, int | bool] = {f"level:{key}": of for key, of in case.levels.items()}
        stated |= {f"ticked:{code}": True for code in case.descriptors}
        stated |= {f"count:{key}": of for key, of in case.counts.items()}
        for name, value in stated.items():
            columns.setdefault(name, [None] * len(cases))[place] = value
    return {
        name: pl.Series(
            name, values, dtype=pl.Boolean() if name.startswith("ticked:") else pl.Int64()
        )
        for name, values in sorted(columns.items())
    }
