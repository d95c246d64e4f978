"""What is sent from pages that other tests only look at: done, and on record."""

from uuid import UUID

import httpx

from tests.activities.meeting_world import CHAIR, DESK
from tests.activities.small_county import named
from tests.activities.world import World
from tests.pages.county import County, clock, county, small_county
from tests.pages.site import Site
from tests.pages.test_panels import LEVELS, VOTE, says

__all__ = ["clock", "county", "small_county"]

MEMBERS = ("head.crane", "head.dell", "head.elm")


async def sent(site: Site, who: str, path: str, **typed: str) -> httpx.Response:
    """Somebody sends a form, sure of it, and comes to the page that it leads to."""
    async with site.client(site.signed_in(who)) as client:
        answer = await says(site, client, path, **typed, _step="do")
        assert answer.status_code == 303, (path, answer.text)
        led_to = await client.get(answer.headers["location"])
        assert led_to.status_code == 200, path
        return led_to


async def test_members_are_called_to_an_urgent_request(
    site: Site, world: World, county: County
) -> None:
    """Three are named, and their ballot is open at once."""
    request_id = county.ids["urgent"]
    members = {f"members.{named(each)}": "yes" for each in MEMBERS}
    typed = {"cluster": "alder", f"request_ids.{request_id}": "yes", **members}
    await sent(site, DESK, "/meetings/urgent", **typed)
    assert world.stage(UUID(request_id)) == "in_ballot"


async def test_a_year_of_meetings_is_called_once(site: Site, world: World) -> None:
    """Said twice, the same meetings are there."""
    before = world.one("SELECT count(*) FROM meeting")
    found = []
    for _ in range(2):
        await sent(site, DESK, "/meetings/year", cluster="alder", year="2026")
        found.append(world.one("SELECT count(*) FROM meeting"))
    assert found[0] == found[1] > before


async def test_a_neighbour_is_borrowed_where_interests_leave_too_few(
    site: Site, world: World, county: County
) -> None:
    """Whoever is chosen has a seat for that item, and reads its page."""
    item = f"/items/{county.ids['too few']}"
    async with site.client(site.signed_in("head.crane")) as client:
        assert (await client.get(item)).status_code == 404
    await sent(site, "head.gorse", f"{item}/borrowed", person_id=str(named(CHAIR)))
    async with site.client(site.signed_in("head.crane")) as client:
        assert (await client.get(item)).status_code == 200
    del world


async def test_somebody_comes_in_for_an_item_and_leaves(
    site: Site, world: World, county: County
) -> None:
    """One line of the record for the time in the room, from one instant to the other."""
    path = f"/meetings/{county.ids['held']}/presence"
    typed = {"person_id": str(named("adviser.1")), "item_id": county.ids["waits"]}
    inside = []
    for is_here in ("yes", "no"):
        await sent(site, CHAIR, path, **typed, is_here=is_here)
        sql = "SELECT left_at IS NULL FROM presence WHERE person_id = :id"
        inside.append(world.one(sql, id=named("adviser.1")))
    assert inside == [True, False]


async def test_a_made_up_case_is_voted_on_and_then_not(
    site: Site, world: World, county: County
) -> None:
    """A vote, and an abstention that takes its place."""
    path = f"/calibration/ballots/{county.ids['made up']}"
    await sent(site, "head.dell", f"{path}/vote", **VOTE)
    await sent(site, "head.dell", f"{path}/abstain", reason="Too little to go by")
    rows = world.rows("SELECT abstained FROM calibration_vote ORDER BY revision")
    assert [row.abstained for row in rows] == [False, True]


async def test_three_set_the_levels_of_a_made_up_case(
    site: Site, world: World, county: County
) -> None:
    """Each apart, from a page of their own; with the third the case has its levels."""
    case_id = county.ids["case"]
    for who in ("officer.1", "officer.2", "sen.1"):
        path = f"/calibration/cases/{case_id}/levels"
        await sent(site, who, path, **LEVELS, reason="As the paper says")
    assert world.one("SELECT count(*) FROM calibration_proposal WHERE case_id = :id", id=case_id)


async def test_minutes_are_corrected_by_a_later_meeting(
    site: Site, world: World, county: County
) -> None:
    """While another meeting of the panel is held; the minutes themselves stay as they were."""
    path = f"/meetings/{county.ids['over']}/minutes"
    led_to = await sent(site, DESK, f"{path}/corrections", words="The adviser was there")
    assert "The adviser was there" in led_to.text
    assert world.one("SELECT count(*) FROM minutes_note") == 1


async def test_an_agenda_has_another_order(site: Site, world: World, county: County) -> None:
    """Before the meeting is opened, from a choice for each place."""
    items = world.rows(
        "SELECT id FROM agenda_item WHERE meeting_id = :id ORDER BY id", id=county.ids["to come"]
    )
    typed = {f"items.{place}": str(row.id) for place, row in enumerate(items)}
    await sent(site, "administrator.cedar", f"/meetings/{county.ids['to come']}/order", **typed)
