"""How far panels agree within themselves, and stand apart from each other: pictures, tables, files.

For officers, policy officers and leaders every panel; a chair's own. Closed ballots alone.
"""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlmodel import Session

from activities.store import reading
from activities.store.reading import AgreementView, Caller, ConsistencyView, Days
from api import report_lists
from api.downloads import Reads, offer_files
from api.pages import policy_words
from api.pages.asked import span_of, years_to_choose
from api.pages.charts import Bar, Chart, Row, chart
from api.pages.frame import page
from api.pages.visitor import Looking, caller_looking
from api.pages.words import NEEDS
from api.parts import WithParts
from api.report_lists import Cluster, Held
from domain.agreement import Agreement
from domain.consistency import Basis, MeanDifference, Standing
from domain.interval import Interval
from domain.people import Role
from domain.periods import academic_year

router = APIRouter(include_in_schema=False)

Year = Annotated[int | None, Query(ge=2000, le=2098)]
_ALL_OF_THEM = 100.0
MOST_BARS = 12
"""So many rows a picture has; the table beside it has all."""


@router.get("/panels/agreement")
def agreement(
    request: Request, visitor: Looking, parts: WithParts, year: Year = None, cluster: Cluster = None
) -> Response:
    """Show how far the members of each panel agreed before they talked."""
    caller, days = visitor.caller, days_of(visitor.caller, year)

    def read(session: Session) -> dict[str, Any]:
        found = reading.panel_agreement(session, caller, days, cluster)
        return {"found": found, "clusters": reading.clusters(session, caller)}

    told = parts.read(read)
    told["picture"] = _picture_of_agreement(told["found"])
    told["over_all"] = [(each, _mean(each.areas.values())) for each in told["found"].panels]
    query = asked_again(days, cluster)
    told |= chosen(caller, days, cluster)
    return page(request.scope, "agreement.html", query=query, **told)


@router.get("/panels/consistency")
def consistency(
    request: Request,
    visitor: Looking,
    parts: WithParts,
    year: Year = None,
    against: Held = Basis.DEFINITIVE,
) -> Response:
    """Show how far each panel stands from the levels set beforehand, or from the other panels."""
    caller, days = visitor.caller, days_of(visitor.caller, year)
    found = parts.read(
        lambda session: reading.panel_consistency(session, caller, days, against, None)
    )
    return page(
        request.scope,
        "consistency.html",
        found=found,
        picture=picture_of_consistency(found),
        bases=policy_words.BASES,
        against=against,
        query=f"?year={academic_year(days.from_on)}&against={against}",
        **chosen(caller, days, None),
    )


def days_of(caller: Caller, year: int | None) -> Days:
    """The academic year that is asked for; this one where none is."""
    from_on, until_on = span_of(academic_year(caller.day) if year is None else year)
    return Days(from_on=from_on, until_on=until_on)


def asked_again(days: Days, cluster: str | None = None) -> str:
    """The question as the addresses of its files ask it."""
    of_one = f"&cluster={cluster}" if cluster else ""
    return f"?year={academic_year(days.from_on)}{of_one}"


def chosen(caller: Caller, days: Days, cluster: str | None) -> dict[str, Any]:
    """What a report's filter holds, and the words of its codes."""
    year = academic_year(days.from_on)
    years = years_to_choose(caller.day)
    return {
        "year": year,
        "years": years if year in years else {**years_to_choose(days.from_on), **years},
        "cluster": cluster,
        "sees_reports": caller.holds(*SEES_OVERVIEW),
        "w": policy_words,
        "needs": NEEDS,
    }


SEES_OVERVIEW = (Role.LEADER, Role.POLICY_OFFICER, Role.COUNCIL_OFFICER, Role.SEN_OFFICER)
"""For whom there is one page of all reports."""


def share_in_words(share: float | None) -> str:
    """Write a share of one in hundredths.

    >>> share_in_words(0.8449), share_in_words(None)
    ('84%', 'no case')
    """
    return "no case" if share is None else f"{share:.0%}"


