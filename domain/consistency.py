"""How far panels stand apart: each one's mean signed difference from a reference, and how sure.

The reference is the definitive level of a calibration case or, without one, the median of the other
panels; never their mean, which a panel that stands apart drags after it. A difference is not a
fault of anybody's: it is where a conversation begins.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from statistics import fmean, median

from domain.frozen import Frozen
from domain.interval import Interval, mean_interval
from domain.moderation import Vote
from domain.needs import AreaOfNeed
from domain.policy.calibrating import CalibrationRules

LEAST_OTHERS = 3
"""The median of fewer other panels than this moves with any one of them."""

Levels = Mapping[AreaOfNeed, float]
"""A level for each area of need that has one."""
PanelLevels = Mapping[str, Mapping[str, Levels]]
"""The levels of each panel, by its cluster, on each case, by its code."""


class Basis(StrEnum):
    """What a panel's levels are held against."""

    DEFINITIVE = "definitive"
    """The level that was set beforehand."""
    OTHER_PANELS = "other_panels"
    """The median of the other panels on the same case."""


class Standing(StrEnum):
    """Where a panel's mean difference leaves it."""

    TOO_FEW = "too_few"
    """Fewer cases than the policy asks for before anything is said."""
    NOT_APART = "not_apart"
    """The interval reaches into the tolerance: there may be nothing to talk about."""
    HIGHER = "higher"
    """The whole interval lies above the tolerance: more need is seen than elsewhere."""
    LOWER = "lower"
    """The whole interval lies below it: less need is seen than elsewhere."""


class MeanDifference(Frozen):
    """A panel's mean signed difference over its cases, in levels; above nought is higher."""

    cases: int
    mean_levels: float | None
    """None without a case."""
    interval: Interval | None
    """95 %, by Student's t over cases; none for fewer than two."""
    standing: Standing


class PanelDifferences(Frozen):
    """How far one panel stands from the reference, over all areas of need and in each."""

    basis: Basis
    over_all: MeanDifference
    """One difference for each case, the mean of its areas: areas of one case go together."""
    by_area: dict[AreaOfNeed, MeanDifference]


def panel_levels(votes: Sequence[Vote]) -> dict[AreaOfNeed, float]:
    """Give a panel's level in each area, as the mean of what its members voted before discussion.

    The mean of its own members, because the moderated level is a whole one and rounds by policy:
    panels that differ in a rule would seem to differ in their measure.
    """
    by_area = {area: [v.levels[area] for v in votes if area in v.levels] for area in AreaOfNeed}
    return {area: fmean(levels) for area, levels in by_area.items() if levels}


def against_definitive(
    panels: PanelLevels, definitive: Mapping[str, Levels], rules: CalibrationRules
) -> dict[str, PanelDifferences]:
    """Hold every panel against the levels set beforehand; a case without them is left out."""
    return {
        cluster: _differences(
            [_signed(own, definitive.get(case, {})) for case, own in cases.items()],
            Basis.DEFINITIVE,
            rules,
        )
        for cluster, cases in panels.items()
    }


def against_others(panels: PanelLevels, rules: CalibrationRules) -> dict[str, PanelDifferences]:
    """Hold every panel against the median of the others, on cases that several have seen.

    A case counts in an area where at least three other panels gave it a level.
    """
    return {
        cluster: _differences(
            [_signed(own, _median_of_others(panels, cluster, case)) for case, own in cases.items()],
            Basis.OTHER_PANELS,
            rules,
        )
        for cluster, cases in panels.items()
    }


def _median_of_others(panels: PanelLevels, cluster: str, case: str) -> Levels:
    others = [cases[case] for other, cases in panels.items() if other != cluster and case in cases]
    given = {area: [levels[area] for levels in others if area in levels] for area in AreaOfNeed}
    return {area: median(each) for area, each in given.items() if len(each) >= LEAST_OTHERS}


def _signed(own: Levels, reference: Levels) -> dict[AreaOfNeed, float]:
    return {
        area: own[area] - reference[area]
        for area in AreaOfNeed
        if area in own.keys() & reference.keys()
    }


def _differences(
    by_case: Sequence[Mapping[AreaOfNeed, float]], basis: Basis, rules: CalibrationRules
) -> PanelDifferences:
    return PanelDifferences(
        basis=basis,
        over_all=_mean_difference([fmean(each.values()) for each in by_case if each], rules),
        by_area={
            area: _mean_difference([each[area] for each in by_case if area in each], rules)
            for area in AreaOfNeed
        },
    )


def _mean_difference(levels: Sequence[float], rules: CalibrationRules) -> MeanDifference:
    interval = mean_interval(levels)
    return MeanDifference(
        cases=len(levels),
        mean_levels=fmean(levels) if levels else None,
        interval=interval,
        standing=_standing(len(levels), interval, rules),
    )


def _standing(cases: int, interval: Interval | None, rules: CalibrationRules) -> Standing:
    if cases < rules.least_cases or interval is None:
        return Standing.TOO_FEW
    if not interval.is_beyond(float(rules.tolerance_levels)):
        return Standing.NOT_APART
    return Standing.HIGHER if interval.low > 0 else Standing.LOWER
