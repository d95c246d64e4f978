"""For whom to look, where a waiting thing belongs, and how far the record was looked through.

Which kinds of thing wait is told here once: a new one is a line of ``_PLACES`` and, where it waits
for people of a school or a cluster, one of ``_OPEN``.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlmodel import Session, col, func, select

from activities.store.tables import EventRow, ReminderLookRow
from domain.frozen import Frozen
from domain.people import Role

_OPEN = (
    "SELECT school_code, NULL AS cluster_code FROM support_request"
    " WHERE stage IN ('returned', 'more_information') AND waits_until_at <= :until"
    " UNION SELECT NULL, cluster_code FROM support_request"
    " WHERE stage = 'with_officer' AND decide_by_at <= :until"
    " UNION SELECT NULL, m.cluster_code FROM meeting AS m WHERE m.stage <> 'closed'"
    " AND (m.starts_at <= :until OR EXISTS (SELECT FROM ballot AS b"
    "  JOIN agenda_item AS i ON i.id = b.item_id"
    "  WHERE i.meeting_id = m.id AND b.closed_at IS NULL AND b.closes_at <= :until))"
    " UNION SELECT s.school_code, NULL FROM cluster_plan AS p"
    " JOIN cluster_plan_party AS c ON c.plan_id = p.id"
    " JOIN school_in_cluster AS s ON s.cluster_code = c.cluster_code WHERE p.stage = 'proposed'"
    " AND p.voices_by_at <= :until"
    " UNION SELECT NULL, r.cluster_code FROM service_asked AS a"
    " JOIN support_request AS r ON r.id = a.request_id"
    " WHERE a.state IN ('asked', 'accepted') AND least(a.answer_by_at, a.by_at) <= :until"
)
"""Schools and clusters where something waits for people of the place, until a day not far off."""

_HELD = "h.from_on <= :day AND (h.until_on IS NULL OR h.until_on > :day)"
_OF_NO_PLACE = "h.school_code IS NULL AND h.cluster_code IS NULL AND h.trust_code IS NULL"
_SIGNS_IN = (
    " SELECT DISTINCT ON (s.person_id) s.person_id, s.issuer, s.subject"
    " FROM who JOIN sign_in AS s USING (person_id) ORDER BY s.person_id, s.issuer, s.subject"
)
_EVERYBODY_CONCERNED = text(
    f"WITH open AS ({_OPEN}), who AS ("  # noqa: S608
    f" SELECT h.person_id FROM role_held AS h WHERE {_HELD} AND (({_OF_NO_PLACE})"
    " OR h.school_code IN (SELECT school_code FROM open)"
    " OR h.cluster_code IN (SELECT cluster_code FROM open))"
    " UNION SELECT person_id FROM seat WHERE ended_at IS NULL AND person_id IS NOT NULL)"
    f"{_SIGNS_IN}"
)
_HOLDERS = text(
    f"WITH held AS (SELECT h.person_id FROM role_held AS h WHERE {_HELD}"  # noqa: S608
    " AND h.role = ANY (:roles) AND (CAST(:grade AS varchar) IS NULL OR h.grade = :grade)"
    f" AND (({_OF_NO_PLACE}) OR h.school_code = ANY (:schools)"
    " OR h.cluster_code = ANY (:clusters))),"
    " who AS (SELECT person_id FROM held UNION SELECT c.cover_id FROM cover AS c"
    " JOIN held ON held.person_id = c.officer_id"
    f" WHERE c.ended_at IS NULL AND c.from_on <= :day AND c.until_on > :day){_SIGNS_IN}"
)
_SEATED = text(
    "WITH who AS (SELECT person_id FROM seat"  # noqa: S608
    " WHERE meeting_id = :meeting AND ended_at IS NULL"
    f" AND person_id IS NOT NULL){_SIGNS_IN}"
)
_WHO = text(
    "SELECT person_id, issuer, subject FROM sign_in WHERE person_id = :person"
    " ORDER BY issuer, subject LIMIT 1"
)
_PLACES = text(
    "SELECT id, id AS subject_id, id AS request_id, school_code, cluster_code,"
    " stage_since_at AS since_at FROM support_request WHERE id = ANY (:ids)"
    " UNION ALL SELECT i.id, m.id, i.request_id, NULL, m.cluster_code, i.listed_at"
    " FROM agenda_item AS i JOIN meeting AS m ON m.id = i.meeting_id WHERE i.id = ANY (:ids)"
    " UNION ALL SELECT b.id, b.id, b.request_id, NULL, m.cluster_code, b.opened_at"
    " FROM ballot AS b JOIN agenda_item AS i ON i.id = b.item_id"
    " JOIN meeting AS m ON m.id = i.meeting_id WHERE b.id = ANY (:ids)"
    " UNION ALL SELECT id, id, NULL, NULL, cluster_code, opened_at"
    " FROM calibration_ballot WHERE id = ANY (:ids)"
    " UNION ALL SELECT id, id, NULL, NULL, cluster_code, called_at"
    " FROM meeting WHERE id = ANY (:ids)"
    " UNION ALL SELECT s.id, s.id, s.request_id, r.school_code, r.cluster_code, s.state_since_at"
    " FROM service_asked AS s JOIN support_request AS r ON r.id = s.request_id"
    " WHERE s.id = ANY (:ids)"
    " UNION ALL SELECT c.id, c.id, c.request_id, r.school_code, c.cluster_code, c.stage_since_at"
    " FROM reconsideration AS c JOIN support_request AS r ON r.id = c.request_id"
    " WHERE c.id = ANY (:ids)"
    " UNION ALL SELECT id, id, NULL, NULL, cluster_code, stage_since_at"
    " FROM cluster_plan WHERE id = ANY (:ids)"
    " UNION ALL SELECT id, id, NULL, NULL, NULL, prepared_at"
    " FROM payment_run WHERE id = ANY (:ids)"
    " UNION ALL SELECT id, id, NULL, NULL, NULL, drafted_at"
    " FROM publication WHERE id = ANY (:ids)"
    " UNION ALL SELECT id, id, NULL, school_code, NULL, saved_at FROM draft AS d"
    " WHERE id = ANY (:ids) AND NOT EXISTS (SELECT FROM support_request AS r WHERE r.id = d.id)"
)
_LISTED_WITH = text(
    "SELECT DISTINCT m.cluster_code FROM agenda_item AS i JOIN meeting AS m ON m.id = i.meeting_id"
    " WHERE i.request_id = ANY (:ids) AND m.stage <> 'closed'"
)
_WITH_SIGNED_PLANS = text(
    "SELECT DISTINCT c.cluster_code FROM cluster_plan AS p"
    " JOIN cluster_plan_party AS c ON c.plan_id = p.id WHERE p.stage = 'signed'"
)
_BEGIN = text(
    "INSERT INTO reminder_look (only_row, events_until)"
    " SELECT true, coalesce(max(position), 0) FROM event ON CONFLICT (only_row) DO NOTHING"
)


class SignsIn(Frozen):
    """Somebody to look for: who it is, and one of the ways in which they sign in."""

    person_id: UUID
    issuer: str
    subject: str


class Placed(Frozen):
    """Where something that waits belongs."""

    subject_id: UUID
    """What is named where it waits item by item: the meeting of an agenda item, else itself."""
    request_id: UUID | None
    school: str | None
    cluster: str | None
    since_at: datetime


class Moved(Frozen):
    """A subject that something happened to, with the last place it moved to.

    What a service is asked is a subject of its own, and a seat given moves a meeting to its call.
    """

    subject: str
    subject_id: UUID
    to: str | None
    school: str | None
    position: int
    at: datetime


def everybody_concerned(session: Session, day: date, until: datetime) -> tuple[SignsIn, ...]:
    """List whom anything may wait for that is due by ``until``: nobody else is looked at."""
    asked = {"day": day, "until": until}
    return _people(session.connection().execute(_EVERYBODY_CONCERNED, asked))


def signs_in(session: Session, person_id: UUID) -> SignsIn | None:
    """Say how somebody signs in."""
    row = session.connection().execute(_WHO, {"person": person_id}).one_or_none()
    return None if row is None else SignsIn.model_validate(row._asdict())


def holders(
    session: Session,
    day: date,
    roles: Collection[Role],
    *,
    schools: Collection[str] = (),
    clusters: Collection[str] = (),
    grade: str | None = None,
) -> tuple[SignsIn, ...]:
    """List who holds one of the roles on a day, at one of the places or for the whole council.

    Whoever covers for one of them on that day is with them.
    """
    asked = {"schools": list(schools), "clusters": list(clusters), "grade": grade}
    asked_roles = {"roles": [str(role) for role in roles], "day": day}
    return _people(session.connection().execute(_HOLDERS, {**asked, **asked_roles}))


def seated_in(session: Session, meeting_id: UUID) -> tuple[SignsIn, ...]:
    """List who has a seat in a meeting without a role in its cluster."""
    return _people(session.connection().execute(_SEATED, {"meeting": meeting_id}))


def places_of(session: Session, ids: Collection[UUID]) -> dict[UUID, Placed]:
    """Say where waiting things belong; what has no place, such as a month, is left out."""
    rows = session.connection().execute(_PLACES, {"ids": list(ids)})
    return {
        row.id: Placed(
            subject_id=row.subject_id,
            request_id=row.request_id,
            school=row.school_code,
            cluster=row.cluster_code,
            since_at=row.since_at,
        )
        for row in rows
    }


def listed_with(session: Session, request_ids: Collection[UUID]) -> frozenset[str]:
    """The clusters whose panels have the requests on an agenda."""
    rows = session.connection().execute(_LISTED_WITH, {"ids": list(request_ids)})
    return frozenset(rows.scalars())


def with_signed_plans(session: Session) -> frozenset[str]:
    """The clusters that have a part in a signed plan."""
    return frozenset(session.connection().execute(_WITH_SIGNED_PLANS).scalars())


def look_in_hand(session: Session) -> ReminderLookRow | None:
    """Take the one look in hand until the transaction ends; nothing where another worker has it.

    The first look ever begins with the events that are still to come.
    """
    session.connection().execute(_BEGIN)
    query = select(ReminderLookRow).with_for_update(skip_locked=True, key_share=True)
    return session.exec(query).first()


def moved_since(session: Session, position: int, until: int, most: int) -> tuple[Moved, ...]:
    """List what happened between two positions to things that wait for people, in order."""
    rows = session.exec(
        select(EventRow)
        .where(
            col(EventRow.position).between(position + 1, until),
            col(EventRow.subject).in_(_THAT_WAIT)
            | col(EventRow.kind).in_((*_GIVES_A_SEAT, _CALLED_OFF)),
        )
        .order_by(col(EventRow.position))
        .limit(most)
    )
    return tuple(_moved(row) for row in rows)


def last_position(session: Session) -> int:
    """The position of the last event that has one."""
    return session.exec(select(func.max(EventRow.position))).one() or 0


_THAT_WAIT = ("request", "reconsideration", "payment_run", "publication")
_GIVES_A_SEAT = ("substitute_named", "member_borrowed")
_CALLED_OFF = "meeting_called_off"
_OF_A_SERVICE = "service_moved_on"


def _moved(row: EventRow) -> Moved:
    assert row.position is not None
    subject, subject_id, to = row.subject, row.subject_id, row.facts.get("to")
    if row.kind == _OF_A_SERVICE:
        subject, subject_id, to = "service", UUID(row.facts["asked_id"]), row.facts["state"]
    elif row.kind in _GIVES_A_SEAT:
        to = "called"
    return Moved(
        subject=subject,
        subject_id=subject_id,
        to=to,
        school=row.school_code,
        position=row.position,
        at=row.recorded_at,
    )


def _people(rows: Iterable[Row[Any]]) -> tuple[SignsIn, ...]:
    return tuple(SignsIn.model_validate(row._asdict()) for row in rows)
