"""The decision letter: written in the decision's transaction, kept as it is sent."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

from activities import funding, sharing, terms
from activities.awarding import Signature
from activities.desk import Desk
from activities.store import deciding, plans
from activities.store.deciding import Placed
from domain.letter import DecisionTold, decision_letter
from domain.letter_advice import ShareTold
from domain.periods import academic_year, academic_year_begins
from domain.request import RequestKind
from domain.stages import Ending


def write_decision_letter(
    desk: Desk,
    placed: Placed,
    signature: Signature,
    decision_id: UUID,
    in_place_of_on: date | None = None,
) -> None:
    """Write and keep the letter that tells a family what was decided; it names no child."""
    letter_id = uuid5(decision_id, "letter")
    told = _told(desk, placed, signature)
    body = decision_letter(told.model_copy(update={"in_place_of_on": in_place_of_on}))
    deciding.save_letter(desk.session, letter_id, desk.request.id, decision_id, body, desk.now)


def _told(desk: Desk, placed: Placed, signature: Signature) -> DecisionTold:
    content = desk.request.content
    gives = signature.ending is not Ending.DECLINED
    place = plans.service_of(desk.session, placed.provision_id)
    in_place = place if gives and not signature.annual_pence else None
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
        decided_by=title_of(desk, signature.grade),
        place=in_place,
        support=tuple(line.what for line in content.provision) if gives else (),
        services=placed.services,
        outcomes=content.outcomes if gives else (),
        advice=terms.advice_text(desk),
        services_asked=terms.services_told(desk),
        conditions=signature.conditions,
        review_on=signature.review_on,
        overspent=signature.overspend_authority is not None,
        grounds=signature.grounds,
        reason=signature.reason,
        steps=placed.working.steps,
        titles=_titles(desk),
        tariff_decided=in_place is None,
        by_the_rules_pence=_departed_from(placed, signature),
        challenge_by_on=desk.school_days.add_school_days(desk.day, window),
        has_plan=desk.request.has_plan,
        contacts=desk.policies.letters.contacts,
        **_stands(desk, signature.tier or placed.tier, signature.band or placed.band),
        **_cabinet(desk),
        **_priced(desk, placed),
        **_amount(desk, placed, signature, in_place),
    )


def _amount(desk: Desk, placed: Placed, signature: Signature, place: str | None) -> dict[str, Any]:
    """The yearly amount, the days, and what it comes to in them: what the instalments add up to."""
    from_on, until_on = signature.between
    if place:
        until_on = min(until_on, academic_year_begins(academic_year(from_on) + 1))
    days = {"from_on": from_on, "last_on": until_on - timedelta(days=1)}
    annual_pence = signature.annual_pence
    if not annual_pence:
        return {"annual_pence": 0, **(days if place else {})}
    by_school = sharing.by_school(placed, annual_pence, desk.request.content)
    planned = funding.plan_of(desk, by_school, signature.between)
    total_pence = sum(each.pence for school in planned.values() for each in school)
    paid = {"schools_paid": len(planned) or 1, "total_pence": total_pence}
    return {"annual_pence": annual_pence, **days, **paid, "shares": _shares(desk, by_school)}


def _shares(desk: Desk, by_school: dict[str, int]) -> tuple[ShareTold, ...]:
    """Between whom a project's money is shared; a group's letter goes to families."""
    if desk.request.kind is not RequestKind.PROJECT or len(by_school) == 1:
        return ()
    named = {deciding.school_name(desk.session, each): pence for each, pence in by_school.items()}
    return tuple(
        ShareTold(school=name, annual_pence=pence) for name, pence in sorted(named.items())
    )


def _stands(desk: Desk, tier_code: str, band_code: str | None) -> dict[str, Any]:
    """Where the need stands, by the titles of the editions that the request is pinned to."""
    tier = desk.policies.continuum.tier(tier_code)
    bands = {band.code: band.title for band in desk.policies.tariff.bands}
    return {"tier": tier.title, "tier_says": tier.says, "band": bands.get(band_code or "")}


def _departed_from(placed: Placed, signature: Signature) -> int | None:
    """What the rules alone came to, pence a year, where another amount is signed."""
    by_the_rules = None if placed.provision_id else placed.annual_pence
    return by_the_rules if by_the_rules != signature.annual_pence else None


def _titles(desk: Desk) -> dict[str, str]:
    """What the council calls its areas of need, tiers and bands, by code."""
    continuum, tariff = desk.policies.continuum, desk.policies.tariff
    return {
        **{domain.code: domain.title for domain in continuum.domains},
        **{tier.code: tier.title for tier in continuum.tiers},
        **{band.code: band.title for band in tariff.bands},
    }


def _priced(desk: Desk, placed: Placed) -> dict[str, Any]:
    """Whose amount it is and why, where no table had one."""
    grade = placed.inputs.get("priced_by")
    if grade is None:
        return {}
    return {
        "priced_by": title_of(desk, str(grade)),
        "priced_because": placed.inputs.get("priced_because"),
    }


def _cabinet(desk: Desk) -> dict[str, Any]:
    """The Cabinet Member's decision that an officer carries out, once it is recorded."""
    recorded = desk.request.why.get("key_decision")
    if not recorded:
        return {}
    effective_on = date.fromisoformat(recorded["effective_on"])
    return {"cabinet_number": recorded["number"], "cabinet_effective_on": effective_on}


def title_of(desk: Desk, grade: str) -> str:
    """The grade's title in the scheme of delegation; who signed is on record, not on the letter."""
    return next(each.title for each in desk.policies.authority.grades if each.code == grade)
