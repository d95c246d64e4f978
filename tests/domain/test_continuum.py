"""Placing on the continuum: points, minimums, best fit, exceptions, and what cannot be placed."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.case import Case
from domain.continuum import place
from domain.policy.schemes import Route
from domain.refusals import NotValid
from domain.request import ProvisionLine, RequestKind
from tests.domain.policy.writing import ALL_LOW, BY_POINTS, DESCRIPTORS, POINTS, continuum

DAY = date(2026, 10, 5)
SPEECH_AND_LEARNING = ("speech", "learning")


def case_of(speech: int, learning: int, *descriptors: str) -> Case:
    """A pupil's case with two levels."""
    return Case(
        kind=RequestKind.INDIVIDUAL,
        day=DAY,
        levels={"speech": speech, "learning": learning},
        descriptors=descriptors,
    )


@pytest.mark.promise(2)
def test_a_placing_names_tier_route_and_working() -> None:
    """A placing says the tier, where it leads, and each step with what it read and its source."""
    scheme = continuum()
    placing = place(case_of(1, 1), scheme)
    assert (placing.tier, placing.title, placing.route) == ("high", "High", Route.EXCEPTIONAL)
    points, tier = placing.working.steps
    assert points.read == {"level of learning": "1", "level of speech": "1"}
    assert (points.gave, tier.gave) == ("3 points", "tier high")
    assert tier.says == "Points give the tier."
    assert tier.source.version == scheme.sha256
    assert (tier.source.policy, tier.source.authority) == ("continuum/test", "Decision 1")


def test_a_placing_below_the_threshold_is_a_value_and_no_refusal() -> None:
    """Need below the threshold is an answer like any other."""
    assert place(case_of(1, 0), continuum()).route is Route.BELOW


@given(levels=st.tuples(st.integers(0, 2), st.integers(0, 2)), raised=st.sampled_from([0, 1]))
def test_more_need_never_places_lower(levels: tuple[int, int], raised: int) -> None:
    """Raising a level of need never lowers the tier."""
    more = list(levels)
    more[raised] = min(2, more[raised] + 1)
    order = continuum().scale.tiers
    lower, higher = (
        place(case_of(*each), continuum()).tier for each in (levels, (more[0], more[1]))
    )
    assert order.index(higher) >= order.index(lower)


def test_every_level_that_the_council_does_not_have_is_named_at_once() -> None:
    """An unknown domain, level and descriptor are all refused together, and nothing is guessed."""
    case = Case(
        kind=RequestKind.INDIVIDUAL,
        day=DAY,
        levels={"speech": 3, "sleep": 1},
        descriptors=("d9",),
    )
    with pytest.raises(NotValid) as refused:
        place(case, continuum())
    assert refused.value.in_the_way == (
        "sleep is no domain of need here; speech has no level 3; there is no descriptor d9"
    )


def test_a_profile_that_leaves_out_a_domain_is_not_placed() -> None:
    """A level that nobody gave is not taken for nought."""
    case = Case(kind=RequestKind.INDIVIDUAL, day=DAY, levels={"speech": 1})
    with pytest.raises(NotValid, match="no level for learning"):
        place(case, continuum())


def test_a_level_without_a_score_is_not_placed() -> None:
    """Scores that end before the levels do are not extended."""
    steps = POINTS.replace("speech = { weight = 2 }", "speech = { scores = [0, 1] }") + BY_POINTS
    with pytest.raises(NotValid, match="level 2 of speech is not on the council's scale"):
        place(case_of(2, 0), continuum(steps))


def test_a_case_that_no_rule_places_goes_to_the_policy_officer() -> None:
    """When no rule leads to a tier the case is refused rather than placed by default."""
    steps = POINTS + BY_POINTS.replace(
        'of = "points"', 'of = "points"\nwhen = { kind = ["group"] }'
    )
    with pytest.raises(NotValid, match="no rule of the continuum"):
        place(case_of(1, 1), continuum(steps))


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", "4 points"),
        ('shared_caps = [{ domains = ["speech", "learning"], at_most = 3 }]', "3 points"),
        ("at_most = 2", "2 points"),
        ("descriptors = { d1 = 5, d2 = 7 }", "9 points"),
    ],
)
def test_points_are_capped_and_descriptors_add_to_them(more: str, expected: str) -> None:
    """One cap for several domains, one for the sum, and ticked descriptors that have points."""
    placing = place(case_of(1, 2, "d1"), continuum(f"{POINTS}{more}\n{BY_POINTS}"))
    assert placing.working.steps[0].gave == expected


