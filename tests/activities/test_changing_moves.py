"""When the child moves to another school, another cluster or another council: here and there."""

from datetime import date
from typing import Any

import pytest

from activities.finance_desk import FinanceDesk
from activities.store.forecasting import forecast_of
from activities.store.session import transaction
from domain.award import amount_for_span
from domain.refusals import NotValid
from tests.activities.by_hand import ByHand
from tests.activities.changed_awards import BEGINS, ENDS, ChangedAwards
from tests.activities.small_county import profile, request

ANNUAL_PENCE = 312_000
CLUSTER_ANNUAL_PENCE = 326_800
COGNITION = (2, 3, 0, 0)
"""A need whose cost falls on the cluster's budget first."""
MOVES = date(2027, 1, 11)


@pytest.fixture
def awards(hand: ByHand) -> ChangedAwards:
    """Awards that are signed, paid and changed by hand."""
    return ChangedAwards(hand)


def test_support_goes_on_at_the_next_school_from_the_day(awards: ChangedAwards) -> None:
    """It ends here to the day, begins at the other payee, and together is what was decided."""
    award_id = awards.awarded()
    awards.comes(date(2027, 1, 20))
    awards.pays_until(award_id, date(2027, 1, 20))
    made = awards.changed(award_id, "transfer", from_on=MOVES, to_school="kelp")
    here = amount_for_span(ANNUAL_PENCE, BEGINS, MOVES)
    there = amount_for_span(ANNUAL_PENCE, MOVES, ENDS)
    assert (awards.paid(award_id), awards.due(award_id)) == (here, 0)
    assert made.take_back_pence == 3 * 25_900 - here
    (after,) = awards.world.rows("SELECT * FROM award WHERE follows_id = :id", id=award_id)
    assert after.id == made.next_award_id
    assert (after.school_code, after.payee_code, after.payee_kind) == (
        "kelp",
        "weirs",
        "academy_trust",
    )
    assert (after.from_on, after.until_on, after.annual_pence) == (MOVES, ENDS, ANNUAL_PENCE)
    assert (after.total_pence, awards.due(after.id)) == (there, there)
    assert awards.committed() == there
    assert awards.pays_until(after.id, ENDS) == there
    assert awards.is_sound()


def test_the_next_cluster_pays_from_its_own_budget(awards: ChangedAwards) -> None:
    """What the cluster of before had promised is its own again."""
    request_id = awards.hand.recommended(request(profile=profile(*COGNITION)), COGNITION)
    award_id = awards.signed(request_id)
    awards.comes(date(2027, 1, 4))
    paid = awards.pays_until(award_id, date(2027, 1, 4))
    awards.changed(award_id, "transfer", from_on=MOVES, to_school="gorse")
    there = amount_for_span(CLUSTER_ANNUAL_PENCE, MOVES, ENDS)
    here = amount_for_span(CLUSTER_ANNUAL_PENCE, BEGINS, MOVES)
    assert awards.world.moved() == {
        "cluster:alder": (0, here - paid),
        "cluster:cedar": (0, there),
    }


def test_an_empty_cluster_climbs(awards: ChangedAwards) -> None:
    """Where the next cluster has nothing left its contingencies pay, and the award says so."""
    request_id = awards.hand.recommended(request(profile=profile(*COGNITION)), COGNITION)
    award_id = awards.signed(request_id)
    awards.spends("cluster:cedar")
    made = awards.changed(award_id, "transfer", from_on=MOVES, to_school="gorse")
    found = awards.world.one("SELECT pot FROM award WHERE id = :id", id=made.next_award_id)
    assert found == "contingency:cluster:cedar"


def test_what_was_to_change_goes_along(awards: ChangedAwards) -> None:
    """An amount from Easter and a suspension are the next award's own changes."""
    award_id = awards.awarded()
    easter: dict[str, Any] = {"from_on": date(2027, 4, 12), "annual_pence": 400_000}
    awards.changed(award_id, "changed_amount", **easter)
    held: dict[str, Any] = {"from_on": date(2027, 2, 1), "until_on": date(2027, 3, 1)}
    awards.changed(award_id, "suspended", **held)
    made = awards.changed(award_id, "transfer", from_on=MOVES, to_school="brook")
    rows = awards.world.rows(
        "SELECT kind, act_id FROM award_change WHERE award_id = :id ORDER BY number",
        id=made.next_award_id,
    )
    assert [row.kind for row in rows] == ["suspended", "changed_amount"]
    assert {row.act_id for row in rows} == {made.act_id}
    left = (ANNUAL_PENCE * 21 + ANNUAL_PENCE * 42 + 400_000 * 142) / 365
    assert awards.due(made.next_award_id) == round(left)
    later = awards.changed(made.next_award_id, "leaver", last_on=date(2027, 4, 30))
    left = (ANNUAL_PENCE * 21 + ANNUAL_PENCE * 42 + 400_000 * 19) / 365
    assert later.worth_after_pence == round(left) == awards.due(made.next_award_id)


