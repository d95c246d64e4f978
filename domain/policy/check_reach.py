"""Faults of reach: what no case can come to, because a condition or an earlier step forbids it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise, product

from domain.policy.check_steps import matches_of, settled_by, values_of
from domain.policy.check_tables import is_whole, most_points
from domain.policy.evaluation import Family, families
from domain.policy.found import Found
from domain.policy.implying import ALL_KINDS, follows, holds_a_whole_number
from domain.policy.matching import Dated, Match, Range, shown
from domain.policy.pricing import AmountRow, Amounts, ToAPerson
from domain.policy.rules import Minimum, Rule, Threshold, Thresholds
from domain.policy.schemes import Continuum, Scheme, Tariff

MOST_OF = {"level": 100, "key_stage": 5, "hours": 168, "provision_hours": 33_600, "pupils": 60}
"""The most that a case can say of a number: its own bounds (``domain/case.py``)."""
MOST_CLOSED = 100
"""How many conditions under which a person decides are remembered, the earliest first."""
_FIGURES = ("tier", "band", "level", "points")


@dataclass(frozen=True)
class _Closed:
    """What an earlier step left to a person: whoever meets all of it is out of reach."""

    step: str
    conditions: tuple[Match, ...]

    def depends_on(self, figure: str) -> bool:
        """Whether it was decided by a figure, which a later step may settle anew."""
        return any(figure in each.named or figure in each.ranges for each in self.conditions)


def faults_of_idle_rules(scheme: Scheme) -> Iterator[Found]:
    """Say which conditions, rows, steps of a scale and rules no case can ever come to."""
    for rule in scheme.rules:
        for place, match in matches_of(rule):
            yield from _impossible(scheme, match, place)
            if match is not rule.when and not match.meets(rule.when):
                says = "can never hold together with the condition of its step"
                yield Found(place, says, "Mend one of the two, or take the row out.")
    yield from _out_of_reach(scheme)
    for family in families(scheme.rules):
        yield from _replaced(family)
    yield from _overwritten(scheme)


def faults_of_tiers_by_kind(tariff: Tariff, continuum: Continuum) -> Iterator[Found]:
    """Say which conditions of a tariff ask for kinds of request on tiers that they never reach."""
    led = {
        (kind, tier)
        for rule in continuum.rules
        if rule.settles == "tier"
        for kind in rule.when.kind or ALL_KINDS
        for tier in (*values_of(rule), continuum.unplaced)
    }
    for rule in tariff.rules:
        for place, match in matches_of(rule):
            kinds, tiers = match.kind or rule.when.kind, match.tier or rule.when.tier
            known = set(tiers) <= {*continuum.scale.tiers}
            own = match is rule.when or match.kind or match.tier
            if own and kinds and tiers and known and led.isdisjoint(product(kinds, tiers)):
                says = f"never holds: no {' or '.join(kinds)} is placed on {' or '.join(tiers)}"
                yield Found(place, says, "Mend the kinds or the tiers.")


def _impossible(scheme: Scheme, match: Match, place: str) -> Iterator[Found]:
    ranges = {**match.ranges, **{f"level of {d}": each for d, each in match.levels.items()}}
    for number, wanted in ranges.items():
        most = most_points(scheme) if number == "points" else MOST_OF.get(number)
        whole = number.startswith("level of ") or is_whole(scheme, number)
        if most is not None and wanted.lowest > most:
            says = f"never holds: {number} {wanted} is more than {shown(Fraction(most))}"
            yield Found(place, says, "Mend the range, or take it out.")
        elif whole and number != "points" and not holds_a_whole_number(wanted):
            says = f"never holds: no whole {number} lies in {wanted}"
            yield Found(place, says, "Write whole numbers.")


def _out_of_reach(scheme: Scheme) -> Iterator[Found]:
    """Look at each step and row in turn, knowing whom the steps before it left to a person."""
    closed: list[_Closed] = []
    for family in families(scheme.rules):
        for rule in (family.base, *family.exceptions):
            yield from _taken(rule, closed)
        settled = settled_by(family)
        closed = [each for each in closed if not any(map(each.depends_on, settled))]
        closed = [*closed, *_closing(family)][:MOST_CLOSED]


def _taken(rule: Rule, closed: Sequence[_Closed]) -> Iterator[Found]:
    where, help_ = f"step {rule.id}", "Say when the earlier step applies, or take this one out."
    for each in closed:
        if all(follows(condition, (rule.when,)) for condition in each.conditions):
            yield Found(
                where, f"is never reached: step {each.step} leaves such cases to a person", help_
            )
            return
    for place, match in _parts_of(rule):
        for each in closed:
            if all(follows(condition, (rule.when, match)) for condition in each.conditions):
                says = f"is never reached: step {each.step} leaves such cases to a person"
                yield Found(place, says, help_)
                break


def _parts_of(rule: Rule) -> Iterator[tuple[str, Match]]:
    """The rows of a rule, and the steps of a scale as conditions on its number."""
    yield from matches_of(rule)[1:]
    if isinstance(rule, Thresholds) and all(_is_undated(step) for step in rule.steps):
        ends = [higher.at_least for _, higher in pairwise(rule.steps)]
        for step, end in zip(rule.steps, [*ends, None], strict=True):
            found = _range_of(step, end)
            if found is not None:
                yield f"step {rule.id}, {step.means}", Match.model_validate({rule.of: found})


def _range_of(step: Threshold, end: Decimal | None) -> Range | None:
    if step.at_most is not None:
        return _range(at_least=step.at_least, at_most=step.at_most)
    return _range(at_least=step.at_least, below=end)


def _range(**bounds: Decimal | None) -> Range | None:
    """A range, or nothing where the scale is out of order: that is told elsewhere."""
    end = bounds.get("at_most", bounds.get("below"))
    begins = bounds["at_least"]
    assert begins is not None
    if end is not None and (end < begins or ("below" in bounds and end == begins)):
        return None
    return Range(**bounds)


def _closing(family: Family) -> Iterator[_Closed]:
    """Whom a rule leaves to a person for good: not one with exceptions, or with days of its own."""
    base = family.base
    if family.exceptions or not _is_undated(base):
        return
    if isinstance(base, ToAPerson) and base.when != Match():
        yield _Closed(base.id, (base.when,))
    elif isinstance(base, Amounts):
        for row in base.rows:
            if row.to_a_person and _is_undated(row):
                yield _Closed(base.id, (base.when, _bare(row)))


def _bare(row: AmountRow) -> Match:
    """The condition of a row without its amount."""
    return Match.model_validate({name: getattr(row, name) for name in Match.model_fields})


def _is_undated(value: Dated) -> bool:
    return value.in_force_from is None and value.in_force_until is None


def _replaced(family: Family) -> Iterator[Found]:
    """An exception that applies wherever its base rule does leaves the base rule idle."""
    for rule in family.exceptions:
        always = rule.when != Match() and follows(rule.when, (family.base.when,))
        if always and _is_undated(rule):
            says = f"applies wherever step {family.base.id} does, so that step never counts"
            yield Found(f"step {rule.id}", says, "Narrow its condition, or take that step's place.")


def _overwritten(scheme: Scheme) -> Iterator[Found]:
    """A figure that a later step settles anew, before anything read it, was settled for nothing."""
    found = families(scheme.rules)
    for number, family in enumerate(found):
        figure = family.base.settles
        if figure not in _FIGURES or isinstance(family.base, Minimum):
            continue
        later = _settling_anew(figure, family.base, found[number + 1 :])
        if later is not None and later.id != family.base.id:
            says = (
                f"counts for nothing: step {later.id} settles the {figure} anew before it is read"
            )
            yield Found(f"step {family.base.id}", says, "Say when each of the two applies.")


def _settling_anew(figure: str, rule: Rule, families_after: Sequence[Family]) -> Rule | None:
    for family in families_after:
        if any(figure in each.reads for each in (family.base, *family.exceptions)):
            return None
        base = family.base
        if base.settles == figure and _is_undated(base) and follows(base.when, (rule.when,)):
            return base
    return None
