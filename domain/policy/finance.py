"""The year's money as a council rules it: the shape of the finance policy.

Who may vire, reopen and approve; what a year's end does with what is left; how money is coded,
shared out, and written to other systems. ``columns`` has the files that go out.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from domain.frozen import Frozen
from domain.ledger.accounts import (
    COMMISSIONED,
    COUNCIL_CONTINGENCY,
    DEFICIT,
    EXCEPTIONAL,
    HIGH_NEEDS_BLOCK,
    PotCode,
)
from domain.money import Rounding, pounds
from domain.people import RoleHeld
from domain.places import PayeeKind
from domain.policy.columns import CostCentre, JournalFile, PaymentFile, Section251Line
from domain.policy.document import PolicyDocument, Sentence, refuse_all
from domain.policy.limits import Authorisers, Clause, LimitByClause, clause_of
from domain.refusals import AuthorityTooLow, NoPolicyInForce
from domain.request import Code

Share = Annotated[Decimal, Field(ge=0, le=1, decimal_places=6)]
"""A part of a whole, from nought to one."""


class BudgetKind(StrEnum):
    """A kind of budget, whichever cluster or area it belongs to."""

    HIGH_NEEDS_BLOCK = "high_needs_block"
    CLUSTER = "cluster"
    EXCEPTIONAL = "exceptional"
    CONTINGENCY_CLUSTER = "contingency:cluster"
    CONTINGENCY_AREA = "contingency:area"
    CONTINGENCY_COUNCIL = "contingency:council"
    COMMISSIONED = "commissioned"
    DEFICIT = "deficit"


_ONE_POT = {
    BudgetKind.HIGH_NEEDS_BLOCK: HIGH_NEEDS_BLOCK,
    BudgetKind.EXCEPTIONAL: EXCEPTIONAL,
    BudgetKind.CONTINGENCY_COUNCIL: COUNCIL_CONTINGENCY,
    BudgetKind.COMMISSIONED: COMMISSIONED,
    BudgetKind.DEFICIT: DEFICIT,
}
"""Kinds of which the council has a single pot."""
ALWAYS_CARRIED = frozenset({BudgetKind.HIGH_NEEDS_BLOCK, BudgetKind.DEFICIT})
"""What there is nowhere to claw back to: the grant itself, and the overspend that is owed."""


def budget_kind(pot: PotCode) -> BudgetKind | None:
    """Say which kind of budget a pot is; opening, closing and recouped are none.

    >>> budget_kind("cluster:alder").value, budget_kind("opening")
    ('cluster', None)
    """
    kind = pot.rpartition(":")[0] if pot.count(":") > (pot == COUNCIL_CONTINGENCY) else pot
    return BudgetKind(kind) if kind in set(BudgetKind) else None


class VirementRule(LimitByClause):
    """Between which kinds of budget these people may move money, and up to how much at once."""

    what: ClassVar = ("vire", "at once")

    from_kinds: tuple[BudgetKind, ...] = Field(min_length=1)
    to_kinds: tuple[BudgetKind, ...] = Field(min_length=1)


class OverspendRule(LimitByClause):
    """Up to how much these people may cover budgets of some kinds from the recorded overspend.

    All that has covered the same pot in the same year is part of it.
    """

    what: ClassVar = ("cover", "a year")

    kinds: tuple[BudgetKind, ...] = Field(min_length=1)


class YearEndWay(StrEnum):
    """What becomes of the available money of a budget when its year ends."""

    CARRY_FORWARD = "carry_forward"
    """It goes on in the same pot."""
    CLAW_BACK = "claw_back"
    """It goes back to the high needs block."""
    POOL = "pool"
    """It goes to a pot that others share."""


class YearEndRule(Frozen):
    """What a year's end does with budgets of some kinds; an overspent pot is always carried."""

    kinds: tuple[BudgetKind, ...] = Field(min_length=1)
    way: YearEndWay
    into: BudgetKind | None = None
    """The one pot that it is pooled in; only for ``pool``."""
    source: Sentence


class Coding(Frozen):
    """The line of section 251 and the cost centre of some budgets.

    Without payees it codes entries that pay nobody: budgets, virements, the year's end. An award's
    payments are reported on the line of the payments policy, which is pinned with the request;
    what has none of its own, such as an imported award, on this one.
    """

    kinds: tuple[BudgetKind, ...] = Field(min_length=1)
    payees: tuple[PayeeKind, ...] = ()
    section_251_line: Section251Line
    cost_centre: CostCentre


class RemittanceWay(StrEnum):
    """How a payee gets its money."""

    JOURNAL = "journal"
    """Between accounts of the council, as a maintained school's."""
    ADVANCE = "advance"
    """With the school's monthly advance."""
    PAYMENT = "payment"
    """By bank, as an academy trust is paid."""
    INVOICE = "invoice"
    """Against the provider's invoice."""


