"""Who may do what to a plan: proposers, voices and schools' people never sign; promise 6 thrice."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlmodel import Session

from activities.store import recording
from activities.store.cluster_plans import plan_of
from activities.store.recording import County
from activities.store.session import transaction
from activities.store.tables import (
    ClusterPlanItemRow,
    ClusterPlanOutcomeRow,
    ClusterPlanRow,
    ClusterPlanVoiceRow,
)
from domain.people import Interest
from domain.plan_acts import OutcomeMet
from domain.refusals import AuthorityTooLow, Barred, NotAtThisStage, NotValid, RoleNeeded, Unknown
from domain.stages import ActKind
from tests.activities.behind import refused_by, run_sql, slip_in
from tests.activities.by_hand import ByHand
from tests.activities.planned import Planned, item
from tests.activities.small_county import FIRST_DAY, ISSUER, named
from tests.activities.world import WHY

TWO_HATS = "head.and.officer"
"""The head of fern, who is also an officer of the council."""


@pytest.fixture
def plans(hand: ByHand) -> Planned:
    """Clusters that plan, by hand, and a head of one of its schools who is an officer too."""
    held = [
        {"role": "head", "school": "fern", "from_on": FIRST_DAY},
        {"role": "council_officer", "grade": "director", "from_on": FIRST_DAY},
    ]
    person = {"id": named(TWO_HATS), "issuer": ISSUER, "subject": TWO_HATS, "called": TWO_HATS}
    empty: dict[str, list[object]] = {"areas": [], "clusters": [], "schools": []}
    county = County.model_validate(empty | {"people": [person | {"roles": held}]}, strict=False)
    with transaction(hand.world.engine) as session:
        recording.load_county(session, county)
    return Planned(hand)


@pytest.mark.promise(6)
def test_who_works_for_one_of_its_schools_does_not_sign_it(plans: Planned) -> None:
    """Promise 6: refused when said, refused when it slipped in, refused by the database."""
    plan_id = plans.agreed()
    with pytest.raises(Barred):
        plans.signs(plan_id, TWO_HATS)
    assert plans.outcome(slip_in(plans.world, TWO_HATS, ActKind.SIGN_PLAN, plan_id)) == (
        "refused",
        "barred",
    )
    with pytest.raises(Barred):
        plans.world.does(TWO_HATS, ActKind.RETURN_PLAN, plan_id)
    act = plans.signs(plan_id)
    with refused_by("nobody_signs_their_own_plan"):
        run_sql(plans.world, _SIGN, plan=plan_id, who=named(TWO_HATS), act=act.id)


_SIGN = (
    "UPDATE cluster_plan SET stage = 'signed', signed_by = :who, signed_act = :act,"
    " signed_at = now(), grade = 'director' WHERE id = :plan"
)


@pytest.mark.promise(6)
def test_who_spoke_on_it_or_proposed_it_does_not_sign_it(plans: Planned) -> None:
    """Promise 6: the person is barred, whatever role the signature is in."""
    plan_id = plans.agreed()
    act = plans.signs(plan_id)
    for who in ("head.ashdown", "administrator.alder"):
        with refused_by("nobody_signs_their_own_plan"):
            run_sql(plans.world, _SIGN, plan=plan_id, who=named(who), act=act.id)
    with pytest.raises(RoleNeeded):
        plans.signs(plan_id, "head.ashdown")


@pytest.mark.promise(6)
def test_who_had_part_in_the_first_plan_does_not_sign_its_change(plans: Planned) -> None:
    """Promise 6: what stays of the plan is signed with the change; the database holds it too."""
    first = plans.signed()
    spoke = plans.world.one(
        "SELECT person_id FROM cluster_plan_voice WHERE plan_id = :id AND school_code = 'ashdown'",
        id=first,
    )
    change = plans.changes(first, add=(item(name="Outreach"),))
    plans.done(change)
    for school in ("brook", "crane", "dell", "elm"):
        plans.done(plans.speaks(change.id, school))
    with transaction(plans.world.engine) as session:
        found = plan_of(session, change.id)
    assert found is not None
    assert spoke in found.involved
    act = plans.signs(change.id)
    with refused_by("nobody_signs_their_own_plan"):
        run_sql(plans.world, _SIGN, plan=change.id, who=spoke, act=act.id)


def test_a_declared_interest_and_a_low_limit_keep_an_officer_from_signing(plans: Planned) -> None:
    """The one is said at once, the other when the amount is looked at."""
    plan_id = plans.agreed()
    with pytest.raises(Barred):
        plans.signs(plan_id, "manager.1", interests=(Interest.EMPLOYMENT,))
    low = plans.signs(plan_id, "officer.1")
    assert plans.outcome(low) == ("refused", AuthorityTooLow.code)
    no_grade = slip_in(plans.world, "head.elm", ActKind.SIGN_PLAN, plan_id)
    assert plans.outcome(no_grade) == ("refused", RoleNeeded.code)


@pytest.mark.promise(5)
def test_a_plan_in_two_parts_is_no_smaller_for_it(plans: Planned) -> None:
    """Promise 5: what is signed already for the year counts against the officer's limit."""
    half = item(annual_pence=6_000_00)
    plans.signed(half, who="officer.1")
    second = plans.agreed(half)
    assert plans.outcome(plans.signs(second, "officer.1")) == ("refused", AuthorityTooLow.code)
    plans.done(plans.signs(second))


