"""Who may see and do what: every role at every address, and what is not yours is not there."""

from datetime import timedelta
from uuid import uuid4

import pytest

from activities.store import recording
from domain.stages import ALLOWED_TO, REQUEST_ACTS, ActKind
from tests.activities.behind import run_sql
from tests.activities.by_hand import ByHand
from tests.activities.roster_world import OBSERVER, SPECIALIST, TRUST_LEAD, VICE, enrol
from tests.activities.small_county import PLANTED, named, request
from tests.activities.world import World
from tests.api.bodies import CHOSEN, vote
from tests.api.engine import HandEngine
from tests.api.people import (
    EVERYBODY,
    FINANCE,
    OFFICERS,
    OTHER_SCHOOL,
    OUTSIDE,
    PANEL,
    SCHOOL,
)
from tests.api.web import Web, code_of
from tests.conftest import StillClock

OPEN_TO_ALL = (
    *("/me", "/me/messages", "/worklist", "/worklist/others", "/requests", "/meetings"),
    *("/clusters", "/policies", "/events"),
)
ACTS = [kind for kind in ActKind if kind in REQUEST_ACTS and kind in CHOSEN]
COUNCIL_ACTS = [kind for kind in ACTS if kind not in (ActKind.SUBMIT, ActKind.WITHDRAW)]


@pytest.mark.parametrize("path", OPEN_TO_ALL)
async def test_everybody_has_a_first_page(path: str, web: Web) -> None:
    """Whoever is on record may ask who they are, what waits for them and what concerns them."""
    for subject in EVERYBODY:
        assert (await web.get(subject, path)).status_code == 200, subject


async def test_a_request_is_read_by_its_school_officers_and_finance(web: Web, hand: ByHand) -> None:
    """To everybody else it is unknown, and to finance until it is decided."""
    request_id = hand.recommended(request())
    for subject in EVERYBODY:
        may = subject in (*SCHOOL, *OFFICERS)
        answer = await web.get(subject, f"/requests/{request_id}")
        assert answer.status_code == (200 if may else 404), subject
        may = subject in (*SCHOOL, *OFFICERS)
        answer = await web.get(subject, f"/requests/{request_id}/timeline")
        assert answer.status_code == (200 if may else 404), subject
        for part in ("decision", "letter"):
            answer = await web.get(subject, f"/requests/{request_id}/{part}")
            assert code_of(answer) == "unknown", subject
    hand.world.authorises("head-of-sen", request_id)
    hand.goes_on()
    for subject in EVERYBODY:
        may = subject in (*SCHOOL, *OFFICERS, *FINANCE)
        for part in ("", "/decision"):
            answer = await web.get(subject, f"/requests/{request_id}{part}")
            assert answer.status_code == (200 if may else 404), (subject, part)


async def test_meetings_items_and_ballots_belong_to_the_cluster(web: Web, hand: ByHand) -> None:
    """Agendas are for the cluster's panel and officers; papers and ballots for its panel."""
    request_id, ballot_id = hand.in_ballot(request())
    item_id = hand.world.item_of(request_id)
    meeting_id, _ = hand.world.meeting_of(item_id)
    for subject in EVERYBODY:
        answer = await web.get(subject, f"/meetings/{meeting_id}")
        assert answer.status_code == (200 if subject in (*PANEL, *OFFICERS) else 404), subject
        answer = await web.get(subject, f"/items/{item_id}/papers")
        assert answer.status_code == (403 if subject in PANEL else 404), subject
        answer = await web.get(subject, f"/ballots/{ballot_id}")
        assert answer.status_code == (200 if subject in (*PANEL, *OFFICERS) else 404), subject
        answer = await web.says(subject, f"/ballots/{ballot_id}/close")
        assert answer.status_code != 200 or subject == "head.crane", subject


