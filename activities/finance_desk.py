"""What an act of finance is done at: the transaction, the instant, and the finance policy."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlmodel import Session

from activities.clock import day_of
from activities.store.casework import Recorded
from activities.store.closing import books
from activities.store.policies import document_on
from domain.ledger.journal import Context
from domain.periods import academic_year
from domain.policy.finance import Finance
from domain.refusals import NoPolicyInForce


@dataclass(frozen=True)
class FinanceDesk:
    """Everything that an act of finance needs: its locks are taken by its effect."""

    session: Session
    now: datetime

    @property
    def day(self) -> date:
        """The day it is in the council's place."""
        return day_of(self.now)

    @cached_property
    def policy(self) -> Finance:
        """The finance policy in force today."""
        found = document_on(self.session, "finance", Finance, self.day)
        if found is None:
            raise NoPolicyInForce("to deal with money", "no finance policy is in force today")
        return found

    def context(self, act: Recorded, **more: Any) -> Context:
        """What an entry made for an act of finance says about itself.

        It is entered in the open books of the day it takes effect on (``effective_on``, today if
        nothing is said), unless year and period are given.
        """
        day: date = more.get("effective_on", self.day)
        facts: dict[str, Any] = {
            "recorded_at": self.now,
            "effective_on": day,
            "academic_year": academic_year(day),
            "act_id": act.id,
            "actor_id": act.person_id,
        }
        entered = {} if "financial_year" in more else books(self.session, day).model_dump()
        return Context(**facts | entered | more)
