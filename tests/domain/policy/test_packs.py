"""Laws of the packs that are shipped, over cases that nobody wrote down."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.case import Case
from domain.continuum import place
from domain.needs import AreaOfNeed
from domain.places import Phase
from domain.policy.in_force import in_force
from domain.policy.load import PolicyVersion, load_pack
from domain.policy.schemes import Continuum, Tariff
from domain.request import RequestKind
from domain.tariff import Price, price

PACKS = Path(__file__).resolve().parents[3] / "domain" / "policy" / "packs"
FIRST, NEXT = date(2026, 10, 5), date(2026, 10, 6)


def pack_of(name: str) -> tuple[PolicyVersion, ...]:
    """The versions of a pack that is shipped."""
    folder = PACKS / name
    files = folder.rglob("*.toml")
    return load_pack({str(file.relative_to(folder)): file.read_text() for file in files})


DEMO, MATRIX = pack_of("demo"), pack_of("herefordshire")
CONTINUUM = in_force(DEMO, "continuum", FIRST).document
assert isinstance(CONTINUUM, Continuum)


def tariff_on(versions: tuple[PolicyVersion, ...], day: date) -> Tariff:
    """The tariff of a day."""
    document = in_force(versions, "tariff", day).document
    assert isinstance(document, Tariff)
    return document


def demo_case(levels: tuple[int, ...], phase: Phase = Phase.PRIMARY) -> Case:
    """A pupil of the demo county."""
    by_area = dict(zip((area.value for area in AreaOfNeed), levels, strict=True))
    return Case(kind=RequestKind.INDIVIDUAL, day=FIRST, levels=by_area, phase=phase)


def priced(case: Case, versions: tuple[PolicyVersion, ...], day: date) -> Price:
    """The price by the tariff of a day."""
    assert isinstance(CONTINUUM, Continuum)
    return price(case, place(case, CONTINUUM).tier, tariff_on(versions, day))


LEVELS = st.tuples(*(st.integers(0, 5) for _ in AreaOfNeed))
PHASES = st.sampled_from(list(Phase))


@given(levels=LEVELS, phase=PHASES, area=st.integers(0, 3))
def test_more_need_never_stands_lower_or_pays_less_by_band(
    levels: tuple[int, ...], phase: Phase, area: int
) -> None:
    """In the demo county a higher level never lowers the tier nor the amount of an exceptional."""
    assert isinstance(CONTINUUM, Continuum)
    more = tuple(min(5, level + (place == area)) for place, level in enumerate(levels))
    order = CONTINUUM.scale.tiers
    less_tier, more_tier = (
        place(demo_case(each, phase), CONTINUUM).tier for each in (levels, more)
    )
    assert order.index(more_tier) >= order.index(less_tier)
    less, greater = (priced(demo_case(each, phase), DEMO, FIRST) for each in (levels, more))
    assert greater.to_a_person or (greater.annual_pence or 0) >= (less.annual_pence or 0)


@pytest.mark.promise(9)
@given(levels=LEVELS, phase=PHASES)
def test_publishing_the_next_tariff_changes_nothing_already_submitted(
    levels: tuple[int, ...], phase: Phase
) -> None:
    """A case of 5 October has the same price, to the working, before and after the 6th's tariff."""
    before = tuple(each for each in DEMO if each.in_force_from < NEXT)
    case = demo_case(levels, phase)
    assert priced(case, before, FIRST) == priced(case, DEMO, FIRST)


@pytest.mark.promise(9)
def test_the_second_edition_is_dearer_in_every_band() -> None:
    """The two editions differ, so that pinning is seen: each exceptional case costs more."""
    case = demo_case((4, 4, 0, 0))
    old, new = (priced(case, DEMO, day).annual_pence for day in (FIRST, NEXT))
    assert (old, new) == (4974_00, 5124_00)


@given(points=st.integers(0, 200), hours=st.sampled_from([15, 30]))
def test_the_matrix_prices_every_point_up_to_109_and_nothing_beyond(
    points: int, hours: int
) -> None:
    """No number of points falls between two groups, and none above the last is extrapolated."""
    case = Case.model_validate(
        {"kind": "individual", "day": FIRST, "points": points, "hours": hours}, strict=False
    )
    continuum = in_force(MATRIX, "continuum", FIRST).document
    assert isinstance(continuum, Continuum)
    found = price(case, place(case, continuum).tier, tariff_on(MATRIX, FIRST))
    assert found.to_a_person is (points >= 110)


@pytest.mark.parametrize("pack", sorted(folder.name for folder in PACKS.iterdir()))
def test_every_version_names_its_authority_and_source(pack: str) -> None:
    """No value is in force by nobody's authority."""
    for version in pack_of(pack):
        assert version.authority
        assert version.document.source
        assert version.document.in_force_from == version.in_force_from
