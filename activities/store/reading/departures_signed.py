"""Where officers depart from what the rules gave: from which tiers and bands, and how often."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from activities.store.reading.asked_days import in_days
from domain.departure import DepartsFrom, Leaning
from domain.frozen import Frozen
from domain.suppression import ShownTable, hide_small_in_rows

_AS_GUIDED = "as_guided"


class GuidanceLeft(Frozen):
    """A tier and band that officers signed otherwise."""

    departs_from: DepartsFrom
    tier: str
    band: str | None
    decided_code: str | None
    """The tier or band that was named instead."""
    leaning: Leaning
    decided: int | None
    """Decisions on cases of this tier and band."""
    departures: int | None
    departed_percent: int | None
    difference_pence: int | None
    """What was signed above what the rules gave, a year, all together; below nought, less."""


class ActLeft(Frozen):
    """Amounts set where no table had one, by tier; cases escalated, by decider."""

    departs_from: DepartsFrom
    guidance_code: str | None
    decided_code: str | None
    departures: int | None


IN_SPAN = f"""
    {in_days("x.recorded_at")}
    AND (CAST(:cluster AS text) IS NULL OR x.cluster_code = :cluster)
"""
"""Departures of the days, and of the cluster, that are asked for."""
_DECIDED = text(
    "SELECT d.tier, d.band, count(*) AS decided FROM decision AS d"  # noqa: S608
    f" WHERE {in_days('d.decided_at')}"
    " AND (CAST(:cluster AS text) IS NULL OR :cluster ="
    " (SELECT r.cluster_code FROM support_request AS r WHERE r.id = d.request_id))"
    " GROUP BY 1, 2 ORDER BY 1, 2"
)
_SIGNED = text(
    "SELECT x.departs_from, d.tier, d.band, x.decided_code, x.direction AS leaning,"  # noqa: S608
    " count(*) AS departures,"
    " sum(x.decided_pence - x.guidance_pence)::bigint AS difference_pence"
    " FROM departure AS x JOIN decision AS d ON d.act_id = x.act_id"
    f" WHERE {IN_SPAN} GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5"
)
_ACTED = text(
    "SELECT x.departs_from, coalesce(x.guidance_code, p.tier) AS guidance_code, x.decided_code,"  # noqa: S608
    ' count(*) AS departures FROM departure AS x LEFT JOIN "placing" AS p ON p.id = x.placing_id'
    " WHERE (x.departs_from = 'decider' OR (x.departs_from = 'amount' AND x.direction = 'aside'))"
    f" AND {IN_SPAN} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
)


def percent(part: int | None, whole: int | None) -> int | None:
    """A share to the nearest whole percent, a half upwards; none of what is hidden or nothing."""
    return None if part is None or not whole else (part * 200 + whole) // (2 * whole)


def officers(session: Session, asked: dict[str, Any], smallest: int) -> tuple[GuidanceLeft, ...]:
    """Departures of each kind beside the decisions on the same tier and band, that stood too."""
    connection = session.connection()
    decided = {
        f"{row.tier}/{row.band or ''}": row.decided for row in connection.execute(_DECIDED, asked)
    }
    signed = connection.execute(_SIGNED, asked).mappings().all()
    tables = _by_kind(signed, decided)
    shown = {kind: hide_small_in_rows(table, smallest) for kind, table in tables.items()}
    found = (_officer(row, shown[row["departs_from"]]) for row in signed)
    return tuple(sorted(found, key=_how_often))


def _by_kind(
    signed: Any, decided: Mapping[str, int]
) -> dict[str, defaultdict[str, dict[str, int]]]:
    tables: dict[str, defaultdict[str, dict[str, int]]] = {}
    for row in signed:
        kind = str(row["departs_from"])
        of_kind = tables.setdefault(kind, defaultdict(dict))
        of_kind[_guided(row)][_instead(row)] = row["departures"]
    for table in tables.values():
        for named, count in decided.items():
            left = sum(table[named].values())
            table[named][_AS_GUIDED] = count - left
    return tables


def _guided(row: Any) -> str:
    return f"{row['tier']}/{row['band'] or ''}"


def _instead(row: Any) -> str:
    return f"{row['departs_from']}:{row['decided_code'] or ''}:{row['leaning']}"


def _officer(row: Any, table: ShownTable) -> GuidanceLeft:
    count, decided = table.at(_guided(row), _instead(row)), table.at(_guided(row))
    return GuidanceLeft(
        departs_from=DepartsFrom(row["departs_from"]),
        tier=row["tier"],
        band=row["band"],
        decided_code=row["decided_code"],
        leaning=Leaning(row["leaning"]),
        decided=decided,
        departures=count,
        departed_percent=percent(count, decided),
        difference_pence=None if count is None else row["difference_pence"],
    )


def acts(session: Session, asked: dict[str, Any], smallest: int) -> tuple[ActLeft, ...]:
    """Count amounts that an officer set where no table had one, and cases that were escalated."""
    rows = session.connection().execute(_ACTED, asked).mappings()
    found = (
        ActLeft(
            departs_from=DepartsFrom(row["departs_from"]),
            guidance_code=row["guidance_code"],
            decided_code=row["decided_code"],
            departures=row["departures"] if row["departures"] >= smallest else None,
        )
        for row in rows
    )
    return tuple(sorted(found, key=_how_often))


def _how_often(each: GuidanceLeft | ActLeft) -> int:
    """Most often first; the order says nothing of what is hidden."""
    return -(each.departures or 0)
