"""Where cases to model come from: a snapshot in Parquet, worked cases, a CSV file, or a county.

What is read is refused with every fault at once; no name of a child is in any of them.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import polars as pl

from activities.modelling.areas import area_of, main_area
from activities.modelling.assessing import CaseSet, Standing
from activities.modelling.case_sheet import Known, read_sheet, row_of
from activities.modelling.cases import ModelCase, frames_of
from activities.modelling.county import asked_by, county
from activities.modelling.frames import Frames
from activities.modelling.touched import Pair
from domain.places import Phase
from domain.policy.load import PackFaulty, PolicyFault
from domain.request import RequestKind, SenStatus
from domain.worked import read_worked

COUNTY = re.compile(r"county:(\d{1,9}):(\d{1,8})")
"""A county that is made up: its seed and how many cases."""
MOST_GENERATED = 5_000_000

_LINES = tuple(range(1, 10))
_KEY_STAGES = {
    Phase.EARLY_YEARS.value: 0,
    Phase.PRIMARY.value: 2,
    Phase.SECONDARY.value: 3,
    Phase.ALL_THROUGH.value: 3,
    Phase.POST_16.value: 5,
}
"""What stands for a key stage that is not told, where no rule reads it."""


def cases_from(where: str, on: date, pairs: Sequence[Pair]) -> CaseSet:
    """Read or make the cases to model: a path to .parquet, .toml or .csv, or county:SEED:CASES.

    A case that does not say when it was submitted is submitted on the day. Raises `PackFaulty`
    with every fault of a file.
    """
    made_up = COUNTY.fullmatch(where)
    if made_up:
        seed, count = int(made_up.group(1)), int(made_up.group(2))
        if not 0 < count <= MOST_GENERATED:
            raise _faulty(
                where, "has a number of cases out of reach", f"Ask for 1 to {MOST_GENERATED:,}."
            )
        return county(seed, count, on, pairs)
    if where.startswith("county:"):
        raise _faulty(where, "is no county", "Write county:SEED:CASES, such as county:7:2000.")
    path = Path(where)
    try:
        return _read(path, on, pairs)
    except OSError as error:
        why = (error.strerror or "it is no such file").lower()
        raise _faulty(where, f"cannot be read: {why}", "Name a file that is there.") from None
    except UnicodeDecodeError:
        raise _faulty(where, "is not UTF-8", "Save it as UTF-8.") from None
    except pl.exceptions.PolarsError:
        raise _faulty(
            where, "is no snapshot of cases", "Write it with Frames.write_parquet."
        ) from None


def _read(path: Path, on: date, pairs: Sequence[Pair]) -> CaseSet:
    if path.is_dir() and not (path / "cases.parquet").exists():
        worked = {
            str(file): file.read_text(encoding="utf-8") for file in sorted(path.glob("*.toml"))
        }
        return CaseSet(_frames_of_worked(worked))
    if path.is_dir():
        return _snapshot(path)
    if path.suffix == ".parquet":
        return CaseSet(Frames.of(pl.read_parquet(path)))
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".toml":
        return CaseSet(_frames_of_worked({path.name: text}))
    if path.suffix == ".csv":
        return cases_of_sheet(path.name, text, on, pairs)
    raise _faulty(
        path.name, "is no file of cases", "Give .parquet, .toml, .csv or county:SEED:CASES."
    )


def write_snapshot(cases: CaseSet, folder: Path) -> None:
    """Keep a set in a folder, with what stands beside the rules for its cases."""
    cases.frames.write_parquet(folder)
    cases.standing.cases.write_parquet(folder / "standing.parquet")
    cases.standing.owed.write_parquet(folder / "owed.parquet")


def _snapshot(folder: Path) -> CaseSet:
    standing = Standing()
    if (folder / "standing.parquet").exists():
        standing = Standing(
            pl.read_parquet(folder / "standing.parquet"), pl.read_parquet(folder / "owed.parquet")
        )
    return CaseSet(Frames.read_parquet(folder), standing)


def _frames_of_worked(files: Mapping[str, str]) -> Frames:
    """Number worked cases in the order of their files."""
    cases = [each.case for file, text in files.items() for each in read_worked(file, text)]
    return frames_of(
        ModelCase(number=number, case=case, area_of_need=main_area(case.levels))
        for number, case in enumerate(cases, start=1)
    )


def cases_of_sheet(file: str, text: str, on: date, pairs: Sequence[Pair]) -> CaseSet:
    """Read a CSV file of cases; it is decided by what the policies to be tried read of a case."""
    asked = asked_by(pairs)
    known = Known(frozenset(asked.levels), frozenset(asked.descriptors), frozenset(asked.counts))
    cells, faults = read_sheet(file, text, known)
    sheet = _with_all_columns(cells, on)
    told = {(fault.file, fault.where) for fault in faults}
    faults += (
        each
        for each in _faults_of_cases(file, sheet, _reads(pairs))
        if (each.file, each.where) not in told
    )
    if faults:
        raise PackFaulty(sorted(faults, key=row_of))
    sheet = _filled(sheet)
    return CaseSet(Frames.of(_cases(sheet), _pupils(sheet), _provision(sheet)), _standing(sheet))


_USED: Mapping[str, type[pl.DataType]] = {
    "number": pl.Int64,
    "kind": pl.String,
    "day": pl.Date,
    "cluster": pl.String,
    "school": pl.String,
    "area_of_need": pl.String,
    "phase": pl.String,
    "key_stage": pl.Int64,
    "setting": pl.String,
    "sen_status": pl.String,
    "pupils": pl.Int64,
    "school_spends_pounds": pl.Int64,
    "owed_pounds": pl.Int64,
}


def _with_all_columns(sheet: pl.DataFrame, on: date) -> pl.DataFrame:
    """Add what is not told: a row's number, the kind of request, the day, one pupil at a school."""
    missing = [
        pl.lit(None, dtype=of).alias(name)
        for name, of in _USED.items()
        if name not in sheet.columns
    ]
    sheet = sheet.with_columns(missing).with_columns(
        pl.col("number").fill_null(pl.col("row")),
        pl.col("kind").fill_null(RequestKind.INDIVIDUAL.value),
        pl.col("day").fill_null(on),
    )
    alone = pl.col("school").is_not_null() & (pl.col("kind") != RequestKind.PROJECT.value)
    return sheet.with_columns(pl.col("pupils").fill_null(alone.cast(pl.Int64)))


