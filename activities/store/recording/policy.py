"""The first day's policy: set up with everything else, before anything has been asked for.

From the first request on a version comes from a draft that two people have approved.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from activities.store.published import publish, version_id
from activities.store.tables import PolicyVersionRow, RequestRow
from domain.checking import faults_of
from domain.policy.load import PackFaulty, PolicyVersion, load_pack, load_version
from domain.refusals import NotAtThisStage

__all__ = ["PolicyVersion", "load_pack", "load_version", "publish", "publish_pack"]


def publish_pack(session: Session, files: Mapping[str, str], now: datetime) -> tuple[UUID, ...]:
    """Publish every version of a pack in order of day, or refuse it with all its faults."""
    faults = faults_of(files)
    if faults:
        raise PackFaulty(faults)
    versions: Iterable[PolicyVersion] = load_pack(files)
    ordered = sorted(versions, key=lambda version: (version.in_force_from, version.kind))
    _check_first_day(session, ordered)
    return tuple(publish(session, version, None, now) for version in ordered)


def _check_first_day(session: Session, versions: Iterable[PolicyVersion]) -> None:
    """Refuse to publish by command what cases would be decided by: that takes two people."""
    wanted = {version_id(version) for version in versions}
    if session.exec(select(RequestRow.id).limit(1)).first() is None:
        return
    known = session.exec(
        select(PolicyVersionRow.id).where(col(PolicyVersionRow.id).in_(list(wanted)))
    )
    missing = wanted - set(known.all())
    if missing:
        raise NotAtThisStage(
            "to publish policy by command",
            f"requests have been submitted, and {len(missing)} of these versions are new",
            "A policy officer drafts them (POST /api/policy/publications), and two others approve.",
        )
