"""What a pack makes of one case: its tier, its price, its instalments, and the whole working.

This is what a policy officer asks of a draft; a request is decided in ``assessment`` by people.
"""

from collections.abc import Iterable
from datetime import date

from pydantic import Field

from domain.award import schedule
from domain.case import Case
from domain.continuum import Placing, Route, place
from domain.frozen import Frozen
from domain.money import Rounding, instalments
from domain.periods import academic_year, academic_year_begins
from domain.places import PayeeKind
from domain.policy.dates import Calendar
from domain.policy.in_force import in_force
from domain.policy.load import PolicyVersion
from domain.policy.paying import Frequency, Payments
from domain.policy.pricing import Amounts
from domain.policy.schemes import Continuum, Tariff
from domain.refusals import NoPolicyInForce
from domain.request import RequestKind
from domain.tariff import Price, price
from domain.working import Step

_PARTS_A_YEAR = {
    Frequency.MONTHLY: 12,
    Frequency.FOUR_WEEKLY: 13,
    Frequency.TERMLY: 3,
    Frequency.ONE_SUM: 1,
}
"""Into how many parts a year is paid, where no calendar says on which days."""


class YearPart(Frozen):
    """One instalment of a year's amount; the day is known where the pack has a calendar."""

    number: int
    due_on: date | None = None
    pence: int


class Decided(Frozen):
    """What a pack makes of a case; amounts are pence a year, nothing where a person prices it."""

    tier: str
    title: str
    says: str
    """The published sentence of the tier."""
    route: Route
    services: tuple[str, ...] = ()
    band: str | None = None
    band_title: str | None = None
    annual_pence: int | None
    to_a_person: bool = False
    because: str | None = None
    gross_pence: int | None = None
    school_share_pence: int | None = None
    by_school: dict[str, int] = Field(default_factory=dict)
    instalments: tuple[YearPart, ...] = ()
    """How a whole academic year of it is paid."""
    working: tuple[Step, ...]
    titles: dict[str, str] = Field(default_factory=dict)
    """The published titles of tiers, bands and domains of need, by code."""


def schemes_on(versions: Iterable[PolicyVersion], day: date) -> tuple[Continuum, Tariff]:
    """The continuum and the tariff that govern a day; raises `NoPolicyInForce` without them."""
    pack = tuple(versions)
    continuum = in_force(pack, "continuum", day).document
    tariff = in_force(pack, "tariff", day).document
    assert isinstance(continuum, Continuum)
    assert isinstance(tariff, Tariff)
    return continuum, tariff


def read_by(continuum: Continuum, tariff: Tariff) -> frozenset[str]:
    """The figures and facts that some rule of the two looks at."""
    return frozenset(word for rule in (*continuum.rules, *tariff.rules) for word in rule.reads)


def decide(
    versions: Iterable[PolicyVersion],
    case: Case,
    payee: PayeeKind = PayeeKind.MAINTAINED_SCHOOL,
) -> Decided:
    """Place and price a case by the versions in force on its day, and split the year's amount.

    A tier below the threshold brings no money, whatever a tariff lacks for it. Raises `Refusal`
    where the case cannot be placed at all.
    """
    pack = tuple(versions)
    continuum, tariff = schemes_on(pack, case.day)
    placing = place(case, continuum)
    priced = price(case, placing.tier, tariff)
    because = _because(placing, priced)
    annual_pence = None if because else priced.annual_pence or 0
    parts = _parts(pack, case, annual_pence or 0, payee) or _by_table(tariff, priced, annual_pence)
    return Decided(
        tier=placing.tier,
        title=placing.title,
        says=continuum.tier(placing.tier).says,
        route=placing.route,
        services=placing.services,
        band=priced.band,
        band_title=_titles(continuum, tariff).get(priced.band or ""),
        annual_pence=annual_pence,
        to_a_person=because is not None,
        because=because,
        gross_pence=priced.gross_pence,
        school_share_pence=priced.school_share_pence,
        by_school=priced.per_school_pence,
        instalments=parts,
        working=(*placing.working.steps, *priced.working.steps),
        titles=_titles(continuum, tariff),
    )


def _because(placing: Placing, priced: Price) -> str | None:
    """Why a person decides: a place nobody could give, or a price that the tariff does not print.

    Below the threshold there is nothing to be priced.
    """
    if placing.to_a_person:
        return placing.because
    return None if placing.route is Route.BELOW else priced.because


def _parts(
    pack: tuple[PolicyVersion, ...], case: Case, annual_pence: int, payee: PayeeKind
) -> tuple[YearPart, ...]:
    """Split a year as the payments in force say, on the days that the calendar in force has."""
    payments = _in_force(pack, "payments", case.day)
    if not annual_pence or not isinstance(payments, Payments) or case.kind is RequestKind.ADVICE:
        return ()
    rule = payments.rule_for(case.kind, payee)
    calendar = _in_force(pack, "calendar", case.day)
    year = case.academic_year
    if isinstance(calendar, Calendar) and _has_terms(calendar, year):
        days = academic_year_begins(year), academic_year_begins(year + 1)
        planned = schedule(annual_pence, *days, rule, calendar)
        return tuple(YearPart(number=p.number, due_on=p.due_on, pence=p.pence) for p in planned)
    return _dateless(annual_pence, _PARTS_A_YEAR[rule.frequency], rule.rounding)


def _by_table(tariff: Tariff, priced: Price, annual_pence: int | None) -> tuple[YearPart, ...]:
    """Split a year as the table that priced it is printed: an amount a term is paid each term."""
    if not annual_pence:
        return ()
    used = {step.rule for step in priced.working.steps}
    times = {
        rule.times
        for rule in tariff.steps
        if isinstance(rule, Amounts) and rule.unit == "term" and rule.id in used
    }
    return _dateless(annual_pence, times.pop() if len(times) == 1 else 1, Rounding.RESIDUE_LAST)


def _dateless(annual_pence: int, parts: int, rounding: Rounding) -> tuple[YearPart, ...]:
    split = instalments(annual_pence, parts, rounding)
    return tuple(
        YearPart(number=number, pence=pence) for number, pence in enumerate(split, start=1)
    )


def _has_terms(calendar: Calendar, year: int) -> bool:
    return any(academic_year(term.first_on) == year for term in calendar.terms)


def _in_force(pack: tuple[PolicyVersion, ...], kind: str, day: date) -> object:
    """The document of a kind that governs the day, where the pack has one: not every pack does."""
    try:
        return in_force(pack, kind, day).document
    except NoPolicyInForce:
        return None


def _titles(continuum: Continuum, tariff: Tariff) -> dict[str, str]:
    """Titles of tiers, bands and domains by code; where a code is both, the tier's stands."""
    titles = {band.code: band.title for band in tariff.bands}
    titles |= {domain.code: domain.title for domain in continuum.domains}
    return titles | {tier.code: tier.title for tier in continuum.tiers}
