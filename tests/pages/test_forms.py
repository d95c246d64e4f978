"""Forms: nothing is done by one that is not ours, once is once, and every fault is told."""

from typing import Annotated, Any

import pytest
from playwright.async_api import Browser, expect
from pydantic import Field as At
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import text

from activities.store.session import each_by_itself
from api.pages.answers import answered, answers_of
from api.pages.forms import Field, Form, Kind, Option, body_of, faults_of
from api.pages.retyped import retyped
from api.pages.several import Several
from tests.api.test_way import submitted
from tests.api.web import Web
from tests.pages.looking import look, window
from tests.pages.site import Site

SENCO = "senco.ashdown"


def acts(site: Site) -> list[Any]:
    """Every act that was ever recorded, by kind and outcome."""
    with each_by_itself(site.parts.engine) as connection:
        rows = connection.execute(text("SELECT kind, outcome FROM act ORDER BY recorded_at, kind"))
        return [tuple(row) for row in rows]


def test_a_code_of_digits_is_no_rows_number() -> None:
    """Weights of clusters 10 and 3.b go by their codes, and a fault of one stands at its field."""
    weights = tuple(
        Field(f"weights.{code}", f"Weight of {code}", Kind.WHOLE, key=code)
        for code in ("10", "3.b")
    )
    rows = (Field("lines.1.what", "What"), Field("lines.0.what", "What"))
    form = Form("Together", "Send", (*weights, *rows), ("Back", "/"))
    typed = {"weights.10": "4", "weights.3.b": "0", "lines.1.what": "b", "lines.0.what": "a"}
    lines = [{"what": "a"}, {"what": "b"}]
    assert body_of(form, typed) == ({"weights": {"10": 4, "3.b": 0}, "lines": lines}, ())
    shape = TypeAdapter(dict[str, dict[str, Annotated[int, At(ge=1)]]])
    with pytest.raises(ValidationError) as found:
        shape.validate_python({"weights": {"10": 4, "3.b": 0}})
    assert [each["href"] for each in faults_of(form, typed, found.value)] == ["#weights.3.b"]


def test_what_reads_as_no_answer_is_one_when_somebody_typed_it() -> None:
    """Who writes "None" or "Not answered" has answered; only an empty box has not."""
    boxes = (Option("a", "First"), Option("b", "Second"))
    fields = (
        Field("outcomes", "Outcomes"),
        Field("history", "History"),
        Field("left", "Left empty"),
        Field("ticked", "Ticked", Kind.ANY_OF, options=boxes),
    )
    form = Form("Together", "Send", fields, ("Back", "/"))
    typed = {"outcomes": "None", "history": "Not answered", "left": ""}
    assert answered(form, typed) == [("Outcomes", "None"), ("History", "Not answered")]
    assert [told for _, told, _ in answers_of(form, typed)] == [
        *("None", "Not answered", "Not answered", "None")
    ]


@pytest.mark.parametrize(
    "forged", [{}, {"_token": ""}, {"_token": "0" * 64}, {"_token": "é\ud7ff"}], ids=str
)
async def test_a_forged_form_does_nothing_and_says_so(
    site: Site, web: Web, forged: dict[str, str]
) -> None:
    """Without the session's token nothing is written, and a page says that nothing was."""
    request_id = await submitted(web)
    before = acts(site)
    async with site.client(site.signed_in(SENCO)) as client:
        path = f"/requests/{request_id}/withdraw"
        answer = await client.post(path, data={"reason": "Because", "_said": "12345678", **forged})
        out = await client.post("/sign-out", data=forged)
        assert (await client.get("/")).status_code == 200
    assert (answer.status_code, out.status_code) == (403, 403)
    assert "Nothing was sent" in answer.text
    assert acts(site) == before


async def test_another_sessions_token_is_none(site: Site, web: Web) -> None:
    """A token is of one session: somebody else's, or one's own of yesterday, opens nothing."""
    request_id = await submitted(web)
    before = acts(site)
    other = site.signed_in(SENCO)
    async with site.client(site.signed_in(SENCO)) as client:
        path = f"/requests/{request_id}/withdraw"
        answer = await client.post(path, data=site.form(other, reason="Because"))
    assert answer.status_code == 403
    assert acts(site) == before


@pytest.mark.promise(4)
async def test_a_double_click_is_one_act(site: Site, web: Web) -> None:
    """The same form sent again is answered as the first time, and nothing happens twice."""
    request_id = await submitted(web)
    key = site.signed_in(SENCO)
    form = site.form(key, reason="Because")
    path = f"/requests/{request_id}/withdraw"
    async with site.client(key) as client:
        first, second = [await client.post(path, data=form) for _ in range(2)]
    assert first.status_code == second.status_code == 303
    assert first.headers["location"] == second.headers["location"]
    assert [kind for kind, _ in acts(site)].count("withdraw") == 1


