"""A total shared between clusters by a formula, to the penny, with its working.

Each factor's part of the total goes by the clusters' counts of it. A floor and a cap hold a share
within bounds; what they give or take, the other clusters bear in proportion. Then whole pence.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from domain.frozen import Frozen
from domain.money import PositivePence, Rounding, pounds, pro_rata, share_out
from domain.policy.finance import Bound, FormulaFactor, FormulaRule
from domain.refusals import NotValid
from domain.request import Code, Pence


class ClusterCounts(Frozen):
    """What the formula counts of one cluster, and its share of last year."""

    cluster: Code
    counts: dict[FormulaFactor, Annotated[Decimal, Field(ge=0, le=10**9, decimal_places=6)]]
    last_year_pence: Pence | None = None
    """Needed where a floor or a cap goes by change."""


class FactorPart(Frozen):
    """What one factor gives a cluster, before floor and cap."""

    factor: FormulaFactor
    count: Decimal
    of_all: Decimal
    pence: Pence
    """To the nearest penny, for reading; the sum is made of the exact parts."""


class ClusterShare(Frozen):
    """A cluster's share, and how it came about."""

    cluster: Code
    parts: tuple[FactorPart, ...]
    by_formula_pence: Pence
    """What the factors come to before floor and cap, to the nearest penny."""
    floor_pence: Pence | None
    cap_pence: Pence | None
    limited_by: Literal["floor", "cap"] | None
    whole_pence: Pence
    """After floor and cap, with the part of a penny cut off."""
    residue_pence: Pence
    """The odd pennies that the rounding rule gave."""
    pence: Pence


class FormulaShares(Frozen):
    """A total shared out: shares in order of cluster; they add up to the total."""

    total_pence: Pence
    rule: FormulaRule
    shares: tuple[ClusterShare, ...]

    def lines(self) -> tuple[str, ...]:
        """Write the working as sentences, a cluster after another."""
        rounding = self.rule.rounding.replace("_", " ")
        first = f"{pounds(self.total_pence)} between {len(self.shares)} clusters, by {rounding}."
        return (first, *(line for share in self.shares for line in _lines(share)))


def formula_shares(
    total_pence: PositivePence, clusters: Iterable[ClusterCounts], rule: FormulaRule
) -> FormulaShares:
    """Share a total; the order in which clusters are given makes no difference.

    Raises `NotValid` with every fault: a cluster twice, a count missing, a factor that nobody has,
    no last year for a change, a floor and a cap that no shares of this total can keep.
    """
    ordered = sorted(clusters, key=lambda each: each.cluster)
    faults = (*_faults_of_counts(ordered, rule), *_faults_of_last_year(ordered, rule))
    _refuse(total_pence, faults)
    raw = _by_formula(total_pence, ordered, rule)
    limits = [_limits(total_pence, each, rule) for each in ordered]
    _refuse(total_pence, tuple(_faults_of_limits(total_pence, raw, limits)))
    exact = _within(total_pence, raw, limits)
    given = _in_whole_pence(total_pence, exact, limits, rule.rounding)
    worked = _Worked(total_pence, ordered, rule)
    steps = map(_Step, raw, limits, exact, given)
    shares = tuple(_share(each, worked, step) for each, step in zip(ordered, steps, strict=True))
    return FormulaShares(total_pence=total_pence, rule=rule, shares=shares)


class _Limits(NamedTuple):
    """The least and the most a cluster may be given, in whole pence."""

    least: int
    most: int | None


class _Step(NamedTuple):
    """One cluster's way from the formula to whole pence."""

    raw: Fraction
    limits: _Limits
    exact: Fraction
    given: int


class _Worked(NamedTuple):
    """What every cluster's working refers to."""

    total: int
    clusters: Sequence[ClusterCounts]
    rule: FormulaRule

    def of_all(self, factor: FormulaFactor) -> Decimal:
        return sum((each.counts[factor] for each in self.clusters), Decimal(0))


def _refuse(total: int, faults: tuple[str, ...]) -> None:
    if faults:
        raise NotValid(f"to share {pounds(total)} by formula", "; ".join(faults))


def _faults_of_counts(clusters: Sequence[ClusterCounts], rule: FormulaRule) -> Iterator[str]:
    if not clusters:
        yield "there is no cluster"
    for code, times in Counter(each.cluster for each in clusters).items():
        if times > 1:
            yield f"{code} is there {times} times"
    for factor in rule.factors:
        missing = [each.cluster for each in clusters if factor not in each.counts]
        if missing:
            yield f"{', '.join(missing)} has no count of {factor}"
        elif clusters and not any(each.counts[factor] for each in clusters):
            yield f"no cluster has any {factor}, so its part would go to nobody"


def _faults_of_last_year(clusters: Sequence[ClusterCounts], rule: FormulaRule) -> Iterator[str]:
    if any(bound and bound.of == "change" for bound in (rule.floor, rule.cap)):
        new = [each.cluster for each in clusters if each.last_year_pence is None]
        if new:
            yield f"{', '.join(new)} has no last year to compare with"


def _by_formula(total: int, clusters: Sequence[ClusterCounts], rule: FormulaRule) -> list[Fraction]:
    """Give each cluster its exact part by every factor."""
    worked = _Worked(total, clusters, rule)
    return [
        sum((_part(worked, each, factor) for factor in rule.factors), Fraction(0))
        for each in clusters
    ]


def _part(worked: _Worked, cluster: ClusterCounts, factor: FormulaFactor) -> Fraction:
    weighted = worked.total * Fraction(worked.rule.weights[factor])
    return weighted * Fraction(cluster.counts[factor]) / Fraction(worked.of_all(factor))


