"""Small numbers hidden in counts of places within places: areas, their clusters, their schools.

Who is told a cluster's number and those of all its schools but one has that one by subtraction. So
what is hidden is decided for all of them together, from the widest inwards.
Source: Government Statistical Service, disclosure control for tables from administrative sources.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet

Place = tuple[str, ...]
"""A place by the codes of those that it lies within, the widest first, and its own at the end."""

_FEWEST_HIDDEN = 2


def hide_small_within(counts: Mapping[Place, int], smallest: int) -> frozenset[Place]:
    """Say which places' numbers are hidden; the empty place is the total of all.

    Within a place that is told, a number from 1 to below the smallest is hidden, with as many of
    the next as it takes until what is hidden there is two places at least and not small together.
    Within a place that is hidden nothing is told but nought, which is nobody. A code that stands
    in two places, such as a school that went over to another cluster, is hidden in both: what it
    comes to would tell either of them.

    >>> sorted(hide_small_within({("a",): 2, ("b",): 9, ("c",): 20}, 5))
    [('a',), ('b',)]
    >>> sorted(hide_small_within({("a",): 9, ("a", "x"): 1, ("a", "y"): 8, ("b",): 9}, 5))
    [('a', 'x'), ('a', 'y')]
    """
    inside = _inside(counts)
    twice = _in_two_places(counts)
    hidden: set[Place] = set()
    if 0 < sum(counts[each] for each in inside[()]) < smallest:
        hidden.add(())
    for place in sorted(inside, key=len):
        own = {each: counts[each] for each in inside[place] if counts[each]}
        hidden |= set(own) if place in hidden else _hidden_among(own, twice, smallest)
    return frozenset(hidden)


def codes_hidden(hidden: Iterable[Place], depth: int) -> frozenset[str]:
    """The codes of one kind of place, by how far inwards it is, of which a number is hidden."""
    return frozenset(each[-1] for each in hidden if len(each) == depth)


def _inside(counts: Mapping[Place, int]) -> dict[Place, list[Place]]:
    """The places right within each, that of all of them included."""
    inside: dict[Place, list[Place]] = {(): []}
    for each in sorted(counts):
        inside.setdefault(each[:-1], []).append(each)
    return inside


def _in_two_places(counts: Mapping[Place, int]) -> frozenset[Place]:
    """The places whose code somebody is counted in elsewhere too, equally far inwards."""
    found: dict[tuple[int, str], list[Place]] = defaultdict(list)
    for each, count in counts.items():
        if count:
            found[len(each), each[-1]].append(each)
    return frozenset(each for places in found.values() if len(places) > 1 for each in places)


def _hidden_among(
    own: Mapping[Place, int], twice: AbstractSet[Place], smallest: int
) -> frozenset[Place]:
    """What is hidden among the places of one that is told."""
    small = {each for each, count in own.items() if count < smallest}
    hidden = small | (set(own) & twice)
    rest = _least_first(own, hidden)
    while small and (len(hidden) < _FEWEST_HIDDEN or sum(own[each] for each in hidden) < smallest):
        following = next(rest, None)
        if following is None:
            break
        hidden.add(following)
    return frozenset(hidden)


def _least_first(own: Mapping[Place, int], hidden: AbstractSet[Place]) -> Iterator[Place]:
    """The places that are still told, those of the least number first."""
    return iter(sorted(set(own) - hidden, key=lambda each: (own[each], each)))
