"""The letter of a changed award in plain words: what is different, from which day, and why.

It names no child and says nothing that an officer typed: the reason is the kind of change. Where a
pupil went is not told either, for the school of before reads it too.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise

from pydantic import Field

from domain.adjusting import History, due_to_day, stretches
from domain.explaining import day_in_words, whole_pounds
from domain.finance_acts import (
    AwardChange,
    ChangedAmount,
    LateStart,
    Leaver,
    Suspended,
    Transfer,
)
from domain.frozen import Frozen
from domain.letter import (
    NAME_TO_ADD,
    REFERENCE,
    TO_THE_FAMILY,
    Contacts,
    in_one_line,
    where_to_turn,
)
from domain.periods import ONE_DAY, academic_year, academic_year_begins
from domain.policy.dates import Term
from domain.request import Pence, RequestKind


class PartOfYear(Frozen):
    """Days of a school year with what they come to, before a change and after it, pence.

    A term's days are those until the next term begins: holidays are paid for too.
    """

    from_on: date
    last_on: date
    before_pence: Pence
    after_pence: Pence


class YearTold(PartOfYear):
    """A school year with its terms, as far as the council's calendar has them."""

    terms: tuple[PartOfYear, ...] = ()


class AwardChangeTold(Frozen):
    """The facts of a change that a family is told; no name of a child is among them."""

    council: str
    reference: str
    """The request's, or what the old system called it; empty where there is none."""
    pupil_numbers: tuple[str, ...] = ()
    """Shown for one pupil only: a group's families are not told of each other's children."""
    school: str
    kind: RequestKind
    change: AwardChange
    changed_on: date
    changed_by: str
    """The title of the officer's grade: who did it is on record, and not on the letter."""
    annual_before_pence: Pence = 0
    """What a year came to on the first day that is different, as it stood before."""
    years: tuple[YearTold, ...] = Field(min_length=1)
    """Every school year in which something is different, in order."""
    last_on: date | None
    """The last day for which anything is due now; none where nothing is due at all."""
    challenge_by_on: date
    has_plan: bool | None = None
    """Nothing where the council's record does not say."""
    contacts: Contacts

    @property
    def is_to_school(self) -> bool:
        """Whether no child is behind it, so that it is written to the school and to no family."""
        return self.kind is RequestKind.PROJECT

    @property
    def whom(self) -> str:
        """For whom the support is, in the middle of a sentence."""
        if self.is_to_school:
            return "the project"
        return "the group" if self.kind is RequestKind.GROUP else "your child"


def years_changed(before: History, after: History, terms: Iterable[Term]) -> tuple[YearTold, ...]:
    """Lay two histories side by side: each school year in which they differ, with its terms."""
    laid = (*stretches(before), *stretches(after))
    first = academic_year(min((each.from_on for each in laid), default=before.from_on))
    last = academic_year(max((each.until_on - ONE_DAY for each in laid), default=before.from_on))
    begins = sorted(term.first_on for term in terms)
    years = [_year_told((before, after), year, begins) for year in range(first, last + 1)]
    differ = [each for each in years if each.before_pence != each.after_pence]
    return tuple(differ or years[:1])


def _year_told(both: tuple[History, History], year: int, begins: Iterable[date]) -> YearTold:
    """Work a year out, and each term of it: the first begins with the year, and each goes on."""
    from_on, until_on = academic_year_begins(year), academic_year_begins(year + 1)
    within = [day for day in begins if from_on <= day < until_on]
    edges = (from_on, *within[1:], until_on)
    terms = tuple(_part(both, *edge) for edge in pairwise(edges)) if within else ()
    whole = _part(both, from_on, until_on)
    return YearTold(**dict(whole), terms=terms)


def _part(both: tuple[History, History], from_on: date, until_on: date) -> PartOfYear:
    before, after = (due_to_day(each, until_on) - due_to_day(each, from_on) for each in both)
    return PartOfYear(
        from_on=from_on, last_on=until_on - ONE_DAY, before_pence=before, after_pence=after
    )


def change_letter(told: AwardChangeTold) -> str:
    """Write the letter as plain text: short paragraphs under headings, one thing in each."""
    sections = (
        ("What changes", _changes(told)),
        ("What the money comes to", _amounts(told)),
        ("Why", _why(told)),
        ("If you do not agree", _challenge(told)),
        ("Education, Health and Care plans", _plans(told)),
        ("If you have a question", iter((f"Contact {told.contacts.questions}.",))),
    )
    body = (
        "\n".join((heading, "-" * len(heading), *map(in_one_line, lines)))
        for heading, lines in sections
    )
    return "\n\n".join(("\n".join(map(in_one_line, _opening(told))), *body)) + "\n"


