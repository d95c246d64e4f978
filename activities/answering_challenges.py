"""The final step on a challenge: the first decision stands, is replaced, or is sent back.

Money follows by dated entries (``replacing``); nothing that was decided is rewritten.
"""

from datetime import date
from typing import Any
from uuid import UUID, uuid5

from activities import (
    departing,
    effects,
    funding,
    letters,
    officers,
    placing,
    replacing,
    signing,
    terms,
    two_people,
)
from activities.awarding import Signature
from activities.clock import day_of
from activities.desk import Desk
from activities.replacing import Replacing
from activities.store import casework, deciding, plans, reconsiderations
from activities.store.casework import Move, Recorded
from activities.store.challenge_decisions import noted_on
from activities.store.deciding import Decision, Placed, Signer
from activities.store.reconsiderations import Look
from domain.authority import check_owed
from domain.challenge_letter import ChallengeAnswered, challenge_letter
from domain.reconsideration import (
    Answer,
    ChallengeStage,
    NotedDecision,
    check_fresh,
    check_senior,
)
from domain.reconsideration_acts import NotingKeyDecision, Reconsidering
from domain.refusals import NotValid
from domain.stages import ActKind, Ending, Stage
from domain.wordings import Wording, current

_DECISION = UUID("9f0c2f39-58f1-5be0-8f5e-4f3b3f0ad1c5")


def reconsider(desk: Desk, look: Look, act: Recorded) -> None:
    """Give a challenge its one answer, by a senior officer who had no part (promise 6)."""
    said = Reconsidering.model_validate(act.choices, strict=False)
    check_fresh(act.kind, act.person_id, look.involved)
    officer = officers.officer_of(desk, act)
    first = deciding.decision(desk.session, look.decision_id)
    limits = {each.code: each.limit_pence for each in desk.policies.authority.grades}
    own = officers.highest_grade(desk, officer)
    check_senior(limits.get(own, 0), limits.get(first.grade, 0))
    found: dict[str, Any]
    if said.answer is Answer.REPLACED:
        found = _replace(desk, look, act, said, (officer, first))
    else:
        found = _leave(desk, look, said, own, first)
    reconsiderations.move(
        desk.session,
        look,
        desk.request,
        ChallengeStage.ANSWERED,
        desk.now,
        answer=said.answer,
        answered_by=officer.person_id,
        answered_act=act.id,
        **found,
    )


def _leave(
    desk: Desk, look: Look, said: Reconsidering, grade: str, first: Decision
) -> dict[str, str]:
    """Let the first decision stand, or until the request has been looked at again."""
    if said.answer is Answer.STANDS:
        owed = desk.request.owed_annual_pence
        check_owed(ActKind.AUTHORISE, first.annual_pence, owed, has_plan=desk.owes_plan)
    else:
        _send_back(desk, look, said)
    letter = challenge_letter(_told(desk, look, said, grade, first))
    return {"letter": letter, "letter_wording": current(Wording.ANSWER)}


def _send_back(desk: Desk, look: Look, said: Reconsidering) -> None:
    """Open the request again, for the panel or the school; all that was said stays."""
    why = {key: value for key, value in desk.request.why.items() if key != "key_decision"}
    move = Move(stage=Stage.RETURNED, waits_for="school")
    if said.sent_back_to == "panel":
        move = effects.listed(desk)
    within = desk.policies.panel.decision_within_school_days
    decide_by_at = desk.school_days.deadline(desk.day, within)
    reconsiderations.open_again(desk.session, desk.request.id, decide_by_at)
    anew = {"why": why | {"sent_back_by": str(look.id)}, "waits_until_at": decide_by_at}
    casework.move_to(desk.session, desk.request, move.model_copy(update=anew), desk.now)


def _replace(
    desk: Desk,
    look: Look,
    act: Recorded,
    said: Reconsidering,
    by: tuple[Signer, Decision],
) -> dict[str, UUID]:
    """Write a second decision, under the policy of the first, and let the money follow."""
    _, first = by
    before = deciding.placing(desk.session, look.placing_id or first.placing_id)
    in_money = said.annual_pence is not None
    placed = placing.place_for_answer(desk, before, act.id, in_money=in_money)
    desk = _with_key_decision(desk, look, said, placed)
    signature = _signature(desk, act, said, placed, by)
    signing.check_signature(desk, signature)
    two_people.check_one_may_answer(desk, signature)
    decision_id = uuid5(_DECISION, str(act.id))
    signing.save(desk, placed, signature, decision_id, None)
    _settle_places(desk, placed, signature)
    departing.keep_signed(desk, placed, signature)
    replacing.replace(Replacing(desk, placed, signature, decision_id, act, said.from_on))
    first_on = day_of(first.decided_at)
    letters.write_decision_letter(desk, placed, signature, decision_id, first_on)
    move = Move(
        stage=Stage.DECIDED,
        ending=signature.ending,
        decision_id=decision_id,
        placing_id=placed.id,
    )
    casework.move_to(desk.session, desk.request, move, desk.now)
    return {"new_decision_id": decision_id}


