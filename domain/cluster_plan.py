"""A cluster's plan for a year: what its schools fund together, from proposal to last outcome.

Who may do what to a plan and when, what is wrong with a proposal, whether its schools have agreed,
and how clusters that plan together share it. What is carried out is an activity's.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from domain.award import Award, Instalment, Payee, schedule_of
from domain.frozen import Frozen
from domain.interests import Ties
from domain.ledger.accounts import cluster_pot
from domain.ledger.journal import Line, total_by_pot_and_year
from domain.money import Rounding, share_out
from domain.people import Interest
from domain.periods import ONE_DAY, academic_year, academic_year_begins, instant
from domain.places import Level, PayeeKind
from domain.plan_acts import ItemEnding, PlanItem, Sharing, SharingRule
from domain.policy.dates import Calendar, Term
from domain.policy.paying import Payments
from domain.policy.planning import PlanRules
from domain.refusals import Barred, NotAtThisStage, NotValid, TooLate
from domain.request import Code, RequestKind
from domain.stages import ActKind


class PlanStage(StrEnum):
    """Where a cluster plan stands."""

    PROPOSED = "proposed"
    """Its schools are asked: one school, one voice."""
    AGREED = "agreed"
    """They have agreed, and its money is held; an officer with authority signs it."""
    NOT_AGREED = "not_agreed"
    SIGNED = "signed"
    """Its money is committed, its places are there, and its outcomes are reported each term."""
    RETURNED = "returned"
    """An officer returned it with a reason; the cluster proposes another."""
    WITHDRAWN = "withdrawn"
    ENDED = "ended"
    """Its year is over, and the time for its last outcomes too."""


PLAN_ENDED = frozenset(
    {PlanStage.NOT_AGREED, PlanStage.RETURNED, PlanStage.WITHDRAWN, PlanStage.ENDED}
)
"""Stages that nothing leaves: another plan is proposed instead."""

PLAN_ALLOWED_AT: dict[ActKind, frozenset[PlanStage]] = {
    ActKind.VOICE_ON_PLAN: frozenset({PlanStage.PROPOSED}),
    ActKind.SIGN_PLAN: frozenset({PlanStage.AGREED}),
    ActKind.RETURN_PLAN: frozenset({PlanStage.AGREED}),
    ActKind.WITHDRAW_PLAN: frozenset({PlanStage.PROPOSED, PlanStage.AGREED}),
    ActKind.REPORT_OUTCOME: frozenset({PlanStage.SIGNED}),
}
"""At which stages an act on a plan makes sense."""

PLAN_TURN_OF: dict[PlanStage, str | None] = {
    PlanStage.PROPOSED: "heads",
    PlanStage.AGREED: "officer",
    PlanStage.SIGNED: "panel_chair",
    **dict.fromkeys(PLAN_ENDED),
}
"""Whose turn it is with a plan."""

NOT_FOR_PROPOSERS = frozenset({ActKind.SIGN_PLAN, ActKind.RETURN_PLAN})
"""What nobody does who proposed the plan or spoke on it (promise 6)."""


class PlanParty(Frozen):
    """A cluster that has a part in a plan, and its weight in the sharing."""

    cluster: Code
    weight: int


class PlanFacts(Frozen):
    """What a proposal is held against: the places of the day, and what the policy knows."""

    academic_year: int
    open_years: tuple[int, ...]
    """Academic years that may be planned for today."""
    clusters: frozenset[str]
    """Every cluster that there is."""
    schools: dict[str, str]
    """The cluster of each school of the clusters that plan together, by its code."""
    providers: frozenset[str]
    highest_level: int


def parties_of(cluster: str, sharing: Sharing | None) -> tuple[PlanParty, ...]:
    """List the clusters of a plan in order of code, each with its weight; one alone has it all."""
    if sharing is None:
        return (PlanParty(cluster=cluster, weight=1),)
    return tuple(
        PlanParty(cluster=each, weight=sharing.weights.get(each, 1))
        for each in sorted(set(sharing.clusters))
    )


def faults_of_sharing(cluster: str, sharing: Sharing | None, facts: PlanFacts) -> Iterator[str]:
    """Find what is wrong with the clusters of a proposal and with their rule."""
    named = sharing.clusters if sharing else (cluster,)
    yield from (f"there is no cluster {each}" for each in sorted(set(named) - facts.clusters))
    empty = (set(named) & facts.clusters) - set(facts.schools.values())
    yield from (f"cluster {each} has no school today" for each in sorted(empty))
    if sharing is None:
        return
    yield from (f"cluster {each} is named twice" for each in sorted(_twice(named)))
    if cluster not in named:
        yield f"{cluster} proposes the plan and is not among its clusters"
    if sharing.rule is SharingRule.EQUALLY:
        if sharing.weights:
            yield "clusters that share equally have no weights"
        return
    missing = sorted(set(named) - set(sharing.weights))
    yield from (f"cluster {each} has no weight, which {sharing.rule} needs" for each in missing)
    more = sorted(set(sharing.weights) - set(named))
    yield from (f"there is a weight for {each}, which has no part in it" for each in more)


def faults_of_items(items: Sequence[PlanItem], facts: PlanFacts) -> Iterator[str]:
    """Find everything that is wrong with the items of a proposal; items are counted from one."""
    if facts.academic_year not in facts.open_years:
        years = " or ".join(str(each) for each in facts.open_years)
        yield f"the academic year {facts.academic_year} cannot be planned for today, {years} can"
    names = [item.name.casefold() for item in items]
    for number, item in enumerate(items, start=1):
        if item.name.casefold() in names[: number - 1]:
            yield f"item {number} has the name of another"
        yield from (f"item {number} {fault}" for fault in _faults_of_item(item, facts))


def _faults_of_item(item: PlanItem, facts: PlanFacts) -> Iterator[str]:
    if item.school not in facts.schools:
        yield f"is based at {item.school}, which is no school of the plan's clusters"
    if item.provider is not None and item.provider not in facts.providers:
        yield f"names {item.provider}, which is no provider of the register"
    yield from (
        f"is for {each}, which is no school of the plan's clusters"
        for each in sorted(set(item.schools) - facts.schools.keys())
    )
    yield from (f"names {each} twice" for each in sorted(_twice(item.schools)))
    if item.places is None and item.hours_a_week is None:
        yield "gives neither places nor hours"
    yield from _faults_of_match(item, facts)
    first, until = days_of(item, facts.academic_year)
    year = academic_year_begins(facts.academic_year), academic_year_begins(facts.academic_year + 1)
    if not year[0] <= first < until <= year[1]:
        yield f"runs from {first} until {until}, not within the academic year"


def _faults_of_match(item: PlanItem, facts: PlanFacts) -> Iterator[str]:
    """Pupils are matched by area and level, to places: all three, or none of the two."""
    if (item.area_of_need is None) != (item.up_to_level is None):
        yield "names an area of need or a level without the other"
    if item.up_to_level is not None:
        if item.up_to_level > facts.highest_level:
            yield f"goes up to level {item.up_to_level}, and the highest is {facts.highest_level}"
        if item.places is None:
            yield "matches pupils and has no places for them"


def faults_of_endings(
    endings: Sequence[ItemEnding], live: Mapping[UUID, tuple[date, date]]
) -> Iterator[str]:
    """Find what is wrong with the items that a change ends; ``live`` has the days of the others."""
    for number, each in enumerate(endings, start=1):
        if each.item_id in {other.item_id for other in endings[: number - 1]}:
            yield f"ending {number} names an item that is ended before it"
        elif each.item_id not in live:
            yield f"ending {number} names no item of the plan that is there today"
        elif not live[each.item_id][0] <= each.from_on < live[each.item_id][1]:
            first, until = live[each.item_id]
            last = until - ONE_DAY
            yield f"ending {number} is on {each.from_on}, and the item runs from {first} to {last}"


def days_of(item: PlanItem, year: int) -> tuple[date, date]:
    """Give the first day of an item and the day after its last; by itself the academic year."""
    return (
        item.from_on or academic_year_begins(year),
        item.until_on or academic_year_begins(year + 1),
    )


def shared_between(amount: int, parties: Sequence[PlanParty]) -> dict[str, int]:
    """Share pence, or places, between the clusters of a plan: the parts add up to the whole.

    >>> shared_between(100, (PlanParty(cluster="a", weight=2), PlanParty(cluster="b", weight=1)))
    {'a': 67, 'b': 33}
    """
    weights = tuple(party.weight for party in parties)
    shares = share_out(amount, weights, Rounding.LARGEST_REMAINDER)
    return {party.cluster: share for party, share in zip(parties, shares, strict=True)}


Dated = dict[str, tuple[Instalment, ...]]
"""The instalments of an item, by the cluster that pays them."""


def dated_for(
    item: tuple[UUID, PlanItem, PayeeKind],
    year: int,
    parties: Sequence[PlanParty],
    by: tuple[Payments, Calendar],
) -> Dated:
    """Date an item's price for each cluster, as a project is paid; exact in total to the penny."""
    item_id, asked, payee = item
    shares = shared_between(asked.annual_pence, parties)
    first, until = days_of(asked, year)
    award = Award(
        request_id=item_id,
        kind=RequestKind.PROJECT,
        payees=tuple(
            Payee(code=cluster, kind=payee, annual_pence=pence)
            for cluster, pence in shares.items()
            if pence
        ),
        from_on=first,
        until_on=until,
    )
    return schedule_of(award, *by)