async def test_a_cluster_is_for_its_schools_and_panel(web: Web) -> None:
    """Its schools and panel read it, officers and leaders every one; its duty who runs a panel."""
    cluster = (*SCHOOL, *OTHER_SCHOOL, *PANEL)
    everywhere = (*OFFICERS, *OUTSIDE)
    for subject in EVERYBODY:
        answer = await web.get(subject, "/clusters/alder")
        may = subject in (*cluster, *everywhere)
        assert answer.status_code == (200 if may else 404), subject
        if may:
            names = subject in (*PANEL, *OFFICERS)
            assert bool(answer.json()["panel"]) is names, subject
        runs = ("head.crane", "administrator.alder", "head.gorse", "administrator.cedar")
        answer = await web.get(subject, "/clusters/panel-duty")
        may = subject in (*runs, *OFFICERS, "leader.1")
        assert answer.status_code == (200 if may else 403), subject
    assert code_of(await web.get("officer.1", "/clusters/nowhere")) == "unknown"


async def test_observers_and_specialists_see_what_a_panel_sees(web: Web, hand: ByHand) -> None:
    """Agenda, papers once they declared, and a ballot; never the request, and no vote of theirs."""
    enrol(hand.world)
    request_id, ballot_id = hand.in_ballot(request())
    item_id = hand.world.item_of(request_id)
    meeting_id, _ = hand.world.meeting_of(item_id)
    for subject in (OBSERVER, SPECIALIST, VICE):
        assert (await web.get(subject, f"/meetings/{meeting_id}")).status_code == 200
        assert code_of(await web.get(subject, f"/items/{item_id}/papers")) == "barred"
        hand.world.declares(subject, item_id)
        assert (await web.get(subject, f"/items/{item_id}/papers")).status_code == 200
        assert (await web.get(subject, f"/ballots/{ballot_id}")).status_code == 200
        assert (await web.get(subject, f"/requests/{request_id}")).status_code == 404
        cast = await web.says(subject, f"/ballots/{ballot_id}/vote", vote(), method="PUT")
        assert cast.status_code == (200 if subject == VICE else 403), subject
    opened = await web.says(VICE, f"/ballots/{ballot_id}/close")
    assert code_of(opened) == "role_needed"


async def test_a_trusts_send_lead_sees_its_schools_and_no_band_before_the_decision(
    web: Web, hand: ByHand
) -> None:
    """What the school's own people see and when they do; other schools' requests are unknown."""
    enrol(hand.world)
    own = hand.recommended(request(school="brook"), school="brook")
    other = hand.recommended(request())
    seen = await web.get(TRUST_LEAD, f"/requests/{own}")
    assert seen.status_code == 200
    assert seen.json()["placing"] is None
    assert (await web.get(TRUST_LEAD, f"/requests/{other}")).status_code == 404
    hand.world.authorises("head-of-sen", own)
    hand.goes_on()
    assert (await web.get(TRUST_LEAD, f"/requests/{own}/decision")).status_code == 200
    (award,) = (await web.get(TRUST_LEAD, "/awards")).json()
    assert award["school"] == "brook"
    answer = await web.says(TRUST_LEAD, f"/requests/{own}/withdraw", {"reason": "Not ours."})
    assert answer.status_code == 403
    assert (await web.get(TRUST_LEAD, "/clusters/cedar")).status_code == 200


async def test_own_trust_keeps_an_officer_out_of_every_list(web: Web, hand: ByHand) -> None:
    """The policy says that it bars: what is barred to be opened is in no list and no search."""
    request_id = hand.recommended(request(school="brook"), school="brook")
    hand.world.authorises("head-of-sen", request_id)
    hand.goes_on()
    sql = "SELECT reference FROM support_request WHERE id = :id"
    reference = hand.world.one(sql, id=request_id)

    async def seen(who: str) -> tuple[bool, bool]:
        chain = (await web.get(who, "/search", reference=reference)).json()
        events = (await web.get(who, "/events")).json()
        return chain["requests"][0]["may_be_read"], str(request_id) in str(events)

    assert await seen("officer.2") == (True, True)
    run_sql(
        hand.world,
        "INSERT INTO role_held (id, person_id, role, school_code, from_on)"
        " VALUES (gen_random_uuid(), :person, 'head', 'fern', '2026-09-01')",
        person=named("officer.2"),
    )
    assert code_of(await web.get("officer.2", f"/requests/{request_id}")) == "barred"
    assert await seen("officer.2") == (False, False)
    assert await seen("officer.1") == (True, True)


