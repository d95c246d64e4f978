"""Sections of a draft: what belongs where, how far each is, what a copy keeps, what a map costs."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.drafting import HowFar, Section, copied, of_kind, sections_of
from domain.map_cost import cost_of_map, rates_on
from domain.needs import AreaOfNeed, NeedsProfile
from domain.policy.demands import Check
from domain.policy.load import load_version
from domain.policy.schemes import Tariff
from domain.request import Evidence, ProvisionLine, RequestContent, RequestKind
from domain.screening import screen
from tests.domain.demo_county import (
    PACK,
    SUBMITTED_ON,
    document,
    pupil,
    pupil_with_plan,
    request,
    screening,
)

NEEDS = (Section.COMMUNICATION, Section.COGNITION, Section.SEMH, Section.SENSORY)
FILE = UUID(int=7)


def how_far(content: RequestContent) -> dict[Section, HowFar]:
    """How far each section of a draft is, as the demo county screens it."""
    rules = screening()
    found = screen(content, rules, rules.council, SUBMITTED_ON)
    return {each.section: each.how_far for each in sections_of(content, rules, found.faults)}


def line(**changed: Any) -> ProvisionLine:
    """A line of a provision map: five hours of a teaching assistant."""
    said = {"what": "Reading", "staff": "ta", "hours_a_week": Decimal(5), "weeks": 38}
    return ProvisionLine.model_validate({**said, **changed})


def tariff(**changed: Any) -> Tariff:
    """The demo county's tariff, with the steps of other rates behind its own."""
    text = (PACK / "tariff/2026-09-01.toml").read_text(encoding="utf-8")
    found = load_version("tariff/2026-09-01.toml", text).document
    assert isinstance(found, Tariff)
    if not changed:
        return found
    (costed,) = (each for each in found.steps if each.form == "costed_provision")
    other = costed.model_copy(update={"id": "other", "rates": changed["rates"]})
    return found.model_copy(update={"steps": (*found.steps, other)})


@pytest.mark.parametrize("kind", RequestKind)
def test_a_whole_request_is_complete_wherever_something_is_asked(kind: RequestKind) -> None:
    """Nothing is incomplete or not started once screening finds nothing missing."""
    found = how_far(request(kind))
    left = {each: far for each, far in found.items() if far is not HowFar.COMPLETE}
    assert set(left.values()) <= {HowFar.OPTIONAL}, left


def test_an_empty_draft_has_nothing_started_and_what_nobody_asks_for_is_optional() -> None:
    """A new draft for a pupil shows what is asked for; officers' reasons are nobody's demand."""
    found = how_far(RequestContent(kind=RequestKind.INDIVIDUAL))
    assert found.pop(Section.OFFICER) is HowFar.OPTIONAL
    assert set(found.values()) == {HowFar.NOT_STARTED}
    assert {Section.PUPILS, Section.SPENDING, Section.PROVISION, *NEEDS} <= set(found)
    assert not {Section.HOME_COUNCIL, Section.DIVISIONS} & set(found)


def test_a_project_has_no_room_for_pupils_unless_some_were_named() -> None:
    """What does not belong is shown where it is to be taken out."""
    empty = how_far(RequestContent(kind=RequestKind.PROJECT))
    assert not {Section.PUPILS, Section.CHILD, *NEEDS} & set(empty)
    assert empty[Section.DIVISIONS] is HowFar.OPTIONAL
    named = how_far(request(RequestKind.PROJECT, pupils=(pupil(),)))
    assert named[Section.PUPILS] is HowFar.INCOMPLETE


@pytest.mark.parametrize(
    ("changed", "section", "far"),
    [
        ({"outcomes": ()}, Section.OUTCOMES, HowFar.NOT_STARTED),
        ({"informed_how": None}, Section.FAMILY, HowFar.INCOMPLETE),
        ({"ends_on": None}, Section.ABOUT, HowFar.INCOMPLETE),
        ({"ends_on": date(2026, 9, 1)}, Section.ABOUT, HowFar.INCOMPLETE),
        ({"child_views": None}, Section.CHILD, HowFar.NOT_STARTED),
        ({"pupils": ()}, Section.PUPILS, HowFar.NOT_STARTED),
        ({"pupils": (pupil(home_council="other"),)}, Section.HOME_COUNCIL, HowFar.NOT_STARTED),
        ({"pupils": (pupil(school_spends_pence=0),)}, Section.SPENDING, HowFar.NOT_STARTED),
        (
            {"pupils": (pupil_with_plan(owed_annual_pence=None),)},
            Section.SPENDING,
            HowFar.INCOMPLETE,
        ),
        ({"urgent_because": "Now"}, Section.OFFICER, HowFar.COMPLETE),
        ({"no_contact": True}, Section.FAMILY, HowFar.COMPLETE),
    ],
    ids=str,
)
def test_a_fault_is_told_where_it_is_mended(
    changed: dict[str, Any], section: Section, far: HowFar
) -> None:
    """Each thing that screening finds stands at the section that a SENCO opens for it."""
    found = how_far(request(RequestKind.INDIVIDUAL, **changed))
    assert found[section] is far


