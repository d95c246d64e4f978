"""What a signature sets in motion: the commitment in the ledger and an award for each school.

A signed amount above the hold takes the difference, or moves to a pot that covers the whole.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from activities import funding, sharing
from activities.desk import Desk
from activities.funding import Plan
from activities.store import deciding, ledger
from activities.store.deciding import Given, Placed, Signer
from domain.ledger.accounts import DEFICIT
from domain.ledger.journal import Commit, Instalment, Verb, entry_id
from domain.money import pounds
from domain.people import Interest
from domain.refusals import BudgetExceeded, NotValid
from domain.stages import ActKind, Ending


@dataclass(frozen=True)
class Signature:
    """What an officer signs, whichever of the ways it is signed in."""

    act_id: UUID
    kind: ActKind
    officer: Signer
    grade: str
    """The officer's grade that covers it."""
    annual_pence: int
    ending: Ending
    grounds: tuple[str, ...]
    alternatives: str
    reason: str | None
    dispensation: str | None
    between: tuple[date, date]
    overspend_authority: str | None
    interests: tuple[Interest, ...]
    tier: str | None = None
    """Another tier than the rules gave, where the officer names one."""
    band: str | None = None
    conditions: tuple[str, ...] = ()
    review_on: date | None = None
    """By when it is reviewed, where the officer or the panel named a day."""


@dataclass(frozen=True)
class Commitment:
    """Where the money is promised: the entry, and the pot that pays."""

    entry_id: UUID
    pot: str


def award(desk: Desk, placed: Placed, signature: Signature, decision_id: UUID) -> None:
    """Commit the money and write an award for each school that is paid."""
    by_school = sharing.by_school(placed, signature.annual_pence, desk.request.content)
    plan = _in_one_row(funding.plan_of(desk, by_school, signature.between))
    if not plan:
        raise NotValid(
            f"to authorise {pounds(signature.annual_pence)} a year",
            "it comes to less than a penny between the days it is given for",
            "Give a later last day, or another amount.",
        )
    commitment = _Committing(desk, placed, signature, decision_id, plan).commit()
    from_on, until_on = signature.between
    for school, planned in plan.items():
        given = Given(
            id=uuid5(decision_id, school),
            school=school,
            payee_code=deciding.payee_code(desk.session, school, desk.day),
            payee_kind=deciding.payee_kind(desk.session, school),
            from_on=from_on,
            until_on=until_on,
            annual_pence=by_school[school],
            pot=commitment.pot,
            commit_id=commitment.entry_id,
            outcomes=desk.request.content.outcomes,
            review_on=signature.review_on,
            instalments=planned,
        )
        deciding.save_award(desk.session, given, desk.request.id, decision_id)


def _in_one_row(plan: Plan) -> Plan:
    """Number the instalments of all schools in one row: they are one commitment."""
    numbered: Plan = {}
    last = 0
    for school, planned in plan.items():
        numbered[school] = tuple(
            each.model_copy(update={"number": last + each.number}) for each in planned
        )
        last += len(planned)
    return numbered


@dataclass(frozen=True)
class _Committing:
    """One signature's way to a commitment."""

    desk: Desk
    placed: Placed
    signature: Signature
    decision_id: UUID
    plan: Plan

    def commit(self) -> Commitment:
        """Commit from the pot that holds the money, else from the next that covers all of it.

        When none covers it the signing is refused and the request stays where it is: an
        overspend, or an officer higher up, is the way on.
        """
        hold_id, lines = self.placed.hold_id, self.placed.hold_lines
        if hold_id is not None and self.signature.overspend_authority is None:
            pot = lines[0].pot
            if self._asked_to_commit(hold_id, pot):
                return Commitment(self._entry_id(pot), pot)
        held = self._held_from_deficit() if self.signature.overspend_authority else self._climbed()
        funding.give_back(self.desk, self.placed, self.signature.act_id)
        done = self._asked_to_commit(*held)
        assert done, "a hold that was just made covers its commitment"
        return Commitment(self._entry_id(held[1]), held[1])

    def _held_from_deficit(self) -> tuple[UUID, str]:
        hold_id = entry_id(self.signature.act_id, Verb.HOLD, DEFICIT)
        said = funding.context(
            self.desk,
            self.signature.act_id,
            DEFICIT,
            authority=self.signature.overspend_authority,
            actor_id=self.signature.officer.person_id,
        )
        answer = funding.hold(self.desk, hold_id, funding.lines_in(DEFICIT, self.plan), said)
        if not answer.is_done:
            raise BudgetExceeded(
                "to draw on the recorded overspend",
                f"the ledger answers {answer.in_words}",
                "Ask finance to open the deficit for every year that the award is paid in.",
            )
        return hold_id, DEFICIT

    def _climbed(self) -> tuple[UUID, str]:
        held = funding.hold_in_first_pot(
            self.desk,
            self.signature.act_id,
            self.placed.fund,
            self.plan,
            self.desk.request.level,
        )
        if held.hold_id is None or held.pot is None:
            raise BudgetExceeded(
                f"to authorise {pounds(self.signature.annual_pence)} a year",
                f"none of {len(held.tried)} pots covers it",
            )
        return held.hold_id, held.pot

    def _entry_id(self, pot: str) -> UUID:
        return entry_id(self.signature.act_id, Verb.COMMIT, pot)

    def _asked_to_commit(self, hold_id: UUID, pot: str) -> bool:
        said = funding.context(
            self.desk,
            self.signature.act_id,
            pot,
            decision_id=self.decision_id,
            actor_id=self.signature.officer.person_id,
            authority=self.signature.overspend_authority,
        )
        command = Commit(
            id=self._entry_id(pot),
            hold_id=hold_id,
            instalments=_instalments(self.plan, pot),
            context=said,
        )
        return ledger.commit(self.desk.session, command).is_done


def _instalments(plan: Plan, pot: str) -> tuple[Instalment, ...]:
    return tuple(each.in_pot(pot) for planned in plan.values() for each in planned)
