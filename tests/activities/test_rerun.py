"""Every decision ever stored re-runs to itself, and whatever does not is told."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from activities.embedded import EmbeddedPostgres
from activities.settings import Settings
from activities.store import reading
from activities.store.policies import pinned, version_of
from activities.store.reading import Differs, Rerun
from activities.store.reading.policies import pins_on
from activities.store.session import make_engine, transaction
from api import cli, command_line
from domain.refusals import NoPolicyInForce
from tests.activities.planting import plant
from tests.activities.small_county import FIRST_DAY, PLANTED
from tests.activities.term import DECISIONS, PLACINGS, SET_BY_PEOPLE, termed_on
from tests.conftest import settings_for

pytestmark = [pytest.mark.promise(9), pytest.mark.promise(2)]

DEARER = (
    "UPDATE policy_version SET document ="
    " jsonb_set(document, '{steps,8,rows,0,amount_pence}', '312100') WHERE kind = 'tariff'"
)
STEPLESS = "UPDATE policy_version SET document = document - 'steps' WHERE kind = 'tariff'"
GONE = "DELETE FROM policy_version WHERE kind = 'tariff'"


@pytest.fixture
def term(postgres: EmbeddedPostgres, furnished: str) -> Iterator[Settings]:
    """Settings that name a record of this test's own, with a term in it that was played."""
    name = f"test_{uuid4().hex}"
    postgres.create_database(name, template=termed_on(postgres, furnished))
    yield settings_for(postgres, name)
    postgres.drop_database(name)


def run_again(term: Settings) -> Rerun:
    """Run everything that is stored again."""
    engine = make_engine(term.database_url, 1)
    with transaction(engine) as session:
        found = reading.rerun(session)
    engine.dispose()
    return found


def whats(found: Rerun) -> set[str]:
    """What differs anywhere."""
    return {each.what for each in found.differences}


def test_everything_stored_in_a_term_re_runs_to_itself(term: Settings) -> None:
    """Promises 9 and 2: placed, priced and signed in every way, it all comes out as it was."""
    found = run_again(term)
    assert found.differences == ()
    assert (found.placings, found.decisions) == (PLACINGS, DECISIONS)
    assert found.set_by_people == SET_BY_PEOPLE


def test_a_published_document_that_was_altered_is_told_by_hash_and_by_pence(
    term: Settings,
) -> None:
    """Promise 9: whoever could turn the triggers off is found out, in the cases it touches."""
    plant(term, DEARER)
    found = run_again(term)
    assert {"policy tariff, sha256", "annual_pence", "by_school_pence"} <= whats(found)
    pence = [each for each in found.differences if each.what == "annual_pence"]
    assert {(each.stored, each.now) for each in pence} == {("312000", "312100")}
    told = [each for each in found.differences if each.what == "policy tariff, sha256"]
    assert len(told) == PLACINGS


@pytest.mark.parametrize(
    "altered", [DEARER, "UPDATE policy_version SET sha256 = repeat('a', 64) WHERE kind = 'tariff'"]
)
def test_a_published_document_that_was_altered_is_never_decided_by(
    term: Settings, monkeypatch: pytest.MonkeyPatch, altered: str
) -> None:
    """Promise 9: it is refused with what would help; the others are read as before."""
    monkeypatch.setattr("activities.store.policies._READ", {})  # as in a process that begins
    plant(term, altered)
    engine = make_engine(term.database_url, 1)
    with transaction(engine) as session:
        pins = pins_on(session, FIRST_DAY)
        with pytest.raises(NoPolicyInForce, match="another hash") as refused:
            version_of(session, UUID(pins["tariff"]))
        with pytest.raises(NoPolicyInForce, match="another hash"):
            pinned(session, pins)
        assert version_of(session, UUID(pins["continuum"])).kind == "continuum"
    engine.dispose()
    assert "rerun" in refused.value.help


