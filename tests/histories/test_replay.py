"""Today's code finishes yesterday's cases: recorded histories, replayed as the worker would."""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer
from temporalio.workflow import NondeterminismError

from activities import names
from activities.names import ActivityName
from domain.stages import (
    CHALLENGE_ACTS,
    FINANCE_ACTS,
    MEETING_ACTS,
    PUBLICATION_ACTS,
    RUN_ACTS,
    ActKind,
)
from tests.activities.small_county import PLANTED
from tests.histories.fingerprint import fingerprints
from tests.histories.planted import Hasty
from tests.histories.record import FINGERPRINTS, HERE, recorded
from tests.histories.scenes import SCENES
from worker import WORKFLOWS
from workflows.plugin import locality_plugin

BY_THEMSELVES = {ActKind.WITHDRAW_POLICY, ActKind.MODEL_POLICIES}
"""Acts whose one workflow is begun with them, beside those of finance."""
PATCHES = {"asked_at_once"}
_WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_COUNT = re.compile(r"\d{1,4}")
"""How many activities a workflow has asked: the engine names those within its tasks by it."""
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")

EARLIER = sorted(HERE.glob("before_*/*.json"))
"""Recorded before a patch of that name: cases that were open then go on as they began."""

ALL = [pytest.param(path, id=str(path.relative_to(HERE))) for path in recorded().values()]
ALL += [pytest.param(path, id=str(path.relative_to(HERE))) for path in EARLIER]


def history_in(path: Path) -> WorkflowHistory:
    """Read a recorded history."""
    found = json.loads(path.read_text(encoding="utf-8"))
    return WorkflowHistory.from_json(found["workflow_id"], found["history"])


def replayer(*workflows: type, checked_at_start: bool = False) -> Replayer:
    """A replayer that sees what the worker sees."""
    return Replayer(
        workflows=workflows or WORKFLOWS,
        plugins=[locality_plugin(checked_at_start=checked_at_start)],
    )


@pytest.mark.parametrize("path", ALL)
async def test_a_recorded_history_replays(path: Path) -> None:
    """The workflows as they are now make the same commands in the same order.

    In the sandbox, and outside it as a council's own worker runs them.
    """
    history = history_in(path)
    await replayer().replay_workflow(history)
    await replayer(checked_at_start=True).replay_workflow(history)


def test_every_patch_has_histories_from_before_it() -> None:
    """What was open when the order changed is replayed by the code of today."""
    folders = {path.parent.name for path in EARLIER}
    assert folders == {f"before_{patch}" for patch in PATCHES}
    assert {path.stem for path in EARLIER} <= set(SCENES)


def test_every_scene_and_every_act_has_a_history() -> None:
    """No path is left without one: a new update is recorded before it runs in earnest."""
    assert set(recorded()) == set(SCENES)
    text = "".join(path.read_text(encoding="utf-8") for path in recorded().values())
    heard = set(re.findall(r'"name":"([a-z_]+)"', text))
    starting = {
        ActKind.CALL_MEETING,
        ActKind.CALL_URGENT,
        ActKind.PREPARE_RUN,
        ActKind.DRAFT_POLICY,
        ActKind.CHALLENGE,
        ActKind.PROPOSE_PLAN,
        ActKind.CHANGE_PLAN,
    }
    assert heard >= set(ActKind) - FINANCE_ACTS - BY_THEMSELVES - starting
    assert CHALLENGE_ACTS - {ActKind.CHALLENGE} < heard
    assert MEETING_ACTS - {ActKind.CALL_MEETING} < heard
    assert RUN_ACTS - {ActKind.PREPARE_RUN} < heard
    assert PUBLICATION_ACTS - {ActKind.DRAFT_POLICY} < heard
    for workflow in WORKFLOWS:
        assert f'"workflowType":{{"name":"{workflow.__name__}"}}' in text


async def test_a_renamed_activity_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """An open case that waits for the old name would never go on."""
    renamed = ActivityName("carry_it_out", names.CARRY_OUT.asked, names.CARRY_OUT.told)
    monkeypatch.setattr(names, "CARRY_OUT", renamed)
    with pytest.raises(NondeterminismError):
        await replayer().replay_workflow(history_in(recorded()["authorised"]))


async def test_a_changed_order_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hearing the panel and carrying out an act, changed for each other."""
    hear, carry_out = names.HEAR_PANEL, names.CARRY_OUT
    monkeypatch.setattr(names, "HEAR_PANEL", ActivityName(carry_out.name, hear.asked, hear.told))
    with pytest.raises(NondeterminismError):
        await replayer().replay_workflow(history_in(recorded()["authorised"]))


async def test_a_planted_wait_is_caught() -> None:
    """A pause that no patch announces."""
    with pytest.raises(NondeterminismError):
        await replayer(Hasty).replay_workflow(history_in(recorded()["authorised"]))


def test_the_order_of_commands_is_the_committed_one() -> None:
    """Changed on purpose? Then patch the workflow, and record anew (tests/histories/record.py)."""
    assert fingerprints() == json.loads(FINGERPRINTS.read_text(encoding="utf-8"))


@pytest.mark.promise(8)
@pytest.mark.parametrize("path", ALL)
def test_a_history_carries_ids_codes_and_instants_alone(path: Path) -> None:
    """Every string of every payload is an id, a code, a count or an instant: no name, no words."""
    strings = list(_strings(json.loads(path.read_text(encoding="utf-8"))))
    assert strings
    for text in strings:
        assert any(each.fullmatch(text) for each in (_ID, _WORD, _COUNT, _INSTANT)), text


@pytest.mark.promise(8)
@pytest.mark.parametrize("path", ALL)
def test_no_planted_name_is_in_a_history(path: Path) -> None:
    """The names and words of the small county are nowhere in its bytes, in any spelling."""
    events = history_in(path).events
    assert events
    seen = b"".join(event.SerializeToString() for event in events).lower()
    for spelling in (PLANTED, PLANTED.upper(), PLANTED[::-1]):
        assert spelling.lower().encode() not in seen
        assert base64.b64encode(spelling.encode()).lower()[:-2] not in seen


def _strings(found: Any) -> Iterator[str]:
    """Every string in every payload of a history."""
    if isinstance(found, dict):
        if "metadata" in found and "data" in found:
            yield from _leaves(json.loads(base64.b64decode(found["data"])))
            return
        found = list(found.values())
    if isinstance(found, list):
        for each in found:
            yield from _strings(each)


def _leaves(found: Any) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict):
        for key, value in found.items():
            yield key
            yield from _leaves(value)
    elif isinstance(found, list):
        for each in found:
            yield from _leaves(each)
