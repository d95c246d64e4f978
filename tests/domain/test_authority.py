"""Limits, key decisions, what is owed, and reasons: whether an officer may sign."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.authority import (
    KeyDecision,
    Signing,
    check_authority,
    check_decides_for_plan,
    check_owed,
    check_reasons,
    grade_to_sign,
    is_key_decision,
    owed_by_plans,
    who_could_sign,
)
from domain.places import Level
from domain.refusals import (
    AuthorityTooLow,
    KeyDecisionNeeded,
    OwedByPlan,
    ReasonNeeded,
    RoleNeeded,
)
from domain.stages import ActKind
from tests.domain.demo_county import authority, pupil, pupil_with_plan, request

TODAY = date(2026, 10, 20)
MILLION_PENCE = 100_000_000
DECIDED = KeyDecision(number="26/00123", effective_on=TODAY)
DECISIONS = (
    ActKind.AUTHORISE,
    ActKind.AUTHORISE_DIFFERENTLY,
    ActKind.AUTHORISE_OVERSPEND,
    ActKind.DECLINE,
)


def signing(grade: str, annual_pence: int, **changed: object) -> Signing:
    """What an officer of a grade is about to sign at cluster level."""
    facts = {"grade": grade, "level": Level.CLUSTER, "annual_pence": annual_pence, "on": TODAY}
    return Signing.model_validate({**facts, **changed})


@pytest.mark.promise(5)
def test_an_award_at_the_officers_limit_is_signed() -> None:
    """The limit itself is covered."""
    check_authority(signing("locality_officer", 1_000_000), authority())


@pytest.mark.promise(13)
def test_an_award_above_the_officers_limit_is_refused_and_says_who_could() -> None:
    """One penny over is refused, and the officer reads to whom it can be referred."""
    with pytest.raises(AuthorityTooLow) as refused:
        check_authority(signing("locality_officer", 1_000_001), authority())
    assert refused.value.in_the_way == (
        "the grade locality officer signs up to £10,000.00 a year at cluster level,"
        " and no overspend"
    )
    assert refused.value.help.startswith("Refer it up to: SEN officer or area manager or head")


def test_an_officer_signs_only_at_the_levels_of_the_grade() -> None:
    """A case that has climbed to the area is not a locality officer's, however small."""
    with pytest.raises(AuthorityTooLow):
        check_authority(signing("locality_officer", 1, level=Level.AREA), authority())
    check_authority(signing("area_manager", 1, level=Level.AREA), authority())


def test_a_grade_that_the_scheme_does_not_have_signs_nothing() -> None:
    """An officer whose grade is not in force is refused by role."""
    with pytest.raises(RoleNeeded):
        check_authority(signing("grand_vizier", 1), authority())


@pytest.mark.promise(5)
def test_an_overspend_needs_a_grade_that_the_scheme_names() -> None:
    """Within the limit, and still not allowed to draw on the deficit."""
    with pytest.raises(AuthorityTooLow):
        check_authority(signing("area_manager", 1, overspend=True), authority())
    check_authority(signing("head_of_sen", 1, overspend=True), authority())


@pytest.mark.parametrize(
    ("annual_pence", "divisions", "is_key"),
    [
        (MILLION_PENCE, ("east",), False),
        (MILLION_PENCE + 1, (), True),
        (1, ("east", "west"), True),
        (1, ("east", "east"), False),
    ],
    ids=["a million", "a penny more", "two divisions", "one division twice"],
)
def test_a_key_decision_is_one_by_amount_or_by_divisions(
    annual_pence: int, divisions: tuple[str, ...], *, is_key: bool
) -> None:
    """Over the policy's amount, or significant for two or more electoral divisions."""
    assert is_key_decision(annual_pence, divisions, authority()) is is_key


def test_a_key_decision_waits_for_its_number_and_its_day() -> None:
    """Without the Cabinet Member's decision, or before it takes effect, nobody signs."""
    with pytest.raises(KeyDecisionNeeded):
        check_authority(signing("director", MILLION_PENCE + 1), authority())
    early = KeyDecision(number="26/00123", effective_on=date(2026, 10, 21))
    with pytest.raises(KeyDecisionNeeded, match="26/00123 takes effect on 2026-10-21"):
        check_authority(signing("director", MILLION_PENCE + 1, key_decision=early), authority())
    check_authority(signing("director", MILLION_PENCE + 1, key_decision=DECIDED), authority())


def test_a_key_decision_is_carried_out_by_the_grade_that_the_scheme_names() -> None:
    """Even within the limit of another grade, two divisions make it the director's."""
    two = signing("head_of_sen", 5, divisions=("east", "west"), key_decision=DECIDED)
    with pytest.raises(AuthorityTooLow):
        check_authority(two, authority())
    assert [grade.code for grade in who_could_sign(two, authority())] == ["director"]


def test_where_no_grade_could_sign_the_cabinet_member_is_named() -> None:
    """A scheme whose highest limit lies below the key decision leaves a gap for the Cabinet."""
    scheme = authority()
    grades = tuple(g for g in scheme.grades if g.code not in {"director", "head_of_sen"})
    with pytest.raises(AuthorityTooLow) as refused:
        check_authority(
            signing("area_manager", 3_000_000), scheme.model_copy(update={"grades": grades})
        )
    assert refused.value.help == "Refer it to the Cabinet Member."