def test_a_hash_on_record_that_is_not_the_documents_is_told(term: Settings) -> None:
    """Promise 2: the hash by which a version is known is the document's, wherever it stands."""
    plant(term, "UPDATE policy_version SET sha256 = repeat('a', 64) WHERE kind = 'panel'")
    assert whats(run_again(term)) == {"policy panel, sha256 on record"}


def test_another_version_under_an_old_decision_is_told(term: Settings) -> None:
    """Promise 9: a request whose pins were moved to another version no longer has its stamps."""
    plant(
        term,
        "UPDATE support_request SET pins = pins || jsonb_build_object('tariff', pins ->> 'panel')",
    )
    assert whats(run_again(term)) == {"policy"}


def test_a_version_that_is_gone_or_unreadable_is_told(term: Settings) -> None:
    """Promise 2: a decision whose rule cannot be shown is a difference, not a crash."""
    plant(term, STEPLESS)
    assert whats(run_again(term)) == {"policy tariff"}
    plant(term, GONE)
    assert whats(run_again(term)) == {"policy tariff"}


def test_a_rule_that_was_changed_in_the_code_is_told(
    term: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Promise 9: code that rounds another way may not reach those who were decided before."""
    monkeypatch.setattr("domain.tariff.whole_pence", lambda exact: int(exact) + 1)
    found = run_again(term)
    assert "annual_pence" in whats(found)
    assert Differs(
        reference=found.differences[0].reference,
        of="placing 1",
        what="annual_pence",
        stored="312000",
        now="312001",
    ) in set(found.differences)


@pytest.mark.parametrize(
    ("altered", "expected"),
    [
        ("inputs = jsonb_set(inputs, '{content,kind}', '\"castle\"')", "what it read"),
        ("inputs = inputs - 'content'", "what it read"),
        ("inputs = jsonb_set(inputs, '{profile,levels,cognition_and_learning}', '0')", "tier"),
        ("band = 'e4'", "band"),
        (
            "working = jsonb_set(working, '{steps,0,gave}', '\"99 points\"')",
            "working, step 1, gave",
        ),
        ("by_school_pence = '{}'", "by_school_pence"),
        ("annual_pence = 1", "annual_pence"),
    ],
)
def test_a_placing_that_was_altered_is_told(term: Settings, altered: str, expected: str) -> None:
    """Promise 2: what was read, given or shown is held against what the rules give."""
    plant(term, f"UPDATE \"placing\" SET {altered} WHERE tier = 'exceptional'")  # noqa: S608
    found = run_again(term)
    assert expected in whats(found)
    assert PLANTED not in repr(found), "what was typed stays where it is"


@pytest.mark.parametrize(
    ("altered", "expected"),
    [
        ("annual_pence = annual_pence + 1", "annual_pence without a reason"),
        ("tier = 'universal'", "tier"),
        ("inputs = inputs || '{\"version\": 9}'", "inputs"),
        ("result = result || '{\"by_the_rules_pence\": 7}'", "by_the_rules_pence"),
        ('result = result || \'{"by_the_rules_tier": "low"}\'', "by_the_rules_tier"),
    ],
)
def test_a_decision_that_was_altered_is_told(term: Settings, altered: str, expected: str) -> None:
    """Promise 2: an officer's other amount has a reason, and the rest is the placing's."""
    plant(term, f"UPDATE decision SET {altered} WHERE tier = 'exceptional'")  # noqa: S608
    assert expected in whats(run_again(term))


def test_the_command_says_so_and_fails_on_a_difference(
    term: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Promise 9: `policy rerun` counts what came out as stored, and exits 1 where one did not."""
    monkeypatch.setattr(command_line, "settings", lambda: term)
    assert cli.main(["policy", "rerun"]) == 0
    assert f"{PLACINGS} placings and {DECISIONS} decisions come out" in capsys.readouterr().out
    plant(term, "UPDATE decision SET band = 'e4' WHERE band = 'e1'")
    assert cli.main(["policy", "rerun"]) == 1
    told = capsys.readouterr()
    assert "decision 1: band: stored e4, now e1" in told.out
    assert told.err.endswith("differences\n")
