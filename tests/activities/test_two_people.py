"""Where the finance policy wants two people for an overspend: proposed by one, said by another."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from activities.store import reading, recording
from activities.store.session import transaction
from domain.refusals import Barred, NotValid, Unknown
from domain.stages import ActKind
from tests.activities.behind import refused_by, run_sql, slip_in
from tests.activities.by_hand import ByHand
from tests.activities.challenged import Challenged
from tests.activities.changed_awards import ChangedAwards
from tests.activities.finance_world import FinanceWorld
from tests.activities.small_county import named, policy_files, request
from tests.activities.test_casework_money import COSTED_PENCE, NOTHING, furnished_with, predictable
from tests.activities.world import World

__all__ = ["furnished_with"]

COVER: dict[str, Any] = {"pot": "cluster:alder", "financial_year": 2026, "pence": 200_000}
_FINANCE = "finance/2026-09-01.toml"


def wants_two_people(world: World) -> None:
    """Publish a finance policy, in force from today, that wants two people for an overspend."""
    day = world.clock.now().date()
    text = policy_files()[_FINANCE]
    said = text.replace("in_force_from = 2026-09-01", f"in_force_from = {day}", 1).replace(
        "warn_at_share", "overspend_needs_second_person = true\nwarn_at_share", 1
    )
    with transaction(world.engine) as session:
        files = {**policy_files(), f"finance/{day}.toml": said}
        recording.publish_pack(session, files, world.clock.now())


@pytest.fixture
def desk(world: World) -> FinanceWorld:
    """A finance desk at which no one person covers an overspend."""
    wants_two_people(world)
    return FinanceWorld(world)


def deficit(world: World) -> int:
    """What the recorded overspend stands at this year, pence."""
    found: int = world.one(
        "SELECT balance_pence FROM ledger_account WHERE pot = 'deficit'"
        " AND financial_year = 2026 AND stage = 'available'"
    )
    return found


@pytest.mark.promise(4)
@pytest.mark.promise(5)
@pytest.mark.promise(6)
def test_a_cover_takes_effect_when_another_person_says_the_same(desk: FinanceWorld) -> None:
    """Promises 4, 5 and 6: of the same role, once; its entry names both acts."""
    first = desk.records("finance.1", ActKind.COVER_OVERSPEND, **COVER)
    for _ in range(2):
        assert desk.carries_out(first).done
    assert (deficit(desk.world), desk.entries(first)) == (0, [])
    with pytest.raises(Barred, match="you proposed it yourself"):
        desk.does("finance.1", ActKind.COVER_OVERSPEND, **COVER, seconds=first.id)
    second = desk.records("finance.2", ActKind.COVER_OVERSPEND, **COVER, seconds=first.id)
    third = desk.records("head-of-sen", ActKind.COVER_OVERSPEND, **COVER, seconds=first.id)
    for _ in range(2):
        assert desk.carries_out(second).done
    (entry,) = desk.entries(second)
    assert (entry.actor_id, entry.reference) == (named("finance.2"), f"act/{first.id}")
    assert deficit(desk.world) == -200_000
    assert desk.refusal(desk.carries_out(third))["code"] == "not_at_this_stage"
    (event,) = desk.world.rows("SELECT * FROM event WHERE kind = 'overspend_proposed'")
    assert (event.subject_id, event.facts["pot"]) == (first.id, "cluster:alder")


@pytest.mark.promise(13)
def test_another_amount_or_an_unknown_act_seconds_nothing(desk: FinanceWorld) -> None:
    """Promise 13: told at the door, before anything is recorded."""
    first = desk.does("finance.1", ActKind.COVER_OVERSPEND, **COVER)
    with pytest.raises(NotValid, match=r"£2,000.00 was proposed, and not £2,000.01"):
        desk.does(
            "finance.2",
            ActKind.COVER_OVERSPEND,
            **COVER | {"pence": 200_001},
            seconds=first.act_id,
        )
    with pytest.raises(Unknown, match="no such act"):
        desk.does("finance.2", ActKind.COVER_OVERSPEND, **COVER, seconds=uuid4())


@pytest.mark.promise(6)
def test_the_database_refuses_a_second_word_of_the_same_person(desk: FinanceWorld) -> None:
    """Promise 6: by whatever way it comes, and in another's name it is no act of theirs."""
    first = desk.does("finance.1", ActKind.COVER_OVERSPEND, **COVER)
    again = slip_in(desk.world, "finance.1", ActKind.COVER_OVERSPEND, uuid4(), **COVER)
    sql = (
        "UPDATE overspend_proposal SET seconding_act_id = :act, seconded_by = :who,"
        " seconded_at = now() WHERE id = :id"
    )
    said = {"act": again.id, "id": first.act_id}
    with refused_by("nobody_seconds_their_own"):
        run_sql(desk.world, sql, **said, who=named("finance.1"))
    with refused_by("an_overspend_is_seconded_once"):
        run_sql(desk.world, sql, **said, who=named("finance.2"))
    told = desk.refusal(desk.carries_out(_seconding(desk, first.act_id)))
    assert told["code"] == "barred"


def _seconding(desk: FinanceWorld, first: UUID) -> UUID:
    """The proposer seconds it, past the door."""
    said = {**COVER, "seconds": str(first)}
    return slip_in(desk.world, "finance.1", ActKind.COVER_OVERSPEND, uuid4(), **said).id


