"""Cluster plans on a real Temporal server and a real PostgreSQL, with the real activities."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.acts import ActRef
from domain.plan_acts import OutcomeMet
from domain.stages import ActKind
from tests.activities.behind import slip_in
from tests.activities.planned import ADMINISTRATOR, PRICE_PENCE, item
from tests.activities.world import WHY
from tests.workflows.office import Office


async def done(office: Office, act: ActRef) -> UUID:
    """An act is delivered and done; its id."""
    assert await office.settled(act) == ("done", None)
    return act.id


async def proposed(office: Office) -> UUID:
    """Alder's plan is before its schools."""
    said: dict[str, Any] = {"cluster": "alder", "academic_year": 2026, "items": (item(),)}
    return await done(
        office, office.world.does(ADMINISTRATOR, ActKind.PROPOSE_PLAN, uuid4(), **said)
    )


async def agreed(office: Office) -> UUID:
    """Four of alder's six schools say yes, in the same moment."""
    plan_id = await proposed(office)
    for school in ("ashdown", "brook", "crane", "dell"):
        said = {"school": school, "agrees": True}
        office.world.does(f"head.{school}", ActKind.VOICE_ON_PLAN, plan_id, **said)
    await office.goes_on()
    return plan_id


@pytest.mark.promise(3)
@pytest.mark.promise(4)
async def test_a_plan_is_signed_once_though_its_workflow_is_killed(office: Office) -> None:
    """Promises 3 and 4: begun again from the record; committed once, and reported on."""
    world = office.world
    plan_id = await agreed(office)
    await office.client.get_workflow_handle(f"cluster_plan/{plan_id}").terminate("killed")
    barred = slip_in(world, "head.dell", ActKind.SIGN_PLAN, plan_id)
    assert await office.settled(barred) == ("refused", "barred")
    await done(office, world.does("manager.1", ActKind.SIGN_PLAN, plan_id))
    await office.client.get_workflow_handle(f"cluster_plan/{plan_id}").terminate("killed")
    await office.sweeper.find_lost()
    again = slip_in(world, "manager.2", ActKind.SIGN_PLAN, plan_id)
    assert await office.settled(again) == ("refused", "not_at_this_stage")
    sql = "SELECT id FROM cluster_plan_item WHERE plan_id = :id"
    said = {"item_id": world.one(sql, id=plan_id), "term_on": world.clock.now().date()}
    await done(
        office,
        world.does(
            "head.crane",
            ActKind.REPORT_OUTCOME,
            plan_id,
            outcome=OutcomeMet.PARTLY,
            words=WHY,
            **said,
        ),
    )
    assert world.moved() == {"cluster:alder": (0, PRICE_PENCE)}
    assert world.one("SELECT count(*) FROM award WHERE plan_item_id IS NOT NULL") == 1


@pytest.mark.promise(12)
async def test_schools_that_do_not_speak_have_not_agreed(office: Office) -> None:
    """Promise 12: its instant comes by the workflow's own timer."""
    plan_id = await proposed(office)
    by_at = office.world.one("SELECT voices_by_at FROM cluster_plan WHERE id = :id", id=plan_id)
    await office.time_passes(by_at)
    await office.client.get_workflow_handle(f"cluster_plan/{plan_id}").result()
    sql = "SELECT stage FROM cluster_plan WHERE id = :id"
    assert office.world.one(sql, id=plan_id) == "not_agreed"
