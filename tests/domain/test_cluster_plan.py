"""A cluster's plan: what is wrong with a proposal, when it is agreed, how it is shared."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.award import amount_for_span
from domain.cluster_plan import (
    ItemReported,
    PlanFacts,
    PlanParty,
    PlanStage,
    check_may_sign_plan,
    check_plan_act,
    check_still_open,
    dated_for,
    ends_at,
    faults_of_endings,
    faults_of_items,
    faults_of_sharing,
    is_barred_from_plan,
    level_of,
    lines_of,
    parties_of,
    reports_due_by,
    shared_between,
    term_of,
    verdict,
)
from domain.interests import Ties
from domain.money import Rounding
from domain.needs import AreaOfNeed
from domain.people import Interest
from domain.places import Level, PayeeKind
from domain.plan_acts import ItemEnding, PlanItem, Sharing, SharingRule
from domain.policy.paying import Frequency, PaymentRule, Payments
from domain.policy.planning import PlanRules
from domain.refusals import Barred, NotAtThisStage, NotValid, TooLate
from domain.request import RequestKind
from domain.stages import ActKind
from tests.domain.demo_county import calendar
from tests.domain.demo_county import payments as policy

YEAR = 2026
FACTS = PlanFacts(
    academic_year=YEAR,
    open_years=(2026, 2027),
    clusters=frozenset({"alder", "cedar", "elder"}),
    schools={"ash": "alder", "box": "alder", "fir": "cedar"},
    providers=frozenset({"help"}),
    highest_level=6,
)
AT = datetime(2026, 11, 2, tzinfo=UTC)


def item(**changed: Any) -> PlanItem:
    """A service with places."""
    facts: dict[str, Any] = {
        "name": "Hub",
        "kind": "service",
        "school": "ash",
        "places": 4,
        "annual_pence": 100_000,
        "area_of_need": AreaOfNeed.COGNITION,
        "up_to_level": 3,
        "outcomes": ("Reads",),
    }
    return PlanItem(**facts | changed)


def faults(*items: PlanItem, **changed: Any) -> list[str]:
    """What is wrong with items."""
    return list(faults_of_items(items, FACTS.model_copy(update=changed)))


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({}, None),
        ({"provider": "help", "schools": ("ash", "fir"), "places": None}, "has no places for them"),
        ({"hours_a_week": Decimal(5), "places": None, "area_of_need": None}, "without the other"),
        ({"school": "oak"}, "is based at oak"),
        ({"provider": "ash"}, "no provider of the register"),
        ({"schools": ("oak",)}, "is for oak"),
        ({"schools": ("ash", "ash")}, "names ash twice"),
        ({"places": None, "area_of_need": None, "up_to_level": None}, "neither places nor hours"),
        ({"up_to_level": 7}, "the highest is 6"),
        ({"from_on": date(2027, 9, 1)}, "runs from 2027-09-01 until 2027-09-01"),
        ({"until_on": date(2027, 9, 2)}, "not within the academic year"),
    ],
)
def test_what_is_wrong_with_an_item_is_said(changed: dict[str, Any], fault: str | None) -> None:
    """By its number; nothing is said of what is right."""
    found = faults(item(**changed))
    assert found == [] if fault is None else any(fault in each for each in found)
    assert all(each.startswith("item 1 ") for each in found)


def test_an_items_year_and_name_are_looked_at() -> None:
    """A year that is not open, and two items of one name."""
    assert faults(item(), item(name="HUB")) == ["item 2 has the name of another"]
    (year,) = faults(item(), academic_year=2026, open_years=(2030,))
    assert "2026 cannot be planned for today, 2030 can" in year


def test_clusters_that_plan_together_have_a_rule_that_fits() -> None:
    """Each is named once, exists, has schools and a weight where the rule needs one."""
    assert list(faults_of_sharing("alder", None, FACTS)) == []
    assert list(faults_of_sharing("elder", None, FACTS)) == ["cluster elder has no school today"]
    equal = Sharing(rule=SharingRule.EQUALLY, clusters=("alder", "cedar"))
    assert list(faults_of_sharing("alder", equal, FACTS)) == []
    weighed = equal.model_copy(update={"weights": {"alder": 1}})
    assert list(faults_of_sharing("alder", weighed, FACTS)) == [
        "clusters that share equally have no weights"
    ]
    wrong = Sharing(
        rule=SharingRule.BY_PUPILS, clusters=("cedar", "cedar", "yew"), weights={"fig": 2}
    )
    assert list(faults_of_sharing("alder", wrong, FACTS)) == [
        "there is no cluster yew",
        "cluster cedar is named twice",
        "alder proposes the plan and is not among its clusters",
        "cluster cedar has no weight, which by_pupils needs",
        "cluster yew has no weight, which by_pupils needs",
        "there is a weight for fig, which has no part in it",
    ]
    by_parts = Sharing(
        rule=SharingRule.BY_AGREED_SHARES,
        clusters=("cedar", "alder"),
        weights={"alder": 1, "cedar": 2},
    )
    assert list(faults_of_sharing("alder", by_parts, FACTS)) == []
    assert parties_of("alder", by_parts) == (
        PlanParty(cluster="alder", weight=1),
        PlanParty(cluster="cedar", weight=2),
    )
    assert parties_of("alder", None) == (PlanParty(cluster="alder", weight=1),)


def test_an_ending_is_of_an_item_and_within_its_days() -> None:
    """One that is there, once, on a day between its first and its last."""
    here, gone = uuid4(), uuid4()
    live = {here: (date(2026, 9, 1), date(2027, 9, 1))}

    def found(*endings: tuple[UUID, date]) -> list[str]:
        named = [ItemEnding(item_id=of, from_on=on) for of, on in endings]
        return list(faults_of_endings(named, live))

    assert found((here, date(2026, 9, 1))) == []
    (early,) = found((here, date(2026, 8, 31)))
    assert "the item runs from 2026-09-01 to 2027-08-31" in early
    again = found((here, date(2027, 1, 1)), (here, date(2027, 2, 1)), (gone, date(2027, 1, 1)))
    assert again == [
        "ending 2 names an item that is ended before it",
        "ending 3 names no item of the plan that is there today",
    ]


SCHOOLS = {"a": "alder", "b": "alder", "c": "alder", "d": "alder", "x": "cedar", "y": "cedar"}


@pytest.mark.parametrize(
    ("yes", "no", "stage"),
    [
        ("", "", None),
        ("abcx", "", None),
        ("abcxy", "", PlanStage.AGREED),
        ("abc", "x", PlanStage.NOT_AGREED),
        ("abxy", "", None),
        ("abxy", "cd", PlanStage.NOT_AGREED),
        ("axy", "b", None),
    ],
)
def test_each_cluster_needs_more_than_half_of_its_schools(
    yes: str, no: str, stage: PlanStage | None
) -> None:
    """Silence is neither; as soon as one cluster cannot, it is not agreed."""
    voices: Mapping[str, bool] = {**dict.fromkeys(yes, True), **dict.fromkeys(no, False)}
    assert verdict(SCHOOLS, voices, PlanRules()) is stage


def test_another_majority_is_policy() -> None:
    """With two thirds asked for, three of four are enough and two are not."""
    rules = PlanRules(majority_share=Decimal("0.66"))
    own = dict.fromkeys("abcd", "alder")
    assert verdict(own, dict.fromkeys("ab", True), rules) is None
    assert verdict(own, dict.fromkeys("abc", True), rules) is PlanStage.AGREED
    assert verdict(own, dict.fromkeys("ab", False), rules) is PlanStage.NOT_AGREED


@given(
    st.integers(min_value=0, max_value=10**9),
    st.lists(st.integers(min_value=1, max_value=10**6), min_size=1, max_size=10),
)
def test_what_is_shared_adds_up(amount: int, weights: list[int]) -> None:
    """To the penny, whatever the weights."""
    parties = [PlanParty(cluster=f"c{n}", weight=each) for n, each in enumerate(weights)]
    assert sum(shared_between(amount, parties).values()) == amount


def payments() -> Payments:
    """Everybody is paid termly."""
    rule = PaymentRule(
        kinds=(RequestKind.INDIVIDUAL, RequestKind.GROUP, RequestKind.PROJECT),
        payees=tuple(PayeeKind),
        frequency=Frequency.TERMLY,
        rounding=Rounding.CUMULATIVE,
        section_251_line="1.2.1",
    )
    return policy().model_copy(update={"rules": (rule,)})


def test_an_items_price_is_dated_for_each_cluster() -> None:
    """From the pot of each, by financial year, the whole to the penny."""
    parties = (PlanParty(cluster="alder", weight=2), PlanParty(cluster="cedar", weight=1))
    part = item(from_on=date(2027, 1, 4), annual_pence=100_001)
    dated = dated_for((uuid4(), part, PayeeKind.PROVIDER), YEAR, parties, (payments(), calendar()))
    lines = lines_of((dated,))
    assert {line.pot for line in lines} == {"cluster:alder", "cluster:cedar"}
    assert {line.financial_year for line in lines} == {2026, 2027}
    worth = amount_for_span(100_001, date(2027, 1, 4), date(2027, 9, 1))
    assert sum(line.pence for line in lines) == worth
    tiny = item(annual_pence=1)
    dated = dated_for((uuid4(), tiny, PayeeKind.PROVIDER), YEAR, parties, (payments(), calendar()))
    assert set(dated) == {"alder"}


def test_an_act_on_a_plan_fits_its_stage() -> None:
    """Signed only when agreed, spoken on only when proposed."""
    check_plan_act(ActKind.SIGN_PLAN, PlanStage.AGREED)
    with pytest.raises(NotAtThisStage, match="the plan is not agreed"):
        check_plan_act(ActKind.VOICE_ON_PLAN, PlanStage.NOT_AGREED)


@pytest.mark.promise(6)
def test_who_has_a_part_in_a_plan_does_not_sign_it() -> None:
    """Promise 6: who proposed or spoke, works for a school, or declares an interest."""
    kind, own, other = ActKind.SIGN_PLAN, uuid4(), uuid4()
    check_may_sign_plan(kind, Ties(person_id=own), (other,), ("ash",), (Interest.NONE,))
    with pytest.raises(Barred, match="you proposed"):
        check_may_sign_plan(kind, Ties(person_id=own), (own,), ())
    with pytest.raises(Barred, match="you work for"):
        check_may_sign_plan(
            kind, Ties(person_id=own, schools=frozenset({"ash"})), (), ("ash", "box")
        )
    with pytest.raises(Barred, match="declare"):
        check_may_sign_plan(kind, Ties(person_id=own), (), (), (Interest.EMPLOYMENT,))
    assert is_barred_from_plan(kind, None, ())
    assert is_barred_from_plan(ActKind.RETURN_PLAN, own, (own,))
    assert not is_barred_from_plan(kind, own, (other,))


@pytest.mark.promise(12)
def test_the_schools_time_is_an_instant() -> None:
    """Promise 12: a voice at the instant is late; without one there is no end."""
    check_still_open(None, AT)
    check_still_open(datetime(2026, 11, 3, tzinfo=UTC), AT)
    with pytest.raises(TooLate, match="until 2026-11-02"):
        check_still_open(AT, AT)


def test_an_outcome_is_of_a_term_of_the_plans_year() -> None:
    """Told by any of its days; half-term is part of it, the summer is not."""
    known = calendar()
    first, *_ = (term for term in known.terms if term.first_on.year == YEAR)
    today = date(2027, 8, 1)
    assert term_of(known, first.last_on, YEAR, today) == first.first_on
    with pytest.raises(NotValid, match="no term of the academic year 2027"):
        term_of(known, first.first_on, 2027, today)
    with pytest.raises(NotValid, match="begins on"):
        term_of(known, first.first_on, YEAR, date(2026, 8, 1))
    with pytest.raises(NotValid, match="no term"):
        term_of(known, date(2027, 8, 10), YEAR, today)


def test_two_clusters_need_the_areas_level_and_a_plan_ends_after_its_year() -> None:
    """One cluster's is signed at its own; the last outcomes have sixty days."""
    one = parties_of("alder", None)
    assert (level_of(one), level_of(one * 2)) == (Level.CLUSTER, Level.AREA)
    at = ends_at(YEAR, PlanRules(), "Europe/London")
    assert at == datetime(2027, 10, 30, 23, tzinfo=UTC)


