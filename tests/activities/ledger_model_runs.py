"""The rules of runs, in memory: many payments, or the undoing of many, all or none."""

from collections import Counter
from typing import Any
from uuid import UUID

from domain.ledger.accounts import MoneyStage
from domain.ledger.journal import Pay, Reverse
from domain.ledger.year import PayRun, Reversal, ReverseRun
from tests.activities.ledger_model import Made, Model, Rule, not_to_pay, paid_on, pay, undo_payment


class ModelWithRuns(Model):
    """The whole model; what a run did are entries of their own, as each would be by itself."""

    def rule(self, kind: type) -> Rule:
        """What a command of this kind comes to."""
        return _RUNS.get(kind) or super().rule(kind)


def _pay_run(model: Model, command: PayRun) -> str:
    """Pay each, unless one of them cannot be paid."""
    if any(not_to_pay(model, one) for one in command.payments):
        return "payments_refused"
    for one in command.payments:
        paid = Pay(
            id=one.id,
            commitment_id=one.commitment_id,
            instalment_number=one.instalment_number,
            attempt=one.attempt,
            line=one.line,
            context=command.context,
        )
        result = pay(model, paid)
        if result != "created":
            return result
    return model.note(command, is_run=True)


def _reverse_run(model: Model, command: ReverseRun) -> str:
    """Undo each, unless one of them cannot be undone, or not with the others."""
    if any(_not_to_undo(model, one) for one in command.reversals):
        return "reversals_refused"
    undone = [(one, model.made[one.reverses_id]) for one in command.reversals]
    if any(_exceeds_paid(model, each, undone) for each in {_of(one) for _, one in undone}):
        return "reversals_refused"
    for one, mistake in undone:
        single = Reverse(id=one.id, reverses_id=one.reverses_id, context=command.context)
        result = undo_payment(model, single, mistake)
        if result != "created":
            return result
        model.ended.add(one.reverses_id)
    return model.note(command, is_run=True)


def _of(payment: Made) -> UUID:
    """The commitment that a payment is of."""
    commitment: UUID = payment.command.commitment_id
    return commitment


def _not_to_undo(model: Model, one: Reversal) -> bool:
    """Whether this is no payment, or one that is undone already."""
    mistake = model.made.get(one.reverses_id)
    is_payment = mistake is not None and isinstance(mistake.command, Pay)
    return not is_payment or one.reverses_id in model.ended


def _exceeds_paid(model: Model, commitment: UUID, undone: list[tuple[Reversal, Made]]) -> bool:
    """Whether less stands paid on a commitment than what is undone of it comes to."""
    paid, later = paid_on(model, commitment)
    asked: Counter[Any] = Counter()
    for _, one in undone:
        if _of(one) == commitment:
            for posting in one.postings:
                if posting.account.stage is MoneyStage.PAID:
                    asked[posting.account.pot, posting.account.financial_year] += posting.pence
    of_pot: Counter[str] = Counter()
    for (pot, _), pence in asked.items():
        of_pot[pot] += pence
    stands = {pot: sum(p for (each, _), p in paid.items() if each == pot) for pot in of_pot}
    return any(pence > paid[place] for place, pence in asked.items()) or any(
        pence > stands[pot] - later[pot] for pot, pence in of_pot.items()
    )


_RUNS: dict[type, Rule] = {PayRun: _pay_run, ReverseRun: _reverse_run}
