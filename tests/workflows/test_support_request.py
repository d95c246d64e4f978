"""Waiting, deadlines, refusals and interleaving, with activities that answer at once."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import Client, WorkflowHandle, WorkflowUpdateStage
from temporalio.testing import TimeSkipper

from domain.acts import ActOutcome, ActRef
from domain.people import Part, PartPlayed
from domain.stages import ActKind, Ending, Stage
from tests.workflows.fakes import AT, FakeRequest, act
from tests.workflows.office import until, working
from workflows.messages import BallotHeard, RequestRef
from workflows.support_request import SupportRequest

Handle = WorkflowHandle[Any, Any]
_ACCEPTED = WorkflowUpdateStage.ACCEPTED


async def start(client: Client, fake: FakeRequest, task_queue: str) -> Handle:
    """Start a request's workflow."""
    return await client.start_workflow(
        SupportRequest.run,
        RequestRef(request_id=fake.id),
        id=f"request/{fake.id}",
        task_queue=task_queue,
    )


async def update(handle: Handle, said: ActRef) -> ActOutcome:
    """Bring an act to a workflow under its own id."""
    outcome: ActOutcome = await handle.execute_update(
        said.kind.value, said, id=str(said.id), result_type=ActOutcome
    )
    return outcome


@pytest.mark.promise(12)
async def test_a_deadline_past_ninety_days_waits_for_its_instant(
    client: Client, skipper: TimeSkipper, task_queue: str
) -> None:
    """Eighty-nine days on nothing has happened; at the stored instant it has, once."""
    fake = FakeRequest(Stage.LISTED, waits_until_at=AT + timedelta(days=91))
    async with working(client, task_queue, fake.activities):
        handle = await start(client, fake, task_queue)
        await until(lambda: fake.names == ["take_up_request"], "taken up")
        await skipper.fast_forward(handle, timedelta(days=89))
        assert fake.names == ["take_up_request"]
        await skipper.fast_forward(handle, timedelta(days=2))
        await until(lambda: len(fake.names) == 2, "the deadline was noticed")
        await skipper.fast_forward(handle, timedelta(days=400))
        assert fake.names == ["take_up_request", "let_time_pass"]
        await handle.terminate()


async def test_whatever_moves_the_request_on_moves_its_deadline(
    client: Client, skipper: TimeSkipper, task_queue: str
) -> None:
    """The wait is for the deadline that stands now, not for the one that stood before."""
    fake = FakeRequest(Stage.LISTED, waits_until_at=AT + timedelta(days=10))
    async with working(client, task_queue, fake.activities):
        handle = await start(client, fake, task_queue)
        await until(lambda: fake.names == ["take_up_request"], "taken up")
        fake.standing = fake.standing.model_copy(update={"waits_until_at": AT + timedelta(days=30)})
        await update(handle, act(ActKind.ESCALATE))
        await skipper.fast_forward(handle, timedelta(days=29))
        assert fake.names == ["take_up_request", "carry_out_act"]
        await skipper.fast_forward(handle, timedelta(days=2))
        await until(lambda: fake.names[-1] == "let_time_pass", "the later deadline was noticed")
        await handle.terminate()


@pytest.mark.promise(6)
@pytest.mark.parametrize("part", [Part.SUBMITTED, Part.MODERATED, Part.PREPARED, Part.FAMILY])
async def test_the_workflow_bars_whoever_has_a_part(
    client: Client, task_queue: str, part: Part
) -> None:
    """An act that slipped past the door is refused inside, and nothing is carried out."""
    officer = uuid4()
    parts = (PartPlayed(person_id=officer, part=part),)
    fake = FakeRequest(Stage.SIGN_OFF, parts=parts)
    async with working(client, task_queue, fake.activities):
        handle = await start(client, fake, task_queue)
        outcome = await update(handle, act(ActKind.AUTHORISE, officer))
        assert (outcome.done, outcome.code) == (False, "barred")
        assert fake.names == ["take_up_request", "refuse_act"]
        colleague = await update(handle, act(ActKind.AUTHORISE, uuid4()))
        assert colleague.done
        await handle.terminate()


