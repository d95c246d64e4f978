"""Awards to change: signed and paid like any other, then changed, and added up from nothing."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from activities.clock import LONDON
from activities.store import ledger
from activities.store.session import transaction
from domain.acts import ActOutcome
from domain.ledger.journal import Context, Hold, Line, Pay
from domain.periods import academic_year, financial_year, period
from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.finance_world import FinanceWorld
from tests.activities.small_county import request

BEGINS, ENDS = date(2026, 11, 2), date(2027, 9, 1)
"""The days of the usual request."""


class ChangedAwards:
    """A county in which awards are signed, paid by hand, and changed by officers."""

    def __init__(self, hand: ByHand) -> None:
        self.hand = hand
        self.world = hand.world
        self.money = FinanceWorld(hand.world)

    def awarded(self, officer: str = "officer.1", **asked: Any) -> UUID:
        """An individual request is recommended and signed; its award."""
        return self.signed(self.hand.recommended(request(**asked)), officer)

    def signed(self, request_id: UUID, officer: str = "officer.1") -> UUID:
        """A recommended request is signed; its award."""
        self.world.authorises(officer, request_id)
        self.hand.goes_on()
        found: UUID = self.world.one("SELECT id FROM award WHERE request_id = :id", id=request_id)
        return found

    def spends(self, pot: str, but_pence: int = 0) -> None:
        """Whatever is left in a pot is held for something else, in both years."""
        with transaction(self.world.engine) as session:
            for each in ledger.balances(session, pot=pot):
                line = Line(
                    pot=pot,
                    financial_year=each.financial_year,
                    pence=each.available_pence - but_pence,
                )
                said = self._today(None)
                answer = ledger.hold(session, Hold(id=uuid4(), lines=(line,), context=said))
                assert answer.is_done, answer

    def comes(self, day: date) -> None:
        """It becomes noon of a day."""
        at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        self.world.clock.move_on(at - self.world.clock.now())

    def pays_until(self, award_id: UUID, day: date) -> int:
        """Everything due until a day is paid; how much that was, pence."""
        due = self.world.rows(
            "SELECT i.*, l.pot FROM instalment AS i JOIN ledger_commitment_instalment AS l"
            " USING (commit_id, number) WHERE i.award_id = :id AND i.due_on <= :day"
            " AND ledger_ended_by(i.commit_id, i.number) IS NULL ORDER BY i.due_on, i.number",
            id=award_id,
            day=day,
        )
        return sum(self.pays(each) for each in due)

    def pays(self, row: Any) -> int:
        """An instalment is paid today; its pence."""
        command = Pay(
            id=uuid4(),
            commitment_id=row.commit_id,
            instalment_number=row.number,
            line=Line(pot=row.pot, financial_year=row.financial_year, pence=row.pence),
            context=self._today(row.award_id),
        )
        with transaction(self.world.engine) as session:
            answer = ledger.pay(session, command)
        assert answer.is_done, answer
        return int(row.pence)

    def _today(self, award_id: UUID | None) -> Context:
        """What an entry that is made by hand today says."""
        today = self.world.clock.now().astimezone(LONDON).date()
        return Context(
            recorded_at=self.world.clock.now(),
            effective_on=today,
            financial_year=financial_year(today),
            period=period(today),
            academic_year=academic_year(today),
            award_id=award_id,
        )

    def changes(
        self, award_id: UUID, kind: str, officer: str = "officer.1", **said: Any
    ) -> ActOutcome:
        """An officer changes an award, and it is carried out; what became of it."""
        change = {"kind": kind, **said}
        return self.money.does(officer, ActKind.CHANGE_AWARD, award_id=award_id, change=change)

    def changed(self, award_id: UUID, kind: str, officer: str = "officer.1", **said: Any) -> Any:
        """An officer changes an award, which is done; the row that it left."""
        outcome = self.changes(award_id, kind, officer, **said)
        assert outcome.done, self.money.refusal(outcome)
        (row,) = self.world.rows(
            "SELECT * FROM award_change WHERE award_id = :award AND act_id = :act",
            award=award_id,
            act=outcome.act_id,
        )
        return row

    def paid(self, award_id: UUID) -> int:
        """What stands paid on an award by the ledger's own entries, less what was taken back."""
        found = self.world.one(
            "SELECT coalesce(sum(p.pence), 0)::bigint FROM ledger_entry AS e"
            " JOIN ledger_posting AS p ON p.entry_id = e.id"
            " JOIN ledger_account AS a ON a.id = p.account_id AND a.stage = 'paid'"
            " WHERE e.award_id = :id AND e.verb IN ('pay', 'recoup')",
            id=award_id,
        )
        return int(found)

    def due(self, award_id: UUID) -> int:
        """What of an award is promised and neither paid nor cancelled, by the ledger."""
        found = self.world.one(
            "SELECT coalesce(sum(l.pence), 0)::bigint FROM instalment AS i"
            " JOIN ledger_commitment_instalment AS l USING (commit_id, number)"
            " WHERE i.award_id = :id AND ledger_ended_by(i.commit_id, i.number) IS NULL",
            id=award_id,
        )
        return int(found)

    def committed(self) -> int:
        """What is committed in all pots and years."""
        return sum(sent for _, _, sent in self.world.balances().values())

    def is_sound(self) -> bool:
        """Whether the whole ledger adds up anew (promise 11)."""
        with transaction(self.world.engine) as session:
            return not ledger.verify(session)
