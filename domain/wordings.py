"""The wordings of letters and messages: which there are, and every version of each.

A letter keeps which version worded it. A wording that changes gets a version here: a test holds
what each version writes by its hash, so that none changes unsaid.
"""

from datetime import date
from enum import StrEnum

from domain.frozen import Frozen


class Wording(StrEnum):
    """What is worded in one place."""

    DECISION = "decision"
    """``letter``: what was decided on a request."""
    CHANGE = "award_change"
    """``change_letter``: an award that was changed."""
    ANSWER = "challenge_answer"
    """``challenge_letter``: an answer to a challenge that brings no decision of its own."""
    MESSAGE = "message"
    """``message``: what waits for somebody, and what was decided."""


class WordingVersion(Frozen):
    """One version of a wording: since when, and what was different in it."""

    wording: Wording
    number: int
    since_on: date
    changed: str

    @property
    def name(self) -> str:
        """What a letter keeps of it, such as ``decision/2``."""
        return f"{self.wording}/{self.number}"


def _versions(wording: Wording, *told: tuple[date, str]) -> tuple[WordingVersion, ...]:
    return tuple(
        WordingVersion(wording=wording, number=number, since_on=since_on, changed=changed)
        for number, (since_on, changed) in enumerate(told, start=1)
    )


_FIRST, _READ_ALOUD, _AGAIN = date(2026, 10, 1), date(2026, 11, 23), date(2026, 11, 24)

WORDINGS: dict[Wording, tuple[WordingVersion, ...]] = {
    Wording.DECISION: _versions(
        Wording.DECISION,
        (_FIRST, "The first wording. Letters of this version do not name it."),
        (_READ_ALOUD, "Read aloud: each part says who does what, in shorter words."),
    ),
    Wording.CHANGE: _versions(
        Wording.CHANGE,
        (_FIRST, "The first wording. Letters of this version do not name it."),
        (_READ_ALOUD, "Read aloud: the family is spoken to about an assessment."),
        (_AGAIN, "A suspended award says from which day money is added again."),
    ),
    Wording.ANSWER: _versions(
        Wording.ANSWER,
        (_FIRST, "The first wording. Letters of this version do not name it."),
        (_READ_ALOUD, "Read aloud: it says plainly who asked, and what comes next."),
        (_AGAIN, "It says where free advice is, and which appeal there is, whatever we answered."),
    ),
    Wording.MESSAGE: _versions(
        Wording.MESSAGE,
        (_FIRST, "The first wording. Messages of this version do not name it."),
        (_READ_ALOUD, "An answered challenge says so, and what it is that a plan waits for."),
        (_AGAIN, "Stages are told in words, and hours as the pages write them."),
        (_AGAIN, "A meeting that is called off says so."),
    ),
}
"""Every version of every wording, the last being the one that is written now."""


def current(wording: Wording) -> str:
    """The name of the version that is written now.

    >>> current(Wording.MESSAGE)
    'message/4'
    """
    return WORDINGS[wording][-1].name


def version_named(name: str | None, wording: Wording) -> WordingVersion:
    """Find a version by the name that a letter keeps; the first ones kept none."""
    return next((each for each in WORDINGS[wording] if each.name == name), WORDINGS[wording][0])