@pytest.mark.parametrize(
    ("stage", "kind"),
    [
        (Stage.LISTED, ActKind.AUTHORISE),
        (Stage.SIGN_OFF, ActKind.PRICE),
        (Stage.NO_MONEY, ActKind.DECLINE),
        (Stage.KEY_DECISION, ActKind.AUTHORISE),
        (Stage.RETURNED, ActKind.ANSWER),
    ],
)
async def test_an_act_that_does_not_fit_the_stage_is_refused(
    client: Client, task_queue: str, stage: Stage, kind: ActKind
) -> None:
    """The map of stages holds in the workflow too."""
    fake = FakeRequest(stage)
    async with working(client, task_queue, fake.activities):
        handle = await start(client, fake, task_queue)
        outcome = await update(handle, act(kind))
        assert (outcome.done, outcome.code) == (False, "not_at_this_stage")
        await handle.terminate()


@pytest.mark.promise(4)
async def test_acts_at_the_same_instant_are_carried_out_one_after_the_other(
    client: Client, task_queue: str
) -> None:
    """Ten updates at once never overlap, and the one that ends it makes the rest too late."""
    fake = FakeRequest(Stage.SIGN_OFF)
    fake.leads_to = {ActKind.DECLINE: Stage.DECIDED}
    fake.fails_at_once = True
    async with working(client, task_queue, fake.activities):
        handle = await start(client, fake, task_queue)
        await until(lambda: fake.names == ["take_up_request"], "taken up")
        fake.standing = fake.standing.model_copy(update={"ending": Ending.DECLINED})
        fake.may_go_on.clear()
        acts = [
            act(ActKind.REFER_UP),
            act(ActKind.DECLINE),
            *(act(ActKind.REFER_UP) for _ in "abc"),
        ]
        waiting = [await _started(handle, each) for each in acts]
        fake.may_go_on.set()
        outcomes = await asyncio.gather(*(each.result() for each in waiting))
        assert await handle.result() == "declined"
    assert fake.most_at_once == 1
    assert [each.code for each in outcomes] == [None, None, "too_late", "too_late", "too_late"]


async def _started(handle: Handle, said: ActRef) -> Any:
    """An update that the workflow has accepted and not answered yet."""
    return await handle.start_update(
        said.kind.value,
        said,
        id=str(said.id),
        wait_for_stage=_ACCEPTED,
        result_type=ActOutcome,
    )


@pytest.mark.promise(4)
async def test_an_act_delivered_again_is_carried_out_once(client: Client, task_queue: str) -> None:
    """The same update id is answered as the first time."""
    fake = FakeRequest(Stage.SIGN_OFF)
    async with working(client, task_queue, fake.activities):
        handle = await start(client, fake, task_queue)
        said = act(ActKind.REFER_UP)
        first = await update(handle, said)
        assert await update(handle, said) == first
        assert fake.names == ["take_up_request", "carry_out_act"]
        await handle.terminate()


async def test_an_act_that_arrives_first_waits_until_the_record_is_read(
    client: Client, task_queue: str
) -> None:
    """An update before anything is known of the request is not lost and not refused."""
    fake = FakeRequest(Stage.SIGN_OFF)
    fake.fails_at_once = True
    fake.may_go_on.clear()
    async with working(client, task_queue, fake.activities):
        handle = await start(client, fake, task_queue)
        waiting = await _started(handle, act(ActKind.REFER_UP))
        assert fake.names in ([], ["take_up_request"])
        fake.may_go_on.set()
        outcome: ActOutcome = await waiting.result()
        assert outcome.done
        await handle.terminate()


@pytest.mark.promise(3)
async def test_what_does_not_work_out_at_once_is_kept_by_the_engine(
    client: Client, task_queue: str
) -> None:
    """An act is asked within the workflow's task; where that fails it is carried out all the same.

    While it fails nothing is added to the history: the engine repeats it.
    """
    fake = FakeRequest(Stage.SIGN_OFF)
    async with working(client, task_queue, fake.activities):
        handle = await start(client, fake, task_queue)
        assert (await update(handle, act(ActKind.REFER_UP))).done
        assert fake.names == fake.asked_at_once == ["take_up_request", "carry_out_act"]
        fake.fails_at_once = True
        assert (await update(handle, act(ActKind.REFER_UP))).done
        assert fake.names == fake.asked_at_once
        scheduled = [
            event.activity_task_scheduled_event_attributes.activity_type.name
            for event in (await handle.fetch_history()).events
            if event.HasField("activity_task_scheduled_event_attributes")
        ]
        assert scheduled == ["carry_out_act"]
        await handle.terminate()


