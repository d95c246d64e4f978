"""What the bank or the finance system says to a run, held against what was sent.

Every line is matched or listed; what was altered, repeated or never sent is listed and never acted
upon.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from enum import StrEnum

from domain.cells import CellFault, Cells, FileFaults, RowRead, in_order, rows_under
from domain.frozen import Frozen
from domain.money import Pence

ANSWER_COLUMNS = ("reference", "amount", "status")
"""Headings of an answer, in any order: our reference, pounds as 1234.50, and what became of it."""
_REFERENCE = r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}"


class LineStatus(StrEnum):
    """What an answer says became of a payment."""

    PAID = "paid"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    """Anything else that it says."""


class Finding(StrEnum):
    """What a line of an answer turned out to be, held against what was sent."""

    NOT_SENT = "not_sent"
    REPEATED = "repeated"
    SETTLED_BEFORE = "settled_before"
    ALTERED_AMOUNT = "altered_amount"
    STATUS_UNKNOWN = "status_unknown"
    NOT_UNDONE = "not_undone"
    """Rejected, and the ledger cannot undo it: what it paid has been taken back since."""
    NO_ANSWER = "no_answer"
    """Sent, and not in the answer."""


class AnswerLine(Frozen):
    """A line of an answer as it was read."""

    row: int
    reference: str
    pence: Pence
    status: LineStatus


class ListedLine(Frozen):
    """A line of an answer, or a payment without one, that a person has to look at."""

    row: int | None
    """The row of the file; none for a payment that the answer leaves out."""
    reference: str
    finding: Finding
    status: LineStatus | None
    answered_pence: Pence | None
    sent_pence: Pence | None


class AnswerRead(Frozen):
    """An answer held against a run: paid and rejected are sure; everything else is listed."""

    paid: tuple[str, ...]
    """References that were paid, in order."""
    rejected: tuple[str, ...]
    listed: tuple[ListedLine, ...]
    """What only a person acts upon, in order of row; payments without an answer last."""


def answer_lines(cells: Cells) -> tuple[AnswerLine, ...] | FileFaults:
    """Read an answer's rows; a file that cannot be read whole is refused with all its faults."""
    faults: list[CellFault] = []
    read = [_line(row) for row in rows_under(cells, ANSWER_COLUMNS, faults)]
    if faults:
        return in_order(faults)
    return tuple(line for line in read if line is not None)


def held_against(
    sent: Mapping[str, int],
    answered: Iterable[AnswerLine],
    settled: AbstractSet[str] = frozenset(),
) -> AnswerRead:
    """Hold an answer against what was sent: pence by reference, everything in the run.

    ``settled`` are references that an earlier answer has closed. One that is answered twice is
    listed with all of its lines, even when they agree.
    """
    lines = sorted(answered, key=lambda line: line.row)
    times = Counter(line.reference for line in lines)
    findings = {line.row: _finding(line, sent, settled, times) for line in lines}
    sure = [line for line in lines if findings[line.row] is None]
    return AnswerRead(
        paid=tuple(line.reference for line in sure if line.status is LineStatus.PAID),
        rejected=tuple(line.reference for line in sure if line.status is LineStatus.REJECTED),
        listed=(
            *_listed(lines, findings, sent),
            *_without_answer(sent, frozenset(times) | settled),
        ),
    )


def left_standing(
    read: AnswerRead, answered: Iterable[AnswerLine], stuck: AbstractSet[str]
) -> AnswerRead:
    """List what was rejected and cannot be undone, by its references, beside the rest."""
    more = [
        ListedLine(
            row=line.row,
            reference=line.reference,
            finding=Finding.NOT_UNDONE,
            status=line.status,
            answered_pence=line.pence,
            sent_pence=line.pence,
        )
        for line in answered
        if line.reference in stuck
    ]
    listed = sorted((*read.listed, *more), key=lambda each: (each.row is None, each.row or 0))
    return AnswerRead(
        paid=read.paid,
        rejected=tuple(each for each in read.rejected if each not in stuck),
        listed=tuple(listed),
    )


def _line(row: RowRead) -> AnswerLine | None:
    reference = row.matching("reference", _REFERENCE, "Write the reference that was sent.")
    pence = row.pence("amount", may_be_nought=True)
    said = row.text("status").lower()
    if reference is None or pence is None:
        return None
    status = LineStatus(said) if said in set(LineStatus) else LineStatus.UNKNOWN
    return AnswerLine(row=row.number, reference=reference, pence=pence, status=status)


def _finding(
    line: AnswerLine,
    sent: Mapping[str, int],
    settled: AbstractSet[str],
    times: Mapping[str, int],
) -> Finding | None:
    """Say what keeps a line from being acted upon; nothing when it is sure."""
    checks = {
        Finding.NOT_SENT: line.reference not in sent,
        Finding.REPEATED: times[line.reference] > 1,
        Finding.SETTLED_BEFORE: line.reference in settled,
        Finding.ALTERED_AMOUNT: line.pence != sent.get(line.reference),
        Finding.STATUS_UNKNOWN: line.status is LineStatus.UNKNOWN,
    }
    return next((finding for finding, found in checks.items() if found), None)


def _listed(
    lines: Iterable[AnswerLine], findings: Mapping[int, Finding | None], sent: Mapping[str, int]
) -> Iterator[ListedLine]:
    for line in lines:
        finding = findings[line.row]
        if finding is not None:
            yield ListedLine(
                row=line.row,
                reference=line.reference,
                finding=finding,
                status=line.status,
                answered_pence=line.pence,
                sent_pence=sent.get(line.reference),
            )


def _without_answer(sent: Mapping[str, int], spoken_of: AbstractSet[str]) -> Iterator[ListedLine]:
    for reference in sorted(sent.keys() - spoken_of):
        yield ListedLine(
            row=None,
            reference=reference,
            finding=Finding.NO_ANSWER,
            status=None,
            answered_pence=None,
            sent_pence=sent[reference],
        )
