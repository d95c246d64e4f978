"""Which school has sat on a panel this year, and which still owes one.

Only closed ballots and closed meetings count: who has voted is not told before the close.
"""

from datetime import date

from sqlalchemy import text
from sqlmodel import Session, col, select

from activities.store.days import on_day
from activities.store.reading.caller import OFFICERS, Caller
from activities.store.reading.clusters import clusters
from activities.store.reading.policies import policy, version_on
from activities.store.tables import SchoolFactsRow, SchoolInClusterRow
from domain.frozen import Frozen
from domain.people import Role
from domain.periods import academic_year, academic_year_begins
from domain.policy.panel import PanelRules
from domain.refusals import RoleNeeded

_SEES = (*OFFICERS, Role.LEADER)
_RUNS = (Role.PANEL_CHAIR, Role.VICE_CHAIR, Role.PANEL_ADMINISTRATOR)

_SAT = text(
    "WITH year AS MATERIALIZED ("
    " SELECT id, stage, is_called_off,"
    " (starts_at AT TIME ZONE 'Europe/London')::date AS day FROM meeting"
    " WHERE starts_at >= CAST(:first AS timestamp) AT TIME ZONE 'Europe/London'"
    " AND starts_at < CAST(:after AS timestamp) AT TIME ZONE 'Europe/London'),"
    " people AS MATERIALIZED ("
    " SELECT DISTINCT person_id FROM role_held WHERE school_code = ANY (:schools)),"
    " there AS ("
    " SELECT y.id, v.person_id FROM year AS y JOIN agenda_item AS i ON i.meeting_id = y.id"
    " JOIN ballot AS b ON b.item_id = i.id AND b.closed_at IS NOT NULL"
    " JOIN vote AS v ON v.ballot_id = b.id JOIN people USING (person_id)"
    " UNION"
    " SELECT y.id, d.person_id FROM year AS y JOIN agenda_item AS i ON i.meeting_id = y.id"
    " JOIN interest AS d ON d.item_id = i.id JOIN people USING (person_id)"
    " WHERE y.stage = 'closed' AND NOT y.is_called_off"
    " UNION"
    " SELECT y.id, p.person_id FROM year AS y JOIN presence AS p ON p.meeting_id = y.id"
    " JOIN people USING (person_id) WHERE y.stage = 'closed' AND p.item_id IS NULL)"
    " SELECT h.school_code, count(DISTINCT t.id) AS panels"
    " FROM there AS t JOIN year AS y USING (id) JOIN role_held AS h USING (person_id)"
    " WHERE h.school_code = ANY (:schools)"
    " AND h.from_on <= y.day AND (h.until_on IS NULL OR h.until_on > y.day)"
    " GROUP BY h.school_code"
)
"""A school has sat where one of its people of the day voted in a ballot that has closed, or took
part in a meeting that has, by a declaration or in the room. Looked at are the meetings of the year
and the people of the schools alone, however many years there were."""


class DutyLine(Frozen):
    """A school of a cluster, on how many panels its people sat in the year, and what it owes."""

    cluster: str
    school: str
    name: str
    sat: int
    owes: int
    """Panels that the rules ask of a school in a year and it has not sat on yet."""


class PanelDuty(Frozen):
    """The year's panels by school; a school asked to sit on one may still owe it."""

    academic_year: int
    """2026 is from 1 September 2026."""
    asked_a_school: int
    lines: tuple[DutyLine, ...]


def panel_duty(session: Session, caller: Caller, year: int | None = None) -> PanelDuty:
    """Say which schools still owe a panel: to chairs for their cluster, to officers for all."""
    if not (caller.holds(*_SEES) or caller.clusters(*_RUNS)):
        raise RoleNeeded("to see who owes a panel", "chairs, administrators and officers do")
    of = academic_year(caller.day) if year is None else year
    own = None if caller.holds(*_SEES) else caller.clusters(*_RUNS)
    asked = policy(
        session, version_on(session, "panel", caller.day).id, PanelRules
    ).panels_a_school_a_year
    shown = [each.code for each in clusters(session, caller) if own is None or each.code in own]
    schools = _schools(session, shown, caller.day)
    sat = _sat(session, [code for _, code, _ in schools], of)
    lines = tuple(
        DutyLine(
            cluster=cluster,
            school=code,
            name=name,
            sat=sat.get(code, 0),
            owes=max(asked - sat.get(code, 0), 0),
        )
        for cluster, code, name in schools
    )
    return PanelDuty(academic_year=of, asked_a_school=asked, lines=lines)


def _schools(session: Session, clusters: list[str], day: date) -> list[tuple[str, str, str]]:
    """The schools of the clusters on a day: cluster, code and name, in the order of both codes."""
    cluster, school = col(SchoolInClusterRow.cluster_code), col(SchoolInClusterRow.school_code)
    rows = session.exec(
        select(cluster, school, SchoolFactsRow.name)
        .join(SchoolFactsRow, col(SchoolFactsRow.school_code) == school)
        .where(
            cluster.in_(clusters),
            on_day(SchoolInClusterRow, day),
            on_day(SchoolFactsRow, day),
        )
        .order_by(cluster, school)
    )
    return list(rows)


def _sat(session: Session, schools: list[str], year: int) -> dict[str, int]:
    """Count the panels of a year on which each school's people sat."""
    span = {"first": academic_year_begins(year), "after": academic_year_begins(year + 1)}
    rows = session.connection().execute(_SAT, {"schools": schools, **span})
    return {row.school_code: row.panels for row in rows}
