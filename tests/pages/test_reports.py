"""Reports, clusters and made-up cases in a browser: who gets which, and what they hide."""

import pytest
from playwright.async_api import Browser

from tests.activities.by_hand import ByHand
from tests.activities.calibration_world import is_calibrated
from tests.activities.small_county import named, request
from tests.activities.world import World
from tests.api.test_consistency import drifting
from tests.api.test_policy_reports import SIX, decide_six, moderated, year_ends
from tests.api.web import Web, code_of
from tests.conftest import StillClock
from tests.pages.hands import EITHER_HAND, Hand, at_hand
from tests.pages.looking import NARROW, WIDE, look, window
from tests.pages.site import Site

PAGES = (
    "/reports/overview",
    "/panels/agreement",
    "/panels/consistency",
    "/policy/departures",
    "/policy/equality",
    "/calibration/cases",
    "/calibration/cases/new",
    "/clusters",
    "/clusters/alder",
    "/clusters/panel-duty",
)
WHO_GETS_WHAT = {
    "policy.1": (200, 200, 200, 200, 200, 200, 200, 200, 200, 403),
    "leader.1": (200, 200, 200, 200, 200, 403, 403, 200, 200, 200),
    "officer.1": (200, 200, 200, 200, 403, 200, 200, 200, 200, 200),
    "head.crane": (403, 200, 200, 403, 403, 403, 403, 200, 200, 200),
    "senco.ashdown": (403, 403, 403, 403, 403, 403, 403, 200, 200, 403),
    "head.gorse": (403, 200, 200, 403, 403, 403, 403, 200, 404, 200),
    "finance.1": (403, 403, 403, 403, 403, 403, 403, 200, 404, 403),
}
YEAR = {"from": "2026-09-01", "until": "2027-09-01"}


@pytest.fixture(autouse=True)
def calibrated(world: World) -> None:
    """Panels are held to one measure: the panel rules have the part on calibration."""
    is_calibrated(world)


async def test_who_gets_which_report(site: Site) -> None:
    """Each page is there exactly for whom its JSON is."""
    found = {}
    for who in WHO_GETS_WHAT:
        async with site.client(site.signed_in(who)) as client:
            answers = [await client.get(path) for path in PAGES]
            found[who] = tuple(answer.status_code for answer in answers)
    assert found == WHO_GETS_WHAT


@pytest.mark.parametrize(
    "path",
    ["/panels/agreement", "/panels/consistency", "/policy/departures", "/policy/equality"],
)
async def test_a_report_downloads_as_the_api_gives_it(site: Site, web: Web, path: str) -> None:
    """The same bytes of CSV by the session as by a token; a workbook; nothing to a stranger."""
    query = {"year": "2026"} if path == "/policy/equality" else YEAR
    told = await web.get("policy.1", f"{path}/csv", **query)
    async with site.client(site.signed_in("policy.1")) as client:
        mine = await client.get(f"{path}/csv?year=2026")
        book = await client.get(f"{path}/xlsx?year=2026")
    assert (mine.content, mine.status_code) == (told.content, 200)
    assert book.content[:2] == b"PK"
    async with site.client(site.signed_in("senco.ashdown")) as client:
        assert (await client.get(f"{path}/csv?year=2026")).status_code == 403
    async with site.client() as client:
        assert (await client.get(f"{path}/csv")).status_code == 303


async def test_demand_hides_small_numbers_from_all_but_policy_officers(
    site: Site, web: Web, hand: ByHand, clock: StillClock
) -> None:
    """One cluster's six and another's one: the one is hidden, and so is the six beside the sum."""
    for school, number in SIX:
        moderated(hand, school, number)
    hand.listed(request(school="gorse"), "gorse")
    whole = (await web.get("policy.1", "/reports/demand", year=2026)).json()
    assert [each["requests"] for each in whole["clusters"]] == [6, 1]
    assert (whole["total"]["requests"], whole["total"]["open"]) == (7, 7)
    cut = (await web.get("officer.1", "/reports/demand", year=2026)).json()
    assert cut["smallest_shown"] == 5
    assert [each["requests"] for each in cut["clusters"]] == [None, None]
    assert cut["total"]["requests"] == 7
    refused = await web.get("leader.1", "/reports/demand", year=2026)
    assert code_of(refused) == "not_valid"
    async with site.client(site.signed_in("leader.1")) as client:
        assert (await client.get("/reports/overview?year=2026")).status_code == 422
        year_ends(clock)
        shown = (await client.get("/reports/overview?year=2026")).text
        assert "hidden" in shown
        assert (await client.get("/reports/demand/csv?year=2026")).status_code == 200


async def test_waiting_is_told_with_demand(
    site: Site, web: Web, world: World, hand: ByHand
) -> None:
    """Six that were decided in time: how many, and how long it took on average."""
    decide_six(world, hand)
    (alder,) = (await web.get("officer.1", "/reports/demand", year=2026)).json()["clusters"]
    assert (alder["requests"], alder["on_time"], alder["late"], alder["open"]) == (6, 6, 0, 0)
    assert alder["by_kind"]["individual"] == 6
    assert alder["mean_days"] >= 0
    async with site.client(site.signed_in("officer.1")) as client:
        shown = (await client.get("/reports/overview?year=2026")).text
        csv = (await client.get("/reports/demand/csv?year=2026")).text
    assert "Decisions are told for alder" in shown
    assert "Most is promised in alder" in shown
    assert csv.splitlines()[1].startswith("alder,alder,6")


