"""The check of money and plain values: roundings, limits of authority, payments, what is idle."""

from pathlib import Path

import pytest

from domain.checking import faults_of
from tests.domain.policy.writing import (
    CONTINUUM,
    NIL,
    TARIFF,
    continuum_text,
    said,
    table,
    tariff_text,
)

PACK = Path(__file__).resolve().parents[3] / "domain" / "policy" / "packs" / "demo"
DAY = "2026-09-01.toml"


def rounded(to_pence: int, how: str, more: str = "") -> str:
    """A table of forty pounds a term, brought to a round sum."""
    paid = table("{ amount_pounds = 40 }", 'unit = "term"\ntimes = 3')
    return tariff_text(
        f'{paid}\n[[steps]]\nid = "round"\nform = "rounded"\nsays = "Round."\n'
        f'to_pence = {to_pence}\nhow = "{how}"\n{more}'
    )


LOSES = "step round: takes up to £9.99 from every amount, by nobody's authority"
NOTHING = "step round: rounds £120.00 a year, which a table prints, to nothing"
ROUNDINGS = {
    "half up loses nothing to speak of": (rounded(10_00, "half_up"), []),
    "down takes from everybody": (rounded(10_00, "down"), [LOSES]),
    "down by a decision": (rounded(10_00, "down", 'authority = "Decision 9"'), []),
    "down by nobody's decision": (
        rounded(10_00, "down", 'authority = "TBC"'),
        ["step round: names no authority: what is written there says nothing"],
    ),
    "half of a round sum is kept": (rounded(240_00, "half_up"), []),
    "less than half comes to nothing": (rounded(240_02, "half_even"), [NOTHING]),
    "all of it comes to nothing": (
        rounded(120_01, "down", 'authority = "Decision 9"'),
        [NOTHING],
    ),
    "up never comes to nothing": (rounded(1_000_00, "up"), []),
    "a term that is paid once a year": (
        tariff_text(table("{ amount_pounds = 40 }", 'unit = "term"')),
        ["step table: prints amounts by the term and pays one term a year"],
    ),
    "what follows from costs may come to anything": (
        tariff_text(
            table("{ amount_pounds = 40 }", 'per = "request"')
            + '[[steps]]\nid = "r"\nform = "rounded"\nsays = "R"\nto_pence = 99999\nhow = "half_up"'
        ),
        [],
    ),
}


@pytest.mark.promise(13)
@pytest.mark.parametrize(("text", "expected"), ROUNDINGS.values(), ids=list(ROUNDINGS))
def test_a_rounding_that_loses_money_is_told(text: str, expected: list[str]) -> None:
    """Promise 13: rounding down by nobody's authority, to nothing, or a unit paid only once."""
    assert said(tariff=text) == expected


COSTED = """
[[steps]]
id = "map"
form = "costed_provision"
says = "Provision costs its hours."
rates.ta = { an_hour_pounds = 17.20 }
"""
SHARE = """
[[steps]]
id = "{id}"
form = "school_share"
says = "The school meets the first part."
per = {{ individual = "pupil", group = "pupil", project = "never", advice = "never" }}
shares = [{{ annual_pounds = 6000 }}]
spending_counts = true
"""
CAP = """
[[steps]]
id = "cap"
form = "limit"
says = "No more than this."
per = "pupil"
at_most_pounds = 10
"""
TAKEN = "takes from the cost what step {} has taken or lowered already"
NETS = {
    "two shares of one cost": (
        SHARE.format(id="one") + SHARE.format(id="two"),
        [f"step two: {TAKEN.format('one')}"],
    ),
    "a share after a cap": (CAP + SHARE.format(id="one"), [f"step one: {TAKEN.format('cap')}"]),
    "a cap after a share": (SHARE.format(id="one") + CAP, []),
    "a share and the exception to it": (
        SHARE.format(id="one")
        + SHARE.format(id="two")
        + 'exception_to = "one"\nwhen = { phase = ["primary"] }\n',
        [],
    ),
    "shares that never meet": (
        SHARE.format(id="one")
        + 'when = { phase = ["secondary"] }\n'
        + SHARE.format(id="two")
        + 'when = { phase = ["primary"] }\n',
        [],
    ),
    "a ceiling after a share": (
        SHARE.format(id="one") + "\n" + table("{ amount_pounds = 5 }", "up_to = true"),
        [f"step table: {TAKEN.format('one')}"],
    ),
}


@pytest.mark.parametrize(("steps", "expected"), NETS.values(), ids=list(NETS))
def test_nothing_is_taken_from_a_cost_twice(steps: str, expected: list[str]) -> None:
    """What a share or a cap took away is not there for another share, or under a ceiling."""
    found = said(tariff=tariff_text(COSTED + steps))
    assert [each for each in found if "takes from the cost" in each] == expected


def of(kind: str, *changes: tuple[str, str]) -> dict[str, str]:
    """The demo county's file of a kind, changed."""
    text = (PACK / kind / DAY).read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return {f"{kind}/{DAY}": text}