def _reads(pairs: Sequence[Pair]) -> frozenset[str]:
    return frozenset(
        fact
        for pair in pairs
        for document in pair
        for rule in document.rules
        for fact in rule.reads
    )


def _faults_of_cases(file: str, sheet: pl.DataFrame, reads: frozenset[str]) -> list[PolicyFault]:
    """Say where cells of a row do not go together, or a fact is missing that a rule reads."""
    has_pupils = pl.col("pupils") > 0
    group = pl.col("kind") == RequestKind.GROUP.value
    checks = [
        (pl.col("number").is_duplicated(), "number", "is there twice", "Give each case its own."),
        (
            has_pupils & pl.col("school").is_null(),
            "school",
            "is empty, and there are pupils",
            "Write the school whose pupils they are.",
        ),
        (group & (pl.col("pupils") < 1), "pupils", "is not told for a group", "Write how many."),
        (
            pl.col("owed_pounds").is_not_null() & (pl.col("pupils") < 1),
            "owed_pounds",
            "is told, and there is no pupil",
            "Write the school whose pupil has the plan.",
        ),
        *(
            (
                has_pupils & pl.col(fact).is_null(),
                fact,
                "is empty, and a rule reads it",
                "Write it for every case that has pupils.",
            )
            for fact in ("phase", "key_stage")
            if fact in reads
        ),
    ]
    return [
        PolicyFault(file=file, where=f"row {row}, {column}", says=says, would_help=would_help)
        for wrong, column, says, would_help in checks
        for row in sheet.filter(wrong)["row"]
    ]


