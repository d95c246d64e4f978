"""Who may change an award, and how: the limit of authority, no part in the case, what is owed.

A change that gives more is a decision like the first one; one that gives less to a pupil with a
plan is the SEN officer's (promise 10).
"""

from datetime import date

from activities import officers
from activities.award_desk import AwardDesk
from activities.placing import key_decision_covers
from activities.store import changes, deciding, members
from activities.store.deciding import Signer
from domain.adjusting import Adjustment, History, stretches, worth
from domain.authority import KeyDecision, Signing, check_authority, check_owed, who_could_sign
from domain.finance_acts import AwardChange, ChangedAmount, LateStart, Leaver, Suspended, Transfer
from domain.ledger.accounts import DEFICIT
from domain.periods import ONE_DAY, academic_year, academic_year_begins
from domain.policy.delegation import ToOfficer
from domain.refusals import Barred, NotValid, RoleNeeded
from domain.stages import ActKind

_ASKED = "to change this award"


def check(desk: AwardDesk, change: AwardChange, found: Adjustment) -> None:
    """Refuse a change that this officer may not make, or may not make like this."""
    officer = _officer(desk, change)
    _check_days(desk, change, found.history)
    before, after = worth(desk.award.history), worth(found.history)
    annual = annual_pence(desk, change)
    if after < before and isinstance(change, ChangedAmount | Suspended) and desk.owes_plan:
        _check_plan_officer(desk, officer)
        if isinstance(change, ChangedAmount):
            owed = desk.request.request.owed_annual_pence if desk.request else None
            check_owed(ActKind.CHANGE_AWARD, annual, owed, has_plan=True)
    if after > before or isinstance(change, LateStart) or _goes_on(change):
        _check_limit(desk, officer, annual)


def first_day(change: AwardChange) -> date:
    """The first day that a change makes worth something else."""
    return change.last_on + ONE_DAY if isinstance(change, Leaver) else change.from_on


def annual_pence(desk: AwardDesk, change: AwardChange) -> int:
    """What the decision comes to a year after a change, all its schools together, pence.

    Limits of authority are for the whole decision: an amount is not signed school by school.
    """
    own = max((each.annual_pence for each in stretches(desk.award.history)), default=0)
    if isinstance(change, ChangedAmount):
        own = change.annual_pence
    day = first_day(change)
    return own + sum(
        each.annual_pence
        for other in changes.others_of_decision(desk.session, desk.award)
        for each in stretches(other)
        if each.from_on <= day < each.until_on
    )


def _check_days(desk: AwardDesk, change: AwardChange, after: History) -> None:
    """Refuse days that nobody could have asked for, or that the pupil's other award has.

    Support may have begun earlier, but not before the academic year that it was asked in.
    """
    if isinstance(change, LateStart):
        asked_on = desk.request.submitted_on if desk.request else desk.award.history.from_on
        earliest = academic_year_begins(academic_year(asked_on))
        if change.from_on < earliest:
            raise NotValid(_ASKED, f"support that it could be paid for began from {earliest} on")
        earlier = changes.before_it(desk.session, desk.award)
        if earlier is not None and change.from_on < _end(earlier):
            raise NotValid(
                _ASKED,
                f"the award at the school before reaches until {_end(earlier)}",
                "Change that award first: no day is paid at two schools.",
            )
    if _end(after) > _end(desk.award.history) and changes.is_followed(desk.session, desk.award):
        raise NotValid(
            _ASKED,
            "the pupil moved on with it, and the days after are the next school's",
            "Change the award of the next school: no day is paid at two schools.",
        )


def _end(history: History) -> date:
    """The day after the last on which anything is due."""
    return max((each.until_on for each in stretches(history)), default=history.from_on)


def _goes_on(change: AwardChange) -> bool:
    return isinstance(change, Transfer) and change.to_school is not None


def _officer(desk: AwardDesk, change: AwardChange) -> Signer:
    """The officer behind the act, with no part in the case nor in the next school (promise 6)."""
    assert desk.act.person_id is not None, "an officer's act has an officer"
    if desk.request is not None:
        found = officers.officer_of(desk.request, desk.act)
    else:
        known = deciding.signer(desk.session, desk.act.person_id, desk.day)
        if known is None:
            raise RoleNeeded(_ASKED, "the scheme of delegation knows no grade of yours today")
        found = known
    ties = members.ties_of(desk.session, (found.person_id,), desk.day)[found.person_id]
    schools = {desk.award.school}
    if isinstance(change, Transfer) and change.to_school is not None:
        schools.add(change.to_school)
    if ties.schools & schools:
        raise Barred(_ASKED, "you work for a school that it goes to")
    return found


def _check_plan_officer(desk: AwardDesk, officer: Signer) -> None:
    """Where a plan is owed the SEN officer gives less, or an officer above (promise 10)."""
    limits = {each.code: each.limit_pence for each in desk.authority.grades}
    named = desk.authority.desk[ToOfficer.PLAN]
    if not any(grade == named or limits.get(grade, 0) > limits[named] for grade in officer.grades):
        raise RoleNeeded(
            "to give less to a pupil with a plan",
            "a SEN officer decides it",
            "Leave it to the SEN officer; the award stands meanwhile.",
        )


def _check_limit(desk: AwardDesk, officer: Signer, annual: int) -> None:
    """Refuse what is above the officer's grades, saying who could."""
    scheme = desk.authority
    limits = {each.code: each.limit_pence for each in scheme.grades}
    to_sign = Signing(
        grade=max(officer.grades, key=lambda code: limits.get(code, 0)),
        level=desk.level,
        annual_pence=annual,
        divisions=desk.divisions,
        key_decision=_key_decision(desk, annual),
        overspend=desk.award.pot == DEFICIT,
        on=desk.day,
    )
    able = (each.code for each in who_could_sign(to_sign, scheme) if each.code in officer.grades)
    grade = next(able, to_sign.grade)
    check_authority(to_sign.model_copy(update={"grade": grade}), scheme)


def _key_decision(desk: AwardDesk, annual: int) -> KeyDecision | None:
    covered = desk.request is not None and key_decision_covers(desk.request, annual)
    return officers.key_decision(desk.request) if desk.request and covered else None
