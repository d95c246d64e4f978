"""A draft's waiting, its bars and its order, with activities that answer at once."""

import asyncio
from uuid import UUID, uuid4

import pytest
from temporalio import activity
from temporalio.client import Client, WorkflowHandle

from activities.names import CARRY_OUT_WITHDRAWAL, RUN_MODEL, OfPolicyAct, PolicyActTold
from domain.acts import ActOutcome
from domain.publication import PublicationStage
from domain.stages import ActKind
from tests.workflows.fake_publication import FakePublication
from tests.workflows.fakes import act
from tests.workflows.office import until, working
from workflows.messages import PolicyActRef, PublicationRef
from workflows.policy_modelling import PolicyModelling
from workflows.policy_publication import PolicyPublication
from workflows.policy_withdrawal import PolicyWithdrawal

Handle = WorkflowHandle[PolicyPublication, None]
Stage = PublicationStage


async def start(client: Client, fake: FakePublication, task_queue: str) -> Handle:
    """Start a draft's workflow."""
    return await client.start_workflow(
        PolicyPublication.run,
        PublicationRef(publication_id=fake.id),
        id=f"publication/{fake.id}",
        task_queue=task_queue,
    )


async def update(handle: Handle, kind: ActKind, person_id: UUID | None = None) -> ActOutcome:
    """Bring somebody's act to a draft."""
    said = act(kind, person_id or uuid4())
    outcome: ActOutcome = await handle.execute_update(
        kind.value, said, id=str(said.id), result_type=ActOutcome
    )
    return outcome


async def until_waiting(fake: FakePublication, stage: Stage) -> None:
    """Wait until everything that follows by itself has followed."""
    await until(lambda: fake.standing.stage is stage, f"the draft is {stage}")


async def test_a_sound_draft_is_tried_approved_twice_and_published(
    client: Client, task_queue: str
) -> None:
    """Check and impact follow by themselves; two people are waited for."""
    fake = FakePublication()
    async with working(client, task_queue, fake.activities):
        handle = await start(client, fake, task_queue)
        await until_waiting(fake, Stage.FOR_APPROVAL)
        assert (await update(handle, ActKind.APPROVE_POLICY)).done
        assert await handle.query(PolicyPublication.stage) is Stage.FOR_APPROVAL
        assert (await update(handle, ActKind.APPROVE_POLICY)).done
        await handle.result()
    assert fake.names == [
        "take_up_publication",
        "check_draft",
        "work_out_impact",
        "carry_out_in_publication",
        "carry_out_in_publication",
    ]


@pytest.mark.promise(6)
async def test_the_workflow_bars_writers_and_one_person_twice(
    client: Client, task_queue: str
) -> None:
    """Promise 6: refused here too, before any activity could count them."""
    fake, approver = FakePublication(), uuid4()
    async with working(client, task_queue, fake.activities):
        handle = await start(client, fake, task_queue)
        await until_waiting(fake, Stage.FOR_APPROVAL)
        own = await update(handle, ActKind.APPROVE_POLICY, fake.writer)
        assert (own.done, own.code) == (False, "barred")
        assert (await update(handle, ActKind.APPROVE_POLICY, approver)).done
        again = await update(handle, ActKind.APPROVE_POLICY, approver)
        assert (again.done, again.code) == (False, "barred")
        assert (await update(handle, ActKind.GIVE_UP_POLICY, fake.writer)).done
        await handle.result()


async def test_a_faulty_draft_waits_for_its_revision(client: Client, task_queue: str) -> None:
    """It is not approved; revised, it is checked anew."""
    fake = FakePublication(found=Stage.FAULTY)
    async with working(client, task_queue, fake.activities):
        handle = await start(client, fake, task_queue)
        await until_waiting(fake, Stage.FAULTY)
        early = await update(handle, ActKind.APPROVE_POLICY)
        assert (early.done, early.code) == (False, "not_at_this_stage")
        fake.found = Stage.CHECKED
        assert (await update(handle, ActKind.REVISE_POLICY)).done
        await until_waiting(fake, Stage.FOR_APPROVAL)
        await handle.terminate()
    assert fake.names.count("check_draft") == 2


async def test_what_is_given_up_while_it_is_checked_is_tried_no_more(
    client: Client, task_queue: str
) -> None:
    """The act has its turn when the check has ended, before what would follow by itself."""
    fake = FakePublication()
    fake.may_be_checked.clear()
    async with working(client, task_queue, fake.activities):
        handle = await start(client, fake, task_queue)
        await until(lambda: "take_up_publication" in fake.names, "taken up")
        giving_up = asyncio.create_task(update(handle, ActKind.GIVE_UP_POLICY))
        await asyncio.sleep(0.5)
        fake.may_be_checked.set()
        assert (await giving_up).done
        await handle.result()
    assert "work_out_impact" not in fake.names


async def test_a_lost_draft_takes_up_where_the_record_stands(
    client: Client, task_queue: str
) -> None:
    """Started again from nothing but its id, a checked draft is tried; a published one is over."""
    fake = FakePublication(Stage.CHECKED)
    async with working(client, task_queue, fake.activities):
        handle = await start(client, fake, task_queue)
        await until_waiting(fake, Stage.FOR_APPROVAL)
        await handle.terminate()
        assert fake.names == ["take_up_publication", "work_out_impact"]
        published = FakePublication(Stage.PUBLISHED)
    async with working(client, task_queue, published.activities):
        await (await start(client, published, task_queue)).result()


@pytest.mark.promise(3)
async def test_acts_that_stand_by_themselves_are_tried_until_they_have_their_outcome(
    client: Client, task_queue: str
) -> None:
    """Promise 3: a database that is away for a moment loses neither withdrawal nor question."""
    tries: list[str] = []

    def told(name: str, of: OfPolicyAct) -> PolicyActTold:
        tries.append(name)
        if tries.count(name) == 1:
            raise ConnectionError
        return PolicyActTold(outcome=ActOutcome(act_id=of.act_id, done=True))

    @activity.defn(name=CARRY_OUT_WITHDRAWAL.name)
    def withdraw(of: OfPolicyAct) -> PolicyActTold:
        return told("withdraw", of)

    @activity.defn(name=RUN_MODEL.name)
    def run_model(of: OfPolicyAct) -> PolicyActTold:
        return told("model", of)

    ref = PolicyActRef(act_id=uuid4())
    async with working(client, task_queue, [withdraw, run_model]):
        for run, name in ((PolicyWithdrawal.run, "withdrawal"), (PolicyModelling.run, "modelling")):
            outcome = await client.execute_workflow(
                run, ref, id=f"{name}/{ref.act_id}", task_queue=task_queue
            )
            assert (outcome.act_id, outcome.done) == (ref.act_id, True)
    assert tries == ["withdraw", "withdraw", "model", "model"]
