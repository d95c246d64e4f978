"""Calibration cases: levels set beforehand, voted on blind by every panel, never a request."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from activities.names import Deed, OfMeeting
from domain.acts import ActRef
from domain.needs import AreaOfNeed
from domain.stages import ActKind
from tests.activities.behind import refused_by, run_sql
from tests.activities.by_hand import ByHand
from tests.activities.calibration_world import (
    ALDER,
    CEDAR,
    PAPER,
    SETTERS,
    WRITER,
    ballots,
    calls,
    closes,
    has_levels,
    is_calibrated,
    levels_of,
    panel_votes,
    proposes,
    stated,
    votes,
    writes,
)
from tests.activities.roster_world import substitutes
from tests.activities.small_county import PLANTED, named, pupil_id
from tests.activities.world import WHY, World
from tests.api.bodies import vote
from tests.api.people import EVERYBODY, OFFICERS
from tests.api.web import Json, Web, code_of

YEAR = {"from": "2026-09-01", "until": "2027-09-01"}
TRUE = (2, 3, 1, 0)
HIGHER = (3, 4, 2, 1)


def body(code: str = "wren", **changed: Any) -> Json:
    """A case as it is sent."""
    paper = PAPER.model_dump(mode="json") | changed
    return {"code": code, "paper": paper, "setters": [str(named(each)) for each in SETTERS]}


def proposal(*levels: int) -> Json:
    """Levels as they are proposed."""
    return {"levels": {a.value: n for a, n in levels_of(levels).items()}, "reason": WHY}


async def test_a_case_is_written_given_levels_apart_and_put_to_the_next_panel(
    web: Web, hand: ByHand, world: World
) -> None:
    """From the first word to the agenda: each step by whom the rules name."""
    is_calibrated(world)
    written = await web.says(WRITER, "/calibration/cases", body())
    assert written.status_code == 200, written.text
    path = f"/calibration/cases/{written.json()['id']}"
    told = [
        (await web.says(who, f"{path}/levels", proposal(*TRUE), method="PUT")).json()
        for who in SETTERS
    ]
    assert [each["state"] for each in told] == ["drafted", "drafted", "set"]
    calls(world, hand, "cedar")
    meeting_id = calls(world, hand, "alder")
    assert list(ballots(world, meeting_id)) == ["wren"]
    (line,) = (await web.get("head.crane", f"/meetings/{meeting_id}/calibration")).json()
    assert (line["code"], line["is_closed"], line["have_voted"]) == ("wren", False, False)
    seen = (await web.get(WRITER, path)).json()
    assert (seen["state"], sorted(seen["listed_for"])) == ("in_use", ["alder", "cedar"])
    assert (seen["definitive"], len(seen["proposals"])) == (proposal(*TRUE)["levels"], 3)


async def test_every_fault_of_a_case_is_told_at_once(web: Web, world: World) -> None:
    """A child's name, too few setters, and levels that the continuum lacks; nothing is written."""
    is_calibrated(world)
    (child,) = world.rows("SELECT * FROM pupil_name WHERE pupil_id = :id", id=pupil_id("ashdown"))
    whose = f"As with {child.given_name.upper()} {child.family_name}"
    levels = {area.value: 9 for area in AreaOfNeed}
    sent = body(views=whose, stated={"levels": levels})
    answer = await web.says(WRITER, "/calibration/cases", sent | {"setters": sent["setters"][:2]})
    codes = {fault["code"] for fault in answer.json()["faults"]}
    assert codes == {"setters", "level_unknown", "names_a_child"}
    answer = await web.says(WRITER, "/calibration/cases", body(tried="See ashdown-3"))
    assert [fault["code"] for fault in answer.json()["faults"]] == ["names_a_child"]
    assert PLANTED not in answer.text
    assert world.one("SELECT count(*) FROM calibration_case") == 0


async def test_cases_are_written_and_retired_by_officers_and_policy_officers(
    web: Web, world: World
) -> None:
    """Nobody else; a code is used once, people are on record, and rules must calibrate."""
    answer = await web.says(WRITER, "/calibration/cases", body())
    assert code_of(answer) == "no_policy_in_force"
    assert code_of(await web.get(WRITER, "/panels/consistency", **YEAR)) == "no_policy_in_force"
    is_calibrated(world)
    for subject in EVERYBODY:
        answer = await web.says(subject, "/calibration/cases", body(f"case.{subject}"))
        if subject in (*OFFICERS, WRITER):
            path = f"/calibration/cases/{answer.json()['id']}/retire"
            assert code_of(await web.says("head.crane", path)) == "role_needed"
            assert (await web.says(subject, path)).status_code == 200
            assert code_of(await web.says(subject, path)) == "not_at_this_stage"
        else:
            assert code_of(answer) == "role_needed", subject
    again = await web.says(WRITER, "/calibration/cases", body("case.policy.1"))
    assert code_of(again) == "not_valid"
    unknown = body() | {"setters": [str(uuid4()), *body()["setters"][1:]]}
    assert code_of(await web.says(WRITER, "/calibration/cases", unknown)) == "unknown"
    assert code_of(await web.says(WRITER, f"/calibration/cases/{uuid4()}/retire")) == "unknown"


