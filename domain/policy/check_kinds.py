"""Faults of the kinds that are plain values, by themselves and beside one another.

A value that nothing reads is a promise nobody keeps: a demand that no kind of request can meet, a
route that no tier leads to, a weight for a tier that is not there.
"""

from collections.abc import Iterator, Mapping

from domain.policy.check_money import (
    faults_of_limits,
    faults_of_payments,
    faults_of_pooling,
    faults_of_signing,
)
from domain.policy.climbing import Contingency
from domain.policy.dates import Calendar
from domain.policy.delegation import AuthorityScheme
from domain.policy.demands import Check, Screening
from domain.policy.document import PolicyDocument
from domain.policy.finance import Finance
from domain.policy.found import Found, faults_of_authority, unknown
from domain.policy.load import PolicyVersion
from domain.policy.paying import Payments
from domain.policy.reminding import Reminders
from domain.policy.schemes import Continuum, Route, Tariff
from domain.policy.together import together
from domain.request import RequestKind

COUNTED = frozenset(
    {
        Check.CYCLES,
        Check.PROVISION,
        Check.TARGETED_HOURS,
        Check.EVIDENCE,
        Check.OUTCOMES,
        Check.SCHOOL_SPENDS,
    }
)
"""Checks that count something, and so read how many are asked for."""
OF_A_PUPIL = frozenset({Check.HOME_COUNCIL, Check.PROFILE, Check.SCHOOL_SPENDS})
"""Checks that look at pupils or at a needs profile: a project has neither."""
PROJECT = "project"
"""The route of a project's own fund, which every contingency policy has."""


def faults_of_kind(document: PolicyDocument) -> Iterator[Found]:
    """Say what is wrong with one document of plain values, beyond what its model holds."""
    said = {"authority": document.authority, "source": document.source}
    yield from faults_of_authority(said, "the document")
    match document:
        case AuthorityScheme():
            yield from faults_of_signing(document)
        case Payments():
            yield from faults_of_payments(document)
        case Screening():
            yield from _faults_of_demands(document)
        case Calendar():
            yield from _faults_of_calendar(document)
        case Finance():
            yield from faults_of_pooling(document)
        case _:
            pass


def faults_beside(versions: Mapping[str, PolicyVersion]) -> Iterator[tuple[str, Found]]:
    """Say what documents of two kinds that govern a day together get wrong about each other."""
    for one, other, _ in together(versions, "authority", "tariff"):
        scheme, tariff = one.version.document, other.version.document
        assert isinstance(scheme, AuthorityScheme)
        assert isinstance(tariff, Tariff)
        yield from ((one.file, found) for found in faults_of_limits(scheme.grades, tariff))
    for one, other, _ in together(versions, "contingency", "continuum"):
        pots, continuum = one.version.document, other.version.document
        assert isinstance(pots, Contingency)
        assert isinstance(continuum, Continuum)
        yield from ((one.file, found) for found in _idle_routes(pots, continuum))
        yield from ((other.file, found) for found in _unfunded_tiers(pots, continuum))
    for one, other, _ in together(versions, "finance", "continuum"):
        finance, continuum = one.version.document, other.version.document
        assert isinstance(finance, Finance)
        assert isinstance(continuum, Continuum)
        weighed = unknown(finance.in_hand_weights, continuum.scale.tiers, "in_hand_weights", "tier")
        yield from ((one.file, found) for found in weighed)
    for one, other, _ in together(versions, "reminders", "authority"):
        reminders, scheme = one.version.document, other.version.document
        assert isinstance(reminders, Reminders)
        assert isinstance(scheme, AuthorityScheme)
        told = (rule.escalate_to_grade for rule in reminders.rules if rule.escalate_to_grade)
        graded = unknown(told, (each.code for each in scheme.grades), "rules", "grade")
        yield from ((one.file, found) for found in graded)


def _faults_of_demands(screening: Screening) -> Iterator[Found]:
    for place, demand in enumerate(screening.demands):
        where = f"demands.{place}"
        if demand.at_least > 1 and demand.check not in COUNTED:
            says = f"asks for {demand.at_least} of {demand.check}, which is there or is not"
            yield Found(f"{where}.at_least", says, "Take at_least out.")
        if RequestKind.PROJECT in demand.kinds and demand.check in OF_A_PUPIL:
            says = f"asks a project for {demand.check}, and a project has no pupils to say it of"
            yield Found(f"{where}.kinds", says, "Take project out of kinds.")


def _faults_of_calendar(calendar: Calendar) -> Iterator[Found]:
    for day in calendar.inset_days:
        if not any(term.has(day) for term in calendar.terms):
            says = f"{day} is in no term, so it closes no school day"
            yield Found("inset_days", says, "Mend the day, or take it out.")


def _idle_routes(pots: Contingency, continuum: Continuum) -> Iterator[Found]:
    led_to = {PROJECT, *Route, *(tier.fund for tier in continuum.tiers)}
    for route in pots.routes:
        if route not in led_to:
            yield Found(f"routes.{route}", "no tier leads to it", "Name it in a tier's fund.")


def _unfunded_tiers(pots: Contingency, continuum: Continuum) -> Iterator[Found]:
    for tier in continuum.tiers:
        if tier.fund is not None and tier.fund not in pots.routes:
            says = f"is paid from {tier.fund}, and the contingency policy has no such route"
            yield Found(f"tier {tier.code}", says, "Add the route, or name one that is there.")
