"""How an act gets its outcome: its effect in a savepoint, then done or refused beside it."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from activities.store import casework
from activities.store.casework import Recorded
from activities.store.guards import refusal_by
from activities.store.refused import undone_if_refused
from domain.acts import ActOutcome
from domain.refusals import Refusal


def settled(
    session: Session, act: Recorded, now: datetime, effect: Callable[[], None]
) -> ActOutcome:
    """Do what an act says, or refuse it: a refusal leaves nothing behind but itself.

    What the ledger refused on the way stays refused with it. A constraint that a race ran into is
    told as the refusal it stands for; any other error is ours, and the transaction is tried again.
    """
    try:
        with undone_if_refused(session):
            effect()
    except Refusal as no:
        return casework.settle(session, act, None, now, no)
    except IntegrityError as error:
        no_by_guard = refusal_by(error)
        if no_by_guard is None:
            raise
        return casework.settle(session, act, None, now, no_by_guard)
    return casework.settle(session, act, None, now)
