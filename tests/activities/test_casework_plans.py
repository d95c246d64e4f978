"""What an Education, Health and Care plan sets out is owed: no door leads to "no" or "less"."""

from uuid import UUID

import pytest

from domain.moderation import Recommendation
from domain.refusals import OwedByPlan
from domain.stages import ActKind
from tests.activities.behind import refused_by, run_sql, slip_in, write_decision
from tests.activities.by_hand import ByHand
from tests.activities.small_county import WITH_PLAN, profile, request
from tests.activities.world import World

OWED_PENCE = 800_000
"""What the plan sets out, a year."""
OWED_TO_AUGUST_PENCE = 664_110

pytestmark = pytest.mark.promise(10)


@pytest.fixture
def planned(world: World, hand: ByHand) -> UUID:
    """A request for a pupil with a plan, which the panel would give nothing to."""
    request_id = world.submits(request(number=WITH_PLAN))
    hand.goes_on()
    assert world.stands(request_id) == ("with_officer", "sen_officer")
    world.does("sen.1", ActKind.SEND_TO_PANEL, request_id)
    world.calls_meeting("alder", world.clock.now().replace(day=27))
    hand.goes_on()
    world.opens(world.item_of(request_id))
    hand.goes_on()
    ballot_id = world.ballot_of(request_id)
    world.panel_votes(ballot_id, (0, 0, 0, 0), Recommendation.NONE)
    world.closes(ballot_id)
    hand.goes_on()
    return request_id


def test_no_vote_takes_from_a_plan(world: World, planned: UUID) -> None:
    """The panel said no; what is owed is held all the same, and a SEN officer signs."""
    assert world.stands(planned) == ("sign_off", "sen_officer")
    assert world.moved() == {"exceptional": (OWED_TO_AUGUST_PENCE, 0)}


def test_a_plan_cannot_be_declined_or_given_less(world: World, planned: UUID) -> None:
    """Neither is even recorded as an act."""
    with pytest.raises(OwedByPlan):
        world.does("sen.1", ActKind.DECLINE, planned)
    with pytest.raises(OwedByPlan):
        world.does("sen.1", ActKind.AUTHORISE_DIFFERENTLY, planned, annual_pence=OWED_PENCE - 1)


def test_an_act_that_slipped_in_is_refused_when_it_is_carried_out(
    world: World, hand: ByHand, planned: UUID
) -> None:
    """Recorded behind the rules' back, "no" and "less" are refused by the activity."""
    no = slip_in(world, "sen.1", ActKind.DECLINE, planned)
    hand.goes_on()
    less = slip_in(world, "sen.1", ActKind.AUTHORISE_DIFFERENTLY, planned, annual_pence=1)
    hand.goes_on()
    assert world.outcome(no) == world.outcome(less) == ("refused", "owed_by_plan")
    assert world.stage(planned) == "sign_off"


def test_what_is_owed_is_signed(world: World, hand: ByHand, planned: UUID) -> None:
    """A SEN officer authorises what the plan sets out."""
    world.authorises("sen.1", planned)
    hand.goes_on()
    assert world.moved() == {"exceptional": (0, OWED_TO_AUGUST_PENCE)}


@pytest.mark.parametrize(
    ("kind", "annual_pence"), [("declined", 0), ("authorised_differently", OWED_PENCE - 1)]
)
def test_the_database_refuses_no_and_less(
    world: World, planned: UUID, kind: str, annual_pence: int
) -> None:
    """A decision written straight into the table is refused by its own guard."""
    with refused_by("what_a_plan_owes"):
        write_decision(world, planned, "sen.1", kind, annual_pence)


def test_the_database_refuses_the_ending_itself(world: World, planned: UUID) -> None:
    """A request with a plan cannot be marked as declined at all."""
    with refused_by("a_plan_is_never_declined"):
        run_sql(world, "UPDATE support_request SET ending = 'declined' WHERE id = :id", id=planned)


def test_an_officer_who_moderates_low_owes_the_plan_too(world: World, hand: ByHand) -> None:
    """No profile an officer states brings the amount below the plan."""
    request_id = world.submits(request(number=WITH_PLAN))
    hand.goes_on()
    said = {"profile": profile(0, 0, 0, 0), "recommendation": Recommendation.NONE}
    world.does("sen.1", ActKind.MODERATE, request_id, **said)
    hand.goes_on()
    assert world.moved() == {"exceptional": (OWED_TO_AUGUST_PENCE, 0)}
    with pytest.raises(OwedByPlan):
        world.does("sen.2", ActKind.DECLINE, request_id)
