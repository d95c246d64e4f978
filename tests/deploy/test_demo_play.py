"""The machinery of the play: clock, voices and what is printed; scenes are played by the demo."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from deploy.demo import scenes
from deploy.demo.company import who
from deploy.demo.conductor import Conductor
from deploy.demo.county import HERE, names_of_pupils, roles_held
from deploy.demo.voice import Refused, Voice
from domain.stages import ActKind

MORNING = datetime(2026, 10, 5, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class HandMovedClock:
    """A clock that is where it was last moved to, and remembers where that was."""

    def __init__(self) -> None:
        self.moves: list[datetime] = []

    async def move_to(self, instant: datetime) -> datetime:
        """Move there at once."""
        self.moves.append(instant)
        return instant


def speaking(answer: Callable[[httpx.Request], httpx.Response]) -> Voice:
    """Let a SENCO speak to an API that answers as given."""
    transport = httpx.MockTransport(answer)
    return Voice(httpx.AsyncClient(transport=transport, base_url="http://api"), "senco.x", "token")


async def test_the_clock_stands_while_a_scene_runs() -> None:
    """The clock moves on only when every scene waits for it, to the nearest instant first."""
    clock, heard = HandMovedClock(), []
    conductor = Conductor(MORNING, clock.move_to)

    async def scene(name: str, hours: int) -> None:
        await asyncio.sleep(0.01 * hours)
        assert not clock.moves
        await conductor.until(MORNING + hours * HOUR)
        heard.append((name, conductor.now))

    playing = [asyncio.create_task(conductor.plays(scene(f"{n}", n))) for n in (2, 1, 2)]
    await asyncio.sleep(0)
    await conductor.conduct()
    await asyncio.gather(*playing)
    assert clock.moves == [MORNING + HOUR, MORNING + 2 * HOUR]
    assert heard == [("1", clock.moves[0]), ("2", clock.moves[1]), ("2", clock.moves[1])]


async def test_waiting_for_what_has_passed_is_no_wait() -> None:
    """A scene played again finds its instants in the past and goes on at once."""
    clock = HandMovedClock()
    conductor = Conductor(MORNING, clock.move_to)
    await conductor.until(MORNING - HOUR)
    assert clock.moves == []


@pytest.mark.promise(4)
async def test_the_same_saying_has_the_same_key_and_another_has_another() -> None:
    """A second play says everything again under the key of the first time."""
    keys: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["Idempotency-Key"])
        return httpx.Response(200, json={})

    voice = speaking(answer)
    await voice.says("POST", "/api/drafts", {"a": 1, "b": 2})
    await voice.says("POST", "/api/drafts", {"b": 2, "a": 1})
    await voice.says("POST", "/api/drafts", {"a": 1, "b": 2}, step="again")
    await voice.says("POST", "/api/drafts", {"a": 1, "b": 3})
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3


async def test_what_could_not_be_sent_is_sent_again_under_its_key() -> None:
    """While the API is being started anew a person tries again, and says nothing twice."""
    keys: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["Idempotency-Key"])
        if len(keys) == 1:
            raise httpx.ConnectError("away")
        return httpx.Response(200, json={"done": True})

    assert await speaking(answer).says("POST", "/api/drafts", {}) == {"done": True}
    assert len(keys) == 2
    assert len(set(keys)) == 1


async def test_an_act_is_waited_for_until_its_outcome_is_known() -> None:
    """An act that is only recorded is looked at again until it is done."""
    looks = iter((None, None, "done"))

    def answer(request: httpx.Request) -> httpx.Response:
        outcome = None if request.method == "POST" else next(looks)
        act = {"id": "a", "outcome": outcome, "stage": "listed", "refusal": None}
        return httpx.Response(202 if request.method == "POST" else 200, json=act)

    assert await speaking(answer).does("/api/x", {}) == {"act_id": "a", "stage": "listed"}


async def test_a_refusal_is_told_with_its_code() -> None:
    """A problem document and a refused act both come out as the refusal's code."""

    def problem(_: httpx.Request) -> httpx.Response:
        media = {"content-type": "application/problem+json"}
        told = json.dumps({"code": "barred", "in_the_way": "an interest"})
        return httpx.Response(403, content=told, headers=media)

    def refused_later(_: httpx.Request) -> httpx.Response:
        act = {"id": "a", "outcome": "refused", "refusal": {"code": "owed_by_plan"}}
        return httpx.Response(202, json=act)

    with pytest.raises(Refused, match="barred") as told:
        await speaking(problem).does("/api/x", {})
    assert told.value.status == 403
    with pytest.raises(Refused, match="owed_by_plan"):
        await speaking(refused_later).does("/api/x", {})


