"""The finance policy: who may move, approve and reopen; how money is coded and years end."""

from datetime import date

import pytest
from pydantic import ValidationError

from domain.ledger.accounts import RECOUPED
from domain.money import Rounding
from domain.people import Role, RoleHeld
from domain.places import PayeeKind
from domain.policy.columns import JournalFile
from domain.policy.finance import (
    BudgetKind,
    FormulaFactor,
    FormulaRule,
    YearEndWay,
    budget_kind,
)
from domain.policy.limits import Authoriser
from domain.refusals import AuthorityTooLow, NoPolicyInForce
from tests.domain.demo_county import document, finance

FINANCE = RoleHeld(role=Role.FINANCE_OFFICER, from_on=date(2026, 9, 1))


def officer(grade: str) -> RoleHeld:
    """A council officer of a grade."""
    return RoleHeld(role=Role.COUNCIL_OFFICER, grade=grade, from_on=date(2026, 9, 1))


def rows(name: str) -> list[dict[str, object]]:
    """The demo document's own rows."""
    found = document("finance")[name]
    assert isinstance(found, list)
    return found


def refusal(**changed: object) -> str:
    """What the model says of the demo document with some values changed."""
    with pytest.raises(ValidationError) as refused:
        finance(**changed)
    return str(refused.value)


def test_every_budget_has_its_kind_and_the_others_none() -> None:
    """A pot of a cluster or an area is known by what stands before its code."""
    pots = {
        "high_needs_block": BudgetKind.HIGH_NEEDS_BLOCK,
        "cluster:alder": BudgetKind.CLUSTER,
        "exceptional": BudgetKind.EXCEPTIONAL,
        "contingency:cluster:alder": BudgetKind.CONTINGENCY_CLUSTER,
        "contingency:area:north": BudgetKind.CONTINGENCY_AREA,
        "contingency:council": BudgetKind.CONTINGENCY_COUNCIL,
        "commissioned": BudgetKind.COMMISSIONED,
        "deficit": BudgetKind.DEFICIT,
        "recouped": None,
        "opening": None,
        "closing": None,
    }
    assert {pot: budget_kind(pot) for pot in pots} == pots


@pytest.mark.promise(5)
def test_a_virement_is_by_the_clause_that_covers_it() -> None:
    """A finance officer moves ten thousand between clusters, the head of SEN a hundred."""
    found = finance()
    between = ("cluster:alder", ["cluster:cedar", "contingency:area:north"])
    assert found.virement_clause(*between, 10_000_00, [FINANCE]) == "Financial scheme 4.1"
    head = officer("head_of_sen")
    assert found.virement_clause(*between, 10_000_01, [FINANCE, head]) == "Financial scheme 4.2"
    assert len(found.virement_rules(*between)) == 3


@pytest.mark.promise(5)
@pytest.mark.parametrize(
    ("from_pot", "pence", "way", "helps"),
    [
        ("cluster:alder", 10_000_01, "above what you may", "council officer of grade head_of_sen"),
        ("high_needs_block", 1, "above what you may", "council officer of grade director"),
        ("cluster:alder", 1_000_000_01, "more than £1,000,000.00", ""),
        ("deficit", 1, "no virement between these budgets", ""),
        ("recouped", 1, "no virement between these budgets", ""),
    ],
)
def test_a_virement_above_authority_is_refused(
    from_pot: str, pence: int, way: str, helps: str
) -> None:
    """The refusal says who may do it, or that nobody may."""
    with pytest.raises(AuthorityTooLow) as refused:
        finance().virement_clause(from_pot, ["cluster:cedar"], pence, [FINANCE])
    assert way in refused.value.in_the_way
    assert helps in refused.value.help


@pytest.mark.promise(5)
def test_a_cover_of_overspend_is_by_the_clause_that_covers_all_of_it() -> None:
    """Promise 5: a large sum in small parts is a large sum, and somebody else's to cover."""
    found = finance()
    assert found.overspend_clause("cluster:alder", 5_000_00, 0, [FINANCE]) == "Financial scheme 5.1"
    with pytest.raises(AuthorityTooLow) as refused:
        found.overspend_clause("cluster:alder", 1, 5_000_00, [FINANCE])
    assert "above what you may cover" in refused.value.in_the_way
    assert "council officer of grade head_of_sen" in refused.value.help
    with pytest.raises(AuthorityTooLow) as refused:
        found.overspend_clause("cluster:alder", 1, 1_000_000_00, [officer("director")])
    assert "nobody may cover more than £1,000,000.00 a year" in refused.value.in_the_way
    with pytest.raises(AuthorityTooLow) as refused:
        found.overspend_clause("deficit", 1, 0, [officer("director")])
    assert "covered by nobody" in refused.value.in_the_way


def test_a_role_with_a_grade_is_held_by_that_grade_alone() -> None:
    """Without a grade any holder of the role will do."""
    director = Authoriser(role=Role.COUNCIL_OFFICER, grade="director")
    assert director.is_held([officer("director")])
    assert not director.is_held([officer("head_of_sen"), FINANCE])
    assert Authoriser(role=Role.FINANCE_OFFICER).is_held([FINANCE])
    assert str(director) == "council officer of grade director"
    assert str(Authoriser(role=Role.FINANCE_OFFICER)) == "finance officer"


