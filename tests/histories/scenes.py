"""The ways through the workflows whose histories are kept: each says whose history it leaves."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from domain.moderation import Recommendation
from domain.places import Level
from domain.reconsideration import Answer
from domain.request import RequestContent, RequestKind
from domain.stages import ActKind
from tests.activities.behind import slip_in
from tests.activities.challenged import CEDAR, challenges
from tests.activities.payment_world import PaymentWorld
from tests.activities.publishing_world import FAULTY, NOTE, PolicyWorld, second_tariff
from tests.activities.small_county import asked, line, policy_files, profile, request
from tests.histories.plan_scenes import plan_returned, plan_signed, plan_timed, plan_withdrawn
from tests.workflows.office import Office, until

LOW = profile(1, 1, 0, 0)
HIGHEST = profile(5, 5, 5, 5)
LAST_DUE = date(2026, 10, 2)


async def authorised(office: Office) -> str:
    """Submitted, listed, voted on, placed and signed."""
    request_id = await office.recommended(request())
    await office.settled(office.world.authorises("officer.1", request_id))
    return f"request/{request_id}"


async def returned_and_withdrawn(office: Office) -> str:
    """Returned with its faults, mended, and then taken back by the school."""
    bare = RequestContent(kind=RequestKind.INDIVIDUAL, pupils=(asked("ashdown", 2),))
    request_id = office.world.submits(bare)
    await office.goes_on()
    version = office.world.mends(request_id, request(number=2))
    office.world.submits_again(request_id, version)
    await office.goes_on()
    await office.settled(office.world.does("senco.ashdown", ActKind.WITHDRAW, request_id))
    return f"request/{request_id}"


async def moderated_by_an_officer(office: Office) -> str:
    """Urgent: an officer sends it back, then states the need; another says no."""
    urgent = request(number=3, urgent_because="x")
    request_id = office.world.submits(urgent)
    await office.goes_on()
    await office.settled(office.world.does("officer.1", ActKind.RETURN_TO_SCHOOL, request_id))
    office.world.submits_again(request_id, office.world.mends(request_id, urgent))
    await office.goes_on()
    said: dict[str, Any] = {"profile": LOW, "recommendation": Recommendation.NONE}
    await office.settled(office.world.does("officer.1", ActKind.MODERATE, request_id, **said))
    await office.settled(office.world.does("manager.1", ActKind.DECLINE, request_id))
    return f"request/{request_id}"


async def priced_by_a_person(office: Office) -> str:
    """No table prices it: a manager does, it goes up, and another amount is signed."""
    request_id = await office.recommended(
        request(number=4, profile=HIGHEST), tuple(HIGHEST.levels.values())
    )
    world = office.world
    await office.settled(world.does("manager.1", ActKind.PRICE, request_id, annual_pence=2_000_000))
    await office.settled(world.does("manager.2", ActKind.ESCALATE, request_id, level=Level.AREA))
    await office.settled(world.does("manager.2", ActKind.REFER_UP, request_id))
    differently = {"annual_pence": 1_900_000}
    act = world.does("head-of-sen", ActKind.AUTHORISE_DIFFERENTLY, request_id, **differently)
    await office.settled(act)
    return f"request/{request_id}"


async def refused_and_heard_again(office: Office) -> str:
    """More is asked, answered and heard; a barred officer and a wrong stage are refused."""
    content = request(number=1)
    more = Recommendation.MORE_INFORMATION
    request_id = await office.recommended(content, recommendation=more)
    world = office.world
    answer = {"answer": "x", "content": content}
    await office.settled(world.does("senco.ashdown", ActKind.ANSWER, request_id, **answer))
    world.calls_meeting("alder", world.clock.now() + timedelta(days=70))
    await office.goes_on()
    world.opens(world.item_of(request_id))
    await office.goes_on()
    ballot_id = world.ballot_of(request_id)
    world.panel_votes(ballot_id)
    world.closes(ballot_id)
    await office.goes_on()
    await office.settled(slip_in(world, "officer.2", ActKind.AUTHORISE, request_id))
    await office.settled(slip_in(world, "manager.1", ActKind.PRICE, request_id, annual_pence=1))
    await office.settled(slip_in(world, "officer.1", ActKind.AUTHORISE_OVERSPEND, request_id))
    await office.settled(world.does("officer.1", ActKind.RETURN_TO_PANEL, request_id))
    return f"request/{request_id}"


async def advised_and_signed(office: Office) -> str:
    """The chair writes down what the panel advises, and an officer signs."""
    request_id = await office.recommended(request(number=3))
    world = office.world
    advised = {"advice": "x", "conditions": ("y",)}
    await office.settled(world.does("head.crane", ActKind.ADVISE_REQUEST, request_id, **advised))
    await office.settled(world.authorises("officer.1", request_id))
    return f"request/{request_id}"


async def listed_by_an_officer(office: Office) -> str:
    """A pupil with a plan: a SEN officer lists it, and it waits for its panel still."""
    request_id = office.world.submits(request(number=5))
    await office.goes_on()
    await office.settled(office.world.does("sen.1", ActKind.SEND_TO_PANEL, request_id))
    return f"request/{request_id}"


async def meeting_closed(office: Office) -> str:
    """A meeting that opened and closed ballots, put an item off and was closed."""
    world = office.world
    request_id = await office.listed(request(school="gorse"), "gorse")
    meeting_id, _ = world.meeting_of(world.item_of(request_id))
    other = await office.listed(request(school="heath"), "heath")
    item_id = world.item_of(other)
    await office.settled(world.does("head.gorse", ActKind.DEFER, meeting_id, item_id=item_id))
    world.opens(world.item_of(request_id))
    await office.goes_on()
    ballot_id = world.ballot_of(request_id)
    world.panel_votes(ballot_id, members=("head.heath", "head.iris", "senco.kelp"))
    await office.settled(world.closes(ballot_id))
    await office.settled(world.closes_meeting(meeting_id))
    return f"meeting/{meeting_id}"


async def meeting_opened(office: Office) -> str:
    """A meeting that was opened in its room on its day, and closed."""
    world = office.world
    starts_at = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
    meeting_id = world.calls_meeting("cedar", starts_at)
    await office.goes_on()
    await office.listed(request(school="iris"), "iris")
    await office.time_passes(starts_at)
    await office.settled(world.does("administrator.cedar", ActKind.OPEN_MEETING, meeting_id))
    await office.settled(world.closes_meeting(meeting_id))
    return f"meeting/{meeting_id}"


async def meeting_called_off(office: Office) -> str:
    """A meeting that is not held: what it would have heard goes to the next one."""
    world = office.world
    starts_at = datetime(2026, 12, 3, 9, 30, tzinfo=UTC)
    meeting_id = world.calls_meeting("cedar", starts_at)
    await office.goes_on()
    off = world.does("head.gorse", ActKind.CALL_OFF_MEETING, meeting_id)
    await office.settled(off)
    return f"meeting/{meeting_id}"


async def meeting_timed(office: Office) -> str:
    """A meeting whose ballot closes at its stored instant."""
    request_id, ballot_id = await office.in_ballot(request(school="brook"), "brook")
    meeting_id, _ = office.world.meeting_of(office.world.item_of(request_id))
    office.world.panel_votes(ballot_id)
    await office.time_passes(office.world.clock.now() + timedelta(hours=49))
    return f"meeting/{meeting_id}"


async def key_decision_and_overdue(office: Office) -> str:
    """A key decision waits for its day, and the day for the decision passes meanwhile."""
    content = request(
        RequestKind.PROJECT, provision=(line(),), electoral_divisions=("east", "west")
    )
    request_id = await office.recommended(content, ())
    said = {"number": "26/00077", "effective_on": date(2026, 11, 20)}
    await office.settled(
        office.world.does("director", ActKind.RECORD_KEY_DECISION, request_id, **said)
    )
    await office.time_passes(datetime(2026, 11, 21, tzinfo=UTC))
    await office.settled(office.world.authorises("director", request_id))
    return f"request/{request_id}"


async def paid_and_closed(office: Office) -> str:
    """A run is refused to its preparer, approved by another, answered in part and settled."""
    paying = PaymentWorld(office.world)
    world = office.world
    for school in ("ashdown", "fern"):
        paying.award(school, [(LAST_DUE, 100_00)])
    run_id = paying.asks(until=LAST_DUE).id
    await office.goes_on()
    approved = {"lines": 2, "total_pence": 200_00}
    await office.settled(slip_in(world, "finance.1", ActKind.APPROVE_RUN, run_id, **approved))
    await office.settled(world.does("finance.2", ActKind.APPROVE_RUN, run_id, **approved))
    await until(lambda: world.one(_SENT, id=run_id) == "sent", "it is sent")
    first, last = sorted(paying.remittances(run_id).values(), key=lambda row: row.reference)
    file_id = paying.hands_in([(first.reference, "100.00", "rejected")])
    await office.settled(world.does("finance.1", ActKind.READ_ANSWER, run_id, file_id=file_id))
    settled = {"line_id": last.id, "settled_as": "paid"}
    await office.settled(world.does("finance.1", ActKind.SETTLE_DIFFERENCE, run_id, **settled))
    return f"payment_run/{run_id}"


async def abandoned(office: Office) -> str:
    """A run that nobody approved is given up."""
    paying = PaymentWorld(office.world)
    paying.award("elm", [(LAST_DUE, 100_00)])
    run_id = paying.asks(until=LAST_DUE).id
    await office.goes_on()
    await office.settled(office.world.does("finance.1", ActKind.ABANDON_RUN, run_id))
    return f"payment_run/{run_id}"


async def money_moved(office: Office) -> str:
    """One act of finance, from being recorded to its outcome."""
    PaymentWorld(office.world)
    said = {
        "from_pot": "cluster:cedar",
        "to_pot": "contingency:cluster:cedar",
        "financial_year": 2026,
        "pence": 100,
        "authority": "26/00042",
    }
    act = office.world.does("finance.1", ActKind.VIRE, uuid4(), **said)
    assert await office.settled(act) == ("done", None)
    return f"finance/{act.id}"


async def policy_published(office: Office) -> str:
    """A faulty draft is mended, refused to its writer, approved by two and published."""
    policy, world = PolicyWorld(office.world), office.world
    act = world.does("policy.1", ActKind.DRAFT_POLICY, uuid4(), files=FAULTY, note=NOTE)
    await office.settled(act)
    await _until_stage(office, act.id, "faulty")
    said = {"files": _letters(), "note": NOTE}
    await office.settled(world.does("policy.1", ActKind.REVISE_POLICY, act.id, **said))
    await _until_stage(office, act.id, "for_approval")
    seen = {"sha256": policy.sees(act.id).sha256}
    await office.settled(slip_in(world, "policy.1", ActKind.APPROVE_POLICY, act.id, **seen))
    for who in ("policy.2", "leader.1"):
        await office.settled(world.does(who, ActKind.APPROVE_POLICY, act.id, **seen))
    return f"publication/{act.id}"


async def policy_given_up(office: Office) -> str:
    """A draft that waits for approval is given up."""
    PolicyWorld(office.world)
    said = {"files": second_tariff(date(2027, 4, 1)), "note": NOTE}
    act = office.world.does("policy.1", ActKind.DRAFT_POLICY, uuid4(), **said)
    await office.settled(act)
    await _until_stage(office, act.id, "for_approval")
    await office.settled(office.world.does("policy.1", ActKind.GIVE_UP_POLICY, act.id))
    return f"publication/{act.id}"


async def policy_withdrawn(office: Office) -> str:
    """A version that nothing was decided by is withdrawn."""
    PolicyWorld(office.world)
    coming = "SELECT id FROM policy_version WHERE publication_id IS NOT NULL"
    said = {"version_id": office.world.one(coming)}
    act = office.world.does("policy.1", ActKind.WITHDRAW_POLICY, uuid4(), **said)
    await office.settled(act)
    return f"withdrawal/{act.id}"


async def policies_modelled(office: Office) -> str:
    """A question about a county that is made up, from being recorded to its result."""
    PolicyWorld(office.world)
    candidate = {"name": "next", "files": second_tariff(date(2027, 4, 1))}
    cases = {"kind": "generated", "seed": 1, "cases": 50}
    said = {"candidates": (candidate,), "cases": cases}
    act = office.world.does("policy.1", ActKind.MODEL_POLICIES, uuid4(), **said)
    await office.settled(act)
    return f"modelling/{act.id}"


async def challenged_and_replaced(office: Office) -> str:
    """A no is challenged, another panel looks again, and a second decision takes its place."""
    look_id = await _looked_at_again(office, ActKind.DECLINE, 11)
    world = office.world
    await office.settled(
        world.does("head-of-sen", ActKind.RECONSIDER, look_id, answer=Answer.REPLACED)
    )
    return f"reconsideration/{look_id}"


async def challenged_and_sent_back(office: Office) -> str:
    """Too early an answer is refused; later the request is sent back, and goes on by itself."""
    look_id = await _looked_at_again(office, ActKind.AUTHORISE, 18)
    said = {"answer": Answer.SENT_BACK, "sent_back_to": "school"}
    await office.settled(office.world.does("head-of-sen", ActKind.RECONSIDER, look_id, **said))
    return f"reconsideration/{look_id}"


async def challenged_and_withdrawn(office: Office) -> str:
    """A school takes its challenge back before anybody has looked."""
    world = office.world
    request_id = await office.recommended(request())
    await office.settled(world.does("officer.1", ActKind.DECLINE, request_id))
    act = challenges(world, request_id)
    await office.settled(act)
    await office.settled(world.does("senco.ashdown", ActKind.WITHDRAW_CHALLENGE, act.id))
    return f"reconsideration/{act.id}"


async def challenged_and_noted(office: Office) -> str:
    """The answer waits for a key decision that is noted, and the challenge is taken back."""
    look_id = await _looked_at_again(office, ActKind.DECLINE, 11)
    world = office.world
    said = {"number": "26/00077", "effective_on": world.clock.now().date() + timedelta(days=30)}
    await office.settled(world.does("officer.2", ActKind.NOTE_KEY_DECISION, look_id, **said))
    await office.settled(world.does("senco.ashdown", ActKind.WITHDRAW_CHALLENGE, look_id))
    return f"reconsideration/{look_id}"


async def _looked_at_again(office: Office, decision: ActKind, days: int) -> UUID:
    """A decision is challenged, and the second panel has voted on it."""
    world = office.world
    request_id = await office.recommended(request())
    await office.settled(world.does("officer.1", decision, request_id))
    act = challenges(world, request_id)
    await office.settled(act)
    said = {"answer": "stands", "sent_back_to": "panel"}
    await office.settled(slip_in(world, "director", ActKind.RECONSIDER, act.id, **said))
    await office.settled(world.does("manager.2", ActKind.TAKE_CHALLENGE, act.id))
    at = world.clock.now() + timedelta(days=days, hours=2)
    world.calls_meeting("cedar", at)
    await office.goes_on()
    await office.settled(world.opens(world.one(_LOOK, id=act.id)))
    ballot_id = world.ballot_of(request_id)
    world.panel_votes(ballot_id, members=CEDAR)
    await office.settled(world.closes(ballot_id))
    return act.id


_LOOK = "SELECT item_id FROM reconsideration_item WHERE reconsideration_id = :id"


def _letters() -> dict[str, str]:
    """Letters from a day still to come."""
    text = policy_files()["letters/2026-09-01.toml"].replace("2026-09-01", "2027-06-01")
    return {"letters/2027-06-01.toml": text}


async def _until_stage(office: Office, publication_id: UUID, stage: str) -> None:
    sql = "SELECT stage FROM publication WHERE id = :id"
    await until(lambda: office.world.one(sql, id=publication_id) == stage, f"it is {stage}", 60)


_SENT = "SELECT stage FROM payment_run WHERE id = :id"

SCENES: dict[str, Callable[[Office], Awaitable[str]]] = {
    scene.__name__: scene
    for scene in (
        authorised,
        returned_and_withdrawn,
        moderated_by_an_officer,
        priced_by_a_person,
        refused_and_heard_again,
        listed_by_an_officer,
        advised_and_signed,
        meeting_closed,
        paid_and_closed,
        abandoned,
        money_moved,
        policy_published,
        policy_given_up,
        policy_withdrawn,
        policies_modelled,
        challenged_and_replaced,
        challenged_and_sent_back,
        challenged_and_withdrawn,
        challenged_and_noted,
        plan_signed,
        plan_returned,
        plan_withdrawn,
        meeting_timed,
        key_decision_and_overdue,
        meeting_opened,
        meeting_called_off,
        plan_timed,
    )
}
"""In this order: what moves time on comes last."""