def lines_of(dated: Sequence[Dated]) -> tuple[Line, ...]:
    """Add up what items come to, by each cluster's pot and the financial year of instalments."""
    return total_by_pot_and_year(
        each.in_pot(cluster_pot(cluster))
        for item in dated
        for cluster, planned in item.items()
        for each in planned
    )


def verdict(
    schools: Mapping[str, str], voices: Mapping[str, bool], rules: PlanRules
) -> PlanStage | None:
    """Say whether schools have agreed or cannot agree any more; nothing while it is open.

    Each cluster needs its majority of all its schools: it is its own budget. ``schools`` has the
    cluster of each school, ``voices`` the last word of those that spoke.
    """
    share = Fraction(rules.majority_share)
    agreed = True
    for cluster in sorted(set(schools.values())):
        own = [school for school, of in schools.items() if of == cluster]
        yes = sum(voices.get(school) is True for school in own)
        no = sum(voices.get(school) is False for school in own)
        if len(own) - no <= share * len(own):
            return PlanStage.NOT_AGREED
        agreed = agreed and yes > share * len(own)
    return PlanStage.AGREED if agreed else None


def check_plan_act(kind: ActKind, stage: PlanStage) -> None:
    """Refuse what does not fit where the plan stands. Raises `NotAtThisStage`."""
    if stage not in PLAN_ALLOWED_AT[kind]:
        raise NotAtThisStage(
            f"to {kind.replace('_', ' ')}",
            f"the plan is {stage.replace('_', ' ')}",
            "Look at the plan: it says where it stands and whose turn it is.",
        )


