"""Signing a cluster plan: by an officer with no part in it, whose limit covers all of it, once."""

from activities import plan_money
from activities.plan_money import PlanDesk
from activities.store import cluster_plans, deciding, members
from activities.store.deciding import Signer
from domain.authority import KeyDecision, Signing, check_authority, who_could_sign
from domain.cluster_plan import PlanStage, check_may_sign_plan, ends_at, level_of
from domain.people import Interest
from domain.plan_acts import SigningPlan
from domain.refusals import RoleNeeded


def sign(desk: PlanDesk) -> None:
    """Sign a plan, and commit it (promises 5 and 6); all of it is paid as it falls due."""
    said = SigningPlan.model_validate(desk.act.choices, strict=False)
    officer = officer_of(desk, said.interests)
    to_sign = _to_sign(desk, officer, said)
    check_authority(to_sign, desk.policies.authority)
    rules, zone = desk.policies.panel.plan, desk.policies.calendar.time_zone
    key = said.key_decision
    cluster_plans.move(
        desk.finance.session,
        desk.plan,
        PlanStage.SIGNED,
        desk.finance.now,
        signed_by=officer.person_id,
        signed_act=desk.act.id,
        signed_at=desk.finance.now,
        grade=to_sign.grade,
        key_decision_number=key.number if key else None,
        key_decision_effective_on=key.effective_on if key else None,
        waits_until_at=ends_at(desk.plan.academic_year, rules, zone),
    )
    plan_money.promise(desk)


def officer_of(desk: PlanDesk, declared: tuple[Interest, ...] = ()) -> Signer:
    """The officer behind an act, in the grades of the day, with no part in the plan (promise 6)."""
    assert desk.act.person_id is not None, "an officer's act has an officer"
    session = desk.finance.session
    found = deciding.signer(session, desk.act.person_id, desk.day)
    if found is None:
        raise RoleNeeded("to sign", "the scheme of delegation knows no grade of yours today")
    ties = members.ties_of(session, (found.person_id,), desk.day)[found.person_id]
    check_may_sign_plan(desk.act.kind, ties, desk.plan.involved, desk.plan.schools, declared)
    return found


def _to_sign(desk: PlanDesk, officer: Signer, said: SigningPlan) -> Signing:
    """What is signed: the whole plan a year, with all that a change leaves of it.

    What the cluster's other plans of the year come to counts with it: nothing is split under a
    limit (promise 5). It is signed in the lowest of the officer's grades that covers it, else in
    the highest held.
    """
    scheme = desk.policies.authority
    limits = {each.code: each.limit_pence for each in scheme.grades}
    key = said.key_decision
    to_sign = Signing(
        grade=max(officer.grades, key=lambda code: limits.get(code, 0)),
        level=level_of(desk.plan.parties),
        annual_pence=desk.plan.annual_pence
        + cluster_plans.others_signed_pence(desk.finance.session, desk.plan),
        divisions=said.significant_for,
        key_decision=KeyDecision(number=key.number, effective_on=key.effective_on) if key else None,
        on=desk.day,
    )
    able = (each.code for each in who_could_sign(to_sign, scheme) if each.code in officer.grades)
    return to_sign.model_copy(update={"grade": next(able, to_sign.grade)})
