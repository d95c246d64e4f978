"""Payment runs: gathered, posted once by another person, written for others, given up."""

from datetime import timedelta

import pytest

from activities.names import OfRun
from activities.store import ledger
from activities.store.session import transaction
from domain.payment_run import RunStage
from domain.stages import ActKind
from tests.activities.behind import refused_by, run_sql, slip_in
from tests.activities.payment_world import DECEMBER, NOVEMBER, PaymentWorld
from tests.activities.small_county import named
from tests.activities.world import World


@pytest.fixture
def paying(world: World) -> PaymentWorld:
    """The small county in November, when the first awards of the year fall due."""
    world.clock.move_on(timedelta(days=40))
    return PaymentWorld(world)


def test_a_run_gathers_what_is_due_by_payee(paying: PaymentWorld) -> None:
    """Each payee once: a school by advance, a trust for its schools, a provider by invoice."""
    for school in ("ashdown", "ashdown", "fern", "kelp", "juniper"):
        paying.award(school)
    run_id = paying.prepared()
    found = paying.remittances(run_id)
    assert {payee: (row.pay_pence, row.way) for payee, row in found.items()} == {
        "ashdown": (200_00, "advance"),
        "weirs": (200_00, "payment"),
        "juniper": (100_00, "invoice"),
    }
    (run,) = paying.world.rows("SELECT * FROM payment_run")
    assert (run.stage, run.lines, run.total_pence) == ("prepared", 5, 500_00)
    assert run.reference == "PR-2026-08-1"
    assert paying.paid_pence() == 0


def test_nothing_due_makes_no_run(paying: PaymentWorld) -> None:
    """The asking is refused with what would help, and the run never was."""
    paying.award("ashdown", [(DECEMBER, 100)])
    act = paying.asks()
    told = paying.runs.take_up(OfRun(run_id=act.id))
    assert (told.stage, told.has_ended) == (None, True)
    assert paying.world.outcome(act) == ("refused", "not_valid")
    assert paying.runs.take_up(OfRun(run_id=act.id)).stage is None
    assert paying.world.rows("SELECT * FROM payment_run") == []


@pytest.mark.promise(4)
def test_an_instalment_is_in_one_run_at_a_time(paying: PaymentWorld) -> None:
    """Promise 4: what a run in hand has, the next leaves; the database holds it too."""
    paying.award("ashdown")
    first = paying.prepared()
    second = paying.asks()
    assert paying.runs.take_up(OfRun(run_id=second.id)).stage is None
    paying.award("brook")
    other = paying.prepared()
    with refused_by("one_run_pays_an_instalment"):
        run_sql(
            paying.world,
            "INSERT INTO run_line SELECT gen_random_uuid(), :other, 99, remittance_id, award_id,"
            " school_code, request_id, decision_id, commit_id, instalment_number, attempt,"
            " entry_id, take_back_id, due_on, pot, financial_year, pence, netted_pence,"
            " section_251_line, cost_centre, state FROM run_line WHERE run_id = :first",
            first=first,
            other=other,
        )


@pytest.mark.promise(4)
def test_each_step_of_a_run_twice_is_once(paying: PaymentWorld) -> None:
    """Promise 4: preparing, approving and writing, asked again, leave the same world."""
    paying.award("ashdown")
    paying.award("fern")
    run_id = paying.prepared()
    before = paying.world.tables()
    paying.runs.take_up(OfRun(run_id=run_id))
    assert paying.world.tables() == before
    act = paying.world.does("finance.2", ActKind.APPROVE_RUN, run_id, lines=2, total_pence=200_00)
    told = paying.carries_out(run_id, act)
    assert (told.stage, told.outcome and told.outcome.done) == (RunStage.POSTED, True)
    before = paying.world.tables()
    assert paying.carries_out(run_id, act) == told
    assert paying.world.tables() == before
    paying.runs.write_papers(OfRun(run_id=run_id))
    before = paying.world.tables()
    assert paying.runs.write_papers(OfRun(run_id=run_id)).stage is RunStage.SENT
    assert paying.world.tables() == before
    assert len(paying.payments()) == 2


@pytest.mark.promise(2)
@pytest.mark.promise(11)
def test_an_approved_run_is_paid_in_the_ledger(paying: PaymentWorld) -> None:
    """Promises 2 and 11: one entry a line, which names run, award, people and coding."""
    award_id = paying.award("fern")
    run_id = paying.prepared()
    paying.approves(run_id)
    (entry,) = paying.payments()
    assert (entry.award_id, entry.run_id, entry.actor_id) == (award_id, run_id, named("finance.2"))
    assert (entry.section_251_line, entry.cost_centre) == ("1.2.2", "HN220")
    assert (entry.financial_year, entry.period, entry.reference) == (2026, 8, "PR-2026-08-1")
    assert paying.paid_pence() == 100_00
    with transaction(paying.world.engine) as session:
        assert ledger.verify(session) == []


