"""Screening: every fault at once, and a person where a form would be the wrong answer."""

from datetime import date
from decimal import Decimal

import pytest

from domain.policy.model import Check, Demand, Screening, ToOfficer
from domain.request import Cycle, RequestContent, RequestKind
from domain.screening import Screened, Way, screen
from tests.domain.demo_county import (
    SUBMITTED_ON,
    document,
    profile,
    pupil,
    pupil_with_plan,
    request,
    screening,
)


def screened(content: RequestContent, rules: Screening | None = None) -> Screened:
    """Screen as the demo county does on the day of submission."""
    return screen(content, rules or screening(), "demo", SUBMITTED_ON)


def codes(content: RequestContent) -> list[str]:
    """The codes of every fault, in the order the school reads them."""
    return [fault.code for fault in screened(content).faults]


@pytest.mark.parametrize("kind", RequestKind)
def test_a_whole_request_is_listed(kind: RequestKind) -> None:
    """A request of each kind that says everything asked of it goes to the panel."""
    assert screened(request(kind)) == Screened(way=Way.LIST)


@pytest.mark.promise(13)
def test_an_empty_request_comes_back_with_every_fault_at_once() -> None:
    """Nothing is held back for a second return, and each fault says what would mend it."""
    result = screened(RequestContent(kind=RequestKind.INDIVIDUAL))
    assert result.way is Way.RETURN
    assert [fault.code for fault in result.faults] == [
        Check.ABOUT,
        Check.PROFILE,
        Check.FAMILY_VIEWS,
        Check.CHILD_VIEWS,
        Check.INFORMED,
        Check.CYCLES,
        Check.PROVISION,
        Check.EVIDENCE,
        Check.OUTCOMES,
        Check.PERIOD,
        "one_pupil",
    ]
    for fault in result.faults:
        assert fault.says
        assert fault.would_help
        assert fault.field in RequestContent.model_fields


def test_advice_needs_neither_a_costed_map_nor_cycles() -> None:
    """An empty request for advice is asked for three things only."""
    assert codes(RequestContent(kind=RequestKind.ADVICE)) == ["about", "family_views", "informed"]


def test_a_project_needs_no_family_and_no_cycles() -> None:
    """An empty project is asked what it is about, what it costs, what for and how long."""
    assert codes(RequestContent(kind=RequestKind.PROJECT)) == [
        "about",
        "provision",
        "outcomes",
        "period",
    ]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("about", None, "about"),
        ("profile", None, "profile"),
        ("family_views", None, "family_views"),
        ("child_views", None, "child_views"),
        ("informed_on", None, "informed"),
        ("informed_how", None, "informed"),
        ("cycles", (), "cycles"),
        ("provision", (), "provision"),
        ("evidence", (), "evidence"),
        ("outcomes", (), "outcomes"),
        ("starts_on", None, "period"),
        ("ends_on", None, "period"),
        ("ends_on", date(2026, 11, 2), "period_order"),
        ("ends_on", date(2099, 1, 1), "asked_for_too_long"),
        ("starts_on", date(2026, 8, 31), "starts_too_early"),
        ("informed_on", date(2026, 10, 6), "informed_later"),
        ("pupils", (pupil(school_spends_pence=0),), "school_spends"),
        ("pupils", (pupil(home_council="elsewhere"),), "home_council"),
        ("pupils", (pupil(), pupil("other")), "one_pupil"),
        ("pupils", (pupil(owed_annual_pence=1),), "owed_without_plan"),
    ],
)
def test_one_thing_missing_is_one_fault(field: str, value: object, code: str) -> None:
    """Leaving out or spoiling one thing of a whole request gives that fault and no other."""
    assert codes(request(**{field: value})) == [code]


def test_support_is_not_asked_for_years_ahead() -> None:
    """What starts more than the longest support from now is asked for nearer the time."""
    far = request(starts_on=date(2027, 10, 7), ends_on=date(2028, 7, 1))
    assert codes(far) == ["starts_too_late"]


def test_a_profile_that_leaves_out_an_area_is_not_whole() -> None:
    """Nought is a level; no level is a fault."""
    part = profile(1, 2, 3, 4).model_copy(update={"levels": {}})
    assert codes(request(profile=part)) == ["profile"]


def test_a_pupil_of_another_council_is_met_first() -> None:
    """Before everything else the school learns that the home council normally pays."""
    content = request(pupils=(pupil(home_council="elsewhere"),), about=None)
    assert codes(content) == ["home_council", "about"]


