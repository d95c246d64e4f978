"""The decision letter in plain words: what was decided, why, until when, and how to challenge it.

It names no child: the school adds the name. How the rules are told is in ``letter_rules``; sending
it is an activity's business.
"""

import unicodedata
from collections.abc import Iterator
from datetime import date

from pydantic import Field

from domain.explaining import day_in_words, whole_pounds
from domain.frozen import Frozen
from domain.letter_advice import (
    ServiceTold,
    ShareTold,
    advice_in_words,
    conditions_in_words,
    shares_in_words,
)
from domain.letter_rules import rules_in_words
from domain.request import Pence, RequestKind
from domain.stages import Ending
from domain.working import Step

TO_THE_FAMILY = "To the parents or carers of: "
NAME_TO_ADD = "(the school adds the name)"
REFERENCE = "Our reference: "


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
    schools_paid: int = Field(default=1, ge=1)
    kind: RequestKind
    ending: Ending
    decided_on: date
    decided_by: str
    """The title of the officer's grade: who signed is on record, and not on the letter."""
    cabinet_number: str | None = None
    """The number of the Cabinet Member's decision, where it was a key decision."""
    cabinet_effective_on: date | None = None
    annual_pence: Pence
    total_pence: Pence | None = None
    """What the yearly amount comes to between the two days, pence."""
    from_on: date | None = None
    last_on: date | None = None
    place: str | None = None
    """The shared provision of the cluster plan in which the pupil has a place."""
    support: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    advice: str | None = None
    """What the panel advised the school in words."""
    services_asked: tuple[ServiceTold, ...] = ()
    """Services that the panel asked to help, beside those of the tier."""
    conditions: tuple[str, ...] = ()
    shares: tuple[ShareTold, ...] = ()
    """Between whom a project's money is shared."""
    tier: str | None = None
    """The tier's published title; with it goes its published sentence."""
    tier_says: str = ""
    band: str | None = None
    """The band's published title."""
    priced_by: str | None = None
    """The title of the officer's grade that set the amount, where no table did."""
    priced_because: str | None = None
    overspent: bool = False
    """Whether it is paid although no budget covers it (promise 10)."""
    grounds: tuple[str, ...]
    reason: str | None = None
    steps: tuple[Step, ...] = ()
    """The working of continuum and tariff: plain English is made from it."""
    titles: dict[str, str] = Field(default_factory=dict)
    """Titles of tiers, bands and areas of need, by code."""
    tariff_decided: bool = True
    """Whether the table of amounts decided: it does not where a place was found instead."""
    by_the_rules_pence: Pence | None = None
    """What the rules alone came to a year, pence, where the officer departed from it."""
    review_on: date | None = None
    challenge_by_on: date
    in_place_of_on: date | None = None
    """The day of the decision whose place it takes, where it answers a challenge: it is final."""
    has_plan: bool = False
    contacts: Contacts

    @property
    def is_to_school(self) -> bool:
        """Whether no child is behind it, so that it is written to the school and to no family."""
        return self.kind is RequestKind.PROJECT or not self.pupil_numbers

    @property
    def is_to_several(self) -> bool:
        """Whether several families read the same letter, and none may read of another's child."""
        return len(self.pupil_numbers) > 1


def decision_letter(told: DecisionTold) -> str:
    """Write the letter as plain text: short paragraphs under headings, one thing in each."""
    sections = (
        ("What we decided", _decided(told)),
        ("What the school does now", _done(told)),
        ("Why", _why(told)),
        ("The rules we used", _rules(told)),
        ("If you do not agree", _challenge(told)),
        ("Education, Health and Care plans", _plans(told)),
        ("If you have a question", iter((f"Contact {told.contacts.questions}.",))),
    )
    opening = "\n".join(map(in_one_line, _opening(told)))
    body = (
        "\n".join((heading, "-" * len(heading), *map(in_one_line, lines)))
        for heading, lines in sections
    )
    return "\n\n".join((opening, *body)) + "\n"


def in_one_line(line: str) -> str:
    r"""Fold breaks, controls and marks of direction: typed words make no section of their own.

    >>> in_one_line("- An adult\n\nWhat we decided")
    '- An adult What we decided'
    """
    seen = line if line.isprintable() else "".join(map(_visible, line))
    return " ".join(seen.split())


_ASKED_FOR = {
    RequestKind.ADVICE: "asked for advice about your child",
    RequestKind.INDIVIDUAL: "asked for extra support for your child",
    RequestKind.GROUP: "asked for extra support for a group of {count} pupils; your child is one",
    RequestKind.PROJECT: "asked for support for a project",
}

