"""The tariffs of next financial year that the play's policy officers write: files, as they say.

Each is the published second edition with other values in it, as such a draft is made: copied,
and changed where the Cabinet decided. The slips are those that people make.
"""

from datetime import date

from deploy.demo.county import HERE

Change = tuple[str, str]

IN_FORCE_FROM = date(2027, 4, 1)
"""The first day of the next financial year."""

_SECOND_FROM = date(2026, 10, 6)
_FOLDER = HERE.parent.parent / "domain" / "policy" / "packs" / "demo" / "tariff"
_TARIFF = f"tariff/{IN_FORCE_FROM}.toml"
_CASES = f"cases/{IN_FORCE_FROM}.toml"

_THIRD: tuple[Change, ...] = (
    ("The second edition, dearer by the pay award.", "The third edition, dearer once more."),
    (str(_SECOND_FROM), str(IN_FORCE_FROM)),
    ("26/00021, 1 October 2026", "27/00004, 9 February 2027"),
    ("tariff for 2026-27, second edition", "tariff for 2027-28, third edition"),
    ("= 672.60", "= 695.40"),
    ("= 820.80", "= 847.40"),
    ("= 741.00", "= 767.60"),
    ("= 1873.40", "= 1938.00"),
    ("= 2352.20", "= 2432.00"),
    ("£12,000", "£11,700"),
    ("= 12000.00", "= 11700.00"),
    ("52 points", "51 points"),
    ("at_least = 52", "at_least = 51"),
    ("at_least = 40, at_most = 51", "at_least = 40, at_most = 50"),
    ("= 3216.00", "= 3330.00"),
    ("= 3555.00", "= 3681.00"),
    ("= 5124.00", "= 5304.00"),
    ("= 5655.00", "= 5856.00"),
    ("= 8460.00", "= 8757.00"),
    ("= 9180.00", "= 9501.00"),
    ("= 12918.00", "= 13371.00"),
    ("= 13782.00", "= 14265.00"),
)
_CAREFUL: tuple[Change, ...] = (
    (str(_SECOND_FROM), str(IN_FORCE_FROM)),
    ("26/00021, 1 October 2026", "27/00005, 9 February 2027"),
    ("tariff for 2026-27, second edition", "tariff for 2027-28, another third edition"),
    ("= 672.60", "= 684.00"),
    ("= 5124.00", "= 5202.00"),
    ("= 5655.00", "= 5742.00"),
)
_NO_AUTHORITY = ("Demo County decision 27/00004, 9 February 2027", "TBC")
_OVERLAP = ("at_least = 28, at_most = 39", "at_least = 27, at_most = 39")
_LOST_PHASE = (
    '"secondary", "all_through", "post_16"], amount_pounds = 14265.00',
    '"secondary", "post_16"], amount_pounds = 14265.00',
)
_LOST_NOUGHT = ("= 5304.00", "= 530.40")
_SWAPPED_DIGITS = ("= 5304.00", "= 5340.00")
_MISSPELT = ("hours_a_week", "hours_week")

_GOLDEN = """\
# What the Cabinet's paper says that the third edition gives.
on = 2027-04-05
facts = { kind = "individual", phase = "primary" }

[[case]]
says = "20 points, in a primary school"
tier = "exceptional"
band = "e2"
annual_pounds = 5304.00
[case.facts.levels]
communication_and_interaction = 4
cognition_and_learning = 4
social_emotional_and_mental_health = 0
sensory_and_or_physical = 0

[[case]]
says = "51 points go to a person, who names the price"
tier = "exceptional"
to_a_person = true
[case.facts.levels]
communication_and_interaction = 5
cognition_and_learning = 5
social_emotional_and_mental_health = 5
sensory_and_or_physical = 2

[[case]]
says = "13 hours of a teaching assistant"
tier = "predictable"
annual_pounds = 3040.20
[[case.facts.provision]]
staff = "ta"
hours_a_week = 13
weeks = 38
[case.facts.levels]
communication_and_interaction = 3
cognition_and_learning = 0
social_emotional_and_mental_health = 0
sensory_and_or_physical = 0
"""


def third_edition() -> dict[str, str]:
    """Write the dearer tariff, and golden cases beside it: a draft without a fault."""
    return {_TARIFF: _second_with(*_THIRD), _CASES: _GOLDEN}


def with_slips() -> dict[str, str]:
    """Write the same in haste: a fault of each sort, in both files."""
    slips = (_NO_AUTHORITY, _OVERLAP, _LOST_PHASE, _LOST_NOUGHT)
    return {_TARIFF: _second_with(*_THIRD, *slips), _CASES: _changed(_GOLDEN, _MISSPELT)}


def with_swapped_digits() -> dict[str, str]:
    """Write it with two digits swapped, which only the golden cases can tell."""
    return {_TARIFF: _second_with(*_THIRD, _SWAPPED_DIGITS), _CASES: _GOLDEN}


def careful_edition() -> dict[str, str]:
    """Write another tariff for the same year, to be tried beside it: less of a rise."""
    return {_TARIFF: _second_with(*_CAREFUL)}


def _second_with(*changes: Change) -> str:
    text = (_FOLDER / f"{_SECOND_FROM}.toml").read_text(encoding="utf-8")
    return _changed(text, *changes)


def _changed(text: str, *changes: Change) -> str:
    """Change words that are there; what is nowhere in the text is a fault of the play."""
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after)
    return text
