"""What was typed into a field, read as what it means: by the kind of field, or what is wrong.

Nothing is guessed at: what can be read in two ways is refused, with an example.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any, Protocol

from activities.clock import LONDON


class Named(Protocol):
    """A field, as far as reading it goes: what it is called, and the names of its inputs."""

    @property
    def label(self) -> str:
        """What it is called."""

    def names(self) -> tuple[str, ...]:
        """The names under which its inputs are sent."""


_PLAIN = re.compile(r"-?\d{1,12}(\.\d{1,6})?")
_WHOLE = re.compile(r"-?\d{1,15}")
_POUNDS = re.compile(r"(?P<sign>-?)£?(?P<pounds>\d{1,3}(,\d{3})+|\d+)(\.(?P<pence>\d\d))?")


def as_it_is(_of: Named, text: str) -> tuple[Any, str]:
    """Take text as it was typed."""
    return text, ""


def _whole(of: Named, text: str) -> tuple[Any, str]:
    if not _WHOLE.fullmatch(text):
        return None, f"{of.label} must be a whole number, like 12"
    return int(text), ""


def _decimal(of: Named, text: str) -> tuple[Any, str]:
    if not _PLAIN.fullmatch(text):
        return None, f"{of.label} must be a number, like 12 or 2.5"
    return text, ""


def _pence(of: Named, text: str) -> tuple[Any, str]:
    found = _POUNDS.fullmatch(text.replace(" ", ""))
    if found is None or len(found["pounds"]) > 15:  # noqa: PLR2004  beyond any budget
        return None, f"{of.label} must be an amount in pounds, like 600 or 1,234.50"
    pence = int(found["pounds"].replace(",", "")) * 100 + int(found["pence"] or 0)
    return -pence if found["sign"] else pence, ""


def _yes_no(_of: Named, text: str) -> tuple[Any, str]:
    return text == "yes", ""


def _lines(_of: Named, text: str) -> tuple[Any, str]:
    return [line.strip() for line in text.splitlines() if line.strip()], ""


def _day(of: Named, typed: Mapping[str, str]) -> tuple[Any, str]:
    parts = [typed.get(name, "") for name in of.names()]
    if not any(parts):
        return None, ""
    day, month, year = parts
    if all(part.isascii() and part.isdigit() for part in parts) and len(year) == 4:  # noqa: PLR2004
        return f"{year}-{month:0>2}-{day:0>2}", ""
    return None, f"{of.label} must have a day, a month and a year, like 27 3 2027"


def _instant(of: Named, typed: Mapping[str, str]) -> tuple[Any, str]:
    """Read a day and a time as the instant by the council's clock, with the offset of that day."""
    *on, at = (typed.get(name, "") for name in of.names())
    if not any((*on, at)):
        return None, ""
    try:
        day = date(*(int(part) for part in reversed(on)))
        hour, minute = (int(part) for part in at.replace(".", ":").split(":"))
        return datetime.combine(day, time(hour, minute), LONDON).isoformat(), ""
    except ValueError:
        return None, f"{of.label} must have a day that exists and a time, like 27 3 2027 and 14:30"


BOXES: dict[str, Callable[[Named, Mapping[str, str]], tuple[Any, str]]] = {
    "day": _day,
    "instant": _instant,
}
READERS: dict[str, Callable[[Named, str], tuple[Any, str]]] = {
    "whole": _whole,
    "decimal": _decimal,
    "pounds": _pence,
    "yes_no": _yes_no,
    "lines": _lines,
}
