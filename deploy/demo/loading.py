"""Loads the demo's policy, county and budgets with the project's own commands, before the play."""

from pathlib import Path
from tempfile import TemporaryDirectory

from api import cli
from deploy.demo.county import HERE, as_toml, county

_PACK = HERE.parent.parent / "domain" / "policy" / "packs" / "demo"


class NotLoaded(Exception):
    """A command refused what the demo gave it, and said why."""


def load_county(issuer: str) -> None:
    """Load policy, places, people and pupils; what is there already stays as it is.

    The register names children, so its file is this process's own and goes when it is loaded.
    """
    _command("policy", "publish", _PACK)
    with TemporaryDirectory() as folder:
        written = Path(folder) / "county.toml"
        written.write_text(as_toml(county(issuer)), encoding="utf-8")
        _command("county", written)


def load_budgets() -> None:
    """Set the budgets up, which is one decision and done once."""
    _command("budgets", HERE / "budgets.toml")


def _command(*arguments: str | Path) -> None:
    if cli.main([str(each) for each in arguments]) != 0:
        raise NotLoaded(f"python -m api.cli {arguments[0]}")
