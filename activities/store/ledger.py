"""The ledger's verbs and reads: domain commands to SQL functions, rows to domain types.

Nothing here commits, raises for a refusal, or knows a rule: the rules are the verbs' own.
"""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import Row, text
from sqlmodel import Session

from activities.store.ledger_check import verify
from domain.frozen import Frozen
from domain.ledger.accounts import Account, FinancialYear, MoneyStage, PotCode
from domain.ledger.answers import LedgerAnswer
from domain.ledger.balances import PotBalance, by_pot
from domain.ledger.journal import (
    Allocate,
    Commit,
    Context,
    Hold,
    Instalment,
    JournalEntry,
    Line,
    OpenAccounts,
    Pay,
    Posting,
    PotYear,
    Release,
    Reverse,
    Verb,
)

__all__ = [
    "allocate",
    "balances",
    "balances_on",
    "commit",
    "entries",
    "entry",
    "hold",
    "instalments_of",
    "open_accounts",
    "pay",
    "release",
    "reverse",
    "verify",
]

_CALL = "SELECT result, detail FROM {}(:id, CAST(:lines AS jsonb), CAST(:context AS jsonb))"
_VERBS = {
    verb: text(_CALL.format(function))
    for verb, function in (
        (Verb.OPEN, "ledger_open_account"),
        (Verb.ALLOCATE, "ledger_allocate"),
        (Verb.HOLD, "ledger_hold"),
        (Verb.RELEASE, "ledger_release"),
        (Verb.COMMIT, "ledger_commit"),
        (Verb.PAY, "ledger_pay"),
        (Verb.REVERSE, "ledger_reverse"),
    )
}
_LINES = TypeAdapter(tuple[Line, ...] | tuple[PotYear, ...])
_CONTEXT_COLUMNS = tuple(Context.model_fields)
_ENTRY_COLUMNS = ", ".join(
    (
        "id, number, verb, resolves_id, reverses_id, commitment_id, instalment_number, attempt",
        *_CONTEXT_COLUMNS,
    )
)


class _Links(Frozen):
    """What a command follows and where it comes from, beside the context of its entry."""

    source_pot: PotCode | None = None
    hold_id: UUID | None = None
    reverses_id: UUID | None = None
    commitment_id: UUID | None = None
    instalment_number: int | None = None
    attempt: int | None = None
    instalments: tuple[Instalment, ...] | None = None


def open_accounts(session: Session, command: OpenAccounts) -> LedgerAnswer:
    """Open pots for a financial year."""
    ordered = sorted(command.accounts, key=lambda one: (one.pot, one.financial_year))
    return _ask(session, command, tuple(ordered), _Links())


def allocate(session: Session, command: Allocate) -> LedgerAnswer:
    """Give budgets to pots."""
    return _ask(session, command, command.sorted_lines, _Links(source_pot=command.source_pot))


def hold(session: Session, command: Hold) -> LedgerAnswer:
    """Reserve available money."""
    return _ask(session, command, command.sorted_lines, _Links())


def release(session: Session, command: Release) -> LedgerAnswer:
    """Give a hold back."""
    return _ask(session, command, (), _Links(hold_id=command.hold_id))


def commit(session: Session, command: Commit) -> LedgerAnswer:
    """Promise an award's instalments against a hold."""
    links = _Links(
        hold_id=command.hold_id,
        instalments=tuple(sorted(command.instalments, key=lambda one: one.number)),
    )
    return _ask(session, command, command.lines, links)


def pay(session: Session, command: Pay) -> LedgerAnswer:
    """Pay an instalment of a commitment."""
    links = _Links(
        commitment_id=command.commitment_id,
        instalment_number=command.instalment_number,
        attempt=command.attempt,
    )
    return _ask(session, command, (command.line,), links)


def reverse(session: Session, command: Reverse) -> LedgerAnswer:
    """Undo an allocation, a commitment or a payment by an entry of its own."""
    return _ask(session, command, (), _Links(reverses_id=command.reverses_id))


def balances(
    session: Session, year: FinancialYear | None = None, pot: PotCode | None = None
) -> tuple[PotBalance, ...]:
    """Read what each pot has now, from the account rows."""
    rows = session.connection().execute(
        text(
            "SELECT pot, financial_year, stage, balance_pence, opened_at FROM ledger_account"
            " WHERE financial_year = coalesce(:year, financial_year) AND pot = coalesce(:pot, pot)"
        ),
        {"year": year, "pot": pot},
    )
    found = rows.all()
    opened = frozenset((row.pot, row.financial_year) for row in found if row.opened_at is not None)
    return by_pot({_account(row): row.balance_pence for row in found}, opened)


