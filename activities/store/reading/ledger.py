"""The ledger for those who may look: balances, the journal, and why each penny is where it is."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from activities.store import ledger
from activities.store.ledger import EntriesAsked
from activities.store.ledger_check import verify
from activities.store.reading.caller import OFFICERS, Caller, called
from activities.store.reading.decisions import AwardView, awards, awards_on
from activities.store.reading.finance_why import FinanceActLink, finance_act
from activities.store.reading.meetings import votes_of
from activities.store.reading.panel import is_kept_out
from activities.store.reading.plan_why import PlanLink, plan_behind
from activities.store.reading.policies import PolicyView, pinned
from activities.store.reading.requests import PlacingView, as_placing, placing_without_need
from activities.store.reading.words import Said, said_on, without_need
from activities.store.tables import (
    ActRow,
    BallotRow,
    DecisionRow,
    PlacingRow,
    RequestRow,
    RequestVersionRow,
)
from domain.frozen import Frozen
from domain.ledger.answers import Difference
from domain.ledger.balances import PotBalance
from domain.ledger.journal import JournalEntry
from domain.people import Role
from domain.refusals import RoleNeeded, Unknown

_LOOKS = (*OFFICERS, Role.FINANCE_OFFICER, Role.LEADER)
MOST_AT_ONCE = 500


class BalanceView(Frozen):
    """A pot in a financial year: given, and how far it has gone."""

    pot: str
    financial_year: int
    is_open: bool
    allocated_pence: int
    available_pence: int
    held_pence: int
    committed_pence: int
    paid_pence: int


class DecisionLink(Frozen):
    """The decision behind money: who signed what, when, and with which frozen inputs."""

    id: UUID
    kind: str
    level: str
    annual_pence: int
    officer_id: UUID
    officer: str | None
    """How colleagues call the officer; left out for those who need not know."""
    grounds: list[str]
    alternatives: str | None
    reason: str | None
    dispensation: str | None
    key_decision_number: str | None
    decided_at: datetime
    inputs_sha256: str
    working: dict[str, Any]


class BallotLink(Frozen):
    """The ballot behind a placing: what it came to, and its votes for those who may see them."""

    id: UUID
    round: int
    closed_at: datetime | None
    result: dict[str, Any] | None
    votes: tuple[dict[str, Any], ...]


class RequestLink(Frozen):
    """The request behind money: its reference and the version that was decided."""

    id: UUID
    reference: str
    kind: str
    school: str
    version: int
    versions_recorded_at: tuple[datetime, ...]
    submitted_at: datetime


class Why(Frozen):
    """The whole chain of a ledger entry, from the money to the rules (promise 2)."""

    entry: JournalEntry
    awards: tuple[AwardView, ...]
    decision: DecisionLink | None
    placing: PlacingView | None
    ballot: BallotLink | None
    moderated_by_act: str | None
    """The officer's act that stated the need, where no panel did."""
    request: RequestLink | None
    policies: tuple[PolicyView, ...]
    finance_act: FinanceActLink | None
    """The act of finance behind it, where no decision is: a budget, an import, a virement."""
    plan: PlanLink | None
    """The cluster plan behind it, where one is."""
    follows: tuple[JournalEntry, ...]
    """The entries that this one undid, drew on or ended, nearest first."""
    words: tuple[Said, ...]
    """What was written with the acts on the request; for officers alone."""


class JournalAsked(EntriesAsked):
    """Which entries somebody asks for."""


def balances(
    session: Session, caller: Caller, year: int | None = None, pot: str | None = None
) -> tuple[BalanceView, ...]:
    """Read what each pot has now: for finance, officers and leaders."""
    check_may_look(caller)
    return all_balances(session, year, pot)


def all_balances(
    session: Session, year: int | None = None, pot: str | None = None
) -> tuple[BalanceView, ...]:
    """Read what each pot has now, for the command line."""
    return tuple(_as_balance(each) for each in ledger.balances(session, year, pot))


def entries(session: Session, caller: Caller, after: int, limit: int) -> tuple[JournalEntry, ...]:
    """List the journal from behind a number."""
    check_may_look(caller)
    return ledger.entries(session, after=after, limit=min(limit, MOST_AT_ONCE))


def journal(
    session: Session, caller: Caller, asked: JournalAsked, limit: int = 100
) -> tuple[JournalEntry, ...]:
    """List entries of a month, a pot, a verb, a case or a run, the latest first."""
    check_may_look(caller)
    return ledger.journal(session, asked, min(limit, MOST_AT_ONCE))


def why_for(session: Session, caller: Caller, entry_id: UUID) -> Why:
    """Explain an entry to a person: votes, words and the child's need to officers alone.

    Finance, leaders and an officer with an interest follow the money: rule, amount and versions.
    """
    check_may_look(caller)
    request = _request_of(session, _behind(session, entry_id))
    kept_out = request is not None and is_kept_out(session, caller, request)
    return why(
        session,
        entry_id,
        shows_votes=caller.holds(*OFFICERS) and not kept_out,
        is_finance=caller.holds(Role.FINANCE_OFFICER),
    )


