"""The ways of a cluster plan whose histories are kept: each says whose history it leaves."""

from datetime import date
from uuid import UUID, uuid4

from domain.plan_acts import OutcomeMet
from domain.stages import ActKind
from tests.activities.behind import slip_in
from tests.activities.planned import item
from tests.activities.world import WHY
from tests.workflows.office import Office, until


async def plan_signed(office: Office) -> str:
    """Schools agree to a plan; too low an officer is refused; it is signed and reported on."""
    world = office.world
    plan_id = await _plan_agreed(office)
    await office.settled(world.does("officer.1", ActKind.SIGN_PLAN, plan_id))
    await office.settled(slip_in(world, "head.dell", ActKind.SIGN_PLAN, plan_id))
    await office.settled(world.does("manager.1", ActKind.SIGN_PLAN, plan_id))
    item_id = world.one("SELECT id FROM cluster_plan_item WHERE plan_id = :id", id=plan_id)
    said = {"item_id": item_id, "term_on": date(2026, 9, 8), "words": WHY}
    chair = "head.crane"
    await office.settled(
        world.does(chair, ActKind.REPORT_OUTCOME, plan_id, outcome=OutcomeMet.MET, **said)
    )
    return f"cluster_plan/{plan_id}"


async def plan_returned(office: Office) -> str:
    """Schools agree to another plan, and an officer returns it."""
    plan_id = await _plan_agreed(office)
    await office.settled(office.world.does("manager.1", ActKind.RETURN_PLAN, plan_id))
    return f"cluster_plan/{plan_id}"


async def plan_withdrawn(office: Office) -> str:
    """A cluster takes its proposal back."""
    plan_id = await _plan_proposed(office)
    await office.settled(office.world.does("head.crane", ActKind.WITHDRAW_PLAN, plan_id))
    return f"cluster_plan/{plan_id}"


async def plan_timed(office: Office) -> str:
    """The schools' time passes, and they have not agreed."""
    plan_id = await _plan_proposed(office)
    sql = "SELECT voices_by_at FROM cluster_plan WHERE id = :id"
    await office.time_passes(office.world.one(sql, id=plan_id))
    stage = "SELECT stage FROM cluster_plan WHERE id = :id"
    await until(lambda: office.world.one(stage, id=plan_id) == "not_agreed", "their time is over")
    return f"cluster_plan/{plan_id}"


async def _plan_proposed(office: Office) -> UUID:
    said = {"cluster": "alder", "academic_year": 2026, "items": (item(),)}
    act = office.world.does("administrator.alder", ActKind.PROPOSE_PLAN, uuid4(), **said)
    await office.settled(act)
    return act.id


async def _plan_agreed(office: Office) -> UUID:
    plan_id = await _plan_proposed(office)
    for school in ("ashdown", "brook", "crane", "dell"):
        said = {"school": school, "agrees": True}
        await office.settled(
            office.world.does(f"head.{school}", ActKind.VOICE_ON_PLAN, plan_id, **said)
        )
    return plan_id