def _limits(total: int, cluster: ClusterCounts, rule: FormulaRule) -> _Limits:
    """Work out a floor, up to the next whole penny, and a cap, down to it."""
    least = _bound(total, cluster, rule.floor)
    most = _bound(total, cluster, rule.cap)
    return _Limits(ceil(least or 0), None if most is None else floor(most))


def _bound(total: int, cluster: ClusterCounts, bound: Bound | None) -> Fraction | None:
    if bound is None:
        return None
    if bound.of == "share":
        return total * Fraction(bound.value)
    return (cluster.last_year_pence or 0) * (1 + Fraction(bound.value))


def _faults_of_limits(
    total: int, raw: Sequence[Fraction], limits: Sequence[_Limits]
) -> Iterator[str]:
    """Say where no shares of this total can keep the floor and the cap."""
    least = sum(each.least for each in limits)
    if least > total:
        yield f"the floors alone come to {pounds(least)}"
    crossed = sum(each.most is not None and each.most < each.least for each in limits)
    if crossed:
        yield f"the floor of {crossed} clusters is above their cap"
    most = [_most(share, each) for share, each in zip(raw, limits, strict=True)]
    reach = [each for each in most if each is not None]
    if len(reach) == len(most) and sum(reach) < total:
        yield f"with the caps no more than {pounds(sum(reach))} can be given"


def _most(share: Fraction, limits: _Limits) -> int | None:
    """Give the most a cluster can get: nothing beyond its floor where the formula gives nothing."""
    return limits.most if share else limits.least


def _within(total: int, raw: Sequence[Fraction], limits: Sequence[_Limits]) -> list[Fraction]:
    """Scale the formula's parts so that, each held within its limits, they come to the total.

    What the shares come to grows with the scale, in straight pieces that change where a cluster
    leaves its floor or reaches its cap; the piece that holds the total gives the scale.
    """
    edges = sorted(
        {
            Fraction(limit) / share
            for share, each in zip(raw, limits, strict=True)
            for limit in each
            if share and limit is not None
        }
    )
    low = max(edge for edge in (Fraction(0), *edges) if _sum(raw, limits, edge) <= total)
    come, free = _sum(raw, limits, low), _free(raw, limits, low)
    scale = low + ((total - come) / free if free else 0)
    return [_held(share, each, scale) for share, each in zip(raw, limits, strict=True)]


def _held(share: Fraction, limits: _Limits, scale: Fraction) -> Fraction:
    scaled = max(share * scale, Fraction(limits.least))
    return scaled if limits.most is None else min(scaled, Fraction(limits.most))


def _sum(raw: Sequence[Fraction], limits: Sequence[_Limits], scale: Fraction) -> Fraction:
    held = (_held(share, each, scale) for share, each in zip(raw, limits, strict=True))
    return sum(held, Fraction(0))


def _free(raw: Sequence[Fraction], limits: Sequence[_Limits], scale: Fraction) -> Fraction:
    """Add up the parts that grow with the scale just above it."""
    return sum(
        (
            share
            for share, each in zip(raw, limits, strict=True)
            if share * scale >= each.least and (each.most is None or share * scale < each.most)
        ),
        Fraction(0),
    )


def _in_whole_pence(
    total: int, exact: Sequence[Fraction], limits: Sequence[_Limits], rounding: Rounding
) -> tuple[int, ...]:
    """Round to the penny by the named rule; no share leaves its limits by it.

    The last that can take the whole residue gets it; where its cap is near, the one before helps.
    """
    if rounding is not Rounding.RESIDUE_LAST:
        return share_out(total, exact, rounding)
    shares = [floor(each) for each in exact]
    residue = total - sum(shares)
    for place in reversed(range(len(shares))):
        most = limits[place].most
        taken = residue if most is None else min(residue, most - shares[place])
        shares[place] += taken if exact[place] else 0
        residue -= taken if exact[place] else 0
    return tuple(shares)


def _share(cluster: ClusterCounts, worked: _Worked, step: _Step) -> ClusterShare:
    """Write one cluster's working down."""
    rule, whole = worked.rule, floor(step.exact)
    limited: Literal["floor", "cap"] | None = None
    if rule.floor and step.exact == step.limits.least:
        limited = "floor"
    elif step.exact == step.limits.most:
        limited = "cap"
    return ClusterShare(
        cluster=cluster.cluster,
        parts=tuple(
            FactorPart(
                factor=factor,
                count=cluster.counts[factor],
                of_all=worked.of_all(factor),
                pence=pro_rata(1, _part(worked, cluster, factor), 1),
            )
            for factor in rule.factors
        ),
        by_formula_pence=pro_rata(1, step.raw, 1),
        floor_pence=step.limits.least if rule.floor else None,
        cap_pence=step.limits.most,
        limited_by=limited,
        whole_pence=whole,
        residue_pence=step.given - whole,
        pence=step.given,
    )


def _lines(share: ClusterShare) -> Iterator[str]:
    for part in share.parts:
        yield (
            f"{share.cluster}: {part.factor.replace('_', ' ')} {part.count} of {part.of_all} "
            f"gives {pounds(part.pence)}."
        )
    limits = {"floor": share.floor_pence, "cap": share.cap_pence}
    for name, pence in limits.items():
        if pence is not None and share.limited_by == name:
            yield f"{share.cluster}: held at its {name} of {pounds(pence)}."
    odd = f", with {share.residue_pence}p of the residue" if share.residue_pence else ""
    yield (
        f"{share.cluster}: {pounds(share.by_formula_pence)} by the formula, "
        f"{pounds(share.pence)} given{odd}."
    )
