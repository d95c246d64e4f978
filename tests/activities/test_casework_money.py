"""Where money is looked for, that no pot is overspent, and that an empty one refuses nobody."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError

from activities.names import Deed
from activities.settings import Settings
from activities.store import ledger
from activities.store.session import make_engine, transaction
from domain.acts import ActRef
from domain.refusals import NotAtThisStage, Refusal
from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.small_county import named, profile, request
from tests.activities.world import World, furnish
from tests.conftest import StillClock

COSTED_PENCE = 271_289
"""£3,268 a year from 2 November to 31 August: £1,356.45 of it by March, £1,356.44 after."""
COGNITION = (2, 3, 0, 0)
NOTHING = {
    "cluster__alder": 0,
    "contingency__cluster__alder": 0,
    "contingency__area__north": 0,
    "contingency__council": 0,
}

Furnished = Callable[[dict[str, int]], ByHand]


@pytest.fixture
def furnished_with(database: Settings, clock: StillClock) -> Iterator[Furnished]:
    """Furnish a small county of the test's own with other budgets."""
    engine = make_engine(database.database_url, 8)

    def furnished(pounds: dict[str, int]) -> ByHand:
        with transaction(engine) as session:
            furnish(session, clock.now(), **pounds)
        return ByHand(World(engine, clock))

    yield furnished
    engine.dispose()


def predictable(hand: ByHand, number: int = 0) -> UUID:
    """A recommended request whose cost falls on the cluster's budget first."""
    content = request(number=number, profile=profile(*COGNITION))
    return hand.recommended(content, COGNITION)


def tried(hand: ByHand, request_id: UUID) -> list[tuple[str, str]]:
    """Every pot that was tried for a request, with what the ledger answered."""
    found = hand.world.one('SELECT pots_tried FROM "placing" WHERE request_id = :id', id=request_id)
    return [(each["pot"], each["answer"]) for each in found]


@pytest.mark.promise(10)
@pytest.mark.parametrize(
    ("filled", "pot", "level", "grade"),
    [
        ("contingency__cluster__alder", "contingency:cluster:alder", "cluster", "locality_officer"),
        ("contingency__area__north", "contingency:area:north", "area", "area_manager"),
        ("contingency__council", "contingency:council", "council", "head_of_sen"),
    ],
)
def test_want_of_money_climbs_and_never_refuses(
    furnished_with: Furnished, filled: str, pot: str, level: str, grade: str
) -> None:
    """The first pot upwards that covers all of it holds it, and its level's decider signs."""
    hand = furnished_with({**NOTHING, filled: 10_000})
    request_id = predictable(hand)
    world = hand.world
    assert world.moved() == {pot: (COSTED_PENCE, 0)}
    assert world.stands(request_id) == ("sign_off", grade)
    assert world.one("SELECT level FROM support_request WHERE id = :id", id=request_id) == level
    assert tried(hand, request_id)[-1] == (pot, "created")
    signer = {"locality_officer": "officer.1", "area_manager": "manager.1"}
    world.authorises(signer.get(grade, "head-of-sen"), request_id)
    hand.goes_on()
    assert world.moved() == {pot: (0, COSTED_PENCE)}


@pytest.mark.promise(10)
@pytest.mark.promise(5)
def test_with_every_pot_empty_a_person_authorises_an_overspend(furnished_with: Furnished) -> None:
    """No money is no "no": whoever has that authority draws on the visible deficit."""
    hand = furnished_with({**NOTHING})
    world = hand.world
    request_id = predictable(hand)
    assert world.stands(request_id) == ("no_money", "head_of_sen")
    assert len(tried(hand, request_id)) == 4
    low = world.does("manager.1", ActKind.AUTHORISE_OVERSPEND, request_id)
    hand.goes_on()
    assert world.outcome(low) == ("refused", "authority_too_low")
    world.does("head-of-sen", ActKind.AUTHORISE_OVERSPEND, request_id, authority="26/00099")
    hand.goes_on()
    assert world.ending(request_id) == "authorised"
    assert world.balances()["deficit"] == (-COSTED_PENCE, 0, COSTED_PENCE)
    authorities = world.rows("SELECT DISTINCT authority FROM ledger_entry WHERE verb = 'commit'")
    assert [row.authority for row in authorities] == ["26/00099"]


@pytest.mark.promise(10)
def test_no_money_is_referred_up_and_never_declined(furnished_with: Furnished) -> None:
    """At this stage there is no act that says no."""
    hand = furnished_with({**NOTHING})
    request_id = predictable(hand)
    with pytest.raises(NotAtThisStage):
        hand.world.does("head-of-sen", ActKind.DECLINE, request_id)
    hand.world.does("head-of-sen", ActKind.REFER_UP, request_id)
    hand.goes_on()
    assert hand.world.stands(request_id) == ("no_money", "director")


def test_more_than_the_pot_has_is_signed_from_the_next(furnished_with: Furnished) -> None:
    """A signed amount above what its pot has moves to a pot that covers the whole of it."""
    hand = furnished_with({"cluster__alder": 1_500})
    request_id = predictable(hand)
    assert hand.world.moved() == {"cluster:alder": (COSTED_PENCE, 0)}
    more = hand.world.does(
        "officer.1", ActKind.AUTHORISE_DIFFERENTLY, request_id, annual_pence=500_000
    )
    hand.goes_on()
    assert hand.world.outcome(more) == ("done", None)
    assert hand.world.moved() == {"contingency:cluster:alder": (0, 415_068)}


