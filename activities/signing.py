"""Signing: an officer's decision, with everything it rests on frozen beside it.

The money and the awards that follow, in the same transaction, are in ``awarding``.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from activities import awarding, departing, funding, letters, placing, replacing, terms, two_people
from activities.awarding import Signature
from activities.desk import Desk
from activities.officers import declared, highest_grade, key_decision, officer_of
from activities.placing import divisions
from activities.replacing import Replacing
from activities.store import deciding, plans
from activities.store.casework import Move, Recorded
from activities.store.deciding import Decided, Placed, Signer
from activities.terms import Terms
from domain.acts import (
    Authorising,
    AuthorisingDifferently,
    AuthorisingOverspend,
    Declining,
)
from domain.authority import (
    Signing,
    check_authority,
    check_decides_for_plan,
    check_owed,
    check_reasons,
    grade_to_sign,
)
from domain.departure import check_named
from domain.stages import ActKind, Ending, Stage

_DECISION = UUID("5be8b1a2-8f0c-5d4e-9c57-0b5e0d6d3a77")

Said = Authorising | AuthorisingDifferently | AuthorisingOverspend | Declining

_SAID: dict[ActKind, tuple[type[Said], Ending]] = {
    ActKind.AUTHORISE: (Authorising, Ending.AUTHORISED),
    ActKind.AUTHORISE_DIFFERENTLY: (AuthorisingDifferently, Ending.AUTHORISED_DIFFERENTLY),
    ActKind.AUTHORISE_OVERSPEND: (AuthorisingOverspend, Ending.AUTHORISED),
    ActKind.DECLINE: (Declining, Ending.DECLINED),
}


def sign(desk: Desk, act: Recorded) -> Move:
    """Sign a request in whichever of the four ways the act says, or refuse with the reason.

    An overspend that the finance policy wants two people for waits here for the second.
    """
    placed = placing_of(desk)
    signature = _signature(desk, act, placed)
    check_signature(desk, signature)
    if two_people.signature_waits(desk, placed, signature):
        return Move(stage=desk.request.stage, waits_for=desk.request.waits_for)
    decision_id = uuid5(_DECISION, str(act.id))
    save(desk, placed, signature, decision_id, until_challenged(desk))
    departing.keep_signed(desk, placed, signature)
    if deciding.has_awards(desk.session, desk.request.id):
        replacing.replace(Replacing(desk, placed, signature, decision_id, act))
    elif signature.annual_pence:
        awarding.award(desk, placed, signature, decision_id)
    else:
        funding.give_back(desk, placed, act.id)
    settle_places(desk, placed, signature)
    letters.write_decision_letter(desk, placed, signature, decision_id)
    return Move(stage=Stage.DECIDED, ending=signature.ending, decision_id=decision_id)


def settle_places(desk: Desk, placed: Placed, signature: Signature) -> None:
    """Give the places of a placing where the decision gives them, and return what it does not."""
    gives_places = signature.ending is not Ending.DECLINED and not signature.annual_pence
    provision_id = placed.provision_id if gives_places else None
    plans.settle_places(desk.session, desk.request.id, provision_id)


def placing_of(desk: Desk) -> Placed:
    """The placing that is on the desk."""
    assert desk.request.placing_id is not None, "a request is placed before it is signed"
    return deciding.placing(desk.session, desk.request.placing_id)


def _signature(desk: Desk, act: Recorded, placed: Placed) -> Signature:
    shape, ending = _SAID[act.kind]
    said = shape.model_validate(act.choices, strict=False)
    annual_pence = placed.annual_pence or 0
    if isinstance(said, AuthorisingDifferently | AuthorisingOverspend):
        annual_pence = annual_pence if said.annual_pence is None else said.annual_pence
    if isinstance(said, Declining):
        annual_pence = 0
    officer = officer_of(desk, act)
    gives = said if isinstance(said, Authorising) else None
    between = funding.span(desk, gives.from_on, gives.until_on) if gives else funding.span(desk)
    on_terms = terms.terms(desk, gives, between) if gives else Terms()
    return Signature(
        act_id=act.id,
        kind=act.kind,
        officer=officer,
        grade=grade_for(desk, officer, act.kind, annual_pence),
        annual_pence=annual_pence,
        ending=ending,
        grounds=said.grounds,
        alternatives=said.alternatives,
        reason=None if type(said) is Authorising else getattr(said, "reason", None),
        dispensation=said.dispensation,
        between=between,
        overspend_authority=said.authority if isinstance(said, AuthorisingOverspend) else None,
        interests=declared(act),
        tier=said.tier if isinstance(said, AuthorisingDifferently) else None,
        band=said.band if isinstance(said, AuthorisingDifferently) else None,
        conditions=on_terms.conditions,
        review_on=on_terms.review_on,
    )


def check_signature(desk: Desk, signature: Signature) -> None:
    """Refuse what this officer may not sign, or may not sign like this."""
    check_reasons(signature.kind, signature.grounds, signature.alternatives, signature.reason)
    schemes = desk.policies.continuum, desk.policies.tariff
    check_named(signature.tier, signature.band, *schemes)
    owed = desk.request.owed_annual_pence
    check_owed(signature.kind, signature.annual_pence, owed, has_plan=desk.owes_plan)
    if desk.owes_plan:
        check_decides_for_plan(signature.grade, desk.policies.authority)
    signing = _to_sign(desk, signature.grade, signature.kind, signature.annual_pence)
    check_authority(signing, desk.policies.authority)


def _to_sign(desk: Desk, grade: str, kind: ActKind, annual_pence: int) -> Signing:
    covered = placing.key_decision_covers(desk, annual_pence)
    return Signing(
        grade=grade,
        level=desk.request.level,
        annual_pence=annual_pence,
        divisions=divisions(desk),
        key_decision=key_decision(desk) if covered else None,
        overspend=kind is ActKind.AUTHORISE_OVERSPEND,
        on=desk.day,
    )


def grade_for(desk: Desk, officer: Signer, kind: ActKind, annual_pence: int) -> str:
    """The lowest of an officer's grades that covers the amount, else the highest held."""
    to_sign = _to_sign(desk, highest_grade(desk, officer), kind, annual_pence)
    return grade_to_sign(officer.grades, to_sign, desk.policies.authority)


