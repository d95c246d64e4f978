"""Cover: who does an officer's work between two dates, by their own authority."""

from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from activities.store import recording
from activities.store.reading import Caller
from activities.store.reading.covers import Colleague, CoverView, cover
from activities.store.recording import Covering, Saying
from api.pages.doing import JustDone, doing
from api.pages.forms import Field, Form, Kind, Option
from api.pages.frame import page
from api.pages.sending import Ids, record_page
from api.pages.visitor import Looking
from api.parts import WithParts
from domain.frozen import Frozen
from domain.refusals import NotAtThisStage, Unknown

router = APIRouter(include_in_schema=False)

_BACK = ("Cover", "/cover")
_SAYS = (
    "What waits for you is shown to them too between these days. They decide by their own"
    " authority, in their own name: cover gives nobody a higher limit."
)


_SAYS_TO_TAKER = (
    "What waits for them is shown to you too between these days. You decide by your own"
    " authority, in your own name."
)
_DAYS = (Field("from_on", "First day", Kind.DAY), Field("last_on", "Last day", Kind.DAY))


class Taking(Frozen):
    """An officer takes over the work of a colleague who is away."""

    officer_id: UUID
    from_on: date
    last_on: date


class Ending(Frozen):
    """Cover is taken back: there is nothing to say with it."""


@router.get("/cover")
def covers(request: Request, visitor: Looking, parts: WithParts, asked: JustDone) -> Response:
    """Show who covers for the officer and for whom the officer covers, now, to come and over."""

    def read(session: Session) -> dict[str, Any]:
        found = cover(session, visitor.caller)
        return {"found": found, "doing": doing(session, visitor.caller, asked)}

    told = parts.read(read)
    lasting = [each for each in told["found"].covers if _lasts(each, visitor.caller.day)]
    over = [each for each in told["found"].covers if each not in lasting]
    me = visitor.caller.person.id
    return page(request.scope, "covers.html", lasting=lasting, over=over, me=me, **told)


def _lasts(each: CoverView, day: date) -> bool:
    return each.ended_at is None and each.until_on > day


def _naming(session: Session, caller: Caller, _ids: Ids) -> Form:
    found = cover(session, caller)
    options = tuple(map(_option, found.colleagues))
    fields = (
        Field(
            "colleague_id",
            "Who covers for you",
            Kind.LIST,
            hint="Only officers whose own limit is as high as yours, or higher.",
            options=options,
            missing="Choose who covers for you",
        ),
        *_DAYS,
    )
    return Form(
        title="Name who covers for you",
        button="Name them",
        fields=fields,
        back=_BACK,
        lead=(_SAYS,),
        not_now=None if options else _nobody(),
    )


def _nobody() -> NotAtThisStage:
    return NotAtThisStage(
        "to name who covers for you",
        "no other officer signs as much as you do",
        "Ask whoever keeps the roles to give a colleague your grade for these days.",
    )


def _option(each: Colleague) -> Option:
    return Option(str(each.id), f"{each.called}, {', '.join(each.grades).replace('_', ' ')}")


def _taking(session: Session, caller: Caller, _ids: Ids) -> Form:
    found = cover(session, caller)
    asked = "to cover for a colleague"
    nobody = NotAtThisStage(asked, "every other officer signs more than you do")
    fields = (
        Field(
            "officer_id",
            "Whose work it is",
            Kind.LIST,
            hint="Only officers whose own limit is no higher than yours.",
            options=tuple(map(_option, found.away)),
            missing="Choose whose work it is",
        ),
        *_DAYS,
    )
    return Form(
        title="Cover for a colleague who is away",
        button="Cover for them",
        fields=fields,
        back=_BACK,
        lead=(_SAYS_TO_TAKER,),
        not_now=None if found.away else nobody,
    )


def _ending(session: Session, caller: Caller, ids: Ids) -> Form:
    found = cover(session, caller)
    named = next((each for each in found.covers if each.id == ids["cover_id"]), None)
    if named is None:
        raise Unknown("this cover", "there is none of that id that you may see")
    ended = NotAtThisStage("to end this cover", "it has ended already")
    return Form(
        title="End this cover",
        button="End it",
        fields=(),
        back=_BACK,
        lead=(f"{named.cover} covers for {named.officer}.",),
        keep="Keep it",
        not_now=None if _lasts(named, caller.day) else ended,
    )


def _name(session: Session, said: Saying, _ids: Ids, body: Any) -> Frozen:
    return recording.name_cover(session, said, body)


def _take(session: Session, said: Saying, _ids: Ids, body: Any) -> Frozen:
    covering = Covering(colleague_id=said.caller.person.id, **dict(body))
    return recording.name_cover(session, said, covering)


def _end(session: Session, said: Saying, ids: Ids, _body: Any) -> Frozen:
    return recording.end_cover(session, said, ids["cover_id"])


record_page(router, "/cover/new", Covering, _naming, _name, done="cover_named")
record_page(router, "/cover/take", Taking, _taking, _take, done="cover_taken")
record_page(router, "/cover/{cover_id:uuid}/end", Ending, _ending, _end, done="cover_ended")
