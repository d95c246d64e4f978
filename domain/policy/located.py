"""On which line a fault stands: from where it is said to be, in words, to the line of its value.

A place is told as a person would say it, "step points, row 2", or as a path of names. What cannot
be followed to the end stands on the line of the last thing that could.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from domain.policy.positions import Way, lines_of

_NAMES = ("id", "code", "means", "clause", "count", "check")
"""What an entry of a list is known by, in one kind of policy or another."""
_WORD = re.compile(r"[^\s;:,()]+")
NO_PLACE = frozenset({"the file", "the pack"})
"""Places that are a whole file, which has no line of its own."""


@dataclass(frozen=True)
class Located:
    """A policy file with the lines of its values."""

    document: Mapping[str, Any]
    lines: Mapping[Way, int]

    @classmethod
    def of(cls, text: str) -> "Located":
        """Read a text that is TOML; one that is none has no values, and so no lines."""
        try:
            document = tomllib.loads(text)
        except (ValueError, RecursionError):
            return cls({}, {})
        return cls(document, lines_of(text))

    def line_of(self, where: str, says: str = "") -> int | None:
        """Give the line of what a fault speaks of, by its place and then by what it names."""
        if where in NO_PLACE or not self.document:
            return None
        way = self._way_of(where)
        if len(way) <= 1:  # a whole list or document: what is wrong names the entry, if anything
            named = (self._listed((), noun, name) for noun, name in _pairs(says))
            way = next(filter(None, named), way)
        return self.lines.get(way, 1)

    def _way_of(self, where: str) -> Way:
        way: Way = ()
        for part in where.split(", "):
            way = self._followed(way, part)
        return way

    def _followed(self, way: Way, part: str) -> Way:
        """Go on from a table or list by one part of a place; stay where that leads nowhere."""
        noun, _, name = part.partition(" ")
        if not name:
            return self._along(way, part)
        last = part.rsplit(maxsplit=1)[-1]
        return self._listed(way, noun, name) or self._any_entry(way, last) or way

    def _listed(self, way: Way, noun: str, name: str) -> Way | None:
        """Find "step points" among the steps, "row 2" among the rows, "case 3" under case."""
        holder = self._at(way)
        for listed in (f"{noun}s", noun):
            if isinstance(holder, dict) and listed in holder:
                return self._entry((*way, listed), name)
        return None

    def _entry(self, way: Way, name: str) -> Way | None:
        """Find an entry by its number, counted from 1, or by what it is known by."""
        holder = self._at(way)
        if isinstance(holder, dict):
            return (*way, name) if name in holder else None
        for place, entry in enumerate(holder if isinstance(holder, list) else ()):
            known = {str(entry.get(key)) for key in _NAMES} if isinstance(entry, dict) else {entry}
            if name in known or name == str(place + 1):
                return (*way, place)
        return None

    def _any_entry(self, way: Way, name: str) -> Way | None:
        """Find an entry of any list that a table holds, such as the step of a scale."""
        holder = self._at(way)
        for key in holder if isinstance(holder, dict) else ():
            if isinstance(holder[key], dict | list) and (found := self._entry((*way, key), name)):
                return found
        return None

    def _along(self, way: Way, path: str) -> Way:
        """Follow a path of names; one that is not there is a form of the model, and passed over."""
        for piece in path.split("."):
            holder = self._at(way)
            if isinstance(holder, list):
                there = piece.isdigit() and int(piece) < len(holder)
                way = (*way, int(piece)) if there else self._entry(way, piece) or way
                continue
            written = (piece, piece.removesuffix("_pence") + "_pounds")
            found = [key for key in written if isinstance(holder, dict) and key in holder]
            way = (*way, *found[:1]) or way
            if not found:
                way = self._any_entry(way, piece) or way
        return way

    def _at(self, way: Way) -> Any:
        found: Any = self.document
        for part in way:
            found = found[part]
        return found


def _pairs(says: str) -> Iterator[tuple[str, str]]:
    """Every two neighbouring words of a sentence: one of them may be "grade clerk"."""
    words = _WORD.findall(says)
    return pairwise(words)
