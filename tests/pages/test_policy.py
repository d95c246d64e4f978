"""Policy in a browser: read by anybody, drafted, mended, approved by two, tried on cases."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import Browser, expect
from sqlalchemy import Engine, event

from activities.publishing import Publishing
from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.publishing_world import SECOND, SECOND_DAY, PolicyWorld, second_tariff
from tests.activities.world import World
from tests.api.test_modellings import modelled
from tests.api.test_policy import approved, drafted, seen, settled
from tests.api.test_policy_reports import decide_six
from tests.api.web import Web
from tests.pages.hands import EITHER_HAND, Hand, at_hand
from tests.pages.looking import NARROW, look, window
from tests.pages.site import Site
from tests.pages.validating import faults_of

WRITER, SECOND_WRITER, LEADER = "policy.1", "policy.2", "leader.1"
TEXT = second_tariff()[SECOND]
LIST = "/policy/publications"


@contextmanager
def queries(engine: Engine) -> Iterator[list[str]]:
    """Note what is asked of the record meanwhile."""
    found: list[str] = []

    def hears(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        found.append(statement)

    event.listen(engine, "before_cursor_execute", hears)
    yield found
    event.remove(engine, "before_cursor_execute", hears)


WHO_GETS_WHAT = {
    WRITER: (200, 200, 200, 200),
    LEADER: (200, 403, 200, 403),
    "finance.1": (200, 403, 200, 200),
    "officer.1": (404, 404, 403, 404),
    "senco.ashdown": (404, 404, 403, 404),
    "head.crane": (404, 404, 403, 404),
}
"""Of drafts, a new draft, models and a new model."""


@pytest.fixture(autouse=True)
def policy(world: World) -> PolicyWorld:
    """People who approve are on record, beside those the web knows."""
    return PolicyWorld(world)


async def test_who_gets_which_page_of_policy(site: Site) -> None:
    """Drafts are policy's, leaders' and finance's to see; everybody else is told of none."""
    pages = (LIST, f"{LIST}/new", "/policy/modellings", "/policy/modellings/new")
    found = {}
    for who in WHO_GETS_WHAT:
        async with site.client(site.signed_in(who)) as client:
            answers = [await client.get(path) for path in pages]
            found[who] = tuple(answer.status_code for answer in answers)
    assert found == WHO_GETS_WHAT


async def test_anybody_reads_what_is_in_force_and_to_come(site: Site, web: Web) -> None:
    """No session, no name in the head, and a page that may be kept; another day has its version."""
    publication_id = await drafted(web)
    for who in (SECOND_WRITER, LEADER):
        await approved(web, publication_id, who)
    async with site.client() as client:
        listed = await client.get("/policies")
        tariff = await client.get("/policies/tariff")
        later = await client.get("/policies/tariff", params={"on": "2026-10-06"})
        asked = {"on-day": "6", "on-month": "10", "on-year": "2026"}
        boxes = await client.get("/policies/tariff", params=asked)
        before = await client.get("/policies/tariff?on=2020-01-01")
        wrong = await client.get("/policies", params={**asked, "on-day": "41"})
        none = await client.get("/policies/none")
    assert (listed.status_code, tariff.status_code) == (200, 200)
    assert listed.headers["cache-control"] == "public, max-age=300"
    assert "Signed in as" not in listed.text
    assert 'href="/policies/tariff?on=2026-10-06"' in listed.text
    assert "£672.60" not in tariff.text
    assert "£672.60" in later.text or "67,260" in later.text
    assert boxes.text.partition("<main")[2] == later.text.partition("<main")[2]
    assert "Nothing of this kind is in force on 1 January 2020" in before.text
    assert (wrong.status_code, none.status_code) == (422, 404)
    assert "Day must be a day that exists" in wrong.text
    async with site.client(site.signed_in("senco.ashdown")) as client:
        mine = await client.get("/policies")
    assert mine.headers["cache-control"] == "no-store"
    assert "Withdraw" not in mine.text


def document(row: int, name: str, text: str) -> dict[str, str]:
    """A document as it is pasted into a row of the form."""
    return {f"documents.{row}.name": name, f"documents.{row}.text": text}


