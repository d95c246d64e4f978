"""What a moderated need comes to: tier and price by the rules, and what a plan is owed by law."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.assessment import Assessed, assess, owed_by_school, shared_out
from domain.continuum import Route
from domain.moderation import Recommendation
from domain.needs import NeedsProfile
from domain.policy.load import load_version
from domain.policy.schemes import Continuum, Tariff
from domain.request import RequestContent, RequestKind
from tests.domain.demo_county import (
    PACK,
    SUBMITTED_ON,
    profile,
    pupil,
    pupil_with_plan,
    request,
)

BELOW = profile(0, 0, 0, 0)
EXCEPTIONAL = profile(4, 3, 2, 1)
HIGHEST = profile(5, 5, 5, 5)


@cache
def schemes() -> tuple[Continuum, Tariff]:
    """The demo county's continuum and tariff."""
    found = []
    for kind in ("continuum", "tariff"):
        path = PACK / kind / "2026-09-01.toml"
        found.append(load_version(path.name, path.read_text(encoding="utf-8")).document)
    continuum, tariff = found
    assert isinstance(continuum, Continuum)
    assert isinstance(tariff, Tariff)
    return continuum, tariff


def assessed(
    content: RequestContent,
    moderated: NeedsProfile | None,
    recommendation: Recommendation | None = Recommendation.AS_ASKED,
) -> Assessed:
    """Assess as the demo county does on the day of submission."""
    return assess(content, moderated, recommendation, SUBMITTED_ON, schemes())


def test_an_exceptional_need_is_priced_by_the_tariff_with_its_working() -> None:
    """£4,974 a year, and every step says which rule of which document gave what."""
    found = assessed(request(), EXCEPTIONAL)
    assert (found.route, found.band, found.annual_pence) == (Route.EXCEPTIONAL, "e2", 497_400)
    assert found.by_school == {"oakfield": 497_400}
    assert {step.source.policy for step in found.working.steps} == {
        "continuum/demo",
        "tariff/demo",
    }


@pytest.mark.parametrize(
    ("moderated", "recommendation"),
    [
        (BELOW, Recommendation.AS_ASKED),
        (EXCEPTIONAL, Recommendation.ADVICE),
        (EXCEPTIONAL, Recommendation.NONE),
    ],
)
def test_below_the_threshold_or_against_advice_there_is_no_money(
    moderated: NeedsProfile, recommendation: Recommendation
) -> None:
    """It still has its tier and its working: an officer signs it like every other ending."""
    found = assessed(request(), moderated, recommendation)
    assert (found.annual_pence, found.by_school) == (0, {"oakfield": 0})
    assert found.working.steps


def test_without_a_recommendation_the_rules_guide_alone() -> None:
    """A tie that goes to an officer is placed and priced all the same."""
    assert assessed(request(), EXCEPTIONAL, None).annual_pence == 497_400


def test_what_no_table_prices_goes_to_a_person() -> None:
    """Nothing is extrapolated: no amount, and the reason why."""
    found = assessed(request(), HIGHEST)
    assert (found.annual_pence, found.by_school) == (None, {"oakfield": 0})
    assert found.because


def test_what_no_step_of_the_continuum_places_goes_to_a_person() -> None:
    """A scale that ends leaves what is beyond it to a named officer."""
    path = PACK / "continuum" / "2026-09-01.toml"
    text = path.read_text(encoding="utf-8").replace(
        '{ at_least = 16, means = "exceptional" }',
        '{ at_least = 16, at_most = 17, means = "exceptional" }',
    )
    ending = load_version(path.name, 'unplaced = "exceptional"\n' + text).document
    assert isinstance(ending, Continuum)
    found = assess(
        request(), EXCEPTIONAL, Recommendation.AS_ASKED, SUBMITTED_ON, (ending, schemes()[1])
    )
    assert (found.annual_pence, found.by_school) == (None, {"oakfield": 0})
    assert found.because


