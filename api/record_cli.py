"""The commands on the record as a whole: load a county, look up why, read events, get a token."""

import argparse
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError

from activities.store import reading, recording
from activities.store.recording import Budgets, County
from api.command_line import record, settings_at_hand
from api.commands import Faulty, does
from domain.malformed import in_plain_words
from domain.money import pounds

Made = TypeVar("Made", bound=BaseModel)

_MINT = """
import sys
from activities.settings import settings
from deploy.issuer import mint

chosen = settings()
issuer = chosen.issuers[0]
print(mint(chosen.state_folder, sys.argv[1], issuer.audience, issuer.issuer))
"""
"""Run as a program of its own: the issuer is the demo's, and nothing of ours imports it."""

_KEYS = "issuer"
"""The folder of the demo's state with its issuer's keys: where there is none, there is no demo."""


def add(commands: Any) -> None:
    """Add these commands to the command line."""
    who = does(commands.add_parser("token", help=token.__doc__), token)
    who.add_argument("person", help="the person's subject, such as officer.locality-2")
    for made in (
        does(commands.add_parser("county", help=county.__doc__), county),
        does(commands.add_parser("budgets", help=budgets.__doc__), budgets),
    ):
        made.add_argument("file", type=Path)
    does(commands.add_parser("why", help=why.__doc__), why).add_argument("entry", type=UUID)
    told = does(commands.add_parser("events", help=events.__doc__), events)
    told.add_argument("--after", type=int, default=0, help="go on behind this position")


def token(asked: argparse.Namespace) -> None:
    """Print a token of the demo's own issuer, for a person whom the demo's record knows."""
    chosen = settings_at_hand()
    if not (chosen.issuers and (chosen.state_folder / _KEYS).is_dir()):
        raise Faulty(
            "Here is no demo, so here are no tokens. A council's own issuer gives its people theirs"
            " (deploy/README.md); `make demo` starts a demo."
        )
    with record() as (session, _):
        if reading.person_of(session.connection(), chosen.issuers[0].issuer, asked.person) is None:
            raise Faulty(
                f"The demo knows nobody called {asked.person}. Try senco.cawthrush,"
                " head.harebellow, officer.locality-2 or finance.1: README.md says who is who."
            )
    command = [sys.executable, "-c", _MINT, asked.person]
    minted = subprocess.run(command, check=False, stderr=subprocess.DEVNULL)  # noqa: S603  our own
    if minted.returncode != 0:
        raise Faulty("The demo's issuer gave no token: is the demo running on this machine?")


def county(asked: argparse.Namespace) -> None:
    """Load places, people and pupils; what is there stays as it is."""
    listed = _from_toml(County, asked.file)
    with record() as (session, _):
        added = recording.load_county(session, listed)
    print(", ".join(f"{count} {name} added" for name, count in added.items()))


def budgets(asked: argparse.Namespace) -> None:
    """Open the pots of the named years and give them their money, once for each authority."""
    listed = _from_toml(Budgets, asked.file)
    with record() as (session, now):
        count = recording.load_budgets(session, listed, now())
    print(f"{count} pots open and filled for {', '.join(map(str, listed.years))}")


def why(asked: argparse.Namespace) -> None:
    """Print the whole chain behind a ledger entry."""
    with record() as (session, _):
        chain = reading.why(session, asked.entry, shows_votes=True)
    print("\n".join(_outline(chain.model_dump(mode="json"))))


def events(asked: argparse.Namespace) -> None:
    """Print events in order from behind a position, one JSON object on each line."""
    with record() as (session, _):
        found = reading.all_events(session, asked.after)
    for each in found:
        print(each.model_dump_json())


def _from_toml(model: type[Made], file: Path) -> Made:
    """Read a file as its model, or list every fault of it and nothing of what it holds."""
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
        return model.model_validate(found, strict=False)
    except (OSError, UnicodeDecodeError) as error:
        raise Faulty(f"{file} cannot be read: {type(error).__name__}") from None
    except tomllib.TOMLDecodeError as error:
        raise Faulty(f"{file} is not TOML: {error}") from None
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
        lines = (f"{'.'.join(map(str, each['loc']))}: {in_plain_words(each)}" for each in faults)
        raise Faulty(f"{file} has {len(faults)} faults:\n" + "\n".join(lines)) from None


def _outline(found: object, name: str = "", depth: int = 0) -> Iterator[str]:
    """Write nested facts as an indented outline, leaving out what is empty."""
    space = "  " * depth
    if isinstance(found, dict):
        if name:
            yield f"{space}{name}:"
        for key, value in found.items():
            if value not in (None, [], {}, ""):
                yield from _outline(value, str(key), depth + bool(name))
    elif isinstance(found, list):
        for place, value in enumerate(found, start=1):
            yield from _outline(value, f"{name} {place}", depth)
    else:
        shown = found if isinstance(found, str) else json.dumps(found)
        amount = f" ({pounds(found)})" if name.endswith("pence") and type(found) is int else ""
        yield f"{space}{name}: {shown}{amount}"
