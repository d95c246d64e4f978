"""What a payee is told of a payment run: each amount and what it is for, and how it is paid.

A notice names schools, awards' references and days; never a pupil, and nothing that anybody wrote.
"""

from datetime import date

from domain.frozen import Frozen
from domain.money import Pence, pounds
from domain.policy.finance import RemittanceWay

_HOW = {
    RemittanceWay.JOURNAL: "by journal to the school's own account",
    RemittanceWay.ADVANCE: "with the school's monthly advance",
    RemittanceWay.PAYMENT: "by bank payment to the trust",
    RemittanceWay.INVOICE: "against your invoice; please quote the reference on it",
}


class NoticeLine(Frozen):
    """One amount of a notice: an instalment, or what is taken back."""

    school: str
    """The school's name."""
    reference: str
    """The request that the support was asked for by."""
    due_on: date
    pence: Pence
    is_taken_back: bool = False


class Notice(Frozen):
    """A remittance as its payee reads it."""

    reference: str
    payee: str
    """The name of the school, trust or provider."""
    way: RemittanceWay
    pay_on: date
    lines: tuple[NoticeLine, ...]
    pay_pence: Pence
    invoice_back_pence: Pence


def notice_text(notice: Notice) -> str:
    """Write a remittance in plain words, line by line, with the total that is paid."""
    said = [
        f"Remittance {notice.reference}",
        f"To: {notice.payee}",
        "",
        *(_line(each) for each in notice.lines),
        "",
        _total(notice),
    ]
    if notice.invoice_back_pence:
        said.append(
            f"More was taken back than is due: an invoice for {pounds(notice.invoice_back_pence)}"
            " follows."
        )
    return "\n".join(said) + "\n"


def _line(line: NoticeLine) -> str:
    sign, what = ("-", "taken back, from") if line.is_taken_back else ("", "due")
    return f"{line.reference}, {line.school}, {what} {line.due_on}: {sign}{pounds(line.pence)}"


def _total(notice: Notice) -> str:
    if not notice.pay_pence:
        return "Nothing is paid this time."
    return f"Paid on {notice.pay_on} {_HOW[notice.way]}: {pounds(notice.pay_pence)}"
