"""Cases as columns: what goes in comes out again, from memory and from Parquet."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from activities.modelling import Frames, ModelCase, decide, frames_of
from domain.case import Case
from domain.request import RequestKind
from tests.activities.modelling.agreeing import pairs
from tests.generated_cases import generated

DEMO = pairs()["demo 2026-09-01"]
DAY = date(2026, 9, 20)
CASES = tuple(generated(DEMO, 7, 300))


def assert_same(one: Frames, other: Frames) -> None:
    """The same cases, pupils and maps, whatever the order of their columns."""
    assert_frame_equal(one.cases, other.cases, check_column_order=False)
    assert_frame_equal(one.pupils, other.pupils)
    assert_frame_equal(one.provision, other.provision)


def test_columns_build_the_same_cases_again() -> None:
    """Every fact that a rule may read survives the way to columns and back."""
    frames = frames_of(CASES)
    again = [ModelCase(number=number, case=case) for number, case in frames.each_case()]
    assert_same(frames_of(again), frames)
    for one, other in zip(CASES, again, strict=True):
        assert facts_of(one.case) == facts_of(other.case)
    assert facts_of(frames.case(17)) == facts_of(CASES[17].case)


def facts_of(case: Case) -> Case:
    """The case without what no rule reads: ids of pupils, and the order of its descriptors."""
    return case.model_copy(
        update={
            "pupils": tuple(
                each.model_copy(update={"pupil_id": None, "owed_annual_pence": None})
                for each in case.pupils
            ),
            "provision": tuple(
                (each.staff, each.weekly_hours, each.group_size, each.weeks, each.resources_pence)
                for each in case.provision
            ),
            "descriptors": frozenset(case.descriptors),
        }
    )


def test_a_snapshot_is_kept_in_parquet(tmp_path: Path) -> None:
    """A snapshot that was kept decides as the one it was made from."""
    frames = frames_of(CASES)
    frames.write_parquet(tmp_path / "county")
    kept = Frames.read_parquet(tmp_path / "county")
    assert_same(kept, frames)
    assert_frame_equal(decide(kept, *DEMO).cases, decide(frames, *DEMO).cases)


def test_a_part_has_what_belongs_to_its_cases() -> None:
    """A set may be decided in parts, each with its pupils and maps, and nothing is lost."""
    frames = frames_of(CASES)
    parts = [frames.part(start, 100) for start in range(0, 300, 100)]
    assert [len(part) for part in parts] == [100, 100, 100]
    assert sum(len(part.pupils) for part in parts) == len(frames.pupils)
    whole = decide(frames, *DEMO).cases
    columns = ["number", "annual_pence", "refused"]
    found = pl.concat(decide(part, *DEMO).cases.select(columns) for part in parts)
    assert_frame_equal(found, whole.select(columns))


def test_plain_columns_are_enough() -> None:
    """A generated county states what it knows; what it leaves out is not known, and no fault."""
    cases = pl.DataFrame(
        {
            "number": [5, 3],
            "kind": ["individual", "project"],
            "day": [DAY, DAY],
            "level:cognition_and_learning": [5, None],
            "ticked:clinical": [True, None],
            "cluster": ["alder", "birch"],
        }
    )
    pupils = pl.DataFrame(
        {"number": [5], "pupil": [1], "school": ["oak"], "phase": ["primary"], "key_stage": [2]}
    )
    provision = pl.DataFrame({"number": [3], "staff": ["therapist"], "hours_6000": [36_000]})
    frames = Frames.of(cases, pupils, provision)
    assert frames.cases["cluster"].to_list() == ["alder", "birch"]
    assert frames.pupils.row(0, named=True)["setting"] == "mainstream"
    assert frames.provision.row(0, named=True)["weeks"] == 38
    answers = decide(frames, *DEMO).cases
    assert answers["number"].to_list() == [5, 3]
    assert answers["refused"].to_list() == ["not_valid", None]
    assert answers["annual_pence"].to_list() == [None, 13_680_00]


def test_a_number_belongs_to_one_case() -> None:
    """Pupils and maps find their case by its number, so no two cases share one."""
    one = ModelCase(number=1, case=Case(kind=RequestKind.ADVICE, day=DAY))
    with pytest.raises(AssertionError, match="number of its own"):
        frames_of([one, one])


def test_a_set_may_be_moved_to_other_days() -> None:
    """A whole set is asked about another day, or each case about a day of its own."""
    frames = frames_of(CASES)
    moved = frames.moved(DAY)
    assert moved.cases["day"].unique().to_list() == [DAY]
    assert_frame_equal(moved.cases.drop("day"), frames.cases.drop("day"))
    later = frames.moved(pl.col("day") + timedelta(days=365), pl.col("day"))
    assert later.cases["starts_on"].to_list() == frames.cases["day"].to_list()
    assert later.case(3).day == CASES[3].case.day + timedelta(days=365)


def test_hours_that_no_map_can_state_are_refused() -> None:
    """Hours come in hundredths and whole minutes; anything else is not made into a case."""
    cases = pl.DataFrame({"number": [1], "kind": ["project"], "day": [DAY]})
    provision = pl.DataFrame({"number": [1], "staff": ["ta"], "hours_6000": [7]})
    with pytest.raises(ValueError, match="no hours and minutes"):
        Frames.of(cases, None, provision).case(1)