def test_money_is_coded_by_budget_and_payee() -> None:
    """Top-up to a maintained school is 1.2.1, to an academy 1.2.2, a commissioned service 1.2.5."""
    found = finance()
    assert (
        found.coding_for("cluster:alder", PayeeKind.MAINTAINED_SCHOOL).section_251_line == "1.2.1"
    )
    assert found.coding_for("cluster:alder", PayeeKind.ACADEMY_TRUST).section_251_line == "1.2.2"
    assert found.coding_for("cluster:alder").section_251_line == "1.2.4"
    assert found.coding_for("commissioned", PayeeKind.PROVIDER).section_251_line == "1.2.5"
    with pytest.raises(NoPolicyInForce):
        found.coding_for(RECOUPED)


def test_every_payee_has_its_way_and_every_budget_its_year_end() -> None:
    """An advance for a maintained school; a cluster keeps what it saved; opening has no rule."""
    found = finance()
    assert found.remittance_for(PayeeKind.MAINTAINED_SCHOOL).way == "advance"
    rule = found.year_end_for("cluster:alder")
    assert rule is not None
    assert rule.way is YearEndWay.CARRY_FORWARD
    assert found.year_end_for("opening") is None


@pytest.mark.promise(13)
def test_every_fault_of_a_finance_policy_is_told_at_once() -> None:
    """Gaps and doubles in year end, coding, remittances and people: one answer lists them all."""
    rules = rows("year_end")
    pooled = {"kinds": ["contingency:area"], "way": "pool", "source": "7.2"}
    said = refusal(
        year_end=[
            rules[0],
            {**rules[3], "way": "claw_back"},
            {**pooled, "into": "cluster"},
            {**pooled, "kinds": ["exceptional"], "into": "high_needs_block"},
            {**pooled, "kinds": ["commissioned"], "into": "commissioned"},
            {**pooled, "kinds": ["commissioned"]},
        ],
        coding=rows("coding")[:-1] + rows("coding")[:1],
        remittances=rows("remittances")[:2] * 2,
        virements=[{**rows("virements")[0], "up_to_pence": 0}] * 2,
        overspend=[{**rows("overspend")[0], "up_to_pence": 0}],
        year_end_sign_offs=[{"role": "leader"}] * 2,
    )
    for fault in (
        "0 rules say what a year's end does with contingency:council",
        "2 rules say what a year's end does with commissioned",
        "high_needs_block is carried forward",
        "into goes with pool, and pool with into: commissioned",
        "contingency:area cannot be pooled into cluster",
        "exceptional cannot be pooled into high_needs_block",
        "commissioned cannot be pooled into itself",
        "2 codings of cluster for no payee",
        "0 codings of commissioned for provider",
        "2 rules remit to academy_trust",
        "0 rules remit to provider",
        "clause Financial scheme 4.1 lets nobody vire anything",
        "clause Financial scheme 5.1 lets nobody cover anything",
        "clause Financial scheme 4.1 is there 2 times",
        "leader signs a year end 2 times",
    ):
        assert fault in said


def test_weights_of_a_formula_come_to_one() -> None:
    """Nine tenths of a total would leave a tenth with nobody."""
    formula = document("finance")["formula"]
    assert isinstance(formula, dict)
    said = refusal(formula={**formula, "weights": {"pupils": "0.9"}})
    assert "the weights come to 0.9 instead of 1" in said
    high = {"of": "change", "value": "0.2"}
    assert "the floor is above the cap" in refusal(formula={**formula, "floor": high})
    whole = {"of": "share", "value": "1.5"}
    assert "from nought to one" in refusal(formula={**formula, "cap": whole})


def test_factors_stand_in_one_order() -> None:
    """However a council writes its weights, and without those that weigh nothing."""
    rule = FormulaRule.model_validate(
        {"weights": {"prior_attainment": "1", "pupils": "0"}, "rounding": "cumulative"},
        strict=False,
    )
    assert rule.factors == (FormulaFactor.PRIOR_ATTAINMENT,)
    assert rule.rounding is Rounding.CUMULATIVE


def test_a_file_that_nobody_could_pay_or_post_from_is_refused() -> None:
    """To whom, how much and by what reference; where and how much; no heading twice."""
    column = {"header": "Way", "field": "way"}
    said = refusal(payment_file={"columns": [column, column]})
    for fault in ("a column of reference", "a column of payee", "a column of amount", "headed Way"):
        assert fault in said
    debit = {"header": "Debit", "field": "debit"}
    said = refusal(journal_file={"columns": [debit]})
    assert "a column of cost_centre" in said
    assert "a column of amount, or of debit and of credit" in said
    assert "header" in refusal(journal_file={"columns": [{"header": "=A1", "field": "amount"}]})


def test_an_amount_column_is_enough_for_a_journal() -> None:
    """A system that takes signed amounts needs no debit and credit."""
    columns = [
        {"header": "Centre", "field": "cost_centre"},
        {"header": "Amount", "field": "amount"},
    ]
    assert JournalFile.model_validate({"columns": columns}, strict=False).with_headers
