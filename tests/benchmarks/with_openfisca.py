"""The demo county's continuum and tariff as an OpenFisca country package: vectorised, untraced.

Whole pence are whole numbers here, because OpenFisca's own decimals have seven digits. As a program
it reads the cases of a folder, writes what it found and prints the seconds of the rules alone:
building the population and setting its columns is not counted.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import polars as pl
from openfisca_core import periods
from openfisca_core.entities import build_entity
from openfisca_core.indexed_enums import Enum, EnumArray
from openfisca_core.parameters import ParameterNode
from openfisca_core.simulations import Simulation, SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from domain.policy.costing import CostedProvision
from domain.policy.points import WeightedSum
from domain.policy.pricing import Amounts, Limit, SchoolShare, ToAPerson
from domain.policy.rules import Rule, Thresholds
from domain.policy.schemes import Continuum, Scheme, Tariff
from tests.benchmarks import packs
from tests.benchmarks.demo_cases import AREAS, CLINICAL, DAY, TABLES, Columns

FOUND = "openfisca.parquet"
UNIT = 840
"""A share of an hour, by up to eight pupils, is a whole number of so many parts of it."""
WHOLE = 6_000 * UNIT
"""Hours come in 6000ths: so many parts make an hour, and a penny of what hours cost."""
TO_A_PERSON = -1
_PERIOD = periods.period(DAY.isoformat()[:7])
_SINCE = "2026-09-01"
_MOST_HOURS = 168
_OF_LINES = ("staff", "hours_6000", "group_size", "weeks", "resources_pence")

LINE = build_entity(key="line", plural="lines", label="A line of a provision map", is_person=True)
CASE = build_entity(
    key="case", plural="cases", label="A case", roles=[{"key": "of_case", "plural": "of_cases"}]
)


class PhaseOf(Enum):
    """The pupil's phase."""

    early_years = "early_years"
    primary = "primary"
    secondary = "secondary"
    all_through = "all_through"
    post_16 = "post_16"


class SettingOf(Enum):
    """The pupil's setting."""

    mainstream = "mainstream"
    resource_provision = "resource_provision"
    special = "special"
    alternative_provision = "alternative_provision"


class BandOf(Enum):
    """The band of the tariff."""

    e1 = "e1"
    e2 = "e2"
    e3 = "e3"
    e4 = "e4"


class StaffOf(Enum):
    """The staff of a line, in the order of the published rates."""

    ta = "ta"
    hlta = "hlta"
    mentor = "mentor"
    teacher = "teacher"
    therapist = "therapist"


# --- parameters


def parameters_of(continuum: Continuum, tariff: Tariff) -> ParameterNode:
    """Write what the pack's documents say as a tree of dated parameters."""
    cost = _step(tariff, "cost", CostedProvision)
    share = _step(tariff, "share", SchoolShare)
    most = _step(tariff, "most_for_predictable_needs", Limit)
    above = _step(tariff, "above_the_table", ToAPerson)
    tiers = [tier.code for tier in continuum.tiers]
    bands = [band.code for band in tariff.bands]
    caps = {code: rate.hours_a_week_at_most or _MOST_HOURS for code, rate in cost.rates.items()}
    tree = {
        "scores": _scores(_step(continuum, "points", WeightedSum)),
        "tier_by_points": _scale(_step(continuum, "tier_by_points", Thresholds), tiers),
        "predictable": _value(tiers.index("predictable")),
        "exceptional": _value(tiers.index("exceptional")),
        "band_by_points": _scale(_step(tariff, "band_by_points", Thresholds), bands),
        "above_the_table": _value(int(above.when.ranges["points"].lowest)),
        "an_hour": {code: _value(int(rate.an_hour)) for code, rate in cost.rates.items()},
        "most_hours": {code: _value(int(cap)) for code, cap in caps.items()},
        "share": _value(share.shares[0].annual_pence),
        "most": _value(most.at_most_pence or 0),
        "amounts": _amounts(_step(tariff, "amount_by_band", Amounts)),
    }
    return ParameterNode("", data=tree)


Step = TypeVar("Step", bound=Rule)


def _step(scheme: Scheme, code: str, form: type[Step]) -> Step:
    found = next(rule for rule in scheme.rules if rule.id == code)
    assert isinstance(found, form)
    return found