def balances_on(session: Session, day: date) -> tuple[PotBalance, ...]:
    """Read what each pot had at the end of a day, from the entries that had taken effect."""
    rows = session.connection().execute(
        text(
            "SELECT a.pot, a.financial_year, a.stage, sum(p.pence)::bigint AS pence,"
            " bool_or(a.opened_at IS NOT NULL) AS is_open"
            " FROM ledger_posting AS p JOIN ledger_account AS a ON a.id = p.account_id"
            " JOIN ledger_entry AS e ON e.id = p.entry_id WHERE e.effective_on <= :day"
            " GROUP BY a.pot, a.financial_year, a.stage"
        ),
        {"day": day},
    )
    found = rows.all()
    opened = frozenset((row.pot, row.financial_year) for row in found if row.is_open)
    return by_pot({_account(row): row.pence for row in found}, opened)


def entries(
    session: Session, after: int = 0, limit: int = 100, award_id: UUID | None = None
) -> tuple[JournalEntry, ...]:
    """List the journal by number from behind `after`, of one award if it is named."""
    return _entries(
        session,
        "number > :after AND (CAST(:award_id AS uuid) IS NULL OR award_id = :award_id)"
        " ORDER BY number LIMIT :limit",
        {"after": after, "limit": limit, "award_id": award_id},
    )


def entry(session: Session, wanted: UUID) -> JournalEntry | None:
    """Read one entry, if there is one of that id."""
    found = _entries(session, "id = :id", {"id": wanted})
    return found[0] if found else None


def instalments_of(session: Session, commitment_id: UUID) -> tuple[Instalment, ...]:
    """List what a commitment promised, by date."""
    rows = session.connection().execute(
        text(
            "SELECT number, due_on, pot, financial_year, period, pence"
            " FROM ledger_commitment_instalment WHERE commit_id = :id ORDER BY due_on, number"
        ),
        {"id": commitment_id},
    )
    return tuple(Instalment.model_validate(dict(row)) for row in rows.mappings())


def _ask(
    session: Session,
    command: OpenAccounts | Allocate | Hold | Release | Commit | Pay | Reverse,
    lines: tuple[Line, ...] | tuple[PotYear, ...],
    links: _Links,
) -> LedgerAnswer:
    """Call a verb, once, in the caller's transaction."""
    written = command.context.model_dump(mode="json", exclude_none=True)
    written |= links.model_dump(mode="json", exclude_none=True)
    row = (
        session.connection()
        .execute(
            _VERBS[command.verb],
            {
                "id": command.id,
                "lines": _LINES.dump_json(lines).decode(),
                "context": json.dumps(written),
            },
        )
        .one()
    )
    return LedgerAnswer(result=row.result, detail=row.detail)


def _entries(session: Session, where: str, wanted: dict[str, object]) -> tuple[JournalEntry, ...]:
    """Read entries with their postings; `where` is this module's own text."""
    connection = session.connection()
    query = f"SELECT {_ENTRY_COLUMNS} FROM ledger_entry WHERE {where}"  # noqa: S608  our own names
    found = connection.execute(text(query), wanted).all()
    postings: dict[UUID, list[Posting]] = {row.id: [] for row in found}
    rows = connection.execute(
        text(
            "SELECT p.entry_id, a.pot, a.financial_year, a.stage, p.pence FROM ledger_posting AS p"
            " JOIN ledger_account AS a ON a.id = p.account_id WHERE p.entry_id = ANY (:ids)"
            " ORDER BY a.pot, a.financial_year, a.stage"
        ),
        {"ids": list(postings)},
    )
    for row in rows:
        postings[row.entry_id].append(Posting(account=_account(row), pence=row.pence))
    return tuple(_journal_entry(row, postings[row.id]) for row in found)


def _journal_entry(row: Row[Any], postings: Sequence[Posting]) -> JournalEntry:
    """Build an entry of its row and its postings."""
    said = {name: getattr(row, name) for name in _CONTEXT_COLUMNS}
    recorded_at: datetime = said["recorded_at"]
    said |= {
        "recorded_at": recorded_at.astimezone(UTC),
        "policy_version_ids": tuple(said["policy_version_ids"]),
    }
    return JournalEntry(
        id=row.id,
        number=row.number,
        verb=Verb(row.verb),
        context=Context(**said),
        postings=tuple(postings),
        resolves_id=row.resolves_id,
        reverses_id=row.reverses_id,
        commitment_id=row.commitment_id,
        instalment_number=row.instalment_number,
        attempt=row.attempt,
    )


def _account(row: Row[Any]) -> Account:
    """Name the account of a row."""
    return Account(pot=row.pot, financial_year=row.financial_year, stage=MoneyStage(row.stage))
