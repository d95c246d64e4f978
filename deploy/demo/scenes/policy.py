"""Scenes of a change of policy: drafted, tried, approved by two; and what policy learns."""

import asyncio

from deploy.demo import tariffs
from deploy.demo.drafts import Draft, is_refused
from deploy.demo.finance import SHARED_PENCE, YEAR, at, counted_clusters
from deploy.demo.models import (
    candidates,
    downloads,
    is_not_modelled,
    model_of,
    says_groups,
    says_model,
    says_total,
    says_touched,
)
from deploy.demo.printing import count, money, words
from deploy.demo.theatre import Play
from deploy.demo.voice import Json

_MORNING = at(2027, 2, 16)
"""Six weeks before the financial year for which the tariff is written."""
_TODAY, _TOMORROW = "2027-02-16", "2027-02-17"
_YEAR_BEGINS = "2026-09-01"
_NEXT_YEAR = tariffs.IN_FORCE_FROM.isoformat()
_COUNTY = {"kind": "generated", "seed": 2027, "cases": 20_000}
_DECIDED = {"kind": "decided", "from_on": _YEAR_BEGINS, "until_on": _TOMORROW}
FORMULAS = (
    {"name": "by_pupils", "rule": {"weights": {"pupils": 1}, "rounding": "largest_remainder"}},
    {
        "name": "by_deprivation",
        "rule": {
            "weights": {"pupils": 0.2, "deprivation": 0.8},
            "rounding": "largest_remainder",
            "floor": {"of": "change", "value": -0.05},
        },
    },
)
"""Formulas that nobody has published, to be tried beside the one that is."""
_FILES = "policy-model-2027"
_MOST_LEFT = 3


async def next_years_tariff(play: Play) -> None:
    """A dearer tariff is drafted, mended, tried, approved by two others, in force from April."""
    await play.until(_MORNING)
    note = "Less of a rise, to be tried beside it."
    other = await Draft.written(play, "policy.2", tariffs.careful_edition(), note)
    third = await _is_drafted(play)
    await other.is_sound("drafts another with less of a rise")
    await _are_tried(play, third, other)
    await third.is_not_approved_by(
        "policy.1", "I have checked every line of it.", what="tries to approve the draft as well"
    )
    why = "The county model shows that it would not carry the pay award."
    await other.is_given_up(why, what="gives the other draft up")
    await third.is_approved_by("policy.2", "It is what the Cabinet decided, line by line.")
    await third.is_approved_by("leader.1", "The year's budget carries it.")
    await _what_governs_is_asked(play)
    await _is_not_withdrawn(play)


async def what_policy_learns(play: Play) -> None:
    """Where people depart from what is published, and what came of it for whom."""
    await play.until(at(2027, 2, 17))
    await _departures(play)
    await _equality(play)


async def formulas_are_tried(play: Play) -> None:
    """Next year's total is shared by three formulas, beside each other and last year."""
    await play.until(at(2027, 2, 17, 11))
    tried = [{"name": "as_published", "on": _TODAY}, *FORMULAS]
    asked = {"total_pence": SHARED_PENCE, "clusters": counted_clusters(), "formulas": tried}
    told = await play.voice("finance.2").says("POST", "/api/policy/formula-shares", asked)
    names = [words(each["name"]) for each in told["formulas"]]
    for each in told["clusters"]:
        shares = zip(names, map(money, each["shares"]), strict=True)
        came = ", ".join(f"{share} {name}" for name, share in shares)
        what = f"shares by three formulas: {each['cluster'].title()}"
        play.step("finance.2", what, f"{came}; last year {money(each['last_year_pence'])}")
    for place, name in enumerate(names):
        shared = money(sum(each["shares"][place] for each in told["clusters"]))
        came = f"{shared}, to the penny; {told['gain'][place]} gain, {told['lose'][place]} lose"
        play.step("finance.2", f"adds up the shares {name}", came)


async def _is_drafted(play: Play) -> Draft:
    """The draft has slips, then swapped digits; mended, its impact on the year is read."""
    writer, note = "policy.1", "The third edition: the pay award, and a lower limit."
    draft = await Draft.written(play, writer, tariffs.with_slips(), note)
    await draft.is_faulty("drafts a tariff from 1 April 2027")
    await draft.revised(tariffs.with_swapped_digits(), "Mended, as the check said.")
    await draft.is_faulty("mends it, with two digits swapped")
    await draft.revised(tariffs.third_edition(), "The amount of band E2 is put right.")
    seen = await draft.is_sound("puts the digits right")
    compared = seen["impact"]["comparison"]["candidates"][0]
    says_total(play, writer, compared)
    says_groups(play, writer, compared, "cluster")
    says_touched(play, writer, compared)
    return draft


