"""How far members agree: every figure against published worked examples, and its edges."""

from collections.abc import Mapping
from random import Random
from statistics import quantiles

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.agreement import (
    LEAST_CASES,
    SAMPLES,
    Agreement,
    ReadAs,
    agreement,
    agreement_by_area,
    gwet_ac2,
    krippendorff_alpha,
    ordinal_weight,
)
from domain.interval import Interval
from domain.moderation import Vote
from domain.needs import AreaOfNeed
from tests.domain.demo_county import person, profile

FOUR_OBSERVERS = (
    (1, 1, 1),
    (2, 2, 3, 2),
    (3, 3, 3, 3),
    (3, 3, 3, 3),
    (2, 2, 2, 2),
    (1, 2, 3, 4),
    (4, 4, 4, 4),
    (1, 1, 2, 1),
    (2, 2, 2, 2),
    (5, 5, 5),
    (1, 1),
    (3,),
)
"""Four observers on twelve units, votes missing. Source: Krippendorff 2011, section C; the same
data are Gwet 2014's ``raw4raters``, which the irrCAC package prints results for."""

ONE_TO_FIVE = range(1, 6)
SIX_LEVELS = range(6)
cases_of_votes = st.lists(st.lists(st.integers(0, 5), max_size=6), max_size=25)


def nominal(_votes: Mapping[int, float], _lower: int, _upper: int) -> float:
    """Levels are the same or they are not."""
    return 1.0


def squared_distance(_votes: Mapping[int, float], lower: int, upper: int) -> float:
    """Krippendorff's interval difference."""
    return (upper - lower) ** 2


def same_only(apart: int, _levels: int) -> float:
    """Weights of AC1: only the same level agrees."""
    return float(apart == 0)


def linear(apart: int, levels: int) -> float:
    """Gwet's linear weights."""
    return 1 - apart / (levels - 1)


def test_alpha_is_that_of_the_published_example() -> None:
    """Ordinal 0.815, nominal 0.743, interval 0.849, as Krippendorff 2011 works them out."""
    alphas = [krippendorff_alpha(FOUR_OBSERVERS, by) for by in (None, nominal, squared_distance)]
    assert [round(each or 0, 3) for each in alphas] == [0.815, 0.743, 0.849]


def test_ac2_is_that_of_the_published_example() -> None:
    """Ordinal weights 0.899, linear 0.859, unweighted 0.77544, as irrCAC prints them."""
    found = [gwet_ac2(FOUR_OBSERVERS, ONE_TO_FIVE, by) for by in (None, linear, same_only)]
    assert [round(each or 0, places) for each, places in zip(found, (3, 3, 5), strict=True)] == [
        0.899,
        0.859,
        0.77544,
    ]


def test_ordinal_weights_are_the_published_ones() -> None:
    """On a scale of three: 1, two thirds, 0, as Gwet's own package prints them."""
    assert [ordinal_weight(apart, 3) for apart in range(3)] == [1, pytest.approx(2 / 3), 0]


def test_shares_of_agreement_are_counted_over_pairs_of_votes() -> None:
    """Exact agreement is irrCAC's 0.8181818; all but half of one case's pairs lie within one."""
    found = agreement(FOUR_OBSERVERS, ONE_TO_FIVE, seed=1)
    assert (found.cases, found.votes) == (11, 40)
    assert found.exact == pytest.approx(0.8181818, abs=1e-7)
    assert found.within_one == pytest.approx(10.5 / 11)
    assert found.read_as is ReadAs.ALPHA


def test_a_case_with_one_vote_changes_neither_alpha_nor_the_shares() -> None:
    """One vote agrees with nobody; AC2 still learns from it how often a level is given."""
    with_it, without = FOUR_OBSERVERS, FOUR_OBSERVERS[:-1]
    assert krippendorff_alpha(with_it) == krippendorff_alpha(without)
    assert gwet_ac2(with_it, ONE_TO_FIVE) != gwet_ac2(without, ONE_TO_FIVE)


def test_members_who_all_agree_on_everything_are_all_alike() -> None:
    """Without any variety alpha has nothing to divide by: it is not given, and that is said."""
    found = agreement([(2, 2, 2)] * 12, SIX_LEVELS, seed=1)
    assert found.read_as is ReadAs.ALL_ALIKE
    assert (found.exact, found.within_one, found.ac2) == (1, 1, 1)
    assert found.alpha is None
    assert found.alpha_interval is None
    assert found.ac2_interval is not None
    assert (found.ac2_interval.low, found.ac2_interval.high) == (1, 1)