def _value(value: int) -> dict[str, Any]:
    return {"values": {_SINCE: {"value": value}}}


def _scores(points: WeightedSum) -> dict[str, Any]:
    return {
        area: {str(level): _value(int(score)) for level, score in enumerate(weight.scores)}
        for area, weight in points.weights.items()
    }


def _scale(thresholds: Thresholds, codes: list[str]) -> dict[str, Any]:
    brackets = [
        {
            "threshold": {_SINCE: {"value": int(step.at_least)}},
            "amount": {_SINCE: {"value": codes.index(step.means)}},
        }
        for step in thresholds.steps
    ]
    return {"metadata": {"type": "single_amount"}, "brackets": brackets}


def _amounts(table: Amounts) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for row in table.rows:
        for phase in row.phase:
            found.setdefault(row.band[0], {})[str(phase)] = _value(row.amount_pence or 0)
    return found


# --- formulas

Pick = Callable[[Any, Any], Any]
"""Takes from a node of the tree, for every case, the parameter that a variable names."""


def as_documented(node: Any, keys: Any) -> Any:
    """Index the node by the variable, as OpenFisca's manual has it ("fancy indexing")."""
    return node[keys]


def by_arrays(node: Any, keys: Any) -> Any:
    """Pass the tree by: turn the node into an array by hand, and index that."""
    return np.array([node[name] for name in _names(keys, node)])[np.asarray(keys)]


