"""The tables that migrations make are those that the models describe."""

import subprocess
import sys

from activities.settings import Settings, environment_of
from tests.conftest import ROOT


def test_the_models_and_the_migrations_agree(database: Settings) -> None:
    """Nothing is in the models that no migration makes, and nothing is made that they lack."""
    checked = subprocess.run(
        [sys.executable, "-m", "alembic", "check"],
        cwd=ROOT,
        env=environment_of(database),
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "No new upgrade operations detected" in checked.stdout
