"""The verbs on a real PostgreSQL: what each moves, what each refuses, and that once is once."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import uuid4

import pytest

from activities.settings import Settings
from activities.store import ledger
from activities.store.session import make_engine, transaction
from domain.ledger.accounts import DEFICIT, HIGH_NEEDS_BLOCK
from domain.ledger.journal import Hold, Verb
from tests.activities.ledger_books import CONTEXT, POTS, Books, instalment, line


@pytest.fixture
def books(database: Settings) -> Iterator[Books]:
    """A ledger with its pots open, £1,000 in cluster A's and £500 in cluster B's."""
    engine = make_engine(database.database_url, pool_size=2)
    made = Books(engine)
    assert made.open(*POTS).result == "created"
    assert made.allocate(line(5_000_00, HIGH_NEEDS_BLOCK)).result == "created"
    assert made.allocate(line(1_000_00), line(500_00, "cluster:b")).result == "created"
    yield made
    assert made.differences() == []
    engine.dispose()


def test_a_request_moves_money_from_available_to_paid(books: Books) -> None:
    """Hold, sign-off and payment each move the amount on by one stage."""
    held = books.held(line(300_00))
    assert books.stages() == (700_00, 300_00, 0, 0)
    promised = books.committed(held, instalment(1, 100_00), instalment(2, 200_00))
    assert books.stages() == (700_00, 0, 300_00, 0)
    assert books.pay(promised, line(100_00))[1].is_done
    assert books.stages() == (700_00, 0, 200_00, 100_00)


def test_a_hold_given_back_restores_what_was_available(books: Books) -> None:
    """A release leaves the pot as it was."""
    assert books.release(books.held(line(300_00))).is_done
    assert books.stages() == (1_000_00, 0, 0, 0)


@pytest.mark.promise(4)
def test_the_same_command_again_has_one_effect(books: Books) -> None:
    """A repeated command answers as the first time, though the clock has moved on."""
    command = Hold(id=uuid4(), lines=(line(300_00),), context=CONTEXT)
    later = CONTEXT.model_copy(update={"recorded_at": CONTEXT.recorded_at + timedelta(days=1)})
    first = books.ask(ledger.hold, command)
    again = books.ask(ledger.hold, command.model_copy(update={"context": later}))
    assert (first.result, again.result) == ("created", "exists")
    assert first.detail == again.detail
    assert books.stages() == (700_00, 300_00, 0, 0)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"lines": (line(300_01),)}, "lines"),
        ({"context": CONTEXT.model_copy(update={"actor_id": uuid4()})}, "actor_id"),
        (
            {"context": CONTEXT.model_copy(update={"effective_on": date(2026, 10, 6)})},
            "effective_on",
        ),
    ],
)
def test_the_same_id_with_other_content_is_told_what_differs(
    books: Books, changed: dict[str, object], field: str
) -> None:
    """An id is one entry's for ever: other content under it is a mistake, and is named."""
    command = Hold(id=uuid4(), lines=(line(300_00),), context=CONTEXT)
    books.ask(ledger.hold, command)
    again = books.ask(ledger.hold, command.model_copy(update=changed))
    assert again.differs_in == field
    assert books.stages() == (700_00, 300_00, 0, 0)


def test_an_id_of_one_verb_is_not_another_verbs(books: Books) -> None:
    """A hold's id used for a release is told that the verb differs."""
    held = books.held(line(300_00))
    assert books.release(held, id_=held).differs_in == "verb"


@pytest.mark.promise(5)
@pytest.mark.promise(13)
def test_a_hold_above_what_is_available_is_refused_with_what_is_short(books: Books) -> None:
    """Every pot that is short is named with what it has and what it lacks; nothing is held."""
    answer = books.hold(line(1_000_01), line(700_00, "cluster:b"))
    assert answer.result == "exceeds_available"
    assert [(one.pot, one.available_pence, one.shortfall_pence) for one in answer.shortfalls] == [
        ("cluster:a", 1_000_00, 1),
        ("cluster:b", 500_00, 200_00),
    ]
    assert books.stages() == (1_000_00, 0, 0, 0)


@pytest.mark.promise(4)
def test_a_refusal_stays_refused_when_money_appears(books: Books) -> None:
    """A retried step must not say yes where the person was told no."""
    id_ = uuid4()
    assert books.hold(line(1_500_00), id_=id_).result == "exceeds_available"
    assert books.allocate(line(5_000_00)).is_done
    again = books.hold(line(1_500_00), id_=id_)
    assert (again.result, again.refusal) == ("id_already_failed", "exceeds_available")
    assert again.shortfalls[0].shortfall_pence == 500_00
    assert books.hold(line(1_500_00)).is_done


def test_a_hold_ends_once(books: Books) -> None:
    """A hold that was committed cannot be released or committed again."""
    held = books.held(line(300_00))
    books.committed(held, instalment(1, 300_00))
    assert books.release(held).result == "already_resolved"
    assert books.commit(held, instalment(1, 300_00)).result == "already_resolved"
    assert books.stages() == (700_00, 0, 300_00, 0)


