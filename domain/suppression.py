"""Small numbers hidden in tables of counts, and what would give them away by subtraction with them.

A count from 1 to below the smallest is hidden, with as many others as it takes until nobody who
adds and subtracts can tell that it is small. Nought is shown: it is nobody.
Source: Government Statistical Service, disclosure control for tables from administrative sources.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from domain.frozen import Frozen

TOTAL = "(total)"
"""The row and the column that add the others up; no code is written so."""
OTHER = "(other)"
"""The columns that few are counted in, told together: the totals of columns are always shown, so
that tables that share them give nothing away beside one another."""

Counts = Mapping[str, Mapping[str, int]]
"""A table: row to column to count; a column that a row leaves out counts nobody."""
Cell = tuple[int, str, str]
"""A table, a row and a column; the total of a row is the first table's."""

_UNBOUNDED = 10**9


class ShownTable(Frozen):
    """A table as it may be shown: row to column to count, totals included; hidden is None."""

    cells: dict[str, dict[str, int | None]]
    together: tuple[str, ...] = ()
    """The columns that are told together, as ``OTHER``."""

    def at(self, row: str, column: str = TOTAL) -> int | None:
        """The count of a cell, or None where it is hidden or told with others.

        A row or a column that is not there is nobody.
        """
        return None if column in self.together else self.cells.get(row, {}).get(column, 0)

    @property
    def rows(self) -> tuple[str, ...]:
        """Its rows, without the total."""
        return tuple(row for row in self.cells if row != TOTAL)


def hide_small(counts: Counts, smallest: int) -> ShownTable:
    """Hide what is small in one table.

    >>> hide_small({"a": {"yes": 2, "no": 9}, "b": {"yes": 8, "no": 9}}, 5).cells["a"]
    {'yes': None, 'no': None, '(total)': 11}
    """
    (shown,) = _hide((counts,), smallest)
    return shown


def hide_small_beside(
    first: Counts, second: Counts, smallest: int
) -> tuple[ShownTable, ShownTable]:
    """Hide what is small in two tables that tell the same rows apart in two ways.

    They share the totals of rows, so that one of them is no way to what the other hides.
    """
    one, other = _hide((first, second), smallest)
    return one, other


def hide_small_in_rows(counts: Counts, smallest: int) -> ShownTable:
    """Hide what is small where totals of rows are told and totals of columns nowhere.

    A row of few is not told at all. In any other what is hidden is together not small.
    """
    told = {row: _hidden_in_row(columns, smallest) for row, columns in counts.items()}
    return ShownTable(cells=told)


def _hidden_in_row(columns: Mapping[str, int], smallest: int) -> dict[str, int | None]:
    total = sum(columns.values())
    if 0 < total < smallest:
        return dict.fromkeys((*columns, TOTAL))
    hidden = {column for column, count in columns.items() if 0 < count < smallest}
    rest = sorted((count, column) for column, count in columns.items() if count >= smallest)
    while hidden and sum(columns[column] for column in hidden) < smallest:
        hidden.add(rest.pop(0)[1])
    shown = {column: None if column in hidden else count for column, count in columns.items()}
    return {**shown, TOTAL: total}


def _hide(tables: tuple[Counts, ...], smallest: int) -> tuple[ShownTable, ...]:
    together = [_told_together(counts, smallest) for counts in tables]
    pooled = [_pooled(*each) for each in zip(tables, together, strict=True)]
    cells = _cells(pooled)
    of_all = sum(count for (_, _, column), count in cells.items() if column == TOTAL)
    tells_nothing = 0 < of_all < smallest
    hidden = set(cells) if tells_nothing else _Hiding(cells, smallest).hidden()
    return tuple(
        ShownTable(
            cells={
                **_shown_rows(counts, number, hidden),
                TOTAL: _shown_totals(counts, of_all, tells_nothing=tells_nothing),
            },
            together=columns,
        )
        for number, (counts, columns) in enumerate(zip(pooled, together, strict=True))
    )


def _told_together(counts: Counts, smallest: int) -> tuple[str, ...]:
    """The columns of few, and as many of the next as it takes until they are not few together."""
    totals = sorted((total, column) for column, total in _column_totals(counts).items() if total)
    chosen = [(total, column) for total, column in totals if total < smallest]
    rest = totals[len(chosen) :]
    while chosen and rest and sum(total for total, _ in chosen) < smallest:
        chosen.append(rest.pop(0))
    return tuple(sorted(column for _, column in chosen))


def _column_totals(counts: Counts) -> dict[str, int]:
    totals: dict[str, int] = {}
    for columns in counts.values():
        for column, count in columns.items():
            totals[column] = totals.get(column, 0) + count
    return totals


def _pooled(counts: Counts, together: tuple[str, ...]) -> dict[str, dict[str, int]]:
    names = [column for column in _column_totals(counts) if column not in together]
    pooled: dict[str, dict[str, int]] = {}
    for row, columns in counts.items():
        pooled[row] = {column: columns.get(column, 0) for column in names}
        if together:
            pooled[row][OTHER] = sum(columns.get(column, 0) for column in together)
    return pooled


