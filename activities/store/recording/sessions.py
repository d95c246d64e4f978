"""Who is signed in to the pages: begun at sign-in, seen at each page, ended at sign-out or by time.

The browser holds a key, and the record its hash; these run on the machine's own clock.
"""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, text
from sqlmodel import Session

from activities.store.tables import WebSessionRow
from domain.frozen import Frozen

_NOTED_EVERY = timedelta(minutes=1)
"""That a page was asked for is written down at most so often: reading a page should not write."""

_HELD = text(
    "SELECT w.issuer, w.subject, w.seen_at, p.called FROM web_session AS w"
    " JOIN person AS p ON p.id = w.person_id"
    " WHERE w.key_sha256 = :key AND w.ended_at IS NULL AND w.ends_at > :now AND w.seen_at > :idle"
)
_SEEN = text(
    "UPDATE web_session SET seen_at = :now"
    " WHERE key_sha256 = :key AND ended_at IS NULL AND seen_at < :now AND ends_at > :now"
)
_END = text(
    "UPDATE web_session SET ended_at = :now WHERE key_sha256 = :key AND ended_at IS NULL"
    " RETURNING issuer"
)
_FORGET = text("SELECT web_session_forget(:over_before)")


class SessionHeld(Frozen):
    """Whom a session is of: an issuer's subject, and how colleagues call the person."""

    issuer: str
    subject: str
    called: str = ""


def begin_session(
    session: Session,
    key: str,
    person_id: UUID,
    signed_in: SessionHeld,
    begun_at: datetime,
    ends_at: datetime,
) -> None:
    """Begin a session that lasts from one instant to another, under a key that was never used."""
    row = WebSessionRow(
        key_sha256=_hashed(key),
        person_id=person_id,
        issuer=signed_in.issuer,
        subject=signed_in.subject,
        begun_at=begun_at,
        seen_at=begun_at,
        ends_at=ends_at,
    )
    session.add(row)


def session_held(
    connection: Connection, key: str, now: datetime, idle: timedelta
) -> SessionHeld | None:
    """Find the session of a key, and note that it was used; one that is over is none."""
    wanted = {"key": _hashed(key), "now": now, "idle": now - idle}
    row = connection.execute(_HELD, wanted).one_or_none()
    if row is None:
        return None
    if now - row.seen_at >= _NOTED_EVERY:
        connection.execute(_SEEN, {"key": wanted["key"], "now": now})
    return SessionHeld(issuer=row.issuer, subject=row.subject, called=row.called)


def end_session(session: Session, key: str, now: datetime) -> str | None:
    """End the session of a key; says at which issuer the person signed in, if it was still on."""
    ended = session.connection().execute(_END, {"key": _hashed(key), "now": now}).one_or_none()
    return str(ended.issuer) if ended else None


def forget_sessions(session: Session, over_before: datetime) -> int:
    """Take away the sessions that were over before an instant, and say how many.

    What was typed when a session was over went back into the browser's page, and is not kept here.
    """
    asked = {"over_before": over_before}
    return int(session.connection().execute(_FORGET, asked).scalar_one())


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
