"""What must hold before a change of an award is acknowledged: that it can be, and by whom.

Limits, plans and money are for the activity, which sees the award when nobody else changes it.
"""

from collections.abc import Iterator

from sqlmodel import Session

from activities.store import changes
from activities.store.reading.caller import Caller
from activities.store.reading.panel import is_kept_out
from activities.store.tables import AwardRow, RequestRow, SchoolRow
from domain.adjusting import faults_of_change
from domain.finance_acts import AwardChange, ChangingAward, Transfer
from domain.frozen import Frozen
from domain.refusals import Barred, NotValid, ReasonNeeded, Unknown

_ASKED = "to change this award"


def check_award_change(session: Session, caller: Caller, choices: Frozen) -> None:
    """Refuse a change of an award that is not there, is another's, or does not fit (promise 13).

    Everything that keeps it from fitting is listed at once.
    """
    assert isinstance(choices, ChangingAward)
    row = session.get(AwardRow, choices.award_id)
    if row is None:
        raise Unknown(_ASKED, "there is none of that id")
    request = session.get(RequestRow, row.request_id) if row.request_id else None
    if request is not None and is_kept_out(session, caller, request):
        raise Barred(_ASKED, "an interest in the case bars you")
    if row.plan_item_id is not None:
        raise NotValid(
            _ASKED,
            "it is what an item of a cluster plan pays",
            "Change the plan instead: its schools agree to it, and an officer signs.",
        )
    if not choices.reason.strip():
        raise ReasonNeeded(_ASKED, "the reason is not given", "Say in a sentence why it changes.")
    faults = tuple(_faults(session, row, choices.change))
    if faults:
        raise NotValid(_ASKED, "; ".join(faults))


def _faults(session: Session, row: AwardRow, change: AwardChange) -> Iterator[str]:
    yield from faults_of_change(changes.histories(session, [row])[row.id], change)
    if isinstance(change, Transfer) and change.to_school is not None:
        if session.get(SchoolRow, change.to_school) is None:
            yield f"the register has no school {change.to_school}"
        if change.to_school == row.school_code:
            yield "the award is that school's already"
