"""What a run pays each payee, and the files that go out: exact, balanced, harmless."""

import csv
import io
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.places import PayeeKind
from domain.policy.columns import JournalFile, PaymentFile
from domain.remitting import (
    DueLine,
    RunFacts,
    TakeBack,
    csv_text,
    harmless,
    held_by,
    journal_rows,
    payment_rows,
    remittances,
)
from tests.domain.demo_county import finance

RUN = RunFacts(
    reference="RUN-2026-07",
    pay_on=date(2026, 10, 15),
    financial_year=2026,
    period=7,
    names={"oak-trust": "=Oak Trust", "elmbrook": "Elmbrook, School"},
)
SCHOOL, TRUST = PayeeKind.MAINTAINED_SCHOOL, PayeeKind.ACADEMY_TRUST


def facts(number: int, payee: str, pence: int, kind: PayeeKind) -> dict[str, object]:
    """What an instalment and a take-back both say."""
    return {
        "id": UUID(int=number),
        "payee": payee,
        "payee_kind": kind,
        "pence": pence,
        "pot": "cluster:alder",
        "financial_year": 2026,
        "section_251_line": "1.2.1",
        "cost_centre": "HN210",
    }


def due(number: int, payee: str, pence: int, kind: PayeeKind = SCHOOL) -> DueLine:
    """An instalment that is due."""
    return DueLine.model_validate(
        {**facts(number, payee, pence, kind), "due_on": date(2026, 10, 15)}
    )


def back(number: int, payee: str, pence: int, kind: PayeeKind = SCHOOL) -> TakeBack:
    """Money to be taken back."""
    return TakeBack.model_validate(facts(number, payee, pence, kind))


def journal(**changed: object) -> JournalFile:
    """The demo journal with some of its form changed."""
    return JournalFile.model_validate(
        {**finance().journal_file.model_dump(), **changed}, strict=False
    )


def test_a_run_is_gathered_for_each_payee() -> None:
    """Two instalments of a school are one remittance; each payee is paid in its own way."""
    found = remittances(
        "RUN-1",
        [due(2, "oak-trust", 500, TRUST), due(1, "elmbrook", 100), due(3, "elmbrook", 50)],
        [],
        finance(),
    )
    assert [(each.reference, each.payee, each.way, each.pay_pence) for each in found] == [
        ("RUN-1/0001", "elmbrook", "advance", 150),
        ("RUN-1/0002", "oak-trust", "payment", 500),
    ]


def test_money_taken_back_is_netted_and_the_rest_invoiced() -> None:
    """Of 150 due 150 are kept, and the 80 that are left are asked for."""
    found = remittances(
        "RUN-1",
        [due(1, "elmbrook", 150)],
        [back(3, "elmbrook", 130), back(2, "elmbrook", 100)],
        finance(),
    )
    (only,) = found
    assert [(each.netted_pence, each.left_pence) for each in only.taken] == [(100, 0), (50, 80)]
    assert (only.due_pence, only.pay_pence, only.invoice_back_pence) == (150, 0, 80)


def test_a_payee_that_is_due_nothing_is_invoiced_for_all_of_it() -> None:
    """Nothing leaves the council, so nothing stands in the payment file."""
    found = remittances("RUN-1", [], [back(1, "oak-trust", 70, TRUST)], finance())
    assert found[0].invoice_back_pence == 70
    assert len(payment_rows(found, RUN, finance().payment_file)) == 1


def test_the_payment_file_has_the_columns_that_the_council_set() -> None:
    """Headers, then a row for each payment, with days and amounts in the council's form."""
    found = remittances(
        "RUN-1", [due(1, "elmbrook", 123_45), due(2, "oak-trust", 5, TRUST)], [], finance()
    )
    assert payment_rows(found, RUN, finance().payment_file) == (
        ("Creditor", "Name", "Our reference", "Amount", "Pay on", "Method"),
        ("elmbrook", "Elmbrook, School", "RUN-1/0001", "123.45", "15/10/2026", "advance"),
        ("oak-trust", "'=Oak Trust", "RUN-1/0002", "0.05", "15/10/2026", "payment"),
    )


def test_a_payment_file_may_leave_headers_out_and_write_pence() -> None:
    """A bank that takes no headers gets none."""
    columns = [
        {"header": "A", "field": "payee"},
        {"header": "B", "field": "amount"},
        {"header": "C", "field": "reference"},
        {"header": "D", "field": "pay_on"},
        {"header": "E", "field": "lines"},
    ]
    form = PaymentFile.model_validate(
        {"columns": columns, "with_headers": False, "amounts": "pence", "dates": "yyyymmdd"},
        strict=False,
    )
    found = remittances("RUN-1", [due(1, "elmbrook", 123_45)], [], finance())
    assert payment_rows(found, RUN, form) == (("elmbrook", "12345", "RUN-1/0001", "20261015", "1"),)


