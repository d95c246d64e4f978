"""A cluster plan by hand: proposed with its cost, agreed by its schools, signed and paid once."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from pydantic import ValidationError

from activities.names import Deed, NotAllowed, OfPlan
from activities.store import reading, recording
from activities.store.session import transaction
from domain.acts import ActRef
from domain.cluster_plan import PlanStage
from domain.plan_acts import OutcomeMet
from domain.reconsideration_acts import CabinetDecision
from domain.refusals import BudgetExceeded, NotAtThisStage, NotValid, TooLate
from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.changed_awards import ChangedAwards
from tests.activities.payment_world import PaymentWorld
from tests.activities.planned import PRICE_PENCE, Planned, item
from tests.activities.small_county import (
    PLANTED,
    PROVIDER,
    county,
    line,
    profile,
    request,
)
from tests.activities.world import WHY

AUTUMN, SPRING = date(2026, 10, 12), date(2027, 2, 1)
LEARNING = (2, 3, 1, 0)
"""Levels of a pupil whose greatest need is how they learn: predictable on the continuum."""


@pytest.fixture
def plans(hand: ByHand) -> Planned:
    """Clusters that plan, by hand."""
    return Planned(hand)


def view_of(plans: Planned, who: str, plan_id: UUID) -> reading.PlanView:
    """What somebody reads of a plan."""
    with transaction(plans.world.engine) as session:
        return reading.plan(session, plans.world.caller(session, who), plan_id)


def book_of(plans: Planned, who: str, year: int | None = None) -> reading.ClusterPlanView:
    """What somebody reads of alder's plan of a year."""
    with transaction(plans.world.engine) as session:
        caller = plans.world.caller(session, who)
        return reading.cluster_plan(session, caller, "alder", year)


@pytest.mark.promise(1)
def test_a_plan_is_held_when_its_schools_agree_and_committed_when_it_is_signed(
    plans: Planned,
) -> None:
    """Promise 1: voices hold money and move none; an officer's signature commits it, once."""
    plan_id = plans.proposed()
    for school in ("ashdown", "brook", "crane"):
        plans.done(plans.speaks(plan_id, school))
        assert plans.stage(plan_id) == "proposed"
        assert plans.world.moved() == {}
    plans.done(plans.speaks(plan_id, "dell"))
    assert plans.stage(plan_id) == "agreed"
    assert view_of(plans, "head.fern", plan_id).is_held
    assert plans.world.moved() == {"cluster:alder": (PRICE_PENCE, 0)}
    plans.done(plans.signs(plan_id))
    assert plans.stage(plan_id) == "signed"
    assert plans.world.moved() == {"cluster:alder": (0, PRICE_PENCE)}
    view = view_of(plans, "manager.2", plan_id)
    assert (view.annual_pence, view.waits_for) == (PRICE_PENCE, "panel_chair")
    assert [each.school for each in view.voices if each.agrees] == [
        "ashdown",
        "brook",
        "crane",
        "dell",
    ]
    assert ChangedAwards(plans.hand).is_sound()


@pytest.mark.promise(4)
def test_each_step_of_a_plan_twice_is_once(plans: Planned) -> None:
    """Promise 4: killed in between and asked again, the same ids: one hold, one commitment."""
    plan_id = plans.agreed()
    act = plans.signs(plan_id)
    deed = Deed(subject_id=plan_id, act=act)
    first = plans.hand.plans.carry_out(deed)
    before = plans.world.rows("SELECT count(*) AS entries FROM ledger_entry")
    again = plans.hand.plans.carry_out(deed)
    assert (first.outcome, first.stage) == (again.outcome, again.stage)
    assert first.stage is PlanStage.SIGNED
    no = NotAllowed(subject_id=plan_id, act=act, code="too_late")
    assert plans.hand.plans.refuse(no).outcome == first.outcome
    assert plans.hand.plans.take_up(OfPlan(plan_id=plan_id)).outcome is None
    assert plans.world.rows("SELECT count(*) AS entries FROM ledger_entry") == before
    assert plans.world.one("SELECT count(*) FROM award WHERE plan_item_id IS NOT NULL") == 1
    assert plans.world.moved() == {"cluster:alder": (0, PRICE_PENCE)}


@pytest.mark.promise(5)
def test_a_plan_larger_than_the_budget_is_refused_with_what_would_help(plans: Planned) -> None:
    """Promise 5: each pot and year that it would overspend is named, and nothing is written."""
    with pytest.raises(BudgetExceeded) as no:
        plans.proposes(item(annual_pence=20_000_000))
    assert "cluster:alder has £60,000.00 of" in no.value.in_the_way
    assert "in 2026" in no.value.in_the_way
    assert "share it with another cluster" in no.value.help
    assert plans.world.rows("SELECT id FROM act") == []


