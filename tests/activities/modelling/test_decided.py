"""Decided cases from the record, decided again: as they were, and under a candidate."""

import json
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import polars as pl
import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine

from activities.embedded import EmbeddedPostgres
from activities.modelling.decided import Pinned, as_decided, case_set_of
from activities.modelling.touched import Pair
from activities.modelling_runs import Modelling, impact_of
from activities.names import OfPolicyAct
from activities.store import modelling, reading
from activities.store.modelling import DecidedCase
from activities.store.reading import ModellingView
from activities.store.session import make_engine, transaction
from domain.acts import ActOutcome
from domain.assessment import Assessed, assess
from domain.moderation import Recommendation
from domain.needs import NeedsProfile
from domain.policy.load import load_version
from domain.policy_acts import Candidate, DecidedCases, GeneratedCounty, ModellingPolicies
from domain.refusals import RoleNeeded, Unknown
from domain.request import RequestContent
from domain.stages import ActKind
from tests.activities.publishing_world import SECOND, PolicyWorld, second_tariff
from tests.activities.small_county import PLANTED, policy_files
from tests.activities.term import DECISIONS, termed_on
from tests.activities.world import World
from tests.conftest import StillClock, settings_for

YEAR = (date(2026, 4, 1), date(2027, 4, 1))
A_DAY = date(2027, 9, 1)
PROJECT_HOURS, HOURS = 5, 5
TA_BEFORE, TA_AFTER = 65_360, 67_260
E1 = (312_000, 321_600)
"""What a primary pupil's band e1 is worth under the first tariff and under the second."""


@pytest.fixture
def term(postgres: EmbeddedPostgres, furnished: str, clock: StillClock) -> Iterator[World]:
    """A small county in which a term was played, of this test's own."""
    name = f"test_{uuid4().hex}"
    postgres.create_database(name, template=termed_on(postgres, furnished))
    engine = make_engine(settings_for(postgres, name).database_url, 2)
    yield World(engine, clock)
    engine.dispose()
    postgres.drop_database(name)


def _again(inputs: dict[str, Any], pair: Pair) -> Assessed:
    """Assess what a decision kept as it was assessed then."""
    profile, said = inputs["profile"], inputs["recommendation"]
    return assess(
        RequestContent.model_validate_json(json.dumps(inputs["content"])),
        NeedsProfile.model_validate_json(json.dumps(profile)) if profile else None,
        Recommendation(said) if said else None,
        date.fromisoformat(inputs["on"]),
        pair,
    )


def decided(engine: Engine) -> tuple[tuple[DecidedCase, ...], Pinned]:
    """Every case that was decided in the year, and what it was pinned to."""
    with transaction(engine) as session:
        cases = modelling.decided_cases(session, *YEAR)
        pairs = {(each.continuum_id, each.tariff_id) for each in cases}
        return cases, {pair: modelling.schemes_of(session, *pair) for pair in pairs}


def test_what_the_columns_give_a_decided_case_is_what_is_stored(term: World) -> None:
    """Promise 9: by the rules of its own day each comes out as it was, to the penny."""
    cases, pinned = decided(term.engine)
    found = pl.concat([part.cases for part in as_decided(cases, pinned)])
    told = {row["number"]: row for row in found.to_dicts()}
    assert len(cases) == len(told) == DECISIONS
    for each in cases:
        row = told[each.number]
        assert (row["pence"], row["tier"]) == (each.by_the_rules_pence, each.tier)
    assert {each.by_the_rules_pence for each in cases} >= {None, 0}


def test_what_one_evaluator_gives_a_decided_case_the_other_gives(term: World) -> None:
    """Issue 5.3: the assessment that decided and the columns agree, plans and advice included."""
    with transaction(term.engine) as session:
        rows = (
            session.connection()
            .exec_driver_sql(
                "SELECT d.inputs, r.cluster_code FROM decision AS d JOIN support_request AS r"
                " ON r.decision_id = d.id ORDER BY d.decided_at, r.reference"
            )
            .all()
        )
    cases, pinned = decided(term.engine)
    parts = as_decided(cases, pinned)
    by_school = pl.concat([part.by_school for part in parts]).cast({"school": pl.String})
    for each, (inputs, cluster) in zip(cases, rows, strict=True):
        assert cluster == each.cluster
        again = _again(inputs, pinned[each.continuum_id, each.tariff_id])
        assert again.annual_pence == each.by_the_rules_pence
        if again.annual_pence and again.by_school:
            own = by_school.filter(pl.col("number") == each.number)
            assert dict(own.select("school", "pence").iter_rows()) == again.by_school


