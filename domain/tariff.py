"""Prices a case by the council's tariff: a yearly amount with its working, or a person.

Nothing is extrapolated: what the tariff does not print waits for a named officer.
"""

from collections import defaultdict
from fractions import Fraction

from pydantic import Field

from domain.case import Case
from domain.frozen import Frozen
from domain.money import Rounding, share_out
from domain.policy.evaluation import evaluate
from domain.policy.lines import Line, lines_of, whole_pence
from domain.policy.pricing import total
from domain.policy.schemes import Tariff
from domain.working import Working


class Price(Frozen):
    """What the tariff says a case is worth a year, in whole pence, and how that came about."""

    annual_pence: int | None
    """What is to be funded a year; nothing when a person has to price it."""
    band: str | None = None
    """The band of every pupil; none where they differ or the tariff has no bands."""
    to_a_person: bool = False
    because: str | None = None
    """Why no rule prices it."""
    gross_pence: int | None = None
    """What the support costs a year before the school's share."""
    school_share_pence: int | None = None
    """What the schools meet of it themselves."""
    per_school_pence: dict[str, int] = Field(default_factory=dict)
    """What is to be funded by school, exact in total; empty when no pupil stands behind it."""
    working: Working


def price(case: Case, tier: str, tariff: Tariff) -> Price:
    """Price the case on its tier by the tariff in force, exact until the last penny is rounded.

    One pupil that no rule prices leaves the whole request to a person: half a price is none.
    """
    placed = tuple(line.figured("tier", tier) for line in lines_of(case))
    lines, working = evaluate(tariff, case, placed)
    bands = {line.facts.names.get("band") for line in lines}
    band = bands.pop() if len(bands) == 1 else None
    reasons = dict.fromkeys(line.to_a_person for line in lines if line.to_a_person)
    if reasons:
        because = " ".join(reasons)
        return Price(
            annual_pence=None, band=band, to_a_person=True, because=because, working=working
        )
    annual_pence = whole_pence(total(lines))
    gross = sum((line.gross for line in lines), start=Fraction(0))
    share = sum((line.share for line in lines), start=Fraction(0))
    gross_pence = whole_pence(gross)
    return Price(
        annual_pence=annual_pence,
        band=band,
        gross_pence=gross_pence,
        school_share_pence=gross_pence - whole_pence(gross - share),
        per_school_pence=_by_school(annual_pence, lines),
        working=working,
    )


def _by_school(annual_pence: int, lines: tuple[Line, ...]) -> dict[str, int]:
    """Share the whole pence by what each line comes to, the odd penny to the largest remainder."""
    weights = [line.net for line in lines]
    if not any(weights):
        return {line.school: 0 for line in lines if line.school is not None}
    shares = share_out(annual_pence, weights, Rounding.LARGEST_REMAINDER)
    by_school: dict[str, int] = defaultdict(int)
    for line, pence in zip(lines, shares, strict=True):
        if line.school is not None:
            by_school[line.school] += pence
    return dict(by_school)
