"""The ledger's rules in memory: what each verb must answer, by TigerBeetle's names, and move.

It shares no code with the database, and only the postings of plain movements with the domain. What
does many things in one call is in `ledger_model_runs`.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from domain.ledger import entries
from domain.ledger.accounts import HIGH_NEEDS_BLOCK, Account, MoneyStage, floor_pence
from domain.ledger.journal import (
    Allocate,
    Commit,
    Hold,
    Instalment,
    Line,
    Pay,
    Posting,
    Release,
    Reverse,
)
from domain.ledger.year import (
    AuthoriseOverspend,
    Cancel,
    CarryForward,
    CloseAccounts,
    ClosePeriod,
    PayLine,
    Recoup,
    ReopenPeriod,
    Vire,
)

PotInYear = tuple[str, int]
_PROMISED = (MoneyStage.HELD, MoneyStage.COMMITTED)
_UNDONE = (Allocate, Commit, Pay, Vire, Recoup, Cancel, AuthoriseOverspend)


@dataclass(frozen=True)
class Made:
    """An entry that stands in the model."""

    command: Any
    postings: entries.Postings
    is_run: bool = False
    """Whether it is no entry itself: each thing that it did is one."""


@dataclass
class Model:
    """Balances, entries, and what is closed or carried."""

    opened: frozenset[PotInYear]
    totals: Counter[Account] = field(default_factory=Counter)
    made: dict[UUID, Made] = field(default_factory=dict)
    refused: set[UUID] = field(default_factory=set)
    ended: set[UUID] = field(default_factory=set)
    """Holds that were released or committed, and entries that were undone."""
    attempts: set[tuple[UUID, int, int]] = field(default_factory=set)
    carried: set[PotInYear] = field(default_factory=set)
    closed: set[PotInYear] = field(default_factory=set)
    is_period_closed: bool = False

    def answer(self, command: Any) -> str:
        """Say what the ledger must answer, and do it."""
        if command.id in self.refused:
            return "id_already_failed"
        if command.id in self.made:
            return "exists"
        if self.is_period_closed and not isinstance(command, ClosePeriod | ReopenPeriod):
            result = "period_closed"
        else:
            result = self.rule(type(command))(self, command)
        if result != "created":
            self.refused.add(command.id)
        return result

    def rule(self, kind: type) -> "Rule":
        """What a command of this kind comes to."""
        return _RULES[kind]

    def stages(self, pot: str, year: int) -> tuple[int, ...]:
        """What stands in a pot's year, stage by stage."""
        return tuple(
            self.totals[Account(pot=pot, financial_year=year, stage=stage)] for stage in MoneyStage
        )

    def left_of(self, commitment: UUID) -> dict[int, Instalment]:
        """The instalments that may still fall due."""
        gone = {
            number
            for id_, one in self.made.items()
            if id_ not in self.ended
            for number in _ended_by(one.command, commitment)
        }
        due = self.made[commitment].command.instalments
        return {one.number: one for one in due if one.number not in gone}

    def post(self, command: Any, own: entries.Postings, followed: entries.Postings = ()) -> str:
        """Post, unless an account is closed or would fall below its floor."""
        moved = tuple(self._where_it_stands(one) for one in followed)
        postings = entries.summed((*own, *moved))
        for one in postings:
            place = (one.account.pot, one.account.financial_year)
            is_carried = place in self.carried and one.account.stage in _PROMISED
            if place in self.closed or is_carried:
                return "account_closed"
        if any(self._falls_below(one) for one in postings):
            return "exceeds_available"
        for one in postings:
            self.totals[one.account] += one.pence
        return self.note(command, postings)

    def note(self, command: Any, postings: entries.Postings = (), *, is_run: bool = False) -> str:
        """Keep an entry, or a run."""
        self.made[command.id] = Made(command, postings, is_run)
        return "created"

    def year_of(self, pot: str, year: int) -> int:
        """The year in which what was promised of a pot stands now."""
        while (pot, year) in self.carried or (pot, year) in self.closed:
            year += 1
        return year

    def _where_it_stands(self, one: Posting) -> Posting:
        """Follow what a year's end has carried or closed."""
        account = one.account
        year = self.year_of(account.pot, account.financial_year)
        return Posting(account=account.model_copy(update={"financial_year": year}), pence=one.pence)

    def _falls_below(self, one: Posting) -> bool:
        """Whether an account with a floor would fall below it."""
        is_open = (one.account.pot, one.account.financial_year) in self.opened
        floor = floor_pence(one.account, is_open=is_open)
        after = self.totals[one.account] + one.pence
        return floor is not None and one.pence < 0 and after < floor