def _picture_of_agreement(found: AgreementView) -> Chart | None:
    """Shares of pairs within one level, by panel: over all areas of need, weighed by cases."""
    rows = [(each.name, *_mean(each.areas.values())) for each in found.panels]
    told = [(name, exact, within) for name, exact, within in rows if within is not None]
    if not told:
        return None
    least = min(told, key=lambda each: each[2] or 0.0)
    title = f"Members of {least[0]} were within one level least often: {share_in_words(least[2])}"
    if len({share_in_words(each[2]) for each in told}) == 1:
        title = f"Members of every panel were within one level alike: {share_in_words(least[2])}"
    if len(told) == 1:
        title = (
            f"Members of {least[0]} were within one level in {share_in_words(least[2])} of pairs"
        )
    drawn = [
        Row(name, (_share(exact, "the same level", 1), _share(within, "within one level", 2)))
        for name, exact, within in sorted(told, key=lambda each: each[2] or 0.0)[:MOST_BARS]
    ]
    return chart(title, drawn, _ALL_OF_THEM)


def _share(share: float | None, what: str, tone: int) -> Bar:
    value = None if share is None else share * _ALL_OF_THEM
    return Bar(value, share_in_words(share), what, tone)


def _mean(areas: Iterable[Agreement]) -> tuple[float | None, float | None]:
    """Exact and within one level over several areas, each case counting once in each."""
    counted = [each for each in areas if each.cases]
    cases = sum(each.cases for each in counted)
    if not cases:
        return None, None
    exact = sum((each.exact or 0.0) * each.cases for each in counted) / cases
    within = sum((each.within_one or 0.0) * each.cases for each in counted) / cases
    return exact, within


def levels_in_words(levels: float | None) -> str:
    """Write a difference in levels with its sign.

    >>> levels_in_words(0.25), levels_in_words(-1), levels_in_words(None)
    ('+0.25', '-1.00', 'no case')
    """
    return "no case" if levels is None else f"{levels:+.2f}"


def picture_of_consistency(found: ConsistencyView) -> Chart | None:
    """Each panel's mean difference with its interval; who stands apart is the finding."""
    told = [each for each in found.panels if each.differences.over_all.mean_levels is not None]
    if not told:
        return None
    apart = [each.name for each in told if each.stands_apart]
    says = "No panel stands apart by more than the tolerance"
    if apart:
        says = f"{_listed(apart)} {'stands' if len(apart) == 1 else 'stand'} apart from"
        says += " the levels set beforehand" if found.basis is Basis.DEFINITIVE else " the others"
    title = f"{says} ({found.tolerance_levels} levels are tolerated)"
    told.sort(key=lambda each: -abs(each.differences.over_all.mean_levels or 0))
    shown = told[:MOST_BARS]
    return chart(title, [Row(each.name, (_mark(each.differences.over_all),)) for each in shown])


def _mark(of: MeanDifference) -> Bar:
    said = f"{levels_in_words(of.mean_levels)} levels"
    is_apart = of.standing in (Standing.HIGHER, Standing.LOWER)
    interval: Interval | None = of.interval
    return Bar(
        of.mean_levels,
        f"{said}, {policy_words.STANDINGS[of.standing].lower()}",
        tone=3 if is_apart else 1,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
    )


def _listed(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def _agreement_files(visitor: Looking, year: Year = None, cluster: Cluster = None) -> Reads:
    """How far the members of each panel agreed in a year."""
    days = days_of(visitor.caller, year)
    return report_lists.agreement(days.from_on, days.until_on, cluster)


def _consistency_files(
    visitor: Looking, year: Year = None, against: Held = Basis.DEFINITIVE
) -> Reads:
    """How far each panel stood apart in a year."""
    days = days_of(visitor.caller, year)
    return report_lists.consistency(days.from_on, days.until_on, against)


offer_files(router, "/panels/agreement", _agreement_files, caller_looking)
offer_files(router, "/panels/consistency", _consistency_files, caller_looking)
