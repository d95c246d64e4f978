"""The check of a tariff: its tables and steps, and conditions that make no sense."""

import pytest

from tests.domain.policy.writing import NIL, said, table, tariff_text

DAY_OF_ITS_OWN = "in_force_from = 2026-10-01"

BANDS = """
given = ["points", "band"]
bands = [{ code = "a", title = "A" }, { code = "b", title = "B" }]
"""
READS_POINTS = """
[[steps]]
id = "far"
form = "to_a_person"
says = "Too many points."
when = { points = { at_least = 1000 }, band = ["a"] }
"""


def banded(rows: str, more: str = "") -> str:
    """A tariff with two bands and a table."""
    return tariff_text(READS_POINTS + table(rows, more), top=BANDS)


A, B = '{ band = ["a"], amount_pounds = 1 }', '{ band = ["b"], amount_pounds = 2 }'

TARIFF_FAULTS = {
    "a sound table": (banded(f"{A}, {B}"), []),
    "two rows that both apply": (
        banded(f"{A}, {B}, {B}"),
        ["step table, row 3: can both apply to one case with row 2"],
    ),
    "rows told apart by their days": (
        banded(
            f"{A}, {B[:-1]}, in_force_until = 2026-10-01, authority = 'A' }},"
            f" {B[:-1]}, in_force_from = 2026-10-01, authority = 'B' }}"
        ),
        [],
    ),
    "a band without an amount": (banded(A), ["step table: band b has no amount"]),
    "more need that pays less": (
        banded('{ band = ["a"], amount_pounds = 3 }, { band = ["b"], amount_pounds = 2 }'),
        ["step table, row 2: pays less than row 1 for more need (band)"],
    ),
    "more points that pay less": (
        banded(
            "{ points = { at_most = 4 }, amount_pounds = 3 },"
            " { points = { at_least = 5 }, amount_pounds = 2 }"
        ),
        ["step table, row 2: pays less than row 1 for more need (points)"],
    ),
    "an unpriced top pays neither less nor more": (
        banded(f'{A}, {{ band = ["b"], to_a_person = true }}'),
        [],
    ),
    "a gap between points": (
        banded(
            "{ points = { at_most = 4 }, amount_pounds = 1 },"
            " { points = { at_least = 6 }, amount_pounds = 2 }"
        ),
        ["step table, row 2: and row 1 leave a gap in points: 0 to 4, then 6 or more"],
    ),
    "hours that end below leave no gap": (
        banded(
            "{ hours = { below = 15 }, amount_pounds = 1 },"
            " { hours = { at_least = 15 }, amount_pounds = 2 }"
        ),
        [],
    ),
    "an open row and one above it": (
        banded(
            "{ hours = { at_least = 1 }, amount_pounds = 1 },"
            " { hours = { at_least = 15 }, amount_pounds = 2 }"
        ),
        ["step table, row 2: can both apply to one case with row 1"],
    ),
    "columns of exact hours leave no gap": (
        banded(
            "{ hours = { exactly = 15 }, amount_pounds = 1 },"
            " { hours = { exactly = 30 }, amount_pounds = 2 }"
        ),
        [],
    ),
    "a band without an amount for one phase": (
        banded(
            '{ band = ["a"], phase = ["primary"], amount_pounds = 1 },'
            ' { band = ["a"], phase = ["secondary"], amount_pounds = 1 },'
            ' { band = ["b"], phase = ["primary"], amount_pounds = 2 }'
        ),
        ["step table: band b has no amount for phase secondary"],
    ),
    "a band and a tier that nobody declared": (
        banded(f'{A}, {B}, {{ band = ["z"], tier = ["top"], amount_pounds = 9 }}'),
        [
            "step table, row 3: there is no band z",
            "step table, row 3: there is no tier top",
        ],
    ),
    "a band that no rule leads to, and one twice": (
        tariff_text(
            NIL,
            top='bands = [{ code = "a", title = "A" }, { code = "a", title = "A" }]\n',
        ),
        [
            "band a: no rule leads to it",
            "bands: band a is defined 2 times",
        ],
    ),
    "a row with a day and no authority": (
        banded(f"{A}, {B[:-1]}, {DAY_OF_ITS_OWN} }}"),
        [
            "step table, row 2: has a day of its own and no authority for it",
            "step table: band b has no amount",
        ],
    ),
    "a row that begins when its document has ended": (
        banded(f"{A}, {B}")
        .replace('source = "A test"', 'source = "A test"\nin_force_until = 2026-12-01')
        .replace(
            "amount_pounds = 2 }",
            'amount_pounds = 2, in_force_from = 2027-01-01, authority = "A" }',
        ),
        [
            "step table, row 2: begins when the document has ended",
            "step table: band b has no amount",
        ],
    ),
    "steps behind an open end": (
        tariff_text('[[steps]]\nid = "all"\nform = "to_a_person"\nsays = "Always."\n' + NIL),
        ["step nil: is never reached: step all leaves every case to a person"],
    ),
    "a ceiling on nothing": (
        tariff_text(NIL.replace("rows", "up_to = true\nrows")),
        ["step nil: reads cost, which no earlier step gives"],
    ),
    "a limit, a share and rounding of nothing": (
        tariff_text(
            """
[[steps]]
id = "limit"
form = "limit"
says = "At most."
per = "pupil"
at_most_pounds = 1

[[steps]]
id = "round"
form = "rounded"
says = "Whole pounds."
to_pence = 100
how = "up"

[[steps]]
id = "share"
form = "school_share"
says = "The share."
per = { individual = "pupil" }
shares = [{ annual_pounds = 1 }, { phase = ["primary"], annual_pounds = 2 }]
spending_counts = true
"""
            + NIL
        ),
        [
            "step limit: reads cost, which no earlier step gives",
            "step round: reads cost, which no earlier step gives",
            "step share: reads cost, which no earlier step gives",
            "step share, row 2: can both apply to one case with row 1",
            "step share: takes from the cost what step limit has taken or lowered already",
            "step share: takes from the cost what step round has taken or lowered already",
        ],
    ),
    "a tier that nothing prices": (
        tariff_text(NIL.replace("rows", 'when = { tier = ["low"] }\nrows')),
        ["steps: no step prices tier high, so it would come to nothing"],
    ),
    "rates, allowances and options with days and no authority": (
        tariff_text(
            """
[[steps]]
id = "cost"
form = "costed_provision"
says = "By rate."
rates = { ta = { an_hour_pounds = 1, in_force_from = 2026-10-01 } }

[[steps]]
id = "counted"
form = "counted"
says = "Counted."
allowances = [{ count = "x", each_pounds = 1 }, { count = "x", each_pounds = 2 }]
"""
            + NIL
        ),
        [
            "step cost: has a day of its own and no authority for it",
            "step counted: count x is defined 2 times",
        ],
    ),
}


