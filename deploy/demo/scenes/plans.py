"""Scenes of the cluster plan: proposed, agreed by its schools, signed; a place of it is given."""

from typing import Any

from deploy.demo.asked import GROUNDS, NotAsPlayed
from deploy.demo.asks import levels, line, pupil_asked, support
from deploy.demo.county import schools_of, without_plan
from deploy.demo.finance import at
from deploy.demo.printing import money
from deploy.demo.theatre import Play

_YEAR = 2026
_HUB: dict[str, Any] = {
    "name": "Reading and number hub of the Elder Cluster",
    "kind": "service",
    "school": "amberlode",
    "schools": ["fennimarsh", "islewater"],
    "places": 6,
    "hours_a_week": "20.00",
    "annual_pence": 900_000,
    "area_of_need": "cognition_and_learning",
    "up_to_level": 4,
    "outcomes": ["Pupils read to learn, in every lesson, by the summer."],
}


async def shared_rather_than_small_sums(play: Play) -> None:
    """A cluster funds a hub together; a pupil's predictable need is met there, without a sum.

    The plan is changed once, and the change is taken back; the autumn's outcome is reported.
    """
    chair = play.panel("elder").chair
    plan = await _agreed(play, "elder", [_HUB])
    await play.voice("officer.area-1").does(f"/api/plans/{plan}/sign", GROUNDS)
    view = await play.voice(chair).reads(f"/api/plans/{plan}")
    play.step("officer.area-1", "signs the cluster plan", _stands(view))
    item = view["items"][0]["id"]
    change = {
        "plan_id": plan,
        "end": [{"item_id": item, "from_on": "2027-04-01"}],
        "reason": "The hub may move to another school at Easter.",
    }
    changed = await play.voice(chair).does("/api/plans/changes", change)
    gone = {"reason": "The hub stays where it is."}
    await play.voice(chair).does(f"/api/plans/{changed['act_id']}/withdraw", gone)
    play.step(chair, "proposes a change of the plan, and takes it back", "withdrawn")
    await _place_is_given(play)
    await play.until(at(2026, 12, 15))
    report = {
        "item_id": item,
        "term_on": "2026-12-14",
        "outcome": "partly",
        "words": "Four of six pupils read a chapter by themselves; two began late in the term.",
    }
    await play.voice(chair).does(f"/api/plans/{plan}/report-outcome", report)
    play.step(chair, "reports what the hub achieved in autumn", "partly")


async def returned_to_its_cluster(play: Play) -> None:
    """Schools agree to a plan, and an officer returns it: what was held is given back."""
    post = {
        **_HUB,
        "schools": [],
        "name": "A second hub",
        "school": _at("damson"),
        "annual_pence": 300_000,
    }
    plan = await _agreed(play, "damson", [post])
    reason = {"reason": "The county pays this post already."}
    await play.voice("officer.area-1").does(f"/api/plans/{plan}/return", reason)
    play.step("officer.area-1", "returns the plan to the Damson Cluster", "its hold is given back")


async def _agreed(play: Play, cluster: str, items: list[dict[str, Any]]) -> str:
    """An administrator proposes a plan, and heads say yes until it is agreed."""
    administrator = f"administrator.{cluster}"
    said = {"cluster": cluster, "academic_year": _YEAR, "items": items}
    told = await play.voice(administrator).does("/api/plans", said)
    plan = str(told["act_id"])
    total = money(sum(item["annual_pence"] for item in items))
    play.step(administrator, "proposes the cluster's plan", f"{total} a year")
    schools = schools_of(cluster)
    for school in schools[: len(schools) // 2 + 1]:
        yes = {"school": school.code, "agrees": True}
        await play.voice(f"head.{school.code}").does(f"/api/plans/{plan}/voice", yes)
    view = await play.voice(administrator).reads(f"/api/plans/{plan}")
    play.step(administrator, "counts the schools' voices", _stands(view))
    return plan


async def _place_is_given(play: Play) -> None:
    """A panel finds a predictable need; the plan has a place, and no money moves."""
    pupil = pupil_asked(without_plan("fennimarsh")[0])
    need = levels(2, 3, 1, 0)
    content = support("Reading, a word at a time", [pupil], need, [line("A small group", "2")])
    asked = await play.asks("fennimarsh", content)
    await play.panel("elder").hears(asked)
    await asked.reaches("sign_off")
    await asked.signed_by("officer.locality-1")
    book = await play.voice("finance.1").reads("/api/clusters/elder/plan", year=_YEAR)
    (hub,) = (each for each in book["use"]["services"] if each["service"] == _HUB["name"])
    if not hub["given"]:
        raise NotAsPlayed("the cluster's plan had a place, and none was given")
    unused = f"{hub['given']} of {hub['places']} places given, {money(hub['unused_pence'])} unused"
    play.step("finance.1", "reads what the plan is used for", unused)


def _at(cluster: str) -> str:
    return schools_of(cluster)[0].code


def _stands(view: dict[str, Any]) -> str:
    yes = sum(voice["agrees"] is True for voice in view["voices"])
    return f"{view['stage']}, {yes} of {len(view['voices'])} schools"


SCENES = (shared_rather_than_small_sums, returned_to_its_cluster)
