"""What is left of a posting when every promise is taken away, asked by the same code: the floor.

One function moves pence between two rows with a CHECK each and notes the transfer under its id. No
context, no entry that says why, no guard, no period, no refusal that is kept, no plan that is held
fast. What this misses of a goal, no ledger that is asked by this code can reach on this machine.
"""

import time
from uuid import uuid4

import psycopg

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
