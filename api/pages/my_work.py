"""My work: what waits for me, by when, and what waits for others."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from activities.store import reading
from activities.store.reading import RequestLine, Task
from activities.store.reading.published_names import pot_names
from activities.store.reading.requests import Wanted
from api.pages.frame import page
from api.pages.money_words import pot_called, year_called
from api.pages.visitor import Looking
from api.parts import WithParts
from domain.people import Role
from domain.waiting import WAITING, Waits

router = APIRouter(include_in_schema=False)

_AT_SCHOOL = (Role.SENCO, Role.HEAD, Role.BUSINESS_MANAGER, Role.TRUST_SEND_LEAD)
_MOST_OF_OTHERS = 20
_UNDER_WAY = Wanted(under_way=True)


@router.get("/")
def my_work(request: Request, visitor: Looking, parts: WithParts) -> Response:
    """Show what waits for the person, oldest deadline first, and for schools what others have."""
    tasks = parts.read(lambda session: reading.worklist(session, visitor.caller))
    short = any(task.waits is Waits.LOOK_AT_SHORTFALL for task in tasks)
    pots = parts.read(pot_names) if short else {}
    others: tuple[RequestLine, ...] = ()
    if visitor.caller.holds(*_AT_SCHOOL):
        lines = parts.read(lambda session: reading.requests(session, visitor.caller, _UNDER_WAY))
        mine = {task.id for task in tasks}
        others = tuple(each for each in lines if each.id not in mine)
    return page(
        request.scope,
        "my_work.html",
        tasks=[{"task": _called(task, pots), "href": _page_of(task)} for task in tasks],
        others=others[:_MOST_OF_OTHERS],
        more=len(others) - _MOST_OF_OTHERS,
        now=visitor.caller.now,
        is_officer=visitor.caller.holds(Role.COUNCIL_OFFICER, Role.SEN_OFFICER),
        may_begin=visitor.caller.holds(Role.SENCO, Role.HEAD),
    )


def _called(task: Task, pots: dict[str, str]) -> Task:
    """A task whose pot, or year, goes by what people call it."""
    match task.waits:
        case Waits.LOOK_AT_SHORTFALL:
            return task.model_copy(update={"reference": pot_called(task.reference or "", pots)})
        case Waits.SIGN_YEAR_END:
            return task.model_copy(update={"reference": year_called(int(task.reference or 0))})
        case _:
            return task


def _page_of(task: Task) -> str:
    """Where the thing is done: the page that messages about it name too."""
    return WAITING[task.waits].page.format(id=task.id)