def _cells(pooled: list[dict[str, dict[str, int]]]) -> dict[Cell, int]:
    """Every cell that may have to be hidden: the counts, and the totals of the rows."""
    cells = {
        (number, row, column): count
        for number, counts in enumerate(pooled)
        for row, columns in counts.items()
        for column, count in columns.items()
    }
    totals = {(0, row, TOTAL): sum(columns.values()) for row, columns in pooled[0].items()}
    return {**cells, **totals}


def _shown_rows(counts: Counts, number: int, hidden: set[Cell]) -> dict[str, dict[str, int | None]]:
    shown: dict[str, dict[str, int | None]] = {}
    for row, columns in counts.items():
        shown[row] = {c: None if (number, row, c) in hidden else n for c, n in columns.items()}
        shown[row][TOTAL] = None if (0, row, TOTAL) in hidden else sum(columns.values())
    return shown


def _shown_totals(counts: Counts, of_all: int, *, tells_nothing: bool) -> dict[str, int | None]:
    totals = {**_column_totals(counts), TOTAL: of_all}
    return {column: None if tells_nothing else count for column, count in totals.items()}


_Place = tuple[str, int, str]
_Room = dict[_Place, dict[_Place, int]]


@dataclass(frozen=True)
class _Hiding:
    """Tables on their way to be shown.

    Whoever knows every shown number may still move a hidden one up where others go down. Rows and
    columns are places, hidden numbers the ways between them, and how far a number may move is how
    much flows round through it. Source: Gusfield, SIAM Journal on Computing 17 (1988).
    """

    cells: Mapping[Cell, int]
    smallest: int

    def hidden(self) -> set[Cell]:
        """Every cell that is hidden, until no small one can be told to be small."""
        small = sorted(cell for cell, count in self.cells.items() if 0 < count < self.smallest)
        hidden = set(small)
        for cell in small:
            # What is hidden later only covers more.
            while (also := self._would_cover(cell, hidden)) is not None:
                hidden.add(also)
        return hidden

    def _would_cover(self, cell: Cell, hidden: set[Cell]) -> Cell | None:
        """The cheapest cell to hide besides, where this one is seen to be small; else nothing.

        It leads from the places that are reached to one that is not: counts before the totals of
        rows, small before great.
        """
        reached = self._reached(cell, hidden)
        if reached is None:
            return None
        leading = (
            (other[2] == TOTAL, count, other)
            for other, count in self.cells.items()
            if other not in hidden and self._leads_on(other, reached)
        )
        return min(leading)[2]

    def _leads_on(self, cell: Cell, reached: set[_Place]) -> bool:
        tail, head = self._ends(cell)
        if tail in reached:
            return head not in reached
        return head in reached and self.cells[cell] > 0

    def _reached(self, cell: Cell, hidden: set[Cell]) -> set[_Place] | None:
        """The places that are reached where a small cell is not covered; nothing where it is."""
        needed = self.smallest - self.cells[cell]
        end, begin = self._ends(cell)
        room = self._network(hidden - {cell})
        while needed > 0:
            before = _search(room, begin, end)
            if end not in before:
                return set(before)
            path = list(_path(before, end))
            through = min(needed, *(room[a][b] for a, b in path))
            for a, b in path:
                room[a][b] -= through
                room[b][a] += through
            needed -= through
        return None

    def _network(self, hidden: set[Cell]) -> _Room:
        """How far each hidden number may go: up as far as you like, down to nought."""
        room: _Room = {}
        for cell in hidden:
            tail, head = self._ends(cell)
            room.setdefault(tail, {})[head] = _UNBOUNDED
            room.setdefault(head, {})[tail] = self.cells[cell]
        return room

    def _ends(self, cell: Cell) -> tuple[_Place, _Place]:
        """A number leads from row to column, in the second table back; a row's total, between."""
        number, row, column = cell
        if column == TOTAL:
            return self._other_end(row), ("row", 0, row)
        if number == 0:
            return ("row", 0, row), ("column", 0, column)
        return ("column", 1, column), ("row", 1, row)

    def _other_end(self, row: str) -> _Place:
        """The row in the second table; where there is none, the place of all rows."""
        has_second = any(number == 1 for number, _, _ in self.cells)
        return ("row", 1, row) if has_second else ("all", 0, TOTAL)


def _search(room: _Room, begin: _Place, end: _Place) -> dict[_Place, _Place | None]:
    """Every place that is reached, with the one before it; the search stops at the end."""
    before: dict[_Place, _Place | None] = {begin: None}
    waiting = deque([begin])
    while waiting and end not in before:
        here = waiting.popleft()
        for there, left in room.get(here, {}).items():
            if left > 0 and there not in before:
                before[there] = here
                waiting.append(there)
    return before


def _path(before: Mapping[_Place, _Place | None], end: _Place) -> Iterator[tuple[_Place, _Place]]:
    here = end
    while (came := before[here]) is not None:
        yield came, here
        here = came
