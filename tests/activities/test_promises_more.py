"""Promises that a well-meant edit broke unnoticed, each found by making that edit."""

from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import errors

from activities.embedded import EmbeddedPostgres
from activities.settings import Settings
from activities.store import ledger, recording
from activities.store.reading.meetings import votes_of
from activities.store.recording.faults import SavedMeanwhile
from activities.store.session import transaction
from domain.ledger.accounts import DEFICIT
from domain.ledger.journal import Pay, Verb
from domain.moderation import Recommendation
from domain.people import Interest
from domain.refusals import Barred, NotValid, OwedByPlan
from domain.stages import ActKind, Stage
from tests.activities.behind import refused_by, run_sql, slip_in, write_decision
from tests.activities.by_hand import ByHand
from tests.activities.ledger_books import CONTEXT, Books, instalment, line
from tests.activities.small_county import WITH_PLAN, named, request
from tests.activities.world import World

PREDICTABLE = (3, 2, 0, 0)
_PAID_FROM_ANOTHER_COMMITMENT = """
INSERT INTO ledger_entry OVERRIDING SYSTEM VALUE
SELECT (jsonb_populate_record(e, jsonb_build_object(
    'id', gen_random_uuid(), 'number', e.number + 1000, 'commitment_id', %s::uuid))).*
FROM ledger_entry AS e WHERE e.verb = 'pay'
"""


@pytest.mark.promise(2)
def test_an_entry_names_its_cause_and_the_version_of_each_rule(world: World, hand: ByHand) -> None:
    """The journal alone leads from a penny to the ballot or act, the officer and the rules."""
    request_id = hand.recommended(request())
    act = world.authorises("officer.1", request_id)
    hand.goes_on()
    pins = world.one("SELECT pins FROM support_request WHERE id = :id", id=request_id)
    with transaction(world.engine) as session:
        found = ledger.entries(session, limit=500)
    held, promised = (each for each in found if each.context.request_id == request_id)
    assert (held.verb, promised.verb) == (Verb.HOLD, Verb.COMMIT)
    assert held.context.act_id == world.ballot_of(request_id)
    assert (promised.context.act_id, promised.context.actor_id) == (act.id, act.person_id)
    for each in (held, promised):
        assert each.context.policy_version_ids == tuple(sorted(pins.values()))


@pytest.mark.promise(2)
def test_the_votes_behind_a_penny_are_those_that_counted(world: World, hand: ByHand) -> None:
    """A vote may be changed until the close: who asks why is shown the last one of each member."""
    _, ballot_id = hand.in_ballot(request())
    world.panel_votes(ballot_id)
    world.votes("head.elm", ballot_id, recommendation=Recommendation.DIFFERENTLY)
    world.closes(ballot_id)
    hand.goes_on()
    with transaction(world.engine) as session:
        found = sorted(each["recommendation"] for each in votes_of(session, ballot_id))
    assert found == ["as_asked", "as_asked", "differently"]


@pytest.mark.promise(5)
def test_a_pot_is_not_filled_from_the_deficit_without_authority(world: World) -> None:
    """The way round, by allocating first and spending then, asks for the same authority."""
    books, given = Books(world.engine), line(1_00, "cluster:alder")
    for authority in (None, " "):
        answer = books.allocate(given, source=DEFICIT, authority=authority)
        assert answer.result == "authority_needed"
    assert books.allocate(given, source=DEFICIT, authority="Cabinet 26/00002").is_done


@pytest.mark.promise(3)
def test_a_commit_waits_until_it_is_written(world: World) -> None:
    """Nobody trades what was acknowledged for speed: a commit returns when the log is written."""
    assert world.one("SHOW synchronous_commit") == "on"


@pytest.mark.promise(3)
def test_the_embedded_server_keeps_what_it_has_written(tmp_path: Path) -> None:
    """Unless a test says otherwise, a machine that loses power loses nothing acknowledged."""
    server = EmbeddedPostgres(tmp_path / "postgres")
    server.start()
    try:
        server.create_database("kept")
        with psycopg.connect(_plain(server.owner_url("kept"))) as connection:
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                assert connection.execute(f"SHOW {setting}").fetchone() == ("on",)
    finally:
        server.stop()


@pytest.mark.promise(4)
def test_an_awards_instalment_is_paid_once_under_whichever_commitment(
    world: World, small_county: Settings
) -> None:
    """Where two commitments race to pay one instalment of an award, the row itself refuses."""
    books, pot = Books(world.engine), "cluster:alder"
    first, second = (
        books.committed(books.held(line(20_00, pot)), instalment(1, 20_00, pot)) for _ in range(2)
    )
    paid = Pay(
        id=uuid4(),
        commitment_id=first,
        instalment_number=1,
        attempt=1,
        line=line(20_00, pot),
        context=CONTEXT.model_copy(update={"award_id": uuid4()}),
    )
    assert books.ask(ledger.pay, paid).is_done
    assert small_county.database_owner_url is not None
    with psycopg.connect(_plain(small_county.database_owner_url)) as owner:
        owner.execute("SET ROLE locality_ledger")
        with pytest.raises(errors.UniqueViolation) as refused:
            owner.execute(_PAID_FROM_ANOTHER_COMMITMENT, (second,))
    constraint = "ledger_entry_award_instalment_is_paid_once"
    assert refused.value.diag.constraint_name == constraint


@pytest.mark.promise(6)
def test_an_officer_with_an_interest_is_refused_when_the_act_is_carried_out(
    world: World, hand: ByHand
) -> None:
    """Past recording and beyond what the table knows, the effect itself asks who decides."""
    request_id = hand.recommended(request())
    act = slip_in(world, "officer.1", ActKind.AUTHORISE, request_id, interests=["employment"])
    hand.goes_on()
    assert world.outcome(act) == ("refused", Barred.code)
    assert world.stage(request_id) == Stage.SIGN_OFF


