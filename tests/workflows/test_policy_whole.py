"""Drafts of policy on a real Temporal server and a real PostgreSQL, with the real activities."""

import asyncio
from datetime import date
from uuid import UUID, uuid4

import pytest

from domain.stages import ActKind
from tests.activities.behind import slip_in
from tests.activities.publishing_world import FAULTY, NOTE, PolicyWorld, second_tariff
from tests.workflows.office import Office, until


async def until_stage(office: Office, publication_id: UUID, stage: str) -> None:
    """Wait until the record has the draft at a stage."""
    sql = "SELECT stage FROM publication WHERE id = :id"
    await until(
        lambda: office.world.one(sql, id=publication_id) == stage, f"the draft is {stage}", 60
    )


async def drafted(office: Office, files: dict[str, str], stage: str = "for_approval") -> UUID:
    """A draft that its workflow has brought as far as nobody is waited for."""
    said = {"files": files, "note": NOTE}
    act = office.world.does("policy.1", ActKind.DRAFT_POLICY, uuid4(), **said)
    assert await office.settled(act) == ("done", None)
    await until_stage(office, act.id, stage)
    return act.id


@pytest.mark.promise(6)
async def test_a_draft_goes_its_whole_way(office: Office) -> None:
    """Promise 6 on the way: mended, refused to its writer, approved by two, and withdrawn."""
    policy, world = PolicyWorld(office.world), office.world
    publication_id = await drafted(office, FAULTY, "faulty")
    said = {"files": second_tariff(), "note": "mended"}
    mended = world.does("policy.2", ActKind.REVISE_POLICY, publication_id, **said)
    assert await office.settled(mended) == ("done", None)
    await until_stage(office, publication_id, "for_approval")
    seen = {"sha256": policy.sees(publication_id).sha256}
    own = slip_in(world, "policy.2", ActKind.APPROVE_POLICY, publication_id, **seen)
    assert await office.settled(own) == ("refused", "barred")
    for who in ("policy.3", "leader.1"):
        act = world.does(who, ActKind.APPROVE_POLICY, publication_id, **seen)
        assert await office.settled(act) == ("done", None)
    await office.client.get_workflow_handle(f"publication/{publication_id}").result()
    late = slip_in(world, "policy.1", ActKind.GIVE_UP_POLICY, publication_id)
    assert await office.settled(late) == ("refused", "too_late")
    said_why = {"version_id": policy.version(publication_id)}
    withdrawn = world.does("policy.1", ActKind.WITHDRAW_POLICY, uuid4(), **said_why)
    assert await office.settled(withdrawn) == ("done", None)
    assert policy.sees(publication_id).stage == "withdrawn"


@pytest.mark.promise(3)
async def test_a_lost_draft_is_raised_again_and_goes_on(office: Office) -> None:
    """Promise 3: what Temporal lost begins again from the record, and is published once."""
    policy, world = PolicyWorld(office.world), office.world
    publication_id = await drafted(office, second_tariff(date(2026, 12, 1)))
    await office.client.get_workflow_handle(f"publication/{publication_id}").terminate()
    await office.sweeper.find_lost()
    seen = {"sha256": policy.sees(publication_id).sha256}
    acts = [
        world.does(who, ActKind.APPROVE_POLICY, publication_id, **seen)
        for who in ("policy.2", "leader.1")
    ]
    await asyncio.gather(*(office.settled(act) for act in acts))
    assert [world.outcome(act) for act in acts] == [("done", None)] * 2
    assert len(policy.sees(publication_id).published) == 1
    await office.sweeper.find_lost()
