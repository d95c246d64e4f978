"""The check of what no case can come to: idle conditions, rows, scales, exceptions, figures."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.policy.implying import contains, follows, holds_a_whole_number
from domain.policy.matching import Facts, Match, Range
from tests.domain.policy.writing import (
    ALL_LOW,
    BY_POINTS,
    NIL,
    POINTS,
    continuum_text,
    said,
    table,
    tariff_text,
)

GIVEN = """
given = ["points", "band"]
bands = [{ code = "a", title = "A" }, { code = "b", title = "B" }]
"""


def step(name: str, form: str, more: str = "") -> str:
    """A step of a form, with its own words."""
    return f'\n[[steps]]\nid = "{name}"\nform = "{form}"\nsays = "A step."\n{more}\n'


def person(name: str, when: str = "") -> str:
    """A step that leaves cases to a person."""
    return step(name, "to_a_person", when and f"when = {{ {when} }}")


READS = person("reads", 'points = { exactly = 500 }, band = ["a"]')
LEFT = "is never reached: step far leaves such cases to a person"

PRIMARY = '{ phase = ["primary"], amount_pounds = 1 }'
SECONDARY = '{ phase = ["secondary"], amount_pounds = 1 }'
SCALE = """
of = "points"
gives = "band"
steps = [{ at_least = 0, %s means = "a" }, { at_least = %s, means = "b" }]
"""


CAPPED = POINTS.replace("weights =", "at_most = 6\nweights =")


def plain(*steps: str) -> str:
    """A tariff of these steps."""
    return tariff_text("".join(steps))


def matrix(*steps: str) -> str:
    """A tariff to which a case brings its points and its band."""
    return tariff_text(READS + "".join(steps), top=GIVEN)


def priced_when(condition: str) -> str:
    """A table of one amount, under a condition."""
    return table("{ amount_pounds = 1 }", f"when = {{ {condition} }}")


TARIFFS = {
    "a row that contradicts its step": (
        plain(table(PRIMARY, 'when = { phase = ["secondary"] }')),
        ["step table, row 1: can never hold together with the condition of its step"],
    ),
    "hours beyond a week": (
        plain(priced_when("hours = { at_least = 169 }")),
        ["step table, when: never holds: hours 169 or more is more than 168"],
    ),
    "a key stage that lies between two": (
        plain(priced_when("key_stage = { at_least = 2.2, at_most = 2.8 }")),
        ["step table, when: never holds: no whole key_stage lies in 11/5 to 14/5"],
    ),
    "a level that lies between two": (
        plain(priced_when("levels = { speech = { at_least = 1.5, below = 2 } }")),
        [
            "step table, when: never holds: no whole level of speech lies in 3/2 to below 2",
            "step table, when: speech has no level 3/2 to below 2, so it never applies",
        ],
    ),
    "more points than anybody has": (
        plain(CAPPED, person("most", "points = { at_least = 7 }"), NIL),
        ["step most, when: never holds: points 7 or more is more than 6"],
    ),
    "points that a step raises have no most": (
        plain(
            CAPPED,
            step("more", "minimum", 'gives = "points"\nvalue = "90"'),
            person("most", "points = { at_least = 80 }"),
            NIL,
        ),
        [],
    ),
    "a row that an earlier step took": (
        matrix(
            person("far", "points = { at_least = 100 }"),
            table(
                "{ points = { at_least = 200 }, amount_pounds = 1 },"
                " { points = { below = 200 }, amount_pounds = 1 }"
            ),
        ),
        [f"step table, row 1: {LEFT}"],
    ),
    "a step that an earlier step took": (
        plain(
            person("far", 'phase = ["primary", "secondary"]'),
            priced_when('phase = ["primary"]'),
            NIL,
        ),
        [f"step table: {LEFT}"],
    ),
    "a row that an unpriced row took": (
        plain(
            table(PRIMARY.replace("amount_pounds = 1", "to_a_person = true")).replace(
                "table", "far"
            ),
            table(f"{PRIMARY}, {SECONDARY}"),
        ),
        [f"step table, row 1: {LEFT}"],
    ),
    "a part of a scale that an earlier step took": (
        matrix(
            person("far", "points = { at_least = 10 }"),
            step("scale", "thresholds", SCALE % ("", 12)),
            NIL,
        ),
        [f"step scale, b: {LEFT}"],
    ),
    "a scale that ends where an earlier step begins": (
        matrix(
            person("far", "points = { at_least = 10 }, phase = ['primary']"),
            step("scale", "thresholds", SCALE % ("at_most = 9,", 10)),
            NIL,
        ),
        [],
    ),
    "a scale that is out of order is only told so": (
        matrix(
            person("far", "points = { at_least = 10 }"),
            step("scale", "thresholds", SCALE % ("", 0)),
            NIL,
        ),
        ["step scale, a and b: are out of order: the second does not begin above the first"],
    ),
    "a figure that is settled anew opens the way again": (
        matrix(
            person("far", 'band = ["b"]'),
            step("up", "minimum", 'gives = "band"\nvalue = "b"'),
            table('{ band = ["a"], amount_pounds = 1 }, { band = ["b"], amount_pounds = 2 }'),
        ),
        [],
    ),
    "an exception keeps the way open": (
        plain(
            person("far", 'phase = ["primary"]'),
            step("but", "to_a_person", "exception_to = 'far'\nwhen = { setting = ['special'] }"),
            priced_when('phase = ["primary"]'),
            NIL,
        ),
        [],
    ),
    "a kind on a tier that it never reaches": (
        plain(priced_when('kind = ["project"], tier = ["high"]'), NIL),
        ["step table, when: never holds: no project is placed on high"],
    ),
    "a row for a kind on a tier that it never reaches": (
        plain(
            table('{ kind = ["project"], amount_pounds = 1 }', 'when = { tier = ["high"] }'), NIL
        ),
        ["step table, row 1: never holds: no project is placed on high"],
    ),
}
ONLY_PUPILS = BY_POINTS.replace("steps =", 'when = { kind = ["individual", "group"] }\nsteps =')
SOUND = continuum_text(
    POINTS
    + ONLY_PUPILS
    + ALL_LOW.replace("value", 'when = { kind = ["project", "advice"] }\nvalue')
)


@pytest.mark.promise(13)
@pytest.mark.parametrize(("text", "expected"), TARIFFS.values(), ids=list(TARIFFS))
def test_what_no_case_can_come_to_is_told(text: str, expected: list[str]) -> None:
    """Promise 13: a row, a step or a condition that can never count is a fault, at its place."""
    assert sorted(said(continuum=SOUND, tariff=text)) == sorted(expected)


EXCEPTION = """
[[steps]]
id = "other"
form = "assigned"
says = "Another."
gives = "tier"
value = "low"
exception_to = "tier"
"""
WHEN_KIND = 'when = { kind = ["individual", "group"] }\nsteps ='

CONTINUA = {
    "an exception that applies wherever its base does": (
        POINTS
        + BY_POINTS.replace("steps =", 'when = { kind = ["group"] }\nsteps =')
        + EXCEPTION
        + 'when = { kind = ["group", "individual"] }'
        + ALL_LOW.replace('"low"\nform', '"rest"\nform').replace(
            "value", 'when = { kind = ["individual", "project", "advice"] }\nvalue'
        ),
        ["step other: applies wherever step tier does, so that step never counts"],
    ),
    "an exception for every kind there is": (
        POINTS
        + BY_POINTS
        + EXCEPTION
        + 'when = { kind = ["advice", "individual", "group", "project"] }',
        ["step other: applies wherever step tier does, so that step never counts"],
    ),
    "an exception to itself": (
        POINTS
        + BY_POINTS
        + EXCEPTION.replace('"tier"\n', '"tier"\n').replace(
            'exception_to = "tier"', 'exception_to = "other"'
        ),
        [
            "step other: always applies, so its base rule never does",
            "step other: is an exception to itself: other to other",
            "step other: there is no base rule other to be an exception to",
        ],
    ),
    "exceptions to one another": (
        POINTS
        + BY_POINTS
        + EXCEPTION.replace(
            'exception_to = "tier"', 'exception_to = "third"\nwhen = { kind = ["group"] }'
        )
        + EXCEPTION.replace('"other"', '"third"').replace(
            'exception_to = "tier"', 'exception_to = "other"\nwhen = { kind = ["advice"] }'
        ),
        [
            "step other: is an exception to itself: other to third to other",
            "step other: there is no base rule third to be an exception to",
            "step third: is an exception to itself: third to other to third",
            "step third: there is no base rule other to be an exception to",
        ],
    ),
    "a figure that is settled twice and read once": (
        POINTS + POINTS.replace('"points"\nform', '"again"\nform') + BY_POINTS,
        ["step points: counts for nothing: step again settles the points anew before it is read"],
    ),
}


@pytest.mark.parametrize(("steps", "expected"), CONTINUA.values(), ids=list(CONTINUA))
def test_rules_that_never_count_are_told(steps: str, expected: list[str]) -> None:
    """An exception in its base rule's place, exceptions in a circle, a figure given for nothing."""
    assert sorted(said(continuum=continuum_text(steps))) == sorted(expected)


