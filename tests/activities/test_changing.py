"""When the child moves: leavers, late starts, amounts and suspensions, to the day and the penny."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from activities.changing import change_award
from activities.finance_desk import FinanceDesk
from activities.store import casework
from activities.store.session import transaction
from domain.award import amount_for_span
from tests.activities.by_hand import ByHand
from tests.activities.changed_awards import BEGINS, ENDS, ChangedAwards

ANNUAL_PENCE = 312_000
"""What the usual request's costed support comes to a year."""
GIVEN_PENCE = 259_003
"""From 2 November to 31 August: ten instalments of £259, the last with three pence more."""


@pytest.fixture
def awards(hand: ByHand) -> ChangedAwards:
    """Awards that are signed, paid and changed by hand."""
    return ChangedAwards(hand)


def test_a_leaver_is_due_to_the_last_day_and_the_rest_comes_back(awards: ChangedAwards) -> None:
    """Three instalments were paid; 47 days were due, and the school gives the difference back."""
    award_id = awards.awarded()
    awards.comes(date(2027, 1, 20))
    assert awards.pays_until(award_id, date(2027, 1, 20)) == 3 * 25_900
    made = awards.changed(award_id, "leaver", last_on=date(2026, 12, 18))
    due = amount_for_span(ANNUAL_PENCE, BEGINS, date(2026, 12, 19))
    assert (made.worth_before_pence, made.worth_after_pence) == (GIVEN_PENCE, due)
    assert made.cancelled == [4, 5, 6, 7, 8, 9, 10]
    assert made.take_back_pence == 3 * 25_900 - due
    assert (awards.paid(award_id), awards.due(award_id), awards.committed()) == (due, 0, 0)
    (back,) = awards.world.rows("SELECT * FROM take_back")
    assert (back.pence, back.pot, back.financial_year) == (
        made.take_back_pence,
        "exceptional",
        2026,
    )
    assert (back.payee_code, back.netted_in_run) == ("ashdown", None)
    assert awards.is_sound()


def test_an_award_that_never_began_gives_everything_back(awards: ChangedAwards) -> None:
    """The pupil left before the first day: nothing was paid, nothing is promised."""
    award_id = awards.awarded()
    made = awards.changed(award_id, "leaver", last_on=date(2026, 11, 1))
    assert (made.worth_after_pence, made.take_back_pence) == (0, 0)
    assert awards.committed() == 0
    assert awards.world.balances()["exceptional"][0] == 2 * 200_000_00


def test_a_late_start_is_paid_back_to_the_earlier_day(awards: ChangedAwards) -> None:
    """Support began four weeks before the award: those days are promised and due at once."""
    award_id = awards.awarded()
    awards.comes(date(2026, 12, 1))
    awards.pays_until(award_id, date(2026, 12, 1))
    made = awards.changed(award_id, "late_start", from_on=date(2026, 10, 5))
    whole = amount_for_span(ANNUAL_PENCE, date(2026, 10, 5), ENDS)
    assert awards.paid(award_id) + awards.due(award_id) == whole == made.worth_after_pence
    (arrears, *_) = awards.world.rows(
        "SELECT due_on, commit_id FROM instalment WHERE award_id = :id AND number > 10"
        " ORDER BY number",
        id=award_id,
    )
    assert (arrears.due_on, arrears.commit_id) == (date(2026, 12, 1), made.commit_id)
    assert awards.pays_until(award_id, ENDS) == awards.paid(award_id) - 25_900
    assert awards.paid(award_id) == whole
    assert awards.committed() == 0


@pytest.mark.parametrize("annual_pence", [400_000, 100_000, 0])
def test_an_amount_changes_from_a_day(awards: ChangedAwards, annual_pence: int) -> None:
    """Days before it are due at the old amount, days from it at the new one; neither is rounded."""
    award_id = awards.awarded()
    awards.comes(date(2027, 2, 1))
    awards.pays_until(award_id, date(2027, 2, 1))
    from_on = date(2027, 1, 4)
    awards.changed(award_id, "changed_amount", from_on=from_on, annual_pence=annual_pence)
    exact = Fraction(ANNUAL_PENCE * (from_on - BEGINS).days, 365)
    exact += Fraction(annual_pence * (ENDS - from_on).days, 365)
    assert awards.paid(award_id) + awards.due(award_id) == round(exact)
    assert awards.committed() == awards.due(award_id)
    assert awards.is_sound()