@pytest.mark.promise(6)
def test_the_person_who_prepared_a_run_cannot_approve_it(paying: PaymentWorld) -> None:
    """Promise 6: refused behind recording's back by the activity, and by the database alone."""
    paying.award("ashdown")
    run_id = paying.prepared("finance.1")
    act = slip_in(
        paying.world, "finance.1", ActKind.APPROVE_RUN, run_id, lines=1, total_pence=100_00
    )
    assert paying.carries_out(run_id, act).stage is RunStage.PREPARED
    assert paying.world.outcome(act) == ("refused", "barred")
    with refused_by("nobody_approves_their_own_run"):
        run_sql(
            paying.world,
            "UPDATE payment_run SET stage = 'posted', approved_by = :who, approved_at = now()",
            who=named("finance.1"),
        )
    assert paying.paid_pence() == 0


def test_a_run_is_approved_as_it_was_prepared_or_not_at_all(paying: PaymentWorld) -> None:
    """An approval of other figures is refused, and the database knows what was prepared."""
    paying.award("ashdown")
    run_id = paying.prepared()
    wrong = {"lines": 1, "total_pence": 99_00}
    act = slip_in(paying.world, "finance.2", ActKind.APPROVE_RUN, run_id, **wrong)
    paying.carries_out(run_id, act)
    assert paying.world.outcome(act) == ("refused", "not_valid")
    run_sql(
        paying.world,
        "INSERT INTO run_line SELECT gen_random_uuid(), run_id, 99, remittance_id, award_id,"
        " school_code, request_id, decision_id, commit_id, 2, 1, gen_random_uuid(), NULL, due_on,"
        " pot, financial_year, pence, 0, section_251_line, cost_centre, state FROM run_line",
    )
    with refused_by("a_run_is_what_was_prepared"):
        run_sql(
            paying.world,
            "UPDATE payment_run SET stage = 'posted', approved_by = :who, approved_at = now()",
            who=named("finance.2"),
        )


def test_a_run_does_not_go_back(paying: PaymentWorld) -> None:
    """Stages go forward, an approval stands, whoever writes to the table."""
    paying.award("ashdown")
    run_id = paying.prepared()
    paying.approves(run_id)
    with refused_by("a_run_goes_forward"):
        run_sql(paying.world, "UPDATE payment_run SET stage = 'closed'")
    with refused_by("a_run_is_approved_once"):
        run_sql(paying.world, "UPDATE payment_run SET approved_by = :who", who=named("director"))


def test_a_run_that_is_given_up_leaves_everything_due(paying: PaymentWorld) -> None:
    """Its lines are free for the next, as the same attempt; nobody approves it any more."""
    paying.award("ashdown")
    run_id = paying.prepared()
    assert paying.does("finance.1", ActKind.ABANDON_RUN, run_id).has_ended
    late = {"lines": 1, "total_pence": 100_00}
    act = slip_in(paying.world, "finance.2", ActKind.APPROVE_RUN, run_id, **late)
    paying.carries_out(run_id, act)
    assert paying.world.outcome(act) == ("refused", "not_at_this_stage")
    again = paying.prepared()
    (row,) = paying.world.rows("SELECT * FROM run_line WHERE run_id = :id", id=again)
    assert (row.attempt, row.pence) == (1, 100_00)
    assert paying.world.one("SELECT reference FROM payment_run WHERE id = :id", id=again) == (
        "PR-2026-08-2"
    )


def test_what_ended_after_preparing_keeps_the_run_from_being_posted(paying: PaymentWorld) -> None:
    """Nothing of it is paid, each line in the way is named, and one prepared anew has the rest."""
    paying.award("ashdown")
    gone = paying.award("brook")
    run_id = paying.prepared()
    paying.cancels(gone)
    act = slip_in(
        paying.world, "finance.2", ActKind.APPROVE_RUN, run_id, lines=2, total_pence=200_00
    )
    paying.carries_out(run_id, act)
    assert paying.world.outcome(act) == ("refused", "not_valid")
    told = paying.world.one("SELECT refusal ->> 'in_the_way' FROM act WHERE id = :id", id=act.id)
    assert "instalment 1 of commitment" in told
    assert told.endswith("already resolved")
    assert (paying.paid_pence(), paying.payments()) == (0, [])
    paying.does("finance.1", ActKind.ABANDON_RUN, run_id)
    again = paying.prepared()
    assert set(paying.remittances(again)) == {"ashdown"}
    assert paying.approves(again).stage is RunStage.POSTED