class Formulas:
    """The formulas, by one way to take parameters from the tree."""

    def __init__(self, pick: Pick) -> None:
        self._pick = pick

    def points(self, case: Any, period: Any, parameters: Any) -> Any:
        """Sum the score of the level in each area of need."""
        scores = parameters(period).scores
        return sum(self._pick(scores[area], case(f"level_{area}", period)) for area in AREAS)

    def tier(self, case: Any, period: Any, parameters: Any) -> Any:
        """Place the points on the scale; a clinical procedure is at least predictable."""
        given = parameters(period)
        found = given.tier_by_points.calc(case("points", period))
        return np.where(case("clinical", period), np.maximum(found, given.predictable), found)

    def predictable_pence(self, case: Any, period: Any, parameters: Any) -> Any:
        """Cost the map above the school's share, up to the most, to the nearest penny."""
        given = parameters(period)
        staff = case.members("staff", period)
        parts = case.members("hours_6000", period) * (UNIT // case.members("group_size", period))
        counted = np.minimum(
            parts.astype(np.int64), self._pick(given.most_hours, staff).astype(np.int64) * WHOLE
        )
        cost = counted * case.members("weeks", period) * self._pick(given.an_hour, staff)
        others = case.sum(case.members("resources_pence", period)) * WHOLE
        gross = (case.sum(cost) + others).astype(np.int64)
        share = np.maximum(given.share - case("school_spends_pence", period), 0).astype(np.int64)
        net = np.minimum(np.maximum(gross - share * WHOLE, 0), given.most * WHOLE)
        return (2 * net + WHOLE) // (2 * WHOLE)

    def band(self, case: Any, period: Any, parameters: Any) -> Any:
        """Place the points on the scale of bands."""
        return parameters(period).band_by_points.calc(case("points", period)).astype(np.int64)

    def exceptional_pence(self, case: Any, period: Any, parameters: Any) -> Any:
        """Look the band and the phase up; what the table does not print goes to a person."""
        given = parameters(period)
        setting = case("setting", period)
        commissioned = (setting == SettingOf.special) | (setting == SettingOf.alternative_provision)
        band, phase = case("band", period), case("phase", period)
        if self._pick is as_documented:
            amount = given.amounts[band][phase]
        else:
            table = [by_arrays(given.amounts[each.name], phase) for each in BandOf]
            amount = np.choose(np.asarray(band), table)
        above = case("points", period) >= given.above_the_table
        return np.where(commissioned | above, TO_A_PERSON, amount)

    def annual_pence(self, case: Any, period: Any, parameters: Any) -> Any:
        """Give what the tier leads to; below it there is no money."""
        given = parameters(period)
        found = case("tier", period)
        return np.select(
            [found == given.predictable, found == given.exceptional],
            [case("predictable_pence", period), case("exceptional_pence", period)],
            0,
        )


def _names(keys: Any, node: Any) -> Any:
    """The words of a variable in the order of its numbers; levels are numbers already."""
    of_words = isinstance(keys, EnumArray) and keys.possible_values
    return of_words.names if of_words else node


def system_of(continuum: Continuum, tariff: Tariff, pick: Pick) -> TaxBenefitSystem:
    """Bring variables and parameters together, as a country package does."""
    system = TaxBenefitSystem([LINE, CASE])
    system.parameters = parameters_of(continuum, tariff)
    for name in ("hours_6000", "group_size", "weeks", "resources_pence"):
        system.add_variable(_variable(name, LINE, value_type=int))
    for name in (*(f"level_{area}" for area in AREAS), "school_spends_pence"):
        system.add_variable(_variable(name, CASE, value_type=int))
    system.add_variable(_variable("clinical", CASE, value_type=bool))
    formulas = Formulas(pick)
    for name, entity, of in (
        ("staff", LINE, StaffOf),
        ("phase", CASE, PhaseOf),
        ("setting", CASE, SettingOf),
        ("band", CASE, BandOf),
    ):
        said = {"possible_values": of, "default_value": next(iter(of))}
        said |= {"formula": formulas.band} if of is BandOf else {}
        system.add_variable(_variable(name, entity, value_type=Enum, **said))
    for name in ("points", "tier", "predictable_pence", "exceptional_pence", "annual_pence"):
        formula = getattr(formulas, name)
        system.add_variable(_variable(name, CASE, value_type=int, formula=formula))
    return system


def _variable(name: str, entity: Any, **said: Any) -> type:
    of = {"entity": entity, "definition_period": periods.DateUnit.MONTH, "label": name}
    return type(name, (Variable,), {**of, **said})


# --- a population


def simulation_of(columns: Columns, system: TaxBenefitSystem) -> Simulation:
    """Build the population of the cases and set its columns."""
    cases, pupils, lines = (columns[name] for name in TABLES)
    # A case without a member is unknown to it: a line of nothing stands for an empty map.
    empty = cases.select("number").join(lines, on="number", how="anti")
    nothing = empty.with_columns(staff=pl.lit("ta"), hours_6000=pl.lit(0, pl.Int64))
    lines = pl.concat([lines, nothing], how="diagonal").with_columns(
        pl.col("group_size", "weeks").fill_null(1), pl.col("resources_pence").fill_null(0)
    )
    builder = SimulationBuilder()
    builder.create_entities(system)
    builder.declare_person_entity("line", range(lines.height))
    group = builder.declare_entity("case", range(cases.height))
    builder.join_with_persons(group, lines["number"].to_numpy(), ["of_case"] * lines.height)
    simulation = builder.build(system)
    simulation.trace = False
    inputs = {
        **{name: lines[name] for name in _OF_LINES},
        **{f"level_{area}": cases[f"level:{area}"] for area in AREAS},
        "clinical": cases[f"ticked:{CLINICAL}"],
        "school_spends_pence": pupils["school_spends_pence"],
        "phase": pupils["phase"],
        "setting": pupils["setting"],
    }
    for name, column in inputs.items():
        simulation.set_input(name, _PERIOD, np.array(column.to_list()))
    return simulation


def main(folder: Path, way: str) -> None:
    """Calculate what every case comes to, on the clock, and write it down."""
    continuum, tariff = packs.continua(packs.DEMO)[0], packs.tariffs(packs.DEMO)[0]
    columns = {name: pl.read_parquet(folder / f"{name}.parquet") for name in TABLES}
    simulation = simulation_of(columns, system_of(continuum, tariff, WAYS[way]))
    began = time.perf_counter()
    pence = simulation.calculate("annual_pence", _PERIOD)
    placed = simulation.calculate("tier", _PERIOD)
    seconds = time.perf_counter() - began
    tiers = np.array([each.code for each in continuum.tiers])
    found = {"annual_pence": pence.tolist(), "tier": tiers[placed].tolist()}
    pl.DataFrame({"number": columns["cases"]["number"], **found}).write_parquet(folder / FOUND)
    print(seconds)  # noqa: T201


WAYS: dict[str, Pick] = {"documented": as_documented, "arrays": by_arrays}

if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
