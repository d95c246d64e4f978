"""More need that pays less, found by running the pack: across steps, scales and tiers."""

from datetime import date

import pytest

from domain import rising
from domain.checking import faults_of
from domain.policy.ladders import (
    MOST_CONTEXTS,
    contexts_of,
    in_words,
    ladders_of,
)
from domain.request import RequestKind
from domain.rising import MOST_SAID, MOST_TRIED, Came, Trial, faults_of_rises
from tests.domain.policy.writing import (
    BY_POINTS,
    CONTINUUM,
    DESCRIPTORS,
    POINTS,
    TARIFF,
    continuum,
    continuum_text,
    said,
    table,
    tariff,
    tariff_text,
)

FIRST = date(2026, 9, 1)
LOW_PAYS = BY_POINTS
PAID = continuum_text().replace('route = "below"', 'route = "predictable"')


def priced(name: str, tier: str, pounds: int, more: str = "") -> str:
    """A table of one amount for a tier."""
    row = f"{{ amount_pounds = {pounds}{more} }}"
    return table(row, f'when = {{ tier = ["{tier}"] }}').replace('"table"', f'"{name}"')


def test_a_higher_tier_that_pays_less_is_told_with_the_profile() -> None:
    """Each table is sound by itself; one level more crosses into a tier that pays less."""
    text = tariff_text(priced("few", "low", 500) + priced("many", "high", 400))
    told = said(continuum=PAID, tariff=text)
    assert told[0] == (
        "step many: pays less for more need: speech from level 1 to level 2"
        " lowers the amount from £500.00 to £400.00 a year (kind individual, learning 0)"
    )
    assert len(told) <= MOST_SAID
    assert said(continuum=PAID, tariff=text.replace("= 400", "= 500")) == []


def test_a_tier_that_more_need_lowers_is_told() -> None:
    """A level that takes a case out of the rule that raised it would stand lower for more need."""
    lost = """
[[steps]]
id = "raised"
form = "minimum"
says = "Some speech need is always high."
gives = "tier"
value = "high"
when = { levels = { speech = { exactly = 1 } } }
"""
    free = POINTS + BY_POINTS.replace("at_least = 3", "at_least = 5") + lost
    told = said(continuum=continuum_text(free))
    assert told[0].startswith(
        "step tier: pays less for more need: speech from level 1 to level 2"
        " lowers the tier from high to low"
    )


def test_an_amount_that_falls_where_a_step_applies_is_told() -> None:
    """A cap that only greater need meets is a fault of the tariff, at the step that lowered it."""
    cap = """
[[steps]]
id = "cap"
form = "limit"
says = "Much need in learning is capped."
when = { levels = { learning = { at_least = 2 } } }
per = "request"
at_most_pounds = 10
"""
    text = tariff_text(table("{ amount_pounds = 20 }") + cap)
    told = said(continuum=PAID, tariff=text)
    assert told
    assert all(each.startswith("step cap: pays less for more need: learning from") for each in told)


def test_a_fall_to_a_tier_below_the_threshold_stands_in_the_continuum() -> None:
    """Where no tariff was asked at the top of the rise, the step that placed it is named."""
    turned = continuum_text(
        POINTS
        + BY_POINTS.replace('"low"', '"x"').replace('"high"', '"low"').replace('"x"', '"high"')
    )
    told = faults_of({CONTINUUM: turned, TARIFF: tariff_text(table("{ amount_pounds = 20 }"))})
    assert any("give more points a lower tier" in fault.says for fault in told)
    scheme = continuum(
        POINTS
        + BY_POINTS.replace('"low"', '"x"').replace('"high"', '"low"').replace('"x"', '"high"')
    )
    priced_by = tariff(table("{ amount_pounds = 20 }"))
    found = list(faults_of_rises(scheme, priced_by, FIRST, MOST_TRIED))
    assert {kind for kind, _ in found} == {"continuum"}
    assert {fault.where for _, fault in found} == {"step tier"}
    assert {"amount", "tier"} == {
        fault.says.split(" lowers the ")[1].split()[0] for _, fault in found
    }


RATES = """
[[steps]]
id = "cost"
form = "costed_provision"
says = "By rate."
when = { tier = ["low"] }
rates = { ta = { an_hour_pounds = 20 } }
"""


