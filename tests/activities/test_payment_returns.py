"""Payments that come back: later, by another amount, after year end; each by an entry, once."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from activities.names import RunStanding
from activities.store import ledger
from activities.store.session import transaction
from domain.payment_run import RunStage
from domain.refusals import Barred, Unknown
from domain.stages import ActKind
from tests.activities.behind import refused_by, run_sql, slip_in
from tests.activities.finance_world import FinanceWorld
from tests.activities.payment_world import DECEMBER, NOVEMBER, PaymentWorld
from tests.activities.small_county import named
from tests.activities.world import World

MARCH = date(2027, 3, 15)


@pytest.fixture
def paying(world: World) -> PaymentWorld:
    """Two payees whose awards fall due in November, which has come."""
    world.clock.move_on(timedelta(days=40))
    made = PaymentWorld(world)
    for school in ("ashdown", "fern"):
        made.award(school)
    return made


def settles(
    paying: PaymentWorld, run_id: UUID, payee: str, who: str = "finance.3", **said: Any
) -> RunStanding:
    """Somebody settles a payee's payment."""
    choices = {"line_id": paying.remittances(run_id)[payee].id, **said}
    return paying.does(who, ActKind.SETTLE_DIFFERENCE, run_id, **choices)


def differences(paying: PaymentWorld) -> list[Any]:
    """What a check of the ledger finds."""
    with transaction(paying.world.engine) as session:
        return list(ledger.verify(session))


def journal_of(paying: PaymentWorld, run_id: UUID, kind: str) -> dict[tuple[str, str], int]:
    """What a journal debits to each cost centre and section 251 line, credits below nought."""
    found: dict[tuple[str, str], int] = {}
    for line in paying.file(run_id, kind)[1:]:
        row = line.split(",")
        key = (row[5], row[6])
        pence = round((float(row[8] or 0) - float(row[9] or 0)) * 100)
        found[key] = found.get(key, 0) + pence
    return {key: pence for key, pence in found.items() if pence}


@pytest.mark.promise(11)
def test_a_rejection_after_the_year_is_closed_is_entered(world: World) -> None:
    """Promise 11: every promise was paid by March, nothing was carried, one comes back later.

    The closed year keeps its figure, the next has the promise, and it is paid there.
    """
    world.clock.move_on(MARCH - world.clock.now().date())
    paying, money = PaymentWorld(world), FinanceWorld(world)
    paying.award("ashdown", [(MARCH, 100_00)])
    run_id = paying.sent(until=MARCH)
    world.clock.move_on(timedelta(days=30))
    for period in range(1, 12):
        closed = {"financial_year": 2026, "period": period}
        assert money.does("finance.1", ActKind.CLOSE_PERIOD, **closed).done
    assert money.does("finance.1", ActKind.CLOSE_YEAR, financial_year=2026).done
    (sent,) = paying.remittances(run_id).values()
    told = paying.answers(run_id, (sent.reference, "100.00", "rejected"))
    assert (told.stage, told.outcome and told.outcome.done) == (RunStage.CLOSED, True)
    sql = (
        "SELECT financial_year, stage, balance_pence FROM ledger_account WHERE balance_pence <> 0"
        " AND stage IN ('committed', 'paid') ORDER BY financial_year, stage"
    )
    stands = [tuple(row) for row in world.rows(sql)]
    assert stands == [(2026, "paid", 100_00), (2027, "committed", 100_00)]
    again = paying.prepared(until=world.clock.now().date())
    paying.approves(again)
    stands = [tuple(row) for row in world.rows(sql)]
    assert stands == [(2026, "paid", 100_00), (2027, "paid", 100_00)]
    assert differences(paying) == []


def test_a_line_that_cannot_be_undone_is_listed_and_stops_no_other(paying: PaymentWorld) -> None:
    """What was paid has been taken back since: a person looks at it; the rest takes its effect."""
    run_id = paying.sent()
    found = paying.remittances(run_id)
    paying.recoups(found["ashdown"].id, 30_00)
    told = paying.answers(
        run_id, *((row.reference, "100.00", "rejected") for row in found.values())
    )
    assert (told.stage, told.unanswered) == (RunStage.SENT, 1)
    (line,) = paying.world.rows("SELECT * FROM answer_line")
    assert (line.reference, line.finding) == (found["ashdown"].reference, "not_undone")
    after = paying.remittances(run_id)
    assert (after["ashdown"].state, after["weirs"].state) == ("sent", "rejected")
    (answer,) = paying.world.rows("SELECT * FROM run_answer")
    assert (answer.rejected, answer.listed) == (1, 1)
    assert paying.paid_pence() == 70_00


