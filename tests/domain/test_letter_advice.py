"""What a panel advised, as the decision letter tells it, read aloud."""

from datetime import date

import pytest

from domain.letter_advice import (
    ServiceTold,
    ShareTold,
    advice_in_words,
    conditions_in_words,
    shares_in_words,
)

SPEECH = ServiceTold(
    name="Speech and Language Service",
    asks="Show the class team how to use pictures.",
    by_on=date(2026, 12, 11),
)


def test_advice_and_services_are_told_in_plain_words() -> None:
    """What the panel advised, and who was asked to help with what, by when."""
    assert list(advice_in_words("Keep the same adult.", (SPEECH,), for_several=False)) == [
        "The panel of schools gave this advice: Keep the same adult.",
        "The panel asked these services to help:",
        f"- Speech and Language Service, by 11 December 2026: {SPEECH.asks}",
    ]


@pytest.mark.promise(8)
def test_several_families_are_not_told_what_is_asked_of_a_service() -> None:
    """It may be about one child; that a service helps is for all of them."""
    told = " ".join(advice_in_words(None, (SPEECH,), for_several=True))
    assert told.endswith("- Speech and Language Service, by 11 December 2026")


def test_nothing_is_said_of_what_nobody_advised() -> None:
    """No heading stands over an empty list."""
    assert list(advice_in_words(None, (), for_several=False)) == []
    assert list(conditions_in_words(())) == []
    assert list(shares_in_words(())) == []


def test_conditions_and_shares_are_lists() -> None:
    """One line for each, under a sentence."""
    assert list(conditions_in_words(("Every fortnight.", "In writing."))) == [
        "We agreed on these conditions:",
        "- Every fortnight.",
        "- In writing.",
    ]
    shares = (ShareTold(school="Dell School", annual_pence=2_000_00),)
    assert list(shares_in_words(shares)) == [
        "It is shared between these schools:",
        "- Dell School: £2,000 a year",
    ]
