"""What the ledger's tests ask with: a county's pots opened, and commands with little to say."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from sqlalchemy import Engine
from sqlmodel import Session

from activities.store import ledger
from activities.store.session import transaction
from domain.ledger.accounts import (
    DEFICIT,
    EXCEPTIONAL,
    HIGH_NEEDS_BLOCK,
    OPENING,
    MoneyStage,
    usual_source,
)
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
    Vire,
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


def payment(
    commitment_id: UUID, paid: Line, number: int = 1, attempt: int = 1, id_: UUID | None = None
) -> PayLine:
    """A payment of a run."""
    return PayLine(
        id=id_ or uuid4(),
        commitment_id=commitment_id,
        instalment_number=number,
        attempt=attempt,
        line=paid,
    )


def carried(
    stage: MoneyStage, pence: int, pot: str = "cluster:a", into_pot: str | None = None
) -> CarryLine:
    """What stands at one stage at the end of this year, carried into the next."""
    return CarryLine(
        pot=pot,
        financial_year=YEAR,
        stage=stage,
        pence=pence,
        into_pot=into_pot or pot,
        into_stage=stage,
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

    def vire(
        self, *lines: Line, from_pot: str, authority: str | None = "Scheme 4.2"
    ) -> tuple[UUID, LedgerAnswer]:
        """Move available money to other pots."""
        context = CONTEXT.model_copy(update={"authority": authority})
        command = Vire(id=uuid4(), from_pot=from_pot, lines=lines, context=context)
        return command.id, self.ask(ledger.vire, command)

    def overspend(
        self, *lines: Line, authority: str | None = "Director", reason: str | None = "Owed"
    ) -> tuple[UUID, LedgerAnswer]:
        """Give pots money out of the deficit."""
        context = CONTEXT.model_copy(update={"authority": authority, "reason": reason})
        command = AuthoriseOverspend(id=uuid4(), lines=lines, context=context)
        return command.id, self.ask(ledger.authorise_overspend, command)

    def recoup(
        self, *lines: Line, commitment_id: UUID | None = None, council: str | None = None
    ) -> tuple[UUID, LedgerAnswer]:
        """Take money back from a payee or a council."""
        command = Recoup(
            id=uuid4(), commitment_id=commitment_id, council=council, lines=lines, context=CONTEXT
        )
        return command.id, self.ask(ledger.recoup, command)

    def cancel(self, commitment_id: UUID, *numbers: int) -> tuple[UUID, LedgerAnswer]:
        """Give back what instalments promised."""
        command = Cancel(
            id=uuid4(), commitment_id=commitment_id, instalment_numbers=numbers, context=CONTEXT
        )
        return command.id, self.ask(ledger.cancel, command)

    def carry(self, *lines: CarryLine) -> LedgerAnswer:
        """Carry what stands at the year's end."""
        command = CarryForward(id=uuid4(), lines=lines, context=CONTEXT)
        return self.ask(ledger.carry_forward, command)

    def close(self, period: int = 7) -> LedgerAnswer:
        """Close a period of this year."""
        context = CONTEXT.model_copy(update={"period": period})
        return self.ask(ledger.close_period, ClosePeriod(id=uuid4(), context=context))

    def reopen(
        self, authority: str | None = "Director", reason: str | None = "A late bill"
    ) -> LedgerAnswer:
        """Open the period of the context again."""
        context = CONTEXT.model_copy(update={"authority": authority, "reason": reason})
        return self.ask(ledger.reopen_period, ReopenPeriod(id=uuid4(), context=context))

    def close_pots(self, *pots: str, year: int = YEAR) -> LedgerAnswer:
        """Close pots for a year."""
        accounts = tuple(PotYear(pot=pot, financial_year=year) for pot in pots)
        command = CloseAccounts(id=uuid4(), accounts=accounts, context=CONTEXT)
        return self.ask(ledger.close_accounts, command)

    def pay_run(self, *payments: PayLine, id_: UUID | None = None) -> LedgerAnswer:
        """Pay many at once."""
        command = PayRun(id=id_ or uuid4(), payments=payments, context=CONTEXT)
        return self.ask(ledger.pay_run, command)

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
