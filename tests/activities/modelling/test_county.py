"""A county that is made up: the same for the same seed, in the shape of a real one, in columns."""

from datetime import date, timedelta

import polars as pl
import pytest

from activities.modelling.assessing import CaseSet
from activities.modelling.county import CLUSTERS, SCHOOLS, county, schools_of
from activities.modelling.deciding import decide
from activities.modelling.drawing import Draws
from activities.modelling.touched import Pair
from domain.places import Phase
from domain.policy.load import load_version
from domain.policy.schemes import Continuum, Tariff
from tests.activities.modelling.schemes import AREAS, ON, pair
from tests.domain.demo_county import PACK

PACKS = {
    "herefordshire": "2025-09-01",
    "nottingham_city": "2016-09-01",
    "costed_provision": "2025-09-01",
}


def made(cases: int = 2_000, seed: int = 7) -> CaseSet:
    """A county for the demo tariff."""
    return county(seed, cases, ON, [pair()])


def test_the_same_seed_makes_the_same_county_and_another_another() -> None:
    """Columns, rows and order; more cases begin with the same ones."""
    first, again, more = made().frames, made().frames, made(2_500).frames
    for name in ("cases", "pupils", "provision"):
        assert getattr(first, name).equals(getattr(again, name))
    assert more.part(0, 2_000).cases.equals(first.cases)
    assert not made(seed=8).frames.cases.equals(first.cases)


def test_a_county_has_its_clusters_of_eight_to_fourteen_schools() -> None:
    """53 of them, each with a secondary school at least and more primaries."""
    by_cluster: dict[str, list[Phase]] = {}
    for school in schools_of(7):
        by_cluster.setdefault(school.cluster, []).append(school.phase)
    assert len(by_cluster) == CLUSTERS
    for phases in by_cluster.values():
        assert SCHOOLS[0] <= len(phases) <= SCHOOLS[1]
        assert Phase.SECONDARY in phases


def test_every_case_is_of_the_year_and_can_be_decided() -> None:
    """None is refused by the demo policy, some go to a person, and every area of need is met."""
    frames = made().frames
    days = frames.cases["day"]
    assert days.min() >= ON  # type: ignore[operator]  # a day, which polars does not say
    assert days.max() < ON + timedelta(days=365)  # type: ignore[operator]  # as above
    answers = decide(frames, *pair()).cases
    assert answers["refused"].null_count() == len(frames)
    assert 0 < answers["to_a_person"].sum() < len(frames) // 10
    assert set(frames.cases["area_of_need"].drop_nulls()) == {*AREAS, "several"}
    assert set(frames.cases["kind"].cast(pl.String)) == {
        "advice",
        "group",
        "individual",
        "project",
    }
    assert frames.cases.filter(pl.col("kind") == "project")["phase"].null_count() > 0


@pytest.mark.parametrize("pack", PACKS)
def test_a_county_carries_what_another_councils_policy_reads(pack: str) -> None:
    """Points, bands, counts and groups of settings, where a scheme takes them as they come."""
    found = []
    for kind in ("continuum", "tariff"):
        path = PACK.parent / pack / kind / f"{PACKS[pack]}.toml"
        found.append(load_version(path.name, path.read_text(encoding="utf-8")).document)
    continuum, tariff = found
    assert isinstance(continuum, Continuum)
    assert isinstance(tariff, Tariff)
    scheme: Pair = (continuum, tariff)
    answers = decide(county(3, 500, date(2026, 9, 1), [scheme]).frames, *scheme).cases
    assert answers["annual_pence"].drop_nulls().sum() > 0


def test_draws_are_those_of_the_published_generator() -> None:
    """SplitMix64 in columns gives what it gives by hand, on any machine and version."""
    drawn = pl.select(number=pl.int_range(0, 5_000)).with_columns(
        die=Draws(1).below("die", 6), coin=Draws(1).happens("coin", 500)
    )
    counts = drawn["die"].value_counts().sort("die")
    assert counts["die"].to_list() == list(range(6))
    assert all(700 < count < 970 for count in counts["count"])
    assert 2_300 < drawn["coin"].sum() < 2_700
    assert drawn["die"].head(12).to_list() == _by_hand(1, "die", 6, 12)


def _by_hand(seed: int, name: str, end: int, rows: int) -> list[int]:
    """The same numbers by plain integers."""
    words, first, second = 2**64, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB

    def mixed(word: int) -> int:
        word = ((word ^ (word >> 30)) * first) % words
        word = ((word ^ (word >> 27)) * second) % words
        return word ^ (word >> 31)

    start = 0xCBF29CE484222325
    for byte in f"{seed}/{name}".encode():
        start = ((start ^ byte) * 0x100000001B3) % words
    start = ((start ^ (start >> 30)) * first) % words
    start = ((start ^ (start >> 27)) * second) % words
    return [mixed((row * 0x9E3779B97F4A7C15 + start) % words) % end for row in range(rows)]
