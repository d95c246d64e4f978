"""What a panel advised, where an officer signs: conditions, review date, and services that help."""

from datetime import date

from activities.desk import Desk
from activities.store import services
from domain.acts import Authorising
from domain.frozen import Frozen
from domain.letter_advice import ServiceTold
from domain.refusals import NotValid
from domain.services import HELPS


class Terms(Frozen):
    """On which conditions support is given, and by when it is reviewed."""

    conditions: tuple[str, ...] = ()
    review_on: date | None = None


def terms(desk: Desk, said: Authorising | None, between: tuple[date, date]) -> Terms:
    """What the officer says of conditions and review; left out, what the panel advised.

    An answer to a challenge says nothing of either, so that the first panel's advice stands. An
    officer's review lies within the days that are given; a panel's that does not is left out.
    """
    advice = desk.advice
    conditions = said.conditions if said else None
    if conditions is None:
        conditions = advice.conditions if advice else ()
    review_on = said.review_on if said else None
    if review_on is not None and not _is_within(review_on, between, desk.day):
        raise NotValid(
            f"to have it reviewed by {review_on}",
            f"support is given from {between[0]} until {between[1]}",
            "Choose a day between, that is still to come.",
        )
    if review_on is None and advice is not None and advice.review_on is not None:
        fits = _is_within(advice.review_on, between, desk.day)
        review_on = advice.review_on if fits else None
    return Terms(conditions=conditions, review_on=review_on)


def advice_text(desk: Desk) -> str | None:
    """The panel's advice to the school, where it gave any."""
    advice = desk.advice
    return advice.advice if advice else None


def services_told(desk: Desk) -> tuple[ServiceTold, ...]:
    """The services that were asked and can be counted on, for the family's letter."""
    asked = [
        each for each in services.asked_of(desk.session, desk.request.id) if each.state in HELPS
    ]
    names = {each.code: each.name for each in services.services(desk.session)} if asked else {}
    return tuple(
        ServiceTold(name=names[each.service], asks=each.asks, by_on=each.by_on) for each in asked
    )


def _is_within(day: date, between: tuple[date, date], today: date) -> bool:
    return today < day and between[0] <= day <= between[1]
