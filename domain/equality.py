"""What came of it for whom: outcomes by recorded characteristic, with small numbers hidden.

It tells no cause and decides nothing; it shows where to look. A group of whom nothing is recorded
is a group. Source: Equality Act 2010, section 149.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from math import floor

from domain.frozen import Frozen
from domain.policy.equality import Characteristic, Equality
from domain.request import Pence
from domain.suppression import TOTAL, ShownTable, hide_small_beside

AWARDED, PLACE, NOTHING = "awarded", "place", "nothing"
"""What was given: money, a place in the cluster's plan, or neither."""


class PupilsAlike(Frozen):
    """Pupils of whom the same is recorded of one characteristic, and for whom alike was decided.

    A pupil is counted once for each decision, and so stands once under each characteristic.
    """

    characteristic: str
    recorded: str | None
    """Its value as recorded on the day of submission; none where none is."""
    tier: str
    pupils: int = 1
    """How many they are."""
    annual_pence: Pence
    """What is given them a year, all together; nought where nobody of them is given money."""
    has_place: bool = False
    """Whether a place in the cluster's plan is given."""
    waited: int = 0
    """How many of them waited for a decision: nobody waits for a modelled one."""
    waiting_days: int = 0
    """Calendar days from submission to the decision, all together."""


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
    found: Sequence[PupilsAlike], policy: Equality
) -> tuple[CharacteristicOutcomes, ...]:
    """Tell outcomes apart by every characteristic of the policy, small numbers hidden throughout.

    Tiers and awards are hidden beside one another: what one of them hides the other does not tell.
    """
    return tuple(_told(each, found, policy.smallest_shown) for each in policy.characteristics)


def _given(one: PupilsAlike) -> str:
    if one.annual_pence:
        return AWARDED
    return PLACE if one.has_place else NOTHING


def _count(found: Iterable[PupilsAlike], by: Callable[[PupilsAlike], str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for one in found:
        counts[by(one)] += one.pupils
    return counts


def _awards(found: Sequence[PupilsAlike]) -> dict[str, int]:
    counts = _count(found, _given)
    return {given: counts[given] for given in (AWARDED, PLACE, NOTHING)}


def _told(
    by: Characteristic, found: Sequence[PupilsAlike], smallest: int
) -> CharacteristicOutcomes:
    own = [one for one in found if one.characteristic == by.code]
    members: dict[str, list[PupilsAlike]] = defaultdict(list)
    for one in own:
        members[by.group_of(one.recorded)].append(one)
    by_tier = {group: _count(each, lambda one: one.tier) for group, each in members.items()}
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
        total=_group((TOTAL, "All"), own, tiers, awards),
    )


def _group(
    named: tuple[str, str],
    members: Sequence[PupilsAlike],
    tiers: ShownTable,
    awards: ShownTable,
) -> GroupOutcomes:
    group, title = named
    pupils, awarded = tiers.at(group), awards.at(group, AWARDED)
    paid = [one for one in members if one.annual_pence]
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
        mean_annual_pence=None
        if awarded is None
        else _mean(sum(one.annual_pence for one in paid), sum(one.pupils for one in paid)),
        mean_waiting_days=None
        if pupils is None
        else _mean(sum(one.waiting_days for one in members), sum(one.waited for one in members)),
    )


def _mean(total: int, of: int) -> int | None:
    """To the nearest whole, a half upwards; none of nobody."""
    return floor(Fraction(total, of) + Fraction(1, 2)) if of else None
