"""The files that go to the bank and the general ledger: columns a council sets, fields we have."""

from collections import Counter
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from domain.frozen import Frozen
from domain.policy.document import refuse_all

Section251Line = Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
"""A line of the section 251 statement, such as 1.2.1 (top-up funding, maintained schools)."""
CostCentre = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$")]
"""A cost centre or account of the council's general ledger, by its code."""
Header = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 _./()-]{0,59}$")]
"""A column's heading; one that a spreadsheet would take for a formula is no heading."""


class PaymentField(StrEnum):
    """What a column of the payment file can hold: one row for each payment that leaves."""

    RUN = "run"
    REFERENCE = "reference"
    PAYEE = "payee"
    PAYEE_NAME = "payee_name"
    PAYEE_KIND = "payee_kind"
    WAY = "way"
    AMOUNT = "amount"
    PAY_ON = "pay_on"
    LINES = "lines"


class JournalField(StrEnum):
    """What a column of the general ledger journal can hold: debit and credit balance."""

    RUN = "run"
    REFERENCE = "reference"
    LINE = "line"
    POSTED_ON = "posted_on"
    FINANCIAL_YEAR = "financial_year"
    PERIOD = "period"
    COST_CENTRE = "cost_centre"
    SECTION_251_LINE = "section_251_line"
    POT = "pot"
    PAYEE = "payee"
    DEBIT = "debit"
    CREDIT = "credit"
    AMOUNT = "amount"


class AmountForm(StrEnum):
    """How an amount is written."""

    POUNDS = "pounds"
    """With a point and two places, no separator of thousands: 1234.50."""
    PENCE = "pence"


class DateForm(StrEnum):
    """How a day is written."""

    ISO = "yyyy-mm-dd"
    DAY_FIRST = "dd/mm/yyyy"
    COMPACT = "yyyymmdd"


class PaymentColumn(Frozen):
    """A column of the payment file."""

    header: Header
    field: PaymentField


class JournalColumn(Frozen):
    """A column of the general ledger journal."""

    header: Header
    field: JournalField


class FileForm(Frozen):
    """What both files say: how values are separated, amounts and days written."""

    separator: Literal[",", ";", "|", "\t"] = ","
    amounts: AmountForm = AmountForm.POUNDS
    dates: DateForm = DateForm.ISO
    with_headers: bool = True


class PaymentFile(FileForm):
    """The payment file: its columns in order; it must say to whom, how much, and by what name."""

    columns: tuple[PaymentColumn, ...] = Field(min_length=1, max_length=50)

    @model_validator(mode="after")
    def _can_be_paid_from(self) -> Self:
        fields = {column.field for column in self.columns}
        needed = (PaymentField.REFERENCE, PaymentField.PAYEE, PaymentField.AMOUNT)
        faults = [
            f"a payment file needs a column of {field}" for field in needed if field not in fields
        ]
        refuse_all([*faults, *_headed_twice(column.header for column in self.columns)])
        return self


class JournalFile(FileForm):
    """The general ledger journal: its columns in order; it must say where and how much."""

    columns: tuple[JournalColumn, ...] = Field(min_length=1, max_length=50)

    @model_validator(mode="after")
    def _can_be_posted_from(self) -> Self:
        fields = {column.field for column in self.columns}
        faults = []
        if JournalField.COST_CENTRE not in fields:
            faults.append("a journal needs a column of cost_centre")
        if (
            JournalField.AMOUNT not in fields
            and not {
                JournalField.DEBIT,
                JournalField.CREDIT,
            }
            <= fields
        ):
            faults.append("a journal needs a column of amount, or of debit and of credit")
        refuse_all([*faults, *_headed_twice(column.header for column in self.columns)])
        return self


def _headed_twice(headers: Iterable[str]) -> Iterator[str]:
    for header, times in Counter(headers).items():
        if times > 1:
            yield f"{times} columns are headed {header}"
