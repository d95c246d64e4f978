"""Publishing policy: a version is added for good; the one before it ends where it begins."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID, uuid5

from sqlmodel import Session, col, select

from activities.store.events import Happening, write_event
from activities.store.tables import PolicyVersionRow
from domain.policy.check import faults_of
from domain.policy.load import PackFaulty, PolicyVersion, load_pack, load_version
from domain.refusals import NotValid

_VERSIONS = UUID("4b9a6d5e-2f0c-5b86-9a51-0e3a7c1d8f20")

__all__ = ["PolicyVersion", "load_pack", "load_version", "publish", "publish_pack"]


def publish(session: Session, version: PolicyVersion, by: UUID | None, now: datetime) -> UUID:
    """Publish a version; the same document again is the same version.

    What has been submitted stays pinned to what governed its day (promise 9). A version that would
    begin before the latest of its kind is refused: the past is not written anew.
    """
    version_id = uuid5(_VERSIONS, version.sha256)
    if session.get(PolicyVersionRow, version_id) is not None:
        return version_id
    _end_the_open_one(session, version)
    row = PolicyVersionRow(
        id=version_id,
        kind=version.kind,
        council=version.council,
        sha256=version.sha256,
        document=json.loads(version.canonical),
        in_force_from=version.in_force_from,
        in_force_until=version.in_force_until,
        authority=version.authority,
        source=version.document.source,
        published_at=now,
        published_by=by,
    )
    session.add(row)
    facts = {"kind": version.kind, "sha256": version.sha256}
    facts |= {"in_force_from": version.in_force_from.isoformat()}
    happening = Happening(
        kind="policy_published", subject="policy", subject_id=version_id, at=now, facts=facts
    )
    write_event(session, happening)
    session.flush()
    return version_id


def publish_pack(session: Session, files: Mapping[str, str], now: datetime) -> tuple[UUID, ...]:
    """Publish every version of a pack in order of day, or refuse it with all its faults."""
    faults = faults_of(files)
    if faults:
        raise PackFaulty(faults)
    versions: Iterable[PolicyVersion] = load_pack(files)
    ordered = sorted(versions, key=lambda version: (version.in_force_from, version.kind))
    return tuple(publish(session, version, None, now) for version in ordered)


def _end_the_open_one(session: Session, version: PolicyVersion) -> None:
    latest = session.exec(
        select(PolicyVersionRow)
        .where(PolicyVersionRow.kind == version.kind)
        .order_by(col(PolicyVersionRow.in_force_from).desc())
        .limit(1)
        .with_for_update()
    ).first()
    if latest is None:
        return
    if latest.in_force_from >= version.in_force_from:
        raise NotValid(
            f"to publish a {version.kind} in force from {version.in_force_from}",
            f"a version in force from {latest.in_force_from} is published",
            "Give it a later day; what was published is never changed.",
        )
    if latest.in_force_until is None or latest.in_force_until > version.in_force_from:
        latest.in_force_until = version.in_force_from
        session.add(latest)
        session.flush()
