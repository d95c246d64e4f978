"""How far panels agree: the same figures as the rules give, to whom, and nothing before a close."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any
from uuid import UUID

import pytest
from openpyxl import load_workbook

from domain.agreement import agreement
from domain.moderation import Recommendation
from domain.needs import AreaOfNeed
from domain.people import Interest
from tests.activities.by_hand import ByHand
from tests.activities.small_county import PLANTED, request
from tests.activities.world import World
from tests.api.bodies import vote
from tests.api.people import EVERYBODY, OFFICERS
from tests.api.web import Json, Web, code_of

YEAR = {"from": "2026-09-01", "until": "2027-09-01"}
SCALE = range(6)
Levels = dict[str, tuple[int, ...]]
COGNITION = AreaOfNeed.COGNITION
FIRST: Levels = {"head.crane": (4, 3, 2, 0), "head.dell": (4, 4, 2, 0), "head.elm": (3, 5, 2, 0)}
SECOND: Levels = {"head.crane": (1, 1, 1, 0), "head.dell": (1, 1, 1, 0), "adviser.1": (1, 2, 1, 0)}


async def read(web: Web, who: str, **query: Any) -> Json:
    """What somebody reads of it."""
    answer = await web.get(who, "/panels/agreement", **(YEAR | query))
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def voted(world: World, ballot_id: UUID, levels: Levels) -> None:
    """Members declare nothing and vote, each for themselves."""
    item_id = world.one("SELECT item_id FROM ballot WHERE id = :id", id=ballot_id)
    for member, each in levels.items():
        world.declares(member, item_id)
        world.votes(member, ballot_id, each)


def closed(hand: ByHand, levels: Levels, number: int = 0) -> UUID:
    """A request on which members voted apart, and whose ballot has closed; the ballot's id."""
    _, ballot_id = hand.in_ballot(request(number=number))
    voted(hand.world, ballot_id, levels)
    hand.world.clock.move_on(timedelta(minutes=1))
    hand.world.closes(ballot_id)
    hand.goes_on()
    return ballot_id


async def test_agreement_is_for_officers_leaders_policy_officers_and_the_own_chair(
    web: Web, hand: ByHand
) -> None:
    """A chair reads of the own panel alone; a member, a school and finance of none."""
    closed(hand, FIRST)
    for subject in EVERYBODY:
        answer = await web.get(subject, "/panels/agreement", **YEAR)
        if subject in (*OFFICERS, "policy.1", "leader.1", "head.crane"):
            assert [each["cluster"] for each in answer.json()["panels"]] == ["alder"], subject
        elif subject == "head.gorse":
            assert answer.json()["panels"] == []
        else:
            assert code_of(answer) == "role_needed", subject
    answer = await web.get("head.gorse", "/panels/agreement", **YEAR, cluster="alder")
    assert code_of(answer) == "role_needed"
    assert (await read(web, "head.crane", cluster="alder"))["panels"]
    backwards = {"from": "2027-01-02", "until": "2027-01-02"}
    assert code_of(await web.get("policy.1", "/panels/agreement", **backwards)) == "not_valid"


async def test_the_figures_are_those_of_the_rules(web: Web, hand: ByHand) -> None:
    """Exact, within one level, alpha and AC2 of the votes of two cases, in each area of need."""
    closed(hand, FIRST)
    closed(hand, SECOND, number=2)
    (panel,) = (await read(web, "policy.1"))["panels"]
    assert (panel["cluster"], panel["ballots"]) == ("alder", 2)
    assert (panel["lowest_level"], panel["highest_level"]) == (SCALE[0], SCALE[-1])
    for place, area in enumerate(AreaOfNeed):
        cases = [[levels[place] for levels in each.values()] for each in (FIRST, SECOND)]
        expected = agreement(cases, SCALE, None).model_dump(mode="json")
        ac2 = panel["areas"][area].pop("ac2")
        assert ac2 == pytest.approx(expected.pop("ac2"))
        assert panel["areas"][area] == expected
    assert panel["areas"][COGNITION]["exact"] == pytest.approx((0 + 1 / 3) / 2)


async def test_one_panel_asked_for_by_itself_has_intervals(web: Web, hand: ByHand) -> None:
    """The same ones whoever asks, and whenever; of every panel at once none is drawn."""
    for number in range(5):
        for levels in (FIRST, SECOND):
            closed(hand, levels, number=(0, 2, 3, 4, 0)[number])
    (panel,) = (await read(web, "policy.1", cluster="alder"))["panels"]
    cases = [[levels[1] for levels in each.values()] for each in (FIRST, SECOND) * 5]
    found = panel["areas"][COGNITION]
    assert found["alpha_interval"] is not None
    assert found == agreement(cases, SCALE, 1).model_dump(mode="json")
    assert (await read(web, "head.crane"))["panels"] == [panel]
    (without,) = (await read(web, "policy.1"))["panels"]
    assert without["areas"][COGNITION]["alpha_interval"] is None


