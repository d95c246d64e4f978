"""What the policy is told by what came of it: departures, and outcomes by characteristic.

Small numbers are hidden as in the API's own reports; leaders are given years that have ended.
"""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from activities.store import reading
from activities.store.reading import Caller, Days, DeparturesView, EqualityView
from api import report_lists
from api.downloads import Reads, offer_files
from api.pages.agreement import Year, asked_again, chosen, days_of
from api.pages.charts import Bar, Chart, Row, chart
from api.pages.frame import page
from api.pages.visitor import Looking, caller_looking
from api.pages.words import NEEDS
from api.pages.workings import departed_by
from api.parts import WithParts
from api.report_lists import Cluster
from domain.equality import CharacteristicOutcomes
from domain.people import Role
from domain.periods import academic_year

router = APIRouter(include_in_schema=False)

_MOST_LEVELS = 30
_MOST_BARS = 10
_MOST_REASONS = 15
_ALL_OF_THEM = 100.0
_ANY_YEAR = (Role.POLICY_OFFICER, Role.COUNCIL_OFFICER, Role.SEN_OFFICER)


@router.get("/policy/departures")
def departures(
    request: Request, visitor: Looking, parts: WithParts, year: Year = None, cluster: Cluster = None
) -> Response:
    """Show which levels, tiers and bands are departed from most, and which way."""
    caller = visitor.caller
    days = shown_days(caller, year)

    def read(session: Session) -> dict[str, Any]:
        found = reading.departures(session, caller, days, cluster)
        sees_one = caller.holds(Role.POLICY_OFFICER)
        return {"found": found, "clusters": reading.clusters(session, caller) if sees_one else ()}

    told = parts.read(read)
    return page(
        request.scope,
        "departures.html",
        picture=_picture_of_departures(told["found"]),
        most_levels=_MOST_LEVELS,
        most_reasons=_MOST_REASONS,
        departed=departed_by,
        **told,
        query=asked_again(days, cluster),
        **ended_years(caller, chosen(caller, days, cluster)),
    )


@router.get("/policy/equality")
def equality(request: Request, visitor: Looking, parts: WithParts, year: Year = None) -> Response:
    """Show what a year's decisions came to by recorded characteristic."""
    caller = visitor.caller
    days = shown_days(caller, year)
    of = academic_year(days.from_on)
    found = parts.read(lambda session: reading.equality(session, caller, of))
    return page(
        request.scope,
        "equality.html",
        found=found,
        told=_characteristics(found),
        query=asked_again(days),
        **ended_years(caller, chosen(caller, days, None)),
    )


def shown_days(caller: Caller, year: int | None) -> Days:
    """The academic year that is asked for; where none is, the last one this person may see."""
    if year is None and not caller.holds(*_ANY_YEAR):
        year = academic_year(caller.day) - 1
    return days_of(caller, year)


def ended_years(caller: Caller, told: dict[str, Any]) -> dict[str, Any]:
    """What a filter holds, without the year that is running for those who are not given it."""
    this = academic_year(caller.day)
    if not caller.holds(*_ANY_YEAR) and told["year"] != this:
        told["years"].pop(this, None)
    return told


def _picture_of_departures(found: DeparturesView) -> Chart | None:
    """The levels that are left most often, as shares of the cases in which they were stated."""
    told = [each for each in found.levels if each.departed][:_MOST_BARS]
    if not told:
        return None
    most = told[0]
    title = (
        f"{NEEDS[most.area]}, level {most.level}, is left most often:"
        f" {most.departed} of {'hidden' if most.in_play is None else most.in_play}"
    )
    return chart(
        title,
        [
            Row(
                f"{NEEDS[each.area]}, level {each.level}",
                (Bar(each.departed_percent, _of_all(each.departed, each.in_play)),),
            )
            for each in told
        ],
        _ALL_OF_THEM,
    )


def _of_all(part: int | None, whole: int | None) -> str:
    shown = ["hidden" if each is None else f"{each:,}" for each in (part, whole)]
    return f"{shown[0]} of {shown[1]}"


def _characteristics(found: EqualityView) -> list[dict[str, Any]]:
    """Each characteristic with its picture and the tiers that its table has columns for."""
    return [
        {"of": each, "tiers": tuple(each.total.by_tier), "picture": _picture_of_outcomes(each)}
        for each in found.characteristics
    ]


def _picture_of_outcomes(found: CharacteristicOutcomes) -> Chart | None:
    """Of each group, how many in a hundred were given money; hidden where either number is."""
    told = [
        (each.title, each.awarded, each.pupils)
        for each in (*found.groups, found.total)
        if each.awarded is not None and each.pupils
    ]
    if not told:
        return None
    rows = [
        Row(title, (Bar(_ALL_OF_THEM * awarded / pupils, _of_all(awarded, pupils)),))
        for title, awarded, pupils in told
    ]
    of_all = _of_all(found.total.awarded, found.total.pupils)
    return chart(f"{found.title}: {of_all} were given money", rows, _ALL_OF_THEM)


def _departure_files(visitor: Looking, year: Year = None, cluster: Cluster = None) -> Reads:
    """The levels that schools stated in a year, and how often each was left."""
    days = shown_days(visitor.caller, year)
    return report_lists.departures(days.from_on, days.until_on, cluster)


def _equality_files(visitor: Looking, year: Year = None) -> Reads:
    """A year's decisions by recorded characteristic."""
    return report_lists.equality(academic_year(shown_days(visitor.caller, year).from_on))


offer_files(router, "/policy/departures", _departure_files, caller_looking)
offer_files(router, "/policy/equality", _equality_files, caller_looking)
