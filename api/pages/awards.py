"""A school's money: its awards, their instalments and changes, and top-ups on a census day."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from activities.store import reading
from activities.store.reading import AwardLine, Caller, ChangeLetterView
from activities.store.reading.awards import MOST_AT_ONCE
from activities.store.reading.published_names import every_school, names_of_payees
from activities.store.reading.top_ups import SomeTopUps, check_may_list, some_top_ups
from api import lists
from api.downloads import Reads, offer_files
from api.pages.doing import JustDone, doing
from api.pages.few import SHOWN_AT_ONCE, Few, From
from api.pages.forms import Field, Form, Kind, body_of
from api.pages.frame import page
from api.pages.visitor import Looking, caller_looking
from api.parts import WithParts
from domain.people import Role
from domain.refusals import Barred, Unknown
from domain.stages import ALLOWED_TO, ActKind

router = APIRouter(include_in_schema=False)

_COUNCIL = (Role.COUNCIL_OFFICER, Role.SEN_OFFICER, Role.FINANCE_OFFICER)
_AT_SCHOOL = (Role.SENCO, Role.HEAD, Role.BUSINESS_MANAGER, Role.TRUST_SEND_LEAD)
_CENSUS = Field(
    "on",
    "Census day",
    Kind.DAY,
    hint="The spring school census is on the third Thursday in January, for example 21 1 2027.",
)
_CENSUS_FORM = Form("Top-ups on a census day", "Show", (_CENSUS,), ("Awards", "/awards"))

_NO_DAY = (
    {
        "text": "Census day must be a day that exists, with a day, a month and a year,"
        " like 21 1 2027",
        "href": f"#{_CENSUS.first}",
    },
)

School = Annotated[str, Query(max_length=40, pattern=r"^[A-Za-z0-9_-]*$")]


@router.get("/awards")
def awards(
    request: Request,
    visitor: Looking,
    parts: WithParts,
    asked: JustDone,
    school: School = "",
    after: Annotated[UUID | None, Query()] = None,
) -> Response:
    """List awards as they stand today: a school its own with their sums, the council all."""
    caller = visitor.caller

    def read(session: Session) -> dict[str, Any]:
        lines = reading.awards(session, caller, school=school or None, after=after)
        return {
            "lines": lines[:SHOWN_AT_ONCE],
            "last": lines[SHOWN_AT_ONCE - 1].id if len(lines) > SHOWN_AT_ONCE else None,
            "names": reading.school_names(session, {each.school for each in lines}),
            "sums": _sums(lines),
            "choices": schools_to_choose(session, caller),
            "doing": doing(session, caller, asked),
        }

    told = parts.read(read)
    is_part = after is not None or caller.holds(*_COUNCIL)
    told |= {"school": school, "is_first": after is None, "today": caller.day}
    told |= {"sums": None} if is_part else {}
    return page(request.scope, "awards.html", **told)


@router.get("/awards/top-ups")
def top_ups(
    request: Request,
    visitor: Looking,
    parts: WithParts,
    on: Annotated[str, Query(max_length=10)] = "",
    school: School = "",
    first: From = 0,
) -> Response:
    """List pupils' top-ups on a census day; typed in three boxes, the day becomes one address."""
    caller = visitor.caller
    typed = {name: value.strip()[:10] for name, value in request.query_params.items()}
    is_typed = any(typed.get(name) for name in _CENSUS.names())
    if is_typed:
        on = body_of(_CENSUS_FORM, typed)[0].get("on", "")
    day = _as_day(on)
    if is_typed and day:
        of = f"&school={school}" if school else ""
        return RedirectResponse(f"/awards/top-ups?on={on}{of}", 303)
    faults = _NO_DAY if day is None and (is_typed or on) else ()

    def read(session: Session) -> dict[str, Any]:
        check_may_list(caller)
        names: dict[str, str] = {}
        found = SomeTopUps(lines=(), all=0)
        if day:
            span = (first, SHOWN_AT_ONCE)
            found = some_top_ups(session, caller, day, span, school=school or None)
            names = reading.school_names(session, {each.school for each in found.lines})
        return {
            "shown": Few(found.lines, first, found.all),
            "names": names,
            "choices": schools_to_choose(session, caller),
        }

    told = parts.read(read) | {"field": _CENSUS, "day": day, "school": school, "faults": faults}
    told["typed"] = typed if faults else _boxes(day)
    return page(request.scope, "top_ups.html", 422 if faults else 200, **told)


@router.get("/awards/{award_id:uuid}")
def award(
    request: Request, award_id: UUID, visitor: Looking, parts: WithParts, asked: JustDone
) -> Response:
    """Show an award: what it is worth, what changed, its instalments, and what came back."""
    caller = visitor.caller

    def read(session: Session) -> dict[str, Any]:
        found = reading.award(session, caller, award_id)
        return {
            "it": found,
            "names": names_of_payees(session, (found.school, found.payee_code)),
            "letters": _letters(session, caller, award_id),
            "doing": doing(session, caller, asked),
        }

    told = parts.read(read)
    told["may_change"] = caller.holds(*ALLOWED_TO[ActKind.CHANGE_AWARD])
    return page(request.scope, "award.html", **told)


def schools_to_choose(session: Session, caller: Caller) -> dict[str, str]:
    """The schools among which the person may choose: several of their own, or the council's all."""
    if caller.holds(*_COUNCIL):
        return every_school(session)
    own = caller.schools(*_AT_SCHOOL)
    return reading.school_names(session, own) if len(own) > 1 else {}


def _boxes(day: date | None) -> dict[str, str]:
    values = (day.day, day.month, day.year) if day else ("", "", "")
    return {name: str(each) for name, each in zip(_CENSUS.names(), values, strict=True)}


def _as_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _sums(lines: tuple[AwardLine, ...]) -> dict[str, int] | None:
    """What a school's awards come to; nothing where there are more than were read."""
    if len(lines) == MOST_AT_ONCE:
        return None
    return {
        "annual": sum(each.annual_pence for each in lines),
        "worth": sum(each.worth_pence for each in lines),
        "due": sum(each.due_to_date_pence for each in lines),
        "paid": sum(each.paid_to_date_pence for each in lines),
    }


def _letters(session: Session, caller: Caller, award_id: UUID) -> tuple[ChangeLetterView, ...]:
    """Letters on an award's changes, for those who are given them."""
    try:
        return reading.change_letters(session, caller, award_id)
    except (Unknown, Barred):
        return ()


def _top_up_files(
    on: Annotated[str, Query(max_length=10)] = "", school: lists.School = None
) -> Reads:
    """Pupils' top-ups on a census day, where the address names one."""
    day = _as_day(on)
    if day is None:
        raise Unknown("this list", "its address names no census day")
    return lists.top_ups(day, school)


offer_files(router, "/awards", lists.awards, caller_looking)
offer_files(router, "/awards/instalments", lists.instalments, caller_looking)
offer_files(router, "/awards/top-ups", _top_up_files, caller_looking)
