"""Yesterday's rules decide yesterday's cases, and a decision can be worked out again."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from activities.store.deciding import hash_of
from activities.store.policies import pinned
from activities.store.session import transaction
from domain.assessment import assess
from domain.moderation import Recommendation
from domain.needs import NeedsProfile
from domain.request import RequestContent
from tests.activities.by_hand import ByHand
from tests.activities.publishing_world import PolicyWorld, publishes, second_tariff
from tests.activities.small_county import request
from tests.activities.world import World

pytestmark = pytest.mark.promise(9)

FIRST_EDITION_PENCE = 312_000
SECOND_EDITION_PENCE = 321_600


def publishes_the_second_edition(world: World) -> None:
    """A dearer tariff is published, in force from the next day; and the next day comes."""
    publishes(world, second_tariff())
    world.clock.move_on(timedelta(days=1))


def priced(world: World, request_id: UUID) -> int:
    """What the last placing of a request comes to."""
    sql = 'SELECT annual_pence FROM "placing" WHERE request_id = :id ORDER BY number DESC LIMIT 1'
    return int(world.one(sql, id=request_id))


def test_a_version_published_the_next_day_changes_nothing_submitted_before(
    world: World, hand: ByHand
) -> None:
    """The request keeps the tariff of its day, however late it is heard; a new one has the new."""
    before, first = hand.in_ballot(request())
    publishes_the_second_edition(world)
    after, second = hand.in_ballot(request(number=2))
    for ballot_id in (first, second):
        world.panel_votes(ballot_id)
        world.closes(ballot_id)
    hand.goes_on()
    assert priced(world, before) == FIRST_EDITION_PENCE
    assert priced(world, after) == SECOND_EDITION_PENCE
    pins = world.rows("SELECT DISTINCT pins ->> 'tariff' FROM support_request")
    assert len(pins) == 2


def test_a_version_published_after_a_decision_leaves_every_row_of_it(
    world: World, hand: ByHand
) -> None:
    """Placing, decision, award, letter and ledger are what they were."""
    request_id = hand.recommended(request())
    world.authorises("officer.1", request_id)
    hand.goes_on()
    PolicyWorld(world)
    before = world.tables()
    publishes_the_second_edition(world)
    after = world.tables()
    changed = {table for table in after if after[table] != before[table]}
    assert changed == {
        "policy_version",
        "publication",
        "publication_draft",
        "publication_approval",
        "act",
        "event",
    }
    for table in ("act", "event"):
        assert set(before[table]) <= set(after[table])


@pytest.mark.promise(2)
def test_a_decisions_stored_inputs_give_the_same_result_again(world: World, hand: ByHand) -> None:
    """What was read is kept whole: assessed again from the rows alone it comes to the same."""
    request_id = hand.recommended(request())
    publishes_the_second_edition(world)
    world.authorises("officer.1", request_id)
    hand.goes_on()
    (row,) = world.rows(
        "SELECT d.inputs, d.inputs_sha256, d.working, d.annual_pence, d.tier, d.band, d.policy,"
        " s.pins, p.profile, p.recommendation FROM decision AS d"
        ' JOIN "placing" AS p ON p.id = d.placing_id'
        " JOIN support_request AS s ON s.id = d.request_id"
    )
    assert hash_of(row.inputs) == row.inputs_sha256
    with transaction(world.engine) as session:
        policies = pinned(session, row.pins)
    again = assess(
        RequestContent.model_validate(row.inputs["content"], strict=False),
        NeedsProfile.model_validate(row.profile, strict=False),
        Recommendation(row.recommendation),
        date.fromisoformat(row.inputs["on"]),
        (policies.continuum, policies.tariff),
    )
    assert (again.annual_pence, again.tier, again.band) == (row.annual_pence, row.tier, row.band)
    assert again.working.model_dump(mode="json") == row.working
    assert row.policy["tariff"]["sha256"] == policies.versions["tariff"].sha256
    assert row.policy["tariff"]["in_force_from"] == "2026-09-01"
