"""Writing a request by its pages: who may, what is saved, what is told, and what nobody loses."""

from typing import Any

import httpx
import pytest
from sqlalchemy import event

from domain.drafting import Section
from tests.activities.small_county import pupil_id
from tests.api.bodies import content
from tests.api.test_way import submitted
from tests.api.web import Web
from tests.pages.site import Site
from tests.pages.writing import begun, opened, sent

SENCO, HEAD = "senco.ashdown", "head.ashdown"
WRITES = {"": 200, "/about": 200, "/provision": 200, "/evidence": 200, "/check": 200}
NOT_THEIRS = dict.fromkeys(WRITES, 404)
WHO_WRITES = {
    SENCO: WRITES | {"/confirm": 403, "/submit": 409, "new": 200},
    HEAD: WRITES | {"/confirm": 200, "/submit": 409, "new": 200},
    "business.ashdown": NOT_THEIRS | {"/confirm": 404, "/submit": 404, "new": 403},
    "senco.brook": NOT_THEIRS | {"/confirm": 404, "/submit": 404, "new": 200},
    "head.crane": NOT_THEIRS | {"/confirm": 404, "/submit": 404, "new": 200},
    "officer.1": NOT_THEIRS | {"/confirm": 404, "/submit": 404, "new": 403},
    "finance.1": NOT_THEIRS | {"/confirm": 404, "/submit": 404, "new": 403},
    "leader.1": NOT_THEIRS | {"/confirm": 404, "/submit": 404, "new": 403},
}


async def saved(web: Web, draft: str, who: str = SENCO) -> dict[str, Any]:
    """What a draft says now."""
    found: dict[str, Any] = (await web.get(who, f"/drafts/{draft}")).json()
    return found


def told(answer: httpx.Response) -> list[str]:
    """The faults in a page's summary."""
    summary = answer.text.partition("govuk-error-summary__list")[2].partition("</ul>")[0]
    return [
        each.partition("</a>")[0].rpartition(">")[2].strip() for each in summary.split("<li>")[1:]
    ]


async def test_role_by_page_of_a_draft(site: Site, web: Web) -> None:
    """A draft is its school's desk's alone; to anybody else it does not exist."""
    draft = await begun(web)
    found: dict[str, dict[str, int]] = {}
    for who, wanted in WHO_WRITES.items():
        async with site.client(site.signed_in(who)) as client:
            found[who] = {
                path: (
                    await client.get("/drafts/new" if path == "new" else f"/drafts/{draft}{path}")
                ).status_code
                for path in wanted
            }
    assert found == WHO_WRITES


async def test_every_section_of_every_kind_has_a_page(site: Site) -> None:
    """Whatever a task list shows leads to a page, and needs show neither band nor amount."""
    async with site.client(site.signed_in(SENCO)) as client:
        for kind in ("advice", "individual", "group", "project"):
            begins = await sent(client, "/drafts/new", kind=kind)
            home = begins.headers["location"].partition("?")[0]
            listed = (await client.get(home)).text
            for section in Section:
                path = f"{home}/{section.value.replace('_', '-')}"
                if f'href="{path}"' in listed:
                    page = await client.get(path)
                    assert page.status_code == 200, path
                    for word in ("exceptional", "e1", "tier", "£12,000", "top-up"):
                        assert word not in page.text.lower().split(), (path, word)
            assert (f"{home}/pupils" in listed) == (kind != "project")


async def test_a_section_that_is_opened_and_sent_as_it_is_changes_nothing(
    site: Site, web: Web
) -> None:
    """Every page holds what the record has: sent back unchanged, the confirmation stands."""
    draft = await begun(web)
    before = await saved(web, draft)
    confirmed = await web.says(HEAD, f"/drafts/{draft}/confirm", {"version": before["version"]})
    async with site.client(site.signed_in(SENCO)) as client:
        for section in Section:
            if section in {Section.EVIDENCE, Section.HOME_COUNCIL, Section.DIVISIONS}:
                continue
            path = f"/drafts/{draft}/{section.value.replace('_', '-')}"
            answer = await sent(client, path)
            assert answer.status_code == 303, (section, told(answer))
        answer = await sent(client, f"/drafts/{draft}/evidence/0")
        assert answer.status_code == 303, told(answer)
    assert await saved(web, draft) == confirmed.json()