async def test_who_sets_levels_is_blind_to_the_others_until_all_have(
    web: Web, world: World
) -> None:
    """Until then only one's own; the writer, and an officer who sets none, see nothing."""
    is_calibrated(world)
    path = f"/calibration/cases/{writes(world, 'wren').id}"
    assert code_of(await web.get("head.crane", path)) == "unknown"
    answer = await web.says("manager.1", f"{path}/levels", proposal(*TRUE), method="PUT")
    assert code_of(answer) == "unknown"
    before = {who: (await web.get(who, path)).json() for who in (*SETTERS, WRITER, "manager.1")}
    await web.says(SETTERS[0], f"{path}/levels", proposal(2, 2, 2, 2), method="PUT")
    await web.says(SETTERS[0], f"{path}/levels", proposal(*TRUE), method="PUT")
    for who, earlier in before.items():
        found = (await web.get(who, path)).json()
        own = {"levels": proposal(*TRUE)["levels"], "reason": WHY} if who == SETTERS[0] else None
        assert found == earlier | {"proposed": 1, "mine": own}
    for who in SETTERS[1:]:
        await web.says(who, f"{path}/levels", proposal(*TRUE), method="PUT")
    for who in (*SETTERS, WRITER):
        assert len((await web.get(who, path)).json()["proposals"]) == 3
    other = (await web.get("manager.1", path)).json()
    assert (other["state"], other["proposals"], other["definitive"]) == ("set", [], None)


async def test_setters_too_far_apart_talk_and_propose_again(web: Web, world: World) -> None:
    """Nothing that was proposed is lost, and the levels are not set until they agree."""
    is_calibrated(world)
    case_id = writes(world, "wren").id
    path = f"/calibration/cases/{case_id}/levels"
    for who, levels in zip(SETTERS[:2], ((0, 3, 1, 0), TRUE), strict=True):
        await web.says(who, path, proposal(*levels), method="PUT")
    told = (await web.says(SETTERS[2], path, proposal(*TRUE), method="PUT")).json()
    assert told["state"] == "drafted"
    assert told["to_talk_about"] == [
        "Those who set the levels are too far apart in communication and interaction."
    ]
    kept = proposes(world, case_id, SETTERS[0], (3, 3, 1, 0))
    assert (kept.revision, kept.state, kept.to_talk_about) == (2, "set", ())
    late = await web.says(SETTERS[0], path, proposal(*TRUE), method="PUT")
    assert code_of(late) == "not_at_this_stage"
    bad = await web.says(
        SETTERS[0],
        f"/calibration/cases/{writes(world, 'rook').id}/levels",
        {"levels": {AreaOfNeed.SEMH: 77}, "reason": " "},
        method="PUT",
    )
    codes = [fault["code"] for fault in bad.json()["faults"]]
    assert codes == ["setter_reason", *["setter_level"] * 4]


async def test_what_waits_is_on_the_worklist(web: Web, hand: ByHand, world: World) -> None:
    """Levels to propose for who is named; a vote for members, until they have given it."""
    is_calibrated(world)

    async def waits(who: str, what: str) -> list[str]:
        tasks = (await web.get(who, "/worklist")).json()
        return [each["reference"] for each in tasks if each["waits"] == what]

    case_id = writes(world, "wren").id
    assert await waits(SETTERS[0], "propose_levels") == ["wren"]
    for who in SETTERS:
        proposes(world, case_id, who, TRUE)
    assert await waits(SETTERS[0], "propose_levels") == []
    meeting_id = calls(world, hand, "alder")
    assert await waits("head.dell", "calibrate") == ["wren"]
    assert await waits("head.gorse", "calibrate") == []
    votes(world, "head.dell", ballots(world, meeting_id)["wren"], TRUE)
    assert await waits("head.dell", "calibrate") == []
    substitutes(world, meeting_id, "head.elm", "senco.elm")
    assert await waits("head.elm", "calibrate") == []
    assert await waits("senco.elm", "calibrate") == ["wren"]
    closes(world, hand, meeting_id)
    assert await waits("senco.elm", "calibrate") == []


