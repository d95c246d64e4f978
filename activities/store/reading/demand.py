"""Demand and waiting times of an academic year by cluster, in counts that tell of no child.

Requests count by the day on which they were first submitted. Small numbers are hidden from all but
policy officers, and what would give them away; leaders are given years that have ended, for numbers
that still grow tell by how much.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from activities.store.reading.asked_days import Days, check_may_ask, in_days, smallest_shown
from activities.store.reading.caller import Caller
from activities.store.reading.listing import Listing
from domain.frozen import Frozen
from domain.periods import academic_year_begins
from domain.request import RequestKind
from domain.suppression import TOTAL, ShownTable, hide_small_beside

ON_TIME, LATE, OPEN, WITHDRAWN = "on_time", "late", "open", "withdrawn"
"""What a request came to: decided by its day or after it, not yet, or taken back.

The first decision counts, for a challenge has days of its own.
"""
_ENDS = (ON_TIME, LATE, OPEN, WITHDRAWN)
_HALF = 2

_ASKED = text(f"""
SELECT r.cluster_code AS cluster, r.kind,
    CASE WHEN r.ending = 'withdrawn' THEN 'withdrawn' WHEN d.id IS NULL THEN 'open'
        WHEN d.decided_at <= r.decide_by_at THEN 'on_time' ELSE 'late' END AS came_to,
    count(*) AS requests,
    coalesce(sum((d.decided_at AT TIME ZONE 'Europe/London')::date
        - (r.submitted_at AT TIME ZONE 'Europe/London')::date), 0)::bigint AS days
FROM support_request AS r LEFT JOIN decision AS d ON d.request_id = r.id AND d.number = 1
WHERE {in_days("r.submitted_at")}
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
""")  # noqa: S608  our own words
_NAMES = text("SELECT code, name FROM cluster ORDER BY code")


class Asked(Frozen):
    """What a cluster's schools asked for, and how long decisions took; None is hidden."""

    cluster: str
    name: str
    requests: int | None
    by_kind: dict[str, int | None]
    """Kinds that few asked for are told together, as ``(other)``."""
    on_time: int | None
    late: int | None
    open: int | None
    """Not decided yet."""
    withdrawn: int | None
    mean_days: int | None
    """From submission to decision, to the nearest whole day; None where nothing is decided too."""


class DemandView(Frozen):
    """An academic year's demand and waiting times by cluster."""

    academic_year: int
    smallest_shown: int | None
    """The smallest number that is shown to the person who asks; None where all are."""
    clusters: tuple[Asked, ...]
    total: Asked


def demand(session: Session, caller: Caller, year: int) -> DemandView:
    """Report what was asked for in a year and how long it took, as far as the person may see it."""
    days = Days(from_on=academic_year_begins(year), until_on=academic_year_begins(year + 1))
    check_may_ask(caller, days)
    smallest = smallest_shown(session, caller)
    connection = session.connection()
    rows = [dict(row) for row in connection.execute(_ASKED, days.model_dump()).mappings()]
    names = {row.code: row.name for row in connection.execute(_NAMES)}
    kinds, ends = hide_small_beside(
        _counted(rows, "kind", tuple(RequestKind)), _counted(rows, "came_to", _ENDS), smallest
    )
    lines = tuple(
        _line(code, name, (kinds, ends), [row for row in rows if row["cluster"] == code])
        for code, name in names.items()
        if code in kinds.rows
    )
    return DemandView(
        academic_year=year,
        smallest_shown=smallest if smallest > 1 else None,
        clusters=lines,
        total=_line(TOTAL, "All", (kinds, ends), rows),
    )


def demand_listing(found: DemandView) -> Listing:
    """The report as a list, its total last."""
    kinds = tuple(found.total.by_kind)
    ends = ("on_time", "late", "open", "withdrawn", "mean_days")
    return Listing(
        name="demand",
        headings=("cluster", "name", "requests", *kinds, *ends),
        rows=tuple(
            (
                *(each.cluster, each.name, each.requests),
                *(each.by_kind.get(kind) for kind in kinds),
                *(getattr(each, name) for name in ends),
            )
            for each in (*found.clusters, found.total)
        ),
    )


def _counted(
    rows: Iterable[Mapping[str, Any]], by: str, columns: tuple[str, ...]
) -> dict[str, dict[str, int]]:
    """A table of clusters by one fact: every column there, so that nought is told as nought."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(map(str, columns), 0))
    for row in rows:
        found[row["cluster"]][row[by]] += row["requests"]
    return dict(found)


def _line(
    code: str,
    name: str,
    tables: tuple[ShownTable, ShownTable],
    rows: Iterable[Mapping[str, Any]],
) -> Asked:
    kinds, ends = tables
    told = {end: ends.at(code, end) for end in _ENDS}
    return Asked(
        cluster=code,
        name=name,
        requests=kinds.at(code),
        by_kind={kind: n for kind, n in kinds.cells.get(code, {}).items() if kind != TOTAL},
        **told,
        mean_days=_mean_days(told, rows),
    )


def _mean_days(told: Mapping[str, int | None], rows: Iterable[Mapping[str, Any]]) -> int | None:
    """The mean of decided requests where both their numbers are told; of hidden ones none."""
    if told[ON_TIME] is None or told[LATE] is None:
        return None
    decided = [row for row in rows if row["came_to"] in (ON_TIME, LATE)]
    requests = sum(row["requests"] for row in decided)
    days = sum(row["days"] for row in decided)
    return (days * _HALF + requests) // (_HALF * requests) if requests else None
