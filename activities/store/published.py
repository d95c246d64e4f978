"""Versions of policy as they are published and withdrawn: for good, and one at a time.

The versions of a kind follow one another: each ends where the next that is not withdrawn begins,
or earlier where its own document says so.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from uuid import UUID, uuid5

from sqlalchemy import text
from sqlmodel import Session, col, or_, select

from activities.store.casework import Recorded
from activities.store.events import Happening, write_event
from activities.store.policies import version_of
from activities.store.tables import PolicyVersionRow
from domain.policy.load import PolicyVersion
from domain.publication import MOST_CASES_NAMED, Stretch, Used, governs_until, left_without
from domain.refusals import NotValid

_VERSIONS = UUID("4b9a6d5e-2f0c-5b86-9a51-0e3a7c1d8f20")
_TAKE_TURNS = text("SELECT pg_advisory_xact_lock(810006)")
"""Whoever is just being pinned to a version shares this lock (0011_publications.sql)."""
_SHARE_TURNS = text("SELECT pg_advisory_xact_lock_shared(810006)")
_USES = text(
    "SELECT what, reference, many FROM ("
    "SELECT what, reference, count(*) OVER (PARTITION BY what) AS many, row_number() OVER"
    " (PARTITION BY what ORDER BY length(reference), reference) AS place FROM ("
    "SELECT 'by requests' AS what, reference FROM support_request"
    " WHERE pins ->> :kind = :version"
    " UNION ALL SELECT 'by payment runs', reference FROM payment_run"
    " WHERE policy_version_id = CAST(:version AS uuid)"
    " UNION ALL SELECT 'in the ledger by entries', CAST(number AS text) FROM ledger_entry"
    " WHERE policy_version_ids @> to_jsonb(CAST(:version AS text))"
    ") AS used) AS counted WHERE place <= :most ORDER BY what, place"
)
"""Everything that names a version: the first references of each sort, and how many there are."""


def take_turns(session: Session) -> None:
    """Let nobody else publish, withdraw, or be pinned, until the transaction ends."""
    session.connection().execute(_TAKE_TURNS)


def share_turns(session: Session) -> None:
    """Let nobody publish or withdraw until the transaction ends; what was, is seen from here on."""
    session.connection().execute(_SHARE_TURNS)


def version_id(version: PolicyVersion) -> UUID:
    """Name a version: the same document is the same version, whoever publishes it."""
    return uuid5(_VERSIONS, version.sha256)


def publish(
    session: Session,
    version: PolicyVersion,
    by: UUID | None,
    now: datetime,
    publication_id: UUID | None = None,
) -> UUID:
    """Publish a version; the same document again is the same version.

    What has been submitted stays pinned to what governed its day (promise 9). A version that would
    begin before the latest of its kind is refused: the past is not written anew.
    """
    found = session.get(PolicyVersionRow, version_id(version))
    if found is not None:
        _check_not_withdrawn(found)
        return found.id
    _end_the_one_before(session, version)
    row = PolicyVersionRow(
        id=version_id(version),
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
        publication_id=publication_id,
    )
    session.add(row)
    _happened(session, row, "policy_published", now)
    session.flush()
    return row.id


def withdraw(session: Session, act: Recorded, row: PolicyVersionRow, now: datetime) -> None:
    """Take a version out of force for good; the one before it governs on, until what follows."""
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_act = now, act.person_id, act.id
    session.add(row)
    session.flush()
    live = _live(session, row.kind)
    before = [each for each in live if each.in_force_from < row.in_force_from]
    if before:
        last = before[-1]
        others = (each.in_force_from for each in live)
        last.in_force_until = governs_until(_own_until(last), last.in_force_from, others)
        session.add(last)
    _happened(session, row, "policy_withdrawn", now)
    session.flush()


def in_hand(session: Session, of: UUID) -> PolicyVersionRow | None:
    """Read a version under its lock, if there is one of that id."""
    return session.get(PolicyVersionRow, of, with_for_update=True)


def uses(session: Session, row: PolicyVersionRow) -> tuple[Used, ...]:
    """Find what was decided, paid or entered by a version: the first references, and how many."""
    asked = {"kind": row.kind, "version": str(row.id), "most": MOST_CASES_NAMED}
    found = session.connection().execute(_USES, asked).all()
    return tuple(
        Used(what, tuple(each.reference for each in of), of[0].many)
        for what, of in ((what, list(of)) for what, of in groupby(found, lambda row: str(row.what)))
    )


def left_if_withdrawn(session: Session, row: PolicyVersionRow, day: date) -> date | None:
    """The first day, this one or later, that no version of the kind would govern without this."""
    others = (_stretch(each) for each in _live(session, row.kind) if each.id != row.id)
    return left_without(_stretch(row), others, day)


def governing_from(session: Session, day: date) -> tuple[PolicyVersion, ...]:
    """Read every published version that governs the day or a later one."""
    until = col(PolicyVersionRow.in_force_until)
    ids = session.exec(
        select(PolicyVersionRow.id)
        .where(col(PolicyVersionRow.withdrawn_at).is_(None), or_(until.is_(None), until > day))
        .order_by(PolicyVersionRow.kind, col(PolicyVersionRow.in_force_from))
    )
    return tuple(version_of(session, each) for each in ids.all())


def withdrawn_among(session: Session, hashes: Iterable[str]) -> frozenset[str]:
    """Which of these documents were published once and are withdrawn."""
    found = session.exec(
        select(PolicyVersionRow.sha256).where(
            col(PolicyVersionRow.sha256).in_(list(hashes)),
            col(PolicyVersionRow.withdrawn_at).is_not(None),
        )
    )
    return frozenset(found.all())


def published_hash(session: Session) -> str:
    """Name everything that is published by one hash: another version, or one less, is another."""
    hashes = session.exec(
        select(PolicyVersionRow.sha256)
        .where(col(PolicyVersionRow.withdrawn_at).is_(None))
        .order_by(PolicyVersionRow.sha256)
    )
    return hashlib.sha256("\n".join(hashes.all()).encode()).hexdigest()


def all_withdrawn(session: Session, publication_id: UUID) -> bool:
    """Whether nothing that a publication published is left."""
    left = session.exec(
        select(PolicyVersionRow.id)
        .where(
            PolicyVersionRow.publication_id == publication_id,
            col(PolicyVersionRow.withdrawn_at).is_(None),
        )
        .limit(1)
    )
    return left.first() is None


def _check_not_withdrawn(row: PolicyVersionRow) -> None:
    if row.withdrawn_at is not None:
        raise NotValid(
            f"to publish a {row.kind} in force from {row.in_force_from}",
            "this very document was published once and withdrawn",
            "What is withdrawn stays so; a new decision is a new authority, in a new document.",
        )


def _live(session: Session, kind: str) -> list[PolicyVersionRow]:
    """The versions of a kind that are not withdrawn, under their locks, the earliest first."""
    found = session.exec(
        select(PolicyVersionRow)
        .where(PolicyVersionRow.kind == kind, col(PolicyVersionRow.withdrawn_at).is_(None))
        .order_by(col(PolicyVersionRow.in_force_from))
        .with_for_update()
    )
    return list(found.all())


def _stretch(row: PolicyVersionRow) -> Stretch:
    return Stretch(row.in_force_from, _own_until(row))


def _own_until(row: PolicyVersionRow) -> date | None:
    until = row.document.get("in_force_until")
    return date.fromisoformat(until) if until else None


def _end_the_one_before(session: Session, version: PolicyVersion) -> None:
    live = _live(session, version.kind)
    if not live:
        return
    latest = live[-1]
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


def _happened(session: Session, row: PolicyVersionRow, kind: str, now: datetime) -> None:
    facts = {"kind": row.kind, "sha256": row.sha256}
    facts |= {"in_force_from": row.in_force_from.isoformat()}
    happening = Happening(kind=kind, subject="policy", subject_id=row.id, at=now, facts=facts)
    write_event(session, happening)
