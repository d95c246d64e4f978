"""A total shared by formula: to the penny, within floor and cap, whatever the order."""

from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.formula import ClusterCounts, FormulaShares, formula_shares
from domain.money import Rounding
from domain.policy.finance import Bound, FormulaFactor, FormulaRule
from domain.refusals import NotValid
from tests.domain.demo_county import finance

WEIGHTS = {
    FormulaFactor.PUPILS: Decimal("0.5"),
    FormulaFactor.DEPRIVATION: Decimal("0.3"),
    FormulaFactor.PRIOR_ATTAINMENT: Decimal("0.2"),
}


def rule(
    floor: Bound | None = None,
    cap: Bound | None = None,
    rounding: Rounding = Rounding.LARGEST_REMAINDER,
) -> FormulaRule:
    """The three factors at half, three tenths and a fifth."""
    return FormulaRule(weights=WEIGHTS, floor=floor, cap=cap, rounding=rounding)


def cluster(code: str, *counts: int, last_year: int | None = None) -> ClusterCounts:
    """A cluster with its pupils, those of deprivation and of low prior attainment."""
    by_factor = zip(FormulaFactor, map(Decimal, counts), strict=True)
    return ClusterCounts(cluster=code, counts=dict(by_factor), last_year_pence=last_year)


def given_to(found: FormulaShares) -> dict[str, int]:
    """What each cluster gets."""
    return {share.cluster: share.pence for share in found.shares}


def bound(of: str, value: str) -> Bound:
    """A floor or a cap."""
    return Bound.model_validate({"of": of, "value": Decimal(value)})


def refusal(total: int, clusters: list[ClusterCounts], by: FormulaRule) -> str:
    """What is said of counts that cannot be shared by."""
    with pytest.raises(NotValid) as refused:
        formula_shares(total, clusters, by)
    return refused.value.in_the_way


def test_each_factor_gives_its_part_by_the_counts() -> None:
    """A cluster with half of the pupils and none of the rest gets a quarter of the total."""
    found = formula_shares(
        1000_00, [cluster("alder", 50, 0, 0), cluster("cedar", 50, 10, 4)], rule()
    )
    assert given_to(found) == {"alder": 250_00, "cedar": 750_00}
    assert [part.pence for part in found.shares[1].parts] == [250_00, 300_00, 200_00]
    assert [part.of_all for part in found.shares[1].parts] == [100, 10, 4]


def test_the_working_says_who_got_the_odd_pennies() -> None:
    """A pound between three equal clusters: the first in order of code has a penny more."""
    equal = [cluster(code, 1, 1, 1) for code in ("cedar", "alder", "beech")]
    found = formula_shares(100, equal, rule())
    assert given_to(found) == {"alder": 34, "beech": 33, "cedar": 33}
    assert [share.residue_pence for share in found.shares] == [1, 0, 0]
    assert found.lines()[0] == "£1.00 between 3 clusters, by largest remainder."
    assert found.lines()[1] == "alder: pupils 1 of 3 gives £0.17."
    assert "alder: £0.33 by the formula, £0.34 given, with 1p of the residue." in found.lines()


def test_a_floor_holds_a_cluster_up_and_the_others_bear_it_in_proportion() -> None:
    """Alder and beech would lose: each keeps 97 %, and cedar gains what that leaves."""
    clusters = [
        cluster("alder", 10, 10, 10, last_year=400_00),
        cluster("beech", 30, 30, 30, last_year=300_00),
        cluster("cedar", 60, 60, 60, last_year=300_00),
    ]
    found = formula_shares(1000_00, clusters, rule(floor=bound("change", "-0.03")))
    assert given_to(found) == {"alder": 388_00, "beech": 291_00, "cedar": 321_00}
    assert [share.limited_by for share in found.shares] == ["floor", "floor", None]
    assert "alder: held at its floor of £388.00." in found.lines()


def test_a_limit_within_a_penny_is_kept_to_the_penny() -> None:
    """97 % of £1.01 is 97.97p: a floor gives 98p, and a cap of as much only 97p."""
    clusters = [cluster("alder", 1, 1, 1, last_year=101), cluster("cedar", 99, 99, 99, last_year=1)]
    held = formula_shares(200, clusters, rule(floor=bound("change", "-0.03")))
    assert given_to(held) == {"alder": 98, "cedar": 102}
    rich = [cluster("alder", 99, 99, 99, last_year=101), cluster("cedar", 1, 1, 1, last_year=9999)]
    capped = formula_shares(200, rich, rule(cap=bound("change", "-0.03")))
    assert given_to(capped) == {"alder": 97, "cedar": 103}


def test_a_cap_leaves_more_for_the_others() -> None:
    """No cluster gets more than half: what the large one would have had goes to the small ones."""
    clusters = [
        cluster("alder", 80, 80, 80),
        cluster("beech", 15, 15, 15),
        cluster("cedar", 5, 5, 5),
    ]
    found = formula_shares(1000_00, clusters, rule(cap=bound("share", "0.5")))
    assert given_to(found) == {"alder": 500_00, "beech": 375_00, "cedar": 125_00}
    assert found.shares[0].limited_by == "cap"
    assert "alder: held at its cap of £500.00." in found.lines()


def test_the_demo_formula_loses_nobody_more_than_three_per_cent() -> None:
    """By the demo policy a cluster keeps 97 % and gains a tenth at most."""
    clusters = [
        cluster("alder", 900, 300, 100, last_year=300_000_00),
        cluster("cedar", 1100, 200, 300, last_year=300_000_00),
    ]
    found = formula_shares(600_000_00, clusters, finance().formula)
    assert sum(given_to(found).values()) == 600_000_00
    for share in found.shares:
        assert 291_000_00 <= share.pence <= 330_000_00


