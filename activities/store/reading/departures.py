"""Where people depart from what is published: from which descriptors, and how often.

Levels are told from the placings of the days asked for, so that what was left as stated counts
beside what was departed from. Whoever is no policy officer is shown no small number, nor what
would give one away.
"""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from activities.store.reading.asked_days import Days, check_may_ask, in_days, smallest_shown
from activities.store.reading.caller import Caller
from activities.store.reading.departure_words import Reasons, reasons_for
from activities.store.reading.departures_signed import (
    IN_SPAN,
    ActLeft,
    GuidanceLeft,
    acts,
    officers,
    percent,
)
from activities.store.reading.policies import policy
from domain.frozen import Frozen
from domain.needs import AreaOfNeed
from domain.policy.schemes import Continuum
from domain.suppression import TOTAL, ShownTable, hide_small

_AS_STATED = "as_stated"


class Left(Frozen):
    """How often what was stated stood, and how often it was left; None where it is hidden."""

    in_play: int | None
    as_stated: int | None
    up: int | None
    down: int | None
    departed: int | None
    departed_percent: int | None
    """Of the cases in which it was in play, to the nearest whole."""


class LevelLeft(Left):
    """A level of an area of need that schools stated, with its published sentence."""

    edition: date
    """Since when the continuum that it is published in is in force."""
    area: AreaOfNeed
    level: int
    says: str
    descriptors: tuple[str, ...]
    """The codes of the published descriptors of the level."""


class ClusterLeft(Left):
    """A cluster: the levels that its schools stated, in all areas of need together."""

    cluster: str
    name: str


class Ticked(Frozen):
    """A descriptor that was ticked where a level was left for its own."""

    area: AreaOfNeed
    level: int
    descriptor: str
    cases: int | None


class DeparturesView(Frozen):
    """Everything that was departed from between two days."""

    days: Days
    smallest_shown: int | None
    """The smallest number that is shown to the person who asks; None where all are."""
    levels: tuple[LevelLeft, ...]
    """Most departed from first."""
    clusters: tuple[ClusterLeft, ...]
    total: Left
    ticked: tuple[Ticked, ...]
    officers: tuple[GuidanceLeft, ...]
    acts: tuple[ActLeft, ...]
    reasons: Reasons | None
    """What was written, for officers whom no interest keeps out of the case."""


_LEVELS = text(f"""
WITH moderated AS (
    SELECT r.cluster_code, r.continuum, p.levels AS decided,
        p.stated_levels AS own, count(*) AS cases
    FROM "placing" AS p JOIN support_request AS r ON r.id = p.request_id
    WHERE (p.act_id IS NULL OR (SELECT a.kind FROM act AS a WHERE a.id = p.act_id) = 'moderate')
        AND {in_days("p.recorded_at")}
        AND (CAST(:cluster AS text) IS NULL OR r.cluster_code = :cluster)
    GROUP BY 1, 2, 3, 4
), stated AS (
    SELECT m.cluster_code, m.continuum, m.cases, o.key AS area, o.value::integer AS own,
        (m.decided ->> o.key)::integer AS decided
    FROM moderated AS m CROSS JOIN LATERAL jsonb_each_text(m.own) AS o
)
SELECT cluster_code, continuum, area, own,
    coalesce(sum(cases) FILTER (WHERE decided = own), 0)::bigint AS as_stated,
    coalesce(sum(cases) FILTER (WHERE decided > own), 0)::bigint AS up,
    coalesce(sum(cases) FILTER (WHERE decided < own), 0)::bigint AS down
FROM stated WHERE decided IS NOT NULL GROUP BY 1, 2, 3, 4 ORDER BY 2, 3, 4, 1
""")  # noqa: S608  our own words
_TICKED = text(
    "SELECT x.area_of_need AS area, x.decided_level AS level, t.key AS descriptor,"  # noqa: S608
    " count(*) AS cases FROM departure AS x CROSS JOIN LATERAL jsonb_each(x.ticked) AS t"
    f" WHERE x.departs_from = 'level' AND {IN_SPAN} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
)
_CLUSTERS = text("SELECT code, name FROM cluster")