async def test_a_draft_is_pasted_checked_and_mended(site: Site, web: Web, world: World) -> None:
    """Every fault by document and line; sent twice it is one draft; mended it is whole."""
    writer = site.signed_in(WRITER)
    faulty = document(0, SECOND, 'kind = "tariff"\ncouncil = 3')
    typed = site.form(writer, note="Next year's amounts", **faulty)
    async with site.client(writer) as client:
        sent = await client.post(f"{LIST}/new", data=typed)
        again = await client.post(f"{LIST}/new", data=typed)
        assert sent.headers["location"] == again.headers["location"]
        path, _, _ = sent.headers["location"].partition("?")
        publication_id = path.rpartition("/")[2]
        await settled(web, publication_id)
        shown = (await client.get(sent.headers["location"])).text
        assert "You have drafted the policy" in shown
        for word in ("Has faults", "council", SECOND, "What would mend it"):
            assert word in shown
        form = (await client.get(f"{path}/revise")).text
        assert "council = 3" in form
        mended = site.form(writer, note="Mended", **document(0, SECOND, TEXT))
        assert (await client.post(f"{path}/revise", data=mended)).status_code == 303
        await settled(web, publication_id)
        assert (await client.get(f"{path}/approve")).status_code == 409
    assert world.one("SELECT count(*) FROM publication") == 1


@pytest.mark.promise(6)
async def test_a_draft_is_approved_as_it_was_seen_and_by_two(site: Site, web: Web) -> None:
    """Promise 6: another hash is refused, and the second who wrote none of it publishes it."""
    publication_id = await drafted(web)
    path, sha256 = f"{LIST}/{publication_id}", (await seen(web, publication_id))["sha256"]
    for who in (SECOND_WRITER, LEADER):
        key = site.signed_in(who)
        async with site.client(key) as client:
            drawn = (await client.get(f"{path}/approve")).text
            assert sha256 in drawn
            stale = site.form(key, reason="As decided", sha256="0" * 64)
            refused = await client.post(f"{path}/approve", data=stale)
            assert (refused.status_code, "another hash" in refused.text) == (422, True)
            said = site.form(key, reason="As decided", sha256=sha256)
            assert (await client.post(f"{path}/approve", data=said)).status_code == 303
    async with site.client(site.signed_in(WRITER)) as client:
        shown = (await client.get(path)).text
    for word in ("Published", "approved by", "Revision 1", "In force", "In the draft"):
        assert word in shown
    assert (await seen(web, publication_id))["stage"] == "published"


async def test_what_is_typed_wrongly_into_a_draft_is_told_at_once_and_stays(site: Site) -> None:
    """No note, a path elsewhere, two alike, nothing at all, a script: told, and kept as typed."""
    key = site.signed_in(WRITER)
    rows = document(0, "../../etc/passwd", "<script>alert(1)</script>") | document(
        1, "", "\U0001f600"
    )
    async with site.client(key) as client:
        answer = await client.post(f"{LIST}/new", data=site.form(key, **rows))
        assert answer.status_code == 422
        for says in ("Enter what the draft is for", "like tariff/2027-04-01.toml"):
            assert says in answer.text
        assert "&lt;script&gt;alert(1)" in answer.text
        assert "<script>alert(1)" not in answer.text
        alike = document(0, "a.toml", "x = 1") | document(1, "a.toml", "x = 2")
        answer = await client.post(f"{LIST}/new", data=site.form(key, note="n", **alike))
        assert "two have the same" in answer.text
        nothing = await client.post(f"{LIST}/new", data=site.form(key))
        assert nothing.status_code == 422
        forged = {**site.form(key, note="n", **alike), "_token": "0" * 64}
        assert (await client.post(f"{LIST}/new", data=forged)).status_code == 403
        more = site.form(key, _step="more", **document(0, "a.toml", "x = 1"))
        assert "documents.1.name" in (await client.post(f"{LIST}/new", data=more)).text


async def test_a_draft_is_given_up_and_a_version_withdrawn(site: Site, web: Web) -> None:
    """By policy officers, each with a reason; a version in use is not."""
    publication_id = await drafted(web)
    path, key = f"{LIST}/{publication_id}", site.signed_in(SECOND_WRITER)
    async with site.client(key) as client:
        assert (await client.post(f"{path}/give-up", data=site.form(key))).status_code == 422
        said = site.form(key, reason="Not this year")
        assert (await client.post(f"{path}/give-up", data=said)).status_code == 303
        assert "Given up" in (await client.get(path)).text
        assert (await client.get(f"{path}/give-up")).status_code == 409
        (tariff,) = (await web.get(WRITER, "/policy/versions", kind="letters")).json()
        withdraw = f"/policy/versions/{tariff['id']}/withdraw"
        assert withdraw in (await client.get("/policies/letters")).text
        answer = await client.post(withdraw, data=site.form(key, reason="A slip"))
        told = (await client.get(answer.headers["location"])).text
        assert "This was not done" in told
        assert (await client.get(f"/policy/versions/{uuid4()}/withdraw")).status_code == 404


