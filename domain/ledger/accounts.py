"""Chart of accounts: which pots there are, what stands in them, and how low each may go.

A pot is a budget (a cluster's, the exceptional fund, a contingency); its money in one financial
year stands in four accounts, one for each stage from available to paid.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints

from domain.frozen import Frozen

PotCode = Annotated[
    str,
    StringConstraints(strict=True, max_length=100, pattern=r"^[a-z_]+(:[A-Za-z0-9_-]+){0,2}$"),
]
"""The name of a pot in the ledger, such as ``cluster:north-1``."""

FinancialYear = int
"""The calendar year in which a financial year begins: 2026 is 1 April 2026 to 31 March 2027."""

EXCEPTIONAL: PotCode = "exceptional"
"""The council's fund for exceptional needs."""
COUNCIL_CONTINGENCY: PotCode = "contingency:council"
"""Money the council keeps for what nobody could plan."""
HIGH_NEEDS_BLOCK: PotCode = "high_needs_block"
"""The grant that every budget is allocated from; below nought means more was given than came."""
DEFICIT: PotCode = "deficit"
"""Recorded overspend: what is owed and no budget covers, drawn with authority (promise 10)."""
RECOUPED: PotCode = "recouped"
"""Money recovered from other councils; always as far below nought as came in."""
COMMISSIONED: PotCode = "commissioned"
"""Services that the council commissions for children, beside what schools are given."""
OPENING: PotCode = "opening"
"""Where money comes from before the ledger knew it; always as far below nought as it gave."""
CLOSING: PotCode = "closing"
"""Where a year's money goes at its end, to be carried on; it comes in again by `opening`."""

UNLIMITED: frozenset[PotCode] = frozenset({HIGH_NEEDS_BLOCK, DEFICIT, OPENING, CLOSING, RECOUPED})
"""Pots whose available money may fall below nought: it is then a fact to look at, not a bar."""


class MoneyStage(StrEnum):
    """How far a pot's money has gone: a hold, a sign-off and a payment each move it on."""

    AVAILABLE = "available"
    HELD = "held"
    COMMITTED = "committed"
    PAID = "paid"


class Account(Frozen):
    """One stage of one pot in one financial year."""

    pot: PotCode
    financial_year: FinancialYear
    stage: MoneyStage

    @property
    def order(self) -> tuple[str, int, str]:
        """A fixed order, so that a list of accounts reads the same every time."""
        return (self.pot, self.financial_year, self.stage)


def cluster_pot(code: str) -> PotCode:
    """Name the budget of a cluster."""
    return f"cluster:{code}"


def cluster_contingency(code: str) -> PotCode:
    """Name the contingency kept at a cluster."""
    return f"contingency:cluster:{code}"


def area_contingency(code: str) -> PotCode:
    """Name the contingency kept at an area."""
    return f"contingency:area:{code}"


def usual_source(pot: PotCode) -> PotCode:
    """Name the pot that a budget is allocated from: the block, and for the block itself, opening.

    >>> usual_source("cluster:north-1"), usual_source("high_needs_block")
    ('high_needs_block', 'opening')
    """
    return OPENING if pot == HIGH_NEEDS_BLOCK else HIGH_NEEDS_BLOCK


def floor_pence(account: Account, *, is_open: bool) -> int | None:
    """Say how low an account may go: nought, or no floor at all.

    Only available money can lack a floor: in an unlimited pot, or in a year not yet opened, where
    a promise runs ahead of the budget that will carry it.
    """
    if account.stage is not MoneyStage.AVAILABLE:
        return 0
    return 0 if is_open and account.pot not in UNLIMITED else None
