"""What a panel advises beside its recommendation, once its ballot has closed; never money.

Services asked, conditions, a review date, how a request is shared out between schools, and that a
mainstream school is not right. What services answer is in ``services``.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from domain.assessment import owed_by_school, shared_out
from domain.frozen import Frozen
from domain.money import pounds
from domain.request import Code, RequestContent, RequestKind, Words
from domain.screening import Fault

_FURTHEST = timedelta(days=366)
"""A panel looks no further than a year ahead: what is for longer is asked for again."""
_MAY_BE_SHARED = frozenset({RequestKind.GROUP, RequestKind.PROJECT})


class ServiceWanted(Frozen):
    """What is asked of a named service of the Team Around the Cluster, and by which day."""

    service: Code
    asks: Words
    by_on: date


class SharedIn(StrEnum):
    """What shares are counted in."""

    PENCE = "pence"
    """Pence a year; the whole is the amount that the request was priced at."""
    PARTS = "parts"
    """Equal parts of the whole, such as two of five, whatever it comes to."""


class Share(Frozen):
    """What one school has of the whole."""

    school: Code
    share: Annotated[int, Field(ge=1, le=10**13)]


class SharingOut(Frozen):
    """A project or a group's support shared between schools by name; shares add up to the whole."""

    shared_in: SharedIn
    whole: Annotated[int, Field(ge=1, le=10**13)]
    shares: Annotated[tuple[Share, ...], Field(min_length=1, max_length=60)]

    def between(self, annual_pence: int, content: RequestContent) -> dict[str, int]:
        """Share a yearly amount out, exact to the penny, pence a year by school.

        Shares in pence stand as they are for the amount that they were named for; any other is
        shared in the same proportion. Every school has first what its pupils' plans set out.
        """
        weights = {each.school: each.share for each in self.shares}
        if self.shared_in is SharedIn.PENCE and annual_pence == self.whole:
            return dict(sorted(weights.items()))
        return shared_out(annual_pence, weights, content)


class Advising(Frozen):
    """The chair writes down what the panel advises; written again, it takes the earlier's place."""

    advice: Words | None = None
    """Advice to the school: it may be the whole answer."""
    services: Annotated[tuple[ServiceWanted, ...], Field(max_length=20)] = ()
    conditions: Annotated[tuple[Words, ...], Field(max_length=20)] = ()
    review_on: date | None = None
    sharing: SharingOut | None = None
    to_sen_officer: Words | None = None
    """Why a mainstream school is not right: it goes to a SEN officer."""


class AdvisedCase(Frozen):
    """What advice is held against: the request as it was placed, and what the record knows."""

    on: date
    content: RequestContent
    school: Code
    """The school that asks."""
    annual_pence: int | None
    """What it was priced at, pence a year; nothing where nobody has priced it yet."""
    services: frozenset[str]
    schools: frozenset[str]


def faults_of_advice(said: Advising, case: AdvisedCase) -> tuple[Fault, ...]:
    """List everything that keeps advice from being taken, all of it at once (promise 13)."""
    return (
        *_faults_of_what_is_said(said, case),
        *_faults_of_services(said, case),
        *(_faults_of_sharing(said.sharing, case) if said.sharing else ()),
    )


def _faults_of_what_is_said(said: Advising, case: AdvisedCase) -> Iterator[Fault]:
    if said == Advising():
        yield Fault(
            code="advice_empty",
            says="The advice says nothing.",
            would_help="Give advice, a service, a condition or a review date.",
            field="advice",
        )
    if said.review_on is not None and not case.on < said.review_on <= case.on + _FURTHEST:
        yield _not_ahead("review_on", "The review")
    if said.to_sen_officer is None:
        return
    if case.content.kind is RequestKind.PROJECT:
        yield Fault(
            code="no_pupil",
            says="A project has no pupil for whom a school could be wrong.",
            would_help="Leave the SEN officer out.",
            field="to_sen_officer",
        )
    if said.sharing is not None:
        yield Fault(
            code="shared_too_early",
            says="What goes to a SEN officer is not shared out yet.",
            would_help="Leave the sharing out; it can be advised when there is money to share.",
            field="sharing",
        )


