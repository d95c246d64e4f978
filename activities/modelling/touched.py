"""Which changed value touched how many cases; a model in which one touched none is refused.

A reform that no case reads looks exactly like one that costs nothing.
"""

from collections.abc import Iterable, Mapping

import polars as pl

from activities.modelling.assessing import Settled
from activities.modelling.result import Touched
from domain.policy.changed import ChangedValue, changed_values
from domain.policy.schemes import Continuum, Tariff
from domain.refusals import NotValid

Pair = tuple[Continuum, Tariff]
"""The documents by which a case is decided."""

_MOST_NAMED = 20


def touched_values(now: tuple[Pair, Settled], then: tuple[Pair, Settled]) -> tuple[Touched, ...]:
    """List what differs between two pairs of documents, each with the cases that read it."""
    (was, settled_now), (became, settled_then) = now, then
    before, after = _reads(settled_now), _reads(settled_then)
    return tuple(
        _touched(changed, before, after)
        for earlier, later in zip(was, became, strict=True)
        for changed in changed_values(earlier, later)
    )


def refuse_untouched(candidate: str, touched: Iterable[Touched]) -> None:
    """Refuse a model in which a changed value was read by no case, every such value named."""
    untouched = [each for each in touched if not each.is_read]
    if not untouched:
        return
    named = "; ".join(f"{each.kind} {each.value} ({each.says})" for each in untouched[:_MOST_NAMED])
    more = f"; and {len(untouched) - _MOST_NAMED} more" if len(untouched) > _MOST_NAMED else ""
    raise NotValid(
        f"to say what {candidate} would come to",
        f"no case reads {len(untouched)} of the values it changes: {named}{more}",
        "Model cases that read them, or leave them as they are; where they are meant for cases"
        " that are not among these, accept untouched values: --accept-untouched of the command,"
        " accepts_untouched of the question.",
    )


_Reads = Mapping[tuple[str, str], int]


def _reads(settled: Settled) -> _Reads:
    """Count the cases that read each value, the tiers and bands they came to among them."""
    reads = {(row["kind"], row["value"]): row["cases"] for row in settled.uses.to_dicts()}
    for kind, path, figure in (("continuum", "tiers", "tier"), ("tariff", "bands", "band")):
        codes = settled.cases.select(pl.col(figure).cast(pl.String).alias("code"))
        counted = codes.drop_nulls().group_by("code").agg(cases=pl.len())
        reads |= {(kind, f"{path}.{code}"): cases for code, cases in counted.iter_rows()}
    left = settled.cases.select(pl.col("placed_by_a_person").sum()).item()
    return reads | {("continuum", "unplaced"): int(left or 0)}


def _touched(changed: ChangedValue, before: _Reads, after: _Reads) -> Touched:
    facts = changed.model_dump()
    if changed.in_words_only or not _is_counted(changed.value):
        return Touched(**facts, cases_now=None, cases_then=None)
    gone = changed.after is None
    return Touched(
        **facts,
        cases_now=_read(changed.kind, changed.value_before, before),
        cases_then=0 if gone else _read(changed.kind, changed.value, after),
    )


def _is_counted(path: str) -> bool:
    """Whether reads of it are counted: what names levels and descriptors is read by no rule."""
    return path == "unplaced" or path.startswith(("steps.", "tiers.", "bands."))


def _read(kind: str, path: str | None, reads: _Reads) -> int:
    """Count the reads of a value, or of the nearest one above it that is counted."""
    while path:
        if (kind, path) in reads:
            return reads[kind, path]
        path = path.rpartition(".")[0]
    return 0
