"""The command line: what it loads, checks and prints; a fault is a sentence and a status."""

import json
from collections.abc import Callable
from pathlib import Path

import jwt
import pytest
from sqlalchemy import create_engine, make_url

from activities.embedded import EmbeddedPostgres
from activities.settings import Issuer, Settings, environment_of, settings
from api import cli, command_line
from tests.activities.by_hand import ByHand
from tests.activities.small_county import ISSUER, PACK, PLANTED, request
from tests.conftest import ROOT, settings_for

Run = Callable[..., tuple[int, str, str]]
OWN = "https://login.example"


@pytest.fixture
def run(
    small_county: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run a command on the small county; gives its status, its output and its complaint."""
    monkeypatch.setattr(command_line, "settings", lambda: small_county)

    def do(*arguments: str | Path) -> tuple[int, str, str]:
        capsys.readouterr()
        status = cli.main([str(each) for each in arguments])
        told = capsys.readouterr()
        return status, told.out, told.err

    return do


def test_a_county_is_loaded_and_loading_it_again_adds_nothing(run: Run, tmp_path: Path) -> None:
    """New places, people and pupils are added; what is there stays as it is."""
    file = tmp_path / "county.toml"
    file.write_text(COUNTY)
    assert run("county", file)[1] == "1 schools added, 1 people added, 1 pupils added\n"
    assert run("county", file)[1] == "0 schools added, 0 people added, 0 pupils added\n"


def test_every_fault_of_a_county_is_listed_without_what_stood_there(
    run: Run, tmp_path: Path
) -> None:
    """A file with faults is taken back to be mended once, and no child is named."""
    file = tmp_path / "county.toml"
    file.write_text(COUNTY.replace('"primary"', '"nursery"').replace("key_stage = 2", ""))
    status, _, complaint = run("county", file)
    assert status == 1
    assert "schools.0.phase" in complaint
    assert "pupils.0.key_stage" in complaint
    assert PLANTED not in complaint
    file.write_text("not = [toml")
    assert run("county", file)[0] == 1
    assert run("county", tmp_path / "missing.toml")[0] == 1


def test_budgets_are_given_once_for_each_authority(run: Run, tmp_path: Path) -> None:
    """The same budgets again change nothing; others by the same authority are refused."""
    file = tmp_path / "budgets.toml"
    written = 'authority = "Decision 1"\nyears = [2028]\n[pence]\n"cluster:alder" = 5000\n'
    file.write_text(written)
    assert [run("budgets", file)[0] for _ in range(2)] == [0, 0]
    assert "£50.00" in run("ledger", "balances")[1]
    file.write_text(written.replace("5000", "6000"))
    status, _, complaint = run("budgets", file)
    assert status == 1
    assert complaint.startswith("not_valid")
    assert run("ledger", "verify")[0] == 0


@pytest.mark.promise(9)
def test_policy_is_published_once_and_never_changed(run: Run, tmp_path: Path) -> None:
    """Publishing again changes nothing, and nothing may begin before what is published."""
    assert run("policy", "publish", PACK)[0] == 0
    assert run("policy", "publish", PACK)[0] == 0
    earlier = tmp_path / "panel" / "2026-08-01.toml"
    earlier.parent.mkdir()
    text = (PACK / "panel/2026-09-01.toml").read_text()
    earlier.write_text(text.replace("in_force_from = 2026-09-01", "in_force_from = 2026-08-01"))
    status, _, complaint = run("policy", "publish", earlier)
    assert status == 1
    assert "never changed" in complaint


def test_a_pack_is_checked_and_every_fault_listed(run: Run, tmp_path: Path) -> None:
    """A sound pack passes; a faulty one is listed, and is not published either."""
    assert run("policy", "check", PACK) == (0, "no fault found\n", "")
    for name in ("one", "two"):
        faulty = tmp_path / "panel" / f"{name}.toml"
        faulty.parent.mkdir(exist_ok=True)
        faulty.write_text('kind = "panel"\n')
    status, listed, complaint = run("policy", "check", tmp_path)
    assert status == 1
    assert "panel/one.toml" in listed
    assert "panel/two.toml" in listed
    assert "faults" in complaint
    assert run("policy", "publish", tmp_path)[0] == 1
    assert run("policy", "check", tmp_path / "nothing")[0] == 1


@pytest.mark.promise(2)
def test_why_prints_the_chain_of_an_entry(run: Run, hand: ByHand) -> None:
    """From the entry to the decision, the tariff's line, the votes and the rules."""
    request_id = hand.recommended(request())
    hand.world.authorises("head-of-sen", request_id)
    hand.goes_on()
    entry = hand.world.one("SELECT id FROM ledger_entry WHERE verb = 'commit'")
    status, printed, _ = run("why", entry)
    assert status == 0
    for part in ("decision:", "placing:", "ballot:", "votes 3:", "request:", "policies 1:"):
        assert part in printed
    assert "tariff/demo" in printed
    status, _, complaint = run("why", "00000000-0000-0000-0000-000000000000")
    assert status == 1
    assert complaint.startswith("unknown")


@pytest.mark.promise(11)
def test_a_ledger_that_was_altered_is_found_out(
    run: Run, small_county: Settings, postgres: EmbeddedPostgres
) -> None:
    """Adding everything up anew finds a balance that nobody posted."""
    assert run("ledger", "verify")[0] == 0
    name = make_url(small_county.database_url).database
    assert name is not None
    superuser = create_engine(postgres.url("postgres", name))
    with superuser.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE ledger_account SET balance_pence = balance_pence + 1"
            " WHERE pot = 'cluster:alder' AND stage = 'available'"
        )
    superuser.dispose()
    status, listed, complaint = run("ledger", "verify")
    assert status == 1
    assert "cluster:alder" in listed
    assert "differences" in complaint


