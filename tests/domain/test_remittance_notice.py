"""What a payee is told: every amount, what for, how it is paid."""

from datetime import date

import pytest

from domain.policy.finance import RemittanceWay
from domain.remittance_notice import Notice, NoticeLine, notice_text

DUE = NoticeLine(school="Fern School", reference="LR-7", due_on=date(2026, 11, 16), pence=100_050)
BACK = NoticeLine(
    school="Kelp School",
    reference="LR-3",
    due_on=date(2026, 11, 2),
    pence=20_000,
    is_taken_back=True,
)


def _notice(way: RemittanceWay, pay_pence: int, invoice_back_pence: int = 0) -> str:
    notice = Notice(
        reference="PR-2026-08-1/2",
        payee="Weirs Trust",
        way=way,
        pay_on=date(2026, 11, 30),
        lines=(DUE, BACK),
        pay_pence=pay_pence,
        invoice_back_pence=invoice_back_pence,
    )
    return notice_text(notice)


def test_a_notice_names_each_amount_and_the_total() -> None:
    """Line by line: which request, which school, since when, how much, and what is taken back."""
    assert _notice(RemittanceWay.PAYMENT, 80_050).splitlines() == [
        "Remittance PR-2026-08-1/2",
        "To: Weirs Trust",
        "",
        "LR-7, Fern School, due 2026-11-16: £1,000.50",
        "LR-3, Kelp School, taken back, from 2026-11-02: -£200.00",
        "",
        "Paid on 2026-11-30 by bank payment to the trust: £800.50",
    ]


@pytest.mark.parametrize("way", RemittanceWay)
def test_a_notice_says_how_it_is_paid(way: RemittanceWay) -> None:
    """Every way has words of its own."""
    others = {_notice(each, 1) for each in RemittanceWay if each is not way}
    assert _notice(way, 1) not in others


def test_a_notice_of_nothing_says_what_follows() -> None:
    """Where more was taken back than is due, nothing is paid and an invoice follows."""
    said = _notice(RemittanceWay.INVOICE, 0, 5_000)
    assert "Nothing is paid this time." in said
    assert said.endswith("More was taken back than is due: an invoice for £50.00 follows.\n")
