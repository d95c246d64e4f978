"""What is due to be said, by whom it may be heard, and in which words."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from domain.checking import faults_of
from domain.message import Message, body, subject_line
from domain.people import Role
from domain.periods import SchoolDays, instant
from domain.policy.dates import Calendar
from domain.policy.load import KINDS, PINNED
from domain.policy.reminding import ReminderRule, Reminders
from domain.reminding import DueStep, ReminderStep, due_step, horizon, last_morning
from domain.waiting import BLIND, WAITING, Waits, is_of_council, is_of_panel, may_hear_of
from tests.domain.demo_county import PACK, document

LONDON = "Europe/London"
CALENDAR = Calendar.model_validate(document("calendar"), strict=False)
DAYS = SchoolDays(CALENDAR)
BY_AT = instant(date(2026, 10, 14), time(18), LONDON)
"""A Wednesday in term, at six in the evening."""


def policy(*rules: dict[str, Any], **changed: Any) -> Reminders:
    """The demo county's policy with other rules."""
    said = {**document("reminders"), "rules": rules, **changed}
    return Reminders.model_validate(said, strict=False)


def refusal(*rules: dict[str, Any], **changed: Any) -> str:
    """What a policy that cannot be followed is told."""
    with pytest.raises(ValidationError) as refused:
        policy(*rules, **changed)
    return str(refused.value)


def step(now: datetime, by_at: datetime = BY_AT, **rule: Any) -> DueStep | None:
    """What is due now of an answer that a panel waits for."""
    asked = ReminderRule(waits=Waits.ANSWER_PANEL, **rule)
    return due_step(asked, by_at, DAYS, policy(), now)


def morning(day: date) -> datetime:
    """When a school day's reminders are written."""
    return instant(day, time(8), LONDON)


def test_it_is_a_kind_of_policy_that_no_request_is_pinned_to() -> None:
    """Who is reminded when decides no case (promise 9)."""
    assert KINDS["reminders"] is Reminders
    assert "reminders" not in PINNED


def test_before_and_after_are_counted_in_school_days() -> None:
    """A weekend counts for nothing, and neither does half-term."""
    rule: dict[str, Any] = {"before_school_days": (5, 1), "after_school_days": 1}
    assert step(morning(date(2026, 10, 6)), **rule) is None
    first = DueStep(step=ReminderStep.BEFORE, due_at=morning(date(2026, 10, 7)))
    assert step(morning(date(2026, 10, 7)), **rule) == first
    assert step(morning(date(2026, 10, 12)), **rule) == first
    assert step(BY_AT - timedelta(seconds=1), **rule) == DueStep(
        step=ReminderStep.BEFORE, due_at=morning(date(2026, 10, 13))
    )
    assert step(BY_AT, **rule) is None
    late = DueStep(step=ReminderStep.AFTER, due_at=morning(date(2026, 10, 15)))
    assert step(morning(date(2026, 10, 15)), **rule) == late
    assert step(morning(date(2026, 12, 15)), **rule) == late


def test_a_deadline_at_midnight_is_the_end_of_the_day_before() -> None:
    """The morning of that day is none before, and the next school day is one after (promise 12)."""
    friday = date(2026, 10, 16)
    by_at = instant(date(2026, 10, 17), time(), LONDON)
    rule: dict[str, Any] = {"before_school_days": (0,), "after_school_days": 1}
    assert step(morning(friday), by_at, **rule) == DueStep(
        step=ReminderStep.BEFORE, due_at=morning(friday)
    )
    found = step(morning(date(2026, 10, 19)), by_at, **rule)
    assert found == DueStep(step=ReminderStep.AFTER, due_at=morning(date(2026, 10, 19)))


def test_none_before_is_the_school_day_before_a_deadline_out_of_school() -> None:
    """A deadline on a Sunday is reminded of on the Friday."""
    by_at = instant(date(2026, 10, 18), time(12), LONDON)
    found = step(by_at - timedelta(minutes=1), by_at, before_school_days=(0,))
    assert found is not None
    assert found.due_at == morning(date(2026, 10, 16))


