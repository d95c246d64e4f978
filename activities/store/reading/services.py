"""What panels asked of services, as each person may see it, and what of it is late.

A service sees what it is asked, the request's reference, its school and the area of need; the
whole papers only where the panel's rules say so.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select

from activities.clock import LONDON
from activities.store import services as asked_rows
from activities.store.advising import heard_ballots
from activities.store.reading.caller import (
    OFFICERS,
    SCHOOL_DESK,
    Caller,
    concerns_of_all,
    ties_of,
)
from activities.store.reading.listing import Listing
from activities.store.reading.panel import content_of, kept_out_of
from activities.store.reading.policies import panel_rules
from activities.store.services import Asked, Service
from activities.store.tables import (
    AgendaItemRow,
    MeetingRow,
    RequestRow,
    SchoolRow,
    ServiceAskedRow,
)
from domain.frozen import Frozen
from domain.interests import known_interests
from domain.people import Interest, Role
from domain.refusals import Unknown
from domain.request import RequestContent
from domain.services import WAITING, ServiceState
from domain.waiting import Waits

_PANEL_DESK = (Role.PANEL_CHAIR, Role.VICE_CHAIR, Role.PANEL_ADMINISTRATOR)
MOST_AT_ONCE = 200
SERVICE_KINDS = frozenset({Waits.ANSWER_SERVICE, Waits.REPORT_SERVICE, Waits.LATE_SERVICE})
"""What may wait of services."""


class AskedLine(Frozen):
    """What a service was asked, in a list: about which request, by when, and how far it is."""

    id: UUID
    service: str
    request_id: UUID | None
    """For who may read the request; a service has its reference alone."""
    reference: str
    school: str
    areas: tuple[str, ...]
    """The areas of greatest need."""
    asks: str
    state: ServiceState
    state_since_at: datetime
    answer_by_at: datetime
    by_at: datetime
    is_late: bool


class AnswerGiven(Frozen):
    """What a service answered."""

    state: ServiceState
    words: str | None
    answered_at: datetime


class AskedView(AskedLine):
    """What a service was asked, with its answers; with the papers, where the rules say so."""

    answers: tuple[AnswerGiven, ...]
    papers: RequestContent | None


class ServiceTask(Frozen):
    """Something that waits for a service, or a late one that waits for the chair."""

    waits: Waits
    id: UUID
    reference: str
    by_at: datetime


def services(session: Session) -> tuple[Service, ...]:
    """List the services of the Team Around the Cluster: for everybody who signs in."""
    return asked_rows.services(session)


def service_names(session: Session) -> dict[str, str]:
    """What each service is called, by its code."""
    return {each.code: each.name for each in services(session)}


def asked_of_services(
    session: Session, caller: Caller, *, late: bool = False
) -> tuple[AskedLine, ...]:
    """List what was asked of services, as far as the person may see it, the next due first.

    What waits comes before what has come to its end, so that years of it hide nothing.
    """
    waits = col(ServiceAskedRow.state).in_(WAITING)
    rows = session.exec(
        select(ServiceAskedRow, RequestRow, SchoolRow.name)
        .join(RequestRow, col(RequestRow.id) == ServiceAskedRow.request_id)
        .join(SchoolRow, col(SchoolRow.code) == RequestRow.school_code)
        .where(_theirs(caller))
        .order_by(waits.desc(), col(ServiceAskedRow.by_at), col(ServiceAskedRow.id))
        .limit(MOST_AT_ONCE)
    ).all()
    looks = _Looks(session, caller, [request for _, request, _ in rows])
    found = (
        AskedLine(**_line(caller, asked_rows.as_asked(row), request, school))
        for row, request, school in rows
        if looks.at(row, request)
    )
    return tuple(line for line in found if line.is_late or not late)


def asked_on(session: Session, caller: Caller, request: RequestRow) -> tuple[AskedLine, ...]:
    """List what was asked of services on a request that the person may see."""
    school = session.get_one(SchoolRow, request.school_code).name
    return tuple(
        AskedLine(**_line(caller, each, request, school))
        for each in asked_rows.asked_of(session, request.id)
    )


def asked_of_service(session: Session, caller: Caller, asked_id: UUID) -> AskedView:
    """Read one thing that a service was asked; anybody else's is unknown."""
    row = session.get(ServiceAskedRow, asked_id)
    request = session.get(RequestRow, row.request_id) if row else None
    if row is None or request is None or not may_look(session, caller, row, request):
        raise Unknown("what was asked", "there is none of that id that you may see")
    school = session.get_one(SchoolRow, request.school_code).name
    return AskedView(
        **_line(caller, asked_rows.as_asked(row), request, school),
        answers=tuple(
            AnswerGiven(
                state=ServiceState(each.state), words=each.words, answered_at=each.answered_at
            )
            for each in asked_rows.answers_to(session, asked_id)
        ),
        papers=_papers(session, caller, row, request),
    )


