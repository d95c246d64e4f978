"""Asking the ledger: each command of the domain is one call of the SQL function that is its verb.

Nothing here commits, raises for a refusal, or knows a rule: the rules are the verbs' own. A verb
is one statement in the driver's own words, which the driver prepares once on each connection.
"""

from typing import Any
from uuid import UUID

from psycopg import Connection as DriverConnection
from psycopg import Error
from pydantic import TypeAdapter
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from activities.store import refused
from domain.frozen import Frozen
from domain.ledger.accounts import FinancialYear, PotCode
from domain.ledger.answers import LedgerAnswer
from domain.ledger.journal import (
    Allocate,
    Commit,
    Context,
    Hold,
    Instalment,
    Line,
    OpenAccounts,
    Pay,
    Period,
    PotYear,
    Release,
    Reverse,
    Verb,
)
from domain.ledger.year import (
    AuthoriseOverspend,
    Cancel,
    CarryForward,
    CarryLine,
    CloseAccounts,
    ClosePeriod,
    PayLine,
    PayRun,
    Recoup,
    ReopenPeriod,
    Reversal,
    ReverseRun,
    Vire,
)

_CALL = "SELECT result, detail FROM {}(%s, %s::jsonb, %s::jsonb)"
_CALLS: dict[str, str] = {
    verb: _CALL.format("ledger_open_account" if verb == Verb.OPEN else f"ledger_{verb}")
    for verb in (*Verb, "pay_run", "reverse_run")
}
_PERIOD_LOCKS = 251
"""The class of the advisory locks that stand for periods; the verbs know it by the same number."""

_LINES = TypeAdapter(tuple[Line, ...])
_POT_YEARS = TypeAdapter(tuple[PotYear, ...])
_CARRY_LINES = TypeAdapter(tuple[CarryLine, ...])
_PAYMENTS = TypeAdapter(tuple[PayLine, ...])
_REVERSALS = TypeAdapter(tuple[Reversal, ...])


class _Links(Frozen):
    """What a command follows and where it comes from, beside the context of its entry."""

    source_pot: PotCode | None = None
    from_pot: PotCode | None = None
    council: str | None = None
    hold_id: UUID | None = None
    reverses_id: UUID | None = None
    commitment_id: UUID | None = None
    instalment_number: int | None = None
    attempt: int | None = None
    instalments: tuple[Instalment, ...] | None = None
    instalment_numbers: tuple[int, ...] | None = None


_NO_LINKS = _Links()
_NO_LINES = b"[]"


def open_accounts(session: Session, command: OpenAccounts) -> LedgerAnswer:
    """Open pots for a financial year."""
    lines = _POT_YEARS.dump_json(_in_order(command.accounts))
    return _ask(session, command.verb, command.id, lines, _said(command.context))


def allocate(session: Session, command: Allocate) -> LedgerAnswer:
    """Give budgets to pots."""
    links = _Links(source_pot=command.source_pot)
    return _move(session, command, command.sorted_lines, links)


def hold(session: Session, command: Hold) -> LedgerAnswer:
    """Reserve available money."""
    return _move(session, command, command.sorted_lines, _NO_LINKS)


def release(session: Session, command: Release) -> LedgerAnswer:
    """Give a hold back."""
    return _move(session, command, (), _Links(hold_id=command.hold_id))


def commit(session: Session, command: Commit) -> LedgerAnswer:
    """Promise an award's instalments against a hold."""
    links = _Links(
        hold_id=command.hold_id,
        instalments=tuple(sorted(command.instalments, key=lambda one: one.number)),
    )
    return _move(session, command, command.lines, links)


def pay(session: Session, command: Pay) -> LedgerAnswer:
    """Pay an instalment of a commitment."""
    links = _Links(
        commitment_id=command.commitment_id,
        instalment_number=command.instalment_number,
        attempt=command.attempt,
    )
    return _move(session, command, (command.line,), links)


def pay_run(session: Session, command: PayRun) -> LedgerAnswer:
    """Pay many instalments at once: all, or none and each faulty one listed."""
    ordered = tuple(sorted(command.payments, key=lambda one: (one.commitment_id, one.id)))
    payments = _PAYMENTS.dump_json(ordered, exclude_none=True)
    return _ask(session, "pay_run", command.id, payments, _said(command.context))


def reverse(session: Session, command: Reverse) -> LedgerAnswer:
    """Undo an entry by an entry of its own, where what it did still stands."""
    return _move(session, command, (), _Links(reverses_id=command.reverses_id))