_ENDED = {
    Ending.AUTHORISED_DIFFERENTLY: "We agreed to support, but not quite what the school asked for.",
    Ending.DECLINED: (
        "We did not agree to add support from the council this time. "
        "The school must still do its best to meet the need with what it has."
    ),
    Ending.WITHDRAWN: "The school took its request back, so we did not decide anything.",
}
_PROJECT_ENDED = {
    Ending.AUTHORISED: "We agreed to the project.",
    Ending.AUTHORISED_DIFFERENTLY: "We agreed to the project, but not quite as you asked.",
    Ending.DECLINED: "We did not agree to fund the project this time.",
    Ending.WITHDRAWN: "You took your request back, so we did not decide anything.",
}


def _visible(letter: str) -> str:
    if unicodedata.category(letter) in {"Cc", "Zl", "Zp"}:
        return " "
    is_mark = unicodedata.bidirectional(letter) in {
        *("LRE", "RLE", "LRO", "RLO", "PDF"),
        *("LRI", "RLI", "FSI", "PDI"),
    }
    return "" if is_mark else letter


def _opening(told: DecisionTold) -> Iterator[str]:
    asked = _ASKED_FOR[told.kind]
    yield told.council
    yield day_in_words(told.decided_on)
    yield f"{REFERENCE}{told.reference}"
    if told.is_to_school:
        yield f"To: {told.school}"
        yield ""
        yield f"You {asked.removesuffix(' about your child')}."
    else:
        yield f"{TO_THE_FAMILY}{NAME_TO_ADD}"
        if not told.is_to_several:
            yield f"Pupil number: {told.pupil_numbers[0]}"
        yield ""
        yield f"{told.school} {asked.format(count=len(told.pupil_numbers))}."
    yield "This letter says what we decided, why, and what you can do if you do not agree."


def _ending(told: DecisionTold) -> str:
    """Say how it ended: an agreement that adds nothing is not an agreement to extra support."""
    if told.kind is RequestKind.PROJECT:
        return _PROJECT_ENDED[told.ending]
    if told.ending is not Ending.AUTHORISED:
        return _ENDED[told.ending]
    if told.annual_pence or told.place:
        whom = "the group" if told.kind is RequestKind.GROUP else "your child"
        return f"We agreed to extra support for {whom}."
    if told.kind is RequestKind.ADVICE:
        return "We gave the school the advice that it asked for."
    return "We decided that the school can meet the need with what it has, and with advice."


def _decided(told: DecisionTold) -> Iterator[str]:
    if told.in_place_of_on:
        first_on = day_in_words(told.in_place_of_on)
        yield f"We looked again. This takes the place of what we decided on {first_on}."
    yield _ending(told)
    if told.place:
        there = "There are places" if told.is_to_several else "There is a place"
        yield f"{there} in a service that several schools share: {told.place}."
    if told.annual_pence:
        yield _amount(told)
        yield from shares_in_words(told.shares)
    elif told.ending in (Ending.AUTHORISED, Ending.AUTHORISED_DIFFERENTLY):
        yield _without_money(told)
    if told.from_on and told.last_on:
        yield f"This runs from {day_in_words(told.from_on)} to {day_in_words(told.last_on)}."
        if told.annual_pence and told.total_pence not in {None, told.annual_pence}:
            yield f"For these days it comes to {whole_pounds(told.total_pence or 0)}."
    if told.cabinet_number and told.cabinet_effective_on:
        yield (
            f"It is a key decision: the Cabinet Member's decision {told.cabinet_number},"
            f" in effect from {day_in_words(told.cabinet_effective_on)}."
        )
    yield f"The decision was made for the council by its {told.decided_by}."


def _amount(told: DecisionTold) -> str:
    whom = f" for the {len(told.pupil_numbers)} pupils together" if told.is_to_several else ""
    adds = f"The council adds {whole_pounds(told.annual_pence)} a year{whom}."
    schools = "the schools of these pupils" if told.schools_paid > 1 else "the school"
    return adds if told.shares else f"{adds} It goes to {schools}."


def _without_money(told: DecisionTold) -> str:
    if told.kind is RequestKind.ADVICE:
        return "Advice brings no money with it."
    if told.place:
        return "No money is added: the schools pay for the place together."
    return "No money is added: the support comes from what the school already has."


def _done(told: DecisionTold) -> Iterator[str]:
    tells = "" if told.is_to_school else ", and tells you how that is going"
    if told.annual_pence and told.support:
        differently = told.ending is Ending.AUTHORISED_DIFFERENTLY
        yield (
            "The school asked for this, and plans what the money allows:"
            if differently
            else ("The money is for:")
        )
        yield from (f"- {line}" for line in told.support)
    elif told.place:
        yield f"The school arranges this with the other schools{tells}."
    else:
        yield f"The school goes on with the support it gives now{tells}."
    if told.outcomes:
        yield "What this should lead to:"
        yield from (f"- {outcome}" for outcome in told.outcomes)
    if told.services:
        yield "The school can turn to:"
        yield from (f"- {service}" for service in told.services)
    yield from advice_in_words(told.advice, told.services_asked, for_several=told.is_to_several)
    yield from conditions_in_words(told.conditions)
    if told.review_on:
        with_whom = "" if told.is_to_school else ", with you,"
        by_on = day_in_words(told.review_on)
        yield f"The school looks at how things are going{with_whom} by {by_on}."


