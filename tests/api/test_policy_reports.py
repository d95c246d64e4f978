"""What the policy is told by what came of it: departures and outcomes, to whom, and how much."""

import csv
from datetime import UTC, datetime
from io import BytesIO, StringIO
from typing import Any
from uuid import UUID

import pytest
from openpyxl import load_workbook

from activities.settings import Settings
from activities.store import recording
from activities.store.session import transaction
from domain.places import Level
from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.planting import plant
from tests.activities.small_county import PLANTED, county, profile, request
from tests.activities.world import World
from tests.api.bodies import vote
from tests.api.people import EVERYBODY, OFFICERS
from tests.api.web import Json, Web, code_of
from tests.conftest import StillClock

YEAR = {"from": "2026-09-01", "until": "2027-09-01"}
STATED, MODERATED = (2, 3, 0, 0), (3, 3, 0, 0)
"""Predictable, where the cluster plan has no service; and one level up."""
SIX = tuple((school, number) for school in ("ashdown", "brook") for number in (0, 2, 3))
"""Pupils of whom no member and no officer is family."""


async def read(web: Web, who: str, path: str = "/policy/departures", **query: Any) -> Json:
    """What somebody reads of it."""
    answer = await web.get(who, path, **(query or YEAR))
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def moderated(hand: ByHand, school: str = "ashdown", number: int = 0) -> UUID:
    """A request whose school stated one need and whose panel moderated another."""
    asked = request(school=school, number=number, profile=profile(*STATED))
    return hand.recommended(asked, MODERATED, school=school)


def year_ends(clock: StillClock) -> None:
    """The academic year is over."""
    clock.move_on(datetime(2027, 9, 1, 8, tzinfo=UTC) - clock.now())


def line_of(found: Json, **wanted: Any) -> Json:
    """The one line of the levels that is wanted."""
    (line,) = [each for each in found["levels"] if wanted.items() <= each.items()]
    told: Json = line
    return told


async def test_departures_are_for_policy_officers_officers_and_leaders(web: Web) -> None:
    """Nobody at a school, on a panel or in finance."""
    for subject in EVERYBODY:
        answer = await web.get(subject, "/policy/departures", **YEAR)
        if subject in ("policy.1", *OFFICERS):
            assert answer.status_code == 200, subject
        else:
            expected = "not_valid" if subject == "leader.1" else "role_needed"
            assert code_of(answer) == expected, subject


async def test_leaders_are_given_whole_years_that_have_ended(web: Web, clock: StillClock) -> None:
    """Days that they could choose would tell a day by subtraction; the refusal names a year."""
    answer = await web.get("leader.1", "/policy/departures", **YEAR)
    assert "2025-09-01 until 2026-09-01" in answer.json()["would_help"]
    year_ends(clock)
    assert (await read(web, "leader.1"))["reasons"] is None
    for days in ({"from": "2026-09-02"}, {"until": "2027-08-31"}, {"from": "2025-09-01"}):
        answer = await web.get("leader.1", "/policy/departures", **{**YEAR, **days})
        assert code_of(answer) == "not_valid"
    backwards = {"from": "2027-01-02", "until": "2027-01-02"}
    assert code_of(await web.get("policy.1", "/policy/departures", **backwards)) == "not_valid"


async def test_a_policy_officer_sees_which_descriptors_are_departed_from(
    web: Web, hand: ByHand
) -> None:
    """Each level that was stated: how often it stood, how often it was left, and which way."""
    moderated(hand)
    found = await read(web, "policy.1")
    left = line_of(found, area="communication_and_interaction", level=2)
    assert found["levels"][0] == left
    assert (left["in_play"], left["as_stated"], left["up"], left["down"]) == (1, 0, 1, 0)
    assert (left["departed"], left["departed_percent"]) == (1, 100)
    assert (left["edition"], left["descriptors"]) == ("2026-09-01", ["ci2a"])
    assert left["says"]
    kept = line_of(found, area="cognition_and_learning", level=3)
    assert (kept["in_play"], kept["departed"], kept["departed_percent"]) == (1, 0, 0)
    (alder,) = found["clusters"]
    assert (alder["cluster"], alder["in_play"], alder["departed_percent"]) == ("alder", 4, 25)
    assert (found["total"]["up"], found["total"]["departed"]) == (1, 1)
    assert (found["smallest_shown"], found["reasons"]) == (None, None)
    earlier = await read(web, "policy.1", **{"from": "2026-08-01", "until": "2026-09-01"})
    assert earlier["levels"] == earlier["officers"] == []


