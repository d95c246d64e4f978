"""What schools and services do besides requests, page by page: who gets which, what is on it."""

import csv
from datetime import date
from enum import StrEnum
from io import StringIO
from uuid import UUID

import httpx
import pytest

from activities.names import OfRun
from activities.store.reading import MessageState
from api.pages import school_words
from api.pages.forms import Field, Form, Kind, body_of
from api.pages.several import Several
from domain.cluster_plan import PlanStage
from domain.payment_run import RemittanceState
from domain.people import Interest
from domain.plan_acts import OutcomeMet, SharingRule
from domain.reconsideration import Answer, Challenger, ChallengeStage
from domain.services import ServiceState
from tests.activities.advice_world import SPEECH
from tests.activities.by_hand import ByHand
from tests.activities.changed_awards import ChangedAwards
from tests.activities.payment_world import PaymentWorld
from tests.activities.planned import Planned, item
from tests.activities.small_county import PLANTED
from tests.api.people import EVERYBODY
from tests.api.test_payments import paying as paying  # noqa: PLC0414  the fixture is theirs
from tests.api.test_reconsiderations import challenged
from tests.api.test_reconsiderations import declined as declined  # noqa: PLC0414
from tests.api.test_services import advised
from tests.api.test_services import asked as asked  # noqa: PLC0414
from tests.api.web import Web
from tests.pages.site import Site

CENSUS = "/awards/top-ups?on=2027-01-21"


async def drawn(site: Site, who: str, path: str) -> httpx.Response:
    """A page as somebody gets it."""
    async with site.client(site.signed_in(who)) as client:
        return await client.get(path)


async def sent(site: Site, who: str, path: str, **typed: str) -> httpx.Response:
    """What a form comes to that somebody sends, the page that it leads to included."""
    key = site.signed_in(who)
    async with site.client(key) as client:
        answer = await client.post(path, data=site.form(key, **typed))
        if answer.status_code == 303:
            return await client.get(answer.headers["location"])
        return answer


@pytest.mark.parametrize(
    ("codes", "table"),
    [
        (ChallengeStage, school_words.CHALLENGE_STAGES),
        (Answer, school_words.ANSWERS),
        (Challenger, school_words.CHALLENGERS),
        (PlanStage, school_words.PLAN_STAGES),
        (SharingRule, school_words.SHARING),
        (OutcomeMet, school_words.OUTCOMES),
        (ServiceState, school_words.SERVICE_STATES),
        (Interest, school_words.INTERESTS),
        (RemittanceState, school_words.REMITTANCES),
        (MessageState, school_words.MESSAGES),
    ],
)
def test_every_code_of_schools_has_its_words(
    codes: type[StrEnum], table: dict[StrEnum, str]
) -> None:
    """Whoever adds a code is told to say what it is called."""
    assert set(table) == set(codes)
    assert len(set(table.values())) == len(table)


def test_rows_of_a_form_grow_with_what_was_typed() -> None:
    """An empty row is left out, a fault stands at its row, and a rule's words find theirs."""
    price = Field("pence", "Price", Kind.POUNDS)
    several = Several("items", "Item", (Field("name", "Name"), price), "Add another")
    form = Form("Title", "Send", (), ("Back", "/"), several=several)
    typed = {"items.0.name": "", "items.1.name": "Hub", "items.1.pence": "12", "items.x.name": "?"}
    whole = form.filled(typed)
    assert [each.name for each in whole.fields][-1] == "items.1.pence"
    assert body_of(whole, typed) == ({"items": [{"name": "Hub", "pence": 1200}]}, ())
    assert len(form.filled(typed, more=1).fields) == 6
    assert len(form.filled({"items.999.name": "a"}).fields) == several.most * 2
    told = several.faults(typed, "item 1 gives neither; there is no cluster x")
    assert [each["href"] for each in told] == ["#items.1.name", "#main-content"]


LISTS = ("/awards", CENSUS, "/remittances", "/reconsiderations", "/plans", "/services/asked")
ALL, NO_MONEY = (200,) * 6, (403, 403, 200, 200, 200, 200)
WHO_GETS_WHAT = {
    **dict.fromkeys(("senco.ashdown", "head.ashdown", "business.ashdown", "senco.brook"), ALL),
    **dict.fromkeys(("head.crane", "officer.1", "sen.1", "finance.1"), ALL),
    **dict.fromkeys(("administrator.alder", "policy.1", "leader.1"), NO_MONEY),
}


