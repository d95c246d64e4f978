"""The check of a continuum: its steps, its scales and what it declares."""

import pytest

from tests.domain.policy.writing import (
    ALL_LOW,
    AREAS,
    BY_POINTS,
    DESCRIPTORS,
    POINTS,
    TIERS,
    continuum_text,
    said,
)

EXCEPTION = """
[[steps]]
id = "NAME"
form = "assigned"
says = "An exception."
exception_to = "tier"
when = { WHEN }
gives = "tier"
value = "low"
"""


def exception(name: str, when: str) -> str:
    """An exception to the tier by points."""
    return EXCEPTION.replace("NAME", name).replace("WHEN", when)


def points_to(*steps: str) -> str:
    """A continuum with other thresholds."""
    listed = ", ".join(f"{{ {step} }}" for step in steps)
    return POINTS + BY_POINTS.replace(
        '{ at_least = 0, means = "low" }, { at_least = 3, means = "high" }', listed
    )


DAY_OF_ITS_OWN = "in_force_from = 2026-10-01"

CONTINUUM_FAULTS = {
    "a tier that nobody declared": (
        points_to('at_least = 0, means = "low"', 'at_least = 3, means = "top"'),
        [
            "step tier: there is no tier top",
            "tier high: no rule leads to it",
        ],
    ),
    "thresholds out of order": (
        points_to('at_least = 3, means = "low"', 'at_least = 0, means = "high"'),
        [
            "step tier: says nothing about points below 3",
            "step tier, low and high: are out of order: the second does not begin above the first",
        ],
    ),
    "thresholds that overlap": (
        points_to('at_least = 0, at_most = 3, means = "low"', 'at_least = 3, means = "high"'),
        ["step tier, low and high: overlap from 3 to 3"],
    ),
    "a gap between thresholds": (
        points_to('at_least = 0, at_most = 1, means = "low"', 'at_least = 3, means = "high"'),
        ["step tier, low and high: leave a gap between 1 and 3"],
    ),
    "whole points leave no gap": (
        points_to('at_least = 0, at_most = 2, means = "low"', 'at_least = 3, means = "high"'),
        [],
    ),
    "half points do": (
        points_to(
            'at_least = 0, at_most = 2, means = "low"', 'at_least = 3, means = "high"'
        ).replace("{ weight = 2 }", "{ weight = 1.5 }"),
        ["step tier, low and high: leave a gap between 2 and 3"],
    ),
    "more points that place lower": (
        points_to('at_least = 0, means = "high"', 'at_least = 3, means = "low"'),
        ["step tier, high and low: give more points a lower tier"],
    ),
    "a step that ends before it begins": (
        points_to('at_least = 0, means = "low"', 'at_least = 3, at_most = 2, means = "high"'),
        [
            "step tier: high ends before it begins",
            "step tier: may place nobody, and no tier is named for what is left to a person",
        ],
    ),
    "a threshold that nobody can reach": (
        (POINTS + BY_POINTS)
        .replace("{ weight = 2 }", "{ scores = [0, 1, 1] }")
        .replace("{ weight = 1 }", "{ scores = [0, 1, 1] }"),
        ["step tier: nobody can reach high: the most is 2 points"],
    ),
    "a threshold that one open domain leaves in reach": (
        (POINTS + BY_POINTS).replace("{ weight = 2 }", "{ scores = [0, 1, 1] }"),
        [],
    ),
    "a threshold on a day without steps": (
        points_to(
            'at_least = 0, means = "low", in_force_until = 2026-10-01, authority = "A"',
            'at_least = 3, means = "high", in_force_until = 2026-10-01, authority = "A"',
        ),
        ["step tier: has no step on 2026-10-01"],
    ),
    "an exception to nothing": (
        POINTS + BY_POINTS + exception("odd", 'kind = ["project"]').replace('"tier"', '"gone"', 1),
        ["step odd: there is no base rule gone to be an exception to"],
    ),
    "an exception that always applies": (
        POINTS + BY_POINTS + exception("odd", ""),
        ["step odd: always applies, so its base rule never does"],
    ),
    "an exception that settles something else": (
        POINTS
        + BY_POINTS
        + exception("odd", 'kind = ["project"]')
        .replace('gives = "tier"', 'gives = "level"')
        .replace('value = "low"', 'value = "1"'),
        ["step odd: gives level, and the rule it replaces gives tier"],
    ),
    "two exceptions that both apply": (
        POINTS
        + BY_POINTS
        + exception("one", 'kind = ["project"]')
        + exception("two", "levels = { speech = { at_least = 1 } }"),
        ["step one: and step two can both apply to one case as exceptions"],
    ),
    "two exceptions told apart": (
        POINTS
        + BY_POINTS
        + exception("one", 'kind = ["project"]')
        + exception("two", 'kind = ["advice"]'),
        [],
    ),
    "two exceptions told apart by levels": (
        POINTS
        + BY_POINTS
        + exception("one", "levels = { speech = { at_most = 0 } }")
        + exception("two", "levels = { speech = { at_least = 1 } }"),
        [],
    ),
    "two exceptions told apart by their days": (
        POINTS
        + BY_POINTS
        + exception(
            "one", 'kind = ["project"] }\nauthority = "A"\nin_force_until = 2026-10-01 #'
        ).replace("# }", "")
        + exception(
            "two", 'kind = ["project"] }\nauthority = "A"\nin_force_from = 2026-10-01 #'
        ).replace("# }", ""),
        [],
    ),
    "two steps of one name": (
        POINTS + BY_POINTS + ALL_LOW + ALL_LOW,
        [
            "step tier: counts for nothing: step low settles the tier anew before it is read",
            "steps: step low is defined 2 times",
        ],
    ),
    "a figure that is read before it is given": (
        BY_POINTS + POINTS,
        ["step tier: reads points, which no earlier step gives"],
    ),
    "a rule with a day and no authority": (
        POINTS + BY_POINTS + ALL_LOW + DAY_OF_ITS_OWN,
        ["step low: has a day of its own and no authority for it"],
    ),
    "a rule that begins before its document": (
        POINTS + BY_POINTS + ALL_LOW + 'in_force_from = 2026-08-01\nauthority = "A"',
        ["step low: begins before its document does"],
    ),
    "a rule that ends before it begins": (
        POINTS + BY_POINTS + ALL_LOW + 'in_force_until = 2026-08-01\nauthority = "A"',
        ["step low: ends before it begins"],
    ),
    "an unknown domain, descriptor and level": (
        POINTS
        + BY_POINTS
        + exception("odd", "levels = { sleep = { exactly = 1 } }")
        + exception("far", "levels = { speech = { exactly = 9 } }").replace('"tier"', '"points"', 1)
        + ALL_LOW
        + 'when = { any_descriptor = ["d9"] }',
        [
            "step odd: there is no domain of need sleep",
            "step far, when: speech has no level 9, so it never applies",
            "step low: there is no descriptor d9",
            "step far: gives tier, and the rule it replaces gives points",
        ],
    ),
    "a level without a score and a score without a level": (
        (POINTS + BY_POINTS)
        .replace("{ weight = 2 }", "{ scores = [0, 3] }")
        .replace("{ weight = 1 }", "{ scores = [0, 1, 2, 3] }"),
        [
            "step points, weights, speech: level 2 has no points",
            "step points, weights, learning: there is a score for level 3, which no domain has",
        ],
    ),
    "kinds of request that no rule places": (
        (POINTS + BY_POINTS).replace('of = "points"', 'of = "points"\nwhen = { kind = ["group"] }'),
        [
            "steps: no rule places a request of kind advice",
            "steps: no rule places a request of kind individual",
            "steps: no rule places a request of kind project",
        ],
    ),
    "a best fit without a tier for what does not fit": (
        """
[[steps]]
id = "fit"
form = "best_fit"
says = "The best fit."
gives = "tier"
tie = "higher"
options = [{ means = "low", descriptors = ["d1"] }, { means = "high", descriptors = ["d2"] }]
"""
        + POINTS,
        ["step fit: may place nobody, and no tier is named for what is left to a person"],
    ),
    "a best fit from a day that nobody set": (
        POINTS
        + BY_POINTS
        + """
[[steps]]
id = "fit"
form = "best_fit"
says = "The best fit."
gives = "level"
tie = "higher"
in_force_from = 2026-10-01
options = [{ means = "1", descriptors = ["d1"] }]
""",
        [
            "step fit: has a day of its own and no authority for it",
            "step fit: may place nobody, and no tier is named for what is left to a person",
        ],
    ),
    "a tier in a condition that nobody declared": (
        POINTS + BY_POINTS + ALL_LOW + 'when = { tier = ["top"] }',
        ["step low, when: there is no tier top"],
    ),
    "an overall level of a domain that is not there": (
        POINTS
        + BY_POINTS
        + """
[[steps]]
id = "level"
form = "overall_level"
says = "The highest."
take = "highest"
domains = ["sleep"]
""",
        ["step level: there is no domain of need sleep"],
    ),
}