async def test_a_substitute_is_named_over_the_web(
    web: Web, hand: ByHand, clock: StillClock
) -> None:
    """Once named the meeting is open to the substitute; said twice it is said once."""
    item_id = hand.world.item_of(hand.listed(request()))
    meeting_id, _ = hand.world.meeting_of(item_id)
    path = f"/meetings/{meeting_id}"
    body = {"member_id": str(named("head.dell")), "substitute_id": str(named("senco.brook"))}
    assert (await web.get("senco.brook", path)).status_code == 404
    told = await web.says("administrator.alder", f"{path}/substitutes", body)
    assert told.json() == {"meeting_id": str(meeting_id), "is_away": True, **body}
    borrowed = {"person_id": str(named("head.gorse"))}
    told = await web.says("head.crane", f"/items/{item_id}/borrowed", borrowed)
    assert told.json() == {"item_id": str(item_id), **borrowed}
    assert (await web.get("head.gorse", path)).status_code == 200
    seen = (await web.get("senco.brook", path)).json()
    (seat,) = seen["substitutes"]
    assert (seat["person_id"], seat["in_stead_of"]) == (body["substitute_id"], body["member_id"])
    assert seen["items"][0]["declared"] is None
    tasks = (await web.get("senco.brook", "/worklist")).json()
    assert "declare_interest" in {each["waits"] for each in tasks}
    refused = await web.says("senco.brook", f"{path}/substitutes", body)
    assert code_of(refused) == "unknown"
    clock.move_on(timedelta(days=60))
    late = await web.says("administrator.alder", f"{path}/substitutes", body)
    assert code_of(late) == "not_at_this_stage"


async def test_members_are_called_by_officers_and_who_runs_the_panel(
    web: Web, hand: ByHand
) -> None:
    """To an urgent request: others are told that it is not theirs, whatever they know of it."""
    request_id = hand.world.submits(request(urgent_because="From Monday"))
    hand.goes_on()
    body = {"cluster": "alder", "request_ids": [str(request_id)]}
    for subject in EVERYBODY:
        answer = await web.says(subject, "/meetings/urgent", body)
        may = subject in ("head.crane", "administrator.alder", *OFFICERS)
        assert code_of(answer) == ("not_valid" if may else "role_needed"), subject


async def test_the_ledger_is_for_finance_officers_and_leaders(web: Web) -> None:
    """Nobody else reads a balance or an entry."""
    for subject in EVERYBODY:
        may = subject in (*OFFICERS, *FINANCE, "leader.1")
        for path in ("/ledger/balances", "/ledger/entries"):
            answer = await web.get(subject, path)
            assert answer.status_code == (200 if may else 403), (subject, path)
        answer = await web.get(subject, f"/ledger/entries/{uuid4()}/why")
        assert answer.status_code == (404 if may else 403), subject


@pytest.mark.parametrize("kind", COUNCIL_ACTS)
async def test_a_council_act_is_the_councils(
    kind: ActKind, web: Web, world: World, engine: HandEngine
) -> None:
    """Whoever knows of the request is told that the act is not theirs; to others it is unknown."""
    engine.is_idle = True
    request_id = world.submits(request())
    path = f"/requests/{request_id}/{kind.replace('_', '-')}"
    for subject in EVERYBODY:
        answer = await web.says(subject, path, CHOSEN[kind])
        expected = 404
        if subject in (*SCHOOL, *PANEL):
            expected = 403
        chairs = "panel_chair" in ALLOWED_TO[kind] and subject == "head.crane"
        if subject in OFFICERS or chairs:
            expected = 409
        assert answer.status_code == expected, (subject, answer.text)
        assert code_of(answer)


