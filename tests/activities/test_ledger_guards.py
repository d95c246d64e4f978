"""What PostgreSQL itself refuses: writing past the verbs, altering, removing, not balancing."""

import json
from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from activities.settings import Settings
from activities.store.session import make_engine
from tests.activities.ledger_books import CONTEXT, POTS, Books, instalment, line

CHANGES = {
    "ledger_account": "pot = 'cluster:z'",
    "ledger_entry": "reason = 'another'",
    "ledger_posting": "pence = pence + 1",
    "ledger_commitment_instalment": "pence = pence + 1",
    "ledger_refusal": "result = 'created'",
    "ledger_period": "period = 1",
}
"""Each table of the ledger, with a change that somebody might wish to make to it."""


@pytest.fixture
def books(database: Settings) -> Iterator[Books]:
    """A ledger in which every table has a row."""
    engine = make_engine(database.database_url, pool_size=1)
    made = Books(engine)
    made.open(*POTS)
    made.allocate(line(1_000_00))
    made.committed(made.held(line(300_00)), instalment(1, 300_00))
    made.hold(line(9_000_00))
    made.close(period=3)
    yield made
    engine.dispose()


@pytest.fixture
def owner(database: Settings) -> Iterator[Connection]:
    """A connection that acts as the role which owns the ledger's tables."""
    assert database.database_owner_url is not None
    engine = create_engine(database.database_owner_url)
    with engine.connect() as connection:
        connection.execute(text("SET ROLE locality_ledger"))
        connection.commit()
        yield connection
    engine.dispose()


def refused(connection: Connection, statement: str) -> str:
    """Run a statement that must fail, and say with which SQLSTATE."""
    with pytest.raises(DBAPIError) as caught:
        connection.execute(text(statement))
    connection.rollback()
    return str(getattr(caught.value.orig, "sqlstate", None))


@pytest.mark.promise(11)
@pytest.mark.parametrize(("table", "change"), CHANGES.items())
def test_the_application_may_read_the_ledger_and_not_write_it(
    books: Books, table: str, change: str
) -> None:
    """The role that the API and the worker use has no right to any change but through a verb."""
    with books.engine.connect() as connection:
        assert connection.execute(text(f"TABLE {table}")).all()
        connection.rollback()
        for statement in (
            f"INSERT INTO {table} DEFAULT VALUES",
            f"UPDATE {table} SET {change}",  # noqa: S608  the names are those above
            f"DELETE FROM {table}",  # noqa: S608  the names are those above
            f"TRUNCATE {table} CASCADE",
            f"ALTER TABLE {table} DISABLE TRIGGER ALL",
        ):
            assert refused(connection, statement) == "42501"


@pytest.mark.promise(11)
@pytest.mark.usefixtures("books")
@pytest.mark.parametrize(("table", "change"), CHANGES.items())
def test_even_the_owner_of_the_ledger_cannot_alter_or_remove(
    owner: Connection, table: str, change: str
) -> None:
    """What stands is kept, whoever asks; of an account only its balance and opening ever change."""
    for statement in (
        f"UPDATE {table} SET {change}",  # noqa: S608  the names are those above
        f"DELETE FROM {table}",  # noqa: S608  the names are those above
        f"TRUNCATE {table} CASCADE",
    ):
        assert refused(owner, statement) == "42501"


