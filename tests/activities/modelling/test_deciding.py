"""The columnar twin at its edges: nothing to decide, refusals, and numbers that grow too large."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import polars as pl
import pytest

from activities.modelling import ModelCase, decide, frames_of
from activities.modelling.bounds import unit_of
from domain.case import Case
from domain.policy.pricing import RoundTo
from domain.policy.schemes import Continuum, Tariff
from domain.request import ProvisionLine, RequestKind
from tests.activities.modelling.agreeing import Schemes, disagreements, pairs
from tests.domain.policy.pricing import COST, PER_PUPIL_AND_SCHOOL, group_of, line_of, pupil_of
from tests.domain.policy.writing import ALL_LOW, continuum, table, tariff

DAY = date(2026, 10, 5)
DEMO = pairs()["demo 2026-09-01"]
PRIMES = (59, 53, 47, 43, 41, 37)
UNLIKE_GROUPS = tuple(line_of("10", group_size=size) for size in PRIMES)
MAP = Case(kind=RequestKind.INDIVIDUAL, day=DAY, provision=(line_of("10"),))
GROUP = group_of(pupil_of(1, "oak"), pupil_of(2, "elm", 250_001), pupil_of(3, "elm"))
ROUNDED = """
[[steps]]
id = "round"
form = "rounded"
says = "A round sum."
to_pence = 700
how = "up"
"""


def low(steps: str) -> Schemes:
    """A tariff of these steps, and a continuum on which everything is low."""
    return continuum(ALL_LOW), tariff(steps)


def numbered(*cases: Case) -> list[ModelCase]:
    """The cases with numbers of their own."""
    return [ModelCase(number=number, case=case) for number, case in enumerate(cases, start=1)]


def test_no_cases_have_no_answers() -> None:
    """An empty set is decided too: every value of the documents was used by nobody."""
    answers = decide(frames_of([]), *DEMO)
    assert (len(answers.cases), len(answers.by_school), len(answers.one_by_one)) == (0, 0, 0)
    assert set(answers.uses["cases"]) == {0}


def test_a_refused_case_is_a_row_with_its_code() -> None:
    """One case that cannot be placed stops no other, and the answers keep the order asked."""
    lost = Case(kind=RequestKind.INDIVIDUAL, day=DAY, levels={"cognition_and_learning": 6})
    advice = Case(kind=RequestKind.ADVICE, day=DAY)
    answers = decide(frames_of(numbered(lost, advice, lost)[::-1]), *DEMO)
    assert answers.cases["number"].to_list() == [3, 2, 1]
    assert answers.cases["refused"].to_list() == ["not_valid", None, "not_valid"]
    assert answers.cases["tier"].cast(str).to_list() == [None, "advice", None]
    assert answers.cases["annual_pence"].to_list() == [None, 0, None]
    assert answers.cases["to_a_person"].to_list() == [False, False, False]


def test_every_value_is_counted_and_those_of_nobody_are_nought() -> None:
    """What a case used is counted by path, once for a case however many of its lines used it."""
    pupils = (pupil_of(1, "oak"), pupil_of(2, "elm"))
    rows = (
        '{ phase = ["primary"], amount_pounds = 1 }, { phase = ["secondary"], amount_pounds = 2 }'
    )
    answers = decide(frames_of(numbered(group_of(*pupils))), *low(table(rows)))
    uses = {value: cases for _, value, cases in answers.uses.rows()}
    assert (uses["steps.low"], uses["steps.table.rows.1"], uses["steps.table.rows.2"]) == (1, 1, 0)


@pytest.mark.promise(2)
def test_odd_pennies_go_where_the_scalar_puts_them() -> None:
    """A sum that three pupils bear alike is shared between their schools to the penny."""
    schemes = low(table("{ amount_pounds = 1000.01 }", 'per = "request"'))
    assert disagreements(schemes, numbered(GROUP, MAP)) == []
    answers = decide(frames_of(numbered(GROUP)), *schemes)
    assert answers.by_school.rows() == [(1, "oak", 33_334), (1, "elm", 66_667)]
    assert answers.one_by_one.is_empty()


def test_a_round_sum_is_shared_by_what_its_lines_came_to() -> None:
    """A group's round sum stays in columns where it is the last step."""
    schemes = low(COST + PER_PUPIL_AND_SCHOOL + ROUNDED)
    assert disagreements(schemes, numbered(GROUP, MAP)) == []
    assert decide(frames_of(numbered(GROUP, MAP)), *schemes).one_by_one.is_empty()


@pytest.mark.parametrize("how", RoundTo)
def test_a_half_is_rounded_the_named_way(how: RoundTo) -> None:
    """A sum that lies halfway, and a penny either side of it, goes the way that the policy says."""
    rounded = ROUNDED.replace("700", "100").replace("up", how)
    for pence in (0, 49, 50, 51, 150, 249, 250, 350):
        schemes = low(table(f"{{ amount_pence = {pence} }}") + rounded)
        assert disagreements(schemes, numbered(MAP)) == []


