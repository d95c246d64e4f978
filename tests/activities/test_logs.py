"""What a log line may hold, when something goes wrong too."""

import json
import logging
from collections.abc import Iterator

import psycopg
import pytest
import structlog
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import IntegrityError

from activities.logs import configure_logs
from activities.settings import LogFormat, Settings

CHILD = "Zebedee Quill"


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """Leave the logging of the other tests alone."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    """Return what was written, each line the one JSON object that it must be."""
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def configured(form: LogFormat = LogFormat.JSON) -> None:
    """Configure logging as a program does."""
    configure_logs(Settings(database_url="", log_format=form))


def look_up(name: str) -> None:
    """Fail as a look-up does: with the name in the message, and in that of its cause."""
    try:
        dict[str, str]()[name]
    except KeyError as inner:
        raise ValueError(f"no such pupil: {name}") from inner


def test_our_lines_and_the_libraries_have_one_form(capsys: pytest.CaptureFixture[str]) -> None:
    """A bound case reference stands in every line, whoever wrote it."""
    configured()
    with structlog.contextvars.bound_contextvars(case="LOC-2026-0001"):
        structlog.get_logger("activities").info("decision_recorded", annual_pence=497400)
        logging.getLogger("temporalio.worker").warning("worker %s", "started")
    ours, theirs = lines(capsys)
    assert ours["event"] == "decision_recorded"
    assert ours["annual_pence"] == 497400
    assert theirs["event"] == "worker started"
    assert ours["case"] == theirs["case"] == "LOC-2026-0001"
    assert set(theirs) == {"event", "case", "level", "logger", "at"}


@pytest.mark.promise(8)
@pytest.mark.parametrize("form", list(LogFormat))
def test_a_crash_is_logged_without_its_message(
    capsys: pytest.CaptureFixture[str], form: LogFormat
) -> None:
    """An exception's words may be a child's name; its type and place are enough to find it."""
    configured(form)
    try:
        look_up(CHILD)
    except ValueError:
        structlog.get_logger("api").exception("request_failed")
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    written = capsys.readouterr().err
    assert "Zebedee" not in written
    assert written.count("ValueError") == written.count("KeyError") == 2
    assert "test_logs.py" in written


@pytest.mark.promise(8)
def test_a_violated_constraint_is_logged_by_code_and_name(
    capsys: pytest.CaptureFixture[str], database: Settings
) -> None:
    """The database's refusal is its SQLSTATE and the constraint, never the row that it quotes."""
    configured()
    assert database.database_owner_url is not None
    engine = create_engine(database.database_owner_url, poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text("CREATE TEMP TABLE p (n text CONSTRAINT no_z CHECK (n < 'Z'))"))
        with pytest.raises(IntegrityError) as refused:
            connection.execute(text("INSERT INTO p VALUES (:name)"), {"name": CHILD})
    assert isinstance(refused.value.orig, psycopg.errors.CheckViolation)
    structlog.get_logger("store").error("write_refused", exc_info=refused.value)
    (line,) = lines(capsys)
    assert line["raised"] == ["IntegrityError", "CheckViolation 23514 no_z"]
    assert "Zebedee" not in json.dumps(line)


@pytest.mark.promise(8)
def test_a_line_that_cannot_be_written_is_reported_without_its_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A mistake in a log call costs a line and shows none of its arguments."""
    configured()
    logging.getLogger("library").warning("%d pupils", CHILD)
    (line,) = lines(capsys)
    assert line == {"event": "log_line_lost", "logger": "library", "level": "warning"}
