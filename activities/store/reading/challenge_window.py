"""Until when a decision may be challenged: for whoever reads it, and for the door."""

from datetime import datetime

from sqlmodel import Session

from activities.clock import day_of
from activities.store.reading.policies import calendar_on, panel_rules
from activities.store.tables import ActRow, DecisionRow, RequestRow
from domain.periods import SchoolDays
from domain.stages import ActKind


def challenge_by(session: Session, row: RequestRow, decision: DecisionRow) -> datetime | None:
    """Until when a decision may be challenged; none for one that answers a challenge: it is final.

    A decision from before this was kept has its day in its letter: it is counted as it was then.
    """
    if session.get_one(ActRow, decision.act_id).kind == ActKind.RECONSIDER:
        return None
    if decision.challenge_by_at is not None:
        return decision.challenge_by_at
    day = day_of(decision.decided_at)
    window = panel_rules(session, row.pins).reconsideration_within_school_days
    return SchoolDays(calendar_on(session, day)).deadline(day, window)
