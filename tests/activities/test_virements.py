"""Money moved between budgets, filled from the overspend, and taken in from another council."""

from datetime import date, timedelta
from typing import Any

import pytest

from activities.store import ledger
from activities.store.session import transaction
from domain.ledger.journal import Context
from domain.ledger.year import ClosePeriod
from domain.refusals import AuthorityTooLow, NotValid, RoleNeeded
from domain.stages import ActKind
from tests.activities.finance_world import FinanceWorld
from tests.activities.small_county import PLANTED, named
from tests.activities.world import World

FROM_ALDER: dict[str, Any] = {
    "from_pot": "cluster:alder",
    "to_pot": "cluster:cedar",
    "financial_year": 2026,
    "pence": 500_000,
}


@pytest.fixture
def desk(world: World) -> FinanceWorld:
    """The small county with its finance desk."""
    return FinanceWorld(world)


def available(world: World, pot: str, year: int = 2026) -> int:
    """What a pot has available in a year, pence."""
    found: int = world.one(
        "SELECT balance_pence FROM ledger_account WHERE pot = :pot AND financial_year = :year"
        " AND stage = 'available'",
        pot=pot,
        year=year,
    )
    return found


@pytest.mark.promise(2)
def test_a_virement_moves_money_by_the_authority_the_policy_names(desk: FinanceWorld) -> None:
    """Promise 2: its entry has the decision, the clause, the coding, the act and the policy."""
    act = desk.records("finance.1", ActKind.VIRE, **FROM_ALDER, authority="26/00042")
    for _ in range(2):
        assert desk.carries_out(act).done
    (entry,) = desk.entries(act)
    assert entry.authority == "26/00042, Financial scheme 4.1"
    assert entry.actor_id == named("finance.1")
    assert (entry.reason, entry.section_251_line, entry.cost_centre) == (
        "virement",
        "1.2.4",
        "HN100",
    )
    assert len(entry.policy_version_ids) == 1
    assert available(desk.world, "cluster:alder") == 5_500_000
    assert available(desk.world, "cluster:cedar") == 6_500_000


@pytest.mark.promise(8)
def test_why_it_was_vired_stays_with_the_act(desk: FinanceWorld) -> None:
    """Promise 8: what somebody wrote is not in the ledger."""
    desk.does("finance.1", ActKind.VIRE, **FROM_ALDER)
    assert PLANTED in desk.world.one("SELECT choices::text FROM act WHERE kind = 'vire'")
    assert not desk.world.rows(
        "SELECT id FROM ledger_entry AS e WHERE e::text LIKE :word", word=f"%{PLANTED}%"
    )


@pytest.mark.promise(13)
def test_what_a_person_may_not_vire_is_refused_with_who_may(desk: FinanceWorld) -> None:
    """Promise 13: above the limit, and nothing is recorded; the officer named by it may."""
    much = {**FROM_ALDER, "pence": 2_000_000}
    with pytest.raises(AuthorityTooLow) as no:
        desk.does("finance.1", ActKind.VIRE, **much)
    assert "head_of_sen" in no.value.help
    assert desk.world.rows("SELECT id FROM act WHERE kind = 'vire'") == []
    assert desk.does("head-of-sen", ActKind.VIRE, **much).done
    (entry,) = desk.world.rows("SELECT authority FROM ledger_entry WHERE verb = 'vire'")
    assert entry.authority.endswith("Financial scheme 4.2")


def test_whoever_has_no_part_in_money_vires_nothing(desk: FinanceWorld) -> None:
    """A SENCO and a leader are turned away, whatever the amount."""
    for who in ("senco.ashdown", "leader.1", "sen.1"):
        with pytest.raises(RoleNeeded):
            desk.does(who, ActKind.VIRE, **FROM_ALDER)
    with pytest.raises(AuthorityTooLow):
        desk.does("officer.1", ActKind.VIRE, **FROM_ALDER)


@pytest.mark.promise(5)
def test_no_more_is_vired_than_is_available(desk: FinanceWorld) -> None:
    """Promise 5: refused with what there is, and nothing moved."""
    outcome = desk.does("director", ActKind.VIRE, **{**FROM_ALDER, "pence": 6_000_001})
    assert not outcome.done
    told = desk.refusal(outcome)
    assert told["code"] == "budget_exceeded"
    assert "£60,000.00 of £60,000.01" in told["in_the_way"]
    assert desk.entries(outcome) == []
    assert available(desk.world, "cluster:cedar") == 6_000_000


@pytest.mark.promise(5)
def test_a_year_without_a_budget_gives_nothing(desk: FinanceWorld) -> None:
    """Promise 5: a year that nobody opened has no floor yet, so nothing is moved in it at all."""
    for kind, choices in (
        (ActKind.VIRE, {**FROM_ALDER, "financial_year": 2029}),
        (ActKind.COVER_OVERSPEND, {"pot": "cluster:alder", "financial_year": 2029, "pence": 1}),
        (ActKind.COVER_OVERSPEND, {"pot": "cluster:nowhere", "financial_year": 2026, "pence": 1}),
    ):
        told = desk.refusal(desk.does("finance.1", kind, **choices))
        assert told["code"] == "not_valid"
        assert "no budget of" in told["in_the_way"]


