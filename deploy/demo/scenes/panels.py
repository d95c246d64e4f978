"""Scenes of the panel: advice, needs below the threshold, ties, no quorum, interests, questions."""

from deploy.demo.asked import GROUNDS
from deploy.demo.asks import Content, advice, levels, line, pupil_asked, support
from deploy.demo.county import without_plan
from deploy.demo.panel import advising, divided, two_only
from deploy.demo.theatre import Play


def _one(school: str, about: str, need: dict[str, int], hours: str = "14") -> Content:
    pupil = pupil_asked(without_plan(school)[0])
    return support(about, [pupil], need, [line("A known adult beside the pupil", hours)])


async def advice_only(play: Play) -> None:
    """A school asks for advice: services are named, no money moves, and an officer signs."""
    pupil = pupil_asked(without_plan("cobblesford")[0])
    asked = await play.asks("cobblesford", advice("Ideas for busy corridors", [pupil]))
    await play.panel("alder").hears(asked, advising("advice"))
    await asked.reaches("sign_off")
    await asked.signed_by("officer.locality-1")


async def below_the_threshold(play: Play) -> None:
    """A need that the school's own support meets: no money, and still an officer's decision."""
    content = _one("puddlestow", "A little more time in writing", levels(2, 1, 0, 0), "4")
    asked = await play.asks("puddlestow", content)
    await play.panel("cedar").hears(asked)
    await asked.reaches("sign_off")
    await asked.signed_by("officer.locality-1")


async def tie(play: Play) -> None:
    """Four to four, twice: the rules in force give it to an officer without a recommendation."""
    asked = await play.asks(
        "winterlode", _one("winterlode", "Breaks and meals", levels(1, 0, 3, 0))
    )
    panel = play.panel("damson")
    await panel.hears(asked, divided)
    await asked.reaches("listed")
    await panel.hears(asked, divided, round_number=2)
    await asked.reaches("sign_off")
    await asked.signed_by("officer.locality-2")


async def no_quorum(play: Play) -> None:
    """Twice without a quorum: another cluster's panel hears it by a set date.

    One officer is family of the pupil, whatever they declare, and cannot sign.
    """
    asked = await play.asks("brindlemoor", _one("brindlemoor", "Maths again", levels(0, 3, 2, 0)))
    panel = play.panel("alder")
    await panel.hears(asked, two_only)
    await asked.reaches("listed")
    await panel.hears(asked, two_only, nth=1)
    await play.panel("cedar").hears_elsewhere(asked)
    await asked.reaches("sign_off")
    what = "tries to sign for a relative's child"
    await asked.is_refused("officer.locality-2", "authorise", GROUNDS, "barred", what=what)
    await asked.signed_by("officer.locality-1")


async def interests(play: Play) -> None:
    """A false "no interest" is refused, papers stay shut, and a vote after the close is late."""
    asked = await play.asks(
        "quillmere", _one("quillmere", "Joining in at play", levels(1, 1, 3, 0))
    )
    panel = play.panel("alder")
    ballot = await panel.hears(asked, closed=False)
    await panel.keeps_out(asked, ballot, "adviser.alder.teaching")
    await panel.closes(asked, ballot["id"])
    await panel.is_late(asked, ballot, "adviser.alder.health")
    await asked.reaches("sign_off")
    await asked.signed_by("officer.locality-1")


async def more_information(play: Play) -> None:
    """The panel asks; the school answers; the next meeting hears it."""
    content = _one("teaselby", "Hearing what is said", levels(1, 1, 0, 3), "13")
    asked = await play.asks("teaselby", content)
    panel = play.panel("damson")
    await panel.hears(asked, advising("more_information"))
    await asked.reaches("more_information")
    report = {"title": "Report of the hearing clinic", "from_whom": "audiologist"}
    fuller = {**content, "evidence": [*content["evidence"], report]}
    answer = {"answer": "The clinic's report is now with the papers.", "content": fuller}
    await asked.act("senco.teaselby", "answer", answer, "listed", what="answers the panel")
    await panel.hears(asked, nth=1)
    await asked.reaches("sign_off")
    await asked.signed_by("officer.locality-2")


async def deferred(play: Play) -> None:
    """The chair puts an item off, and the next meeting hears it."""
    asked = await play.asks("plovercote", _one("plovercote", "Moving rooms", levels(1, 2, 3, 0)))
    panel = play.panel("cedar")
    await panel.puts_off(asked, "The school's head is away today and the panel has questions.")
    await panel.hears(asked, nth=1)
    await asked.reaches("sign_off")
    await asked.signed_by("officer.locality-1")


SCENES = (
    advice_only,
    below_the_threshold,
    tie,
    no_quorum,
    interests,
    more_information,
    deferred,
)
