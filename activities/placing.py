"""From a moderated need to the desk that signs: placed, priced, given a place or held money.

No vote moves money (promise 1): a hold only reserves it, and an officer decides.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from activities import departing, funding, sharing
from activities.desk import Desk
from activities.funding import Funding
from activities.store import deciding, plans
from activities.store.casework import Move
from activities.store.deciding import Placed
from domain.acts import Pricing
from domain.advice import SharingOut
from domain.assessment import GIVES_SUPPORT, Assessed, assess
from domain.authority import Signing, is_key_decision, who_could_sign
from domain.continuum import Route
from domain.moderation import Recommendation
from domain.needs import NeedsProfile
from domain.places import Level
from domain.policy.delegation import AuthorityScheme, ToOfficer
from domain.request import RequestKind
from domain.stages import Stage

_PLACING = UUID("0f7c5d0a-2c39-5a57-9c0b-8d1f8f6d4b11")
WITHOUT_ADVICE = "none_reached"
"""Stands where the panel reached no recommendation: the officer is told so."""


@dataclass(frozen=True)
class Basis:
    """What a placing rests on: the ballot or the act behind it, and what it came to."""

    cause_id: UUID
    profile: NeedsProfile | None
    recommendation: Recommendation | None
    ballot_id: UUID | None = None
    act_id: UUID | None = None
    spread: dict[str, Any] = field(default_factory=dict)


def place_request(desk: Desk, basis: Basis) -> Move:
    """Place and price a moderated need, and find what it takes: a place in the plan, or money."""
    schemes = (desk.policies.continuum, desk.policies.tariff)
    assessed = assess(
        desk.request.content, basis.profile, basis.recommendation, desk.submitted_on, schemes
    )
    placed = _placed(desk, basis, assessed)
    move = fund(desk, _with_plan_place(desk, placed, basis), basis.cause_id, desk.request.level)
    departing.keep_levels(desk, placed, basis.profile)
    return move


def place_again(desk: Desk, basis: Basis) -> UUID:
    """Place and price a need that was moderated again; nothing is held, and the request stays put.

    The placing's id is told. Source: a challenge's second look.
    """
    schemes = (desk.policies.continuum, desk.policies.tariff)
    assessed = assess(
        desk.request.content, basis.profile, basis.recommendation, desk.submitted_on, schemes
    )
    placed = _shared_as_before(desk, _placed(desk, basis, assessed))
    deciding.save_placing(desk.session, placed, desk.now)
    departing.keep_levels(desk, placed, basis.profile)
    return placed.id


def _shared_as_before(desk: Desk, placed: Placed) -> Placed:
    """Share a second look's placing as the first was: between whom was not what was challenged."""
    before_id = desk.request.placing_id
    shares = sharing.shares_of(deciding.placing(desk.session, before_id)) if before_id else None
    if shares is None:
        return placed
    return placed.model_copy(update=sharing.shared(placed, shares, desk.request.content))


def place_for_answer(desk: Desk, before: Placed, act_id: UUID, *, in_money: bool) -> Placed:
    """Find what a need comes to as the answer to a challenge gives it: a place in the plan first.

    A second look keeps no place until it is answered, so the plan is asked here. ``in_money`` is
    whether the officer gives an amount, which takes the place of any place. What it comes to as
    it was placed before is left as it is written.
    """
    if before.profile is None:
        return before
    advice = None if before.recommendation == WITHOUT_ADVICE else before.recommendation
    basis = Basis(
        cause_id=act_id,
        profile=NeedsProfile.model_validate(before.profile, strict=False),
        recommendation=Recommendation(advice) if advice else None,
        ballot_id=before.ballot_id,
        act_id=act_id,
        spread=before.spread,
    )
    schemes = (desk.policies.continuum, desk.policies.tariff)
    content, on = desk.request.content, desk.submitted_on
    placed = _placed(desk, basis, assess(content, basis.profile, basis.recommendation, on, schemes))
    found = placed if in_money else _with_plan_place(desk, placed, basis)
    if found.provision_id == before.provision_id:
        return before
    deciding.save_placing(desk.session, found, desk.now)
    return found


