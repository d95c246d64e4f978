"""Keeping where people depart from what was stated or worked out.

A panel or an officer from the school's levels, an officer from tier, band or amount, a chair or an
officer from whose turn it would have been. Written in the transaction of what it belongs to; the
reason stays with the votes, or the act.
"""

from uuid import UUID

from activities.awarding import Signature
from activities.desk import Desk
from activities.store.deciding import Placed
from activities.store.departures import Cause, save_departures, ticks_in
from domain.departure import (
    Departure,
    Guidance,
    escalated,
    level_departures,
    priced_by_a_person,
    signed_departures,
)
from domain.needs import NeedsProfile
from domain.places import Level


def keep_levels(desk: Desk, placed: Placed, profile: NeedsProfile | None) -> None:
    """Keep the areas in which a panel or an officer left the school's own levels."""
    own = desk.request.content.profile
    found = level_departures(own, profile, _ticks(desk, placed, profile), desk.policies.continuum)
    cause = _cause(desk, placed.id, placed.act_id)
    cause = cause.model_copy(update={"ballot_id": placed.ballot_id})
    save_departures(desk.session, cause, found, desk.now)


def keep_signed(desk: Desk, placed: Placed, signature: Signature) -> None:
    """Keep the tier, band or amount that an officer's decision left."""
    decided = Guidance(
        tier=signature.tier or placed.tier,
        band=signature.band or placed.band,
        annual_pence=signature.annual_pence,
    )
    schemes = desk.policies.continuum, desk.policies.tariff
    found = signed_departures(_guidance(placed), decided, *schemes)
    save_departures(desk.session, _cause(desk, placed.id, signature.act_id), found, desk.now)


def keep_priced(desk: Desk, placed: Placed, act_id: UUID, annual_pence: int) -> None:
    """Keep that an officer set an amount where no table had one."""
    _keep_one(desk, placed.id, act_id, priced_by_a_person(_guidance(placed), annual_pence))


def keep_escalated(desk: Desk, act_id: UUID, level: Level) -> None:
    """Keep that a case was taken on grounds to a decider above."""
    found = escalated(desk.request.level, level)
    _keep_one(desk, desk.request.placing_id, act_id, found)


def _ticks(desk: Desk, placed: Placed, profile: NeedsProfile | None) -> tuple[tuple[str, ...], ...]:
    """What each who moderated has ticked: the voters, or the officer alone."""
    if placed.ballot_id is not None:
        return ticks_in(desk.session, placed.ballot_id, desk.request.id)
    return (profile.descriptors,) if profile else ()


def _keep_one(desk: Desk, placing_id: UUID | None, act_id: UUID, found: Departure) -> None:
    save_departures(desk.session, _cause(desk, placing_id, act_id), (found,), desk.now)


def _guidance(placed: Placed) -> Guidance:
    return Guidance(tier=placed.tier, band=placed.band, annual_pence=placed.annual_pence)


def _cause(desk: Desk, placing_id: UUID | None, act_id: UUID | None) -> Cause:
    return Cause(
        request_id=desk.request.id,
        cluster=desk.request.cluster,
        placing_id=placing_id,
        act_id=act_id,
    )