async def test_only_last_votes_of_first_rounds_that_counted_are_measured(
    web: Web, hand: ByHand
) -> None:
    """Not a vote that was changed, not the round after the discussion, not of who was barred."""
    request_id, ballot_id = hand.in_ballot(request())
    voted(hand.world, ballot_id, FIRST)
    hand.world.votes("head.crane", ballot_id, (5, 5, 5, 5), Recommendation.ADVICE)
    voted(hand.world, ballot_id, {"adviser.1": (0, 0, 0, 0)})
    hand.world.declares("adviser.1", hand.world.item_of(request_id), Interest.OTHER)
    hand.world.votes("head.dell", ballot_id, FIRST["head.dell"], Recommendation.NONE)
    hand.world.closes(ballot_id)
    hand.goes_on()
    assert hand.world.stands(request_id) == ("listed", "panel")
    hand.world.opens(hand.world.item_of(request_id))
    hand.goes_on()
    hand.world.panel_votes(hand.world.ballot_of(request_id), (1, 1, 1, 1))
    hand.world.closes(hand.world.ballot_of(request_id))
    hand.goes_on()
    (panel,) = (await read(web, "policy.1"))["panels"]
    counted = [[5, FIRST["head.dell"][1], FIRST["head.elm"][1]]]
    assert panel["ballots"] == 1
    assert panel["areas"][COGNITION] == agreement(counted, SCALE, None).model_dump(mode="json")


async def test_days_are_those_of_the_close_in_the_councils_place(web: Web, hand: ByHand) -> None:
    """From the first day, until before the last."""
    ballot_id = closed(hand, FIRST)
    day = hand.world.one(
        "SELECT (closed_at AT TIME ZONE 'Europe/London')::date FROM ballot WHERE id = :id",
        id=ballot_id,
    ).isoformat()
    assert (await read(web, "policy.1", **{"from": day}))["panels"]
    assert (await read(web, "policy.1", until=day))["panels"] == []


async def test_agreement_is_a_file_too(web: Web, hand: ByHand) -> None:
    """CSV and a workbook with a line for each panel and area of need, and nothing anybody wrote."""
    closed(hand, FIRST)
    answer = await web.get("officer.1", "/panels/agreement/csv", **YEAR)
    rows = list(csv.DictReader(StringIO(answer.text.lstrip("\ufeff"))))
    assert [row["area"] for row in rows] == list(AreaOfNeed)
    assert (rows[1]["levels"], rows[1]["votes"], rows[1]["exact"]) == ("0 to 5", "3", "0.000")
    answer = await web.get("officer.1", "/panels/agreement/xlsx", **YEAR)
    book = load_workbook(BytesIO(answer.content))
    assert book.sheetnames == ["about", "agreement"]
    cells = [str(cell.value) for sheet in book for row in sheet for cell in row]
    assert "0.667" in cells
    assert not any(PLANTED in cell for cell in cells)


async def test_a_member_sees_the_own_levels_beside_the_panels_and_nobody_elses(
    web: Web, hand: ByHand
) -> None:
    """Mine, the moderated ones, how far apart; whoever has not voted has an empty page."""
    ballot_id = closed(hand, FIRST)
    found = (await web.get("head.elm", "/me/levels")).json()
    apart = {row["area"]: (row["own"], row["panel"]) for row in found["rows"]}
    moderated = dict(zip(AreaOfNeed, (4, 4, 2, 0), strict=True))
    own = dict(zip(AreaOfNeed, FIRST["head.elm"], strict=True))
    assert apart == {area: (own[area], moderated[area]) for area in AreaOfNeed}
    assert {row["ballot_id"] for row in found["rows"]} == {str(ballot_id)} == {*found["references"]}
    assert found["over_all"] == {
        "levels": 4,
        "same": 2,
        "within_one": 4,
        "mean_difference": 0.0,
    }
    for subject in ("head.fern", "officer.1", "adviser.1"):
        assert (await web.get(subject, "/me/levels")).json()["rows"] == []


@pytest.mark.promise(6)
async def test_what_an_interest_keeps_one_from_is_not_on_the_own_page(
    web: Web, hand: ByHand
) -> None:
    """Whoever declares one afterwards reads of that ballot no more."""
    ballot_id = closed(hand, FIRST)
    item_id = hand.world.one("SELECT item_id FROM ballot WHERE id = :id", id=ballot_id)
    hand.world.declares("head.elm", item_id, Interest.OTHER)
    assert (await web.get("head.elm", "/me/levels")).json()["rows"] == []
    assert (await web.get("head.dell", "/me/levels")).json()["rows"]


@pytest.mark.promise(7)
async def test_nothing_of_it_depends_on_a_vote_before_the_close(web: Web, hand: ByHand) -> None:
    """Byte for byte the same, whatever is voted: reports, files, and the voter's own page."""
    closed(hand, FIRST)
    request_id, ballot_id = hand.in_ballot(request(number=2))
    hand.world.declares("head.elm", hand.world.item_of(request_id))

    async def looks() -> list[bytes]:
        paths = ("/panels/agreement", "/panels/agreement/csv")
        asked = [(who, p, YEAR) for who in ("policy.1", "head.crane") for p in paths]
        own: list[tuple[str, str, Json]] = [
            (who, "/me/levels", {}) for who in ("head.elm", "head.dell")
        ]
        return [(await web.get(who, p, **query)).content for who, p, query in (*asked, *own)]

    before = await looks()
    for level in (5, 2):
        path = f"/ballots/{ballot_id}/vote"
        cast = await web.says("head.elm", path, vote(level), method="PUT")
        assert cast.status_code == 200, cast.text
        assert await looks() == before
