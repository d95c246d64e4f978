"""The family's own pages: a link asks for the child's date of birth, and then tells the decision.

Nobody is signed in here. A link that is unknown, over, closed or spent looks the same; nothing of a
link is logged but that one was asked for, and no search engine or browser keeps any of it.
"""

from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from activities.store import recording
from activities.store.reading.family import family_link_opens
from activities.store.recording import FamilyAnswer
from api.letters.copies import LetterCopy, familys_copy
from api.letters.pdf import as_pdf
from api.pages.forms import Fault, Field, Form, Kind, body_of
from api.pages.frame import page
from api.parts import WithParts, parts_of
from domain.family_link import FamilyFact

router = APIRouter(include_in_schema=False)

_BORN = Field(
    "born_on",
    "Your child's date of birth",
    Kind.DAY,
    hint="For example, 27 3 2017",
    missing="Enter your child's date of birth",
)
_FORM = Form("Read the decision", "Continue", (_BORN,), ("", ""))
_FAULTY, _GONE = 422, 404
_UNSEEN = {"X-Robots-Tag": "noindex, nofollow, noarchive"}


@router.get("/family/{token}")
def family_door(request: Request, token: str, parts: WithParts) -> Response:
    """Ask for the second fact; what the link leads to is not said before."""
    now = parts.clock.now()
    if parts.read(lambda session: family_link_opens(session, token, now)):
        return _drawn(request, "family_door.html", typed={}, faults=())
    return _shut(request)


@router.post("/family/{token}")
async def family_decision(request: Request, token: str) -> Response:
    """Tell the decision to whoever says when the child was born."""
    typed = await _typed(request)
    answer = await run_in_threadpool(_answered, request, token, typed)
    if answer is None:
        return await run_in_threadpool(_asked_again, request, token, typed)
    if answer.outcome == "shut":
        return _shut(request)
    if answer.decision is None:
        tries = "once more" if answer.left == 1 else f"{answer.left} more times"
        says = f"That is not the date of birth that opens this link. You can try {tries}"
        return _asked(request, typed, says)
    told = answer.decision
    copies = [familys_copy(each) for each in (told.letter, *told.since)]
    return _drawn(request, "family.html", told=told, copies=copies, typed=typed, token=token)


@router.post("/family/{token}/letter.pdf")
async def family_letter(request: Request, token: str) -> Response:
    """Give the decision's letter as a PDF, by the same fact."""
    typed = await _typed(request)
    answer = await run_in_threadpool(_answered, request, token, typed)
    if answer is None or answer.decision is None:
        return _shut(request)
    copies = [familys_copy(each) for each in (answer.decision.letter, *answer.decision.since)]
    return _unseen(await run_in_threadpool(as_pdf, _chosen(copies, typed.get("letter", ""))))


def _chosen(copies: list[LetterCopy], number: str) -> LetterCopy:
    is_one = number.isascii() and number.isdigit() and len(number) < 4 and int(number) < len(copies)  # noqa: PLR2004
    return copies[int(number) if is_one else 0]


async def _typed(request: Request) -> dict[str, str]:
    async with request.form() as form:
        sent = {name: value for name, value in form.items() if isinstance(value, str)}
    return {name: value.strip() for name, value in sent.items()}


def _answered(request: Request, token: str, typed: dict[str, str]) -> FamilyAnswer | None:
    """Try the fact; nothing, where what was typed is no day, which is not counted as a try."""
    fact = _fact(token, typed)
    if fact is None:
        return None
    parts = parts_of(request)
    now = parts.clock.now()
    return parts.note(lambda session: recording.open_family_link(session, fact, now))


def _fact(token: str, typed: dict[str, str]) -> FamilyFact | None:
    body, faults = body_of(_FORM, typed)
    if faults or not body:
        return None
    try:
        return FamilyFact(token=token, born_on=date.fromisoformat(body["born_on"]))
    except (ValueError, ValidationError):
        return None


def _asked_again(request: Request, token: str, typed: dict[str, str]) -> Response:
    """Say what is wrong with a date that is none, if the link still asks for one."""
    parts = parts_of(request)
    now = parts.clock.now()
    if not parts.read(lambda session: family_link_opens(session, token, now)):
        return _shut(request)
    is_empty = not any(typed.get(name) for name in _BORN.names())
    says = "Your child's date of birth must be a day that exists, like 27 3 2017"
    return _asked(request, typed, _BORN.missing if is_empty else says)


def _asked(request: Request, typed: dict[str, str], says: str) -> Response:
    faults: tuple[Fault, ...] = ({"text": says, "href": f"#{_BORN.first}"},)
    return _drawn(request, "family_door.html", _FAULTY, typed=typed, faults=faults)


def _shut(request: Request) -> Response:
    return _drawn(request, "family_shut.html", _GONE)


def _drawn(request: Request, template: str, status: int = 200, **told: Any) -> Response:
    return _unseen(page(request.scope, template, status, field_of=_BORN, **told))


def _unseen(response: Response) -> Response:
    """Keep an answer out of search engines, and out of what a browser keeps."""
    response.headers.update({**_UNSEEN, "Cache-Control": "no-store"})
    return response