async def test_sections_are_saved_as_they_are_typed(site: Site, web: Web) -> None:
    """What is typed on a page is what the API reads, whole pence and ids included."""
    draft = await begun(web)
    home = f"/drafts/{draft}"
    other = str(pupil_id("ashdown", 5))
    async with site.client(site.signed_in(SENCO)) as client:
        await sent(client, f"{home}/about", about="Something else", kind="group")
        chosen = {f"chosen__{other}": "yes"}
        await sent(client, f"{home}/pupils", **chosen)
        spent = {f"pupils__{other}__school_spends_pence": "£7,200.50"}
        owed = {f"pupils__{other}__owed_annual_pence": "8000"}
        await sent(client, f"{home}/spending", **spent, **owed)
        await sent(client, f"{home}/cognition-and-learning", level="5", descriptors__cl5a="yes")
        await sent(client, f"{home}/outcomes", outcomes__1="A second outcome")
        gone = dict.fromkeys(
            (f"cycles__0__{n}" for n in ("started_on-day", "started_on-month", "started_on-year")),
            "",
        )
        gone |= {name.replace("started", "reviewed"): "" for name in gone}
        await sent(client, f"{home}/cycles", cycles__0__what_changed="", **gone)
    found = (await saved(web, draft))["content"]
    assert (found["about"], found["kind"]) == ("Something else", "group")
    pupils = {each["pupil_id"]: each for each in found["pupils"]}
    assert len(pupils) == 2
    assert pupils[other]["school_spends_pence"] == 720_050
    assert pupils[other]["sen_status"] == "education_health_and_care_plan"
    assert found["profile"]["levels"]["cognition_and_learning"] == 5
    assert found["profile"]["levels"]["communication_and_interaction"] == 4
    assert found["profile"]["descriptors"] == ["cl5a"]
    assert found["outcomes"][1] == "A second outcome"
    assert len(found["cycles"]) == 1


@pytest.mark.promise(13)
async def test_two_sections_do_not_get_into_each_others_way_and_one_is_not_overwritten(
    site: Site, web: Web
) -> None:
    """Saved in another section meanwhile: both stand. In the same one: 409, and both are shown."""
    draft = await begun(web)
    key = site.signed_in(SENCO)
    async with site.client(key) as client:
        child = await opened(client, f"/drafts/{draft}/child")
        stale = await opened(client, f"/drafts/{draft}/about")
        await sent(client, f"/drafts/{draft}/about", about="A colleague's words")
        child |= {"child_views": "What the child said"}
        assert (await client.post(f"/drafts/{draft}/child", data=child)).status_code == 303
        stale |= {"about": "<b>My words"}
        answer = await client.post(f"/drafts/{draft}/about", data=stale)
        assert answer.status_code == 409
        assert "A colleague&#39;s words" in answer.text
        assert "&lt;b&gt;My words" in answer.text
    found = (await saved(web, draft))["content"]
    assert (found["about"], found["child_views"]) == ("A colleague's words", "What the child said")


@pytest.mark.promise(4)
async def test_a_double_click_saves_once_and_begins_one_draft(site: Site, web: Web) -> None:
    """The same form again is answered as the first time, and makes no second version or draft."""
    draft = await begun(web)
    async with site.client(site.signed_in(SENCO)) as client:
        form = await opened(client, f"/drafts/{draft}/about") | {"about": "Once"}
        first, second = [await client.post(f"/drafts/{draft}/about", data=form) for _ in range(2)]
        new = await opened(client, "/drafts/new") | {"kind": "advice"}
        homes = {(await client.post("/drafts/new", data=new)).headers["location"] for _ in range(2)}
    assert first.status_code == second.status_code == 303
    assert (await saved(web, draft))["version"] == 2
    assert len(homes) == 1


@pytest.mark.parametrize(
    ("section", "typed", "says"),
    [
        ("about", {"about": "x" * 20_001}, "Use 20,000 characters or fewer"),
        ("about", {"starts_on-day": "31", "starts_on-month": "2"}, "must be a day that exists"),
        ("about", {"kind": "everything"}, "What kind of request is it? Choose from the list"),
        ("about", {"about": "\x00"}, "Holds characters that cannot be written down"),
        ("about", {"read": ""}, "Open this page again"),
        ("pupils", {"pupil": str(pupil_id("brook"))}, "not on your school's roll"),
        ("pupils", {"pupil": "nobody"}, "Who is it for? Choose from the list"),
        ("cognition-and-learning", {"level": "9"}, "has no such level"),
        ("cycles", {"cycles__2__what_changed": "x"}, "Enter started"),
        ("spending", {f"pupils__{pupil_id('ashdown')}__school_spends_pence": "lots"}, "in pounds"),
        ("provision", {"provision__1__what": "x"}, "Choose staff, line 2"),
        ("provision", {"provision__0__hours_a_week": "61"}, "must be 60 or less"),
        ("provision", {"paste": "x\ty"}, "Add the rows that you pasted"),
        (
            "divisions",
            {"electoral_divisions": "Not A Code"},
            "is not written in the way that is asked for",
        ),
    ],
    ids=str,
)
async def test_bad_input_is_told_at_its_field_and_what_was_typed_stays(
    site: Site, web: Web, section: str, typed: dict[str, str], says: str
) -> None:
    """Nothing is written, the summary says what is wrong, and the boxes hold what was typed."""
    draft = await begun(web)
    async with site.client(site.signed_in(SENCO)) as client:
        answer = await sent(client, f"/drafts/{draft}/{section}", **typed)
    assert answer.status_code in {422, 409}, told(answer)
    assert any(says in each.replace("&#39;", "'") for each in told(answer)), told(answer)
    assert (await saved(web, draft))["version"] == 1


