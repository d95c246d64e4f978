"""Families' links: made by who may, opened by one fact, shut by few wrong ones, and never told."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError

from activities.store import recording
from activities.store.reading.family_links import FamilyLinks, family_link, family_links
from activities.store.recording import FamilyAnswer, FamilyLinkMade
from activities.store.session import transaction
from domain.family_link import FamilyFact, FamilyLinkState, MakingFamilyLink
from domain.refusals import NotAtThisStage, NotValid, Unknown
from domain.request import RequestKind
from domain.wordings import Wording
from tests.activities.by_hand import ByHand
from tests.activities.challenged import Challenged
from tests.activities.changed_awards import ChangedAwards
from tests.activities.small_county import asked, pupil_id, request
from tests.activities.world import World

BORN_ON = date(2017, 5, 4)
WRONG_ON = date(2017, 4, 5)
TOKEN = "a-token-that-the-family-holds"


@pytest.fixture
def decided(hand: ByHand) -> UUID:
    """A request that was decided."""
    awards = ChangedAwards(hand)
    request_id = hand.recommended(request())
    awards.signed(request_id)
    return request_id


def makes(
    world: World, request_id: UUID, who: str = "senco.ashdown", token: str = TOKEN, **said: object
) -> FamilyLinkMade:
    """Somebody makes a link for a family."""
    choices = MakingFamilyLink.model_validate(said)
    with world.saying(who, "link", token) as (session, saying):
        return recording.make_family_link(session, saying, request_id, choices, token)


def tries(world: World, born_on: date = BORN_ON, token: str = TOKEN) -> FamilyAnswer:
    """Somebody who holds a link says when the child was born."""
    fact = FamilyFact(token=token, born_on=born_on)
    with transaction(world.engine) as session:
        return recording.open_family_link(session, fact, world.clock.now())


def listed(world: World, request_id: UUID, who: str = "senco.ashdown") -> FamilyLinks:
    """The links of a request, as somebody sees them."""
    with transaction(world.engine) as session:
        return family_links(session, world.caller(session, who), request_id)


def state(world: World, request_id: UUID) -> FamilyLinkState:
    """How the last link of a request stands."""
    return listed(world, request_id).links[0].state


def test_a_link_and_the_right_day_tell_the_decision(world: World, decided: UUID) -> None:
    """The family reads its letter, from when until when, and until when to ask again."""
    made = makes(world, decided)
    assert made.ends_at == world.clock.now() + timedelta(days=60)
    answer = tries(world)
    assert answer.outcome == "opened"
    assert answer.decision is not None
    told = answer.decision
    assert told.letter.body == world.one("SELECT body FROM letter")
    assert (told.from_on, told.last_on) == (date(2026, 11, 2), date(2027, 8, 31))
    assert told.challenge_by_at == datetime(2026, 11, 10, tzinfo=UTC)
    assert told.may_challenge
    assert told.since == ()
    (line,) = listed(world, decided).links
    assert (line.state, line.wrong, line.opened_at) == (
        FamilyLinkState.OPEN,
        0,
        world.clock.now(),
    )


@pytest.mark.promise(8)
def test_the_record_has_neither_the_link_nor_the_day_that_was_tried(
    world: World, decided: UUID
) -> None:
    """Whoever reads every row cannot make the link, and events say only that there is one."""
    makes(world, decided)
    tries(world, WRONG_ON)
    rows = {name: rows for name, rows in world.tables().items() if name != "pupil_name"}
    assert TOKEN not in str(rows)
    assert str(WRONG_ON) not in str(rows["family_link_try"])
    (said,) = world.rows("SELECT facts FROM event WHERE kind = 'family_link_made'")
    assert set(said.facts) == {"reference"}


def test_five_wrong_days_shut_a_link_for_good(world: World, decided: UUID) -> None:
    """What is left is said; the fifth shuts it, and the right day opens nothing any more."""
    makes(world, decided)
    assert [tries(world, WRONG_ON).left for _ in range(4)] == [4, 3, 2, 1]
    assert tries(world).outcome == "opened"
    assert tries(world, WRONG_ON).outcome == "shut"
    assert tries(world).outcome == "shut"
    assert state(world, decided) is FamilyLinkState.SPENT
    assert world.one("SELECT count(*) FROM event WHERE kind = 'family_link_spent'") == 1


def test_many_tries_at_once_are_counted_one_by_one(world: World, decided: UUID) -> None:
    """Twenty wrong days in one instant are five tries, and no more are looked at."""
    makes(world, decided)
    with ThreadPoolExecutor(8) as pool:
        outcomes = [each.outcome for each in pool.map(lambda _: tries(world, WRONG_ON), range(20))]
    assert sorted(outcomes) == ["shut"] * 16 + ["wrong"] * 4
    assert world.one("SELECT count(*) FROM family_link_try") == 5


def test_a_link_ends_in_its_time_and_before_it(world: World, decided: UUID) -> None:
    """At the instant it says it opens nothing; one that went astray is closed at once, once."""
    made = makes(world, decided, days=1)
    world.clock.move_on(timedelta(days=1))
    assert tries(world).outcome == "shut"
    assert state(world, decided) is FamilyLinkState.OVER
    with pytest.raises(NotAtThisStage), world.saying("senco.ashdown", "close") as (session, saying):
        recording.end_family_link(session, saying, made.id)
    second = makes(world, decided, token="another")
    with world.saying("head.ashdown", "close") as (session, saying):
        recording.end_family_link(session, saying, second.id)
    assert tries(world, token="another").outcome == "shut"
    assert state(world, decided) is FamilyLinkState.ENDED
    assert tries(world, token="nobody's").outcome == "shut"


@pytest.mark.parametrize("who", ["senco.brook", "head.crane", "policy.1", "administrator.alder"])
def test_nobody_else_makes_lists_or_closes_a_link(world: World, decided: UUID, who: str) -> None:
    """Another school, the panel and policy officers find nothing there."""
    made = makes(world, decided)
    with pytest.raises(Unknown):
        makes(world, decided, who, "theirs")
    with pytest.raises(Unknown):
        listed(world, decided, who)
    with pytest.raises(Unknown), world.saying(who, "close") as (session, saying):
        recording.end_family_link(session, saying, made.id)
    with pytest.raises(Unknown), transaction(world.engine) as session:
        family_link(session, world.caller(session, who), made.id)


def test_an_officer_makes_one_and_is_told_no_name(world: World, decided: UUID) -> None:
    """An officer nothing bars knows pupils by number; the school's desk by name."""
    makes(world, decided, "officer.1")
    assert [each.called for each in listed(world, decided, "officer.1").pupils] == [None]
    assert [each.called for each in listed(world, decided).pupils] != [None]