async def test_role_by_list_is_as_the_table_says(site: Site) -> None:
    """Everybody gets the lists that they have something to do with, empty ones too."""
    found = {}
    for who in WHO_GETS_WHAT:
        async with site.client(site.signed_in(who)) as client:
            found[who] = tuple([(await client.get(path)).status_code for path in LISTS])
            assert (await client.get("/messages")).status_code == 200
    assert found == WHO_GETS_WHAT


async def test_a_page_of_one_thing_is_for_whoever_gets_its_json(
    asked: UUID, site: Site, web: Web, hand: ByHand
) -> None:
    """For every role an award, a plan and what a service was asked are pages where JSON is."""
    asked_id = await advised(web, hand, asked)
    plan_id = Planned(hand).proposed(item())
    award_id = ChangedAwards(hand).awarded(number=2)
    for who in (*EVERYBODY, SPEECH):
        async with site.client(site.signed_in(who)) as client:
            for path in (f"/awards/{award_id}", f"/plans/{plan_id}", f"/services/asked/{asked_id}"):
                page, told = await client.get(path), await web.get(who, path)
                assert page.status_code == told.status_code, (who, path)
                if who == "senco.brook":
                    assert page.status_code == (200 if "plans" in path else 404)


async def test_a_school_reads_its_awards(site: Site, hand: ByHand) -> None:
    """Sums, changes, and instalments paid, due and cancelled; no words for the business manager."""
    awards = ChangedAwards(hand)
    award_id = awards.awarded(number=2)
    awards.comes(date(2027, 1, 20))
    awards.pays_until(award_id, date(2027, 1, 20))
    awards.changed(award_id, "changed_amount", from_on=date(2027, 2, 1), annual_pence=600_000)
    async with site.client(site.signed_in("business.ashdown")) as client:
        listed = (await client.get("/awards")).text
        assert "LOC-2026-000001" in listed
        assert "Paid until today" in listed
        one = (await client.get(f"/awards/{award_id}")).text
        assert "Another amount" in one
        assert "Cancelled" in one
        assert PLANTED not in one.partition("<main")[2]
    elsewhere = await drawn(site, "senco.brook", "/awards/csv")
    assert len(elsewhere.text.splitlines()) == 1


async def test_top_ups_on_a_census_day_and_every_list_are_files_too(
    site: Site, web: Web, hand: ByHand
) -> None:
    """A day typed in three boxes; one that there is not is told; files are the API's bytes."""
    ChangedAwards(hand).awarded(number=2)
    async with site.client(site.signed_in("business.ashdown")) as client:
        boxes = "on-day=21&on-month=1&on-year=2027"
        typed = await client.get(f"/awards/top-ups?{boxes}")
        assert typed.headers["location"] == CENSUS
        census = (await client.get(CENSUS)).text
        assert "1 pupil has a top-up on 21 January 2027" in census
        assert "ashdown-2" in census
        none = (await client.get("/awards/top-ups?on=2030-01-21")).text
        assert "No pupil has a top-up on 21 January 2030" in none
        wrong = await client.get("/awards/top-ups?on-day=31&on-month=2&on-year=2027")
        assert (wrong.status_code, "Census day must be a day that exists" in wrong.text) == (
            422,
            True,
        )
        assert (await client.get("/awards/top-ups?on=<b>")).status_code == 422
        for path, query in (
            ("/awards/csv", ""),
            ("/awards/instalments/csv", ""),
            ("/awards/top-ups/csv", "?on=2027-01-21"),
        ):
            page = await client.get(f"{path}{query}")
            assert page.content == (await web.get("business.ashdown", f"{path}{query}")).content
            assert len(list(csv.reader(StringIO(page.text)))) > 1, path
        for path in ("/awards/xlsx", "/awards/instalments/xlsx", "/awards/top-ups/xlsx"):
            assert (await client.get(f"{path}?on=2027-01-21")).content.startswith(b"PK")
        assert (await client.get("/awards/top-ups/csv")).status_code == 404


async def test_a_school_reads_its_remittances(site: Site, web: Web, paying: PaymentWorld) -> None:
    """Its own part of each, with what it is for; of a trust's payment the school's part alone."""
    run_id = paying.prepared()
    paying.approves(run_id)
    paying.runs.write_papers(OfRun(run_id=run_id))
    (own,) = (await web.get("senco.ashdown", "/remittances")).json()
    async with site.client(site.signed_in("business.ashdown")) as client:
        assert own["reference"] in (await client.get("/remittances")).text
        one = (await client.get(f"/remittances/{own['id']}")).text
        assert "£100.00" in one
        assert "The notice" in one
        lines = list(csv.DictReader(StringIO((await client.get("/remittances/csv")).text)))
        assert [each["amount"] for each in lines] == ["100.00"]
    (part,) = (await web.get("senco.brook", "/remittances")).json()
    theirs = (await drawn(site, "senco.brook", f"/remittances/{part['id']}")).text
    assert "several of its schools" in theirs
    assert (await drawn(site, "senco.brook", f"/remittances/{own['id']}")).status_code == 404
    assert (await drawn(site, "finance.1", f"/remittances/{own['id']}")).status_code == 200


