"""Small packs of made-up rules: every form, in combinations that no council has thought of yet.

They are not checked: tables do not overlap and exceptions never meet, because they are built so,
but a step may be unreachable or a tier unpriced. The same seed makes the same pack.
"""

import random
from collections.abc import Iterator
from datetime import date
from typing import Any

from domain.policy.load import version_of
from domain.policy.schemes import Continuum, Tariff

BEGINS = date(2026, 9, 1)
CHANGES = date(2026, 10, 6)
DOMAINS = ("d0", "d1", "d2")
DESCRIPTORS = ("x0", "x1", "x2", "x3", "x4", "x5")
TIERS = ("low", "middle", "high")
BANDS = ("a", "b", "c")
STAFF = ("ta", "teacher", "therapist")
COUNTS = ("pupils_last_year", "pupils_now")
_HEAD = {
    "council": "made_up",
    "in_force_from": BEGINS,
    "authority": "Made up for a test, 1",
    "source": "Nowhere.",
}
_PARTS: dict[str, list[dict[str, Any]]] = {
    "kind": [{"kind": ["individual", "advice"]}, {"kind": ["group"]}, {"kind": ["project"]}],
    "phase": [{"phase": ["primary", "early_years"]}, {"phase": ["secondary"]}],
    "setting": [{"setting": ["mainstream"]}, {"setting": ["special", "resource_provision"]}],
    "sen_status": [
        {"sen_status": ["sen_support"]},
        {"sen_status": ["education_health_and_care_plan"]},
    ],
    "settings_group": [{"settings_group": ["g1"]}, {"settings_group": ["g2", "g3"]}],
    "tier": [{"tier": ["low"]}, {"tier": ["middle", "high"]}],
    "band": [{"band": ["a"]}, {"band": ["b", "c"]}],
    "levels": [{"levels": {"d0": {"at_most": 1}}}, {"levels": {"d0": {"at_least": 2}}}],
    "any_descriptor": [{"any_descriptor": ["x0", "x3"]}],
}
_RANGES = {
    "points": ("3", "7.5"),
    "level": ("1", "3"),
    "key_stage": ("2", "4"),
    "hours": ("15", "22.5"),
    "provision_hours": ("2.5", "10"),
    "cost": ("1000", "6000.005"),
    "pupils": ("1", "3"),
    "academic_year": ("2026", "2027"),
    "financial_year": ("2026", "2027"),
}


def made_up(seed: int) -> tuple[Continuum, Tariff]:
    """A continuum and a tariff of random steps."""
    chance = random.Random(f"pack {seed}")  # noqa: S311 - examples, not secrets
    continuum = version_of(_continuum(chance), "continuum").document
    tariff = version_of(_tariff(chance), "tariff").document
    assert isinstance(continuum, Continuum)
    assert isinstance(tariff, Tariff)
    return continuum, tariff


def _continuum(chance: random.Random) -> dict[str, Any]:
    others = [_points, _level, _figure, _figure, _minimum]
    forms = [_assigned, *chance.sample(others, chance.randint(1, 5))]
    steps = list(_steps(chance, forms, "tier", "s"))
    steps[0]["when"] = {}  # so that nearly every case stands somewhere
    if chance.random() < 0.3:
        steps.insert(0, _costed(chance) | {"id": "map"})
    routes = ("below", "predictable", "exceptional")
    return (
        _HEAD
        | {
            "kind": "continuum",
            "given": ["points", "band"],
            "tiers": [
                {"code": code, "title": code, "says": code, "route": route}
                for code, route in zip(TIERS, routes, strict=True)
            ],
            "domains": [
                {
                    "code": code,
                    "title": code,
                    "levels": [{"level": n, "says": f"{n}"} for n in (0, 1, 2, 3, 4)],
                }
                for code in DOMAINS
            ],
            "descriptors": [
                {"code": code, "domain": "d0", "level": 1, "says": code} for code in DESCRIPTORS
            ],
            "steps": steps,
        }
        | ({"unplaced": "low"} if chance.random() < 0.5 else {})
    )


def _tariff(chance: random.Random) -> dict[str, Any]:
    forms = chance.sample([_points, _level, _figure, _minimum], chance.randint(0, 4))
    figures = list(_steps(chance, forms, "band", "f"))
    costs = [_costed, _table, _table, _counted]
    money = [*chance.sample(costs, chance.randint(1, 3)), _ceiling, _share]
    ends = [_limit, _limit, _rounded, _table]
    money += chance.sample(ends, chance.randint(0, 4))
    if chance.random() < 0.3:
        money.insert(chance.randrange(len(money)), _left)
    steps = [*figures, *_steps(chance, money, "band", "m")]
    return _HEAD | {
        "kind": "tariff",
        "given": ["points", "band"],
        "bands": [{"code": code, "title": code} for code in BANDS],
        "steps": steps,
    }