def _why(told: DecisionTold) -> Iterator[str]:
    if told.tier:
        yield f"- On our published scale this is “{told.tier}”: {told.tier_says}"
    if told.band and told.annual_pence:
        yield f"- In our table of amounts that is “{told.band}”."
    if told.priced_by and told.annual_pence:
        yield (
            f"- Our table of amounts has none for this, so our {told.priced_by} worked one out."
            f" {told.priced_because or ''}"
        )
    if told.overspent:
        yield "- The budgets for this are used up. That is no reason to give less: we pay it."
    yield from (f"- {ground}" for ground in told.grounds)
    if told.reason:
        yield f"- {told.reason}"


def _rules(told: DecisionTold) -> Iterator[str]:
    return rules_in_words(
        told.steps,
        told.titles,
        told.by_the_rules_pence,
        tariff_decided=told.tariff_decided,
        for_several=told.is_to_several,
    )


def final_steps(contacts: Contacts) -> Iterator[str]:
    """Say what can be done after the council's last word."""
    yield "This is the council's final answer on this decision: we do not look at it again."
    yield from where_to_turn(contacts)


def where_to_turn(contacts: Contacts, *, is_to_school: bool = False) -> Iterator[str]:
    """Say how to complain; to a family also the Ombudsman, and advice that is independent of us."""
    complaint = f"To complain about how we went about it, contact {contacts.complaints}."
    if is_to_school:
        yield complaint
        return
    yield (
        f"{complaint} If our answer"
        " does not put it right, the Local Government and Social Care Ombudsman can look at it."
    )
    yield (
        "You can get free advice that is independent of us from the SEND information, advice and"
        f" support service (SENDIASS): contact {contacts.sendiass}."
    )


def _challenge(told: DecisionTold) -> Iterator[str]:
    if told.in_place_of_on:
        yield from final_steps(told.contacts)
        return
    who = "You" if told.is_to_school else "You or the school"
    how = "contact" if told.is_to_school else "tell the school, or contact"
    yield (
        f"{who} can ask us to look again, until {day_in_words(told.challenge_by_on)}."
        " People who had no part in this decision will do it. New evidence helps."
    )
    yield f"To ask, {how} {told.contacts.questions}."
    yield from where_to_turn(told.contacts, is_to_school=told.is_to_school)


_ASK_FOR_ASSESSMENT = (
    "You can ask for an Education, Health and Care needs assessment at any time."
    " You need not wait for anything in this letter, and asking changes nothing in it."
)
_APPEAL_WITHOUT_PLAN = (
    "If we say no to an assessment or to a plan, you can appeal to the SEND Tribunal."
    " The Tribunal does not hear appeals against a decision like the one in this letter."
)
_OWED = "All that section F of the plan sets out must be given, whatever this letter says."
_APPEAL_WITH_PLAN = (
    "What the plan says can be appealed to the SEND Tribunal: when it is made or changed, when we"
    " leave it as it is after a review, and when we say no to a new assessment."
    " The Tribunal does not decide on the amount in this letter."
)
_ASK_AGAIN = (
    "You can ask for a review of the plan, or for a new assessment of needs."
    " You need not wait for anything in this letter."
)


def _plans(told: DecisionTold) -> Iterator[str]:
    """Say what an assessment and a plan are owed, and what the SEND Tribunal can look at.

    Several families read one letter, so it says both: whose child has a plan is not for the others.
    Source: Children and Families Act 2014, sections 36, 42 and 51.
    """
    if told.is_to_school:
        yield (
            "A family or a school can ask for an Education, Health and Care needs assessment of a"
            " pupil at any time. Nothing in this letter delays that."
        )
    if told.is_to_several:
        yield f"If your child has such a plan: {_OWED} {_APPEAL_WITH_PLAN}"
        yield f"If your child has none: {_ASK_FOR_ASSESSMENT} {_APPEAL_WITHOUT_PLAN}"
    elif told.has_plan:
        yield from (f"Your child has such a plan. {_OWED}", _APPEAL_WITH_PLAN, _ASK_AGAIN)
    elif not told.is_to_school:
        yield from (_ASK_FOR_ASSESSMENT, _APPEAL_WITHOUT_PLAN)
    yield f"To ask, contact {told.contacts.ehc_needs_assessment}."
