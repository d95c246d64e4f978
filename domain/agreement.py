"""How far the members of a panel agree: shares of equal votes, Krippendorff's alpha, Gwet's AC2.

Votes are whole levels of one scale, given before the discussion: after it they are no longer
independent. Alpha says how far votes scatter and never finds a panel that stands apart, because
each case is seen by one panel only; ``consistency`` does that.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from itertools import chain, combinations, repeat
from math import comb
from random import Random
from statistics import quantiles

from domain.frozen import Frozen
from domain.interval import Interval
from domain.needs import AreaOfNeed

DOMINATES = 0.8
"""One level dominates with four in five of all votes or more: what chance would give is then so
near to agreement that alpha is low however well members agree, and AC2 is read beside it."""

SAMPLES = 500
"""Bootstrap samples: the interval of several hundred cases takes about a second."""

LEAST_CASES = 10
"""With fewer cases a bootstrap claims to be surer than it is, so no interval is given."""

LEAST_SAMPLES_SHARE = 0.9
"""Samples in which everybody happens to agree have no alpha; when these are many, none is given."""

_PARTS = 40
"""Quantiles cut into fortieths: the first cut is at 2.5 in 100, the last at 97.5."""

Pattern = tuple[int, ...]
"""The levels given to one case, in order: cases that look alike are worked out once."""
Distance = Callable[[Mapping[int, float], int, int], float]
"""Squared difference of two levels, given how many votes each level has."""
Weight = Callable[[int, int], float]
"""How much of an agreement two votes so many levels apart are, on a scale of so many levels."""


class ReadAs(StrEnum):
    """Which of the figures says most about these votes."""

    TOO_FEW = "too_few"
    """No case has two votes."""
    ALL_ALIKE = "all_alike"
    """Every vote on every case is the same level: there is nothing that alpha could explain."""
    ALPHA = "alpha"
    AC2 = "ac2"
    """One level dominates: AC2 beside alpha, and the plain shares with both."""


class Agreement(Frozen):
    """How far members agreed in one area of need, over the cases of one scale."""

    cases: int
    """Cases with two votes or more; nothing else can agree or differ."""
    votes: int
    """Votes on these cases."""
    exact: float | None
    """Share of pairs of votes on a case that are the same level, averaged over cases."""
    within_one: float | None
    """The same for pairs that are at most one level apart."""
    alpha: float | None
    """Krippendorff's alpha, ordinal: 1 is full agreement, 0 what chance gives. None: no variety."""
    alpha_interval: Interval | None
    ac2: float | None
    """Gwet's AC2 with ordinal weights, over the whole scale."""
    ac2_interval: Interval | None
    read_as: ReadAs


def agreement_by_area(
    cases: Sequence[tuple[Mapping[AreaOfNeed, Pattern], int]], scale: range, seed: int | None
) -> dict[AreaOfNeed, Agreement]:
    """Say how far members agreed in each area of need, from the closed ballots' first rounds.

    ``cases`` are the levels given to a case by area, each in order, and how many cases had just
    these; an area without a level counts as missing. ``scale`` are the levels there are. ``seed``
    makes the intervals repeatable; without one there are none.
    """
    return {
        area: _agreed(
            tuple(chain.from_iterable(repeat(levels.get(area, ()), n) for levels, n in cases)),
            scale,
            seed,
        )
        for area in AreaOfNeed
    }


def agreement(cases: Sequence[Sequence[int]], scale: range, seed: int | None) -> Agreement:
    """Say how far votes agree, from the levels given to each case; a missing vote is left out.

    ``scale`` has at least two levels and holds every vote. The same seed gives the same interval;
    without one no interval is drawn, which is what takes the time.
    """
    return _agreed(tuple(tuple(sorted(case)) for case in cases), scale, seed)


