"""Faults of money: roundings that lose some, amounts nobody may sign, payments nobody makes."""

from collections.abc import Iterable, Iterator
from itertools import combinations, product

from domain.money import pounds
from domain.places import Level
from domain.policy.costing import CostedProvision
from domain.policy.delegation import AuthorityScheme, Grade
from domain.policy.families import families
from domain.policy.finance import BudgetKind, Finance
from domain.policy.found import Found
from domain.policy.paying import Frequency, Payments
from domain.policy.pricing import (
    BY_THE_HOUR,
    Amounts,
    Counted,
    Limit,
    Rounded,
    RoundTo,
    SchoolShare,
)
from domain.policy.rules import Rule
from domain.policy.schemes import Tariff
from domain.request import RequestKind


def faults_of_rounding(tariff: Tariff) -> Iterator[Found]:
    """Say where a tariff loses money: roundings that only take, units that are paid once."""
    least = least_printed(tariff)
    for rule in tariff.rules:
        where = f"step {rule.id}"
        if isinstance(rule, Amounts) and rule.unit != "year" and rule.times == 1:
            unit = rule.unit.replace("_", " ")
            says = f"prints amounts by the {unit} and pays one {unit} a year"
            yield Found(where, says, f"Say in times how many of a {unit} a year has.")
        if isinstance(rule, Rounded):
            yield from _faults_of_rounded(rule, least)


def faults_of_net(tariff: Tariff) -> Iterator[Found]:
    """Say which steps could together take more from a pupil's cost than there is of it.

    A share is taken from the cost, so what is taken or lowered before it would be taken twice.
    """
    by_family = [family.rules for family in families(tariff.rules)]
    for earlier, later in combinations(by_family, 2):
        for one, other in product(earlier, later):
            if _takes(one) and _takes_from_cost(other) and one.when.meets(other.when):
                says = f"takes from the cost what step {one.id} has taken or lowered already"
                help_ = f"Put it before step {one.id}, or tell their conditions apart."
                yield Found(f"step {other.id}", says, help_)


def _takes(rule: Rule) -> bool:
    return isinstance(rule, SchoolShare | Limit | Rounded)


def _takes_from_cost(rule: Rule) -> bool:
    return isinstance(rule, SchoolShare) or (isinstance(rule, Amounts) and rule.up_to)


def _faults_of_rounded(rule: Rounded, least: int | None) -> Iterator[Found]:
    where, to = f"step {rule.id}", pounds(rule.to_pence)
    if rule.how is RoundTo.DOWN and rule.authority is None:
        says = f"takes up to {pounds(rule.to_pence - 1)} from every amount, by nobody's authority"
        help_ = "Round half_up, or name the decision to round down in the step's authority."
        yield Found(where, says, help_)
    lost = least is not None and (
        2 * least < rule.to_pence if rule.how is not RoundTo.DOWN else least < rule.to_pence
    )
    if least is not None and lost and rule.how is not RoundTo.UP:
        says = f"rounds {pounds(least)} a year, which a table prints, to nothing"
        yield Found(where, says, f"Round to less than {to}.")


def least_printed(tariff: Tariff) -> int | None:
    """The least that a tariff pays a year, pence; nothing where its amounts follow from costs.

    An amount that is a ceiling, for an hour or for all pupils together may come to any penny.
    """
    open_forms = CostedProvision | Counted | Limit
    tables = [rule for rule in tariff.rules if isinstance(rule, Amounts)]
    if any(isinstance(rule, open_forms) for rule in tariff.rules) or any(
        table.up_to or table.unit in BY_THE_HOUR or table.per == "request" for table in tables
    ):
        return None
    paid = [
        row.amount_pence * table.times for table in tables for row in table.rows if row.amount_pence
    ]
    return min(paid, default=None)


def faults_of_signing(authority: AuthorityScheme) -> Iterator[Found]:
    """Say which amounts nobody may sign: what no grade covers and no key decision does."""
    top = [grade for grade in authority.grades if Level.COUNCIL in grade.levels]
    most = max((grade.limit_pence for grade in top), default=0)
    key = authority.key_decision_over_pence
    if most < key:
        says = f"nobody may sign from {pounds(most + 1)} to {pounds(key)} a year"
        yield Found("key_decision_over_pence", says, "Raise a grade's limit, or lower this one.")
    for what, able in (
        ("an overspend", [grade for grade in top if grade.may_authorise_overspend]),
        ("a key decision", [grade for grade in top if grade.carries_out_key_decisions]),
    ):
        if not able:
            says = f"no grade may sign {what} once a request has climbed to the council"
            yield Found("grades", says, "Give a grade that right with the level council.")


def faults_of_limits(grades: Iterable[Grade], tariff: Tariff) -> Iterator[Found]:
    """Say which grades may sign nothing that the tariff can give."""
    least = least_printed(tariff)
    for grade in grades:
        if least is not None and 0 < grade.limit_pence < least:
            says = (
                f"may sign up to {pounds(grade.limit_pence)} a year, and the least that the"
                f" tariff gives is {pounds(least)}: the limit covers nothing"
            )
            yield Found(f"grade {grade.code}", says, "Raise the limit, or take the grade out.")


def faults_of_payments(payments: Payments) -> Iterator[Found]:
    """Say what a rule of payment holds that nothing reads."""
    for place, rule in enumerate(payments.rules):
        where = f"rules.{place}"
        if RequestKind.ADVICE in rule.kinds:
            says = "pays requests for advice, which bring no money"
            yield Found(f"{where}.kinds", says, "Take advice out of kinds.")
        if rule.payment_day is not None and rule.frequency is not Frequency.MONTHLY:
            says = f"has a payment_day, and {rule.frequency} payments are not by the month"
            yield Found(f"{where}.payment_day", says, "Take it out.")
        if rule.counted_from_on is not None and rule.frequency is not Frequency.FOUR_WEEKLY:
            says = f"has counted_from_on, and {rule.frequency} payments count no weeks"
            yield Found(f"{where}.counted_from_on", says, "Take it out.")


def faults_of_pooling(finance: Finance) -> Iterator[Found]:
    """Say where money that is pooled at a year's end would come round to where it was."""
    into = {kind: rule.into for rule in finance.year_end for kind in rule.kinds if rule.into}
    for kind in into:
        passed: list[BudgetKind] = [kind]
        while (following := into.get(passed[-1])) is not None and following not in passed:
            passed.append(following)
        if following == kind:
            says = f"pools {' into '.join([*passed, kind])}: it comes round to where it was"
            yield Found("year_end", says, "Carry one of them forward, or claw it back.")
