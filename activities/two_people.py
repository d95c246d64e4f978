"""An overspend that the finance policy wants two people for: proposed, then seconded.

The first act changes nothing but that it is proposed; the same, said by another person who may say
it too, takes effect.
"""

from uuid import UUID

from activities.awarding import Signature
from activities.desk import Desk
from activities.finance_desk import FinanceDesk
from activities.store import casework, overspends
from activities.store.casework import Recorded
from activities.store.deciding import Placed
from activities.store.events import Happening, write_event
from domain.finance_acts import CoveringOverspend
from domain.overspend import Overspend, Proposal, check_seconding
from domain.refusals import AuthorityTooLow


def cover_waits(desk: FinanceDesk, act: Recorded, said: CoveringOverspend) -> bool:
    """Propose a cover, or second the one that is named; say whether it waits for another person."""
    assert act.person_id is not None, "a cover is somebody's"
    if said.seconds is None:
        if desk.policy.overspend_needs_second_person:
            overspend = overspends.covering(said)
            overspends.propose(desk.session, act.id, act.person_id, overspend, desk.now)
            _tell_of_pot(desk, act, said)
            return True
        return False
    proposal = overspends.check_may_second(desk.session, said, act.person_id)
    overspends.second(desk.session, proposal, act.id, act.person_id, desk.now)
    return False


def signature_waits(desk: Desk, placed: Placed, signature: Signature) -> bool:
    """Propose a request's overspend, or second it; say whether it waits for another person.

    What is proposed anew, by the same person or in other terms, takes the place of what was.
    """
    if signature.overspend_authority is None or not _needs_two(desk):
        return False
    person_id, act_id = signature.officer.person_id, signature.act_id
    overspend = Overspend(
        pence=signature.annual_pence,
        authority=signature.overspend_authority,
        placing_id=placed.id,
    )
    before = overspends.proposed_for(desk.session, desk.request.id, placed.id)
    if before is None or before.overspend != overspend or _days_differ(desk, before, act_id):
        overspends.propose(
            desk.session, act_id, person_id, overspend, desk.now, request_id=desk.request.id
        )
        facts = {"reference": desk.request.reference, "act_id": str(act_id)}
        casework.happened(desk.session, desk.request, "overspend_proposed", desk.now, facts)
        return True
    check_seconding(before, overspend, person_id)
    overspends.second(desk.session, before, act_id, person_id, desk.now)
    return False


def check_one_may_answer(desk: Desk, signature: Signature) -> None:
    """Refuse to answer a challenge from the overspend alone, where the policy wants two people."""
    if signature.overspend_authority is not None and _needs_two(desk):
        raise AuthorityTooLow(
            "to draw on the recorded overspend in this answer",
            "the finance policy wants two people for an overspend",
            "Have two people cover the pot from it first; then the pot pays what you answer.",
        )


def _days_differ(desk: Desk, before: Proposal, act_id: UUID) -> bool:
    """Whether two people named other days: a yearly amount for longer draws more in the end."""
    said = [casework.recorded_act(desk.session, each).choices for each in (before.act_id, act_id)]
    return len({(each.get("from_on"), each.get("until_on")) for each in said}) > 1


def _needs_two(desk: Desk) -> bool:
    return desk.finance is not None and desk.finance.overspend_needs_second_person


def _tell_of_pot(desk: FinanceDesk, act: Recorded, said: CoveringOverspend) -> None:
    facts = {"act_id": str(act.id), "pot": said.pot, "financial_year": said.financial_year}
    happening = Happening(
        kind="overspend_proposed", subject="finance", subject_id=act.id, at=desk.now, facts=facts
    )
    write_event(desk.session, happening)
