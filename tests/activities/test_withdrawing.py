"""Versions of policy are withdrawn while nothing was decided by them, and stay on record."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from activities.store import reading, recording
from activities.store.published import publish
from activities.store.session import transaction
from domain.policy.load import PINNED, PackFaulty, load_version
from domain.publication import ALSO_BY_DAY, PublicationStage
from domain.refusals import NotAtThisStage, NotValid, RoleNeeded, Unknown
from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.publishing_world import SECOND_DAY, PolicyWorld, second_tariff
from tests.activities.small_county import policy_files, request
from tests.activities.world import World

FIRST_DAY = date(2026, 9, 1)
ANOTHER_DAY = date(2027, 4, 1)


@pytest.fixture
def policy(world: World) -> PolicyWorld:
    """The small county's policy desk."""
    return PolicyWorld(world)


def tariffs(world: World) -> list[tuple[date, date | None, bool]]:
    """Every tariff: from when until when, and whether it is withdrawn."""
    rows = world.rows(
        "SELECT in_force_from, in_force_until, withdrawn_at FROM policy_version"
        " WHERE kind = 'tariff' ORDER BY in_force_from"
    )
    return [(r.in_force_from, r.in_force_until, r.withdrawn_at is not None) for r in rows]


def on(
    world: World, day: date, known_at: datetime | None = None, who: str = "policy.1"
) -> list[reading.VersionView]:
    """Which tariff governs a day, as known at an instant."""
    with transaction(world.engine) as session:
        caller = world.caller(session, who)
        return list(reading.policy_versions(session, caller, "tariff", day, known_at))


def test_what_is_withdrawn_leaves_the_one_before_in_force(policy: PolicyWorld) -> None:
    """The version before is open again; a later one still bounds it; the draft says so."""
    second = policy.publishes(second_tariff())
    third = policy.publishes(second_tariff(ANOTHER_DAY))
    assert policy.withdraws(policy.version(second)).done
    assert tariffs(policy.world) == [
        (FIRST_DAY, ANOTHER_DAY, False),
        (SECOND_DAY, ANOTHER_DAY, True),
        (ANOTHER_DAY, None, False),
    ]
    assert policy.sees(second).stage is PublicationStage.WITHDRAWN
    assert policy.withdraws(policy.version(third), "policy.2").done
    assert tariffs(policy.world)[0] == (FIRST_DAY, None, False)
    assert "policy_withdrawn" in policy.events()


@pytest.mark.promise(9)
def test_both_clocks_are_answered(policy: PolicyWorld) -> None:
    """Promise 9: which version governs a day, and which was known to at an earlier instant."""
    world, began = policy.world, policy.world.clock.now()
    world.clock.move_on(timedelta(hours=1))
    second = policy.version(policy.publishes(second_tariff()))
    published = world.clock.now()
    (first,) = on(world, FIRST_DAY)
    assert [each.id for each in on(world, SECOND_DAY)] == [second]
    assert [each.id for each in on(world, SECOND_DAY, began)] == [first.id]
    assert [each.id for each in on(world, SECOND_DAY, published)] == [second]
    world.clock.move_on(timedelta(hours=1))
    assert policy.withdraws(second).done
    assert [each.id for each in on(world, SECOND_DAY)] == [first.id]
    assert [each.id for each in on(world, SECOND_DAY, published)] == [second]
    assert [each.id for each in on(world, SECOND_DAY, world.clock.now())] == [first.id]
    assert on(world, date(2026, 8, 31)) == []
    with transaction(world.engine) as session:
        caller = world.caller(session, "policy.1")
        every = reading.policy_versions(session, caller, "tariff")
        assert [(each.id, each.withdrawn_at is None) for each in every] == [
            (first.id, True),
            (second, False),
        ]
        assert every[1].approved_by == ("policy.2", "leader.1")
        school = world.caller(session, "senco.ashdown")
        assert reading.policy_versions(session, school, "tariff")[1].approved_by == ()
        with pytest.raises(Unknown):
            reading.policy_versions(session, caller, "weather")


def letters(day: date, until: date | None = None) -> dict[str, str]:
    """The letters as a draft of one file, from a day until another."""
    begins = f"in_force_from = {day}" + (f"\nin_force_until = {until}" if until else "")
    text = policy_files()["letters/2026-09-01.toml"]
    return {f"letters/{day}.toml": text.replace("in_force_from = 2026-09-01", begins)}


