"""An award in hand that an act changes: its request where it has one, and the rules it is under."""

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID, uuid5

from sqlmodel import Session

from activities.desk import Desk, sit_down
from activities.finance_desk import FinanceDesk
from activities.placing import divisions
from activities.store import changes, deciding
from activities.store.casework import Recorded
from activities.store.changes import AwardHeld
from activities.store.policies import document_on
from domain.ledger.accounts import EXCEPTIONAL
from domain.ledger.journal import Context
from domain.places import Level, PayeeKind
from domain.policy.climbing import Contingency
from domain.policy.delegation import AuthorityScheme
from domain.policy.document import PolicyDocument
from domain.policy.model import Calendar, Letters, PanelRules, Payments
from domain.policy.paying import PaymentRule
from domain.refusals import NoPolicyInForce, Unknown
from domain.request import RequestKind

Kind = TypeVar("Kind", bound=PolicyDocument)


@dataclass(frozen=True)
class Deciding:
    """What changes several awards at once: a decision in an earlier one's place, or a signed plan.

    It has the decision's id, where it is one, and says what it may draw on.
    """

    decision_id: UUID | None
    overspend_authority: str | None = None
    """By which authority it draws on the visible deficit where no pot covers it."""


@dataclass(frozen=True)
class AwardDesk:
    """Everything that a change of an award needs, read once under its locks.

    An award that a decision here gave stays under the policy of its request (promise 9); one that
    was imported has no request, and is under the policy in force today.
    """

    finance: FinanceDesk
    act: Recorded
    award: AwardHeld
    request: Desk | None
    by: Deciding | None = None
    """The second decision that changes what the first one gave, where it is not an act alone."""

    @property
    def key(self) -> UUID:
        """What every id of this change is made from: a decision may change several awards."""
        return uuid5(self.act.id, str(self.award.id)) if self.by else self.act.id

    @property
    def session(self) -> Session:
        """The transaction."""
        return self.finance.session

    @property
    def day(self) -> date:
        """The day it is in the council's place."""
        return self.finance.day

    @property
    def authority(self) -> AuthorityScheme:
        """The scheme of delegation."""
        return self._policy("authority", AuthorityScheme)

    @property
    def calendar(self) -> Calendar:
        """Terms and bank holidays."""
        return self._policy("calendar", Calendar)

    @property
    def letters(self) -> Letters:
        """What every letter says of the council."""
        return self._policy("letters", Letters)

    @property
    def panel(self) -> PanelRules:
        """The rules of panels, which have the window of a challenge."""
        return self._policy("panel", PanelRules)

    @property
    def level(self) -> Level:
        """The level at which it was decided."""
        return self.request.request.level if self.request else Level.CLUSTER

    @property
    def divisions(self) -> tuple[str, ...]:
        """Electoral divisions for which it was marked as significant."""
        return divisions(self.request) if self.request else ()

    @property
    def owes_plan(self) -> bool:
        """Whether what it gives is owed by a plan."""
        return self.request is not None and self.request.owes_plan

    @property
    def kind(self) -> RequestKind:
        """What kind of request it goes back to: a cluster plan's is paid as a project's."""
        if self.request is not None:
            return self.request.request.kind
        return RequestKind.PROJECT if self.award.plan_item_id else RequestKind.INDIVIDUAL

    def rule_for(self, payee: PayeeKind) -> PaymentRule:
        """How this kind of award is paid to a kind of payee."""
        return self._policy("payments", Payments).rule_for(self.kind, payee)

    def pots(self, cluster: str, area: str) -> tuple[str, ...]:
        """The pots to try for a school of a cluster, from the award's level upwards."""
        climbing = self._policy("contingency", Contingency)
        tried = climbing.pots(self._fund, self.level, cluster, area)
        return tuple(each.pot for each in tried)

    def context(self, pot: str, payee: PayeeKind, **more: Any) -> Context:
        """What an entry made for the award in a pot says about itself."""
        pins = self.request.request.pins.values() if self.request else ()
        facts: dict[str, Any] = {
            "request_id": self.award.request_id,
            "award_id": self.award.id,
            "decision_id": self.by.decision_id if self.by else self.award.decision_id,
            "policy_version_ids": tuple(sorted(pins)),
            "section_251_line": self.rule_for(payee).section_251_line,
            "cost_centre": self.finance.policy.coding_for(pot, payee).cost_centre,
        }
        return self.finance.context(self.act, **facts | more)

    @property
    def _fund(self) -> str:
        """Which order of pots the award is under: its placing's, else by the pot that pays it."""
        placed = self.request.request.placing_id if self.request else None
        if placed is not None:
            return deciding.placing(self.session, placed).fund
        return "exceptional" if self.award.pot == EXCEPTIONAL else "predictable"

    def _policy(self, kind: str, model: type[Kind]) -> Kind:
        if self.request is not None:
            found: Any = getattr(self.request.policies, kind)
        else:
            found = document_on(self.session, kind, model, self.day)
        if not isinstance(found, model):
            raise NoPolicyInForce("to change an award", f"no {kind} policy is in force today")
        return found


def take(
    finance: FinanceDesk, act: Recorded, award_id: UUID, by: Deciding | None = None
) -> AwardDesk:
    """Take an award in hand, so that nobody else changes it meanwhile."""
    award = changes.take_award(finance.session, award_id)
    if award is None:
        raise Unknown("to change this award", "there is none of that id")
    request = None
    if award.request_id is not None:
        request = sit_down(finance.session, award.request_id, finance.now)
    return AwardDesk(finance=finance, act=act, award=award, request=request, by=by)
