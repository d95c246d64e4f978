"""Faults of the steps of one continuum or tariff: names, order, exceptions, what nothing reads."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import combinations

from domain.policy.check_money import faults_of_net, faults_of_rounding
from domain.policy.check_tables import faults_of_amounts, faults_of_shares, faults_of_thresholds
from domain.policy.costing import CostedProvision
from domain.policy.evaluation import Family, families
from domain.policy.found import Found, faults_of_days, governs_with, twice, unknown
from domain.policy.matching import Dated, Match
from domain.policy.points import WeightedSum
from domain.policy.pricing import Amounts, Counted, SchoolShare, ToAPerson
from domain.policy.rules import (
    Assigned,
    BestFit,
    Minimum,
    OverallLevel,
    Rule,
    Thresholds,
)
from domain.policy.schemes import Continuum, Scheme, Tariff
from domain.request import RequestKind

_FIGURES = frozenset({"points", "level", "band", "tier", "cost"})


def faults_of_scheme(scheme: Scheme) -> Iterator[Found]:
    """Say everything that is wrong with one continuum or tariff by itself."""
    yield from twice((rule.id for rule in scheme.rules), "steps", "step")
    yield from _faults_of_exceptions(scheme)
    yield from _faults_of_order(scheme)
    yield from _faults_of_given(scheme)
    for rule in scheme.rules:
        yield from faults_of_days(scheme, rule, f"step {rule.id}")
        yield from _faults_of_rule(scheme, rule)
    if isinstance(scheme, Continuum):
        yield from _faults_of_continuum(scheme)
    if isinstance(scheme, Tariff):
        yield from _faults_of_tariff(scheme)
        yield from faults_of_rounding(scheme)
        yield from faults_of_net(scheme)


def values_of(rule: Rule) -> tuple[str, ...]:
    """The values a rule may give to the figure that it settles."""
    match rule:
        case Assigned() | Minimum():
            return (rule.value,)
        case BestFit():
            return tuple(option.means for option in rule.options)
        case Thresholds():
            return tuple(step.means for step in rule.steps)
        case _:
            return ()


def matches_of(rule: Rule) -> tuple[tuple[str, Match], ...]:
    """Every condition of a rule and of its rows, with where it stands."""
    where = f"step {rule.id}"
    rows: tuple[Match, ...] = ()
    if isinstance(rule, Amounts):
        rows = rule.rows
    elif isinstance(rule, SchoolShare):
        rows = rule.shares
    numbered = ((f"{where}, row {number}", row) for number, row in enumerate(rows, start=1))
    return ((f"{where}, when", rule.when), *numbered)


def domains_of(rule: Rule) -> tuple[str, ...]:
    """The domains of need that a rule reads."""
    found = [domain for _, match in matches_of(rule) for domain in match.levels]
    if isinstance(rule, WeightedSum):
        found += rule.weights
    elif isinstance(rule, OverallLevel):
        found += rule.domains
    return tuple(dict.fromkeys(found))


def descriptors_of(rule: Rule) -> tuple[str, ...]:
    """The descriptors that a rule reads."""
    found = [code for _, match in matches_of(rule) for code in match.any_descriptor]
    if isinstance(rule, WeightedSum):
        found += rule.descriptors
    elif isinstance(rule, BestFit):
        found += (code for option in rule.options for code in option.descriptors)
    return tuple(dict.fromkeys(found))


def faults_of_needs(rule: Rule, continuum: Continuum) -> Iterator[Found]:
    """Say which domains, levels and descriptors a rule reads that the continuum does not have."""
    where = f"step {rule.id}"
    levels = {domain.code: {each.level for each in domain.levels} for domain in continuum.domains}
    yield from unknown(domains_of(rule), levels, where, "domain of need")
    known = [descriptor.code for descriptor in continuum.descriptors]
    yield from unknown(descriptors_of(rule), known, where, "descriptor")
    for place, match in matches_of(rule):
        for domain, wanted in match.levels.items():
            if domain in levels and not any(wanted.holds(Fraction(n)) for n in levels[domain]):
                says = f"{domain} has no level {wanted}, so it never applies"
                yield Found(place, says, "Use levels of the continuum.")
    if isinstance(rule, WeightedSum):
        yield from _faults_of_scores(rule, levels)


def faults_of_bands(rule: Rule, tariff: Tariff) -> Iterator[Found]:
    """Say which bands the conditions of a rule name that the tariff does not have."""
    for place, match in matches_of(rule):
        yield from unknown(match.band, tariff.scale.bands, place, "band")


def _faults_of_scores(rule: WeightedSum, levels: dict[str, set[int]]) -> Iterator[Found]:
    for domain, weight in rule.weights.items():
        if not weight.scores or domain not in levels:
            continue
        where = f"step {rule.id}, weights, {domain}"
        scored = set(range(len(weight.scores)))
        for level in sorted(levels[domain] - scored):
            yield Found(where, f"level {level} has no points", "Add its score.")
        for level in sorted(scored - levels[domain]):
            says = f"there is a score for level {level}, which no domain has"
            yield Found(where, says, "Take the score out, or add the level.")


def _faults_of_rule(scheme: Scheme, rule: Rule) -> Iterator[Found]:
    where, given = f"step {rule.id}", values_of(rule)
    if rule.settles in {"tier", "band"}:
        known = scheme.scale.of(rule.settles)
        yield from unknown(given, known, where, rule.settles)
        yield from twice(given, where, rule.settles)
    values: tuple[Dated, ...] = ()
    match rule:
        case Thresholds():
            yield from faults_of_thresholds(scheme, rule)
        case CostedProvision():
            values = tuple(rule.rates.values())
        case Counted():
            values = rule.allowances
            yield from twice((each.count for each in rule.allowances), where, "count")
        case _:
            pass
    for value in values:
        yield from faults_of_days(scheme, value, where)


def _faults_of_exceptions(scheme: Scheme) -> Iterator[Found]:
    bases = {rule.id: rule for rule in scheme.rules if rule.exception_to is None}
    named = {rule.id: rule.exception_to for rule in scheme.rules}
    for rule in scheme.rules:
        if rule.exception_to is not None:
            yield from _faults_of_chain(rule, named)
            yield from _faults_of_exception(rule, bases.get(rule.exception_to))
    for family in families(scheme.rules):
        for one, other in combinations(family.exceptions, 2):
            if one.when.meets(other.when) and governs_with(one, other):
                says = f"and step {other.id} can both apply to one case as exceptions"
                help_ = "Tell their conditions apart; the order of a file decides nothing."
                yield Found(f"step {one.id}", says, help_)


def _faults_of_chain(rule: Rule, named: Mapping[str, str | None]) -> Iterator[Found]:
    """Steps that are exceptions to one another, or to themselves, have no base at all."""
    passed, before = [rule.id], rule.exception_to
    while before is not None and before not in passed:
        passed.append(before)
        before = named.get(before)
    if before == rule.id:
        says = f"is an exception to itself: {' to '.join([*passed, rule.id])}"
        yield Found(f"step {rule.id}", says, "Make one of them a base rule, without exception_to.")


def _faults_of_exception(rule: Rule, base: Rule | None) -> Iterator[Found]:
    where = f"step {rule.id}"
    if base is None:
        says = f"there is no base rule {rule.exception_to} to be an exception to"
        yield Found(where, says, "Name a step that is no exception itself.")
    elif rule.settles != base.settles and not isinstance(rule, ToAPerson):
        says = f"gives {rule.settles}, and the rule it replaces gives {base.settles}"
        yield Found(where, says, "An exception settles what its base rule settles.")
    if rule.when == Match() and rule.in_force_from is None:
        says = "always applies, so its base rule never does"
        yield Found(where, says, "Say when it applies, or take the base rule's place.")


def _faults_of_order(scheme: Scheme) -> Iterator[Found]:
    """Every figure is settled before it is read; nothing stands behind an open end."""
    there = {*scheme.given} | ({"tier"} if isinstance(scheme, Tariff) else set())
    closed_by: str | None = None
    for family in families(scheme.rules):
        for rule in (family.base, *family.exceptions):
            if closed_by:
                says = f"is never reached: step {closed_by} leaves every case to a person"
                yield Found(f"step {rule.id}", says, "Say when that step applies.")
            for figure in sorted(_read_by(rule) & _FIGURES - there):
                says = f"reads {figure}, which no earlier step gives"
                yield Found(f"step {rule.id}", says, "Put the step that gives it before this one.")
        there |= settled_by(family)
        base = family.base
        if isinstance(base, ToAPerson) and base.when == Match() and not family.exceptions:
            closed_by = base.id


def _read_by(rule: Rule) -> frozenset[str]:
    """What it needs: a minimum raises what is there, and needs nothing to be there."""
    return rule.reads - {rule.gives} if isinstance(rule, Minimum) else rule.reads


def settled_by(family: Family) -> set[str]:
    """The figures that a base rule or one of its exceptions settles."""
    rules = (family.base, *family.exceptions)
    return {rule.settles for rule in rules if not isinstance(rule, ToAPerson)}


def _faults_of_given(scheme: Scheme) -> Iterator[Found]:
    read = {figure for rule in scheme.rules for figure in rule.reads}
    for figure in scheme.given:
        if figure not in read:
            yield Found("given", f"no rule reads {figure}", "Take it out of given.")


def _faults_of_continuum(continuum: Continuum) -> Iterator[Found]:
    tiers = continuum.scale.tiers
    yield from twice(tiers, "tiers", "tier")
    yield from twice((d.code for d in continuum.domains), "domains", "domain")
    yield from twice((d.code for d in continuum.descriptors), "descriptors", "descriptor")
    for rule in continuum.rules:
        yield from faults_of_needs(rule, continuum)
        for place, match in matches_of(rule):
            yield from unknown(match.tier, tiers, place, "tier")
    yield from _faults_of_domains(continuum)
    yield from _faults_of_reach(continuum)


def _faults_of_domains(continuum: Continuum) -> Iterator[Found]:
    levels = {domain.code: {each.level for each in domain.levels} for domain in continuum.domains}
    read = {domain for rule in continuum.rules for domain in domains_of(rule)}
    ticked = {code for rule in continuum.rules for code in descriptors_of(rule)}
    read |= {each.domain for each in continuum.descriptors if each.code in ticked}
    for domain in continuum.domains:
        where = f"domain {domain.code}"
        yield from twice((str(each.level) for each in domain.levels), where, "level")
        if domain.code not in read:
            yield Found(where, "no rule reads it", "Give it a weight, or take it out.")
    for descriptor in continuum.descriptors:
        where = f"descriptor {descriptor.code}"
        yield from unknown([descriptor.domain], levels, where, "domain of need")
        if descriptor.level not in levels.get(descriptor.domain, {descriptor.level}):
            says = f"{descriptor.domain} has no level {descriptor.level}"
            yield Found(where, says, "Use a level of its domain.")


def _faults_of_reach(continuum: Continuum) -> Iterator[Found]:
    """Every tier can be reached, and every kind of request reaches one."""
    giving = [rule for rule in continuum.rules if rule.settles == "tier"]
    reached = {value for rule in giving for value in values_of(rule)} | {continuum.unplaced}
    for tier in continuum.scale.tiers:
        if tier not in reached:
            yield Found(f"tier {tier}", "no rule leads to it", "Add the rule, or take it out.")
    if continuum.unplaced is not None:
        yield from unknown([continuum.unplaced], continuum.scale.tiers, "unplaced", "tier")
    for kind in RequestKind:
        if not any(not rule.when.kind or kind in rule.when.kind for rule in giving):
            says = f"no rule places a request of kind {kind}"
            yield Found("steps", says, "Add an assigned tier for it.")
    for rule in continuum.rules:
        if continuum.unplaced is None and _may_leave_to_a_person(rule):
            says = "may place nobody, and no tier is named for what is left to a person"
            yield Found(f"step {rule.id}", says, "Name the tier in unplaced.")


def _may_leave_to_a_person(rule: Rule) -> bool:
    if isinstance(rule, Thresholds):
        return any(step is rule.steps[-1] and step.at_most is not None for step in rule.steps)
    return isinstance(rule, BestFit)


def _faults_of_tariff(tariff: Tariff) -> Iterator[Found]:
    yield from twice(tariff.scale.bands, "bands", "band")
    reached = {
        value for rule in tariff.rules if rule.settles == "band" for value in values_of(rule)
    }
    for band in tariff.scale.bands:
        if band not in reached and "band" not in tariff.given:
            yield Found(f"band {band}", "no rule leads to it", "Add the rule, or take it out.")
    for rule in tariff.rules:
        yield from faults_of_bands(rule, tariff)
        if isinstance(rule, Amounts):
            yield from faults_of_amounts(tariff, rule)
        elif isinstance(rule, SchoolShare):
            yield from faults_of_shares(tariff, rule)
