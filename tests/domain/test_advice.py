"""What a panel advises: every fault at once, and shares that add up exactly to the whole."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.advice import (
    AdvisedCase,
    Advising,
    ServiceWanted,
    Share,
    SharedIn,
    SharingOut,
    faults_of_advice,
)
from domain.request import RequestContent, RequestKind
from tests.activities.small_county import asked, request

ON = date(2026, 10, 26)
SOON = ON + timedelta(days=30)


def case(content: RequestContent, annual_pence: int | None = 1_000_00) -> AdvisedCase:
    """A request as it was placed, in a county of two services and three schools."""
    return AdvisedCase(
        on=ON,
        content=content,
        school="ashdown",
        annual_pence=annual_pence,
        services=frozenset({"speech", "behaviour"}),
        schools=frozenset({"ashdown", "brook", "crane"}),
    )


def shared(whole: int, shared_in: SharedIn = SharedIn.PENCE, **shares: int) -> SharingOut:
    """Shares by school."""
    named = tuple(Share(school=school, share=share) for school, share in shares.items())
    return SharingOut(shared_in=shared_in, whole=whole, shares=named)


def codes(said: Advising, of: AdvisedCase) -> list[tuple[str, str]]:
    """The codes of all faults, each with its field."""
    return [(fault.code, fault.field) for fault in faults_of_advice(said, of)]


PROJECT = request(RequestKind.PROJECT)
GROUP = request(RequestKind.GROUP, pupils=(asked("ashdown", 0), asked("brook", 0)))
OWED = request(RequestKind.GROUP, pupils=(asked("ashdown", 5), asked("brook", 0)))


def test_sound_advice_has_no_faults() -> None:
    """Advice, services, conditions, a review and shares that add up are taken."""
    said = Advising(
        advice="Keep the same adult.",
        services=(
            ServiceWanted(service="speech", asks="Show the team how", by_on=SOON),
            ServiceWanted(service="speech", asks="Look again", by_on=SOON),
        ),
        conditions=("The family is told every fortnight.",),
        review_on=SOON,
        sharing=shared(1_000_00, ashdown=600_00, crane=400_00),
    )
    assert codes(said, case(PROJECT)) == []
    to_officer = Advising(to_sen_officer="No mainstream class is small enough.")
    assert codes(to_officer, case(GROUP)) == []


@pytest.mark.promise(13)
def test_every_fault_of_advice_is_told_at_once() -> None:
    """A service nobody has, days that have passed, and shares between wrong schools."""
    said = Advising(
        services=(
            ServiceWanted(service="speech", asks="Show the team how", by_on=ON),
            ServiceWanted(service="nobody", asks="Something", by_on=ON + timedelta(days=400)),
            ServiceWanted(service="speech", asks="Show the team how", by_on=SOON),
        ),
        review_on=ON,
        to_sen_officer="No school here.",
        sharing=SharingOut(
            shared_in=SharedIn.PENCE,
            whole=900_00,
            shares=(
                Share(school="ashdown", share=100_00),
                Share(school="ashdown", share=100_00),
                Share(school="nowhere", share=100_00),
            ),
        ),
    )
    assert codes(said, case(PROJECT)) == [
        ("not_a_day_ahead", "review_on"),
        ("no_pupil", "to_sen_officer"),
        ("shared_too_early", "sharing"),
        ("not_a_day_ahead", "services.0.by_on"),
        ("service_unknown", "services.1.service"),
        ("not_a_day_ahead", "services.1.by_on"),
        ("asked_twice", "services.2"),
        ("school_named_twice", "sharing.shares.0.school"),
        ("school_named_twice", "sharing.shares.1.school"),
        ("school_unknown", "sharing.shares.2.school"),
        ("shares_do_not_add_up", "sharing.shares"),
        ("not_the_whole", "sharing.whole"),
    ]


def test_advice_that_says_nothing_is_no_advice() -> None:
    """An empty form is sent back."""
    assert codes(Advising(), case(PROJECT)) == [("advice_empty", "advice")]


@pytest.mark.parametrize(
    ("content", "annual_pence", "sharing", "found"),
    [
        (request(), 1_000_00, shared(5, SharedIn.PARTS, ashdown=5), ["not_shared_out"]),
        (GROUP, 1_000_00, shared(5, SharedIn.PARTS, ashdown=3, crane=2), ["school_without_pupil"]),
        (
            PROJECT,
            1_000_00,
            shared(5, SharedIn.PARTS, ashdown=3, crane=1),
            ["shares_do_not_add_up"],
        ),
        (PROJECT, 0, shared(5, SharedIn.PARTS, ashdown=3, crane=2), ["nothing_to_share"]),
        (PROJECT, None, shared(5, SharedIn.PARTS, ashdown=3, crane=2), []),
        (PROJECT, None, shared(500, ashdown=300, crane=200), ["not_the_whole"]),
        (OWED, 9_000_00, shared(9_000_00, ashdown=1_000_00, brook=8_000_00), ["owed_by_plan"]),
        (OWED, 9_000_00, shared(9_000_00, brook=9_000_00), ["owed_by_plan"]),
        (OWED, 9_000_00, shared(9_000_00, ashdown=8_000_00, brook=1_000_00), []),
        (OWED, 9_000_00, shared(2, SharedIn.PARTS, ashdown=1, brook=1), []),
    ],
)
def test_what_cannot_be_shared_like_this_is_told(
    content: RequestContent, annual_pence: int | None, sharing: SharingOut, found: list[str]
) -> None:
    """Whom it may be shared between, what there is to share, and what plans set out."""
    told = codes(Advising(sharing=sharing), case(content, annual_pence))
    assert [code for code, _ in told] == found


def test_shares_in_pence_stand_for_their_amount_and_scale_to_another() -> None:
    """The named pence are given as they are; another amount is shared in the same proportion."""
    sharing = shared(900_00, crane=600_00, ashdown=300_00)
    assert sharing.between(900_00, PROJECT) == {"ashdown": 300_00, "crane": 600_00}
    assert sharing.between(300_01, PROJECT) == {"ashdown": 100_00, "crane": 200_01}


@pytest.mark.promise(10)
def test_shares_in_parts_are_of_what_is_left_above_the_plans() -> None:
    """What a pupil's plan sets out goes to that pupil's school first, whatever the parts say."""
    sharing = shared(2, SharedIn.PARTS, ashdown=1, brook=1)
    assert sharing.between(9_000_00, OWED) == {"ashdown": 8_500_00, "brook": 500_00}


@given(
    annual_pence=st.integers(1, 10**9),
    parts=st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 1000), min_size=1),
    shared_in=st.sampled_from(SharedIn),
)
def test_shares_always_add_up_to_the_penny(
    annual_pence: int, parts: dict[str, int], shared_in: Any
) -> None:
    """Whatever the amount, no penny comes or goes."""
    sharing = shared(sum(parts.values()), shared_in, **parts)
    given_out = sharing.between(annual_pence, PROJECT)
    assert sum(given_out.values()) == annual_pence
    assert set(given_out) == set(parts)
