"""The command of agreement: how far panels agree within themselves, and with one another."""

import argparse
from collections.abc import Iterator
from datetime import date
from typing import Any

from activities.clock import day_of
from activities.store import reading
from activities.store.reading import Days, Listing
from api.command_line import record
from api.commands import Faulty, does
from domain.consistency import Basis
from domain.refusals import NoPolicyInForce


def add(commands: Any) -> None:
    """Add the command to the command line."""
    made = does(commands.add_parser("agreement", help=agreement.__doc__), agreement)
    made.add_argument("--from", dest="from_on", type=date.fromisoformat, required=True)
    made.add_argument("--until", dest="until_on", type=date.fromisoformat, required=True)
    made.add_argument("--cluster", help="one panel alone, with intervals")
    made.add_argument(
        "--against",
        type=Basis,
        choices=list(Basis),
        default=Basis.DEFINITIVE,
        help="what panels are held against",
    )


def agreement(asked: argparse.Namespace) -> None:
    """Print how far each panel's members agree, and how far panels stand apart."""
    if asked.until_on <= asked.from_on:
        raise Faulty("--until is the first day that no longer counts: it comes after --from.")
    days = Days(from_on=asked.from_on, until_on=asked.until_on)
    with record() as (session, now):
        clusters = (asked.cluster,) if asked.cluster else None
        listings = reading.agreement_listings(reading.agreement_of(session, days, clusters))
        try:
            today = day_of(now())
            found = reading.consistency_of(session, days, asked.against, today)
            listings += reading.consistency_listings(found)
            without = None
        except NoPolicyInForce as missing:
            without = str(missing)
    for listing in listings:
        print("\n".join(_table(_of_cluster(listing, asked.cluster))))
        print()
    if without:
        print(f"differences between panels: {without}")


def _of_cluster(listing: Listing, cluster: str | None) -> Listing:
    """The lines of one cluster alone, which every list names first."""
    rows = tuple(row for row in listing.rows if cluster in (None, row[0]))
    return Listing(name=listing.name, headings=listing.headings, rows=rows)


def _table(listing: Listing) -> Iterator[str]:
    """Write a list in columns as wide as they need; what is not known is a dash."""
    lines = [listing.headings, *listing.rows]
    cells = [["-" if cell is None else str(cell) for cell in line] for line in lines]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    yield f"{listing.name}:"
    for line in cells:
        padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        yield f"  {'  '.join(padded).rstrip()}"
