"""What the play does by the project's own commands.

Before it policy, county and budgets are loaded; in it a finance pack is written; after it the
ledger is sealed and proved, and every decision run again.
"""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from api import cli
from deploy.demo.county import HERE, as_toml, county, notional_budgets

_PACK = HERE.parent.parent / "domain" / "policy" / "packs" / "demo"


_SUMS = "SHA256SUMS"
_HEAD = re.compile("^# sealed head: ([0-9a-f]{64})$", re.MULTILINE)


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
    """Set the budgets up, and schools' notional SEN budgets beside them: done once."""
    _command("budgets", HERE / "budgets.toml")
    with TemporaryDirectory() as folder:
        written = Path(folder) / "notional.csv"
        written.write_text(notional_budgets(), encoding="utf-8")
        _command("notional", written, "--year", "2026", "--authority", "26/00018")


def write_pack(month: str, folder: Path) -> str:
    """Write a month's finance pack, once; return the ledger's sealed head that stands in it."""
    sums = folder / _SUMS
    if not sums.exists():
        _command("finance-pack", month, "--to", folder)
    found = _HEAD.search(sums.read_text(encoding="utf-8"))
    if found is None:
        raise NotLoaded(f"{sums} has no sealed head")
    return found.group(1)


def prove_ledger(head: str) -> None:
    """Seal what is new, and add the ledger up anew, through a head that was given out before."""
    _command("ledger", "seal")
    _command("ledger", "verify", "--head", head)


def decide_again() -> None:
    """Decide everything that is stored again; whatever comes out otherwise is a failure."""
    _command("policy", "rerun")


def _command(*arguments: str | Path) -> None:
    if cli.main([str(each) for each in arguments]) != 0:
        raise NotLoaded(f"python -m api.cli {arguments[0]}")
