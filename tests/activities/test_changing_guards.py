"""Who may change an award, and what stands in the way: authority, parts, plans, money, runs."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import ProgrammingError

from activities.store.session import transaction
from activities.store.tables import AwardChangeRow
from domain.acts import ActOutcome
from domain.ledger.accounts import DEFICIT
from domain.moderation import Recommendation
from domain.refusals import Barred, NotValid, ReasonNeeded, RoleNeeded, Unknown
from domain.request import RequestKind
from domain.stages import ActKind
from tests.activities.behind import refused_by, run_sql, slip_in
from tests.activities.by_hand import ByHand
from tests.activities.changed_awards import ENDS, ChangedAwards
from tests.activities.small_county import WITH_PLAN, asked, named, profile, request

OWED_PENCE = 800_000
FROM = date(2027, 1, 4)
LOW = {"profile": profile(0, 0, 0, 0), "recommendation": Recommendation.NONE}
LEAVES: dict[str, Any] = {"kind": "leaver", "last_on": date(2026, 12, 18)}


@pytest.fixture
def awards(hand: ByHand) -> ChangedAwards:
    """Awards that are signed, paid and changed by hand."""
    return ChangedAwards(hand)


@pytest.fixture
def planned(awards: ChangedAwards) -> UUID:
    """An award of exactly what a pupil's plan sets out."""
    world, hand = awards.world, awards.hand
    request_id = world.submits(request(number=WITH_PLAN))
    hand.goes_on()
    world.does("sen.2", ActKind.MODERATE, request_id, **LOW)
    hand.goes_on()
    return awards.signed(request_id, "sen.1")


def amount(awards: ChangedAwards, award_id: UUID, officer: str, annual_pence: int) -> ActOutcome:
    """An officer gives an award another amount from January."""
    said: dict[str, Any] = {"from_on": FROM, "annual_pence": annual_pence}
    return awards.changes(award_id, "changed_amount", officer, **said)


@pytest.mark.promise(6)
def test_more_is_given_by_an_officer_whose_limit_covers_it(awards: ChangedAwards) -> None:
    """£12,000 a year is above a locality officer's limit; the refusal names who could."""
    award_id = awards.awarded()
    no = amount(awards, award_id, "officer.1", 1_200_000)
    assert no.code == "authority_too_low"
    assert "area manager" in awards.money.refusal(no)["would_help"]
    assert awards.due(award_id) == awards.committed() == 259_003
    assert amount(awards, award_id, "manager.1", 1_200_000).done


def test_a_decision_is_not_raised_school_by_school(awards: ChangedAwards) -> None:
    """Each of a group's two awards would be within the limit; together they are not."""
    pupils = (asked("ashdown"), asked("brook"))
    group = request(RequestKind.GROUP, pupils=pupils)
    request_id = awards.hand.recommended(group, members=("head.crane", "head.dell", "head.elm"))
    awards.world.authorises("manager.1", request_id)
    awards.hand.goes_on()
    one, other = (row.id for row in awards.world.rows("SELECT id FROM award ORDER BY school_code"))
    assert amount(awards, one, "manager.1", 900_000).done
    assert amount(awards, other, "officer.1", 900_000).code == "authority_too_low"
    assert amount(awards, other, "manager.1", 900_000).done
    assert awards.due(one) + awards.due(other) == awards.committed()


def test_less_needs_no_limit(awards: ChangedAwards) -> None:
    """Whoever has a grade may end an award: nothing is given by it."""
    award_id = awards.awarded()
    amount(awards, award_id, "manager.1", 1_200_000)
    assert awards.changes(award_id, **LEAVES).done


@pytest.mark.parametrize("who", ["senco.ashdown", "head.crane", "policy.1", "finance.1"])
def test_an_award_is_changed_by_officers_alone(awards: ChangedAwards, who: str) -> None:
    """Neither the school, nor a panel, nor finance changes what was decided."""
    award_id = awards.awarded()
    with pytest.raises(RoleNeeded):
        awards.changes(award_id, officer=who, **LEAVES)