@pytest.mark.promise(8)
def test_events_are_printed_in_order_and_name_nobody(run: Run, hand: ByHand) -> None:
    """One object on each line, from behind a position."""
    hand.recommended(request())
    status, printed, _ = run("events", "--after", "2")
    positions = [json.loads(line)["position"] for line in printed.splitlines()]
    assert status == 0
    assert positions == list(range(3, 3 + len(positions)))
    assert PLANTED not in printed


@pytest.mark.parametrize("issuers", [(), (Issuer(issuer=OWN, audience="locality"),)])
def test_a_token_without_a_demo_is_a_sentence(
    issuers: tuple[Issuer, ...],
    small_county: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Where no demo's issuer is, the command says so and fails; a council's own has no keys."""
    chosen = small_county.model_copy(update={"issuers": issuers, "state_folder": tmp_path})
    monkeypatch.setattr(command_line, "settings", lambda: chosen)
    assert cli.main(["token", "officer.1"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("Here is no demo")
    assert "Traceback" not in told.err


def test_a_token_is_for_somebody_the_demo_knows(
    small_county: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """A person of the record gets a token; for anybody else there is a sentence and none."""
    issuer = Issuer(issuer=ISSUER, audience="locality")
    chosen = small_county.model_copy(update={"issuers": (issuer,), "state_folder": tmp_path})
    (tmp_path / "issuer").mkdir()
    for name, value in environment_of(chosen).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(command_line, "settings", lambda: chosen)
    assert cli.main(["token", "nobody.here"]) == 1
    told = capfd.readouterr()
    assert told.out == ""
    assert "nobody called nobody.here" in told.err
    assert cli.main(["token", "officer.1"]) == 0
    claims = jwt.decode(capfd.readouterr().out.strip(), options={"verify_signature": False})
    assert (claims["iss"], claims["sub"]) == (ISSUER, "officer.1")


COUNTY = f"""
trusts = []
areas = [{{ code = "west", name = "West" }}]
clusters = [{{ code = "maple", name = "Maple", area = "west" }}]

[[schools]]
code = "larch"
name = "Larch School"
phase = "primary"
payee_kind = "maintained_school"
cluster = "maple"
from_on = 2026-09-01

[[people]]
issuer = "https://issuer.invalid"
subject = "senco.larch"
called = "Somebody"
roles = [{{ role = "senco", school = "larch", from_on = 2026-09-01 }}]

[[pupils]]
number = "larch-1"
school = "larch"
sen_status = "sen_support"
home_council = "demo"
phase = "primary"
key_stage = 2
given_name = "{PLANTED}"
family_name = "{PLANTED}"
born_on = 2018-02-03
"""


def test_a_database_that_is_away_is_told_in_a_sentence(
    small_county: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    """Whoever runs a command beside a stopped machine reads what to do, and no trace."""
    nowhere = f"postgresql+psycopg://locality_app@/locality?host={tmp_path}"
    away = small_county.model_copy(update={"database_url": nowhere})
    monkeypatch.setattr(command_line, "settings", lambda: away)
    assert cli.main(["ledger", "verify"]) == 2
    complaint = capsys.readouterr().err
    assert complaint == "The database does not answer: start it, or name another.\n"


@pytest.mark.promise(13)
@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "No settings were found: "),
        ({"LOCALITY_DATABASE_URL": "x", "LOCALITY_POOL_SIZE": "s3cret"}, "LOCALITY_POOL_SIZE."),
        ({"LOCALITY_DATABASE_URL": "x", "LOCALITY_ISSUERS": "s3cret"}, "is not the JSON that"),
        ({"LOCALITY_DATABASE_URL": "x", "LOCALITY_COUNCIL_COLOUR": "#ffffff"}, "_COLOUR."),
    ],
)
@pytest.mark.parametrize("command", [("ledger", "verify"), ("token", "officer.1")])
def test_a_command_without_settings_is_told_so_in_a_sentence(
    given: dict[str, str],
    says: str,
    command: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    """In an empty folder, or with a setting that is wrong: which, and never what stood there."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"LOCALITY_{name.upper()}", raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("LOCALITY_STATE_FOLDER", str(tmp_path))
    settings.cache_clear()
    assert cli.main([*command]) == 2
    told = capsys.readouterr()
    assert says in told.err
    assert "s3cret" not in told.err
    assert told.err.count("\n") == 1


def test_a_database_without_tables_is_told_in_a_sentence(
    postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before the first release's migrations a command says what to run."""
    postgres.create_database("nothing_yet")
    empty = settings_for(postgres, "nothing_yet")
    monkeypatch.setattr(command_line, "settings", lambda: empty)
    assert cli.main(["ledger", "verify"]) == 2
    assert "has no tables yet" in capsys.readouterr().err
    postgres.drop_database("nothing_yet")