def asks(term: World, asked: ModellingPolicies, who: str = "policy.1") -> tuple[UUID, ActOutcome]:
    """Somebody asks for a model, and it is worked out."""
    act = term.act(who, ActKind.MODEL_POLICIES, uuid4(), asked)
    return act.id, works(term, act.id)


def works(term: World, act_id: UUID) -> ActOutcome:
    """The activity works a model out."""
    return Modelling(term.engine, term.clock).run_model(OfPolicyAct(act_id=act_id)).outcome


def sees(
    term: World, modelling_id: UUID, who: str = "policy.1", *, outside: bool = False
) -> ModellingView:
    """What somebody sees of a model."""
    with transaction(term.engine) as session:
        caller = term.caller(session, who)
        return reading.modelling(session, caller, modelling_id, outside=outside)


def of_the_year(**said: Any) -> ModellingPolicies:
    """The dearer tariff tried on what was decided in the year."""
    cases = DecidedCases(kind="decided", from_on=YEAR[0], until_on=YEAR[1])
    candidate = Candidate(name="dearer", files=second_tariff(A_DAY))
    return ModellingPolicies(**{"candidates": (candidate,), "cases": cases, **said})


def test_a_model_of_the_years_cases_says_what_they_would_cost_and_keeps_its_files(
    term: World,
) -> None:
    """Issue 5.5: one primary pupil in e1, and the costed maps, cost what the dearer tariff says."""
    PolicyWorld(term)
    modelling_id, outcome = asks(term, of_the_year(accepts_untouched=True))
    assert outcome.done
    seen = sees(term, modelling_id)
    assert seen.comparison is not None
    (candidate,) = seen.comparison["candidates"]
    cases, _ = decided(term.engine)
    assert seen.cases == DECISIONS
    assert seen.comparison["as_decided_pence"] == sum(
        each.by_the_rules_pence or 0 for each in cases
    )
    assert candidate["total"]["now_pence"] == seen.comparison["as_decided_pence"]
    assert seen.comparison["decided_pence"] == sum(each.decided_pence for each in cases)
    assert (seen.comparison["by_a_person"], seen.comparison["by_a_person_pence"]) == (1, 2_000_000)
    band = next(m for m in candidate["moved"] if (m["of"], m["now"]) == ("band", "e1"))
    assert band["difference_pence"] == band["cases"] * (E1[1] - E1[0])
    assert {each.name for each in seen.files} == {
        "comparison.xlsx",
        "comparison.json",
        "cases-1.parquet",
    }


def test_the_files_of_a_model_hold_every_case_and_no_pupil(term: World) -> None:
    """Promise 8: a row a case, known by a number; nothing that was planted on a child is in it."""
    PolicyWorld(term)
    modelling_id, _ = asks(term, of_the_year(accepts_untouched=True))
    content = {
        each.name: file_of(term, modelling_id, each.name) for each in sees(term, modelling_id).files
    }
    cases = pl.read_parquet(BytesIO(content["cases-1.parquet"]))
    assert cases["number"].to_list() == list(range(1, DECISIONS + 1))
    sums = {name: int(cases[name].sum()) for name in ("difference", "pence_then", "pence_now")}
    assert sums["difference"] == sums["pence_then"] - sums["pence_now"]
    with transaction(term.engine) as session:
        pupils = session.connection().exec_driver_sql("SELECT id::text FROM pupil").scalars().all()
    sheets = load_workbook(BytesIO(content["comparison.xlsx"]))
    text = content["comparison.json"].decode() + str(
        [cell for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row]
    )
    assert PLANTED not in text
    assert not [each for each in pupils if each in text]


def file_of(term: World, modelling_id: UUID, name: str) -> bytes:
    """Download a file of a model."""
    with transaction(term.engine) as session:
        return reading.modelling_file(session, term.caller(session, "policy.1"), modelling_id, name)


def test_a_model_asked_twice_is_worked_out_once(term: World) -> None:
    """Promise 4: the activity begun again tells the outcome again and writes nothing more."""
    PolicyWorld(term)
    modelling_id, outcome = asks(term, of_the_year(accepts_untouched=True))
    before = sees(term, modelling_id)
    assert works(term, modelling_id) == outcome
    assert sees(term, modelling_id) == before


