"""Why people departed: the reasons as they were written, for officers whom no interest keeps out.

A ballot's reasons are those of the votes that left the school's level, without whose they are.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, select

from activities.store.reading.asked_days import Days, in_days
from activities.store.reading.caller import OFFICERS, Caller
from activities.store.reading.panel import kept_out_of
from activities.store.tables import RequestRow
from domain.departure import DepartsFrom
from domain.frozen import Frozen
from domain.needs import AreaOfNeed

MOST_AT_ONCE = 200


class Reason(Frozen):
    """One departure with what was written for it."""

    request_id: UUID
    reference: str
    departs_from: DepartsFrom
    area: AreaOfNeed | None
    guidance: str | None
    """What was stated or worked out: a level, a code, or pence a year."""
    decided: str
    because: tuple[str, ...]
    recorded_at: datetime


class Reasons(Frozen):
    """The latest departures with their reasons, newest first."""

    found: tuple[Reason, ...]
    left_off: int
    """How many older ones there are."""


_LATEST = text(f"""
SELECT x.request_id, r.reference, x.departs_from, x.area_of_need AS area, x.ballot_id,
    x.guidance_level, coalesce(x.guidance_level::text, x.guidance_code, x.guidance_pence::text)
        AS guidance,
    coalesce(x.decided_level::text, x.decided_code, x.decided_pence::text) AS decided,
    a.choices ->> 'reason' AS reason, x.recorded_at, count(*) OVER () AS of_all
FROM departure AS x JOIN support_request AS r ON r.id = x.request_id
LEFT JOIN act AS a ON a.id = x.act_id
WHERE {in_days("x.recorded_at")}
ORDER BY x.recorded_at DESC, x.id LIMIT :most
""")  # noqa: S608  our own words
_VOTES = text("""
SELECT DISTINCT ON (v.ballot_id, v.person_id) v.ballot_id, v.levels, v.reason
FROM vote AS v JOIN ballot AS b ON b.id = v.ballot_id AND b.closed_at IS NOT NULL
WHERE v.ballot_id = ANY (:ballots) ORDER BY v.ballot_id, v.person_id, v.revision DESC
""")


def reasons_for(session: Session, caller: Caller, days: Days) -> Reasons | None:
    """Give the reasons of the latest departures to an officer; nobody else is given any."""
    if not caller.holds(*OFFICERS):
        return None
    asked = {**days.model_dump(), "most": MOST_AT_ONCE}
    rows = session.connection().execute(_LATEST, asked).mappings().all()
    votes = _votes(session, [row["ballot_id"] for row in rows if row["ballot_id"]])
    about = {row["request_id"] for row in rows}
    requests = session.exec(select(RequestRow).where(col(RequestRow.id).in_(about))).all()
    barred = kept_out_of(session, caller, requests)
    found = tuple(_reason(row, votes) for row in rows if row["request_id"] not in barred)
    left_off = rows[0]["of_all"] - len(rows) if rows else 0
    return Reasons(found=found, left_off=left_off)


def _votes(session: Session, ballots: list[UUID]) -> list[Any]:
    return list(session.connection().execute(_VOTES, {"ballots": ballots}).mappings())


def _reason(row: Any, votes: list[Any]) -> Reason:
    because = (row["reason"],) if row["reason"] else tuple(_of_votes(row, votes))
    shown = {name: row[name] for name in Reason.model_fields if name in row}
    return Reason.model_validate({**shown, "because": because}, strict=False)


def _of_votes(row: Any, votes: list[Any]) -> Iterator[str]:
    for vote in votes:
        level = vote["levels"].get(row["area"])
        left = level is not None and level != row["guidance_level"]
        if vote["ballot_id"] == row["ballot_id"] and left and vote["reason"].strip():
            yield vote["reason"]