def why(session: Session, entry_id: UUID, *, shows_votes: bool, is_finance: bool = False) -> Why:
    """Explain an entry: award, decision, placing, ballot, request, and the rules behind them.

    Finance reads what was written with its own acts, and of a case what moves the money.
    """
    behind = _behind(session, entry_id)
    if not behind:
        raise Unknown("this entry", "the ledger has none of that id")
    entry = behind[0]
    decision = _decision_of(session, behind)
    placing = _placing_of(session, behind, decision)
    request = _request_of(session, behind)
    act = session.get(ActRow, placing.act_id) if placing and placing.act_id else None
    return Why(
        entry=entry,
        awards=_awards(session, entry, decision, shows_need=shows_votes),
        decision=_as_decision(session, decision, shows_words=shows_votes) if decision else None,
        placing=_as_placing(placing, shows_need=shows_votes) if placing else None,
        ballot=_ballot_of(session, placing, shows_votes=shows_votes),
        moderated_by_act=act.kind if act else None,
        request=_as_request(session, request) if request else None,
        policies=_policies(session, entry, request),
        finance_act=finance_act(
            session, entry.context.act_id, is_officer=shows_votes, is_finance=is_finance
        ),
        plan=plan_behind(session, behind, is_officer=shows_votes),
        follows=behind[1:],
        words=said_on(session, request.id) if request and shows_votes else (),
    )


def differences(session: Session, published_head: str | None = None) -> list[Difference]:
    """Add the whole ledger up anew, follow its chain, and list everything that does not agree."""
    return verify(session, published_head)


def check_may_look(caller: Caller) -> None:
    """Refuse the ledger to whoever is neither finance, officer nor leader."""
    if not caller.holds(*_LOOKS):
        raise RoleNeeded("to look into the ledger", "it is finance's, officers' and leaders'")


def _as_balance(balance: PotBalance) -> BalanceView:
    return BalanceView(**balance.model_dump(), allocated_pence=balance.allocated_pence)


def _behind(session: Session, entry_id: UUID) -> tuple[JournalEntry, ...]:
    """The entry, and one after another those that it follows: what it undid, drew on or ended."""
    chain: list[JournalEntry] = []
    wanted: UUID | None = entry_id
    while wanted is not None and (found := ledger.entry(session, wanted)) is not None:
        chain.append(found)
        wanted = found.reverses_id or found.commitment_id or found.resolves_id
    return tuple(chain)


def _request_of(session: Session, behind: Sequence[JournalEntry]) -> RequestRow | None:
    wanted = [each.context.request_id for each in behind if each.context.request_id]
    return session.get(RequestRow, wanted[0]) if wanted else None


def _decision_of(session: Session, behind: Sequence[JournalEntry]) -> DecisionRow | None:
    wanted = [each.context.decision_id for each in behind if each.context.decision_id]
    return session.get(DecisionRow, wanted[0]) if wanted else None


def _placing_of(
    session: Session, behind: Sequence[JournalEntry], decision: DecisionRow | None
) -> PlacingRow | None:
    if decision is not None:
        return session.get(PlacingRow, decision.placing_id)
    held = [each.id for each in behind]
    return session.exec(select(PlacingRow).where(col(PlacingRow.hold_id).in_(held))).first()


def _as_decision(session: Session, row: DecisionRow, *, shows_words: bool) -> DecisionLink:
    facts = row.model_dump(include=set(DecisionLink.model_fields) - {"officer"})
    if not shows_words:
        facts |= dict.fromkeys(("alternatives", "reason", "dispensation"))
        facts |= {"grounds": [], "working": without_need(row.working)}
    officer = called(session, row.officer_id) if shows_words else None
    return DecisionLink(**facts, officer=officer)


def _awards(
    session: Session, entry: JournalEntry, decision: DecisionRow | None, *, shows_need: bool
) -> tuple[AwardView, ...]:
    """What the decision gave; without one, the awards of the old system that money is for."""
    if decision is not None:
        found = awards(session, decision.id, shows_pot=True)
    else:
        found = awards_on(session, entry.context.award_id, entry.commitment_id or entry.id)
    return found if shows_need else tuple(each.without_need() for each in found)


def _policies(
    session: Session, entry: JournalEntry, request: RequestRow | None
) -> tuple[PolicyView, ...]:
    """The versions that the request is pinned to; without one, those that the entry names."""
    if request is not None:
        return pinned(session, request.pins)
    return pinned(session, {each: each for each in entry.context.policy_version_ids})


def _as_placing(row: PlacingRow, *, shows_need: bool) -> PlacingView:
    view = as_placing(row)
    return view if shows_need else placing_without_need(view)


def _ballot_of(
    session: Session, placing: PlacingRow | None, *, shows_votes: bool
) -> BallotLink | None:
    row = session.get(BallotRow, placing.ballot_id) if placing and placing.ballot_id else None
    if row is None or row.closed_at is None:
        return None
    return BallotLink(
        id=row.id,
        round=row.round,
        closed_at=row.closed_at,
        result=row.result if shows_votes else without_need(row.result),
        votes=votes_of(session, row.id) if shows_votes else (),
    )


def _as_request(session: Session, row: RequestRow) -> RequestLink:
    versions = session.exec(
        select(RequestVersionRow.recorded_at)
        .where(RequestVersionRow.request_id == row.id)
        .order_by(col(RequestVersionRow.number))
    )
    return RequestLink(
        id=row.id,
        reference=row.reference,
        kind=row.kind,
        school=row.school_code,
        version=row.version,
        versions_recorded_at=tuple(versions),
        submitted_at=row.submitted_at,
    )
