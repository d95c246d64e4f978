"""What counts as a departure: of a panel from the school's levels, of an officer from the rules."""

from typing import Any

import pytest

from domain.departure import (
    DepartsFrom,
    Departure,
    Guidance,
    Leaning,
    check_named,
    escalated,
    level_departures,
    priced_by_a_person,
    signed_departures,
)
from domain.needs import AreaOfNeed, NeedsProfile
from domain.places import Level
from domain.policy.load import load_version
from domain.policy.schemes import Continuum, Tariff
from domain.refusals import NotValid
from tests.conftest import ROOT

PACK = ROOT / "domain/policy/packs/demo"


def _document(kind: str) -> Any:
    path = PACK / kind / "2026-09-01.toml"
    return load_version(kind, path.read_text(encoding="utf-8")).document


CONTINUUM: Continuum = _document("continuum")
TARIFF: Tariff = _document("tariff")


def profile(*levels: int) -> NeedsProfile:
    """A level for each area of need, in order; those that are left out are not stated."""
    return NeedsProfile(levels=dict(zip(AreaOfNeed, levels, strict=False)))


def test_a_panel_departs_area_by_area() -> None:
    """One departure for each area whose level is another, up or down, and none for the others."""
    found = level_departures(profile(2, 3, 0, 1), profile(3, 3, 0, 0), (), CONTINUUM)
    assert [(each.area, each.leaning) for each in found] == [
        (AreaOfNeed.COMMUNICATION, Leaning.UP),
        (AreaOfNeed.SENSORY, Leaning.DOWN),
    ]
    assert [(each.guidance_level, each.decided_level) for each in found] == [(2, 3), (1, 0)]


def test_descriptors_of_the_decided_level_are_kept_with_how_many_ticked_them() -> None:
    """Those of another level or area are no reason for this one, and each ticks one once."""
    ticks = (("ci3a", "ci3a", "cl3a"), ("ci3a",), ("ci2a",))
    (found,) = level_departures(profile(2, 3, 0, 0), profile(3, 3, 0, 0), ticks, CONTINUUM)
    assert found.ticked == {"ci3a": 2}


def test_where_nothing_was_stated_nothing_is_departed_from() -> None:
    """Neither without a profile, nor in an area that one of the two leaves out."""
    assert level_departures(None, profile(1), (), CONTINUUM) == ()
    assert level_departures(profile(1), None, (), CONTINUUM) == ()
    assert level_departures(profile(1), profile(1, 4), (), CONTINUUM) == ()
    assert level_departures(profile(1, 4), profile(1), (), CONTINUUM) == ()


@pytest.mark.parametrize(
    ("guidance", "decided", "expected"),
    [
        (("predictable", None, 5), ("predictable", None, 5), []),
        (("predictable", None, 5), ("exceptional", None, 5), [("tier", "up")]),
        (("exceptional", "e2", 500), ("targeted", "e2", 0), [("tier", "down"), ("amount", "down")]),
        (
            ("exceptional", "e1", 500),
            ("exceptional", "e3", 900),
            [("band", "up"), ("amount", "up")],
        ),
        (("exceptional", None, None), ("exceptional", "e1", 900), [("band", "aside")]),
        (("unheard", None, None), ("targeted", None, None), [("tier", "aside")]),
    ],
)
def test_an_officer_departs_from_tier_band_and_amount(
    guidance: tuple[str, str | None, int | None],
    decided: tuple[str, str | None, int | None],
    expected: list[tuple[str, str]],
) -> None:
    """Each by itself, in the policy's order; what nobody priced is not departed from."""
    names = ("tier", "band", "annual_pence")
    stood = [
        Guidance.model_validate(dict(zip(names, each, strict=True))) for each in (guidance, decided)
    ]
    found = signed_departures(stood[0], stood[1], CONTINUUM, TARIFF)
    assert [(each.departs_from.value, each.leaning.value) for each in found] == expected


def test_a_price_and_an_escalation_are_departures_of_their_own() -> None:
    """An amount where no table had one leans neither way; a higher decider leans up."""
    assert priced_by_a_person(Guidance(tier="exceptional"), 70) == Departure(
        departs_from=DepartsFrom.AMOUNT, leaning=Leaning.ASIDE, decided_pence=70
    )
    assert escalated(Level.CLUSTER, Level.AREA) == Departure(
        departs_from=DepartsFrom.DECIDER,
        leaning=Leaning.UP,
        guidance_code="cluster",
        decided_code="area",
    )


def test_a_tier_or_band_that_the_policy_does_not_have_is_refused_both_at_once() -> None:
    """With those that it has, so that one of them can be chosen."""
    check_named(None, None, CONTINUUM, TARIFF)
    check_named("exceptional", "e1", CONTINUUM, TARIFF)
    with pytest.raises(NotValid) as refused:
        check_named("golden", "z9", CONTINUUM, TARIFF)
    assert refused.value.in_the_way == "there is no tier golden; there is no band z9"
    assert "exceptional" in refused.value.help
    assert "e1" in refused.value.help
    with pytest.raises(NotValid, match="no band z9"):
        check_named("exceptional", "z9", CONTINUUM, TARIFF.model_copy(update={"bands": ()}))
