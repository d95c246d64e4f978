"""Requests as each person may see them: words for those who need them, money when it is time."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, false, or_, select

from activities.store.reading.advice import AdvisedView, advised_on
from activities.store.reading.caller import OFFICERS, Caller
from activities.store.reading.challenge_window import challenge_by
from activities.store.reading.events import reached_council_at
from activities.store.reading.panel import content_of, is_kept_out
from activities.store.reading.policies import PolicyView, pinned
from activities.store.reading.seeing import (
    AT_SCHOOL,
    Sight,
    is_at_school,
    may_see_money,
    of_schools,
    partners_in,
    shown_stage,
    sight,
    stages_behind,
)
from activities.store.reading.words import (
    TO_SCHOOL,
    Said,
    asked_by_panel,
    said_on,
    without_need,
)
from activities.store.tables import DecisionRow, PlacingRow, RequestRow
from domain.frozen import Frozen
from domain.people import Role
from domain.places import Level
from domain.refusals import Barred, Unknown
from domain.request import RequestContent, RequestKind
from domain.stages import ENDED, ActKind, Ending, Stage
from domain.waiting import Waits

_UNDER_WAY = tuple(sorted(set(Stage) - ENDED))
_SHOWS_WHY_TO_SCHOOL = frozenset({Stage.RETURNED, Stage.WITH_OFFICER, Stage.MORE_INFORMATION})
MOST_AT_ONCE = 200
FOR_OFFICERS = {
    Stage.WITH_OFFICER: Waits.LOOK_AT_CASE,
    Stage.UNPRICED: Waits.PRICE,
    Stage.NO_MONEY: Waits.FIND_MONEY,
    Stage.SIGN_OFF: Waits.SIGN,
    Stage.KEY_DECISION: Waits.RECORD_KEY_DECISION,
}
"""What waits for an officer, by where a request stands."""


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
    words: tuple[Said, ...]
    """What was written with the acts on it: all of it for the council, for the school its own."""
    panel_asks: tuple[str, ...]
    """What the panel wants to know, where it asked; the school answers it."""
    policies: tuple[PolicyView, ...]
    """The versions that the request is pinned to."""
    challenge_by_at: datetime | None = None
    """Until when the decision that stands may be challenged."""
    advised: AdvisedView | None = None
    """What the panel gave beside its ballot: the school's desk reads it with the decision."""


class Wanted(Frozen):
    """Which of the requests that a person may see are listed; said of nothing, all of them."""

    stage: Stage | None = None
    cluster: str | None = None
    overdue: bool = False
    mine: bool = False
    """Those alone that wait for an officer of the person's own roles and grades, or for any."""
    under_way: bool = False
    """Those alone that are neither decided nor withdrawn."""


EVERY = Wanted()


def requests(
    session: Session, caller: Caller, wanted: Wanted = EVERY, after: UUID | None = None
) -> tuple[RequestLine, ...]:
    """List the requests that the person may see, oldest first, from behind one of them."""
    query = select(RequestRow).where(_theirs(caller), *_chosen(caller, wanted))
    if after is not None:
        last = session.get(RequestRow, after)
        if last is not None:
            query = query.where(col(RequestRow.reference) > last.reference)
    rows = session.exec(query.order_by(RequestRow.reference).limit(MOST_AT_ONCE)).all()
    return tuple(RequestLine(**each) for each in _lines(session, caller, *rows))


def request(session: Session, caller: Caller, request_id: UUID) -> RequestView:
    """Read a request that the person may see; one with a tie to the case is kept out of it."""
    row = seen(session, caller, request_id)
    sees = sight(session, caller, row)
    (line,) = _lines(session, caller, row)
    needs_words = sees.council or sees.desk
    shows_why = sees.council or (sees.desk and Stage(row.stage) in _SHOWS_WHY_TO_SCHOOL)
    return RequestView(
        **line,
        version=row.version,
        level=Level(row.level) if sees.council else None,
        waits_for=row.waits_for if sees.council else None,
        waits_until_at=row.waits_until_at if sees.council else None,
        content=_content(session, sees, row),
        why=row.why if shows_why else {},
        placing=_placing(session, sees, row),
        words=said_on(session, row.id, ActKind if sees.council else TO_SCHOOL)
        if needs_words
        else (),
        panel_asks=asked_by_panel(session, row.id) if needs_words else (),
        policies=pinned(session, row.pins),
        challenge_by_at=_challenge_by(session, row),
        advised=advised_on(session, caller, row) if needs_words else None,
    )


