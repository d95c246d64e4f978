"""A model on a real Temporal server and a real PostgreSQL, with the real activities."""

from datetime import date
from uuid import uuid4

import pytest

from activities.store import reading
from activities.store.session import transaction
from domain.policy_acts import Candidate, GeneratedCounty, ModellingPolicies
from domain.stages import ActKind
from tests.activities.publishing_world import PolicyWorld, second_tariff
from tests.workflows.office import Office


@pytest.mark.promise(8)
async def test_a_model_is_worked_out_by_its_workflow_once(office: Office) -> None:
    """Promise 8 on the way: what Temporal carries is an id, and the record has the figures."""
    PolicyWorld(office.world)
    asked = ModellingPolicies(
        candidates=(Candidate(name="dearer", files=second_tariff(date(2026, 12, 1))),),
        cases=GeneratedCounty(kind="generated", seed=3, cases=3_000),
    )
    act = office.world.act("policy.1", ActKind.MODEL_POLICIES, uuid4(), asked)
    assert await office.settled(act) == ("done", None)
    with transaction(office.world.engine) as session:
        caller = office.world.caller(session, "policy.1")
        seen = reading.modelling(session, caller, act.id, outside=False)
    assert seen.cases == 3_000
    assert {each.name for each in seen.files} >= {"comparison.xlsx", "cases-1.parquet"}
    history = await office.client.get_workflow_handle(f"modelling/{act.id}").fetch_history()
    assert "dearer" not in history.to_json()
