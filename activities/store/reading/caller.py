"""Who is asking: a person with the roles of the day, and the instant at which they ask."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text
from sqlmodel import Session, col, select

from activities.clock import LONDON, day_of
from activities.store.days import on_day
from activities.store.remembered import of_each, of_one
from activities.store.session import ask
from activities.store.tables import (
    AgendaItemRow,
    MeetingRow,
    PersonRow,
    RequestRow,
    SchoolInTrustRow,
)
from domain.frozen import Frozen
from domain.interests import Concerns, Ties
from domain.people import ON_PANEL, Part, PartPlayed, Person, Role, RoleHeld

SCHOOL_DESK = (Role.SENCO, Role.HEAD)
OFFICERS = (Role.COUNCIL_OFFICER, Role.SEN_OFFICER)
PANEL = ON_PANEL
RUN_IT = (Role.PANEL_CHAIR, Role.VICE_CHAIR, Role.PANEL_ADMINISTRATOR)


class Caller(Frozen):
    """A person who asks or says something now; roles count as they are held on that day."""

    person: Person
    now: datetime

    @property
    def day(self) -> date:
        """The day it is in the council's place."""
        return day_of(self.now)

    def holds(self, *roles: Role) -> bool:
        """Whether the person holds one of the roles today, wherever that is."""
        return bool(self.person.held_on(self.day, *roles))

    def schools(self, *roles: Role) -> frozenset[str]:
        """The schools at which the person holds one of the roles today.

        A trust's SEND lead holds that role at every school of the trust.
        """
        return frozenset(
            held.school for held in self.person.held_on(self.day, *roles) if held.school
        )

    def clusters(self, *roles: Role) -> frozenset[str]:
        """The clusters in which the person holds one of the roles today."""
        return frozenset(
            held.cluster for held in self.person.held_on(self.day, *roles) if held.cluster
        )

    @property
    def services(self) -> frozenset[str]:
        """The services of the Team Around the Cluster that the person answers for today."""
        held = self.person.held_on(self.day, Role.SERVICE)
        return frozenset(each.service for each in held if each.service)

    @property
    def works_at(self) -> frozenset[str]:
        """The schools at which the person works today; a trust's are its lead's to read only."""
        return self.schools(*set(Role) - {Role.TRUST_SEND_LEAD})

    @property
    def works_for(self) -> frozenset[str]:
        """The trusts that the person works for today, beside those of the person's schools."""
        held = self.person.held_on(self.day, *Role)
        return frozenset(each.trust for each in held if each.trust)

    @property
    def grades(self) -> frozenset[str]:
        """The person's grades in the scheme of delegation today."""
        held = self.person.held_on(self.day, *Role)
        return frozenset(each.grade for each in held if each.grade)

    @property
    def officer_names(self) -> frozenset[str]:
        """The roles and grades by which a request waits for the person as an officer today."""
        held = self.person.held_on(self.day, *OFFICERS)
        return frozenset({*(str(each.role) for each in held), *self.grades} if held else ())


def start_of(day: date) -> datetime:
    """The instant at which a day begins in the council's place."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


_CONCERNS = text(
    "WITH school AS ("
    " SELECT id AS request_id, school_code FROM support_request WHERE id = ANY (:requests)"
    " UNION SELECT request_id, school_code FROM request_pupil"
    " WHERE request_id = ANY (:requests)), part AS ("
    " SELECT request_id, person_id, part FROM part_played WHERE request_id = ANY (:requests)"
    " UNION SELECT p.request_id, f.person_id, 'family' FROM family_tie AS f"
    " JOIN request_pupil AS p USING (pupil_id) WHERE p.request_id = ANY (:requests))"
    " SELECT r.id, (SELECT json_agg(school_code) FROM school WHERE request_id = r.id) AS schools,"
    " (SELECT json_agg(DISTINCT t.trust_code) FROM school_in_trust AS t JOIN school"
    " USING (school_code) WHERE school.request_id = r.id AND t.from_on <= :day"
    " AND (t.until_on IS NULL OR t.until_on > :day)) AS trusts,"
    " (SELECT json_agg(json_build_array(person_id, part)) FROM part WHERE request_id = r.id)"
    " AS played FROM unnest(CAST(:requests AS uuid[])) AS r (id)"
)
"""Asked for a whole agenda at once."""


_WHO = text(
    "SELECT s.person_id, h.role, h.school_code, h.cluster_code, h.trust_code, h.service_code,"
    " h.grade, h.from_on, h.until_on FROM sign_in AS s LEFT JOIN role_held AS h USING (person_id)"
    " WHERE s.issuer = :issuer AND s.subject = :subject"
    " UNION ALL"
    " SELECT s.person_id, h.role, t.school_code, NULL, h.trust_code, NULL, NULL,"
    " greatest(h.from_on, t.from_on), least(h.until_on, t.until_on)"
    " FROM sign_in AS s JOIN role_held AS h USING (person_id) JOIN school_in_trust AS t"
    " ON t.trust_code = h.trust_code AND daterange(t.from_on, t.until_on)"
    " && daterange(h.from_on, h.until_on)"
    " WHERE s.issuer = :issuer AND s.subject = :subject AND h.role = 'trust_send_lead'"
)
"""Asked at every request, so it makes no row of a table. A trust's lead has its schools by date."""


