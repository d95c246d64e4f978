"""A decision that is challenged: fresh people look, one answer is given, money follows by dates."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from uuid import UUID

import pytest

from activities.names import Deed, OfChallenge
from domain.acts import ActRef
from domain.moderation import Recommendation
from domain.reconsideration_acts import CabinetDecision
from domain.refusals import NotAtThisStage, NotValid, RoleNeeded, TooLate
from domain.request import RequestKind
from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.challenged import Challenged, challenges
from tests.activities.changed_awards import BEGINS, ENDS, ChangedAwards
from tests.activities.small_county import WITH_PLAN, asked, line, profile, request

ANNUAL_PENCE = 312_000
GIVEN_PENCE = 259_003
"""What the usual request comes to a year, and in the days that it is given for."""


@pytest.fixture
def looks(hand: ByHand) -> Challenged:
    """Challenges made, looked at and answered by hand."""
    return Challenged(ChangedAwards(hand))


@pytest.fixture
def declined(looks: Challenged) -> UUID:
    """A request that was declined."""
    request_id = looks.hand.recommended(request())
    looks.done(looks.world.does("officer.1", ActKind.DECLINE, request_id))
    return request_id


@pytest.fixture
def given(looks: Challenged) -> UUID:
    """A request whose award was signed."""
    request_id = looks.hand.recommended(request())
    looks.awards.signed(request_id)
    return request_id


def award_of(looks: Challenged, request_id: UUID) -> UUID:
    """The one award of a request."""
    found: UUID = looks.world.one("SELECT id FROM award WHERE request_id = :id", id=request_id)
    return found


@pytest.mark.promise(12)
def test_the_window_is_an_instant_that_is_kept_and_shown(looks: Challenged, given: UUID) -> None:
    """Promise 12: the twentieth school day ends at midnight in London, as the letter says it."""
    until = datetime(2026, 11, 10, 0, 0, tzinfo=UTC)
    kept = looks.world.one("SELECT challenge_by_at FROM decision")
    assert looks.decision("senco.ashdown", given).challenge_by_at == kept == until
    assert "until 9 November 2026" in looks.world.one("SELECT body FROM letter")


@pytest.mark.promise(1)
def test_a_decision_that_stands_moves_nothing_and_its_letter_says_what_is_left(
    looks: Challenged, declined: UUID
) -> None:
    """Promise 1: votes of the second panel moved no money, and the answer is final."""
    look_id = looks.challenged(declined)
    assert looks.stage(look_id) == "challenged"
    looks.looked_at(look_id)
    assert looks.stage(look_id) == "for_decision"
    assert looks.world.moved() == {}
    looks.answered(look_id, "stands")
    view = looks.sees("senco.ashdown", look_id)
    assert (view.stage, view.answer, view.waits_for) == ("answered", "stands", None)
    assert view.letter is not None
    for word in ("stands", "Ombudsman", "SENDIASS", "needs assessment", "complain"):
        assert word in view.letter
    assert looks.world.ending(declined) == "declined"
    assert looks.world.one("SELECT count(*) FROM decision") == 1
    with pytest.raises(NotAtThisStage):
        challenges(looks.world, declined)


@pytest.mark.promise(9)
def test_a_replaced_no_gives_an_award_under_the_rules_of_its_day(
    looks: Challenged, declined: UUID
) -> None:
    """Promise 9: a second decision with its own working, under the pins of the first."""
    look_id = looks.challenged(declined)
    looks.looked_at(look_id)
    looks.answered(look_id, "replaced")
    assert looks.world.stands(declined)[0] == "decided"
    assert looks.world.ending(declined) == "authorised"
    assert looks.world.moved() == {"exceptional": (0, GIVEN_PENCE)}
    view = looks.decision("senco.ashdown", declined)
    assert (view.number, view.annual_pence, view.challenge_by_at) == (2, ANNUAL_PENCE, None)
    assert [(each.number, each.kind) for each in view.before] == [(1, "declined")]
    assert view.policy == view.before[0].policy
    assert [each.total_pence for each in view.awards] == [GIVEN_PENCE]
    letter = looks.world.one("SELECT body FROM letter WHERE decision_id = :id", id=view.id)
    assert "takes the place of what we decided on 5 October 2026" in letter
    assert "final answer" in letter
    assert looks.awards.is_sound()
    with pytest.raises(TooLate):
        challenges(looks.world, declined)


@pytest.mark.promise(11)
def test_more_is_given_from_the_first_day_by_dated_entries(looks: Challenged, given: UUID) -> None:
    """Promise 11: what was promised and paid stays, and the difference is added to the penny."""
    award_id = award_of(looks, given)
    look_id = looks.challenged(given)
    looks.looked_at(look_id)
    looks.awards.comes(date(2026, 12, 10))
    paid = looks.awards.pays_until(award_id, date(2026, 12, 10))
    act_id = looks.answered(look_id, "replaced", annual_pence=400_000)
    whole = round(Fraction(400_000 * (ENDS - BEGINS).days, 365))
    assert looks.awards.paid(award_id) == paid
    assert paid + looks.awards.due(award_id) == whole
    (change,) = looks.world.rows("SELECT * FROM award_change")
    assert (change.act_id, change.from_on) == (act_id, BEGINS)
    second = looks.decision("officer.1", given)
    said = looks.world.rows(
        "SELECT DISTINCT decision_id FROM ledger_entry WHERE act_id = :id", id=act_id
    )
    assert [row.decision_id for row in said] == [second.id]
    assert looks.world.one("SELECT decision_id FROM award") == second.before[0].id
    assert looks.awards.is_sound()


def test_less_is_given_from_today_and_nothing_is_taken_back(looks: Challenged, given: UUID) -> None:
    """What was given until the answer was given in good faith."""
    award_id = award_of(looks, given)
    look_id = looks.challenged(given)
    looks.looked_at(look_id)
    looks.awards.comes(date(2026, 12, 10))
    looks.awards.pays_until(award_id, date(2026, 12, 10))
    looks.answered(look_id, "replaced", annual_pence=100_000)
    exact = Fraction(ANNUAL_PENCE * (date(2026, 12, 10) - BEGINS).days, 365)
    exact += Fraction(100_000 * (ENDS - date(2026, 12, 10)).days, 365)
    assert looks.awards.paid(award_id) + looks.awards.due(award_id) == round(exact)
    assert looks.world.rows("SELECT * FROM take_back") == []
    assert looks.awards.is_sound()


def test_the_same_amount_again_changes_no_award(looks: Challenged, given: UUID) -> None:
    """The second decision stands in the first one's place, and no entry is made."""
    look_id = looks.challenged(given)
    looks.looked_at(look_id)
    before = looks.world.one("SELECT count(*) FROM ledger_entry")
    looks.answered(look_id, "replaced")
    assert looks.world.one("SELECT count(*) FROM ledger_entry") == before
    assert looks.world.rows("SELECT * FROM award_change") == []


