"""Opening awards: which are here already, and what keeps one from being imported."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from sqlmodel import Session, col, select

from activities.store.days import on_day
from activities.store.policies import document_on
from activities.store.tables import AwardRow, SchoolInTrustRow, SchoolRow
from domain.award import Instalment
from domain.budgeting import AwardFile, OpeningAward
from domain.cells import CellFault, FileFaults
from domain.frozen import Frozen
from domain.opening import OpeningPlan, faults_of_opening, opening_plan
from domain.places import PayeeKind
from domain.policy.model import Calendar, Payments
from domain.refusals import NoPolicyInForce
from domain.request import RequestKind

_IMPORTED = "Leave it out: what was imported is changed like any other award."
_PAYEE = "Write {code} as {kind}, or the code of a provider of the register as provider."
_LIVE = "Correct the row, or leave it out and out of the totals."


class _Payee(NamedTuple):
    """Who is paid, and how."""

    code: str
    kind: PayeeKind


class Planned(Frozen):
    """An opening award with its instalments."""

    award: OpeningAward
    plan: OpeningPlan

    @property
    def instalments(self) -> tuple[Instalment, ...]:
        """What was paid already, then what is due."""
        return self.plan.instalments


def planned(session: Session, file: AwardFile, day: date) -> tuple[Planned, ...] | FileFaults:
    """Date every award of a file by the payments policy of the day, or list what is in the way.

    An award of the old system is paid as one for a single pupil is: the old system's requests had
    no kinds.
    """
    faults = tuple(_faults(session, file.rows, day))
    if faults:
        return FileFaults(faults=faults)
    payments = document_on(session, "payments", Payments, day)
    calendar = document_on(session, "calendar", Calendar, day)
    if payments is None or calendar is None:
        raise NoPolicyInForce("to pay awards", "no payments policy or calendar is in force today")
    dated: list[Planned] = []
    undated: list[CellFault] = []
    for award in file.rows:
        rule = payments.rule_for(RequestKind.INDIVIDUAL, award.payee_kind)
        try:
            plan = opening_plan(award, day, rule, calendar)
        except NoPolicyInForce as no:
            undated.append(_fault(award, "last_day", no.in_the_way, no.help))
        else:
            dated.append(Planned(award=award, plan=plan))
    return FileFaults(faults=tuple(undated)) if undated else tuple(dated)


def _faults(session: Session, awards: tuple[OpeningAward, ...], day: date) -> Iterator[CellFault]:
    """Find awards that are here already, would pay somebody unknown, or are not live."""
    here = _imported(session, (award.reference for award in awards))
    payees = _payees(session, day)
    for award in awards:
        yield from _faults_of_payee(award, payees)
        if award.reference in here:
            yield _fault(award, "reference", "this award was imported before", _IMPORTED)
        for says in faults_of_opening(award, day):
            yield _fault(award, "", says, _LIVE)


def _faults_of_payee(award: OpeningAward, payees: Mapping[str, _Payee]) -> Iterator[CellFault]:
    """Nobody is paid but the school or its trust, as the register has it today, or a provider.

    A provider is named by its code: the register of schools has it as one that is paid as such.
    """
    own = payees[award.school]
    asked = _Payee(award.payee, award.payee_kind)
    if asked == own or (asked.kind is PayeeKind.PROVIDER and payees.get(asked.code) == asked):
        return
    column = "payee_kind" if asked.code == own.code else "payee"
    says = f"is not who is paid for {award.school}, nor a provider of the register"
    yield _fault(award, column, says, _PAYEE.format(code=own.code, kind=own.kind))


def _payees(session: Session, day: date) -> dict[str, _Payee]:
    """Who is paid for each school on a day: itself, or its trust where a trust is paid."""
    trusts = session.exec(
        select(SchoolInTrustRow.school_code, SchoolInTrustRow.trust_code).where(
            on_day(SchoolInTrustRow, day)
        )
    )
    trust = dict(trusts.all())
    schools = session.exec(select(SchoolRow.code, SchoolRow.payee_kind)).all()
    return {
        code: _Payee(
            trust.get(code, code) if kind == PayeeKind.ACADEMY_TRUST else code, PayeeKind(kind)
        )
        for code, kind in schools
    }


def _imported(session: Session, references: Iterable[str]) -> frozenset[str]:
    found = session.exec(
        select(AwardRow.opening_reference).where(
            col(AwardRow.opening_reference).in_(list(references))
        )
    )
    return frozenset(str(each) for each in found)


def _fault(award: OpeningAward, column: str, says: str, would_help: str) -> CellFault:
    return CellFault(row=award.row, column=column, says=says, would_help=would_help)
