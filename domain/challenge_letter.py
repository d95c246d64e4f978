"""The letter that answers a challenge where the answer brings no decision of its own.

Where another decision takes the first one's place, its own decision letter says so.
"""

from collections.abc import Iterator
from datetime import date

from domain.explaining import day_in_words
from domain.frozen import Frozen
from domain.letter import REFERENCE, Contacts, final_steps, in_one_line, where_to_turn
from domain.reconsideration import Answer, Challenger


class ChallengeAnswered(Frozen):
    """The facts of an answer that a school and a family are told; no name of a child among them."""

    council: str
    reference: str
    pupil_number: str | None
    """Shown for one pupil only, as in the decision letter."""
    school: str
    by: Challenger
    answer: Answer
    decided_on: date
    """The day of the decision that was challenged."""
    answered_on: date
    answered_by: str
    """The title of the officer's grade."""
    sent_back_to: str
    grounds: tuple[str, ...]
    reason: str
    contacts: Contacts
    has_plan: bool = False


def challenge_letter(told: ChallengeAnswered) -> str:
    """Write the letter as plain text: what the answer is, why, and what can still be done."""
    sections = (
        ("Our answer", _answer(told)),
        ("Why", iter((*(f"- {ground}" for ground in told.grounds), f"- {told.reason}"))),
        ("If you still do not agree", _next_steps(told)),
        ("Education, Health and Care plans", _plans(told)),
        ("If you have a question", iter((f"Contact {told.contacts.questions}.",))),
    )
    body = (
        "\n".join((heading, "-" * len(heading), *map(in_one_line, lines)))
        for heading, lines in sections
    )
    return "\n\n".join(("\n".join(map(in_one_line, _opening(told))), *body)) + "\n"


def _opening(told: ChallengeAnswered) -> Iterator[str]:
    if told.by is Challenger.SCHOOL:
        asked = f"{told.school} asked us"
    else:
        asked = f"For a child at {told.school}, the family asked us"
    yield told.council
    yield day_in_words(told.answered_on)
    yield f"{REFERENCE}{told.reference}"
    if told.pupil_number:
        yield f"Pupil number: {told.pupil_number}"
    yield ""
    yield f"{asked} to look again at what we decided on {day_in_words(told.decided_on)}."
    yield "People who had no part in that decision have looked at it, with what was new."


def _answer(told: ChallengeAnswered) -> Iterator[str]:
    if told.answer is Answer.STANDS:
        yield "The first decision stands."
    elif told.sent_back_to == "school":
        yield "We sent the request back to the school: it adds what is missing and asks again."
    else:
        yield "We sent the request back: the panel looks at it again, and then we decide again."
    if told.answer is Answer.SENT_BACK:
        yield "What was decided first goes on until then."
    yield f"The answer was given for the council by its {told.answered_by}."


def _next_steps(told: ChallengeAnswered) -> Iterator[str]:
    if told.answer is Answer.STANDS:
        yield from final_steps(told.contacts)
        return
    yield "There will be a new decision, with a letter of its own. You can challenge that one too."
    yield from where_to_turn(told.contacts)


def _plans(told: ChallengeAnswered) -> Iterator[str]:
    """Source: Children and Families Act 2014, sections 36 and 42."""
    if told.has_plan:
        yield (
            "All that section F of a plan sets out must be given, whatever this letter says."
            " You can ask for a review of the plan at any time."
        )
    yield (
        "You can ask for an Education, Health and Care needs assessment at any time. Nothing in"
        f" this letter delays that. To ask, contact {told.contacts.ehc_needs_assessment}."
    )
    if not told.has_plan:
        yield "If we say no to an assessment or to a plan, you can appeal to the SEND Tribunal."
