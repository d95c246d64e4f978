"""Blind in Temporal too: two worlds that differ in the votes alone leave the same histories."""

import asyncio
import json
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowExecution

from activities.embedded import EmbeddedPostgres
from activities.store import recording
from activities.store.recording import subjects_waiting
from activities.store.session import make_engine
from api.delivery import Delivery, Sweeper
from domain.acts import Deferring
from domain.moderation import Recommendation
from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.small_county import request
from tests.activities.world import World
from tests.conftest import StillClock, settings_for
from tests.workflows.office import until, working
from worker import activities_of

MEMBERS = ("head.crane", "head.dell", "head.elm", "senco.fern")
_OF_THE_RUN = re.compile(
    r'"(eventTime|taskId|requestId|identity|buildId|originalExecutionRunId|firstExecutionRunId|runId'
    r"|historySizeBytes|workerVersion|taskQueue|sdkMetadata|meteringMetadata"
    r"|eventId|\w+EventId|activation_index"
    r'|startToFireTimeout|startTime|scheduledTime|complete_time|original_schedule_time)"'
)
"""What of a history is the run's own: when, by which process, on which queue, and how its events
are numbered, which a slow task's sign of life moves on."""
_TASKS = "EVENT_TYPE_WORKFLOW_TASK_"
"""Events of how often a worker was asked: how busy the machine was, not what was done."""


@dataclass(frozen=True)
class Template:
    """A database with a request in an open ballot and another that is listed."""

    name: str
    clock: StillClock
    request_id: UUID
    listed_id: UUID
    meeting_id: UUID


@pytest.fixture
def template(postgres: EmbeddedPostgres, furnished: str) -> Iterator[Template]:
    """One request is in an open ballot, and whoever votes has declared no interest."""
    name = f"test_{uuid4().hex}"
    postgres.create_database(name, template=furnished)
    engine = make_engine(settings_for(postgres, name).database_url, 4)
    world = World(engine, StillClock())
    hand = ByHand(world)
    request_id, _ = hand.in_ballot(request())
    listed_id = hand.listed(request(number=2))
    item_id = world.item_of(request_id)
    for member in MEMBERS:
        world.declares(member, item_id)
    meeting_id, _ = world.meeting_of(item_id)
    engine.dispose()
    yield Template(name, StillClock(world.clock.now()), request_id, listed_id, meeting_id)
    postgres.drop_database(name)


@pytest.mark.promise(7)
async def test_votes_leave_no_trace_in_temporal_before_the_close(
    postgres: EmbeddedPostgres, template: Template, client: Client
) -> None:
    """Promise 7: histories, descriptions and lists of workflows are those of the other world.

    Both go on after the votes, so that a trace would have had its chance.
    """
    high: list[Recommendation | None] = [Recommendation.AS_ASKED] * 4
    low: list[Recommendation | None] = [
        Recommendation.NONE,
        None,
        Recommendation.ADVICE,
        Recommendation.NONE,
    ]
    one = await _seen(postgres, template, client, (5, 5, 5, 5), high)
    other = await _seen(postgres, template, client, (0, 1, 0, 0), low)
    assert [what for what, _ in one] == [what for what, _ in other]
    assert one == other
    told = "".join(said for _, said in one)
    assert "defer" in told
    assert not re.search("as_asked|recommendation|levels", told)


async def _seen(
    postgres: EmbeddedPostgres,
    template: Template,
    client: Client,
    levels: tuple[int, ...],
    choices: list[Recommendation | None],
) -> list[tuple[str, str]]:
    """Live through a world until just before the close, and tell everything that Temporal knows."""
    name, queue = f"test_{uuid4().hex}", f"test-{uuid4().hex}"
    postgres.create_database(name, template=template.name)
    engine = make_engine(settings_for(postgres, name).database_url, 8)
    world = World(engine, template.clock)

    async def given() -> Client:
        return client

    delivery = Delivery(given, engine, world.clock, queue)
    sweeper = Sweeper(delivery, engine, world.clock)
    subjects = [f"request/{template.request_id}", f"meeting/{template.meeting_id}"]
    try:
        async with working(client, queue, activities_of(engine, world.clock)):
            await sweeper.find_lost()
            await _come_to_rest(client, subjects)
            ballot_id = world.ballot_of(template.request_id)
            for member, choice in zip(MEMBERS, choices, strict=True):
                await asyncio.to_thread(world.votes, member, ballot_id, levels, choice)
            item_id = world.item_of(template.listed_id)
            _puts_off(world, template.meeting_id, item_id)
            await sweeper.sweep()
            await until(lambda: not subjects_waiting(engine), "the item is put off")
            await _come_to_rest(client, subjects)
            return [each for subject in subjects for each in await _told(client, subject)]
    finally:
        for subject in (*subjects, f"request/{template.listed_id}"):
            await client.get_workflow_handle(subject).terminate("the next world begins")
        engine.dispose()
        postgres.drop_database(name)


async def _come_to_rest(client: Client, subjects: list[str]) -> None:
    """Wait until the engine owes no workflow a task: what follows then has a task of its own."""
    for subject in subjects:
        handle = client.get_workflow_handle(subject)
        for _ in range(400):
            kinds = [event.event_type for event in (await handle.fetch_history()).events]
            begun = kinds.count(EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED)
            if begun and begun == kinds.count(EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED):
                break
            await asyncio.sleep(0.05)
        else:
            raise AssertionError(f"{subject} does not come to rest")


def _puts_off(world: World, meeting_id: UUID, item_id: UUID) -> None:
    """The chair puts the other item off: the same act in both worlds."""
    choices = Deferring(item_id=item_id, reason="The head is away")
    with world.saying("head.crane") as (session, saying):
        same = saying.model_copy(update={"key": "the-same-in-both"})
        recording.record_act(session, same, ActKind.DEFER, meeting_id, choices)


async def _told(client: Client, subject: str) -> list[tuple[str, str]]:
    handle = client.get_workflow_handle(subject)
    described = await handle.describe()
    history = await handle.fetch_history()
    found = [
        (
            f"{subject} event {place} {event['eventType']}",
            json.dumps(_without_run(event), sort_keys=True),
        )
        for place, event in enumerate(_done(history.to_json()))
    ]
    listed = [each async for each in client.list_workflows(f"WorkflowId = '{subject}'")]
    running = [each for each in listed if each.run_id == described.run_id]
    return [*found, *((f"{subject} listed", _facts(each)) for each in (described, *running))]


def _done(history: str) -> list[Any]:
    """The events of a history that say what was done."""
    events = json.loads(history)["events"]
    return [each for each in events if not each["eventType"].startswith(_TASKS)]


def _facts(execution: WorkflowExecution) -> str:
    """What is seen of a workflow without its history."""
    found = (
        execution.id,
        execution.workflow_type,
        execution.status,
        sorted(execution.search_attributes.items()),
        execution.parent_id,
    )
    return repr(found)


def _without_run(event: Any) -> Any:
    """An event without what is the run's own, and with what its payloads say."""
    if isinstance(event, dict):
        kept = {name: value for name, value in event.items() if not _OF_THE_RUN.match(f'"{name}"')}
        return {name: _without_run(_opened(name, value)) for name, value in kept.items()}
    return [_without_run(each) for each in event] if isinstance(event, list) else event


def _opened(name: str, value: Any) -> Any:
    """What stands in a payload, which a history keeps packed."""
    if name != "data" or not isinstance(value, str):
        return value
    unpacked = b64decode(value)
    return json.loads(unpacked) if unpacked[:1] in b"{[" else unpacked.decode()