@pytest.mark.promise(10)
def test_what_is_owed_and_lacks_money_is_covered_from_the_deficit(desk: FinanceWorld) -> None:
    """Promise 10: by an authority, and the overspend stands where everybody sees it."""
    act = desk.records(
        "head-of-sen",
        ActKind.COVER_OVERSPEND,
        pot="exceptional",
        financial_year=2026,
        pence=1_234_567,
    )
    for _ in range(2):
        assert desk.carries_out(act).done
    (entry,) = desk.entries(act)
    assert (entry.authority, entry.reason) == ("26/00042, Financial scheme 5.2", "overspend")
    assert available(desk.world, "exceptional") == 21_234_567
    assert available(desk.world, "deficit") == -1_234_567


@pytest.mark.promise(5)
def test_an_overspend_is_covered_as_far_as_the_policy_lets_a_person(desk: FinanceWorld) -> None:
    """Promise 5: what covered the pot before counts, at the door and when it is carried out."""
    most = {"pot": "cluster:alder", "financial_year": 2026, "pence": 500_000}
    with pytest.raises(AuthorityTooLow):
        desk.does("finance.1", ActKind.COVER_OVERSPEND, **{**most, "pence": 500_001})
    for who in ("senco.ashdown", "leader.1", "sen.1"):
        with pytest.raises(RoleNeeded):
            desk.does(who, ActKind.COVER_OVERSPEND, **most)
    first, second = (
        desk.records(who, ActKind.COVER_OVERSPEND, **most) for who in ("finance.1", "finance.2")
    )
    assert desk.carries_out(first).done
    told = desk.refusal(desk.carries_out(second))
    assert told["code"] == "authority_too_low"
    assert "head_of_sen" in told["would_help"]
    with pytest.raises(AuthorityTooLow):
        desk.does("finance.1", ActKind.COVER_OVERSPEND, **{**most, "pence": 1})
    assert available(desk.world, "deficit") == -500_000
    assert desk.does("head-of-sen", ActKind.COVER_OVERSPEND, **most).done


@pytest.mark.promise(4)
def test_what_a_council_paid_comes_in_once(desk: FinanceWorld) -> None:
    """Promise 4: its reference is known, however it is written, at the door and behind it."""
    paid = {"council": "shire", "pot": "cluster:alder", "financial_year": 2026, "pence": 70_000}
    kind = ActKind.RECOUP_FROM_COUNCIL
    first = desk.records("finance.1", kind, **paid, reference="INV 881")
    second = desk.records("finance.2", kind, **paid, reference="inv-881")
    assert desk.carries_out(first).done
    told = desk.refusal(desk.carries_out(second))
    assert told["code"] == "not_valid"
    assert str(first.id) in told["in_the_way"]
    with pytest.raises(NotValid):
        desk.does("finance.1", kind, **paid, reference="INV-881")
    assert available(desk.world, "recouped") == -70_000
    assert desk.does("finance.1", kind, **paid, reference="INV-882").done
    assert desk.does("finance.1", kind, **{**paid, "council": "moors"}, reference="INV-881").done


def test_another_councils_money_comes_into_the_pot_that_had_met_it(desk: FinanceWorld) -> None:
    """The account of what was recouped is opened when it is first needed, and shows how much."""
    said = {"council": "riverside", "pot": "cluster:alder", "financial_year": 2026}
    first = desk.records(
        "finance.1", ActKind.RECOUP_FROM_COUNCIL, **said, pence=70_000, reference="INV 881"
    )
    for _ in range(2):
        assert desk.carries_out(first).done
    more = {"pence": 30_000, "reference": "INV-882"}
    assert desk.does("finance.1", ActKind.RECOUP_FROM_COUNCIL, **said, **more).done
    assert available(desk.world, "cluster:alder") == 6_100_000
    assert available(desk.world, "recouped") == -100_000
    verbs = [(each.verb, each.reference) for each in desk.entries(first)]
    assert verbs == [("open", "INV-881"), ("recoup", "INV-881")]


def test_a_late_virement_is_entered_in_the_next_open_month(desk: FinanceWorld) -> None:
    """March is closed: what belongs to it stands in April, and says that it belongs to March."""
    desk.world.clock.move_on(timedelta(days=220))
    act = desk.records("finance.1", ActKind.VIRE, **FROM_ALDER)
    with transaction(desk.world.engine) as session:
        closing = ClosePeriod(
            id=named("March is closed"),
            context=Context(
                recorded_at=desk.world.clock.now(),
                effective_on=date(2027, 5, 1),
                financial_year=2026,
                period=12,
                academic_year=2026,
            ),
        )
        assert ledger.close_period(session, closing).is_done
    assert desk.carries_out(act).done
    (entry,) = desk.entries(act)
    assert (entry.financial_year, entry.period, entry.belongs_to) == (2027, 1, "2026/12")
    assert entry.effective_on == date(2027, 3, 31)
    assert available(desk.world, "cluster:alder") == 5_500_000