def test_a_candidate_that_changes_what_no_case_reads_is_refused_with_the_values(
    term: World,
) -> None:
    """Issue 5.5: a change that bites nobody is told, by its path and in words."""
    PolicyWorld(term)
    modelling_id, outcome = asks(term, of_the_year())
    assert not outcome.done
    seen = sees(term, modelling_id)
    assert seen.comparison is None
    assert seen.refusal is not None
    assert "steps.cost.rates.therapist" in str(seen.refusal)


def test_a_faulty_candidate_is_refused_with_its_faults(term: World) -> None:
    """What is no sound policy is not tried: its faults are told."""
    PolicyWorld(term)
    files = {SECOND: 'kind = "tariff"\ncouncil = 3\n'}
    candidate = Candidate(name="broken", files=files)
    modelling_id, outcome = asks(term, of_the_year(candidates=(candidate,)))
    assert not outcome.done
    assert "council" in str(sees(term, modelling_id).refusal)


def test_a_candidate_that_says_nothing_of_cases_is_refused(term: World) -> None:
    """A candidate without continuum and tariff gives nobody another amount."""
    PolicyWorld(term)
    text = policy_files()["contingency/2026-09-01.toml"].replace("2026-09-01", "2027-09-01")
    candidate = Candidate(name="pots", files={"contingency/2027-09-01.toml": text})
    modelling_id, outcome = asks(term, of_the_year(candidates=(candidate,)))
    assert not outcome.done
    assert "nothing in it says" in str(sees(term, modelling_id).refusal)


def test_a_year_without_a_decision_is_a_model_of_nothing(term: World) -> None:
    """No case is noughts, not an error; it is not shown outside, where one could be known."""
    PolicyWorld(term)
    empty = DecidedCases(kind="decided", from_on=date(2020, 4, 1), until_on=date(2021, 4, 1))
    modelling_id, outcome = asks(term, of_the_year(cases=empty, accepts_untouched=True))
    assert outcome.done
    seen = sees(term, modelling_id)
    assert seen.comparison is not None
    assert seen.comparison["candidates"][0]["total"]["cases"] == 0
    with pytest.raises(Exception, match="outside the council"):
        sees(term, modelling_id, outside=True)


def test_a_made_up_county_is_modelled_the_same_way(term: World) -> None:
    """A seed and a number of cases stand for the year."""
    PolicyWorld(term)
    made_up = GeneratedCounty(kind="generated", seed=3, cases=3_000)
    modelling_id, outcome = asks(term, of_the_year(cases=made_up), who="finance.1")
    assert outcome.done
    seen = sees(term, modelling_id, "leader.1", outside=True)
    assert seen.files == ()
    assert seen.comparison is not None
    assert seen.comparison["cases"] == 3_000
    assert all(
        line["cases"] >= 5
        for lines in seen.comparison["candidates"][0]["by"].values()
        for line in lines
    )


def test_those_who_have_nothing_to_do_with_policy_see_no_model(term: World) -> None:
    """A SENCO neither asks for a model nor sees one."""
    PolicyWorld(term)
    modelling_id, _ = asks(term, of_the_year(accepts_untouched=True))
    with pytest.raises(RoleNeeded):
        sees(term, modelling_id, "senco.ashdown")
    with pytest.raises(RoleNeeded):
        asks(term, of_the_year(), who="senco.ashdown")
    with pytest.raises(Unknown):
        sees(term, uuid4())


def test_the_impact_of_a_draft_is_worked_out_of_the_years_cases(term: World) -> None:
    """Issue 5.4: before anybody approves, the draft is tried on what was decided in the year."""
    file, text = next(iter(second_tariff(A_DAY).items()))
    with transaction(term.engine) as session:
        found = impact_of(session, [load_version(file, text)], term.clock.now())
    assert found["comparison"]["cases"] == DECISIONS
    assert found["comparison"]["now"]["tariff_from"] == "2026-09-01"
    assert any("no case reads" in each for each in found["says"])
    assert found["comparison"]["candidates"][0]["total"]["difference_pence"] > 0


def test_cases_are_numbered_in_order_of_decision_and_grouped_by_cluster(term: World) -> None:
    """What reports group by is there: a cluster for each case, an area of need where one leads."""
    cases, _ = decided(term.engine)
    frames = case_set_of(cases).frames
    assert frames.cases["cluster"].null_count() == 0
    assert set(frames.cases["area_of_need"].drop_nulls()) >= {"cognition_and_learning", "several"}
