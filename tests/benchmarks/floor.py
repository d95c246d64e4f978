"""What is left of a posting when every promise is taken away, asked by the same code: the floor.

One function moves pence between two rows with a CHECK each and notes the transfer under its id: no
entry, guard, period or refusal. What this misses of a goal, no ledger asked so can reach here. Of a
batch: the rows of its lines alone, into tables like the ledger's, made up by the server.
"""

import time
from uuid import uuid4

import psycopg
from sqlalchemy import Engine

from activities.store.session import make_engine, transaction
from tests.benchmarks.ground import Ground

_DATABASE, _ENOUGH = "bench_floor", 1_000_000_000
_BARE = """
CREATE TABLE account (
    id integer PRIMARY KEY, pence bigint NOT NULL CHECK (pence >= 0)
) WITH (fillfactor = 50);
CREATE TABLE transfer (id uuid PRIMARY KEY, out_of integer NOT NULL, into_id integer NOT NULL);
CREATE FUNCTION move(id uuid, out_of integer, into_id integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO transfer VALUES (move.id, move.out_of, move.into_id) ON CONFLICT DO NOTHING;
    IF NOT found THEN RETURN false; END IF;
    UPDATE account AS a SET pence = a.pence - 1 WHERE a.id = move.out_of;
    UPDATE account AS a SET pence = a.pence + 1 WHERE a.id = move.into_id;
    RETURN true;
END
$$;
"""
_MOVE = "SELECT move(%s, %s, %s)"
_LIKE = """
CREATE TABLE bare_entry (LIKE ledger_entry INCLUDING ALL);
CREATE TABLE bare_posting (
    LIKE ledger_posting INCLUDING ALL,
    FOREIGN KEY (entry_id) REFERENCES bare_entry,
    FOREIGN KEY (account_id) REFERENCES ledger_account
);
CREATE SEQUENCE bare_place;
CREATE FUNCTION bare_lines(lines integer, caller integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    WITH line AS MATERIALIZED (
        SELECT gen_random_uuid() AS id, nextval('bare_place') AS place
        FROM generate_series(1, lines)
    ), account AS MATERIALIZED (
        SELECT array_agg(a.id) AS ids FROM (
            SELECT l.id FROM ledger_account AS l ORDER BY l.id OFFSET caller * 100 LIMIT 100
        ) AS a
    ), posted AS (
        INSERT INTO bare_posting (entry_id, account_id, position, pence, running_pence)
        SELECT l.id, a.ids[1 + (l.place * 2 + leg) % 100], l.place, leg * 200 - 100, l.place
        FROM line AS l, account AS a, generate_series(0, 1) AS leg
    )
    INSERT INTO bare_entry (
        id, verb, recorded_at, effective_on, financial_year, period, academic_year, request_id,
        award_id, instalment_number, attempt, section_251_line, cost_centre, authority, run_id,
        commitment_id, content, content_hash
    )
    SELECT l.id, 'pay', now(), current_date, 2026, 1, 2026, l.id, l.id, 1, 1, '1.2.1', 'SEN-100',
        'The benchmark', l.id, l.id, '{"verb": "pay"}', decode(repeat('00', 32), 'hex')
    FROM line AS l;
END
$$;
"""
_LINES = "SELECT bare_lines(%s, %s)"


def open_floor(ground: Ground, pots: int) -> str:
    """Make two bare accounts for each pot in a database of their own; its address."""
    ground.postgres.create_database(_DATABASE)
    url = ground.postgres.url("postgres", _DATABASE).replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(url) as connection:
        connection.execute(_BARE)
        connection.execute(
            "INSERT INTO account SELECT g, %s FROM generate_series(0, %s) AS g",
            (_ENOUGH, 2 * pots - 1),
        )
    return ground.postgres.url(database=_DATABASE)


def move(url: str, pots: int, begin_at: float, seconds: float, place: float) -> float:
    """One caller, at its place among the pots from 0 to 1, moves pennies; how many a second.

    As a posting is asked: in a transaction of the store's, by the driver's own connection.
    """
    engine = make_engine(url, 1)
    count = 0
    time.sleep(max(begin_at - time.time(), 0))
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        pot = (int(place * pots) + count) % pots
        with transaction(engine) as session:
            driver = session.connection().connection.driver_connection
            assert driver is not None
            driver.execute(_MOVE, (uuid4(), 2 * pot, 2 * pot + 1)).fetchone()
        count += 1
    rate = count / (time.perf_counter() - began)
    engine.dispose()
    return rate


def open_bare_lines(ground: Ground, database: str) -> None:
    """Make tables like the ledger's own, beside them, with nothing that guards them."""
    url = ground.postgres.url("postgres", database).replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(url) as connection:
        connection.execute(_LIKE)


def write_lines(url: str, lines: int, begin_at: float, runs: int, caller: int) -> float:
    """One caller writes the rows of so many lines in each of its runs; the seconds that it took."""
    engine = make_engine(url, 1)
    _write(engine, 1, caller)
    time.sleep(max(begin_at - time.time(), 0))
    for _ in range(runs):
        _write(engine, lines, caller)
    took = time.time() - begin_at
    engine.dispose()
    return took


def _write(engine: Engine, lines: int, caller: int) -> None:
    with transaction(engine) as session:
        driver = session.connection().connection.driver_connection
        assert driver is not None
        driver.execute(_LINES, (lines, caller))
