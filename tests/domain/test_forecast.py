"""What a year will come to, beside its budget, and a shortfall said early."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.forecast import (
    Direction,
    EndingAward,
    Forecast,
    Likely,
    PotPosition,
    RequestInHand,
    forecast,
    shortfalls,
    variance_of,
)
from tests.domain.demo_county import finance

MILLION = 1_000_000_00


def position(pot: str, budget: int, paid: int = 0, committed: int = 0) -> PotPosition:
    """A pot's year as the ledger has it."""
    return PotPosition(pot=pot, budget_pence=budget, paid_pence=paid, committed_pence=committed)


def asked(pence: int, tier: str | None = None, from_on: date = date(2026, 9, 1)) -> RequestInHand:
    """A request in hand of the alder cluster, for a school year."""
    return RequestInHand(
        pot="cluster:alder",
        annual_pence=pence,
        from_on=from_on,
        until_on=date(2027, 9, 1),
        tier=tier,
    )


def test_the_published_variance_of_kent_is_met() -> None:
    """T4 of DOMAIN.md: budget 342.7 million, forecast 389.0, variance 46.3 adverse."""
    whole = position("high_needs_block", 3427 * MILLION // 10, 200 * MILLION, 189 * MILLION)
    (found,) = forecast(2024, [whole], Likely(), finance()).pots
    assert found.forecast_pence == 389 * MILLION
    assert found.variance.pence == 463 * MILLION // 10
    assert found.variance.direction is Direction.ADVERSE
    assert str(found.variance) == "£46,300,000.00 adverse"


def test_less_than_the_budget_is_favourable_and_the_same_is_on_it() -> None:
    """A variance has a size and a direction, never a sign."""
    assert str(variance_of(500, 400)) == "£1.00 favourable"
    assert str(variance_of(500, 500)) == "on budget"
    assert variance_of(500, 500).direction is Direction.NONE


def test_a_request_in_hand_counts_its_days_of_the_year() -> None:
    """From September to March: 212 of 365 days of the academic year, and none of the next year."""
    likely = Likely(in_hand=(asked(365_000),))
    found = forecast(2026, [position("cluster:alder", 400_000)], likely, finance())
    assert found.pots[0].in_hand_pence == 212_000
    assert forecast(2028, [], likely, finance()).pots[0].in_hand_pence == 0


def test_a_tier_counts_less_only_when_the_policy_says_so() -> None:
    """Half of an exceptional request is forecast where a council weighs it so; others whole."""
    weighed = finance(in_hand_weights={"exceptional": "0.5"})
    likely = Likely(in_hand=(asked(365_000, "exceptional"), asked(365_000, "predictable")))
    found = forecast(2026, [], likely, weighed)
    assert found.pots[0].in_hand_pence == 106_000 + 212_000
    assert forecast(2026, [], likely, finance()).pots[0].in_hand_pence == 424_000


def test_an_ending_award_is_carried_on_by_the_renewal_weight() -> None:
    """By the demo policy half of what it would cost from January to March is likely."""
    ending = EndingAward(pot="cluster:alder", annual_pence=365_000, until_on=date(2027, 1, 1))
    likely = Likely(ending=(ending,))
    assert forecast(2026, [], likely, finance()).pots[0].renewals_pence == 45_000
    none = finance(renewal_weight="0")
    assert forecast(2026, [], likely, none).pots[0].renewals_pence == 0


def test_a_shortfall_is_said_early_with_what_makes_it() -> None:
    """At 95 % of the budget it is near, beyond it short; parts stand in order of size."""
    found = forecast(
        2026,
        [
            position("cluster:alder", 400_000, 50_000, 200_000),
            position("cluster:beech", 100_000, 96_000),
            position("cluster:cedar", 100_000, 95_000),
        ],
        Likely(in_hand=(asked(365_000),)),
        finance(),
    )
    ahead = shortfalls(found, finance())
    assert [each.pot for each in ahead] == ["cluster:alder", "all", "cluster:beech"]
    assert ahead[0].short_pence == 62_000
    assert ahead[0].used_share == Decimal("1.155")
    assert ahead[0].made_of == (("in_hand", 212_000), ("committed", 200_000), ("paid", 50_000))
    assert (ahead[2].short_pence, ahead[2].used_share) == (0, Decimal("0.960"))


def test_what_nobody_delegated_does_not_cover_the_pots() -> None:
    """The rest of the block is no locality's budget: the whole is as short as its pots are."""
    block = position("high_needs_block", 100 * MILLION)
    short = position("cluster:alder", 100_000, 150_000)
    found = forecast(2026, [block, short], Likely(), finance())
    assert [each.pot for each in found.pots] == ["cluster:alder", "high_needs_block"]
    assert str(found.total.variance) == "£500.00 adverse"
    assert [each.pot for each in shortfalls(found, finance())] == ["all", "cluster:alder"]


def test_a_recorded_overspend_is_no_shortfall() -> None:
    """It stands below nought for what other pots were filled with, and nothing makes it."""
    overspent = position("deficit", -100_000)
    filled = position("cluster:alder", 300_000, 100_000)
    found = forecast(2026, [overspent, filled], Likely(), finance())
    assert found.total.budget_pence == 200_000
    assert shortfalls(found, finance()) == ()


def test_what_has_no_budget_is_short_of_all_of_it() -> None:
    """A pot that nothing was given to, and something is asked of."""
    found = forecast(2026, [], Likely(in_hand=(asked(365_000),)), finance())
    (whole, alder) = shortfalls(found, finance())
    assert (whole.pot, alder.pot, alder.short_pence) == ("all", "cluster:alder", 212_000)
    assert alder.used_share is None


positions = st.lists(
    st.tuples(
        st.sampled_from(["cluster:a", "cluster:b", "exceptional"]), *[st.integers(0, 10**9)] * 3
    ),
    unique_by=lambda row: row[0],
).map(lambda found: [position(*row) for row in found])


@pytest.mark.promise(10)
@given(positions)
def test_the_whole_is_the_sum_of_its_pots(found: list[PotPosition]) -> None:
    """Budget, forecast and what makes it add up; no pot that is short goes unsaid."""
    whole: Forecast = forecast(2026, found, Likely(), finance())
    assert whole.total.budget_pence == sum(each.budget_pence for each in found)
    assert whole.total.forecast_pence == sum(each.forecast_pence for each in whole.pots)
    short = {each.pot for each in whole.pots if each.variance.direction is Direction.ADVERSE}
    assert short <= {each.pot for each in shortfalls(whole, finance())}