def _agreed(cases: tuple[Pattern, ...], scale: range, seed: int | None) -> Agreement:
    rated = Counter(cases)
    del rated[()]
    assert len(scale) > 1, "on a scale of one level everybody agrees"
    assert all(level in scale for case in rated for level in case), "a vote is off the scale"
    paired = Counter({case: times for case, times in rated.items() if len(case) > 1})
    alpha = _alpha(paired, ordinal)
    intervals = (None, None) if seed is None else _intervals(cases, scale, seed)
    return Agreement(
        cases=paired.total(),
        votes=sum(len(case) * times for case, times in paired.items()),
        exact=_mean_weight(paired, lambda apart, _: apart == 0, scale),
        within_one=_mean_weight(paired, lambda apart, _: apart <= 1, scale),
        alpha=alpha,
        alpha_interval=intervals[0],
        ac2=_ac2_by(scale, ordinal_weight)(rated),
        ac2_interval=intervals[1],
        read_as=_read_as(paired, alpha),
    )


def krippendorff_alpha(
    cases: Sequence[Sequence[int]], squared: Distance | None = None
) -> float | None:
    """Give Krippendorff's alpha of the votes on each case; none when they do not vary at all.

    Ordinal unless told otherwise. Cases with one vote are left out, as is a missing vote.
    Source: Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, C to E.

    >>> krippendorff_alpha([(1, 1), (2, 2), (3, 3)])
    1.0
    """
    paired = Counter(tuple(sorted(case)) for case in cases if len(case) > 1)
    return _alpha(paired, squared or ordinal)


def ordinal(votes: Mapping[int, float], lower: int, upper: int) -> float:
    """Give the squared ordinal difference of two levels: the votes from the one to the other.

    Half of those at either end count. Source: Krippendorff 2011, section D.
    """
    between = sum(count for level, count in votes.items() if lower <= level <= upper)
    return (between - (votes[lower] + votes[upper]) / 2) ** 2


def gwet_ac2(
    cases: Sequence[Sequence[int]], scale: range, weight: Weight | None = None
) -> float | None:
    """Give Gwet's AC2 of the votes on each case; none when no case has two votes.

    Ordinal weights unless told otherwise. A case with one vote says how often a level is given.
    Source: Gwet 2014, Handbook of Inter-Rater Reliability, chapters 3 and 4.

    >>> gwet_ac2([(1, 1), (1, 1, 1)], range(5))
    1.0
    """
    rated = Counter(tuple(sorted(case)) for case in cases if case)
    return _ac2_by(scale, weight or ordinal_weight)(rated)


def ordinal_weight(apart: int, levels: int) -> float:
    """Weigh two votes so many levels apart: 1 for the same, 0 from end to end of the scale.

    Source: Gwet 2014, chapter 3, ordinal weights.

    >>> [round(ordinal_weight(apart, 3), 3) for apart in range(3)]
    [1.0, 0.667, 0.0]
    """
    return 1 - comb(apart + 1, 2) / comb(levels, 2)


def _alpha(patterns: Mapping[Pattern, int], squared: Distance) -> float | None:
    """Compare the coincidences of levels within cases with those that chance would give."""
    votes: Counter[int] = Counter()
    met: dict[tuple[int, int], float] = defaultdict(float)
    for pattern, times in patterns.items():
        for level in pattern:
            votes[level] += times
        for pair, coincidences in _coincidences(pattern):
            met[pair] += times * coincidences
    apart = {pair: squared(votes, *pair) for pair in combinations(sorted(votes), 2)}
    by_chance = sum(votes[one] * votes[two] * far for (one, two), far in apart.items())
    if not by_chance:
        return None
    observed = sum(met[pair] * far for pair, far in apart.items())
    return 1 - (votes.total() - 1) * observed / by_chance


@lru_cache(maxsize=4_096)
def _coincidences(
    pattern: Pattern,
) -> tuple[tuple[tuple[int, int], float], ...]:
    """List the pairs of different levels on a case, each weighed by how many votes it has."""
    votes = Counter(pattern)
    return tuple(
        ((one, two), votes[one] * votes[two] / (len(pattern) - 1))
        for one, two in combinations(sorted(votes), 2)
    )


