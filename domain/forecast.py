"""What a year will come to: paid, promised, asked for and likely to go on, beside the budget.

Variance is forecast less budget: adverse when more is needed than there is. A shortfall is said
as soon as it is seen, with what makes it.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from domain.award import amount_for_span
from domain.closing import year_begins
from domain.frozen import Frozen
from domain.ledger.accounts import DEFICIT, HIGH_NEEDS_BLOCK, FinancialYear, PotCode
from domain.money import Pence, pounds, pro_rata
from domain.policy.finance import Finance
from domain.request import Code


class Direction(StrEnum):
    """Which way a forecast departs from its budget."""

    ADVERSE = "adverse"
    FAVOURABLE = "favourable"
    NONE = "none"


class Variance(Frozen):
    """How far a forecast is from its budget, pence, never below nought, and which way."""

    pence: Pence
    direction: Direction

    def __str__(self) -> str:
        if self.direction is Direction.NONE:
            return "on budget"
        return f"{pounds(self.pence)} {self.direction}"


class PotPosition(Frozen):
    """Where a pot's year stands in the ledger, pence."""

    pot: PotCode
    budget_pence: Pence
    """What it was given, virements and cover of overspend included."""
    paid_pence: Pence
    committed_pence: Pence
    """Promised and not yet paid, of instalments that fall due in the year: awards that end before
    the year does have none after their end."""


class EndingAward(Frozen):
    """An award that ends before the year does; it may be asked for again."""

    pot: PotCode
    annual_pence: Pence
    until_on: date


class RequestInHand(Frozen):
    """A request that is not decided yet, as far as its cost is known.

    What is held is held for one of these, so it is not counted beside them.
    """

    pot: PotCode
    annual_pence: Pence
    from_on: date
    until_on: date
    tier: Code | None = None


class Likely(Frozen):
    """What may yet come: requests in hand, and awards that may be asked for again."""

    in_hand: tuple[RequestInHand, ...] = ()
    ending: tuple[EndingAward, ...] = ()


class PotForecast(Frozen):
    """A pot's year, forecast: four parts, their sum, the budget, and the variance, pence."""

    pot: PotCode
    budget_pence: Pence
    paid_pence: Pence
    committed_pence: Pence
    in_hand_pence: Pence
    renewals_pence: Pence

    @property
    def forecast_pence(self) -> int:
        """What the year will come to."""
        return self.paid_pence + self.committed_pence + self.in_hand_pence + self.renewals_pence

    @property
    def variance(self) -> Variance:
        """How far that is from the budget."""
        return variance_of(self.budget_pence, self.forecast_pence)


ALL_POTS = "all"
"""What the sum of the pots goes by; the block, of which only the rest is left, is none of them."""


class Forecast(Frozen):
    """A financial year, forecast by pot in order of pot, and as a whole."""

    financial_year: FinancialYear
    pots: tuple[PotForecast, ...]
    total: PotForecast
    """The sum of all pots but the high needs block: what nobody delegated covers no locality."""


class ShortfallAhead(Frozen):
    """A pot that will not last, said early."""

    pot: PotCode
    short_pence: Pence
    """Beyond the budget; nought when the forecast only comes near it."""
    used_share: Decimal | None
    """The forecast as a part of the budget, to three places; none where there is no budget."""
    made_of: tuple[tuple[str, Pence], ...]
    """What makes it, largest first: paid, committed, in_hand, renewals."""


def variance_of(budget_pence: int, forecast_pence: int) -> Variance:
    """Compare a forecast with its budget.

    >>> str(variance_of(342_700_000_00, 389_000_000_00))
    '£46,300,000.00 adverse'
    """
    over = forecast_pence - budget_pence
    if not over:
        return Variance(pence=0, direction=Direction.NONE)
    direction = Direction.ADVERSE if over > 0 else Direction.FAVOURABLE
    return Variance(pence=abs(over), direction=direction)


