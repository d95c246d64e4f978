"""The rules that settle a level, points, a band or a tier, as columns.

Each is the twin of one form of ``domain.policy.rules`` or of ``domain.policy.points``.
"""

from fractions import Fraction
from functools import reduce

import polars as pl

from activities.modelling.bounds import scores_of
from activities.modelling.conditions import any_of, both, first_of, governs, ticked
from activities.modelling.exact import fitting, looked_up
from activities.modelling.lines import Lines
from domain.policy.points import Weight, WeightedSum
from domain.policy.rules import Assigned, BestFit, Minimum, OverallLevel, Thresholds

_NUMBERS = frozenset({"points", "level"})


def weighted_sum(rule: WeightedSum, lines: Lines, chosen: pl.Expr) -> None:
    """Sum the points of the levels and of the descriptors that are ticked."""
    by_domain = {
        domain: _points_of(lines, domain, weight, chosen, f"steps.{rule.id}")
        for domain, weight in rule.weights.items()
    }
    parts = lines.numbers["points"].parts
    capped = {domain for cap in rule.shared_caps for domain in cap.domains}
    summed = [points for domain, points in by_domain.items() if domain not in capped]
    for number, cap in enumerate(rule.shared_caps, start=1):
        together = reduce(pl.Expr.add, [by_domain[domain] for domain in cap.domains])
        summed.append(_at_most(together, Fraction(cap.at_most), parts))
        lines.used(f"steps.{rule.id}.shared_caps.{number}", chosen)
    for code, points in rule.descriptors.items():
        on = ticked(lines, code)
        summed.append(pl.when(on).then(_parts(Fraction(points), parts)).otherwise(0))
        lines.used(f"steps.{rule.id}.descriptors.{code}", chosen & on)
    total = reduce(pl.Expr.add, summed)
    if rule.at_most is not None:
        total = _at_most(total, Fraction(rule.at_most), parts)
    total = lines.let(total)
    lines.refuse(chosen & total.is_null())
    lines.number("points", chosen, total)


def _points_of(lines: Lines, domain: str, weight: Weight, chosen: pl.Expr, step: str) -> pl.Expr:
    """Points of one domain; nothing where its level is missing or off the scale."""
    parts = lines.numbers["points"].parts
    scores = [None if points is None else int(points * parts) for points in scores_of(weight)]
    dtype = fitting(lines.numbers["points"].most)
    path = f"{step}.weights.{domain}"
    lines.used(path, chosen)
    known = f"level:{domain}" in lines.columns
    level = pl.col(f"level:{domain}")
    for number in range(1, len(weight.scores) + 1):
        at_level = chosen & (level == number - 1) if known else pl.lit(value=False)
        lines.used(f"{path}.scores.{number}", at_level)
    points = looked_up(scores, level, dtype) if known else pl.lit(None, dtype=dtype)
    return lines.growing.once((domain, *scores), points)


def overall_level(rule: OverallLevel, lines: Lines, chosen: pl.Expr) -> None:
    """Take the highest or the second highest level of the domains that the policy names."""
    domains = [f"level:{domain}" for domain in dict.fromkeys(rule.domains)]
    if not lines.columns.issuperset(domains):
        lines.refuse(chosen)
        return
    lines.refuse(chosen & any_of([pl.col(domain).is_null() for domain in domains]))
    highest = pl.col(domains[0])
    second = highest
    for place, domain in enumerate(domains[1:]):
        level = pl.col(domain)
        below = pl.min_horizontal(highest, level)
        second = lines.let(below if place == 0 else pl.max_horizontal(second, below))
        highest = lines.let(pl.max_horizontal(highest, level))
    lines.number("level", chosen, highest if rule.take == "highest" else second)


def assigned(rule: Assigned, lines: Lines, chosen: pl.Expr) -> None:
    """Give a figure outright."""
    _settle(lines, rule.gives, chosen, _value(lines, rule.gives, rule.value))