def test_a_pupil_may_come_back(awards: ChangedAwards) -> None:
    """The same school may have an award of the same decision again, which follows the other."""
    award_id = awards.awarded()
    there = awards.changed(award_id, "transfer", from_on=MOVES, to_school="brook").next_award_id
    back = awards.changed(there, "transfer", from_on=date(2027, 5, 3), to_school="ashdown")
    schools = awards.world.rows("SELECT school_code, follows_id FROM award ORDER BY from_on")
    assert [tuple(row) for row in schools] == [
        ("ashdown", None),
        ("brook", award_id),
        ("ashdown", there),
    ]
    three = (award_id, there, back.next_award_id)
    assert sum(awards.due(each) for each in three) == awards.committed()


def test_another_council_owes_what_was_paid_for_days_of_its_own(awards: ChangedAwards) -> None:
    """The award ends on the day; what had gone beyond it is claimed there, not from the school."""
    award_id = awards.awarded()
    awards.comes(date(2027, 1, 20))
    paid = awards.pays_until(award_id, date(2027, 1, 20))
    made = awards.changed(award_id, "transfer", from_on=date(2026, 12, 7), to_council="shire")
    here = amount_for_span(ANNUAL_PENCE, BEGINS, date(2026, 12, 7))
    (claim,) = awards.world.rows("SELECT * FROM council_claim")
    assert (claim.council_code, claim.pence) == ("shire", paid - here)
    assert (claim.from_on, claim.until_on) == (date(2026, 12, 7), ENDS)
    assert (made.claimed_pence, made.take_back_pence) == (paid - here, 0)
    assert awards.paid(award_id) == paid
    assert (awards.due(award_id), awards.committed()) == (0, 0)
    assert awards.world.rows("SELECT * FROM take_back") == []


def test_what_is_claimed_elsewhere_is_not_taken_back_as_well(awards: ChangedAwards) -> None:
    """The pupil turns out to have left the school earlier still: only those days come back."""
    award_id = awards.awarded()
    awards.comes(date(2027, 1, 20))
    paid = awards.pays_until(award_id, date(2027, 1, 20))
    first = awards.changed(award_id, "transfer", from_on=date(2026, 12, 7), to_council="shire")
    second = awards.changed(award_id, "leaver", last_on=date(2026, 11, 29))
    due = amount_for_span(ANNUAL_PENCE, BEGINS, date(2026, 11, 30))
    assert second.take_back_pence == paid - first.claimed_pence - due
    assert awards.paid(award_id) - first.claimed_pence == due


def claimed(awards: ChangedAwards) -> dict[str, int]:
    """What stands claimed of each council, pence."""
    rows = awards.world.rows(
        "SELECT council_code, sum(pence)::bigint AS pence FROM council_claim GROUP BY 1"
    )
    return {row.council_code: row.pence for row in rows if row.pence}


@pytest.mark.promise(4)
def test_days_that_are_due_here_again_are_not_claimed_there_as_well(
    awards: ChangedAwards,
) -> None:
    """Promise 4: a wrong day of a move is corrected twice, and every day is paid for once.

    The school kept what it was paid, so it is paid again for none of it; beyond it, it is.
    """
    award_id = awards.awarded()
    awards.comes(date(2027, 1, 20))
    paid = awards.pays_until(award_id, date(2027, 1, 20))
    awards.changed(award_id, "transfer", from_on=date(2026, 12, 7), to_council="shire")
    for day in (date(2027, 1, 11), date(2027, 1, 4)):
        made = awards.changed(award_id, "transfer", from_on=day, to_council="shire")
        here = amount_for_span(ANNUAL_PENCE, BEGINS, day)
        assert (awards.paid(award_id), awards.due(award_id)) == (paid, 0)
        assert claimed(awards) == {"shire": paid - here}
        assert (made.worth_after_pence, made.take_back_pence) == (here, 0)
    made = awards.changed(award_id, "leaver", last_on=date(2027, 3, 14))
    assert claimed(awards) == {}
    assert awards.paid(award_id) == paid
    assert awards.due(award_id) == amount_for_span(ANNUAL_PENCE, BEGINS, date(2027, 3, 15)) - paid
    assert awards.is_sound()


def test_the_right_council_is_asked_once_it_is_known(awards: ChangedAwards) -> None:
    """The claim on the wrong one is given back as a whole; rows are added, none is changed."""
    award_id = awards.awarded()
    awards.comes(date(2027, 1, 20))
    paid = awards.pays_until(award_id, date(2027, 1, 20))
    awards.changed(award_id, "transfer", from_on=date(2026, 12, 7), to_council="shire")
    awards.changed(award_id, "transfer", from_on=date(2026, 12, 14), to_council="moors")
    here = amount_for_span(ANNUAL_PENCE, BEGINS, date(2026, 12, 14))
    assert claimed(awards) == {"moors": paid - here}
    assert (awards.paid(award_id), awards.due(award_id)) == (paid, 0)
    assert awards.world.one("SELECT count(*) FROM council_claim") == 3


