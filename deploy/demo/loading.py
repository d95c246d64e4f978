"""Loads the demo's policy, county and budgets with the project's own commands, before the play."""

import subprocess
import sys
from pathlib import Path

from deploy.demo.county import HERE, as_toml, county

_PACK = HERE.parent.parent / "domain" / "policy" / "packs" / "demo"


def load(state_folder: Path, issuer: str) -> None:
    """Load what the play needs; everything that is there already stays as it is."""
    written = state_folder / "county.toml"
    written.write_text(as_toml(county(issuer)), encoding="utf-8")
    _run("policy", "publish", _PACK)
    _run("county", written)
    _run("budgets", HERE / "budgets.toml")


def _run(*arguments: str | Path) -> None:
    command = [sys.executable, "-m", "api.cli", *arguments]
    subprocess.run(command, check=True)  # noqa: S603  # the command is our own
