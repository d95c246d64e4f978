"""A challenge's waiting, its bars and its ends, with activities that answer at once."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from temporalio.client import Client, WorkflowHandle

from domain.acts import ActOutcome
from domain.reconsideration import ChallengeStage
from domain.stages import ActKind, Stage
from tests.workflows.fake_challenge import FakeChallenge
from tests.workflows.fakes import AT, FakeRequest, act
from tests.workflows.office import until, working
from workflows.messages import ChallengeRef, RequestRef
from workflows.reconsideration import Reconsideration
from workflows.support_request import SupportRequest

Handle = WorkflowHandle[Reconsideration, None]


async def start(client: Client, fake: FakeChallenge, task_queue: str) -> Handle:
    """Start a challenge's workflow."""
    return await client.start_workflow(
        Reconsideration.run,
        ChallengeRef(reconsideration_id=fake.id),
        id=f"reconsideration/{fake.id}",
        task_queue=task_queue,
    )


async def update(handle: Handle, kind: ActKind, person_id: UUID | None = None) -> ActOutcome:
    """Bring somebody's act to a challenge."""
    said = act(kind, person_id or uuid4())
    outcome: ActOutcome = await handle.execute_update(
        kind.value, said, id=str(said.id), result_type=ActOutcome
    )
    return outcome


async def test_a_challenge_goes_from_being_made_to_its_answer(
    client: Client, task_queue: str
) -> None:
    """Where the panel has brought it is read from the record when the officer answers."""
    fake = FakeChallenge()
    async with working(client, task_queue, fake.activities):
        handle = await start(client, fake, task_queue)
        assert (await update(handle, ActKind.TAKE_CHALLENGE)).done
        assert await handle.query(Reconsideration.stage) is ChallengeStage.LISTED
        early = await update(handle, ActKind.RECONSIDER)
        assert early.code == "not_at_this_stage"
        fake.stands(stage=ChallengeStage.FOR_DECISION)
        assert (await update(handle, ActKind.NOTE_KEY_DECISION)).done
        assert (await update(handle, ActKind.RECONSIDER)).done
        await handle.result()
    assert fake.names.count("carry_out_on_challenge") == 3


@pytest.mark.promise(6)
async def test_the_workflow_bars_whoever_had_a_part(client: Client, task_queue: str) -> None:
    """Promise 6: refused here too; taking a challenge back is for those who made it."""
    fake = FakeChallenge()
    async with working(client, task_queue, fake.activities):
        handle = await start(client, fake, task_queue)
        barred = await update(handle, ActKind.TAKE_CHALLENGE, fake.involved)
        assert barred.code == "barred"
        assert (await update(handle, ActKind.WITHDRAW_CHALLENGE, fake.involved)).done
        await handle.result()
    assert fake.names == [
        "take_up_challenge",
        "refuse_on_challenge",
        "carry_out_on_challenge",
    ]


async def test_an_answer_to_what_was_taken_back_meanwhile_is_too_late(
    client: Client, task_queue: str
) -> None:
    """The record had ended when the act was heard."""
    fake = FakeChallenge(ChallengeStage.LISTED)
    async with working(client, task_queue, fake.activities):
        handle = await start(client, fake, task_queue)
        await until(lambda: bool(fake.names), "taken up")
        fake.stands(stage=ChallengeStage.WITHDRAWN)
        assert (await update(handle, ActKind.RECONSIDER)).code == "too_late"
        await handle.result()


@pytest.mark.promise(12)
async def test_the_day_of_the_answer_passes_once(client: Client, task_queue: str) -> None:
    """Promise 12: the instant comes by itself, and the challenge goes on waiting for its answer."""
    fake = FakeChallenge(waits_until_at=AT + timedelta(seconds=1))
    async with working(client, task_queue, fake.activities):
        handle = await start(client, fake, task_queue)
        await until(lambda: "let_challenge_wait" in fake.names, "the day has passed")
        assert (await update(handle, ActKind.WITHDRAW_CHALLENGE)).done
        await handle.result()
    assert fake.names.count("let_challenge_wait") == 1


async def test_a_challenge_that_came_to_nothing_ends_at_once(
    client: Client, task_queue: str
) -> None:
    """It was refused when it was taken up: there is nothing to wait for."""
    fake = FakeChallenge(stage=None)
    async with working(client, task_queue, fake.activities):
        await (await start(client, fake, task_queue)).result()


@pytest.mark.parametrize("runs_already", [False, True])
async def test_a_request_that_is_sent_back_goes_on_in_its_own_workflow(
    client: Client, task_queue: str, *, runs_already: bool
) -> None:
    """It is begun where there is none; one that the sweeper has begun already is enough."""
    fake, request = FakeChallenge(ChallengeStage.FOR_DECISION), FakeRequest(Stage.LISTED)
    fake.stands(request_id=request.id)
    fake.sends_back = True
    begun = client.get_workflow_handle(f"request/{request.id}")
    async with working(client, task_queue, [*fake.activities, *request.activities]):
        if runs_already:
            await client.start_workflow(
                SupportRequest.run,
                RequestRef(request_id=request.id),
                id=f"request/{request.id}",
                task_queue=task_queue,
            )
        handle = await start(client, fake, task_queue)
        assert (await update(handle, ActKind.RECONSIDER)).done
        await handle.result()
        assert (await begun.describe()).status is not None
        await begun.terminate()