async def test_a_change_is_tried_on_cases_from_a_page(site: Site, web: Web) -> None:
    """Asked for by finance, read as pictures and a table, downloaded; leaders look on."""
    publication_id = await drafted(web)
    key = site.signed_in("finance.1")
    asked = {
        f"drafts.{publication_id}": "yes",
        "of": "generated",
        "seed": "7",
        "cases": "2000",
        "accepts_untouched": "yes",
    }
    async with site.client(key) as client:
        assert "Tariff from 6 October 2026" in (await client.get("/policy/modellings/new")).text
        none = await client.post("/policy/modellings/new", data=site.form(key, of="decided"))
        assert none.status_code == 422
        assert "Choose at least one draft to try" in none.text
        sent = await client.post("/policy/modellings/new", data=site.form(key, **asked))
        path, _, _ = sent.headers["location"].partition("?")
        await worked_out(web, path)
        shown = (await client.get(path)).text
        assert "more a year than now" in shown
        assert shown.count("<svg") > 5
        book = await client.get(f"{path}/files/comparison.xlsx")
        assert book.content[:2] == b"PK"
        outside = (await client.get(f"{path}?outside=true&by=phase")).text
        assert "are put together" in outside
        assert "/files/" not in outside
    async with site.client(site.signed_in(LEADER)) as client:
        assert (await client.get(path)).status_code == 200


async def worked_out(web: Web, path: str) -> None:
    """Wait until a model has its outcome."""
    for _ in range(600):
        if (await web.get(WRITER, path)).json()["outcome"]:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the model has no end")


async def drafts(hand: Hand, web: Web) -> str:
    """A policy officer writes a draft with faults, reads them, and mends it; its address."""
    await hand.signs_in(WRITER)
    await hand.presses("Policies")
    await hand.presses("Drafts of policy")
    await hand.looks("policy-publications-none")
    await hand.presses("Draft a policy")
    await hand.writes("What it is for", "The amounts of next year")
    await hand.writes("Its place in the pack", SECOND)
    await hand.writes("What it says", 'kind = "tariff"\ncouncil = 3')
    await hand.presses("Save the draft and have it checked")
    path = hand.page.url.partition("?")[0]
    await settled(web, path.rpartition("/")[2])
    await hand.page.goto(path)
    await hand.reads("Has faults")
    await hand.looks("policy-draft-faulty")
    await hand.presses("Revise")
    await hand.writes("What it is for", "Mended")
    await hand.writes("What it says", TEXT)
    await hand.presses("Save and have it checked")
    await settled(web, path.rpartition("/")[2])
    await hand.page.goto(path)
    await hand.looks("policy-draft-for-approval")
    return path


async def approves(hand: Hand, who: str) -> None:
    """Somebody who wrote none of it is led to the draft, reads it, and approves it."""
    await hand.signs_in(who)
    await hand.presses(re.compile("^Approve the policy"))
    await hand.presses("Approve")
    await hand.writes("Why you approve it", "As the Cabinet decided")
    await hand.looks(f"policy-approve-{who}")
    await hand.presses("Approve it")
    await hand.reads("You have approved the policy")


@EITHER_HAND
async def test_policy_is_drafted_mended_and_published_by_two(
    hand_of: type[Hand], browser: Browser, site: Site, web: Web, world: World
) -> None:
    """From a draft with faults to a version in force, which anybody reads."""
    async with at_hand(hand_of, browser, site) as hand:
        path = await drafts(hand, web)
    for who in (SECOND_WRITER, LEADER):
        async with at_hand(hand_of, browser, site) as hand:
            await approves(hand, who)
    assert (await seen(web, path.rpartition("/")[2]))["stage"] == "published"
    day = "SELECT count(*) FROM policy_version WHERE kind = 'tariff' AND in_force_from = :day"
    assert world.one(day, day=SECOND_DAY) == 1


