"""Numbers of places within places: no small one can be told by adding and subtracting."""

from collections.abc import Iterator, Mapping
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.nested import Place, codes_hidden, hide_small_within

SMALLEST = 3
_COUNT = st.sampled_from((0, 0, 1, 1, 2, 3, 4, 9))
_AREAS = {"north": ("alder", "birch"), "south": ("cedar",)}
_SCHOOLS = {"alder": ("ash", "bay", "cob"), "birch": ("dee",), "cedar": ("elm", "fen")}
_LEAVES = tuple(
    (area, cluster, school)
    for area, clusters in _AREAS.items()
    for cluster in clusters
    for school in _SCHOOLS[cluster]
)

_FEW = tuple(each for each in _LEAVES if each[1] != "birch")


def summed(leaves: Mapping[Place, int]) -> dict[Place, int]:
    """Every place with what the schools in it come to."""
    counts: dict[Place, int] = dict(leaves)
    for place, count in leaves.items():
        for depth in (1, 2):
            counts[place[:depth]] = counts.get(place[:depth], 0) + count
    return counts


def solutions(counts: Mapping[Place, int], hidden: frozenset[Place]) -> Iterator[dict[Place, int]]:
    """Every county that agrees with all that is told, by trying: no clever solver."""
    places = [place for place in counts if len(place) == 3]
    total = sum(counts[place] for place in places)
    ranges = [range(total + 1) if each in hidden else (counts[each],) for each in places]
    for values in product(*ranges):
        if sum(values) == total:
            whole = summed(dict(zip(places, values, strict=True)))
            if all(whole[place] == counts[place] for place in counts if place not in hidden):
                yield whole


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(_FEW, st.sampled_from((0, 1, 1, 2, 3)))))
def test_whoever_adds_and_subtracts_tells_no_small_number(leaves: dict[Place, int]) -> None:
    """For every small number there is a county in which it is not small, and all told agrees."""
    counts = summed(leaves)
    hidden = hide_small_within(counts, SMALLEST)
    small = {place for place, count in counts.items() if 0 < count < SMALLEST}
    assert small <= hidden
    if () in hidden:
        return
    most = dict.fromkeys(small, 0)
    for possible in solutions(counts, hidden):
        most = {place: max(number, possible[place]) for place, number in most.items()}
    assert all(number >= SMALLEST for number in most.values()), most


@given(st.fixed_dictionaries(dict.fromkeys(_LEAVES, _COUNT)))
def test_nothing_is_told_within_what_is_hidden_and_nobody_is_always_told(
    leaves: dict[Place, int],
) -> None:
    """Nought is nobody; in a hidden place there is nothing else to read."""
    counts = summed(leaves)
    hidden = hide_small_within(counts, SMALLEST)
    for place, count in counts.items():
        if not count:
            assert place not in hidden
        elif place[:-1] in hidden:
            assert place in hidden


def test_a_cluster_gives_its_one_small_school_away_and_so_another_is_hidden_in_it() -> None:
    """A small school elsewhere would not cover it: who is told the cluster subtracts."""
    counts = summed(
        {
            ("north", "alder", "ash"): 2,
            ("north", "alder", "bay"): 9,
            ("north", "alder", "cob"): 7,
            ("south", "cedar", "elm"): 1,
            ("south", "cedar", "fen"): 8,
        }
    )
    hidden = hide_small_within(counts, SMALLEST)
    assert codes_hidden(hidden, 3) == {"ash", "cob", "elm", "fen"}
    assert codes_hidden(hidden, 2) == codes_hidden(hidden, 1) == frozenset()


def test_a_school_that_went_over_to_another_cluster_is_told_in_neither() -> None:
    """What it comes to as a whole would tell what is hidden in one of the two."""
    counts = summed({("north", "alder", "ash"): 9, ("north", "alder", "bay"): 9})
    counts |= summed({("south", "cedar", "ash"): 4, ("south", "cedar", "elm"): 8})
    hidden = hide_small_within(counts, SMALLEST)
    assert codes_hidden(hidden, 3) == {"ash"}


def test_where_there_is_nothing_else_to_hide_what_is_small_is_hidden_alone() -> None:
    """A county may count a request of two schools once and each of them too."""
    counts = {("north",): 9, ("north", "alder"): 2}
    assert hide_small_within(counts, SMALLEST) == {("north", "alder")}
    assert hide_small_within({}, SMALLEST) == frozenset()
    assert hide_small_within({("north",): 2}, SMALLEST) == {(), ("north",)}