def waits_for(world: World, who: str) -> list[tuple[str, UUID]]:
    """What of overspends waits for somebody, by the pot."""
    with world.saying(who, "looks") as (session, saying):
        found = reading.worklist(session, saying.caller)
    return [(str(each.reference), each.id) for each in found if each.waits == "second_overspend"]


def test_what_is_proposed_waits_for_whoever_may_second_it(desk: FinanceWorld) -> None:
    """Not for the proposer, not for whom the limit leaves out, and for nobody once it is done."""
    first = desk.does("finance.1", ActKind.COVER_OVERSPEND, **COVER)
    for who in ("finance.2", "head-of-sen", "director"):
        assert waits_for(desk.world, who) == [("cluster:alder", first.act_id)], who
    for who in ("finance.1", "officer.1", "senco.ashdown", "leader.1"):
        assert waits_for(desk.world, who) == [], who
    with desk.world.saying("finance.2", "looks") as (session, saying):
        (seen,) = reading.overspends(session, saying.caller)
    assert (seen.act_id, seen.by_you, seen.seconded_at) == (first.act_id, False, None)
    assert desk.does("finance.2", ActKind.COVER_OVERSPEND, **COVER, seconds=first.act_id).done
    assert waits_for(desk.world, "director") == []


@pytest.fixture
def poor(furnished_with: Callable[[dict[str, int]], ByHand]) -> tuple[ByHand, UUID]:
    """A request that no pot covers, in a county that wants two people for an overspend."""
    hand = furnished_with(NOTHING)
    wants_two_people(hand.world)
    request_id = predictable(hand)
    assert hand.world.stands(request_id) == ("no_money", "head_of_sen")
    return hand, request_id


def signs(hand: ByHand, who: str, request_id: UUID, **said: Any) -> tuple[str | None, str | None]:
    """An officer signs the request from the overspend; what became of it."""
    choices = {"authority": "26/00099", **said}
    act = hand.world.does(who, ActKind.AUTHORISE_OVERSPEND, request_id, **choices)
    hand.goes_on()
    return hand.world.outcome(act)


@pytest.mark.promise(6)
@pytest.mark.promise(10)
def test_a_request_is_paid_from_the_overspend_once_two_have_signed(
    poor: tuple[ByHand, UUID],
) -> None:
    """Promises 6 and 10: it waits where it was, and another officer's same word decides."""
    hand, request_id = poor
    assert signs(hand, "head-of-sen", request_id) == ("done", None)
    assert hand.world.stands(request_id) == ("no_money", "head_of_sen")
    assert signs(hand, "head-of-sen", request_id) == ("refused", "barred")
    assert signs(hand, "manager.1", request_id) == ("refused", "authority_too_low")
    assert hand.world.rows("SELECT id FROM decision") == []
    with hand.world.saying("director", "looks") as (session, saying):
        (seen,) = reading.overspends(session, saying.caller)
    assert (seen.pot, seen.reference, seen.by_you) == (None, "LOC-2026-000001", False)
    assert signs(hand, "director", request_id) == ("done", None)
    assert hand.world.ending(request_id) == "authorised"
    assert hand.world.balances()["deficit"] == (-COSTED_PENCE, 0, COSTED_PENCE)
    (row,) = hand.world.rows("SELECT * FROM overspend_proposal")
    assert (row.proposed_by, row.seconded_by) == (named("head-of-sen"), named("director"))


def test_another_amount_is_another_proposal(poor: tuple[ByHand, UUID]) -> None:
    """What is proposed anew takes the place of what was, and waits for another person again."""
    hand, request_id = poor
    signs(hand, "head-of-sen", request_id)
    assert signs(hand, "director", request_id, annual_pence=300_000) == ("done", None)
    assert hand.world.stands(request_id)[0] == "no_money"
    assert signs(hand, "director", request_id, annual_pence=300_000) == ("refused", "barred")
    assert signs(hand, "head-of-sen", request_id, annual_pence=300_000) == ("done", None)
    assert hand.world.one("SELECT annual_pence FROM decision") == 300_000


@pytest.mark.promise(6)
def test_the_same_amount_for_longer_is_another_proposal(poor: tuple[ByHand, UUID]) -> None:
    """Promise 6: nobody seconds a year's amount for more days than the first person said."""
    hand, request_id = poor
    signs(hand, "head-of-sen", request_id)
    longer = {"until_on": date(2027, 10, 1)}
    assert signs(hand, "director", request_id, **longer) == ("done", None)
    assert hand.world.stands(request_id)[0] == "no_money"
    assert hand.world.rows("SELECT id FROM decision") == []


@pytest.mark.promise(5)
@pytest.mark.promise(6)
def test_a_challenge_is_not_answered_from_the_overspend_by_one_person(hand: ByHand) -> None:
    """Promises 5 and 6: the one final answer does not wait; two people cover the pot instead."""
    wants_two_people(hand.world)
    looks = Challenged(ChangedAwards(hand))
    request_id = hand.recommended(request())
    looks.awards.signed(request_id)
    look_id = looks.challenged(request_id)
    looks.looked_at(look_id)
    said = {"annual_pence": 500_000, "overspend_authority": "26/00099"}
    tried = looks.answers(look_id, "replaced", who="director", **said)
    assert looks.outcome(tried) == ("refused", "authority_too_low")
    assert "two people" in looks.refusal(tried)["in_the_way"]