@pytest.mark.promise(5)
def test_more_than_any_pot_has_needs_an_authority_that_is_named(
    looks: Challenged, given: UUID
) -> None:
    """Promise 5: refused while no pot covers it; with the authority the overspend is recorded."""
    look_id = looks.challenged(given)
    looks.looked_at(look_id)
    for pot in ("exceptional", "contingency:cluster:alder", "contingency:area:north"):
        looks.awards.spends(pot)
    looks.awards.spends("contingency:council")
    tried = looks.answers(look_id, "replaced", annual_pence=500_000)
    assert looks.outcome(tried) == ("refused", "budget_exceeded")
    assert looks.stage(look_id) == "for_decision"
    said = {"annual_pence": 500_000, "overspend_authority": "26/00099"}
    looks.answered(look_id, "replaced", who="director", **said)
    assert looks.world.one("SELECT pot FROM award_change") == "deficit"


def test_what_is_sent_back_is_looked_at_by_the_first_panel_again(
    looks: Challenged, given: UUID
) -> None:
    """The first decision goes on until there is another, which changes what it gave."""
    award_id = award_of(looks, given)
    look_id = looks.challenged(given)
    looks.looked_at(look_id)
    looks.answered(look_id, "sent_back")
    assert looks.world.stage(given) == "listed"
    assert looks.awards.committed() == GIVEN_PENCE
    looks.world.clock.move_on(timedelta(days=1))
    looks.world.calls_meeting("alder", looks.world.clock.now() + timedelta(days=14))
    looks.hand.goes_on()
    looks.done(looks.world.opens(looks.world.item_of(given)))
    ballot_id = looks.world.ballot_of(given)
    looks.world.panel_votes(ballot_id)
    looks.done(looks.world.closes(ballot_id))
    assert looks.world.stage(given) == "sign_off"
    assert looks.awards.committed() == GIVEN_PENCE, "nothing is held twice"
    said = {"annual_pence": 400_000}
    looks.done(looks.world.does("officer.1", ActKind.AUTHORISE_DIFFERENTLY, given, **said))
    assert looks.awards.due(award_id) == round(Fraction(400_000 * (ENDS - BEGINS).days, 365))
    assert looks.decision("officer.1", given).number == 2
    assert looks.awards.is_sound()
    assert looks.decision("officer.1", given).challenge_by_at is not None


