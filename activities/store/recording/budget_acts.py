"""What must hold before an act on budgets is acknowledged: a file that is there, a limit."""

from collections.abc import Callable, Mapping

from sqlmodel import Session

from activities.store import budgets, files, overspends
from activities.store.files import FileKind, not_used
from activities.store.policies import document_on
from activities.store.reading.caller import Caller
from domain.finance_acts import (
    CoveringOverspend,
    ImportingAwards,
    RecoupingFromCouncil,
    SettingBudgets,
    Viring,
)
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
    roles = caller.person.held_on(caller.day, *Role)
    policy = _policy(session, caller, "to vire")
    policy.virement_clause(choices.from_pot, (choices.to_pot,), choices.pence, roles)


def _overspend_is_theirs(session: Session, caller: Caller, choices: Frozen) -> None:
    """Refuse a cover of overspend that the finance policy leaves to others, and say to whom."""
    assert isinstance(choices, CoveringOverspend)
    roles = caller.person.held_on(caller.day, *Role)
    policy = _policy(session, caller, "to cover an overspend")
    covered = budgets.covered_pence(session, choices.pot, choices.financial_year)
    policy.overspend_clause(choices.pot, choices.pence, covered, roles)
    if choices.seconds is not None:
        overspends.check_may_second(session, choices, caller.person.id)


def _is_no_receipt_of_before(session: Session, _caller: Caller, choices: Frozen) -> None:
    assert isinstance(choices, RecoupingFromCouncil)
    budgets.check_not_taken_in(session, choices.council, choices.reference)


def _policy(session: Session, caller: Caller, asked: str) -> Finance:
    policy = document_on(session, "finance", Finance, caller.day)
    if policy is None:
        raise NoPolicyInForce(asked, "no finance policy is in force today")
    return policy


CHECKS: Mapping[ActKind, Callable[[Session, Caller, Frozen], None]] = {
    ActKind.SET_BUDGETS: _budgets_are_there,
    ActKind.IMPORT_AWARDS: _awards_are_there,
    ActKind.VIRE: _limit_covers_it,
    ActKind.COVER_OVERSPEND: _overspend_is_theirs,
    ActKind.RECOUP_FROM_COUNCIL: _is_no_receipt_of_before,
}
"""What each act on budgets is held to at once; the rest is for the activity to find."""
