"""Cluster plans and what is asked of services, each its whole way from the pages, and messages."""

import re
from uuid import UUID

from tests.activities.advice_world import SPEECH
from tests.activities.by_hand import ByHand
from tests.activities.planned import Planned, item
from tests.api.test_services import CHAIR, advised
from tests.api.test_services import asked as asked  # noqa: PLC0414  the fixture is theirs
from tests.api.web import Json, Web
from tests.pages.site import Site
from tests.pages.test_schools import drawn, sent
from tests.pages.writing import held


async def test_a_service_answers_and_reports_from_its_pages(
    asked: UUID, site: Site, web: Web, hand: ByHand
) -> None:
    """Taken on, then reported; what does not fit any more is refused, and the school reads it."""
    path = f"/services/asked/{await advised(web, hand, asked)}"
    listed = (await drawn(site, SPEECH, "/services/asked")).text
    assert path in listed
    assert "Asked of us" in listed
    assert "Nothing is late" in (await drawn(site, SPEECH, "/services/asked?late=true")).text
    assert f"{path}/accept" not in (await drawn(site, "senco.ashdown", path)).text
    assert (await drawn(site, CHAIR, f"{path}/accept")).status_code == 409
    assert (await sent(site, "senco.ashdown", f"{path}/accept", note="")).status_code == 404
    done = await sent(site, SPEECH, f"{path}/accept", note="From Monday 🏫")
    assert "You have taken it on" in done.text
    late = await sent(site, SPEECH, f"{path}/decline", reason="Nobody is free")
    assert (late.status_code, "it is accepted" in late.text.lower()) == (409, True)
    empty = await sent(site, SPEECH, f"{path}/report")
    assert empty.status_code == 422
    for says in ("Choose whether it was done", "Enter what came of it"):
        assert says in empty.text
    done = await sent(site, SPEECH, f"{path}/report", is_done="yes", came_of_it="It went well")
    assert "You have reported what came of it" in done.text
    school = (await drawn(site, "senco.ashdown", path)).text
    assert "It went well" in school
    desk = (await drawn(site, "officer.1", f"/requests/{asked}")).text
    assert "Speech and Language Service: " in desk
    assert ". Done." in desk
    file = await drawn(site, SPEECH, "/services/asked/csv")
    assert file.content == (await web.get(SPEECH, "/services/asked/csv")).content
    assert (await drawn(site, SPEECH, "/services/asked/xlsx")).content.startswith(b"PK")


ITEM = {
    "name": "Learning hub",
    "kind": "service",
    "school": "crane",
    "annual_pence": "12,000",
    "places": "4",
    "area_of_need": "cognition_and_learning",
    "up_to_level": "4",
    "outcomes": "They read better\nThey stay in class",
}


def items(*rows: dict[str, str], name: str = "items") -> dict[str, str]:
    """Rows of items as a form sends them."""
    return {
        f"{name}.{n}.{field}": said for n, row in enumerate(rows) for field, said in row.items()
    }


async def test_a_plan_is_proposed_with_every_fault_told_at_its_item(site: Site, web: Web) -> None:
    """A row more without a script; each item's faults at the item; nothing typed is lost."""
    who = "administrator.alder"
    begin = await drawn(site, who, "/plans/new?cluster=alder&year=2026")
    path = begin.headers["location"]
    assert path == "/plans/new/2026/alder"
    more = await sent(site, who, path, **items(ITEM), _step="more")
    assert "Item 2" in more.text
    assert 'value="Learning hub"' in more.text
    bad = ITEM | {"name": "Other", "up_to_level": "99", "places": ""}
    wrong = await sent(site, who, path, **items(ITEM, bad), _step="do")
    assert wrong.status_code == 422
    assert "Item 2 goes up to level 99" in wrong.text
    assert 'href="#items.1.name">Item 2 matches pupils' in wrong.text
    dear = ITEM | {"annual_pence": "90000"}
    refused = await sent(site, who, path, **items(dear), _step="do")
    assert (refused.status_code, 'value="90000"' in refused.text) == (409, True)
    check = await sent(site, who, path, **items(ITEM))
    assert "Item 1: what it is called" in check.text
    done = await sent(site, who, path, **items(ITEM), _step="do")
    assert "You have proposed the plan" in done.text
    kinds = [each["is_opening"] for each in await plans_of(web)]
    assert kinds == [True, False]


