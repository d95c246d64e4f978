"""The activity of finance: one recorded act, carried out or refused in one transaction."""

from collections.abc import Callable, Mapping

from sqlalchemy import Engine
from sqlmodel import Session
from temporalio import activity

from activities import budgeting, changing, closing
from activities.clock import Clock
from activities.finance_desk import FinanceDesk
from activities.names import CARRY_OUT_FINANCE, FinanceTold, OfFinanceAct
from activities.settling import settled
from activities.store import casework
from activities.store.casework import Recorded
from activities.store.session import transaction
from domain.acts import ActOutcome
from domain.stages import ActKind

Effect = Callable[[FinanceDesk, Recorded], None]

EFFECTS: Mapping[ActKind, Effect] = {
    **budgeting.EFFECTS,
    **changing.EFFECTS,
    **closing.EFFECTS,
}
"""What each act does; an act of another kind never comes here."""


class Finance:
    """What happens to the money outside of cases and payment runs."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    @activity.defn(name=CARRY_OUT_FINANCE.name)
    def carry_out(self, of: OfFinanceAct) -> FinanceTold:
        """Carry out a recorded act, or refuse it; asked again, it tells the outcome again."""
        with transaction(self._engine) as session:
            act = casework.recorded_act(session, of.act_id)
            return FinanceTold(outcome=act.outcome or self._carried_out(session, act))

    def _carried_out(self, session: Session, act: Recorded) -> ActOutcome:
        desk = FinanceDesk(session=session, now=self._clock.now())
        return settled(session, act, desk.now, lambda: EFFECTS[act.kind](desk, act))