async def test_one_cluster_alone_is_for_policy_officers(web: Web, hand: ByHand) -> None:
    """Beside the whole it would give small numbers away."""
    moderated(hand)
    for cluster, areas in (("alder", 4), ("cedar", 0)):
        found = await read(web, "policy.1", **YEAR, cluster=cluster)
        assert len(found["levels"]) == found["total"]["in_play"] == areas
    answer = await web.get("officer.1", "/policy/departures", **YEAR, cluster="alder")
    assert code_of(answer) == "role_needed"


@pytest.mark.promise(8)
async def test_outside_the_policy_officers_no_small_number_is_shown(web: Web, hand: ByHand) -> None:
    """One case is in no count; six are told, and what nobody left is told too."""
    moderated(hand)
    few = await read(web, "officer.1")
    assert few["smallest_shown"] == 5
    counts = ("in_play", "as_stated", "up", "down", "departed", "departed_percent")
    for each in (*few["levels"], *few["clusters"], few["total"]):
        assert [each[name] for name in counts] == [None] * 6
    for school, number in SIX[1:]:
        moderated(hand, school, number)
    many = await read(web, "officer.1")
    left = line_of(many, area="communication_and_interaction", level=2)
    assert (left["in_play"], left["up"], left["departed_percent"]) == (6, 6, 100)
    assert many["total"] == (await read(web, "policy.1"))["total"]


async def test_without_a_smallest_number_nobody_else_is_shown_any(
    web: Web, small_county: Settings
) -> None:
    """It is the council's to set: the policy officer sees the report, an officer a refusal."""
    plant(
        small_county,
        "UPDATE policy_version SET in_force_until = in_force_from + 1 WHERE kind = 'equality'",
    )
    assert code_of(await web.get("officer.1", "/policy/departures", **YEAR)) == "no_policy_in_force"
    assert (await read(web, "policy.1"))["levels"] == []


async def test_officers_read_why_and_only_where_no_interest_keeps_them_out(
    web: Web, hand: ByHand
) -> None:
    """Reasons of the votes that left the level, and of the act; newest first."""
    request_id = moderated(hand, number=1)
    hand.world.clock.move_on(datetime(2026, 12, 1, 9, tzinfo=UTC) - hand.world.clock.now())
    hand.world.does("officer.1", ActKind.ESCALATE, request_id, level=Level.AREA, reason="A flood")
    hand.goes_on()
    told = (await read(web, "officer.1"))["reasons"]
    assert told["left_off"] == 0
    escalated, left = told["found"]
    assert (escalated["departs_from"], escalated["because"]) == ("decider", ["A flood"])
    assert (escalated["guidance"], escalated["decided"]) == ("cluster", "area")
    assert (left["departs_from"], left["guidance"], left["decided"]) == ("level", "2", "3")
    assert len(left["because"]) == 3
    assert "person_id" not in left
    assert (await read(web, "officer.2"))["reasons"] == {"found": [], "left_off": 0}


