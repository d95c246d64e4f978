"""Small numbers are hidden, and nobody who adds and subtracts can find that they are small."""

from collections.abc import Iterator, Mapping
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.suppression import (
    OTHER,
    TOTAL,
    ShownTable,
    hide_small,
    hide_small_beside,
    hide_small_in_rows,
)

SMALLEST = 3
Table = dict[str, dict[str, int]]
_COUNT = st.sampled_from((0, 0, 1, 1, 2, 3, 4))


def _tables(rows: int, columns: int) -> st.SearchStrategy[Table]:
    line = st.fixed_dictionaries({f"c{place}": _COUNT for place in range(columns)})
    return st.fixed_dictionaries({f"r{place}": line for place in range(rows)})


def _solutions(shown: ShownTable) -> Iterator[Table]:
    """Every table of counts that agrees with all that is shown, by trying: no clever solver."""
    whole = {column: count or 0 for column, count in shown.cells[TOTAL].items() if column != TOTAL}
    yield from _further(shown, list(shown.rows), whole)


def _further(shown: ShownTable, rows: list[str], left: dict[str, int]) -> Iterator[Table]:
    """Every way to fill the rows so that the columns come to what is left for them."""
    if not rows:
        if not any(left.values()):
            yield {}
        return
    for line in _lines(shown.cells[rows[0]], left):
        rest = {column: left[column] - count for column, count in line.items()}
        for others in _further(shown, rows[1:], rest):
            yield {rows[0]: line, **others}


def _lines(told: Mapping[str, int | None], left: Mapping[str, int]) -> Iterator[dict[str, int]]:
    """Every way to fill one row."""
    known = {column: told[column] for column in left}
    ranges = [range(left[c] + 1) if count is None else (count,) for c, count in known.items()]
    for counts in product(*ranges):
        fits = all(count <= left[c] for c, count in zip(left, counts, strict=True))
        if fits and told[TOTAL] in (None, sum(counts)):
            yield dict(zip(left, counts, strict=True))


def _pooled(table: Mapping[str, Mapping[str, int]], shown: ShownTable) -> Table:
    """The true table with the columns that are told together put together."""
    pooled: Table = {}
    for row, columns in table.items():
        pooled[row] = {c: count for c, count in columns.items() if c not in shown.together}
        if shown.together:
            pooled[row][OTHER] = sum(columns[column] for column in shown.together)
    return pooled


def _is_small(count: int) -> bool:
    return 0 < count < SMALLEST


@settings(max_examples=150, deadline=None)
@given(_tables(3, 3))
def test_nobody_can_solve_a_table_for_a_small_number(table: Table) -> None:
    """For every small number some table that agrees with all that is shown has it not small."""
    shown = hide_small(table, SMALLEST)
    truth = _pooled(table, shown)
    if shown.at(TOTAL) is None:
        assert _is_small(sum(sum(line.values()) for line in table.values()))
        return
    small = {
        (row, column)
        for row, line in truth.items()
        for column, count in line.items()
        if _is_small(count)
    }
    totals = {row for row, line in truth.items() if _is_small(sum(line.values()))}
    for solved in _solutions(shown):
        small -= {cell for cell in small if solved[cell[0]][cell[1]] >= SMALLEST}
        totals -= {row for row in totals if sum(solved[row].values()) >= SMALLEST}
        if not small and not totals:
            return
    assert (small, totals) == (set(), set())


