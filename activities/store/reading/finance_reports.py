"""Reports of the money for a span of months: by cluster, area, school, need and kind of request.

Each is one query over what the months' books say: reserved, promised and paid, less what was given
back.
"""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, TextClause, text
from sqlmodel import Session

from activities.store.reading.asked_days import in_days
from activities.store.reading.listing import Listing, in_pounds
from domain.frozen import Frozen
from domain.ledger.accounts import FinancialYear
from domain.ledger.journal import Period
from domain.money import Pence
from domain.nested import Place


class ReportBy(StrEnum):
    """What a report counts by."""

    CLUSTER = "cluster"
    AREA = "area"
    SCHOOL = "school"
    NEED = "need"
    KIND = "kind"


class Span(Frozen):
    """Months of one financial year, the first and the last of them included."""

    financial_year: FinancialYear
    from_period: Period = 1
    until_period: Period = 12


class ReportLine(Frozen):
    """What the months' books say of one cluster, area, school, need or kind, pence."""

    key: str
    """Its code; ``none`` where the record has none, such as the need behind a project."""
    name: str | None
    requests: int | None
    """Requests for which money moved; nothing where so few are hidden, and all amounts with it."""
    held_pence: Pence | None
    """Reserved on recommendations, less what was given back or promised since."""
    promised_pence: Pence | None
    """Promised by decisions, less what will not fall due after all."""
    paid_pence: Pence | None
    """Paid, less what came back."""


FIGURES = ("requests", "held_pence", "promised_pence", "paid_pence")
_NOTHING = ReportLine(
    key="none", name=None, requests=0, held_pence=0, promised_pence=0, paid_pence=0
)


class Report(Frozen):
    """A report of the money, by one thing, over a span of months."""

    by: ReportBy
    span: Span
    lines: tuple[ReportLine, ...]
    total: ReportLine
    smallest_shown: int | None = None
    """A number of requests below it is hidden, and what would give it away; none where all are
    told."""


class BesideLine(Frozen):
    """A school's money side by side for a financial year, pence: indicative, said, and given.

    The notional SEN budget is not ring-fenced and not an amount for each pupil. Source: School and
    Early Years Finance Regulations 2025, regulation 11.
    """

    school: str
    name: str
    notional_pence: Pence | None
    """None where no notional budget is loaded."""
    says_it_spends_pence: Pence | None
    """A year, for the pupils of its requests of the year, as each was last said; nothing where it
    is hidden, like the two that follow."""
    promised_pence: Pence | None
    paid_pence: Pence | None


# A commitment may pay several schools: each award has its own part of what was promised.
_PARTS = """
WITH moved AS MATERIALIZED (
    SELECT e.id, e.verb, e.effective_on, e.request_id, e.award_id,
        coalesce(sum(p.pence) FILTER (WHERE a.stage = 'held'), 0) AS held,
        coalesce(sum(p.pence) FILTER (WHERE a.stage <> 'held'), 0) AS promised,
        coalesce(sum(p.pence) FILTER (WHERE a.stage = 'paid'), 0) AS paid
    FROM ledger_entry AS e JOIN ledger_posting AS p ON p.entry_id = e.id
    JOIN ledger_account AS a ON a.id = p.account_id
    WHERE e.financial_year = :year AND e.period BETWEEN :first AND :last
        AND a.stage <> 'available' AND e.verb <> 'carry_forward'
    GROUP BY e.id
), shared AS (
    SELECT m.id, m.effective_on, m.request_id, w.id AS award_id, w.total_pence
    FROM moved AS m JOIN award AS w ON w.commit_id = m.id
    WHERE m.verb = 'commit' AND m.award_id IS NULL
        AND m.promised = (SELECT sum(t.total_pence) FROM award AS t WHERE t.commit_id = m.id)
), part AS (
    SELECT m.effective_on, m.request_id, m.award_id, m.held, m.paid,
        CASE WHEN EXISTS (SELECT FROM shared AS s WHERE s.id = m.id) THEN 0 ELSE m.promised END
            AS promised
    FROM moved AS m
    UNION ALL SELECT s.effective_on, s.request_id, s.award_id, 0, 0, s.total_pence FROM shared AS s
), owned AS (
    SELECT part.*, coalesce(w.school_code, r.school_code) AS school, r.id AS request, r.kind,
        r.placing_id
    FROM part LEFT JOIN award AS w ON w.id = part.award_id
    LEFT JOIN support_request AS r ON r.id = coalesce(part.request_id, w.request_id)
)
"""
_LINES = """
SELECT coalesce({key}, 'none') AS key, min({name}) AS name,
    count(DISTINCT o.request) AS requests, sum(o.held)::bigint AS held_pence,
    sum(o.promised)::bigint AS promised_pence, sum(o.paid)::bigint AS paid_pence
FROM owned AS o {joined}
GROUP BY 1 ORDER BY 1
"""
_PLACES = """
SELECT a.area, a.cluster, a.school, count(DISTINCT a.request) AS requests FROM (
    SELECT coalesce(a.area_code, 'none') AS area, coalesce(c.cluster_code, 'none') AS cluster,
        coalesce(o.school, 'none') AS school, o.request FROM owned AS o {joined}
) AS a GROUP BY GROUPING SETS ((a.area), (a.area, a.cluster), (a.area, a.cluster, a.school))
"""
_IN_CLUSTER = (
    "LEFT JOIN school_in_cluster AS c ON c.school_code = o.school"
    " AND c.from_on <= o.effective_on AND (c.until_on IS NULL OR o.effective_on < c.until_on)"
)
_IN_AREA = (
    f"{_IN_CLUSTER} LEFT JOIN cluster_in_area AS a ON a.cluster_code = c.cluster_code"
    " AND a.from_on <= o.effective_on AND (a.until_on IS NULL OR o.effective_on < a.until_on)"
)
# The area of need with the highest level; several, where two stand equally high.
_NEED = """
LEFT JOIN "placing" AS n ON n.id = o.placing_id
"""


