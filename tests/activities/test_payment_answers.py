"""What the bank says to a run: paid, rejected and due again, or listed for a person."""

from datetime import timedelta
from uuid import uuid4

import pytest

from activities.store import ledger
from activities.store.session import transaction
from domain.payment_run import RunStage
from domain.stages import ActKind
from tests.activities.behind import refused_by, run_sql, slip_in
from tests.activities.payment_world import NOVEMBER, PaymentWorld
from tests.activities.world import World

HUNDRED = "100.00"


@pytest.fixture
def paying(world: World) -> PaymentWorld:
    """Three payees whose awards fall due in November, which has come."""
    world.clock.move_on(timedelta(days=40))
    made = PaymentWorld(world)
    for school in ("ashdown", "fern", "juniper"):
        made.award(school)
    return made


def test_a_run_is_closed_when_every_payment_is_paid(paying: PaymentWorld) -> None:
    """Two files may say it: what waits is closed by the second, and the run with it."""
    run_id = paying.sent()
    ref = references(paying, run_id)
    told = paying.answers(run_id, (ref["ashdown"], HUNDRED, "paid"))
    assert (told.stage, told.unanswered) == (RunStage.SENT, 2)
    told = paying.answers(
        run_id, (ref["weirs"], HUNDRED, "Paid"), (ref["juniper"], HUNDRED, "paid")
    )
    assert (told.stage, told.unanswered) == (RunStage.CLOSED, 0)
    assert {row.state for row in paying.remittances(run_id).values()} == {"paid"}
    assert paying.paid_pence() == 300_00


@pytest.mark.promise(4)
@pytest.mark.promise(11)
def test_a_rejected_payment_is_undone_and_due_again(paying: PaymentWorld) -> None:
    """Promises 4 and 11: reversed by an entry of its own, and paid once as a new attempt."""
    run_id = paying.sent()
    ref = references(paying, run_id)
    answered = [(ref[each], HUNDRED, "paid") for each in ("ashdown", "juniper")]
    told = paying.answers(run_id, *answered, (ref["weirs"], HUNDRED, "rejected"))
    assert (told.stage, paying.paid_pence()) == (RunStage.CLOSED, 200_00)
    again = paying.prepared()
    assert set(paying.remittances(again)) == {"weirs"}
    (line,) = paying.world.rows("SELECT * FROM run_line WHERE run_id = :id", id=again)
    assert (line.attempt, line.instalment_number) == (2, 1)
    paying.approves(again)
    assert paying.paid_pence() == 300_00
    attempts = [(row.attempt, row.undone) for row in paying.payments() if row.attempt > 1]
    assert (len(paying.payments()), attempts) == (4, [(2, False)])
    with transaction(paying.world.engine) as session:
        assert ledger.verify(session) == []


def test_what_is_not_sure_is_listed_and_never_posted(paying: PaymentWorld) -> None:
    """Altered, repeated, unknown, never sent, left out: each is listed, and moves nothing."""
    run_id = paying.sent()
    ref = references(paying, run_id)
    before = paying.paid_pence(), len(paying.world.rows("SELECT id FROM ledger_entry"))
    told = paying.answers(
        run_id,
        (ref["ashdown"], "100.01", "rejected"),
        (ref["weirs"], HUNDRED, "rejected"),
        (ref["weirs"], HUNDRED, "rejected"),
        ("PR-2026-08-1/9999", HUNDRED, "rejected"),
    )
    assert (told.stage, told.unanswered) == (RunStage.SENT, 3)
    assert listed(paying) == [
        (2, ref["ashdown"], "altered_amount"),
        (3, ref["weirs"], "repeated"),
        (4, ref["weirs"], "repeated"),
        (5, "PR-2026-08-1/9999", "not_sent"),
        (None, ref["juniper"], "no_answer"),
    ]
    entries = len(paying.world.rows("SELECT id FROM ledger_entry"))
    assert (paying.paid_pence(), entries) == before


def test_an_unknown_status_leaves_a_payment_open(paying: PaymentWorld) -> None:
    """Neither paid nor rejected: a person settles it later."""
    run_id = paying.sent()
    ref = references(paying, run_id)
    paying.answers(run_id, (ref["ashdown"], HUNDRED, "pending"))
    assert listed(paying)[0] == (2, ref["ashdown"], "status_unknown")
    assert paying.remittances(run_id)["ashdown"].state == "sent"


def test_what_was_answered_before_is_listed(paying: PaymentWorld) -> None:
    """A payment that is closed is not opened by a further answer, whatever it says."""
    run_id = paying.sent()
    ref = references(paying, run_id)
    paying.answers(run_id, (ref["ashdown"], HUNDRED, "paid"))
    paying.answers(run_id, (ref["ashdown"], HUNDRED, "rejected"))
    assert (2, ref["ashdown"], "settled_before") in listed(paying)
    assert paying.remittances(run_id)["ashdown"].state == "paid"
    with refused_by("a_payment_is_answered_once"):
        run_sql(paying.world, "UPDATE remittance SET state = 'rejected' WHERE state = 'paid'")


