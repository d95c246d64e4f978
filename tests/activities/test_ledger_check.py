"""A check that re-adds the ledger finds what was altered behind the verbs' backs."""

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text

from activities.settings import Settings
from activities.store import ledger_check
from activities.store.ledger_laws import SAID_IN_COLUMNS
from activities.store.session import make_engine, transaction
from domain.ledger.journal import Verb
from tests.activities.ledger_books import POTS, Books, instalment, line
from tests.activities.planting import plant


@pytest.fixture
def books(database: Settings) -> Iterator[Books]:
    """A ledger in which something of everything has happened."""
    engine = make_engine(database.database_url, pool_size=1)
    made = Books(engine)
    made.open(*POTS)
    made.allocate(line(1_000_00), line(500_00, "exceptional"))
    promised = made.committed(made.held(line(300_00)), instalment(1, 100_00), instalment(2, 150_00))
    paid, _ = made.pay(promised, line(100_00))
    made.reverse(paid)
    made.pay(promised, line(100_00), attempt=2)
    made.reverse(made.committed(made.held(line(30_00)), instalment(1, 40_00)))
    made.release(made.held(line(50_00)))
    made.held(line(70_00), line(20_00, year=2027))
    yield made
    engine.dispose()


@pytest.fixture
def year(played: Settings) -> Iterator[Books]:
    """A ledger in which every verb was heard, to the end of a year."""
    engine = make_engine(played.database_url, pool_size=1)
    yield Books(engine)
    engine.dispose()


@pytest.mark.promise(11)
def test_a_sound_ledger_shows_no_difference(books: Books) -> None:
    """After every verb, reversals included, everything re-added is what stands."""
    assert books.differences() == []


@pytest.mark.promise(11)
def test_a_year_of_every_verb_shows_no_difference(year: Books) -> None:
    """What was vired, taken back, cancelled, carried, closed and late: all of it agrees."""
    assert year.differences() == []
    with transaction(year.engine) as session:
        assert set(session.connection().scalars(DISTINCT_VERBS)) == set(Verb)


DISTINCT_VERBS = text("SELECT DISTINCT verb FROM ledger_entry")
OPEN_HOLD = """
(SELECT id FROM ledger_entry AS e WHERE verb = 'hold'
    AND NOT EXISTS (SELECT FROM ledger_entry AS r WHERE r.resolves_id = e.id))
"""
FAULTS = {
    "a balance edited directly": (
        (
            "UPDATE ledger_account SET balance_pence = balance_pence + 1"
            " WHERE (pot, financial_year, stage) = ('cluster:a', 2026, 'available')"
        ),
        {"balance_differs_from_postings"},
    ),
    "one leg altered": (
        "UPDATE ledger_posting SET pence = pence - 1 WHERE pence < 0 AND entry_id = OPEN_HOLD",
        {"entry_does_not_balance", "balance_differs_from_postings", "running_balance_differs"},
    ),
    "every leg altered alike": (
        "UPDATE ledger_posting SET pence = pence * 2 WHERE entry_id = OPEN_HOLD",
        {"running_balance_differs", "postings_differ_from_verb"},
    ),
    "the postings of an entry deleted": (
        "DELETE FROM ledger_posting WHERE entry_id = OPEN_HOLD",
        {"entry_does_not_balance", "balance_differs_from_postings", "postings_differ_from_verb"},
    ),
    "a running balance altered": (
        "UPDATE ledger_posting SET running_pence = running_pence + 1 WHERE position = 1",
        {"running_balance_differs"},
    ),
    "somebody else named as the actor": (
        "UPDATE ledger_entry SET actor_id = gen_random_uuid() WHERE verb = 'pay'",
        {"column_differs_from_content"},
    ),
    "another reason put in": (
        (
            "UPDATE ledger_entry SET content = jsonb_set(content, '{reason}', '\"another\"')"
            " WHERE verb = 'pay'"
        ),
        {"content_differs_from_its_hash"},
    ),
    "an instalment altered": (
        "UPDATE ledger_commitment_instalment SET pence = pence + 1 WHERE number = 2",
        {"stage_differs_from_instalments"},
    ),
    "a release deleted": (
        "DELETE FROM ledger_entry WHERE verb = 'release'",
        {"held_differs_from_open_holds"},
    ),
    "a release made to follow an allocation": (
        (
            "UPDATE ledger_entry SET resolves_id ="
            " (SELECT id FROM ledger_entry WHERE verb = 'allocate') WHERE verb = 'release'"
        ),
        {"follows_the_wrong_entry", "column_differs_from_content"},
    ),
}


