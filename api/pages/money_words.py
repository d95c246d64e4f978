"""What the codes of money are called on pages: pots, verbs, runs, payments, answers, reports.

A test asks for a word for every code that a page may show.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from activities.store.reading import ReportBy
from activities.store.reading.search import FoundAs
from activities.store.recording import FileKind
from api.pages.words import in_words
from domain.bank_answer import Finding
from domain.closing import month_name
from domain.forecast import ALL_POTS, Direction
from domain.ledger.accounts import MoneyStage, PotCode
from domain.ledger.journal import Verb
from domain.payment_run import RemittanceState, RunStage
from domain.places import PayeeKind
from domain.policy.finance import FormulaFactor, RemittanceWay, YearEndWay

POTS = {
    "high_needs_block": "High needs block",
    "exceptional": "Exceptional needs fund",
    "contingency:council": "Contingency of the council",
    "commissioned": "Commissioned services",
    "deficit": "Recorded overspend",
    "recouped": "Taken in from other councils",
    "opening": "From before the ledger",
    "closing": "Carried on at a year's end",
    ALL_POTS: "All of them",
}
POTS_SAY = {
    "high_needs_block": "The grant that every budget is given out of. Below nought, more was given"
    " out than came in.",
    "exceptional": "What the tariff prices is met from here.",
    "contingency:council": "Kept by the council for what nobody could plan.",
    "commissioned": "Services that the council buys for children, beside what schools are given.",
    "deficit": "What is owed and no budget covers: drawn on with a named authority, and shown"
    " below nought.",
    "recouped": "As far below nought as other councils have paid in.",
    "opening": "As far below nought as the ledger was given when it began.",
    "closing": "Where a year's money goes at its end, to be carried on.",
}
"""What a pot of the council's own is for."""
STAGES = {
    MoneyStage.AVAILABLE: "Left",
    MoneyStage.HELD: "Held",
    MoneyStage.COMMITTED: "Promised",
    MoneyStage.PAID: "Paid",
}
VERBS = {
    Verb.OPEN: "Pots opened for a year",
    Verb.ALLOCATE: "Budget given",
    Verb.HOLD: "Money held on a recommendation",
    Verb.RELEASE: "Hold given back",
    Verb.COMMIT: "Money promised by a decision",
    Verb.PAY: "Instalment paid",
    Verb.REVERSE: "Entry undone",
    Verb.VIRE: "Money moved between budgets",
    Verb.RECOUP: "Money taken back",
    Verb.CANCEL: "Instalments cancelled",
    Verb.CARRY_FORWARD: "Carried on to the next year",
    Verb.AUTHORISE_OVERSPEND: "Covered from the overspend",
    Verb.CLOSE: "Month closed",
    Verb.CLOSE_ACCOUNTS: "Pots closed for a year",
    Verb.REOPEN: "Month opened again",
}
RUN_STAGES = {
    RunStage.PREPARED: "Waiting for approval",
    RunStage.POSTED: "Approved, files being written",
    RunStage.SENT: "Sent, waiting for the bank",
    RunStage.CLOSED: "Closed",
    RunStage.ABANDONED: "Given up",
}
RUN_COLOURS = {
    RunStage.PREPARED: "orange",
    RunStage.POSTED: "blue",
    RunStage.SENT: "blue",
    RunStage.CLOSED: "green",
    RunStage.ABANDONED: "grey",
}
PAYMENTS = {
    RemittanceState.PREPARED: "Not sent yet",
    RemittanceState.SENT: "Sent",
    RemittanceState.PAID: "Paid",
    RemittanceState.REJECTED: "Came back",
    RemittanceState.ABANDONED: "Given up",
}
WAYS = {
    RemittanceWay.JOURNAL: "Journal",
    RemittanceWay.ADVANCE: "With the monthly advance",
    RemittanceWay.PAYMENT: "Bank payment",
    RemittanceWay.INVOICE: "Against an invoice",
}
PAYEES = {
    PayeeKind.MAINTAINED_SCHOOL: "Maintained school",
    PayeeKind.ACADEMY_TRUST: "Academy trust",
    PayeeKind.PROVIDER: "Provider",
}
FINDINGS = {
    Finding.NOT_SENT: "We sent no such payment",
    Finding.REPEATED: "It stands in the answer twice",
    Finding.SETTLED_BEFORE: "It was settled before",
    Finding.ALTERED_AMOUNT: "Another amount than was sent",
    Finding.STATUS_UNKNOWN: "What became of it is not clear",
    Finding.NOT_UNDONE: "Came back, and what it paid has been taken back since",
    Finding.NO_ANSWER: "Sent, and not in the answer",
}
FILES = {
    FileKind.BUDGETS: "Budgets",
    FileKind.OPENING_AWARDS: "Live awards of the old system",
    FileKind.ANSWER: "Answer of the bank to a payment run",
}
RUN_FILES = {
    "payment_file": "Payment file for the bank",
    "journal_file": "Journal for the general ledger",
}
YEAR_ENDS = {
    YearEndWay.CARRY_FORWARD: "Goes on in the same pot",
    YearEndWay.CLAW_BACK: "Goes back to the high needs block",
    YearEndWay.POOL: "Goes to a pot that others share",
}
DIRECTIONS = {
    Direction.ADVERSE: "over the budget",
    Direction.FAVOURABLE: "under the budget",
    Direction.NONE: "on budget",
}
MADE_OF = {
    "paid": "paid",
    "committed": "promised",
    "in_hand": "priced and not signed yet",
    "renewals": "awards that may go on",
}
BY = {
    ReportBy.CLUSTER: "Cluster",
    ReportBy.AREA: "Area",
    ReportBy.SCHOOL: "School",
    ReportBy.NEED: "Kind of need",
    ReportBy.KIND: "Kind of request",
}
FACTORS = {
    FormulaFactor.PUPILS: "Pupils",
    FormulaFactor.DEPRIVATION: "Deprivation",
    FormulaFactor.PRIOR_ATTAINMENT: "Prior attainment",
}
FOUND = {
    FoundAs.REQUEST: "Request",
    FoundAs.AWARD: "Award",
    FoundAs.RUN: "Payment run",
    FoundAs.REMITTANCE: "Payment",
    FoundAs.PLAN: "Cluster plan",
    FoundAs.ENTRY: "Ledger entry",
}
MONTHS = {period: month_name(2026, period).partition(" ")[0] for period in range(1, 13)}
"""Months of a financial year, by their number in it."""


def of(table: Mapping[Any, str], code: str) -> str:
    """The words for a code; a code of tomorrow is shown as it is written."""
    return table.get(code) or in_words(str(code))


def pot_called(pot: PotCode, names: Mapping[PotCode, str]) -> str:
    """What a pot is called: by its cluster or area, or by our words for the council's own."""
    return names.get(pot) or POTS.get(pot) or pot


def run_file_called(kind: str) -> str:
    """What a file is called that a run wrote; each that undoes payments has a number."""
    return RUN_FILES.get(kind) or f"Journal of payments that came back, {kind.rpartition('_')[2]}"


def year_called(year: int) -> str:
    """Write a financial year as people do.

    >>> year_called(2026), year_called(2099)
    ('2026-27', '2099-00')
    """
    return f"{year}-{(year + 1) % 100:02}"


def years_around(year: int, chosen: int) -> Iterator[tuple[str, str]]:
    """The years that may be chosen: some before this one and some after, and the chosen one."""
    for each in sorted({*range(year - 3, year + 3), chosen}):
        yield str(each), year_called(each)
