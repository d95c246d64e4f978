"""Overspends that two people sign: what was proposed, by whose word it took effect, what waits."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from activities.store import budgets
from activities.store.policies import document_on
from activities.store.reading.caller import OFFICERS, Caller
from activities.store.reading.events import barred_from
from activities.store.tables import OverspendProposalRow, RequestRow
from domain.frozen import Frozen
from domain.people import Role
from domain.policy.finance import Finance
from domain.refusals import AuthorityTooLow, RoleNeeded
from domain.stages import ALLOWED_TO, ActKind

MOST_AT_ONCE = 200


class OverspendView(Frozen):
    """An overspend as it was proposed, and whether another person has seconded it; pence."""

    act_id: UUID
    """The act that proposed it: whoever seconds a cover names it."""
    pot: str | None
    """The pot that it covers, in a year; nothing for a request's."""
    financial_year: int | None
    reference: str | None
    """The request that it pays for, which another officer signs alike."""
    pence: int
    """Of the pot; or a year of what the request is given."""
    authority: str
    proposed_at: datetime
    by_you: bool
    """Whether you proposed it: then it is another person's to second."""
    seconded_at: datetime | None


def overspends(session: Session, caller: Caller) -> tuple[OverspendView, ...]:
    """List overspends that were proposed, the latest first: for finance and officers.

    Those of a request from which an interest keeps the person out are left out.
    """
    if not caller.holds(Role.FINANCE_OFFICER, *OFFICERS):
        raise RoleNeeded("to see overspends", "finance and officers see them")
    rows = session.exec(
        select(OverspendProposalRow, RequestRow)
        .join(RequestRow, col(RequestRow.id) == OverspendProposalRow.request_id, isouter=True)
        .order_by(col(OverspendProposalRow.proposed_at).desc(), col(OverspendProposalRow.id))
        .limit(MOST_AT_ONCE)
    ).all()
    barred = barred_from(session, caller, {each.id for _, each in rows if each is not None})
    return tuple(
        _view(row, request, caller)
        for row, request in rows
        if request is None or request.id not in barred
    )


def overspends_waiting(session: Session, caller: Caller) -> Iterator[tuple[UUID, str]]:
    """Covers that another person proposed, and that this one may second: the act and the pot."""
    policy = document_on(session, "finance", Finance, caller.day)
    if policy is None or not caller.holds(*ALLOWED_TO[ActKind.COVER_OVERSPEND]):
        return
    roles = caller.person.held_on(caller.day, *Role)
    rows = session.exec(
        select(OverspendProposalRow).where(
            col(OverspendProposalRow.seconded_by).is_(None),
            OverspendProposalRow.proposed_by != caller.person.id,
        )
    ).all()
    covered_of = budgets.covered_among(session, {row.pot for row in rows if row.pot})
    for row in rows:
        if row.pot is None or row.financial_year is None:
            continue
        covered = covered_of.get((row.pot, row.financial_year), 0)
        try:
            policy.overspend_clause(row.pot, row.pence, covered, roles)
        except AuthorityTooLow:
            continue
        yield row.id, row.pot


def _view(row: OverspendProposalRow, request: RequestRow | None, caller: Caller) -> OverspendView:
    shown = {"pot", "financial_year", "pence", "authority", "proposed_at", "seconded_at"}
    return OverspendView(
        **row.model_dump(include=shown),
        act_id=row.id,
        reference=request.reference if request else None,
        by_you=row.proposed_by == caller.person.id,
    )
