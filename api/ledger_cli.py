"""The commands that look into the ledger and prove it: `python -m api.cli ledger DO`."""

import argparse
import re
from pathlib import Path
from typing import Any

from activities.store import reading, recording
from api.command_line import engine_at_hand, record, record_at_one_instant
from api.commands import Faulty, does
from domain.money import pounds

_HEAD = re.compile(r"[0-9a-f]{64}")


def add(commands: Any) -> None:
    """Add these commands to the command line."""
    of_ledger = commands.add_parser("ledger", help="look into the ledger, seal it, prove it")
    looks = of_ledger.add_subparsers(required=True, metavar="DO")
    verifies = does(looks.add_parser("verify", help=verify.__doc__), verify)
    verifies.add_argument(
        "--head", type=_published, help="a head that was published: the chain has to go through it"
    )
    does(looks.add_parser("balances", help=balances.__doc__), balances)
    does(looks.add_parser("seal", help=seal.__doc__), seal)
    exports = does(looks.add_parser("export", help=export.__doc__), export)
    exports.add_argument("--beancount", type=Path, metavar="FILE", required=True)


def verify(asked: argparse.Namespace) -> None:
    """Add the whole ledger up anew and follow its chain of seals; any difference is a failure."""
    with record_at_one_instant() as session:
        differences = reading.differences(session, asked.head)
        head = reading.sealed_head(session)
    for each in differences:
        print(
            f"{each.kind}: {reading.law_broken(each.kind)} At {each.subject}:"
            f" expected {each.expected}, found {each.found}"
        )
    if differences:
        raise Faulty(f"{len(differences)} differences")
    print("every entry balances and every balance is the sum of its postings")
    print(_told(head))


def balances(_asked: argparse.Namespace) -> None:
    """Print what each pot has in each year, by how far its money has gone."""
    with record() as (session, _):
        found = reading.all_balances(session)
    row = "{:<32} {:>4} {:>16} {:>16} {:>16} {:>16} {:>16}"
    print(row.format("pot", "year", "allocated", "available", "held", "committed", "paid"))
    for each in found:
        stages = [each.allocated_pence, each.available_pence, each.held_pence]
        stages += [each.committed_pence, each.paid_pence]
        print(row.format(each.pot, each.financial_year, *map(pounds, stages)))


def seal(_asked: argparse.Namespace) -> None:
    """Seal every entry that has no seal yet, and print the head to publish."""
    with engine_at_hand() as (engine, now):
        while recording.seal_entries(engine, now()):
            pass
    with record() as (session, _):
        head = reading.sealed_head(session)
    print(_told(head))


def export(asked: argparse.Namespace) -> None:
    """Write the whole ledger as a journal for beancount, which checks it without us."""
    try:
        with record_at_one_instant() as session, asked.beancount.open("w") as file:
            file.writelines(f"{line}\n" for line in reading.beancount_journal(session))
    except OSError as error:
        raise Faulty(f"{asked.beancount} cannot be written: {type(error).__name__}") from None
    print(f"written to {asked.beancount}")


def _published(written: str) -> str:
    """Read a published head, however it was printed."""
    head = written.strip().lower()
    if not _HEAD.fullmatch(head):
        raise argparse.ArgumentTypeError("a head is 64 hexadecimal digits")
    return head


def _told(head: reading.SealedHead | None) -> str:
    """Say how far the chain goes."""
    if head is None:
        return "nothing is sealed yet"
    return f"{head.entries} entries are sealed, {head.waiting} wait; head {head.head}"