@pytest.mark.promise(7)
async def test_no_view_depends_on_a_vote_before_the_meeting_closes(
    web: Web, hand: ByHand, world: World
) -> None:
    """Byte for byte the same to everybody else, whatever is voted; and no event is written."""
    is_calibrated(world)
    case_id = has_levels(world, "wren", TRUE)
    meeting_id = calls(world, hand, "alder")
    ballot_id = ballots(world, meeting_id)["wren"]
    reports = ("/panels/agreement", "/panels/consistency", "/panels/consistency/csv")
    paths = (
        *("/worklist", "/events", "/me/levels", "/calibration/cases", "/requests"),
        *(f"/calibration/cases/{case_id}", f"/calibration/ballots/{ballot_id}"),
        *(f"/meetings/{meeting_id}", f"/meetings/{meeting_id}/calibration"),
        "/clusters/panel-duty",
    )

    async def looks() -> list[bytes]:
        everybody = (*EVERYBODY, "head.elm", *SETTERS)
        asked: list[tuple[str, str, Json]] = [
            (who, p, {}) for who in everybody if who != "head.dell" for p in paths
        ]
        asked += [(who, p, YEAR) for who in (WRITER, "officer.1", "head.crane") for p in reports]
        return [(await web.get(who, path, **query)).content for who, path, query in asked]

    before = await looks()
    events = world.one("SELECT count(*) FROM event")
    for level in (5, 0):
        path = f"/calibration/ballots/{ballot_id}/vote"
        cast = await web.says("head.dell", path, vote(level), method="PUT")
        assert cast.status_code == 200, cast.text
        assert await looks() == before
        assert cast.json()["ballot_id"] == str(ballot_id)
    assert world.one("SELECT count(*) FROM event") == events
    mine = (await web.get("head.dell", f"/calibration/ballots/{ballot_id}")).json()
    assert (mine["mine"]["revision"], mine["panel"], mine["definitive"]) == (2, {}, None)


@pytest.mark.promise(7)
async def test_levels_are_shown_to_panels_once_every_panel_has_voted(
    web: Web, hand: ByHand, world: World
) -> None:
    """After the own close the own panel's mean; after the last panel's the levels, with reasons."""
    is_calibrated(world)
    case_id = has_levels(world, "wren", TRUE)
    meeting_id = panel_votes(world, hand, "alder", HIGHER, ALDER)
    path = f"/calibration/ballots/{ballots(world, meeting_id)['wren']}"
    seen = (await web.get("head.crane", path)).json()
    assert seen["panel"] == {a.value: float(n) for a, n in levels_of(HIGHER).items()}
    assert (seen["definitive"], seen["reasons"]) == (None, [])
    assert code_of(await web.get("head.gorse", path)) == "unknown"
    assert code_of(await web.get("head.gorse", f"/meetings/{meeting_id}/calibration")) == "unknown"
    panel_votes(world, hand, "cedar", TRUE, CEDAR)
    seen = (await web.get("head.crane", path)).json()
    assert (seen["definitive"], len(seen["reasons"])) == (proposal(*TRUE)["levels"], 3)
    whole = (await web.get("manager.1", f"/calibration/cases/{case_id}")).json()
    assert (whole["state"], whole["definitive"]) == ("retired", proposal(*TRUE)["levels"])
    assert sorted(whole["voted_by"]) == ["alder", "cedar"]


async def test_a_vote_on_a_case_is_refused_as_any_other(
    web: Web, hand: ByHand, world: World
) -> None:
    """With faults, all of them; by somebody without a vote; in another panel; after the close."""
    is_calibrated(world)
    case_id = writes(world, "wren", stated(TRUE)).id
    for who in SETTERS:
        proposes(world, case_id, who, TRUE)
    meeting_id = calls(world, hand, "alder")
    path = f"/calibration/ballots/{ballots(world, meeting_id)['wren']}/vote"
    bad = {**vote(77, reason=""), "descriptors": ["nobody-wrote-this"]}
    answer = await web.says("head.dell", path, bad, method="PUT")
    codes = {fault["code"] for fault in answer.json()["faults"]}
    assert codes == {"level_unknown", "reason_in_words", "descriptor_unknown"}
    for who, code in (
        ("administrator.alder", "role_needed"),
        ("head.gorse", "unknown"),
        ("officer.1", "unknown"),
    ):
        assert code_of(await web.says(who, path, vote(), method="PUT")) == code
    closes(world, hand, meeting_id)
    late = await web.says("head.dell", path, vote(), method="PUT")
    assert code_of(late) == "ballot_closed"
    assert world.one("SELECT count(*) FROM calibration_vote") == 0


