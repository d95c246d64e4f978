"""Awards changed by officers in a browser: what happened is chosen first, then the days of it."""

from datetime import date
from uuid import UUID

import pytest
from playwright.async_api import Browser, expect

from tests.activities.by_hand import ByHand
from tests.activities.changed_awards import ChangedAwards
from tests.pages.looking import NARROW, look, window
from tests.pages.site import Site

KINDS = ("leaver", "transfer", "late-start", "changed-amount", "suspended", "resumed")


@pytest.fixture
def award_id(hand: ByHand) -> UUID:
    """An award of ashdown's that has begun."""
    awards = ChangedAwards(hand)
    found = awards.awarded(number=2)
    awards.comes(date(2026, 12, 1))
    return found


async def test_a_leaver_is_told_by_keyboard_and_mouse(
    browser: Browser, site: Site, hand: ByHand, award_id: UUID
) -> None:
    """From what happened to the record: faults at their fields, answers looked at, then done."""
    world = hand.world
    async with window(browser, site, site.signed_in("officer.1"), NARROW) as page:
        await page.goto(f"{site.address}/awards/{award_id}")
        await page.get_by_role("link", name="Change this award").click()
        await look(page, "award-change")
        await page.get_by_role("link", name="The pupil leaves").click()
        await page.get_by_role("button", name="Continue").click()
        alert = page.get_by_role("alert")
        await expect(alert).to_contain_text("Enter the pupil's last day")
        await expect(alert).to_contain_text("Enter why the award changes")
        await look(page, "award-leaver-faults")
        for box, value in zip(("day", "month", "year"), ("18", "12", "2026"), strict=True):
            await page.locator(f"[id='change.last_on-{box}']").fill(value)
        await page.get_by_label("Why it changes").fill("Moved away")
        await page.get_by_role("button", name="Continue").click()
        await expect(page.get_by_text("18 December 2026")).to_be_visible()
        await expect(page.get_by_text("£401.75 in all instead of £2,590.03")).to_be_visible()
        await look(page, "award-leaver-check")
        await page.get_by_role("button", name="Record the change").click()
        await page.wait_for_url(f"**/awards/{award_id}?act=*")
    hand.goes_on()
    made = world.rows("SELECT kind, worth_after_pence FROM award_change")[0]
    assert (made.kind, made.worth_after_pence) == ("leaver", 40_175)


async def test_an_award_is_changed_by_officers_alone(
    site: Site, hand: ByHand, award_id: UUID
) -> None:
    """A school reads its award and changes nothing of it; another's is 404, and so is no award."""
    for who, wanted in (
        ("officer.1", 200),
        ("sen.1", 200),
        ("senco.ashdown", 403),
        ("finance.1", 403),
        ("senco.brook", 404),
        ("leader.1", 404),
    ):
        async with site.client(site.signed_in(who)) as client:
            for path in ("", *(f"/{kind}" for kind in KINDS)):
                answer = await client.get(f"/awards/{award_id}/change{path}")
                assert answer.status_code == wanted, (who, path)
    del hand


async def test_what_a_change_comes_to_is_shown_before_it_is_recorded(
    site: Site, hand: ByHand, award_id: UUID
) -> None:
    """To the day and by year, at the school that the pupil goes to as well; a fault at the form."""
    key = site.signed_in("officer.1")
    day = {"change.from_on-day": "4", "change.from_on-month": "1", "change.from_on-year": "2027"}
    typed = {**day, "change.to_school": "brook", "reason": "The pupil moves"}
    async with site.client(key) as client:
        path = f"/awards/{award_id}/change/transfer"
        shown = await client.post(path, data=site.form(key, **typed))
        assert shown.status_code == 200
        assert "What it comes to" in shown.text
        assert "The award goes on at Brook School from 4 January 2027" in shown.text
        assert "2027 to 2028" in shown.text
        lifted = await client.post(
            f"/awards/{award_id}/change/resumed", data=site.form(key, **day, reason="Back")
        )
        assert lifted.status_code == 422
        assert "none has 2027-01-04" in lifted.text
    assert not hand.world.rows("SELECT id FROM award_change")


async def test_a_change_that_does_not_fit_is_told_and_keeps_what_was_typed(
    site: Site, hand: ByHand, award_id: UUID
) -> None:
    """A day that is none, an amount that is none and markup: all of it at once, and as text."""
    key = site.signed_in("officer.1")
    typed = {
        "change.from_on-day": "31",
        "change.from_on-month": "2",
        "change.from_on-year": "2027",
        "change.annual_pence": "lots",
        "reason": "<script>alert(1)</script> 🏫",
    }
    async with site.client(key) as client:
        path = f"/awards/{award_id}/change/changed-amount"
        answer = await client.post(path, data=site.form(key, **typed))
        assert answer.status_code == 422
        assert "must be an amount in pounds" in answer.text
        assert "day that exists" in answer.text
        assert "&lt;script&gt;alert(1)" in answer.text
        forged = await client.post(path, data={**typed, "_token": "forged"})
        assert forged.status_code == 403
    assert not hand.world.rows("SELECT id FROM award_change")
