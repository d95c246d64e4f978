"""Services of the Team Around the Cluster: what is asked, answered, late, and who sees it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from importlib import import_module
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from activities.store import reading
from activities.store.reading.caller import Caller
from activities.store.session import transaction
from domain.refusals import NotAtThisStage, Refusal, Unknown
from domain.services import AcceptingService, DecliningService, ReportingService
from tests.activities.advice_world import (
    BEHAVIOUR,
    BY_ON,
    CHAIR,
    SPEECH,
    advises,
    answers,
    asked_ids,
    enrol_services,
    wants,
)
from tests.activities.by_hand import ByHand
from tests.activities.roster_world import other_rules
from tests.activities.small_county import PLANTED, named, pupil_id, request
from tests.activities.world import World

_TIE = text("INSERT INTO family_tie (person_id, pupil_id) VALUES (:person, :pupil)")
ACCEPTS = AcceptingService(note="We come on Tuesdays.")
DECLINES = DecliningService(reason="Nobody is free this term.")
DONE = ReportingService(is_done=True, came_of_it="The team uses pictures each morning.")


@pytest.fixture
def waits(world: World, hand: ByHand) -> tuple[UUID, UUID, UUID]:
    """A request on which two services are asked: its id, and what each is asked."""
    enrol_services(world)
    request_id = hand.recommended(request())
    advises(world, request_id, services=(wants(), wants("behaviour")))
    hand.goes_on()
    found = asked_ids(world, request_id)
    return request_id, found["speech asked"], found["behaviour asked"]


def refused(said: Callable[[], object]) -> type[Refusal]:
    """With which refusal somebody is told no."""
    with pytest.raises(Refusal) as found:
        said()
    return type(found.value)


def tasks(world: World, subject: str) -> list[tuple[str, UUID]]:
    """What waits for somebody of services."""
    with transaction(world.engine) as session:
        found = reading.worklist(session, world.caller(session, subject))
    return [(each.waits, each.id) for each in found if each.waits.endswith("_service")]


def test_a_service_accepts_does_and_reports(world: World, waits: tuple[UUID, UUID, UUID]) -> None:
    """Each answer is once and in order; school, chair and officers read what came of it."""
    _, speech, behaviour = waits
    assert tasks(world, SPEECH) == [("answer_service", speech)]
    assert answers(world, SPEECH, speech, ACCEPTS) == "accepted"
    assert tasks(world, SPEECH) == [("report_service", speech)]
    assert refused(lambda: answers(world, SPEECH, speech, DECLINES)) is NotAtThisStage
    assert answers(world, SPEECH, speech, DONE) == "done"
    assert tasks(world, SPEECH) == []
    assert refused(lambda: answers(world, SPEECH, speech, DONE)) is NotAtThisStage
    assert answers(world, BEHAVIOUR, behaviour, DECLINES) == "declined"
    for who in ("senco.ashdown", CHAIR, "administrator.alder", "officer.1", SPEECH):
        with transaction(world.engine) as session:
            seen = reading.asked_of_service(session, world.caller(session, who), speech)
        assert [each.words for each in seen.answers] == [ACCEPTS.note, DONE.came_of_it], who
    events = world.rows(
        "SELECT facts FROM event WHERE kind = 'service_moved_on' ORDER BY recorded_at, position"
    )
    assert sorted(row.facts["state"] for row in events) == [
        *("accepted", "asked", "asked", "declined", "done"),
    ]


def test_what_has_come_to_its_end_hides_nothing_that_waits(
    world: World, hand: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service that has answered more than a list holds is still told of what it is asked now."""
    enrol_services(world)
    request_id = hand.recommended(request())
    early = wants(asks="Early", by_on=BY_ON - timedelta(days=7))
    advises(world, request_id, services=(early, wants()))
    hand.goes_on()
    first, second = (row.id for row in world.rows("SELECT id FROM service_asked ORDER BY by_on"))
    answers(world, SPEECH, first, DECLINES)
    monkeypatch.setattr(import_module("activities.store.reading.services"), "MOST_AT_ONCE", 1)
    assert tasks(world, SPEECH) == [("answer_service", second)]


