"""Policy documents that could not be followed are refused, with every fault at once."""

from datetime import date

import pytest
from pydantic import ValidationError

from domain.needs import AreaOfNeed
from domain.places import Level, PayeeKind
from domain.policy.model import KINDS, Calendar, MeetingDate, PanelRules, Payments, PotKind
from domain.refusals import NoPolicyInForce
from domain.request import RequestKind
from tests.domain.demo_county import contingency, document, panel, payments


def refusal(kind: str, **changed: object) -> str:
    """What the model says of the demo document with some values changed."""
    with pytest.raises(ValidationError) as refused:
        KINDS[kind].model_validate({**document(kind), **changed}, strict=False)
    return str(refused.value)


def rows(kind: str, name: str) -> list[dict[str, object]]:
    """The demo document's own rows, to change one in."""
    found = document(kind)[name]
    assert isinstance(found, list)
    return found


@pytest.mark.promise(9)
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_pinned_document_is_read_back_as_it_was(kind: str) -> None:
    """From TOML, to JSON in the record, and back, no value changes."""
    model = KINDS[kind]
    read = model.model_validate(document(kind), strict=False)
    assert model.model_validate_json(read.model_dump_json()) == read


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_document_names_its_authority_and_its_day(kind: str) -> None:
    """Nothing is policy without a source, an authority and a day from which it holds."""
    bare = {k: v for k, v in document(kind).items() if k not in {"authority", "source"}}
    bare.pop("in_force_from")
    with pytest.raises(ValidationError) as refused:
        KINDS[kind].model_validate(bare, strict=False)
    missing = {fault["loc"][0] for fault in refused.value.errors() if fault["type"] == "missing"}
    assert missing == {"authority", "source", "in_force_from"}


def test_a_document_ends_after_it_begins() -> None:
    """A policy that ended before it began governs nothing."""
    assert "later day" in refusal("panel", in_force_until=date(2026, 9, 1))
    assert panel(in_force_until=date(2026, 9, 2)).in_force_until == date(2026, 9, 2)


def test_every_fault_of_panel_rules_is_listed() -> None:
    """Everything that a panel could not follow is told in one answer."""
    said = refusal(
        "panel",
        quorum_members=None,
        quorum_share=None,
        tie_in_last_round="further_round",
        moderation={},
        barring=["none"],
        fallback_panel_for={"fir": "fir"},
        voting_kinds=["panel_member", "observer"],
        quorum_by_kind={"specialist": 1},
        neighbours={"fir": ["fir"]},
    )
    for fault in (
        "the panel of fir cannot borrow from itself",
        "observer never votes",
        "quorum_by_kind asks for specialist, which voting_kinds does not name",
        "a quorum needs",
        "cannot ask for a further round",
        f"{AreaOfNeed.SEMH} has no rule",
        "family always bars",
        "own_school always bars",
        "no interest cannot bar",
        "the panel of fir cannot stand in for itself",
        "cedar needs a panel of its own",
    ):
        assert fault in said


def test_members_are_borrowed_from_neighbours() -> None:
    """From those that the rules name, else from the panel that would take the item over."""
    rules: PanelRules = panel(neighbours={"fir": ["birch", "elder"]})
    assert rules.borrows_from("fir") == ("birch", "elder")
    assert rules.borrows_from("cedar") == ("alder",)


def test_another_panel_always_takes_over() -> None:
    """The named panel takes an item over, and another one its own."""
    rules: PanelRules = panel()
    assert rules.fallback_for("fir") == "cedar"
    assert rules.fallback_for("cedar") == "alder"


def test_every_fault_of_a_scheme_of_delegation_is_listed() -> None:
    """Grades twice, empty limits, nobody named, unknown grades and levels: one answer."""
    officer = {"code": "clerk", "title": "clerk", "limit_pence": 0, "levels": ["cluster"]}
    said = refusal(
        "authority",
        grades=[officer, officer],
        decider_at={"cluster": "ghost", "area": "clerk"},
        desk={},
    )
    for fault in (
        "grade clerk is defined twice",
        "the limit of grade clerk covers nothing",
        "nobody is named to decide at council level",
        "nobody is named for unpriced",
        "there is no grade ghost",
        "clerk is named to decide at area level and may not sign there",
        "no grade may authorise an overspend",
        "no grade carries out key decisions",
    ):
        assert fault in said


def test_terms_and_meetings_hang_together() -> None:
    """Terms follow each other, a holiday is listed once, and panels meet on school days."""
    terms, holidays = rows("calendar", "terms"), rows("calendar", "bank_holidays")
    said = refusal(
        "calendar",
        terms=[terms[0], terms[0]],
        bank_holidays=[holidays[0], holidays[0]],
        meetings=[
            {"cluster": "alder", "on": date(2026, 10, 10)},
            {"cluster": "birch", "on": date(2026, 9, 2)},
            {"cluster": "cedar", "on": date(2026, 8, 3)},
        ],
    )
    assert "term autumn_2026 begins before autumn_2026 has ended" in said
    assert "listed twice as a bank holiday" in said
    for meeting in ("alder meets", "birch meets", "cedar meets"):
        assert meeting in said


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"break_last_on": None}, "first and its last day"),
        ({"break_first_on": date(2026, 8, 1)}, "out of order"),
        ({"last_on": date(2026, 9, 1)}, "out of order"),
    ],
)
def test_the_days_of_a_term_are_in_order(changed: dict[str, object], fault: str) -> None:
    """A break has two ends, and lies within its term."""
    assert fault in refusal("calendar", terms=[{**rows("calendar", "terms")[0], **changed}])