def _counted(key: str, name: str, joined: str) -> TextClause:
    """The one query of a report; every part of it is this module's own text."""
    return text(_PARTS + _LINES.format(key=key, name=name, joined=joined))


_WITHIN = text(_PARTS + _PLACES.format(joined=_IN_AREA))
_BY = {
    ReportBy.SCHOOL: _counted("o.school", "s.name", "LEFT JOIN school AS s ON s.code = o.school"),
    ReportBy.CLUSTER: _counted(
        "c.cluster_code",
        "k.name",
        f"{_IN_CLUSTER} LEFT JOIN cluster AS k ON k.code = c.cluster_code",
    ),
    ReportBy.AREA: _counted(
        "a.area_code", "k.name", f"{_IN_AREA} LEFT JOIN area AS k ON k.code = a.area_code"
    ),
    ReportBy.KIND: _counted("o.kind", "o.kind", ""),
    ReportBy.NEED: _counted("n.need", "n.need", _NEED),
}

_NOTIONAL = text(
    "SELECT DISTINCT ON (school_code) school_code, pence FROM school_notional"
    " WHERE financial_year = :year ORDER BY school_code, revision DESC"
)
_SAID = text(f"""
SELECT last.school, sum(last.pence)::bigint AS pence, count(*) AS pupils FROM (
    SELECT DISTINCT ON (p.pupil_id) p.school, p.pence
    FROM support_request AS r
    JOIN request_version AS v ON (v.request_id, v.number) = (r.id, r.version)
    CROSS JOIN LATERAL jsonb_to_recordset(v.spends_said)
        AS p (pupil_id uuid, school text, pence bigint)
    WHERE {in_days("r.submitted_at")}
    ORDER BY p.pupil_id, r.submitted_at DESC
) AS last GROUP BY last.school
""")  # noqa: S608  our own words
_SCHOOLS = text("SELECT code, name FROM school ORDER BY code")


def counted(session: Session, by: ReportBy, span: Span) -> Report:
    """Report a span of months by one thing, for the command line."""
    rows = session.connection().execute(_BY[by], _asked(span)).mappings().all()
    lines = tuple(ReportLine.model_validate(dict(row)) for row in rows)
    sums = {figure: sum(row[figure] for row in rows) for figure in FIGURES}
    total = ReportLine(key="total", name=None, **sums)
    return Report(by=by, span=span, lines=lines, total=total)


def _asked(span: Span) -> dict[str, int]:
    year = span.financial_year
    return {"year": year, "first": span.from_period, "last": span.until_period}


def requests_within(session: Session, span: Span) -> dict[Place, int]:
    """Count the requests for which money moved by area, by cluster in it and by school in that."""
    rows = session.connection().execute(_WITHIN, _asked(span))
    return {tuple(filter(None, row[:-1])): row.requests for row in rows}


def said_of_few(session: Session, year: FinancialYear, smallest: int) -> frozenset[str]:
    """The schools that said of fewer pupils what they spend on them."""
    return frozenset(row.school for row in _said(session, year) if row.pupils < smallest)


def _said(session: Session, year: FinancialYear) -> Sequence[Row[Any]]:
    """Add up by school what is spent on the pupils of the year's requests."""
    days = {"from_on": date(year, 4, 1), "until_on": date(year + 1, 4, 1)}
    return session.connection().execute(_SAID, days).all()


def all_beside(session: Session, year: FinancialYear) -> tuple[BesideLine, ...]:
    """Set every school's money side by side, for the command line."""
    connection = session.connection()
    notional = {row.school_code: row.pence for row in connection.execute(_NOTIONAL, {"year": year})}
    said = {row.school: row.pence for row in _said(session, year)}
    given = counted(session, ReportBy.SCHOOL, Span(financial_year=year))
    by_school = {each.key: each for each in given.lines}
    return tuple(
        BesideLine(
            school=row.code,
            name=row.name,
            notional_pence=notional.get(row.code),
            says_it_spends_pence=said.get(row.code, 0),
            promised_pence=by_school.get(row.code, _NOTHING).promised_pence or 0,
            paid_pence=by_school.get(row.code, _NOTHING).paid_pence or 0,
        )
        for row in connection.execute(_SCHOOLS)
    )


def report_listing(found: Report) -> Listing:
    """A report as a list, in pounds, with its total last."""
    return Listing(
        name=f"by-{found.by}",
        headings=(found.by.value, "name", "requests", "held", "promised", "paid"),
        rows=tuple(
            (
                each.key,
                each.name,
                each.requests,
                in_pounds(each.held_pence),
                in_pounds(each.promised_pence),
                in_pounds(each.paid_pence),
            )
            for each in (*found.lines, found.total)
        ),
    )


def beside_listing(lines: tuple[BesideLine, ...]) -> Listing:
    """Schools' money side by side as a list, in pounds."""
    return Listing(
        name="schools",
        headings=("school", "name", "notional", "says_it_spends", "promised", "paid"),
        rows=tuple(
            (
                each.school,
                each.name,
                in_pounds(each.notional_pence),
                in_pounds(each.says_it_spends_pence),
                in_pounds(each.promised_pence),
                in_pounds(each.paid_pence),
            )
            for each in lines
        ),
    )