def _filled(sheet: pl.DataFrame) -> pl.DataFrame:
    """Give pupils what no rule reads, so that the rows are whole."""
    phase = pl.when(pl.col("pupils") > 0).then(pl.col("phase").fill_null(Phase.PRIMARY.value))
    plan = pl.col("owed_pounds").is_not_null()
    named = (name.partition(":") for name in sheet.columns)
    domains = [domain for prefix, _, domain in named if prefix == "level"]
    return (
        sheet.with_columns(phase.otherwise("phase").alias("phase"))
        .with_columns(
            pl.when(pl.col("pupils") > 0)
            .then(
                pl.col("key_stage").fill_null(
                    pl.col("phase").replace_strict(_KEY_STAGES, default=None, return_dtype=pl.Int64)
                )
            )
            .otherwise("key_stage")
            .alias("key_stage"),
            pl.when(plan)
            .then(pl.lit(SenStatus.PLAN.value))
            .otherwise("sen_status")
            .alias("sen_status"),
        )
        .with_columns(area_of_need=pl.coalesce("area_of_need", area_of(domains)))
    )


def _cases(sheet: pl.DataFrame) -> pl.DataFrame:
    renamed = {"points": "points_e10", "hours": "hours_e6"}
    facts = ["number", "kind", "day", "starts_on", "cluster", "area_of_need", "phase", "key_stage"]
    facts += ["setting", "sen_status", "settings_group", "band", *renamed]
    found = [name for name in sheet.columns if name in facts or ":" in name]
    return sheet.select(found).rename({old: new for old, new in renamed.items() if old in found})


def _pupils(sheet: pl.DataFrame) -> pl.DataFrame:
    return (
        sheet.filter(pl.col("pupils") > 0)
        .select(
            "number",
            pl.int_ranges(1, pl.col("pupils") + 1).alias("pupil"),
            "school",
            "phase",
            "key_stage",
            "setting",
            "sen_status",
            pl.col("school_spends_pounds").fill_null(0).alias("school_spends_pence"),
        )
        .explode("pupil")
    )


def _provision(sheet: pl.DataFrame) -> pl.DataFrame | None:
    """Write a row for each line of the provision map that names its staff."""
    lines = [line for line in _LINES if f"staff_{line}" in sheet.columns]
    if not lines:
        return None
    parts = []
    for line in lines:
        cell = {
            name: pl.col(f"{name}_{line}") if f"{name}_{line}" in sheet.columns else pl.lit(None)
            for name in ("hours", "minutes", "group_size", "weeks", "resources_pounds")
        }
        hours = cell["hours"].cast(pl.Int64).fill_null(0) * 60
        minutes = cell["minutes"].cast(pl.Int64).fill_null(0) * 100
        parts.append(
            sheet.filter(pl.col(f"staff_{line}").is_not_null()).select(
                "number",
                pl.col(f"staff_{line}").alias("staff"),
                (hours + minutes).alias("hours_6000"),
                cell["group_size"].cast(pl.Int64).fill_null(1).alias("group_size"),
                cell["weeks"].cast(pl.Int64).fill_null(38).alias("weeks"),
                cell["resources_pounds"].cast(pl.Int64).fill_null(0).alias("resources_pence"),
            )
        )
    return pl.concat(parts).sort("number", maintain_order=True)


def _standing(sheet: pl.DataFrame) -> Standing:
    """Take what plans set out as owed; a plan whose cost is not told is left to the rules."""
    owed = sheet.filter(pl.col("owed_pounds").is_not_null())
    return Standing(
        owed.select(
            "number",
            gives_support=pl.lit(value=True),
            has_plan=pl.lit(value=True),
            owed_known=pl.lit(value=True),
        ),
        owed.select("number", "school", pl.col("owed_pounds").alias("owed_pence")),
    )


def _faulty(file: str, says: str, would_help: str) -> PackFaulty:
    fault = PolicyFault(file=file, where="the file", says=says, would_help=would_help)
    return PackFaulty([fault])