def seen(session: Session, caller: Caller, request_id: UUID) -> RequestRow:
    """Find a request that the person may read; any other is unknown.

    A panel reads papers, not requests; an officer whom an interest ties to the case is barred;
    finance has nothing to do with it before there is a decision.
    """
    row = session.get(RequestRow, request_id)
    if row is not None and (is_at_school(caller, row) or partners_in(session, caller, row)):
        return row
    if row is None or not (caller.holds(*OFFICERS) or may_see_money(caller, row)):
        raise Unknown("this request", "there is none of that id that you may see")
    if is_kept_out(session, caller, row):
        raise Barred("to read this request", "an interest in the case bars you")
    return row


def as_placing(row: PlacingRow) -> PlacingView:
    """Build the view of a placing."""
    return PlacingView(**row.model_dump(include=set(PlacingView.model_fields)))


def placing_without_need(view: PlacingView) -> PlacingView:
    """Leave the child's need out of a placing, for those who follow the money."""
    left = {"profile": None, "spread": {}, "working": without_need(view.working)}
    return view.model_copy(update=left)


def _challenge_by(session: Session, row: RequestRow) -> datetime | None:
    found = session.get(DecisionRow, row.decision_id) if row.decision_id else None
    return challenge_by(session, row, found) if found else None


def _chosen(caller: Caller, wanted: Wanted) -> Iterator[Any]:
    if wanted.stage is not None:
        behind = stages_behind(wanted.stage, to_council=caller.holds(*OFFICERS))
        yield col(RequestRow.stage).in_(behind)
    if wanted.cluster is not None:
        yield col(RequestRow.cluster_code) == wanted.cluster
    if wanted.overdue:
        yield col(RequestRow.overdue) & col(RequestRow.ending).is_(None)
    if wanted.under_way:
        yield col(RequestRow.stage).in_(_UNDER_WAY)
    if wanted.mine:
        yield waits_for_officer(caller.officer_names)


def waits_for_officer(names: frozenset[str]) -> Any:
    """Which requests wait for an officer of one of the roles or grades, or for any officer."""
    waits_for = col(RequestRow.waits_for)
    here = col(RequestRow.stage).in_(list(FOR_OFFICERS))
    # Without a role there is nobody for whom it could wait.
    return here & or_(waits_for.is_(None), waits_for.in_(names)) if names else false()


def _theirs(caller: Caller) -> Any:
    if caller.holds(*OFFICERS):
        return RequestRow.stage != Stage.DRAFT
    schools = caller.schools(*AT_SCHOOL)
    own = of_schools(schools) if schools else false()
    if caller.holds(Role.FINANCE_OFFICER):
        return or_(own, col(RequestRow.decision_id).is_not(None))
    return own


def _lines(session: Session, caller: Caller, *rows: RequestRow) -> list[dict[str, Any]]:
    council = caller.holds(*OFFICERS)
    shown = {row.id: shown_stage(Stage(row.stage), to_council=council) for row in rows}
    # When a hidden stage began would say that there was one: the shown stage began with the first.
    hidden = [] if council else [id_ for id_, stage in shown.items() if stage is Stage.SIGN_OFF]
    since = reached_council_at(session, hidden)
    return [
        {
            "id": row.id,
            "reference": row.reference,
            "kind": RequestKind(row.kind),
            "school": row.school_code,
            "cluster": row.cluster_code,
            "stage": shown[row.id],
            "stage_since_at": since.get(row.id, row.stage_since_at),
            "submitted_at": row.submitted_at,
            "decide_by_at": row.decide_by_at,
            "overdue": row.overdue,
            "ending": Ending(row.ending) if row.ending else None,
        }
        for row in rows
    ]


def _content(session: Session, sees: Sight, row: RequestRow) -> RequestContent | None:
    """What the school wrote; another school with pupils in it is shown those and when it is for."""
    if sees.council or sees.desk:
        return content_of(session, row)
    if not sees.partner_desks:
        return None
    whole = content_of(session, row)
    return RequestContent(
        kind=whole.kind,
        pupils=tuple(each for each in whole.pupils if each.school in sees.partner_desks),
        starts_on=whole.starts_on,
        ends_on=whole.ends_on,
    )


def _placing(session: Session, sees: Sight, row: RequestRow) -> PlacingView | None:
    """Show the council all, the school all once it is decided, and finance the money alone."""
    found = session.get(PlacingRow, row.placing_id) if row.placing_id else None
    decided = row.decision_id is not None
    if found is None or not (sees.council or (decided and (sees.school or not sees.partners))):
        return None
    view = as_placing(found)
    return view if sees.council or sees.desk else placing_without_need(view)