@pytest.mark.promise(13)
def test_every_fault_of_a_proposal_is_told_at_once(plans: Planned) -> None:
    """Promise 13: all that is wrong, item by item, in one refusal."""
    with pytest.raises(NotValid) as no:
        plans.proposes(
            item(school="gorse", places=None, hours_a_week=None, provider="crane"),
            item(up_to_level=None, from_on=date(2026, 8, 1)),
            academic_year=2029,
        )
    for fault in (
        "the academic year 2029 cannot be planned for today, 2026 or 2027 can",
        "item 1 is based at gorse",
        "item 1 names crane, which is no provider",
        "item 1 gives neither places nor hours",
        "item 1 matches pupils and has no places",
        "item 2 has the name of another",
        "item 2 names an area of need or a level without the other",
        "item 2 runs from 2026-08-01",
    ):
        assert fault in no.value.in_the_way


def test_one_plan_of_a_cluster_is_under_way_at_a_time(plans: Planned) -> None:
    """A second one waits; the first may be withdrawn, and then it is another's turn."""
    plan_id = plans.agreed()
    with pytest.raises(NotAtThisStage):
        plans.proposes()
    plans.done(plans.world.does("head.crane", ActKind.WITHDRAW_PLAN, plan_id))
    assert plans.stage(plan_id) == "withdrawn"
    assert plans.world.moved() == {}
    assert view_of(plans, "officer.1", plan_id).reason == WHY
    assert plans.stage(plans.proposed()) == "proposed"


def test_a_plan_that_cannot_be_agreed_any_more_is_not_agreed(plans: Planned) -> None:
    """One school has one voice, and may change it until its schools cannot agree."""
    plan_id = plans.proposed()
    plans.done(plans.speaks(plan_id, "ashdown", agrees=False))
    plans.done(plans.speaks(plan_id, "ashdown"))
    for school in ("brook", "crane"):
        plans.done(plans.speaks(plan_id, school, agrees=False))
        assert plans.stage(plan_id) == "proposed"
    plans.done(plans.speaks(plan_id, "dell", agrees=False))
    assert plans.stage(plan_id) == "not_agreed"
    assert plans.world.moved() == {}
    with pytest.raises(NotAtThisStage):
        plans.speaks(plan_id, "elm")


@pytest.mark.promise(12)
def test_silence_is_not_a_yes(plans: Planned) -> None:
    """Promise 12: twenty school days end at a stored instant; a later voice is refused."""
    plan_id = plans.proposed()
    by_at = plans.world.one("SELECT voices_by_at FROM cluster_plan WHERE id = :id", id=plan_id)
    assert plans.hand.plans.let_wait(OfPlan(plan_id=plan_id)).stage is PlanStage.PROPOSED
    clock = plans.world.clock
    clock.move_on(by_at - clock.now())
    with pytest.raises(TooLate):
        plans.speaks(plan_id, "ashdown")
    assert plans.hand.plans.let_wait(OfPlan(plan_id=plan_id)).stage is PlanStage.NOT_AGREED


@pytest.mark.promise(3)
def test_a_voice_that_was_taken_in_time_counts_though_it_is_heard_late(plans: Planned) -> None:
    """Promise 3: the engine was away; its timer wakes before the last voice is brought to it."""
    plan_id = plans.proposed()
    for school in ("ashdown", "brook", "crane"):
        plans.done(plans.speaks(plan_id, school))
    last = plans.speaks(plan_id, "dell")
    clock = plans.world.clock
    by_at = plans.world.one("SELECT voices_by_at FROM cluster_plan WHERE id = :id", id=plan_id)
    clock.move_on(by_at - clock.now())
    assert plans.hand.plans.let_wait(OfPlan(plan_id=plan_id)).stage is PlanStage.AGREED
    assert plans.world.outcome(last) == ("done", None)
    assert plans.world.moved() == {"cluster:alder": (PRICE_PENCE, 0)}


@pytest.mark.promise(5)
def test_money_that_has_gone_meanwhile_loses_no_voice_and_overspends_nothing(
    plans: Planned,
) -> None:
    """Promise 5: agreed without a hold; the signature is refused until the money is there."""
    plan_id = plans.proposed()
    awards = ChangedAwards(plans.hand)
    awards.spends("cluster:alder")
    plans.schools_agree(plan_id)
    assert plans.stage(plan_id) == "agreed"
    assert not view_of(plans, "head.crane", plan_id).is_held
    refused = plans.signs(plan_id)
    assert plans.outcome(refused) == ("refused", "budget_exceeded")
    assert plans.stage(plan_id) == "agreed"
    moved = {"from_pot": "contingency:council", "to_pot": "cluster:alder", "pence": PRICE_PENCE}
    awards.money.does("head-of-sen", ActKind.VIRE, financial_year=2026, reason=WHY, **moved)
    plans.done(plans.signs(plan_id))
    assert awards.is_sound()