def test_a_council_that_is_owed_nothing_claims_nothing(awards: ChangedAwards) -> None:
    """Heard of in time, the award just ends."""
    award_id = awards.awarded()
    made = awards.changed(award_id, "transfer", from_on=MOVES, to_council="shire")
    assert (made.claimed_pence, made.take_back_pence) == (0, 0)
    assert awards.world.rows("SELECT * FROM council_claim") == []


@pytest.mark.parametrize(
    ("to", "says"),
    [
        ({"to_school": "nowhere"}, "no school nowhere"),
        ({"to_school": "ashdown"}, "that school's already"),
        ({}, "one of the two"),
        ({"to_school": "brook", "to_council": "shire"}, "one of the two"),
    ],
)
def test_a_move_says_where_to(awards: ChangedAwards, to: dict[str, str], says: str) -> None:
    """Nothing is recorded that could not be done, and the refusal says what is wrong with it."""
    award_id = awards.awarded()
    with pytest.raises(NotValid) as no:
        awards.changes(award_id, "transfer", from_on=MOVES, **to)
    assert says in no.value.in_the_way


def test_there_is_something_to_go_on_with(awards: ChangedAwards) -> None:
    """A pupil who had left takes nothing along: recorded meanwhile, the move is refused."""
    award_id = awards.awarded()
    awards.changed(award_id, "leaver", last_on=date(2026, 12, 18))
    outcome = awards.changes(award_id, "transfer", from_on=MOVES, to_school="brook")
    assert outcome.code == "not_valid"
    assert "nothing is due" in awards.money.refusal(outcome)["in_the_way"]


def test_no_day_is_paid_at_two_schools(awards: ChangedAwards) -> None:
    """Neither does the award before grow beyond the move, nor the next one begin before it."""
    award_id = awards.awarded()
    made = awards.changed(award_id, "transfer", from_on=MOVES, to_school="brook")
    longer = awards.changes(award_id, "leaver", last_on=date(2027, 1, 29))
    assert longer.code == "not_valid"
    assert "next school" in awards.money.refusal(longer)["would_help"]
    earlier = {"from_on": date(2027, 1, 4)}
    no = awards.changes(made.next_award_id, "late_start", "officer.1", **earlier)
    assert no.code == "not_valid"
    assert "reaches until 2027-01-11" in awards.money.refusal(no)["in_the_way"]
    awards.changed(award_id, "leaver", last_on=date(2027, 1, 3))
    awards.changed(made.next_award_id, "late_start", "officer.1", **earlier)
    assert awards.due(award_id) == amount_for_span(ANNUAL_PENCE, BEGINS, date(2027, 1, 4))
    assert awards.due(made.next_award_id) == amount_for_span(ANNUAL_PENCE, date(2027, 1, 4), ENDS)


@pytest.mark.promise(8)
def test_each_school_hears_of_its_own_award_alone(awards: ChangedAwards) -> None:
    """Promise 8: what becomes of the pupil at the next school is no event of the school before."""
    award_id = awards.awarded()
    made = awards.changed(award_id, "transfer", from_on=MOVES, to_school="brook")
    awards.changed(made.next_award_id, "suspended", from_on=MOVES, until_on=date(2027, 2, 1))
    events = awards.world.rows(
        "SELECT subject, subject_id, school_code FROM event WHERE kind = 'award_changed'"
        " ORDER BY recorded_at, school_code"
    )
    assert [tuple(row) for row in events] == [
        ("award", award_id, "ashdown"),
        ("award", made.next_award_id, "brook"),
    ]


def test_whoever_moved_or_left_is_not_asked_for_again_twice(awards: ChangedAwards) -> None:
    """Of two awards one is forecast on, at the next school, and that of a leaver is not."""
    moves, leaves = (awards.awarded(number=n, ends_on=date(2027, 3, 1)) for n in (0, 2))
    both = _renewed(awards)
    awards.changed(moves, "transfer", from_on=MOVES, to_school="brook")
    assert _renewed(awards) == both > 0
    awards.changed(leaves, "leaver", last_on=date(2026, 12, 18))
    assert _renewed(awards) == both / 2


def _renewed(awards: ChangedAwards) -> int:
    """What is forecast for awards that may be asked for again, pence."""
    with transaction(awards.world.engine) as session:
        desk = FinanceDesk(session=session, now=awards.world.clock.now())
        return forecast_of(session, 2026, desk.policy, desk.day).total.renewals_pence
