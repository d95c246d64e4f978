"""What a panel advised and how money is shared, as the decision letter tells it."""

from collections.abc import Iterator
from datetime import date

from domain.explaining import day_in_words, whole_pounds
from domain.frozen import Frozen
from domain.request import Pence


class ServiceTold(Frozen):
    """A service that was asked to help, as a letter tells it."""

    name: str
    asks: str
    by_on: date


class ShareTold(Frozen):
    """What one school has of a project's money, pence a year."""

    school: str
    annual_pence: Pence


def shares_in_words(shares: tuple[ShareTold, ...]) -> Iterator[str]:
    """Say between which schools a project's money is shared."""
    if shares:
        yield "It is shared between these schools:"
        for each in shares:
            yield f"- {each.school}: {whole_pounds(each.annual_pence)} a year"


def advice_in_words(
    advice: str | None, services: tuple[ServiceTold, ...], *, for_several: bool
) -> Iterator[str]:
    """Say what the panel advised, and which services were asked to help.

    Where several families read the letter, what is asked is left out: it may be about one child.
    """
    if advice:
        yield f"The panel of schools gave this advice: {advice}"
    if services:
        yield "The panel asked these services to help:"
    for each in services:
        by_on = day_in_words(each.by_on)
        yield f"- {each.name}, by {by_on}" + ("" if for_several else f": {each.asks}")


def conditions_in_words(conditions: tuple[str, ...]) -> Iterator[str]:
    """Say on which conditions it was agreed."""
    if conditions:
        yield "We agreed on these conditions:"
        yield from (f"- {condition}" for condition in conditions)
