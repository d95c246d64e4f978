"""Messages: what I was told, and for those who look after it what could not be sent to whom."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from activities.store import reading
from activities.store.reading import OutboxLine
from activities.store.reading.caller import OFFICERS, RUN_IT
from api.pages.few import From, few
from api.pages.frame import page
from api.pages.school_words import MESSAGES
from api.pages.sheets import Cell, Sheet, Table, draw_sheet, paged, rows
from api.pages.visitor import Looking
from api.pages.words import in_words, instant
from api.parts import WithParts

router = APIRouter(include_in_schema=False)

_UNSENT = "/messages/unsent"
_AT_ONCE = 50


@router.get("/messages")
def messages(request: Request, visitor: Looking, parts: WithParts, first: From = 0) -> Response:
    """List the messages that were written to the person, the last first."""
    found = parts.read(lambda session: reading.own_messages(session, visitor.caller))
    caller = visitor.caller
    looks_after = caller.holds(*OFFICERS) or bool(caller.clusters(*RUN_IT))
    return page(request.scope, "messages.html", shown=few(found, first), looks_after=looks_after)


@router.get(_UNSENT)
def unsent(request: Request, visitor: Looking, parts: WithParts, shown: From = 0) -> Response:
    """List messages that were not sent: for officers, and for those who run a panel its own."""
    found = parts.read(lambda session: reading.outbox(session, visitor.caller))
    sheet = Sheet(
        title="Messages that were not sent",
        back=("Messages", "/messages"),
        lead=(
            (
                "Each was written, and its reader finds it here under Messages. A message on a"
                " ballot is its reader's alone until the ballot has closed."
            ),
        ),
        parts=(
            Table(
                caption="The last first",
                columns=("Message", "To", "Written", "What became of it"),
                rows=rows(map(_unsent, found[shown : shown + _AT_ONCE])),
                empty="Every message was sent.",
                more=paged(_UNSENT, shown, len(found), _AT_ONCE),
            ),
        ),
    )
    return draw_sheet(request, sheet)


def _unsent(each: OutboxLine) -> tuple[Cell | str, ...]:
    why = in_words(each.failure) if each.failure else ""
    state = MESSAGES.get(each.state) or in_words(each.state)
    return (each.subject_line, each.to, instant(each.written_at), Cell(state, below=why))
