"""Whether a request is ready for a panel: every fault at once, or the officer it belongs to.

What is looked for is policy; what each kind of request is, and what a plan needs, is law here.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from enum import StrEnum

from domain.frozen import Frozen
from domain.needs import AreaOfNeed
from domain.periods import academic_year, academic_year_begins
from domain.policy.delegation import ToOfficer
from domain.policy.demands import WITHOUT_CONTACT, Check, Demand, Screening
from domain.request import RequestContent, RequestKind, SenStatus


class Fault(Frozen):
    """One thing that stands in the way, told so that it can be mended (promise 13)."""

    code: str
    says: str
    would_help: str
    field: str


class Way(StrEnum):
    """Where a request goes from screening."""

    LIST = "list"
    """To the agenda of the cluster's next meeting."""
    RETURN = "return"
    """Back to the school, with every fault."""
    OFFICER = "officer"
    """To a named officer, whatever is missing."""


class Screened(Frozen):
    """What came of screening. An officer sees the faults too, and may return the request."""

    way: Way
    faults: tuple[Fault, ...] = ()
    officer_for: tuple[ToOfficer, ...] = ()


def screen(
    content: RequestContent, rules: Screening, home_council: str, submitted_on: date
) -> Screened:
    """Screen a request by the rules in force for its kind.

    ``home_council`` is the council that runs this model: a pupil who lives elsewhere is met first.
    A plan, urgency, no contact, disagreement or a "cannot, because" goes to a person, not back.
    """
    faults = (
        *_faults_of_demands(content, rules, home_council),
        *_faults_of_kind(content),
        *_faults_of_plans(content),
        *_faults_of_dates(content, submitted_on),
        *_faults_of_span(content, rules, submitted_on),
    )
    why = tuple(reason for reason, applies in _to_a_person(content) if applies)
    if why:
        return Screened(way=Way.OFFICER, faults=faults, officer_for=why)
    return Screened(way=Way.RETURN if faults else Way.LIST, faults=faults)


def _to_a_person(content: RequestContent) -> tuple[tuple[ToOfficer, bool], ...]:
    return (
        (ToOfficer.PLAN, content.has_plan),
        (ToOfficer.URGENT, content.urgent_because is not None),
        (ToOfficer.NO_CONTACT, content.no_contact),
        (ToOfficer.DISAGREEMENT, content.disagreement),
        (ToOfficer.CANNOT, content.cannot_because is not None),
    )


def _faults_of_demands(
    content: RequestContent, rules: Screening, home_council: str
) -> Iterator[Fault]:
    for demand in rules.asked_of(content.kind):
        if content.no_contact and demand.check in WITHOUT_CONTACT:
            continue
        if not _is_met(demand, content, home_council):
            yield Fault(
                code=demand.check,
                says=demand.says,
                would_help=demand.would_help,
                field=_FIELDS[demand.check],
            )


def _is_met(demand: Demand, content: RequestContent, home_council: str) -> bool:
    if demand.check is Check.HOME_COUNCIL:
        lives_here = all(pupil.home_council == home_council for pupil in content.pupils)
        return lives_here or content.home_council_asked_on is not None
    return _MET[demand.check](content, demand.at_least)


def _has_whole_profile(content: RequestContent, _at_least: int) -> bool:
    return content.profile is not None and set(content.profile.levels) == set(AreaOfNeed)


def _has_hours(content: RequestContent, at_least: int) -> bool:
    return sum(line.weekly_hours for line in content.provision) >= at_least


def _spends(content: RequestContent, at_least: int) -> bool:
    return all(pupil.school_spends_pence >= at_least for pupil in content.pupils)


_MET: dict[Check, Callable[[RequestContent, int], bool]] = {
    Check.ABOUT: lambda content, _: content.about is not None,
    Check.PROFILE: _has_whole_profile,
    Check.FAMILY_VIEWS: lambda content, _: content.family_views is not None,
    Check.CHILD_VIEWS: lambda content, _: content.child_views is not None,
    Check.INFORMED: lambda content, _: None not in (content.informed_on, content.informed_how),
    Check.CYCLES: lambda content, at_least: len(content.cycles) >= at_least,
    Check.PROVISION: lambda content, at_least: len(content.provision) >= at_least,
    Check.TARGETED_HOURS: _has_hours,
    Check.EVIDENCE: lambda content, at_least: len(content.evidence) >= at_least,
    Check.OUTCOMES: lambda content, at_least: len(content.outcomes) >= at_least,
    Check.SCHOOL_SPENDS: _spends,
    Check.PERIOD: lambda content, _: None not in (content.starts_on, content.ends_on),
}

