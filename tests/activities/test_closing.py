"""Months and years: closed in their order, opened again with authority, carried on, signed off."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from activities.store import ledger
from activities.store.closing import books, signatory
from activities.store.reading import why
from activities.store.session import transaction
from domain.acts import ActOutcome
from domain.ledger.balances import PotBalance
from domain.people import Role
from domain.policy.limits import Authoriser
from domain.refusals import AuthorityTooLow, Barred, RoleNeeded
from domain.stages import ActKind
from tests.activities.behind import refused_by, run_sql, slip_in
from tests.activities.by_hand import ByHand
from tests.activities.finance_world import FinanceWorld
from tests.activities.small_county import named, request
from tests.activities.world import World

YEAR = 2026
AFTER_THE_YEAR = datetime(2027, 4, 6, 8, tzinfo=UTC)


@pytest.fixture
def money(world: World) -> FinanceWorld:
    """The small county's finance desk."""
    return FinanceWorld(world)


def comes(world: World, at: datetime) -> None:
    """Come to an instant."""
    world.clock.move_on(at - world.clock.now())


def close(money: FinanceWorld, *periods: int, by: str = "finance.1") -> list[ActOutcome]:
    """Close months of the year, one after another."""
    return [
        money.does(by, ActKind.CLOSE_PERIOD, financial_year=YEAR, period=each) for each in periods
    ]


def close_year(money: FinanceWorld, by: str = "finance.1") -> ActOutcome:
    """End the year."""
    return money.does(by, ActKind.CLOSE_YEAR, financial_year=YEAR)


def sign(money: FinanceWorld, who: str) -> ActOutcome:
    """Sign the year off."""
    return money.does(who, ActKind.SIGN_YEAR_END, financial_year=YEAR)


def slips_in(money: FinanceWorld, who: str) -> ActOutcome:
    """Somebody's signature gets past the door, and is carried out."""
    act = slip_in(money.world, who, ActKind.SIGN_YEAR_END, uuid4(), financial_year=YEAR)
    return money.carries_out(act)


def given(hand: ByHand) -> UUID:
    """A request that was authorised, so that money is promised."""
    request_id = hand.recommended(request())
    hand.world.authorises("head-of-sen", request_id)
    hand.goes_on()
    return request_id


def pots(world: World, year: int) -> dict[str, PotBalance]:
    """Each pot's balance of a year."""
    with transaction(world.engine) as session:
        return {each.pot: each for each in ledger.balances(session, year)}


def differences(world: World) -> list[Any]:
    """What a check of the ledger finds."""
    with transaction(world.engine) as session:
        return list(ledger.verify(session))


def events(world: World, kind: str) -> list[Any]:
    """The facts of every event of a kind, in order."""
    rows = world.rows("SELECT facts FROM event WHERE kind = :kind ORDER BY written", kind=kind)
    return [row.facts for row in rows]


def test_months_close_in_their_order_once_and_when_they_are_over(money: FinanceWorld) -> None:
    """Whatever is in the way is said at once; a closed month is closed."""
    (early,) = close(money, 7)
    told = money.refusal(early)["in_the_way"]
    assert "October 2026 is not over" in told
    assert "April 2026, May 2026" in told
    assert all(each.done for each in close(money, 1, 2, 3, 4, 5, 6))
    (again,) = close(money, 6)
    assert "closed already" in money.refusal(again)["in_the_way"]
    with transaction(money.world.engine) as session:
        assert ledger.closed_periods(session, YEAR) == {1, 2, 3, 4, 5, 6}
    assert [each["period"] for each in events(money.world, "period_closed")] == [1, 2, 3, 4, 5, 6]


@pytest.mark.promise(4)
def test_a_month_that_is_closed_by_an_act_is_closed_once(money: FinanceWorld) -> None:
    """The activity, asked twice, tells the same outcome and leaves the same world (promise 4)."""
    act = money.records("finance.1", ActKind.CLOSE_PERIOD, financial_year=YEAR, period=1)
    first = money.carries_out(act)
    before = money.world.tables()
    assert money.carries_out(act) == first
    assert money.world.tables() == before