def test_parts_that_no_penny_divides_are_decided_by_the_scalar_twin() -> None:
    """Where a step follows that reads what a round sum left each line, the case is said to be."""
    more = table(
        '{ kind = ["group"], amount_pounds = 1 }, { kind = ["individual"], amount_pounds = 1 }'
    )
    schemes = low(COST + PER_PUPIL_AND_SCHOOL + ROUNDED + more)
    assert disagreements(schemes, numbered(GROUP, MAP)) == []
    assert decide(frames_of(numbered(GROUP, MAP)), *schemes).one_by_one.to_list() == [1]


def test_sizes_of_groups_that_have_little_in_common_are_decided_singly() -> None:
    """A denominator beyond a billion is not rounded: the scalar twin takes the case."""
    unlike = MAP.model_copy(update={"provision": UNLIKE_GROUPS})
    schemes = low(COST)
    assert disagreements(schemes, numbered(unlike, MAP)) == []
    assert decide(frames_of(numbered(unlike, MAP)), *schemes).one_by_one.to_list() == [1]


def test_sums_beyond_64_bits_are_held_by_128() -> None:
    """Five sizes of group in one map make parts so small that a pair of columns is needed."""
    lines = (*UNLIKE_GROUPS[:5], line_of("60", resources_pence=10_000_00))
    large = MAP.model_copy(update={"provision": lines})
    schemes = low(COST)
    frames = frames_of(numbered(large, MAP))
    unit = unit_of("t", schemes[1].rules, frames.shape.most, is_single=True)
    assert unit.dtype == pl.Int128
    assert disagreements(schemes, numbered(large, MAP)) == []
    assert decide(frames, *schemes).one_by_one.is_empty()


def test_sums_beyond_128_bits_are_decided_singly() -> None:
    """No amount is too large to be decided: what columns cannot hold, the scalar twin does."""
    large = GROUP.model_copy(update={"provision": UNLIKE_GROUPS[:5]})
    rows = "{ amount_pence = 9000000000000 }"
    schemes = low(COST + table(rows, 'unit = "hour"\ntimes = 38\nup_to = true'))
    assert disagreements(schemes, numbered(large, GROUP, MAP)) == []
    assert decide(frames_of(numbered(large, MAP)), *schemes).one_by_one.to_list() == [1]
    enormous = "\n".join(
        table(rows, 'unit = "hour"\ntimes = 53').replace('"table"', f'"table_{n}"') for n in (1, 2)
    )
    long = group_of(*GROUP.pupils, hours="60")
    assert disagreements(low(enormous), numbered(long, MAP)) == []
    assert len(decide(frames_of(numbered(long, MAP)), *low(enormous)).one_by_one) == 2


def test_a_limit_of_hours_too_fine_for_columns_is_decided_singly() -> None:
    """A limit of hours with fifteen places has parts that 64 bits do not hold beside the map's."""
    rates = COST.replace(
        "over_weeks = 38", "over_weeks = 38, hours_a_week_at_most = 5.00000000000001"
    )
    unlike = MAP.model_copy(update={"provision": UNLIKE_GROUPS[:5]})
    schemes = low(rates)
    assert disagreements(schemes, numbered(unlike, MAP)) == []
    assert decide(frames_of(numbered(unlike, MAP)), *schemes).one_by_one.to_list() == [1, 2]


def test_the_order_of_a_map_decides_which_hours_are_counted() -> None:
    """Hours beyond a limit are left out as they come: the weeks of the last lines go first."""
    weeks = (53, 10)
    lines = [line_of("4").model_copy(update={"weeks": each}) for each in weeks]
    there, back = (
        MAP.model_copy(update={"provision": tuple(each)}) for each in (lines, lines[::-1])
    )
    schemes = low(COST.replace("over_weeks = 38", "over_weeks = 38, hours_a_week_at_most = 5"))
    assert disagreements(schemes, numbered(there, back)) == []
    first, second = decide(frames_of(numbered(there, back)), *schemes).cases["annual_pence"]
    assert first == (4 * 53 + 1 * 10) * 1720
    assert second == (4 * 10 + 1 * 53) * 1720


BANDS = 'given = ["band"]\nbands = [{ code = "a", title = "A" }, { code = "b", title = "B" }]'
RAISED = """
[[steps]]
id = "raised"
form = "minimum"
says = "At least b."
gives = "band"
value = "b"
"""


def test_a_band_that_the_tariff_does_not_have_is_refused_by_both() -> None:
    """A band from elsewhere is neither more nor less than the least that a rule asks for."""
    schemes = continuum(ALL_LOW), tariff(RAISED + table("{ amount_pounds = 1 }"), top=BANDS)
    cases = numbered(*(MAP.model_copy(update={"band": band}) for band in ("a", "b", "zz", None)))
    assert disagreements(schemes, cases) == []
    answers = decide(frames_of(cases), *schemes).cases
    assert answers["band"].cast(str).to_list() == ["b", "b", None, "b"]
    assert answers["refused"].to_list() == [None, None, "not_valid", None]