@pytest.mark.parametrize("cases", [(), ((), (3,), (1,))], ids=["nothing", "single votes"])
def test_without_two_votes_on_a_case_there_is_nothing_to_say(
    cases: tuple[tuple[int, ...], ...],
) -> None:
    """No case, or no case that two members voted on, gives no figure at all."""
    assert agreement(cases, SIX_LEVELS, seed=1) == Agreement(
        cases=0,
        votes=0,
        exact=None,
        within_one=None,
        alpha=None,
        alpha_interval=None,
        ac2=None,
        ac2_interval=None,
        read_as=ReadAs.TOO_FEW,
    )


def test_ac2_is_read_where_one_level_dominates() -> None:
    """With nine cases in ten unanimous at one level alpha says almost nothing, and AC2 does."""
    cases = [(0, 0, 0, 0)] * 93 + [(0, 0, 0, 1)] * 7
    found = agreement(cases, SIX_LEVELS, seed=1)
    assert found.read_as is ReadAs.AC2
    assert found.alpha is not None
    assert found.ac2 is not None
    assert found.alpha < 0.1
    assert found.ac2 > 0.95


def test_a_level_dominates_with_four_votes_in_five() -> None:
    """Four fifths of all votes is the border, itself included."""
    at_it = agreement([(0, 0, 0, 0, 0), (0, 0, 0, 1, 2)], SIX_LEVELS, seed=1)
    below = agreement([(0, 0, 0, 0, 0), (0, 0, 3, 1, 2)], SIX_LEVELS, seed=1)
    assert (at_it.read_as, below.read_as) == (ReadAs.AC2, ReadAs.ALPHA)


def test_the_interval_is_the_same_for_the_same_seed_and_lies_around_alpha() -> None:
    """A case bootstrap can be repeated to the last digit; another seed moves it a little."""
    cases = votes_around_the_truth(60)
    once, again, other = (agreement(cases, SIX_LEVELS, seed=seed) for seed in (7, 7, 8))
    assert once == again
    assert once.alpha_interval != other.alpha_interval
    assert once.alpha is not None
    assert once.alpha_interval is not None
    assert once.alpha_interval.low < once.alpha < once.alpha_interval.high
    assert once.alpha_interval.high - once.alpha_interval.low < 0.2


def test_the_interval_narrows_with_more_cases() -> None:
    """Sixteen times the cases make the interval about a quarter as wide."""
    few, many = (agreement(votes_around_the_truth(n), SIX_LEVELS, seed=7) for n in (20, 320))
    assert few.alpha_interval is not None
    assert many.alpha_interval is not None
    narrow = many.alpha_interval.high - many.alpha_interval.low
    assert 2 * narrow < few.alpha_interval.high - few.alpha_interval.low


def test_no_interval_is_given_for_a_handful_of_cases() -> None:
    """A bootstrap of fewer than ten cases would claim to be surer than it is."""
    cases = votes_around_the_truth(LEAST_CASES)
    assert agreement(cases, SIX_LEVELS, seed=1).alpha_interval is not None
    assert agreement(cases, SIX_LEVELS, seed=None).alpha_interval is None
    fewer = agreement(cases[1:], SIX_LEVELS, seed=1)
    assert fewer.alpha is not None
    assert (fewer.alpha_interval, fewer.ac2_interval) == (None, None)


def test_no_interval_is_given_when_most_samples_are_all_alike() -> None:
    """One case in twelve varies: a third of the samples miss it, and have no alpha."""
    found = agreement([(2, 2, 2)] * 11 + [(2, 2, 3)], SIX_LEVELS, seed=1)
    assert found.alpha is not None
    assert found.alpha_interval is None


def test_each_area_of_need_is_counted_for_itself() -> None:
    """An abstention and a level that was not given are missing votes."""
    levels = profile(1, 2, 3, 4).levels
    without_sensory = dict.fromkeys(AreaOfNeed, 0)
    del without_sensory[AreaOfNeed.SENSORY]
    votes = (
        Vote(person_id=person("a"), levels=levels),
        Vote(person_id=person("b"), levels=levels | {AreaOfNeed.COGNITION: 3}),
        Vote(person_id=person("c"), levels=without_sensory),
        Vote(person_id=person("d"), abstained=True, reason="New here"),
    )
    given = {
        area: tuple(sorted(vote.levels[area] for vote in votes if area in vote.levels))
        for area in AreaOfNeed
    }
    found = agreement_by_area([(given, 1)], SIX_LEVELS, seed=1)
    assert {area: each.votes for area, each in found.items()} == {
        AreaOfNeed.COMMUNICATION: 3,
        AreaOfNeed.COGNITION: 3,
        AreaOfNeed.SEMH: 3,
        AreaOfNeed.SENSORY: 2,
    }
    assert found[AreaOfNeed.COMMUNICATION].exact == pytest.approx(1 / 3)
    assert found[AreaOfNeed.COGNITION].exact == 0
    assert found[AreaOfNeed.SENSORY].read_as is ReadAs.ALL_ALIKE


