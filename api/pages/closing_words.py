"""What follows a ballot or a meeting, from a page: the panel's advice, and the minutes' readers."""

from typing import Any

from fastapi import APIRouter
from sqlmodel import Session

from activities.store import reading, recording
from activities.store.reading import Caller, agenda
from activities.store.reading.advice import AdviceView
from activities.store.reading.caller import RUN_IT
from activities.store.recording import Correcting
from api.pages.forms import Field, Form, Kind, Option, typed_of
from api.pages.running import Nothing, not_run_by
from api.pages.sending import Ids, act_page, record_page
from domain.advice import SharedIn
from domain.people import Role
from domain.refusals import Refusal, RoleNeeded
from domain.request import RequestKind
from domain.stages import ActKind

router = APIRouter(include_in_schema=False)

_SERVICES, _SHARES = 4, 8
"""How many of each a page has room for; by the API there may be more."""
_SHARED = frozenset({RequestKind.GROUP, RequestKind.PROJECT})


def _advising(session: Session, caller: Caller, ids: Ids) -> Form:
    said = reading.advice(session, caller, ids["request_id"])
    found = agenda.item(session, caller, said.item_id)
    schools = _schools(session, caller, found.cluster) if found.kind in _SHARED else ()
    asked = "to advise on the request"
    chairs = caller.clusters(Role.PANEL_CHAIR, Role.VICE_CHAIR)
    not_now: Refusal | None = None if chairs else RoleNeeded(asked, "the chair of the panel does")
    return Form(
        title="What the panel advises",
        button="Record the advice",
        fields=(
            Field(
                "advice",
                "Advice to the school (optional)",
                Kind.LONG,
                hint="The school reads it with the decision. Do not name the child.",
                rows=8,
            ),
            Field(
                "conditions",
                "Conditions (optional)",
                Kind.LINES,
                hint="Each on a line of its own.",
                rows=4,
            ),
            Field("review_on", "To be reviewed on (optional)", Kind.DAY),
            *_services(session),
            *_sharing(schools),
            *(_to_sen_officer() if found.kind is not RequestKind.PROJECT else ()),
        ),
        back=("Back to the item", f"/items/{said.item_id}"),
        caption=found.reference,
        lead=("Written down again, it takes the place of what was written before.",),
        values=_as_typed(said.advice[-1]) if said.advice else {},
        is_checked=True,
        not_now=not_now,
    )


def _services(session: Session) -> list[Field]:
    """Room for what is asked of services: which, what, and by when."""
    options = tuple(Option(each.code, each.name) for each in reading.services(session))
    fields: list[Field] = []
    for place in range(_SERVICES if options else 0):
        at, number = f"services.{place}", place + 1
        legend = "What is asked of services (optional)" if place == 0 else ""
        fields += [
            Field(f"{at}.service", f"Service {number}", Kind.LIST, options=options, legend=legend),
            Field(f"{at}.asks", f"What service {number} is asked to do", Kind.LONG, rows=2),
            Field(f"{at}.by_on", f"By when service {number} is to have done it", Kind.DAY),
        ]
    return fields


def _sharing(schools: tuple[Option, ...]) -> list[Field]:
    """Room for how a group's support or a project is shared between schools, in equal parts."""
    if not schools:
        return []
    shared_in = (Option(SharedIn.PARTS.value, "Parts of the whole"),)
    fields = [
        Field(
            "sharing.shared_in",
            "Shared in",
            Kind.LIST,
            options=shared_in,
            legend="How it is shared between schools (optional)",
        ),
        Field("sharing.whole", "How many parts there are in all", Kind.WHOLE, width="5"),
    ]
    for place in range(_SHARES):
        at, number = f"sharing.shares.{place}", place + 1
        fields += [
            Field(f"{at}.school", f"School {number}", Kind.LIST, options=schools),
            Field(f"{at}.share", f"Parts of school {number}", Kind.WHOLE, width="5"),
        ]
    return fields


def _to_sen_officer() -> tuple[Field, ...]:
    return (
        Field(
            "to_sen_officer",
            "Why a mainstream school is not right (optional)",
            Kind.LONG,
            hint="It goes to a SEN officer. Leave it empty where it does not apply.",
            legend="For a SEN officer",
        ),
    )


def _schools(session: Session, caller: Caller, cluster: str) -> tuple[Option, ...]:
    found = reading.cluster(session, caller, cluster).schools
    return tuple(Option(each.code, each.name) for each in found)


def _as_typed(last: AdviceView) -> dict[str, str]:
    return {
        **typed_of(Kind.LONG, "advice", last.advice),
        **typed_of(Kind.LINES, "conditions", last.conditions),
        **typed_of(Kind.DAY, "review_on", last.review_on),
        **typed_of(Kind.LONG, "to_sen_officer", last.to_sen_officer),
    }


def _reading_minutes(session: Session, caller: Caller, ids: Ids) -> Form:
    reading.minutes(session, caller, ids["meeting_id"])
    return Form(
        title="Say that you have read the minutes",
        button="I have read them",
        fields=(),
        back=("Back to the minutes", f"/meetings/{ids['meeting_id']}/minutes"),
    )


def _correcting(session: Session, caller: Caller, ids: Ids) -> Form:
    found = reading.minutes(session, caller, ids["meeting_id"])
    cluster = found.minutes.cluster
    return Form(
        title="Note a correction of the minutes",
        button="Note the correction",
        fields=(
            Field(
                "words",
                "What was wrong, and how it was",
                Kind.LONG,
                hint="Name a request by its reference, never a child.",
                missing="Enter what was wrong",
            ),
        ),
        back=("Back to the minutes", f"/meetings/{ids['meeting_id']}/minutes"),
        lead=(
            "Minutes stand as they were made; what a later meeting corrects is noted beside them.",
        ),
        not_now=not_run_by(caller, cluster, "to note a correction of these minutes", *RUN_IT),
    )


def _read(session: Session, said: Any, ids: Ids, _body: Nothing) -> Any:
    return recording.read_minutes(session, said, ids["meeting_id"])


def _correct(session: Session, said: Any, ids: Ids, body: Correcting) -> Any:
    return recording.correct_minutes(session, said, ids["meeting_id"], body)


_MINUTES = "/meetings/{meeting_id:uuid}/minutes"
act_page(
    router,
    "/requests/{request_id:uuid}/advise-request",
    ActKind.ADVISE_REQUEST,
    "request",
    _advising,
)
record_page(router, f"{_MINUTES}/read", Nothing, _reading_minutes, _read, "minutes_read")
record_page(router, f"{_MINUTES}/corrections", Correcting, _correcting, _correct, "corrected")
