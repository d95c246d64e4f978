"""What the two ways in load when they start."""

import subprocess
import sys

import pytest

from api import cli, policy_cli

_LOADED = "import sys; {}; print([each for each in {} if each in sys.modules])"
CASE = "import api.cli; api.cli.main(['policy', 'schema', 'letters'])"


@pytest.mark.parametrize(
    ("started", "not_needed"),
    [("import api.app", ("polars",)), (CASE, ("polars", "sqlalchemy", "openpyxl", "fastapi"))],
    ids=["the web half", "a command of policy"],
)
def test_only_what_is_needed_is_loaded(started: str, not_needed: tuple[str, ...]) -> None:
    """Columns are modelling's alone; a command that touches no record waits for no database."""
    told = subprocess.run(
        [sys.executable, "-c", _LOADED.format(started, not_needed)],
        capture_output=True,
        check=True,
        text=True,
    )
    assert told.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    "words",
    [*([each] for each in cli.LIVES_IN), *(["policy", each] for each in policy_cli.LIVES_IN)],
)
def test_each_command_is_found_where_it_lives(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Asked for by its name, it says what it does, with only its own module loaded."""
    with pytest.raises(SystemExit) as ended:
        cli.main([*words, "--help"])
    assert ended.value.code == 0
    assert " ".join(words) in capsys.readouterr().out


def test_help_lists_every_command_and_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    """A command that is not in the table of its way in would be loaded by nobody."""
    for words, table in (([], cli.LIVES_IN), (["policy"], policy_cli.LIVES_IN)):
        with pytest.raises(SystemExit):
            cli.main([*words, "no_such"])
        listed = capsys.readouterr().err.split("choose from")[1]
        assert {each.strip(" ')\n") for each in listed.split(",")} == set(table)
