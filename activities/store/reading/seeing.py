"""Who may see what of a request: the one place that says so, for reading and recording alike.

What a person may not see is unknown to them: a 404, never a 403 that would say it exists.
"""

from sqlmodel import Session

from activities.store.reading.caller import OFFICERS, PANEL, Caller, hears
from activities.store.tables import RequestRow
from domain.people import Role
from domain.stages import Stage

AT_SCHOOL = (Role.SENCO, Role.HEAD, Role.BUSINESS_MANAGER)

_WITH_COUNCIL = frozenset({Stage.UNPRICED, Stage.NO_MONEY, Stage.KEY_DECISION})


def may_know_of(session: Session, caller: Caller, request: RequestRow) -> bool:
    """Whether the person may know that the request exists."""
    if is_at_school(caller, request):
        return True
    if caller.holds(*OFFICERS, Role.FINANCE_OFFICER):
        return True
    return hears(session, caller, request, *PANEL)


def is_at_school(caller: Caller, request: RequestRow) -> bool:
    """Whether the person belongs to the school that asks."""
    return request.school_code in caller.schools(*AT_SCHOOL)


def shown_stage(stage: Stage, *, to_council: bool) -> Stage:
    """The stage as the person may see it: a band or an amount must not show through it.

    That no table prices a need, or no pot can pay, says how great it is; the school learns both
    with the decision. Source: DESIGN.md 3, needs come first.
    """
    return Stage.SIGN_OFF if stage in _WITH_COUNCIL and not to_council else stage
