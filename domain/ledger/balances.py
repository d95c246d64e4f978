"""What a pot has: available = allocated - held - committed - paid, for each financial year."""

from collections.abc import Iterable, Mapping

from domain.frozen import Frozen
from domain.ledger.accounts import Account, FinancialYear, MoneyStage, PotCode
from domain.ledger.journal import Posting
from domain.money import Pence


class PotBalance(Frozen):
    """A pot's money in one financial year, by stage, in pence."""

    pot: PotCode
    financial_year: FinancialYear
    is_open: bool
    """Whether the year was opened for the pot; before that, promises may run ahead of it."""
    available_pence: Pence
    held_pence: Pence
    committed_pence: Pence
    paid_pence: Pence

    @property
    def allocated_pence(self) -> int:
        """What the pot was given, whatever became of it since."""
        return self.available_pence + self.held_pence + self.committed_pence + self.paid_pence


def replay(postings: Iterable[Posting]) -> dict[Account, int]:
    """Add postings up by account: what each balance must be, whatever the account row says."""
    totals: dict[Account, int] = {}
    for posting in postings:
        totals[posting.account] = totals.get(posting.account, 0) + posting.pence
    return totals


def by_pot(
    totals: Mapping[Account, int], opened: frozenset[tuple[PotCode, FinancialYear]] = frozenset()
) -> tuple[PotBalance, ...]:
    """Set the four stages of each pot and year side by side, in order of pot and year."""
    keys = sorted({(account.pot, account.financial_year) for account in totals})
    return tuple(_balance(totals, pot, year, is_open=(pot, year) in opened) for pot, year in keys)


def _balance(
    totals: Mapping[Account, int], pot: PotCode, year: FinancialYear, *, is_open: bool
) -> PotBalance:
    """Gather one pot and year."""
    stages = {
        stage: totals.get(Account(pot=pot, financial_year=year, stage=stage), 0)
        for stage in MoneyStage
    }
    return PotBalance(
        pot=pot,
        financial_year=year,
        is_open=is_open,
        available_pence=stages[MoneyStage.AVAILABLE],
        held_pence=stages[MoneyStage.HELD],
        committed_pence=stages[MoneyStage.COMMITTED],
        paid_pence=stages[MoneyStage.PAID],
    )
