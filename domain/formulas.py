"""A county's total shared between clusters by several formulas, beside each other and last year.

One formula shares in `formula`; here some are tried on the same counts before one is published.
"""

from collections.abc import Sequence
from datetime import date

from domain.formula import ClusterCounts, FormulaShares, formula_shares
from domain.frozen import Frozen
from domain.money import Pence, PositivePence
from domain.policy.finance import Finance, FormulaRule


class FormulaTried(Frozen):
    """One formula with the name that a report gives it, and the decision that it rests on."""

    name: str
    rule: FormulaRule
    in_force_from: date
    authority: str

    @classmethod
    def of(cls, name: str, finance: Finance) -> "FormulaTried":
        """Take the formula of a finance policy."""
        return cls(
            name=name,
            rule=finance.formula,
            in_force_from=finance.in_force_from,
            authority=finance.authority,
        )


class ClusterUnder(Frozen):
    """A cluster's shares under each formula, in their order, and against last year's; pence."""

    cluster: str
    last_year_pence: Pence | None
    shares: tuple[Pence, ...]
    changes: tuple[Pence | None, ...]
    """What each share is more than last year; none where there was no last year."""
    limited_by: tuple[str | None, ...]
    """Whether a floor or a cap held the share."""


class SharesCompared(Frozen):
    """A total shared by several formulas; under each the shares add up to it, to the penny."""

    total_pence: PositivePence
    last_year_pence: Pence | None
    """All clusters together; none where one had no last year."""
    formulas: tuple[FormulaTried, ...]
    clusters: tuple[ClusterUnder, ...]
    gain: tuple[int, ...]
    """How many clusters are given more than last year, by formula."""
    lose: tuple[int, ...]
    working: tuple[tuple[str, ...], ...]
    """The working of each formula in sentences."""


def share_by(
    total_pence: int, clusters: Sequence[ClusterCounts], formulas: Sequence[FormulaTried]
) -> SharesCompared:
    """Share a total by each of some formulas. Raises `NotValid` with every fault of the counts."""
    shared = [formula_shares(total_pence, clusters, each.rule) for each in formulas]
    lines = tuple(_under(cluster, shared) for cluster in sorted(clusters, key=lambda c: c.cluster))
    last = [line.last_year_pence for line in lines]
    return SharesCompared(
        total_pence=total_pence,
        last_year_pence=None if None in last else sum(pence or 0 for pence in last),
        formulas=tuple(formulas),
        clusters=lines,
        gain=tuple(_count(lines, place, 1) for place in range(len(formulas))),
        lose=tuple(_count(lines, place, -1) for place in range(len(formulas))),
        working=tuple(each.lines() for each in shared),
    )


def _under(cluster: ClusterCounts, shared: Sequence[FormulaShares]) -> ClusterUnder:
    own = [next(s for s in each.shares if s.cluster == cluster.cluster) for each in shared]
    last = cluster.last_year_pence
    return ClusterUnder(
        cluster=cluster.cluster,
        last_year_pence=last,
        shares=tuple(each.pence for each in own),
        changes=tuple(None if last is None else each.pence - last for each in own),
        limited_by=tuple(each.limited_by for each in own),
    )


def _count(lines: Sequence[ClusterUnder], place: int, sign: int) -> int:
    changes = (line.changes[place] for line in lines)
    return sum(change is not None and change * sign > 0 for change in changes)