def test_what_is_late_goes_to_the_next_open_month_with_a_reference(money: FinanceWorld) -> None:
    """Nothing is refused for being late: a day of a closed month has the next books."""
    close(money, 1, 2)
    with transaction(money.world.engine) as session:
        late = books(session, date(2026, 4, 20))
        now = books(session, date(2026, 10, 5))
    assert (late.financial_year, late.period, late.belongs_to) == (2026, 3, "2026/01")
    assert (now.financial_year, now.period, now.belongs_to) == (2026, 7, None)


def test_books_that_somebody_is_entering_in_are_not_closed_meanwhile(money: FinanceWorld) -> None:
    """Whoever has found a month open keeps it open until their transaction ends."""
    lone = "SELECT pg_try_advisory_xact_lock(251, 2026 * 100 + 1)"
    with transaction(money.world.engine) as session:
        assert books(session, date(2026, 4, 20)).period == 1
        assert money.world.one(lone) is False
    assert money.world.one(lone) is True


def test_another_person_with_authority_opens_a_month_again_and_leaves_a_trace(
    money: FinanceWorld,
) -> None:
    """Finance alone may not, the director may; the ledger keeps who, why and by what authority."""
    close(money, 1)
    month = {"financial_year": YEAR, "period": 1}
    with pytest.raises(AuthorityTooLow):
        money.records("finance.2", ActKind.REOPEN_PERIOD, **month)
    with pytest.raises(RoleNeeded):
        money.records("leader.1", ActKind.REOPEN_PERIOD, **month)
    act = money.records("director", ActKind.REOPEN_PERIOD, **month)
    assert money.carries_out(act).done
    (entry,) = money.entries(act)
    assert (entry.verb, entry.authority, entry.actor_id) == (
        "reopen",
        "26/00042",
        named("director"),
    )
    assert entry.reason == f"act/{act.id}"
    again = money.does("head-of-sen", ActKind.REOPEN_PERIOD, **month)
    assert "already open" in money.refusal(again)["in_the_way"]
    assert all(each.done for each in close(money, 1))
    rows = money.world.rows(
        "SELECT DISTINCT revision FROM statement WHERE period = 1 ORDER BY revision"
    )
    assert [row.revision for row in rows] == [1, 2]


@pytest.mark.promise(6)
def test_nobody_opens_the_month_again_that_they_closed(money: FinanceWorld) -> None:
    """It is the person that is barred, not the role (promise 6): at the door and in the act."""
    close(money, 1)
    month = {"financial_year": YEAR, "period": 1}
    _also(money.world, "finance.1", "council_officer", "director")
    with pytest.raises(Barred):
        money.records("finance.1", ActKind.REOPEN_PERIOD, **month)
    said = {**month, "authority": "26/00042"}
    slipped = slip_in(money.world, "finance.1", ActKind.REOPEN_PERIOD, uuid4(), **said)
    assert money.carries_out(slipped).code == "barred"


def test_an_act_that_slipped_past_the_door_is_refused_by_the_policy(money: FinanceWorld) -> None:
    """Whoever holds no role that the policy names is told who could."""
    close(money, 1)
    director = money.records("director", ActKind.REOPEN_PERIOD, financial_year=YEAR, period=1)
    run_sql(
        money.world,
        "UPDATE role_held SET until_on = '2026-10-01' WHERE person_id = :me",
        me=named("director"),
    )
    refused = money.carries_out(director)
    assert refused.code == "authority_too_low"
    assert "council officer of grade head_of_sen" in money.refusal(refused)["would_help"]


def test_a_year_ends_when_it_is_over_and_its_months_are_closed(money: FinanceWorld) -> None:
    """Each thing in the way is named, and what would help."""
    assert "not over" in money.refusal(close_year(money))["in_the_way"]
    comes(money.world, AFTER_THE_YEAR)
    close(money, *range(1, 11))
    assert "February 2027" in money.refusal(close_year(money))["in_the_way"]
    close(money, 11)
    assert close_year(money).done
    assert "it is closed" in money.refusal(close_year(money))["in_the_way"]


