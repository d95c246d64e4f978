"""Where in a file a value stands: from TOML text and the way to a value to the number of its line.

The reader of the standard library gives values without places, so the text is looked through a
second time, and only where a fault was found. The text is TOML already: nothing is judged here.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

Way = tuple[str | int, ...]
"""The way to a value: keys of tables, and places in lists from nought."""

DEEPEST_FOLLOWED = 16
"""Deeper than a policy may nest; what lies below has the line of what holds it."""

_TOKEN = re.compile(
    r"""
      (?P<blank>[ \t\r]+|\#[^\n]*)
    | (?P<end>\n)
    | (?P<text>\"\"\"(?:[^\\]|\\.)*?\"{3,5}(?!\")|'''.*?'{3,5}(?!')
              |\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*')
    | (?P<mark>[\[\]{},=])
    | (?P<bare>[^\s\[\]{},=\#"']+)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)")
_ESCAPED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b"}


@dataclass(frozen=True)
class Token:
    """A word of the text, what it is, and the line that it begins on."""

    kind: str
    text: str
    line: int


@dataclass
class _Reader:
    """Walks through the tokens once and notes the line of every value."""

    tokens: list[Token]
    at: int = 0
    lines: dict[Way, int] = field(default_factory=dict)
    counts: dict[Way, int] = field(default_factory=dict)
    """How many tables each list of tables has had so far."""

    def read(self) -> dict[Way, int]:
        """Read all of it: heads of tables, and names with their values."""
        table: Way = ()
        while self._now.kind != "nothing":
            if self._now.text == "[":
                table = self._head()
            elif self._now.kind == "end":
                self.at += 1
            else:
                self._pair(table, depth=len(table))
        return self.lines

    @property
    def _now(self) -> Token:
        return self.tokens[self.at]

    def _note(self, way: Way, line: int) -> None:
        """Note a value and whatever holds it; where it was begun is where it stands."""
        for deep in range(1, len(way) + 1):
            self.lines.setdefault(way[:deep], line)

    def _head(self) -> Way:
        """Read the head of a table, or of the next table of a list."""
        line, marks = self._now.line, self._skip("[")
        way = self._within(self._key())
        self._skip("]")
        if marks > 1:
            self.counts[way] = self.counts.get(way, 0) + 1
            way = (*way, self.counts[way] - 1)
        self._note(way, line)
        return way

    def _within(self, way: Way) -> Way:
        """Follow a head into the latest table of every list of tables on its way."""
        found: Way = ()
        for part in way[:-1]:
            found = (*found, part)
            if found in self.counts:
                found = (*found, self.counts[found] - 1)
        return (*found, *way[-1:])

    def _skip(self, mark: str) -> int:
        marks = 0
        while self._now.text == mark:
            self.at += 1
            marks += 1
        return marks

    def _key(self) -> Way:
        """Read a name, with its points, up to what ends it."""
        parts: list[str] = []
        while self._now.kind in {"bare", "text"}:
            parts += _names_of(self._now)
            self.at += 1
        return tuple(parts)

    def _pair(self, table: Way, depth: int) -> None:
        line = self._now.line
        way = (*table, *self._key())
        self._skip("=")
        self._note(way, line)
        self._value(way, depth + 1)

    def _value(self, way: Way, depth: int) -> None:
        if self._now.kind != "mark":
            while self._now.kind in {"bare", "text"}:  # a day with its time is two words
                self.at += 1
        elif depth > DEEPEST_FOLLOWED:
            self._pass_over()
        else:
            self._holder(way, depth, closing="]" if self._now.text == "[" else "}")

    def _holder(self, way: Way, depth: int, closing: str) -> None:
        """Read a list, or a table in one place."""
        self.at += 1
        place = 0
        while self._now.text != closing:
            if self._now.kind == "end" or self._now.text == ",":
                self.at += 1
            elif closing == "}":
                self._pair(way, depth)
            else:
                self._note((*way, place), self._now.line)
                self._value((*way, place), depth + 1)
                place += 1
        self.at += 1

    def _pass_over(self) -> None:
        """Go past a value that lies too deep, whatever it holds."""
        open_ones = 1
        while open_ones:
            self.at += 1
            if self._now.kind == "mark":
                open_ones += (self._now.text in "[{") - (self._now.text in "]}")
        self.at += 1


def lines_of(text: str) -> Mapping[Way, int]:
    r"""Give the line, from 1, of every table and value of a TOML text.

    >>> lines_of('a = 1\n[[b]]\nc = [\n  2,\n]')[("b", 0, "c", 0)]
    4
    """
    return _Reader(list(_tokens(text))).read()


def _tokens(text: str) -> Iterator[Token]:
    starts = [0, *(each.end() for each in re.finditer("\n", text))]
    for found in _TOKEN.finditer(text):
        kind = str(found.lastgroup)
        if kind != "blank":
            yield Token(kind, found.group(), bisect_right(starts, found.start()))
    yield Token("nothing", "", len(starts))


def _names_of(token: Token) -> list[str]:
    """The names that a word of a key holds: a bare one may have points."""
    if token.kind == "bare":
        return [part for part in token.text.split(".") if part]
    inner = token.text[1:-1]
    return [inner if token.text.startswith("'") else _ESCAPE.sub(_unescaped, inner)]


def _unescaped(found: re.Match[str]) -> str:
    code = found.group(1)
    return chr(int(code[1:], 16)) if len(code) > 1 else _ESCAPED.get(code, code)
