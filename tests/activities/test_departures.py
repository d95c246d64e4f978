"""Departures are kept when they happen, with what was stated beside what was decided."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import ProgrammingError

from activities.store import recording
from activities.store.recording import VoteFaulty
from domain.moderation import Recommendation, Vote
from domain.needs import AreaOfNeed
from domain.places import Level
from domain.refusals import NotValid, ReasonNeeded
from domain.stages import ActKind
from tests.activities.behind import refused_by, run_sql, slip_in
from tests.activities.by_hand import ByHand
from tests.activities.small_county import named, profile, request
from tests.activities.world import WHY, World

STATED = (2, 3, 0, 0)
"""Predictable, where the cluster plan has no service."""
MODERATED = (3, 3, 0, 0)
MEMBERS = ("head.crane", "head.dell", "head.elm")
_LEFT = (
    "departs_from, area_of_need, direction, guidance_level, decided_level, guidance_code,"
    " decided_code, guidance_pence, decided_pence, ticked, ballot_id, act_id, placing_id,"
    " cluster_code"
)


def departures(world: World, request_id: UUID) -> list[Any]:
    """Every departure kept of a request, in the order they happened in."""
    return world.rows(
        f"SELECT {_LEFT} FROM departure WHERE request_id = :id"  # noqa: S608
        " ORDER BY recorded_at, departs_from DESC",
        id=request_id,
    )


def recommended(hand: ByHand, levels: tuple[int, ...] = MODERATED) -> UUID:
    """A request whose school stated one need and whose panel moderated another."""
    return hand.recommended(request(profile=profile(*STATED)), levels)


def votes_with(
    world: World,
    ballot_id: UUID,
    member: str,
    *descriptors: str,
    reason: str = WHY,
    levels: tuple[int, ...] = MODERATED,
) -> None:
    """A member ticks descriptors and votes."""
    vote = Vote(
        person_id=named(member),
        levels=dict(zip(AreaOfNeed, levels, strict=True)),
        recommendation=Recommendation.AS_ASKED,
        reason=reason,
        descriptors=descriptors,
    )
    with world.saying(member, ballot_id) as (session, saying):
        recording.cast_vote(session, saying, ballot_id, vote)


def priced_at(world: World, request_id: UUID) -> int:
    """What the rules gave a request, a year."""
    found: int = world.one(
        'SELECT annual_pence FROM "placing" WHERE request_id = :id ORDER BY number DESC LIMIT 1',
        id=request_id,
    )
    return found


def test_a_panel_that_leaves_the_schools_level_is_kept_area_by_area(
    world: World, hand: ByHand
) -> None:
    """The school's level, the moderated one, and what was ticked for it by how many."""
    request_id, ballot_id = hand.in_ballot(request(profile=profile(*STATED)))
    for member in MEMBERS:
        world.declares(member, world.item_of(request_id))
    votes_with(world, ballot_id, "head.crane", "ci2a", levels=STATED)
    votes_with(world, ballot_id, "head.crane", "ci3a")
    votes_with(world, ballot_id, "head.dell", "ci3a", "cl3a")
    votes_with(world, ballot_id, "head.elm")
    assert departures(world, request_id) == []
    world.closes(ballot_id)
    hand.goes_on()
    (left,) = departures(world, request_id)
    assert (left.departs_from, left.area_of_need, left.direction) == (
        *("level", AreaOfNeed.COMMUNICATION),
        "up",
    )
    assert (left.guidance_level, left.decided_level, left.ticked) == (2, 3, {"ci3a": 2})
    assert (left.ballot_id, left.act_id, left.cluster_code) == (ballot_id, None, "alder")
    placing_id = world.one("SELECT placing_id FROM support_request WHERE id = :i", i=request_id)
    assert left.placing_id == placing_id


@pytest.mark.promise(4)
def test_a_departure_is_kept_once_however_often_its_panel_is_heard(
    world: World, hand: ByHand
) -> None:
    """Hearing a ballot again changes nothing."""
    request_id = recommended(hand)
    before = world.tables()
    hand.hears(request_id, world.ballot_of(request_id))
    assert world.tables() == before
    assert len(departures(world, request_id)) == 1


def test_a_panel_that_agrees_departs_from_nothing(world: World, hand: ByHand) -> None:
    """As stated is as stated."""
    assert departures(world, recommended(hand, STATED)) == []


def test_an_officer_who_states_another_need_departs_too(world: World, hand: ByHand) -> None:
    """By the act that says why, with the descriptors that the officer ticked."""
    request_id = world.submits(request(profile=profile(*STATED), urgent_because="x"))
    hand.goes_on()
    stated = profile(*MODERATED).model_copy(update={"descriptors": ("ci3a", "ci2a")})
    said = {"profile": stated, "recommendation": Recommendation.AS_ASKED}
    act = world.does("officer.1", ActKind.MODERATE, request_id, **said)
    hand.goes_on()
    (left,) = departures(world, request_id)
    assert (left.act_id, left.ballot_id, left.ticked) == (act.id, None, {"ci3a": 1})