@pytest.mark.promise(5)
def test_more_than_any_pot_has_is_refused_and_leaves_the_hold(furnished_with: Furnished) -> None:
    """Nothing is committed that nothing covers; the request stays with its officer."""
    hand = furnished_with({**NOTHING, "cluster__alder": 1_500, "contingency__council": 1})
    request_id = predictable(hand)
    more = hand.world.does(
        "officer.1", ActKind.AUTHORISE_DIFFERENTLY, request_id, annual_pence=900_000
    )
    hand.goes_on()
    assert hand.world.outcome(more) == ("refused", "budget_exceeded")
    assert hand.world.moved() == {"cluster:alder": (COSTED_PENCE, 0)}
    assert hand.world.stage(request_id) == "sign_off"


@pytest.mark.promise(5)
def test_two_signatures_at_the_same_instant_share_the_last_pound(
    furnished_with: Furnished,
) -> None:
    """Only what is there is given: one has it from the pot, the other from the next."""
    hand = furnished_with({"cluster__alder": 3_000})
    world = hand.world
    first, second = predictable(hand, 0), predictable(hand, 2)
    acts = [
        world.does(officer, ActKind.AUTHORISE_DIFFERENTLY, request_id, annual_pence=600_000)
        for officer, request_id in (("officer.1", first), ("officer.2", second))
    ]
    at_once(hand, [Deed(subject_id=r, act=a) for r, a in zip((first, second), acts, strict=True)])
    assert {world.outcome(act) for act in acts} == {("done", None)}
    committed = sorted(sent for _, sent in world.moved().values())
    assert committed == [498_082, 498_082]
    assert all(available >= 0 for pot, (available, _, _) in world.balances().items() if ":" in pot)
    with transaction(world.engine) as session:
        assert not ledger.verify(session)


@pytest.mark.promise(4)
def test_one_act_carried_out_by_two_workers_is_done_once(world: World, hand: ByHand) -> None:
    """A repeated delivery that overtakes the first finds the outcome and changes nothing."""
    request_id = predictable(hand)
    act = world.authorises("officer.1", request_id)
    deed = Deed(subject_id=request_id, act=act)
    at_once(hand, [deed, deed, deed])
    assert world.outcome(act) == ("done", None)
    assert world.one("SELECT count(*) FROM award") == 1
    assert world.moved() == {"cluster:alder": (0, COSTED_PENCE)}


@pytest.mark.promise(5)
def test_two_officers_at_the_same_instant_sign_once(world: World, hand: ByHand) -> None:
    """One of them is recorded; the other is told that a decision has just been taken."""
    request_id = predictable(hand)
    started = Barrier(2)

    def signs(officer: str, kind: ActKind) -> ActRef | None:
        started.wait()
        try:
            return world.does(officer, kind, request_id)
        except (IntegrityError, Refusal):
            return None

    with ThreadPoolExecutor(2) as threads:
        signed = list(
            threads.map(signs, ("officer.1", "manager.1"), (ActKind.AUTHORISE, ActKind.DECLINE))
        )
    assert sum(act is not None for act in signed) == 1
    hand.goes_on()
    assert world.one("SELECT count(*) FROM decision") == 1


def test_two_panels_never_give_the_last_place_twice(world: World, hand: ByHand) -> None:
    """The one last place goes to one request; the other is paid for."""
    levels = (3, 2, 0, 0)
    hand.recommended(request(number=0, profile=profile(*levels)), levels)
    both = [hand.in_ballot(request(number=n, profile=profile(*levels))) for n in (2, 3)]
    for _, ballot_id in both:
        world.panel_votes(ballot_id, levels)
        world.closes(ballot_id)
    hand.closes_ballots()
    heard = [(r, b) for r, b in both]
    started = Barrier(2)

    def hears(pair: tuple[UUID, UUID]) -> None:
        started.wait()
        hand.hears(*pair)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(hears, heard))
    taken = world.rows("SELECT 1 FROM plan_place WHERE provision_id = :id", id=named("provision"))
    assert len(taken) == 2
    assert world.moved() == {"cluster:alder": (COSTED_PENCE, 0)}


def test_each_entry_of_a_case_has_its_section_251_line_and_cost_centre(hand: ByHand) -> None:
    """What is held, promised and given back is reported where the policies say."""
    request_id = predictable(hand)
    hand.world.authorises("head-of-sen", request_id)
    given_back = predictable(hand, number=2)
    hand.world.does("officer.1", ActKind.RETURN_TO_PANEL, given_back)
    hand.goes_on()
    found = hand.world.rows(
        "SELECT verb, section_251_line, cost_centre FROM ledger_entry WHERE request_id IS NOT NULL"
    )
    coded = {(row.verb, row.section_251_line, row.cost_centre) for row in found}
    assert coded == {(verb, "1.2.1", "HN210") for verb in ("hold", "commit", "release")}


def at_once(hand: ByHand, deeds: list[Deed]) -> None:
    """Carry several acts out in threads that start together."""
    started = Barrier(len(deeds))

    def carry_out(deed: Deed) -> None:
        started.wait()
        hand.casework.carry_out(deed)

    with ThreadPoolExecutor(len(deeds)) as threads:
        list(threads.map(carry_out, deeds))