def test_what_is_asked_of_a_service_is_nobody_elses(
    world: World, hand: ByHand, waits: tuple[UUID, UUID, UUID]
) -> None:
    """Another service, school, panel or a member without the desk reads and answers nothing."""
    request_id, speech, behaviour = waits
    for who in (BEHAVIOUR, "senco.brook", "head.dell", "head.gorse", "policy.1", "officer.2"):
        with transaction(world.engine) as session:
            caller = world.caller(session, who)
            look = partial(reading.asked_of_service, session, caller, speech)
            if who != "officer.2":
                assert refused(look) is Unknown, who
        assert refused(partial(answers, world, who, speech, ACCEPTS)) is Unknown, who
    assert refused(lambda: answers(world, "senco.ashdown", speech, ACCEPTS)) is Unknown
    assert refused(lambda: answers(world, SPEECH, uuid4(), ACCEPTS)) is Unknown
    with transaction(world.engine) as session:
        caller = world.caller(session, SPEECH)
        (line,) = reading.asked_of_services(session, caller)
        assert refused(lambda: reading.request(session, caller, request_id)) is Unknown
        assert refused(lambda: reading.advice(session, caller, request_id)) is Unknown
        events = reading.events(session, caller, 0)
    assert (line.id, line.request_id, line.school) == (speech, None, "Ashdown School")
    assert line.areas == ("communication_and_interaction",)
    assert [each.facts["asked_id"] for each in events if each.subject == "request"] == [str(speech)]
    assert behaviour != speech
    hand.goes_on()


@pytest.mark.promise(12)
def test_what_is_late_is_seen_by_the_chair(world: World, waits: tuple[UUID, UUID, UUID]) -> None:
    """Five school days to answer, and until the end of the named day to do it."""
    _, speech, behaviour = waits
    assert late(world, CHAIR) == set()
    assert tasks(world, CHAIR) == []
    answers(world, SPEECH, speech, ACCEPTS)
    row = world.rows("SELECT asked_at, answer_by_at, by_at FROM service_asked")[0]
    assert row.answer_by_at - row.asked_at > timedelta(days=7)
    world.clock.move_on(row.answer_by_at + timedelta(seconds=1) - world.clock.now())
    assert late(world, CHAIR) == {behaviour}
    assert tasks(world, CHAIR) == [("late_service", behaviour)]
    assert tasks(world, "head.gorse") == []
    world.clock.move_on(row.by_at + timedelta(seconds=1) - world.clock.now())
    assert late(world, CHAIR) == late(world, "senco.ashdown") == {speech, behaviour}
    assert late(world, "head.gorse") == set()


def late(world: World, subject: str) -> set[UUID]:
    """What somebody sees to be late."""
    with transaction(world.engine) as session:
        found = reading.asked_of_services(session, world.caller(session, subject), late=True)
    return {each.id for each in found}


@pytest.mark.parametrize("reads", [False, True])
def test_a_service_reads_papers_where_the_panels_rules_say_so(
    reads: bool,  # noqa: FBT001
    world: World,
    hand: ByHand,
) -> None:
    """Left to itself, a service sees the reference, the school and the area of need alone."""
    enrol_services(world)
    if reads:
        other_rules(world, "advice.services_read_papers = true")
    request_id = hand.recommended(request())
    advises(world, request_id, services=(wants(asks="Look at it"),))
    hand.goes_on()
    (asked_id,) = asked_ids(world, request_id).values()
    with transaction(world.engine) as session:
        seen = reading.asked_of_service(session, world.caller(session, SPEECH), asked_id)
    assert (seen.papers is not None) is reads
    assert (PLANTED in seen.model_dump_json()) is reads


@pytest.mark.promise(6)
def test_nobody_answers_for_a_child_of_their_own_family(world: World, hand: ByHand) -> None:
    """The record knows of the tie: to that person there is nothing asked."""
    enrol_services(world)
    request_id = hand.recommended(request(number=2))
    advises(world, request_id, services=(wants(),))
    hand.goes_on()
    (asked_id,) = asked_ids(world, request_id).values()
    with transaction(world.engine) as session:
        tie = {"person": named(SPEECH), "pupil": pupil_id("ashdown", 2)}
        session.connection().execute(_TIE, tie)
    assert refused(lambda: answers(world, SPEECH, asked_id, ACCEPTS)) is Unknown
    assert tasks(world, SPEECH) == []


def test_a_role_at_a_service_is_held_there_alone(world: World) -> None:
    """Whoever answers for a service belongs to no school, cluster or trust by it."""
    enrol_services(world)
    with transaction(world.engine) as session:
        caller: Caller = world.caller(session, SPEECH)
        assert caller.services == {"speech"}
        assert not caller.works_at
        assert not reading.requests(session, caller)
        assert not reading.meetings(session, caller)
        assert [each.code for each in reading.services(session)] == ["behaviour", "speech"]


@pytest.mark.promise(4)
def test_two_people_of_a_service_at_the_same_instant_answer_once(
    world: World, waits: tuple[UUID, UUID, UUID]
) -> None:
    """One accepts and the other declines: whoever comes second is told where it stands."""
    _, speech, _ = waits
    barrier = Barrier(2)

    def says(said: AcceptingService | DecliningService) -> bool:
        barrier.wait()
        try:
            answers(world, SPEECH, speech, said)
        except NotAtThisStage:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(says, (ACCEPTS, DECLINES))) == [False, True]
    assert world.one("SELECT count(*) FROM service_answer") == 1