def test_an_officer_may_name_another_tier_and_amount(world: World, hand: ByHand) -> None:
    """What the rules gave stands beside what was signed; the letter tells what was signed."""
    request_id = recommended(hand, STATED)
    by_the_rules = priced_at(world, request_id)
    said = {"annual_pence": by_the_rules + 500, "tier": "exceptional"}
    act = world.does("officer.1", ActKind.AUTHORISE_DIFFERENTLY, request_id, **said)
    hand.goes_on()
    assert world.outcome(act) == ("done", None)
    tier, amount = departures(world, request_id)
    assert (tier.departs_from, tier.guidance_code, tier.decided_code, tier.direction) == (
        *("tier", "predictable"),
        *("exceptional", "up"),
    )
    assert (amount.departs_from, amount.guidance_pence, amount.decided_pence) == (
        *("amount", by_the_rules),
        by_the_rules + 500,
    )
    assert {tier.act_id, amount.act_id} == {act.id}
    (decided,) = world.rows("SELECT tier, result FROM decision WHERE request_id = :i", i=request_id)
    assert decided.tier == decided.result["by_the_rules_tier"] == "predictable"
    assert decided.result["tier"] == "exceptional"
    assert "“Exceptional”" in world.one(
        "SELECT body FROM letter WHERE request_id = :i", i=request_id
    )


def test_signing_what_was_worked_out_is_no_departure(world: World, hand: ByHand) -> None:
    """Nor is naming the tier and band that the rules gave."""
    request_id = recommended(hand, STATED)
    said = {"annual_pence": priced_at(world, request_id), "tier": "predictable"}
    world.does("officer.1", ActKind.AUTHORISE_DIFFERENTLY, request_id, **said)
    hand.goes_on()
    assert world.ending(request_id) == "authorised_differently"
    assert departures(world, request_id) == []


def test_a_decline_departs_from_the_amount(world: World, hand: ByHand) -> None:
    """Nothing, where the rules gave something."""
    request_id = recommended(hand, STATED)
    by_the_rules = priced_at(world, request_id)
    world.does("officer.1", ActKind.DECLINE, request_id)
    hand.goes_on()
    (left,) = departures(world, request_id)
    assert (left.departs_from, left.direction) == ("amount", "down")
    assert (left.guidance_pence, left.decided_pence) == (by_the_rules, 0)


def test_a_price_where_no_table_has_one_is_kept(world: World, hand: ByHand) -> None:
    """It leans neither way; whoever signs it afterwards departs from nothing."""
    request_id = hand.recommended(request(profile=profile(5, 5, 5, 5)), (5, 5, 5, 5))
    world.does("manager.1", ActKind.PRICE, request_id, annual_pence=900_000)
    hand.goes_on()
    (left,) = departures(world, request_id)
    assert (left.departs_from, left.direction) == ("amount", "aside")
    assert (left.guidance_pence, left.decided_pence) == (None, 900_000)
    world.does("head-of-sen", ActKind.AUTHORISE, request_id)
    hand.goes_on()
    assert world.ending(request_id) == "authorised"
    assert len(departures(world, request_id)) == 1


def test_an_escalation_on_grounds_is_kept(world: World, hand: ByHand) -> None:
    """Whose turn it would have been, and whose it is."""
    request_id = recommended(hand, STATED)
    world.does("officer.1", ActKind.ESCALATE, request_id, level=Level.AREA)
    hand.goes_on()
    (left,) = departures(world, request_id)
    assert (left.departs_from, left.guidance_code, left.decided_code) == (
        *("decider", "cluster"),
        "area",
    )


@pytest.mark.promise(13)
def test_a_tier_or_band_that_the_policy_lacks_is_refused_at_the_door(
    world: World, hand: ByHand
) -> None:
    """Both at once, nothing is written, and what slips past is refused where it is carried out."""
    request_id = recommended(hand, STATED)
    said: dict[str, Any] = {"annual_pence": 1_000, "tier": "golden", "band": "z9"}
    acts = world.one("SELECT count(*) FROM act")
    with pytest.raises(NotValid, match="no tier golden; there is no band z9"):
        world.does("officer.1", ActKind.AUTHORISE_DIFFERENTLY, request_id, **said)
    assert world.one("SELECT count(*) FROM act") == acts
    act = slip_in(world, "officer.1", ActKind.AUTHORISE_DIFFERENTLY, request_id, **said)
    hand.goes_on()
    assert world.outcome(act) == ("refused", "not_valid")
    assert departures(world, request_id) == []


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (ActKind.AUTHORISE_DIFFERENTLY, {"annual_pence": 1_000}),
        (ActKind.DECLINE, {}),
        (ActKind.ESCALATE, {"level": Level.AREA}),
    ],
)
def test_an_officer_who_departs_says_why(
    world: World, hand: ByHand, kind: ActKind, said: dict[str, Any]
) -> None:
    """Blanks are no reason."""
    request_id = recommended(hand, STATED)
    with pytest.raises(ReasonNeeded):
        world.does("officer.1", kind, request_id, reason=" \n", **said)