RANGES = st.builds(
    lambda low, length, end: Range.model_validate(
        {"exactly": low}
        if end == "exactly"
        else {"at_least": low}
        if end == "open"
        else {"at_least": low, end: low + length}
    ),
    st.decimals(0, 9, places=1),
    st.decimals("0.1", 5, places=1),
    st.sampled_from(["exactly", "open", "at_most", "below"]),
)
NUMBERS = [Fraction(number, 20) for number in range(320)]


@given(outer=RANGES, inner=RANGES)
def test_a_range_contains_another_where_every_number_says_so(outer: Range, inner: Range) -> None:
    """What is said of two ranges is what every number in reach says of them."""
    held = [number for number in NUMBERS if inner.holds(number)]
    if contains(outer, inner):
        assert all(outer.holds(number) for number in held)
    elif held and (inner.highest is not None or outer.highest is None):
        assert not all(outer.holds(number) for number in [*held, held[-1]])
    assert holds_a_whole_number(inner) is any(inner.holds(Fraction(number)) for number in range(20))


MATCHES = st.builds(
    lambda phase, hours, level, ticked: Match.model_validate(
        {"phase": phase, "any_descriptor": ticked}
        | ({"hours": hours} if hours else {})
        | ({"levels": {"speech": level}} if level else {}),
        strict=False,
    ),
    st.lists(st.sampled_from(["primary", "secondary"]), unique=True).map(tuple),
    st.none() | RANGES,
    st.none() | RANGES,
    st.lists(st.sampled_from(["d1", "d2"]), unique=True).map(tuple),
)
FACTS = st.builds(
    lambda phase, hours, level, ticked: Facts(
        {"phase": phase}, {"hours": hours}, {"speech": level}, frozenset(ticked)
    ),
    st.sampled_from(["primary", "secondary", None]),
    st.sampled_from(NUMBERS),
    st.integers(0, 15),
    st.sets(st.sampled_from(["d1", "d2"])),
)


@given(condition=MATCHES, known=st.lists(MATCHES, max_size=2), facts=FACTS)
def test_what_follows_holds_wherever_what_it_follows_from_does(
    condition: Match, known: list[Match], facts: Facts
) -> None:
    """A step is called unreachable only where no facts at all could reach it."""
    if follows(condition, known) and all(each.holds(facts) for each in known):
        assert condition.holds(facts)