async def plans_of(web: Web) -> list[Json]:
    """The plans of alder, the one that came with the county first."""
    found: list[Json] = (await web.get("head.crane", "/clusters/alder/plan")).json()["plans"]
    return found


async def comes_back(site: Site, web: Web, refused: str, typed: dict[str, str]) -> str:
    """What was typed comes back to whoever typed it, and to nobody else; returns where."""
    found = re.search(r'href="(/plans/[0-9a-f-]+/sign\?again=([0-9a-f-]+))">Change it', refused)
    assert found is not None
    form = (await drawn(site, "officer.1", found[1])).text
    assert "This was not done" in form
    assert {name: held(form)[name] for name in typed} == typed
    theirs = (await drawn(site, "manager.1", found[1])).text
    assert ("Need" in held(theirs)["grounds"], "This was not done" in theirs) == (False, False)
    words = f"/acts/{found[2]}/words"
    assert (await web.get("officer.1", words)).json()["choices"]["grounds"] == ["Need"]
    assert (await web.get("manager.1", words)).status_code == 404
    return found[1]


async def test_heads_agree_and_an_officer_signs(site: Site, web: Web, hand: ByHand) -> None:
    """A school's word for its head alone; a signature for whoever has the authority."""
    path = f"/plans/{Planned(hand).proposed(item())}"
    assert "Choose yes or no" in (await sent(site, "head.ashdown", f"{path}/voice")).text
    assert (await drawn(site, "senco.ashdown", f"{path}/voice")).status_code == 409
    no = await sent(site, "head.elm", f"{path}/voice", agrees="no", reason="Too far <b>away</b>")
    assert "Too far &lt;b&gt;away" in no.text
    for school in ("ashdown", "brook", "crane", "dell"):
        said = await sent(site, f"head.{school}", f"{path}/voice", agrees="yes", reason="")
        assert "word on the plan is recorded" in said.text
    assert "Agreed by its schools" in (await drawn(site, "head.fern", path)).text
    assert f"{path}/sign" not in (await drawn(site, "head.elm", path)).text
    assert "Too far" not in (await drawn(site, "finance.1", path)).text
    signing = {"grounds": "Need", "alternatives": "None"}
    check = await sent(site, "manager.1", f"{path}/sign", **signing)
    assert "Check your answers" in check.text
    low = await sent(site, "officer.1", f"{path}/sign", **signing, _step="do")
    assert "This was not done" in low.text
    again = await comes_back(site, web, low.text, signing)
    signed = await sent(site, "manager.1", f"{path}/sign", **signing, _step="do")
    assert "You have signed the plan" in signed.text
    late = await drawn(site, "officer.1", again)
    assert (late.status_code, held(late.text)["grounds"]) == (409, "Need")
    assert "places are unused" in signed.text
    assert [each["stage"] for each in await plans_of(web)] == ["signed", "signed"]


