"""A comparison as it is read: in sentences, and as it may be shown outside the council."""

from dataclasses import replace

import polars as pl
import pytest

from activities.modelling.assessing import CaseSet
from activities.modelling.comparing import compare
from activities.modelling.frames import Frames
from activities.modelling.result import TOGETHER, Comparison, in_words, shown_outside
from domain.refusals import NotValid
from tests.activities.modelling.schemes import ON, Edit, now, small_set, then

E1_PRIMARY = '  { band = ["e1"], phase = ["early_years", "primary"], amount_pounds = 3120.00 },'
CHEAPER_HOURS: Edit = (
    "ta = { weekly_hour_a_year_pounds = 653.60",
    "ta = { weekly_hour_a_year_pounds = 760.00",
)


def many(*counts: int) -> Comparison:
    """A comparison with so many cases in each cluster, each of which gains a pound."""
    frames = small_set().frames
    parts = []
    for place, count in enumerate(counts):
        cluster = pl.lit(f"cluster_{place}").alias("cluster")
        one = frames.cases.filter(pl.col("number") == 1).with_columns(cluster)
        parts.append(pl.concat([one] * count))
    cases = pl.concat(parts).with_columns(number=pl.int_range(1, sum(counts) + 1))
    pupils = cases.select(
        "number", pupil=1, school=pl.lit("oak"), phase=pl.lit("primary"), key_stage=1
    )
    dearer = (E1_PRIMARY, E1_PRIMARY.replace("3120", "3121"))
    return compare(CaseSet(Frames.of(cases, pupils)), (now(), [then(dearer)]), ON).comparison


@pytest.mark.parametrize(
    ("counts", "kept", "together"),
    [
        ((10, 9, 8), (10, 9, 8), None),
        ((10, 9, 2), (10,), 11),
        ((10, 2, 3), (10,), 5),
        ((10, 1, 2), (), 13),
        ((10, 9, 1, 1), (10,), 11),
    ],
)
def test_small_numbers_are_put_together_outside_the_council(
    counts: tuple[int, ...], kept: tuple[int, ...], together: int | None
) -> None:
    """Never one line alone, never fewer than five, and the sums still add up."""
    found = shown_outside(many(*counts))
    lines = found.candidates[0].by["cluster"]
    assert tuple(each.cases for each in lines if each.key != TOGETHER) == kept
    assert [each.cases for each in lines if each.key == TOGETHER] == (
        [together] if together else []
    )
    assert sum(each.difference_pence or 0 for each in lines) == sum(counts) * 100
    assert all(each.cases >= 5 for each in lines)
    schools = [each.key for each in found.candidates[0].by["school"]]
    # The one school less the clusters that are shown would be a cluster that is not.
    assert schools == ([] if together else ["oak"])


def test_how_few_gain_is_not_told_outside_the_council() -> None:
    """Where three of six gain, whose they are could be known."""
    found = compare(small_set(), (now(), [then(CHEAPER_HOURS)]), ON).comparison
    total = shown_outside(found).candidates[0].total
    assert (total.gain, total.lose, total.stay) == (None, None, None)
    assert (total.then_pence, total.difference_pence) == (None, None)
    assert total.now_pence > 0
    with pytest.raises(NotValid, match="fewer than 7"):
        shown_outside(found, fewer_than=7)


def gains(*clusters: tuple[int, int]) -> Comparison:
    """A comparison in which so many of each cluster gain ten pounds each, and so many stay."""
    found = many(*(gain + stay for gain, stay in clusters))
    (candidate,) = found.candidates
    lines = tuple(
        line.model_copy(
            update={
                "gain": gain,
                "stay": stay,
                "difference_pence": gain * 1_000,
                "then_pence": line.now_pence + gain * 1_000,
            }
        )
        for line, (gain, stay) in zip(candidate.by["cluster"], clusters, strict=True)
    )
    of_change = ("gain", "stay", "difference_pence", "then_pence")
    summed = {name: sum(getattr(line, name) for line in lines) for name in of_change}
    total = candidate.total.model_copy(update=summed)
    by = {"cluster": lines, "school": candidate.by["school"]}
    told = candidate.model_copy(update={"total": total, "by": by})
    return found.model_copy(update={"candidates": (told,)})


@pytest.mark.parametrize(
    ("clusters", "told"),
    [
        # Nothing tells of few.
        (((6, 6), (7, 7), (0, 9)), ("total", 0, 1, 2)),
        # One of nine gains: with it goes the next smallest, so that the two tell of many.
        (((1, 8), (7, 7), (9, 9)), ("total", 2)),
        # Two and two gain: together still few, so a third goes with them.
        (((2, 8), (2, 8), (6, 9), (6, 20)), ("total", 3)),
        # Three and three: together they are six, whose sum may be told.
        (((3, 8), (3, 8), (6, 9)), ("total", 2)),
        # In all one gains: the total is not told, and so needs no other to be hidden.
        (((1, 8), (0, 9)), (1,)),
    ],
)
def test_what_changes_for_a_few_is_not_told_outside_the_council(
    clusters: tuple[tuple[int, int], ...], told: tuple[object, ...]
) -> None:
    """Neither the difference nor what they would be given, and not by subtraction either."""
    (shown,) = shown_outside(gains(*clusters)).candidates
    lines = {"total": shown.total} | {
        int(line.key.removeprefix("cluster_")): line for line in shown.by["cluster"]
    }
    hidden = [name for name, line in lines.items() if line.difference_pence is None]
    assert {*lines} - {*hidden} == {*told}
    for name in hidden:
        line = lines[name]
        of_change = (line.then_pence, line.gain, line.lose, line.stay)
        assert of_change == (None,) * 4
    assert (shown.by["school"] == ()) == bool(hidden)
    if shown.total.difference_pence is not None and hidden:
        rest = shown.total.difference_pence - sum(
            line.difference_pence or 0 for line in shown.by["cluster"]
        )
        assert rest >= 5 * 1_000, "what is hidden is the change of five at least"


def test_a_comparison_reads_as_sentences() -> None:
    """For whoever approves, with the budget and the people it would be left to."""
    row = '  { band = ["e2"], phase = ["early_years", "primary"], amount_pounds = 4974.00 },'
    cases = replace(small_set(), budget_pence=9_000_000)
    edit = (row, row.replace("amount_pounds = 4974.00", "to_a_person = true"))
    found = compare(cases, (now(), [then(edit)]), ON).comparison
    told = in_words(found)
    assert told[0] == "6 cases, taken as submitted in the year from 6 October 2026."
    assert "£21,884.00 a year now" in told[1]
    assert told[2] == "then: the year's budget is £90,000.00."
    assert told[3] == "then: 1 cases would newly go to a person, and 0 no longer."
