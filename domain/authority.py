"""Whether an officer may sign: limit, level, key decision, what is owed, and the reasons given.

Limits and grades are policy; who is barred is in ``interests``.
"""

from collections.abc import Collection, Sequence
from datetime import date

from domain.frozen import Frozen
from domain.money import pounds
from domain.places import Level
from domain.policy.delegation import AuthorityScheme, Grade, ToOfficer
from domain.refusals import AuthorityTooLow, KeyDecisionNeeded, OwedByPlan, ReasonNeeded, RoleNeeded
from domain.request import Pence, RequestContent, SenStatus
from domain.stages import ActKind


class KeyDecision(Frozen):
    """The Cabinet Member's recorded decision: its number and the day it takes effect."""

    number: str
    effective_on: date


class Signing(Frozen):
    """What an officer is about to sign, as far as authority has to know it."""

    grade: str
    level: Level
    annual_pence: Pence
    divisions: tuple[str, ...] = ()
    """Electoral divisions for which it is marked as significant."""
    key_decision: KeyDecision | None = None
    overspend: bool = False
    """Whether it draws on the deficit because every pot is empty."""
    on: date


def is_key_decision(annual_pence: int, divisions: Sequence[str], scheme: AuthorityScheme) -> bool:
    """Whether it is the Cabinet Member's to decide: by amount, or by the divisions it touches."""
    many = len(set(divisions)) >= scheme.key_decision_divisions
    return many or annual_pence > scheme.key_decision_over_pence


def check_authority(signing: Signing, scheme: AuthorityScheme) -> None:
    """Refuse what the officer's grade does not cover, or what is not an officer's to decide.

    A key decision waits until the day it takes effect; then the grades that carry out key
    decisions sign it, whatever their own limit. Source: DESIGN.md 3, a key decision.
    """
    grade = _grade(signing.grade, scheme)
    is_key = is_key_decision(signing.annual_pence, signing.divisions, scheme)
    if is_key:
        _check_key_decision(signing)
    if not _covers(grade, signing, is_key=is_key):
        able = " or ".join(each.title for each in who_could_sign(signing, scheme))
        raise AuthorityTooLow(
            f"to sign {pounds(signing.annual_pence)} a year at {signing.level} level"
            f"{' from an overspend' if signing.overspend else ''}",
            f"the grade {grade.title} signs up to {pounds(grade.limit_pence)} a year"
            f" at {' and '.join(grade.levels)} level"
            f"{'' if grade.may_authorise_overspend else ', and no overspend'}",
            f"Refer it up to: {able}." if able else "Refer it to the Cabinet Member.",
        )


def who_could_sign(signing: Signing, scheme: AuthorityScheme) -> tuple[Grade, ...]:
    """List the grades that could sign it, the lowest limit first, once any key decision is made."""
    is_key = is_key_decision(signing.annual_pence, signing.divisions, scheme)
    able = [grade for grade in scheme.grades if _covers(grade, signing, is_key=is_key)]
    return tuple(sorted(able, key=lambda grade: (grade.limit_pence, grade.code)))


def grade_to_sign(held: Collection[str], signing: Signing, scheme: AuthorityScheme) -> str:
    """The lowest of an officer's grades that covers what is signed, else the highest held.

    ``signing`` is looked at whatever its own grade.
    """
    limits = {grade.code: grade.limit_pence for grade in scheme.grades}
    highest = max(sorted(held), key=lambda code: limits.get(code, 0))
    able = who_could_sign(signing, scheme)
    return next((each.code for each in able if each.code in held), highest)


def check_decides_for_plan(grade: str, scheme: AuthorityScheme) -> None:
    """Refuse a decision for a pupil with a plan to any but the SEN officer, or an officer above."""
    limits = {each.code: each.limit_pence for each in scheme.grades}
    named = scheme.desk[ToOfficer.PLAN]
    if grade != named and limits.get(grade, 0) <= limits[named]:
        raise RoleNeeded(
            "to decide for a pupil with a plan",
            "a SEN officer decides it",
            "Leave it to the SEN officer, who may refer it up.",
        )


def lacks_for_cover(own: Collection[str], cover: Collection[str], scheme: AuthorityScheme) -> bool:
    """Whether a colleague's grades leave out anything that an officer's own may sign.

    Cover raises nobody's limit, so that only somebody whose own is enough can give it.
    """
    grades = {grade.code: grade for grade in scheme.grades}
    others = [grades[code] for code in cover if code in grades]
    return not all(
        any(_is_enough(other, grades[code], scheme) for other in others)
        for code in own
        if code in grades
    )