@pytest.mark.promise(12)
def test_reminders_keep_their_hour_when_the_clocks_change() -> None:
    """Eight in the morning is eight by the county's clocks, before and after the change."""
    by_at = instant(date(2026, 11, 4), time(18), LONDON)
    found = step(by_at - timedelta(minutes=1), by_at, before_school_days=(5, 0))
    assert found is not None
    assert found.due_at == datetime(2026, 11, 4, 8, tzinfo=UTC)
    found = step(morning(date(2026, 10, 23)), by_at, before_school_days=(5, 0))
    assert found is not None
    assert found.due_at.hour == 7


def test_what_the_calendar_does_not_reach_is_not_guessed() -> None:
    """A deadline in ten years has no reminder, and no morning is found before the first term."""
    far = datetime(2036, 10, 1, 12, tzinfo=UTC)
    assert step(BY_AT, far, before_school_days=(0, 3)) is None
    assert last_morning(DAYS, policy(), datetime(2020, 1, 1, tzinfo=UTC)) is None
    assert last_morning(DAYS, policy(), far) is None


def test_a_day_is_looked_at_once_its_hour_has_come() -> None:
    """Before eight on a Monday the last one was Friday's."""
    monday = date(2026, 10, 12)
    early = morning(monday) - timedelta(minutes=1)
    assert last_morning(DAYS, policy(), early) == morning(date(2026, 10, 9))
    assert last_morning(DAYS, policy(), morning(monday)) == morning(monday)


def test_nothing_behind_the_horizon_is_reminded_of() -> None:
    """It lies behind the furthest of all rules; beyond the calendar everything is looked at."""
    now = morning(date(2026, 10, 7))
    rules = [
        {"waits": "answer_panel", "before_school_days": [5, 1]},
        {"waits": "vote", "before_school_days": [1]},
    ]
    assert horizon(DAYS, policy(*rules), now) == instant(date(2026, 10, 16), time(), LONDON)
    assert horizon(DAYS, policy(), now) == instant(date(2026, 10, 9), time(), LONDON)
    assert horizon(DAYS, policy(), datetime(2036, 1, 1, tzinfo=UTC)).year == 9999


def test_every_fault_of_the_rules_is_told_at_once() -> None:
    """Rules that could not be followed, or would say what nobody may hear."""
    said = refusal(
        {"waits": "sign", "before_school_days": [5, 5]},
        {"waits": "sign", "after_school_days": 1, "escalate_to": "head"},
        {"waits": "mend_request"},
        {"waits": "price", "before_school_days": [1], "escalate_to": "director"}
        | {"escalate_to": "council_officer"},
        {"waits": "answer_panel", "after_school_days": 1}
        | {"escalate_to": "head", "escalate_to_grade": "director"},
        turns=["answer_panel", "answer_panel"],
        send_at="08:00:00Z",
    )
    for fault in (
        "sign has two rules",
        "answer_panel is twice among the turns",
        "send_at is a local time",
        "sign is reminded of twice on one day",
        "sign may not be told to a head",
        "mend_request is neither reminded of before nor told of after",
        "price says who is told and not after how many school days",
        "answer_panel names a grade",
    ):
        assert fault in said, fault


def test_a_grade_that_is_told_is_one_of_the_scheme_of_delegation() -> None:
    """A pack whose reminders would reach nobody is told so, in their own file."""
    files = {
        f"{kind}/2026-09-01.toml": (PACK / kind / "2026-09-01.toml").read_text(encoding="utf-8")
        for kind in ("reminders", "authority")
    }
    assert list(faults_of(files)) == []
    name = "reminders/2026-09-01.toml"
    files[name] = files[name].replace('"head_of_sen"', '"king"', 1)
    (fault,) = faults_of(files)
    assert (fault.file, fault.says) == (name, "there is no grade king")


@pytest.mark.promise(7)
@pytest.mark.parametrize("waits", sorted(BLIND))
def test_a_vote_that_is_missing_is_told_to_nobody_else(waits: Waits) -> None:
    """No role may hear of it, and there is no step after the close."""
    assert may_hear_of(waits) == frozenset()
    for role in Role:
        rule = {"waits": waits, "after_school_days": 1, "escalate_to": role}
        said = refusal(rule)
        assert f"{waits} may not be told to" in said
        assert "has nobody to be told after" in said


