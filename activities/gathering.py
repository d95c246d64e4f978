"""A payment run is prepared: what is due is coded, gathered by payee, and kept from other runs."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID, uuid5

from activities.clock import day_of
from activities.finance_desk import FinanceDesk
from activities.run_desk import happening
from activities.store import payments, run_policies
from activities.store.casework import Recorded
from activities.store.events import write_event
from activities.store.payments import Due, ForPayee, InRun, Payable, Run, ToTakeBack
from activities.store.run_policies import Coding
from domain.finance_acts import PreparingRun
from domain.ledger.journal import Verb, entry_id
from domain.payment_run import RunStage, check_period, run_reference
from domain.policy.finance import Finance
from domain.refusals import NoPolicyInForce, NotValid
from domain.remitting import DueLine, Netted, Remittance, TakeBack, remittances


def prepare(desk: FinanceDesk, run_id: UUID, act: Recorded) -> None:
    """Gather everything due by a day, net what is taken back, and keep it from other runs."""
    said = PreparingRun.model_validate(act.choices, strict=False)
    check_period(said, desk.day)
    payments.prepare_alone(desk.session)
    found = payments.due(desk.session, said.due_until_on)
    backs = payments.to_take_back(desk.session)
    if not found and not backs:
        raise NotValid(
            "to prepare a payment run",
            f"nothing is due by {said.due_until_on} that is not paid or in another run",
            "Choose a later day, or look at the runs in hand.",
        )
    _Gathering(desk, run_id, act, said).save(found, backs)


@dataclass(frozen=True)
class _Gathering:
    """One run being prepared: what is due is coded, gathered by payee, and written."""

    desk: FinanceDesk
    run_id: UUID
    act: Recorded
    said: PreparingRun

    def save(self, found: tuple[Due, ...], backs: tuple[ToTakeBack, ...]) -> None:
        """Code and gather, and write the run with its remittances and lines."""
        coding = Coding(self.desk.session, self._finance)
        due = {_pays(each): each for each in found}
        taken = {each.id: each for each in backs}
        gathered = remittances(
            self._reference,
            [_due_line(line_id, each, coding) for line_id, each in due.items()],
            [_take_back(each, coding) for each in backs],
            self._finance,
        )
        lines: list[InRun] = []
        for each in gathered:
            lines += self._lines(each, due, taken, len(lines))
        run = self._run(gathered, len(lines))
        payments.save_run(
            self.desk.session, run, [self._for_payee(each) for each in gathered], lines
        )
        write_event(self.desk.session, happening(self.desk, run, "payment_run_prepared", {}))

    @cached_property
    def _policy(self) -> tuple[UUID, Finance]:
        found = run_policies.finance_on(self.desk.session, self.desk.day)
        if found is None:
            raise NoPolicyInForce("to pay anybody", "no finance policy is in force today")
        return found

    @property
    def _finance(self) -> Finance:
        return self._policy[1]

    @cached_property
    def _number(self) -> int:
        said = self.said
        return payments.next_number(self.desk.session, said.financial_year, said.period)

    @property
    def _reference(self) -> str:
        return run_reference(self.said.financial_year, self.said.period, self._number)

    def _run(self, gathered: tuple[Remittance, ...], lines: int) -> Run:
        assert self.act.person_id is not None
        return Run(
            id=self.run_id,
            reference=self._reference,
            financial_year=self.said.financial_year,
            period=self.said.period,
            number=self._number,
            due_until_on=self.said.due_until_on,
            stage=RunStage.PREPARED,
            lines=lines,
            due_pence=sum(each.due_pence for each in gathered),
            netted_pence=sum(each.netted_pence for each in gathered),
            invoice_back_pence=sum(each.invoice_back_pence for each in gathered),
            total_pence=sum(each.pay_pence for each in gathered),
            policy_version_id=self._policy[0],
            prepared_by=self.act.person_id,
            prepared_at=self.desk.now,
        )

    def _for_payee(self, found: Remittance) -> ForPayee:
        return ForPayee(
            id=self._remittance_id(found),
            run_id=self.run_id,
            reference=found.reference,
            payee_code=found.payee,
            payee_kind=found.payee_kind,
            way=found.way,
            control_cost_centre=found.control_cost_centre,
            due_pence=found.due_pence,
            netted_pence=found.netted_pence,
            invoice_back_pence=found.invoice_back_pence,
            pay_pence=found.pay_pence,
        )

    def _remittance_id(self, found: Remittance) -> UUID:
        return uuid5(self.run_id, found.reference)

    def _lines(
        self,
        found: Remittance,
        due: dict[UUID, Due],
        taken: dict[UUID, ToTakeBack],
        before: int,
    ) -> list[InRun]:
        """Number what is in a remittance, on from what was numbered before it."""
        parts: list[tuple[DueLine | TakeBack, Payable, dict[str, Any]]] = [
            (line, due[line.id], _of_instalment(line, due[line.id])) for line in found.lines
        ]
        parts += [
            (each.take_back, taken[each.take_back.id], _of_take_back(each, taken))
            for each in found.taken
        ]
        return [
            self._in_run(found, number, *part)
            for number, part in enumerate(parts, start=before + 1)
        ]

    def _in_run(
        self,
        found: Remittance,
        number: int,
        line: DueLine | TakeBack,
        of: Payable,
        facts: dict[str, Any],
    ) -> InRun:
        return InRun(
            id=uuid5(self.run_id, str(number)),
            run_id=self.run_id,
            number=number,
            remittance_id=self._remittance_id(found),
            award_id=of.award_id,
            school_code=of.school,
            request_id=of.request_id,
            decision_id=of.decision_id,
            pot=of.pot,
            financial_year=of.financial_year,
            pence=of.pence,
            section_251_line=line.section_251_line,
            cost_centre=line.cost_centre,
            **facts,
        )


def _pays(due: Due) -> UUID:
    """Name the entry that pays an instalment: the same in every run, so it is paid once."""
    return entry_id(due.commit_id, Verb.PAY, due.number, due.attempt)


def _of_instalment(line: DueLine, due: Due) -> dict[str, Any]:
    return {
        "commit_id": due.commit_id,
        "instalment_number": due.number,
        "attempt": due.attempt,
        "entry_id": line.id,
        "due_on": due.due_on,
    }


def _of_take_back(netted: Netted, taken: dict[UUID, ToTakeBack]) -> dict[str, Any]:
    back = taken[netted.take_back.id]
    return {
        "take_back_id": back.id,
        "due_on": day_of(back.recorded_at),
        "netted_pence": netted.netted_pence,
    }


def _coded(of: Payable, coding: Coding) -> dict[str, Any]:
    line, cost_centre = coding.of(of.pot, of.payee_kind, of.request_kind, of.payments_pin)
    return {
        "payee": of.payee,
        "payee_kind": of.payee_kind,
        "pence": of.pence,
        "pot": of.pot,
        "financial_year": of.financial_year,
        "section_251_line": line,
        "cost_centre": cost_centre,
    }


def _due_line(line_id: UUID, due: Due, coding: Coding) -> DueLine:
    return DueLine(id=line_id, due_on=due.due_on, **_coded(due, coding))


def _take_back(back: ToTakeBack, coding: Coding) -> TakeBack:
    return TakeBack(id=back.id, **_coded(back, coding))