def test_a_take_back_is_netted_and_what_is_left_is_invoiced(paying: PaymentWorld) -> None:
    """Less is paid out, the ledger pays the instalment whole, and the total is what leaves."""
    school, trust = paying.award("ashdown"), paying.award("fern")
    paying.takes_back(school, 30_00)
    paying.takes_back(trust, 150_00)
    run_id = paying.prepared()
    found = paying.remittances(run_id)
    assert {
        payee: (row.pay_pence, row.netted_pence, row.invoice_back_pence)
        for payee, row in found.items()
    } == {"ashdown": (70_00, 30_00, 0), "weirs": (0, 100_00, 50_00)}
    paying.approves(run_id)
    assert paying.paid_pence() == 200_00
    told = paying.runs.write_papers(OfRun(run_id=run_id))
    assert told.unanswered == 1
    assert paying.remittances(run_id)["weirs"].state == "paid"
    assert "an invoice for £50.00 follows" in paying.remittances(run_id)["weirs"].notice
    netted = "SELECT count(*) FROM take_back WHERE netted_in_run = :id"
    assert paying.world.one(netted, id=run_id) == 2


def test_take_backs_alone_make_a_run_that_pays_nobody(paying: PaymentWorld) -> None:
    """Nothing is due and something is owed: it is invoiced back, and the run is closed at once."""
    award_id = paying.award("ashdown", [(DECEMBER, 100)])
    paying.takes_back(award_id, 30_00)
    run_id = paying.sent()
    (run,) = paying.world.rows("SELECT * FROM payment_run WHERE id = :id", id=run_id)
    assert (run.stage, run.total_pence, run.invoice_back_pence) == ("closed", 0, 30_00)


def test_a_late_run_goes_into_the_next_open_month_with_a_reference(paying: PaymentWorld) -> None:
    """A closed month takes nothing more: the entry says to which month it belongs."""
    paying.award("ashdown", [(NOVEMBER, 100)])
    run_id = paying.prepared()
    paying.closes(2026, 8)
    paying.approves(run_id)
    (entry,) = paying.payments()
    assert (entry.financial_year, entry.period, entry.belongs_to) == (2026, 9, "2026/08")


def test_the_papers_say_what_is_paid_to_whom(paying: PaymentWorld) -> None:
    """The payment file adds up to the total; debits and credits of the journal are equal."""
    for school in ("ashdown", "fern", "juniper"):
        paying.award(school)
    run_id = paying.sent()
    bank = paying.file(run_id, "payment_file")
    assert bank[0] == "Creditor,Name,Our reference,Amount,Pay on,Method"
    assert len(bank) == 1 + 3
    assert sum(float(line.split(",")[3]) for line in bank[1:]) == 300.00
    books = [line.split(",") for line in paying.file(run_id, "journal_file")[1:]]
    assert sum(float(row[8] or 0) for row in books) == 300.00
    assert sum(float(row[9] or 0) for row in books) == 300.00
    notice = paying.remittances(run_id)["weirs"].notice
    assert "Fern School, due 2026-11-16: £100.00" in notice


@pytest.mark.promise(8)
def test_events_of_a_run_name_codes_and_amounts_alone(paying: PaymentWorld) -> None:
    """Promise 8: each school hears that something was sent, and nobody is named."""
    paying.award("ashdown")
    paying.award("fern")
    paying.sent()
    rows = paying.world.rows(
        "SELECT kind, school_code, facts FROM event WHERE subject = 'payment_run' ORDER BY written"
    )
    assert [(row.kind, row.school_code) for row in rows] == [
        ("prepare_run_recorded", None),
        ("payment_run_prepared", None),
        ("approve_run_recorded", None),
        ("payment_run_posted", None),
        ("payment_run_sent", None),
        ("remittance_sent", "ashdown"),
        ("remittance_sent", "fern"),
    ]
    assert all(set(row.facts) <= FACTS for row in rows)


FACTS = {
    "act_id",
    "number",
    "financial_year",
    "period",
    "reference",
    "lines",
    "total_pence",
    "late",
    "payments",
}


def test_a_run_of_six_thousand_lines_is_posted_in_one_batch(paying: PaymentWorld) -> None:
    """A county's month: one call, one entry a line, to the penny."""
    due = [(NOVEMBER - timedelta(days=each), 10 + each) for each in range(12)]
    paying.awards(500, due)
    run_id = paying.prepared()
    (run,) = paying.world.rows("SELECT * FROM payment_run WHERE id = :id", id=run_id)
    assert run.lines == 6_000
    assert paying.approves(run_id).stage is RunStage.POSTED
    assert len(paying.payments()) == 6_000
    assert paying.paid_pence() == run.total_pence == 500 * sum(pence for _, pence in due)
    assert paying.runs.write_papers(OfRun(run_id=run_id)).stage is RunStage.SENT