def check_still_open(voices_by_at: datetime | None, now: datetime) -> None:
    """Refuse a voice that comes when the schools' time is over. Raises `TooLate`."""
    if voices_by_at is not None and now >= voices_by_at:
        raise TooLate(
            "to speak on this plan",
            f"the schools had until {voices_by_at.isoformat()}",
            "The chair may propose a plan anew.",
        )


def term_of(calendar: Calendar, day: date, year: int, today: date) -> date:
    """Give the first day of the term, of a plan's year, that an outcome is reported for.

    Raises `NotValid` for a day in no term of that year, or for a term that has not begun.
    """
    asked = f"to report an outcome for {day}"
    for term in calendar.terms:
        if term.first_on <= day <= term.last_on and academic_year(term.first_on) == year:
            if term.first_on > today:
                raise NotValid(asked, f"its term begins on {term.first_on}")
            return term.first_on
    raise NotValid(asked, f"it lies in no term of the academic year {year}")


def is_barred_from_plan(kind: ActKind, person_id: UUID | None, involved: Collection[UUID]) -> bool:
    """Whether an act on a plan is not for somebody who proposed it or spoke on it.

    >>> is_barred_from_plan(ActKind.VOICE_ON_PLAN, None, ())
    False
    """
    return kind in NOT_FOR_PROPOSERS and (person_id is None or person_id in involved)


def check_may_sign_plan(
    kind: ActKind,
    ties: Ties,
    involved: Collection[UUID],
    schools: Collection[str],
    declared: Sequence[Interest] = (),
) -> None:
    """Refuse whoever proposed, spoke, works for one of its schools, or declares an interest.

    Raises `Barred` (promise 6).
    """
    asked = f"to {kind.replace('_', ' ')}"
    help_ = "An officer with no part in the plan and no tie to its schools has to do this."
    if is_barred_from_plan(kind, ties.person_id, involved):
        raise Barred(asked, "you proposed the plan, or spoke on it for a school", help_)
    if ties.schools & set(schools):
        raise Barred(asked, "you work for one of its schools", help_)
    if any(interest is not Interest.NONE for interest in declared):
        raise Barred(asked, "the interest that you declare bars you", help_)


def level_of(parties: Sequence[PlanParty]) -> Level:
    """The level at which a plan is signed: clusters that plan together need the area's."""
    return Level.CLUSTER if len(parties) == 1 else Level.AREA


def ends_at(year: int, rules: PlanRules, zone: str) -> datetime:
    """The instant at which a signed plan of an academic year ends: its last reports are in."""
    last = academic_year_begins(year + 1) + timedelta(days=rules.reports_within_days)
    return instant(last, time(), zone)


class ItemReported(Frozen):
    """An item of a plan: when it is there, and of which terms its outcome was reported."""

    from_on: date
    until_on: date
    """The day after the last."""
    terms: frozenset[date]
    """The first days of those terms."""


def reports_due_by(
    year: int, items: Collection[ItemReported], calendar: Calendar, rules: PlanRules, now: datetime
) -> datetime | None:
    """Say by when the first outcome that is due has to be reported; nothing while none is due.

    An item's outcome is due when a term is over in which it was there, and as many days later as
    the rules leave after the year. When the year's own time is over, nothing is asked any more.
    """
    zone = calendar.time_zone
    if now >= ends_at(year, rules, zone):
        return None
    for term in calendar.terms:
        over_on = term.last_on + ONE_DAY
        is_over = academic_year(term.first_on) == year and instant(over_on, time(), zone) <= now
        if is_over and any(_is_owed(each, term) for each in items):
            return instant(over_on + timedelta(days=rules.reports_within_days), time(), zone)
    return None


def _is_owed(item: ItemReported, term: Term) -> bool:
    was_there = item.from_on <= term.last_on and term.first_on < item.until_on
    return was_there and term.first_on not in item.terms


def _twice(codes: Sequence[str]) -> set[str]:
    return {each for each in codes if codes.count(each) > 1}
