"""Changes beside payment runs, year ends and imported awards: nothing is lost between them."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from activities.names import OfRun
from domain.award import amount_for_span
from domain.stages import ActKind
from tests.activities.behind import slip_in
from tests.activities.by_hand import ByHand
from tests.activities.changed_awards import BEGINS, ENDS, ChangedAwards
from tests.activities.payment_world import DECEMBER, NOVEMBER, PaymentWorld

ANNUAL_PENCE = 312_000
MOVES = date(2027, 1, 11)


@pytest.fixture
def awards(hand: ByHand) -> ChangedAwards:
    """Awards that are signed, paid and changed by hand."""
    return ChangedAwards(hand)


@pytest.fixture
def runs(awards: ChangedAwards) -> PaymentWorld:
    """People who prepare and approve payment runs in the same county."""
    return PaymentWorld(awards.world)


@pytest.mark.promise(4)
def test_what_stands_in_a_run_is_not_cancelled_under_it(
    awards: ChangedAwards, runs: PaymentWorld
) -> None:
    """Promise 4: the change waits for the run and the bank's answer, and then takes back."""
    award_id = awards.awarded()
    awards.comes(NOVEMBER)
    run_id = runs.prepared()
    leaves: dict[str, Any] = {"last_on": date(2026, 11, 8)}
    no = awards.changes(award_id, "leaver", **leaves)
    assert no.code == "not_at_this_stage"
    assert "payment run" in awards.money.refusal(no)["in_the_way"]
    runs.approves(run_id)
    runs.runs.write_papers(OfRun(run_id=run_id))
    no = awards.changes(award_id, "leaver", **leaves)
    assert no.code == "not_at_this_stage"
    assert "the bank has not answered" in awards.money.refusal(no)["in_the_way"]
    runs.answers_paid(run_id)
    made = awards.changed(award_id, "leaver", **leaves)
    assert made.paid_pence == 25_900
    assert awards.paid(award_id) == made.worth_after_pence


def test_the_next_run_nets_what_is_taken_back(awards: ChangedAwards, runs: PaymentWorld) -> None:
    """The school is due another award: it gets so much less, and the take-back is settled."""
    leaver, other = awards.awarded(), awards.awarded(number=2)
    awards.comes(NOVEMBER)
    runs.paid()
    made = awards.changed(leaver, "leaver", last_on=date(2026, 11, 8))
    awards.comes(DECEMBER)
    run_id = runs.sent(until=DECEMBER)
    remittance = runs.remittances(run_id)["ashdown"]
    assert remittance.netted_pence == made.take_back_pence
    assert remittance.pay_pence == 25_900 - made.take_back_pence
    assert awards.paid(other) == 2 * 25_900
    assert awards.world.one("SELECT netted_in_run FROM take_back") == run_id
    assert awards.is_sound()


def test_what_is_promised_instead_is_paid_by_a_run(
    awards: ChangedAwards, runs: PaymentWorld
) -> None:
    """Arrears of a late start and the next school's first instalment are due like any other."""
    award_id = awards.awarded()
    made = awards.changed(award_id, "transfer", from_on=date(2026, 11, 30), to_school="brook")
    awards.changed(award_id, "late_start", from_on=date(2026, 10, 5))
    awards.comes(DECEMBER)
    runs.sent(until=DECEMBER)
    assert awards.due(award_id) == 0
    assert awards.paid(award_id) == amount_for_span(
        ANNUAL_PENCE, date(2026, 10, 5), date(2026, 11, 30)
    )
    assert awards.paid(made.next_award_id) > 0


def test_what_was_paid_in_a_closed_year_comes_back_in_the_next(awards: ChangedAwards) -> None:
    """The year is over and closed; a leaver of March is heard of in May."""
    award_id = awards.awarded()
    awards.comes(date(2027, 3, 20))
    awards.pays_until(award_id, date(2027, 3, 20))
    awards.comes(date(2027, 4, 20))
    for period in range(1, 12):
        closed = {"financial_year": 2026, "period": period}
        assert awards.money.does("finance.1", ActKind.CLOSE_PERIOD, **closed).done
    assert awards.money.does("finance.1", ActKind.CLOSE_YEAR, financial_year=2026).done
    awards.comes(date(2027, 5, 20))
    awards.pays_until(award_id, date(2027, 5, 20))
    before = awards.world.balances()["exceptional"][0]
    first = awards.changed(award_id, "leaver", last_on=date(2027, 3, 12))
    backs = awards.world.rows("SELECT financial_year, pence FROM take_back ORDER BY pence")
    assert {row.financial_year for row in backs} == {2027}
    assert sum(row.pence for row in backs) == first.take_back_pence
    still_promised = 259_003 - first.paid_pence
    after = awards.world.balances()["exceptional"][0]
    assert after == before + first.take_back_pence + still_promised
    second = awards.changed(award_id, "leaver", last_on=date(2027, 2, 12))
    due = amount_for_span(ANNUAL_PENCE, BEGINS, date(2027, 2, 13))
    assert first.paid_pence - first.take_back_pence - second.take_back_pence == due
    assert awards.due(award_id) == 0
    assert awards.is_sound()


def test_an_award_of_the_old_system_changes_under_todays_rules(
    awards: ChangedAwards, runs: PaymentWorld
) -> None:
    """It has no request: the scheme of delegation and the pots in force today are asked."""
    due = tuple((date(2027, month, 15), 100_00) for month in range(1, 5))
    award_id = runs.award("ashdown", due)
    said: dict[str, Any] = {"from_on": MOVES, "annual_pence": 1_200_000}
    assert awards.changes(award_id, "changed_amount", **said).code == "authority_too_low"
    made = awards.changed(award_id, "transfer", from_on=MOVES, to_school="gorse")
    (after,) = awards.world.rows("SELECT * FROM award WHERE follows_id = :id", id=award_id)
    assert (after.id, after.pot) == (made.next_award_id, "cluster:cedar")
    assert (after.request_id, after.opening_reference) == (None, None)
    assert awards.due(award_id) == amount_for_span(400_00, date(2026, 9, 1), MOVES)
    assert awards.due(after.id) == amount_for_span(400_00, MOVES, ENDS)
    (event, *_) = awards.world.rows("SELECT * FROM event WHERE kind = 'award_changed'")
    assert (event.subject, event.subject_id) == ("award", award_id)
    more = awards.changed(after.id, "changed_amount", from_on=MOVES, annual_pence=600_00)
    assert more.pot == "cluster:cedar"
    change = {"kind": "leaver", "last_on": MOVES.isoformat()}
    said = {"award_id": str(award_id), "change": change}
    act = slip_in(awards.world, "finance.1", ActKind.CHANGE_AWARD, uuid4(), **said)
    assert awards.money.carries_out(act).code == "role_needed"