@pytest.mark.promise(11)
def test_the_steps_of_the_verbs_are_not_the_applications_to_call(books: Books) -> None:
    """Only the verbs may be called; and it cannot become the role that owns them."""
    movements = "ARRAY[('cluster:a', 2026, 'available', 1)::ledger_movement]"
    with books.engine.connect() as connection:
        for statement in (
            f"SELECT ledger_post('{uuid4()}', '{{}}', '{{}}', {movements})",
            f"SELECT ledger_write('{uuid4()}', '{{}}', '{{}}', '{{}}', '{{}}')",
            "SET ROLE locality_ledger",
            "SET session_replication_role = replica",
            "CREATE FUNCTION public.ledger_mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        ):
            assert refused(connection, statement) == "42501"


def test_a_temporary_table_does_not_stand_in_for_a_ledger_table(books: Books) -> None:
    """The verbs look where their own search path says, not where the caller's does."""
    with books.engine.connect() as connection:
        made = "CREATE TEMPORARY TABLE ledger_account AS SELECT * FROM public.ledger_account"
        try:
            connection.execute(text(made))
        except ProgrammingError:
            return  # The role may make no temporary tables here: nothing can stand in.
        connection.execute(text("UPDATE ledger_account SET balance_pence = 99999999"))
        connection.commit()
        assert books.hold(line(9_000_00)).result == "exceeds_available"


@pytest.mark.promise(11)
@pytest.mark.usefixtures("books")
@pytest.mark.parametrize("pence", [(-100, 99), (-100,), ()])
def test_an_entry_that_does_not_balance_is_refused_where_it_is_written(
    owner: Connection, pence: tuple[int, ...]
) -> None:
    """Even written by the owner past the verbs, legs that do not sum to nought are never there."""
    with pytest.raises(IntegrityError) as caught:
        _write_entry(owner, pence)
    owner.rollback()
    assert getattr(caught.value.orig, "sqlstate", None) == "23514"


@pytest.mark.promise(11)
@pytest.mark.usefixtures("books")
@pytest.mark.parametrize(
    "changed",
    [
        {"verb": "'give'"},
        {"verb": "'open'"},
        {"verb": "'pay'"},
        {"verb": "'release'"},
        {"period": "13"},
        {"financial_year": "1999"},
        {"academic_year": "2201"},
        {"content_hash": "'\\x00'"},
        {"reverses_id": "gen_random_uuid()"},
        {"commitment_id": "gen_random_uuid()"},
        {"verb": "'reverse'", "reverses_id": "gen_random_uuid()"},
    ],
)
def test_an_entry_that_no_verb_makes_is_refused(owner: Connection, changed: dict[str, str]) -> None:
    """An unknown verb, a month that is none, or a link that leads nowhere: not even the owner's."""
    with pytest.raises(IntegrityError) as caught:
        _write_entry(owner, (-100, 100), **changed)
    owner.rollback()
    assert getattr(caught.value.orig, "sqlstate", None) == "23514"
    _write_entry(owner, (-100, 100))


@pytest.mark.promise(11)
@pytest.mark.usefixtures("books")
@pytest.mark.parametrize(
    "postings",
    [
        "SELECT e.id, 1, 99, 5, 5 FROM ledger_entry AS e WHERE e.verb = 'hold'",
        "SELECT e.id, n, 99, n * 2 - 3, 5 FROM ledger_entry AS e, (VALUES (1), (2)) AS v (n)",
        "SELECT gen_random_uuid(), a.id, 99, 5, 5 FROM ledger_account AS a LIMIT 1",
        "SELECT e.id, -1, 99, 5, 5 FROM ledger_entry AS e WHERE e.verb = 'hold'",
    ],
)
def test_a_posting_cannot_be_added_to_an_entry_that_stands(
    owner: Connection, postings: str
) -> None:
    """Nothing is slipped in beside what balanced, nor beside what is not there at all."""
    with pytest.raises(IntegrityError):
        owner.execute(text(f"INSERT INTO ledger_posting {postings}"))
    owner.rollback()


@pytest.mark.promise(5)
@pytest.mark.usefixtures("books")
def test_a_balance_below_its_floor_is_refused_by_the_row_itself(owner: Connection) -> None:
    """The last wall is a CHECK: no code, however wrong, writes an overspent balance."""
    below = "UPDATE ledger_account SET balance_pence = -1 WHERE pot = 'cluster:a'"
    assert refused(owner, below) == "23514"
    no_floor = "UPDATE ledger_account SET floor_pence = NULL WHERE pot = 'cluster:a'"
    assert refused(owner, no_floor) == "23514"


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [{"pot": "cluster:a", "financial_year": 2026, "pence": 0}],
        [{"pot": "cluster:a", "financial_year": 2026, "pence": -5}],
        [{"pot": "cluster:a", "financial_year": 2026, "pence": 0.5}],
        [{"pot": "cluster:a", "financial_year": 2026}],
        [{"financial_year": 2026, "pence": 5}],
    ],
)
def test_a_malformed_command_raises_and_leaves_nothing(
    books: Books, lines: list[dict[str, object]]
) -> None:
    """The domain cannot make such a command; the database takes it from nothing else either."""
    with books.engine.connect() as connection, pytest.raises(DBAPIError):
        connection.execute(
            text("SELECT ledger_hold(:id, CAST(:lines AS jsonb), CAST(:context AS jsonb))"),
            {"id": uuid4(), "lines": json.dumps(lines), "context": CONTEXT.model_dump_json()},
        )
    assert books.stages() == (700_00, 0, 300_00, 0)


def test_instalments_that_do_not_add_up_to_the_promise_raise(books: Books) -> None:
    """A commitment and its instalments are the same money, in the database too."""
    held = books.held(line(100_00))
    one = instalment(1, 99_99).model_dump(mode="json")
    context = CONTEXT.model_dump(mode="json") | {"hold_id": str(held), "instalments": [one]}
    with books.engine.connect() as connection, pytest.raises(DBAPIError):
        connection.execute(
            text("SELECT ledger_commit(:id, CAST(:lines AS jsonb), CAST(:context AS jsonb))"),
            {
                "id": uuid4(),
                "lines": json.dumps([line(100_00).model_dump(mode="json")]),
                "context": json.dumps(context),
            },
        )
    assert books.stages() == (600_00, 100_00, 300_00, 0)


def _write_entry(owner: Connection, pence: tuple[int, ...], **changed: str) -> None:
    """Write an entry past the verbs, with a posting for each amount, in one statement."""
    columns = {
        "id": ":id",
        "verb": "'hold'",
        "recorded_at": ":at",
        "effective_on": "'2026-10-05'",
        "financial_year": "2026",
        "period": "7",
        "academic_year": "2026",
        "content": "'{}'",
        "content_hash": "sha256('{}')",
    } | changed
    owner.execute(
        text(
            "WITH posted AS (INSERT INTO ledger_posting"  # noqa: S608  the names are those above
            " SELECT :id, a.id, 99, p.pence, 0 FROM ledger_account AS a"
            " JOIN unnest(CAST(:stages AS text[]), CAST(:pence AS bigint[])) AS p (stage, pence)"
            " ON p.stage = a.stage WHERE a.pot = 'cluster:a' AND a.financial_year = 2026)"
            f" INSERT INTO ledger_entry ({', '.join(columns)}) SELECT {', '.join(columns.values())}"
        ),
        {
            "id": uuid4(),
            "at": CONTEXT.recorded_at,
            "stages": ["available", "held"][: len(pence)],
            "pence": list(pence),
        },
    )