@pytest.mark.promise(13)
@pytest.mark.parametrize(
    ("steps", "expected"), CONTINUUM_FAULTS.values(), ids=list(CONTINUUM_FAULTS)
)
def test_faults_of_a_continuums_steps_are_told(steps: str, expected: list[str]) -> None:
    """Each way in which steps can be wrong is named, and nothing else is."""
    assert sorted(said(continuum=continuum_text(steps))) == sorted(expected)


HEAD_FAULTS = {
    "a tier twice": (
        continuum_text().replace(TIERS, TIERS + TIERS.split("\n\n")[0].strip()),
        ["tiers: tier low is defined 2 times"],
    ),
    "a domain that no rule reads": (
        continuum_text(POINTS.replace(", learning = { weight = 1 }", "") + BY_POINTS),
        ["domain learning: no rule reads it"],
    ),
    "a level twice in a domain": (
        continuum_text().replace('{ level = 2, says = "Much" }', '{ level = 1, says = "x" }', 1),
        ["domain speech: level 1 is defined 2 times"],
    ),
    "a domain twice": (
        continuum_text().replace(AREAS, AREAS + AREAS.split("\n\n")[0]),
        ["domains: domain speech is defined 2 times"],
    ),
    "descriptors of no domain, of no level and twice": (
        continuum_text(
            top=DESCRIPTORS.replace('"speech", level = 1', '"sleep", level = 1')
            .replace('"learning", level = 2', '"learning", level = 7')
            .replace('"d2"', '"d1"')
        ),
        [
            "descriptors: descriptor d1 is defined 2 times",
            "descriptor d1: there is no domain of need sleep",
            "descriptor d1: learning has no level 7",
        ],
    ),
    "figures that are given and never read": (
        continuum_text(POINTS + BY_POINTS, top=f'given = ["band"]\n{DESCRIPTORS}'),
        ["given: no rule reads band"],
    ),
    "an unplaced tier that nobody declared": (
        continuum_text(top=f'unplaced = "lost"\n{DESCRIPTORS}'),
        ["unplaced: there is no tier lost"],
    ),
    "a tier that no rule of the tariff knows or prices": (
        continuum_text().replace('route = "below"', 'route = "predictable"'),
        [],
    ),
}


@pytest.mark.parametrize(("text", "expected"), HEAD_FAULTS.values(), ids=list(HEAD_FAULTS))
def test_faults_of_what_a_continuum_declares_are_told(text: str, expected: list[str]) -> None:
    """What is declared twice, wrongly or for nothing is named."""
    assert sorted(said(continuum=text)) == sorted(expected)


def test_a_scale_may_begin_where_its_step_begins_to_apply() -> None:
    """A table printed from 1 point on has no gap below where its step says so, and one above."""
    begun = points_to('at_least = 1, means = "low"', 'at_least = 3, means = "high"')
    for least, told in ((1, []), (0, ["step tier: says nothing about points below 1"])):
        when = f"when = {{ points = {{ at_least = {least} }} }}"
        steps = begun.replace('id = "tier"', f'id = "tier"\n{when}')
        assert [each for each in said(continuum=continuum_text(steps)) if "below" in each] == told
