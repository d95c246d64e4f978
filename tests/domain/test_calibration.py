"""The life of a calibration case: levels set beforehand, blind, listed once, retired after use."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.calibration import (
    CalibrationCase,
    CalibrationState,
    LevelsProposed,
    due_for,
    faults_of_levels,
    listed,
    retired,
    voted,
    with_levels,
)
from domain.needs import AreaOfNeed
from domain.policy.model import CalibrationRules
from domain.refusals import NotAtThisStage, NotValid
from tests.domain.demo_county import panel, person, profile

RULES = CalibrationRules(
    cases_a_meeting=2,
    set_by=5,
    setters_within_levels=1,
    tolerance_levels=Decimal("0.25"),
    least_cases=5,
)
SCALE = range(6)
CLUSTERS = ("alder", "birch", "cedar")
DAY = date(2027, 3, 9)


def proposal(name: str, *levels: int, reason: str = "As the descriptors say") -> LevelsProposed:
    """What one person proposes."""
    return LevelsProposed(
        person_id=person(name), levels=profile(*levels).levels if levels else {}, reason=reason
    )


def five_proposals() -> list[LevelsProposed]:
    """Five people who nearly agree; the middle is 2, 3, 1 and 0."""
    levels = [(2, 3, 1, 0), (2, 3, 1, 0), (3, 3, 0, 0), (2, 4, 1, 1), (3, 3, 1, 0)]
    return [proposal(f"setter {n}", *each) for n, each in enumerate(levels)]


def drafted(code: str = "wren") -> CalibrationCase:
    """A case that somebody wrote."""
    return CalibrationCase(code=code, written_by=person("writer"))


def ready(code: str = "wren", *listed_for: str) -> CalibrationCase:
    """A case with its levels, on the agendas of these clusters."""
    case = with_levels(drafted(code), five_proposals(), RULES, SCALE)
    for cluster in listed_for:
        case = listed(case, cluster)
    return case


def codes(*proposed: LevelsProposed) -> set[str]:
    """The faults of proposed levels, by their codes."""
    return {fault.code for fault in faults_of_levels(proposed, RULES, SCALE)}


def test_the_definitive_level_is_the_one_in_the_middle() -> None:
    """Of five proposals each area takes the middle one, and every proposal is kept."""
    case = ready()
    assert case.state is CalibrationState.SET
    assert case.definitive == profile(2, 3, 1, 0).levels
    assert case.proposed == tuple(five_proposals())


def test_levels_are_set_by_as_many_people_as_the_policy_says() -> None:
    """Four are too few, six are too many, and one person is not two."""
    five = five_proposals()
    assert codes(*five) == set()
    assert codes(*five[:4]) == {"setters"}
    assert codes(*five, proposal("setter 9", 2, 3, 1, 0)) == {"setters"}
    assert codes(*five[:4], five[0]) == {"setter_twice"}


def test_every_proposal_has_reasons_and_a_level_in_each_area() -> None:
    """A level that is missing or off the scale, and a missing reason, are told together."""
    four = five_proposals()[:4]
    assert codes(*four, proposal("setter 4", 2, 3, 1, 0, reason=" ")) == {"setter_reason"}
    assert codes(*four, proposal("setter 4", reason="")) == {"setter_reason", "setter_level"}
    assert codes(*four, proposal("setter 4", 2, 3, 1, 6)) == {"setter_level", "setters_apart"}


def test_people_who_are_too_far_apart_have_no_definitive_level() -> None:
    """Where those who set the levels do not agree, no panel can be held against them."""
    four = five_proposals()[:4]
    assert codes(*four, proposal("setter 4", 2, 3, 3, 0)) == {"setters_apart"}


def test_wrong_levels_are_refused_with_every_fault_and_change_nothing() -> None:
    """The refusal names each fault once, and the case stays a draft (promise 13)."""
    case = drafted()
    with pytest.raises(NotValid) as refused:
        with_levels(case, [proposal("one"), proposal("one", 1, 2, 3, 9)], RULES, SCALE)
    assert "5 people set the levels of a case, and 2 have." in refused.value.in_the_way
    assert "twice" in refused.value.in_the_way
    assert refused.value.in_the_way.count("sensory") == 1
    assert case.state is CalibrationState.DRAFTED


def test_definitive_levels_do_not_move() -> None:
    """A case whose levels are set cannot be given others, whoever asks."""
    with pytest.raises(NotAtThisStage):
        with_levels(ready(), five_proposals(), RULES, SCALE)


@pytest.mark.promise(6)
def test_who_knows_the_levels_does_not_vote_on_the_case() -> None:
    """Its writer and those who set its levels are barred; any other member is not."""
    case = ready()
    assert case.is_known_to(person("writer"))
    assert case.is_known_to(person("setter 3"))
    assert not case.is_known_to(person("member"))


@pytest.mark.promise(7)
def test_definitive_levels_are_shown_to_nobody_else_before_the_case_is_retired() -> None:
    """Not even to a panel whose ballot has closed: the next panel has yet to vote."""
    case = voted(ready("wren", "alder", "birch"), "alder", CLUSTERS, DAY)
    assert not case.shows_levels_to(person("member"))
    assert case.shows_levels_to(person("setter 0"))
    assert retired(case, DAY).shows_levels_to(person("member"))


@pytest.mark.promise(1)
def test_a_calibration_case_has_nothing_that_could_be_paid() -> None:
    """No pupil, school, payee, award or amount is part of it, so no decision can be made of it."""
    assert set(CalibrationCase.model_fields) == {
        "code",
        "written_by",
        "proposed",
        "definitive",
        "listed_for",
        "voted_by",
        "retired_on",
    }


def test_two_cases_a_meeting_are_chosen_and_none_without_a_policy() -> None:
    """The policy says how many; a council without calibration lists none."""
    cases = [ready(code) for code in ("wren", "finch", "robin")]
    assert [each.code for each in due_for("alder", cases, RULES)] == ["finch", "robin"]
    assert due_for("alder", cases, None) == ()
    assert panel().calibration is None


def test_cases_that_other_panels_have_had_go_first() -> None:
    """So every panel is held against the same cases; drafts and retired cases are never chosen."""
    cases = [
        drafted("draft"),
        ready("fresh"),
        ready("once", "birch"),
        ready("twice", "birch", "cedar"),
        ready("own", "alder"),
        retired(ready("old"), DAY),
    ]
    assert [each.code for each in due_for("alder", cases, RULES)] == ["twice", "once"]
    assert [each.code for each in due_for("birch", cases, RULES)] == ["own", "fresh"]


@pytest.mark.parametrize(
    "case",
    [drafted(), ready("wren", "alder"), retired(ready(), DAY)],
    ids=["draft", "seen by this panel", "retired"],
)
def test_what_is_not_ready_or_was_used_is_not_listed(case: CalibrationCase) -> None:
    """A panel sees a case once, and nobody sees one without levels or after its end."""
    with pytest.raises(NotAtThisStage):
        listed(case, "alder")


def test_a_case_retires_with_the_last_panels_vote() -> None:
    """While a panel has yet to vote it is in use; with the last ballot it is over for good."""
    case = ready("wren", *CLUSTERS)
    for cluster in CLUSTERS[:2]:
        case = voted(case, cluster, CLUSTERS, DAY)
        assert case.state is CalibrationState.IN_USE
    case = voted(case, "cedar", CLUSTERS, DAY)
    assert (case.state, case.retired_on) == (CalibrationState.RETIRED, DAY)


@pytest.mark.promise(4)
def test_a_closed_ballot_told_twice_counts_once() -> None:
    """The second telling changes nothing, before and after the case has retired."""
    case = voted(ready("wren", "alder"), "alder", CLUSTERS, DAY)
    assert voted(case, "alder", CLUSTERS, DAY) == case
    over = voted(ready("wren", "alder"), "alder", ("alder",), DAY)
    assert over.state is CalibrationState.RETIRED
    assert voted(over, "alder", ("alder",), DAY) == over


def test_a_vote_on_a_case_taken_out_meanwhile_still_counts() -> None:
    """Its last day stays the one on which it was taken out."""
    case = retired(ready("wren", "alder"), DAY)
    late = voted(case, "alder", ("alder",), date(2027, 4, 27))
    assert (late.voted_by, late.retired_on) == (("alder",), DAY)


def test_a_panel_that_never_had_the_case_cannot_have_voted_on_it() -> None:
    """A ballot on what stood on no agenda is our own mistake."""
    with pytest.raises(AssertionError):
        voted(ready(), "alder", CLUSTERS, DAY)


def test_a_retired_case_is_not_retired_again() -> None:
    """It has one last day."""
    with pytest.raises(NotAtThisStage):
        retired(retired(ready(), DAY), DAY)


@given(st.lists(st.sampled_from(CLUSTERS), max_size=12))
def test_whatever_meetings_follow_each_panel_has_a_case_once(meetings: list[str]) -> None:
    """Meetings in any order list no case twice for a panel, and retire it when all have voted."""
    cases = {code: ready(code) for code in ("wren", "finch", "robin")}
    for cluster in meetings:
        for case in due_for(cluster, cases.values(), RULES):
            cases[case.code] = voted(listed(case, cluster), cluster, CLUSTERS, DAY)
    for case in cases.values():
        assert len(set(case.listed_for)) == len(case.listed_for)
        assert (case.state is CalibrationState.RETIRED) == (set(case.voted_by) == set(CLUSTERS))


def test_calibration_rules_are_part_of_the_panel_policy() -> None:
    """A section of the panel rules, read from TOML and back from the record unchanged."""
    section = {
        "cases_a_meeting": 2,
        "set_by": 5,
        "setters_within_levels": 1,
        "tolerance_levels": Decimal("0.25"),
        "least_cases": 5,
    }
    rules = panel(calibration=section)
    assert rules.calibration == RULES
    assert type(rules).model_validate_json(rules.model_dump_json()) == rules


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("cases_a_meeting", 0),
        ("set_by", 4),
        ("set_by", 1),
        ("tolerance_levels", Decimal(0)),
        ("least_cases", 2),
    ],
)
def test_calibration_that_could_not_be_followed_is_refused(field: str, value: object) -> None:
    """No cases, nobody in the middle, no tolerance, and two cases to judge a panel by."""
    with pytest.raises(ValidationError):
        CalibrationRules.model_validate({**RULES.model_dump(), field: value})


def test_every_area_of_need_has_a_definitive_level() -> None:
    """A panel can be held against the case in each of the four areas."""
    assert set(ready().definitive or {}) == set(AreaOfNeed)
