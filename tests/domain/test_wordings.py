"""Wordings and their versions: none changes without a version that says what is different."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from hashlib import sha256

import pytest

from domain.challenge_letter import challenge_letter
from domain.change_letter import change_letter
from domain.letter_advice import ServiceTold, ShareTold
from domain.message import Message, body, subject_line
from domain.people import Role
from domain.reconsideration import Answer, Challenger
from domain.reminding import ReminderStep
from domain.request import RequestKind
from domain.stages import Ending
from domain.waiting import WAITING
from domain.wordings import WORDINGS, Wording, current, version_named
from tests.domain.test_challenge_letter import told as answered
from tests.domain.test_change_letter import AWAY, GONE, LEFT, STOPPED
from tests.domain.test_change_letter import told as changed
from tests.domain.test_letter import PROJECT, TWO, letter

WRITES = {
    "decision/2": "c8604916be098e90",
    "award_change/3": "27e29bdf3fc8a91f",
    "challenge_answer/3": "80f9b0b8c45bdaa0",
    "message/4": "912fea6b0ec0fa0e",
}
"""What the version of today writes of the examples below. A change of words changes a hash: give
the wording a new version in ``domain/wordings.py``, and its hash here."""

NOTHING_ADDED = {"annual_pence": 0, "from_on": None, "last_on": None}
HELP = ServiceTold(name="Speech", asks="See the child", by_on=date(2026, 12, 1))


def decisions() -> Iterator[str]:
    """Decision letters of every kind and ending."""
    yield letter()
    yield letter(ending=Ending.AUTHORISED_DIFFERENTLY, conditions=("Tell us each term.",))
    yield letter(ending=Ending.DECLINED, support=(), outcomes=(), **NOTHING_ADDED)
    yield letter(kind=RequestKind.ADVICE, advice="Wait.", services_asked=(HELP,), **NOTHING_ADDED)
    yield letter(by_the_rules_pence=600_000, overspent=True, has_plan=True)
    yield letter(place="A speech group", annual_pence=0)
    yield letter(priced_by="Head of SEN", priced_because="By the quote.")
    yield letter(cabinet_number="26/1", cabinet_effective_on=date(2026, 11, 1))
    yield letter(in_place_of_on=date(2026, 9, 9))
    yield letter(**TWO)
    shares = (ShareTold(school="Oakfield", annual_pence=1), ShareTold(school="Elm", annual_pence=2))
    for ending in Ending:
        yield letter(**PROJECT, ending=ending, shares=shares)


def changes() -> Iterator[str]:
    """Letters of every kind of change."""
    yield change_letter(changed())
    yield from (change_letter(changed(each)) for each in (STOPPED, LEFT, GONE, AWAY))
    yield change_letter(changed(has_plan=True))
    yield change_letter(changed(kind=RequestKind.PROJECT, pupil_numbers=()))


def answers() -> Iterator[str]:
    """Answers to a school and to a family."""
    yield challenge_letter(answered())
    yield challenge_letter(answered(by=Challenger.FAMILY, has_plan=True))
    for to in ("panel", "school"):
        yield challenge_letter(answered(answer=Answer.SENT_BACK, sent_back_to=to))


def messages() -> Iterator[str]:
    """Messages about everything that waits, at every step, and about what is over."""
    facts = {
        "reference": "LOC-2026-000001",
        "stage": "listed",
        "acts_next": Role.SENCO,
        "place": "Ashdown School",
        "by_at": datetime(2026, 10, 12, 17, tzinfo=UTC),
        "page": "/requests/1",
    }
    for step in ReminderStep:
        for waits in (None,) if step is ReminderStep.DECIDED else WAITING:
            message = Message.model_validate({"step": step, "waits": waits, **facts})
            yield subject_line(message) + body(message)
    for stage in ("answered", "called_off"):
        told = {"step": ReminderStep.DECIDED, "waits": None, **facts, "stage": stage}
        over = Message.model_validate(told)
        yield subject_line(over) + body(over)


WRITTEN = {
    Wording.DECISION: decisions,
    Wording.CHANGE: changes,
    Wording.ANSWER: answers,
    Wording.MESSAGE: messages,
}


@pytest.mark.promise(2)
@pytest.mark.parametrize("wording", Wording)
def test_a_wording_that_changes_has_a_version_that_says_so(wording: Wording) -> None:
    """The words of today are those that today's version was given its hash for."""
    written = sha256("\f".join(WRITTEN[wording]()).encode()).hexdigest()[:16]
    assert WRITES[current(wording)] == written, f"{current(wording)} writes {written} now"


def test_versions_are_counted_and_dated_in_their_order() -> None:
    """Each has a number, a day not before the last one's, and a sentence on what is different."""
    assert set(WORDINGS) == set(Wording)
    for wording, versions in WORDINGS.items():
        assert [each.number for each in versions] == list(range(1, len(versions) + 1))
        assert [each.since_on for each in versions] == sorted(each.since_on for each in versions)
        assert all(each.wording is wording and each.changed.endswith(".") for each in versions)


def test_a_letter_that_names_no_version_is_of_the_first() -> None:
    """Letters were written before versions were kept."""
    assert version_named(None, Wording.DECISION).number == 1
    assert version_named("decision/2", Wording.DECISION).number == 2
    assert version_named("unheard/9", Wording.CHANGE).name == "award_change/1"
