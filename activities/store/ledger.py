"""The ledger as activities know it: its verbs, and reads of balances, entries and instalments.

Rows become domain types here; the verbs themselves are asked in `ledger_verbs`.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Row, text
from sqlmodel import Session

from activities.store.ledger_check import verify
from activities.store.ledger_verbs import (
    allocate,
    authorise_overspend,
    cancel,
    carry_forward,
    close_accounts,
    close_period,
    commit,
    hold,
    open_accounts,
    pay,
    pay_run,
    recoup,
    release,
    reopen_period,
    reverse,
    reverse_run,
    take_period,
    vire,
)
from domain.frozen import Frozen
from domain.ledger.accounts import Account, FinancialYear, MoneyStage, PotCode
from domain.ledger.balances import PotBalance, by_pot
from domain.ledger.journal import (
    MOVES_NOTHING,
    Context,
    Instalment,
    JournalEntry,
    Period,
    Posting,
    Verb,
)

__all__ = [
    "EntriesAsked",
    "allocate",
    "authorise_overspend",
    "balances",
    "balances_on",
    "cancel",
    "carry_forward",
    "close_accounts",
    "close_period",
    "closed_periods",
    "commit",
    "entries",
    "entries_by_id",
    "entries_of_case",
    "entry",
    "hold",
    "instalments_left",
    "instalments_of",
    "journal",
    "open_accounts",
    "pay",
    "pay_run",
    "recoup",
    "release",
    "reopen_period",
    "reverse",
    "reverse_run",
    "take_period",
    "verify",
    "vire",
]

_CONTEXT_COLUMNS = tuple(Context.model_fields)
_ENTRY_COLUMNS = ", ".join(
    (
        "id, number, verb, resolves_id, reverses_id, commitment_id, instalment_number, attempt",
        *_CONTEXT_COLUMNS,
    )
)

_STILL = ", ".join(f"'{each}'" for each in sorted(MOVES_NOTHING))
_ASKED = {
    "year": "financial_year = :year",
    "period": "period = :period",
    "verb": "verb = :verb",
    "pot": "id IN (SELECT p.entry_id FROM ledger_posting AS p JOIN ledger_account AS a"
    " ON a.id = p.account_id WHERE a.pot = :pot)",
    "award_id": "award_id = :award_id",
    "before": "number < :before",
    "moved_money": f"(verb NOT IN ({_STILL})) = :moved_money",
}
"""How the journal is asked for some of its entries; each by what its index or its account finds."""

_OF_CASE = (
    "SELECT id FROM ledger_entry WHERE id = ANY (:holds)"
    " UNION SELECT id FROM ledger_entry WHERE resolves_id = ANY (:holds)"
    " UNION SELECT id FROM ledger_entry WHERE id = ANY (:commits)"
    " UNION SELECT id FROM ledger_entry WHERE commitment_id = ANY (:commits)"
    " UNION SELECT id FROM ledger_entry WHERE award_id = ANY (:awards)"
)
_MOST_OF_CASE = 500


class EntriesAsked(Frozen):
    """Which entries of the journal are wanted; what is left out is not asked about."""

    year: FinancialYear | None = None
    """Of the books that it was entered in."""
    period: Period | None = None
    verb: Verb | None = None
    pot: PotCode | None = None
    """In which something was posted."""
    award_id: UUID | None = None
    before: int | None = None
    """A number: entries before it, the latest first."""
    moved_money: Literal[True] | None = None
    """Only what moved money: no opening and closing of years, months and accounts."""


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


def journal(session: Session, asked: EntriesAsked, limit: int) -> tuple[JournalEntry, ...]:
    """List the entries that are asked for, the latest first."""
    wanted = {name: value for name, value in dict(asked).items() if value is not None}
    where = " AND ".join(_ASKED[name] for name in wanted) or "true"
    return _entries(
        session, f"{where} ORDER BY number DESC LIMIT :limit", wanted | {"limit": limit}
    )


def entry(session: Session, wanted: UUID) -> JournalEntry | None:
    """Read one entry, if there is one of that id."""
    found = _entries(session, "id = :id", {"id": wanted})
    return found[0] if found else None


def entries_of_case(
    session: Session, holds: Collection[UUID], commits: Collection[UUID], awards: Collection[UUID]
) -> tuple[JournalEntry, ...]:
    """List what holds, commitments and awards of a case came to, in order of number.

    Each part is found by an index of its own: the ledger keeps none by request, for speed.
    """
    wanted: dict[str, object] = {"holds": list(holds), "commits": list(commits)}
    wanted |= {"awards": list(awards), "limit": _MOST_OF_CASE}
    return _entries(session, f"id IN ({_OF_CASE}) ORDER BY number LIMIT :limit", wanted)


def entries_by_id(session: Session, ids: Collection[UUID]) -> tuple[JournalEntry, ...]:
    """Read some entries, in order of number."""
    return _entries(session, "id = ANY (:ids) ORDER BY number", {"ids": list(ids)})


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


def instalments_left(session: Session, commitment_id: UUID) -> tuple[Instalment, ...]:
    """List what of a commitment is neither paid nor cancelled nor undone, by date."""
    rows = session.connection().execute(
        text(
            "SELECT i.number, i.due_on, i.pot, i.financial_year, i.period, i.pence"
            " FROM ledger_commitment_instalment AS i WHERE i.commit_id = :id"
            " AND ledger_ended_by(i.commit_id, i.number) IS NULL ORDER BY i.due_on, i.number"
        ),
        {"id": commitment_id},
    )
    return tuple(Instalment.model_validate(dict(row)) for row in rows.mappings())


def closed_periods(session: Session, year: FinancialYear) -> frozenset[int]:
    """Say which periods of a year are closed now."""
    rows = session.connection().execute(
        text("SELECT period FROM ledger_period WHERE financial_year = :year AND is_closed"),
        {"year": year},
    )
    return frozenset(row.period for row in rows)


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
