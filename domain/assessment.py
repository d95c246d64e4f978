"""What a moderated need comes to: its tier, its price, and what a plan owes whatever they say.

The rules of place and price are the council's; that a plan is owed is law. Money is held elsewhere.
"""

from datetime import date

from pydantic import Field

from domain.authority import owed_by_plans
from domain.case import Case
from domain.continuum import Placing, Route, place
from domain.frozen import Frozen
from domain.moderation import Recommendation
from domain.money import Rounding, pounds, share_out
from domain.needs import NeedsProfile
from domain.policy.schemes import Continuum, Tariff
from domain.request import Pence, RequestContent, RequestKind
from domain.tariff import price
from domain.working import Source, Step, Working

GIVES_SUPPORT = frozenset({Recommendation.AS_ASKED, Recommendation.DIFFERENTLY})

_PLAN_LAW = Source(
    policy="law",
    version="2014 c. 6",
    in_force_from=date(2014, 9, 1),
    authority="Children and Families Act 2014, section 42",
)


class Assessed(Frozen):
    """What the rules in force make of a moderated need: guidance for whoever signs."""

    tier: str
    title: str
    route: Route
    fund: str
    """Which order of pots pays: the fund the policy names for the tier, else its route."""
    services: tuple[str, ...] = ()
    band: str | None = None
    annual_pence: Pence | None
    """Top-up a year; nothing when no table prices it and a person must."""
    because: str | None = None
    """Why a person has to place or price it."""
    by_school: dict[str, int] = Field(default_factory=dict)
    working: Working

    def falls_to(self, school: str) -> dict[str, int]:
        """Pence a year for each school, the asking one where no pupil is at any.

        What is not priced yet is nothing for every one of them.
        """
        if self.annual_pence is None:
            return dict.fromkeys(self.by_school or (school,), 0)
        return self.by_school or {school: self.annual_pence}


def assess(
    content: RequestContent,
    profile: NeedsProfile | None,
    recommendation: Recommendation | None,
    day: date,
    schemes: tuple[Continuum, Tariff],
) -> Assessed:
    """Place and price a moderated need by the policy of the day it was submitted.

    A recommendation of advice or of nothing comes to no money, and so does a tier below the
    threshold; a plan is owed all the same. Without a recommendation the rules guide alone.
    """
    continuum, tariff = schemes
    case = Case.from_content(content, profile, day)
    placing = place(case, continuum)
    nothing = recommendation is not None and recommendation not in GIVES_SUPPORT
    if content.kind is RequestKind.ADVICE:
        return _without_money(placing, content)  # advice takes nothing from what a plan sets out
    if nothing or placing.route is Route.BELOW:
        return _owed(_without_money(placing, content), content)
    if placing.to_a_person:
        return _by_a_person(placing, content)
    priced = price(case, placing.tier, tariff)
    assessed = Assessed(
        tier=placing.tier,
        title=placing.title,
        route=placing.route,
        fund=placing.fund or placing.route,
        services=placing.services,
        band=priced.band,
        annual_pence=priced.annual_pence,
        because=priced.because,
        by_school=priced.per_school_pence or _nothing_yet(content),
        working=placing.working.then(*priced.working.steps),
    )
    return assessed if priced.to_a_person else _owed(assessed, content)


def shared_out(
    annual_pence: int, by_school: dict[str, int], content: RequestContent
) -> dict[str, int]:
    """Share another yearly amount between schools as the first was shared, exact to the penny.

    Every school has first what its own pupils' plans set out. Where the first came to nothing for
    every school, the rest goes by the number of pupils.
    """
    owed = owed_by_school(content)
    weights = {school: pence for school, pence in by_school.items() if pence}
    weights = weights or _pupils_by_school(content) or dict.fromkeys(by_school, 1)
    rest = annual_pence - sum(owed.values())
    assert rest >= 0, "less than the plans set out is refused before it is shared"
    parts = share_out(rest, tuple(weights.values()), Rounding.LARGEST_REMAINDER)
    shared = dict(zip(weights, parts, strict=True))
    return {
        school: owed.get(school, 0) + shared.get(school, 0) for school in sorted({*owed, *shared})
    }


def owed_by_school(content: RequestContent) -> dict[str, int]:
    """What the pupils' plans set out, pence a year, by the school each is on the roll of."""
    owed: dict[str, int] = {}
    if content.kind is RequestKind.ADVICE:
        return owed
    for pupil in content.pupils:
        if pupil.owed_annual_pence:
            owed[pupil.school] = owed.get(pupil.school, 0) + pupil.owed_annual_pence
    return owed


def _pupils_by_school(content: RequestContent) -> dict[str, int]:
    counted: dict[str, int] = {}
    for pupil in content.pupils:
        counted[pupil.school] = counted.get(pupil.school, 0) + 1
    return counted


def _nothing_yet(content: RequestContent) -> dict[str, int]:
    return dict.fromkeys(_pupils_by_school(content), 0)


def _without_money(placing: Placing, content: RequestContent) -> Assessed:
    return Assessed(
        tier=placing.tier,
        title=placing.title,
        route=placing.route,
        fund=placing.fund or placing.route,
        services=placing.services,
        annual_pence=0,
        by_school=_nothing_yet(content),
        working=placing.working,
    )


def _by_a_person(placing: Placing, content: RequestContent) -> Assessed:
    return Assessed(
        tier=placing.tier,
        title=placing.title,
        route=placing.route,
        fund=placing.fund or placing.route,
        services=placing.services,
        annual_pence=None,
        because=placing.because,
        by_school=_nothing_yet(content),
        working=placing.working,
    )


def _owed(assessed: Assessed, content: RequestContent) -> Assessed:
    """Raise the amount to what the pupils' plans set out; nobody may be given less (promise 10)."""
    if not content.has_plan:
        return assessed
    owed = owed_by_plans(content)
    if owed is None:
        because = "the plan's provision has no yearly cost on record"
        return assessed.model_copy(update={"annual_pence": None, "because": because})
    floors = owed_by_school(content)
    raised = {
        school: max(floors.get(school, 0), assessed.by_school.get(school, 0))
        for school in sorted({*floors, *assessed.by_school})
    }
    annual_pence = sum(raised.values())
    if annual_pence <= (assessed.annual_pence or 0):
        return assessed
    step = Step(
        rule="owed_by_plan",
        says="What an Education, Health and Care plan sets out is owed, whatever the tariff says.",
        read={"owed a year": pounds(owed), "by the rules": pounds(assessed.annual_pence or 0)},
        gave=pounds(annual_pence),
        source=_PLAN_LAW,
    )
    return assessed.model_copy(
        update={
            "annual_pence": annual_pence,
            "by_school": raised,
            "fund": Route.EXCEPTIONAL if assessed.route is Route.BELOW else assessed.fund,
            "working": assessed.working.then(step),
        }
    )
