"""How far panels stand apart: the same figures as the rules give, to whom, and from which cases."""

import csv
import json
from datetime import UTC, datetime
from io import BytesIO, StringIO
from typing import Any

import pytest
from openpyxl import load_workbook

from domain.consistency import Levels, against_definitive, against_others, panel_levels
from domain.moderation import Vote
from domain.policy.calibrating import CalibrationRules
from domain.policy.panel import PanelRules
from tests.activities.by_hand import ByHand
from tests.activities.calibration_world import (
    ALDER,
    CEDAR,
    WRITER,
    ballots,
    calls,
    closes,
    has_levels,
    is_calibrated,
    levels_of,
    panel_votes,
    votes,
)
from tests.activities.small_county import PLANTED, named, profile, request
from tests.activities.world import World
from tests.api.web import Json, Web, code_of

YEAR = {"from": "2026-09-01", "until": "2027-09-01"}
TRUE = (2, 3, 1, 0)
HIGHER = (3, 4, 2, 1)


async def consistency(web: Web, who: str = WRITER, **query: Any) -> dict[str, Json]:
    """What somebody reads of how panels stand, by cluster."""
    answer = await web.get(who, "/panels/consistency", **(YEAR | query))
    assert answer.status_code == 200, answer.text
    return {each["cluster"]: each for each in answer.json()["panels"]}


def drifting(world: World, hand: ByHand) -> tuple[dict[str, Levels], dict[str, dict[str, Levels]]]:
    """Twelve cases; one panel votes about their levels, the other a level above them.

    The definitive levels of each case, and each panel's own.
    """
    cases: dict[str, tuple[int, ...]] = {
        f"case-{n:02}": (n % 4, (n + 1) % 4, (n + 2) % 4, n % 3) for n in range(12)
    }
    for code, levels in cases.items():
        has_levels(world, code, levels)
    panels: dict[str, dict[str, Levels]] = {"alder": {}, "cedar": {}}
    for cluster, members, off in (("alder", ALDER, 0), ("cedar", CEDAR, 1)):
        for _ in range(3):
            meeting_id = calls(world, hand, cluster)
            for code, ballot_id in ballots(world, meeting_id).items():
                sharper = int(len(panels[cluster]) % 4 == 0)
                given = [tuple([level + off for level in cases[code]]) for _ in members]
                given[0] = tuple(level + sharper for level in given[0])
                for member, levels in zip(members, given, strict=True):
                    votes(world, member, ballot_id, levels)
                panels[cluster][code] = panel_levels(
                    [Vote(person_id=named("x"), levels=levels_of(each)) for each in given]
                )
            closes(world, hand, meeting_id)
    return {code: levels_of(levels) for code, levels in cases.items()}, panels


def same(found: Json, expected: Any) -> bool:
    """Whether figures are the same, but for the last digits of a float."""
    if isinstance(found, dict):
        return found.keys() == expected.keys() and all(same(found[k], expected[k]) for k in found)
    return bool(found == pytest.approx(expected) if isinstance(found, float) else found == expected)


async def test_a_panel_one_level_off_is_found_and_a_sound_one_is_not(
    web: Web, hand: ByHand, world: World
) -> None:
    """On twelve cases; every figure is that of the rules, on either reference."""
    is_calibrated(world, a_meeting=5)
    definitive, panels = drifting(world, hand)
    found = await consistency(web)
    assert {c: each["stands_apart"] for c, each in found.items()} == {"alder": False, "cedar": True}
    over_all = found["cedar"]["differences"]["over_all"]
    assert (over_all["standing"], over_all["cases"]) == ("higher", 12)
    rules = rules_of(world)
    expected = against_definitive(panels, definitive, rules)
    assert len(expected) == 2
    for cluster, each in expected.items():
        assert same(found[cluster]["differences"], each.model_dump(mode="json"))
    others = await consistency(web, against="other_panels")
    for cluster, each in against_others(panels, rules).items():
        assert same(others[cluster]["differences"], each.model_dump(mode="json"))
    (alone,) = await consistency(web, cluster="cedar")
    assert alone == "cedar"


def rules_of(world: World) -> CalibrationRules:
    """The calibration part of the panel rules in force."""
    document = world.one(
        "SELECT document FROM policy_version WHERE kind = 'panel'"
        " ORDER BY in_force_from DESC LIMIT 1"
    )
    rules = PanelRules.model_validate_json(json.dumps(document)).calibration
    assert rules is not None
    return rules


async def test_a_chair_reads_of_the_own_panel_and_of_retired_cases_alone(
    web: Web, hand: ByHand, world: World
) -> None:
    """Before that the mean difference of a case, with one's own votes, would tell its level."""
    is_calibrated(world)
    has_levels(world, "wren", TRUE)
    panel_votes(world, hand, "alder", HIGHER, ALDER)
    assert (await consistency(web))["alder"]["differences"]["over_all"]["mean_levels"] == 1.0
    assert await consistency(web, "head.crane") == {}
    panel_votes(world, hand, "cedar", TRUE, CEDAR)
    own = await consistency(web, "head.crane")
    assert list(own) == ["alder"]
    assert own["alder"]["differences"]["over_all"]["mean_levels"] == 1.0
    assert own["alder"]["differences"]["over_all"]["standing"] == "too_few"
    assert own["alder"]["levels_stated"] is None
    answer = await web.get("head.crane", "/panels/consistency", **YEAR, cluster="cedar")
    assert code_of(answer) == "role_needed"
    for who in ("head.dell", "senco.ashdown", "finance.1"):
        assert code_of(await web.get(who, "/panels/consistency", **YEAR)) == "role_needed"


async def test_live_departures_stand_beside(web: Web, hand: ByHand, world: World) -> None:
    """How often the panel left the level that schools stated, in percent, also without cases."""
    is_calibrated(world)
    hand.recommended(request(profile=profile(2, 3, 0, 0)), (3, 3, 0, 0))
    alder = (await consistency(web))["alder"]
    assert (alder["levels_stated"], alder["levels_left"], alder["left_percent"]) == (4, 1, 25)
    assert alder["differences"]["over_all"]["standing"] == "too_few"
    others = (await consistency(web, against="other_panels"))["alder"]
    assert others["differences"]["basis"] == "other_panels"
    assert (await consistency(web, "officer.1"))["alder"]["levels_left"] is None
    world.clock.move_on(datetime(2027, 9, 1, 8, tzinfo=UTC) - world.clock.now())
    assert (await consistency(web, "leader.1"))["alder"]["levels_left"] is None


async def test_differences_are_files_too(web: Web, hand: ByHand, world: World) -> None:
    """CSV a line a panel; a workbook with a sheet of areas of need; nothing that was written."""
    is_calibrated(world)
    has_levels(world, "wren", TRUE)
    panel_votes(world, hand, "alder", HIGHER, ALDER)
    answer = await web.get(WRITER, "/panels/consistency/csv", **YEAR)
    (row,) = csv.DictReader(StringIO(answer.text.lstrip("\ufeff")))
    assert (row["cluster"], row["cases"], row["mean_levels"]) == ("alder", "1", "1.000")
    assert (row["standing"], row["stands_apart"]) == ("too_few", "no")
    answer = await web.get(WRITER, "/panels/consistency/xlsx", **YEAR)
    book = load_workbook(BytesIO(answer.content))
    assert book.sheetnames == ["about", "panels", "areas"]
    cells = [str(cell.value) for sheet in book for line in sheet for cell in line]
    assert "0.25" in cells
    assert not any(PLANTED in cell for cell in cells)