def _opening(told: AwardChangeTold) -> Iterator[str]:
    yield told.council
    yield day_in_words(told.changed_on)
    if told.reference:
        yield f"{REFERENCE}{told.reference}"
    if told.is_to_school:
        yield f"To: {told.school}"
    else:
        yield f"{TO_THE_FAMILY}{NAME_TO_ADD}"
        if len(told.pupil_numbers) == 1:
            yield f"Pupil number: {told.pupil_numbers[0]}"
    yield ""
    yield f"The council adds to the support that {told.school} gives. This changes now."
    yield "This letter says what changes, why, and what you can do if you do not agree."


def _changes(told: AwardChangeTold) -> Iterator[str]:
    change = told.change
    from_on = day_in_words(_first_day(change))
    if isinstance(change, Leaver | Transfer):
        yield f"The support at {told.school} ends. Its last day is {_eve(_first_day(change))}."
        if isinstance(change, Transfer) and change.to_school:
            yield f"It goes on at the next school from {from_on}, with the same yearly amount."
    elif isinstance(change, LateStart):
        yield f"The support is paid for from {from_on} on, which is earlier than we had decided."
    elif isinstance(change, ChangedAmount):
        yield (
            f"From {from_on} the council adds {whole_pounds(change.annual_pence)} a year."
            f" Before, it was {whole_pounds(told.annual_before_pence)} a year."
        )
    elif isinstance(change, Suspended):
        yield f"From {from_on} to {_eve(change.until_on)} the council adds no money."
        if told.last_on and change.until_on <= told.last_on:
            yield f"From {day_in_words(change.until_on)} it adds money again."
    else:
        yield f"From {from_on} the council adds again what it had stopped."
    if told.last_on and not isinstance(change, Leaver | Transfer):
        yield f"The support runs until {day_in_words(told.last_on)}."
    yield f"The change was made for the council by its {told.changed_by}."


def _amounts(told: AwardChangeTold) -> Iterator[str]:
    """Tell each school year, and its terms where the council's calendar has them."""
    for year in told.years:
        between = f"{year.from_on.year} to {year.last_on.year}"
        yield f"- In the school year {between} it comes to {_now_and_before(year)}."
        for term in year.terms:
            if term.before_pence or term.after_pence:
                days = f"{day_in_words(term.from_on)} to {day_in_words(term.last_on)}"
                yield f"-- Of this, {days}: {_now_and_before(term)}."
    yield "The money goes to the school. You pay nothing, and you are asked for nothing back."


def _now_and_before(part: PartOfYear) -> str:
    if part.before_pence == part.after_pence:
        return f"{whole_pounds(part.after_pence)}, as before"
    return (
        f"{whole_pounds(part.after_pence)}; before this change, {whole_pounds(part.before_pence)}"
    )


def _why(told: AwardChangeTold) -> Iterator[str]:
    change, whom = told.change, told.whom
    if isinstance(change, Leaver):
        yield f"- We were told that {whom} leaves the school."
    elif isinstance(change, Transfer) and change.to_school:
        yield f"- We were told that {whom} goes to another school."
    elif isinstance(change, Transfer):
        yield f"- We were told that {whom} lives in the area of another council now."
        yield "- That council is responsible for the support from then on. Ask it what it will do."
    elif isinstance(change, LateStart):
        yield f"- The school had begun to support {whom} before our decision."
    elif isinstance(change, ChangedAmount):
        yield f"- We looked at what the support for {whom} costs, and it costs something else now."
    elif isinstance(change, Suspended):
        yield f"- The support for {whom} is not given in these days."
    else:
        yield f"- The support for {whom} is given again, earlier than we had expected."
    yield "- It is worked out to the day: each day counts the same part of the yearly amount."


def _challenge(told: AwardChangeTold) -> Iterator[str]:
    how = "contact" if told.is_to_school else "tell the school, or contact"
    yield (
        f"You can ask us to look at this again, until {day_in_words(told.challenge_by_on)}."
        f" To ask, {how} {told.contacts.questions}."
    )
    yield from where_to_turn(told.contacts, is_to_school=told.is_to_school)


def _plans(told: AwardChangeTold) -> Iterator[str]:
    """Source: Children and Families Act 2014, sections 36 and 42."""
    if told.has_plan is not False and not told.is_to_school:
        yield (
            "If your child has such a plan, all that section F of it sets out must be given,"
            " whatever this letter says. You can ask for a review of the plan at any time."
        )
    yield (
        "You can ask for an Education, Health and Care needs assessment at any time. Nothing in"
        f" this letter delays that. To ask, contact {told.contacts.ehc_needs_assessment}."
    )


def _first_day(change: AwardChange) -> date:
    return change.last_on + ONE_DAY if isinstance(change, Leaver) else change.from_on


def _eve(day: date) -> str:
    return day_in_words(day - ONE_DAY)
