"""What stands beside an item: for the panel what it costs, for the chair who may vote on it.

Cost and money come after the close alone; who may vote depends on declarations, never on a vote.
"""

from collections import Counter
from uuid import UUID

from sqlmodel import Session, col, func, select

from activities.store import ledger, members
from activities.store.reading.called import MayBorrow, may_be_borrowed
from activities.store.reading.caller import Caller, concerns_of
from activities.store.reading.policies import panel_rules
from activities.store.reconsiderations import involved_at
from activities.store.seats import who_comes
from activities.store.tables import (
    AgendaItemRow,
    PlacingRow,
    PlanPlaceRow,
    PlanProvisionRow,
    RequestRow,
)
from activities.store.urgent import rules_at
from domain.attendance import ExpectedSeat, QuorumForeseen, foresee_quorum
from domain.frozen import Frozen
from domain.ledger.accounts import cluster_pot
from domain.moderation import missing_for_quorum, quorum_of
from domain.people import Interest, Role
from domain.periods import academic_year, financial_year

_TAKEN = ("kept", "given")


class FreePlaces(Frozen):
    """A service of the cluster's plan this academic year, and the places that nobody has."""

    service: str
    area_of_need: str
    up_to_level: int
    places: int
    free: int


class BesideAdvice(Frozen):
    """What the panel's advice comes to, beside what the cluster has. Source: DESIGN.md 3."""

    tier: str | None
    """Nothing where nothing was placed, such as after a ballot without a quorum."""
    annual_pence: int | None
    """A year, as priced; nothing where no table prices it."""
    cluster_available_pence: int | None
    """What the cluster's pot has left this financial year; nothing where it is not open."""
    plan: tuple[FreePlaces, ...]


class WhoMayVote(Frozen):
    """Quorum and interests of an item, for the chair and the administrator; never a vote."""

    members: int
    declared: int
    """Members who declared an interest, or that they have none."""
    barred: int
    barred_by: dict[Interest, int]
    """Members whom each interest keeps out; one may have several."""
    eligible: int
    quorum: int
    eligible_by_kind: dict[Role, int]
    quorum_by_kind: dict[Role, int]
    """Of which kinds the rules ask for members beside the quorum of all, and for how many."""
    foreseen: QuorumForeseen
    """What is to be expected from who accepted, substitutes and the interests known so far."""
    missing: int = 0
    """Members whom a quorum lacks although everybody votes whom no interest bars."""
    may_be_borrowed: tuple[MayBorrow, ...] = ()
    """Whom the panel may borrow for the item, where a quorum lacks anybody."""


def beside_advice(session: Session, caller: Caller, cluster: str, ballot_id: UUID) -> BesideAdvice:
    """Read what stands beside a closed ballot's advice: its cost, the balance, the plan."""
    placed = session.exec(
        select(PlacingRow)
        .where(PlacingRow.ballot_id == ballot_id)
        .order_by(col(PlacingRow.number).desc())
        .limit(1)
    ).first()
    found = ledger.balances(session, financial_year(caller.day), cluster_pot(cluster))
    return BesideAdvice(
        tier=placed.tier if placed else None,
        annual_pence=placed.annual_pence if placed else None,
        cluster_available_pence=found[0].available_pence if found else None,
        plan=_plan(session, cluster, academic_year(caller.day)),
    )


def who_may_vote(
    session: Session, caller: Caller, item_id: UUID, request: RequestRow
) -> WhoMayVote:
    """Count who sits on the panel, who has declared, whom what bars, and the quorum needed."""
    rules = rules_at(session, item_id, panel_rules(session, request.pins))
    case = concerns_of(session, request, caller.day)
    seats = members.panel_seats(session, item_id, rules, caller.day)
    people = sorted(frozenset().union(*(seat.people for seat in seats)))
    declared = members.declared_interests(session, item_id)
    barring = members.barring_interests(session, item_id, people, case, rules, caller.day)
    involved = involved_at(session, item_id)
    free = [seat for seat in seats if any(not barring[each] for each in seat.people - involved)]
    missing = missing_for_quorum([seat.kinds for seat in free], rules)
    return WhoMayVote(
        members=len(seats),
        declared=sum(bool(seat.people & declared.keys()) for seat in seats),
        barred=len(seats) - len(free),
        barred_by=dict(Counter(each for found in barring.values() for each in found)),
        eligible=len(free),
        quorum=quorum_of(len(free), rules),
        eligible_by_kind={
            kind: sum(kind in seat.kinds for seat in free) for kind in rules.quorum_by_kind
        },
        quorum_by_kind=rules.quorum_by_kind,
        foreseen=foresee_quorum(
            [
                ExpectedSeat(
                    people=frozenset(p for p in seat.people - involved if not barring[p]),
                    kinds=seat.kinds,
                )
                for seat in seats
            ],
            who_comes(session, session.get_one(AgendaItemRow, item_id).meeting_id),
            rules,
        ),
        missing=missing,
        may_be_borrowed=may_be_borrowed(session, caller, item_id, request) if missing else (),
    )


def _plan(session: Session, cluster: str, year: int) -> tuple[FreePlaces, ...]:
    taken = (
        select(func.count())
        .select_from(PlanPlaceRow)
        .where(
            PlanPlaceRow.provision_id == PlanProvisionRow.id,
            col(PlanPlaceRow.state).in_(_TAKEN),
        )
        .scalar_subquery()
    )
    rows = session.exec(
        select(PlanProvisionRow, taken)
        .where(PlanProvisionRow.cluster_code == cluster, PlanProvisionRow.academic_year == year)
        .order_by(PlanProvisionRow.service, col(PlanProvisionRow.id))
    )
    shown = {"service", "area_of_need", "up_to_level", "places"}
    return tuple(
        FreePlaces(**row.model_dump(include=shown), free=row.places - count) for row, count in rows
    )