def test_a_vote_that_departs_says_why_in_words(world: World, hand: ByHand) -> None:
    """Descriptors alone are a reason where the vote keeps to the school's levels."""
    request_id, ballot_id = hand.in_ballot(request(profile=profile(*STATED)))
    world.declares("head.elm", world.item_of(request_id))
    for ticked in (("ci3a",), ()):
        with pytest.raises(VoteFaulty):
            votes_with(world, ballot_id, "head.elm", *ticked, reason=" ")
    votes_with(world, ballot_id, "head.elm", "ci2a", reason="", levels=STATED)
    assert world.one("SELECT count(*) FROM vote") == 1


@pytest.mark.promise(7)
def test_the_database_keeps_no_departure_of_an_open_ballot(world: World, hand: ByHand) -> None:
    """Not even past everything above it; nor of a ballot on another request."""
    request_id, ballot_id = hand.in_ballot(request(profile=profile(*STATED)))
    with refused_by("a_departure_is_told_after"):
        keep(world, request_id, ballot_id=ballot_id)
    other = recommended(hand)
    with refused_by("a_departure_is_told_after"):
        keep(world, request_id, ballot_id=world.ballot_of(other))


def test_the_database_keeps_no_departure_without_a_reason_or_without_a_difference(
    world: World, hand: ByHand
) -> None:
    """An act that says nothing, levels that are the same, two causes at once: none of them."""
    request_id = recommended(hand, STATED)
    said_nothing = slip_in(world, "officer.1", ActKind.DECLINE, request_id, reason=" \n").id
    with refused_by("a_departure_says_why"):
        keep(world, request_id, act_id=said_nothing)
    said = slip_in(world, "officer.1", ActKind.PRICE, request_id).id
    with refused_by("departs_from_something"):
        keep(world, request_id, act_id=said, decided_level=2)
    with refused_by("departs_from_something"):
        keep(world, request_id, act_id=said, departs_from="weather", decided_code="rain")
    with refused_by("caused_by_one"):
        keep(world, request_id, act_id=said, ballot_id=world.ballot_of(request_id))
    with refused_by("direction_known"):
        keep(world, request_id, act_id=said, direction="sideways")
    keep(world, request_id, act_id=said)
    with refused_by("one_of_a_kind"):
        keep(world, request_id, act_id=said)


@pytest.mark.promise(2)
@pytest.mark.parametrize(
    "changes", ["UPDATE departure SET decided_level = 5", "DELETE FROM departure"]
)
def test_what_was_kept_is_never_changed(world: World, hand: ByHand, changes: str) -> None:
    """The application has no right to."""
    recommended(hand)
    with pytest.raises(ProgrammingError, match="permission denied"):
        run_sql(world, changes)


def test_the_database_takes_no_vote_that_does_not_say_why(world: World, hand: ByHand) -> None:
    """Neither words nor descriptors, past everything above it."""
    request_id, ballot_id = hand.in_ballot(request())
    world.declares("head.elm", world.item_of(request_id))
    with refused_by("a_vote_says_why"):
        run_sql(
            world,
            "INSERT INTO vote (id, ballot_id, person_id, revision, abstained, levels, descriptors,"
            " recommendation, reason, recorded_at) VALUES"
            " (:id, :ballot, :who, 1, false, '{}', '[]', 'as_asked', E' \\n', :at)",
            id=uuid4(),
            ballot=ballot_id,
            who=named("head.elm"),
            at=world.clock.now(),
        )


def keep(world: World, request_id: UUID, **changed: Any) -> None:
    """Put a departure straight into the table, with some of it changed."""
    found = world.rows('SELECT id FROM "placing" WHERE request_id = :id', id=request_id)
    row: dict[str, Any] = {
        "id": uuid4(),
        "request_id": request_id,
        "cluster_code": "alder",
        "placing_id": found[0].id if found else None,
        "ballot_id": None,
        "act_id": None,
        "departs_from": "level",
        "area_of_need": "cognition_and_learning",
        "direction": "up",
        "guidance_level": 2,
        "decided_level": 3,
        "decided_code": None,
        "recorded_at": world.clock.now(),
        **changed,
    }
    run_sql(
        world,
        f"INSERT INTO departure ({', '.join(row)}, ticked)"  # noqa: S608
        f" VALUES ({', '.join(f':{name}' for name in row)}, '{{}}')",
        **row,
    )