class RemittanceRule(Frozen):
    """How payees of some kinds get their money, and the account that it leaves."""

    payees: tuple[PayeeKind, ...] = Field(min_length=1)
    way: RemittanceWay
    control_cost_centre: CostCentre
    """The other side of the general ledger journal."""


class FormulaFactor(StrEnum):
    """What a formula share counts of a cluster."""

    PUPILS = "pupils"
    DEPRIVATION = "deprivation"
    PRIOR_ATTAINMENT = "prior_attainment"


class Bound(Frozen):
    """A floor or a cap of a formula share."""

    of: Literal["change", "share"]
    """``change``: against the cluster's last year; ``share``: of the total that is shared out."""
    value: Annotated[Decimal, Field(ge=-1, le=10, decimal_places=6)]
    """As a part: -0.03 of change is three per cent less than last year, 0.1 of share a tenth."""

    @model_validator(mode="after")
    def _is_a_part(self) -> Self:
        if self.of == "share" and not 0 <= self.value <= 1:
            raise ValueError("a share of the total is from nought to one")
        return self


class FormulaRule(Frozen):
    """How a total is shared between clusters: factors by weight, a floor, a cap, odd pennies."""

    weights: dict[FormulaFactor, Share]
    floor: Bound | None = None
    cap: Bound | None = None
    rounding: Rounding
    """Who gets the odd pennies, clusters standing in order of their codes."""

    @model_validator(mode="after")
    def _shares_the_whole(self) -> Self:
        faults = []
        if sum(self.weights.values()) != 1:
            faults.append(f"the weights come to {sum(self.weights.values())} instead of 1")
        low, high = self.floor, self.cap
        if low and high and low.of == high.of and low.value > high.value:
            faults.append("the floor is above the cap")
        refuse_all(faults)
        return self

    @property
    def factors(self) -> tuple[FormulaFactor, ...]:
        """The factors that weigh anything, in one order."""
        return tuple(factor for factor in FormulaFactor if self.weights.get(factor))


class Finance(PolicyDocument):
    """The year's money: authority, year end, coding, files, formula, warnings."""

    kind: Literal["finance"]
    virements: tuple[VirementRule, ...] = Field(min_length=1, max_length=100)
    overspend: tuple[OverspendRule, ...] = Field(min_length=1, max_length=100)
    overspend_needs_second_person: bool = False
    """Whether an overspend takes effect only when another person says the same: the person, not
    the role. Both are among those who may do it alone otherwise."""
    reopening: Authorisers
    """Who may have a closed month opened again."""
    run_approval: Authorisers
    """Who approves a payment run; never the person who prepared it."""
    year_end: tuple[YearEndRule, ...] = Field(min_length=1, max_length=20)
    year_end_sign_offs: Authorisers
    """Each of these signs a year end, each a person of their own."""
    coding: tuple[Coding, ...] = Field(min_length=1, max_length=200)
    remittances: tuple[RemittanceRule, ...] = Field(min_length=1, max_length=10)
    payment_file: PaymentFile
    journal_file: JournalFile
    formula: FormulaRule
    in_hand_weights: dict[Code, Share] = Field(default_factory=dict)
    """By tier, how much of a request in hand is forecast; a tier that is not named counts whole."""
    renewal_weight: Share = Decimal(0)
    """How much of what an ending award would cost to the year's end is forecast on."""
    warn_at_share: Annotated[Decimal, Field(gt=0, le=2, decimal_places=6)]
    """A shortfall is said when the forecast comes to more than this part of the budget."""
    statement_day: Annotated[int, Field(ge=1, le=28)]
    """The day of the month by which the month before is closed and chairs have its statement."""

    @model_validator(mode="after")
    def _rules_everything_once(self) -> Self:
        refuse_all(
            [
                *_faults_of_year_end(self.year_end),
                *_faults_of_pools(self.year_end),
                *_faults_of_coding(self.coding),
                *_faults_of_remittances(self.remittances),
                *_faults_of_people(self),
            ]
        )
        return self

    def virement_rules(
        self, from_pot: PotCode, to_pots: Iterable[PotCode]
    ) -> tuple[VirementRule, ...]:
        """Find the rules under which money moves from one pot to all of the others."""
        source = budget_kind(from_pot)
        targets = {budget_kind(pot) for pot in to_pots}
        return tuple(
            rule
            for rule in self.virements
            if source in rule.from_kinds and targets <= set(rule.to_kinds)
        )

    def virement_clause(
        self, from_pot: PotCode, to_pots: Iterable[PotCode], pence: int, roles: Iterable[RoleHeld]
    ) -> Clause:
        """Give the clause by which somebody with these roles may move this much at once.

        The roles are those held on the day. Raises `AuthorityTooLow`, saying who may instead.
        """
        asked = f"to vire {pounds(pence)} from {from_pot}"
        rules = self.virement_rules(from_pot, to_pots)
        if not rules:
            raise AuthorityTooLow(asked, "no virement between these budgets is provided for")
        return clause_of(rules, pence, roles, asked)

    def overspend_clause(
        self, pot: PotCode, pence: int, covered_pence: int, roles: Iterable[RoleHeld]
    ) -> Clause:
        """Give the clause by which somebody with these roles may cover this much of a pot.

        What covered it before, in the same year, counts: a large sum in small parts is a large sum.
        Raises `AuthorityTooLow`, saying who may instead.
        """
        asked = f"to cover {pounds(pence)} of {pot} from the recorded overspend"
        rules = tuple(rule for rule in self.overspend if budget_kind(pot) in rule.kinds)
        if not rules:
            raise AuthorityTooLow(asked, "the finance policy has this budget covered by nobody")
        return clause_of(rules, covered_pence + pence, roles, asked)

    def coding_for(self, pot: PotCode, payee: PayeeKind | None = None) -> Coding:
        """Find the section 251 line and cost centre of what a pot pays to a kind of payee.

        Without a payee, those of entries that pay nobody. Raises `NoPolicyInForce` for a pot that
        is no budget.
        """
        kind = budget_kind(pot)
        for coding in self.coding:
            if kind in coding.kinds and _is_for(coding, payee):
                return coding
        raise NoPolicyInForce(f"the coding of {pot}", "the finance policy has none for it")

    def remittance_for(self, payee: PayeeKind) -> RemittanceRule:
        """Find how a kind of payee gets its money; the policy has one way for each."""
        return next(rule for rule in self.remittances if payee in rule.payees)

    def year_end_for(self, pot: PotCode) -> YearEndRule | None:
        """Find what a year's end does with a pot; none for one that is no budget."""
        kind = budget_kind(pot)
        return next((rule for rule in self.year_end if kind in rule.kinds), None)


