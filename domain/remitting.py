"""Who is paid what in a run: instalments due and money taken back, gathered for each payee.

A payee's take-backs are netted against what it is due; what is left over is invoiced back. Files
for the bank and the general ledger follow the council's columns.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from pydantic import Field

from domain.frozen import Frozen
from domain.ledger.accounts import FinancialYear, PotCode
from domain.ledger.journal import Period
from domain.money import Pence, PositivePence
from domain.places import PayeeKind
from domain.policy.columns import (
    AmountForm,
    CostCentre,
    DateForm,
    FileForm,
    JournalField,
    JournalFile,
    PaymentField,
    PaymentFile,
    Section251Line,
)
from domain.policy.finance import Finance, RemittanceWay

Row = tuple[str, ...]
"""A row of a file that goes out: text that a spreadsheet would run is made harmless already."""
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_PASSED_OVER = " " + "".join(sign for sign in map(chr, range(32)) if sign not in BEGINS_A_FORMULA)
"""What may stand before a formula: a sheet leaves control characters out, and runs what follows."""


class _Coded(Frozen):
    """Shared by what a payee is due and what it gives back: whose it is, and how it is coded."""

    id: UUID
    payee: str
    payee_kind: PayeeKind
    pence: PositivePence
    pot: PotCode
    financial_year: FinancialYear
    section_251_line: Section251Line
    cost_centre: CostCentre


class DueLine(_Coded):
    """An instalment that is due in a run; ``id`` is the payment entry's own."""

    due_on: date


class TakeBack(_Coded):
    """Money that a payee was paid and is not due; coded as it was paid."""


class Netted(Frozen):
    """A take-back against what the payee is due: how much was netted, how much is left."""

    take_back: TakeBack
    netted_pence: Pence
    left_pence: Pence


class Remittance(Frozen):
    """What one payee gets of a run, and why; amounts are pence and add up."""

    reference: str
    payee: str
    payee_kind: PayeeKind
    way: RemittanceWay
    control_cost_centre: CostCentre
    lines: tuple[DueLine, ...]
    taken: tuple[Netted, ...]

    @property
    def due_pence(self) -> int:
        """All instalments."""
        return sum(line.pence for line in self.lines)

    @property
    def netted_pence(self) -> int:
        """What take-backs reduce it by."""
        return sum(each.netted_pence for each in self.taken)

    @property
    def pay_pence(self) -> int:
        """What leaves the council; never below nought."""
        return self.due_pence - self.netted_pence

    @property
    def invoice_back_pence(self) -> int:
        """What the payee is asked for, beyond what it was due."""
        return sum(each.left_pence for each in self.taken)


class RunFacts(Frozen):
    """What the files say about a run as a whole."""

    reference: str
    pay_on: date
    financial_year: FinancialYear
    period: Period
    names: dict[str, str] = Field(default_factory=dict)
    """Payees by code, as the creditor file calls them: schools and trusts, never people."""


def remittances(
    run_reference: str, due: Iterable[DueLine], take_backs: Iterable[TakeBack], finance: Finance
) -> tuple[Remittance, ...]:
    """Gather a run for each payee, in order of payee; references are the run's, numbered on.

    Lines stand in order of due day, take-backs in order of year: the order given does not matter.
    """
    gathered: dict[tuple[str, PayeeKind], tuple[list[DueLine], list[TakeBack]]] = {}
    for line in sorted(due, key=lambda each: (each.due_on, str(each.id))):
        gathered.setdefault((line.payee, line.payee_kind), ([], []))[0].append(line)
    for taken in sorted(take_backs, key=lambda each: (each.financial_year, str(each.id))):
        gathered.setdefault((taken.payee, taken.payee_kind), ([], []))[1].append(taken)
    return tuple(
        _remittance(f"{run_reference}/{number:04}", payee, gathered[payee], finance)
        for number, payee in enumerate(sorted(gathered), start=1)
    )


def payment_rows(found: Iterable[Remittance], run: RunFacts, form: PaymentFile) -> tuple[Row, ...]:
    """Write the payment file: headers if asked for, then a row for each remittance that pays."""
    rows = [_payment(each, run, form) for each in found if each.pay_pence]
    return _headed(form, (tuple(row[column.field] for column in form.columns) for row in rows))


def journal_rows(
    found: Iterable[Remittance], run: RunFacts, form: JournalFile, *, is_undone: bool = False
) -> tuple[Row, ...]:
    """Write the general ledger journal; debits and credits of each remittance are equal.

    What is due is debited to its cost centre and section 251 line, added up by coding; what is
    taken back is credited there. What is paid is credited to the control account of the way it is
    paid, and what is to be invoiced back debited to it. Payments that came back are written the
    other way round.
    """
    sign = -1 if is_undone else 1
    postings = [
        posting._replace(pence=sign * posting.pence)
        for each in found
        for posting in _postings(each)
    ]
    rows = [
        _journal(number, posting, run, form) for number, posting in enumerate(postings, start=1)
    ]
    return _headed(form, (tuple(row[column.field] for column in form.columns) for row in rows))


def held_by(lines: Sequence[DueLine], pence: int) -> Iterator[tuple[DueLine, int]]:
    """Share what a payee has got among the lines it was sent for, in order, until it is used up.

    What is more than all of them stays with the last. Amounts are pence; none is nought.
    """
    for line in lines:
        share = pence if line is lines[-1] else min(line.pence, pence)
        pence -= share
        if share:
            yield line, share


