"""The demo county: whole, invented, the same each time, and readable by what loads it."""

import tomllib
from collections import Counter
from itertools import combinations
from typing import Any

import pytest

from activities.store.recording.budgets import Budgets
from activities.store.recording.county import County
from deploy.demo import asks
from deploy.demo.county import (
    FAMILY,
    HERE,
    as_toml,
    county,
    names_of_pupils,
    panel_of,
    places,
    pupils,
    roles_held,
    schools,
    schools_of,
    with_plan,
    without_plan,
)
from domain.places import Phase
from domain.policy.delegation import AuthorityScheme
from domain.policy.panel import PanelRules
from domain.request import RequestContent

PACK = HERE.parent.parent / "domain" / "policy" / "packs" / "demo"
ISSUER = "https://issuer.invalid"


def read_back() -> dict[str, Any]:
    """Read the county from the TOML that is written for the command."""
    return tomllib.loads(as_toml(county(ISSUER)))


def policy(kind: str) -> dict[str, Any]:
    """Read a policy of the demo pack."""
    return tomllib.loads((PACK / kind / "2026-09-01.toml").read_text(encoding="utf-8"))


def test_the_county_is_what_its_loader_reads() -> None:
    """The written county is a whole county to the model that loads it."""
    found = County.model_validate(read_back(), strict=False)
    assert (len(found.areas), len(found.clusters), len(found.trusts)) == (3, 6, 2)
    assert len(found.schools) == 60
    assert len(found.pupils) == 200


def test_what_is_recorded_of_pupils_is_what_the_equality_policy_tells_apart() -> None:
    """Every characteristic and value is one of the policy's; of some pupils nothing is recorded."""
    told = {
        each["code"]: {value["code"] for value in each["values"]}
        for each in policy("equality")["characteristics"]
    }
    recorded = [each["characteristics"] for each in read_back()["pupils"]]
    assert {} in recorded
    for each in filter(None, recorded):
        assert each.keys() == told.keys()
        assert all(value in told[code] for code, value in each.items())


def test_the_county_comes_out_the_same_each_time() -> None:
    """Two makings of the county are the same text, so loading it again changes nothing."""
    assert as_toml(county(ISSUER)) == as_toml(county(ISSUER))


def test_every_cluster_has_eight_to_fourteen_schools() -> None:
    """A cluster has eight to fourteen schools, and the county has every phase."""
    sizes = Counter(school.cluster for school in schools())
    assert all(8 <= size <= 14 for size in sizes.values())
    assert {school.phase for school in schools()} == set(Phase)


def test_both_trusts_straddle_clusters() -> None:
    """Each trust has schools in more than one cluster."""
    for trust in places()["trusts"]:
        clusters = {school.cluster for school in schools() if school.trust == trust["code"]}
        assert len(clusters) > 1


def test_every_panel_has_nine_voters_or_more_besides_a_school_that_asks() -> None:
    """A panel has ten members, so that nine are left when one stands aside."""
    for cluster in places()["clusters"]:
        members = panel_of(cluster["code"])
        assert len(set(members)) == 10
        for school in schools_of(cluster["code"]):
            aside = [member for member in members if member.endswith(f".{school.code}")]
            assert len(aside) <= 1


def test_there_are_people_of_every_role() -> None:
    """Somebody holds each role and each grade of the pack.

    Finance has three people: one prepares, one approves, and a third undoes what comes back.
    """
    held = [role for roles in roles_held().values() for role in roles]
    counted = Counter(role["role"] for role in held)
    assert len(counted) == 12
    assert counted["finance_officer"] == 3
    grades = {grade["code"] for grade in policy("authority")["grades"]}
    assert {role["grade"] for role in held if "grade" in role} == grades


def test_policy_names_clusters_that_exist() -> None:
    """Meetings and named panels of the demo pack are of the demo county's clusters."""
    codes = {cluster["code"] for cluster in places()["clusters"]}
    assert {meeting["cluster"] for meeting in policy("calendar")["meetings"]} == codes
    rules = PanelRules.model_validate(policy("panel"), strict=False)
    assert {rules.fallback_for(code) for code in codes} <= codes
    assert AuthorityScheme.model_validate(policy("authority"), strict=False).council == "demo"


@pytest.mark.promise(8)
def test_a_pupils_name_is_found_nowhere_but_in_the_register() -> None:
    """Family names are all different and occur nowhere else in what is loaded."""
    found = read_back()
    register = found.pop("pupils")
    names = [family for _, family in names_of_pupils()]
    assert len(set(names)) == len(register) == len(names)
    elsewhere = as_toml(found)
    assert not [name for name in names if name in elsewhere]
    assert not [pair for pair in combinations(names, 2) if pair[0] in pair[1]]


def test_a_panel_member_and_an_officer_are_family_of_a_pupil() -> None:
    """The ties that the play relies on are of pupils whom no plan takes from the panel."""
    tied = {tie["pupil"] for tie in read_back()["family_ties"]}
    assert tied == {without_plan(school)[0].number for _, school in FAMILY}


def test_some_pupils_have_plans_and_some_live_elsewhere() -> None:
    """One pupil in five has a plan, and a few have another home council."""
    assert sum(len(with_plan(school.code)) for school in schools()) == 40
    assert any(pupil.home_council != places()["council"] for pupil in pupils())


def test_budgets_are_what_their_loader_reads() -> None:
    """Every cluster has a budget in both years, and the block covers everything that it gives."""
    text = (HERE / "budgets.toml").read_text(encoding="utf-8")
    found = Budgets.model_validate(tomllib.loads(text), strict=False)
    assert found.years == (2026, 2027)
    assert {f"cluster:{each['code']}" for each in places()["clusters"]} <= set(found.pence)
    given = sum(pence for pot, pence in found.pence.items() if pot != "high_needs_block")
    assert given <= found.pence["high_needs_block"]


def test_what_schools_ask_for_is_a_request() -> None:
    """Each kind of request that the play writes is one to the domain."""
    pupil = asks.pupil_asked(without_plan("quillmere")[0])
    line = asks.line("A known adult", "12.5")
    written = (
        asks.support("about", [pupil], asks.levels(1, 2, 3, 4), [line]),
        asks.support("about", [pupil, pupil], asks.levels(1, 2, 3, 4), [line]),
        asks.advice("about", [pupil]),
        asks.project("about", [line], ["alder-east"]),
    )
    kinds = [RequestContent.model_validate(each, strict=False).kind for each in written]
    assert kinds == ["individual", "group", "advice", "project"]