def reverse_run(session: Session, command: ReverseRun) -> LedgerAnswer:
    """Undo many payments at once: all, or none and each faulty one listed."""
    ordered = tuple(sorted(command.reversals, key=lambda one: one.reverses_id))
    reversals = _REVERSALS.dump_json(ordered, exclude_none=True)
    return _ask(session, "reverse_run", command.id, reversals, _said(command.context))


def vire(session: Session, command: Vire) -> LedgerAnswer:
    """Move available money between pots, with authority."""
    return _move(session, command, command.sorted_lines, _Links(from_pot=command.from_pot))


def recoup(session: Session, command: Recoup) -> LedgerAnswer:
    """Take money back from a payee or another council."""
    links = _Links(commitment_id=command.commitment_id, council=command.council)
    return _move(session, command, command.sorted_lines, links)


def cancel(session: Session, command: Cancel) -> LedgerAnswer:
    """Give back what was promised in instalments that will not fall due."""
    links = _Links(
        commitment_id=command.commitment_id,
        instalment_numbers=tuple(sorted(command.instalment_numbers)),
    )
    return _move(session, command, (), links)


def carry_forward(session: Session, command: CarryForward) -> LedgerAnswer:
    """Move what stands at a year's end into the year after."""
    lines = _CARRY_LINES.dump_json(command.sorted_lines)
    return _ask(session, command.verb, command.id, lines, _said(command.context))


def authorise_overspend(session: Session, command: AuthoriseOverspend) -> LedgerAnswer:
    """Give pots what they owe and lack, out of the deficit."""
    return _move(session, command, command.sorted_lines, _NO_LINKS)


def close_period(session: Session, command: ClosePeriod) -> LedgerAnswer:
    """Close the context's period; waits for every verb that is at work in it.

    In a transaction that posted in this period before, call `take_period` ahead of the postings.
    """
    return _move(session, command, (), _NO_LINKS)


def close_accounts(session: Session, command: CloseAccounts) -> LedgerAnswer:
    """Close pots for a year."""
    lines = _POT_YEARS.dump_json(_in_order(command.accounts))
    return _ask(session, command.verb, command.id, lines, _said(command.context))


def reopen_period(session: Session, command: ReopenPeriod) -> LedgerAnswer:
    """Open the context's period again."""
    return _move(session, command, (), _NO_LINKS)


def take_period(session: Session, year: FinancialYear, period: Period) -> None:
    """Keep everybody else out of a period until this transaction ends.

    A transaction that posts and then closes takes it first: two that posted already and both wait
    to be alone would wait for each other.
    """
    session.connection().exec_driver_sql(
        "SELECT pg_advisory_xact_lock(%s, %s)", (_PERIOD_LOCKS, year * 100 + period)
    )


def _in_order(accounts: tuple[PotYear, ...]) -> tuple[PotYear, ...]:
    """Put pots and years in the one order in which they are written down."""
    return tuple(sorted(accounts, key=lambda one: (one.pot, one.financial_year)))


def _move(
    session: Session,
    command: Allocate
    | Hold
    | Release
    | Commit
    | Pay
    | Reverse
    | Vire
    | Recoup
    | Cancel
    | AuthoriseOverspend
    | ClosePeriod
    | ReopenPeriod,
    lines: tuple[Line, ...],
    links: _Links,
) -> LedgerAnswer:
    """Ask with lines of pots, or none."""
    written = _LINES.dump_json(lines) if lines else _NO_LINES
    return _ask(session, command.verb, command.id, written, _said(command.context, links))


def _ask(session: Session, verb: str, id_: UUID, lines: bytes, context: bytes) -> LedgerAnswer:
    """Ask by a verb, once, in the caller's transaction, and note a refusal.

    The driver itself is asked, on the transaction's own connection: what stands between would be
    a sixth of what a posting costs its caller. What fails is raised as any other statement's is.
    """
    call, asked = _CALLS[verb], (id_, lines.decode(), context.decode())
    driver: DriverConnection[Any] | None = session.connection().connection.driver_connection
    assert driver is not None
    try:
        row = driver.execute(call, asked).fetchone()
    except Error as error:
        raise DBAPIError.instance(call, None, error, Error, hide_parameters=True) from error
    assert row is not None
    answer = LedgerAnswer(result=row[0], detail=row[1])
    if answer.is_new_refusal:
        refused.note(session, refused.Asked(verb, *asked), answer)
    return answer


def _said(context: Context, links: _Links = _NO_LINKS) -> bytes:
    """Write down what an entry says about itself and what it follows, as one object."""
    about = context.__pydantic_serializer__.to_json(context, exclude_none=True)
    if links is _NO_LINKS:
        return about
    more = links.__pydantic_serializer__.to_json(links, exclude_none=True)
    return about[:-1] + b"," + more[1:]