def one_pot(kind: BudgetKind) -> PotCode | None:
    """Name the council's single pot of a kind; none for kinds with a pot for each place.

    >>> one_pot(BudgetKind.EXCEPTIONAL), one_pot(BudgetKind.CLUSTER)
    ('exceptional', None)
    """
    return _ONE_POT.get(kind)


def _is_for(coding: Coding, payee: PayeeKind | None) -> bool:
    return payee in coding.payees if payee else not coding.payees


def _faults_of_year_end(rules: tuple[YearEndRule, ...]) -> Iterator[str]:
    """Each kind of budget has one rule, and some kinds can only be carried."""
    for kind in BudgetKind:
        found = [rule for rule in rules if kind in rule.kinds]
        if len(found) != 1:
            yield f"{len(found)} rules say what a year's end does with {kind}; there must be one"
        ways = {rule.way for rule in found}
        if kind in ALWAYS_CARRIED and ways - {YearEndWay.CARRY_FORWARD}:
            yield f"{kind} is carried forward: there is nowhere to take it back to"


def _faults_of_pools(rules: tuple[YearEndRule, ...]) -> Iterator[str]:
    """Money that is pooled has one pot to go to, and only pooled money has."""
    for rule in rules:
        kinds = ", ".join(rule.kinds)
        if (rule.into is not None) != (rule.way is YearEndWay.POOL):
            yield f"into goes with pool, and pool with into: {kinds}"
        if rule.into is not None and one_pot(rule.into) is None:
            yield f"{kinds} cannot be pooled into {rule.into}, of which there is one for each place"
        if rule.into in ALWAYS_CARRIED:
            yield f"{kinds} cannot be pooled into {rule.into}; the block is for claw_back"
        if rule.into in rule.kinds:
            yield f"{rule.into} cannot be pooled into itself"


def _faults_of_coding(codings: tuple[Coding, ...]) -> Iterator[str]:
    """Every kind of budget is coded once for each kind of payee, and once for none."""
    for kind in BudgetKind:
        for payee in (None, *PayeeKind):
            found = sum(kind in coding.kinds and _is_for(coding, payee) for coding in codings)
            if found != 1:
                yield f"{found} codings of {kind} for {payee or 'no payee'}; there must be one"


def _faults_of_remittances(rules: tuple[RemittanceRule, ...]) -> Iterator[str]:
    for payee in PayeeKind:
        found = sum(payee in rule.payees for rule in rules)
        if found != 1:
            yield f"{found} rules remit to {payee}; there must be one"


def _faults_of_people(finance: "Finance") -> Iterator[str]:
    """Somebody can do each thing, and no two names for one sign-off."""
    rules: list[LimitByClause] = [*finance.virements, *finance.overspend]
    for rule in rules:
        if not rule.up_to_pence:
            yield f"clause {rule.clause} lets nobody {rule.what[0]} anything"
    clauses = Counter(rule.clause for rule in rules)
    yield from (f"clause {clause} is there {n} times" for clause, n in clauses.items() if n > 1)
    signing = Counter(finance.year_end_sign_offs)
    yield from (f"{who} signs a year end {n} times" for who, n in signing.items() if n > 1)