def _faults_of_services(said: Advising, case: AdvisedCase) -> Iterator[Fault]:
    for place, each in enumerate(said.services):
        if each.service not in case.services:
            yield Fault(
                code="service_unknown",
                says="There is no such service.",
                would_help="Choose one of the services on record.",
                field=f"services.{place}.service",
            )
        if not case.on < each.by_on <= case.on + _FURTHEST:
            yield _not_ahead(f"services.{place}.by_on", "What a service does")
        if any(_is_same(each, other) for other in said.services[:place]):
            yield Fault(
                code="asked_twice",
                says="The same is asked of the service twice.",
                would_help="Ask it once.",
                field=f"services.{place}",
            )


def _faults_of_sharing(sharing: SharingOut, case: AdvisedCase) -> Iterator[Fault]:
    if case.content.kind not in _MAY_BE_SHARED:
        yield Fault(
            code="not_shared_out",
            says="Only a group's support and a project are shared between schools.",
            would_help="Leave the sharing out.",
            field="sharing",
        )
    yield from _faults_of_schools(sharing, case)
    named = sum(each.share for each in sharing.shares)
    if named != sharing.whole:
        shown = pounds if sharing.shared_in is SharedIn.PENCE else str
        yield Fault(
            code="shares_do_not_add_up",
            says=f"The shares come to {shown(named)}, and the whole is {shown(sharing.whole)}.",
            would_help="Name shares that add up exactly to the whole.",
            field="sharing.shares",
        )
    yield from _faults_of_amount(sharing, case)


def _faults_of_schools(sharing: SharingOut, case: AdvisedCase) -> Iterator[Fault]:
    times = Counter(each.school for each in sharing.shares)
    of_group = {case.school, *(pupil.school for pupil in case.content.pupils)}
    for place, each in enumerate(sharing.shares):
        field = f"sharing.shares.{place}.school"
        if each.school not in case.schools:
            yield Fault(
                code="school_unknown",
                says="There is no such school.",
                would_help="Give the code of a school on record.",
                field=field,
            )
        elif case.content.kind is RequestKind.GROUP and each.school not in of_group:
            yield Fault(
                code="school_without_pupil",
                says="The school has no pupil in the group.",
                would_help="Share between the schools of the group's pupils.",
                field=field,
            )
        if times[each.school] > 1:
            yield Fault(
                code="school_named_twice",
                says="The school is named twice.",
                would_help="Give each school one share.",
                field=field,
            )


def _faults_of_amount(sharing: SharingOut, case: AdvisedCase) -> Iterator[Fault]:
    amount = case.annual_pence
    if amount == 0:
        yield Fault(
            code="nothing_to_share",
            says="No money comes of this request.",
            would_help="Leave the sharing out.",
            field="sharing",
        )
    if sharing.shared_in is SharedIn.PARTS:
        return
    if amount != sharing.whole:
        is_now = "nobody has priced it yet" if amount is None else f"it is {pounds(amount)} a year"
        yield Fault(
            code="not_the_whole",
            says=f"The whole is not what the request comes to: {is_now}.",
            would_help="Share that amount, or share in parts.",
            field="sharing.whole",
        )
    owed = owed_by_school(case.content)
    for place, each in enumerate(sharing.shares):
        if each.share < owed.get(each.school, 0):
            yield _less_than_owed(place)
    missing = set(owed) - {each.school for each in sharing.shares}
    if missing:
        yield _less_than_owed(None)


def _less_than_owed(place: int | None) -> Fault:
    return Fault(
        code="owed_by_plan",
        says="A school would have less than its pupils' plans set out.",
        would_help="Give each school at least what its pupils' plans set out, or share in parts.",
        field="sharing.shares" if place is None else f"sharing.shares.{place}.share",
    )


def _not_ahead(field: str, what: str) -> Fault:
    return Fault(
        code="not_a_day_ahead",
        says=f"{what} is on a day from tomorrow, and within a year.",
        would_help="Choose such a day.",
        field=field,
    )


def _is_same(one: ServiceWanted, other: ServiceWanted) -> bool:
    return (one.service, one.asks) == (other.service, other.asks)