def test_a_term_may_have_no_break() -> None:
    """A council that counts six terms a year has no half-term breaks."""
    six = {"code": "one", "first_on": date(2026, 9, 2), "last_on": date(2026, 10, 23)}
    changed = {"terms": [six], "meetings": []}
    found = Calendar.model_validate({**document("calendar"), **changed}, strict=False)
    assert found.terms[0].has(date(2026, 10, 1))


@pytest.mark.parametrize("zone", ["Europe/Londres", "../London", ""])
def test_a_time_zone_exists(zone: str) -> None:
    """A misspelt zone is found when the calendar is read, not at a deadline."""
    assert "no time zone has this name" in refusal("calendar", time_zone=zone)


def test_papers_come_before_the_meeting() -> None:
    """A published deadline on the day of the meeting is a slip."""
    day = date(2026, 10, 13)
    with pytest.raises(ValidationError, match="before the meeting"):
        MeetingDate(cluster="alder", on=day, papers_by_on=day)


def test_everything_is_paid_by_exactly_one_rule() -> None:
    """No rule, or two, for a kind and a payee are both faults."""
    rules = rows("payments", "rules")
    said = refusal("payments", rules=[rules[0], rules[0]])
    assert "2 rules pay group to maintained_school" in said
    assert "0 rules pay project to provider" in said


def test_a_frequency_says_when_it_is_paid() -> None:
    """Monthly needs a day of the month, four-weekly a day to count from."""
    monthly = {k: v for k, v in rows("payments", "rules")[0].items() if k != "payment_day"}
    assert "payment_day" in refusal("payments", rules=[monthly])
    assert "counted_from_on" in refusal("payments", rules=[{**monthly, "frequency": "four_weekly"}])


def test_advice_is_never_paid() -> None:
    """No rule pays advice, so asking for one is refused."""
    found: Payments = payments()
    with pytest.raises(NoPolicyInForce):
        found.rule_for(RequestKind.ADVICE, PayeeKind.PROVIDER)


@pytest.mark.promise(10)
def test_money_is_looked_for_up_to_the_council() -> None:
    """A predictable need climbs from its cluster's budget to the council's contingency."""
    found = contingency().pots("predictable", Level.CLUSTER, "fir", "south")
    assert [(each.level, each.pot) for each in found] == [
        (Level.CLUSTER, "cluster:fir"),
        (Level.CLUSTER, "contingency:cluster:fir"),
        (Level.AREA, "contingency:area:south"),
        (Level.COUNCIL, "contingency:council"),
    ]


def test_a_request_that_has_climbed_looks_no_lower() -> None:
    """Escalated to the area on grounds, it asks the area's contingency first."""
    found = contingency().pots("exceptional", Level.AREA, "fir", "south")
    assert [each.pot for each in found] == ["contingency:area:south", "contingency:council"]


def test_a_route_without_pots_is_refused() -> None:
    """What the policy does not name cannot be paid from anywhere."""
    with pytest.raises(NoPolicyInForce):
        contingency().pots("below", Level.CLUSTER, "fir", "south")


def test_every_fault_of_a_contingency_is_listed() -> None:
    """A route that is missing, climbs down, stops short or names a pot twice is told at once."""
    down = [
        {"level": "area", "pot": "contingency:area"},
        {"level": "cluster", "pot": "cluster"},
        {"level": "cluster", "pot": "cluster"},
    ]
    said = refusal("contingency", routes={"predictable": down, "project": []})
    for fault in (
        "route exceptional has no pots",
        "route project has no pots",
        "route predictable climbs down again",
        "route predictable ends below the council",
        "route predictable names a pot twice",
    ):
        assert fault in said


@pytest.mark.promise(10)
def test_no_policy_can_forbid_the_overspend_that_is_owed() -> None:
    """The one thing a council may not choose: what is owed is paid, by authority."""
    assert "deficit" in refusal("contingency", deficit="never")


def test_every_pot_has_its_name_in_the_ledger() -> None:
    """Pots of a cluster or an area carry its code, the others stand for the council."""
    assert {kind: kind.of("fir", "south") for kind in PotKind} == {
        PotKind.CLUSTER: "cluster:fir",
        PotKind.EXCEPTIONAL: "exceptional",
        PotKind.CONTINGENCY_CLUSTER: "contingency:cluster:fir",
        PotKind.CONTINGENCY_AREA: "contingency:area:south",
        PotKind.CONTINGENCY_COUNCIL: "contingency:council",
    }
