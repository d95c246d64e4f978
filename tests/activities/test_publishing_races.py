"""Policy at the same instant: two who approve, one who withdraws and one who is being pinned."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from activities.store import recording
from activities.store.published import publish, share_turns, take_turns
from activities.store.session import transaction
from domain.acts import ActOutcome, Submitting
from domain.policy.load import load_version
from domain.stages import ActKind
from tests.activities.behind import another_request, run_sql
from tests.activities.by_hand import ByHand
from tests.activities.publishing_world import PolicyWorld, second_tariff
from tests.activities.small_county import request
from tests.activities.test_ledger_races import at_the_same_instant
from tests.activities.world import World

_ANOTHER_REQUEST = another_request(
    "jsonb_build_object('id', CAST(:id AS uuid), 'reference', 'LOC-2026-900000',"
    " 'pins', r.pins || jsonb_build_object('tariff', CAST(:version AS text)))",
    "LIMIT 1",
)
_WAITS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


@pytest.fixture
def policy(world: World) -> PolicyWorld:
    """The small county's policy desk."""
    return PolicyWorld(world)


@contextmanager
def submitting(world: World) -> Iterator[Session]:
    """A request is being submitted, by a transaction that has not ended yet."""
    with world.saying("senco.ashdown") as (session, saying):
        draft = recording.create_draft(session, saying, "ashdown", request())
    with world.saying("head.ashdown") as (session, saying):
        recording.confirm_draft(session, saying, draft.id, draft.version)
    with world.saying("senco.ashdown") as (session, saying):
        said = Submitting(draft_version=draft.version)
        recording.record_act(session, saying, ActKind.SUBMIT, draft.id, said)
        session.flush()
        yield session


def submits(world: World) -> None:
    """A request is submitted."""
    with submitting(world):
        pass


def until_somebody_waits(world: World) -> None:
    """Wait until somebody waits for the lock between pinning and withdrawing."""
    deadline = time.monotonic() + 10
    while world.one(_WAITS) == 0:
        assert time.monotonic() < deadline, "nobody waits"
        time.sleep(0.02)


def tariff_of(world: World) -> UUID:
    """The one tariff there is on the first morning."""
    found: UUID = world.one("SELECT id FROM policy_version WHERE kind = 'tariff'")
    return found


@pytest.mark.promise(9)
def test_whoever_is_being_pinned_is_waited_for(policy: PolicyWorld) -> None:
    """Promise 9: on two connections, a withdrawal waits for the submission that then refuses it."""
    version_id = tariff_of(policy.world)
    with ThreadPoolExecutor(1) as other:
        with submitting(policy.world):
            withdrawing = other.submit(policy.withdraws, version_id)
            until_somebody_waits(policy.world)
            assert not withdrawing.done()
        outcome: ActOutcome = withdrawing.result(timeout=10)
    assert "by requests LOC-2026-" in policy.refusal(outcome.act_id)["in_the_way"]


@pytest.mark.promise(9)
def test_nothing_is_pinned_to_what_was_just_withdrawn(policy: PolicyWorld, hand: ByHand) -> None:
    """Promise 9: whoever read the version a moment ago is told to look again, and is not pinned."""
    hand.listed(request())
    version_id = policy.version(policy.publishes(second_tariff()))
    assert policy.withdraws(version_id).done
    values = {"id": uuid4(), "version": str(version_id)}
    with pytest.raises(DBAPIError, match="withdrawn in the same instant") as refused:
        run_sql(policy.world, _ANOTHER_REQUEST, **values)
    assert getattr(getattr(refused.value, "orig", None), "sqlstate", None) == "40001"
    run_sql(policy.world, _ANOTHER_REQUEST, **(values | {"version": str(uuid4())}))


@pytest.mark.promise(9)
def test_an_approval_that_waits_past_midnight_is_late(policy: PolicyWorld) -> None:
    """Promise 9: the clock is read when nobody else is being pinned any more, not before."""
    world, publication_id = policy.world, policy.drafts(second_tariff())
    assert policy.approves("policy.2", publication_id).done
    with ThreadPoolExecutor(1) as other:
        with transaction(world.engine) as session:
            share_turns(session)
            approving = other.submit(policy.approves, "leader.1", publication_id)
            until_somebody_waits(world)
            world.clock.move_on(timedelta(days=1))
        outcome: ActOutcome = approving.result(timeout=10)
    why = policy.refusal(outcome.act_id)["in_the_way"]
    assert why == "the tariff begins on 2026-10-06, and it is 2026-10-06 already"


@pytest.mark.promise(9)
def test_a_submission_waits_for_what_is_being_published_for_its_day(policy: PolicyWorld) -> None:
    """Promise 9: published just before midnight and committed after, it governs the day whole."""
    world = policy.world
    ((file, text),) = second_tariff().items()
    world.clock.move_on(timedelta(days=1))
    with ThreadPoolExecutor(1) as other:
        with transaction(world.engine) as session:
            take_turns(session)
            second = publish(session, load_version(file, text), None, world.clock.now())
            asking = other.submit(submits, world)
            until_somebody_waits(world)
        asking.result(timeout=10)
    assert world.one("SELECT pins ->> 'tariff' FROM support_request") == str(second)


@pytest.mark.promise(6)
def test_two_who_approve_at_the_same_instant_publish_once(policy: PolicyWorld) -> None:
    """Promise 6: one of them is the first and the other the second, whoever comes in first."""
    publication_id = policy.drafts(second_tariff())
    sha256 = policy.sees(publication_id).sha256
    acts = [
        policy.world.does(who, ActKind.APPROVE_POLICY, publication_id, sha256=sha256)
        for who in ("policy.2", "policy.3", "leader.1")
    ]

    def approve(place: int) -> str:
        outcome = policy.carries_out(acts[place], publication_id)
        return "done" if outcome.done else str(outcome.code)

    answers = at_the_same_instant(*(lambda place=place: approve(place) for place in range(3)))
    assert answers == {"done": 2, "not_at_this_stage": 1}
    assert len(policy.sees(publication_id).published) == 1
    with transaction(policy.world.engine) as session:
        assert recording.publish_pack(session, second_tariff(), policy.world.clock.now())