def harmless(text: str) -> str:
    """Keep a spreadsheet from running a text: an apostrophe where it begins like a formula.

    >>> harmless("=1+1"), harmless("Oak Trust")
    ("'=1+1", 'Oak Trust')
    """
    return f"'{text}" if text.lstrip(_PASSED_OVER).startswith(BEGINS_A_FORMULA) else text


def csv_text(rows: Iterable[Row], separator: str = ",") -> str:
    """Write rows as CSV, lines ended by CR LF (RFC 4180)."""
    written = io.StringIO()
    csv.writer(written, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return written.getvalue()


def _remittance(
    reference: str,
    payee: tuple[str, PayeeKind],
    gathered: tuple[list[DueLine], list[TakeBack]],
    finance: Finance,
) -> Remittance:
    lines, taken = gathered
    rule = finance.remittance_for(payee[1])
    return Remittance(
        reference=reference,
        payee=payee[0],
        payee_kind=payee[1],
        way=rule.way,
        control_cost_centre=rule.control_cost_centre,
        lines=tuple(lines),
        taken=tuple(_netted(sum(line.pence for line in lines), taken)),
    )


def _netted(due: int, taken: list[TakeBack]) -> Iterator[Netted]:
    """Net take-backs against what is due until it is used up."""
    for each in taken:
        netted = min(each.pence, due)
        due -= netted
        yield Netted(take_back=each, netted_pence=netted, left_pence=each.pence - netted)


class _Posting(NamedTuple):
    """One side of the journal: above nought a debit, below it a credit."""

    remittance: Remittance
    cost_centre: str
    section_251_line: str
    pot: str
    pence: int


def _postings(each: Remittance) -> Iterator[_Posting]:
    """Set out a remittance's debits, then its credits; a sum of nothing is left out."""
    coded: dict[tuple[bool, str, str, str], int] = {}
    for line in each.lines:
        key = (False, line.cost_centre, line.section_251_line, line.pot)
        coded[key] = coded.get(key, 0) + line.pence
    for taken in each.taken:
        back = taken.take_back
        key = (True, back.cost_centre, back.section_251_line, back.pot)
        coded[key] = coded.get(key, 0) - back.pence
    for (_, centre, line_251, pot), pence in sorted(coded.items(), key=lambda one: one[0]):
        yield _Posting(each, centre, line_251, pot, pence)
    for pence in (each.invoice_back_pence, -each.pay_pence):
        if pence:
            yield _Posting(each, each.control_cost_centre, "", "", pence)


def _payment(each: Remittance, run: RunFacts, form: PaymentFile) -> dict[PaymentField, str]:
    return {
        PaymentField.RUN: harmless(run.reference),
        PaymentField.REFERENCE: harmless(each.reference),
        PaymentField.PAYEE: harmless(each.payee),
        PaymentField.PAYEE_NAME: harmless(run.names.get(each.payee, each.payee)),
        PaymentField.PAYEE_KIND: str(each.payee_kind),
        PaymentField.WAY: str(each.way),
        PaymentField.AMOUNT: _amount(each.pay_pence, form),
        PaymentField.PAY_ON: _day(run.pay_on, form),
        PaymentField.LINES: str(len(each.lines)),
    }


def _journal(
    number: int, posting: _Posting, run: RunFacts, form: JournalFile
) -> dict[JournalField, str]:
    pence = posting.pence
    return {
        JournalField.RUN: harmless(run.reference),
        JournalField.REFERENCE: harmless(posting.remittance.reference),
        JournalField.LINE: str(number),
        JournalField.POSTED_ON: _day(run.pay_on, form),
        JournalField.FINANCIAL_YEAR: str(run.financial_year),
        JournalField.PERIOD: str(run.period),
        JournalField.COST_CENTRE: harmless(posting.cost_centre),
        JournalField.SECTION_251_LINE: posting.section_251_line,
        JournalField.POT: harmless(posting.pot),
        JournalField.PAYEE: harmless(posting.remittance.payee),
        JournalField.DEBIT: _amount(pence, form) if pence > 0 else "",
        JournalField.CREDIT: _amount(-pence, form) if pence < 0 else "",
        JournalField.AMOUNT: _amount(pence, form),
    }


def _headed(form: PaymentFile | JournalFile, rows: Iterable[Row]) -> tuple[Row, ...]:
    headers = tuple(column.header for column in form.columns)
    return ((headers,) if form.with_headers else ()) + tuple(rows)


def _amount(pence: int, form: FileForm) -> str:
    """Write a number as a number: what is below nought keeps its sign and gets no apostrophe."""
    if form.amounts is AmountForm.PENCE:
        return str(pence)
    whole, odd = divmod(abs(pence), 100)
    return f"{'-' if pence < 0 else ''}{whole}.{odd:02}"


def _day(day: date, form: FileForm) -> str:
    return f"{day:{_DAYS[form.dates]}}"


_DAYS = {DateForm.ISO: "%Y-%m-%d", DateForm.DAY_FIRST: "%d/%m/%Y", DateForm.COMPACT: "%Y%m%d"}