def _is_enough(other: Grade, own: Grade, scheme: AuthorityScheme) -> bool:
    """Whether whoever holds one grade may sign whatever the other may."""
    named = scheme.desk[ToOfficer.PLAN]
    limit = next(grade.limit_pence for grade in scheme.grades if grade.code == named)
    return (
        other.limit_pence >= own.limit_pence
        and set(other.levels) >= set(own.levels)
        and other.may_authorise_overspend >= own.may_authorise_overspend
        and other.carries_out_key_decisions >= own.carries_out_key_decisions
        and (own.code != named or other.code == named or other.limit_pence > limit)
    )


def _grade(code: str, scheme: AuthorityScheme) -> Grade:
    for grade in scheme.grades:
        if grade.code == code:
            return grade
    raise RoleNeeded(
        "to sign a decision", "the scheme of delegation in force does not have your grade"
    )


def _covers(grade: Grade, signing: Signing, *, is_key: bool) -> bool:
    enough = signing.annual_pence <= grade.limit_pence
    if is_key:
        enough = grade.carries_out_key_decisions
    return (
        enough
        and signing.level in grade.levels
        and (grade.may_authorise_overspend or not signing.overspend)
    )


def _check_key_decision(signing: Signing) -> None:
    asked = f"to sign {pounds(signing.annual_pence)} a year, a key decision"
    if signing.key_decision is None:
        raise KeyDecisionNeeded(asked, "the Cabinet Member's decision is not recorded")
    if signing.on < signing.key_decision.effective_on:
        raise KeyDecisionNeeded(
            asked,
            f"decision {signing.key_decision.number} takes effect on "
            f"{signing.key_decision.effective_on}",
            "Sign on or after that day.",
        )


def owed_by_plans(content: RequestContent) -> int | None:
    """Add up what the pupils' plans set out, pence a year; nothing when it is not known."""
    plans = [p.owed_annual_pence for p in content.pupils if p.sen_status is SenStatus.PLAN]
    known = [pence for pence in plans if pence is not None]
    return sum(known) if len(known) == len(plans) else None


def check_owed(
    act: ActKind, annual_pence: int, owed_annual_pence: int | None, *, has_plan: bool
) -> None:
    """Refuse "no" and "less" where an Education, Health and Care plan is owed (promise 10).

    What is owed and not known cannot be shown to be met, so it is refused too.
    Source: Children and Families Act 2014, section 42.
    """
    if not has_plan:
        return
    if act is ActKind.DECLINE:
        raise OwedByPlan("to decline", "a pupil's plan sets out provision, and it is owed")
    if owed_annual_pence is None:
        raise OwedByPlan(
            f"to authorise {pounds(annual_pence)} a year",
            "what the plan sets out has no yearly cost on record",
            "Ask the school to add the yearly cost of the provision in section F.",
        )
    if annual_pence < owed_annual_pence:
        raise OwedByPlan(
            f"to authorise {pounds(annual_pence)} a year",
            f"the plan sets out {pounds(owed_annual_pence)} a year",
        )


_DECIDES = frozenset(
    {
        ActKind.AUTHORISE,
        ActKind.AUTHORISE_DIFFERENTLY,
        ActKind.AUTHORISE_OVERSPEND,
        ActKind.DECLINE,
        ActKind.RECONSIDER,
    }
)
_SAYS_WHY = frozenset(
    {
        ActKind.AUTHORISE_DIFFERENTLY,
        ActKind.AUTHORISE_OVERSPEND,
        ActKind.DECLINE,
        ActKind.ESCALATE,
        ActKind.MODERATE,
        ActKind.PRICE,
        ActKind.RECONSIDER,
        ActKind.REFER_UP,
        ActKind.RETURN_TO_PANEL,
        ActKind.RETURN_TO_SCHOOL,
    }
)


def check_reasons(
    act: ActKind, grounds: Sequence[str], alternatives: str, reason: str | None
) -> None:
    """Refuse an act that does not say why, with everything that is missing.

    Every decision records its grounds and the alternatives considered; a departure, a return, a
    referral and a price set by a person give a reason in words besides.
    """
    missing = []
    if act in _DECIDES and not any(ground.strip() for ground in grounds):
        missing.append("the grounds")
    if act in _DECIDES and not alternatives.strip():
        missing.append("the alternatives that were considered")
    if act in _SAYS_WHY and not (reason or "").strip():
        missing.append("the reason in words")
    if missing:
        said = " and ".join(missing)
        raise ReasonNeeded(f"to {act.replace('_', ' ')}", f"{said} not given", f"Give {said}.")
