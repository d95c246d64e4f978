"""A check that re-adds the ledger finds what was altered behind the verbs' backs."""

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text

from activities.settings import Settings
from activities.store.session import make_engine
from tests.activities.ledger_books import POTS, Books, instalment, line


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


def plant(database: Settings, fault: str) -> None:
    """Alter the ledger as only a superuser with the triggers off can."""
    assert database.database_owner_url is not None
    engine = create_engine(database.database_owner_url)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL ROLE NONE"))
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        assert connection.execute(text(fault)).rowcount > 0
    engine.dispose()


@pytest.mark.promise(11)
def test_a_sound_ledger_shows_no_difference(books: Books) -> None:
    """After every verb, reversals included, everything re-added is what stands."""
    assert books.differences() == []


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
