"""The demo's change of policy: its drafts are as faulty and as whole as the play says."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from activities.store.reading import AskingShares
from deploy.demo import tariffs
from deploy.demo.asked import NotAsPlayed
from deploy.demo.conductor import Conductor
from deploy.demo.county import HERE, places
from deploy.demo.drafts import Draft, is_refused
from deploy.demo.finance import SHARED_PENCE, counted_clusters
from deploy.demo.models import downloads, model_of, says_groups, says_total, says_touched
from deploy.demo.scenes.policy import FORMULAS, next_years_tariff
from deploy.demo.theatre import Play
from deploy.demo.voice import Refused
from domain.checking import faults_of
from domain.policy.changed import changed_values
from domain.policy.load import PolicyFault, load_version, policies_of

PACK = HERE.parent.parent / "domain" / "policy" / "packs" / "demo"
SECOND = "tariff/2026-10-06.toml"
FAULT = {
    "file": "tariff/2027-04-01.toml",
    "line": 92,
    "where": "step band_by_points",
    "says": "overlap from 27 to 27",
    "would_help": "End one step before the next begins.",
}
TOTAL = {
    "key": "all",
    "now_pence": 100_000_00,
    "then_pence": 103_000_00,
    "difference_pence": 3_000_00,
    "gain": 12,
    "lose": 1,
    "stay": 4,
    "to_a_person_then": 3,
    "newly_to_a_person": 2,
    "no_longer_to_a_person": 0,
    "budget_pence": None,
}
TOUCHED = [
    {"says": "e2: £5,124.00 to £5,304.00", "cases_now": 2, "cases_then": 3},
    {"says": "e4: £12,918.00 to £13,371.00", "cases_now": 0, "cases_then": 0},
    {"says": "a sentence", "cases_now": None, "cases_then": None},
]
COMPARED = {
    "candidate": {"name": "third"},
    "total": TOTAL,
    "by": {"cluster": [{**TOTAL, "key": "birch", "difference_pence": -2_00}]},
    "touched": TOUCHED,
}


def faults_beside_the_pack(draft: dict[str, str]) -> list[PolicyFault]:
    """Check a draft beside what the demo has published."""
    files = (path for path in PACK.rglob("*.toml") if path.parent.name != "cases")
    published = {f"published/{path.relative_to(PACK)}": path.read_text() for path in files}
    return faults_of({**published, **draft})


def played(answer: Callable[[httpx.Request], httpx.Response]) -> Play:
    """Let people of policy speak to an API that answers as given."""

    async def stands_still(instant: datetime) -> datetime:
        return instant

    web = httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://api")
    conductor = Conductor(datetime(2027, 2, 16, 9, tzinfo=UTC), stands_still)
    return Play(web, lambda subject: subject, conductor, Path("nowhere"))


def answering(**seen: Any) -> Play:
    """An API in which every act is done, and a draft is as given."""
    draft = {
        "stage": "for_approval",
        "revision": 1,
        "sha256": "0" * 64,
        "found": [],
        "revisions": [{"faults": 0}],
        "impact": {},
        "differs": [],
        "approvals_needed": 2,
        "versions": ["tariff from 2027-04-01"],
        **seen,
    }
    done = {"act_id": "a", "stage": None}
    return played(lambda said: httpx.Response(200, json=draft if said.method == "GET" else done))


def test_the_first_draft_has_slips_of_every_sort_in_both_files() -> None:
    """No authority, an overlap, a phase without an amount, less for more need; a word misspelt."""
    found = faults_beside_the_pack(tariffs.with_slips())
    assert all(fault.line for fault in found)
    tariff = [fault.says for fault in found if fault.file.startswith("tariff/")]
    assert tariff == [
        "names no authority: what is written there says nothing",
        "overlap from 27 to 27",
        "band e4 has no amount for phase all_through",
        "pays less than row 1 for more need (band)",
    ]
    golden = [fault.where for fault in found if fault.file.startswith("cases/")]
    assert golden == [
        "case 3, facts.provision.0.hours_a_week",
        "case 3, facts.provision.0.hours_week",
    ]


def test_only_the_golden_cases_tell_swapped_digits() -> None:
    """The second draft is sound to look at, and its amount is not the one that was decided."""
    draft = tariffs.with_swapped_digits()
    (fault,) = faults_beside_the_pack(draft)
    assert "expected £5,304.00, came £5,340.00" in fault.says
    assert faults_beside_the_pack(policies_of(draft)) == []


@pytest.mark.parametrize("draft", [tariffs.third_edition(), tariffs.careful_edition()])
def test_what_is_approved_or_tried_has_no_fault_and_governs_from_april(
    draft: dict[str, str],
) -> None:
    """Both tariffs for the next year are whole beside what is published, and change amounts."""
    assert faults_beside_the_pack(draft) == []
    ((name, text),) = policies_of(draft).items()
    version = load_version(name, text)
    assert version.in_force_from == tariffs.IN_FORCE_FROM
    second = load_version(SECOND, (PACK / SECOND).read_text(encoding="utf-8"))
    assert version.authority != second.authority
    changed = changed_values(second.document, version.document)
    assert any(not each.in_words_only for each in changed)


def test_the_formulas_that_are_tried_count_what_the_county_counts() -> None:
    """The formulas beside the published one are formulas, and every cluster is counted."""
    tried = [{"name": "as_published", "on": "2027-02-16"}, *FORMULAS]
    asked = {"total_pence": SHARED_PENCE, "clusters": counted_clusters(), "formulas": tried}
    found = AskingShares.model_validate_json(json.dumps(asked))
    assert [each.cluster for each in found.clusters] == [
        each["code"] for each in places()["clusters"]
    ]


async def test_each_fault_of_a_draft_is_told_by_file_and_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Every fault of the draft is a line of the play, with what would mend it."""
    play = answering(stage="faulty", found=[FAULT], revisions=[{"faults": 1}])
    draft = await Draft.written(play, "policy.1", {}, "in haste")
    await draft.is_faulty("drafts a tariff")
    told = capsys.readouterr().out
    assert "1 fault; it is kept, and nobody can approve it" in told
    assert "reads a fault in tariff/2027-04-01.toml, line 92" in told
    assert "overlap from 27 to 27. End one step before the next begins." in told