def _settle_places(desk: Desk, placed: Placed, signature: Signature) -> None:
    """Give places in the plan where the answer comes to them, and return what the first gave."""
    if placed.provision_id is not None:
        pupils = tuple(pupil.pupil_id for pupil in desk.request.content.pupils)
        plans.keep_places(desk.session, placed.provision_id, desk.request.id, pupils, desk.now)
    signing.settle_places(desk, placed, signature)


def note_key_decision(desk: Desk, look: Look, act: Recorded) -> None:
    """Note the Cabinet Member's decision that an answer waits for; it moves nothing by itself.

    The act is the note: whose turn it is, and what the answer may come to, is read from it.
    """
    said = NotingKeyDecision.model_validate(act.choices, strict=False)
    reconsiderations.happened(
        desk.session,
        look,
        desk.request,
        "challenge_key_decision_noted",
        desk.now,
        number=said.number,
        effective_on=said.effective_on.isoformat(),
    )


def _with_key_decision(desk: Desk, look: Look, said: Reconsidering, placed: Placed) -> Desk:
    """The desk with the Cabinet Member's decision that the answer carries out, where there is one.

    The answer names it, or it was noted before. What covered the first decision covers no other
    amount.
    """
    why = {key: value for key, value in desk.request.why.items() if key != "key_decision"}
    found = noted_on(desk.session, look.id, placed.annual_pence or 0)
    if said.key_decision is not None:
        amount = _amount(said, placed)
        found = NotedDecision(**dict(said.key_decision), annual_pence=amount)
    if found is not None:
        why["key_decision"] = found.model_dump(mode="json")
    request = desk.request.model_copy(update={"why": why})
    return Desk(session=desk.session, now=desk.now, request=request, policies=desk.policies)


def _amount(said: Reconsidering, placed: Placed) -> int:
    """What takes the first decision's place, pence a year."""
    amount = placed.annual_pence if said.annual_pence is None else said.annual_pence
    if amount is None:
        raise NotValid(
            "to put another amount in its place",
            "no table prices what the second look came to",
            "Give the yearly amount, with the reason for it.",
        )
    return amount


def _signature(
    desk: Desk,
    act: Recorded,
    said: Reconsidering,
    placed: Placed,
    by: tuple[Signer, Decision],
) -> Signature:
    officer, first = by
    annual_pence = _amount(said, placed)
    as_the_rules = annual_pence == placed.annual_pence
    kind = ActKind.AUTHORISE if as_the_rules else ActKind.AUTHORISE_DIFFERENTLY
    kind = ActKind.AUTHORISE_OVERSPEND if said.overspend_authority else kind
    between = _between(desk, said, annual_pence, first)
    on_terms = terms.terms(desk, None, between)
    return Signature(
        act_id=act.id,
        kind=kind,
        officer=officer,
        grade=signing.grade_for(desk, officer, kind, annual_pence),
        annual_pence=annual_pence,
        ending=Ending.AUTHORISED if as_the_rules else Ending.AUTHORISED_DIFFERENTLY,
        grounds=said.grounds,
        alternatives=said.alternatives,
        reason=said.reason,
        dispensation=None,
        between=between,
        overspend_authority=said.overspend_authority,
        interests=said.interests,
        conditions=on_terms.conditions,
        review_on=on_terms.review_on,
    )


def _between(
    desk: Desk, said: Reconsidering, annual_pence: int, first: Decision
) -> tuple[date, date]:
    """The days for which another amount is given; less is given from today at the earliest."""
    from_on = said.from_on or first.from_on
    if said.from_on is None and annual_pence < first.annual_pence:
        from_on = max(from_on, desk.day)
    return funding.span(desk, from_on, first.until_on)


def _told(
    desk: Desk, look: Look, said: Reconsidering, grade: str, first: Decision
) -> ChallengeAnswered:
    pupils = tuple(pupil.pupil_id for pupil in desk.request.content.pupils)
    numbers = deciding.pupil_numbers(desk.session, pupils)
    return ChallengeAnswered(
        council=desk.policies.letters.council_name,
        reference=desk.request.reference,
        pupil_number=numbers[0] if len(numbers) == 1 else None,
        school=deciding.school_name(desk.session, desk.request.school),
        by=look.challenger,
        answer=said.answer,
        decided_on=day_of(first.decided_at),
        answered_on=desk.day,
        answered_by=letters.title_of(desk, grade),
        sent_back_to=said.sent_back_to,
        grounds=said.grounds,
        reason=said.reason,
        contacts=desk.policies.letters.contacts,
        has_plan=desk.owes_plan,
    )
