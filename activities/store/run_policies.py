"""The policies that a payment run is prepared and written by, and how its lines are coded."""

from datetime import date
from uuid import UUID

from sqlmodel import Session

from activities.store.policies import pinned, version_id_on
from domain.places import PayeeKind
from domain.policy.finance import Finance
from domain.request import RequestKind

_FINANCE = "finance"


def finance_on(session: Session, day: date) -> tuple[UUID, Finance] | None:
    """Find the finance policy in force on a day, with the id of its version."""
    found = version_id_on(session, _FINANCE, day)
    return (found, finance_version(session, found)) if found else None


def finance_version(session: Session, version_id: UUID) -> Finance:
    """Read one version of the finance policy, as it was published (promise 9)."""
    document = pinned(session, {_FINANCE: str(version_id)}).versions[_FINANCE].document
    assert isinstance(document, Finance)
    return document


class Coding:
    """Which section 251 line and cost centre a payment has; each question is answered once.

    The line is that of the payments policy the request is pinned to; what has no request, such as
    an imported award, has the finance policy's.
    """

    def __init__(self, session: Session, finance: Finance) -> None:
        self._session = session
        self._finance = finance
        self._lines: dict[tuple[str, RequestKind, PayeeKind], str] = {}

    def of(
        self, pot: str, payee: PayeeKind, kind: RequestKind | None, payments_pin: str | None
    ) -> tuple[str, str]:
        """Give the section 251 line and the cost centre of what a pot pays to a kind of payee."""
        coded = self._finance.coding_for(pot, payee)
        if kind is None or payments_pin is None or kind is RequestKind.ADVICE:
            return coded.section_251_line, coded.cost_centre
        asked = (payments_pin, kind, payee)
        if asked not in self._lines:
            payments = pinned(self._session, {"payments": payments_pin}).payments
            self._lines[asked] = payments.rule_for(kind, payee).section_251_line
        return self._lines[asked], coded.cost_centre
