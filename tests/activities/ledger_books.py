"""What the ledger's tests ask with: a county's pots opened, and commands with little to say."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from sqlalchemy import Engine
from sqlmodel import Session

from activities.store import ledger
from activities.store.session import transaction
from domain.ledger.accounts import DEFICIT, EXCEPTIONAL, HIGH_NEEDS_BLOCK, OPENING, usual_source
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
    PotYear,
    Release,
    Reverse,
)

CONTEXT = Context(
    recorded_at=datetime(2026, 10, 5, 7, tzinfo=UTC),
    effective_on=date(2026, 10, 5),
    financial_year=2026,
    period=7,
    academic_year=2026,
)
POTS = (OPENING, HIGH_NEEDS_BLOCK, DEFICIT, EXCEPTIONAL, "cluster:a", "cluster:b")
YEAR = 2026


def line(pence: int, pot: str = "cluster:a", year: int = YEAR) -> Line:
    """An amount of a pot, of the cluster's in this year if nothing else is said."""
    return Line(pot=pot, financial_year=year, pence=pence)


def instalment(number: int, pence: int, pot: str = "cluster:a", year: int = YEAR) -> Instalment:
    """An instalment due in the named financial year."""
    return Instalment(
        number=number,
        due_on=date(year, 11, number),
        pot=pot,
        financial_year=year,
        period=8,
        pence=pence,
    )


@dataclass(frozen=True)
class Books:
    """The ledger as an activity meets it: each command in a transaction of its own."""

    engine: Engine

    def ask(self, verb: Callable[..., LedgerAnswer], command: object) -> LedgerAnswer:
        """Ask for one thing and commit."""
        with transaction(self.engine) as session:
            return verb(session, command)

    def read(self, question: Callable[[Session], object]) -> object:
        """Read in a transaction of its own."""
        with transaction(self.engine) as session:
            return question(session)

    def open(self, *pots: str, year: int = YEAR, id_: UUID | None = None) -> LedgerAnswer:
        """Open pots for a year."""
        accounts = tuple(PotYear(pot=pot, financial_year=year) for pot in pots)
        command = OpenAccounts(id=id_ or uuid4(), accounts=accounts, context=CONTEXT)
        return self.ask(ledger.open_accounts, command)

    def allocate(
        self, *lines: Line, source: str | None = None, authority: str | None = None
    ) -> LedgerAnswer:
        """Give budgets out of their usual source."""
        command = Allocate(
            id=uuid4(),
            lines=lines,
            source_pot=source or usual_source(lines[0].pot),
            context=CONTEXT.model_copy(update={"authority": authority}),
        )
        return self.ask(ledger.allocate, command)

    def hold(
        self, *lines: Line, id_: UUID | None = None, authority: str | None = None
    ) -> LedgerAnswer:
        """Reserve money."""
        context = CONTEXT.model_copy(update={"authority": authority})
        return self.ask(ledger.hold, Hold(id=id_ or uuid4(), lines=lines, context=context))

    def release(self, hold_id: UUID, id_: UUID | None = None) -> LedgerAnswer:
        """Give a hold back."""
        command = Release(id=id_ or uuid4(), hold_id=hold_id, context=CONTEXT)
        return self.ask(ledger.release, command)

    def commit(
        self, hold_id: UUID, *instalments: Instalment, id_: UUID | None = None
    ) -> LedgerAnswer:
        """Promise instalments against a hold."""
        command = Commit(
            id=id_ or uuid4(), hold_id=hold_id, instalments=instalments, context=CONTEXT
        )
        return self.ask(ledger.commit, command)

    def pay(
        self, commitment_id: UUID, paid: Line, number: int = 1, attempt: int = 1
    ) -> tuple[UUID, LedgerAnswer]:
        """Pay an instalment."""
        command = Pay(
            id=uuid4(),
            commitment_id=commitment_id,
            instalment_number=number,
            attempt=attempt,
            line=paid,
            context=CONTEXT,
        )
        return command.id, self.ask(ledger.pay, command)

    def reverse(self, reverses_id: UUID) -> LedgerAnswer:
        """Undo an entry."""
        command = Reverse(id=uuid4(), reverses_id=reverses_id, context=CONTEXT)
        return self.ask(ledger.reverse, command)

    def held(self, *lines: Line) -> UUID:
        """Reserve money that is certainly there, and name the hold."""
        id_ = uuid4()
        assert self.hold(*lines, id_=id_).result == "created"
        return id_

    def committed(self, hold_id: UUID, *instalments: Instalment) -> UUID:
        """Promise money that is certainly there, and name the commitment."""
        id_ = uuid4()
        assert self.commit(hold_id, *instalments, id_=id_).result == "created"
        return id_

    def stages(self, pot: str = "cluster:a", year: int = YEAR) -> tuple[int, int, int, int]:
        """What is available, held, committed and paid."""
        with transaction(self.engine) as session:
            (found,) = ledger.balances(session, year=year, pot=pot)
        return (
            found.available_pence,
            found.held_pence,
            found.committed_pence,
            found.paid_pence,
        )

    def differences(self) -> list[str]:
        """The kinds of what a check finds not to add up."""
        with transaction(self.engine) as session:
            return [one.kind for one in ledger.verify(session)]
