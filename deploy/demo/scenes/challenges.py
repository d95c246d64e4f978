"""Scenes of reconsideration: a decision replaced, one that stands, one that needs the Cabinet."""

from deploy.demo.asked import Asked, because
from deploy.demo.asks import Content, levels, line, project, pupil_asked, support
from deploy.demo.challenged import Challenge, is_no_challenge
from deploy.demo.county import without_plan
from deploy.demo.finance import at
from deploy.demo.panel import advising
from deploy.demo.theatre import Play

_REPORT = "Report of the educational psychologist, October 2026"
_FRESH = {"reason": "Another cluster's panel looks, with the new report."}
_SAID_NO = because("The school's own plan was thought to be enough.")


async def replaced(play: Play) -> None:
    """A school challenges a "no" with a new report; fresh people look, and a yes takes its place.

    Who declined neither gives it to a panel nor answers it.
    """
    asked = await _declined(play, "nettleburn", "birch")
    await play.until(at(2026, 11, 3))
    what = "challenges the decision, with a new report"
    challenge = await Challenge.made(play, asked, "senco.nettleburn", _challenging(), what=what)
    again, what = _challenging("Once more."), "challenges it once more"
    await is_no_challenge(play, asked, "head.nettleburn", again, "not_at_this_stage", what=what)
    what = "tries to take it, and had declined"
    await challenge.is_refused("officer.locality-1", "take_challenge", _FRESH, "barred", what=what)
    await challenge.does("officer.area-1", "take_challenge", _FRESH)
    await play.panel("cedar").looks_again(asked)
    yes = {**because("The new report shows a need that was not seen."), "answer": "replaced"}
    await challenge.does("officer.head", "reconsider", yes)
    await challenge.letter_is_read("senco.nettleburn")


async def stands(play: Play) -> None:
    """A family challenges through the council; fresh people see it alike, and the answer is final.

    The window is an instant: a day after it the school is too late.
    """
    asked = await _declined(play, "hollinscar", "cedar")
    await play.until(at(2026, 11, 5))
    family = {**_challenging("We see it otherwise at home."), "by": "family"}
    what = "writes down what the family said by telephone"
    challenge = await Challenge.made(play, asked, "officer.area-2", family, what=what)
    what = "tries to take it, and wrote it down"
    await challenge.is_refused("officer.area-2", "take_challenge", _FRESH, "barred", what=what)
    await challenge.does("officer.area-1", "take_challenge", _FRESH)
    await play.panel("alder").looks_again(asked)
    same = {**_SAID_NO, "answer": "stands"}
    await challenge.does("officer.head", "reconsider", same)
    await challenge.letter_is_read("head.hollinscar")
    what, again = "challenges the answer", _challenging("We ask again.")
    await is_no_challenge(play, asked, "senco.hollinscar", again, "not_at_this_stage", what=what)


async def taken_back(play: Play) -> None:
    """School and officer come to terms: the challenge is taken back, and the decision stands.

    After the window nothing is challenged any more, unless an officer admits it.
    """
    asked = await _declined(play, "newtmarsh", "fir")
    await play.until(at(2026, 11, 6))
    what = "challenges the decision"
    challenge = await Challenge.made(play, asked, "head.newtmarsh", _challenging(), what=what)
    reason = {"reason": "The locality team has found us a place in a course."}
    await challenge.does("head.newtmarsh", "withdraw_challenge", reason)
    await play.until(at(2026, 11, 23))
    what, late = "challenges it after the window", _challenging("We have thought again.")
    await is_no_challenge(play, asked, "head.newtmarsh", late, "too_late", what=what)


async def needs_the_cabinet(play: Play) -> None:
    """A key decision is replaced by another: its answer waits for the Cabinet Member's own."""
    outreach = line("A travelling library of aids", "6", staff="hlta")
    content = project("Aids lent across two divisions", [outreach], ["elder-north", "elder-south"])
    asked = await play.asks("curlewick", content)
    await play.panel("elder").hears(asked, advising("none"))
    await asked.reaches("key_decision")
    first = {"number": "26/00062", "effective_on": "2026-10-27"}
    what = "records the Cabinet Member's decision 26/00062"
    await asked.act("officer.director", "record_key_decision", first, "key_decision", what=what)
    await play.until(at(2026, 10, 27, 9))
    await asked.reaches("sign_off")
    await asked.act("officer.director", "decline", _SAID_NO, "decided", what="declines, as it says")
    await play.until(at(2026, 11, 9))
    what = "challenges the decision"
    challenge = await Challenge.made(play, asked, "head.curlewick", _challenging(), what=what)
    await challenge.does("officer.area-1", "take_challenge", _FRESH)
    await play.panel("cedar").looks_again(asked)
    yes = {**because("The panel of another cluster would use it too."), "answer": "replaced"}
    needed, deputy = "key_decision_needed", "officer.deputy"
    what = "tries to answer with a yes"
    await challenge.is_refused(deputy, "reconsider", yes, needed, what=what)
    second = {"number": "26/00085", "effective_on": "2026-12-01"}
    what = "notes the Cabinet Member's decision 26/00085"
    await challenge.does("officer.area-1", "note_key_decision", second, what=what)
    await play.until(at(2026, 12, 1, 10))
    await challenge.does(deputy, "reconsider", {**yes, "reason": "As 26/00085 says."})
    await challenge.letter_is_read("head.curlewick")


async def _declined(play: Play, school: str, cluster: str) -> Asked:
    """A request that its panel did not advise, and that an officer declined."""
    pupil = pupil_asked(without_plan(school)[0])
    provision = [line("A known adult beside the pupil", "15")]
    content = support("Staying in lessons", [pupil], levels(1, 3, 2, 0), provision)
    asked = await play.asks(school, content)
    await play.panel(cluster).hears(asked, advising("none"))
    await asked.reaches("sign_off")
    what = "declines, with grounds"
    await asked.act("officer.locality-1", "decline", _SAID_NO, "decided", what=what)
    return asked


def _challenging(ground: str = "The new report names a need that the papers did not.") -> Content:
    return {
        "by": "school",
        "grounds": [ground],
        "new_evidence": [_REPORT],
        "asks": "The support that the school had asked for.",
    }


SCENES = (replaced, stands, taken_back, needs_the_cabinet)