@pytest.mark.promise(4)
def test_an_answer_is_read_once(paying: PaymentWorld) -> None:
    """Promise 4: the act again tells the same; the file again, in another act, is refused."""
    run_id = paying.sent()
    ref = references(paying, run_id)
    file_id = paying.hands_in([(ref["weirs"], HUNDRED, "rejected")])
    act = paying.world.does("finance.1", ActKind.READ_ANSWER, run_id, file_id=file_id)
    told = paying.carries_out(run_id, act)
    before = paying.world.tables()
    assert paying.carries_out(run_id, act) == told
    assert paying.world.tables() == before
    again = paying.world.does("finance.1", ActKind.READ_ANSWER, run_id, file_id=file_id)
    paying.carries_out(run_id, again)
    assert paying.world.outcome(again) == ("refused", "not_at_this_stage")


def test_a_faulty_answer_is_refused_with_every_fault(paying: PaymentWorld) -> None:
    """Nothing of it is read: each fault is told by row and column."""
    run_id = paying.sent()
    file_id = paying.hands_in([("PR 1", HUNDRED, "paid"), ("PR-1", "£5", "paid")])
    act = paying.world.does("finance.1", ActKind.READ_ANSWER, run_id, file_id=file_id)
    paying.carries_out(run_id, act)
    assert paying.world.outcome(act) == ("refused", "not_valid")
    told = paying.world.one("SELECT refusal ->> 'in_the_way' FROM act WHERE id = :id", id=act.id)
    assert "row 2, reference" in told
    assert "row 3, amount" in told


def test_a_difference_is_settled_by_a_person(paying: PaymentWorld) -> None:
    """What an answer left open is closed with a reason; rejected, it is undone and due again."""
    run_id = paying.sent()
    found = paying.remittances(run_id)
    said = {"line_id": found["ashdown"].id, "settled_as": "paid"}
    assert paying.does("finance.1", ActKind.SETTLE_DIFFERENCE, run_id, **said).unanswered == 2
    said = {"line_id": found["weirs"].id, "settled_as": "rejected"}
    assert paying.does("finance.3", ActKind.SETTLE_DIFFERENCE, run_id, **said).unanswered == 1
    assert paying.paid_pence() == 200_00
    act = paying.world.does("finance.3", ActKind.SETTLE_DIFFERENCE, run_id, **said)
    paying.carries_out(run_id, act)
    assert paying.world.outcome(act) == ("refused", "not_at_this_stage")
    said = {"line_id": found["juniper"].id, "settled_as": "paid"}
    told = paying.does("finance.1", ActKind.SETTLE_DIFFERENCE, run_id, **said)
    assert told.stage is RunStage.CLOSED


def test_only_what_a_run_has_is_settled(paying: PaymentWorld) -> None:
    """A payment of no run, and a file that is no answer, are unknown."""
    run_id = paying.sent()
    said = {"line_id": str(uuid4()), "settled_as": "paid"}
    act = slip_in(paying.world, "finance.1", ActKind.SETTLE_DIFFERENCE, run_id, **said)
    paying.carries_out(run_id, act)
    assert paying.world.outcome(act) == ("refused", "unknown")
    act = slip_in(paying.world, "finance.1", ActKind.READ_ANSWER, run_id, file_id=str(uuid4()))
    paying.carries_out(run_id, act)
    assert paying.world.outcome(act) == ("refused", "unknown")


def test_a_netted_take_back_waits_again_when_its_payment_is_rejected(
    paying: PaymentWorld,
) -> None:
    """Nothing was paid, so nothing was netted: the next run nets it."""
    award_id = paying.award("brook", [(NOVEMBER, 100_00)])
    paying.takes_back(award_id, 30_00)
    run_id = paying.sent()
    ref = references(paying, run_id)
    paying.answers(run_id, (ref["weirs"], "170.00", "rejected"))
    again = paying.remittances(paying.prepared())["weirs"]
    assert (again.due_pence, again.netted_pence) == (200_00, 30_00)


def test_a_rejection_after_its_month_closed_goes_into_the_next(paying: PaymentWorld) -> None:
    """The undoing is late too: it says to which month it belongs."""
    run_id = paying.sent()
    paying.closes(2026, 8)
    paying.answers(run_id, (references(paying, run_id)["weirs"], HUNDRED, "rejected"))
    (undone,) = paying.world.rows("SELECT * FROM ledger_entry WHERE verb = 'reverse'")
    assert (undone.financial_year, undone.period, undone.belongs_to) == (2026, 9, "2026/08")
    assert undone.run_id == run_id


def references(paying: PaymentWorld, run_id: object) -> dict[str, str]:
    """The reference of each payee's payment."""
    rows = paying.world.rows("SELECT * FROM remittance WHERE run_id = :id", id=run_id)
    return {row.payee_code: row.reference for row in rows}


def listed(paying: PaymentWorld) -> list[tuple[int | None, str, str]]:
    """Every line that was listed, by row, those without an answer last."""
    rows = paying.world.rows("SELECT row, reference, finding FROM answer_line ORDER BY number")
    return [(row.row, row.reference, row.finding) for row in rows]
