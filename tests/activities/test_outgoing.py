"""The outbox emptied: sent once, tried again while it is worth it, and kept with the reason."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from activities.outgoing import Outgoing, outgoing_of
from activities.settings import Settings
from activities.store.outbox import is_written_to
from activities.store.session import transaction
from domain.moderation import Recommendation
from domain.people import Interest
from domain.reminding import ReminderStep
from domain.wordings import Wording, current
from tests.activities.by_hand import ByHand
from tests.activities.fake_notify import API_KEY, FakeNotify, fake_notify
from tests.activities.reminded import at, looks, with_rules
from tests.activities.small_county import PLANTED, named, request
from tests.activities.test_reminding import SIGN, back, deadline
from tests.activities.world import World

TEMPLATES = {
    ReminderStep.TURN: "t-turn",
    ReminderStep.BEFORE: "t-before",
    ReminderStep.AFTER: "t-after",
}


@pytest.fixture
def notify() -> Iterator[FakeNotify]:
    """GOV.UK Notify on loopback."""
    with fake_notify() as fake:
        yield fake


def out(world: World, database: Settings, notify: FakeNotify, **changed: Any) -> Outgoing:
    """What empties the outbox towards the fake."""
    said = {"notify_url": notify.url, "notify_api_key": API_KEY, "notify_templates": TEMPLATES}
    chosen = database.model_copy(update={**said, "site_url": "https://here.example", **changed})
    found = outgoing_of(chosen, world.engine, world.clock)
    assert found is not None
    return found


def reaches(world: World, *subjects: str) -> None:
    """Somebody has an address from the county's first day on."""
    with transaction(world.engine) as session:
        for each in subjects:
            is_written_to(session, named(each), f"{each}@here.example", world.clock.now().date())


def turn(world: World, hand: ByHand) -> UUID:
    """The school is asked by the panel, and it is in the outbox."""
    with_rules(world, turns=("answer_panel", "declare_interest"))
    looks(world)
    request_id = hand.recommended(request(), recommendation=Recommendation.MORE_INFORMATION)
    looks(world)
    return request_id


def states(world: World) -> dict[UUID, tuple[bool, str | None, int]]:
    """Of each person's message: whether it was sent, why not, and how often it was tried."""
    sql = "SELECT person_id, sent_at IS NOT NULL AS sent, failure, attempts FROM message"
    return {row.person_id: (row.sent, row.failure, row.attempts) for row in world.rows(sql)}


@pytest.mark.promise(4)
def test_a_message_is_sent_once_to_whoever_has_an_address(
    world: World, hand: ByHand, small_county: Settings, notify: FakeNotify
) -> None:
    """By its step's template and under its own id; who has no address keeps it to be read."""
    request_id = turn(world, hand)
    reaches(world, "senco.ashdown")
    going = out(world, small_county, notify)
    assert going.empty() == 1
    assert going.empty() == 0
    (taken,) = notify.taken
    (row,) = world.rows("SELECT * FROM message WHERE sent_at IS NOT NULL")
    assert (taken["email_address"], taken["template_id"]) == (
        "senco.ashdown@here.example",
        "t-turn",
    )
    assert (taken["reference"], row.sent_as) == (str(row.id), "sent-1")
    assert row.wording == current(Wording.MESSAGE)
    assert f"https://here.example/requests/{request_id}" in taken["personalisation"]["body"]
    assert taken["personalisation"]["subject"].startswith("LOC-2026-")
    assert notify.tokens[0]["iat"] == int(world.clock.now().timestamp())
    assert states(world)[named("head.ashdown")] == (False, None, 0)


@pytest.mark.promise(8)
def test_what_leaves_names_no_child(
    world: World, hand: ByHand, small_county: Settings, notify: FakeNotify
) -> None:
    """No planted name and nobody's words are in anything that Notify is sent."""
    turn(world, hand)
    reaches(world, "senco.ashdown", "head.ashdown")
    assert out(world, small_county, notify).empty() == 2
    assert PLANTED not in str(notify.taken)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_may_succeed_later_is_tried_again_after_a_pause(
    world: World, hand: ByHand, small_county: Settings, notify: FakeNotify, status: int
) -> None:
    """Twice as long after each try; the reason is kept until it has gone."""
    turn(world, hand)
    reaches(world, "senco.ashdown")
    going = out(world, small_county, notify)
    notify.answers.extend([status, status])
    going.empty()
    assert states(world)[named("senco.ashdown")] == (False, f"status_{status}", 1)
    for pause, tries in ((59, 1), (2, 2), (60, 2), (70, 3)):
        world.clock.move_on(timedelta(seconds=pause))
        going.empty()
        assert states(world)[named("senco.ashdown")][2] == tries
    assert states(world)[named("senco.ashdown")] == (True, None, 3)
    assert len(notify.taken) == 1


def test_what_can_never_succeed_is_given_up_with_its_reason(
    world: World, hand: ByHand, small_county: Settings, notify: FakeNotify
) -> None:
    """An address that is not taken is not tried again."""
    turn(world, hand)
    reaches(world, "senco.ashdown", "head.ashdown")
    notify.answers.append(400)
    assert out(world, small_county, notify).empty() == 2
    assert sorted(str(found) for found in states(world).values()) == [
        "(False, 'status_400', 1)",
        "(True, None, 1)",
    ]


