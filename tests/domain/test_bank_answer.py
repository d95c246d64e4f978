"""What the bank says to a run: matched or listed, and never acted upon when it is not sure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.bank_answer import (
    AnswerLine,
    Finding,
    LineStatus,
    answer_lines,
    held_against,
    left_standing,
)
from domain.cells import FileFaults, cells_of_csv

SENT = {f"R1/000{number}": number * 100 for number in range(1, 8)}


def read(*lines: str) -> tuple[AnswerLine, ...]:
    """The lines of an answer under its headings."""
    cells = cells_of_csv("\n".join(["reference,amount,status", *lines]).encode())
    assert not isinstance(cells, FileFaults)
    found = answer_lines(cells)
    assert not isinstance(found, FileFaults)
    return found


def line(
    reference: str, pence: int, status: LineStatus = LineStatus.PAID, row: int = 2
) -> AnswerLine:
    """A line of an answer."""
    return AnswerLine(row=row, reference=reference, pence=pence, status=status)


@pytest.mark.promise(4)
def test_every_line_is_matched_or_listed() -> None:
    """Paid and rejected are acted upon; unknown, altered, repeated, foreign and silent listed."""
    found = held_against(
        SENT,
        read(
            "R1/0001,1.00,paid",
            "R1/0002,2.00,REJECTED",
            "R1/0003,3.01,paid",
            "R1/0004,4.00,paid",
            "R1/0004,4.00,paid",
            "R1/0005,5.00,on hold",
            "R9/0001,1.00,paid",
            "R1/0006,6.00,paid",
        ),
        settled={"R1/0006"},
    )
    assert found.paid == ("R1/0001",)
    assert found.rejected == ("R1/0002",)
    assert [(each.row, each.reference, each.finding) for each in found.listed] == [
        (4, "R1/0003", Finding.ALTERED_AMOUNT),
        (5, "R1/0004", Finding.REPEATED),
        (6, "R1/0004", Finding.REPEATED),
        (7, "R1/0005", Finding.STATUS_UNKNOWN),
        (8, "R9/0001", Finding.NOT_SENT),
        (9, "R1/0006", Finding.SETTLED_BEFORE),
        (None, "R1/0007", Finding.NO_ANSWER),
    ]
    altered = found.listed[0]
    assert (altered.answered_pence, altered.sent_pence) == (301, 300)


def test_a_line_repeated_with_another_amount_is_listed_twice() -> None:
    """Neither of the two is believed."""
    lines = (line("R1/0001", 100), line("R1/0001", 999, row=3))
    found = held_against({"R1/0001": 100}, lines)
    assert (found.paid, [each.finding for each in found.listed]) == ((), [Finding.REPEATED] * 2)


def test_what_cannot_be_undone_is_listed_in_its_place() -> None:
    """One rejection that the ledger cannot undo keeps nothing else from its effect."""
    rejected = LineStatus.REJECTED
    lines = (
        line("R1/0001", 999, row=2),
        line("R1/0002", 200, rejected, row=3),
        line("R1/0003", 300, rejected, row=4),
    )
    sent = {"R1/0001": 100, "R1/0002": 200, "R1/0003": 300, "R1/0004": 400}
    found = left_standing(held_against(sent, lines), lines, {"R1/0002"})
    assert found.rejected == ("R1/0003",)
    assert [(each.row, each.finding) for each in found.listed] == [
        (2, Finding.ALTERED_AMOUNT),
        (3, Finding.NOT_UNDONE),
        (None, Finding.NO_ANSWER),
    ]


@pytest.mark.promise(13)
def test_an_answer_that_cannot_be_read_is_refused_whole() -> None:
    """Each fault is named by row and column, and no line of the file is taken."""
    cells = cells_of_csv(b"reference,amount,status\nR1/0001,1.00,paid\nnot one,\xa35,paid\n")
    assert not isinstance(cells, FileFaults)
    found = answer_lines(cells)
    assert isinstance(found, FileFaults)
    assert [(fault.row, fault.column) for fault in found.faults] == [
        (3, "amount"),
        (3, "reference"),
        (3, "amount"),
    ]


answers = st.lists(
    st.tuples(
        st.sampled_from([*SENT, "R9/0001"]), st.integers(100, 800), st.sampled_from(LineStatus)
    ),
    max_size=12,
).map(lambda rows: [line(*each, row=place) for place, each in enumerate(rows, start=2)])


@pytest.mark.promise(4)
@given(answers, st.sets(st.sampled_from(sorted(SENT))))
def test_nothing_is_acted_upon_that_was_not_sent_so(
    answered: list[AnswerLine], settled: set[str]
) -> None:
    """Every line and every payment comes out once: paid, rejected, settled before or listed."""
    found = held_against(SENT, answered, settled)
    acted = (*found.paid, *found.rejected)
    assert len(set(acted)) == len(acted)
    for reference in acted:
        (only,) = [each for each in answered if each.reference == reference]
        assert only.pence == SENT[reference]
        assert reference not in settled
    assert len(acted) + sum(each.row is not None for each in found.listed) == len(answered)
    spoken = {*acted, *(each.reference for each in found.listed), *settled}
    assert set(SENT) <= spoken