def test_only_the_chair_or_administrator_of_the_cluster_proposes(plans: Planned) -> None:
    """Neither another cluster's, nor a head, nor an officer."""
    for who in ("administrator.cedar", "head.ashdown", "officer.1"):
        with pytest.raises(RoleNeeded):
            plans.proposes(who=who)
    plan_id = plans.proposed(who="head.crane")
    with pytest.raises(RoleNeeded):
        plans.world.does("head.ashdown", ActKind.WITHDRAW_PLAN, plan_id)


def test_a_head_speaks_for_the_own_school_alone(plans: Planned) -> None:
    """Not for another, nor for another cluster's; a plan that is not theirs is unknown to heads."""
    plan_id = plans.proposed()
    said = {"agrees": True}
    with pytest.raises(RoleNeeded):
        plans.world.does("head.crane", ActKind.VOICE_ON_PLAN, plan_id, school="dell", **said)
    with pytest.raises(NotValid):
        plans.world.does("head.crane", ActKind.VOICE_ON_PLAN, plan_id, school="gorse", **said)
    with pytest.raises(Unknown):
        plans.world.does("head.gorse", ActKind.VOICE_ON_PLAN, plan_id, school="gorse", **said)
    with pytest.raises(RoleNeeded):
        plans.world.does("senco.ashdown", ActKind.VOICE_ON_PLAN, plan_id, school="ashdown", **said)
    act = slip_in(plans.world, "head.crane", ActKind.VOICE_ON_PLAN, plan_id, school="dell", **said)
    assert plans.outcome(act) == ("refused", "role_needed")


def test_an_act_fits_where_the_plan_stands(plans: Planned) -> None:
    """Nothing is signed before it is agreed, changed before it is signed, or signed twice."""
    plan_id = plans.proposed()
    with pytest.raises(NotAtThisStage):
        plans.signs(plan_id)
    with pytest.raises(NotAtThisStage):
        plans.changes(plan_id, add=(item(name="Another"),))
    early = slip_in(plans.world, "manager.1", ActKind.SIGN_PLAN, plan_id)
    assert plans.outcome(early) == ("refused", "not_at_this_stage")
    plans.schools_agree(plan_id)
    plans.signs(plan_id)
    with pytest.raises(NotAtThisStage):
        plans.signs(plan_id, "manager.2")


def _item_row(plan_id: UUID) -> ClusterPlanItemRow:
    return ClusterPlanItemRow(
        id=uuid4(),
        plan_id=plan_id,
        number=99,
        name="Slipped in",
        kind="service",
        school_code="crane",
        schools=[],
        annual_pence=1,
        outcomes=[],
        from_on=FIRST_DAY,
        until_on=FIRST_DAY + timedelta(days=1),
    )


@pytest.mark.promise(1)
def test_the_database_holds_a_plans_order(plans: Planned) -> None:
    """Promise 1: what was agreed is what is signed, and nothing is paid of what is not signed."""
    world = plans.world
    plan_id = plans.agreed()
    with refused_by("what_was_agreed_is_signed"), transaction(world.engine) as session:
        session.add(_item_row(plan_id))
    with refused_by("a_plan_goes_forward"):
        run_sql(world, "UPDATE cluster_plan SET stage = 'proposed' WHERE id = :id", id=plan_id)
    with refused_by("a_plan_goes_forward"), transaction(world.engine) as session:
        _write_voice(session, plans, plan_id)
    with refused_by("a_plan_is_signed_first"):
        run_sql(world, _AWARD, item=plans.item_of(plan_id))
    with refused_by("a_plan_goes_forward"), transaction(world.engine) as session:
        _write_outcome(session, plans, plan_id)
    with refused_by("a_plan_goes_forward"), transaction(world.engine) as session:
        row = session.get_one(ClusterPlanRow, plan_id).model_dump()
        session.add(ClusterPlanRow(**row | {"id": uuid4(), "reference": "X", "stage": "agreed"}))
    plans.done(plans.signs(plan_id))
    with refused_by("a_plan_goes_forward"):
        run_sql(world, "UPDATE cluster_plan SET grade = 'director' WHERE id = :id", id=plan_id)


_AWARD = (
    "INSERT INTO award (id, plan_item_id, school_code, payee_code, payee_kind, from_on, until_on,"
    " annual_pence, total_pence, pot, commit_id, outcomes) VALUES (gen_random_uuid(), :item,"
    " 'crane', 'crane', 'maintained_school', '2026-09-01', '2027-09-01', 1, 1, 'cluster:alder',"
    " gen_random_uuid(), '[]')"
)


def _write_voice(session: Session, plans: Planned, plan_id: UUID) -> None:
    session.add(
        ClusterPlanVoiceRow(
            id=plan_id,
            plan_id=plan_id,
            school_code="fern",
            revision=1,
            person_id=named("head.fern"),
            agrees=True,
            recorded_at=plans.world.clock.now(),
        )
    )


def _write_outcome(session: Session, plans: Planned, plan_id: UUID) -> None:
    session.add(
        ClusterPlanOutcomeRow(
            id=plan_id,
            item_id=plans.item_of(plan_id),
            term_first_on=FIRST_DAY,
            revision=1,
            outcome=OutcomeMet.MET,
            words=WHY,
            reported_by=named("head.crane"),
            reported_at=plans.world.clock.now(),
        )
    )