def _ended_by(command: Any, commitment: UUID) -> tuple[int, ...]:
    """Which instalments of a commitment an entry has ended."""
    if getattr(command, "commitment_id", None) != commitment:
        return ()
    if isinstance(command, Cancel):
        return command.instalment_numbers
    return (command.instalment_number,) if isinstance(command, Pay) else ()


def _line(one: Instalment) -> Line:
    """An instalment as an amount of its pot and year."""
    return Line(pot=one.pot, financial_year=one.financial_year, pence=one.pence)


def _hold(model: Model, command: Hold) -> str:
    return model.post(command, entries.hold(command.lines))


def _resolve(model: Model, command: Release | Commit) -> str:
    """End a hold, once."""
    held = model.made.get(command.hold_id)
    if held is None or not isinstance(held.command, Hold):
        return "not_found"
    if command.hold_id in model.ended:
        return "already_resolved"
    promised = entries.commitment((), command.lines) if isinstance(command, Commit) else ()
    result = model.post(command, promised, entries.release(held.command.lines))
    if result == "created":
        model.ended.add(command.hold_id)
    return result


def not_to_pay(model: Model, one: Pay | PayLine) -> str | None:
    """Why an instalment is not paid, or nothing."""
    promise = model.made.get(one.commitment_id)
    if promise is None or not isinstance(promise.command, Commit):
        return "not_found"
    due = {each.number: each for each in promise.command.instalments}
    if isinstance(one, Pay) and one.commitment_id in model.ended:
        return "already_resolved"
    if one.instalment_number not in due:
        return "not_found"
    if one.line != _line(due[one.instalment_number]):
        return "differs_from_instalment"
    attempt = (one.commitment_id, one.instalment_number, one.attempt)
    is_left = one.instalment_number in model.left_of(one.commitment_id)
    if one.commitment_id in model.ended or not is_left or attempt in model.attempts:
        return "already_resolved"
    return None


def pay(model: Model, command: Pay) -> str:
    """Pay an instalment of a promise."""
    obstacle = not_to_pay(model, command)
    if obstacle is not None:
        return obstacle
    result = model.post(command, (), entries.payment(command.line))
    if result == "created":
        model.attempts.add((command.commitment_id, command.instalment_number, command.attempt))
    return result


def _cancel(model: Model, command: Cancel) -> str:
    promise = model.made.get(command.commitment_id)
    if promise is None or not isinstance(promise.command, Commit):
        return "not_found"
    if command.commitment_id in model.ended:
        return "already_resolved"
    due = {one.number: one for one in promise.command.instalments}
    if not set(command.instalment_numbers) <= due.keys():
        return "not_found"
    left = model.left_of(command.commitment_id)
    if not set(command.instalment_numbers) <= left.keys():
        return "already_resolved"
    gone = (_line(left[number]) for number in command.instalment_numbers)
    return model.post(command, (), entries.cancellation(gone))


def paid_on(model: Model, commitment: UUID) -> tuple[Counter[PotInYear], Counter[str]]:
    """What stands paid by pot and year, and what of each pot came back in a later year."""
    paid: Counter[PotInYear] = Counter()
    later: Counter[str] = Counter()
    for id_, one in model.made.items():
        if getattr(one.command, "commitment_id", None) != commitment or id_ in model.ended:
            continue
        for posting in one.postings:
            account = posting.account
            if account.stage is MoneyStage.PAID:
                paid[account.pot, account.financial_year] += posting.pence
            elif account.pot == "recouped":
                later[one.command.lines[0].pot] -= posting.pence
    return paid, later


def _recoup(model: Model, command: Recoup) -> str:
    if command.commitment_id is None:
        return model.post(command, entries.recoupment(command.lines))
    promise = model.made.get(command.commitment_id)
    if promise is None or not isinstance(promise.command, Commit):
        return "not_found"
    (line,) = command.lines
    paid, later = paid_on(model, command.commitment_id)
    of_pot = {year: pence for (pot, year), pence in paid.items() if pot == line.pot}
    left = sum(of_pot.values()) - later[line.pot]
    before = sum(pence for year, pence in of_pot.items() if year < line.financial_year)
    if line.pence <= min(of_pot.get(line.financial_year, 0), left):
        return model.post(command, entries.taken_back(command.lines))
    if line.pence <= min(before, left):
        return model.post(command, entries.recoupment(command.lines))
    return "exceeds_paid"


