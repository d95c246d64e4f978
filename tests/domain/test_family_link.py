"""A family's link: open for its time and its tries, and closed by whoever may."""

from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import ValidationError

from domain.family_link import FamilyFact, FamilyLinkState, MakingFamilyLink, state_of
from domain.policy.telling import Letters

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


@pytest.mark.parametrize(
    ("ends_at", "wrong", "ended", "state"),
    [
        (LATER, 0, 0, FamilyLinkState.OPEN),
        (LATER, 4, 0, FamilyLinkState.OPEN),
        (LATER, 5, 0, FamilyLinkState.SPENT),
        (NOW, 0, 0, FamilyLinkState.OVER),
        (NOW, 5, 1, FamilyLinkState.ENDED),
    ],
)
def test_a_link_stands_as_its_time_tries_and_people_say(
    ends_at: datetime, wrong: int, ended: int, state: FamilyLinkState
) -> None:
    """It is over at the instant it says, spent at the last try, and closed before all else."""
    assert state_of(NOW, ends_at, wrong, 5, is_ended=bool(ended)) is state


@pytest.mark.parametrize("days", [0, 181, -1])
def test_a_link_lasts_a_day_to_half_a_year(days: int) -> None:
    """Nobody makes one for ever, or for no time."""
    with pytest.raises(ValidationError):
        MakingFamilyLink(days=days)


def test_policy_says_how_long_and_how_few_where_nobody_else_does() -> None:
    """A letters policy of before this was thought of has values that a council can change."""
    assert Letters.model_fields["family_link_days"].default == 60
    assert Letters.model_fields["family_link_tries"].default == 5
    assert MakingFamilyLink().days is None
    assert FamilyFact(token="x", born_on=date(2017, 5, 4)).born_on.year == 2017