@pytest.mark.promise(11)
def test_a_years_end_sends_each_pot_on_by_its_rule_and_the_ledger_adds_up(
    money: FinanceWorld, hand: ByHand
) -> None:
    """Carried, pooled, clawed back; promises go on whole; each year balances (promise 11)."""
    given(hand)
    before, world = pots(money.world, YEAR), money.world
    promised = sum(each.committed_pence for each in before.values())
    was_next = pots(world, YEAR + 1)
    comes(world, AFTER_THE_YEAR)
    close(money, *range(1, 12))
    assert close_year(money).done
    after, after_next = pots(world, YEAR), pots(world, YEAR + 1)
    for pot, balance in after.items():
        if pot not in ("opening", "closing"):
            assert (balance.available_pence, balance.held_pence) == (0, 0), pot
            assert balance.committed_pence == 0, pot
    alder = "cluster:alder"
    kept = before[alder].available_pence
    assert after_next[alder].available_pence == was_next[alder].available_pence + kept
    pooled = sum(before[f"contingency:area:{each}"].available_pence for each in ("north", "south"))
    council = "contingency:council"
    assert after_next[council].available_pence == was_next[council].available_pence + pooled
    next_promised = sum(each.committed_pence for each in was_next.values())
    assert sum(each.committed_pence for each in after_next.values()) == next_promised + promised
    assert promised > 0
    assert differences(world) == []
    with transaction(world.engine) as session:
        assert 12 in ledger.closed_periods(session, YEAR)
        assert books(session, date(2027, 3, 31)).belongs_to == "2026/12"
    assert events(world, "year_closed")[0]["financial_year"] == YEAR


def test_the_last_month_tells_what_stood_before_it_was_carried_on(
    money: FinanceWorld, hand: ByHand
) -> None:
    """A chair's March says what was left, and nothing runs short because it was carried away."""
    given(hand)
    left = pots(money.world, YEAR)["cluster:alder"].available_pence
    comes(money.world, AFTER_THE_YEAR)
    close(money, *range(1, 12))
    assert close_year(money).done
    (march,) = money.world.rows(
        "SELECT figures FROM statement WHERE cluster_code = 'alder' AND period = 12"
    )
    told = {each["pot"]: each["remaining_pence"] for each in march.figures["pots"]}
    assert told["cluster:alder"] == left > 0
    (seen,) = money.world.rows(
        "SELECT budget_pence, is_warned FROM forecast_line"
        " WHERE pot = 'cluster:alder' AND period = 12"
    )
    assert seen.budget_pence >= left
    assert not seen.is_warned


def test_a_year_whose_last_month_is_closed_ends_in_the_next_books(
    money: FinanceWorld, hand: ByHand
) -> None:
    """March may be closed before the year is: its end is then a late item that says so."""
    given(hand)
    comes(money.world, AFTER_THE_YEAR)
    close(money, *range(1, 13))
    act = money.records("finance.1", ActKind.CLOSE_YEAR, financial_year=YEAR)
    assert money.carries_out(act).done
    carried = [each for each in money.entries(act) if each.verb == "carry_forward"]
    (entry,) = carried
    assert (entry.financial_year, entry.period, entry.belongs_to) == (2027, 1, "2026/12")
    assert differences(money.world) == []


@pytest.mark.promise(2)
def test_a_years_end_explains_itself(money: FinanceWorld, hand: ByHand) -> None:
    """Every entry that closes a month or a year names its act and who did it (promise 2)."""
    given(hand)
    comes(money.world, AFTER_THE_YEAR)
    close(money, *range(1, 12))
    act = money.records("finance.1", ActKind.CLOSE_YEAR, financial_year=YEAR)
    assert money.carries_out(act).done
    for entry in money.entries(act):
        assert entry.actor_id == named("finance.1")
        with transaction(money.world.engine) as session:
            assert why(session, entry.id, shows_votes=True).entry.context.act_id == act.id


