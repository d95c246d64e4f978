"""Links for families: made by a school's desk or an officer, shown once, and closed again."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from activities.store import recording
from activities.store.reading import Caller
from activities.store.reading import family_links as links
from activities.store.reading.family_links import FamilyLinks
from activities.store.recording import FamilyLinkEnded, Saying
from api.family_tokens import link_to, token_of
from api.pages.forms import Field, Form, Kind, Option
from api.pages.frame import page
from api.pages.house import house_of
from api.pages.sending import Ids, form_page, record_page, saying_by
from api.pages.visitor import Posted, key_of
from api.parts import parts_of
from api.schemas import AS_JSON
from domain.family_link import FamilyLinkState, MakingFamilyLink
from domain.frozen import Frozen
from domain.refusals import NotAtThisStage

router = APIRouter(include_in_schema=False)


class ClosingFamilyLink(Frozen):
    """A link is closed: nothing need be said beside."""


def _making(session: Session, caller: Caller, ids: Ids) -> Form:
    found = links.family_links(session, caller, ids["request_id"])
    options = tuple(
        Option(str(each.pupil_id), each.called or f"Pupil {each.number}") for each in found.pupils
    )
    whose = Field(
        "pupil_id",
        "Whose family it is for",
        Kind.ONE_OF,
        hint="Each family has a link of its own, which opens with its own child's date of birth.",
        missing="Choose whose family it is for",
        options=options,
    )
    days = Field(
        "days",
        "How many days it lasts",
        Kind.WHOLE,
        hint=f"Up to 180. Left empty, it is {found.days} days.",
        width="3",
    )
    only = options[0].code if len(options) == 1 else None
    return Form(
        title="Give the family a link to the decision",
        button="Make the link",
        fields=(days,) if only else (whose, days),
        back=("Back to the request", f"/requests/{found.request_id}"),
        caption=found.reference,
        lead=(
            "The family reads the decision in plain words, and the letter, without signing in.",
            f"It opens with the child's date of birth; {found.tries} wrong dates shut it for good.",
        ),
        values={"days": str(found.days)},
        adds={"pupil_id": only} if only else {},
        template="family_link.html",
        told={"found": found, "called": _called(found)},
    )


def _called(found: FamilyLinks) -> dict[UUID, str]:
    """What a pupil is called to this reader: by name at its own school, else by number."""
    return {each.pupil_id: each.called or f"Pupil {each.number}" for each in found.pupils}


async def _make(
    request: Request, posted: Posted, form: Form, body: MakingFamilyLink, ids: Ids
) -> Response:
    """Make the link, and show it: here and now, for it is kept nowhere."""
    house, parts = house_of(request), parts_of(request)
    saying = saying_by(request, posted.visitor, body)
    # Made of the session's own key: a double click shows the same link, and the record has neither.
    token = token_of(key_of(request, house) or "", saying)

    def work(session: Session, said: Saying) -> Frozen:
        return recording.make_family_link(session, said, ids["request_id"], body, token)

    made = await run_in_threadpool(parts.record, saying, work)
    is_it = await run_in_threadpool(
        parts.read, lambda session: links.family_link_is(session, UUID(made["id"]), token)
    )
    told: dict[str, Any] = {
        "link": link_to(house.address, token) if is_it else None,
        "called": form.told["called"][UUID(made["pupil_id"])],
        "ends_at": datetime.fromisoformat(made["ends_at"]),
        "back": {"text": form.back[0], "href": form.back[1]},
        "reference": form.caption,
        "again": request.url.path,
    }
    return page(request.scope, "family_link_made.html", **told)


def _closing(session: Session, caller: Caller, ids: Ids) -> Form:
    found, link = links.family_link(session, caller, ids["link_id"])
    is_open = link.state is FamilyLinkState.OPEN
    return Form(
        title="Close the link",
        button="Close the link",
        fields=(),
        back=("Back to the request", f"/requests/{found.request_id}"),
        caption=found.reference,
        lead=(f"It is for the family of {_called(found)[link.pupil_id]}.",),
        warning="A link that is closed cannot be opened again. You can make another.",
        keep="Keep the link",
        not_now=None
        if is_open
        else NotAtThisStage("to close this link", "it opens nothing any more"),
    )


def _close(session: Session, said: Saying, ids: Ids, _body: Any) -> FamilyLinkEnded:
    return recording.end_family_link(session, said, ids["link_id"])


form_page(
    router,
    "/requests/{request_id:uuid}/family-link",
    Annotated[MakingFamilyLink, AS_JSON],
    _making,
    _make,
)
record_page(
    router,
    "/family-links/{link_id:uuid}/close",
    ClosingFamilyLink,
    _closing,
    _close,
    done="link_closed",
)