_FIELDS: dict[Check, str] = {
    Check.HOME_COUNCIL: "home_council_asked_on",
    Check.ABOUT: "about",
    Check.PROFILE: "profile",
    Check.FAMILY_VIEWS: "family_views",
    Check.CHILD_VIEWS: "child_views",
    Check.INFORMED: "informed_on",
    Check.CYCLES: "cycles",
    Check.PROVISION: "provision",
    Check.TARGETED_HOURS: "provision",
    Check.EVIDENCE: "evidence",
    Check.OUTCOMES: "outcomes",
    Check.SCHOOL_SPENDS: "pupils",
    Check.PERIOD: "starts_on",
}


def _faults_of_kind(content: RequestContent) -> Iterator[Fault]:
    """Look for what makes a request of this kind impossible, whatever a policy asks."""
    pupils = len(content.pupils)
    if content.kind is RequestKind.INDIVIDUAL and pupils != 1:
        yield Fault(
            code="one_pupil",
            says="An individual request is about one pupil.",
            would_help="Name one pupil, or make it a group request.",
            field="pupils",
        )
    if content.kind is RequestKind.GROUP and pupils <= 1:
        yield Fault(
            code="several_pupils",
            says="A group request is about two pupils or more.",
            would_help="Name every pupil of the group, or make it an individual request.",
            field="pupils",
        )
    if len({pupil.pupil_id for pupil in content.pupils}) < pupils:
        yield Fault(
            code="pupil_twice",
            says="The same pupil is named more than once.",
            would_help="Name each pupil once.",
            field="pupils",
        )
    if content.kind is RequestKind.PROJECT and (pupils or content.profile is not None):
        yield Fault(
            code="no_pupils",
            says="A project builds capacity for a cluster and names no pupil and no needs profile.",
            would_help="Take them out, or ask for support for a group.",
            field="pupils",
        )


def _faults_of_plans(content: RequestContent) -> Iterator[Fault]:
    """Look for what is owed: without it nobody could tell whether a decision gives less."""
    plans = [pupil for pupil in content.pupils if pupil.sen_status is SenStatus.PLAN]
    if any(pupil.owed_annual_pence is None for pupil in plans):
        yield Fault(
            code="owed_by_plan",
            says="A pupil has an Education, Health and Care plan and its yearly cost is not given.",
            would_help="Give the yearly cost of the provision in section F of the plan.",
            field="pupils",
        )
    if any(p.owed_annual_pence is not None for p in content.pupils if p not in plans):
        yield Fault(
            code="owed_without_plan",
            says="An amount is owed by a plan, for a pupil who is said to have none.",
            would_help="Say that the pupil has a plan, or take the amount out.",
            field="pupils",
        )


def _faults_of_span(
    content: RequestContent, rules: Screening, submitted_on: date
) -> Iterator[Fault]:
    longest = timedelta(days=rules.longest_support_days)
    starts_on, ends_on = content.starts_on or submitted_on, content.ends_on
    if starts_on > submitted_on + longest:
        yield Fault(
            code="starts_too_late",
            says="The support would start too far ahead to be decided now.",
            would_help=f"Give a first day within {longest.days} days, or ask nearer the time.",
            field="starts_on",
        )
    if ends_on is not None and ends_on - starts_on > longest:
        yield Fault(
            code="asked_for_too_long",
            says=f"Support is asked for {longest.days} days at the most.",
            would_help="Give an earlier last day; it can be asked for again before it ends.",
            field="ends_on",
        )


def _faults_of_dates(content: RequestContent, submitted_on: date) -> Iterator[Fault]:
    starts_on, ends_on = content.starts_on, content.ends_on
    if starts_on is not None and ends_on is not None and ends_on <= starts_on:
        yield Fault(
            code="period_order",
            says="The support would end before it starts.",
            would_help="Give the first day, and the day after the last.",
            field="ends_on",
        )
    if starts_on is not None and starts_on < academic_year_begins(academic_year(submitted_on)):
        yield Fault(
            code="starts_too_early",
            says="The support would start before this academic year.",
            would_help="Give a first day in this academic year; the past is not asked for here.",
            field="starts_on",
        )
    if any(not c.started_on < c.reviewed_on <= submitted_on for c in content.cycles):
        yield Fault(
            code="cycle_dates",
            says="A cycle is reviewed after it started, and no later than today.",
            would_help="Check the days of each cycle; leave out one that is not reviewed yet.",
            field="cycles",
        )
    if content.informed_on is not None and content.informed_on > submitted_on:
        yield Fault(
            code="informed_later",
            says="The family is said to have been informed on a day that has not come.",
            would_help="Give the day on which the family was told.",
            field="informed_on",
        )