def test_before_the_decision_there_is_no_link(world: World, hand: ByHand) -> None:
    """While it is decided the family is told nothing, and how to wait is said."""
    request_id = hand.recommended(request())
    with pytest.raises(NotAtThisStage):
        makes(world, request_id)


def test_a_family_of_a_group_has_a_link_of_its_own(world: World, hand: ByHand) -> None:
    """Each names its pupil; one school makes none for another's, whose family reads its own."""
    pupils = (asked("ashdown"), asked("brook"))
    request_id = hand.recommended(request(RequestKind.GROUP, pupils=pupils))
    world.authorises("head-of-sen", request_id)
    hand.goes_on()
    assert [each.number for each in listed(world, request_id).pupils] == ["ashdown-0"]
    with pytest.raises(Unknown):
        makes(world, request_id, pupil_id=pupil_id("brook"))
    with pytest.raises(NotValid):
        makes(world, request_id, "head-of-sen")
    makes(world, request_id, "senco.brook")
    answer = tries(world)
    assert answer.decision is not None
    assert "ashdown-0" not in answer.decision.letter.body


def test_a_project_has_no_family(world: World, hand: ByHand) -> None:
    """Nobody's child is behind it."""
    request_id = hand.recommended(request(RequestKind.PROJECT), ())
    world.authorises("head-of-sen", request_id)
    hand.goes_on()
    with pytest.raises(Unknown):
        listed(world, request_id)


def test_what_came_later_is_told_too(world: World, hand: ByHand, decided: UUID) -> None:
    """A change's letter stands behind the decision's, and an open challenge is said."""
    awards = ChangedAwards(hand)
    (award,) = world.rows("SELECT id FROM award")
    awards.changed(award.id, "suspended", from_on=date(2026, 12, 1), until_on=date(2026, 12, 20))
    look = Challenged(awards).challenged(decided)
    makes(world, decided)
    answer = tries(world)
    assert answer.decision is not None
    assert [each.what for each in answer.decision.since] == [Wording.CHANGE]
    assert answer.decision.looked_at_again
    assert not answer.decision.may_challenge
    assert look


@contextmanager
def held_by(constraint: str) -> Iterator[None]:
    """The database itself refuses, by the constraint of this name."""
    with pytest.raises(DBAPIError) as caught:
        yield
    assert getattr(caught.value.orig, "diag").constraint_name == constraint  # noqa: B009


def test_the_database_holds_it_by_itself(world: World, decided: UUID) -> None:
    """No row is changed, no spent link is tried, and no link is of somebody else's pupil."""
    made = makes(world, decided)
    for _ in range(5):
        tries(world, WRONG_ON)
    with held_by("a_link_that_is_over_is_shut"):
        world.rows(
            "INSERT INTO family_link_try VALUES (:id, 99, true, :at) RETURNING link_id",
            id=made.id,
            at=world.clock.now(),
        )
    with held_by("a_link_is_of_a_decided_pupil"):
        world.rows(
            "INSERT INTO family_link SELECT gen_random_uuid(), 'x', request_id, :pupil, made_by,"
            " made_at, ends_at, tries FROM family_link RETURNING id",
            pupil=pupil_id("brook"),
        )
    for table in ("family_link", "family_link_try", "family_link_end"):
        with pytest.raises(DBAPIError):
            world.rows(f"DELETE FROM {table} RETURNING 1")  # noqa: S608
    with pytest.raises(DBAPIError):
        world.rows("UPDATE family_link SET tries = 10 RETURNING 1")
