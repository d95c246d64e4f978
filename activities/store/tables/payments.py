"""Payment runs, what is in them, what each payee is paid, the files that go out and the answers."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from activities.store.tables.columns import Instant, PenceColumn


class PaymentRunRow(SQLModel, table=True):
    """A payment run: prepared by one person, approved by another, posted once."""

    __tablename__ = "payment_run"
    __table_args__ = (
        UniqueConstraint("financial_year", "period", "number"),
        CheckConstraint("period BETWEEN 1 AND 12", name="run_period_known"),
        CheckConstraint(
            "stage IN ('prepared', 'posted', 'sent', 'closed', 'abandoned')",
            name="run_stage_known",
        ),
        CheckConstraint("lines > 0 AND total_pence >= 0", name="run_has_lines"),
        CheckConstraint("approved_by <> prepared_by", name="nobody_approves_their_own_run"),
        CheckConstraint(
            "(approved_by IS NOT NULL) = (stage IN ('posted', 'sent', 'closed'))"
            " AND (approved_by IS NULL) = (approved_at IS NULL)",
            name="run_is_posted_when_approved",
        ),
    )
    id: UUID = Field(primary_key=True)
    """The act that prepared it has the same id."""
    reference: str = Field(unique=True)
    financial_year: int
    period: int
    number: int
    """Which run of the period it is, from one."""
    due_until_on: date
    stage: str = Field(index=True)
    lines: int
    due_pence: int = Field(sa_type=PenceColumn)
    netted_pence: int = Field(sa_type=PenceColumn)
    invoice_back_pence: int = Field(sa_type=PenceColumn)
    total_pence: int = Field(sa_type=PenceColumn)
    """What leaves the council: what is due less what is netted."""
    policy_version_id: UUID = Field(foreign_key="policy_version.id")
    """The finance policy that it was prepared by, and is written by (promise 9)."""
    prepared_by: UUID = Field(foreign_key="person.id")
    prepared_at: datetime = Field(sa_type=Instant)
    approved_by: UUID | None = Field(default=None, foreign_key="person.id")
    approved_at: datetime | None = Field(default=None, sa_type=Instant)
    books_year: int | None = None
    """The financial year and period that it was entered in: later ones than its own when late."""
    books_period: int | None = None
    ended_at: datetime | None = Field(default=None, sa_type=Instant)


class RemittanceRow(SQLModel, table=True):
    """What one payee gets in a run: the line of the payment file that the bank answers."""

    __tablename__ = "remittance"
    __table_args__ = (
        CheckConstraint(
            "state IN ('prepared', 'sent', 'paid', 'rejected', 'abandoned')",
            name="remittance_state_known",
        ),
        CheckConstraint(
            "pay_pence >= 0 AND pay_pence = due_pence - netted_pence", name="remittance_adds_up"
        ),
        CheckConstraint(
            "(answer_act_id IS NULL) = (answered_at IS NULL)", name="remittance_answer_dated"
        ),
    )
    id: UUID = Field(primary_key=True)
    run_id: UUID = Field(foreign_key="payment_run.id", index=True)
    reference: str = Field(unique=True)
    payee_code: str
    payee_kind: str
    way: str
    """Journal, advance, payment or invoice, by the finance policy."""
    control_cost_centre: str
    due_pence: int = Field(sa_type=PenceColumn)
    netted_pence: int = Field(sa_type=PenceColumn)
    invoice_back_pence: int = Field(sa_type=PenceColumn)
    pay_pence: int = Field(sa_type=PenceColumn)
    state: str
    notice: str | None = None
    """What the payee is told, as it was sent; none before the run is sent."""
    answer_act_id: UUID | None = Field(default=None, foreign_key="act.id")
    """The act by which it was found paid or rejected: an answer that was read, or a settling."""
    answered_at: datetime | None = Field(default=None, sa_type=Instant)


class TakeBackRow(SQLModel, table=True):
    """Money that a payee was paid and is not due: netted in the next run, or invoiced back.

    Its posting was made by the act that caused it; a run only leaves so much less to be paid out.
    """

    __tablename__ = "take_back"
    __table_args__ = (CheckConstraint("pence > 0", name="take_back_is_something"),)
    id: UUID = Field(primary_key=True)
    award_id: UUID = Field(foreign_key="award.id", index=True)
    payee_code: str = Field(index=True)
    payee_kind: str
    pence: int = Field(sa_type=PenceColumn)
    pot: str
    financial_year: int
    act_id: UUID = Field(foreign_key="act.id")
    """The change of the award that caused it."""
    recorded_at: datetime = Field(sa_type=Instant)
    netted_in_run: UUID | None = Field(default=None, foreign_key="payment_run.id")
    """The run in hand that nets it or invoices it back; none while it waits for one."""


_IN_HAND = "state NOT IN ('rejected', 'abandoned')"


class RunLineRow(SQLModel, table=True):
    """An instalment in a run, or a take-back that it nets; one in hand is in no other run."""

    __tablename__ = "run_line"
    __table_args__ = (
        UniqueConstraint("run_id", "number"),
        CheckConstraint(
            "state IN ('prepared', 'paid', 'rejected', 'abandoned')", name="run_line_state_known"
        ),
        CheckConstraint("pence > 0", name="run_line_pays_something"),
        CheckConstraint(
            "(take_back_id IS NULL) = (commit_id IS NOT NULL AND instalment_number IS NOT NULL"
            " AND attempt IS NOT NULL AND entry_id IS NOT NULL)",
            name="run_line_is_one_kind",
        ),
        Index(
            "one_run_pays_an_instalment",
            "commit_id",
            "instalment_number",
            unique=True,
            postgresql_where=text(_IN_HAND),
        ),
        Index(
            "one_run_nets_a_take_back",
            "take_back_id",
            unique=True,
            postgresql_where=text(_IN_HAND),
        ),
        Index("run_line_of_award", "award_id"),
    )
    id: UUID = Field(primary_key=True)
    run_id: UUID = Field(foreign_key="payment_run.id")
    number: int
    remittance_id: UUID = Field(foreign_key="remittance.id", index=True)
    award_id: UUID = Field(foreign_key="award.id")
    school_code: str
    request_id: UUID | None = None
    decision_id: UUID | None = None
    commit_id: UUID | None = None
    instalment_number: int | None = None
    attempt: int | None = None
    """From one; an instalment that was rejected is due again as the next."""
    entry_id: UUID | None = None
    """The ledger entry that pays it, once the run is posted."""
    take_back_id: UUID | None = Field(default=None, foreign_key="take_back.id")
    due_on: date
    pot: str
    financial_year: int
    pence: int = Field(sa_type=PenceColumn)
    netted_pence: int = Field(default=0, sa_type=PenceColumn)
    """Of a take-back, how much the run nets; the rest is invoiced back."""
    section_251_line: str
    cost_centre: str
    state: str


class RunFileRow(SQLModel, table=True):
    """A file that a run wrote for the bank or the general ledger; kept as it went out."""

    __tablename__ = "run_file"
    run_id: UUID = Field(primary_key=True, foreign_key="payment_run.id")
    kind: str = Field(primary_key=True)
    name: str
    content: bytes
    sha256: str
    written_at: datetime = Field(sa_type=Instant)


class RunAnswerRow(SQLModel, table=True):
    """An answer of the bank or the finance system that was read for a run, once for each file."""

    __tablename__ = "run_answer"
    __table_args__ = (UniqueConstraint("run_id", "file_id"),)
    act_id: UUID = Field(primary_key=True, foreign_key="act.id")
    run_id: UUID = Field(foreign_key="payment_run.id")
    file_id: UUID
    paid: int
    rejected: int
    listed: int
    read_at: datetime = Field(sa_type=Instant)


class AnswerLineRow(SQLModel, table=True):
    """A line of an answer that nobody acts upon but a person, or a payment it leaves out."""

    __tablename__ = "answer_line"
    act_id: UUID = Field(primary_key=True, foreign_key="run_answer.act_id")
    number: int = Field(primary_key=True)
    row: int | None = None
    """The row of the file; none for a payment that the answer leaves out."""
    reference: str
    finding: str
    status: str | None = None
    answered_pence: int | None = Field(default=None, sa_type=PenceColumn)
    sent_pence: int | None = Field(default=None, sa_type=PenceColumn)
