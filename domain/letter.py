"""The decision letter in plain words: what was decided, why, until when, and how to challenge it.

It names no child: the school adds the name. Sending it is an activity's business.
"""

from collections.abc import Iterator
from datetime import date

from domain.frozen import Frozen
from domain.money import pounds
from domain.request import Pence, RequestKind
from domain.stages import Ending
from domain.working import Step


class Contacts(Frozen):
    """Where a family turns, as the council publishes it: each reads on after "contact"."""

    questions: str
    complaints: str
    sendiass: str
    """The local SEND information, advice and support service: free and impartial."""
    ehc_needs_assessment: str
    """Where an assessment is asked for."""


class DecisionTold(Frozen):
    """The facts of a decision that a family is told; no name of a child is among them."""

    council: str
    reference: str
    pupil_numbers: tuple[str, ...]
    """Shown for one pupil only: a group's families are not told of each other's children."""
    school: str
    kind: RequestKind
    ending: Ending
    decided_on: date
    decided_by: str
    """The title of the officer's grade: who signed is on record, and not on the letter."""
    annual_pence: Pence
    from_on: date | None = None
    last_on: date | None = None
    place: str | None = None
    """The shared provision of the cluster plan in which the pupil has a place."""
    support: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    grounds: tuple[str, ...]
    reason: str | None = None
    steps: tuple[Step, ...]
    """The working of continuum and tariff: plain English is made from it."""
    review_on: date | None = None
    challenge_by_on: date
    has_plan: bool = False
    contacts: Contacts


def decision_letter(told: DecisionTold) -> str:
    """Write the letter as plain text: short paragraphs under headings, one thing in each."""
    sections = (
        ("What we decided", _decided(told)),
        ("What the school does now", _done(told)),
        ("Why", _why(told)),
        ("The rules we used", _rules(told.steps)),
        ("If you do not agree", _challenge(told)),
        ("Education, Health and Care plans", _plans(told)),
        ("If you have a question", iter((f"Contact {told.contacts.questions}.",))),
    )
    opening = "\n".join(_opening(told))
    body = ("\n".join((heading, "-" * len(heading), *lines)) for heading, lines in sections)
    return "\n\n".join((opening, *body)) + "\n"


def day_in_words(day: date) -> str:
    """Write a day as a letter does.

    >>> day_in_words(date(2026, 10, 5))
    '5 October 2026'
    """
    return f"{day.day} {day:%B %Y}"


_ASKED_FOR = {
    RequestKind.ADVICE: "asked for advice",
    RequestKind.INDIVIDUAL: "asked for extra support for your child",
    RequestKind.GROUP: "asked for extra support for a group of pupils that your child is in",
    RequestKind.PROJECT: "asked for support for a project",
}

_ENDED = {
    Ending.AUTHORISED: "We agreed to what the school asked for.",
    Ending.AUTHORISED_DIFFERENTLY: "We agreed to support, but not quite what the school asked for.",
    Ending.DECLINED: (
        "We did not agree to add support from the council this time. "
        "The school must still do its best to meet the need with what it has."
    ),
    Ending.WITHDRAWN: "The school took its request back, so we did not decide anything.",
}


def _opening(told: DecisionTold) -> Iterator[str]:
    yield told.council
    yield day_in_words(told.decided_on)
    yield f"Our reference: {told.reference}"
    if told.kind is not RequestKind.PROJECT:
        yield "To the parents or carers of: (the school adds the name)"
    if len(told.pupil_numbers) == 1:
        yield f"Pupil number: {told.pupil_numbers[0]}"
    yield ""
    yield f"{told.school} {_ASKED_FOR[told.kind]}."
    yield "This letter says what we decided, why, and what you can do if you do not agree."


def _ending(told: DecisionTold) -> str:
    """Say how it ended; an agreement that adds nothing is not "what the school asked for"."""
    if told.ending is not Ending.AUTHORISED or told.annual_pence or told.place:
        return _ENDED[told.ending]
    if told.kind is RequestKind.ADVICE:
        return "We gave the school the advice that it asked for."
    return "We decided that the school can meet the need with what it has, and with advice."


def _decided(told: DecisionTold) -> Iterator[str]:
    yield _ending(told)
    if told.place:
        yield f"There is a place in {told.place}, which several schools share."
    if told.annual_pence:
        yield f"The council adds {pounds(told.annual_pence)} a year. It goes to the school."
    elif told.ending in (Ending.AUTHORISED, Ending.AUTHORISED_DIFFERENTLY):
        yield "No money is added: the support comes from what the schools already have."
    if told.from_on and told.last_on:
        yield f"This runs from {day_in_words(told.from_on)} to {day_in_words(told.last_on)}."
    yield f"The decision was made for the council by its {told.decided_by}."


def _done(told: DecisionTold) -> Iterator[str]:
    for line in told.support:
        yield f"- {line}"
    for service in told.services:
        yield f"- It works with {service}."
    if not (told.support or told.services):
        yield "- It goes on with the support it gives now, and tells you how that is going."
    for outcome in told.outcomes:
        yield f"- What this is for: {outcome}"
    if told.review_on:
        yield f"- It looks at how things are going, with you, by {day_in_words(told.review_on)}."


def _why(told: DecisionTold) -> Iterator[str]:
    for ground in told.grounds:
        yield f"- {ground}"
    if told.reason:
        yield told.reason


def _rules(steps: tuple[Step, ...]) -> Iterator[str]:
    if not steps:
        yield "No table of amounts was used."
        return
    yield "Our rules are published. These are the ones that counted here:"
    for step in steps:
        yield f"- {step.says} Here: {step.gave}."
    sources = {
        f"{s.source.policy}, in force since {day_in_words(s.source.in_force_from)},"
        f" by {s.source.authority}"
        for s in steps
    }
    for source in sorted(sources):
        yield f"They come from {source}."


def _challenge(told: DecisionTold) -> Iterator[str]:
    yield (
        f"You or the school can ask us to look again, until {day_in_words(told.challenge_by_on)}."
        " People who had no part in this decision will do it. New evidence helps."
    )
    yield f"To ask, tell the school, or contact {told.contacts.questions}."
    yield (
        f"To complain about how we went about it, contact {told.contacts.complaints}. If our answer"
        " does not put it right, the Local Government and Social Care Ombudsman can look at it."
    )
    yield (
        "Free advice that is independent of us comes from the SEND information, advice and support"
        f" service (SENDIASS): contact {told.contacts.sendiass}."
    )


def _plans(told: DecisionTold) -> Iterator[str]:
    if told.has_plan:
        yield "The plan comes first: all that its section F sets out must be given, come what may."
    yield (
        "You can ask for an Education, Health and Care needs assessment at any time."
        " You need not wait for anything in this letter, and asking changes nothing in it."
    )
    yield f"To ask, contact {told.contacts.ehc_needs_assessment}."