def test_what_the_council_has_to_do_stays_with_the_council() -> None:
    """A school or a panel that heard that a price is missing would know how great the need is."""
    assert may_hear_of(Waits.PRICE) & {Role.HEAD, Role.PANEL_CHAIR} == frozenset()
    assert {Role.HEAD, Role.COUNCIL_OFFICER} <= may_hear_of(Waits.ANSWER_PANEL)
    assert {Role.PANEL_CHAIR, Role.COUNCIL_OFFICER} <= may_hear_of(Waits.DECLARE_INTEREST)
    assert is_of_panel(Waits.DECLARE_INTEREST)
    assert not is_of_panel(Waits.ANSWER_PANEL)
    assert is_of_council(Waits.PRICE)
    assert not is_of_council(Waits.ANSWER_PANEL)


def test_everything_that_waits_has_its_words_and_its_page() -> None:
    """Whatever a policy may name can be said, and leads somewhere."""
    assert set(WAITING) == set(Waits)
    for each in WAITING.values():
        assert each.says[0].islower()
        assert each.page.startswith("/")


def message(**changed: Any) -> Message:
    """A reminder of an answer that a panel waits for."""
    facts: dict[str, Any] = {
        "step": ReminderStep.BEFORE,
        "waits": Waits.ANSWER_PANEL,
        "reference": "LOC-2026-000001",
        "stage": "more_information",
        "acts_next": None,
        "place": "Ashdown Primary School",
        "by_at": BY_AT,
        "page": f"/requests/{UUID(int=1)}",
    }
    return Message(**{**facts, **changed})


def test_a_message_says_reference_stage_who_acts_next_by_when_and_where() -> None:
    """Read aloud it is plain English, and it ends with what not to write."""
    assert subject_line(message()) == (
        "LOC-2026-000001: please answer the panel by 6pm on Wednesday 14 October 2026"
    )
    assert body(message(), "https://here.example") == (
        "LOC-2026-000001 still waits for you."
        " Please answer the panel by 6pm on Wednesday 14 October 2026.\n\n"
        "Who acts next: you.\n\n"
        "Stage: the panel has a question.\n\n"
        "Place: Ashdown Primary School.\n\n"
        f"Sign in and go to https://here.example/requests/{UUID(int=1)}\n\n"
        "Locality writes no child's name in a message."
        " Please write none in an answer to it.\n"
    )


def test_each_step_has_its_own_words() -> None:
    """A turn, a deadline that has passed, somebody else's, and a decision."""
    turn = body(message(step=ReminderStep.TURN, by_at=None, place=None))
    assert turn.startswith("LOC-2026-000001 is now with you. Please answer the panel.\n")
    late = message(step=ReminderStep.AFTER)
    assert subject_line(late).startswith("LOC-2026-000001: late, please answer the panel by 6pm")
    assert "is late. Please answer the panel: it was due by 6pm on" in body(late)
    of_others = message(step=ReminderStep.ESCALATED, acts_next=Role.SENCO)
    assert subject_line(of_others).startswith(
        "LOC-2026-000001: late, the SENCO of Ashdown Primary School was to answer the panel by 6pm"
    )
    assert "You may have to help." in body(of_others)
    assert "Place:" not in body(of_others)
    nobody_named = message(step=ReminderStep.ESCALATED, place=None)
    assert "the council officer was to" in subject_line(nobody_named)
    decided = message(step=ReminderStep.DECIDED, waits=None, by_at=None, stage="decided")
    assert subject_line(decided) == "LOC-2026-000001: decided"
    assert body(decided).startswith("LOC-2026-000001 is decided. The decision and its letter")
    answered = message(step=ReminderStep.DECIDED, waits=None, by_at=None, stage="answered")
    assert subject_line(answered) == "LOC-2026-000001: the challenge is answered"
    assert body(answered).startswith(
        "The challenge to the decision on LOC-2026-000001 is answered. The answer is on its page."
    )


def test_a_message_without_a_reference_goes_by_its_place() -> None:
    """A whole agenda is one message; what has neither goes by Locality's own name."""
    agenda = message(waits=Waits.DECLARE_INTEREST, reference=None, place="Alder Cluster")
    assert subject_line(agenda).startswith("Alder Cluster: please declare your interests, or none")
    assert body(agenda).startswith("This still waits for you.")
    assert subject_line(message(reference=None, place=None)).startswith("Locality: please")


def test_midnight_is_said_as_the_end_of_a_day() -> None:
    """Nobody is told to do anything by 12am."""
    midnight = message(by_at=instant(date(2026, 10, 17), time(), LONDON))
    assert subject_line(midnight).endswith("by the end of Friday 16 October 2026")