def test_a_costed_tier_is_not_held_against_the_table_of_the_next() -> None:
    """What is costed follows the hours that were asked for; beside its like more has to be more."""
    text = tariff_text(RATES + priced("many", "high", 1))
    assert said(continuum=PAID, tariff=text) == []
    capped = RATES.replace('when = { tier = ["low"] }', "") + (
        '[[steps]]\nid = "nil"\nform = "limit"\nsays = "Nothing from 200 hours."\nper = "pupil"\n'
        "at_most_pounds = 0\nwhen = { provision_hours = { at_least = 20 } }\n"
    )
    told = said(continuum=PAID, tariff=tariff_text(capped))
    assert any("hours of ta from 19 a week to 20 a week lowers the amount" in each for each in told)


GIVEN = """
given = ["points", "band"]
bands = [{ code = "a", title = "A" }, { code = "b", title = "B" }]
"""
FAR = """
[[steps]]
id = "far"
form = "to_a_person"
says = "Far."
when = { points = { at_least = 90 } }
"""
BRINGS = continuum_text(BY_POINTS, top='given = ["points"]\n').split("[[domains]]")[0] + BY_POINTS


def test_points_bands_and_hours_that_a_case_brings_are_raised_too() -> None:
    """A pack without levels of its own is raised by what its cases bring."""
    rows = (
        '{ band = ["a"], hours = { exactly = 15 }, amount_pounds = 9 },'
        '{ band = ["a"], hours = { exactly = 30 }, amount_pounds = 10 },'
        '{ band = ["b"], hours = { exactly = 15 }, amount_pounds = 11 },'
        '{ band = ["b"], hours = { exactly = 30 }, amount_pounds = 12 }'
    )
    paying = BRINGS.replace('route = "below"', 'route = "exceptional"')
    cap = (
        '\n[[steps]]\nid = "cap"\nform = "limit"\nsays = "Capped."\nper = "pupil"\n'
        "at_most_pounds = 5\nwhen = { %s }\n"
    )
    sound = FAR + table(rows)
    assert said(continuum=paying, tariff=tariff_text(sound, top=GIVEN)) == []
    for condition, rise in {
        "points = { at_least = 50 }": "points from 49 to 50",
        'band = ["b"]': "band from a to b",
        "hours = { at_least = 20 }": "hours from 15 a week to 30 a week",
    }.items():
        told = said(continuum=paying, tariff=tariff_text(sound + cap % condition, top=GIVEN))
        assert told
        assert all(f"step cap: pays less for more need: {rise}" in each for each in told)


def test_descriptors_are_ticked_one_by_one_and_option_by_option() -> None:
    """What more ticks lower is told, by points and by best fit."""
    ticks = """
[[steps]]
id = "points"
form = "weighted_sum"
says = "Ticks are summed."
descriptors = { d1 = 1, d2 = 3 }
"""
    capped = tariff_text(
        table("{ amount_pounds = 20 }")
        + '\n[[steps]]\nid = "cap"\nform = "limit"\nsays = "Capped."\nper = "pupil"\n'
        'at_most_pounds = 5\nwhen = { any_descriptor = ["d2"] }\n'
    )
    paying = continuum_text(ticks + BY_POINTS).replace('"below"', '"exceptional"')
    told = said(continuum=paying, tariff=capped)
    assert any(
        "descriptors of step points from 1 ticked to 2 ticked lowers" in each for each in told
    )
    fit = """
[[steps]]
id = "fit"
form = "best_fit"
says = "The best fit."
gives = "tier"
tie = "higher"
options = [{ means = "high", descriptors = ["d1"] }, { means = "low", descriptors = ["d2"] }]
"""
    turned = said(continuum=continuum_text(fit, top=f'unplaced = "high"\n{DESCRIPTORS}'))
    assert any(
        "descriptors of step fit from high to low lowers the tier" in each for each in turned
    )


MANY = """
[[steps]]
id = "many"
form = "to_a_person"
says = "Many circumstances."
when = { points = { at_least = 6 }, phase = %s, setting = ["special"], settings_group = %s }
"""