def _ac2_by(scale: range, weight: Weight) -> Callable[[Mapping[Pattern, int]], float | None]:
    levels = len(scale)
    weights = sum(weight(abs(one - two), levels) for one in scale for two in scale)

    def ac2(patterns: Mapping[Pattern, int]) -> float | None:
        paired = {pattern: times for pattern, times in patterns.items() if len(pattern) > 1}
        agreed = _mean_weight(paired, weight, scale)
        if agreed is None:
            return None
        by_chance = weights * _variety(patterns) / (levels * (levels - 1))
        return (agreed - by_chance) / (1 - by_chance)

    return ac2


def _variety(patterns: Mapping[Pattern, int]) -> float:
    """Add up, over the levels, how often each is given times how often it is not."""
    given: dict[int, float] = defaultdict(float)
    for pattern, times in patterns.items():
        for level in pattern:
            given[level] += times / len(pattern)
    cases = sum(patterns.values())
    return sum(share / cases * (1 - share / cases) for share in given.values())


def _mean_weight(patterns: Mapping[Pattern, int], weight: Weight, scale: range) -> float | None:
    """Average over cases what the pairs of votes on each are worth."""
    if not patterns:
        return None
    total = sum(
        times * sum(share * weight(apart, len(scale)) for apart, share in _distances(pattern))
        for pattern, times in patterns.items()
    )
    return total / sum(patterns.values())


@lru_cache(maxsize=4_096)
def _distances(pattern: Pattern) -> tuple[tuple[int, float], ...]:
    """List how far apart the pairs of votes on a case are, each with its share of the pairs."""
    apart = Counter(two - one for one, two in combinations(pattern, 2))
    return tuple((levels, pairs / apart.total()) for levels, pairs in apart.items())


@lru_cache(maxsize=64)
def _intervals(
    cases: tuple[Pattern, ...], scale: range, seed: int
) -> tuple[Interval | None, Interval | None]:
    """Draw the intervals of alpha and of AC2; of the same cases they are drawn once."""
    rated = [case for case in cases if case]
    paired = [case for case in rated if len(case) > 1]
    alpha = _bootstrap(paired, lambda drawn: _alpha(drawn, ordinal), seed)
    return alpha, _bootstrap(rated, _ac2_by(scale, ordinal_weight), seed)


def _bootstrap(
    patterns: Sequence[Pattern],
    figure: Callable[[Mapping[Pattern, int]], float | None],
    seed: int,
) -> Interval | None:
    """Draw the cases again and again, with replacement, and see where the figure falls."""
    if len(patterns) < LEAST_CASES:
        return None
    drawn = (figure(sample) for sample in _samples(patterns, seed))
    found = [value for value in drawn if value is not None]
    if len(found) < LEAST_SAMPLES_SHARE * SAMPLES:
        return None
    cuts = quantiles(found, n=_PARTS, method="inclusive")
    return Interval(low=cuts[0], high=cuts[-1])


def _samples(patterns: Sequence[Pattern], seed: int) -> Iterator[dict[Pattern, int]]:
    """Count the patterns of each sample, by their numbers: a number is counted at once."""
    numbers: dict[Pattern, int] = {}
    numbered = [numbers.setdefault(pattern, len(numbers)) for pattern in patterns]
    kinds = list(numbers)
    for picked in _draws(len(patterns), seed):
        counted = Counter(map(numbered.__getitem__, picked))
        yield {kinds[number]: times for number, times in counted.items()}


@lru_cache(maxsize=2)
def _draws(cases: int, seed: int) -> tuple[Sequence[int], ...]:
    """Which cases each sample has: the same for every figure of as many cases."""
    draw = Random(seed).random  # noqa: S311 -- repeatable on purpose; its sequence never changes
    return tuple(array("L", (int(draw() * cases) for _ in range(cases))) for _ in range(SAMPLES))


def _read_as(paired: Counter[Pattern], alpha: float | None) -> ReadAs:
    if not paired:
        return ReadAs.TOO_FEW
    if alpha is None:
        return ReadAs.ALL_ALIKE
    votes: Counter[int] = Counter()
    for pattern, times in paired.items():
        for level in pattern:
            votes[level] += times
    most = max(votes.values())
    return ReadAs.AC2 if most >= DOMINATES * votes.total() else ReadAs.ALPHA