def test_a_sign_off_above_the_hold_takes_the_difference(books: Books) -> None:
    """What was not held comes out of what is available, in the same entry."""
    books.committed(books.held(line(300_00)), instalment(1, 450_00))
    assert books.stages() == (550_00, 0, 450_00, 0)


def test_a_sign_off_below_the_hold_gives_the_rest_back(books: Books) -> None:
    """What was held and not promised is available again."""
    books.committed(books.held(line(300_00)), instalment(1, 120_00))
    assert books.stages() == (880_00, 0, 120_00, 0)


@pytest.mark.promise(5)
def test_a_sign_off_above_all_there_is_is_refused_and_the_hold_stands(books: Books) -> None:
    """The difference is checked like a hold, and a refused sign-off leaves the hold as it was."""
    held = books.held(line(300_00))
    answer = books.commit(held, instalment(1, 1_000_01))
    assert answer.shortfalls[0].shortfall_pence == 1
    assert books.stages() == (700_00, 300_00, 0, 0)
    assert books.commit(held, instalment(1, 1_000_00)).is_done


def test_a_sign_off_may_use_another_pot_than_the_hold(books: Books) -> None:
    """An escalated case is promised from where the decision says, and the hold goes back."""
    books.committed(books.held(line(300_00)), instalment(1, 200_00, "cluster:b"))
    assert books.stages() == (1_000_00, 0, 0, 0)
    assert books.stages("cluster:b") == (300_00, 0, 200_00, 0)


def test_a_year_not_yet_opened_carries_promises_that_run_ahead(books: Books) -> None:
    """An award over two financial years holds and commits in both; the next has no floor yet."""
    held = books.held(line(300_00), line(250_00, year=2027))
    assert books.stages(year=2027) == (-250_00, 250_00, 0, 0)
    books.committed(held, instalment(1, 300_00), instalment(2, 250_00, year=2027))
    assert books.stages(year=2027) == (-250_00, 0, 250_00, 0)


@pytest.mark.promise(5)
def test_a_year_opens_only_when_its_budget_carries_its_promises(books: Books) -> None:
    """Opening puts the floor in, so what was promised ahead must be covered first."""
    books.held(line(250_00, year=2027))
    refused = books.open("cluster:a", year=2027)
    assert refused.shortfalls[0].shortfall_pence == 250_00
    assert books.allocate(line(250_00, year=2027)).is_done
    assert books.open("cluster:a", year=2027).is_done
    assert books.hold(line(1, year=2027)).result == "exceeds_available"


def test_opening_is_done_once(books: Books) -> None:
    """Opening again by the same command exists; by another it is already open."""
    id_ = uuid4()
    assert books.open("cluster:c", id_=id_).result == "created"
    assert books.open("cluster:c", id_=id_).result == "exists"
    assert books.open("cluster:c").result == "already_open"


def test_a_pot_nobody_opened_is_not_found(books: Books) -> None:
    """A mistyped pot, or a year before the first, is refused and named."""
    assert books.hold(line(1, "cluster:typo")).result == "not_found"
    assert books.hold(line(1, year=2025)).detail == {
        "unknown": [{"pot": "cluster:a", "financial_year": 2025}]
    }


@pytest.mark.promise(10)
def test_the_deficit_is_drawn_on_only_with_authority(books: Books) -> None:
    """What is owed is never blocked, but somebody must have said so, and it is recorded."""
    assert books.hold(line(300_00, DEFICIT)).result == "authority_needed"
    assert books.hold(line(300_00, DEFICIT), authority="  ").result == "authority_needed"
    assert books.hold(line(300_00, DEFICIT), authority="Decision 12/2026").is_done
    assert books.stages(DEFICIT) == (-300_00, 300_00, 0, 0)
    assert books.allocate(line(1), source=DEFICIT).result == "authority_needed"


@pytest.mark.promise(1)
def test_a_recommendation_alone_pays_nothing(books: Books) -> None:
    """What a panel's advice reserved cannot be paid: only a sign-off makes money payable."""
    held = books.held(line(300_00))
    assert books.pay(held, line(300_00))[1].result == "not_found"
    assert books.stages() == (700_00, 300_00, 0, 0)


def test_an_instalment_is_paid_whole_and_once(books: Books) -> None:
    """Another amount, another pot, an unknown number and a second payment are refused."""
    promised = books.committed(books.held(line(300_00)), instalment(1, 300_00))
    assert books.pay(promised, line(299_99))[1].result == "differs_from_instalment"
    assert books.pay(promised, line(300_00, "cluster:b"))[1].result == "differs_from_instalment"
    assert books.pay(promised, line(300_00), number=2)[1].result == "not_found"
    assert books.pay(uuid4(), line(300_00))[1].result == "not_found"
    assert books.pay(promised, line(300_00))[1].is_done
    assert books.pay(promised, line(300_00), attempt=2)[1].result == "already_resolved"
    assert books.stages() == (700_00, 0, 0, 300_00)


