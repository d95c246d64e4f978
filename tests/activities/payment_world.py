"""The small county with awards that fall due, and people who pay them: runs, answers, remittances.

An award here was imported from the old system, which needs no request and no panel.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session

from activities.names import Deed, OfRun, RunStanding
from activities.payment_runs import PaymentRuns
from activities.store import deciding, ledger, recording
from activities.store.files import FileKind
from activities.store.session import transaction
from activities.store.tables import ActRow, AwardRow, InstalmentRow, TakeBackRow
from domain.acts import ActRef
from domain.ledger.journal import Commit, Context, Hold, Instalment, Line, Verb, entry_id
from domain.ledger.journal import total_by_pot_and_year as totals
from domain.ledger.year import Cancel, ClosePeriod, Recoup
from domain.periods import academic_year, financial_year, period
from domain.stages import ActKind
from tests.activities.finance_world import FINANCE_PEOPLE
from tests.activities.small_county import SCHOOLS
from tests.activities.world import World

NOVEMBER = date(2026, 11, 16)
DECEMBER = date(2026, 12, 15)
MONTHS: Sequence[tuple[date, int]] = ((NOVEMBER, 100_00), (DECEMBER, 100_01))
"""What falls due on an award where nothing else is said: two months, an odd penny."""


class PaymentWorld:
    """A world in which money is due: prepared, approved, sent and answered, without an engine."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.runs = PaymentRuns(world.engine, world.clock)
        with transaction(world.engine) as session:
            recording.load_county(session, FINANCE_PEOPLE)

    # --- what is due

    def award(self, school: str, due: Sequence[tuple[date, int]] = MONTHS) -> UUID:
        """An award of the old system at a school, with what falls due on it."""
        with transaction(self.world.engine) as session:
            return self._award(session, school, due)

    def awards(self, number: int, due: Sequence[tuple[date, int]]) -> list[UUID]:
        """Many awards alike, spread over the schools."""
        schools = sorted(SCHOOLS)
        with transaction(self.world.engine) as session:
            return [
                self._award(session, schools[each % len(schools)], due) for each in range(number)
            ]

    def takes_back(self, award_id: UUID, pence: int) -> UUID:
        """An award turned out to be worth less than was paid on it."""
        with transaction(self.world.engine) as session:
            award = session.get_one(AwardRow, award_id)
            assert award.opening_act_id is not None
            row = TakeBackRow(
                id=uuid4(),
                award_id=award_id,
                payee_code=award.payee_code,
                payee_kind=award.payee_kind,
                pence=pence,
                pot=award.pot,
                financial_year=2026,
                act_id=award.opening_act_id,
                recorded_at=self.world.clock.now(),
            )
            session.add(row)
            return row.id

    def _award(self, session: Session, school: str, due: Sequence[tuple[date, int]]) -> UUID:
        award_id = uuid4()
        pot = f"cluster:{SCHOOLS[school]}"
        act_id = self._import(session)
        commit_id = self._commit(session, act_id, award_id, _instalments(pot, due))
        session.add(
            AwardRow(
                id=award_id,
                opening_act_id=act_id,
                opening_reference=f"OLD/{award_id.hex[:12]}",
                school_code=school,
                payee_code=deciding.payee_code(session, school, self._day),
                payee_kind=deciding.payee_kind(session, school),
                from_on=date(2026, 9, 1),
                until_on=date(2027, 9, 1),
                annual_pence=sum(pence for _, pence in due),
                total_pence=sum(pence for _, pence in due),
                pot=pot,
                commit_id=commit_id,
                outcomes=[],
            )
        )
        session.flush()
        for each in _instalments(pot, due):
            session.add(
                InstalmentRow(
                    award_id=award_id,
                    academic_year=academic_year(each.due_on),
                    commit_id=commit_id,
                    **each.model_dump(exclude={"pot"}),
                )
            )
        return award_id

    def _import(self, session: Session) -> UUID:
        act = ActRow(
            id=uuid4(),
            kind=ActKind.IMPORT_AWARDS,
            subject="finance",
            subject_id=uuid4(),
            number=1,
            choices={},
            recorded_at=self.world.clock.now(),
            outcome="done",
            outcome_at=self.world.clock.now(),
        )
        session.add(act)
        session.flush()
        return act.id

    def _commit(
        self,
        session: Session,
        act_id: UUID,
        award_id: UUID,
        planned: tuple[Instalment, ...],
    ) -> UUID:
        said = self._context(act_id).model_copy(update={"award_id": award_id})
        hold = Hold(id=entry_id(act_id, Verb.HOLD), lines=totals(planned), context=said)
        assert ledger.hold(session, hold).is_done
        commit = Commit(
            id=entry_id(act_id, Verb.COMMIT), hold_id=hold.id, instalments=planned, context=said
        )
        assert ledger.commit(session, commit).is_done
        return commit.id

    def _context(self, act_id: UUID) -> Context:
        return Context(
            recorded_at=self.world.clock.now(),
            effective_on=self._day,
            financial_year=financial_year(self._day),
            period=period(self._day),
            academic_year=academic_year(self._day),
            act_id=act_id,
        )

    @property
    def _day(self) -> date:
        return self.world.clock.now().date()

    def cancels(self, award_id: UUID, number: int = 1) -> None:
        """An instalment of an award will not fall due any more."""
        sql = "SELECT commit_id FROM award WHERE id = :id"
        command = Cancel(
            id=uuid4(),
            commitment_id=self.world.one(sql, id=award_id),
            instalment_numbers=(number,),
            context=self._context(uuid4()),
        )
        with transaction(self.world.engine) as session:
            assert ledger.cancel(session, command).is_done

    def recoups(self, remittance_id: UUID, pence: int) -> None:
        """Money of a payment is taken back in the ledger, whatever the bank will say."""
        sql = "SELECT * FROM run_line WHERE remittance_id = :id"
        (line,) = self.world.rows(sql, id=remittance_id)
        command = Recoup(
            id=uuid4(),
            commitment_id=line.commit_id,
            lines=(Line(pot=line.pot, financial_year=line.financial_year, pence=pence),),
            context=self._context(uuid4()),
        )
        with transaction(self.world.engine) as session:
            assert ledger.recoup(session, command).is_done

    def closes(self, year: int, month: int) -> None:
        """A month is closed in the ledger."""
        said = self._context(uuid4()).model_copy(update={"financial_year": year, "period": month})
        with transaction(self.world.engine) as session:
            assert ledger.close_period(session, ClosePeriod(id=uuid4(), context=said)).is_done

    # --- paying it

    def asks(
        self, who: str = "finance.1", until: date = NOVEMBER, month: int | None = None
    ) -> ActRef:
        """Somebody asks for a run, which is not prepared yet."""
        said = {
            "financial_year": financial_year(until),
            "period": month or period(until),
            "due_until_on": until,
        }
        return self.world.does(who, ActKind.PREPARE_RUN, uuid4(), **said)

    def prepared(
        self, who: str = "finance.1", until: date = NOVEMBER, month: int | None = None
    ) -> UUID:
        """A run that somebody prepared."""
        run_id = self.asks(who, until, month).id
        told = self.runs.take_up(OfRun(run_id=run_id))
        assert told.stage is not None, self.world.outcome(ActRef(id=run_id, kind=ActKind.SUBMIT))
        return run_id

    def approves(self, run_id: UUID, who: str = "finance.2", **said: int) -> RunStanding:
        """Another person approves what was prepared, and it is posted."""
        (row,) = self.world.rows(
            "SELECT lines, total_pence FROM payment_run WHERE id = :id", id=run_id
        )
        choices = {"lines": row.lines, "total_pence": row.total_pence, **said}
        return self.does(who, ActKind.APPROVE_RUN, run_id, **choices)

    def sent(self, until: date = NOVEMBER) -> UUID:
        """A run that was prepared, approved, posted and written."""
        run_id = self.prepared(until=until)
        self.approves(run_id)
        self.runs.write_papers(OfRun(run_id=run_id))
        return run_id

    def does(self, who: str, kind: ActKind, run_id: UUID, **choices: Any) -> RunStanding:
        """Somebody does something to a run, and it is carried out."""
        act = self.world.does(who, kind, run_id, **choices)
        return self.carries_out(run_id, act)

    def carries_out(self, run_id: UUID, act: ActRef) -> RunStanding:
        """The run's activity carries an act out."""
        return self.runs.carry_out(Deed(subject_id=run_id, act=act))

    def hands_in(self, lines: Iterable[tuple[str, str, str]], who: str = "finance.1") -> UUID:
        """Somebody hands in the bank's answer: reference, pounds and status of each line."""
        content = answer_file(lines)
        with self.world.saying(who, content) as (session, saying):
            return recording.keep_file(session, saying, FileKind.ANSWER, content).id

    def answers(self, run_id: UUID, *lines: tuple[str, str, str]) -> RunStanding:
        """The bank's answer is handed in and read."""
        file_id = self.hands_in(lines)
        return self.does("finance.1", ActKind.READ_ANSWER, run_id, file_id=file_id)

    def paid(self, until: date = NOVEMBER) -> UUID:
        """A run that was sent, and every payment of which the bank says was made."""
        run_id = self.sent(until)
        self.answers_paid(run_id)
        return run_id

    def answers_paid(self, run_id: UUID) -> RunStanding:
        """The bank says that every payment of a run was made, as it was sent."""
        rows = self.remittances(run_id).values()
        lines = [(row.reference, pounds_of(row.pay_pence), "paid") for row in rows if row.pay_pence]
        return self.answers(run_id, *lines)

    # --- looking

    def remittances(self, run_id: UUID) -> dict[str, Any]:
        """What each payee gets in a run, by payee."""
        rows = self.world.rows("SELECT * FROM remittance WHERE run_id = :id", id=run_id)
        return {row.payee_code: row for row in rows}

    def file(self, run_id: UUID, kind: str) -> list[str]:
        """The lines of a file that a run wrote."""
        sql = "SELECT content FROM run_file WHERE run_id = :id AND kind = :kind"
        written: bytes = self.world.one(sql, id=run_id, kind=kind)
        return bytes(written).decode().split("\r\n")[:-1]

    def paid_pence(self) -> int:
        """What stands as paid in all pots together."""
        sql = "SELECT coalesce(sum(balance_pence), 0) FROM ledger_account WHERE stage = 'paid'"
        return int(self.world.one(sql))

    def payments(self) -> list[Any]:
        """Every payment in the ledger, in order, with whether it was undone."""
        return self.world.rows(
            "SELECT e.*, EXISTS (SELECT FROM ledger_entry AS b WHERE b.reverses_id = e.id)"
            " AS undone FROM ledger_entry AS e WHERE e.verb = 'pay' ORDER BY e.number"
        )


def answer_file(lines: Iterable[tuple[str, str, str]]) -> bytes:
    """An answer as a bank sends it: reference, pounds and status of each line."""
    rows = ["reference,amount,status", *(",".join(line) for line in lines)]
    return "\r\n".join((*rows, "")).encode()


def pounds_of(pence: int) -> str:
    """An amount as an answer has it."""
    return f"{pence // 100}.{pence % 100:02}"


def _instalments(pot: str, due: Sequence[tuple[date, int]]) -> tuple[Instalment, ...]:
    return tuple(
        Instalment(
            number=number,
            due_on=day,
            pot=pot,
            financial_year=financial_year(day),
            period=period(day),
            pence=pence,
        )
        for number, (day, pence) in enumerate(due, start=1)
    )
