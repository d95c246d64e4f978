"""Rules that PostgreSQL holds on its own, when rows are written past everything above it."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from psycopg import errors
from sqlalchemy.exc import IntegrityError, ProgrammingError

from activities.settings import Settings
from domain.refusals import NotAtThisStage
from domain.stages import ActKind
from tests.activities.behind import plant, refused_by, run_sql, slip_in, write_decision, write_vote
from tests.activities.by_hand import ByHand
from tests.activities.small_county import named, pupil_id, request
from tests.activities.world import World


@pytest.fixture
def ballot_id(hand: ByHand) -> UUID:
    """An open ballot on the request for the pupil whose family sits on the panel."""
    return hand.in_ballot(request(number=1))[1]


@pytest.mark.promise(6)
@pytest.mark.parametrize("voter", ["senco.ashdown", "head.ashdown", "adviser.2"])
def test_a_vote_on_ones_own_is_refused(world: World, ballot_id: UUID, voter: str) -> None:
    """Whoever submitted or confirmed it, or is family, has no vote even by plain SQL."""
    with refused_by("nobody_votes_on_their_own"):
        write_vote(world, ballot_id, voter)


@pytest.mark.promise(6)
def test_a_vote_against_a_declared_interest_is_refused(world: World, ballot_id: UUID) -> None:
    """What the member declared binds the table too."""
    item_id = world.one("SELECT item_id FROM ballot WHERE id = :id", id=ballot_id)
    run_sql(
        world,
        "INSERT INTO interest (id, item_id, person_id, revision, interest, bars, declared_at)"
        " VALUES (:id, :item, :person, 1, 'other', true, :now)",
        id=uuid4(),
        item=item_id,
        person=named("head.elm"),
        now=world.clock.now(),
    )
    with refused_by("nobody_votes_on_their_own"):
        write_vote(world, ballot_id, "head.elm")


@pytest.mark.promise(6)
def test_a_vote_of_whoever_declared_nothing_is_refused(world: World, ballot_id: UUID) -> None:
    """Silence is not "none": the papers were not open to this member either."""
    with refused_by("nobody_votes_on_their_own"):
        write_vote(world, ballot_id, "head.elm")


@pytest.mark.promise(12)
def test_a_late_vote_is_refused_before_any_timer_has_fired(world: World, ballot_id: UUID) -> None:
    """The stored closing instant binds: at it, not only after it."""
    closes_at = world.one("SELECT closes_at FROM ballot WHERE id = :id", id=ballot_id)
    item_id = world.one("SELECT item_id FROM ballot WHERE id = :id", id=ballot_id)
    world.declares("head.elm", item_id)
    with refused_by("ballot_is_open"):
        write_vote(world, ballot_id, "head.elm", closes_at)
    write_vote(world, ballot_id, "head.elm", closes_at - timedelta(microseconds=1))


def test_a_closed_ballot_is_neither_opened_nor_extended(
    world: World, hand: ByHand, ballot_id: UUID
) -> None:
    """A ballot may close early, never late; and its result stays what it was."""
    later = "UPDATE ballot SET closes_at = closes_at + interval '1 day' WHERE id = :id"
    with refused_by("a_ballot_is_not_extended"):
        run_sql(world, later, id=ballot_id)
    world.panel_votes(ballot_id)
    world.closes(ballot_id)
    hand.goes_on()
    with refused_by("a_ballot_closes_once"):
        run_sql(world, "UPDATE ballot SET result = '{}' WHERE id = :id", id=ballot_id)


@pytest.mark.promise(6)
@pytest.mark.parametrize("officer", ["head.crane", "senco.ashdown", "officer.2"])
def test_a_decision_on_ones_own_is_refused(world: World, hand: ByHand, officer: str) -> None:
    """Whoever moderated, submitted or is family cannot decide, whatever grade they were given."""
    request_id = hand.recommended(request(number=1))
    with refused_by("nobody_decides_their_own"):
        write_decision(world, request_id, officer, "authorised", 1)


def test_one_decision_waits_at_a_time(world: World, hand: ByHand) -> None:
    """A second signature cannot be recorded while the first has no outcome."""
    request_id = hand.recommended(request())
    world.authorises("officer.1", request_id)
    with pytest.raises(NotAtThisStage):
        world.does("manager.1", ActKind.DECLINE, request_id)
    with refused_by("one_undelivered_decision"):
        slip_in(world, "manager.1", ActKind.DECLINE, request_id)


@pytest.mark.promise(4)
def test_an_outcome_is_given_once(world: World, hand: ByHand) -> None:
    """An act that was done cannot be made refused afterwards."""
    request_id = hand.recommended(request())
    act = world.authorises("officer.1", request_id)
    hand.goes_on()
    with refused_by("an_outcome_is_given_once"):
        run_sql(world, "UPDATE act SET outcome = 'refused' WHERE id = :id", id=act.id)


@pytest.mark.promise(13)
def test_what_a_guard_refuses_inside_an_effect_is_told_as_its_refusal(
    world: World, hand: ByHand, small_county: Settings
) -> None:
    """A race that only the database sees still ends in an outcome, and nothing is half done."""
    request_id = hand.recommended(request())
    before = world.moved()
    assert small_county.database_owner_url is not None
    plant(small_county.database_owner_url, "letter", "nobody_decides_their_own")
    act = world.authorises("officer.1", request_id)
    hand.goes_on()
    assert world.outcome(act) == ("refused", "barred")
    assert (world.moved(), world.stage(request_id)) == (before, "sign_off")
    assert world.one("SELECT count(*) FROM decision") == 0


@pytest.mark.promise(4)
def test_what_no_guard_of_ours_refuses_is_tried_again_and_leaves_nothing(
    world: World, hand: ByHand, small_county: Settings
) -> None:
    """An error that stands for no refusal undoes everything; the act waits for its outcome."""
    request_id = hand.recommended(request())
    assert small_county.database_owner_url is not None
    plant(small_county.database_owner_url, "letter", "planted")
    act = world.authorises("officer.1", request_id)
    before = world.tables()
    with pytest.raises(IntegrityError):
        hand.goes_on()
    assert world.tables() == before
    assert world.outcome(act) == (None, None)


def test_places_are_not_exceeded(world: World, hand: ByHand) -> None:
    """A service has as many places as it has."""
    requests = [world.submits(request(number=number)) for number in (0, 2, 3)]
    hand.goes_on()
    sql = (
        "INSERT INTO plan_place (provision_id, request_id, pupil_id, state, kept_at)"
        " VALUES (:provision, :request, :pupil, 'kept', :now)"
    )
    for number, request_id in enumerate(requests):
        values = {
            "provision": named("provision"),
            "request": request_id,
            "pupil": pupil_id("ashdown", number),
            "now": world.clock.now(),
        }
        if number < 2:
            run_sql(world, sql, **values)
            continue
        with refused_by("places_are_not_exceeded"):
            run_sql(world, sql, **values)


@pytest.mark.promise(9)
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE decision SET annual_pence = 1",
        "DELETE FROM decision",
        "UPDATE vote SET reason = ''",
        "DELETE FROM vote",
        "UPDATE award SET total_pence = 0",
        "UPDATE instalment SET pence = 0",
        'UPDATE "placing" SET annual_pence = 0',
        "UPDATE policy_version SET document = '{}'",
        "UPDATE request_version SET content = '{}'",
        "UPDATE support_request SET pins = '{}'",
        "UPDATE act SET choices = '{}'",
        "DELETE FROM act",
        "DELETE FROM part_played",
        "UPDATE letter SET body = ''",
        "DELETE FROM event",
    ],
)
def test_what_is_history_is_neither_changed_nor_deleted(world: World, sql: str) -> None:
    """The application's own role has no right to rewrite the past."""
    with pytest.raises(ProgrammingError) as refused:
        run_sql(world, sql)
    assert isinstance(refused.value.orig, errors.InsufficientPrivilege)