def test_a_factor_that_weighs_nothing_needs_no_count() -> None:
    """A council that shares by pupils alone counts nothing else."""
    alone = FormulaRule(
        weights={FormulaFactor.PUPILS: Decimal(1), FormulaFactor.DEPRIVATION: Decimal(0)},
        rounding=Rounding.CUMULATIVE,
    )
    counts = {FormulaFactor.PUPILS: Decimal(2)}
    found = formula_shares(500, [ClusterCounts(cluster="alder", counts=counts)], alone)
    assert given_to(found) == {"alder": 500}


@pytest.mark.promise(13)
def test_every_fault_of_the_counts_is_told_at_once() -> None:
    """A cluster twice, a missing count, a factor nobody has, no last year: one answer."""
    counts = {FormulaFactor.PUPILS: Decimal(1), FormulaFactor.DEPRIVATION: Decimal(0)}
    twice = [ClusterCounts(cluster="alder", counts=counts)] * 2
    said = refusal(100, twice, rule(cap=bound("change", "0.1")))
    for fault in (
        "alder is there 2 times",
        "has no count of prior_attainment",
        "no cluster has any deprivation",
        "has no last year",
    ):
        assert fault in said


def test_no_clusters_are_no_shares() -> None:
    """There is nobody to share between."""
    assert refusal(100, [], rule()) == "there is no cluster"


def test_floors_that_come_to_more_than_there_is_are_refused() -> None:
    """Everybody is promised 97 % of last year, and there is half of it."""
    clusters = [
        cluster("alder", 1, 1, 1, last_year=1000),
        cluster("cedar", 1, 1, 1, last_year=1000),
    ]
    assert "the floors alone come to £19.40" in refusal(
        1000, clusters, rule(floor=bound("change", "-0.03"))
    )


def test_caps_that_leave_money_over_are_refused() -> None:
    """Nobody may gain more than a tenth, and there is twice as much."""
    clusters = [
        cluster("alder", 1, 1, 1, last_year=1000),
        cluster("cedar", 1, 1, 1, last_year=1000),
    ]
    said = refusal(4000, clusters, rule(cap=bound("change", "0.1")))
    assert said == "with the caps no more than £22.00 can be given"


def test_a_floor_above_a_cap_is_refused() -> None:
    """A tenth of the total at least, and last year's pennies at most, is no rule to follow."""
    clusters = [cluster("alder", 1, 1, 1, last_year=10), cluster("cedar", 1, 1, 1, last_year=9000)]
    by = rule(floor=bound("share", "0.1"), cap=bound("change", "0.1"))
    assert "the floor of 1 clusters is above their cap" in refusal(1000, clusters, by)


def test_residue_for_the_last_does_not_break_its_cap() -> None:
    """The last cluster has a penny of room: the other odd penny goes to the one before."""
    clusters = [
        cluster("alder", 10, 10, 10, last_year=10_000),
        cluster("beech", 10, 10, 10, last_year=10_000),
        cluster("cedar", 10, 10, 10, last_year=34),
        cluster("dell", 0, 0, 0, last_year=10_000),
    ]
    by = rule(cap=bound("change", "0"), rounding=Rounding.RESIDUE_LAST)
    found = formula_shares(101, clusters, by)
    assert list(given_to(found).values()) == [33, 34, 34, 0]


def shares_or_fault(
    total: int, clusters: list[ClusterCounts], by: FormulaRule
) -> FormulaShares | str:
    """The shares, or what stands in their way."""
    try:
        return formula_shares(total, clusters, by)
    except NotValid as refused:
        return refused.in_the_way


bounds = st.one_of(
    st.none(),
    st.tuples(st.just("change"), st.integers(-500, 500)),
    st.tuples(st.just("share"), st.integers(0, 600)),
).map(lambda one: one and bound(one[0], str(Decimal(one[1]) / 1000)))
counted = st.lists(
    st.tuples(*[st.integers(0, 50)] * 3, st.integers(0, 10**6)), min_size=1, max_size=8
)


@pytest.mark.promise(5)
@given(st.integers(1, 10**7), counted, bounds, bounds, st.sampled_from(Rounding), st.randoms())
def test_shares_add_up_whatever_the_order_and_keep_floor_and_cap(
    total: int,
    counts: list[tuple[int, ...]],
    floor: Bound | None,
    cap: Bound | None,
    rounding: Rounding,
    chance: Random,
) -> None:
    """Exact in total, the same in any order, within every limit, or the impossible is said."""
    clusters = [
        cluster(f"c{number}", *row[:3], last_year=row[3]) for number, row in enumerate(counts)
    ]
    shuffled = list(clusters)
    chance.shuffle(shuffled)
    if floor and cap and floor.of == cap.of:
        floor, cap = sorted((floor, cap), key=lambda one: one.value)
    by = FormulaRule(weights=WEIGHTS, floor=floor, cap=cap, rounding=rounding)
    found = shares_or_fault(total, clusters, by)
    assert shares_or_fault(total, shuffled, by) == found
    if isinstance(found, str):
        return
    assert sum(given_to(found).values()) == total
    for share, each in zip(found.shares, clusters, strict=True):
        low, high = (limit(total, each, one) for one in (floor, cap))
        assert low is None or share.pence >= low
        assert high is None or share.pence <= high
        assert share.whole_pence + share.residue_pence == share.pence


def limit(total: int, each: ClusterCounts, one: Bound | None) -> Fraction | None:
    """What a floor or a cap comes to for a cluster, worked out apart."""
    if one is None:
        return None
    base = total if one.of == "share" else each.last_year_pence or 0
    return Fraction(one.value + (one.of == "change")) * base