@pytest.mark.promise(11)
@pytest.mark.parametrize(("fault", "found"), FAULTS.values(), ids=FAULTS.keys())
def test_a_planted_fault_is_found(
    books: Books, database: Settings, fault: str, found: set[str]
) -> None:
    """What is altered behind the verbs' backs shows at least where it was altered."""
    assert books.differences() == []
    plant(database, fault.replace("OPEN_HOLD", OPEN_HOLD))
    assert found <= set(books.differences())


@pytest.mark.promise(11)
def test_an_overspent_account_is_found_though_its_check_was_dropped(
    books: Books, database: Settings
) -> None:
    """A balance below its floor shows even when the wall in the table was taken down."""
    assert database.database_owner_url is not None
    engine = create_engine(database.database_owner_url)
    with engine.begin() as connection:
        connection.execute(
            text("ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_stays_above_floor")
        )
    engine.dispose()
    plant(
        database,
        "UPDATE ledger_account SET balance_pence = -1"
        " WHERE (pot, financial_year, stage) = ('cluster:a', 2026, 'paid')",
    )
    assert {"balance_below_floor", "balance_differs_from_postings"} <= set(books.differences())


FAULTS_OF_A_YEAR = {
    "money moved into another year": (
        (
            "UPDATE ledger_account SET financial_year = 2025 WHERE pot = 'exceptional'"
            " AND financial_year = 2026 AND stage = 'available'"
        ),
        {"year_does_not_balance", "account_differs_from_opening", "postings_differ_from_verb"},
    ),
    "an account deleted": (
        (
            "DELETE FROM ledger_account"
            " WHERE (pot, financial_year, stage) = ('exceptional', 2026, 'available')"
        ),
        {"posting_names_nothing", "year_does_not_balance"},
    ),
    "a floor taken away": (
        (
            "UPDATE ledger_account SET opened_at = NULL, floor_pence = NULL"
            " WHERE (pot, financial_year, stage) = ('cluster:a', 2026, 'available')"
        ),
        {"account_differs_from_opening"},
    ),
    "a policy version put in": (
        "UPDATE ledger_entry SET policy_version_ids = '[\"another\"]' WHERE verb = 'vire'",
        {"column_differs_from_content"},
    ),
    "an authority taken out": (
        "UPDATE ledger_entry SET authority = NULL WHERE verb = 'authorise_overspend'",
        {"column_differs_from_content"},
    ),
    "another day put in a promise": (
        "UPDATE ledger_commitment_instalment SET due_on = due_on + 1 WHERE number = 3",
        {"instalment_differs_from_commitment"},
    ),
    "an instalment slipped in": (
        (
            "INSERT INTO ledger_commitment_instalment SELECT commit_id, 9, due_on, pot,"
            " financial_year, period, pence FROM ledger_commitment_instalment WHERE number = 3"
        ),
        {"instalment_differs_from_commitment", "stage_differs_from_instalments"},
    ),
    "a payment made to be of another instalment": (
        (
            "UPDATE ledger_entry SET instalment_number = 1, attempt = 7"
            " WHERE verb = 'pay' AND instalment_number = 2 AND run_id IS NOT NULL"
            " AND financial_year = 2026"
        ),
        {
            "payment_differs_from_instalment",
            "column_differs_from_content",
            "instalment_ended_twice",
        },
    ),
    "more taken back than was paid": (
        (
            "UPDATE ledger_entry SET content = jsonb_set(content, '{lines,0,pence}', '900000')"
            " WHERE verb = 'recoup' AND commitment_id IS NOT NULL"
        ),
        {"more_taken_back_than_paid", "postings_differ_from_verb"},
    ),
    "a cancelling made to be of another instalment": (
        (
            "UPDATE ledger_entry SET content = jsonb_set(content, '{instalment_numbers}', '[1]')"
            " WHERE verb = 'cancel' AND content -> 'instalment_numbers' = '[3]'"
        ),
        {"postings_differ_from_verb", "content_differs_from_its_hash"},
    ),
    "a closed period opened by hand": (
        "UPDATE ledger_period SET is_closed = NOT is_closed",
        {"period_differs_from_entries"},
    ),
    "an entry slipped into a closed period": (
        (
            "UPDATE ledger_entry SET period = 3 WHERE verb = 'carry_forward'"
            " OR (verb = 'pay' AND financial_year = 2027)"
        ),
        {"column_differs_from_content"},
    ),
    "what was entered moved into a period that was closed": (
        "UPDATE ledger_entry SET financial_year = 2026, period = 3 WHERE verb = 'carry_forward'",
        {"entered_in_a_closed_period"},
    ),
    "a pot closed by nobody": (
        (
            "UPDATE ledger_account SET closed_by ="
            " (SELECT id FROM ledger_entry WHERE verb = 'vire')"
            " WHERE (pot, financial_year, stage) = ('cluster:b', 2026, 'paid')"
        ),
        {"account_marked_by_another_entry"},
    ),
    "a promise that was carried set back": (
        (
            "UPDATE ledger_account SET carried_by = NULL"
            " WHERE (pot, financial_year) = ('cluster:b', 2026)"
        ),
        {"account_marked_by_another_entry"},
    ),
    "a posting moved to a closed account": (
        (
            "UPDATE ledger_posting AS p SET account_id = a.id, position = 99"
            " FROM ledger_account AS a, ledger_account AS b"
            " WHERE b.id = p.account_id AND b.pot = a.pot AND b.stage = a.stage"
            " AND (a.pot, a.financial_year, a.stage) = ('cluster:b', 2026, 'paid')"
            " AND b.financial_year = 2027"
        ),
        {"posted_to_a_closed_account", "postings_differ_from_verb", "running_balance_differs"},
    ),
}