async def test_policy_is_read_without_scripts_and_looks_right_at_320(
    browser: Browser, site: Site, web: Web
) -> None:
    """A parent without an account, on a telephone, finds a day's tariff; a leader looks on."""
    async with window(browser, site, size=NARROW, scripts=False) as page:
        await page.goto(f"{site.address}/policies")
        await page.get_by_label("Day", exact=True).fill("1")
        await page.get_by_label("Month", exact=True).fill("9")
        await page.get_by_role("button", name="Show this day").click()
        await page.get_by_role("link", name="Tariff").click()
        await expect(page.get_by_text("What it says on 1 September 2026")).to_be_visible()
    publication_id = await drafted(web)
    modelling_id = await modelled(web)
    async with window(browser, site, site.signed_in(LEADER), NARROW) as page:
        for path, name in (
            ("/policies?on-day=41&on-month=1&on-year=2026", "policies-wrong-day"),
            ("/policies/tariff?on=2026-10-06", "policy-tariff-to-come"),
            (LIST, "policy-publications"),
            (f"{LIST}/{publication_id}", "policy-draft-leader"),
            (f"/policy/modellings/{modelling_id}", "policy-modelling-leader"),
        ):
            await page.goto(f"{site.address}{path}")
            await look(page, name)


async def test_what_a_draft_would_have_made_of_the_years_cases_is_drawn(
    site: Site, world: World, hand: ByHand, policy: PolicyWorld
) -> None:
    """Six cases cost more: told as picture and table, by school too; to leaders no line of few."""
    decide_six(world, hand)
    policy.publishing = Publishing(world.engine, world.clock)
    path = f"{LIST}/{policy.drafts(second_tariff())}"
    async with site.client(site.signed_in(SECOND_WRITER)) as client:
        shown = (await client.get(path)).text
        by_school = (await client.get(f"{path}?by=school")).text
    assert "6 cases, decided again by the draft" in shown
    assert "more a year than now" in shown
    assert faults_of(shown) == []
    assert "Ashdown School" in by_school
    async with site.client(site.signed_in(LEADER)) as client:
        cut = (await client.get(f"{path}?by=school")).text
    assert "Lines of fewer than 5 cases are put together" in cut
    assert "Ashdown School" not in cut


async def test_a_page_of_policy_asks_the_record_as_often_however_much_there_is(
    site: Site, policy: PolicyWorld
) -> None:
    """A list of three drafts takes as many queries as one of one, and so does a draft revised."""
    counted: list[list[int]] = []
    publication_id = policy.drafts(second_tariff())
    async with site.client(site.signed_in(SECOND_WRITER)) as client:
        for _ in range(2):
            asked = []
            for path in (LIST, f"{LIST}/{publication_id}"):
                with queries(policy.world.engine) as found:
                    assert (await client.get(path)).status_code == 200
                asked.append(len(found))
            counted.append(asked)
            said = {"files": second_tariff(), "note": "Again"}
            policy.acts(WRITER, ActKind.REVISE_POLICY, publication_id, **said)
            policy.goes_on(publication_id)
            policy.drafts(second_tariff())
    assert counted[0] == counted[1]


async def test_a_draft_comes_as_a_file_and_is_named_by_what_it_says(
    site: Site, web: Web, world: World
) -> None:
    """Its text stands in the form where it would have been pasted; what is no text is told."""
    key = site.signed_in(WRITER)
    typed = site.form(key, note="From a file")
    async with site.client(key) as client:
        for content, says in ((b"PK\x03\x04\xff\xfe", "must be a text file"), (b"\0", "must be")):
            chosen = {"documents.0.file": ("a.toml", content)}
            answer = await client.post(f"{LIST}/new", data=typed, files=chosen)
            assert (answer.status_code, says in answer.text) == (422, True)
        chosen = {"documents.0.file": ("Tariff (2).toml", TEXT.encode("utf-8-sig"))}
        no_note = await client.post(f"{LIST}/new", data=site.form(key), files=chosen)
        assert no_note.status_code == 422
        assert f'value="{SECOND}"' in no_note.text
        assert "therapist = {" in no_note.text
        sent = await client.post(f"{LIST}/new", data=typed, files=chosen)
        assert sent.status_code == 303
    publication_id = world.one("SELECT id FROM publication")
    await settled(web, str(publication_id))
    found = await seen(web, str(publication_id))
    assert (found["stage"], list(found["files"])) == ("for_approval", [SECOND])