def test_a_table_of_six_hundred_rows_is_read_in_columns() -> None:
    """The largest table that a policy may have is no deeper than the columns can go."""
    edges = pairwise(range(0, 1202, 2))
    rows = ", ".join(
        f"{{ points = {{ at_least = {low}, below = {high} }}, amount_pence = {low} }}"
        for low, high in edges
    )
    schemes = continuum(ALL_LOW), tariff(table(rows), top='given = ["points"]')
    cases = (MAP.model_copy(update={"points": Decimal(n)}) for n in (0, 1, 2, 777, 1199, 1200))
    assert disagreements(schemes, numbered(*cases)) == []


def test_a_step_that_reads_a_cost_before_there_is_one_is_not_met() -> None:
    """A cost that nobody worked out yet meets no condition, and no scale has a step for it."""
    steps = '[[steps]]\nid = "by_cost"\nform = "thresholds"\nsays = "By cost."\nof = "cost"\n'
    steps += 'gives = "level"\nsteps = [{ at_least = 0, means = "1" }]\n'
    schemes: tuple[Continuum, Tariff] = low(steps + COST)
    assert disagreements(schemes, numbered(MAP)) == []
    assert decide(frames_of(numbered(MAP)), *schemes).cases["to_a_person"].to_list() == [True]


def test_the_same_child_twice_bears_one_share() -> None:
    """A child named twice at one school has one share, and at two schools one for each."""
    twice = (pupil_of(1, "oak"), pupil_of(1, "oak", 100), pupil_of(1, "elm"))
    cases = numbered(group_of(*twice, hours="15"), group_of(*twice[::-1], hours="2"))
    for per in ("pupil", "pupil_and_school", "request"):
        share = PER_PUPIL_AND_SCHOOL.replace("pupil_and_school", per)
        assert disagreements(low(COST + share), cases) == []


def test_a_line_of_a_map_without_hours_still_names_its_staff() -> None:
    """Nought hours of staff without a rate go to a person, in columns too."""
    nobody = ProvisionLine(what="None", staff="nobody", hours_a_week=Decimal(0), weeks=1)
    cases = numbered(MAP.model_copy(update={"provision": (nobody,)}))
    assert disagreements(low(COST), cases) == []


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("points = { at_least = 900000000 }", [None, None]),
        ("points = { below = 900000000 }", [100, None]),
        ("levels = { speech = { at_most = 1 } }", [100, None]),
        ("levels = { learning = { at_least = 0 } }", [None, None]),
        ("provision_hours = { at_most = 10 }", [100, 100]),
        ("cost = { at_least = 0 }", [None, None]),
    ],
)
def test_a_fact_that_nobody_gave_meets_no_condition(
    condition: str, expected: list[int | None]
) -> None:
    """What is not known is in no range, however wide, and a number beyond all others is in none."""
    told = MAP.model_copy(update={"points": Decimal(3), "levels": {"speech": 1}})
    schemes = (
        continuum(ALL_LOW),
        tariff(table(f"{{ {condition}, amount_pounds = 1 }}"), top='given = ["points"]'),
    )
    assert disagreements(schemes, numbered(told, MAP)) == []
    found = decide(frames_of(numbered(told, MAP)), *schemes).cases["annual_pence"]
    assert found.to_list() == expected


@pytest.mark.parametrize("take", ["highest", "second_highest"])
def test_an_overall_level_is_of_all_the_domains_that_the_policy_names(take: str) -> None:
    """A profile without one of them is refused, also where no case of the set has it."""
    level = f"""
    [[steps]]
    id = "level"
    form = "overall_level"
    says = "The level of the profile."
    take = "{take}"
    domains = ["speech", "learning"]
    """
    schemes = continuum(ALL_LOW + level), tariff()
    part = MAP.model_copy(update={"levels": {"speech": 1}})
    both = MAP.model_copy(update={"levels": {"speech": 1, "learning": 2}})
    assert disagreements(schemes, numbered(part, part)) == []
    assert disagreements(schemes, numbered(part, both, MAP)) == []


def test_a_scale_that_leaves_levels_out_refuses_those() -> None:
    """A continuum may have the levels 0, 2 and 4 alone; 1 and 3 are then no levels."""
    domains = continuum().domains
    levels = tuple(each.model_copy(update={"level": each.level * 2}) for each in domains[0].levels)
    even = (domains[0].model_copy(update={"levels": levels}), *domains[1:])
    schemes = continuum(ALL_LOW).model_copy(update={"domains": even}), tariff()
    cases = numbered(*(MAP.model_copy(update={"levels": {"speech": n}}) for n in range(6)))
    assert disagreements(schemes, cases) == []
    refused = decide(frames_of(cases), *schemes).cases["refused"].is_null().to_list()
    assert refused == [True, False, True, False, True, False]