def person_of(connection: Connection, issuer: str, subject: str) -> Person | None:
    """Find the person an issuer calls by this subject, with every role ever held."""
    wanted = {"issuer": issuer, "subject": subject}
    rows = ask(connection, _WHO, wanted)
    if not rows:
        return None
    roles = tuple(_as_held(row) for row in rows if row.role is not None)
    return Person(id=rows[0].person_id, issuer=issuer, subject=subject, roles=roles)


def called(session: Session, person_id: UUID) -> str:
    """How colleagues call an adult: for pages, never for a log or an event."""
    return session.get_one(PersonRow, person_id).called


def called_among(session: Session, people: Iterable[UUID]) -> dict[UUID, str]:
    """How colleagues call each of several adults, by one query."""

    def ask(ids: list[UUID]) -> dict[UUID, str]:
        rows = session.exec(select(PersonRow).where(col(PersonRow.id).in_(ids)))
        return {row.id: row.called for row in rows}

    return of_each(session, "called", people, ask)


def _as_held(row: Row[Any]) -> RoleHeld:
    return RoleHeld(
        role=Role(row.role),
        school=row.school_code,
        cluster=row.cluster_code,
        trust=row.trust_code,
        service=row.service_code,
        grade=row.grade,
        from_on=row.from_on,
        until_on=row.until_on,
    )


def ties_of(session: Session, caller: Caller) -> Ties:
    """The schools and trusts that the person works for today."""

    def ask(_people: list[UUID]) -> dict[UUID, Ties]:
        schools = caller.works_at
        trusts = trusts_of(session, schools, caller.day) | caller.works_for
        ties = Ties(person_id=caller.person.id, schools=schools, trusts=trusts)
        return {caller.person.id: ties}

    return of_one(session, ("ties of caller", caller.day), caller.person.id, ask)


def trusts_of(session: Session, schools: frozenset[str], day: date) -> frozenset[str]:
    """The trusts that the schools belong to on the day."""
    if not schools:
        return frozenset()
    return frozenset(
        session.exec(
            select(SchoolInTrustRow.trust_code).where(
                col(SchoolInTrustRow.school_code).in_(schools),
                on_day(SchoolInTrustRow, day),
            )
        )
    )


def schools_of_trusts(session: Session, trusts: frozenset[str], day: date) -> frozenset[str]:
    """The schools that belong to the trusts on the day."""
    if not trusts:
        return frozenset()
    return frozenset(
        session.exec(
            select(SchoolInTrustRow.school_code).where(
                col(SchoolInTrustRow.trust_code).in_(trusts),
                on_day(SchoolInTrustRow, day),
            )
        )
    )


def concerns_of(session: Session, request: RequestRow, day: date) -> Concerns:
    """Whom a request concerns, for the rules on interests: schools, trusts and parts played."""
    return concerns_of_all(session, [request], day)[request.id]


def concerns_of_all(
    session: Session, requests: Sequence[RequestRow], day: date
) -> dict[UUID, Concerns]:
    """Say of each of several requests whom it concerns, by one query."""
    own = {each.id: each.school_code for each in requests}

    def ask(ids: list[UUID]) -> dict[UUID, Concerns]:
        found = session.connection().execute(_CONCERNS, {"requests": ids, "day": day})
        return {row.id: _as_concerns(own[row.id], row) for row in found}

    return of_each(session, ("concerns", day), own, ask)


def _as_concerns(school: str, row: Row[Any]) -> Concerns:
    return Concerns(
        schools=frozenset({school, *(row.schools or ())}),
        trusts=frozenset(row.trusts or ()),
        played=tuple(
            PartPlayed(person_id=UUID(person_id), part=Part(part))
            for person_id, part in row.played or ()
        ),
    )


def hears(session: Session, caller: Caller, request: RequestRow, *roles: Role) -> bool:
    """Whether the person holds a panel role in the cluster, or where the request is listed."""
    return request.id in heard_among(session, caller, [request], *roles)


def heard_among(
    session: Session, caller: Caller, requests: Sequence[RequestRow], *roles: Role
) -> frozenset[UUID]:
    """Those of several requests of which the same can be said, by one query at most."""
    clusters = caller.clusters(*roles)
    here = frozenset(row.id for row in requests if row.cluster_code in clusters)
    left = [row.id for row in requests if row.id not in here]
    if not clusters or not left:
        return here
    listed = session.exec(
        select(AgendaItemRow.request_id)
        .join(MeetingRow, col(MeetingRow.id) == AgendaItemRow.meeting_id)
        .where(
            col(AgendaItemRow.request_id).in_(left),
            col(MeetingRow.cluster_code).in_(clusters),
        )
    )
    return here | frozenset(listed)
