"""What must hold before a reopening or a signature is acknowledged: the person, not the role."""

from collections.abc import Callable, Mapping

from sqlmodel import Session

from activities.store.closing import capacities, last_closed_by, signatory, year_ended
from activities.store.policies import document_on
from activities.store.reading.caller import Caller
from domain.finance_acts import ReopeningPeriod, SigningYearEnd
from domain.frozen import Frozen
from domain.people import Role
from domain.policy.finance import Finance
from domain.refusals import AuthorityTooLow, Barred
from domain.stages import ActKind


def check_reopening(session: Session, caller: Caller, choices: Frozen) -> None:
    """Refuse whom the policy does not name, and whoever closed the month."""
    assert isinstance(choices, ReopeningPeriod)
    finance = document_on(session, "finance", Finance, caller.day)
    held = caller.person.held_on(caller.day, *Role)
    asked = "to open a closed month again"
    if finance is not None and not any(each.is_held(held) for each in finance.reopening):
        could = ", ".join(map(str, finance.reopening))
        raise AuthorityTooLow(asked, "the finance policy names others", f"It is for: {could}.")
    closed_by = last_closed_by(session, choices.financial_year, choices.period)
    if closed_by == caller.person.id:
        raise Barred(asked, "you closed it yourself", "Another person opens it again.")


def check_signing(session: Session, caller: Caller, choices: Frozen) -> None:
    """Refuse whom the policy did not name, and whoever closed the year (promise 6)."""
    assert isinstance(choices, SigningYearEnd)
    asked = "to sign a year off"
    ended = year_ended(session, choices.financial_year)
    finance = document_on(session, "finance", Finance, caller.day)
    named = {signatory(each) for each in finance.year_end_sign_offs} if finance else set()
    wanted = set(ended.must_sign) if ended else named
    if not wanted & capacities(caller.person.held_on(caller.day, *Role)):
        raise AuthorityTooLow(
            asked, "the finance policy names others", f"It is for: {', '.join(sorted(wanted))}."
        )
    if ended is not None and ended.closed_by == caller.person.id:
        raise Barred(asked, "you closed it yourself", "Somebody else signs it.")


CHECKS: Mapping[ActKind, Callable[[Session, Caller, Frozen], None]] = {
    ActKind.REOPEN_PERIOD: check_reopening,
    ActKind.SIGN_YEAR_END: check_signing,
}
"""By the kind of act."""