def test_a_short_payment_is_entered_and_the_rest_is_paid_next(paying: PaymentWorld) -> None:
    """£90 of £100 arrived: reversed for the act's reason, due again, less what the payee has."""
    run_id = paying.sent()
    found = paying.remittances(run_id)
    paying.answers(
        run_id,
        (found["ashdown"].reference, "90.00", "paid"),
        (found["weirs"].reference, "100.00", "paid"),
    )
    no = settles(paying, run_id, "ashdown", settled_as="paid").outcome
    assert no is not None
    assert no.code == "not_valid"
    told = settles(paying, run_id, "ashdown", settled_as="paid", paid_pence=90_00)
    assert (told.stage, told.outcome and told.outcome.done) == (RunStage.CLOSED, True)
    assert told.outcome is not None
    (entry,) = paying.world.rows("SELECT * FROM ledger_entry WHERE verb = 'reverse'")
    assert (entry.act_id, entry.reason) == (told.outcome.act_id, f"act/{told.outcome.act_id}")
    assert (entry.actor_id, entry.run_id) == (named("finance.3"), run_id)
    again = paying.paid()
    rest = paying.remittances(again)["ashdown"]
    assert (rest.due_pence, rest.netted_pence, rest.pay_pence) == (100_00, 90_00, 10_00)
    assert paying.paid_pence() == 200_00
    assert differences(paying) == []


def test_what_was_paid_too_much_is_asked_for_next(paying: PaymentWorld) -> None:
    """£110 of £100 arrived: £10 is invoiced back, where nothing else is due."""
    run_id = paying.sent()
    settles(paying, run_id, "ashdown", settled_as="paid", paid_pence=110_00)
    again = paying.remittances(paying.prepared())["ashdown"]
    assert (again.pay_pence, again.netted_pence, again.invoice_back_pence) == (0, 100_00, 10_00)


def test_an_amount_that_was_sent_is_paid_without_another_entry(paying: PaymentWorld) -> None:
    """The bank's file was wrong: named as it was sent, the entries of the posting stand."""
    run_id = paying.sent()
    reference = paying.remittances(run_id)["ashdown"].reference
    paying.answers(run_id, (reference, "99.00", "paid"))
    settles(paying, run_id, "ashdown", "finance.1", settled_as="paid", paid_pence=100_00)
    assert paying.remittances(run_id)["ashdown"].state == "paid"
    assert paying.world.rows("SELECT * FROM ledger_entry WHERE verb = 'reverse'") == []


def test_a_payment_that_comes_back_after_the_run_closed_is_due_again(paying: PaymentWorld) -> None:
    """The bank said paid and returned it weeks later: the run stays closed."""
    run_id = paying.paid()
    told = settles(paying, run_id, "ashdown", settled_as="rejected")
    assert (told.stage, told.outcome and told.outcome.done) == (RunStage.CLOSED, True)
    assert paying.paid_pence() == 100_00
    again = settles(paying, run_id, "ashdown", settled_as="rejected").outcome
    assert again is not None
    assert again.code == "not_at_this_stage"
    assert paying.remittances(paying.paid())["ashdown"].pay_pence == 100_00
    closed = "SELECT count(*) FROM event WHERE kind = 'payment_run_closed' AND subject_id = :id"
    assert paying.world.one(closed, id=run_id) == 1
    assert differences(paying) == []


def test_the_general_ledger_gets_a_journal_of_what_came_back(paying: PaymentWorld) -> None:
    """Each answer that rejects, and each settling, writes one: what it debited is credited."""
    run_id = paying.sent()
    found = paying.remittances(run_id)
    paying.answers(run_id, *((row.reference, "100.00", "rejected") for row in found.values()))
    there = journal_of(paying, run_id, "journal_file")
    back = journal_of(paying, run_id, "reversal_file_1")
    assert back == {key: -pence for key, pence in there.items()}
    assert sum(back.values()) == 0
    assert len(back) > 1
    again = paying.paid()
    assert paying.world.one("SELECT count(*) FROM run_file WHERE run_id = :id", id=again) == 2
    settles(paying, again, "ashdown", settled_as="paid", paid_pence=60_00)
    back = journal_of(paying, again, "reversal_file_1")
    assert sorted(back.values()) == [-40_00, 40_00]
    settles(paying, again, "weirs", settled_as="rejected")
    assert sorted(journal_of(paying, again, "reversal_file_2").values()) == [-100_00, 100_00]


