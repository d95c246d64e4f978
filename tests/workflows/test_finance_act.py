"""An act of finance: carried out once by its workflow, through every retry."""

from uuid import uuid4

import pytest
from temporalio import activity
from temporalio.client import Client

from activities.names import CARRY_OUT_FINANCE, FinanceTold, OfFinanceAct
from domain.acts import ActOutcome
from domain.stages import ActKind
from tests.activities.payment_world import PaymentWorld
from tests.workflows.office import Office, working
from workflows.finance_act import FinanceAct
from workflows.messages import FinanceRef


@pytest.mark.promise(3)
async def test_an_act_of_finance_is_tried_until_it_has_its_outcome(
    client: Client, task_queue: str
) -> None:
    """Promise 3: a database that is away for a moment loses nothing that was acknowledged."""
    act_id, tries = uuid4(), 0

    @activity.defn(name=CARRY_OUT_FINANCE.name)
    def carry_out(of: OfFinanceAct) -> FinanceTold:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise ConnectionError
        return FinanceTold(outcome=ActOutcome(act_id=of.act_id, done=True))

    async with working(client, task_queue, [carry_out]):
        outcome = await client.execute_workflow(
            FinanceAct.run,
            FinanceRef(act_id=act_id),
            id=f"finance/{act_id}",
            task_queue=task_queue,
        )
    assert (outcome.act_id, outcome.done, tries) == (act_id, True, 2)


@pytest.mark.promise(4)
async def test_money_is_moved_once_however_it_is_delivered(office: Office) -> None:
    """Promise 4: the act is the entry's key, so a second delivery finds it done."""
    PaymentWorld(office.world)
    said = {
        "from_pot": "cluster:cedar",
        "to_pot": "contingency:cluster:cedar",
        "financial_year": 2026,
        "pence": 100,
        "authority": "26/00042",
    }
    act = office.world.does("finance.1", ActKind.VIRE, uuid4(), **said)
    assert await office.settled(act) == ("done", None)
    moved = office.world.balances()["contingency:cluster:cedar"]
    await office.goes_on()
    assert office.world.balances()["contingency:cluster:cedar"] == moved
    entries = "SELECT count(*) FROM ledger_entry WHERE act_id = :id"
    assert office.world.one(entries, id=act.id) == 1
