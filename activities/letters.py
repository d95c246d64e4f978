"""The decision letter: written in the decision's transaction, kept as it is sent."""

from datetime import timedelta
from uuid import UUID, uuid5

from activities.awarding import Signature
from activities.desk import Desk
from activities.store import deciding, plans
from activities.store.deciding import Placed
from domain.letter import DecisionTold, decision_letter
from domain.stages import Ending


def write_decision_letter(
    desk: Desk, placed: Placed, signature: Signature, decision_id: UUID
) -> None:
    """Write and keep the letter that tells a family what was decided; it names no child."""
    letter_id = uuid5(decision_id, "letter")
    body = decision_letter(_told(desk, placed, signature))
    deciding.save_letter(desk.session, letter_id, desk.request.id, decision_id, body, desk.now)


def _told(desk: Desk, placed: Placed, signature: Signature) -> DecisionTold:
    content = desk.request.content
    gives = signature.ending is not Ending.DECLINED
    from_on, until_on = signature.between
    window = desk.policies.panel.reconsideration_within_school_days
    pupils = tuple(pupil.pupil_id for pupil in content.pupils)
    return DecisionTold(
        council=desk.policies.letters.council_name,
        reference=desk.request.reference,
        pupil_numbers=deciding.pupil_numbers(desk.session, pupils),
        school=deciding.school_name(desk.session, desk.request.school),
        kind=desk.request.kind,
        ending=signature.ending,
        decided_on=desk.day,
        decided_by=_title_of(desk, signature.grade),
        annual_pence=signature.annual_pence,
        from_on=from_on if gives and signature.annual_pence else None,
        last_on=until_on - timedelta(days=1) if gives and signature.annual_pence else None,
        place=plans.service_of(desk.session, placed.provision_id) if gives else None,
        support=tuple(line.what for line in content.provision) if gives else (),
        services=placed.services if gives else (),
        outcomes=content.outcomes if gives else (),
        grounds=signature.grounds,
        reason=signature.reason,
        steps=placed.working.steps,
        challenge_by_on=desk.school_days.add_school_days(desk.day, window),
        has_plan=desk.request.has_plan,
        contacts=desk.policies.letters.contacts,
    )


def _title_of(desk: Desk, grade: str) -> str:
    """The grade's title in the scheme of delegation; who signed is on record, not on the letter."""
    return next(each.title for each in desk.policies.authority.grades if each.code == grade)