@settings(max_examples=100, deadline=None)
@given(_tables(3, 2), st.data())
def test_two_tables_of_the_same_rows_give_nothing_away_together(
    first: Table, data: st.DataObject
) -> None:
    """Solved together, with one total for each row, every small number may still not be small."""
    second: Table = {}
    for row, line in first.items():
        yes = data.draw(st.integers(0, sum(line.values())))
        second[row] = {"yes": yes, "no": sum(line.values()) - yes}
    shown = hide_small_beside(first, second, SMALLEST)
    if shown[0].at(TOTAL) is None:
        return
    truths = [_pooled(table, each) for table, each in zip((first, second), shown, strict=True)]
    small = {
        (number, row, column)
        for number, truth in enumerate(truths)
        for row, line in truth.items()
        for column, count in line.items()
        if _is_small(count)
    }
    solved_of = [list(_solutions(each)) for each in shown]
    by_totals = [
        {tuple(sum(line.values()) for line in solved.values()) for solved in solutions}
        for solutions in solved_of
    ]
    together = by_totals[0] & by_totals[1]
    for number, solutions in enumerate(solved_of):
        for solved in solutions:
            if tuple(sum(line.values()) for line in solved.values()) in together:
                small -= {
                    cell
                    for cell in small
                    if cell[0] == number and solved[cell[1]][cell[2]] >= SMALLEST
                }
    assert small == set()


def test_what_is_shown_is_true_and_no_small_number_is_shown() -> None:
    """A number that is shown is the number; nought is shown too."""
    table = {"a": {"x": 12, "y": 0}, "b": {"x": 2, "y": 9}, "c": {"x": 7, "y": 6}}
    shown = hide_small(table, 5)
    for row, line in table.items():
        for column, count in line.items():
            assert shown.at(row, column) in (count, None)
    assert shown.at("b", "x") is None
    assert (shown.at(TOTAL), shown.at(TOTAL, "y")) == (36, 15)
    assert shown.at("nobody") == 0


def test_a_small_number_is_not_hidden_alone() -> None:
    """In its row and in its column another goes with it, the smallest that will do."""
    shown = hide_small({"a": {"x": 2, "y": 9}, "b": {"x": 8, "y": 6}, "c": {"x": 50, "y": 60}}, 5)
    assert [shown.cells[row][column] for row in "abc" for column in "xy"] == [
        *(None, None),
        *(None, None),
        *(50, 60),
    ]


def test_columns_of_few_are_told_together() -> None:
    """And with the next one, where they are few together: no total of a column is hidden."""
    table = {"a": {"x": 1, "y": 2, "z": 0, "w": 30}, "b": {"x": 1, "y": 9, "z": 0, "w": 30}}
    shown = hide_small(table, 5)
    assert shown.together == ("x", "y")
    assert shown.cells[TOTAL] == {"z": 0, "w": 60, OTHER: 13, TOTAL: 73}
    assert shown.at("a", "x") is None


def test_of_few_people_nothing_is_told() -> None:
    """Not even how many they are."""
    shown = hide_small({"a": {"x": 1, "y": 0}, "b": {"x": 0, "y": 2}}, 5)
    assert {count for line in shown.cells.values() for count in line.values()} == {None}
    assert hide_small({}, 5).cells == {TOTAL: {TOTAL: 0}}


def test_everything_is_shown_to_whom_nothing_is_small() -> None:
    """A smallest number of 1 hides nothing."""
    shown = hide_small({"a": {"x": 1, "y": 2}, "b": {"x": 0, "y": 1}}, 1)
    assert [shown.cells[row][column] for row in "ab" for column in "xy"] == [1, 2, 0, 1]


@given(st.dictionaries(st.sampled_from("xyzw"), _COUNT, min_size=1))
def test_in_rows_of_their_own_what_is_hidden_is_together_not_small(line: dict[str, int]) -> None:
    """Where totals of rows are told and those of columns nowhere; a row of few is not told."""
    shown = hide_small_in_rows({"a": line}, SMALLEST)
    hidden = [count for column, count in line.items() if shown.at("a", column) is None]
    if _is_small(sum(line.values())):
        assert hidden == list(line.values())
        assert shown.at("a") is None
        return
    assert not any(_is_small(shown.at("a", column) or 0) for column in line)
    assert sum(hidden) >= SMALLEST or not any(hidden)
    assert shown.at("a") == sum(line.values())