async def test_a_form_that_comes_back_after_signing_in_is_shown_and_not_done(
    site: Site, web: Web
) -> None:
    """What was typed before the session ended is looked at again before anything is done."""
    request_id = await submitted(web)
    before = acts(site)
    async with site.client(site.signed_in(SENCO)) as client:
        path = f"/requests/{request_id}/withdraw"
        answer = await client.post(path, data={"reason": "<b>Because", "_again": "yes"})
    assert answer.status_code == 200
    assert "&lt;b&gt;Because" in answer.text
    assert acts(site) == before


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Enter why you withdraw the request"),
        (" \r\n\t ", "Enter why you withdraw the request"),
        ("x" * 20_001, "Use 20,000 characters or fewer"),
        ("\x00", "Holds characters that cannot be written down"),
    ],
    ids=["empty", "blank", "long", "unwritable"],
)
async def test_bad_input_is_told_and_what_was_typed_stays(
    site: Site, web: Web, typed: str, told: str
) -> None:
    """What cannot be taken is 422, said at the field and at the top, and nothing is written."""
    request_id = await submitted(web)
    before = acts(site)
    key = site.signed_in(SENCO)
    async with site.client(key) as client:
        form = {**site.form(key), "_said": "12345678", "reason": typed}
        answer = await client.post(f"/requests/{request_id}/withdraw", data=form)
    assert answer.status_code == 422
    assert answer.text.count(told) == 2
    assert typed.strip() in answer.text
    assert acts(site) == before


async def test_what_people_type_is_shown_as_they_typed_it(
    browser: Browser, site: Site, web: Web
) -> None:
    """Scripts, emoji and right-to-left letters are text, whatever page shows them."""
    request_id = await submitted(web)
    typed = "<script>alert(1)</script> 🏫 שלום\nsecond line {{ 7 * 7 }}"
    async with window(browser, site, site.signed_in(SENCO)) as page:
        page.on("dialog", lambda _: pytest.fail("a script of somebody's ran"))
        await page.goto(f"{site.address}/requests/{request_id}/withdraw")
        await page.get_by_label("Why you withdraw it").fill(typed)
        await page.get_by_role("button", name="Withdraw the request").click()
        await expect(page.get_by_text("<script>alert(1)</script> 🏫 שלום")).to_be_visible()
        await expect(page.get_by_text("{{ 7 * 7 }}")).to_be_visible()
        await page.go_back()
        await expect(page.get_by_role("heading", level=1)).to_have_text("This has moved on")
        await look(page, "problem-moved-on")
    assert [kind for kind, _ in acts(site)].count("withdraw") == 1


_EVERY_KIND = (
    Field("text", "Text"),
    Field("whole", "Whole", Kind.WHOLE),
    Field("decimal", "Decimal", Kind.DECIMAL),
    Field("pence", "Amount", Kind.POUNDS),
    Field("plan.on", "Day", Kind.DAY),
    Field("at", "Instant", Kind.INSTANT),
    Field("levels.semh", "Level", Kind.ONE_OF, options=(Option("3", "3"),), is_number=True),
    Field("chosen", "Chosen", Kind.ANY_OF, options=(Option("a", "A"), Option("b", "B"))),
    Field("agrees", "Agrees", Kind.YES_NO),
    Field("lines", "Lines", Kind.LINES),
    Field("seen", "", Kind.CARRIED),
)
_TYPED = {
    "text": "As it was",
    "whole": "12",
    "decimal": "2.5",
    "pence": "-1,234.50",
    "plan.on-day": "5",
    "plan.on-month": "10",
    "plan.on-year": "2026",
    "at-day": "27",
    "at-month": "7",
    "at-year": "2026",
    "at-time": "14:30",
    "levels.semh": "3",
    "chosen.b": "yes",
    "agrees": "no",
    "lines": "one\ntwo",
    "items.0.name": "A",
    "items.0.places": "4",
    "items.1.name": "B",
    "seen": "before",
}


@pytest.mark.promise(13)
def test_what_was_said_comes_back_to_the_boxes_it_was_typed_in() -> None:
    """Promise 13: every kind of box; what a form was drawn with is drawn anew, and no more."""
    of_rows = (Field("name", "Name"), Field("places", "Places", Kind.WHOLE))
    form = Form(
        *("Title", "Send", _EVERY_KIND, ("Back", "/")),
        values={"seen": "now", "text": "Begun with"},
        several=Several("items", "Item", of_rows, "More"),
    )
    said, faults = body_of(form.filled(_TYPED), _TYPED)
    assert faults == ()
    typed = retyped(form, said)
    again, faults = body_of(form.filled(typed), typed)
    assert (again, faults) == ({**said, "seen": "now"}, ())
    assert retyped(form, {})["text"] == ""
