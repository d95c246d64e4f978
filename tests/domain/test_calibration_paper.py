"""What panels read of a calibration case: nobody's child, levels of the scale, enough setters."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from domain.calibration_paper import CalibrationPaper, faults_of_writing
from domain.needs import NeedsProfile
from domain.policy.model import CalibrationRules
from tests.domain.demo_county import person, profile

RULES = CalibrationRules(
    cases_a_meeting=2,
    set_by=3,
    setters_within_levels=1,
    tolerance_levels=Decimal("0.25"),
    least_cases=5,
)
THREE = [person(f"setter {n}") for n in range(3)]
PAPER = CalibrationPaper(about="A made-up child", views="Of a family", tried="Two cycles")


def test_a_paper_without_a_fault() -> None:
    """Three people named once, levels of the scale or none, and nobody's name."""
    stated = PAPER.model_copy(update={"stated": profile(1, 2, 3, 0)})
    for paper in (PAPER, stated):
        assert faults_of_writing(paper, THREE, RULES, range(6), names_a_child=False) == ()


def test_every_fault_of_writing_is_listed_at_once() -> None:
    """Too few people, one of them twice, a level off the scale, one left out, a child's name."""
    levels = dict(list(profile(1, 9, 3, 0).levels.items())[:3])
    paper = PAPER.model_copy(update={"stated": NeedsProfile(levels=levels)})
    found = faults_of_writing(paper, [THREE[0]] * 2, RULES, range(6), names_a_child=True)
    assert [each.code for each in found] == [
        *("setter_twice", "setters", "level_unknown", "level_unknown", "names_a_child")
    ]


def test_all_that_is_written_is_searched() -> None:
    """Every part of the paper, evidence and outcomes too."""
    whole = PAPER.model_copy(update={"evidence": ("A report",), "outcomes": ("Joins in",)})
    assert whole.words.split("\n") == [
        *("A made-up child", "Of a family", "Two cycles", "A report", "Joins in")
    ]


def test_a_paper_has_no_place_for_a_pupil_or_a_school() -> None:
    """What is not one of its parts is refused."""
    with pytest.raises(ValidationError):
        CalibrationPaper.model_validate({**PAPER.model_dump(), "school": "ashdown"})