@pytest.mark.promise(6)
def test_those_whom_the_policy_names_sign_each_another_person(money: FinanceWorld) -> None:
    """Never who closed it, never twice, never in nobody's name (promise 6)."""
    assert "not closed yet" in money.refusal(sign(money, "finance.2"))["in_the_way"]
    comes(money.world, AFTER_THE_YEAR)
    close(money, *range(1, 12))
    close_year(money)
    with pytest.raises(Barred):
        money.records("finance.1", ActKind.SIGN_YEAR_END, financial_year=YEAR)
    with pytest.raises(AuthorityTooLow):
        money.records("officer.1", ActKind.SIGN_YEAR_END, financial_year=YEAR)
    refused = money.refusal(slips_in(money, "officer.1"))
    assert "council_officer:director" in refused["would_help"]
    assert sign(money, "finance.2").done
    assert "you have signed it" in money.refusal(sign(money, "finance.2"))["in_the_way"]
    assert sign(money, "head-of-sen").done
    assert events(money.world, "year_signed_off") == []
    assert sign(money, "director").done
    assert len(events(money.world, "year_signed_off")) == 1
    assert "you closed it yourself" in money.refusal(slips_in(money, "finance.1"))["in_the_way"]
    left = money.refusal(slips_in(money, "manager.1"))
    assert "everybody whom it names has signed" in left["in_the_way"]


@pytest.mark.promise(6)
def test_the_database_holds_that_nobody_signs_their_own(money: FinanceWorld) -> None:
    """What gets past every rule above it is refused by a trigger (promise 6)."""
    comes(money.world, AFTER_THE_YEAR)
    close(money, *range(1, 12))
    close_year(money)
    slipped = money.records("finance.2", ActKind.SIGN_YEAR_END, financial_year=YEAR)
    with refused_by("nobody_signs_their_own"):
        run_sql(
            money.world,
            "INSERT INTO year_end_signature (financial_year, signed_as, person_id, act_id,"
            " signed_at) VALUES (:year, 'finance_officer', :me, :act, now())",
            year=YEAR,
            me=named("finance.1"),
            act=slipped.id,
        )


def test_a_month_of_a_year_that_ended_stays_closed(money: FinanceWorld) -> None:
    """What is late then goes to the open month of the next year."""
    comes(money.world, AFTER_THE_YEAR)
    close(money, *range(1, 12))
    close_year(money)
    month = {"financial_year": YEAR, "period": 12}
    refused = money.does("director", ActKind.REOPEN_PERIOD, **month)
    assert "its year has ended" in money.refusal(refused)["in_the_way"]


@pytest.mark.promise(10)
def test_support_that_began_in_a_year_that_ended_is_promised_in_the_open_one(
    money: FinanceWorld, hand: ByHand
) -> None:
    """A closed year refuses nobody (promise 10): what fell due in it is entered in the next."""
    request_id = hand.recommended(request())
    comes(money.world, AFTER_THE_YEAR)
    close(money, *range(1, 12))
    close_year(money)
    money.world.authorises("head-of-sen", request_id)
    hand.goes_on()
    assert money.world.ending(request_id) == "authorised"
    rows = money.world.rows("SELECT DISTINCT financial_year FROM instalment")
    assert [row.financial_year for row in rows] == [2027]
    assert differences(money.world) == []


def test_a_signatory_is_a_role_and_its_grade() -> None:
    """A grade is named where the policy names one."""
    assert signatory(Authoriser(role=Role.LEADER)) == "leader"
    assert signatory(Authoriser(role=Role.COUNCIL_OFFICER, grade="x")) == "council_officer:x"


def _also(world: World, who: str, role: str, grade: str) -> None:
    """Somebody is given a further role."""
    run_sql(
        world,
        "INSERT INTO role_held (id, person_id, role, grade, from_on)"
        " VALUES (gen_random_uuid(), :who, :role, :grade, '2026-09-01')",
        who=named(who),
        role=role,
        grade=grade,
    )