def test_each_area_of_need_is_a_section_of_its_own() -> None:
    """One area without a level is not started; the other three are complete."""
    levels = dict.fromkeys((AreaOfNeed.COMMUNICATION, AreaOfNeed.COGNITION, AreaOfNeed.SEMH), 2)
    found = how_far(request(RequestKind.INDIVIDUAL, profile=NeedsProfile(levels=levels)))
    assert [found[each] for each in NEEDS] == [*[HowFar.COMPLETE] * 3, HowFar.NOT_STARTED]


def test_what_a_policy_asks_beyond_a_kinds_own_sections_is_offered() -> None:
    """A council that asks for outcomes with advice gives its schools the section for them."""
    text = document("screening")
    demands = [dict(each) for each in text["demands"]]  # type: ignore[attr-defined]
    for each in demands:
        if each["check"] == Check.OUTCOMES:
            each["kinds"] = [*each["kinds"], "advice"]
    rules = type(screening()).model_validate({**text, "demands": demands}, strict=False)
    content = RequestContent(kind=RequestKind.ADVICE)
    offered = {each.section for each in sections_of(content, rules, ())}
    assert Section.OUTCOMES in offered
    assert Section.PROVISION not in offered


def test_a_copy_keeps_the_words_and_asks_for_the_days_anew() -> None:
    """What was true of a day, and the files, stay with the request that they were of."""
    evidence = (Evidence(title="Report", from_whom="Therapist", file_id=FILE),)
    earlier = request(RequestKind.INDIVIDUAL, evidence=evidence, urgent_because="Now")
    copy = copied(earlier, RequestKind.INDIVIDUAL)
    assert (copy.about, copy.pupils, copy.cycles) == (earlier.about, earlier.pupils, earlier.cycles)
    assert copy.evidence == (Evidence(title="Report", from_whom="Therapist"),)
    for name in ("starts_on", "ends_on", "informed_on", "informed_how", "urgent_because"):
        assert getattr(copy, name) is None


def test_a_request_that_becomes_a_project_names_nobody() -> None:
    """A project has no pupils and no needs; another kind keeps what was written."""
    earlier = request(RequestKind.INDIVIDUAL)
    project = of_kind(earlier, RequestKind.PROJECT)
    assert (project.pupils, project.profile) == ((), None)
    assert of_kind(earlier, RequestKind.GROUP).pupils == earlier.pupils


def test_a_map_costs_its_hours_by_the_rate_shared_by_the_group() -> None:
    """Five hours of a teaching assistant for 38 weeks, alone and in a group, by hand."""
    content = request(
        RequestKind.INDIVIDUAL,
        provision=(
            line(),
            line(group_size=4),
            line(resources_pence=12_000),
            line(staff="magician"),
        ),
    )
    found = cost_of_map(content, tariff(), SUBMITTED_ON)
    a_year = 5 * 65_360
    costs = [each.annual_pence for each in found.lines]
    assert costs == [a_year, round(a_year / 4), a_year + 12_000, None]
    assert found.total_pence == sum(each for each in costs if each is not None)
    assert not found.is_whole
    assert found.weekly_hours == "20"


def test_a_group_costs_each_pupils_share_and_a_project_its_sessions() -> None:
    """Two pupils in a group of four are two quarters of it; a project pays for all of it."""
    two = (pupil("first"), pupil("second"))
    lines = (line(group_size=4),)
    of_group = cost_of_map(
        request(RequestKind.GROUP, pupils=two, provision=lines), tariff(), SUBMITTED_ON
    )
    of_project = cost_of_map(request(RequestKind.PROJECT, provision=lines), tariff(), SUBMITTED_ON)
    assert of_group.total_pence * 2 == of_project.total_pence == 5 * 65_360


def test_a_rate_that_would_tell_which_rule_applies_is_left_out() -> None:
    """Rates that differ between rules, or are not in force on the day, price no draft."""
    rates = rates_on(tariff(), SUBMITTED_ON)
    dearer = rates["ta"].model_copy(update={"weekly_hour_a_year_pence": 99_999})
    later = rates["hlta"].model_copy(update={"in_force_from": date(2027, 1, 1)})
    found = rates_on(tariff(rates={"ta": dearer, "dean": later}), SUBMITTED_ON)
    assert set(rates) - set(found) == {"ta"}
    assert "dean" not in found