def _steps(
    chance: random.Random, forms: list[Any], gives: str, prefix: str
) -> Iterator[dict[str, Any]]:
    """A step of each form, and exceptions to some of them that cannot meet."""
    for number, form in enumerate(forms):
        step = _of(chance, form, gives)
        base = f"{prefix}{number}"
        yield step | _dated(chance) | {"id": base, "when": _when(chance)}
        if chance.random() < 0.25:
            for place, when in enumerate(_PARTS["kind"][: chance.randint(1, 3)]):
                other = _of(chance, form, gives)
                more = {"id": f"{base}_{place}", "when": when, "exception_to": base}
                yield other | more


def _of(chance: random.Random, form: Any, gives: str) -> dict[str, Any]:
    made: dict[str, Any] = (
        form(chance, gives) if form in {_figure, _minimum, _assigned} else form(chance)
    )
    return made | {"says": "Made up."}


def _when(chance: random.Random) -> dict[str, Any]:
    """No condition, or one or two."""
    found: dict[str, Any] = {}
    for _ in range(chance.choice((0, 1, 1, 2))):
        found |= chance.choice(_rows(chance))
    return found


def _rows(chance: random.Random) -> list[dict[str, Any]]:
    """Conditions of which one at most holds for any case."""
    if chance.random() < 0.5:
        return [*chance.choice(list(_PARTS.values()))]
    number = chance.choice(list(_RANGES))
    low, high = _RANGES[number]
    return [
        {number: {"below": low}},
        {number: {"exactly": low}}
        if chance.random() < 0.2
        else {number: {"at_least": low, "below": high}},
        {number: {"at_least": high}},
    ]


def _dated(chance: random.Random) -> dict[str, Any]:
    if chance.random() < 0.85:
        return {}
    key = chance.choice(("in_force_from", "in_force_until"))
    return {key: CHANGES, "authority": "Made up for a test, 2"}


def _twice(chance: random.Random, row: dict[str, Any], other: dict[str, Any]) -> list[Any]:
    """A row that another takes the place of on a day, or the row for ever."""
    if chance.random() < 0.8:
        return [row]
    authority = {"authority": "Made up for a test, 3"}
    return [
        row | {"in_force_until": CHANGES} | authority,
        other | {"in_force_from": CHANGES} | authority,
    ]


def _points(chance: random.Random) -> dict[str, Any]:
    weights: dict[str, Any] = {}
    for domain in chance.sample(DOMAINS, chance.randint(1, 3)):
        weight: dict[str, Any] = {"weight": chance.choice(("1", "2", "0.5", "1.25"))}
        if chance.random() < 0.5:
            weight["scores"] = ["0", "1", "2.5", "6", "6"][: chance.choice((5, 5, 5, 4))]
        if chance.random() < 0.3:
            weight["at_most"] = chance.choice(("3", "4.5"))
        weights[domain] = weight
    step: dict[str, Any] = {"form": "weighted_sum", "weights": weights}
    if chance.random() < 0.4:
        step["shared_caps"] = [{"domains": [next(iter(weights))], "at_most": "3.75"}]
    if chance.random() < 0.4:
        step["descriptors"] = {"x1": "2", "x2": "0.2"}
    return step | ({"at_most": "9.5"} if chance.random() < 0.3 else {})


def _level(chance: random.Random) -> dict[str, Any]:
    return {
        "form": "overall_level",
        "take": chance.choice(("highest", "second_highest")),
        "domains": chance.sample(DOMAINS, chance.randint(1, 3)),
    }


def _values(gives: str) -> tuple[str, ...]:
    return {"tier": TIERS, "band": BANDS}.get(gives, ("1", "2", "4"))


def _figure(chance: random.Random, gives: str) -> dict[str, Any]:
    if chance.random() < 0.4:
        return _best_fit(chance, chance.choice((gives, "level", "points")))
    of = chance.choice(("points", "level", "cost", "provision_hours", "hours", "pupils"))
    low, high = _RANGES[of]
    gives = chance.choice((gives, gives, "level"))
    first, second, third = _values(gives)
    middle = {"at_least": low, "means": second}
    if chance.random() < 0.4:
        middle["at_most"] = low
    steps = [{"at_least": chance.choice(("0", "0", "1")), "means": first}]
    steps += _twice(chance, middle, middle | {"means": third})
    return {
        "form": "thresholds",
        "of": of,
        "gives": gives,
        "steps": [*steps, {"at_least": high, "means": third}],
    }


