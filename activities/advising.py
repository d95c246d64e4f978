"""A panel's advice takes effect: services are asked, shares are named, or it goes to a SEN officer.

What it says in words stays with the act; no vote and no advice moves money (promise 1).
"""

from collections.abc import Iterator
from datetime import time

from activities import funding, placing
from activities.desk import Desk
from activities.store import advising, casework, deciding, services
from activities.store.casework import Move, Recorded
from activities.store.services import Deadline
from domain.advice import AdvisedCase, Advising, ServiceWanted, SharingOut, faults_of_advice
from domain.needs import NeedsProfile
from domain.people import Part
from domain.periods import ONE_DAY, instant, local_day
from domain.policy.delegation import ToOfficer
from domain.refusals import NotValid
from domain.services import areas_told
from domain.stages import Stage


def advise(desk: Desk, act: Recorded) -> Move:
    """Carry a panel's advice out; whoever gave it has moderated the case, and signs nothing in it.

    What was sound when it was recorded is looked at again: the request may have been priced since.
    """
    said = Advising.model_validate(act.choices, strict=False)
    faults = faults_of_advice(said, _case(desk, act))
    if faults:
        raise NotValid("to advise on the request", " ".join(fault.says for fault in faults))
    assert act.person_id is not None, "advice is a chair's"
    casework.play_part(desk.session, desk.request.id, Part.MODERATED, act.person_id)
    wanted = tuple(_wanted(desk, said))
    services.ask(desk.session, desk.request.id, act.id, wanted, _areas(desk), desk.now)
    if said.to_sen_officer is not None:
        return _to_sen_officer(desk, act)
    if said.sharing is not None:
        return _share(desk, act, said.sharing)
    return Move(
        stage=desk.request.stage,
        waits_for=desk.request.waits_for,
        waits_until_at=desk.request.waits_until_at,
    )


def _case(desk: Desk, act: Recorded) -> AdvisedCase:
    """What the advice is held against now; days are those of the instant at which it was said."""
    request = desk.request
    return AdvisedCase(
        on=local_day(act.recorded_at, desk.policies.calendar.time_zone),
        content=request.content,
        school=request.school,
        annual_pence=advising.to_share(desk.session, request.stage, request.placing_id),
        services=services.known_services(desk.session),
        schools=services.known_schools(desk.session),
    )


def _wanted(desk: Desk, said: Advising) -> Iterator[tuple[ServiceWanted, Deadline]]:
    """Give what is asked with its two instants, each worked out once (promise 12)."""
    zone = desk.policies.calendar.time_zone
    within = desk.policies.panel.advice.services_answer_within_school_days
    for each in said.services:
        by_at = instant(each.by_on + ONE_DAY, time(), zone)
        answer_by_at = min(desk.school_days.deadline(desk.day, within), by_at)
        yield each, Deadline(answer_by_at=answer_by_at, by_at=by_at)


def _areas(desk: Desk) -> tuple[str, ...]:
    """The areas of greatest need: as moderated, else as the school sees them."""
    placed_id = desk.request.placing_id
    found = deciding.placing(desk.session, placed_id).profile if placed_id else None
    profile = NeedsProfile.model_validate(found, strict=False) if found else None
    return areas_told(profile or desk.request.content.profile)


def _to_sen_officer(desk: Desk, act: Recorded) -> Move:
    """Give a request for which a mainstream school is not right to a SEN officer; nothing is held.

    Source: issue 6.5; DESIGN.md 1, no place.
    """
    funding.give_everything_back(desk, act.id)
    return Move(
        stage=Stage.WITH_OFFICER,
        waits_for=desk.policies.authority.desk[ToOfficer.PLAN],
        why=desk.request.why | {"not_mainstream": {"advised_by": str(act.id)}},
    )


def _share(desk: Desk, act: Recorded, sharing: SharingOut) -> Move:
    """Place the request anew with its shares, which hold and awards follow; its turn stays."""
    assert desk.request.placing_id is not None, "what is shared out has been placed"
    before = deciding.placing(desk.session, desk.request.placing_id)
    move = placing.share_again(desk, before, act.id, sharing)
    stays = {"waits_for": desk.request.waits_for, "waits_until_at": desk.request.waits_until_at}
    if desk.request.stage is Stage.KEY_DECISION:
        return move.model_copy(update={"stage": Stage.KEY_DECISION, **stays})
    same = (move.stage, move.level) == (desk.request.stage, desk.request.level)
    return move.model_copy(update=stays) if same else move