def test_a_rejected_payment_is_due_again(books: Books) -> None:
    """Reversed, it may be paid as a new attempt, and not as the old one."""
    promised = books.committed(books.held(line(300_00)), instalment(1, 300_00))
    first, _ = books.pay(promised, line(300_00))
    assert books.reverse(first).is_done
    assert books.stages() == (700_00, 0, 300_00, 0)
    assert books.pay(promised, line(300_00))[1].result == "already_resolved"
    assert books.pay(promised, line(300_00), attempt=2)[1].is_done
    assert books.reverse(first).result == "already_resolved"


def test_an_undone_commitment_gives_its_money_back(books: Books) -> None:
    """It is available again, nothing can be paid on it, and its hold stays ended."""
    held = books.held(line(300_00))
    promised = books.committed(held, instalment(1, 450_00))
    assert books.reverse(promised).is_done
    assert books.stages() == (1_000_00, 0, 0, 0)
    assert books.pay(promised, line(450_00))[1].result == "already_resolved"
    assert books.release(held).result == "already_resolved"


def test_a_commitment_is_not_undone_while_a_payment_stands(books: Books) -> None:
    """First the payment comes back, then the promise."""
    promised = books.committed(books.held(line(300_00)), instalment(1, 300_00))
    paid, _ = books.pay(promised, line(300_00))
    assert books.reverse(promised).result == "has_payments"
    assert books.reverse(paid).is_done
    assert books.reverse(promised).is_done


def test_a_budget_is_not_taken_back_once_it_is_used(books: Books) -> None:
    """An allocation is undone only while what it gave is still available."""
    with transaction(books.engine) as session:
        given = ledger.entries(session)[-1]
    books.held(line(600_00))
    assert books.reverse(given.id).shortfalls[0].shortfall_pence == 600_00


def test_holds_and_reversals_are_not_reversed(books: Books) -> None:
    """A hold is released, and what was undone is done anew."""
    held = books.held(line(300_00))
    assert books.reverse(held).result == "not_reversible"
    assert books.reverse(uuid4()).result == "not_found"


@pytest.mark.promise(2)
def test_an_entry_is_read_back_as_it_was_said(books: Books) -> None:
    """Who, why, by which rules and for which case: all of it comes back with the postings."""
    context = CONTEXT.model_copy(
        update={
            "request_id": uuid4(),
            "award_id": uuid4(),
            "decision_id": uuid4(),
            "act_id": uuid4(),
            "actor_id": uuid4(),
            "policy_version_ids": ("tariff/demo@1", "continuum/demo@2"),
            "reason": "Recommended by the panel",
            "authority": "Scheme of delegation 4.2",
            "section_251_line": "1.2.1",
            "cost_centre": "SEN-100",
        }
    )
    command = Hold(id=uuid4(), lines=(line(1),), context=context)
    books.ask(ledger.hold, command)
    with transaction(books.engine) as session:
        found = ledger.entry(session, command.id)
        assert ledger.entries(session, award_id=context.award_id) == (found,)
        assert ledger.entry(session, uuid4()) is None
    assert found is not None
    assert (found.verb, found.context) == (Verb.HOLD, context)
    assert [posting.pence for posting in found.postings] == [-1, 1]


def test_the_journal_is_listed_from_where_a_reader_stopped(books: Books) -> None:
    """Numbers rise, and a reader goes on behind the last one it saw."""
    books.held(line(1))
    with transaction(books.engine) as session:
        first = ledger.entries(session, limit=2)
        rest = ledger.entries(session, after=first[-1].number)
    assert [one.verb for one in (*first, *rest)] == ["open", "allocate", "allocate", "hold"]


def test_instalments_are_read_by_date(books: Books) -> None:
    """A commitment carries its instalments, each with its day, year and amount."""
    due = (instalment(1, 100_00), instalment(2, 50_00, year=2027))
    promised = books.committed(books.held(line(150_00)), *due)
    with transaction(books.engine) as session:
        assert ledger.instalments_of(session, promised) == due


def test_balances_are_those_of_a_day(books: Books) -> None:
    """An entry counts from the day it takes effect."""
    tomorrow = CONTEXT.model_copy(update={"effective_on": date(2026, 10, 6)})
    books.ask(ledger.hold, Hold(id=uuid4(), lines=(line(300_00),), context=tomorrow))
    with transaction(books.engine) as session:
        on_monday = {one.pot: one for one in ledger.balances_on(session, date(2026, 10, 5))}
        on_tuesday = {one.pot: one for one in ledger.balances_on(session, date(2026, 10, 6))}
        now = {one.pot: one for one in ledger.balances(session) if one.allocated_pence}
    assert on_monday["cluster:a"].held_pence == 0
    assert on_tuesday["cluster:a"] == now["cluster:a"]