async def test_a_ballot_heard_before_the_request_is_taken_up_is_not_lost(
    client: Client, task_queue: str
) -> None:
    """The meeting may be quicker than the request."""
    fake = FakeRequest(Stage.IN_BALLOT)
    ballot = BallotHeard(ballot_id=uuid4())
    handle = await client.start_workflow(
        SupportRequest.run,
        RequestRef(request_id=fake.id),
        id=f"request/{fake.id}",
        task_queue=task_queue,
        start_signal="ballot_closed",
        start_signal_args=[ballot],
    )
    async with working(client, task_queue, fake.activities):
        await until(lambda: fake.names == ["take_up_request", "hear_panel"], "heard")
        assert fake.asked[-1][1].ballot_id == ballot.ballot_id
        assert await handle.query(SupportRequest.stage) == Stage.SIGN_OFF
        await handle.terminate()


@pytest.mark.promise(4)
async def test_a_ballot_told_twice_while_it_waits_is_heard_once(
    client: Client, task_queue: str
) -> None:
    """A meeting that tells again changes nothing."""
    fake = FakeRequest(Stage.IN_BALLOT)
    handle = await start(client, fake, task_queue)
    ballot = BallotHeard(ballot_id=uuid4())
    await handle.signal(SupportRequest.ballot_closed, ballot)
    await handle.signal(SupportRequest.ballot_closed, ballot)
    async with working(client, task_queue, fake.activities):
        await until(lambda: "hear_panel" in fake.names, "heard")
        await update(handle, act(ActKind.REFER_UP))
        assert fake.names == ["take_up_request", "hear_panel", "carry_out_act"]
        await handle.terminate()


async def test_a_request_that_had_ended_is_not_begun_anew(client: Client, task_queue: str) -> None:
    """Taken up after its end, it ends at once with the same ending."""
    fake = FakeRequest(Stage.WITHDRAWN, ending=Ending.WITHDRAWN)
    async with working(client, task_queue, fake.activities):
        handle = await start(client, fake, task_queue)
        assert await handle.result() == "withdrawn"
    assert fake.names == ["take_up_request"]


async def test_a_deadline_that_comes_while_somebody_acts_finds_it_has_moved(
    client: Client, task_queue: str
) -> None:
    """The act that was under way has moved the request on: the old deadline does nothing."""
    fake = FakeRequest(Stage.SIGN_OFF, waits_until_at=AT + timedelta(seconds=1))
    fake.fails_at_once = True
    async with working(client, task_queue, fake.activities):
        handle = await start(client, fake, task_queue)
        await until(lambda: fake.names == ["take_up_request"], "taken up")
        fake.may_go_on.clear()
        fake.standing = fake.standing.model_copy(update={"waits_until_at": None})
        waiting = await _started(handle, act(ActKind.REFER_UP))
        await asyncio.sleep(1.5)
        fake.may_go_on.set()
        await waiting.result()
        await update(handle, act(ActKind.REFER_UP))
        assert fake.names == ["take_up_request", "carry_out_act", "carry_out_act"]
        await handle.terminate()


async def test_a_ballot_in_the_record_is_heard_though_nobody_told_of_it(
    client: Client, task_queue: str
) -> None:
    """Begun again after its meeting had told a workflow that was lost, it finds the ballot."""
    ballot_id = uuid4()
    fake = FakeRequest(Stage.IN_BALLOT, unheard_ballot_id=ballot_id)
    async with working(client, task_queue, fake.activities):
        handle = await start(client, fake, task_queue)
        await until(lambda: "hear_panel" in fake.names, "heard")
        assert fake.asked[-1][1].ballot_id == ballot_id
        await handle.terminate()
