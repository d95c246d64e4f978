"""Outcomes by characteristic: who counts where, what is told of them, and what is hidden."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.equality import CharacteristicOutcomes, PupilsAlike, outcomes_by_characteristic
from domain.policy.equality import NOT_LISTED, NOT_RECORDED, Equality
from domain.policy.load import KINDS, PINNED, load_version, read_toml
from domain.suppression import TOTAL
from tests.conftest import ROOT

FILE = ROOT / "domain/policy/packs/demo/equality/2026-09-01.toml"
TEXT = FILE.read_text(encoding="utf-8")


def policy() -> Equality:
    """The demo county's equality policy."""
    found = load_version("equality", TEXT).document
    assert isinstance(found, Equality)
    return found


def pupils(
    count: int, pence: int, tier: str = "exceptional", sex: str | None = None
) -> list[PupilsAlike]:
    """So many pupils of one sex who were given the same after twenty days."""
    return [
        PupilsAlike(
            characteristic="sex",
            recorded=sex,
            tier=tier,
            pupils=count,
            annual_pence=pence * count,
            waited=count,
            waiting_days=20 * count,
        )
    ]


def by_sex(found: Iterable[PupilsAlike]) -> CharacteristicOutcomes:
    """Outcomes told apart by sex."""
    return outcomes_by_characteristic(tuple(found), policy())[0]


def test_it_is_a_kind_of_policy_that_no_request_is_pinned_to() -> None:
    """It decides no case, so no case has to have it (promise 9)."""
    assert KINDS["equality"] is Equality
    assert "equality" not in PINNED


def test_every_group_is_counted_and_those_not_recorded_are_a_group() -> None:
    """In the policy's order; a value that it does not list is a group of its own."""
    found = by_sex(
        [
            *pupils(6, 1_000, sex="female"),
            *pupils(7, 0, "targeted", sex="male"),
            *pupils(8, 2_000),
            *pupils(9, 0, "targeted", sex="unheard_of"),
        ]
    )
    assert [(each.group, each.pupils) for each in found.groups] == [
        ("female", 6),
        ("male", 7),
        (NOT_LISTED, 9),
        (NOT_RECORDED, 8),
    ]
    assert (found.total.group, found.total.pupils) == (TOTAL, 30)
    assert found.total.by_tier == {"exceptional": 14, "targeted": 16}


def test_outcomes_are_tier_award_mean_amount_and_waiting_days() -> None:
    """The mean amount is of those who were given something, to the nearest penny."""
    found = by_sex(
        [*pupils(5, 1_000, sex="female"), *pupils(6, 1_001, sex="female"), *pupils(5, 0)]
    )
    female, nobody_knows = found.groups
    assert (female.awarded, female.given_nothing, female.mean_annual_pence) == (11, 0, 1_001)
    assert (nobody_knows.awarded, nobody_knows.mean_annual_pence) == (0, None)
    assert (found.total.awarded, found.total.mean_annual_pence) == (11, 1_001)
    assert found.total.mean_waiting_days == 20
    assert by_sex([]).total.pupils == 0


def test_a_place_in_the_plan_is_no_award_and_not_nothing() -> None:
    """Whoever is given money besides is counted with the awards."""
    place = PupilsAlike(
        characteristic="sex",
        recorded=None,
        tier="predictable",
        pupils=5,
        annual_pence=0,
        has_place=True,
    )
    found = by_sex([place, *pupils(6, 1_000), *pupils(7, 0)]).total
    assert (found.awarded, found.given_place, found.given_nothing) == (6, 5, 7)


def test_what_nobody_waited_for_has_no_mean() -> None:
    """A modelled outcome has no day of decision."""
    one = PupilsAlike(characteristic="sex", recorded=None, tier="targeted", annual_pence=0)
    assert by_sex([one] * 9).total.mean_waiting_days is None


ones = st.builds(
    PupilsAlike,
    characteristic=st.just("sex"),
    recorded=st.sampled_from(["female", "male", "unheard_of", None]),
    tier=st.sampled_from(["exceptional", "targeted"]),
    annual_pence=st.sampled_from([0, 1, 2, 333_333]),
    has_place=st.booleans(),
    waited=st.just(1),
    waiting_days=st.integers(0, 90),
)


def alike(found: Iterable[PupilsAlike]) -> list[PupilsAlike]:
    """Pupils put together with those for whom alike was decided, as the store counts them."""
    together: dict[tuple[object, ...], PupilsAlike] = {}
    for one in found:
        key = (one.recorded, one.tier, one.has_place, one.annual_pence > 0)
        with_them = together.get(key)
        together[key] = one if with_them is None else _both(with_them, one)
    return list(together.values())


def _both(one: PupilsAlike, other: PupilsAlike) -> PupilsAlike:
    counted = ("pupils", "annual_pence", "waited", "waiting_days")
    sums = {name: getattr(one, name) + getattr(other, name) for name in counted}
    return one.model_copy(update=sums)


@given(st.lists(ones, max_size=60))
def test_pupils_counted_together_are_told_as_if_each_was_read_by_itself(
    each: list[PupilsAlike],
) -> None:
    """Means to the penny and the day, and what is hidden, are the same."""
    assert by_sex(alike(each)) == by_sex(each)


def test_small_numbers_are_hidden_with_whatever_would_give_them_away() -> None:
    """Promise 8: two pupils are in no count, no mean, and not to be had by subtraction."""
    found = by_sex(
        [
            *pupils(2, 9_000, sex="female"),
            *pupils(20, 0, "targeted", sex="female"),
            *pupils(30, 1_000, sex="male"),
            *pupils(30, 0, "targeted", sex="male"),
        ]
    )
    female, male = found.groups
    for each in (female, male):
        assert (each.awarded, each.given_nothing, each.mean_annual_pence) == (None, None, None)
        assert set(each.by_tier.values()) == {None}
    assert (female.pupils, male.pupils) == (22, 60)
    assert (found.total.awarded, found.total.given_nothing) == (32, 50)


def test_awards_that_hardly_anybody_was_given_are_not_told_apart() -> None:
    """Nor is anything of a year in which hardly anybody was decided."""
    few = by_sex([*pupils(2, 5_000, sex="female"), *pupils(30, 0, sex="male")])
    assert few.total.awarded is None
    assert few.total.mean_annual_pence is None
    none = by_sex(pupils(3, 5_000, sex="female"))
    told = [*none.groups, none.total]
    assert {value for each in told for value in each.model_dump(exclude={"by_tier"}).values()} == {
        *("female", "Female", TOTAL, "All"),
        None,
    }
    assert none.total.by_tier.keys() == {"(other)"}


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"smallest_shown": 2}, "greater than or equal to 3"),
        ({"characteristics": []}, "at least 1 item"),
        ({"characteristics": [0, 0]}, "sex is a characteristic twice"),
        ({"values": ["a", "a"]}, "sex has the value a twice"),
        ({"values": ["a", NOT_RECORDED]}, "sex may not have the value not_recorded"),
    ],
)
def test_a_policy_that_cannot_be_followed_does_not_load(changed: dict[str, Any], says: str) -> None:
    """Every characteristic and value once, and the smallest number hides a pair at least."""
    document = read_toml("equality", TEXT)[0]
    sex = document["characteristics"][0]
    if "values" in changed:
        sex["values"] = [{"code": each, "title": each} for each in changed["values"]]
    elif "characteristics" in changed:
        document["characteristics"] = [sex for _ in changed["characteristics"]]
    else:
        document |= changed
    with pytest.raises(ValidationError, match=says):
        Equality.model_validate(document, strict=False)