def asked_listing(lines: Iterable[AskedLine]) -> Listing:
    """What was asked of services as a list; days and hours by the council's clock."""
    headings = ("service", "reference", "school", "areas", "asks", "state", "since")
    return Listing(
        name="asked",
        headings=(*headings, "answer_by", "done_by", "late"),
        rows=tuple(
            (
                each.service,
                each.reference,
                each.school,
                "; ".join(each.areas),
                each.asks,
                each.state,
                _local(each.state_since_at),
                _local(each.answer_by_at),
                _local(each.by_at),
                "yes" if each.is_late else "no",
            )
            for each in lines
        ),
    )


def _local(at: datetime) -> str:
    return at.astimezone(LONDON).strftime("%Y-%m-%d %H:%M")


def may_look(session: Session, caller: Caller, row: ServiceAskedRow, request: RequestRow) -> bool:
    """Whether the person is of the service, of the school's or the panel's desk, or an officer."""
    return _Looks(session, caller, [request]).at(row, request)


class _Looks:
    """What keeps a person from what services were asked on some requests, read at once."""

    def __init__(self, session: Session, caller: Caller, requests: Sequence[RequestRow]) -> None:
        self._caller = caller
        self._kept_out = kept_out_of(session, caller, requests)
        self._family = _of_own_family(session, caller, requests) if caller.services else frozenset()
        runs = caller.clusters(*_PANEL_DESK) and not caller.holds(*OFFICERS)
        self._heard = heard_ballots(session, [each.id for each in requests]) if runs else {}

    def at(self, row: ServiceAskedRow, request: RequestRow) -> bool:
        """Whether the person may look at one thing that a service was asked."""
        caller = self._caller
        answers = row.service_code in caller.services and request.id not in self._family
        if answers or _at_desk(caller, request):
            return True
        if request.id in self._kept_out:
            return False
        heard = self._heard.get(request.id)
        runs_it = heard is not None and heard.cluster in caller.clusters(*_PANEL_DESK)
        return runs_it or caller.holds(*OFFICERS)


def _of_own_family(
    session: Session, caller: Caller, requests: Sequence[RequestRow]
) -> frozenset[UUID]:
    """Those of the requests that are about a child of the person's own family."""
    ties, cases = ties_of(session, caller), concerns_of_all(session, requests, caller.day)
    return frozenset(
        key for key, case in cases.items() if Interest.FAMILY in known_interests(ties, case)
    )


def may_answer(session: Session, caller: Caller, row: ServiceAskedRow) -> bool:
    """Whether the person answers for the service; nobody does for a child of their own family."""
    if row.service_code not in caller.services:
        return False
    request = session.get_one(RequestRow, row.request_id)
    return not _of_own_family(session, caller, [request])


def services_waiting(session: Session, caller: Caller) -> Iterator[ServiceTask]:
    """List what waits for the person's service, and for the chair what is late."""
    chaired = caller.clusters(Role.PANEL_CHAIR)
    if not (caller.services or chaired):
        return
    for line in asked_of_services(session, caller):
        if line.state not in (ServiceState.ASKED, ServiceState.ACCEPTED):
            continue
        asked = line.state is ServiceState.ASKED
        by_at = line.answer_by_at if asked else line.by_at
        if line.service in caller.services:
            waits = Waits.ANSWER_SERVICE if asked else Waits.REPORT_SERVICE
            yield ServiceTask(waits=waits, id=line.id, reference=line.reference, by_at=by_at)
        elif chaired and line.is_late:
            waits = Waits.LATE_SERVICE
            yield ServiceTask(waits=waits, id=line.id, reference=line.reference, by_at=by_at)


def _theirs(caller: Caller) -> ColumnElement[bool]:
    """What may be the person's to see; who is barred from the case is left out afterwards."""
    if caller.holds(*OFFICERS):
        return col(ServiceAskedRow.id).is_not(None)
    listed = (
        select(AgendaItemRow.request_id)
        .join(MeetingRow, col(MeetingRow.id) == AgendaItemRow.meeting_id)
        .where(col(MeetingRow.cluster_code).in_(caller.clusters(*_PANEL_DESK)))
    )
    return or_(
        col(ServiceAskedRow.service_code).in_(caller.services),
        col(RequestRow.school_code).in_(caller.schools(*SCHOOL_DESK)),
        col(RequestRow.id).in_(listed),
    )


def _at_desk(caller: Caller, request: RequestRow) -> bool:
    return request.school_code in caller.schools(*SCHOOL_DESK)


def _line(caller: Caller, asked: Asked, request: RequestRow, school: str) -> dict[str, Any]:
    of_service = asked.service in caller.services
    reads_request = not of_service or caller.holds(*OFFICERS) or _at_desk(caller, request)
    shown = {"id", "service", "areas", "asks", "state", "state_since_at", "answer_by_at", "by_at"}
    return {
        **asked.model_dump(include=shown),
        "request_id": request.id if reads_request else None,
        "reference": request.reference,
        "school": school,
        "is_late": asked.is_late(caller.now),
    }


def _papers(
    session: Session, caller: Caller, row: ServiceAskedRow, request: RequestRow
) -> RequestContent | None:
    rules = panel_rules(session, request.pins)
    reads = rules.advice.services_read_papers and may_answer(session, caller, row)
    return content_of(session, request) if reads else None
