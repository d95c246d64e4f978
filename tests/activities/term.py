"""A term in which requests end in every way, by the rules and by what people set themselves."""

from datetime import UTC, datetime
from functools import cache

from activities.embedded import EmbeddedPostgres
from activities.store.session import make_engine
from domain.moderation import Recommendation
from domain.places import Level
from domain.request import RequestKind
from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.small_county import WITH_PLAN, asked, line, profile, request
from tests.activities.world import World
from tests.conftest import StillClock, settings_for

TERM = "locality_played_term"
COGNITION = (2, 3, 0, 0)
COMMUNICATION = (3, 2, 0, 0)
LOW = (1, 1, 0, 0)
HIGHEST = (5, 5, 5, 5)
PLACINGS, DECISIONS, SET_BY_PEOPLE = 14, 11, 2


@cache
def termed_on(server: EmbeddedPostgres, furnished: str) -> str:
    """Play the term in a database to copy, once on each server whoever asks for it."""
    server.create_database(TERM, template=furnished)
    engine = make_engine(settings_for(server, TERM).database_url, pool_size=2)
    play(ByHand(World(engine, StillClock())))
    engine.dispose()
    return TERM


def play(hand: ByHand) -> None:
    """Play the term: whatever is asked is done."""
    _by_the_rules(hand)
    _by_people(hand)
    _without_money(hand)
    _owed_by_a_plan(hand)


def _by_the_rules(hand: ByHand) -> None:
    """A band, a costed map, a group of two schools and a project are signed as they come out."""
    band = hand.recommended(request())
    costed = hand.recommended(request(number=1, profile=profile(*COGNITION)), COGNITION)
    pupils = (asked("ashdown", 2, school_spends_pence=100_000), asked("brook", 0))
    group = request(
        RequestKind.GROUP, pupils=pupils, provision=(line(60, group=2),), profile=profile(*LOW)
    )
    shared = hand.recommended(group, COGNITION)
    project = request(RequestKind.PROJECT, provision=(line(5),))
    capacity = hand.recommended(project, ())
    for officer, request_id in (
        ("officer.1", band),
        ("officer.1", costed),
        ("manager.1", shared),
        ("officer.1", capacity),
    ):
        hand.world.authorises(officer, request_id)
        hand.goes_on()


def _by_people(hand: ByHand) -> None:
    """A named officer prices one, an officer gives another amount, one climbs on grounds."""
    world = hand.world
    unpriced = hand.recommended(request(number=3, profile=profile(*HIGHEST)), HIGHEST)
    world.does("manager.1", ActKind.PRICE, unpriced, annual_pence=2_000_000)
    hand.goes_on()
    world.authorises("manager.2", unpriced)
    another = hand.recommended(request(number=4))
    world.does("officer.1", ActKind.AUTHORISE_DIFFERENTLY, another, annual_pence=500_000)
    hand.goes_on()
    climbing = hand.recommended(request(school="brook", number=1), school="brook")
    world.does("officer.1", ActKind.ESCALATE, climbing, level=Level.COUNCIL)
    hand.goes_on()


def _without_money(hand: ByHand) -> None:
    """A place in the plan instead of money, advice, a need below the threshold, and a "no"."""
    world = hand.world
    place = hand.recommended(
        request(school="brook", number=2, profile=profile(*COMMUNICATION)),
        COMMUNICATION,
        school="brook",
    )
    low = hand.recommended(
        request(school="brook", number=3, profile=profile(*LOW)), LOW, school="brook"
    )
    advice = hand.recommended(
        request(RequestKind.ADVICE, school="brook", number=4),
        recommendation=Recommendation.ADVICE,
        school="brook",
    )
    for request_id in (place, low, advice):
        world.authorises("officer.1", request_id)
        hand.goes_on()
    no = hand.recommended(request(), recommendation=Recommendation.NONE)
    world.does("officer.1", ActKind.DECLINE, no)
    hand.goes_on()


def _owed_by_a_plan(hand: ByHand) -> None:
    """A panel would give nothing; what the plan sets out is owed, and signed."""
    world = hand.world
    planned = world.submits(request(number=WITH_PLAN))
    hand.goes_on()
    world.does("sen.1", ActKind.SEND_TO_PANEL, planned)
    world.calls_meeting("alder", datetime(2026, 11, 27, 9, 30, tzinfo=UTC))
    hand.goes_on()
    world.opens(world.item_of(planned))
    hand.goes_on()
    ballot_id = world.ballot_of(planned)
    world.panel_votes(ballot_id, (0, 0, 0, 0), Recommendation.NONE)
    world.closes(ballot_id)
    hand.goes_on()
    world.authorises("sen.1", planned)
    hand.goes_on()