@pytest.mark.promise(13)
@pytest.mark.parametrize(("text", "expected"), TARIFF_FAULTS.values(), ids=list(TARIFF_FAULTS))
def test_faults_of_a_tariff_are_told(text: str, expected: list[str]) -> None:
    """Gaps, overlaps, more need that pays less, and whatever leads nowhere, each by row."""
    assert sorted(said(tariff=text)) == sorted(expected)


MODEL_FAULTS = {
    "a range that says two things": "points = { exactly = 1, at_least = 1 }",
    "a range with two ends": "points = { at_most = 1, below = 1 }",
    "a range that says nothing": "points = {}",
    "a range that holds nothing": "points = { at_least = 2, below = 2 }",
    "a row with an amount and without one": "to_a_person = true",
    "a phase that does not exist": 'phase = ["nursery"]',
    "a word that nobody reads": "wealth = 1",
}


@pytest.mark.parametrize("condition", MODEL_FAULTS.values(), ids=list(MODEL_FAULTS))
def test_conditions_that_make_no_sense_are_told(condition: str) -> None:
    """A condition that contradicts itself or names nothing is found before any case is."""
    text = tariff_text(table(f"{{ {condition}, amount_pounds = 1 }}"))
    (fault,) = said(tariff=text)
    assert fault.startswith("steps.0.amounts.rows.0")


STEP = '\n[[steps]]\nid = "odd"\nsays = "Odd."\n'
STEP_FAULTS = {
    "a form that does not exist": 'form = "magic"',
    "no form at all": "",
    "a limit without a limit": 'form = "limit"\nper = "pupil"',
    "a limit whose least is more than its most": (
        'form = "limit"\nper = "pupil"\nat_least_pounds = 2\nat_most_pounds = 1'
    ),
    "a yearly amount several times a year": (
        'form = "amounts"\ntimes = 3\nrows = [{ amount_pounds = 1 }]'
    ),
    "a rate in two ways": (
        'form = "costed_provision"\nrates = { ta = { an_hour_pounds = 1, a_minute_in_pence = 2 } }'
    ),
    "a rate over weeks by the hour": (
        'form = "costed_provision"\nrates = { ta = { an_hour_pounds = 1, over_weeks = 2 } }'
    ),
    "a sum of nothing": 'form = "weighted_sum"',
    "scores that fall": 'form = "weighted_sum"\nweights = { a = { scores = [1, 0] } }',
    "a shared cap without a weight": (
        'form = "weighted_sum"\nweights = { a = {} }\n'
        'shared_caps = [{ domains = ["b"], at_most = 1 }]'
    ),
    "a domain under two shared caps": (
        'form = "weighted_sum"\nweights = { a = {} }\n'
        'shared_caps = [{ domains = ["a", "a"], at_most = 1 }]'
    ),
    "a level that is no number": 'form = "assigned"\ngives = "level"\nvalue = "high"',
    "a level by fit that is no number": (
        'form = "best_fit"\ngives = "level"\ntie = "lower"\n'
        'options = [{ means = "high", descriptors = ["d1"] }]'
    ),
    "a level by threshold that is no number": (
        'form = "thresholds"\nof = "hours"\ngives = "level"\n'
        'steps = [{ at_least = 0, means = "high" }]'
    ),
    "a table without end": ('form = "amounts"\nrows = [' + "{ amount_pounds = 1 }," * 601 + "]"),
}


@pytest.mark.parametrize("step", STEP_FAULTS.values(), ids=list(STEP_FAULTS))
def test_steps_that_make_no_sense_are_told(step: str) -> None:
    """A step that contradicts itself is one fault, at its own place, with what would mend it."""
    (fault,) = said(tariff=tariff_text(NIL + STEP + step))
    assert fault.startswith("steps.1")
