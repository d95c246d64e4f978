"""A total shared by several formulas as files: what is counted from CSV, and what came out.

What each cluster gets is worked out in `domain.formulas`.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

import polars as pl

from activities.modelling.workbook import Row, in_pounds, workbook_of_lists
from domain.formula import ClusterCounts
from domain.formulas import SharesCompared
from domain.policy.finance import FormulaFactor
from domain.policy.load import PackFaulty, PolicyFault

_AMOUNT = re.compile(r"\d{1,11}(\.\d{1,2})?")
_COUNT = re.compile(r"\d{1,9}(\.\d{1,6})?")
_CLUSTER = re.compile(r"[a-z0-9][a-z0-9_.:-]{0,63}")
MOST_CLUSTERS = 10_000


def read_counts(file: str, text: str) -> tuple[ClusterCounts, ...]:
    """Read what formulas count of each cluster from CSV.

    Columns: ``cluster``, ``last_year_pounds`` (may be empty), and one for each factor by its name.
    Raises `PackFaulty` with every fault by row.
    """
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    headings = tuple(heading for heading in rows[0] if heading is not None) if rows else ()
    faults = [*_faults_of_headings(file, headings), *_faults_of_rows(file, rows)]
    if faults:
        raise PackFaulty(faults)
    factors = [factor for factor in FormulaFactor if factor.value in headings]
    return tuple(
        ClusterCounts(
            cluster=row["cluster"],
            counts={factor: Decimal(row[factor.value]) for factor in factors},
            last_year_pence=_pence(row.get("last_year_pounds")),
        )
        for row in rows
    )


def _faults_of_headings(file: str, headings: Sequence[str]) -> Iterator[PolicyFault]:
    known = {"cluster", "last_year_pounds", *(factor.value for factor in FormulaFactor)}
    if not headings:
        yield _fault(file, "the file", "has no rows", "Write a row for each cluster.")
    elif "cluster" not in headings:
        yield _fault(file, "row 1", "has no column cluster", "Name the cluster of each row.")
    for heading in headings:
        if heading not in known:
            yield _fault(
                file, "row 1", f"{heading} is no factor", f"Use {', '.join(sorted(known))}."
            )


def _faults_of_rows(file: str, rows: Sequence[Mapping[str, str]]) -> Iterator[PolicyFault]:
    if len(rows) > MOST_CLUSTERS:
        yield _fault(file, "the file", f"has more than {MOST_CLUSTERS} rows", "Share by cluster.")
        return
    factors = {factor.value for factor in FormulaFactor}
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            yield _fault(file, f"row {number}", "has another number of cells", "One a heading.")
            continue
        for heading, cell in row.items():
            where = f"row {number}, {heading}"
            if heading == "cluster" and not _CLUSTER.fullmatch(cell):
                yield _fault(file, where, "is no code", "Write the cluster's code.")
            if heading in factors and not _COUNT.fullmatch(cell):
                yield _fault(file, where, "is no count", "Write a number, such as 1250 or 0.35.")
            if heading == "last_year_pounds" and cell and not _AMOUNT.fullmatch(cell):
                yield _fault(file, where, "is no amount", "Write pounds and pence as 12345.67.")


def _pence(pounds: str | None) -> int | None:
    return int(Decimal(pounds) * 100) if pounds else None


def _fault(file: str, where: str, says: str, would_help: str) -> PolicyFault:
    return PolicyFault(file=file, where=where, says=says, would_help=would_help)


def shares_table(shared: SharesCompared) -> pl.DataFrame:
    """Give the shares as columns: cluster, formula, share, change and last year, in pence."""
    rows = [
        (line.cluster, tried.name, share, change, line.last_year_pence, limited)
        for line in shared.clusters
        for tried, share, change, limited in zip(
            shared.formulas, line.shares, line.changes, line.limited_by, strict=True
        )
    ]
    schema = {
        "cluster": pl.String(),
        "formula": pl.String(),
        "share_pence": pl.Int64(),
        "change_pence": pl.Int64(),
        "last_year_pence": pl.Int64(),
        "limited_by": pl.String(),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def shares_workbook(shared: SharesCompared) -> bytes:
    """Write the shares with a chart of them, what changes against last year, and the working."""
    names = [tried.name for tried in shared.formulas]
    about = [
        ("What", "a total shared between clusters by several formulas, pounds"),
        ("Total", in_pounds(shared.total_pence)),
        ("Last year", in_pounds(shared.last_year_pence)),
        *((tried.name, f"{tried.in_force_from}, {tried.authority}") for tried in shared.formulas),
    ]
    shares = [
        (line.cluster, in_pounds(line.last_year_pence), *map(in_pounds, line.shares))
        for line in shared.clusters
    ]
    changes = [(line.cluster, *map(in_pounds, line.changes)) for line in shared.clusters]
    working = [
        (name, sentence)
        for name, lines in zip(names, shared.working, strict=True)
        for sentence in lines
    ]
    lists: list[tuple[str, Sequence[str], Sequence[Row]]] = [
        ("shares", ("cluster", "last year", *names), shares),
        ("changes", ("cluster", *names), changes),
        ("working", ("formula", "says"), working),
    ]
    return workbook_of_lists(about, lists, ("shares", (2, len(names) + 2)))