async def test_played_again_it_is_said_how_many_faults_there_were(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A draft that was mended since shows none of its faults any more, and that it had some."""
    play = answering(stage="published", revision=2, revisions=[{"faults": 1}, {"faults": 0}])
    draft = await Draft.written(play, "policy.1", {}, "in haste")
    await draft.is_faulty("drafts a tariff")
    assert "1 fault" in capsys.readouterr().out
    await draft.revised({}, "mended")
    await draft.is_sound("mends it")


async def test_a_draft_that_is_not_as_the_play_says_ends_its_scene() -> None:
    """No fault where there ought to be some, a fault where there ought to be none."""
    sound = await Draft.written(answering(), "policy.1", {}, "whole")
    with pytest.raises(NotAsPlayed, match="has no fault"):
        await sound.is_faulty("drafts a tariff")
    play = answering(stage="faulty", found=[FAULT], revisions=[{"faults": 1}])
    faulty = await Draft.written(play, "policy.1", {}, "in haste")
    with pytest.raises(NotAsPlayed, match="overlap"):
        await faulty.is_sound("drafts a tariff")


async def test_the_second_approval_publishes(capsys: pytest.CaptureFixture[str]) -> None:
    """One approval waits for another; after two the draft has to be published."""
    draft = await Draft.written(answering(stage="published"), "policy.1", {}, "whole")
    await draft.is_approved_by("policy.2", "As decided.")
    assert "another has to approve it too" in capsys.readouterr().out
    await draft.is_approved_by("leader.1", "As decided.")
    assert "published: tariff from 2027-04-01" in capsys.readouterr().out
    stuck = await Draft.written(answering(), "policy.1", {}, "whole")
    await stuck.is_approved_by("policy.2", "As decided.")
    with pytest.raises(NotAsPlayed, match="two have approved it"):
        await stuck.is_approved_by("leader.1", "As decided.")


async def test_what_policy_refuses_is_told_in_its_own_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A refusal shows what is in the way; one of another code, or none, is a fault of the play."""
    told = {"code": "barred", "in_the_way": "you wrote in it", "would_help": "Ask two others."}
    play = played(lambda _: httpx.Response(403, content=json.dumps(told), headers=PROBLEM))
    await is_refused(play, "policy.1", "/x", {}, what="tries to approve", code="barred")
    assert "refused: you wrote in it. Ask two others." in capsys.readouterr().out
    with pytest.raises(Refused):
        await is_refused(play, "policy.1", "/x", {}, what="tries to withdraw", code="not_valid")
    with pytest.raises(NotAsPlayed):
        await is_refused(answering(), "policy.1", "/x", {}, what="tries", code="barred")


PROBLEM = {"content-type": "application/problem+json"}


def test_a_comparison_is_told_in_sums(capsys: pytest.CaptureFixture[str]) -> None:
    """Cost now and then, who gains and loses, which changed value bites, and which bites nobody."""
    play = answering()
    says_total(play, "policy.1", {**COMPARED, "total": {**TOTAL, "budget_pence": 110_000_00}})
    says_groups(play, "policy.1", COMPARED, "cluster")
    says_touched(play, "policy.1", COMPARED)
    told = capsys.readouterr().out
    assert "£100,000 a year now, £103,000 then, £3,000 more; 12 gain, 1 lose, 4 stay" in told
    assert "£103,000 then, beside this year's budget of £110,000" in told
    assert "3 of the cases, 2 of them newly; 0 no longer" in told
    assert "by cluster: Birch" in told
    assert "£2 less" in told
    assert "bite 3 cases" in told
    assert "1 changed value that no case reads" in told
    assert "a sentence" not in told


async def test_a_model_that_came_to_nothing_is_a_fault_of_the_play() -> None:
    """A model without a comparison ends its scene."""
    play = answering(comparison=None, outcome="refused")
    with pytest.raises(NotAsPlayed, match="refused"):
        await model_of(play, "policy.1", {})


async def test_a_downloaded_file_is_what_the_model_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each file is kept as it came, and one of another hash is a fault of the play."""
    content = b"PK, and a picture"
    play = played(lambda _: httpx.Response(200, content=content))
    file = {"name": "comparison.xlsx", "sha256": hashlib.sha256(content).hexdigest()}
    model = {"id": "m", "files": [file]}
    for _ in range(2):
        await downloads(play, "finance.1", model, tmp_path / "model")
    assert (tmp_path / "model" / "comparison.xlsx").read_bytes() == content
    assert "comparison.xlsx" in capsys.readouterr().out
    other = {"id": "m", "files": [{**file, "sha256": "0" * 64}]}
    with pytest.raises(NotAsPlayed):
        await downloads(play, "finance.1", other, tmp_path / "model")


async def test_the_scene_ends_where_a_draft_is_not_faulty() -> None:
    """The scene is no list of sentences: with an API that finds no fault it does not go on."""
    with pytest.raises(NotAsPlayed):
        await next_years_tariff(answering())
