"""Scenes of sign-off: differently, referred up, returned to the panel, declined, withdrawn."""

from deploy.demo.asked import GROUNDS, because
from deploy.demo.asks import Content, levels, line, pupil_asked, support
from deploy.demo.county import without_plan
from deploy.demo.panel import advising
from deploy.demo.theatre import Play


def _one(school: str, about: str, hours: str) -> Content:
    pupil = pupil_asked(without_plan(school)[0])
    need = levels(1, 3, 2, 0)
    return support(about, [pupil], need, [line("A known adult beside the pupil", hours)])


async def differently(play: Play) -> None:
    """An officer departs from the rules' amount, and says why."""
    asked = await play.asks("rookshaven", _one("rookshaven", "Getting to lessons", "16"))
    await play.panel("damson").hears(asked, advising("differently"))
    await asked.reaches("sign_off")
    other = "The school has the morning hours already; the afternoons are what is missing."
    choices = {**because(other), "annual_pence": 4_200_00}
    what = "authorises £4,200 a year instead"
    await asked.act("officer.locality-1", "authorise_differently", choices, "decided", what=what)


async def referred_up(play: Play) -> None:
    """The limit of authority is too low: an officer above signs."""
    asked = await play.asks("bitternsea", _one("bitternsea", "Most of every day", "26"))
    await play.panel("elder").hears(asked)
    await asked.reaches("sign_off")
    officer = "officer.locality-1"
    await asked.is_refused(
        officer, "authorise", GROUNDS, "authority_too_low", what="tries to sign £12,000 a year"
    )
    choices = {"reason": "Above what I may sign."}
    await asked.act(officer, "refer_up", choices, "sign_off", what="refers it up")
    await asked.signed_by("officer.area-1")


async def returned_to_the_panel(play: Play) -> None:
    """An officer gives the hold back and asks the panel to look again."""
    asked = await play.asks("eiderholm", _one("eiderholm", "Home time and bus", "15"))
    panel = play.panel("elder")
    await panel.hears(asked)
    await asked.reaches("sign_off")
    choices = {"reason": "The papers name two different programmes: which did you moderate?"}
    await asked.act("officer.locality-2", "return_to_panel", choices, "listed")
    await panel.hears(asked, nth=1)
    await asked.reaches("sign_off")
    await asked.signed_by("officer.locality-1")


async def declined(play: Play) -> None:
    """The panel advises none; only an officer can say no, with grounds and alternatives."""
    asked = await play.asks("drakesfenn", _one("drakesfenn", "A second adult at lunch", "12"))
    await play.panel("elder").hears(asked, advising("none"))
    await asked.reaches("sign_off")
    no = because(
        "The need is met by what the school has planned for this year.",
        ["The two reviews show that the present support is working."],
    )
    await asked.act("officer.locality-1", "decline", no, "decided", what="declines, with grounds")


async def withdrawn(play: Play) -> None:
    """The school takes its request back."""
    asked = await play.asks("gullminster", _one("gullminster", "A quiet corner", "12"))
    choices = {"reason": "The family moves away at half-term."}
    await asked.act("senco.gullminster", "withdraw", choices, "withdrawn")


SCENES = (differently, referred_up, returned_to_the_panel, declined, withdrawn)
