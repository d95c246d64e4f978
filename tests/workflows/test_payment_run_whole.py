"""Payment runs on a real Temporal server and a real PostgreSQL, with the real activities."""

from datetime import date
from uuid import UUID

import pytest

from domain.stages import ActKind
from tests.activities.behind import slip_in
from tests.activities.payment_world import PaymentWorld
from tests.workflows.office import Office, until

OCTOBER = date(2026, 10, 2)
APPROVED = {"lines": 2, "total_pence": 200_00}


async def prepared(office: Office, paying: PaymentWorld) -> UUID:
    """A run of two awards, prepared by its workflow."""
    for school in ("ashdown", "fern"):
        paying.award(school, [(OCTOBER, 100_00)])
    act = paying.asks(until=OCTOBER)
    assert await office.settled(act) == ("done", None)
    return act.id


async def until_stage(office: Office, run_id: UUID, stage: str) -> None:
    """Wait until the record has the run at a stage."""
    sql = "SELECT stage FROM payment_run WHERE id = :id"
    await until(lambda: office.world.one(sql, id=run_id) == stage, f"the run is {stage}")


@pytest.mark.promise(6)
async def test_a_run_goes_its_whole_way(office: Office) -> None:
    """Promise 6 on the way: the preparer is refused, another approves, the bank answers."""
    paying, world = PaymentWorld(office.world), office.world
    run_id = await prepared(office, paying)
    own = slip_in(world, "finance.1", ActKind.APPROVE_RUN, run_id, **APPROVED)
    assert await office.settled(own) == ("refused", "barred")
    assert paying.paid_pence() == 0
    approved = world.does("finance.2", ActKind.APPROVE_RUN, run_id, **APPROVED)
    assert await office.settled(approved) == ("done", None)
    assert paying.paid_pence() == 200_00
    await until_stage(office, run_id, "sent")
    lines = [(row.reference, "100.00", "paid") for row in paying.remittances(run_id).values()]
    file_id = paying.hands_in(lines)
    read = world.does("finance.1", ActKind.READ_ANSWER, run_id, file_id=file_id)
    assert await office.settled(read) == ("done", None)
    await office.client.get_workflow_handle(f"payment_run/{run_id}").result()


@pytest.mark.promise(3)
async def test_a_lost_run_is_raised_again_and_goes_on(office: Office) -> None:
    """Promise 3: what Temporal lost begins again from the record, and is paid once."""
    paying, world = PaymentWorld(office.world), office.world
    run_id = await prepared(office, paying)
    await office.client.get_workflow_handle(f"payment_run/{run_id}").terminate()
    await office.sweeper.find_lost()
    approved = world.does("finance.2", ActKind.APPROVE_RUN, run_id, **APPROVED)
    assert await office.settled(approved) == ("done", None)
    await until_stage(office, run_id, "sent")
    await office.client.get_workflow_handle(f"payment_run/{run_id}").terminate()
    await office.sweeper.find_lost()
    found = paying.remittances(run_id).values()
    for row in found:
        said = {"line_id": row.id, "settled_as": "paid"}
        act = world.does("finance.1", ActKind.SETTLE_DIFFERENCE, run_id, **said)
        assert await office.settled(act) == ("done", None)
    await until_stage(office, run_id, "closed")
    assert (paying.paid_pence(), len(paying.payments())) == (200_00, 2)


@pytest.mark.promise(4)
async def test_a_payment_that_comes_back_after_the_end_is_due_again(office: Office) -> None:
    """Promise 4: the ended workflow is begun for the one act, and ends; it is undone once."""
    paying, world = PaymentWorld(office.world), office.world
    run_id = await prepared(office, paying)
    approved = world.does("finance.2", ActKind.APPROVE_RUN, run_id, **APPROVED)
    assert await office.settled(approved) == ("done", None)
    await until_stage(office, run_id, "sent")
    found = paying.remittances(run_id)
    file_id = paying.hands_in([(row.reference, "100.00", "paid") for row in found.values()])
    read = world.does("finance.1", ActKind.READ_ANSWER, run_id, file_id=file_id)
    assert await office.settled(read) == ("done", None)
    handle = office.client.get_workflow_handle(f"payment_run/{run_id}")
    await handle.result()
    said = {"line_id": found["ashdown"].id, "settled_as": "rejected"}
    for outcome in (("done", None), ("refused", "not_at_this_stage")):
        back = world.does("finance.3", ActKind.SETTLE_DIFFERENCE, run_id, **said)
        assert await office.settled(back) == outcome
        await handle.result()
    assert (paying.paid_pence(), paying.remittances(run_id)["ashdown"].state) == (
        100_00,
        "rejected",
    )


async def test_an_act_that_comes_after_the_end_is_refused(office: Office) -> None:
    """A run that was given up hears nothing more; whoever was late is told."""
    paying, world = PaymentWorld(office.world), office.world
    run_id = await prepared(office, paying)
    given_up = world.does("finance.1", ActKind.ABANDON_RUN, run_id)
    assert await office.settled(given_up) == ("done", None)
    late = slip_in(world, "finance.2", ActKind.APPROVE_RUN, run_id, **APPROVED)
    assert await office.settled(late) == ("refused", "too_late")


async def test_a_run_of_nothing_leaves_no_workflow_behind(office: Office) -> None:
    """The asking is refused, its workflow ends, and nothing is looked for later."""
    act = PaymentWorld(office.world).asks(until=OCTOBER)
    assert await office.settled(act) == ("refused", "not_valid")
    await office.client.get_workflow_handle(f"payment_run/{act.id}").result()
    await office.sweeper.find_lost()
