"""How many cases used each value of a document: proof that a change would touch somebody.

The path of a value is the id of its step and then keys and rows, the first row being 1:
``steps.amount_by_band.rows.3``. A value deeper than any path here counts as the nearest above it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import polars as pl

from domain.policy.costing import CostedProvision
from domain.policy.points import WeightedSum
from domain.policy.pricing import Amounts, Counted, SchoolShare
from domain.policy.rules import BestFit, Rule, Thresholds
from domain.policy.schemes import Scheme

Counts = Counter[tuple[str, str]]
"""Cases by kind of document and path of value."""


def paths_of(scheme: Scheme) -> Iterator[str]:
    """The path of every value that the use of is counted."""
    for rule in scheme.rules:
        step = f"steps.{rule.id}"
        yield step
        for below in _below(rule):
            yield f"{step}.{below}"


def counted_rows(frame: pl.DataFrame, kind: str, uses: Mapping[str, pl.Expr]) -> Counts:
    """Count the rows that used each value, in a frame with a row for each case."""
    return _counted(frame, kind, {path: used.sum() for path, used in uses.items()})


def counted_cases(frame: pl.DataFrame, kind: str, uses: Mapping[str, pl.Expr]) -> Counts:
    """Count the cases that used each value, in a frame with the lines of each case together."""
    counts: dict[str, pl.Expr] = {}
    for path, used in uses.items():
        rows = pl.col("row").filter(used)
        counts[path] = (rows != rows.shift()).sum() + (rows.len() > 0).cast(pl.UInt32)
    return _counted(frame, kind, counts)


def uses_frame(schemes: Iterable[Scheme], counts: Iterable[Counts]) -> pl.DataFrame:
    """Every value of the documents with the number of cases that used it, nought among them."""
    total: Counts = Counter()
    for each in counts:
        total.update(each)
    rows = [
        (scheme.kind, path, total[scheme.kind, path])
        for scheme in schemes
        for path in paths_of(scheme)
    ]
    schema = {"kind": pl.String, "value": pl.String, "cases": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _counted(frame: pl.DataFrame, kind: str, counts: Mapping[str, pl.Expr]) -> Counts:
    named = [count.alias(path) for path, count in counts.items()]
    found = frame.select(named).row(0, named=True) if named else {}
    return Counter({(kind, path): int(count or 0) for path, count in found.items()})


def _below(rule: Rule) -> Iterator[str]:
    match rule:
        case Amounts():
            yield from _numbered("rows", rule.rows)
        case Thresholds():
            yield from _numbered("steps", rule.steps)
        case BestFit():
            yield from _numbered("options", rule.options)
        case Counted():
            yield from _numbered("allowances", rule.allowances)
        case SchoolShare():
            yield from (f"per.{kind}" for kind in rule.per)
            yield from _numbered("shares", rule.shares)
        case CostedProvision():
            yield from (f"rates.{code}" for code in rule.rates)
        case WeightedSum():
            yield from _of_sum(rule)
        case _:
            pass


def _of_sum(rule: WeightedSum) -> Iterator[str]:
    for domain, weight in rule.weights.items():
        yield f"weights.{domain}"
        yield from _numbered(f"weights.{domain}.scores", weight.scores)
    yield from (f"descriptors.{code}" for code in rule.descriptors)
    yield from _numbered("shared_caps", rule.shared_caps)


def _numbered(name: str, rows: tuple[object, ...]) -> Iterator[str]:
    return (f"{name}.{number}" for number in range(1, len(rows) + 1))
