"""What an Education, Health and Care plan sets out is owed: no door leads to "no" or "less"."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from activities.store.session import transaction
from domain.moderation import Recommendation
from domain.refusals import OwedByPlan
from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.small_county import WITH_PLAN, named, profile, request
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
    acts = [
        _slips_in(world, planned, "decline", 50),
        _slips_in(world, planned, "authorise_differently", 51, annual_pence=1),
    ]
    for act_id in acts:
        with transaction(world.engine) as session:
            session.connection().execute(
                text("UPDATE act SET outcome = NULL WHERE id = :id AND false"), {"id": act_id}
            )
    hand.goes_on()
    codes = world.rows("SELECT refusal ->> 'code' AS code FROM act WHERE number >= 50")
    assert [row.code for row in codes] == ["owed_by_plan", "owed_by_plan"]
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
    with pytest.raises(IntegrityError) as refused, transaction(world.engine) as session:
        write_decision(session, world, planned, "sen.1", kind, annual_pence)
    assert "what_a_plan_owes" in str(refused.value.orig.diag.constraint_name)


def test_the_database_refuses_the_ending_itself(world: World, planned: UUID) -> None:
    """A request with a plan cannot be marked as declined at all."""
    sql = text("UPDATE support_request SET ending = 'declined' WHERE id = :id")
    with pytest.raises(IntegrityError) as refused, transaction(world.engine) as session:
        session.connection().execute(sql, {"id": planned})
    assert refused.value.orig.diag.constraint_name == "a_plan_is_never_declined"


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


def _slips_in(world: World, request_id: UUID, kind: str, number: int, **more: object) -> UUID:
    raise NotImplementedError


def write_decision(
    session: Session, world: World, request_id: UUID, officer: str, kind: str, annual_pence: int
) -> None:
    """Write a decision as SQL alone, past every rule but the database's."""
    values = {
        "id": uuid4(),
        "request": request_id,
        "act": world.one("SELECT min(id::text)::uuid FROM act"),
        "officer": named(officer),
        "kind": kind,
        "pence": annual_pence,
        "now": world.clock.now(),
    }
    session.connection().execute(
        text(
            "INSERT INTO decision SELECT :id, :request, 9, :act, :officer, p.id, :kind, 'cluster',"
            " :pence FROM \"placing\" AS p WHERE p.request_id = :request"
        ),
        values,
    )
