"""What came of it for whom: outcomes by recorded characteristic, with small numbers hidden.

It tells no cause and decides nothing; it shows where to look. A group of whom nothing is recorded
is a group. Source: Equality Act 2010, section 149.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from fractions import Fraction
from math import floor

from domain.frozen import Frozen
from domain.policy.equality import Characteristic, Equality
from domain.request import Pence
from domain.suppression import TOTAL, ShownTable, hide_small_beside

AWARDED, PLACE, NOTHING = "awarded", "place", "nothing"
"""What was given: money, a place in the cluster's plan, or neither."""


class PupilOutcome(Frozen):
    """What came of one request, or would come of it, for one pupil."""

    recorded: dict[str, str]
    """Characteristic to value, as recorded on the day of submission."""
    tier: str
    annual_pence: Pence
    """The pupil's part of what is given a year; nought where nothing is."""
    has_place: bool = False
    """Whether a place in the cluster's plan is given."""
    waiting_days: int | None = None
    """Calendar days from submission to the decision; none where nothing was waited for."""


class GroupOutcomes(Frozen):
    """What came of it for one group; None is hidden, and a mean of nobody is None too."""

    group: str
    title: str
    pupils: int | None
    """Counted once for each decision."""
    by_tier: dict[str, int | None]
    """Tiers that few stand on are told together, as ``(other)``."""
    awarded: int | None
    """Given money."""
    given_place: int | None
    """Given a place in the cluster's plan, and no money."""
    given_nothing: int | None
    mean_annual_pence: int | None
    """Of those who were given something, to the nearest penny."""
    mean_waiting_days: int | None
    """To the nearest whole day."""


class CharacteristicOutcomes(Frozen):
    """Outcomes told apart by one characteristic."""

    characteristic: str
    title: str
    because: str
    """The law or decision by which it is looked at."""
    groups: tuple[GroupOutcomes, ...]
    total: GroupOutcomes


def outcomes_by_characteristic(
    found: Sequence[PupilOutcome], policy: Equality
) -> tuple[CharacteristicOutcomes, ...]:
    """Tell outcomes apart by every characteristic of the policy, small numbers hidden throughout.

    Tiers and awards are hidden beside one another: what one of them hides the other does not tell.
    """
    return tuple(_told(each, found, policy.smallest_shown) for each in policy.characteristics)


def _awards(found: Sequence[PupilOutcome]) -> dict[str, int]:
    counts = Counter(map(_given, found))
    return {given: counts[given] for given in (AWARDED, PLACE, NOTHING)}


def _given(one: PupilOutcome) -> str:
    if one.annual_pence:
        return AWARDED
    return PLACE if one.has_place else NOTHING


def _told(
    by: Characteristic, found: Sequence[PupilOutcome], smallest: int
) -> CharacteristicOutcomes:
    members: dict[str, list[PupilOutcome]] = defaultdict(list)
    for one in found:
        members[by.group_of(one.recorded.get(by.code))].append(one)
    by_tier = {group: Counter(one.tier for one in each) for group, each in members.items()}
    by_award = {group: _awards(each) for group, each in members.items()}
    tiers, awards = hide_small_beside(by_tier, by_award, smallest)
    groups = tuple(
        _group((code, title), members[code], tiers, awards)
        for code, title in by.titles.items()
        if code in members
    )
    return CharacteristicOutcomes(
        characteristic=by.code,
        title=by.title,
        because=by.because,
        groups=groups,
        total=_group((TOTAL, "All"), found, tiers, awards),
    )


def _group(
    named: tuple[str, str],
    members: Sequence[PupilOutcome],
    tiers: ShownTable,
    awards: ShownTable,
) -> GroupOutcomes:
    group, title = named
    pupils, awarded = tiers.at(group), awards.at(group, AWARDED)
    pence = [one.annual_pence for one in members if one.annual_pence]
    days = [one.waiting_days for one in members if one.waiting_days is not None]
    return GroupOutcomes(
        group=group,
        title=title,
        pupils=pupils,
        by_tier={
            tier: count for tier, count in sorted(tiers.cells[group].items()) if tier != TOTAL
        },
        awarded=awarded,
        given_place=awards.at(group, PLACE),
        given_nothing=awards.at(group, NOTHING),
        mean_annual_pence=None if awarded is None else _mean(pence),
        mean_waiting_days=None if pupils is None else _mean(days),
    )


def _mean(numbers: Sequence[int]) -> int | None:
    """To the nearest whole, a half upwards; none of nobody."""
    return floor(Fraction(sum(numbers), len(numbers)) + Fraction(1, 2)) if numbers else None
