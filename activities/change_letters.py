"""The letter of a changed award: written in the change's transaction, kept as it is sent."""

from activities.award_desk import AwardDesk
from activities.store import deciding
from activities.store.change_letters import opening_reference, save_letter
from activities.store.changes import ChangeMade
from domain.adjusting import History, stretches
from domain.change_letter import AwardChangeTold, change_letter, years_changed
from domain.periods import ONE_DAY, SchoolDays

_AN_OFFICER = "SEN officer"
"""Whose grade the scheme of today does not have any more."""


def write_change_letter(desk: AwardDesk, made: ChangeMade, after: History) -> None:
    """Write and keep the letter that tells a family of a change; it names no child.

    A decision that takes another's place has a letter of its own, which tells of this too.
    """
    if desk.by is None:
        body = change_letter(_told(desk, made, after))
        save_letter(desk.session, made, body, desk.finance.now)


def _told(desk: AwardDesk, made: ChangeMade, after: History) -> AwardChangeTold:
    before = desk.award.history
    request = desk.request.request if desk.request else None
    pupils = tuple(pupil.pupil_id for pupil in request.content.pupils) if request else ()
    last_on = max((each.until_on for each in stretches(after)), default=None)
    window = desk.panel.reconsideration_within_school_days
    days = desk.request.school_days if desk.request else SchoolDays(desk.calendar)
    return AwardChangeTold(
        council=desk.letters.council_name,
        reference=request.reference if request else opening_reference(desk.session, made.award_id),
        pupil_numbers=deciding.pupil_numbers(desk.session, pupils),
        school=deciding.school_name(desk.session, desk.award.school),
        kind=desk.kind,
        change=made.change,
        changed_on=desk.day,
        changed_by=_title(desk),
        annual_before_pence=_amount_on(before, made),
        years=years_changed(before, after, desk.calendar.terms),
        last_on=last_on - ONE_DAY if last_on else None,
        challenge_by_on=days.add_school_days(desk.day, window),
        has_plan=desk.owes_plan if request else None,
        contacts=desk.letters.contacts,
    )


def _title(desk: AwardDesk) -> str:
    """The title of the officer's highest grade in the scheme of delegation."""
    assert desk.act.person_id is not None, "a change is an officer's"
    found = deciding.signer(desk.session, desk.act.person_id, desk.day)
    assert found is not None, "who changes an award has a grade"
    held = [each for each in desk.authority.grades if each.code in found.grades]
    return max(held, key=lambda grade: grade.limit_pence).title if held else _AN_OFFICER


def _amount_on(before: History, made: ChangeMade) -> int:
    """What a year came to, as it stood before, on the first day that is different."""
    laid = stretches(before)
    on = (each.annual_pence for each in laid if each.from_on <= made.from_on < each.until_on)
    return next(on, 0)
