"""Pupils of several schools in one group: each named only once their own school has said so."""

import pytest
from playwright.async_api import Browser

from tests.activities.small_county import PLANTED, pupil_id, request
from tests.api.bodies import as_sent
from tests.api.web import Web, code_of
from tests.pages.looking import look, window
from tests.pages.site import Site
from tests.pages.test_schools import drawn
from tests.pages.test_schools import sent as posted
from tests.pages.writing import begun, sent

ASKS, LETS = "senco.ashdown", "senco.brook"
PUPIL = pupil_id("brook", 2)
PUT = f"/pupils/{PUPIL}/put-forward"


async def faults_at(web: Web, draft: str) -> list[str]:
    """What screening would still find of the pupils of a draft."""
    progress = (await web.get(ASKS, f"/drafts/{draft}/progress")).json()
    found = (fault for each in progress["sections"] for fault in each["faults"])
    return [each["code"] for each in found if each["field"].startswith("pupils")]


@pytest.mark.promise(8)
async def test_a_group_names_another_schools_pupil_once_that_school_says_so(
    site: Site, web: Web
) -> None:
    """Promise 8: by number, never by name; taken back, no group is submitted with them."""
    both = (*as_sent(request())["pupils"], *as_sent(request(school="brook", number=2))["pupils"])
    draft = await begun(web, kind="group", pupils=list(both))
    assert await faults_at(web, draft) == ["pupil_unknown"]
    told = await posted(site, LETS, PUT, to_school="")
    assert (told.status_code, "Choose the school" in told.text) == (422, True)
    done = await posted(site, LETS, PUT, to_school="ashdown")
    assert "The other school may now name the pupil" in done.text
    assert await faults_at(web, draft) == []
    (theirs,) = (await web.get(ASKS, "/pupils/put-forward")).json()
    assert (theirs["pupil"]["number"], theirs["pupil"]["name"]) == ("brook-2", None)
    path = f"/drafts/{await begun(web, kind='group')}/pupils"
    async with site.client(site.signed_in(ASKS)) as client:
        page = (await client.get(path)).text
        assert "Brook School: pupil brook-2" in page
        assert f"brook{PLANTED}" not in page + (await client.get("/pupils")).text
        saved = await sent(client, path, **{f"chosen__{PUPIL}": "yes"})
        assert saved.status_code == 303
        alone = (await client.get(f"/drafts/{await begun(web)}/pupils")).text
        assert "brook-2" not in alone
    taken_back = await posted(site, LETS, f"/pupils/put-forward/{theirs['id']}/end")
    assert "You have taken it back" in taken_back.text
    assert await faults_at(web, draft) == ["pupil_unknown"]
    assert (await web.get(ASKS, "/pupils/put-forward")).json() == []


async def test_only_a_pupils_own_school_puts_them_forward(site: Site, web: Web) -> None:
    """To another school of the council, once; a stranger to the pupil learns nothing."""
    to = {"to_school": "ashdown"}
    first = await web.says(LETS, PUT, to)
    assert first.status_code == 201
    again = await web.says("head.brook", PUT, to)
    assert again.json()["id"] == first.json()["id"]
    for school in ("brook", "nowhere"):
        answer = await web.says(LETS, PUT, {"to_school": school})
        assert answer.json()["faults"][0]["code"] == "school_unknown"
    for who in (ASKS, "senco.dell", "business.brook", "officer.1", "head.crane"):
        assert code_of(await web.says(who, PUT, {"to_school": "dell"})) == "unknown", who
    end = f"/pupils/put-forward/{first.json()['id']}/end"
    assert code_of(await web.says(ASKS, end)) == "unknown"
    assert code_of(await web.get("officer.1", "/pupils/put-forward")) == "role_needed"
    assert (await drawn(site, ASKS, PUT)).status_code == 404
    assert (await web.says(LETS, end)).json()["is_ended"]
    assert code_of(await web.says("head.brook", end)) == "not_at_this_stage"
    assert (await web.says(LETS, PUT, to)).json()["id"] != first.json()["id"]


async def test_our_pupils_are_looked_at(browser: Browser, site: Site, web: Web) -> None:
    """The page of a school's pupils, with one put forward from here and one to here."""
    for who, path, to in ((LETS, PUT, "ashdown"), (ASKS, _own(), "brook")):
        assert (await web.says(who, path, {"to_school": to})).status_code == 201
    async with window(browser, site, site.signed_in(ASKS)) as page:
        await page.goto(f"{site.address}/pupils")
        await look(page, "pupils")
        await page.get_by_role("link", name="Put forward").first.click()
        await look(page, "pupils-put-forward")


def _own() -> str:
    return f"/pupils/{pupil_id('ashdown', 3)}/put-forward"
