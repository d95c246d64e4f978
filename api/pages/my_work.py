"""My work: what waits for me, by when, and what waits for others."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from activities.store import reading
from activities.store.reading import RequestLine, Task, Waits
from api.pages.frame import page
from api.pages.visitor import Looking
from api.parts import WithParts
from domain.people import Role
from domain.stages import ENDED

router = APIRouter(include_in_schema=False)

_AT_SCHOOL = (Role.SENCO, Role.HEAD, Role.BUSINESS_MANAGER, Role.TRUST_SEND_LEAD)
_MOST_OF_OTHERS = 20
ON_A_REQUEST = frozenset(
    {
        Waits.MEND_REQUEST,
        Waits.ANSWER_PANEL,
        Waits.LOOK_AT_CASE,
        Waits.PRICE,
        Waits.FIND_MONEY,
        Waits.SIGN,
        Waits.RECORD_KEY_DECISION,
    }
)
"""What is done on a request's page; everything else waits for a page of its own."""


@router.get("/")
def my_work(request: Request, visitor: Looking, parts: WithParts) -> Response:
    """Show what waits for the person, oldest deadline first, and for schools what others have."""
    tasks = parts.read(lambda session: reading.worklist(session, visitor.caller))
    others: tuple[RequestLine, ...] = ()
    if visitor.caller.holds(*_AT_SCHOOL):
        lines = parts.read(lambda session: reading.requests(session, visitor.caller))
        mine = {task.id for task in tasks}
        others = tuple(each for each in lines if each.stage not in ENDED and each.id not in mine)
    return page(
        request.scope,
        "my_work.html",
        tasks=[{"task": task, "href": _page_of(task)} for task in tasks],
        others=others[:_MOST_OF_OTHERS],
        more=len(others) - _MOST_OF_OTHERS,
        now=visitor.caller.now,
    )


def _page_of(task: Task) -> str | None:
    """Where the thing is done, once there is a page for it."""
    return f"/requests/{task.id}" if task.waits in ON_A_REQUEST else None