async def test_a_signed_plan_is_reported_on_and_changed(site: Site, hand: ByHand) -> None:
    """An outcome of a term, and an item that ends early: only with its day."""
    planned = Planned(hand)
    plan_id = planned.signed(item())
    path, item_id = f"/plans/{plan_id}", str(planned.item_of(plan_id))
    form = (await drawn(site, CHAIR, f"{path}/report-outcome")).text
    term = form.partition('name="term_on" type="radio" value="')[2][:10]
    report = {"item_id": item_id, "term_on": term, "outcome": "partly", "words": "A good start"}
    told = await sent(site, CHAIR, f"{path}/report-outcome", **report)
    assert "You have reported the outcome" in told.text
    assert "Partly met: A good start" in told.text
    ending = {"end.0.item_id": item_id, "reason": "It is done"}
    none = await sent(site, CHAIR, f"{path}/change", **ending, _step="do")
    assert "neither adds an item nor ends one" in none.text
    on = {"end.0.from_on-day": "1", "end.0.from_on-month": "4", "end.0.from_on-year": "2027"}
    change = await sent(site, CHAIR, f"{path}/change", **ending, **on, _step="do")
    assert "You have changed the plan" in change.text
    assert "Learning hub, from 1 April 2027" in change.text


async def test_plans_are_returned_and_taken_back(site: Site, web: Web, hand: ByHand) -> None:
    """By an officer with a reason, by the cluster before it is signed; then nothing is offered."""
    planned = Planned(hand)
    agreed = f"/plans/{planned.agreed(item())}"
    done = await sent(site, "manager.1", f"{agreed}/return", reason="Too dear")
    assert "You have sent the plan back" in done.text
    assert "Why: Too dear" in done.text
    proposed = f"/plans/{planned.proposed(item())}"
    done = await sent(site, CHAIR, f"{proposed}/withdraw", reason="A better one comes")
    assert "You have withdrawn the plan" in done.text
    assert "loc-actions" not in done.text.partition("<main")[2]
    file = await drawn(site, "head.crane", "/plans/csv?cluster=alder&year=2026")
    assert (
        file.content == (await web.get("head.crane", "/clusters/alder/plan/csv?year=2026")).content
    )
    assert len(file.text.splitlines()) == 4
    for path, who, status in (
        ("/plans/xlsx?cluster=alder", "finance.1", 200),
        ("/plans/csv", "leader.1", 200),
        ("/plans/csv", "head.crane", 403),
        ("/plans/csv?cluster=alder", "head.gorse", 404),
        ("/plans/csv?year=99999", "leader.1", 404),
        ("/plans?cluster=alder", "head.gorse", 404),
        ("/plans/new", "head.ashdown", 403),
        ("/plans/new/2026/cedar", CHAIR, 404),
        ("/plans/new/2026/alder,nowhere", CHAIR, 404),
        ("/plans/new/26/alder", CHAIR, 404),
    ):
        assert (await drawn(site, who, path)).status_code == status, (path, who)


async def test_clusters_plan_together_by_a_rule(site: Site, web: Web) -> None:
    """The proposer names the others first; the rule and the weights are part of the form."""
    asked_for = "/plans/new?cluster=alder&year=2026&beside=cedar"
    path = (await drawn(site, CHAIR, asked_for)).headers["location"]
    assert path == "/plans/new/2026/alder,cedar"
    typed = {"sharing.rule": "by_pupils", **items(ITEM)}
    lacks = await sent(site, CHAIR, path, **typed, _step="do")
    assert "has no weight" in lacks.text
    weights = {"sharing.weights.alder": "2", "sharing.weights.cedar": "1"}
    done = await sent(site, CHAIR, path, **typed, **weights, _step="do")
    assert "You have proposed the plan" in done.text
    (plan,) = (await web.get("head.gorse", "/clusters/cedar/plan")).json()["plans"]
    assert plan["items"][0]["by_cluster_pence"] == {"alder": 800_000, "cedar": 400_000}
    facts = (await web.get(CHAIR, "/clusters/alder/planning?beside=cedar")).json()
    assert "gorse" in facts["schools"]


async def test_a_person_reads_what_was_written_to_them(site: Site, hand: ByHand) -> None:
    """Their own messages, whether sent or not, and nobody else's."""
    Planned(hand).proposed(item())
    hand.goes_on()
    assert (await drawn(site, "head.dell", "/messages")).status_code == 200
    nobodys = (await drawn(site, "leader.1", "/messages")).text
    assert "Nothing was written to you yet" in nobodys