async def _are_tried(play: Play, third: Draft, other: Draft) -> None:
    """Both drafts are tried on a made-up county and on the year's cases; files are downloaded."""
    asked = {"candidates": candidates(third_edition=third, careful_one=other)}
    on_decided = {**asked, "cases": _DECIDED}
    what = "tries both on the year's cases"
    await is_not_modelled(play, "finance.1", on_decided, what=what)
    county, year = await asyncio.gather(  # two at once, and no third
        model_of(play, "policy.1", {**asked, "cases": _COUNTY}),
        model_of(play, "finance.1", {**on_decided, "accepts_untouched": True}),
    )
    says_model(play, "finance.1", year, what="tries both, and accepts what bites nobody")
    await downloads(play, "finance.1", year, play.folder.with_name(_FILES))
    says_model(play, "policy.1", county, what="tries both on a made-up county")
    says_groups(play, "policy.1", county["comparison"]["candidates"][0], "phase")


async def _what_governs_is_asked(play: Play) -> None:
    """What is published governs from its day; what governs today, and what was known, stays."""
    before = _MORNING.isoformat()
    asked = (
        ("which tariff governs today", {"on": _TODAY}),
        ("which will govern on 1 April", {"on": _NEXT_YEAR}),
        ("the same, as it was known this morning", {"on": _NEXT_YEAR, "as_known_at": before}),
    )
    for what, query in asked:
        (version,) = await _tariffs(play, **query)
        came = f"{version['source']} In force from {version['in_force_from']}"
        play.step("policy.1", f"asks {what}", came)


async def _is_not_withdrawn(play: Play) -> None:
    """What cases were decided by cannot be withdrawn, and they are named."""
    (second,) = await _tariffs(play, on=_TODAY)
    path = f"/api/policy/versions/{second['id']}/withdraw"
    choices = {"reason": "The third edition takes its place."}
    what = "tries to withdraw the second edition"
    await is_refused(play, "policy.1", path, choices, what=what, code="not_valid")


async def _tariffs(play: Play, **query: str) -> list[Json]:
    found: list[Json] = await play.voice("policy.1").reads(
        "/api/policy/versions", kind="tariff", **query
    )
    return found


async def _departures(play: Play) -> None:
    """Policy is told which published levels panels and officers leave most, and which way."""
    told = await play.voice("policy.1").reads(
        "/api/policy/departures", **{"from": _YEAR_BEGINS, "until": _TOMORROW}
    )
    total = told["total"]
    came = f"{total['departed']} left: {total['up']} upwards, {total['down']} downwards"
    what = f"reads what became of {count(total['in_play'], 'stated level')}"
    play.step("policy.1", what, came)
    for each in [each for each in told["levels"] if each["departed"]][:_MOST_LEFT]:
        what = f"reads of {words(each['area'])} {each['level']}"
        came = f"left {each['departed']} of {each['in_play']} times: {each['says']}"
        play.step("policy.1", what, came)
    for each in told["officers"]:
        if each["departures"]:
            said = f"{each['departures']} of {each['decided']} signed otherwise"
            came = f"{said}: {_beside(each['difference_pence'])}"
            play.step("policy.1", f"reads of {each['band'] or each['tier']} needs", came)


async def _equality(play: Play) -> None:
    """Outcomes by characteristic: small numbers are hidden, also where others would tell them."""
    told = await play.voice("policy.1").reads("/api/policy/equality", year=YEAR)
    for each in told["characteristics"]:
        came = "; ".join(_group(group) for group in each["groups"])
        play.step("policy.1", f"reads what was given by {words(each['characteristic'])}", came)


def _group(group: Json) -> str:
    """Say how many pupils a group has, how many were awarded money, and how much on average.

    >>> _group({"title": "Male", "pupils": 12, "awarded": None, "mean_annual_pence": None})
    'Male 12, awarded (hidden)'
    """
    mean = group["mean_annual_pence"]
    given = "" if mean is None else f" {money(mean)} on average"
    return f"{group['title']} {_shown(group['pupils'])}, awarded {_shown(group['awarded'])}{given}"


def _shown(number: int | None) -> str:
    return "(hidden)" if number is None else str(number)


def _beside(pence: int | None) -> str:
    if pence is None:
        return "another amount"
    return f"{money(abs(pence))} a year {'below' if pence < 0 else 'above'} the rules"


SCENES = (next_years_tariff, what_policy_learns, formulas_are_tried)