def test_what_is_sent_back_and_taken_back_keeps_its_first_decision(
    looks: Challenged, given: UUID
) -> None:
    """A school that withdraws what was sent back gives nothing up."""
    look_id = looks.challenged(given)
    looks.looked_at(look_id)
    looks.answered(look_id, "sent_back", sent_back_to="school")
    assert looks.world.stands(given) == ("returned", "school")
    looks.done(looks.world.does("senco.ashdown", ActKind.WITHDRAW, given))
    assert (looks.world.stage(given), looks.world.ending(given)) == ("decided", "authorised")
    assert looks.awards.committed() == GIVEN_PENCE


@pytest.mark.promise(10)
def test_for_a_plan_no_answer_is_less_than_is_owed(looks: Challenged) -> None:
    """Promise 10: neither replaced by less, nor left at less than the plan sets out by now."""
    request_id = looks.world.submits(request(number=WITH_PLAN))
    looks.hand.goes_on()
    said = {"recommendation": Recommendation.AS_ASKED, "profile": profile(4, 3, 2, 0)}
    looks.done(looks.world.does("sen.2", ActKind.MODERATE, request_id, **said))
    looks.done(looks.world.authorises("sen.1", request_id))
    look_id = looks.challenged(request_id)
    looks.looked_at(look_id)
    less = looks.answers(look_id, "replaced", annual_pence=799_999)
    assert looks.outcome(less) == ("refused", "owed_by_plan")
    looks.answered(look_id, "stands")


def test_a_second_look_is_priced_by_what_it_moderated(looks: Challenged, declined: UUID) -> None:
    """Another need comes to another amount, by the same policy and with a working of its own."""
    look_id = looks.challenged(declined)
    looks.looked_at(look_id, (4, 4, 2, 0))
    looks.answered(look_id, "replaced")
    view = looks.decision("officer.1", declined)
    assert view.annual_pence > ANNUAL_PENCE
    assert view.working != view.before[0].working


def test_a_late_challenge_is_refused_with_its_window_unless_an_officer_admits_it(
    looks: Challenged, declined: UUID
) -> None:
    """A school does not admit itself, and what is in time needs no admitting."""
    with pytest.raises(NotValid):
        challenges(looks.world, declined, "officer.1", by="family", late_because="Why?")
    looks.awards.comes(date(2026, 11, 10))
    with pytest.raises(TooLate, match="10 November 2026 at 00:00"):
        challenges(looks.world, declined)
    with pytest.raises(RoleNeeded):
        challenges(looks.world, declined, late_because="We were away.")
    said = {"by": "family", "late_because": "The letter came back."}
    look_id = looks.done(challenges(looks.world, declined, "officer.2", **said))
    assert looks.sees("officer.1", look_id).late


def test_a_familys_challenge_is_recorded_for_it_and_a_schools_is_its_own(
    looks: Challenged, declined: UUID
) -> None:
    """An officer speaks for a family, and for no school."""
    with pytest.raises(RoleNeeded):
        challenges(looks.world, declined, "manager.1", by="school")
    look_id = looks.done(challenges(looks.world, declined, "manager.1", by="family"))
    with pytest.raises(NotAtThisStage):
        looks.answers(look_id, "stands")


