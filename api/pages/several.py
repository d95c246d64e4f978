"""Rows of a form: what is filled in as often as it is needed, without a script."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from api.pages.fault_words import sentence
from api.pages.forms import Fault, Field, typed_of

_ROW = re.compile(r"\d{1,3}")
_NUMBERED = re.compile(r"(?P<called>[a-z]+) (?P<number>\d{1,3}) ")
_NOWHERE = "#main-content"


@dataclass(frozen=True)
class Several:
    """A part of a form that is filled in as often as it is needed: `items.0.name`, `items.1.name`.

    What was left empty is left out; a button draws the form again with one more.
    """

    name: str
    called: str
    """What one is called, with its number: `Item`."""
    fields: tuple[Field, ...]
    more: str
    """What the button is called: `Add another item`."""
    least: int = 1
    """How many are shown to begin with."""
    most: int = 60

    def rows(self, typed: Mapping[str, str], more: int = 0) -> tuple[Field, ...]:
        """The fields of every row that was typed, and of as many more as are asked for."""
        count = max([self.least, *(row + 1 for row in self.rows_typed(typed))]) + more
        return tuple(each for row in range(min(count, self.most)) for each in self.fields_of(row))

    def asked(self, of: Field) -> str:
        """What a field is called among all answers: one of a row says of which."""
        if not of.name.startswith(f"{self.name}."):
            return of.label
        row = int(of.name.split(".")[1]) + 1
        return f"{self.called} {row}: {of.label[:1].lower()}{of.label[1:]}"

    def faults(self, typed: Mapping[str, str], says: str) -> tuple[Fault, ...]:
        """Take apart what a rule says of rows, ``item 2 ...; item 3 ...``, each at its row."""
        rows = self.rows_typed(typed)
        return tuple(
            {"text": sentence(each), "href": self._row_told(rows, each)}
            for each in says.split("; ")
        )

    def fields_of(self, row: int) -> tuple[Field, ...]:
        """The fields of one row, counted from nought; the first has the row's heading."""
        first, *rest = (replace(each, name=self._name(row, each)) for each in self.fields)
        return (replace(first, legend=f"{self.called} {row + 1}"), *rest)

    def holds(self, values: Iterable[Any]) -> dict[str, str]:
        """What the rows hold for what the record has; a field without a name is the row itself."""
        typed: dict[str, str] = {}
        for row, value in enumerate(values):
            for each in self.fields:
                of_field = getattr(value, each.name) if each.name else value
                typed |= typed_of(each.kind, self._name(row, each), of_field)
        return typed

    def _name(self, row: int, of: Field) -> str:
        return f"{self.name}.{row}.{of.name}".removesuffix(".")

    def rows_typed(self, typed: Mapping[str, str]) -> list[int]:
        """The rows in which something was typed."""
        begins = f"{self.name}."
        found = (
            name.removeprefix(begins).partition(".")[0]
            for name in typed
            if typed[name] and name.startswith(begins)
        )
        return sorted({int(row) for row in found if _ROW.fullmatch(row)})

    def _row_told(self, rows: Sequence[int], says: str) -> str:
        found = _NUMBERED.match(says)
        if found is None or found["called"] != self.called.lower():
            return _NOWHERE
        place = int(found["number"]) - 1
        return f"#{self.fields_of(rows[place])[0].first}" if place < len(rows) else _NOWHERE