def _carry(model: Model, command: CarryForward) -> str:
    promised = {
        (line.pot, line.financial_year) for line in command.lines if line.stage in _PROMISED
    }
    asked = {(line.pot, line.financial_year, line.stage): line.pence for line in command.lines}
    for pot, year in promised - model.carried:
        for stage in _PROMISED:
            stands = model.totals[Account(pot=pot, financial_year=year, stage=stage)]
            if stands != asked.get((pot, year, stage), 0):
                return "differs_from_balance"
    result = model.post(command, entries.carrying(command.lines))
    if result == "created":
        model.carried |= promised
    return result


def _close_pots(model: Model, command: CloseAccounts) -> str:
    places = {(one.pot, one.financial_year) for one in command.accounts}
    if places & model.closed:
        return "already_closed"
    if any(any(model.stages(pot, year)[:3]) for pot, year in places):
        return "not_empty"
    model.closed |= places
    return model.note(command)


def _turn_period(model: Model, command: ClosePeriod | ReopenPeriod) -> str:
    is_closing = isinstance(command, ClosePeriod)
    if is_closing == model.is_period_closed:
        return "already_closed" if is_closing else "already_open"
    model.is_period_closed = is_closing
    return model.note(command)


def _reverse(model: Model, command: Reverse) -> str:
    mistake = model.made.get(command.reverses_id)
    if mistake is None or mistake.is_run:
        return "not_found"
    if not isinstance(mistake.command, _UNDONE):
        return "not_reversible"
    if command.reverses_id in model.ended:
        return "already_resolved"
    result = _undo(model, command, mistake)
    if result == "created":
        model.ended.add(command.reverses_id)
    return result


def _undo(model: Model, command: Reverse, mistake: Made) -> str:
    """Undo what may be undone, each in its own way."""
    said = mistake.command
    opposite = tuple(Posting(account=one.account, pence=-one.pence) for one in mistake.postings)
    if isinstance(said, Commit):
        return _undo_commitment(model, command, said)
    if isinstance(said, Cancel):
        is_undone = said.commitment_id in model.ended
        return "already_resolved" if is_undone else model.post(command, (), opposite)
    if isinstance(said, Pay):
        return undo_payment(model, command, mistake)
    return model.post(command, opposite)


def _undo_commitment(model: Model, command: Reverse, promise: Commit) -> str:
    paid = any(
        isinstance(one.command, Pay)
        and one.command.commitment_id == promise.id
        and id_ not in model.ended
        for id_, one in model.made.items()
    )
    left = model.left_of(promise.id)
    if paid:
        return "has_payments"
    if not left:
        return "already_resolved"
    return model.post(command, (), entries.cancellation(map(_line, left.values())))


def undo_payment(model: Model, command: Reverse, mistake: Made) -> str:
    """Due again where its promise stands now; a closed year keeps its figure."""
    (out,) = (one for one in mistake.postings if one.account.stage is MoneyStage.PAID)
    pot, year, pence = out.account.pot, out.account.financial_year, out.pence
    paid, later = paid_on(model, mistake.command.commitment_id)
    of_pot = sum(amount for (of, _), amount in paid.items() if of == pot)
    if paid[pot, year] < pence or of_pot - pence < later[pot]:
        return "exceeds_paid"
    now_in = model.year_of(pot, year)
    legs = [(pot, year, MoneyStage.PAID, -pence), (pot, now_in, MoneyStage.COMMITTED, pence)]
    if now_in > year:
        legs += [
            ("closing", year, MoneyStage.AVAILABLE, pence),
            ("opening", now_in, MoneyStage.AVAILABLE, -pence),
        ]
        if (pot, year) in model.closed:
            legs = [leg for leg in legs if leg[1] == now_in]
    return model.post(
        command,
        tuple(
            Posting(account=Account(pot=of, financial_year=in_, stage=stage), pence=moved)
            for of, in_, stage, moved in legs
        ),
    )


Rule = Callable[[Model, Any], str]
_RULES: dict[type, Rule] = {
    Allocate: lambda model, one: model.post(one, entries.allocation(one.lines, HIGH_NEEDS_BLOCK)),
    Vire: lambda model, one: model.post(one, entries.virement(one.lines, one.from_pot)),
    AuthoriseOverspend: lambda model, one: model.post(one, entries.overspend(one.lines)),
    Hold: _hold,
    Release: _resolve,
    Commit: _resolve,
    Pay: pay,
    Cancel: _cancel,
    Recoup: _recoup,
    CarryForward: _carry,
    CloseAccounts: _close_pots,
    ClosePeriod: _turn_period,
    ReopenPeriod: _turn_period,
    Reverse: _reverse,
}