WHY = "The therapist's report of October was not there <script>alert(1)</script> 🏫"
TYPED = {"by": "school", "grounds": f"{WHY}\nAnother", "asks": "Five hours", "new_evidence": ""}


async def test_a_school_challenges_and_takes_it_back(site: Site, web: Web, declined: UUID) -> None:
    """From the request's page, checked once more, to a challenge that shows whose turn it is."""
    path = f"/requests/{declined}/challenge"
    assert f'href="{path}"' in (await drawn(site, "senco.ashdown", f"/requests/{declined}")).text
    empty = await sent(site, "senco.ashdown", path)
    assert empty.status_code == 422
    for says in ("Choose who challenges", "Enter why the decision", "Enter what you ask"):
        assert says in empty.text
    check = await sent(site, "senco.ashdown", path, **TYPED)
    assert "Check your answers" in check.text
    done = await sent(site, "senco.ashdown", path, **TYPED, _step="do")
    assert "You have challenged the decision" in done.text
    assert "A council officer who had no part" in done.text
    assert "<script>alert" not in done.text
    (line,) = (await web.get("head.ashdown", "/reconsiderations")).json()
    seen = (await drawn(site, "senco.ashdown", f"/requests/{declined}")).text
    assert f'href="{path}"' not in seen
    assert f"/reconsiderations/{line['id']}" in seen
    assert line["reference"] in (await drawn(site, "officer.1", "/reconsiderations")).text
    assert (await drawn(site, "senco.brook", f"/reconsiderations/{line['id']}")).status_code == 404
    again = await sent(site, "head.ashdown", path, **TYPED, _step="do")
    assert (again.status_code, "challenged already" in again.text) == (409, True)
    back = f"/reconsiderations/{line['id']}/withdraw"
    assert "Enter why it is taken back" in (await sent(site, "head.ashdown", back)).text
    done = await sent(site, "head.ashdown", back, reason="We understand it now")
    assert "You have taken the challenge back" in done.text


async def test_a_challenge_after_its_time_is_an_officers_to_admit(
    site: Site, web: Web, hand: ByHand, declined: UUID
) -> None:
    """The school's link is gone when its instant has passed; an officer gives a reason."""
    path = f"/requests/{declined}/challenge"
    until = (await web.get("senco.ashdown", f"/requests/{declined}")).json()["challenge_by_at"]
    assert until.startswith("2026-11-10")
    ChangedAwards(hand).comes(date(2026, 11, 12))
    assert path not in (await drawn(site, "senco.ashdown", f"/requests/{declined}")).text
    late = await drawn(site, "senco.ashdown", path)
    assert (late.status_code, "Its time is over" in late.text) == (409, True)
    typed = TYPED | {"by": "family"}
    admitted = await sent(site, "officer.2", path, **typed, _step="do")
    assert "window closed" in admitted.text
    admitted = await sent(
        site, "officer.2", path, **typed, late_because="They were abroad", _step="do"
    )
    assert "You have challenged the decision" in admitted.text
    assert "admitted it late" in admitted.text


async def test_an_officer_without_a_part_gives_it_to_a_panel(
    site: Site, web: Web, declined: UUID
) -> None:
    """Offered to nobody who decided; the panel that the policy names looks again."""
    path = f"/reconsiderations/{await challenged(web, declined)}"
    for who in ("officer.1", "senco.ashdown"):
        assert f"{path}/take" not in (await drawn(site, who, path)).text
        assert (await drawn(site, who, f"{path}/take")).status_code == 409
    assert f"{path}/take" in (await drawn(site, "manager.2", path)).text
    barred = await sent(site, "officer.1", f"{path}/take", reason="I know it")
    assert (barred.status_code, "You had a part" in barred.text) == (403, True)
    taken = await sent(site, "manager.2", f"{path}/take", reason="They are free")
    assert "You have given the challenge to a panel" in taken.text
    assert "A panel that had no part" in taken.text
    early = await drawn(site, "manager.2", f"{path}/reconsider")
    assert early.status_code == 409
