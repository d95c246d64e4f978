"""Overspends that wait for a second person: what was proposed, and by whose word it took effect."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from activities.store.locks import NO_KEY
from activities.store.tables import ActRow, OverspendProposalRow
from domain.finance_acts import CoveringOverspend
from domain.overspend import Overspend, Proposal, check_seconding
from domain.refusals import Unknown


def propose(
    session: Session,
    act_id: UUID,
    person_id: UUID,
    overspend: Overspend,
    now: datetime,
    request_id: UUID | None = None,
) -> None:
    """Write what a person proposes by an act; the database refuses it of anybody else's act."""
    session.add(
        OverspendProposalRow(
            id=act_id,
            request_id=request_id,
            **overspend.model_dump(),
            proposed_by=person_id,
            proposed_at=now,
        )
    )
    session.flush()


def covering(said: CoveringOverspend) -> Overspend:
    """Say what an act of covering draws on the recorded overspend for."""
    return Overspend(**said.model_dump(include={"pence", "authority", "pot", "financial_year"}))


def check_may_second(session: Session, said: CoveringOverspend, person_id: UUID) -> Proposal:
    """Find the cover that a person seconds, unless nobody proposed it or they may not."""
    row = session.get(OverspendProposalRow, said.seconds, with_for_update=NO_KEY)
    if row is None:
        raise Unknown("to second this overspend", "no such act has proposed one")
    proposal = _proposal(row)
    check_seconding(proposal, covering(said), person_id)
    return proposal


def proposed_for(session: Session, request_id: UUID, placing_id: UUID) -> Proposal | None:
    """Find the last overspend that was proposed for a request as it is placed now."""
    row = session.exec(
        select(OverspendProposalRow)
        .join(ActRow, col(ActRow.id) == OverspendProposalRow.id)
        .where(
            OverspendProposalRow.request_id == request_id,
            OverspendProposalRow.placing_id == placing_id,
            col(OverspendProposalRow.seconded_by).is_(None),
        )
        .order_by(col(ActRow.number).desc())
        .limit(1)
    ).first()
    return _proposal(row) if row else None


def second(
    session: Session, proposal: Proposal, act_id: UUID, person_id: UUID, now: datetime
) -> None:
    """Note by whose word it takes effect; the database refuses it to whoever proposed it."""
    row = session.get_one(OverspendProposalRow, proposal.act_id)
    row.seconding_act_id, row.seconded_by, row.seconded_at = act_id, person_id, now
    session.add(row)
    session.flush()


def _proposal(row: OverspendProposalRow) -> Proposal:
    shown = set(Overspend.model_fields)
    return Proposal(
        act_id=row.id,
        proposed_by=row.proposed_by,
        overspend=Overspend(**row.model_dump(include=shown)),
        is_seconded=row.seconded_by is not None,
    )