def price_again(desk: Desk, before: Placed, act_id: UUID, priced: Pricing, by: str) -> Move:
    """Place a request anew at an amount that an officer has set, with who set it in the working."""
    placed = before.model_copy(
        update={
            **_renewed(desk, act_id),
            "annual_pence": priced.annual_pence,
            "by_school": sharing.by_school(before, priced.annual_pence, desk.request.content),
            "inputs": before.inputs | {"priced_by": by, "priced_because": priced.reason},
        }
    )
    return fund(desk, placed, act_id, desk.request.level)


def share_again(desk: Desk, before: Placed, act_id: UUID, shares: SharingOut) -> Move:
    """Place a request anew as its panel shares it out between schools; the money is held anew."""
    funding.give_back(desk, before, act_id)
    placed = before.model_copy(
        update={
            **_renewed(desk, act_id),
            **sharing.shared(before, shares, desk.request.content),
            "hold_id": None,
            "hold_lines": (),
            "pots_tried": (),
        }
    )
    return fund(desk, placed, act_id, desk.request.level)


def climb(desk: Desk, before: Placed, act_id: UUID, level: Level) -> Move:
    """Give the hold back and look for money from a higher level upwards."""
    funding.give_back(desk, before, act_id)
    placed = before.model_copy(
        update={**_renewed(desk, act_id), "hold_id": None, "hold_lines": (), "pots_tried": ()}
    )
    return fund(desk, placed, act_id, level)


def fund(desk: Desk, placed: Placed, cause_id: UUID, level: Level) -> Move:
    """Hold what a placing needs, write it down, and say where the request goes."""
    held = Funding(tried=(), level=level)
    # What an earlier decision promised is promised still: the difference is found at its signing.
    if placed.annual_pence and not deciding.has_awards(desk.session, desk.request.id):
        plan = funding.plan_of(desk, placed.by_school, funding.span(desk))
        if plan:
            held = funding.hold_in_first_pot(desk, cause_id, placed.fund, plan, level)
    placed = placed.model_copy(
        update={"hold_id": held.hold_id, "hold_lines": held.lines, "pots_tried": held.tried}
    )
    deciding.save_placing(desk.session, placed, desk.now)
    if placed.provision_id is not None:
        pupils = tuple(pupil.pupil_id for pupil in desk.request.content.pupils)
        plans.keep_places(desk.session, placed.provision_id, desk.request.id, pupils, desk.now)
    return next_desk(desk, placed, held.level)


def next_desk(desk: Desk, placed: Placed, level: Level) -> Move:
    """Whose turn it is with a placing: the pricing officer, the Cabinet Member, or who signs."""
    if placed.annual_pence is None:
        desk_of = desk.policies.authority.desk[ToOfficer.UNPRICED]
        return Move(stage=Stage.UNPRICED, waits_for=desk_of, placing_id=placed.id, level=level)
    scheme = desk.policies.authority
    is_key = is_key_decision(placed.annual_pence, divisions(desk), scheme)
    if is_key and not key_decision_covers(desk, placed.annual_pence):
        return Move(
            stage=Stage.KEY_DECISION,
            waits_for=carries_out_key_decisions(scheme),
            placing_id=placed.id,
            level=level,
        )
    without_money = bool(placed.pots_tried) and placed.hold_id is None
    return Move(
        stage=Stage.NO_MONEY if without_money else Stage.SIGN_OFF,
        waits_for=_signer(desk, placed.annual_pence, level, overspend=without_money),
        placing_id=placed.id,
        level=level,
    )


