"""What must hold before an act on budgets is acknowledged: a file that is there, a limit."""

from collections.abc import Callable, Mapping

from sqlmodel import Session

from activities.store import files
from activities.store.files import FileKind, not_used
from activities.store.policies import document_on
from activities.store.reading.caller import Caller
from domain.finance_acts import ImportingAwards, SettingBudgets, Viring
from domain.frozen import Frozen
from domain.people import Role
from domain.policy.finance import Finance
from domain.refusals import NoPolicyInForce
from domain.stages import ActKind


def _budgets_are_there(session: Session, _caller: Caller, choices: Frozen) -> None:
    assert isinstance(choices, SettingBudgets)
    not_used(files.file_of(session, choices.file_id), FileKind.BUDGETS)


def _awards_are_there(session: Session, _caller: Caller, choices: Frozen) -> None:
    assert isinstance(choices, ImportingAwards)
    not_used(files.file_of(session, choices.file_id), FileKind.OPENING_AWARDS)


def _limit_covers_it(session: Session, caller: Caller, choices: Frozen) -> None:
    """Refuse a virement that the finance policy leaves to others, and say to whom."""
    assert isinstance(choices, Viring)
    policy = document_on(session, "finance", Finance, caller.day)
    if policy is None:
        raise NoPolicyInForce("to vire", "no finance policy is in force today")
    roles = caller.person.held_on(caller.day, *Role)
    policy.virement_clause(choices.from_pot, (choices.to_pot,), choices.pence, roles)


CHECKS: Mapping[ActKind, Callable[[Session, Caller, Frozen], None]] = {
    ActKind.SET_BUDGETS: _budgets_are_there,
    ActKind.IMPORT_AWARDS: _awards_are_there,
    ActKind.VIRE: _limit_covers_it,
}
"""What each act on budgets is held to at once; the rest is for the activity to find."""
