"""A policy's document laid out to be read: facts, tables of what is alike, and parts with a title.

Nothing is left out and nothing is computed; a code is written as words, pence as pounds.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.pages.words import day, in_words
from domain.money import pounds

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_CODED = re.compile(r"[a-z]+(_[a-z0-9]+)+")
_SAID_ABOVE = frozenset(
    {"kind", "council", "authority", "source", "in_force_from", "in_force_until", "format"}
)
"""What the page says of every document before it lays it out."""
_TITLES = ("title", "name", "code", "id", "grade", "what", "says")
_MOST_COLUMNS = 6


@dataclass(frozen=True)
class Facts:
    """Names and values, one below the other."""

    rows: tuple[tuple[str, str], ...]
    is_a: str = "facts"


@dataclass(frozen=True)
class Alike:
    """Things that are alike, one to a row."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    is_a: str = "table"


@dataclass(frozen=True)
class Within:
    """Something with a title and more in it."""

    title: str
    blocks: tuple[Any, ...]
    is_a: str = "part"


Block = Facts | Alike | Within


def laid_out(document: Mapping[str, Any]) -> tuple[Block, ...]:
    """Lay a whole document out, without what stands above it."""
    return tuple(_blocks({k: v for k, v in document.items() if k not in _SAID_ABOVE}))


def shown(name: str, value: Any) -> str:
    """Write one value, or several, as it is read.

    >>> shown("annual_pence", 497400), shown("from_on", "2026-09-01"), shown("may", None)
    ('£4,974.00', '1 September 2026', '')
    >>> shown("kinds", ["group", "early_years"]), shown("carried", True)
    ('group, early years', 'yes')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return "; ".join(f"{_called(key)}: {shown(key, each)}" for key, each in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(shown(name, each) for each in value)
    return _one(name, value)


def _one(name: str, value: Any) -> str:
    if isinstance(value, int) and name.endswith("pence"):
        return pounds(value)
    text = str(value)
    if _DAY.fullmatch(text):
        return day(text)
    return text.replace("_", " ") if _CODED.fullmatch(text) else text


def _called(name: str) -> str:
    """Write a field's name; an amount is shown in pounds, whatever it is kept in."""
    return in_words(name.removesuffix("_pence"))


def _blocks(it: Mapping[str, Any]) -> Iterator[Block]:
    """First what is said in a line each, then what is larger."""
    lines = tuple((_called(k), shown(k, v)) for k, v in it.items() if _is_line(v))
    if lines:
        yield Facts(lines)
    for name, value in it.items():
        if not _is_line(value):
            yield from _larger(name, value)


def _larger(name: str, value: Any) -> Iterator[Block]:
    if isinstance(value, Mapping):
        yield Within(in_words(name), tuple(_blocks(value)))
        return
    columns = tuple(dict.fromkeys(key for row in value for key in row))
    if len(columns) <= _MOST_COLUMNS and all(_is_line(each) for r in value for each in r.values()):
        rows = tuple(tuple(shown(key, row.get(key)) for key in columns) for row in value)
        yield Alike(in_words(name), tuple(map(_called, columns)), rows)
        return
    yield Within(in_words(name), tuple(_titled(row) for row in value))


def _titled(row: Mapping[str, Any]) -> Within:
    """One of several that are not alike enough for a table, by what tells it apart."""
    by = next((name for name in _TITLES if row.get(name)), next(iter(row)))
    rest = {name: value for name, value in row.items() if name != by}
    title = shown(by, row[by])
    return Within(title[:1].upper() + title[1:], tuple(_blocks(rest)))


def _is_line(value: Any) -> bool:
    """Whether a value can be read in a line: one, several, or a few named ones."""
    if isinstance(value, Mapping):
        return all(not isinstance(each, Mapping) and _is_line(each) for each in value.values())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return all(_is_scalar(each) for each in value)
    return True


def _is_scalar(value: Any) -> bool:
    return isinstance(value, str) or not isinstance(value, Mapping | Sequence)