def test_a_challenge_taken_back_leaves_the_decision_to_be_challenged_again(
    looks: Challenged, declined: UUID
) -> None:
    """In the middle of a ballot, which then comes to nothing."""
    look_id = looks.challenged(declined)
    ballot_id = looks.in_ballot(look_id)
    looks.done(looks.world.does("senco.ashdown", ActKind.WITHDRAW_CHALLENGE, look_id))
    looks.done(looks.world.closes(ballot_id))
    assert looks.world.one("SELECT result FROM ballot WHERE id = :id", id=ballot_id) is None
    again = looks.challenged(declined)
    assert again != look_id


def test_without_a_quorum_it_is_listed_with_the_same_panel_again(
    looks: Challenged, declined: UUID
) -> None:
    """Nobody voted: the next meeting has it, and the request's own way is untouched."""
    look_id = looks.challenged(declined)
    ballot_id = looks.in_ballot(look_id)
    looks.done(looks.world.closes(ballot_id))
    assert looks.stage(look_id) == "listed"
    looks.world.calls_meeting("cedar", looks.world.clock.now() + timedelta(days=23))
    looks.hand.goes_on()
    items = looks.world.rows("SELECT item_id FROM reconsideration_item")
    assert len(items) == 2
    assert looks.world.stage(declined) == "decided"


@pytest.mark.promise(4)
def test_asked_again_each_step_answers_as_the_first_time(looks: Challenged, declined: UUID) -> None:
    """Promise 4: the world is the same after every activity has run once more."""
    look_id = looks.challenged(declined)
    looks.looked_at(look_id)
    looks.answered(look_id, "replaced")
    before = looks.world.tables()
    looks.hand.challenges.take_up(OfChallenge(reconsideration_id=look_id))
    looks.hand.challenges.let_wait(OfChallenge(reconsideration_id=look_id))
    sql = "SELECT id, kind, person_id FROM act WHERE subject_id = :id AND kind <> 'challenge'"
    for row in looks.world.rows(sql, id=look_id):
        act = ActRef(id=row.id, kind=ActKind(row.kind), person_id=row.person_id)
        told = looks.hand.challenges.carry_out(Deed(subject_id=look_id, act=act))
        assert told.outcome is not None
        assert told.outcome.done
    assert looks.world.tables() == before


def test_every_school_of_a_group_gets_its_part_of_another_amount(looks: Challenged) -> None:
    """Both awards hang on one commitment: each changes by entries of its own, to the penny."""
    content = request(
        RequestKind.GROUP,
        pupils=(asked("ashdown", 2), asked("brook", 2)),
        provision=(line(20),),
    )
    request_id = looks.hand.recommended(content)
    looks.done(looks.world.authorises("manager.1", request_id))
    before = looks.world.one("SELECT annual_pence FROM decision")
    look_id = looks.challenged(request_id)
    looks.looked_at(look_id)
    looks.answered(look_id, "replaced", annual_pence=before + 100_000)
    awards = looks.world.rows("SELECT id FROM award")
    assert len(awards) == 2
    assert looks.world.one("SELECT count(*) FROM award_change") == 2
    due = sum(looks.awards.due(row.id) for row in awards)
    exact = Fraction((before + 100_000) * (ENDS - BEGINS).days, 365)
    assert abs(due - exact) <= 1, "each school's part is rounded once"
    assert looks.awards.committed() == due
    assert looks.awards.is_sound()


@pytest.mark.promise(5)
def test_a_key_decision_is_named_in_the_answer(looks: Challenged, declined: UUID) -> None:
    """Promise 5: above the policy's amount the Cabinet Member's decision is needed, by number."""
    look_id = looks.challenged(declined)
    looks.looked_at(look_id)
    much = {"annual_pence": 100_000_001}
    without = looks.answers(look_id, "replaced", "director", **much)
    assert looks.outcome(without) == ("refused", "key_decision_needed")
    cabinet = CabinetDecision(number="26/00077", effective_on=date(2026, 10, 5))
    act = looks.answers(look_id, "replaced", "director", key_decision=cabinet, **much)
    assert looks.outcome(act) == ("refused", "budget_exceeded"), "it is the money that is wanting"
