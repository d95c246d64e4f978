"""Drafts of policy on their way: what each says, who wrote it, what was found out, who approved it.

Every function works in the caller's transaction.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select

from activities.store.casework import Recorded
from activities.store.events import Happening, write_event
from activities.store.locks import NO_KEY
from activities.store.tables import (
    PublicationApprovalRow,
    PublicationDraftRow,
    PublicationRow,
)
from domain.frozen import Frozen
from domain.policy.load import PolicyFault, PolicyVersion
from domain.publication import (
    PUBLICATION_ENDED,
    PublicationStage,
    draft_content,
    draft_hash,
)


class Draft(Frozen):
    """A draft of policy as it stands: its last revision, and who has a part in it."""

    publication_id: UUID
    stage: PublicationStage
    revision: int
    sha256: str
    files: dict[str, str]
    written_by: tuple[UUID, ...]
    """Everybody who wrote a revision of it."""
    approved_by: tuple[UUID, ...]
    """Everybody who approved this revision."""
    checked_against: str | None


class FoundOut(NamedTuple):
    """What a check of a draft came to."""

    against: str
    """One hash for everything that it was checked beside."""
    faults: tuple[PolicyFault, ...]
    brings: tuple[PolicyVersion, ...]
    """What it would publish, as far as it could be read."""


def draft_of(session: Session, publication_id: UUID) -> Draft | None:
    """Read a draft as it stands, published and given up ones too."""
    row = session.get(PublicationRow, publication_id)
    return _as_draft(session, row) if row else None


def take_in_hand(session: Session, publication_id: UUID) -> Draft | None:
    """Read a draft and lock it until the transaction ends."""
    row = session.get(PublicationRow, publication_id, with_for_update=NO_KEY)
    return _as_draft(session, row) if row else None


def begin(session: Session, act: Recorded, files: Mapping[str, str], now: datetime) -> None:
    """Put a first draft on record; the publication has the act's id."""
    assert act.person_id is not None, "a draft is somebody's"
    row = PublicationRow(
        id=act.id,
        stage=PublicationStage.DRAFTED,
        revision=1,
        drafted_by=act.person_id,
        drafted_at=now,
    )
    session.add(row)
    session.flush()
    _write(session, row, act, files, now)


def revise(session: Session, act: Recorded, draft: Draft, files: Mapping[str, str]) -> None:
    """Put another revision in the place of the last, which stays on record with its approvals."""
    row = session.get_one(PublicationRow, draft.publication_id)
    row.revision += 1
    row.stage = PublicationStage.DRAFTED
    session.add(row)
    session.flush()
    _write(session, row, act, files, act.recorded_at)


def checked(
    session: Session,
    draft: Draft,
    found_out: FoundOut,
    now: datetime,
) -> None:
    """Keep every fault that was found, what the draft brings, and what it was checked beside."""
    found = [fault.model_dump(mode="json") for fault in found_out.faults]
    row = _last(session, draft)
    row.checked_at, row.checked_against, row.faults = now, found_out.against, found
    row.brings = [
        {
            "kind": each.kind,
            "from_on": each.in_force_from.isoformat(),
            "sha256": each.sha256,
        }
        for each in found_out.brings
    ]
    session.add(row)
    session.flush()
    stage = PublicationStage.FAULTY if found else PublicationStage.CHECKED
    move(session, draft, stage, now)


def impact_known(session: Session, draft: Draft, impact: Mapping[str, Any], now: datetime) -> None:
    """Keep what the draft would have made of the year's cases: it is there to be approved."""
    row = _last(session, draft)
    row.impact, row.impact_at = dict(impact), now
    session.add(row)
    session.flush()
    move(session, draft, PublicationStage.FOR_APPROVAL, now)


def approved(session: Session, act: Recorded, draft: Draft, now: datetime) -> None:
    """Put an approval on record: of this revision, by its hash."""
    assert act.person_id is not None, "an approval is somebody's"
    session.add(
        PublicationApprovalRow(
            publication_id=draft.publication_id,
            revision=draft.revision,
            person_id=act.person_id,
            act_id=act.id,
            sha256=draft.sha256,
            approved_at=now,
        )
    )
    session.flush()


def move(session: Session, draft: Draft, stage: PublicationStage, now: datetime) -> None:
    """Bring a draft to another stage."""
    row = session.get_one(PublicationRow, draft.publication_id)
    row.stage = stage
    if stage in PUBLICATION_ENDED:
        row.ended_at = now
    session.add(row)
    session.flush()


def happened(session: Session, draft: Draft, kind: str, now: datetime, **facts: Any) -> None:
    """Write what has happened to a draft: its hash and revision, and nobody's words."""
    told = {"sha256": draft.sha256, "revision": draft.revision, **facts}
    happening = Happening(
        kind=kind, subject="publication", subject_id=draft.publication_id, at=now, facts=told
    )
    write_event(session, happening)


def _write(
    session: Session, row: PublicationRow, act: Recorded, files: Mapping[str, str], now: datetime
) -> None:
    assert act.person_id is not None, "a draft is somebody's"
    session.add(
        PublicationDraftRow(
            publication_id=row.id,
            revision=row.revision,
            act_id=act.id,
            written_by=act.person_id,
            written_at=now,
            content=draft_content(files),
            sha256=draft_hash(files),
        )
    )
    session.flush()
    draft = _as_draft(session, row)
    happened(session, draft, "policy_drafted", now, files=len(files))


def _last(session: Session, draft: Draft) -> PublicationDraftRow:
    return session.get_one(PublicationDraftRow, (draft.publication_id, draft.revision))


def _as_draft(session: Session, row: PublicationRow) -> Draft:
    last = session.get_one(PublicationDraftRow, (row.id, row.revision))
    written_by, approved_by = people_of(session, [row])[row.id]
    return Draft(
        publication_id=row.id,
        stage=PublicationStage(row.stage),
        revision=row.revision,
        sha256=last.sha256,
        files=json.loads(last.content),
        written_by=written_by,
        approved_by=approved_by,
        checked_against=last.checked_against,
    )


def people_of(
    session: Session, rows: Sequence[PublicationRow]
) -> dict[UUID, tuple[tuple[UUID, ...], tuple[UUID, ...]]]:
    """Name whoever has written each of several drafts, and approved it as it stands."""
    ids = [row.id for row in rows]
    writers = session.exec(
        select(PublicationDraftRow.publication_id, PublicationDraftRow.written_by)
        .where(col(PublicationDraftRow.publication_id).in_(ids))
        .distinct()
        .order_by(col(PublicationDraftRow.written_by))
    ).all()
    approvals = session.exec(
        select(PublicationApprovalRow)
        .where(col(PublicationApprovalRow.publication_id).in_(ids))
        .order_by(col(PublicationApprovalRow.person_id))
    ).all()
    return {
        row.id: (
            tuple(who for of, who in writers if of == row.id),
            tuple(
                each.person_id
                for each in approvals
                if (each.publication_id, each.revision) == (row.id, row.revision)
            ),
        )
        for row in rows
    }