@pytest.mark.promise(6)
def test_a_colleague_of_the_same_trust_neither_denies_it_nor_votes(
    world: World, hand: ByHand
) -> None:
    """The record knows whose trust a school is in, and this council's policy bars for it."""
    request_id, ballot_id = hand.in_ballot(request(school="brook"), "brook")
    item_id = world.item_of(request_id)
    with pytest.raises(NotValid, match="own trust"):
        world.declares("senco.fern", item_id)
    world.declares("senco.fern", item_id, Interest.OWN_TRUST)
    with pytest.raises(Barred):
        world.votes("senco.fern", ballot_id)


@pytest.mark.promise(6)
@pytest.mark.parametrize("who", ["senco.ashdown", "head.ashdown"])
def test_whoever_asked_for_it_stays_barred_after_leaving_the_school(
    world: World, hand: ByHand, who: str
) -> None:
    """It is the person that is barred, not the role: a new post does not open the old case."""
    request_id = hand.recommended(request())
    left = "UPDATE role_held SET until_on = '2026-10-05' WHERE person_id = :who"
    run_sql(world, left, who=named(who))
    with refused_by("nobody_decides_their_own"):
        write_decision(world, request_id, who, "authorised", 1)


@pytest.mark.promise(9)
def test_a_request_is_priced_by_the_day_it_was_submitted(world: World, hand: ByHand) -> None:
    """However long the panel takes, the dated amounts are those of the day of submission."""
    request_id = hand.listed(request())
    submitted_on = world.clock.now().date()
    world.clock.move_on(timedelta(days=10))
    world.opens(world.item_of(request_id))
    hand.goes_on()
    ballot_id = world.ballot_of(request_id)
    world.panel_votes(ballot_id)
    world.closes(ballot_id)
    hand.goes_on()
    priced_on = "SELECT inputs ->> 'on' FROM \"placing\" WHERE request_id = :id"
    assert world.one(priced_on, id=request_id) == submitted_on.isoformat()


@pytest.fixture
def planned(world: World, hand: ByHand) -> UUID:
    """A request for a pupil with a plan, whose need a place in the cluster plan would meet."""
    request_id = world.submits(request(number=WITH_PLAN))
    hand.goes_on()
    world.does("sen.1", ActKind.SEND_TO_PANEL, request_id)
    world.calls_meeting("alder", world.clock.now() + timedelta(days=21))
    hand.goes_on()
    world.opens(world.item_of(request_id))
    hand.goes_on()
    world.panel_votes(world.ballot_of(request_id), PREDICTABLE)
    world.closes(world.ballot_of(request_id))
    hand.goes_on()
    return request_id


@pytest.mark.promise(10)
def test_a_place_is_not_given_instead_of_what_a_plan_sets_out(world: World, planned: UUID) -> None:
    """The cluster plan has room, and the plan's own provision is held in money all the same."""
    assert world.rows("SELECT state FROM plan_place") == []
    owed = 'SELECT annual_pence >= 800000 FROM "placing" WHERE request_id = :id'
    assert world.one(owed, id=planned)
    assert world.moved()


@pytest.mark.promise(10)
def test_fewer_days_are_less_than_a_plan_is_owed(world: World, hand: ByHand, planned: UUID) -> None:
    """The whole yearly amount over half of the days asked for is a "less" too, and refused."""
    act = world.authorises("sen.1", planned, until_on=date(2027, 2, 1))
    hand.goes_on()
    assert world.outcome(act) == ("refused", OwedByPlan.code)
    assert world.ending(planned) is None


@pytest.mark.promise(12)
def test_a_ballot_stays_open_until_its_own_instant(world: World, hand: ByHand) -> None:
    """A clock that looks in early closes nothing; at the stored instant it does."""
    _, ballot_id = hand.in_ballot(request())
    closes_at: datetime = world.one("SELECT closes_at FROM ballot WHERE id = :id", id=ballot_id)
    is_open = "SELECT closed_at IS NULL FROM ballot WHERE id = :id"
    hand.time_passes(closes_at - timedelta(microseconds=1))
    assert world.one(is_open, id=ballot_id)
    hand.time_passes(closes_at)
    assert not world.one(is_open, id=ballot_id)


@pytest.mark.promise(12)
def test_moving_on_does_not_put_off_the_day_of_decision(world: World, hand: ByHand) -> None:
    """What a request waits for at most is the instant stored at submission, not counted anew."""
    request_id = hand.listed(request())
    world.clock.move_on(timedelta(days=10))
    world.opens(world.item_of(request_id))
    hand.goes_on()
    waits = "SELECT waits_until_at = decide_by_at FROM support_request WHERE id = :id"
    assert world.one(waits, id=request_id)


@pytest.mark.promise(13)
def test_a_draft_saved_meanwhile_is_not_submitted_unread(world: World) -> None:
    """What the other tab typed is neither lost nor sent: the refusal names the version to read."""
    with world.saying("senco.ashdown") as (session, saying):
        draft = recording.create_draft(session, saying, "ashdown", request())
    newest = world.mends(draft.id, request(about="Saved from another tab"))
    with world.saying("head.ashdown") as (session, saying):
        recording.confirm_draft(session, saying, draft.id, newest)
    with pytest.raises(SavedMeanwhile) as refused:
        world.does("senco.ashdown", ActKind.SUBMIT, draft.id, draft_version=draft.version)
    assert str(newest) in str(refused.value)


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")
