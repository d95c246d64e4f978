"""The arithmetic of the report; how fast anything is belongs to `make bench` and to no test."""

import json
from pathlib import Path

import pytest

from tests.benchmarks.report import (
    CannotMeasure,
    as_table,
    more_is_better,
    percentile,
    within,
    write_report,
)


def test_a_rate_is_compared_by_the_medians_of_its_rounds() -> None:
    """One slow and one fast round change nothing: the ratio is ours by the rival's."""
    found = more_is_better("cases", [8.0, 1.0, 20.0], [10.0, 90.0, 2.0], "cases/s", 0.8)
    assert (found.ours, found.rival, found.ratio, found.verdict) == (8.0, 10.0, 0.8, "reached")


def test_a_time_is_compared_as_its_limit_divided_by_it() -> None:
    """Twice the limit is half as good as asked, and misses the goal."""
    found = within("a vote", [50.0, 40.0, 60.0], 25.0, "ms")
    assert (found.ours, found.rival, found.ratio, found.verdict) == (50.0, 25.0, 0.5, "missed")


def test_a_line_without_a_target_has_no_verdict() -> None:
    """What is measured for information alone is neither reached nor missed."""
    assert within("p50", [5.0], 25.0, "ms", target=None).verdict == ""


@pytest.mark.parametrize("rounds", [[], [0.0, 0.0], [-1.0]])
def test_what_was_not_measured_is_no_result(rounds: list[float]) -> None:
    """Nothing, nought and less than nought are failures to measure, never a ratio."""
    with pytest.raises(CannotMeasure):
        more_is_better("cases", [1.0], rounds, "cases/s", 1.0)


def test_a_percentile_lies_between_what_was_found() -> None:
    """Of 101 even steps the fiftieth and the ninety-fifth are themselves."""
    steps = [float(step) for step in range(101)]
    assert (percentile(steps, 50), percentile(steps, 95)) == (50.0, 95.0)


def test_a_percentile_of_one_value_is_refused() -> None:
    """One value says nothing about how values lie."""
    with pytest.raises(CannotMeasure):
        percentile([1.0], 95)


def test_the_report_is_a_list_with_the_six_agreed_keys(tmp_path: Path) -> None:
    """Whoever reads build/bench.json finds exactly what was agreed, in the order measured."""
    lines = [
        within("load", [15.0], 30.0, "ms"),
        more_is_better("cases", [9.0], [10.0], "cases/s", None),
    ]
    path = tmp_path / "build" / "bench.json"
    write_report(lines, path)
    written = json.loads(path.read_text())
    assert [list(each) for each in written] == [
        ["name", "ours", "rival", "unit", "ratio", "target"]
    ] * 2
    assert [each["ratio"] for each in written] == [2.0, 0.9]
    assert [each["target"] for each in written] == [1.0, None]


def test_the_table_shows_each_line_with_its_verdict() -> None:
    """A person at the terminal sees at a glance what was missed."""
    table = as_table([within("a vote", [50.0], 25.0, "ms"), within("load", [10.0], 30.0, "ms")])
    _, vote, load = table.splitlines()
    assert vote.split() == ["a", "vote", "50", "25", "ms", "0.50", "1", "missed"]
    assert load.endswith("reached")
