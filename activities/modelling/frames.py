"""A set of cases as columns: a snapshot that many policies are tried on, in memory or in Parquet.

What a rule may read is here and nothing that names a child; nothing here decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import polars as pl

from activities.modelling.rebuilding import case_of
from activities.modelling.shapes import Shape, shape_of
from domain.case import Case
from domain.places import Phase, Setting
from domain.request import RequestKind, SenStatus

NAMED = {
    "kind": tuple(map(str, RequestKind)),
    "phase": tuple(map(str, Phase)),
    "setting": tuple(map(str, Setting)),
    "sen_status": tuple(map(str, SenStatus)),
}
"""Facts with a closed list of words; groups of settings and bands are whatever the cases have."""

_CASES: dict[str, pl.DataType] = {
    "number": pl.Int64(),
    "day": pl.Date(),
    "starts_on": pl.Date(),
    "cluster": pl.String(),
    "area_of_need": pl.String(),
    "key_stage": pl.Int16(),
    "hours_e6": pl.Int64(),
    "points_e10": pl.Int64(),
}
_PUPILS: dict[str, tuple[pl.DataType, object]] = {
    "number": (pl.Int64(), None),
    "pupil": (pl.Int32(), None),
    "school": (pl.String(), None),
    "phase": (pl.Enum(NAMED["phase"]), None),
    "key_stage": (pl.Int16(), None),
    "setting": (pl.Enum(NAMED["setting"]), str(Setting.MAINSTREAM)),
    "sen_status": (pl.Enum(NAMED["sen_status"]), str(SenStatus.SEN_SUPPORT)),
    "school_spends_pence": (pl.Int64(), 0),
}
_PROVISION: dict[str, tuple[pl.DataType, object]] = {
    "number": (pl.Int64(), None),
    "staff": (pl.String(), None),
    "hours_6000": (pl.Int64(), None),
    "group_size": (pl.Int64(), 1),
    "weeks": (pl.Int64(), 38),
    "resources_pence": (pl.Int64(), 0),
}
_OF_PREFIX: dict[str, pl.DataType] = {
    "level:": pl.Int64(),
    "ticked:": pl.Boolean(),
    "count:": pl.Int64(),
}


@dataclass(frozen=True)
class Frames:
    """Cases, their pupils and their provision maps in columns; ``of`` says which.

    ``cases`` has a row for each case, ``pupils`` one for each pupil in the case's order,
    ``provision`` one for each line of a map in the map's order.
    """

    cases: pl.DataFrame
    pupils: pl.DataFrame
    provision: pl.DataFrame

    @classmethod
    def of(
        cls,
        cases: pl.DataFrame,
        pupils: pl.DataFrame | None = None,
        provision: pl.DataFrame | None = None,
    ) -> "Frames":
        """Build the snapshot from plain columns; a column that is missing is a fact not known.

        ``cases``: ``number`` (unique), ``kind`` and ``day``; and as known ``starts_on``,
        ``cluster``, ``area_of_need``, ``phase``, ``setting``, ``sen_status``, ``settings_group``,
        ``band``, ``key_stage``, ``hours_e6`` (millionths of an hour), ``points_e10`` (10^-10 of a
        point), ``level:<domain>``, ``ticked:<descriptor>`` and ``count:<what>``.
        ``pupils``: ``number``, ``pupil`` (the same child has the same figure within a case),
        ``school``, ``phase``, ``key_stage``, ``setting``, ``sen_status``, ``school_spends_pence``.
        ``provision``: ``number``, ``staff``, ``hours_6000`` (6000ths of an hour a week, in which
        minutes and hundredths of an hour are whole), ``group_size``, ``weeks``,
        ``resources_pence``.
        """
        found = _cases_of(cases)
        assert found["number"].n_unique() == len(found), "every case has a number of its own"
        return cls(found, _complete(pupils, _PUPILS), _complete(provision, _PROVISION))

    def __len__(self) -> int:
        return len(self.cases)

    def moved(self, day: date | pl.Expr, starts_on: date | pl.Expr | None = None) -> "Frames":
        """The same cases under the policy of another day, and with another first day of support."""
        days = {"day": _day(day)} | ({} if starts_on is None else {"starts_on": _day(starts_on)})
        cases = self.cases.with_columns(**days).with_columns(pl.col(*days).cast(pl.Date))
        return Frames(cases, self.pupils, self.provision)

    def part(self, start: int, length: int) -> "Frames":
        """Some of the cases in their order, with what belongs to them."""
        cases = self.cases.slice(start, length)
        return self._with_theirs(cases)

    def only(self, numbers: pl.Series) -> "Frames":
        """The cases of these numbers, with what belongs to them."""
        return self._with_theirs(self.cases.filter(pl.col("number").is_in(numbers.implode())))

    def case(self, number: int) -> Case:
        """The case of a number, as the scalar twin decides it."""
        return next(self.only(pl.Series([number], dtype=pl.Int64)).each_case())[1]

    def each_case(self) -> Iterator[tuple[int, Case]]:
        """Every case with its number; ids of pupils are made up, for no rule reads them."""
        pupils = _by_number(self.pupils)
        provision = _by_number(self.provision)
        for row in self.cases.iter_rows(named=True):
            number = row["number"]
            yield number, case_of(row, pupils.get(number, []), provision.get(number, []))

    def write_parquet(self, folder: Path) -> None:
        """Keep the snapshot in a folder, so that loading is not the cost of a question."""
        folder.mkdir(parents=True, exist_ok=True)
        self.cases.write_parquet(folder / "cases.parquet")
        self.pupils.write_parquet(folder / "pupils.parquet")
        self.provision.write_parquet(folder / "provision.parquet")

    @classmethod
    def read_parquet(cls, folder: Path) -> "Frames":
        """Read a snapshot that was kept."""
        return cls.of(
            pl.read_parquet(folder / "cases.parquet"),
            pl.read_parquet(folder / "pupils.parquet"),
            pl.read_parquet(folder / "provision.parquet"),
        )

    @cached_property
    def shape(self) -> Shape:
        """What rules work on, worked out once for every policy that is tried."""
        return shape_of(self.cases, self.pupils, self.provision)

    def _with_theirs(self, cases: pl.DataFrame) -> "Frames":
        pupils = self.pupils.join(cases, on="number", how="semi", maintain_order="left")
        provision = self.provision.join(cases, on="number", how="semi", maintain_order="left")
        return Frames(cases, pupils, provision)


def _cases_of(cases: pl.DataFrame) -> pl.DataFrame:
    """Cast every column that rules read, and add those that nobody gave."""
    missing = [
        pl.lit(None, dtype=dtype).alias(name)
        for name, dtype in _CASES.items()
        if name not in cases.columns
    ]
    words = {name: pl.Enum(words) for name, words in NAMED.items()}
    words |= {name: _words_in(cases, name) for name in ("settings_group", "band")}
    missing += [
        pl.lit(None, dtype=dtype).alias(name)
        for name, dtype in words.items()
        if name not in cases.columns
    ]
    dtypes: dict[str, pl.DataType] = {**_CASES, **words}
    for prefix, dtype in _OF_PREFIX.items():
        dtypes |= {name: dtype for name in cases.columns if name.startswith(prefix)}
    ticked = [name for name in cases.columns if name.startswith("ticked:")]
    found = cases.with_columns(missing).cast({name: dtypes[name] for name in dtypes})
    return found.with_columns(pl.col(ticked).fill_null(value=False)) if ticked else found


def _words_in(cases: pl.DataFrame, name: str) -> pl.Enum:
    if name not in cases.columns:
        return pl.Enum([])
    words = cases[name].cast(pl.String).drop_nulls().unique().sort()
    return pl.Enum(words)


def _complete(
    frame: pl.DataFrame | None, columns: dict[str, tuple[pl.DataType, object]]
) -> pl.DataFrame:
    """Give every column with its type, and its default where nothing was said."""
    if frame is None:
        return pl.DataFrame(schema={name: dtype for name, (dtype, _) in columns.items()})
    return frame.select(
        _column(frame, name, dtype, default) for name, (dtype, default) in columns.items()
    )


def _column(frame: pl.DataFrame, name: str, dtype: pl.DataType, default: object) -> pl.Expr:
    otherwise = pl.lit(default).cast(dtype)
    if name not in frame.columns:
        return otherwise.alias(name)
    given = pl.col(name).cast(dtype)
    return given if default is None else given.fill_null(otherwise)


def _day(day: date | pl.Expr) -> pl.Expr:
    return day if isinstance(day, pl.Expr) else pl.lit(day, dtype=pl.Date)


def _by_number(frame: pl.DataFrame) -> dict[int, list[dict[str, object]]]:
    found: dict[int, list[dict[str, object]]] = {}
    for row in frame.iter_rows(named=True):
        found.setdefault(row["number"], []).append(row)
    return found
