"""The officer behind an act: in which grade on the day, and with no part in the case."""

from datetime import date

from activities.desk import Desk
from activities.store import casework, deciding, members
from activities.store.casework import Recorded
from activities.store.deciding import Signer
from domain.authority import KeyDecision
from domain.interests import check_may_decide
from domain.people import Interest
from domain.refusals import RoleNeeded


def officer_of(desk: Desk, act: Recorded) -> Signer:
    """The officer behind an act, in the grade of the day, with no part in the case (promise 6)."""
    assert act.person_id is not None, "an officer's act has an officer"
    found = deciding.signer(desk.session, act.person_id, desk.day)
    if found is None:
        raise RoleNeeded("to sign", "the scheme of delegation knows no grade of yours today")
    ties = members.ties_of(desk.session, (act.person_id,), desk.day)[act.person_id]
    case = casework.concerns(desk.session, desk.request, desk.day)
    check_may_decide(ties, case, declared(act), desk.policies.panel)
    return found


def key_decision(desk: Desk) -> KeyDecision | None:
    """The Cabinet Member's decision, once it is recorded."""
    recorded = desk.request.why.get("key_decision")
    if not recorded:
        return None
    effective_on = date.fromisoformat(recorded["effective_on"])
    return KeyDecision(number=recorded["number"], effective_on=effective_on)


def declared(act: Recorded) -> tuple[Interest, ...]:
    """The interests that were declared with an act."""
    return tuple(Interest(each) for each in act.choices.get("interests", ()))


def highest_grade(desk: Desk, officer: Signer) -> str:
    """The officer's grade with the highest limit, by the scheme the request is pinned to."""
    limits = {each.code: each.limit_pence for each in desk.policies.authority.grades}
    return max(officer.grades, key=lambda code: limits.get(code, 0))