def test_a_version_that_ends_and_that_none_follows_is_a_fault_of_the_draft(
    policy: PolicyWorld,
) -> None:
    """From its end nobody could ask for support; a kind that no request needs may end."""
    ends = letters(date(2026, 12, 1), date(2027, 1, 1))
    seen = policy.sees(policy.drafts(ends))
    (fault,) = seen.found
    assert (seen.stage, fault.where) == (PublicationStage.FAULTY, "in_force_until")
    assert fault.says == "no letters follows it, and from 2027-01-01 nobody could ask for support"
    assert "same draft" in fault.would_help
    (late,) = policy.sees(policy.drafts({**ends, **letters(date(2027, 1, 2))})).found
    assert late.says == "leaves no letters in force until 2027-01-02"
    finance = policy_files()["finance/2026-09-01.toml"].replace(
        "in_force_from = 2026-09-01", "in_force_from = 2026-12-01\nin_force_until = 2027-01-01"
    )
    policy.publishes({"finance/2026-12-01.toml": finance})


def test_a_version_that_ends_by_its_own_word_is_followed_in_the_same_draft(
    policy: PolicyWorld,
) -> None:
    """What follows it, without which nothing would govern, is not withdrawn either."""
    until = date(2027, 1, 1)
    both = policy.publishes({**letters(date(2026, 12, 1), until), **letters(until)})
    ends, follows = policy.sees(both).published
    no = policy.refusal(policy.withdraws(follows).act_id)
    assert "no other letters would govern 2027-01-01" in no["in_the_way"]
    assert policy.withdraws(ends).done
    assert policy.withdraws(follows).done, "the first one governs on"


@pytest.mark.parametrize("kind", sorted(PINNED - ALSO_BY_DAY))
def test_the_only_version_of_a_kind_that_every_request_needs_stays(
    policy: PolicyWorld, kind: str
) -> None:
    """Without it nobody could submit from today on, whether or not anything was decided by it."""
    only = policy.world.one("SELECT id FROM policy_version WHERE kind = :kind", kind=kind)
    no = policy.refusal(policy.withdraws(only).act_id)
    assert no["code"] == "not_valid"
    assert no["in_the_way"] == (
        f"no other {kind} would govern 2026-10-05, and nobody could ask for support"
    )
    assert "takes its place" in no["would_help"]
    assert (
        policy.world.one("SELECT withdrawn_at FROM policy_version WHERE id = :id", id=only) is None
    )


@pytest.mark.promise(9)
def test_a_version_that_requests_are_pinned_to_stays(policy: PolicyWorld, hand: ByHand) -> None:
    """Promise 9: the refusal names the cases, at most twenty, and says how many more there are."""
    world = policy.world
    pinned = on(world, FIRST_DAY)[0].id
    for number in range(3):
        hand.listed(request(number=number))
    outcome = policy.withdraws(pinned)
    no = policy.refusal(outcome.act_id)
    named = [row.reference for row in world.rows("SELECT reference FROM support_request")]
    assert (no["code"], no["in_the_way"]) == (
        "not_valid",
        f"it was used: by requests {', '.join(sorted(named))}",
    )
    assert "takes its place" in no["would_help"]
    assert tariffs(world) == [(FIRST_DAY, None, False)]


def test_a_version_that_money_was_entered_by_stays(policy: PolicyWorld, hand: ByHand) -> None:
    """What the ledger names is never withdrawn either: every penny explains itself."""
    request_id = hand.recommended(request())
    policy.world.authorises("officer.1", request_id)
    hand.goes_on()
    why = policy.refusal(policy.withdraws(on(policy.world, FIRST_DAY)[0].id).act_id)
    assert "by requests LOC-2026-" in why["in_the_way"]
    assert "in the ledger by entries" in why["in_the_way"]


def test_a_kind_that_nothing_is_pinned_to_is_withdrawn_before_its_day_alone(
    policy: PolicyWorld,
) -> None:
    """What acts of finance followed leaves no trace in each of them."""
    world = policy.world
    sql = "SELECT id FROM policy_version WHERE kind = 'finance'"
    no = policy.refusal(policy.withdraws(world.one(sql)).act_id)
    assert "not all of it is pinned to it" in no["in_the_way"]
    text = policy_files()["finance/2026-09-01.toml"].replace("2026-09-01", "2027-04-01")
    coming = policy.version(policy.publishes({"finance/2027-04-01.toml": text}))
    assert policy.withdraws(coming).done


@pytest.mark.promise(9)
@pytest.mark.parametrize("kind", sorted(ALSO_BY_DAY))
def test_what_is_also_read_by_the_day_is_withdrawn_before_its_day_alone(
    policy: PolicyWorld, kind: str
) -> None:
    """Promise 9: meetings and opened awards follow it without naming it, pinned or not."""
    text = policy_files()[f"{kind}/2026-09-01.toml"]
    assert "in_force_from = 2026-09-01" in text
    coming = {
        f"{kind}/{day}.toml": text.replace("in_force_from = 2026-09-01", f"in_force_from = {day}")
        for day in (SECOND_DAY, ANOTHER_DAY)
    }
    begun, to_come = policy.sees(policy.publishes(coming)).published
    policy.world.clock.move_on(timedelta(days=2))
    no = policy.refusal(policy.withdraws(begun).act_id)
    assert "it has governed since 2026-10-06" in no["in_the_way"]
    assert policy.withdraws(to_come).done