def test_a_key_that_is_being_changed_loses_no_message(
    world: World, hand: ByHand, small_county: Settings, notify: FakeNotify
) -> None:
    """A key that is not ours any more is mended by somebody, and what waited goes out then."""
    turn(world, hand)
    reaches(world, "senco.ashdown")
    other_key = API_KEY[:-1] + "f"
    assert out(world, small_county, notify, notify_api_key=other_key).empty() == 1
    assert states(world)[named("senco.ashdown")] == (False, "status_403", 1)
    world.clock.move_on(timedelta(minutes=2))
    assert out(world, small_county, notify).empty() == 1
    assert states(world)[named("senco.ashdown")] == (True, None, 2)


@pytest.mark.promise(4)
@pytest.mark.parametrize("says", [b"", b"<p>Created</p>", b"[]", b"{}"])
def test_what_was_taken_is_not_sent_again_whatever_is_answered(
    world: World, hand: ByHand, small_county: Settings, notify: FakeNotify, says: bytes
) -> None:
    """An answer that cannot be read says that it was taken all the same; it has our own id then."""
    turn(world, hand)
    reaches(world, "senco.ashdown")
    notify.says = says
    going = out(world, small_county, notify)
    assert (going.empty(), going.empty()) == (1, 0)
    assert len(notify.taken) == 1
    assert world.one("SELECT count(*) FROM message WHERE sent_as = id::text") == 1


def test_what_is_late_no_more_is_told_to_nobody_else(
    world: World, hand: ByHand, small_county: Settings, notify: FakeNotify
) -> None:
    """Whoever was to hear that a decision is late hears nothing once it has been made."""
    with_rules(world, SIGN)
    request_id = hand.recommended(request(number=1))
    looks(world, at(back(deadline(world, request_id), 1)))
    reaches(world, "director")
    waits = "SELECT count(*) FROM message WHERE step = 'escalated' AND ended_at IS NULL"
    assert world.one(waits) == 1
    world.authorises("head-of-sen", request_id)
    hand.goes_on()
    going = out(world, small_county, notify, notify_templates={ReminderStep.ESCALATED: "t-late"})
    assert going.empty() == 1
    assert (world.one(waits), notify.taken) == (0, [])


def test_what_is_still_late_is_told(
    world: World, hand: ByHand, small_county: Settings, notify: FakeNotify
) -> None:
    """While it waits for one of those who were to act."""
    with_rules(world, SIGN)
    request_id = hand.recommended(request(number=1))
    looks(world, at(back(deadline(world, request_id), 1)))
    reaches(world, "director")
    going = out(world, small_county, notify, notify_templates={ReminderStep.ESCALATED: "t-late"})
    assert going.empty() == 1
    assert "is late" in notify.taken[0]["personalisation"]["body"]


def test_a_service_that_is_away_is_waited_for_and_then_given_up(
    world: World, hand: ByHand, small_county: Settings, notify: FakeNotify
) -> None:
    """For days, and then no more: it stays to be read, with the reason."""
    turn(world, hand)
    reaches(world, "senco.ashdown")
    going = out(world, small_county, notify, notify_url="http://127.0.0.1:9")
    for _ in range(25):
        going.empty()
        world.clock.move_on(timedelta(hours=4))
    sent, failure, attempts = states(world)[named("senco.ashdown")]
    assert (sent, failure, attempts) == (False, "away_connecterror", 20)
    assert world.one("SELECT count(*) FROM message WHERE ended_at IS NOT NULL") == 1


@pytest.mark.promise(7)
def test_what_has_been_done_meanwhile_is_not_sent(
    world: World, hand: ByHand, small_county: Settings, notify: FakeNotify
) -> None:
    """Who has declared, or answered, gets no message that asks for it."""
    with_rules(world, turns=("declare_interest", "vote"))
    looks(world)
    request_id = hand.listed(request())
    looks(world)
    reaches(world, "head.dell", "head.elm")
    world.declares("head.dell", world.item_of(request_id), Interest.NONE)
    assert out(world, small_county, notify, notify_templates={ReminderStep.TURN: "t"}).empty() == 2
    assert [each["email_address"] for each in notify.taken] == ["head.elm@here.example"]
    assert states(world)[named("head.dell")] == (False, "done", 0)


def test_a_worker_killed_between_sending_and_marking_sends_again_under_the_same_id(
    world: World, hand: ByHand, small_county: Settings, notify: FakeNotify
) -> None:
    """At least once: Notify's list shows both under one reference."""
    turn(world, hand)
    reaches(world, "senco.ashdown")
    going = out(world, small_county, notify)
    going._keep = _killed  # type: ignore[assignment,method-assign]  # noqa: SLF001
    with pytest.raises(KeyboardInterrupt):
        going.empty()
    assert states(world)[named("senco.ashdown")] == (False, None, 0)
    assert out(world, small_county, notify).empty() == 1
    assert len({each["reference"] for each in notify.taken}) == 1
    assert len(notify.taken) == 2


def test_nothing_is_sent_by_two_workers_at_once(
    world: World, hand: ByHand, small_county: Settings, notify: FakeNotify
) -> None:
    """A message in one worker's hands is passed over by another."""
    turn(world, hand)
    reaches(world, "senco.ashdown")
    with transaction(world.engine) as session:
        session.connection().exec_driver_sql("SELECT id FROM message FOR UPDATE")
        assert out(world, small_county, notify).empty() == 0
    assert out(world, small_county, notify).empty() == 1


def test_without_an_address_and_a_key_nothing_is_sent(world: World, database: Settings) -> None:
    """A council that has not set Notify up reads its messages."""
    assert outgoing_of(database, world.engine, world.clock) is None
    half = database.model_copy(update={"notify_url": "http://127.0.0.1:9"})
    assert outgoing_of(half, world.engine, world.clock) is None


def _killed(*_given: object) -> None:
    raise KeyboardInterrupt