async def test_what_officers_sign_otherwise_stands_beside_what_stood(
    web: Web, hand: ByHand
) -> None:
    """By tier and band: another tier, another amount, and how much more it came to."""
    first, second = moderated(hand), moderated(hand, number=2)
    hand.world.authorises("officer.1", first)
    by_the_rules = hand.world.one(
        'SELECT annual_pence FROM "placing" WHERE request_id = :id', id=second
    )
    said = {"annual_pence": by_the_rules + 700, "tier": "exceptional"}
    hand.world.does("officer.1", ActKind.AUTHORISE_DIFFERENTLY, second, **said)
    hand.goes_on()
    lines = {each["departs_from"]: each for each in (await read(web, "policy.1"))["officers"]}
    assert set(lines) == {"tier", "amount"}
    for each in lines.values():
        assert (each["tier"], each["leaning"], each["decided"]) == ("predictable", "up", 2)
        assert (each["departures"], each["departed_percent"]) == (1, 50)
    assert lines["tier"]["decided_code"] == "exceptional"
    assert lines["amount"]["difference_pence"] == 700
    for each in (await read(web, "officer.1"))["officers"]:
        assert [each[n] for n in ("decided", "departures", "difference_pence")] == [None] * 3


async def test_prices_by_hand_and_escalations_are_counted(web: Web, hand: ByHand) -> None:
    """By the tier that had no price, and by whose turn it was."""
    request_id = hand.recommended(request(profile=profile(5, 5, 5, 5)), (5, 5, 5, 5))
    hand.world.does("officer.1", ActKind.ESCALATE, request_id, level=Level.AREA)
    hand.goes_on()
    hand.world.does("manager.1", ActKind.PRICE, request_id, annual_pence=900_000)
    hand.goes_on()
    acts = (await read(web, "policy.1"))["acts"]
    assert sorted((e["departs_from"], e["guidance_code"], e["departures"]) for e in acts) == [
        ("amount", "exceptional", 1),
        ("decider", "cluster", 1),
    ]
    assert {each["departures"] for each in (await read(web, "sen.1"))["acts"]} == {None}


async def test_what_was_ticked_for_the_level_that_was_chosen_is_told(
    web: Web, hand: ByHand
) -> None:
    """In how many cases, so that the descriptors can be set side by side."""
    request_id, ballot_id = hand.in_ballot(request(profile=profile(*STATED)))
    for member in ("head.crane", "head.dell", "head.elm"):
        hand.world.declares(member, hand.world.item_of(request_id))
        body = {**vote(3), "descriptors": ["ci3a"]}
        await web.says(member, f"/ballots/{ballot_id}/vote", body, method="PUT")
    hand.world.closes(ballot_id)
    hand.goes_on()
    assert (await read(web, "policy.1"))["ticked"] == [
        {
            "area": "communication_and_interaction",
            "level": 3,
            "descriptor": "ci3a",
            "cases": 1,
        }
    ]
    assert (await read(web, "officer.1"))["ticked"][0]["cases"] is None


async def test_the_report_is_a_file_too_without_a_word_that_was_written(
    web: Web, hand: ByHand
) -> None:
    """CSV of the levels, a workbook of everything; numbers alone, for officers too."""
    moderated(hand)
    for who, count in (("policy.1", "1"), ("officer.1", "")):
        answer = await web.get(who, "/policy/departures/csv", **YEAR)
        rows = list(csv.DictReader(StringIO(answer.text.lstrip("\ufeff"))))
        assert {row["up"] for row in rows if row["level"] == "2"} == {count}
        answer = await web.get(who, "/policy/departures/xlsx", **YEAR)
        book = load_workbook(BytesIO(answer.content))
        assert book.sheetnames == ["about", "levels", "clusters", "ticked", "officers", "acts"]
        cells = [str(cell.value) for sheet in book for row in sheet for cell in row]
        assert not any(PLANTED in cell for cell in cells)