def test_nothing_is_due_while_an_award_is_suspended(awards: ChangedAwards) -> None:
    """Four weeks in spring are taken out of what is still due; nothing comes back."""
    award_id = awards.awarded()
    awards.comes(date(2027, 2, 1))
    awards.pays_until(award_id, date(2027, 2, 1))
    days: dict[str, Any] = {"from_on": date(2027, 3, 1), "until_on": date(2027, 3, 29)}
    made = awards.changed(award_id, "suspended", **days)
    left = round(Fraction(ANNUAL_PENCE * ((ENDS - BEGINS).days - 28), 365))
    assert awards.paid(award_id) + awards.due(award_id) == left == made.worth_after_pence
    assert made.take_back_pence == 0
    assert made.pot == "exceptional"


def test_changes_follow_one_another(awards: ChangedAwards) -> None:
    """What an earlier change promised is cancelled by a later one, on its own commitment."""
    award_id = awards.awarded()
    awards.comes(date(2027, 1, 20))
    awards.pays_until(award_id, date(2027, 1, 20))
    first = awards.changed(
        award_id, "changed_amount", from_on=date(2027, 1, 4), annual_pence=400_000
    )
    awards.comes(date(2027, 3, 20))
    awards.pays_until(award_id, date(2027, 3, 20))
    second = awards.changed(award_id, "leaver", last_on=date(2027, 2, 12))
    assert (first.number, second.number) == (1, 2)
    exact = Fraction(ANNUAL_PENCE * (date(2027, 1, 4) - BEGINS).days, 365)
    exact += Fraction(400_000 * 40, 365)
    assert awards.paid(award_id) == round(exact) == second.worth_after_pence
    assert second.paid_pence - second.take_back_pence == round(exact)
    recouped = awards.money.entries(_act(second))
    assert {row.verb for row in recouped} == {"cancel", "recoup"}
    assert (awards.due(award_id), awards.committed()) == (0, 0)
    assert awards.is_sound()


@pytest.mark.promise(4)
def test_a_change_that_is_carried_out_again_changes_nothing(awards: ChangedAwards) -> None:
    """Promise 4: even where its outcome is not looked at, the second time leaves the same world."""
    award_id = awards.awarded()
    awards.comes(date(2027, 1, 20))
    awards.pays_until(award_id, date(2027, 1, 20))
    outcome = awards.changes(award_id, "leaver", last_on=date(2026, 12, 18))
    before = awards.world.tables()
    assert awards.money.carries_out(outcome.act_id) == outcome
    with transaction(awards.world.engine) as session:
        desk = FinanceDesk(session=session, now=awards.world.clock.now())
        change_award(desk, casework.recorded_act(session, outcome.act_id))
    assert awards.world.tables() == before


@pytest.mark.promise(2)
def test_every_entry_of_a_change_says_where_it_comes_from(awards: ChangedAwards) -> None:
    """Promise 2: act, officer, award, decision, line of section 251, cost centre, versions."""
    award_id = awards.awarded()
    awards.comes(date(2027, 1, 20))
    awards.pays_until(award_id, date(2027, 1, 20))
    more: dict[str, Any] = {"from_on": date(2026, 11, 2), "annual_pence": 400_000}
    entries = awards.money.entries(awards.changes(award_id, "changed_amount", **more))
    assert [row.verb for row in entries] == ["cancel", "hold", "commit"]
    outcome = awards.changes(award_id, "leaver", last_on=date(2026, 12, 18))
    entries += awards.money.entries(outcome)
    assert [row.verb for row in entries[3:]] == ["cancel", "recoup"]
    for row in entries:
        assert (row.award_id, row.section_251_line, row.cost_centre) == (award_id, "1.2.1", "HN210")
        assert None not in (row.request_id, row.decision_id, row.actor_id)
        assert row.policy_version_ids


@pytest.mark.promise(8)
def test_a_change_says_nothing_of_the_child(awards: ChangedAwards) -> None:
    """Promise 8: the event and the row have codes and days, the reason stays with the act."""
    award_id = awards.awarded()
    made = awards.changed(award_id, "leaver", last_on=date(2026, 12, 18))
    (event,) = awards.world.rows("SELECT * FROM event WHERE kind = 'award_changed'")
    assert event.facts == {
        "award_id": str(award_id),
        "change": "leaver",
        "from_on": "2026-12-19",
        "act_id": str(made.act_id),
        "reference": event.facts["reference"],
    }
    assert made.change == {"kind": "leaver", "last_on": "2026-12-18"}


def _act(made: Any) -> Any:
    return type("Act", (), {"act_id": made.act_id})()
