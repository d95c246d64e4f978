"""Requests as each person may see them: words for those who need them, money when it is time."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, false, or_, select

from activities.store.reading.caller import OFFICERS, Caller
from activities.store.reading.panel import content_of, is_kept_out
from activities.store.reading.policies import PolicyView, pinned
from activities.store.reading.seeing import AT_SCHOOL, is_at_school, shown_stage
from activities.store.tables import PlacingRow, RequestRow
from domain.frozen import Frozen
from domain.people import Role
from domain.places import Level
from domain.refusals import Barred, Unknown
from domain.request import RequestContent, RequestKind
from domain.stages import Ending, Stage

_SHOWS_WHY_TO_SCHOOL = frozenset({Stage.RETURNED, Stage.WITH_OFFICER, Stage.MORE_INFORMATION})
MOST_AT_ONCE = 200


class RequestLine(Frozen):
    """A request in a list: its reference, where it stands and by when; never the child."""

    id: UUID
    reference: str
    kind: RequestKind
    school: str
    cluster: str
    stage: Stage
    stage_since_at: datetime
    submitted_at: datetime
    decide_by_at: datetime
    overdue: bool
    ending: Ending | None


class PlacingView(Frozen):
    """Where the moderated need stands and what it comes to, with the working."""

    id: UUID
    number: int
    recommendation: str
    tier: str
    route: str
    band: str | None
    annual_pence: int | None
    by_school_pence: dict[str, Any]
    profile: dict[str, Any] | None
    spread: dict[str, Any]
    inputs_sha256: str
    working: dict[str, Any]
    pots_tried: list[Any]


class RequestView(RequestLine):
    """A request whole, as far as the person who asks may see it."""

    version: int
    level: Level | None
    """Which level decides; for the council alone."""
    waits_for: str | None
    waits_until_at: datetime | None
    content: RequestContent | None
    """What the school wrote; left out for those who see money alone."""
    why: dict[str, Any]
    """Codes behind the stage: what screening found, why an officer has it."""
    placing: PlacingView | None
    """Band, amount and working: the council's from the start, the school's with the decision."""
    policies: tuple[PolicyView, ...]
    """The versions that the request is pinned to."""


def requests(
    session: Session, caller: Caller, *, stage: Stage | None = None, after: UUID | None = None
) -> tuple[RequestLine, ...]:
    """List the requests that the person may see, oldest first, from behind one of them."""
    query = select(RequestRow).where(_theirs(caller))
    if stage is not None:
        query = query.where(RequestRow.stage == stage)
    if after is not None:
        last = session.get(RequestRow, after)
        if last is not None:
            query = query.where(col(RequestRow.reference) > last.reference)
    rows = session.exec(query.order_by(RequestRow.reference).limit(MOST_AT_ONCE))
    return tuple(RequestLine(**_line(caller, row)) for row in rows)


def request(session: Session, caller: Caller, request_id: UUID) -> RequestView:
    """Read a request that the person may see; one with a tie to the case is kept out of it."""
    row = seen(session, caller, request_id)
    council = caller.holds(*OFFICERS)
    at_desk = row.school_code in caller.schools(Role.SENCO, Role.HEAD)
    stage = Stage(row.stage)
    decided = row.decision_id is not None
    shows_why = council or (at_desk and stage in _SHOWS_WHY_TO_SCHOOL)
    return RequestView(
        **_line(caller, row),
        version=row.version,
        level=Level(row.level) if council else None,
        waits_for=row.waits_for if council else None,
        waits_until_at=row.waits_until_at if council else None,
        content=content_of(session, row) if council or at_desk else None,
        why=row.why if shows_why else {},
        placing=_placing(session, row) if council or decided else None,
        policies=pinned(session, row.pins),
    )


def seen(session: Session, caller: Caller, request_id: UUID) -> RequestRow:
    """Find a request that the person may read whole; any other is unknown.

    A panel reads papers, not requests; an officer whom an interest ties to the case is barred.
    """
    row = session.get(RequestRow, request_id)
    if row is not None and is_at_school(caller, row):
        return row
    if row is None or not caller.holds(*OFFICERS, Role.FINANCE_OFFICER):
        raise Unknown("this request", "there is none of that id that you may see")
    if is_kept_out(session, caller, row):
        raise Barred("to read this request", "an interest in the case bars you")
    return row


def as_placing(row: PlacingRow) -> PlacingView:
    """Build the view of a placing."""
    return PlacingView(**row.model_dump(include=set(PlacingView.model_fields)))


def _theirs(caller: Caller) -> Any:
    if caller.holds(*OFFICERS):
        return RequestRow.stage != Stage.DRAFT
    own = col(RequestRow.school_code).in_(caller.schools(*AT_SCHOOL))
    if caller.holds(Role.FINANCE_OFFICER):
        return or_(own, col(RequestRow.decision_id).is_not(None))
    return own if caller.schools(*AT_SCHOOL) else false()


def _line(caller: Caller, row: RequestRow) -> dict[str, Any]:
    council = caller.holds(*OFFICERS)
    stage = shown_stage(Stage(row.stage), to_council=council)
    return {
        "id": row.id,
        "reference": row.reference,
        "kind": RequestKind(row.kind),
        "school": row.school_code,
        "cluster": row.cluster_code,
        "stage": stage,
        # When a hidden stage began would say that there was one.
        "stage_since_at": row.stage_since_at if stage == row.stage else row.submitted_at,
        "submitted_at": row.submitted_at,
        "decide_by_at": row.decide_by_at,
        "overdue": row.overdue,
        "ending": Ending(row.ending) if row.ending else None,
    }


def _placing(session: Session, row: RequestRow) -> PlacingView | None:
    found = session.get(PlacingRow, row.placing_id) if row.placing_id else None
    return as_placing(found) if found else None