@pytest.mark.promise(6)
async def test_whoever_has_a_part_is_barred(web: Web, hand: ByHand) -> None:
    """An officer with a child in the case neither reads it nor decides it."""
    request_id = hand.recommended(request(number=1))
    assert code_of(await web.get("officer.2", f"/requests/{request_id}")) == "barred"
    for kind in (ActKind.AUTHORISE, ActKind.DECLINE, ActKind.ESCALATE):
        answer = await web.says("officer.2", f"/requests/{request_id}/{kind}", CHOSEN[kind])
        assert code_of(answer) == "barred", kind


async def test_another_schools_draft_is_unknown(web: Web, world: World) -> None:
    """Reading, saving, confirming and submitting it all look as if there were none."""
    with world.saying("senco.ashdown") as (session, saying):
        draft = recording.create_draft(session, saying, "ashdown", request())
    body = {"version": 1, "content": request().model_dump(mode="json")}
    path = f"/drafts/{draft.id}"
    for subject in (*OTHER_SCHOOL, *OFFICERS, *OUTSIDE, "business.ashdown"):
        assert code_of(await web.get(subject, path)) == "unknown", subject
        assert code_of(await web.says(subject, path, body, method="PUT")) == "unknown"
        confirmed = await web.says(subject, f"{path}/confirm", {"version": 1})
        assert code_of(confirmed) == "unknown", subject
        submitted = await web.says(subject, f"/requests/{draft.id}/submit", {"draft_version": 1})
        assert code_of(submitted) == "unknown", subject


async def test_a_school_sees_no_band_before_the_decision(web: Web, hand: ByHand) -> None:
    """Neither tier, band, amount nor a stage that tells of them is in anything a school reads."""
    request_id = hand.recommended(request())
    for subject in SCHOOL:
        seen = (await web.get(subject, f"/requests/{request_id}")).json()
        assert seen["placing"] is None
        assert seen["level"] is seen["waits_for"] is None
        events = (await web.get(subject, f"/requests/{request_id}/timeline")).text
        events += (await web.get(subject, "/events")).text
        for told in ("tier", "band", "pence", "unpriced", "no_money", "hold", "waits_for"):
            assert told not in events, (subject, told)


async def test_a_request_that_no_table_prices_looks_like_any_other_to_its_school(
    web: Web, hand: ByHand
) -> None:
    """That a person has to price it would say how great the need is (the design, section 3)."""
    request_id = hand.recommended(request(), levels=(5, 5, 5, 5))
    assert hand.world.stage(request_id) == "unpriced"
    seen = (await web.get("senco.ashdown", f"/requests/{request_id}")).json()
    assert seen["stage"] == "sign_off"
    timeline = (await web.get("senco.ashdown", f"/requests/{request_id}/timeline")).text
    assert "unpriced" not in timeline
    answer = await web.says(
        "senco.ashdown",
        f"/requests/{request_id}/answer",
        {"answer": "x", "content": request().model_dump(mode="json")},
    )
    assert code_of(answer) == "not_at_this_stage"
    assert "unpriced" not in answer.text


@pytest.mark.promise(8)
async def test_finance_reads_money_and_no_words(web: Web, hand: ByHand) -> None:
    """Nothing that a school or a panel wrote reaches those who need the figures alone."""
    request_id = hand.recommended(request())
    told = (await web.get("finance.1", f"/requests/{request_id}")).text
    told += (await web.get("finance.1", "/requests")).text
    told += (await web.get("finance.1", "/events")).text
    assert PLANTED not in told
