"""What every command is made of, and which module it lives in: only what is asked is loaded.

A command that touches no record is there at once; the database's and the columns' libraries are not
waited for where nobody needs them.
"""

import argparse
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from types import ModuleType


class Faulty(Exception):
    """What was asked or given cannot be taken, or what was looked at is not sound: all of it."""


class NotAtHand(Exception):
    """What every command on the record stands on is not there: settings, or the database."""


def does(
    made: argparse.ArgumentParser, do: Callable[[argparse.Namespace], None]
) -> argparse.ArgumentParser:
    """Say what a command does."""
    made.description = do.__doc__
    made.set_defaults(do=do)
    return made


def modules_of(asked: str | None, lives_in: Mapping[str, str]) -> Iterable[ModuleType]:
    """Load the module of the command that is asked, or every one: for help, and for a mistake."""
    known = lives_in.get(asked or "")
    names = [known] if known else dict.fromkeys(lives_in.values())
    return [import_module(name) for name in names]