def test_everybody_is_told_by_role_and_place() -> None:
    """A step names a role and a place, and the person where that does not tell them apart."""
    assert who("head.oakrill") == "head, Oakrill"
    assert who("head.oakrill", "panel_chair") == "panel chair, Alder (head.oakrill)"
    assert who("officer.head") == "head of SEN (officer.head)"
    everybody = [who(subject) for subject in roles_held()]
    assert len(set(everybody)) == len(everybody)


def test_the_play_has_every_act_in_it() -> None:
    """Every act, of money and policy too, is done in a scene, by a panel, in a run or a draft."""
    own = ("panel.py", "asked.py", "challenged.py")
    parts = (*own, "finance.py", "runs.py", "drafts.py", "models.py")
    files = [*(HERE / "scenes").glob("*.py"), *(HERE / part for part in parts)]
    written = "\n".join(path.read_text(encoding="utf-8") for path in files)
    addresses = {
        ActKind.CALL_MEETING: '"/api/meetings"',
        ActKind.OPEN_MEETING: "/open",
        ActKind.OPEN_BALLOT: "/ballot",
        ActKind.CLOSE_BALLOT: "/close",
        ActKind.CLOSE_MEETING: "/close",
        ActKind.CALL_OFF_MEETING: "/call-off",
        ActKind.SUBMIT: "/submit",
        ActKind.DEFER: "/defer",
        ActKind.PREPARE_RUN: '"/api/payment-runs"',
        ActKind.APPROVE_RUN: "/approve",
        ActKind.ABANDON_RUN: "/abandon",
        ActKind.READ_ANSWER: "/read-answer",
        ActKind.SETTLE_DIFFERENCE: "/settle-difference",
        ActKind.DRAFT_POLICY: '"/api/policy/publications"',
        ActKind.REVISE_POLICY: '"revise"',
        ActKind.APPROVE_POLICY: '"approve"',
        ActKind.GIVE_UP_POLICY: '"give-up"',
        ActKind.WITHDRAW_POLICY: "/withdraw",
        ActKind.MODEL_POLICIES: '"/api/policy/modellings"',
        ActKind.CHALLENGE: '"/api/reconsiderations"',
        ActKind.PROPOSE_PLAN: '"/api/plans"',
        ActKind.CHANGE_PLAN: '"/api/plans/changes"',
        ActKind.VOICE_ON_PLAN: "/api/plans/{plan}/voice",
        ActKind.SIGN_PLAN: "/api/plans/{plan}/sign",
        ActKind.RETURN_PLAN: "/api/plans/{plan}/return",
        ActKind.WITHDRAW_PLAN: "/api/plans/{changed['act_id']}/withdraw",
        ActKind.REPORT_OUTCOME: "/api/plans/{plan}/report-outcome",
    }
    missing = [kind for kind in ActKind if addresses.get(kind, f'"{kind}"') not in written]
    assert missing == []
    assert len({scenes.OVERTURE, *scenes.SCENES}) == 1 + len(scenes.SCENES)


@pytest.mark.promise(8)
def test_no_pupils_name_is_written_in_the_play() -> None:
    """What the demo's people write names no child."""
    families = [family for _, family in names_of_pupils()]
    for path in Path(HERE).rglob("*.py"):
        if path.name != "names.py":
            text = path.read_text(encoding="utf-8")
            assert not [name for name in families if name in text]
