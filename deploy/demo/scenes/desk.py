"""Scenes at the door: screening that returns or passes on, and the officers' desk."""

from deploy.demo.asked import GROUNDS, because
from deploy.demo.asks import Content, levels, line, pupil_asked, support
from deploy.demo.county import with_plan, without_plan
from deploy.demo.theatre import Play


def _one(school: str, about: str) -> Content:
    pupil = without_plan(school)[0]
    need = levels(1, 3, 1, 0)
    return support(about, [pupil_asked(pupil)], need, [line("Small group each day", "12.5")])


def moderating(need: dict[str, int], reason: str, recommendation: str = "as_asked") -> Content:
    """An officer states the need where no panel will."""
    return {
        "profile": {"levels": need, "descriptors": []},
        "recommendation": recommendation,
        "reason": reason,
    }


async def plan_is_owed(play: Play) -> None:
    """A pupil with a plan: a SEN officer states the need, and nobody can say no or less."""
    pupil = pupil_asked(with_plan("mossingham")[0], owed_pence=7_500_00)
    need = levels(3, 3, 1, 0)
    provision = [line("Speech programme of section F", "10")]
    content = support("What the plan sets out, from this term", [pupil], need, provision)
    asked = await play.asks("mossingham", content, "with_officer")
    reason = "Section F of the plan sets out the provision; it is owed."
    await asked.act("sen-officer.1", "moderate", moderating(need, reason), "sign_off")
    no = because("No money this year.")
    await asked.is_refused("sen-officer.2", "decline", no, "owed_by_plan", what="tries to decline")
    less = {**no, "annual_pence": 2_000_00}
    await asked.is_refused(
        "sen-officer.2", "authorise_differently", less, "owed_by_plan", what="tries to give less"
    )
    await asked.signed_by("sen-officer.2")


async def urgent_goes_to_an_officer(play: Play) -> None:
    """What cannot wait goes to an officer; the one who states the need does not sign."""
    content = {
        **_one("foxglovely", "Safe days at school, now"),
        "urgent_because": "The pupil is not safe in school from next week.",
    }
    asked = await play.asks("foxglovely", content, "with_officer")
    reason = "Seen with the specialist teacher this morning; it cannot wait for a panel."
    need = levels(1, 2, 4, 0)
    await asked.act("officer.locality-1", "moderate", moderating(need, reason), "sign_off")
    await asked.is_refused(
        "officer.locality-1",
        "authorise",
        GROUNDS,
        "barred",
        what="tries to sign what they moderated",
    )
    await asked.signed_by("officer.locality-2")


async def returned_with_every_fault(play: Play) -> None:
    """Screening returns a request once, with every fault; mended, it is listed and decided."""
    whole = _one("amberlode", "Reading for a pupil who has lost heart")
    left_out = ("family_views", "child_views", "informed_on", "cycles", "evidence", "outcomes")
    thin = {key: value for key, value in whole.items() if key not in left_out}
    asked = await play.asks("amberlode", thin, "returned")
    await play.shows_faults(asked)
    await asked.is_written(whole)
    await asked.is_submitted("listed")
    await play.panel("elder").hears(asked)
    await asked.reaches("sign_off")
    await asked.signed_by("officer.locality-1")


async def cannot_because(play: Play) -> None:
    """A "cannot, because" goes to an officer, who returns it with what would do instead."""
    whole = _one("hedgerow-cross", "A start in a new school")
    new_here = "The pupil came three weeks ago, so there are no two cycles here yet."
    content = {**whole, "cycles": [], "cannot_because": new_here}
    asked = await play.asks("hedgerow-cross", content, "with_officer")
    choices = {"reason": "The last school's two reviews count: please add them."}
    await asked.act("officer.locality-2", "return_to_school", choices, "returned")
    await asked.is_written(whole)
    await asked.is_submitted("listed")
    await play.panel("damson").hears(asked)
    await asked.reaches("sign_off")
    await asked.signed_by("officer.locality-1")


async def no_contact(play: Play) -> None:
    """The family cannot be reached: an officer looks first, then lets the panel hear it."""
    content = {**_one("hernsworth", "Calm mornings"), "no_contact": True}
    for key in ("family_views", "informed_on", "informed_how"):
        del content[key]
    asked = await play.asks("hernsworth", content, "with_officer")
    choices = {"reason": "Three letters and two visits are on record; the panel may hear it."}
    await asked.act("officer.locality-2", "send_to_panel", choices, "listed")
    await play.panel("elder").hears(asked)
    await asked.reaches("sign_off")
    await asked.signed_by("officer.locality-1")


async def disagreement(play: Play) -> None:
    """School and family disagree: an area manager hears both and states the need."""
    content = {**_one("jackdawley", "Help in lessons, or out of them"), "disagreement": True}
    asked = await play.asks("jackdawley", content, "with_officer")
    heard = "Heard both: help inside the lesson, as the family asks, meets the same need."
    need = levels(1, 3, 1, 0)
    choices = moderating(need, heard, "differently")
    await asked.act("officer.area-1", "moderate", choices, "sign_off")
    await asked.signed_by("officer.locality-1")


SCENES = (
    plan_is_owed,
    returned_with_every_fault,
    cannot_because,
    no_contact,
    disagreement,
)