@pytest.mark.promise(11)
@pytest.mark.parametrize(("fault", "found"), FAULTS_OF_A_YEAR.values(), ids=FAULTS_OF_A_YEAR.keys())
def test_a_fault_planted_in_a_year_is_found(
    year: Books, played: Settings, fault: str, found: set[str]
) -> None:
    """Each law of a year shows the place at which it was broken on purpose."""
    plant(played, fault)
    assert found <= set(year.differences())


@pytest.mark.promise(11)
def test_an_entry_cannot_follow_a_later_one(year: Books, played: Settings) -> None:
    """An entry whose number was put before that of what it follows is found."""
    plant(
        played,
        "ALTER TABLE ledger_entry ALTER number DROP IDENTITY",
        "UPDATE ledger_entry SET number = number + 1000 WHERE verb = 'hold'",
    )
    assert "follows_the_wrong_entry" in year.differences()


@pytest.mark.promise(11)
def test_content_that_cannot_be_read_is_a_difference(year: Books, played: Settings) -> None:
    """Nobody blinds the check by writing what it stumbles over: what it can look at, it does."""
    plant(
        played,
        "UPDATE ledger_entry SET content = content || '{\"lines\": \"none\"}' WHERE verb = 'hold'",
        "UPDATE ledger_account SET balance_pence = balance_pence + 1 WHERE stage = 'paid'",
    )
    with transaction(year.engine) as session:
        found = ledger_check.verify(session)
    assert "SQLSTATE 22023" in {each.found for each in found}
    assert {"balance_differs_from_postings", "content_differs_from_its_hash"} <= {
        each.kind for each in found
    }


def test_every_difference_has_its_law_in_words() -> None:
    """Whatever a check finds is told as a sentence about what should hold."""
    planted = [found for _, found in (*FAULTS.values(), *FAULTS_OF_A_YEAR.values())]
    for kind in set().union(*planted):
        assert ledger_check.law_broken(kind).endswith(".")


def test_every_column_of_an_entry_is_held_to_its_content(books: Books) -> None:
    """A column that is added to the entries is looked at, or is made in the ledger itself."""
    with transaction(books.engine) as session:
        columns = set(session.connection().scalars(ENTRY_COLUMNS))
    made_here = {"id", "number", "recorded_at", "content", "content_hash", "resolves_id"}
    assert columns - made_here == set(SAID_IN_COLUMNS) - {"hold_id"}


ENTRY_COLUMNS = text(
    "SELECT column_name FROM information_schema.columns WHERE table_name = 'ledger_entry'"
)
