"""Panels held against one measure: what is found, what is left alone, and by which reference."""

from collections.abc import Mapping
from decimal import Decimal
from random import Random
from typing import NamedTuple

import pytest

from domain.agreement import krippendorff_alpha
from domain.consistency import (
    Basis,
    PanelLevels,
    Standing,
    against_definitive,
    against_others,
    panel_levels,
)
from domain.moderation import Vote
from domain.needs import AreaOfNeed
from domain.policy.model import CalibrationRules
from tests.domain.demo_county import person, profile

RULES = CalibrationRules(
    cases_a_meeting=2,
    set_by=5,
    setters_within_levels=1,
    tolerance_levels=Decimal("0.25"),
    least_cases=5,
)
SEMH, COGNITION = AreaOfNeed.SEMH, AreaOfNeed.COGNITION
HIGHEST = 5
YEARS = 400


class Found(NamedTuple):
    """Of so many simulated years: how many found the panel, how many flagged any sound one."""

    apart: float
    sound_flagged: float


def simulated_panels(draw: Random, true: Mapping[str, int], apart: float) -> PanelLevels:
    """Six panels of four on the same cases, the first of them ``apart`` levels from the rest.

    A vote is the true level, the rater's own bias (SD 0.25) and noise (SD 0.3), rounded and kept
    on the scale. Source: POLICY.md, "Finding a drifting panel".
    """
    panels: dict[str, dict[str, dict[AreaOfNeed, float]]] = {}
    for cluster in range(6):
        moved = apart if cluster == 0 else 0.0
        raters = [draw.gauss(moved, 0.25) for _ in range(4)]
        panels[f"panel_{cluster}"] = {
            case: {SEMH: sum(_vote(draw, level + bias) for bias in raters) / 4}
            for case, level in true.items()
        }
    return panels


def _vote(draw: Random, leaning: float) -> int:
    return min(HIGHEST, max(0, round(draw.gauss(leaning, 0.3))))


def simulated(basis: Basis, apart: float, rules: CalibrationRules = RULES) -> Found:
    """Twelve calibration cases a year, their true levels anywhere on the scale; seeds fixed."""
    draw = Random(20261123)  # noqa: S311 -- seeded on purpose
    found = flagged = 0
    for _ in range(YEARS):
        true = {f"case_{n}": draw.randint(0, HIGHEST) for n in range(12)}
        panels = simulated_panels(draw, true, apart)
        definitive = {case: {SEMH: level} for case, level in true.items()}
        results = (
            against_definitive(panels, definitive, rules)
            if basis is Basis.DEFINITIVE
            else against_others(panels, rules)
        )
        standings = {name: each.over_all.standing for name, each in results.items()}
        found += standings.pop("panel_0") is (Standing.HIGHER if apart > 0 else Standing.LOWER)
        flagged += set(standings.values()) != {Standing.NOT_APART}
    return Found(found / YEARS, flagged / YEARS)


@pytest.mark.parametrize("apart", [1.0, -1.0], ids=["higher", "lower"])
@pytest.mark.parametrize("basis", list(Basis))
def test_a_panel_one_level_off_is_found_and_sound_ones_are_left_alone(
    basis: Basis, apart: float
) -> None:
    """With 12 cases it is found in 95 of 100, and any of five sound ones flagged in at most 3."""
    found = simulated(basis, apart)
    assert found.apart >= 0.95
    assert found.sound_flagged <= 0.03


@pytest.mark.parametrize("basis", list(Basis))
def test_six_sound_panels_are_left_alone(basis: Basis) -> None:
    """The natural spread of raters is not taken for a difference between panels."""
    found = simulated(basis, apart=0.0)
    assert found.sound_flagged <= 0.03


def test_without_a_tolerance_sound_panels_would_be_flagged() -> None:
    """Raters differ by nature: with next to no tolerance most years would blame somebody."""
    strict = RULES.model_copy(update={"tolerance_levels": Decimal("0.001")})
    assert simulated(Basis.DEFINITIVE, 0.0, strict).sound_flagged > 0.5


def test_alpha_does_not_see_a_panel_that_stands_apart() -> None:
    """On live cases, each seen by one panel, alpha stays as high with a panel a level off."""
    draw = Random(20261123)  # noqa: S311 -- seeded on purpose
    alphas = []
    for apart in (0.0, 1.0):
        cases = []
        for panel in range(6):
            raters = [draw.gauss(0 if panel else apart, 0.25) for _ in range(4)]
            for _ in range(50):
                true = draw.randint(0, HIGHEST)
                cases.append([_vote(draw, true + bias) for bias in raters])
        alphas.append(krippendorff_alpha(cases) or 0)
    assert abs(alphas[1] - alphas[0]) < 0.03
    assert min(alphas) > 0.9