def test_a_pupil_of_another_council_goes_on_when_that_council_was_asked() -> None:
    """With the day on which the home council was asked the request is listed."""
    content = request(
        pupils=(pupil(home_council="elsewhere"),), home_council_asked_on=date(2026, 9, 1)
    )
    assert screened(content).way is Way.LIST


@pytest.mark.parametrize("kind", [RequestKind.GROUP, RequestKind.PROJECT])
def test_each_kind_has_the_pupils_that_make_it_one(kind: RequestKind) -> None:
    """A group of one is no group, and a project with a pupil is no project."""
    assert codes(request(kind, pupils=(pupil(),))) == [
        "several_pupils" if kind is RequestKind.GROUP else "no_pupils"
    ]


def test_the_same_pupil_counts_once() -> None:
    """A group that names one pupil twice is told so."""
    assert codes(request(RequestKind.GROUP, pupils=(pupil(), pupil()))) == ["pupil_twice"]


@pytest.mark.parametrize(
    ("started_on", "reviewed_on"),
    [(date(2026, 5, 2), date(2026, 5, 2)), (date(2026, 9, 1), date(2026, 10, 6))],
    ids=["reviewed as it starts", "reviewed tomorrow"],
)
def test_a_cycle_that_is_not_finished_does_not_count(started_on: date, reviewed_on: date) -> None:
    """A cycle is reviewed after it starts and by the day of submission."""
    cycle = Cycle(started_on=started_on, reviewed_on=reviewed_on, what_changed="x")
    assert codes(request(cycles=(*request().cycles, cycle))) == ["cycle_dates"]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"urgent_because": "Moves school tomorrow"}, ToOfficer.URGENT),
        ({"cannot_because": "No reports since the fire", "evidence": ()}, ToOfficer.CANNOT),
        ({"no_contact": True, "family_views": None, "informed_on": None}, ToOfficer.NO_CONTACT),
        ({"disagreement": True}, ToOfficer.DISAGREEMENT),
        ({"pupils": (pupil_with_plan(),)}, ToOfficer.PLAN),
    ],
    ids=["urgent", "cannot", "no contact", "disagreement", "plan"],
)
def test_what_a_form_cannot_settle_goes_to_an_officer(
    changed: dict[str, object], why: ToOfficer
) -> None:
    """Urgency, "cannot, because", no contact, disagreement and a plan are never sent back."""
    result = screened(request(**changed))
    assert result.way is Way.OFFICER
    assert result.officer_for == (why,)


def test_an_officer_is_told_what_is_missing_too() -> None:
    """An urgent request with gaps goes to the officer with its faults, and every reason."""
    result = screened(request(urgent_because="x", disagreement=True, outcomes=()))
    assert result.officer_for == (ToOfficer.URGENT, ToOfficer.DISAGREEMENT)
    assert [fault.code for fault in result.faults] == ["outcomes"]


def test_nobody_is_asked_for_the_views_of_a_family_that_cannot_be_reached() -> None:
    """Without contact, views and informing are no faults; the officer asks instead."""
    content = request(no_contact=True, family_views=None, informed_on=None, informed_how=None)
    assert screened(content).faults == ()


@pytest.mark.promise(10)
def test_a_plan_without_its_yearly_cost_is_a_fault() -> None:
    """What is owed has to be known, or nobody could tell that a decision gives less."""
    assert codes(request(pupils=(pupil_with_plan(owed_annual_pence=None),))) == ["owed_by_plan"]


def test_a_policy_may_ask_for_hours_of_targeted_support() -> None:
    """Ten hours a week in the map, as Staffordshire asks, is a demand like any other."""
    ten = Demand(
        check=Check.TARGETED_HOURS,
        kinds=(RequestKind.INDIVIDUAL,),
        at_least=10,
        says="Ten hours a week of targeted support are asked for.",
        would_help="Add what is given.",
    )
    rules = screening().model_copy(update={"demands": (ten,)})
    (line,) = request().provision
    assert screened(request(), rules).way is Way.RETURN
    more = line.model_copy(update={"hours_a_week": Decimal("5.5")})
    assert screened(request(provision=(line, more)), rules).way is Way.LIST


def test_a_policy_that_asks_for_the_same_thing_twice_is_refused() -> None:
    """Two sentences for one demand would leave a school wondering which holds."""
    text = document("screening")
    demands = text["demands"]
    assert isinstance(demands, list)
    with pytest.raises(ValueError, match="about is asked of project twice"):
        Screening.model_validate({**text, "demands": [*demands, demands[1]]}, strict=False)