def test_a_project_has_the_fund_that_the_policy_names() -> None:
    """A project has no profile, no pupils and no school's share."""
    (line,) = request(RequestKind.PROJECT).provision
    costed = (line.model_copy(update={"staff": "ta"}),)
    found = assessed(request(RequestKind.PROJECT, provision=costed), None)
    assert (found.fund, found.by_school) == ("project", {})
    assert found.annual_pence


@pytest.mark.promise(10)
@pytest.mark.parametrize(
    ("moderated", "recommendation"),
    [
        (BELOW, Recommendation.AS_ASKED),
        (EXCEPTIONAL, Recommendation.AS_ASKED),
        (EXCEPTIONAL, Recommendation.NONE),
    ],
)
def test_a_plan_is_given_what_it_sets_out_whatever_the_rules_say(
    moderated: NeedsProfile, recommendation: Recommendation
) -> None:
    """Below the threshold, by a smaller table or against advice: £8,000 is owed."""
    found = assessed(request(pupils=(pupil_with_plan(),)), moderated, recommendation)
    assert (found.annual_pence, found.by_school) == (800_000, {"oakfield": 800_000})
    assert (found.fund, found.working.steps[-1].rule) == ("exceptional", "owed_by_plan")


@pytest.mark.promise(10)
def test_a_plan_that_owes_less_than_the_rules_give_takes_nothing_away() -> None:
    """What is owed is the least, and not the most."""
    found = assessed(request(pupils=(pupil_with_plan(owed_annual_pence=1),)), EXCEPTIONAL)
    assert found.annual_pence == 497_400


@pytest.mark.promise(10)
def test_a_plan_of_unknown_cost_is_never_nothing() -> None:
    """What is owed and not known waits for a person."""
    unknown = request(pupils=(pupil_with_plan(owed_annual_pence=None),))
    assert assessed(unknown, BELOW).annual_pence is None


@pytest.mark.promise(10)
def test_advice_about_a_pupil_with_a_plan_takes_nothing_from_the_plan() -> None:
    """Advice funds no plan a second time, and can be decided."""
    asked = request(RequestKind.ADVICE, pupils=(pupil_with_plan(),))
    assert assessed(asked, None, Recommendation.ADVICE).annual_pence == 0
    assert owed_by_school(asked) == {}


@pytest.mark.promise(10)
@given(st.integers(800_000, 5_000_000), st.integers(0, 10_000), st.integers(0, 10_000))
def test_every_school_has_what_its_own_pupils_are_owed(
    annual_pence: int, here: int, there: int
) -> None:
    """However a group's money is shared, exactly all of it is, and no plan has less."""
    asked = request(RequestKind.GROUP, pupils=(pupil("one", school="elsewhere"), pupil_with_plan()))
    shared = shared_out(annual_pence, {"oakfield": here, "elsewhere": there}, asked)
    assert sum(shared.values()) == annual_pence
    assert shared["oakfield"] >= 800_000


def test_another_amount_goes_by_pupils_where_the_first_was_nothing() -> None:
    """A group that no table prices: each school has a part for each of its pupils."""
    asked = request(
        RequestKind.GROUP,
        pupils=(pupil("one"), pupil("two"), pupil("three", school="elsewhere")),
    )
    assert shared_out(300, {"oakfield": 0, "elsewhere": 0}, asked) == {
        "oakfield": 200,
        "elsewhere": 100,
    }


def test_a_project_shares_with_nobody() -> None:
    """Its one school has all of whatever is signed."""
    assert shared_out(300, {"oakfield": 0}, request(RequestKind.PROJECT)) == {"oakfield": 300}


def test_an_amount_falls_to_the_schools_or_to_the_one_that_asked() -> None:
    """A project has no pupil's school: the asking one has it; what is not priced is nothing yet."""
    of_pupil = assessed(request(), EXCEPTIONAL)
    of_none = of_pupil.model_copy(update={"by_school": {}})
    unpriced = of_none.model_copy(update={"annual_pence": None})
    assert of_pupil.falls_to("elmfield") == {"oakfield": 497_400}
    assert of_none.falls_to("elmfield") == {"elmfield": 497_400}
    assert unpriced.falls_to("elmfield") == {"elmfield": 0}