def test_nothing_is_withdrawn_twice_or_by_anybody(policy: PolicyWorld) -> None:
    """Withdrawn stays withdrawn; the same document is never published again."""
    publication_id = policy.publishes(second_tariff())
    version_id = policy.version(publication_id)
    with pytest.raises(RoleNeeded):
        policy.withdraws(version_id, "leader.1")
    with pytest.raises(Unknown):
        policy.withdraws(uuid4())
    waiting = policy.world.does("policy.2", ActKind.WITHDRAW_POLICY, uuid4(), version_id=version_id)
    assert policy.withdraws(version_id).done
    late = policy.carries_withdrawal_out(waiting)
    assert (late.done, late.code) == (False, "unknown")
    assert policy.carries_withdrawal_out(waiting) == late
    with pytest.raises(NotAtThisStage):
        policy.withdraws(version_id)
    (fault,) = policy.sees(policy.drafts(second_tariff())).found
    assert "published once and withdrawn" in fault.says
    version = load_version("tariff/2026-10-06.toml", next(iter(second_tariff().values())))
    with transaction(policy.world.engine) as session, pytest.raises(NotValid, match="withdrawn"):
        publish(session, version, None, policy.world.clock.now())


def test_a_candidate_names_a_draft_that_is_on_record(policy: PolicyWorld) -> None:
    """A question about a draft that nobody has written is refused at the door."""
    cases = {"kind": "generated", "seed": 1, "cases": 10}
    candidate = {"name": "next", "publication_id": uuid4()}
    with pytest.raises(Unknown, match="next"):
        policy.world.does(
            "finance.1", ActKind.MODEL_POLICIES, uuid4(), candidates=(candidate,), cases=cases
        )
    candidate["publication_id"] = policy.drafts(second_tariff())
    policy.world.does(
        "finance.1", ActKind.MODEL_POLICIES, uuid4(), candidates=(candidate,), cases=cases
    )


def test_few_models_are_worked_out_at_once(policy: PolicyWorld) -> None:
    """Whoever asks for more waits: casework is carried on by the same worker."""
    said = {
        "candidates": ({"name": "next", "publication_id": policy.drafts(second_tariff())},),
        "cases": {"kind": "generated", "seed": 1, "cases": 10},
    }
    for who in ("finance.1", "policy.1"):
        policy.world.does(who, ActKind.MODEL_POLICIES, uuid4(), **said)
    with pytest.raises(NotAtThisStage, match="being worked out"):
        policy.world.does("policy.2", ActKind.MODEL_POLICIES, uuid4(), **said)


def test_few_drafts_are_looked_at_at_once(policy: PolicyWorld) -> None:
    """Whoever sends more waits, or revises one in work: casework is carried on by the same."""
    waits = policy.drafts(second_tariff(date(2026, 12, 1)))
    first = policy.writes(second_tariff())
    policy.world.does("policy.2", ActKind.DRAFT_POLICY, uuid4(), files=second_tariff(), note="x")
    more = {"files": second_tariff(ANOTHER_DAY), "note": "more"}
    with pytest.raises(NotAtThisStage, match="2 drafts are being checked"):
        policy.writes(second_tariff(ANOTHER_DAY))
    with pytest.raises(NotAtThisStage, match="2 drafts are being checked"):
        policy.world.does("policy.1", ActKind.REVISE_POLICY, waits, **more)
    assert policy.acts("policy.1", ActKind.REVISE_POLICY, first, **more).done
    policy.goes_on(first)
    policy.drafts(second_tariff(date(2027, 1, 1)))


def test_the_command_publishes_before_the_first_request_alone(world: World, hand: ByHand) -> None:
    """Afterwards the same again is no change, and anything new takes two people."""
    now = world.clock.now()
    with transaction(world.engine) as session:
        before = recording.publish_pack(session, policy_files(), now)
    hand.listed(request())
    with transaction(world.engine) as session:
        assert recording.publish_pack(session, policy_files(), now) == before
    with transaction(world.engine) as session, pytest.raises(NotAtThisStage, match="new"):
        recording.publish_pack(session, policy_files(later=True), now)
    with transaction(world.engine) as session, pytest.raises(PackFaulty):
        recording.publish_pack(session, {"tariff/2026-09-01.toml": "x"}, now)
