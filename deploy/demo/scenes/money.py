"""Scenes of money: a place in the plan, a cluster's budget, the tariff, and empty pots."""

from datetime import datetime

from deploy.demo.asked import Asked, because
from deploy.demo.asks import Content, levels, line, pupil_asked, support
from deploy.demo.county import without_plan
from deploy.demo.printing import LONDON
from deploy.demo.theatre import Play

SECOND_EDITION_AT = datetime(2026, 10, 6, 9, 0, tzinfo=LONDON)
"""The morning on which the tariff's second edition governs what is submitted."""
EXCEPTIONAL_NEED = levels(4, 3, 2, 1)


def _one(school: str, about: str, need: dict[str, int], hours: str) -> Content:
    pupil = pupil_asked(without_plan(school)[0])
    return support(about, [pupil], need, [line("A known adult beside the pupil", hours)])


async def place_in_the_plan(play: Play) -> None:
    """A predictable need meets a place in what the cluster funds together, before any money."""
    content = _one("wrenscoombe", "Words to tell a story with", levels(3, 1, 0, 0), "14")
    asked = await play.asks("wrenscoombe", content)
    await play.panel("alder").hears(asked)
    await asked.reaches("sign_off")
    await asked.signed_by("officer.locality-1")


async def cluster_budget(play: Play) -> None:
    """A predictable need with no service in the plan is paid from the cluster's budget."""
    content = _one("thistlemarch", "Reading with somebody", levels(1, 3, 0, 0), "15")
    asked = await play.asks("thistlemarch", content)
    await play.panel("birch").hears(asked)
    await asked.reaches("sign_off")
    await asked.signed_by("officer.locality-1")


async def exceptional_by_tariff(play: Play) -> None:
    """An exceptional need is priced by the table of the day on which it was submitted."""
    content = _one("cawthrush", "A whole day at school", EXCEPTIONAL_NEED, "25")
    asked = await play.asks("cawthrush", content)
    await play.panel("birch").hears(asked)
    await asked.reaches("sign_off")
    await asked.signed_by("officer.locality-2")
    play.to_explain = asked


async def second_edition(play: Play) -> None:
    """The same need, submitted a day later, is priced by the tariff published for that day."""
    await play.until(SECOND_EDITION_AT)
    content = _one("vennerdale", "A whole day at school", EXCEPTIONAL_NEED, "25")
    asked = await play.asks("vennerdale", content)
    await play.panel("birch").hears(asked)
    await asked.reaches("sign_off")
    await asked.signed_by("officer.locality-2")


async def unpriced(play: Play) -> None:
    """Above the table nothing is extrapolated: a named officer prices it, with the reason."""
    content = _one("dunnoxley", "Care and learning, all day", levels(5, 5, 5, 3), "32.5")
    asked = await play.asks("dunnoxley", content)
    await play.panel("birch").hears(asked)
    await asked.reaches("unpriced")
    reason = "Two adults all day and a nurse's hours, by the costed map and the health quote."
    price = {"annual_pence": 21_450_00, "reason": reason}
    await asked.act(
        "officer.area-1", "price", price, "sign_off", what="prices it at £21,450 a year"
    )
    await asked.signed_by("officer.area-2")


async def escalated_on_grounds(play: Play) -> None:
    """The chair takes a need that the cluster never met before to the area."""
    content = _one("cranesmoor", "A rare condition, new to the county", levels(2, 3, 1, 2), "16")
    asked = await play.asks("cranesmoor", content)
    panel = play.panel("damson")
    await panel.hears(asked)
    await asked.reaches("sign_off")
    choices = {
        "level": "area",
        "grounds": ["A need that no school of the cluster has met before."],
        "reason": "The area's specialists have to plan this with the schools.",
    }
    await asked.act(panel.chair, "escalate", choices, "sign_off", what="escalates it to the area")
    await asked.signed_by("officer.area-2")


async def climbs_to_contingency(play: Play) -> None:
    """The cluster's budget is empty: money is found higher up, and nobody is refused for it."""
    content = _one("millersedge", "A start to every morning", levels(2, 2, 3, 0), "11")
    asked = await play.asks("millersedge", content)
    await play.panel("fir").hears(asked)
    await asked.reaches("sign_off")
    await asked.signed_by("officer.area-1")


async def overspend(play: Play) -> None:
    """Every pot is empty: it goes to a person, who says yes from a recorded overspend."""
    pupils = [pupil_asked(pupil) for pupil in without_plan("lapwingham")]
    need = levels(2, 3, 1, 0)
    content = support("Three newcomers", pupils, need, [line("A base of their own", "27.5")])
    asked = await play.asks("lapwingham", content)
    await play.panel("fir").hears(asked)
    await asked.reaches("no_money")
    await _signs_overspend(asked)


async def _signs_overspend(asked: Asked) -> None:
    choices = {
        **because("Waiting for the next budget would leave three children without support."),
        "authority": "decision 26/00002:4",
    }
    what = "tries to sign an overspend"
    await asked.is_refused(
        "officer.area-1", "authorise_overspend", choices, "authority_too_low", what=what
    )
    await asked.act(
        "officer.head", "authorise_overspend", choices, "decided", what="signs from the overspend"
    )


SCENES = (
    place_in_the_plan,
    cluster_budget,
    exceptional_by_tariff,
    second_edition,
    unpriced,
    escalated_on_grounds,
    climbs_to_contingency,
    overspend,
)
