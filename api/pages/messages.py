"""Messages: what I was told, whether or not it could be sent."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from activities.store import reading
from api.pages.few import From, few
from api.pages.frame import page
from api.pages.visitor import Looking
from api.parts import WithParts

router = APIRouter(include_in_schema=False)


@router.get("/messages")
def messages(request: Request, visitor: Looking, parts: WithParts, first: From = 0) -> Response:
    """List the messages that were written to the person, the last first."""
    found = parts.read(lambda session: reading.own_messages(session, visitor.caller))
    return page(request.scope, "messages.html", shown=few(found, first))