def forecast(
    financial_year: FinancialYear,
    positions: Iterable[PotPosition],
    likely: Likely,
    finance: Finance,
) -> Forecast:
    """Forecast a financial year to its end.

    A request in hand counts whole unless the policy weighs its tier; an award that ends is carried
    on to the year's end by the policy's renewal weight, which is nought where nothing is said.
    """
    by_pot = {each.pot: each for each in positions}
    asked = {*(each.pot for each in likely.in_hand), *(each.pot for each in likely.ending)}
    pots = tuple(
        _pot_forecast(financial_year, by_pot.get(pot) or _empty(pot), likely, finance)
        for pot in sorted({*by_pot, *asked})
    )
    shared = tuple(each for each in pots if each.pot != HIGH_NEEDS_BLOCK)
    return Forecast(financial_year=financial_year, pots=pots, total=_total(shared))


def shortfalls(found: Forecast, finance: Finance) -> tuple[ShortfallAhead, ...]:
    """Say which pots, and whether all together, come to more of their budget than the warning.

    The worst comes first. The recorded overspend is no pot that can run short: it is what short
    pots were filled from.
    """
    near = (
        each
        for each in (found.total, *found.pots)
        if each.pot != DEFICIT
        and each.forecast_pence > each.budget_pence * Fraction(finance.warn_at_share)
    )
    ahead = (_ahead(each) for each in near)
    return tuple(sorted(ahead, key=lambda each: (-each.short_pence, each.pot)))


def _empty(pot: PotCode) -> PotPosition:
    """A pot that nothing was given yet, and that something is asked of."""
    return PotPosition(pot=pot, budget_pence=0, paid_pence=0, committed_pence=0)


def _pot_forecast(
    financial_year: FinancialYear, position: PotPosition, likely: Likely, finance: Finance
) -> PotForecast:
    in_hand = sum(
        pro_rata(
            _cost_in(financial_year, each.annual_pence, each.from_on, each.until_on),
            finance.in_hand_weights.get(each.tier or "", Decimal(1)),
            1,
        )
        for each in likely.in_hand
        if each.pot == position.pot
    )
    renewals = sum(
        pro_rata(
            _cost_in(financial_year, each.annual_pence, each.until_on, date.max),
            finance.renewal_weight,
            1,
        )
        for each in likely.ending
        if each.pot == position.pot
    )
    return PotForecast(**dict(position), in_hand_pence=in_hand, renewals_pence=renewals)


def _cost_in(year: FinancialYear, annual_pence: int, from_on: date, until_on: date) -> int:
    """Work out what a yearly amount comes to on its days in a financial year, pence."""
    first, end = max(from_on, year_begins(year)), min(until_on, year_begins(year + 1))
    return amount_for_span(annual_pence, first, end) if first < end else 0


def _total(pots: tuple[PotForecast, ...]) -> PotForecast:
    return PotForecast(
        pot=ALL_POTS,
        budget_pence=sum(each.budget_pence for each in pots),
        paid_pence=sum(each.paid_pence for each in pots),
        committed_pence=sum(each.committed_pence for each in pots),
        in_hand_pence=sum(each.in_hand_pence for each in pots),
        renewals_pence=sum(each.renewals_pence for each in pots),
    )


def _ahead(found: PotForecast) -> ShortfallAhead:
    parts = {
        "paid": found.paid_pence,
        "committed": found.committed_pence,
        "in_hand": found.in_hand_pence,
        "renewals": found.renewals_pence,
    }
    made_of = sorted(parts.items(), key=lambda part: (-part[1], part[0]))
    used = Decimal(found.forecast_pence) / found.budget_pence if found.budget_pence > 0 else None
    return ShortfallAhead(
        pot=found.pot,
        short_pence=max(0, found.forecast_pence - found.budget_pence),
        used_share=used and used.quantize(Decimal("0.001")),
        made_of=tuple(part for part in made_of if part[1]),
    )