def departures(
    session: Session, caller: Caller, days: Days, cluster: str | None = None
) -> DeparturesView:
    """Report what was departed from between two days, for those who mend the policy or lead.

    Policy officers see every number, of one cluster too; officers and leaders no small one.
    """
    check_may_ask(caller, days, cluster)
    smallest = smallest_shown(session, caller)
    asked = {**days.model_dump(), "cluster": cluster}
    rows = session.connection().execute(_LEVELS, asked).mappings().all()
    tables = {name: hide_small(counts, smallest) for name, counts in _tables(rows).items()}
    return DeparturesView(
        days=days,
        smallest_shown=smallest if smallest > 1 else None,
        levels=_levels(session, tables["levels"]),
        clusters=_clusters(session, tables["clusters"]),
        total=Left(**_left(tables["levels"], TOTAL)),
        ticked=_ticked(session, asked, smallest),
        officers=officers(session, asked, smallest),
        acts=acts(session, asked, smallest),
        reasons=reasons_for(session, caller, days),
    )


def left_by_cluster(session: Session, days: Days, smallest: int) -> dict[str, ClusterLeft]:
    """Count by cluster how often stated levels were left, hiding numbers below the smallest.

    Whether these days may be asked for is the caller's to have checked.
    """
    asked = {**days.model_dump(), "cluster": None}
    rows = session.connection().execute(_LEVELS, asked).mappings().all()
    shown = hide_small(_tables(rows)["clusters"], smallest)
    return {each.cluster: each for each in _clusters(session, shown)}


def _tables(rows: Any) -> dict[str, dict[str, dict[str, int]]]:
    """The same population twice: by level of an edition, and by cluster."""
    levels: dict[str, dict[str, int]] = {}
    clusters: dict[str, dict[str, int]] = {}
    for row in rows:
        named = f"{row['continuum']}/{row['area']}/{row['own']}"
        for table, key in ((levels, named), (clusters, row["cluster_code"])):
            counts = table.setdefault(key, dict.fromkeys((_AS_STATED, "up", "down"), 0))
            for column in counts:
                counts[column] += row[column]
    return {"levels": levels, "clusters": clusters}


def _left(table: ShownTable, row: str) -> dict[str, int | None]:
    """One row's numbers; what can be worked out from those that are shown is said."""
    in_play, stated = table.at(row), table.at(row, _AS_STATED)
    up, down = table.at(row, "up"), table.at(row, "down")
    departed = None
    if in_play is not None and stated is not None:
        departed = in_play - stated
    elif up is not None and down is not None:
        departed = up + down
    return {
        "in_play": in_play,
        "as_stated": stated,
        "up": up,
        "down": down,
        "departed": departed,
        "departed_percent": percent(departed, in_play),
    }


def _levels(session: Session, table: ShownTable) -> tuple[LevelLeft, ...]:
    found = [_level(session, table, row) for row in table.rows]
    return tuple(sorted(found, key=lambda each: -(each.departed or 0)))


def _level(session: Session, table: ShownTable, row: str) -> LevelLeft:
    continuum_id, area, own = row.split("/")
    continuum, level = policy(session, UUID(continuum_id), Continuum), int(own)
    says = [
        each.says
        for domain in continuum.domains
        for each in domain.levels
        if (domain.code, each.level) == (area, level)
    ]
    return LevelLeft(
        **_left(table, row),
        edition=continuum.in_force_from,
        area=AreaOfNeed(area),
        level=level,
        says=next(iter(says), ""),
        descriptors=tuple(
            each.code
            for each in continuum.descriptors
            if (each.domain, each.level) == (area, level)
        ),
    )


def _clusters(session: Session, table: ShownTable) -> tuple[ClusterLeft, ...]:
    names = {row.code: row.name for row in session.connection().execute(_CLUSTERS)}
    return tuple(
        ClusterLeft(**_left(table, row), cluster=row, name=names[row]) for row in sorted(table.rows)
    )


def _ticked(session: Session, asked: dict[str, Any], smallest: int) -> tuple[Ticked, ...]:
    rows = session.connection().execute(_TICKED, asked).mappings()
    found = (
        Ticked(
            area=AreaOfNeed(row["area"]),
            level=row["level"],
            descriptor=row["descriptor"],
            cases=row["cases"] if row["cases"] >= smallest else None,
        )
        for row in rows
    )
    return tuple(sorted(found, key=lambda each: -(each.cases or 0)))