@pytest.mark.promise(6)
def test_a_relative_does_not_change_an_award(awards: ChangedAwards) -> None:
    """Promise 6: a family tie bars when it is recorded, when it is carried out, in the table."""
    award_id = awards.awarded(number=1)
    with pytest.raises(Barred):
        awards.changes(award_id, officer="officer.2", **LEAVES)
    said = {"award_id": str(award_id), "change": {"kind": "leaver", "last_on": "2026-12-18"}}
    act = slip_in(awards.world, "officer.2", ActKind.CHANGE_AWARD, uuid4(), **said)
    assert awards.money.carries_out(act).code == "barred"
    with refused_by("nobody_changes_their_own"):
        _write_change(awards, award_id, act.id)


@pytest.mark.promise(6)
def test_whoever_moderated_the_need_does_not_change_what_came_of_it(
    awards: ChangedAwards, planned: UUID
) -> None:
    """Promise 6: the officer who stated the need is out of the award as well."""
    assert amount(awards, planned, "sen.2", 900_000).code == "barred"
    assert amount(awards, planned, "sen.1", 900_000).done


@pytest.mark.promise(10)
def test_less_for_a_plan_is_a_sen_officers_and_never_below_it(
    awards: ChangedAwards, planned: UUID
) -> None:
    """Promise 10: the plan is owed; an officer of no special standing gives it nothing less."""
    assert amount(awards, planned, "sen.1", 1_000_000).done
    assert amount(awards, planned, "officer.1", OWED_PENCE).code == "role_needed"
    assert amount(awards, planned, "sen.1", OWED_PENCE - 1).code == "owed_by_plan"
    assert amount(awards, planned, "sen.1", OWED_PENCE).done


@pytest.mark.promise(10)
def test_a_plan_is_suspended_by_a_sen_officer(awards: ChangedAwards, planned: UUID) -> None:
    """Promise 10: while the child is away for long, and by nobody else."""
    days: dict[str, Any] = {"from_on": FROM, "until_on": date(2027, 2, 1)}
    assert awards.changes(planned, "suspended", "officer.1", **days).code == "role_needed"
    assert awards.changes(planned, "suspended", "sen.1", **days).done


@pytest.mark.promise(5)
def test_more_climbs_to_the_pot_that_covers_it(awards: ChangedAwards) -> None:
    """Promise 5: nothing is left in the fund that pays it, so the area's contingency does."""
    award_id = awards.awarded()
    awards.spends("exceptional")
    before = awards.world.balances()["contingency:area:north"][0]
    made = awards.changed(
        award_id, "changed_amount", officer="manager.1", from_on=FROM, annual_pence=600_000
    )
    assert made.pot == "contingency:area:north"
    after = awards.world.balances()["contingency:area:north"]
    assert before - after[0] == after[2]
    assert awards.due(award_id) == made.worth_after_pence


@pytest.mark.promise(5, 13)
def test_where_no_pot_covers_it_the_refusal_says_who_can_help(awards: ChangedAwards) -> None:
    """Promises 5 and 13: nothing is written, and how much is lacking where is said."""
    award_id = awards.awarded()
    for pot in ("exceptional", "contingency:area:north", "contingency:council"):
        awards.spends(pot)
    before = awards.world.balances()
    no = amount(awards, award_id, "manager.1", 600_000)
    assert no.code == "budget_exceeded"
    told = awards.money.refusal(no)
    assert "exceptional lacks £" in told["in_the_way"]
    assert "Ask finance" in told["would_help"]
    assert awards.world.balances() == before
    assert awards.world.rows("SELECT * FROM award_change") == []


@pytest.mark.promise(10)
def test_what_is_paid_from_an_overspend_goes_on_by_its_authority(awards: ChangedAwards) -> None:
    """Promise 10: a move does not lose what the recorded overspend pays for."""
    for pot in ("exceptional", "contingency:area:north", "contingency:council"):
        awards.spends(pot)
    request_id = awards.hand.recommended(request())
    awards.world.does("head-of-sen", ActKind.AUTHORISE_OVERSPEND, request_id, authority="26/00099")
    awards.hand.goes_on()
    award_id = awards.world.one("SELECT id FROM award")
    said: dict[str, Any] = {"from_on": FROM, "to_school": "brook"}
    assert awards.changes(award_id, "transfer", "manager.1", **said).code == "authority_too_low"
    made = awards.changed(award_id, "transfer", officer="head-of-sen", **said)
    found = awards.world.one("SELECT pot FROM award WHERE id = :id", id=made.next_award_id)
    assert found == DEFICIT
    due = awards.due(award_id) + awards.due(made.next_award_id)
    assert awards.world.balances()[DEFICIT][2] == due
    authorities = awards.world.rows(
        "SELECT DISTINCT authority FROM ledger_entry WHERE verb = 'commit'"
    )
    assert [row.authority for row in authorities] == ["26/00099"]