def test_a_domain_brings_no_more_than_its_cap() -> None:
    """One domain is capped by itself. Source: Islington's cap on one area."""
    steps = POINTS.replace("{ weight = 2 }", "{ weight = 2, at_most = 3 }") + BY_POINTS
    assert place(case_of(2, 0), continuum(steps)).working.steps[0].gave == "3 points"


def test_half_points_are_exact() -> None:
    """A weight of one and a half is no float: 1.5 twice is 3 and reaches the threshold of 3."""
    steps = POINTS.replace("{ weight = 2 }", "{ weight = 1.5 }") + BY_POINTS
    assert place(case_of(2, 0), continuum(steps)).tier == "high"


MINIMUM = """
[[steps]]
id = "at_least_high"
form = "minimum"
says = "Whoever ticks this is high."
when = { any_descriptor = ["d2"] }
gives = "tier"
value = "high"
"""


def test_a_minimum_raises_a_tier_and_never_lowers_one() -> None:
    """A descriptor with a minimum lifts a low placing and leaves a high one alone."""
    scheme = continuum(POINTS + BY_POINTS + MINIMUM)
    raised, kept = place(case_of(0, 0, "d2"), scheme), place(case_of(2, 2, "d2"), scheme)
    assert (raised.tier, kept.tier) == ("high", "high")
    assert raised.working.steps[-1].read == {"descriptors": "d2", "tier so far": "low"}
    assert kept.working.steps[-1].gave == "tier high, which reaches high"


def test_a_minimum_of_points_or_level_counts_in_numbers() -> None:
    """Nine is below ten: minimum points are compared as numbers, not as words."""
    steps = f"""{POINTS}
[[steps]]
id = "at_least_ten"
form = "minimum"
says = "At least ten points."
gives = "points"
value = "10"
{BY_POINTS}"""
    placing = place(case_of(2, 2), continuum(steps))
    assert placing.working.steps[1].gave == "points 10"


LEVEL = """
[[steps]]
id = "level"
form = "overall_level"
says = "The level of the profile."
take = "TAKE"
domains = DOMAINS

[[steps]]
id = "tier"
form = "thresholds"
says = "The level gives the tier."
of = "level"
gives = "tier"
steps = [{ at_least = 0, means = "low" }, { at_least = 2, means = "high" }]
"""


@pytest.mark.parametrize(
    ("take", "domains", "expected"),
    [
        ("highest", SPEECH_AND_LEARNING, "level 2"),
        ("second_highest", SPEECH_AND_LEARNING, "level 1"),
        ("second_highest", ("speech",), "level 2"),
    ],
)
def test_one_level_stands_for_the_profile(
    take: str, domains: tuple[str, ...], expected: str
) -> None:
    """The highest level, or the second highest where there are two, places the whole profile."""
    steps = LEVEL.replace("TAKE", take).replace("DOMAINS", str(list(domains)))
    assert place(case_of(2, 1), continuum(steps)).working.steps[0].gave == expected


def test_an_overall_level_needs_every_domain_it_reads() -> None:
    """A level that nobody gave is not taken for nought here either."""
    steps = LEVEL.replace("TAKE", "highest").replace("DOMAINS", '["speech", "learning"]')
    case = Case(kind=RequestKind.INDIVIDUAL, day=DAY, levels={"speech": 2})
    with pytest.raises(NotValid, match="no level for learning"):
        place(case, continuum(steps))


BEST_FIT = """
[[steps]]
id = "fit"
form = "best_fit"
says = "The tier that fits best."
gives = "tier"
tie = "TIE"
options = [
  { means = "low", descriptors = ["d1"] },
  { means = "high", descriptors = ["d2"] },
]
"""


@pytest.mark.parametrize(
    ("ticked", "tie", "tier", "to_a_person"),
    [
        (("d1",), "higher", "low", False),
        (("d2",), "lower", "high", False),
        (("d1", "d2"), "higher", "high", False),
        (("d1", "d2"), "lower", "low", False),
        (("d1", "d2"), "to_a_person", "high", True),
        ((), "higher", "high", True),
    ],
)
def test_best_fit_takes_the_option_with_most_descriptors(
    *, ticked: tuple[str, ...], tie: str, tier: str, to_a_person: bool
) -> None:
    """Most ticked descriptors win; a tie is the policy's; no fit at all goes to a person."""
    scheme = continuum(BEST_FIT.replace("TIE", tie), top='unplaced = "high"\n' + DESCRIPTORS)
    placing = place(case_of(0, 0, *ticked), scheme)
    assert (placing.tier, placing.to_a_person) == (tier, to_a_person)
    assert (placing.because is not None) is to_a_person


