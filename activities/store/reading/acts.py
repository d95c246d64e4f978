"""Recorded acts as whoever did them sees them: waiting, done, or refused and why."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from activities.store.reading.caller import OFFICERS, Caller
from activities.store.reading.panel import is_kept_out
from activities.store.reading.seeing import shown_stage
from activities.store.tables import ActRow, RequestRow
from domain.frozen import Frozen
from domain.refusals import Barred, Unknown
from domain.stages import ActKind, Stage

_SHOWN = {"id", "subject", "subject_id", "recorded_at", "outcome", "refusal"}


class ActView(Frozen):
    """An act with its outcome, once there is one."""

    id: UUID
    kind: ActKind
    subject: str
    subject_id: UUID
    recorded_at: datetime
    outcome: str | None
    """``done``, ``refused``, or nothing while it has not taken effect."""
    refusal: dict[str, Any] | None
    stage: Stage | None
    """Where the request stands now."""


class ActWords(Frozen):
    """What somebody said with an act, word by word, so that it can be changed and said again."""

    id: UUID
    kind: ActKind
    subject_id: UUID
    outcome: str | None
    choices: dict[str, Any]

    @property
    def is_refused(self) -> bool:
        """Whether it came to nothing, so that it may be said again."""
        return self.outcome == "refused"


def words_of_act(session: Session, caller: Caller, act_id: UUID) -> ActWords:
    """Read what an act of the person's own said; anybody else's is unknown, to officers too."""
    row = session.get(ActRow, act_id)
    if row is None or row.person_id != caller.person.id:
        raise Unknown("this act", "there is none of that id that you may see")
    facts = row.model_dump(include={"id", "subject_id", "outcome", "choices"})
    return ActWords(**facts, kind=ActKind(row.kind))


def own_acts(session: Session, caller: Caller, among: Iterable[UUID]) -> tuple[ActView, ...]:
    """Read several acts of the person's own, in the order in which they were recorded."""
    rows = session.exec(
        select(ActRow, RequestRow.stage)
        .join(RequestRow, col(RequestRow.id) == ActRow.subject_id, isouter=True)
        .where(col(ActRow.id).in_(list(among)), ActRow.person_id == caller.person.id)
        .order_by(col(ActRow.recorded_at), col(ActRow.id))
    )
    council = caller.holds(*OFFICERS)
    return tuple(
        ActView(
            **row.model_dump(include=_SHOWN),
            kind=ActKind(row.kind),
            stage=shown_stage(Stage(stage), to_council=council) if stage else None,
        )
        for row, stage in rows
    )


def act(session: Session, caller: Caller, act_id: UUID) -> ActView:
    """Read an act of the person's own; officers may read anybody's on a request."""
    row = session.get(ActRow, act_id)
    officer = caller.holds(*OFFICERS)
    if row is None or not (officer or row.person_id == caller.person.id):
        raise Unknown("this act", "there is none of that id that you may see")
    request = session.get(RequestRow, row.subject_id)
    is_own = row.person_id == caller.person.id
    if request is not None and not is_own and is_kept_out(session, caller, request):
        raise Barred("to read this act", "an interest in the case bars you")
    stage = shown_stage(Stage(request.stage), to_council=officer) if request else None
    return ActView(**row.model_dump(include=_SHOWN), kind=ActKind(row.kind), stage=stage)