def until_challenged(desk: Desk) -> datetime:
    """The instant until which what is decided today may be challenged (promise 12)."""
    window = desk.policies.panel.reconsideration_within_school_days
    return desk.school_days.deadline(desk.day, window)


def save(
    desk: Desk,
    placed: Placed,
    signature: Signature,
    decision_id: UUID,
    challenge_by_at: datetime | None,
) -> None:
    """Write the decision; one that answers a challenge is final, and has no such instant."""
    key = key_decision(desk)
    decided = Decided(
        id=decision_id,
        act_id=signature.act_id,
        officer_id=signature.officer.person_id,
        kind=signature.ending,
        level=desk.request.level,
        annual_pence=signature.annual_pence,
        grounds=signature.grounds,
        alternatives=signature.alternatives,
        reason=signature.reason,
        dispensation=signature.dispensation,
        key_decision_number=key.number if key else None,
        key_decision_effective_on=key.effective_on if key else None,
        challenge_by_at=challenge_by_at,
        interests=tuple(signature.interests),
        result=_result(placed, signature),
    )
    deciding.save_decision(desk.session, decided, placed, desk.now)


def _result(placed: Placed, signature: Signature) -> dict[str, Any]:
    from_on, until_on = signature.between
    return {
        "ending": signature.ending,
        "annual_pence": signature.annual_pence,
        "by_the_rules_pence": placed.annual_pence,
        "tier": signature.tier or placed.tier,
        "band": signature.band or placed.band,
        "by_the_rules_tier": placed.tier,
        "by_the_rules_band": placed.band,
        "provision_id": str(placed.provision_id) if placed.provision_id else None,
        "services": list(placed.services),
        "from_on": from_on.isoformat(),
        "until_on": until_on.isoformat(),
        "overspend_authority": signature.overspend_authority,
        "grade": signature.grade,
        "conditions": list(signature.conditions),
        "review_on": signature.review_on.isoformat() if signature.review_on else None,
    }