async def test_a_member_and_the_substitute_have_one_vote_together(
    web: Web, hand: ByHand, world: World
) -> None:
    """The first of them to vote has it; the other is refused, and keeps what was typed."""
    is_calibrated(world)
    has_levels(world, "wren", TRUE)
    meeting_id = calls(world, hand, "alder")
    substitutes(world, meeting_id, "head.elm", "senco.elm")
    path = f"/calibration/ballots/{ballots(world, meeting_id)['wren']}/vote"
    assert (await web.says("senco.elm", path, vote(), method="PUT")).status_code == 200
    answer = await web.says("head.elm", path, vote(), method="PUT")
    assert code_of(answer) == "not_at_this_stage"


@pytest.mark.promise(6)
async def test_who_knows_the_levels_has_no_vote(web: Web, hand: ByHand, world: World) -> None:
    """A member who set them is refused at the door, and by the database."""
    is_calibrated(world)
    names = [str(named(each)) for each in ("head.dell", *SETTERS[1:])]
    written = await web.says(WRITER, "/calibration/cases", body() | {"setters": names})
    case_id = UUID(written.json()["id"])
    for who in ("head.dell", *SETTERS[1:]):
        proposes(world, case_id, who, TRUE)
    meeting_id = calls(world, hand, "alder")
    ballot_id = ballots(world, meeting_id)["wren"]
    path = f"/calibration/ballots/{ballot_id}/vote"
    assert code_of(await web.says("head.dell", path, vote(), method="PUT")) == "barred"
    assert (await web.get("head.dell", "/worklist")).json() == []
    with refused_by("nobody_votes_on_their_own"):
        insert_vote(world, ballot_id, "head.dell")


@pytest.mark.promise(7)
async def test_the_database_holds_what_is_closed_and_set(hand: ByHand, world: World) -> None:
    """No vote after the close, no other levels, no reopening, and no ballot without levels."""
    is_calibrated(world)
    case_id = has_levels(world, "wren", TRUE)
    drafted = writes(world, "rook").id
    meeting_id = panel_votes(world, hand, "alder", TRUE, ALDER)
    ballot_id = ballots(world, meeting_id)["wren"]
    with refused_by("ballot_is_open"):
        insert_vote(world, ballot_id, "head.fern")
    with refused_by("a_case_goes_forward"):
        run_sql(world, "UPDATE calibration_case SET definitive = '{}' WHERE id = :id", id=case_id)
    with refused_by("a_ballot_closes_once"):
        run_sql(
            world, "UPDATE calibration_ballot SET closed_at = NULL WHERE id = :id", id=ballot_id
        )
    with refused_by("levels_are_set_beforehand"):
        run_sql(
            world,
            "INSERT INTO calibration_ballot VALUES (gen_random_uuid(), :id, :meeting, 'alder',"
            " now())",
            id=drafted,
            meeting=meeting_id,
        )


def insert_vote(world: World, ballot_id: UUID, member: str) -> None:
    """A vote past every rule but the database's own."""
    run_sql(
        world,
        "INSERT INTO calibration_vote VALUES (gen_random_uuid(), :ballot, :person, :person, 9,"
        " false, '{}', '[]', 'none', 'why', now())",
        ballot=ballot_id,
        person=named(member),
    )


@pytest.mark.promise(4)
async def test_a_meeting_taken_up_or_closed_twice_has_its_ballots_once(
    hand: ByHand, world: World
) -> None:
    """However often the engine repeats a step."""
    is_calibrated(world)
    has_levels(world, "wren", TRUE)
    meeting_id = panel_votes(world, hand, "alder", TRUE, ALDER)
    before = world.tables()
    hand.panels.take_up(OfMeeting(meeting_id=meeting_id))
    (closing,) = world.rows("SELECT id, person_id FROM act WHERE kind = 'close_meeting'")
    ref = ActRef(id=closing.id, kind=ActKind.CLOSE_MEETING, person_id=closing.person_id)
    hand.panels.carry_out(Deed(subject_id=meeting_id, act=ref))
    assert world.tables() == before


@pytest.mark.promise(1)
async def test_a_calibration_case_is_never_a_request_and_moves_no_money(
    web: Web, hand: ByHand, world: World
) -> None:
    """No request, item, ballot, placing, award or entry comes of it, whatever the panel votes."""
    is_calibrated(world)
    money = ("support_request", "agenda_item", "ballot", "vote", "placing", "award", "decision")
    before = {name: rows for name, rows in world.tables().items() if name in money}
    balances = world.balances()
    has_levels(world, "wren", TRUE)
    for cluster, members in (("alder", ALDER), ("cedar", CEDAR)):
        panel_votes(world, hand, cluster, HIGHER, members)
    after = {name: rows for name, rows in world.tables().items() if name in money}
    assert (after, world.balances()) == (before, balances)
    assert (await web.get("officer.1", "/requests")).json() == []
    answer = await web.get(WRITER, "/panels/agreement", **YEAR)
    assert answer.json()["panels"] == []