def test_an_outcome_is_due_when_a_term_is_over_in_which_the_item_was_there() -> None:
    """The earliest first, within sixty days of its term; reported, or after the year's time, none.

    What began after a term, or ended before it, owes nothing for it.
    """
    autumn, spring, summer = (
        term for term in calendar().terms if date(2026, 9, 1) <= term.first_on < date(2027, 9, 1)
    )
    whole = ItemReported(
        from_on=date(2026, 9, 1), until_on=date(2027, 9, 1), terms=frozenset({autumn.first_on})
    )
    later = whole.model_copy(update={"from_on": spring.first_on, "terms": frozenset()})
    ended = whole.model_copy(update={"until_on": spring.first_on, "terms": frozenset()})

    def due(day: date, *items: ItemReported) -> date | None:
        now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        by_at = reports_due_by(YEAR, items, calendar(), PlanRules(), now)
        return by_at.date() if by_at else None

    assert due(autumn.last_on, ended) is None
    assert due(autumn.last_on + timedelta(days=1), ended, whole) == date(2027, 2, 17)
    assert due(autumn.last_on + timedelta(days=1), whole, later) is None
    assert due(spring.last_on, later) is None
    assert due(summer.first_on, later, whole) == date(2027, 5, 24)
    assert due(date(2027, 10, 30), ended) == date(2027, 2, 17)
    assert due(date(2027, 10, 31), ended) is None