@pytest.mark.parametrize(
    ("cases", "scale"),
    [([(1, 1)], range(1, 2)), ([(1, 6)], SIX_LEVELS)],
    ids=["scale of one level", "vote off the scale"],
)
def test_what_cannot_be_measured_is_our_own_mistake(
    cases: list[tuple[int, ...]], scale: range
) -> None:
    """A scale without steps, and a vote that no ballot could have taken, stop at once."""
    with pytest.raises(AssertionError):
        agreement(cases, scale, seed=1)


@given(cases_of_votes, st.randoms(use_true_random=False))
def test_neither_the_order_of_cases_nor_of_members_matters(
    cases: list[list[int]], shuffling: Random
) -> None:
    """Agreement is of the votes, not of who is listed first."""
    mixed = [shuffling.sample(case, len(case)) for case in shuffling.sample(cases, len(cases))]
    first, second = krippendorff_alpha(cases), krippendorff_alpha(mixed)
    assert first == (None if second is None else pytest.approx(second))
    ours, theirs = gwet_ac2(cases, SIX_LEVELS), gwet_ac2(mixed, SIX_LEVELS)
    assert ours == (None if theirs is None else pytest.approx(theirs))


@given(cases_of_votes)
def test_no_figure_is_above_full_agreement(cases: list[list[int]]) -> None:
    """Alpha and AC2 are at most 1, and exactly 1 when every case is unanimous."""
    figures = [krippendorff_alpha(cases), gwet_ac2(cases, SIX_LEVELS)]
    assert all(each is None or each <= 1 + 1e-12 for each in figures)
    if all(len(set(case)) <= 1 for case in cases):
        assert all(each is None or each == pytest.approx(1) for each in figures)


@given(cases_of_votes)
def test_alpha_reads_the_scale_in_either_direction(cases: list[list[int]]) -> None:
    """Turned round, the highest level for the lowest, votes agree as far as before."""
    turned = [[5 - level for level in case] for case in cases]
    first, second = krippendorff_alpha(cases), krippendorff_alpha(turned)
    assert first == (None if second is None else pytest.approx(second))


def votes_around_the_truth(cases: int) -> list[list[int]]:
    """Four votes on each case, scattered by half a level, the same at every run."""
    draw = Random(5)  # noqa: S311 -- seeded on purpose
    true = [draw.randint(0, 5) for _ in range(cases)]
    return [[min(5, max(0, round(draw.gauss(level, 0.5)))) for _ in range(4)] for level in true]


def test_intervals_are_what_the_plain_drawing_gives() -> None:
    """Each case picked one after another, for each figure anew: the same to the last digit."""
    draw = Random(7)  # noqa: S311 -- repeatable on purpose
    cases = [tuple(draw.choices(SIX_LEVELS, k=draw.choice((0, 1, 3, 5)))) for _ in range(40)]
    rated = [tuple(sorted(case)) for case in cases if case]
    paired = [case for case in rated if len(case) > 1]
    found = agreement(cases, SIX_LEVELS, seed=3)
    for patterns, figure, interval in (
        (paired, krippendorff_alpha, found.alpha_interval),
        (rated, lambda drawn: gwet_ac2(drawn, SIX_LEVELS), found.ac2_interval),
    ):
        pick = Random(3).random  # noqa: S311 -- repeatable on purpose
        drawn = (
            figure([patterns[int(pick() * len(patterns))] for _ in patterns])
            for _ in range(SAMPLES)
        )
        plain = [value for value in drawn if value is not None]
        cuts = quantiles(plain, n=40, method="inclusive")
        assert interval == Interval(low=cuts[0], high=cuts[-1])


def test_cases_alike_that_are_counted_together_give_the_same() -> None:
    """Without an interval their order says nothing, and how many there are says all."""
    alike, apart = {AreaOfNeed.SEMH: (1, 2, 2)}, {AreaOfNeed.SEMH: (0, 4)}
    together = agreement_by_area([(alike, 3), (apart, 1)], SIX_LEVELS, None)
    each = agreement_by_area([(alike, 1), (alike, 1), (apart, 1), (alike, 1)], SIX_LEVELS, None)
    assert together == each
