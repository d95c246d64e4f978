"""A tool that is not ours proves the ledger: the journal of a played year passes bean-check."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from activities.settings import Settings
from activities.store import ledger
from activities.store.reading.beancount import beancount_journal
from activities.store.session import make_engine, transaction
from domain.ledger.journal import JournalEntry
from tests.activities.ledger_books import Books, line
from tests.activities.planting import plant

BEAN_CHECK = Path(sys.executable).with_name("bean-check")


@pytest.fixture
def year(played: Settings) -> Iterator[Books]:
    """A ledger in which every verb was heard."""
    engine = make_engine(played.database_url, pool_size=1)
    yield Books(engine)
    engine.dispose()


def journal(books: Books) -> str:
    """The whole ledger as it is exported."""
    with transaction(books.engine) as session:
        return "".join(f"{each}\n" for each in beancount_journal(session))


def bean_check(folder: Path, written: str) -> str:
    """What bean-check complains of; nothing if the journal is sound."""
    file = folder / "ledger.beancount"
    file.write_text(written)
    done = subprocess.run(
        [BEAN_CHECK, "--no-cache", file], capture_output=True, text=True, check=False
    )
    assert bool(done.returncode) == bool(done.stderr)
    return done.stderr


@pytest.mark.promise(11)
def test_a_played_year_passes_bean_check(year: Books, tmp_path: Path) -> None:
    """Every entry balances and every account row is what the entries come to."""
    written = journal(year)
    assert bean_check(tmp_path, written) == ""
    assert written.count(" * ") == len([one for one in entries(year) if one.postings])
    assert "Assets:Budget:Cluster-a:2026:Committed" in written
    assert "Assets:Budget:High-needs-block:2026:Available" in written


def entries(books: Books) -> tuple[JournalEntry, ...]:
    """The journal as the ledger reads it."""
    with transaction(books.engine) as session:
        return ledger.entries(session, limit=500)


VIREMENT = "(SELECT id FROM ledger_entry WHERE verb = 'vire')"
FAULTS = {
    "one leg altered by a penny": (
        "UPDATE ledger_posting SET pence = pence + 1 WHERE pence > 0 AND entry_id = VIREMENT",
        "Transaction does not balance",
    ),
    "both legs altered alike": (
        "UPDATE ledger_posting SET pence = 2 * pence WHERE entry_id = VIREMENT",
        "Balance failed",
    ),
    "an entry deleted": (
        "DELETE FROM ledger_entry WHERE id = VIREMENT",
        "Balance failed",
    ),
    "an account that nobody opened": (
        (
            "DELETE FROM ledger_account"
            " WHERE (pot, financial_year, stage) = ('exceptional', 2026, 'available')"
        ),
        "Invalid reference to unknown account",
    ),
    "a balance edited by a penny": (
        (
            "UPDATE ledger_account SET balance_pence = balance_pence + 1"
            " WHERE (pot, financial_year, stage) = ('cluster:a', 2026, 'paid')"
        ),
        "Balance failed",
    ),
}


@pytest.mark.promise(11)
@pytest.mark.parametrize(("fault", "told"), FAULTS.values(), ids=FAULTS.keys())
def test_bean_check_catches_a_planted_fault(
    year: Books, played: Settings, tmp_path: Path, fault: str, told: str
) -> None:
    """What was altered behind the verbs' backs is found by a tool that knows nothing of them."""
    plant(played, fault.replace("VIREMENT", VIREMENT))
    assert told in bean_check(tmp_path, journal(year))


@pytest.mark.promise(11)
def test_pots_that_beancount_would_call_alike_are_told_apart(year: Books, tmp_path: Path) -> None:
    """Letters and signs that its names lack do not make two budgets one."""
    year.open("cluster:x_1", "cluster:x-1", "cluster:X-1")
    year.allocate(
        line(10_00, "cluster:x_1"), line(20_00, "cluster:x-1"), line(30_00, "cluster:X-1")
    )
    written = journal(year)
    opened = [each.split()[2] for each in written.splitlines() if " open " in each]
    assert len(opened) == len(set(opened))
    assert bean_check(tmp_path, written) == ""


def test_an_empty_ledger_has_an_empty_journal(database: Settings, tmp_path: Path) -> None:
    """Before anything happened there is nothing to prove."""
    engine = make_engine(database.database_url, pool_size=1)
    assert bean_check(tmp_path, journal(Books(engine))) == ""
    engine.dispose()


@pytest.mark.promise(8)
def test_nothing_that_a_person_wrote_is_in_the_journal(year: Books) -> None:
    """Codes and numbers leave the house, reasons and references do not (promise 8)."""
    assert not any(word in journal(year) for word in ("owed_by_plan", "late_invoice", "RUN-7"))