@given(
    annual_pence=st.integers(0, 2 * MILLION_PENCE),
    level=st.sampled_from(Level),
    overspend=st.booleans(),
)
def test_somebody_can_always_sign(annual_pence: int, level: Level, *, overspend: bool) -> None:
    """Whatever the amount and level, a grade exists, and it is the one that the check accepts."""
    facts = {"level": level, "overspend": overspend, "key_decision": DECIDED}
    able = who_could_sign(signing("director", annual_pence, **facts), authority())
    assert able
    for grade in authority().grades:
        sign = signing(grade.code, annual_pence, **facts)
        if grade in able:
            check_authority(sign, authority())
        else:
            with pytest.raises(AuthorityTooLow):
                check_authority(sign, authority())


@pytest.mark.promise(10)
@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_plan_is_never_declined_and_never_given_less(annual: int, owed: int) -> None:
    """No amount makes a decline right; less than what is owed is refused, as much is not."""
    with pytest.raises(OwedByPlan):
        check_owed(ActKind.DECLINE, annual, owed, has_plan=True)
    for act in set(DECISIONS) - {ActKind.DECLINE}:
        if annual < owed:
            with pytest.raises(OwedByPlan):
                check_owed(act, annual, owed, has_plan=True)
        else:
            check_owed(act, annual, owed, has_plan=True)


@pytest.mark.promise(10)
def test_what_is_owed_and_not_known_cannot_be_decided() -> None:
    """Without the plan's yearly cost nobody can show that it is met."""
    with pytest.raises(OwedByPlan):
        check_owed(ActKind.AUTHORISE, 10**9, None, has_plan=True)


@pytest.mark.parametrize("act", DECISIONS)
def test_without_a_plan_nothing_is_owed(act: ActKind) -> None:
    """For a pupil on SEN support an officer may say no, and less."""
    check_owed(act, 0, 0, has_plan=False)


@pytest.mark.promise(10)
def test_what_is_owed_is_added_over_the_plans_of_a_group() -> None:
    """A pupil without a plan adds nothing; one plan without its cost leaves the sum unknown."""
    planned = pupil_with_plan()
    assert owed_by_plans(request(pupils=(planned, pupil()))) == 800_000
    unknown = pupil_with_plan(owed_annual_pence=None)
    assert owed_by_plans(request(pupils=(planned, unknown))) is None
    assert owed_by_plans(request()) == 0


@pytest.mark.promise(13)
@pytest.mark.parametrize("act", DECISIONS)
def test_a_decision_without_grounds_is_told_everything_that_is_missing(act: ActKind) -> None:
    """Blank words are none, and all that is missing is said at once."""
    with pytest.raises(ReasonNeeded) as refused:
        check_reasons(act, (" ",), "", None)
    wanted = "Give the grounds and the alternatives that were considered"
    if act is not ActKind.AUTHORISE:
        wanted += " and the reason in words"
    assert refused.value.help == f"{wanted}."


@pytest.mark.parametrize("act", DECISIONS)
def test_a_decision_with_its_reasons_stands(act: ActKind) -> None:
    """Grounds, alternatives and a reason are enough for every decision."""
    check_reasons(act, ("The need is met in class",), "A place in the plan", "See the report")


@pytest.mark.parametrize(
    "act",
    [
        ActKind.PRICE,
        ActKind.REFER_UP,
        ActKind.RETURN_TO_PANEL,
        ActKind.RETURN_TO_SCHOOL,
        ActKind.ESCALATE,
        ActKind.MODERATE,
    ],
)
def test_a_price_a_return_or_a_referral_gives_its_reason(act: ActKind) -> None:
    """A reason in words is asked for, grounds are not."""
    with pytest.raises(ReasonNeeded):
        check_reasons(act, (), "", "  ")
    check_reasons(act, (), "", "The table has no such step")


def test_what_says_nothing_of_a_case_needs_no_reason() -> None:
    """Recording a key decision needs no words of its own."""
    check_reasons(ActKind.RECORD_KEY_DECISION, (), "", None)


def test_an_officer_of_two_grades_signs_by_the_lowest_that_covers_it() -> None:
    """Where none of them does, the highest is told what it lacks."""
    held = ("sen_officer", "locality_officer")
    scheme = authority()
    assert grade_to_sign(held, signing("sen_officer", 1_000_000), scheme) == "locality_officer"
    assert grade_to_sign(held, signing("sen_officer", 1_000_001), scheme) == "sen_officer"
    assert grade_to_sign(held, signing("sen_officer", MILLION_PENCE), scheme) == "sen_officer"


@pytest.mark.promise(5)
def test_for_a_pupil_with_a_plan_only_the_sen_officer_or_one_above_decides() -> None:
    """A lower limit is not enough; nor is a grade that the scheme does not have."""
    scheme = authority()
    for grade in ("sen_officer", "head_of_sen"):
        check_decides_for_plan(grade, scheme)
    for grade in ("locality_officer", "grand_vizier"):
        with pytest.raises(RoleNeeded, match="SEN officer"):
            check_decides_for_plan(grade, scheme)