def key_decision_covers(desk: Desk, annual_pence: int) -> bool:
    """Whether the Cabinet Member's recorded decision covers an amount as large as this."""
    recorded = desk.request.why.get("key_decision")
    return recorded is not None and annual_pence <= recorded["annual_pence"]


def carries_out_key_decisions(scheme: AuthorityScheme) -> str:
    """The grade that records the Cabinet Member's decision and carries it out."""
    return next(each.code for each in scheme.grades if each.carries_out_key_decisions)


def divisions(desk: Desk) -> tuple[str, ...]:
    """Electoral divisions for which the school, or an officer, marked the case as significant."""
    marked = desk.request.why.get("significant_for", [])
    return tuple(sorted({*desk.request.content.electoral_divisions, *marked}))


def _signer(desk: Desk, annual_pence: int, level: Level, *, overspend: bool) -> str | None:
    """The grade whose turn it is: the named decider if its limit covers it, else the lowest."""
    scheme = desk.policies.authority
    named = scheme.desk[ToOfficer.PLAN] if desk.owes_plan else scheme.decider_at[level]
    signing = Signing(
        grade=named,
        level=level,
        annual_pence=annual_pence,
        divisions=divisions(desk),
        overspend=overspend,
        on=desk.day,
    )
    able = [grade.code for grade in who_could_sign(signing, scheme)]
    return named if named in able else next(iter(able), None)


def _placed(desk: Desk, basis: Basis, assessed: Assessed) -> Placed:
    return Placed(
        **_renewed(desk, basis.cause_id) | {"ballot_id": basis.ballot_id, "act_id": basis.act_id},
        request_id=desk.request.id,
        profile=basis.profile.model_dump(mode="json") if basis.profile else None,
        spread=basis.spread,
        recommendation=basis.recommendation or WITHOUT_ADVICE,
        tier=assessed.tier,
        route=assessed.route,
        fund=assessed.fund,
        band=assessed.band,
        annual_pence=assessed.annual_pence,
        by_school=assessed.falls_to(desk.request.school),
        services=assessed.services,
        inputs={
            "content": desk.request.content.model_dump(mode="json"),
            "version": desk.request.version,
            "on": desk.submitted_on.isoformat(),
            "because": assessed.because,
            "profile": basis.profile.model_dump(mode="json") if basis.profile else None,
            "recommendation": basis.recommendation,
            "spread": basis.spread,
        },
        policy=desk.policies.stamped(),
        working=assessed.working,
    )


def _renewed(desk: Desk, cause_id: UUID) -> dict[str, Any]:
    """What is new in each placing of a request: its id, its number and the act behind it."""
    number = deciding.next_placing_number(desk.session, desk.request.id)
    return {
        "id": uuid5(_PLACING, f"{cause_id}/{desk.request.id}"),
        "number": number,
        "act_id": cause_id,
    }


def _with_plan_place(desk: Desk, placed: Placed, basis: Basis) -> Placed:
    """Meet a predictable need by a place in the cluster plan first, when each pupil has one."""
    wanted = desk.request.kind in (RequestKind.INDIVIDUAL, RequestKind.GROUP)
    advised = basis.recommendation is None or basis.recommendation in GIVES_SUPPORT
    predictable = placed.route == Route.PREDICTABLE and advised
    # What a plan sets out is owed as it is set out: a place is nothing instead of it.
    if not (wanted and predictable and basis.profile) or desk.owes_plan:
        return placed
    first_day = desk.request.content.starts_on or desk.day
    provision = plans.provision_with_room(
        desk.session,
        desk.request.cluster,
        first_day,
        basis.profile,
        (desk.request.id, len(desk.request.content.pupils)),
    )
    if provision is None:
        return placed
    return placed.model_copy(
        update={
            "provision_id": provision.id,
            "annual_pence": 0,
            "by_school": dict.fromkeys(placed.by_school, 0),
            "inputs": placed.inputs | {"instead_of_pence": placed.annual_pence},
        }
    )
