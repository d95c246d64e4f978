"""Awards that change: what was paid and what was due, to the day, and the difference posted."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid5

from activities import award_desk, change_letters, change_rules, promising
from activities.award_desk import AwardDesk
from activities.finance_desk import FinanceDesk
from activities.promising import Promise
from activities.store import changes, deciding
from activities.store.casework import Recorded
from activities.store.changes import AwardHeld, ChangeMade
from activities.store.events import Happening, write_event
from activities.store.places import place_of
from domain.adjusting import Adjustment, Claim, Stretch, worth
from domain.finance_acts import AwardChange, ChangingAward, Transfer
from domain.foreseeing import WorkedOut, worked_out
from domain.ledger.accounts import DEFICIT
from domain.moving import begun, moves_on
from domain.stages import ActKind

Check = Callable[[AwardDesk, AwardChange, Adjustment], None]
"""Refuses a change that may not be made, or not like this."""


def change_award(finance: FinanceDesk, act: Recorded) -> None:
    """Change an award from a day: cancel, promise, take back or claim, and write down what it did.

    What is paid and still due then comes to what the changed award is worth, to the penny.
    """
    if changes.made_by(finance.session, act.id):
        return
    said = ChangingAward.model_validate(act.choices, strict=False)
    carry_out(award_desk.take(finance, act, said.award_id), said.change, change_rules.check)


def carry_out(desk: AwardDesk, change: AwardChange, check: Check) -> None:
    """Carry a change out on an award in hand, unless it may not be made."""
    award = desk.award
    claim = changes.claim_on(desk.session, award.id)
    worked = worked_out(award.history, change, award.paid_numbers, claim, desk.day)
    found = worked.adjustment
    check(desk, change, found)
    _claim(desk, change, worked, claim)
    if found.cancel:
        promising.cancel(desk, found.cancel)
    instead = _promised_instead(desk, found)
    if worked.take_back_pence:
        promising.take_back(desk, worked.take_back_pence)
    made = _made(desk, change, found)
    changes.save_change(
        desk.session,
        made.model_copy(
            update={
                "commit_id": instead.commit_id if instead else None,
                "pot": instead.pot if instead else None,
                "next_award_id": _goes_on(desk, change),
                "take_back_pence": worked.take_back_pence,
                "claimed_pence": worked.claimed_pence - worked.given_back_pence,
            }
        ),
        desk.finance.now,
    )
    change_letters.write_change_letter(desk, made, found.history)
    _tell(desk, made)


EFFECTS: dict[ActKind, Callable[[FinanceDesk, Recorded], None]] = {
    ActKind.CHANGE_AWARD: change_award
}
"""What each act does."""


def _promised_instead(desk: AwardDesk, found: Adjustment) -> Promise | None:
    """Promise what is newly due to the same payee: first from the pot that pays it already."""
    if not found.new_instalments:
        return None
    place = place_of(desk.session, desk.award.school, desk.day)
    pots = (desk.award.pot, *desk.pots(place.cluster, place.area))
    if desk.by and desk.by.overspend_authority:
        pots += (DEFICIT,)
    instead = promising.promise(desk, desk.award, found.new_instalments, pots)
    changes.add_instalments(desk.session, desk.award.id, instead.commit_id, found.new_instalments)
    return instead


def _claim(desk: AwardDesk, change: AwardChange, worked: WorkedOut, claim: Claim | None) -> None:
    """Give back what is claimed for days due here, and claim what was paid for another's days.

    The school was paid for a pupil who was there; the duty passed to the other council on the day.
    Source: SEND Regulations 2014, regulation 15, and the recoupment of belonging authorities.
    """
    if claim is not None and worked.given_back_pence:
        less = {"council_code": claim.council, "from_on": claim.from_on}
        _save_claim(desk, "given back", less | {"pence": -worked.given_back_pence})
    if isinstance(change, Transfer) and worked.claimed_pence:
        more = {"council_code": change.to_council, "from_on": change.from_on}
        _save_claim(desk, "claim", more | {"pence": worked.claimed_pence})


def _save_claim(desk: AwardDesk, called: str, of: dict[str, Any]) -> None:
    facts = {
        "award_id": desk.award.id,
        "act_id": desk.act.id,
        "until_on": desk.award.history.until_on,
    }
    changes.save_claim(desk.session, uuid5(desk.key, called), facts | of, desk.finance.now)


def _goes_on(desk: AwardDesk, change: AwardChange) -> UUID | None:
    """Begin the award at the school that a pupil moves to; nothing where there is none."""
    if not isinstance(change, Transfer) or change.to_school is None:
        return None
    laid = moves_on(desk.award.history, change, desk.award.school)
    place = place_of(desk.session, change.to_school, max(desk.day, change.from_on))
    held = _next_award(desk, change.to_school, laid)
    pots = desk.pots(place.cluster, place.area)
    if desk.award.pot == DEFICIT:
        pots += (DEFICIT,)
    promised = promising.promise(desk, held, held.history.instalments, pots)
    held = held.model_copy(update={"pot": promised.pot, "commit_id": promised.commit_id})
    changes.save_next(desk.session, held)
    _write_carried(desk, held)
    return held.id


def _next_award(desk: AwardDesk, school: str, laid: tuple[Stretch, ...]) -> AwardHeld:
    """Work out what the next school is promised; its pot is found afterwards."""
    payee = deciding.payee_kind(desk.session, school)
    history = begun(laid, desk.rule_for(payee), desk.calendar, desk.day)
    facts: dict[str, Any] = {
        "id": uuid5(desk.key, "next award"),
        "school": school,
        "payee_code": deciding.payee_code(desk.session, school, desk.day),
        "payee_kind": payee,
        "follows_id": desk.award.id,
        "history": history,
        "paid_numbers": frozenset(),
        "promised_by": {},
    }
    return desk.award.model_copy(update=facts)


def _write_carried(desk: AwardDesk, held: AwardHeld) -> None:
    """Write the amounts and suspensions that go along with the pupil as the next award's own."""
    for number, change in enumerate(held.history.changes, start=1):
        whole = worth(held.history)
        made = ChangeMade(
            id=uuid5(held.id, str(number)),
            award_id=held.id,
            act_id=desk.act.id,
            change=change,
            from_on=change_rules.first_day(change),
            worth_before_pence=whole,
            worth_after_pence=whole,
            paid_pence=0,
        )
        changes.save_change(desk.session, made, desk.finance.now)


def _made(desk: AwardDesk, change: AwardChange, found: Adjustment) -> ChangeMade:
    return ChangeMade(
        id=uuid5(desk.key, "change"),
        award_id=desk.award.id,
        act_id=desk.act.id,
        change=change,
        from_on=change_rules.first_day(change),
        cancelled=found.cancel,
        worth_before_pence=worth(desk.award.history),
        worth_after_pence=worth(found.history),
        paid_pence=desk.award.paid_pence,
    )


def _tell(desk: AwardDesk, made: ChangeMade) -> None:
    """Write the event: which award changed, how and from when; never why.

    It is the award's own school's, which may be another than the one that asked.
    """
    facts = {
        "award_id": str(made.award_id),
        "change": made.change.kind,
        "from_on": made.from_on.isoformat(),
        "act_id": str(made.act_id),
    }
    if desk.request is not None:
        facts["reference"] = desk.request.request.reference
    happening = Happening(
        kind="award_changed",
        subject="award",
        subject_id=made.award_id,
        at=desk.finance.now,
        facts=facts,
        school=desk.award.school,
    )
    write_event(desk.session, happening)