def _best_fit(chance: random.Random, gives: str) -> dict[str, Any]:
    options = [
        {"means": means, "descriptors": chance.sample(DESCRIPTORS, chance.randint(1, 4))}
        for means in _values(gives)
    ]
    return {
        "form": "best_fit",
        "gives": gives,
        "options": options,
        "tie": chance.choice(("higher", "lower", "to_a_person")),
        "at_least": chance.choice((1, 1, 2)),
    }


def _minimum(chance: random.Random, gives: str) -> dict[str, Any]:
    gives = chance.choice((gives, gives, "level", "points"))
    return {"form": "minimum", "gives": gives, "value": chance.choice(_values(gives))}


def _assigned(chance: random.Random, gives: str) -> dict[str, Any]:
    return {"form": "assigned", "gives": gives, "value": chance.choice(_values(gives))}


def _costed(chance: random.Random) -> dict[str, Any]:
    stated: list[dict[str, Any]] = [
        {"weekly_hour_a_year_pence": 65_361, "over_weeks": chance.choice((38, 39))},
        {"an_hour_pence": 1_999},
        {"a_minute_in_pence": "33.35"},
    ]
    rates: dict[str, Any] = {}
    for code in chance.sample(STAFF, chance.randint(1, 3)):
        rate = dict(chance.choice(stated))
        if chance.random() < 0.4:
            rate["hours_a_week_at_most"] = chance.choice(("5", "7.125"))
        rates[code] = rate | _dated(chance)
    return {"form": "costed_provision", "rates": rates, "says": "Made up."}


def _table(chance: random.Random) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    for when in _rows(chance) if chance.random() < 0.4 else [{}]:
        row = when | {"amount_pence": chance.choice((0, 1, 33_333, 312_050))}
        rows += _twice(chance, row, when | {"amount_pence": 77_777})
    if len(rows) > 2 and chance.random() < 0.3:
        del rows[0]["amount_pence"]
        rows[0]["to_a_person"] = True
    unit = chance.choice(("year", "term", "hour", "funded_hour"))
    return {
        "form": "amounts",
        "unit": unit,
        "times": {"year": 1, "term": 3, "hour": 38, "funded_hour": 39}[unit],
        "per": chance.choice(("pupil", "request")),
        "rows": rows,
    }


def _ceiling(chance: random.Random) -> dict[str, Any]:
    return _table(chance) | {"up_to": chance.random() < 0.5}


def _counted(chance: random.Random) -> dict[str, Any]:
    row: dict[str, Any] = {"count": COUNTS[0], "each_pence": 401_701}
    rows = _twice(chance, row, {"count": COUNTS[1], "each_pence": 1})
    return {"form": "counted", "allowances": rows}


def _share(chance: random.Random) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    for when in _rows(chance) if chance.random() < 0.3 else [{}]:
        row = when | {"annual_pence": chance.choice((600_000, 50_001))}
        rows += _twice(chance, row, when | {"annual_pence": 400_000})
    ways = ("pupil", "pupil_and_school", "request", "never")
    kinds = ("individual", "group", "project", "advice")
    per = {kind: chance.choice(ways) for kind in kinds if chance.random() > 0.05}
    return {
        "form": "school_share",
        "per": per,
        "shares": rows,
        "spending_counts": chance.random() < 0.7,
    }


def _limit(chance: random.Random) -> dict[str, Any]:
    step: dict[str, Any] = {"form": "limit", "per": chance.choice(("pupil", "request", "request"))}
    step |= chance.choice(
        (
            {"at_most_pence": 500_001},
            {"at_least_pence": 100_003},
            {"at_least_pence": 30_000, "at_most_pence": 2_000_000},
        )
    )
    return step | {"under_it": chance.choice(("raise", "nil"))}


def _rounded(chance: random.Random) -> dict[str, Any]:
    return {
        "form": "rounded",
        "to_pence": chance.choice((1, 7, 100, 5_000)),
        "how": chance.choice(("up", "down", "half_up", "half_even")),
    }


def _left(chance: random.Random) -> dict[str, Any]:
    del chance
    return {"form": "to_a_person"}