async def test_a_made_up_case_is_written_and_taken_out_of_use(site: Site, world: World) -> None:
    """Its setters are named among people; too few of them, and a child's name, are told at once."""
    key = site.signed_in("policy.1")
    paper = {"paper.about": "A made-up child", "paper.views": "Views", "paper.tried": "Much"}
    setters = {f"setters.{named(each)}": "yes" for each in ("officer.1", "officer.2", "sen.1")}
    async with site.client(key) as client:
        drawn = (await client.get("/calibration/cases/new")).text
        assert "Who sets its levels: name 3" in drawn
        few = dict(list(setters.items())[:2])
        faulty = site.form(key, code="wren", **{**paper, "paper.tried": "See ashdown-3"}, **few)
        answer = await client.post("/calibration/cases/new", data=faulty)
        assert answer.status_code == 422
        for says in ("3 people set the levels", "the number of a pupil"):
            assert says in answer.text
        whole = site.form(key, code="wren", **paper, **setters)
        sent = await client.post("/calibration/cases/new", data=whole)
        assert sent.headers["location"] == "/calibration/cases?done=case_written", sent.text
        shown = (await client.get(sent.headers["location"])).text
        assert "The case is written" in shown
        assert "Levels are being set" in shown
        case_id = world.one("SELECT id FROM calibration_case")
        retire = f"/calibration/cases/{case_id}/retire"
        assert (await client.post(retire, data=site.form(key))).status_code == 303
        assert "Out of use" in (await client.get("/calibration/cases")).text
        assert (await client.get(retire)).status_code == 409
    async with site.client(site.signed_in("officer.1")) as client:
        assert "wren" in (await client.get("/calibration/cases")).text
    async with site.client(site.signed_in("senco.brook")) as client:
        assert (await client.get(retire)).status_code == 404


EMPTY = (
    ("policy.1", "/reports/overview", "reports-overview-none"),
    ("officer.1", "/panels/agreement", "agreement-none"),
    ("policy.1", "/panels/consistency", "consistency-none"),
    ("policy.1", "/policy/departures", "departures-none"),
    ("leader.1", "/policy/equality", "equality-none"),
    ("policy.1", "/calibration/cases", "calibration-none"),
)
FULL = (
    ("officer.1", "/reports/overview?year=2026", "reports-overview"),
    ("policy.1", "/panels/agreement?year=2026", "agreement"),
    ("policy.1", "/panels/consistency?year=2026", "consistency"),
    ("policy.1", "/policy/departures?year=2026", "departures"),
    ("officer.1", "/policy/departures?year=2026", "departures-officer"),
    ("policy.1", "/policy/equality?year=2026", "equality"),
    ("policy.1", "/calibration/cases", "calibration-cases"),
    ("policy.1", "/calibration/cases/new", "calibration-new"),
    ("officer.1", "/clusters/alder", "cluster"),
    ("senco.ashdown", "/clusters", "clusters"),
    ("officer.1", "/clusters/panel-duty", "panel-duty"),
)


async def _looked_at(
    browser: Browser, site: Site, pages: tuple[tuple[str, str, str], ...], size: tuple[int, int]
) -> None:
    for who in dict.fromkeys(each[0] for each in pages):
        async with window(browser, site, site.signed_in(who), size) as page:
            for _, path, name in (each for each in pages if each[0] == who):
                await page.goto(f"{site.address}{path}")
                await look(page, name)


@EITHER_HAND
async def test_a_leader_reads_the_year_and_takes_it_along(
    hand_of: type[Hand],
    browser: Browser,
    site: Site,
    world: World,
    hand: ByHand,
    clock: StillClock,
) -> None:
    """From my work to the reports of a year that has ended, one in full, and their files."""
    decide_six(world, hand)
    year_ends(clock)
    async with at_hand(hand_of, browser, site) as leader:
        await leader.signs_in("leader.1")
        await leader.presses("Reports")
        await leader.presses("Show")
        await leader.reads("Demand")
        await leader.looks("reports-leader")
        told = (await leader.downloads("CSV")).read_text("utf-8-sig")
        assert told.splitlines()[1].startswith("alder,alder,6")
        await leader.presses("Departures from policy")
        await leader.looks("departures-leader")
        book = await leader.downloads("XLSX")
        assert book.read_bytes().startswith(b"PK")
        await leader.presses("Money")
        await leader.looks("money-leader")


async def test_reports_look_right(browser: Browser, site: Site, world: World, hand: ByHand) -> None:
    """Every report with nothing in it and with something, wide, and the pictures at 320."""
    await _looked_at(browser, site, EMPTY, WIDE)
    decide_six(world, hand)
    moderated(hand)
    members = ("head.heath", "head.iris", "senco.kelp")
    hand.recommended(request(school="gorse"), school="gorse", members=members)
    drifting(world, hand)
    await _looked_at(browser, site, FULL, WIDE)
    await _looked_at(browser, site, FULL[:6], NARROW)
