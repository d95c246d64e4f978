"""One page for leaders: demand, waiting times, spend, and how far panels stand apart.

Everything is read by the reports that stand behind it, and hidden where they hide it.
"""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from activities.store import reading
from activities.store.reading import Caller, ConsistencyView, Days, Report
from activities.store.reading.demand import Asked, DemandView, demand
from activities.store.reading.told_reports import spend_of
from api import report_lists
from api.downloads import Reads, offer_files
from api.pages.agreement import MOST_BARS, Year, asked_again, chosen, picture_of_consistency
from api.pages.charts import Bar, Chart, Row, chart
from api.pages.frame import page
from api.pages.policy_reports import ended_years, shown_days
from api.pages.visitor import Looking, caller_looking
from api.pages.words import KINDS
from api.parts import WithParts
from domain.consistency import Basis
from domain.explaining import whole_pounds
from domain.people import Role
from domain.periods import academic_year, financial_year
from domain.refusals import NoPolicyInForce

router = APIRouter(include_in_schema=False)

_MOST_LINES = 25
"""So many clusters a table has here; the files and the reports behind it have all."""
_SEES_MONEY = (Role.LEADER, Role.COUNCIL_OFFICER, Role.SEN_OFFICER, Role.FINANCE_OFFICER)


@dataclass(frozen=True)
class Overview:
    """What the page tells; nothing where it is not for this person, or there is no rule for it."""

    demand: DemandView
    spend: Report | None
    apart: ConsistencyView | None


@router.get("/reports/overview")
def overview(request: Request, visitor: Looking, parts: WithParts, year: Year = None) -> Response:
    """Show a year at a glance, each part with its picture and its table."""
    caller = visitor.caller
    days = shown_days(caller, year)
    found = parts.read(lambda session: _read(session, caller, days))
    return page(
        request.scope,
        "overview.html",
        demand=found.demand,
        spend=found.spend,
        money_year=financial_year(days.from_on) if caller.holds(*_SEES_MONEY) else None,
        apart=found.apart,
        kinds=KINDS,
        pictures=_pictures(found),
        reports=_reports(caller),
        most=_MOST_LINES,
        query=asked_again(days),
        **ended_years(caller, chosen(caller, days, None)),
    )


def _read(session: Session, caller: Caller, days: Days) -> Overview:
    found = demand(session, caller, academic_year(days.from_on))
    spend = None
    if caller.holds(*_SEES_MONEY):
        spend = spend_of(session, caller, financial_year(days.from_on))
    try:
        apart = reading.panel_consistency(session, caller, days, Basis.DEFINITIVE)
    except NoPolicyInForce:
        apart = None
    return Overview(found, spend, apart)


def _reports(caller: Caller) -> list[tuple[str, str]]:
    """The reports that this person may open from here."""
    told = [
        ("How far panels agree", "/panels/agreement", True),
        ("How far panels stand apart", "/panels/consistency", True),
        ("Departures from policy", "/policy/departures", True),
        (
            "Outcomes by characteristic",
            "/policy/equality",
            caller.holds(Role.POLICY_OFFICER, Role.LEADER),
        ),
        (
            "Schools' turns on a panel",
            "/clusters/panel-duty",
            caller.holds(Role.LEADER, Role.COUNCIL_OFFICER, Role.SEN_OFFICER),
        ),
        (
            "Made-up cases for panels",
            "/calibration/cases",
            caller.holds(Role.POLICY_OFFICER, Role.COUNCIL_OFFICER, Role.SEN_OFFICER),
        ),
    ]
    return [(title, to) for title, to, may in told if may]


def _pictures(found: Overview) -> dict[str, Chart | None]:
    return {
        "demand": _demand(found.demand),
        "waiting": _waiting(found.demand),
        "spend": _spend(found.spend) if found.spend else None,
        "apart": picture_of_consistency(found.apart) if found.apart else None,
    }


def _demand(found: DemandView) -> Chart | None:
    told = [each for each in found.clusters if each.requests]
    if not told:
        return None
    most = max(told, key=lambda each: each.requests or 0)
    title = f"{most.name} asked most often: {most.requests:,} requests"
    if found.total.requests is not None:
        title += f" of {found.total.requests:,}"
    if len(found.clusters) == 1:
        title = f"{most.requests:,} requests came from {most.name}"
    told.sort(key=lambda each: -(each.requests or 0))
    return chart(title, [Row(each.name, (_number(each.requests),)) for each in told[:MOST_BARS]])


def _number(number: int | None) -> Bar:
    return Bar(number, "hidden" if number is None else f"{number:,}")


def _waiting(found: DemandView) -> Chart | None:
    """Mean days from submission to decision; whose are longest is the finding."""
    told = [each for each in found.clusters if each.mean_days is not None]
    if not told:
        return None
    longest = max(told, key=lambda each: each.mean_days or 0)
    says = "took longest in" if len(told) > 1 else "are told for"
    title = f"Decisions {says} {longest.name}: {longest.mean_days} days on average"
    told.sort(key=lambda each: -(each.mean_days or 0))
    return chart(title, [Row(each.name, (_days(each),)) for each in told[:MOST_BARS]])


def _days(of: Asked) -> Bar:
    late = "" if of.late is None else f", {of.late:,} late"
    says = "not told" if of.mean_days is None else f"{of.mean_days} days{late}"
    return Bar(of.mean_days, says, tone=2)


def _spend(found: Report) -> Chart | None:
    told = [each for each in found.lines if each.promised_pence]
    if not told:
        return None
    most = max(told, key=lambda each: each.promised_pence or 0)
    title = f"Most is promised in {most.name or 'no cluster'}:"
    title += f" {whole_pounds(most.promised_pence or 0)}"
    rows = [
        Row(
            each.name or "No cluster",
            (
                _money(each.promised_pence, "promised", 1),
                _money(each.paid_pence, "paid", 2),
            ),
        )
        for each in sorted(told, key=lambda each: -(each.promised_pence or 0))[:MOST_BARS]
    ]
    return chart(title, rows)


def _money(pence: int | None, what: str, tone: int) -> Bar:
    return Bar(pence, "hidden" if pence is None else whole_pounds(pence), what, tone)


def _demand_files(visitor: Looking, year: Year = None) -> Reads:
    """A year's requests and waiting times."""
    return report_lists.demand(academic_year(shown_days(visitor.caller, year).from_on))


offer_files(router, "/reports/demand", _demand_files, caller_looking)