def minimum(rule: Minimum, lines: Lines, chosen: pl.Expr, scale: tuple[str, ...]) -> None:
    """Raise a figure to the least that it may be; one that the scale does not have is refused."""
    if rule.gives in _NUMBERS:
        number = lines.numbers[rule.gives]
        so_far = number.units
        value = _parts(Fraction(rule.value), number.parts)
    else:
        so_far = lines.names[rule.gives].code
        value = scale.index(rule.value)
        lines.refuse(chosen & (so_far >= len(scale)))
    raised = chosen & (so_far.is_null() | (so_far < value))
    _settle(lines, rule.gives, raised, _value(lines, rule.gives, rule.value))


def best_fit(rule: BestFit, lines: Lines, chosen: pl.Expr) -> None:
    """Take the option of which most descriptors are ticked."""
    counts = [
        lines.let(
            reduce(
                pl.Expr.add,
                [ticked(lines, code).cast(pl.Int16) for code in dict.fromkeys(option.descriptors)],
            )
        )
        for option in rule.options
    ]
    most = lines.let(pl.max_horizontal(counts))
    fitting_best = [count == most for count in counts]
    lower = first_of(lines, list(fitting_best))
    higher = len(counts) + 1 - first_of(lines, list(reversed(fitting_best)))
    fits = lines.let(chosen & (most >= rule.at_least))
    lines.leave(chosen & ~fits)
    if rule.tie == "to_a_person":
        lines.leave(fits & (lower != higher))
        fits = lines.let(fits & (lower == higher))
    place = lines.let(higher if rule.tie == "higher" else lower)
    means = tuple(option.means for option in rule.options)
    _settle(lines, rule.gives, fits, _value_of_row(lines, rule.gives, means, place))
    lines.used_rows(f"steps.{rule.id}.options", place, len(means), fits)


def thresholds(rule: Thresholds, lines: Lines, chosen: pl.Expr) -> None:
    """Find the last step that the number reaches, unless it ended before the number."""
    number = lines.numbers.get(rule.of)
    path, count = f"steps.{rule.id}.steps", len(rule.steps)
    if number is None:
        lines.leave(chosen)
        lines.used_rows(path, pl.lit(0), count, pl.lit(value=False))
        return
    begun = [both(number.at_least(Fraction(step.at_least)), governs(step)) for step in rule.steps]
    last = first_of(lines, begun[::-1])
    reached = lines.let(pl.when(last > 0).then(count + 1 - last).otherwise(0).cast(pl.Int16))
    ended = [
        (reached == place) & number.above(Fraction(step.at_most))
        for place, step in enumerate(rule.steps, start=1)
        if step.at_most is not None
    ]
    place = lines.let(pl.when(any_of(ended)).then(0).otherwise(reached)) if ended else reached
    found = lines.let(chosen & (place > 0))
    lines.leave(chosen & (place == 0))
    means = tuple(step.means for step in rule.steps)
    _settle(lines, rule.gives, found, _value_of_row(lines, rule.gives, means, place))
    lines.used_rows(path, place, count, found)


def _settle(lines: Lines, figure: str, chosen: pl.Expr, value: pl.Expr) -> None:
    if figure in _NUMBERS:
        lines.number(figure, chosen, value)
    else:
        lines.name(figure, chosen, value)


def _value(lines: Lines, figure: str, value: str) -> pl.Expr:
    code = _code(lines, figure, value)
    return pl.lit(code, dtype=fitting(code))


def _value_of_row(lines: Lines, figure: str, values: tuple[str, ...], place: pl.Expr) -> pl.Expr:
    """The value of each row of a table by its place from 1; nothing for nought."""
    codes = [None, *(_code(lines, figure, value) for value in values)]
    return looked_up(codes, place, fitting(max(code or 0 for code in codes)))


def _code(lines: Lines, figure: str, value: str) -> int:
    """A figure as it stands in a column: the code of a word, or the parts of a number."""
    if figure in _NUMBERS:
        return _parts(Fraction(value), lines.numbers[figure].parts)
    code = lines.names[figure].of(value)
    assert code is not None, f"every {figure} that the documents name has a code"
    return code


def _at_most(points: pl.Expr, most: Fraction, parts: int) -> pl.Expr:
    return points.clip(upper_bound=_parts(most, parts))


def _parts(number: Fraction, parts: int) -> int:
    scaled = number * parts
    assert scaled.denominator == 1, "the parts of a point hold every number of the document"
    return scaled.numerator