def test_every_circumstance_that_rules_tell_apart_is_tried_or_spread_over() -> None:
    """Kinds, phases, settings, groups, hours, years and counts vary; too many are spread out."""
    phases = '["primary", "secondary", "post_16"]'
    groups = str([f"g{number}" for number in range(40)]).replace("'", '"')
    steps = (
        POINTS
        + MANY % (phases, groups)
        + table(
            "{ academic_year = { exactly = 2026 }, amount_pounds = 1 },"
            " { academic_year = { exactly = 2027 }, amount_pounds = 1 }"
        )
    )
    counted = (
        '\n[[steps]]\nid = "counts"\nform = "counted"\nsays = "Counted."\n'
        'when = { kind = ["group"] }\nallowances = [{ count = "x", each_pounds = 1 }]\n'
    )
    found = list(contexts_of(continuum(), tariff(steps + counted)))
    assert len(found) == MOST_CONTEXTS
    assert {each["kind"] for each in found} == {RequestKind.INDIVIDUAL, RequestKind.GROUP}
    assert {each["phase"] for each in found} == {"primary", "secondary", "post_16"}
    assert {each["setting"] for each in found} == {"mainstream", "special"}
    assert {each["starts_on"].year for each in found} >= {2026, 2027}
    assert all(each["counts"] == {"x": 1} for each in found)
    assert len({each["settings_group"] for each in found}) > 10


def test_what_is_the_same_on_a_ladder_is_told_in_words() -> None:
    """An officer reads whose case it is, provision included."""
    line = {"staff": "ta", "hours_a_week": 12}
    facts = {
        "kind": "group",
        "key_stage": 2,
        "provision": (line,),
        "counts": {},
        "levels": {"a": 1},
    }
    assert in_words(facts) == "kind group, key stage 2, 12 hours a week of ta, a 1"


def test_the_worst_pack_within_the_limits_is_tried_only_so_often(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However many domains and levels there are, a pack is evaluated a few thousand times."""
    tried: list[int] = []

    def counted(trial: Trial, facts: object) -> Came:
        del facts
        trial.left -= 1
        tried.append(1)
        return Came("low", "step", 0)

    monkeypatch.setattr(rising.Trial, "came", counted)
    assert faults_of({CONTINUUM: continuum_text(), TARIFF: tariff_text()}) == []
    assert 0 < len(tried) < 200
    tried.clear()
    levels = ", ".join(f'{{ level = {n}, says = "L" }}' for n in range(101))
    domains = "".join(
        f'\n[[domains]]\ncode = "n{n}"\ntitle = "N"\nlevels = [{levels}]\n' for n in range(60)
    )
    weights = ", ".join(f"n{n} = {{}}" for n in range(60))
    sums = POINTS.replace("speech = { weight = 2 }, learning = { weight = 1 }", weights)
    head, rest = continuum_text(sums + BY_POINTS, top="").split("[[domains]]", 1)
    large = head + domains + "\n[[steps]]" + rest.split("[[steps]]", 1)[1]
    assert faults_of({CONTINUUM: large, TARIFF: tariff_text()}) == []
    assert MOST_TRIED / 2 < len(tried) <= MOST_TRIED


def test_values_that_change_on_a_day_are_tried_on_that_day_too() -> None:
    """A row that begins later pays less for more need from its own day, and is found then."""
    dated = 'in_force_from = 2026-12-01, authority = "B"'
    until = 'in_force_until = 2026-12-01, authority = "B"'
    many = table(
        f"{{ amount_pounds = 900, {until} }}, {{ amount_pounds = 1, {dated} }}",
        'when = { tier = ["high"] }',
    )
    told = said(continuum=PAID, tariff=tariff_text(priced("few", "low", 500) + many))
    assert told
    assert all("from £500.00 to £1.00" in each for each in told)


def test_a_rise_from_where_no_rule_places_anybody_is_no_fall() -> None:
    """A case that the continuum refuses has no tier and no amount to fall from."""
    some = BY_POINTS.replace(
        "steps =", "when = { levels = { speech = { at_least = 1 } } }\nsteps ="
    )
    assert said(continuum=continuum_text(POINTS + some)) == []


def test_the_ladders_of_a_pack_are_the_same_every_time() -> None:
    """The same pack is tried in the same way: what was found once is found again."""
    one, other = (list(ladders_of(continuum(), tariff())) for _ in range(2))
    assert one == other
    assert one
