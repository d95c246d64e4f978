"""Which version governs a day, and that a request keeps the one it was pinned to."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.policy.in_force import in_force
from domain.policy.load import PolicyVersion
from domain.refusals import NoPolicyInForce
from tests.domain.policy.writing import NIL, tariff_text, version

FIRST = date(2026, 9, 1)
NEXT = date(2026, 10, 6)


def tariff_from(day: date, until: date | None = None, pounds: int = 0) -> PolicyVersion:
    """A tariff in force from a day."""
    text = tariff_text(NIL.replace("amount_pounds = 0", f"amount_pounds = {pounds}"))
    ends = f"\nin_force_until = {until}" if until else ""
    return version(text.replace("in_force_from = 2026-09-01", f"in_force_from = {day}{ends}"))


OLD, NEW = tariff_from(FIRST), tariff_from(NEXT, pounds=1)


@pytest.mark.promise(9)
@pytest.mark.parametrize(
    ("day", "expected"),
    [(FIRST, OLD), (date(2026, 10, 5), OLD), (NEXT, NEW), (date(2030, 1, 1), NEW)],
)
def test_the_latest_version_that_has_begun_governs(day: date, expected: PolicyVersion) -> None:
    """A new version governs from its first day and changes nothing about the day before."""
    assert in_force((NEW, OLD), "tariff", day) is expected


@pytest.mark.promise(9)
@given(st.integers(0, 3000))
def test_publishing_a_later_version_never_changes_an_earlier_day(after: int) -> None:
    """Whatever is published for later days, yesterday's cases keep yesterday's rules."""
    later = tariff_from(NEXT + timedelta(days=after), pounds=2)
    for days in (0, 10, 34):
        day = FIRST + timedelta(days=days)
        assert in_force((OLD, later), "tariff", day) is OLD


def refused_on(day: date, *versions: PolicyVersion, kind: str = "tariff") -> NoPolicyInForce:
    """The refusal for a day that no version governs."""
    with pytest.raises(NoPolicyInForce) as refused:
        in_force(versions, kind, day)
    return refused.value


@pytest.mark.promise(13)
def test_a_day_before_the_first_version_is_refused_with_what_would_help() -> None:
    """The refusal says which policy, which day, and who can mend it."""
    refusal = refused_on(date(2026, 8, 31), OLD)
    assert refusal.asked == "Find the tariff policy in force on 31 August 2026"
    assert refusal.in_the_way == "no version has begun by then"
    assert "policy officer" in refusal.help


def test_another_kind_of_policy_does_not_stand_in() -> None:
    """A tariff is no continuum."""
    assert refused_on(NEXT, OLD, kind="continuum").in_the_way == "no version has begun by then"


def test_a_version_that_ended_wakes_nothing() -> None:
    """After the end of the last version nothing governs, not even the version before it."""
    ended = tariff_from(NEXT, until=date(2026, 12, 1), pounds=1)
    assert in_force((OLD, ended), "tariff", date(2026, 11, 30)) is ended
    assert "none followed it" in refused_on(date(2026, 12, 1), OLD, ended).in_the_way


def test_two_versions_from_one_day_decide_nothing() -> None:
    """Two claims to a day are refused rather than chosen between."""
    other = tariff_from(FIRST, pounds=3)
    assert "2 versions begin" in refused_on(NEXT, OLD, other).in_the_way
