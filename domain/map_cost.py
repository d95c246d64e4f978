"""What a provision map costs a year by the published rates of staff, while it is being written.

No tier, band or share enters: it is the cost of the support, and tells nothing of what is given.
"""

from datetime import date
from fractions import Fraction

from domain.frozen import Frozen
from domain.money import nearest
from domain.policy.costing import CostedProvision, Rate, hours_counted
from domain.policy.matching import shown
from domain.policy.schemes import Tariff
from domain.request import RequestContent, RequestKind
from domain.working import Source


class LineCost(Frozen):
    """What a line costs a year for everybody in the request; none where no rate is published."""

    annual_pence: int | None


class MapCost(Frozen):
    """What a provision map costs a year, line by line, and by which published rates."""

    lines: tuple[LineCost, ...]
    total_pence: int
    """Of the lines that have a rate."""
    is_whole: bool
    """Whether every line has one."""
    weekly_hours: str
    """Hours of staff a week in all, before they are shared; as people write them."""
    source: Source


def rates_on(tariff: Tariff, day: date) -> dict[str, Rate]:
    """The rates that hold on a day, whatever comes of the request.

    A rate that differs from rule to rule would show which of them applies, so it is left out.
    """
    steps = (step for step in tariff.steps if isinstance(step, CostedProvision))
    found: dict[str, Rate] = {}
    differ: set[str] = set()
    for code, rate in (each for step in steps for each in step.rates.items()):
        if not rate.governs(day):
            continue
        differ |= {code} if found.setdefault(code, rate).an_hour != rate.an_hour else set()
    return {code: rate for code, rate in found.items() if code not in differ}


def cost_of_map(content: RequestContent, tariff: Tariff, day: date) -> MapCost:
    """Cost the provision map of a request by the rates in force, each line to the nearest penny."""
    rates = rates_on(tariff, day)
    is_project = content.kind is RequestKind.PROJECT
    heads = 1 if is_project else max(len(content.pupils), 1)
    counted = hours_counted(content.provision, rates, content.kind)
    lines = tuple(
        LineCost(
            annual_pence=nearest(
                hours * line.weeks * rates[line.staff].an_hour * heads + line.resources_pence
            )
            if line.staff in rates
            else None
        )
        for line, hours in zip(content.provision, counted, strict=True)
    )
    known = [each.annual_pence for each in lines if each.annual_pence is not None]
    weekly = sum((line.weekly_hours for line in content.provision), start=Fraction(0))
    return MapCost(
        lines=lines,
        total_pence=sum(known),
        is_whole=len(known) == len(lines),
        weekly_hours=shown(weekly),
        source=tariff.as_source,
    )