@pytest.mark.promise(11)
def test_the_journal_debits_what_is_due_and_credits_how_it_is_paid() -> None:
    """Due and taken back stand at their coding, what leaves at the control account."""
    found = remittances(
        "RUN-1", [due(1, "elmbrook", 150_00)], [back(2, "elmbrook", 50_00)], finance()
    )
    rows = journal_rows(found, RUN, finance().journal_file)
    assert [row[5:] for row in rows] == [
        ("Cost centre", "Section 251", "Reference", "Debit", "Credit"),
        ("HN210", "1.2.1", "RUN-1/0001", "150.00", ""),
        ("HN210", "1.2.1", "RUN-1/0001", "", "50.00"),
        ("CTL-ADVANCES", "", "RUN-1/0001", "", "100.00"),
    ]
    assert rows[1][:5] == ("RUN-2026-07", "1", "15/10/2026", "2026", "7")


def test_the_journal_of_what_came_back_is_the_other_way_round() -> None:
    """Every debit is a credit of the same coding, and every credit a debit."""
    found = remittances("RUN-1", [due(1, "elmbrook", 150)], [back(2, "elmbrook", 30)], finance())
    there = journal_rows(found, RUN, journal())[1:]
    again = journal_rows(found, RUN, journal(), is_undone=True)[1:]
    assert [(row[8], row[9]) for row in again] == [(row[9], row[8]) for row in there]
    assert [row[:8] for row in again] == [row[:8] for row in there]


@pytest.mark.parametrize(
    ("pence", "shares"),
    [
        (40, [(1, 40)]),
        (100, [(1, 100)]),
        (130, [(1, 100), (2, 30)]),
        (170, [(1, 100), (2, 70)]),
    ],
)
def test_what_a_payee_got_is_shared_among_its_lines(
    pence: int, shares: list[tuple[int, int]]
) -> None:
    """In order until it is used up; what is too much stays with the last."""
    lines = (due(1, "elmbrook", 100), due(2, "elmbrook", 50))
    assert [(line.id.int, share) for line, share in held_by(lines, pence)] == shares


def test_an_amount_below_nought_stays_a_number() -> None:
    """A signed column has its minus and no apostrophe."""
    columns = [
        {"header": "Centre", "field": "cost_centre"},
        {"header": "Amount", "field": "amount"},
        {"header": "Pot", "field": "pot"},
    ]
    found = remittances("RUN-1", [due(1, "elmbrook", 5)], [], finance())
    assert journal_rows(found, RUN, journal(columns=columns))[1:] == (
        ("HN210", "0.05", "cluster:alder"),
        ("CTL-ADVANCES", "-0.05", ""),
    )


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "\n", " ="])
def test_a_text_that_begins_like_a_formula_is_made_harmless(begins: str) -> None:
    """A payee called =HYPERLINK is a name with an apostrophe."""
    assert harmless(f"{begins}1+1") == f"'{begins}1+1"
    # A sheet leaves control characters out: what is behind one would be first.
    assert harmless(f" \x01\x00{begins}1+1") == f"' \x01\x00{begins}1+1"


def test_a_file_is_quoted_as_csv_is() -> None:
    """A comma, a quotation mark or a line's end within a value stays within it."""
    rows = (("a", 'b "c", d'), ("1", "2\n3"))
    assert csv_text(rows) == 'a,"b ""c"", d"\r\n1,"2\n3"\r\n'
    assert csv_text((("a", "b"),), "\t") == "a\tb\r\n"


payees = st.sampled_from(["elmbrook", "oak-trust", "ash"])
sums = st.lists(st.tuples(payees, st.integers(1, 10**9)), max_size=12)


@pytest.mark.promise(11)
@given(sums, sums)
def test_a_run_adds_up_and_its_journal_balances(
    owed: list[tuple[str, int]], taken: list[tuple[str, int]]
) -> None:
    """What leaves is what is due less what is netted, never below nought, whatever the order."""
    lines = [due(place, *each) for place, each in enumerate(owed)]
    backs = [back(100 + place, *each) for place, each in enumerate(taken)]
    found = remittances("RUN-1", lines, backs, finance())
    assert remittances("RUN-1", lines[::-1], backs[::-1], finance()) == found
    for each in found:
        own = sum(pence for payee, pence in owed if payee == each.payee)
        asked = sum(pence for payee, pence in taken if payee == each.payee)
        assert each.pay_pence - each.invoice_back_pence == own - asked
        assert min(each.pay_pence, each.invoice_back_pence) == 0
    columns = [
        {"header": "Centre", "field": "cost_centre"},
        {"header": "Amount", "field": "amount"},
    ]
    rows = journal_rows(found, RUN, journal(columns=columns, amounts="pence"))
    assert sum(int(row[1]) for row in rows[1:]) == 0


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), max_size=5))
def test_no_text_runs_in_a_spreadsheet_and_none_is_lost(texts: list[tuple[str, str]]) -> None:
    """Read back, each value is what was put in, with at most an apostrophe before it."""
    rows = [tuple(harmless(text) for text in row) for row in texts]
    read = [tuple(row) for row in csv.reader(io.StringIO(csv_text(rows), newline=""))]
    assert read == rows
    for row, written in zip(texts, rows, strict=True):
        for text, cell in zip(row, written, strict=True):
            assert cell in (text, f"'{text}")
            assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
