"""The pages' words: every code that a page may show has some, and days read as they are meant."""

from datetime import UTC, date, datetime
from enum import StrEnum

import pytest
from pydantic import ValidationError

from activities.settings import Settings
from api.pages import words
from domain.family_link import FamilyLinkState
from domain.moderation import Recommendation
from domain.needs import AreaOfNeed
from domain.people import Role
from domain.policy.load import KINDS
from domain.request import RequestKind, SenStatus
from domain.stages import ActKind, Ending, Stage
from domain.waiting import Waits


@pytest.mark.parametrize(
    ("codes", "table"),
    [
        (RequestKind, words.KINDS),
        (Stage, words.STAGES),
        (Stage, words.NEXT),
        (Ending, words.ENDINGS),
        (ActKind, words.DONE),
        (Waits, words.WAITS),
        (Role, words.ROLES),
        (AreaOfNeed, words.NEEDS),
        (SenStatus, words.STATUSES),
        (FamilyLinkState, words.LINK_STATES),
        (Recommendation, words.RECOMMENDED),
    ],
)
def test_every_code_has_its_words(codes: type[StrEnum], table: dict[StrEnum, str]) -> None:
    """Whoever adds a code is told to say what it is called."""
    assert set(table) == set(codes)
    assert len(set(table.values())) == len(table) or table is words.NEXT


def test_every_kind_of_policy_has_its_title() -> None:
    """Whoever adds a kind of policy is told to give it one."""
    assert set(words.POLICIES) == set(KINDS)


@pytest.mark.promise(12)
def test_a_deadline_at_midnight_is_the_day_that_ends_there() -> None:
    """The instant that ends Monday is shown as Monday, in winter and in summer."""
    for instant, shown in (
        (datetime(2026, 11, 10, tzinfo=UTC), "Monday 9 November 2026"),
        (datetime(2026, 6, 8, 23, tzinfo=UTC), "Monday 8 June 2026"),
        (datetime(2026, 6, 8, 22, 59, tzinfo=UTC), "Monday 8 June 2026"),
        (datetime(2026, 6, 8, 0, 0, tzinfo=UTC), "Monday 8 June 2026"),
    ):
        assert words.weekday(instant) == shown
    assert words.instant(datetime(2026, 6, 8, 11, 5, tzinfo=UTC)) == "8 June 2026, 12:05pm"
    assert words.instant(datetime(2026, 12, 8, 0, 5, tzinfo=UTC)) == "8 December 2026, 12:05am"
    assert words.day(date(2026, 10, 5)) == "5 October 2026"


@pytest.mark.parametrize(
    "wrong",
    [
        {"council_colour": "#ffdd00"},
        {"council_colour": "red"},
        {"site_url": "http://pages.example"},
        {"site_url": "https://pages.example/path"},
        {"council_name": ""},
    ],
    ids=str,
)
def test_a_house_that_nobody_could_read_or_trust_is_refused(wrong: dict[str, str]) -> None:
    """White on yellow, or a session's cookie in the open, is told at the start."""
    with pytest.raises(ValidationError):
        Settings(database_url="", **wrong)  # type: ignore[arg-type]
