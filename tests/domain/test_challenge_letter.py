"""The letter that answers a challenge: what it is, why, and what can still be done."""

from datetime import date

import pytest

from domain.challenge_letter import ChallengeAnswered, challenge_letter
from domain.letter import Contacts
from domain.reconsideration import Answer, Challenger

CONTACTS = Contacts(
    questions="the SEN team",
    complaints="the complaints team",
    sendiass="Small County SENDIASS",
    ehc_needs_assessment="the assessment team",
)


def told(**changed: object) -> ChallengeAnswered:
    """An answer that lets the first decision stand, with some facts changed."""
    facts = {
        "council": "Small County",
        "reference": "LOC-2026-000001",
        "pupil_number": "ashdown-0",
        "school": "Ashdown School",
        "by": Challenger.SCHOOL,
        "answer": Answer.STANDS,
        "decided_on": date(2026, 10, 5),
        "answered_on": date(2026, 11, 3),
        "answered_by": "Head of SEN",
        "sent_back_to": "panel",
        "grounds": ("The second panel came to the same need.",),
        "reason": "Nothing new was in the report.",
        "contacts": CONTACTS,
    }
    return ChallengeAnswered.model_validate(facts | changed)


def test_a_decision_that_stands_is_final_and_leaves_four_ways() -> None:
    """Complaint, Ombudsman, SENDIASS, and an assessment that can be asked for at any time."""
    letter = challenge_letter(told())
    assert "The first decision stands." in letter
    assert "Pupil number: ashdown-0" in letter
    for word in ("final answer", "complaints team", "Ombudsman", "SENDIASS", "at any time"):
        assert word in letter
    assert "section F" not in letter


@pytest.mark.parametrize(
    ("to", "says"), [("panel", "the panel looks at it again"), ("school", "back to the school")]
)
def test_what_is_sent_back_goes_on_meanwhile(to: str, says: str) -> None:
    """And what is decided then can be challenged too."""
    letter = challenge_letter(told(answer=Answer.SENT_BACK, sent_back_to=to))
    assert says in letter
    assert "What was decided first goes on until then." in letter
    assert "final answer" not in letter
    assert "challenge that one too" in letter


@pytest.mark.promise(10)
def test_a_plan_is_owed_whatever_the_letter_says() -> None:
    """Promise 10 on the page: section F must be given."""
    assert "section F" in challenge_letter(told(has_plan=True))


def test_a_familys_letter_about_a_group_names_no_pupil() -> None:
    """Several families read it, so no number is in it."""
    letter = challenge_letter(told(by=Challenger.FAMILY, pupil_number=None))
    assert "the family asked us to look again" in letter
    assert "Pupil number" not in letter