def test_a_returned_plan_gives_its_hold_back(plans: Planned) -> None:
    """An officer with no part in it returns it, with a reason."""
    plan_id = plans.agreed()
    plans.done(plans.world.does("manager.1", ActKind.RETURN_PLAN, plan_id))
    assert plans.stage(plan_id) == "returned"
    assert plans.world.moved() == {}
    view = view_of(plans, "senco.ashdown", plan_id)
    assert (view.stage, view.reason, view.waits_for) == ("returned", WHY, None)


def test_a_key_decision_is_not_an_officers(plans: Planned) -> None:
    """Marked for two divisions it waits for the Cabinet Member's decision, by number and day."""
    plan_id = plans.agreed()
    marked = {"significant_for": ("weir-valley", "downs")}
    act = plans.signs(plan_id, "director", **marked)
    assert plans.outcome(act) == ("refused", "key_decision_needed")
    decided = CabinetDecision(number="26/00123", effective_on=date(2026, 10, 5))
    plans.done(plans.signs(plan_id, "director", key_decision=decided, **marked))
    sql = "SELECT key_decision_number FROM cluster_plan WHERE id = :id"
    assert plans.world.one(sql, id=plan_id) == "26/00123"


@pytest.mark.promise(2)
def test_a_plan_is_paid_in_runs_like_an_award_and_explains_itself(plans: Planned) -> None:
    """Promise 2: a provider's invoice, to the penny; and from a payment to the voices."""
    plan_id = plans.signed(item(provider=PROVIDER, name="Hub"))
    paying = PaymentWorld(plans.world)
    run_id = paying.paid(date(2026, 10, 31))
    (remitted,) = paying.remittances(run_id).values()
    assert remitted.payee_code == PROVIDER
    assert remitted.pay_pence == paying.paid_pence() == PRICE_PENCE
    reference = plans.world.one("SELECT reference FROM cluster_plan WHERE id = :id", id=plan_id)
    notice = plans.world.one("SELECT notice FROM remittance WHERE run_id = :id", id=run_id)
    assert f"{reference}/1" in notice
    entry_id = plans.world.rows("SELECT id FROM ledger_entry WHERE verb = 'pay'")[0].id
    with transaction(plans.world.engine) as session:
        chain = reading.why(session, entry_id, shows_votes=True)
        for_money = reading.why(session, entry_id, shows_votes=False)
        hold = plans.world.one("SELECT id FROM ledger_entry WHERE verb = 'hold'")
        held = reading.why(session, hold, shows_votes=True)
    assert chain.plan is not None
    assert (chain.plan.id, chain.plan.item, chain.plan.grade) == (plan_id, "Hub", "area_manager")
    assert chain.plan.agreed == ("ashdown", "brook", "crane", "dell")
    assert chain.plan.officer is not None
    assert for_money.plan is not None
    assert for_money.plan.officer is None
    assert held.plan is not None
    assert (held.plan.id, held.plan.item) == (plan_id, None)
    use = book_of(plans, "head.crane").use
    assert use is not None
    assert use.paid_pence == remitted.pay_pence
    assert use.due_pence + use.paid_pence == PRICE_PENCE


def asked_for(plans: Planned, school: str = "ashdown", number: int = 0) -> UUID:
    """A panel recommends support for a pupil with a predictable need."""
    asked = request(school=school, number=number, profile=profile(*LEARNING), provision=(line(2),))
    return plans.hand.recommended(asked, levels=LEARNING, school=school)


@pytest.mark.promise(10)
def test_a_place_is_given_from_a_signed_plan_and_a_full_one_blocks_no_child(
    plans: Planned,
) -> None:
    """Promise 10: predictable needs first; other schools' pupils, and the next one, get money."""
    plans.signed(item(schools=("ashdown",), places=1))
    placed = asked_for(plans)
    (kept,) = plans.world.rows("SELECT * FROM plan_place")
    assert (kept.request_id, kept.state) == (placed, "kept")
    use = book_of(plans, "officer.1").use
    assert use is not None
    (hub_use,) = (each for each in use.services if each.service == "Learning hub")
    assert (hub_use.kept, hub_use.given, hub_use.unused, hub_use.unused_pence) == (1, 0, 0, 0)
    plans.world.authorises("officer.1", placed)
    plans.hand.goes_on()
    assert plans.world.one("SELECT state FROM plan_place") == "given"
    for school, number in (("brook", 0), ("ashdown", 2)):
        plans.world.clock.move_on(timedelta(days=1))
        other = asked_for(plans, school, number)
        assert plans.world.stage(other) == "sign_off"
    assert plans.world.one("SELECT count(*) FROM plan_place") == 1


