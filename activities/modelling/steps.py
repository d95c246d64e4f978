"""The steps of a document over many lines: the twin of ``domain.policy.evaluation``."""

import polars as pl

from activities.modelling.conditions import NEVER, any_of, both, governs, holds
from activities.modelling.figures import (
    assigned,
    best_fit,
    minimum,
    overall_level,
    thresholds,
    weighted_sum,
)
from activities.modelling.lines import Lines
from activities.modelling.money import (
    Coming,
    amounts,
    costed_provision,
    counted,
    limit,
    rounded,
    school_share,
)
from activities.modelling.shapes import Shape
from domain.policy.check_steps import values_of
from domain.policy.costing import CostedProvision
from domain.policy.evaluation import Family, families
from domain.policy.points import WeightedSum
from domain.policy.pricing import (
    Amounts,
    Counted,
    Limit,
    Rounded,
    SchoolShare,
    ToAPerson,
)
from domain.policy.rules import (
    Assigned,
    BestFit,
    Minimum,
    OverallLevel,
    Rule,
    Thresholds,
)
from domain.policy.schemes import Scheme


def take_through(scheme: Scheme, lines: Lines, shape: Shape) -> None:
    """Take the lines through every step of the document."""
    found = families(scheme.rules)
    for place, family in enumerate(found):
        coming = Coming(reads_nets=any(map(_reads_nets, found[place + 1 :])))
        for rule, chosen in _chosen(family, lines):
            lines.used(f"steps.{rule.id}", chosen)
            if not _figure(rule, lines, chosen, scheme):
                _money(rule, lines, chosen, (shape, coming))


def _chosen(family: Family, lines: Lines) -> list[tuple[Rule, pl.Expr]]:
    """For each rule of a family the lines that it is chosen for: one rule for a line, or none."""
    standing = ~lines.left
    applying = [(rule, _applies(rule, lines)) for rule in family.exceptions]
    excepted = any_of([applies for _, applies in applying]) if applying else NEVER
    chosen = [(family.base, standing & ~excepted & _applies(family.base, lines))]
    chosen += [(rule, standing & applies) for rule, applies in applying]
    return [(rule, lines.let(on)) for rule, on in chosen]


def _applies(rule: Rule, lines: Lines) -> pl.Expr:
    found = both(governs(rule), holds(rule.when, lines))
    return pl.lit(value=True) if found is None else found.fill_null(value=False)


def _reads_nets(family: Family) -> bool:
    """Whether what each line comes to matters to a step, and not their total alone."""
    return any(
        isinstance(rule, Amounts | CostedProvision | SchoolShare | Counted)
        or (isinstance(rule, Limit) and rule.per == "pupil")
        for rule in (family.base, *family.exceptions)
    )


def _figure(rule: Rule, lines: Lines, chosen: pl.Expr, scheme: Scheme) -> bool:
    """Settle a figure, if the rule is one that does."""
    match rule:
        case WeightedSum():
            weighted_sum(rule, lines, chosen)
        case OverallLevel():
            overall_level(rule, lines, chosen)
        case Assigned():
            assigned(rule, lines, chosen)
        case Minimum():
            minimum(rule, lines, chosen, scheme.scale.of(rule.gives))
        case BestFit():
            best_fit(rule, lines, chosen)
        case Thresholds():
            thresholds(rule, lines, chosen)
        case _:
            return False
    return True


def _money(rule: Rule, lines: Lines, chosen: pl.Expr, beside: tuple[Shape, Coming]) -> None:
    shape, coming = beside
    match rule:
        case Amounts():
            amounts(rule, lines, chosen)
        case CostedProvision():
            costed_provision(rule, lines, chosen, shape)
        case SchoolShare():
            school_share(rule, lines, chosen)
        case Limit():
            limit(rule, lines, chosen, coming)
        case Counted():
            counted(rule, lines, chosen)
        case Rounded():
            rounded(rule, lines, chosen, coming)
        case ToAPerson():
            lines.leave(chosen)
        case _:
            raise AssertionError(f"{type(rule).__name__} has no columnar twin")


def words_of(scheme: Scheme, figure: str, others: tuple[str, ...]) -> tuple[str, ...]:
    """Every tier or band that can stand in a column: those of the scale first, in their order."""
    named = [value for rule in scheme.rules if rule.settles == figure for value in values_of(rule)]
    return tuple(dict.fromkeys((*scheme.scale.of(figure), *named, *others)))
