"""Departures kept: what was stated or worked out beside what was decided, and who ticked what.

A ballot's ticks are read when its result is taken in, which is after its close (promise 7).
"""

from datetime import datetime
from uuid import UUID, uuid5

from sqlmodel import Session, select

from activities.store.meetings import votes_in
from activities.store.tables import DepartureRow, PartPlayedRow
from domain.departure import Departure
from domain.frozen import Frozen
from domain.people import Part

_DEPARTURE = UUID("d2b2f4f6-51d5-5c0e-9f1c-3b8f1b7e6a10")


class Cause(Frozen):
    """What a departure came by, and the placing that it stands on or led to."""

    request_id: UUID
    cluster: str
    placing_id: UUID | None
    ballot_id: UUID | None = None
    act_id: UUID | None = None
    """The officer's or chair's act, where it was no ballot."""


def save_departures(
    session: Session, cause: Cause, found: tuple[Departure, ...], now: datetime
) -> None:
    """Keep what one ballot or act departed from; kept once, it is never changed."""
    came_by = cause.ballot_id or cause.act_id
    for each in found:
        session.add(
            DepartureRow(
                id=uuid5(_DEPARTURE, f"{came_by}/{each.departs_from}/{each.area}"),
                request_id=cause.request_id,
                cluster_code=cause.cluster,
                placing_id=cause.placing_id,
                ballot_id=cause.ballot_id,
                act_id=cause.act_id,
                departs_from=each.departs_from,
                area_of_need=each.area,
                direction=each.leaning,
                guidance_level=each.guidance_level,
                decided_level=each.decided_level,
                guidance_code=each.guidance_code,
                decided_code=each.decided_code,
                guidance_pence=each.guidance_pence,
                decided_pence=each.decided_pence,
                ticked=each.ticked,
                recorded_at=now,
            )
        )
    session.flush()


def ticks_in(session: Session, ballot_id: UUID, request_id: UUID) -> tuple[tuple[str, ...], ...]:
    """The descriptors that each counted voter of a closed ballot ticked."""
    counted = set(
        session.exec(
            select(PartPlayedRow.person_id).where(
                PartPlayedRow.request_id == request_id, PartPlayedRow.part == Part.MODERATED
            )
        )
    )
    votes = votes_in(session, ballot_id)
    return tuple(vote.descriptors for vote in votes if vote.person_id in counted)