@pytest.mark.promise(10)
@pytest.mark.parametrize(
    "days",
    [
        {"from_on": date(2027, 1, 1), "until_on": date(2027, 9, 1)},
        {"from_on": date(2026, 9, 1), "until_on": date(2026, 10, 30)},
    ],
)
def test_no_place_is_given_in_what_is_not_there_yet_or_any_more(
    plans: Planned, days: dict[str, date]
) -> None:
    """Promise 10: support from November has money, and no place in a service of other months."""
    plans.signed(item(**days))
    assert plans.world.stage(asked_for(plans)) == "sign_off"
    assert plans.world.one("SELECT count(*) FROM plan_place") == 0


def test_hours_are_kept_as_they_are_proposed(plans: Planned) -> None:
    """What the record could not keep to the hundredth of an hour is no hours of a proposal."""
    with pytest.raises(ValidationError, match="decimal_max_places"):
        item(hours_a_week=Decimal("0.001"))
    plan_id = plans.proposed(item(hours_a_week=Decimal("0.01")))
    assert view_of(plans, "officer.1", plan_id).items[0].hours_a_week == Decimal("0.01")


def test_outcomes_are_reported_each_term_and_the_last_report_counts(plans: Planned) -> None:
    """By item and term; a term that has not begun, and an item of another plan, are refused."""
    plan_id = plans.signed()
    hub_id = plans.item_of(plan_id)
    said = {"item_id": hub_id, "term_on": AUTUMN}
    plans.done(plans.reports(plan_id, outcome=OutcomeMet.NOT_MET, **said))
    plans.done(plans.reports(plan_id, outcome=OutcomeMet.PARTLY, **said))
    with pytest.raises(NotValid, match="term begins on"):
        plans.reports(plan_id, item_id=hub_id, term_on=SPRING, outcome=OutcomeMet.MET)
    with pytest.raises(NotValid, match="no term"):
        plans.reports(plan_id, item_id=hub_id, term_on=date(2026, 8, 20), outcome=OutcomeMet.MET)
    with pytest.raises(NotValid, match="no item"):
        plans.reports(plan_id, item_id=plan_id, term_on=AUTUMN, outcome=OutcomeMet.MET)
    (shown,) = view_of(plans, "head.elm", plan_id).items[0].reports
    assert (shown.outcome, shown.words) == ("partly", WHY)
    assert PLANTED in str(view_of(plans, "officer.1", plan_id))


def test_a_signed_plan_ends_when_its_last_outcomes_are_due(plans: Planned) -> None:
    """Sixty days after the academic year: reports may still come in the autumn."""
    plan_id = plans.signed()
    clock = plans.world.clock
    at = plans.world.one("SELECT waits_until_at FROM cluster_plan WHERE id = :id", id=plan_id)
    assert at.date() == date(2027, 10, 30) or at.date() == date(2027, 10, 31)
    assert plans.hand.plans.let_wait(OfPlan(plan_id=plan_id)).stage is PlanStage.SIGNED
    clock.move_on(at - clock.now())
    told = plans.hand.plans.let_wait(OfPlan(plan_id=plan_id))
    assert told.stage is PlanStage.ENDED
    assert told.has_ended


def test_the_plans_of_the_first_day_are_there_and_loading_them_again_changes_nothing(
    plans: Planned,
) -> None:
    """What the county's registers bring is a signed plan: its outcomes are reported like others."""
    book = book_of(plans, "head.crane", 2026)
    (opening,) = book.plans
    assert (opening.is_opening, opening.stage, opening.annual_pence) == (True, "signed", 2_400_000)
    assert book.use is not None
    assert (book.use.places, book.use.unused, book.use.unused_pence) == (2, 2, 2_400_000)
    said = {"item_id": opening.items[0].id, "term_on": AUTUMN, "outcome": OutcomeMet.MET}
    plans.done(plans.reports(opening.id, **said))
    with plans.world.saying("officer.1") as (session, _):
        recording.load_county(session, county())
    after = book_of(plans, "head.crane", 2026)
    assert len(after.plans) == 1
    assert [each.reports[0].outcome for each in after.plans[0].items] == ["met"]


def test_a_refused_proposal_leaves_no_plan(plans: Planned) -> None:
    """Two at once: the second is refused when it is carried out, and nothing came of it."""
    first, second = plans.proposes(), plans.proposes()
    plans.done(first)
    assert plans.outcome(second) == ("refused", "not_at_this_stage")
    standing = plans.hand.plans.take_up(OfPlan(plan_id=second.id))
    assert (standing.stage, standing.has_ended) == (None, True)
    act = ActRef(id=second.id, kind=ActKind.SIGN_PLAN)
    no = NotAllowed(subject_id=second.id, act=act, code="too_late")
    assert plans.hand.plans.refuse(no).stage is None