@pytest.mark.promise(6)
@pytest.mark.parametrize("who", ["finance.1", "finance.2"])
def test_neither_preparer_nor_approver_undoes_a_payment(paying: PaymentWorld, who: str) -> None:
    """Promise 6: refused at the door, by the activity, and by the database alone."""
    run_id = paying.sent()
    line_id = paying.remittances(run_id)["ashdown"].id
    with pytest.raises(Barred):
        settles(paying, run_id, "ashdown", who, settled_as="rejected")
    with pytest.raises(Barred):
        settles(paying, run_id, "ashdown", who, settled_as="paid", paid_pence=1)
    said = {"line_id": str(line_id), "settled_as": "rejected"}
    act = slip_in(paying.world, who, ActKind.SETTLE_DIFFERENCE, run_id, **said)
    paying.carries_out(run_id, act)
    assert paying.world.outcome(act) == ("refused", "barred")
    with refused_by("nobody_settles_their_own"):
        run_sql(paying.world, _REJECT, act=act.id, id=line_id)
    assert paying.paid_pence() == 200_00


def test_a_payment_that_the_run_has_not_is_refused_at_the_door(paying: PaymentWorld) -> None:
    """An id of another run is unknown in this one."""
    run_id = paying.sent()
    choices = {"line_id": uuid4(), "settled_as": "rejected"}
    with pytest.raises(Unknown):
        paying.world.does("finance.3", ActKind.SETTLE_DIFFERENCE, run_id, **choices)


_REJECT = (
    "UPDATE remittance SET state = 'rejected', answer_act_id = :act, answered_at = now()"
    " WHERE id = :id"
)


@pytest.mark.parametrize(
    ("constraint", "sql"),
    [
        ("a_payment_goes_forward", "UPDATE remittance SET state = 'prepared'"),
        ("a_payment_goes_forward", "UPDATE remittance SET state = 'paid'"),
        ("a_run_line_goes_forward", "UPDATE run_line SET state = 'rejected'"),
        ("a_run_line_goes_forward", "UPDATE run_line SET state = 'prepared'"),
        ("a_run_closes_when_answered", "UPDATE payment_run SET stage = 'closed'"),
        ("a_take_back_is_netted_once", "UPDATE take_back SET netted_in_run = NULL"),
    ],
)
def test_the_application_does_not_turn_payments_back(
    paying: PaymentWorld, constraint: str, sql: str
) -> None:
    """Whatever writes to the tables, a payment that was sent waits for an act on its run."""
    paying.takes_back(paying.award("brook", [(NOVEMBER, 100_00)]), 30_00)
    paying.sent()
    with refused_by(constraint):
        run_sql(paying.world, sql)


def test_nothing_is_netted_by_a_run_that_has_no_line_for_it(paying: PaymentWorld) -> None:
    """A take-back is not hidden from the next run."""
    run_id = paying.sent()
    paying.takes_back(paying.award("brook", [(DECEMBER, 100_00)]), 30_00)
    with refused_by("a_take_back_is_netted_once"):
        run_sql(paying.world, "UPDATE take_back SET netted_in_run = :run", run=run_id)


def test_a_run_and_what_is_in_it_begin_as_prepared(paying: PaymentWorld) -> None:
    """Nobody writes a run that is posted already, nor a line that is paid already."""
    run_id = paying.sent()
    for table in ("payment_run", "remittance", "run_line"):
        columns = paying.world.one(_COLUMNS, name=table)
        with refused_by("a_run_begins_prepared"):
            run_sql(
                paying.world,
                f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table}"  # noqa: S608
                f" WHERE {'id' if table == 'payment_run' else 'run_id'} = :run",
                run=run_id,
            )


_COLUMNS = (
    "SELECT string_agg(column_name, ', ' ORDER BY ordinal_position)"
    " FROM information_schema.columns WHERE table_name = :name"
)
