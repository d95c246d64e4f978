"""Worked cases themselves: what an officer may write, and what is told of a difference."""

import pytest

from domain.policy.load import PackFaulty
from domain.worked import differences, read_worked
from tests.domain.policy.writing import continuum_text, tariff_text, version

PACK = (version(continuum_text()), version(tariff_text()))
HEAD = 'pack = "test"\non = 2026-10-05\nfacts = { kind = "individual" }\n'


def differences_of(case: str) -> list[str]:
    """What comes out otherwise in one written case."""
    (worked,) = read_worked("test.toml", f"{HEAD}case = [{{ says = 'A case', {case} }}]")
    return differences(worked, PACK)


def test_a_case_that_comes_out_as_written_has_no_differences() -> None:
    """Tier and amount are as the example says, and what it does not say is not asked."""
    facts = "facts = { levels = { speech = 1, learning = 1 } }"
    assert differences_of(f'{facts}, tier = "high", annual_pounds = 0') == []


def test_every_difference_is_told() -> None:
    """All that came out otherwise is told at once: tier, amount, parts, schools, instalment."""
    facts = "facts = { levels = { speech = 0, learning = 0 } }"
    wrong = (
        'tier = "high", band = "a", annual_pounds = 1, gross_pounds = 2, instalment_pounds = 3,'
        " school_share_pounds = 4, to_a_person = true,"
        ' by_school = [{ school = "oak", annual_pounds = 5 }]'
    )
    told = [each.split(":")[0] for each in differences_of(f"{facts}, {wrong}")]
    assert told == [
        "tier",
        "to a person",
        "annual",
        "band",
        "gross",
        "school's share",
        "by school",
        "instalment",
    ]


def test_a_refusal_that_was_not_expected_is_a_difference() -> None:
    """A case that cannot be placed differs, unless its example says so."""
    facts = "facts = { levels = { speech = 9, learning = 0 } }"
    assert differences_of(f'{facts}, tier = "low"') == [
        "refused: expected nothing, came not_valid (speech has no level 9)"
    ]
    assert differences_of(f'{facts}, tier = "low", refused = "not_valid"') == []


def test_a_refusal_that_does_not_come_is_a_difference() -> None:
    """An example that expects a refusal is not met by a price."""
    facts = "facts = { levels = { speech = 0, learning = 0 } }"
    case = f'{facts}, tier = "low", annual_pounds = 0, refused = "not_valid"'
    assert differences_of(case) == ["refused: expected not_valid, came nothing"]


def test_faults_of_an_example_are_told_by_name() -> None:
    """An example with a word that no rule reads is refused like a policy file."""
    with pytest.raises(PackFaulty, match=r"line 4: case 1, facts\.wealth"):
        differences_of('facts = { wealth = 1 }, tier = "low"')
