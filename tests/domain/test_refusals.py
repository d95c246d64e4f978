"""A refusal says what was asked, what stands in the way and what would help."""

import pytest

from domain.refusals import REFUSALS, Refusal


def _every(kind: type[Refusal]) -> set[type[Refusal]]:
    below = kind.__subclasses__()
    return {*below, *(deeper for each in below for deeper in _every(each))}


def test_every_refusal_is_listed_under_its_own_code() -> None:
    """No class is forgotten and no code is used twice, so the web can give each a status."""
    of_the_field = {kind for kind in _every(Refusal) if kind.__module__ == Refusal.__module__}
    assert set(REFUSALS.values()) == of_the_field
    assert {kind.code for kind in _every(Refusal)} == set(REFUSALS)
    assert all(REFUSALS[code].code == code for code in REFUSALS)


@pytest.mark.promise(13)
@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_a_refusal_helps(code: str) -> None:
    """Each says the three things, with help of its own unless the moment has better."""
    kind = REFUSALS[code]
    refusal = kind("to sign", "the limit")
    assert (refusal.asked, refusal.in_the_way) == ("to sign", "the limit")
    assert refusal.help == kind.would_help != Refusal.would_help
    assert str(refusal) == "to sign: the limit"
    assert kind("to sign", "the limit", "Wait.").help == "Wait."
