"""Scenes of calibration: two made-up cases with levels set beforehand, voted on by every panel."""

from collections.abc import Callable

from deploy.demo.asks import Content, levels
from deploy.demo.county import person_id
from deploy.demo.finance import at
from deploy.demo.panel import REASON
from deploy.demo.printing import count, words
from deploy.demo.theatre import Play
from deploy.demo.voice import Json

_SETTERS = ("officer.area-1", "officer.area-2", "sen-officer.1", "sen-officer.2", "officer.head")
_CASES = {
    "skylark": (levels(3, 2, 1, 0), "A pupil who follows little of what is said in a full class"),
    "wagtail": (levels(1, 2, 4, 1), "A pupil who leaves the room when a lesson changes"),
}
"""Codes that panels read: each with the levels that its made-up school states."""
_YEAR = {"from": "2026-09-01", "until": "2027-09-01"}


async def panels_are_calibrated(play: Play) -> None:
    """From the writing to the retiring: levels are set by five, and every panel votes blind."""
    await play.until(at(2026, 11, 3, 10))
    written = [await _is_written(play, code) for code in _CASES]
    await _levels_are_set(play, written)
    for cluster, how in _HOW_PANELS_VOTE.items():  # one scene waits for one instant at a time
        await play.panel(cluster).calibrates(how)
    await play.until(at(2026, 12, 9, 14))
    for case_id in written:
        seen = await play.voice("policy.1").reads(f"/api/calibration/cases/{case_id}")
        came = f"{seen['state']}: {count(len(seen['voted_by']), 'panel')} voted on it"
        play.step("policy.1", f"looks at made-up case {seen['code']}", came)
    await _agreement_is_read(play)
    await _own_levels_are_read(play, "head.vennerdale")


def _as_stated(_place: int, stated: Content) -> Content:
    return stated


def _mixed(place: int, stated: Content) -> Content:
    """Every third member sees the greatest need one level lower."""
    return _shifted(stated, -1) if place % 3 == 1 else stated


def _higher(place: int, stated: Content) -> Content:
    """Two members in three see the greatest need one level higher."""
    return stated if place % 3 == 1 else _shifted(stated, 1)


_HOW_PANELS_VOTE: dict[str, Callable[[int, Content], Content]] = {
    "alder": _mixed,
    "damson": _mixed,
    "birch": _mixed,
    "elder": _higher,
    "cedar": _as_stated,
    "fir": _as_stated,
}
"""By cluster, in the order in which they meet."""


def _shifted(stated: Content, by: int) -> Content:
    greatest = max(stated, key=lambda area: (stated[area], area))
    return {**stated, greatest: stated[greatest] + by}


async def _is_written(play: Play, code: str) -> str:
    """Policy writes a made-up case from an old one, with no child in it, and names five people."""
    stated, about = _CASES[code]
    paper = {
        "about": about,
        "views": "The family would be glad of somebody who knows what helps.",
        "tried": "Two cycles of small group work; what was learned stays for a week.",
        "evidence": ["Assessment by a specialist teacher"],
        "outcomes": ["Stays in a lesson to its end, four days in five."],
        "stated": {"levels": stated, "descriptors": []},
    }
    said = {"code": code, "paper": paper, "setters": [str(person_id(each)) for each in _SETTERS]}
    told = await play.voice("policy.1").says("POST", "/api/calibration/cases", said)
    play.step("policy.1", f"writes made-up case {code}", "five people set its levels, each apart")
    return str(told["id"])


async def _levels_are_set(play: Play, written: list[str]) -> None:
    """Five propose, one of them far from the others: they talk, and it is proposed again."""
    for case_id, (code, (stated, _)) in zip(written, _CASES.items(), strict=True):
        for setter in _SETTERS[:-1]:
            await _proposes(play, setter, case_id, stated)
        by = 2 if code == "skylark" else -1
        told = await _proposes(play, _SETTERS[-1], case_id, _shifted(stated, by))
        for each in told["to_talk_about"]:
            play.step(_SETTERS[-1], f"proposes levels of {code} last", each)
        if told["to_talk_about"]:
            told = await _proposes(play, _SETTERS[-1], case_id, stated)
        seen = await play.voice("policy.1").reads(f"/api/calibration/cases/{case_id}")
        came = f"{words(told['state'])}; on the agenda of {count(len(seen['listed_for']), 'panel')}"
        play.step(_SETTERS[-1], f"sets the levels of {code} with four others", came)


async def _proposes(play: Play, setter: str, case_id: str, need: Content) -> Json:
    said = {"levels": need, "reason": REASON}
    path = f"/api/calibration/cases/{case_id}/levels"
    return await play.voice(setter).says("PUT", path, said)


async def _agreement_is_read(play: Play) -> None:
    """Policy reads how far a panel's members agree, and how far panels stand apart."""
    policy = play.voice("policy.1")
    told = await policy.reads("/api/panels/agreement", **_YEAR, cluster="birch")
    for panel in told["panels"]:
        for area, found in panel["areas"].items():
            alike = f"{_share(found['exact'])} alike, {_share(found['within_one'])} within a level"
            alpha = f"alpha {_figure(found['alpha'])}{_interval(found['alpha_interval'])}"
            what = f"reads how Birch agrees on {words(area)}"
            came = f"{alike} in {count(found['cases'], 'case')}; {alpha}"
            play.step("policy.1", what, came)
    held = await policy.reads("/api/panels/consistency", **_YEAR)
    for panel in held["panels"]:
        found = panel["differences"]["over_all"]
        mean = f"{found['mean_levels']:+.2f} levels from those set beforehand"
        came = f"{mean} in {count(found['cases'], 'case')}: {words(found['standing'])}"
        play.step("policy.1", f"reads where the {panel['name']} stands", came)


async def _own_levels_are_read(play: Play, member: str) -> None:
    """A member reads the own levels beside the panel's: nobody else does."""
    told = await play.voice(member).reads("/api/me/levels")
    found = told["over_all"]
    came = f"{found['same']} of {found['levels']} alike, {found['within_one']} within a level"
    play.step(member, "reads the own levels beside the panel's", came, role="panel_member")


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.0%}"


def _figure(figure: float | None) -> str:
    return "-" if figure is None else f"{figure:.2f}"


def _interval(found: Json | None) -> str:
    if found is None:
        return ", with too few cases for an interval"
    return f" (from {found['low']:.2f} to {found['high']:.2f})"


SCENES = (panels_are_calibrated,)
