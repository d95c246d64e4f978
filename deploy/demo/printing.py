"""What the play prints: one line for each step, and the tables at its end. Never a pupil's name."""

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.money import pounds

LONDON = ZoneInfo("Europe/London")
_WHO_WIDTH = 49
_WHAT_WIDTH = 50


def say(line: str = "") -> None:
    """Print a line at once, so that a watcher sees each step as it happens."""
    print(line, flush=True)


def say_step(at: datetime, who: str, what: str, came: str) -> None:
    """Print a step: when by the county's clock, who, what, and what came of it."""
    when = at.astimezone(LONDON).strftime("%a %d %b %H:%M")
    say(f"{when}  {who:<{_WHO_WIDTH}} {what:<{_WHAT_WIDTH}} -> {came}")


def say_time(at: datetime) -> None:
    """Print that the clock was moved on."""
    when = at.astimezone(LONDON).strftime("%A %d %B %Y, %H:%M")
    say(f"\n--- the clock moves on to {when} ---")


def say_title(title: str) -> None:
    """Print a heading."""
    say(f"\n{title}\n{'=' * len(title)}")


def say_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under their heads; every column but the first is set to the right."""
    lines = [tuple(heads), *map(tuple, rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(heads))]
    for line in lines:
        first, *others = zip(line, widths, strict=True)
        cells = [first[0].ljust(first[1]), *(text.rjust(width) for text, width in others)]
        say("  ".join(cells).rstrip())


def money(pence: int) -> str:
    """Write pence as pounds, whole where they are whole."""
    return pounds(pence).removesuffix(".00")


def count(number: int, thing: str) -> str:
    """Say how many there are of something.

    >>> count(1, "fault"), count(7, "fault")
    ('1 fault', '7 faults')
    """
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def words(code: str) -> str:
    """Write a code as words.

    >>> words("no_money"), words("sen_officer"), words("head_of_sen")
    ('no money', 'SEN officer', 'head of SEN')
    """
    plain = code.replace("_and_or_", " and/or ").replace("_", " ").replace("-", " ")
    return " ".join("SEN" if word == "sen" else word for word in plain.split(" "))


def complain(line: str) -> None:
    """Print what went wrong, beside the play."""
    print(line, file=sys.stderr, flush=True)