def one_area(*differences: float, level: int = 2) -> dict[str, dict[AreaOfNeed, float]]:
    """A panel's levels on as many cases, each so far from the same level."""
    return {f"case_{n}": {SEMH: level + each} for n, each in enumerate(differences)}


def held(*differences: float) -> Standing:
    """Where a panel with these differences stands, over all."""
    definitive = {f"case_{n}": {SEMH: 2} for n in range(len(differences))}
    results = against_definitive({"alder": one_area(*differences)}, definitive, RULES)
    return results["alder"].over_all.standing


def test_a_panel_is_flagged_only_when_its_whole_interval_is_beyond_the_tolerance() -> None:
    """A mean of half a level that scatters may be nothing; the same without scatter is not."""
    assert held(0.5, 0.5, 0.5, 0.5, 0.5) is Standing.HIGHER
    assert held(-0.5, -0.5, -0.5, -0.5, -0.5) is Standing.LOWER
    assert held(0.25, 0.25, 0.25, 0.25, 0.25) is Standing.NOT_APART
    assert held(1.5, -0.5, 0.5, 1.0, 0.0) is Standing.NOT_APART


@pytest.mark.parametrize("cases", [0, 1, 4], ids=str)
def test_nothing_is_said_of_a_panel_with_too_few_cases(cases: int) -> None:
    """However far apart it is, a panel with fewer cases than the policy asks for is not judged."""
    assert held(*[2.0] * cases) is Standing.TOO_FEW


def test_a_difference_has_its_mean_interval_and_count_in_each_area() -> None:
    """Over all a case counts once, by the mean of its areas; an area without levels says so."""
    cases: dict[str, dict[AreaOfNeed, float]] = {
        f"case_{n}": {SEMH: 3.0, COGNITION: 1.5} for n in range(5)
    }
    definitive = {f"case_{n}": profile(2, 2, 2, 2).levels for n in range(5)}
    found = against_definitive({"alder": cases}, definitive, RULES)["alder"]
    assert found.basis is Basis.DEFINITIVE
    assert (found.over_all.cases, found.over_all.mean_levels) == (5, 0.25)
    assert found.by_area[SEMH].standing is Standing.HIGHER
    assert found.by_area[COGNITION].standing is Standing.LOWER
    assert found.over_all.standing is Standing.NOT_APART
    nothing = found.by_area[AreaOfNeed.SENSORY]
    assert (nothing.cases, nothing.mean_levels, nothing.interval) == (0, None, None)


def test_a_case_without_definitive_levels_is_left_out() -> None:
    """A live request has no right answer, and no panel is held against one."""
    panels = {"alder": one_area(1.0, 1.0, 1.0)}
    found = against_definitive(panels, {"case_0": {SEMH: 2}}, RULES)["alder"]
    assert found.over_all.cases == 1


def test_the_other_panels_are_taken_by_their_median_and_never_their_mean() -> None:
    """One panel four levels off moves a mean by more than a level, and the median not at all."""
    panels = {name: one_area(*[0.0] * 5, level=0) for name in ("alder", "birch", "cedar", "elder")}
    panels["fir"] = one_area(*[4.0] * 5, level=0)
    found = against_others(panels, RULES)
    assert found["alder"].basis is Basis.OTHER_PANELS
    assert found["alder"].over_all.mean_levels == 0
    assert found["alder"].over_all.standing is Standing.NOT_APART
    assert found["fir"].over_all.mean_levels == 4
    assert found["fir"].over_all.standing is Standing.HIGHER


def test_a_case_that_few_other_panels_saw_says_nothing() -> None:
    """Two other panels cannot outvote a third, so the case is not counted."""
    panels = {name: one_area(*[0.0] * 5) for name in ("alder", "birch", "cedar")}
    panels["elder"] = {"another": {SEMH: 2.0}}
    found = against_others(panels, RULES)
    assert {each.over_all.standing for each in found.values()} == {Standing.TOO_FEW}
    assert {each.over_all.cases for each in found.values()} == {0}


def test_a_panels_level_is_the_mean_of_its_members_votes() -> None:
    """Abstentions give no level, and an area that nobody gave a level is not there."""
    votes = (
        Vote(person_id=person("a"), levels={SEMH: 2, COGNITION: 1}),
        Vote(person_id=person("b"), levels={SEMH: 3}),
        Vote(person_id=person("c"), abstained=True, reason="New here"),
    )
    assert panel_levels(votes) == {SEMH: 2.5, COGNITION: 1.0}
