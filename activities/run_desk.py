"""What an act on a payment run is done at, and which books its entries go into."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from activities.finance_desk import FinanceDesk
from activities.store import run_policies
from activities.store.casework import Recorded
from activities.store.closing import books
from activities.store.events import Happening, write_event
from activities.store.payments import Run
from domain.closing import Books, period_ends_on
from domain.ledger.journal import Context
from domain.policy.finance import Finance


@dataclass(frozen=True)
class RunDesk(FinanceDesk):
    """A payment run in hand: the transaction, the instant and the run, under its lock."""

    run: Run

    @cached_property
    def finance(self) -> Finance:
        """The finance policy that the run was prepared by (promise 9)."""
        return run_policies.finance_version(self.session, self.run.policy_version_id)

    def happened(self, kind: str, **facts: Any) -> None:
        """Write what has happened to the run, with its reference."""
        write_event(self.session, happening(self, self.run, kind, facts))


def run_books(desk: RunDesk) -> Books:
    """Find the books for a run: its own month's, or the first open one's after it."""
    return books(desk.session, period_ends_on(desk.run.financial_year, desk.run.period))


def posting_context(desk: RunDesk, act: Recorded, entered: Books, **more: Any) -> Context:
    """What the entries of a run say about themselves, in the books that are open for them."""
    return desk.context(
        act,
        **dict(entered),
        run_id=desk.run.id,
        reference=desk.run.reference,
        policy_version_ids=(str(desk.run.policy_version_id),),
        **more,
    )


def happening(desk: FinanceDesk, run: Run, kind: str, facts: dict[str, Any]) -> Happening:
    """An event about a run: its reference, how many lines and how much; nobody's name."""
    told = {"reference": run.reference, "lines": run.lines, "total_pence": run.total_pence}
    return Happening(
        kind=kind, subject="payment_run", subject_id=run.id, at=desk.now, facts=told | facts
    )