async def test_what_people_type_is_text_wherever_it_is_shown(site: Site, web: Web) -> None:
    """Scripts, emoji and right-to-left letters are shown as they were typed."""
    draft = await begun(web)
    typed = "<script>alert(1)</script> 🏫 שלום {{ 7 * 7 }}"
    async with site.client(site.signed_in(SENCO)) as client:
        await sent(client, f"/drafts/{draft}/about", about=typed)
        await sent(client, f"/drafts/{draft}/provision", provision__0__what=typed)
        for path in ("/about", "/check", "/provision"):
            page = await client.get(f"/drafts/{draft}{path}")
            assert "<script>alert" not in page.text
            assert "🏫 שלום {{ 7 * 7 }}" in page.text


async def test_a_forged_form_writes_nothing(site: Site, web: Web) -> None:
    """Without the session's token a draft stays as it was."""
    draft = await begun(web)
    async with site.client(site.signed_in(SENCO)) as client:
        form = await opened(client, f"/drafts/{draft}/about") | {"_token": "0" * 64}
        answer = await client.post(f"/drafts/{draft}/about", data=form)
    assert answer.status_code == 403
    assert (await saved(web, draft))["version"] == 1


async def test_a_copy_keeps_the_words_and_asks_the_days_anew(site: Site, web: Web) -> None:
    """From a past request of my school: words and pupils stay, days and urgency do not."""
    request_id = await submitted(web)
    theirs = content(school="brook")
    begins = await web.says("senco.brook", "/drafts", {"school": "brook", "content": theirs})
    elsewhere = begins.json()["id"]
    await web.says("head.brook", f"/drafts/{elsewhere}/confirm", {"version": 1})
    went = await web.says("senco.brook", f"/requests/{elsewhere}/submit", {"draft_version": 1})
    assert went.status_code == 200, went.text
    async with site.client(site.signed_in(SENCO)) as client:
        page = await client.get("/drafts/new")
        assert request_id in page.text
        assert elsewhere not in page.text
        begins = await sent(client, "/drafts/new", kind="individual", copy_of=request_id)
        not_ours = await sent(client, "/drafts/new", kind="individual", copy_of=elsewhere)
        assert not_ours.status_code == 404
    draft = begins.headers["location"].rpartition("/")[2].partition("?")[0]
    found = (await saved(web, draft))["content"]
    assert found["about"] == content()["about"]
    assert found["pupils"] == content()["pupils"]
    assert (found["starts_on"], found["informed_on"]) == (None, None)


async def test_the_head_confirms_and_the_request_is_submitted_and_completed_again(
    site: Site, web: Web
) -> None:
    """Submitted incomplete it comes back with what is missing; completed, it goes on."""
    draft = await begun(web, outcomes=[])
    async with site.client(site.signed_in(HEAD)) as client:
        check = await client.get(f"/drafts/{draft}/check")
        assert "No intended outcome is given." in check.text
        stale = await opened(client, f"/drafts/{draft}/confirm")
        await sent(client, f"/drafts/{draft}/about", about="Changed since")
        late = await client.post(f"/drafts/{draft}/confirm", data=stale)
        assert late.status_code == 409
        assert (await sent(client, f"/drafts/{draft}/confirm")).status_code == 303
        went = await sent(client, f"/drafts/{draft}/submit")
        assert went.headers["location"].startswith(f"/requests/{draft}/submitted?act=")
        back = await client.get(went.headers["location"])
        assert "The request came back" in back.text
        page = await client.get(f"/requests/{draft}")
        assert f'href="/drafts/{draft}"' in page.text
        await sent(client, f"/drafts/{draft}/outcomes", outcomes__0="Talks in sentences")
        await sent(client, f"/drafts/{draft}/confirm")
        again = await sent(client, f"/drafts/{draft}/submit")
        done = await client.get(again.headers["location"])
        assert "Request submitted" in done.text
        assert "LOC-2026-000001" in done.text
        assert (await client.get(f"/drafts/{draft}")).status_code == 303
        assert (await client.get(f"/drafts/{draft}/about")).status_code == 409


async def test_a_page_of_a_draft_asks_the_database_as_often_whatever_it_holds(
    site: Site, web: Web
) -> None:
    """The number of queries is fixed: none for each pupil, line or document."""
    small = await begun(web)
    line, cycle = content()["provision"][0], content()["cycles"][0]
    pupil = content()["pupils"][0]
    pupils = [{**pupil, "pupil_id": str(pupil_id("ashdown", n))} for n in range(5)]
    large = await begun(
        web, kind="group", provision=[line] * 60, cycles=[cycle] * 20, pupils=pupils
    )
    counted: list[str] = []
    event.listen(site.parts.engine, "before_cursor_execute", lambda *said: counted.append(said[2]))
    found: dict[str, list[int]] = {}
    async with site.client(site.signed_in(SENCO)) as client:
        # The first looks read what never changes, as policies do: a process keeps that.
        for draft in (small, large, small, large):
            for path in ("", "/check", "/provision", "/pupils", "/evidence"):
                counted.clear()
                assert (await client.get(f"/drafts/{draft}{path}")).status_code == 200
                found.setdefault(path, []).append(len(counted))
    found = {path: counts[2:] for path, counts in found.items()}
    assert all(few == many for few, many in found.values()), found