@pytest.mark.promise(7)
async def test_no_report_depends_on_a_vote_before_the_close(web: Web, hand: ByHand) -> None:
    """Byte for byte the same, whatever was voted; afterwards it is told."""
    request_id, ballot_id = hand.in_ballot(request(profile=profile(*STATED)))
    hand.world.declares("head.crane", hand.world.item_of(request_id))

    async def looks() -> list[bytes]:
        paths = ("/policy/departures", "/policy/departures/csv")
        return [
            (await web.get(who, path, **YEAR)).content
            for who in ("policy.1", "officer.1")
            for path in paths
        ]

    before = await looks()
    for level in (5, 2):
        body = {**vote(level), "descriptors": ["ci3a"]}
        cast = await web.says("head.crane", f"/ballots/{ballot_id}/vote", body, method="PUT")
        assert cast.status_code == 200, cast.text
        assert await looks() == before


def decide_six(world: World, hand: ByHand) -> None:
    """Six requests are authorised: of three girls and three of whom nothing is recorded."""
    whole = county()
    pupils = tuple(
        each.model_copy(update={"characteristics": {"sex": "female"}})
        for each in whole.pupils
        if each.school == "ashdown"
    )
    with transaction(world.engine) as session:
        recording.load_county(session, whole.model_copy(update={"pupils": pupils}))
    for school, number in SIX:
        asked = request(school=school, number=number, profile=profile(*STATED))
        request_id = hand.recommended(asked, STATED, school=school)
        world.authorises("officer.1", request_id)
        hand.goes_on()
        assert world.ending(request_id) == "authorised"


@pytest.mark.promise(8)
async def test_outcomes_by_characteristic_hide_small_groups_from_everybody(
    web: Web, hand: ByHand, world: World
) -> None:
    """Two groups of three are not told; the six together are: how many, how much, how long."""
    decide_six(world, hand)
    found = await read(web, "policy.1", "/policy/equality", year=2026)
    assert (found["academic_year"], found["smallest_shown"]) == (2026, 5)
    by = {each["characteristic"]: each for each in found["characteristics"]}
    assert list(by) == [
        *("sex", "ethnic_group", "free_school_meals", "home_language", "looked_after")
    ]
    assert [each["group"] for each in by["sex"]["groups"]] == ["female", "not_recorded"]
    assert {each["pupils"] for each in by["sex"]["groups"]} == {None}
    (nobody_knows,) = by["looked_after"]["groups"]
    assert (nobody_knows["group"], nobody_knows["pupils"]) == ("not_recorded", 6)
    for each in by.values():
        total = each["total"]
        assert (total["pupils"], total["by_tier"]) == (6, {"predictable": 6})
        assert (total["awarded"], total["given_place"], total["given_nothing"]) == (6, 0, 0)
        assert total["mean_annual_pence"] > 0
        assert total["mean_waiting_days"] >= 0


async def test_outcomes_are_for_policy_officers_and_of_ended_years_for_leaders(
    web: Web, clock: StillClock
) -> None:
    """Nobody else: officers neither, who know the children."""
    for subject in EVERYBODY:
        answer = await web.get(subject, "/policy/equality", year=2026)
        if subject == "policy.1":
            assert answer.status_code == 200
        else:
            expected = "not_valid" if subject == "leader.1" else "role_needed"
            assert code_of(answer) == expected, subject
    year_ends(clock)
    assert (await web.get("leader.1", "/policy/equality", year=2026)).status_code == 200


async def test_outcomes_are_files_too(web: Web, hand: ByHand, world: World) -> None:
    """One CSV with a line for each group; a workbook with a sheet for each characteristic."""
    decide_six(world, hand)
    answer = await web.get("policy.1", "/policy/equality/csv", year=2026)
    rows = list(csv.DictReader(StringIO(answer.text.lstrip("\ufeff"))))
    totals = [row for row in rows if row["title"] == "All"]
    assert len(totals) == 5
    assert {(row["pupils"], row["predictable"], row["awarded"]) for row in totals} == {
        ("6", "6", "6")
    }
    assert {row["pupils"] for row in rows if row["group"] == "female"} == {""}
    answer = await web.get("policy.1", "/policy/equality/xlsx", year=2026)
    book = load_workbook(BytesIO(answer.content))
    assert book.sheetnames[:2] == ["about", "sex"]
    assert len(book.sheetnames) == 6