PROFILE = 'check = "profile"\nkinds = '
TERMLY = 'frequency = "termly"\n'
TOP = 'levels = ["cluster", "area", "council"]\nmay_authorise_overspend = true\n'
LOWER = TOP.replace(', "council"', "")
GRADE = 'code = "sen_officer"\ntitle = "SEN officer"\nlimit_pence = 1_500_000'
KINDS = {
    "a limit of nothing": (
        of("authority", (GRADE, GRADE.replace("1_500_000", "0"))),
        ["the document: the limit of grade sen_officer covers nothing"],
    ),
    "a gap that no grade covers": (
        of("authority", ("limit_pence = 100_000_000", "limit_pence = 20_000_000")),
        [
            "key_decision_over_pence: nobody may sign from £200,000.01 to £1,000,000.00 a year",
        ],
    ),
    "nobody for a key decision at the top": (
        of("authority", (f"{TOP}carries", f"{LOWER}carries")),
        [
            "key_decision_over_pence: nobody may sign from £100,000.01 to £1,000,000.00 a year",
            "grades: no grade may sign a key decision once a request has climbed to the council",
        ],
    ),
    "a pay day of termly payments": (
        of("payments", (TERMLY, TERMLY + "payment_day = 15\n")),
        ["rules.2.payment_day: has a payment_day, and termly payments are not by the month"],
    ),
    "weeks counted of termly payments": (
        of("payments", (TERMLY, TERMLY + "counted_from_on = 2026-09-04\n")),
        ["rules.2.counted_from_on: has counted_from_on, and termly payments count no weeks"],
    ),
    "advice that is paid": (
        of("payments", ('"group"]', '"group", "advice"]')),
        ["rules.0.kinds: pays requests for advice, which bring no money"],
    ),
    "payments that pay nobody": (
        of("payments", ('payees = ["academy_trust"]', 'payees = ["provider"]')),
        [
            "the document: 0 rules pay individual to academy_trust; there must be one",
            "the document: 2 rules pay individual to provider; there must be one",
            "the document: 0 rules pay group to academy_trust; there must be one",
            "the document: 2 rules pay group to provider; there must be one",
        ],
    ),
    "how many of what is there or not": (
        of("screening", ('check = "about"', 'check = "about"\nat_least = 2')),
        ["demands.1.at_least: asks for 2 of about, which is there or is not"],
    ),
    "a needs profile of a project": (
        of("screening", (PROFILE + '["individual"', PROFILE + '["project"')),
        ["demands.2.kinds: asks a project for profile, and a project has no pupils to say it of"],
    ),
    "a day without school on a day without school": (
        of("calendar", ("inset_days = [2026-09-02", "inset_days = [2026-08-02")),
        ["inset_days: 2026-08-02 is in no term, so it closes no school day"],
    ),
    "an authority that says nothing": (
        of("letters", ("Demo County decision 26/00001, 13 July 2026", "tbc.")),
        ["the document: names no authority: what is written there says nothing"],
    ),
    "a source that is only a dash": (
        of("panel", ("Demo County, Terms of reference of cluster panels, 2026", "-")),
        ["the document: names no source: what is written there says nothing"],
    ),
}


@pytest.mark.promise(13)
@pytest.mark.parametrize(("pack", "expected"), KINDS.values(), ids=list(KINDS))
def test_a_value_that_nothing_reads_or_covers_is_told(
    pack: dict[str, str], expected: list[str]
) -> None:
    """Promise 13: a limit, a payment, a demand or a day that comes to nothing is a fault."""
    faults = faults_of(pack)
    assert [f"{fault.where}: {fault.says}" for fault in faults] == expected
    assert all(fault.line for fault in faults)


def test_a_limit_below_the_least_that_the_tariff_gives_covers_nothing() -> None:
    """A grade that may sign up to £15,000 signs nothing where the least amount is £16,000."""
    dear = table("{ amount_pounds = 16000 }, { amount_pounds = 0, phase = ['primary'] }")
    tariff = tariff_text(
        dear.replace("amount_pounds = 16000", "amount_pounds = 16000, phase = ['secondary']")
    )
    pack = {CONTINUUM: continuum_text(), TARIFF: tariff, **of("authority", ('"demo"', '"test"'))}
    found = {fault.where: (fault.line, fault.says) for fault in faults_of(pack)}
    assert set(found) == {"grade sen_officer", "grade locality_officer"}
    line, says = found["grade sen_officer"]
    assert "may sign up to £15,000.00 a year" in says
    assert pack[f"authority/{DAY}"].splitlines()[line or 0] == 'code = "sen_officer"'
    costed = tariff + NIL.replace('"nil"', '"hours"').replace(
        "rows", 'unit = "hour"\ntimes = 38\nrows'
    )
    assert faults_of({**pack, TARIFF: costed}) == []


def test_pools_that_lead_into_one_another_are_told() -> None:
    """Money that two kinds of budget pool into each other would never come to rest."""
    rest = '"exceptional", "contingency:council", "commissioned"]'
    pooled = """"contingency:council"]
way = "pool"
into = "exceptional"
source = "A"

[[year_end]]
kinds = ["commissioned"]"""
    area, both = '["contingency:area"]', '["contingency:area", "exceptional"]'
    pack = of("finance", (rest, pooled), (f"{area}\nway", f"{both}\nway"))
    comes = ": it comes round to where it was"
    assert [fault.says for fault in faults_of(pack)] == [
        f"pools exceptional into contingency:council into exceptional{comes}",
        f"pools contingency:council into exceptional into contingency:council{comes}",
    ]


def test_routes_funds_and_weights_are_those_of_the_continuum_beside_them() -> None:
    """An idle route, a fund without a route, a weight of no tier: each is told in its own file."""
    continuum = of("continuum", ('fund = "project"', 'fund = "joint"'))
    top = "level = 'council'\npot = 'contingency:council'"
    spare = f"[[routes.spare]]\n{top}\n\n[[routes.project]]"
    routes = of("contingency", ("[[routes.project]]", spare))
    finance = of("finance", ("warn_at_share", "in_hand_weights = { gone = 0.5 }\nwarn_at_share"))
    found = {
        (fault.file.split("/")[0], fault.where): fault.says
        for fault in faults_of(continuum | routes | finance)
    }
    assert found == {
        ("contingency", "routes.spare"): "no tier leads to it",
        (
            "continuum",
            "tier project",
        ): "is paid from joint, and the contingency policy has no such route",
        ("finance", "in_hand_weights"): "there is no tier gone",
    }