def test_an_exception_takes_the_place_of_its_base_rule() -> None:
    """Where an exception applies its base rule does not, and elsewhere nothing changes."""
    steps = f"""{POINTS}{BY_POINTS}
[[steps]]
id = "projects"
form = "assigned"
says = "A project is low."
exception_to = "tier"
when = {{ kind = ["project"] }}
gives = "tier"
value = "low"
"""
    scheme = continuum(steps)
    project = case_of(2, 2).model_copy(update={"kind": RequestKind.PROJECT})
    assert place(project, scheme).tier == "low"
    assert place(case_of(2, 2), scheme).tier == "high"


def test_two_exceptions_that_both_apply_stop_the_case() -> None:
    """The order of a file decides nothing: a pack with such a fault stops and is not obeyed."""
    exception = """
[[steps]]
id = "NAME"
form = "assigned"
says = "An exception."
exception_to = "tier"
when = { kind = ["individual"] }
gives = "tier"
value = "low"
"""
    both = exception.replace("NAME", "one") + exception.replace("NAME", "two")
    with pytest.raises(AssertionError, match="two exceptions to tier apply"):
        place(case_of(0, 0), continuum(POINTS + BY_POINTS + both))


def test_a_rule_counts_from_its_own_day() -> None:
    """A step with a later day of its own is passed over until then."""
    steps = f"""{ALL_LOW}
[[steps]]
id = "later"
form = "assigned"
says = "From October everything is high."
in_force_from = 2026-10-06
authority = "Decision 2"
gives = "tier"
value = "high"
"""
    scheme = continuum(steps)
    later = case_of(0, 0).model_copy(update={"day": date(2026, 10, 6)})
    assert place(case_of(0, 0), scheme).tier == "low"
    placed = place(later, scheme)
    assert placed.tier == "high"
    assert placed.working.steps[-1].source.authority == "Decision 2"
    assert placed.working.steps[-1].source.in_force_from == date(2026, 10, 6)


@pytest.mark.parametrize(("hours", "tier"), [("9.99", "low"), ("10", "high")])
def test_hours_of_provision_can_place_a_case(hours: str, tier: str) -> None:
    """A threshold of hours of targeted support. Source: Staffordshire, ten hours."""
    steps = BY_POINTS.replace('of = "points"', 'of = "provision_hours"').replace(
        "at_least = 3", "at_least = 10"
    )
    line = ProvisionLine(
        what="Support", staff="ta", hours_a_week=Decimal(hours) * 2, group_size=2, weeks=38
    )
    case = case_of(0, 0).model_copy(update={"provision": (line,)})
    assert place(case, continuum(steps)).tier == tier


def test_a_scale_that_ends_leaves_what_is_above_it_to_a_person() -> None:
    """Beyond a published end nothing is extrapolated: the case goes to a named person."""
    ending = '{ at_least = 3, at_most = 5, means = "high" }'
    steps = POINTS + BY_POINTS.replace('{ at_least = 3, means = "high" }', ending)
    scheme = continuum(steps, top='unplaced = "high"\n' + DESCRIPTORS)
    assert not place(case_of(2, 1), scheme).to_a_person
    placing = place(case_of(2, 2), scheme)
    assert (placing.tier, placing.to_a_person) == ("high", True)
    assert placing.because == "The published scale has no step for points 6."
    with pytest.raises(NotValid, match="no step for points 6"):
        place(case_of(2, 2), continuum(steps))


def test_a_scale_that_begins_above_nought_leaves_what_is_below_to_a_person() -> None:
    """Below the first step nothing is guessed, and an unknown number is on no step."""
    steps = POINTS + BY_POINTS.replace("at_least = 0", "at_least = 1")
    with pytest.raises(NotValid, match="no step for points 0"):
        place(case_of(0, 0), continuum(steps))
    unknown = BY_POINTS.replace('of = "points"', 'of = "hours"')
    with pytest.raises(NotValid, match="no step for hours not known"):
        place(case_of(0, 0), continuum(unknown))
