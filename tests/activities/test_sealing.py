"""The chain over the ledger: nothing is skipped, and nothing under it is altered unseen."""

from collections.abc import Iterator
from datetime import UTC, datetime
from threading import Thread
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from activities.settings import Settings
from activities.store import ledger, sealing
from activities.store.ledger_check import law_broken, verify
from activities.store.sealing import SealedHead, follow_chain, seal, sealed_head
from activities.store.session import at_one_instant, make_engine, transaction
from domain.ledger.journal import Hold
from tests.activities.ledger_books import CONTEXT, POTS, Books, line
from tests.activities.planting import plant

NOW = datetime(2026, 10, 5, 9, tzinfo=UTC)
PLACES = text("SELECT array_agg(entry_number ORDER BY place) FROM ledger_sealed_entry")
NUMBERS = text("SELECT array_agg(number ORDER BY number) FROM ledger_entry")


@pytest.fixture
def books(database: Settings) -> Iterator[Books]:
    """An empty ledger."""
    engine = make_engine(database.database_url, pool_size=4)
    yield Books(engine)
    engine.dispose()


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seals of four entries, so that a year has several."""
    monkeypatch.setattr(sealing, "AT_ONCE", 4)


@pytest.fixture
def year(played: Settings, small_batches: None) -> Iterator[Books]:  # noqa: ARG001
    """A year of every verb, sealed to its end."""
    engine = make_engine(played.database_url, pool_size=4)
    made = Books(engine)
    assert seal(engine, NOW) == len(numbers(made))
    yield made
    engine.dispose()


def numbers(books: Books) -> list[int]:
    """The numbers of the entries there are."""
    found = books.read(lambda session: session.connection().execute(NUMBERS).scalar_one())
    assert isinstance(found, list)
    return found


def places(books: Books) -> list[int]:
    """The numbers of the entries in the order in which they were sealed."""
    found = books.read(lambda session: session.connection().execute(PLACES).scalar_one())
    assert isinstance(found, list)
    return found


def head(books: Books) -> SealedHead:
    """The head to publish."""
    with transaction(books.engine) as session:
        found = sealed_head(session)
    assert found is not None
    return found


def broken(books: Books, published: str | None = None) -> set[str]:
    """The laws of the chain that are found broken."""
    with transaction(books.engine) as session:
        return {each.kind for each in follow_chain(session, published)}


@pytest.mark.promise(11)
def test_a_sealed_year_holds_and_goes_through_every_published_head(year: Books) -> None:
    """Every entry has a place, and the chain passes the head of today and of each day before."""
    published = head(year)
    assert places(year) == numbers(year)
    assert (published.entries, published.waiting) == (len(numbers(year)), 0)
    year.held(line(1_00))
    assert head(year).waiting == 1
    assert seal(year.engine, NOW) == 1
    assert head(year).head != published.head
    assert seal(year.engine, NOW) == 0
    with transaction(year.engine) as session:
        assert verify(session, published.head) == []
        assert verify(session, head(year).head) == []


@pytest.mark.promise(11)
def test_nothing_is_sealed_before_there_is_something(books: Books) -> None:
    """An empty ledger has no head, and its chain holds."""
    assert seal(books.engine, NOW) == 0
    with transaction(books.engine) as session:
        assert sealed_head(session) is None
        assert verify(session) == []


@pytest.mark.promise(11)
def test_an_entry_that_is_committed_late_is_not_skipped(books: Books) -> None:
    """One that took its number first and committed last gets its place in a later seal."""
    books.open(*POTS)
    books.allocate(line(100_00), line(100_00, "cluster:b"))
    with transaction(books.engine) as session:
        late = Hold(id=uuid4(), lines=(line(1_00),), context=CONTEXT)
        assert ledger.hold(session, late).is_done
        books.held(line(2_00, "cluster:b"))
        assert seal(books.engine, NOW) == 3
    books.held(line(3_00, "cluster:b"))
    assert seal(books.engine, NOW) == 2
    in_order = numbers(books)
    assert places(books) == [*in_order[:2], in_order[3], in_order[2], in_order[4]]
    assert broken(books, head(books).head) == set()


@pytest.mark.promise(11)
def test_sealing_beside_those_who_post_skips_nothing_and_takes_nothing_twice(
    books: Books,
    small_batches: None,  # noqa: ARG001
) -> None:
    """Four callers post while two seal; at the end each entry has one place."""
    books.open(*POTS)
    books.allocate(line(100_00), line(100_00, "cluster:b"))

    def post(pot: str) -> None:
        for _ in range(30):
            books.held(line(1, pot))

    posting = [Thread(target=post, args=(pot,)) for pot in ("cluster:a", "cluster:b") * 2]
    sealing_too = Thread(target=lambda: [seal(books.engine, NOW) for _ in range(20)])
    for thread in (*posting, sealing_too):
        thread.start()
    while any(thread.is_alive() for thread in posting):
        seal(books.engine, NOW)
    for thread in (*posting, sealing_too):
        thread.join()
    seal(books.engine, NOW)
    assert sorted(places(books)) == numbers(books)
    assert len(numbers(books)) == 122
    assert broken(books) == set()


FAULTS: dict[str, tuple[tuple[str, ...], set[str]]] = {
    "a row altered": (
        (
            (
                'UPDATE ledger_entry SET content = content || \'{"reason": "another"}\','
                " reason = 'another', content_hash = sha256(convert_to("
                "(content || '{\"reason\": \"another\"}')::text, 'UTF8')) WHERE number = 10"
            ),
        ),
        {"entry_differs_from_its_seal"},
    ),
    "an instant altered": (
        ("UPDATE ledger_entry SET recorded_at = now() WHERE number = 10",),
        {"entry_differs_from_its_seal"},
    ),
    "the postings of an entry altered": (
        (
            (
                "UPDATE ledger_posting SET pence = 2 * pence WHERE entry_id ="
                " (SELECT id FROM ledger_entry WHERE number = 10)"
            ),
        ),
        {"entry_differs_from_its_seal"},
    ),
    "a row deleted": (
        ("DELETE FROM ledger_entry WHERE number = 10",),
        {"sealed_entry_is_gone"},
    ),
    "a row deleted with its place": (
        (
            "DELETE FROM ledger_sealed_entry WHERE entry_number = 10",
            "DELETE FROM ledger_entry WHERE number = 10",
        ),
        {"chain_has_a_gap", "seal_differs_from_its_entries"},
    ),
    "two rows swapped": (
        (
            "ALTER TABLE ledger_entry ALTER number SET GENERATED BY DEFAULT",
            "UPDATE ledger_entry SET number = -1 WHERE number = 10",
            "UPDATE ledger_entry SET number = 10 WHERE number = 11",
            "UPDATE ledger_entry SET number = 11 WHERE number = -1",
        ),
        {"entry_differs_from_its_seal"},
    ),
    "two places swapped": (
        (
            "DROP INDEX ledger_sealed_entry_is_sealed_once",
            (
                "UPDATE ledger_sealed_entry AS s SET entry_number = o.entry_number,"
                " digest = o.digest FROM ledger_sealed_entry AS o"
                " WHERE (s.entry_number, o.entry_number) IN ((10, 11), (11, 10))"
            ),
        ),
        {"seal_differs_from_its_entries"},
    ),
    "a place taken out": (
        ("DELETE FROM ledger_sealed_entry WHERE entry_number = 10",),
        {"chain_has_a_gap", "seal_differs_from_its_entries", "entry_passed_over"},
    ),
    "a seal deleted": (
        ("DELETE FROM ledger_seal WHERE number = 3",),
        {"seal_is_gone"},
    ),
    "a seal replaced": (
        ("UPDATE ledger_seal SET head = sha256(head) WHERE number = 3",),
        {"seal_differs_from_its_entries", "chain_is_broken"},
    ),
    "the entries of the last seals cut": (
        (
            (
                "DELETE FROM ledger_entry WHERE number IN"
                " (SELECT entry_number FROM ledger_sealed_entry WHERE seal_number > 4)"
            ),
            "DELETE FROM ledger_sealed_entry WHERE seal_number > 4",
        ),
        {"sealed_entries_are_gone"},
    ),
}


@pytest.mark.promise(11)
@pytest.mark.parametrize(("faults", "found"), FAULTS.values(), ids=FAULTS.keys())
def test_what_is_altered_under_the_chain_is_found(
    year: Books, played: Settings, faults: tuple[str, ...], found: set[str]
) -> None:
    """Altered, deleted, swapped or cut, whoever did it: the chain no longer holds there."""
    plant(played, *faults)
    assert found <= broken(year)
    assert all(law_broken(each).endswith(".") for each in broken(year))


@pytest.mark.promise(11)
def test_a_tail_cut_with_its_seals_is_found_beside_a_published_head(
    year: Books, played: Settings
) -> None:
    """Without its tail the chain holds; only what was published remembers that there was more."""
    published = head(year).head
    plant(
        played,
        (
            "DELETE FROM ledger_entry WHERE number IN"
            " (SELECT entry_number FROM ledger_sealed_entry WHERE seal_number > 4)"
        ),
        "DELETE FROM ledger_sealed_entry WHERE seal_number > 4",
        "DELETE FROM ledger_seal WHERE number > 4",
    )
    assert broken(year) == set()
    assert broken(year, published) == {"published_head_is_gone"}
    assert broken(year, head(year).head) == set()


@pytest.mark.promise(11)
def test_a_chain_made_anew_over_altered_entries_is_found_beside_a_published_head(
    year: Books, played: Settings
) -> None:
    """Whoever alters an entry and seals everything again still cannot make the head that was."""
    published = head(year).head
    plant(
        played,
        "UPDATE ledger_entry SET recorded_at = now() WHERE number = 10",
        "DELETE FROM ledger_sealed_entry",
        "DELETE FROM ledger_seal",
    )
    seal(year.engine, NOW)
    assert broken(year) == set()
    assert broken(year, published) == {"published_head_is_gone"}


@pytest.mark.promise(11)
def test_a_balance_edited_directly_is_found_though_the_chain_holds(
    year: Books, played: Settings
) -> None:
    """Balances are not under the chain: they are the sum of what is."""
    plant(
        played, "UPDATE ledger_account SET balance_pence = balance_pence + 1 WHERE stage = 'paid'"
    )
    with transaction(year.engine) as session:
        found = {each.kind for each in verify(session)}
    assert "balance_differs_from_postings" in found
    assert broken(year) == set()


@pytest.mark.promise(11)
@pytest.mark.parametrize("table", ["ledger_seal", "ledger_sealed_entry"])
@pytest.mark.parametrize("change", ["UPDATE {} SET {} = 1", "DELETE FROM {}", "TRUNCATE {}"])
def test_seals_are_written_by_sealing_alone(year: Books, table: str, change: str) -> None:
    """The application may read seals and ask for more; it cannot write one or take one away."""
    column = {"ledger_seal": "entries", "ledger_sealed_entry": "entry_number"}[table]
    with pytest.raises(DBAPIError) as raised, transaction(year.engine) as session:
        session.connection().execute(text(change.format(table, column)))
    assert getattr(raised.value.orig, "sqlstate", None) == "42501"


@pytest.mark.promise(11)
def test_not_even_the_owner_alters_a_seal(year: Books, played: Settings) -> None:
    """The triggers stand for whoever owns the tables too."""
    assert played.database_owner_url is not None
    owner = make_engine(played.database_owner_url, 1)
    for change in ("UPDATE ledger_seal SET entries = 1", "DELETE FROM ledger_sealed_entry"):
        with owner.begin() as connection:
            connection.execute(text("SET LOCAL ROLE locality_ledger"))
            with pytest.raises(DBAPIError, match="append-only"):
                connection.execute(text(change))
    owner.dispose()
    assert broken(year) == set()


@pytest.mark.promise(11)
def test_sealing_refuses_an_instant_that_stands_still(books: Books) -> None:
    """A transaction that sees one instant alone would miss what was committed meanwhile."""
    books.open(*POTS)
    frozen = books.engine.execution_options(isolation_level="REPEATABLE READ")
    with pytest.raises(DBAPIError, match="each step of sealing"):
        seal(frozen, NOW)


@pytest.mark.promise(11)
def test_the_ledger_is_proved_at_one_instant_while_others_post_and_seal(year: Books) -> None:
    """What is posted and sealed between two of verify's questions is no difference."""
    published = head(year)
    with at_one_instant(year.engine) as session:
        assert sealed_head(session) == published
        year.held(line(1_00))
        assert seal(year.engine, NOW) == 1
        assert verify(session, published.head) == []
        assert sealed_head(session) == published
    assert head(year).entries == published.entries + 1
