"""Copies of letters: the kept text, addressed for whoever reads it, with which wording it has."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from activities.store.reading import ChallengeView, ChangeLetterView, LetterView
from activities.store.reading.decisions import PupilNamed
from activities.store.reading.family import FamilyLetter
from domain.frozen import Frozen
from domain.letter import TO_THE_FAMILY
from domain.letter_text import LetterText, addressed, letter_text, without_addressee
from domain.refusals import Unknown
from domain.wordings import Wording, WordingVersion, version_named

TITLES = {
    Wording.DECISION: "Our decision",
    Wording.CHANGE: "A change to the support",
    Wording.ANSWER: "Our answer to the challenge",
}
"""What each letter is headed with."""
_FILES = {Wording.DECISION: "decision", Wording.CHANGE: "change", Wording.ANSWER: "answer"}


class LetterCopy(Frozen):
    """A letter to be shown or printed."""

    title: str
    text: LetterText
    what: Wording
    wording: WordingVersion | None
    """Which version worded it; left out of a family's copy."""
    written_at: datetime

    @property
    def is_to_family(self) -> bool:
        """Whether a family is written to: a project's letter is to a school."""
        return any(line.startswith(TO_THE_FAMILY) for line in self.text.head)

    @property
    def file_name(self) -> str:
        """What it is called as a file: by reference and kind, never by a child."""
        return "-".join(filter(None, (self.text.reference, f"{_FILES[self.what]}.pdf")))


def decision_copy(view: LetterView, pupil_id: UUID | None = None) -> LetterCopy:
    """Copy the decision's letter; addressed where the school's desk reads it for one child."""
    body = _for_child(view.body, view.pupils, pupil_id)
    return _copy(body, Wording.DECISION, view.wording, view.written_at)


def change_copy(view: ChangeLetterView, pupil_id: UUID | None = None) -> LetterCopy:
    """Copy the letter of a changed award, addressed in the same way."""
    body = _for_child(view.body, view.pupils, pupil_id)
    return _copy(body, Wording.CHANGE, view.wording, view.written_at)


def answer_copy(view: ChallengeView) -> LetterCopy:
    """Copy the letter that answers a challenge; there is none before, or where a decision does."""
    if view.letter is None or view.ended_at is None:
        raise Unknown("the answer's letter", "none has been written for this challenge")
    return _copy(view.letter, Wording.ANSWER, view.letter_wording, view.ended_at)


def familys_copy(letter: FamilyLetter) -> LetterCopy:
    """Copy a letter for the family that opened its link: it names nobody at all."""
    made = _copy(without_addressee(letter.body), letter.what, None, letter.written_at)
    return made.model_copy(update={"wording": None})


def _for_child(body: str, pupils: Sequence[PupilNamed], pupil_id: UUID | None) -> str:
    """Add the child's name: the only one that the reader may name, or the one that is chosen."""
    if pupil_id is None:
        named = pupils[0] if len(pupils) == 1 else None
    else:
        named = next((each for each in pupils if each.pupil_id == pupil_id), None)
        if named is None:
            raise Unknown("this pupil", "there is none of that id whom you may name")
    return addressed(body, f"{named.given_name} {named.family_name}") if named else body


def _copy(body: str, what: Wording, wording: str | None, written_at: datetime) -> LetterCopy:
    return LetterCopy(
        title=TITLES[what],
        text=letter_text(body),
        what=what,
        wording=version_named(wording, what),
        written_at=written_at,
    )