@pytest.mark.promise(13)
def test_a_change_that_does_not_fit_lists_everything_at_once(awards: ChangedAwards) -> None:
    """Promise 13: two faults of one suspension are told together."""
    award_id = awards.awarded()
    with pytest.raises(NotValid) as no:
        awards.changes(award_id, "suspended", from_on=ENDS, until_on=date(2027, 8, 1))
    assert "ends after it begins" in no.value.in_the_way
    assert "has days from" in no.value.in_the_way


@pytest.mark.promise(5)
def test_support_did_not_begin_before_anybody_asked(awards: ChangedAwards) -> None:
    """Promise 5: years back, a small yearly amount is not small."""
    award_id = awards.awarded()
    no = awards.changes(award_id, "late_start", from_on=date(2019, 9, 2))
    assert no.code == "not_valid"
    assert "from 2026-09-01 on" in awards.money.refusal(no)["in_the_way"]


def test_a_change_says_why(awards: ChangedAwards) -> None:
    """Without a reason it is not recorded."""
    award_id = awards.awarded()
    with pytest.raises(ReasonNeeded):
        awards.money.does(
            "officer.1", ActKind.CHANGE_AWARD, award_id=award_id, change=LEAVES, reason=" "
        )


def test_an_award_that_is_not_there_is_unknown(awards: ChangedAwards) -> None:
    """When it is recorded, and when it is carried out."""
    with pytest.raises(Unknown):
        awards.changes(uuid4(), **LEAVES)
    said = {"award_id": str(uuid4()), "change": {"kind": "leaver", "last_on": "2026-12-18"}}
    act = slip_in(awards.world, "officer.1", ActKind.CHANGE_AWARD, uuid4(), **said)
    assert awards.money.carries_out(act).code == "unknown"


@pytest.mark.promise(5, 11)
def test_two_officers_at_the_same_instant_change_it_one_after_the_other(
    awards: ChangedAwards,
) -> None:
    """Promises 5 and 11: the second is worked out on what the first made of it."""
    award_id = awards.awarded()
    awards.comes(date(2027, 1, 20))
    awards.pays_until(award_id, date(2027, 1, 20))
    said = {"award_id": award_id, "change": {"kind": "leaver", "last_on": FROM}}
    acts = [
        awards.money.records(officer, ActKind.CHANGE_AWARD, **said)
        for officer in ("officer.1", "manager.1", "sen.1", "head-of-sen")
    ]
    together = Barrier(len(acts))

    def at_once(act: Any) -> ActOutcome:
        together.wait()
        return awards.money.carries_out(act)

    with ThreadPoolExecutor(len(acts)) as pool:
        outcomes = list(pool.map(at_once, acts))
    assert all(outcome.done for outcome in outcomes)
    rows = awards.world.rows("SELECT * FROM award_change ORDER BY number")
    assert [row.number for row in rows] == [1, 2, 3, 4]
    assert [bool(row.take_back_pence) for row in rows] == [True, False, False, False]
    assert awards.paid(award_id) == rows[0].worth_after_pence
    assert awards.is_sound()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE award_change SET take_back_pence = 0",
        "DELETE FROM award_change",
        "UPDATE council_claim SET pence = 1",
        "DELETE FROM council_claim",
    ],
)
def test_a_change_is_never_altered_nor_taken_away(awards: ChangedAwards, statement: str) -> None:
    """The application has no right to."""
    with pytest.raises(ProgrammingError):
        run_sql(awards.world, statement)


def _write_change(awards: ChangedAwards, award_id: UUID, act_id: UUID) -> None:
    """Put a change straight into the table."""
    with transaction(awards.world.engine) as session:
        session.add(
            AwardChangeRow(
                id=named("a change"),
                award_id=award_id,
                number=1,
                act_id=act_id,
                kind="leaver",
                from_on=FROM,
                change={},
                cancelled=[],
                worth_before_pence=0,
                worth_after_pence=0,
                paid_pence=0,
                take_back_pence=0,
                claimed_pence=0,
                recorded_at=awards.world.clock.now(),
            )
        )
