"""Placings, decisions, awards and letters: written once, never changed, with what they read."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from hashlib import sha256
from json import dumps
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, func, select

from activities.store.days import on_day
from activities.store.tables import (
    AwardRow,
    DecisionRow,
    InstalmentRow,
    LetterRow,
    PlacingRow,
    PupilRow,
    RoleHeldRow,
    SchoolInTrustRow,
    SchoolRow,
)
from domain.award import Instalment
from domain.frozen import Frozen
from domain.ledger.journal import Line
from domain.places import Level, PayeeKind
from domain.stages import Ending
from domain.wordings import Wording, current
from domain.working import Working


class Placed(Frozen):
    """A need placed and priced, with the money that is held for it and all that was read."""

    id: UUID
    request_id: UUID
    number: int
    ballot_id: UUID | None = None
    act_id: UUID | None = None
    profile: dict[str, Any] | None
    spread: dict[str, Any]
    recommendation: str
    tier: str
    route: str
    fund: str
    band: str | None
    annual_pence: int | None
    by_school: dict[str, int]
    services: tuple[str, ...]
    provision_id: UUID | None = None
    inputs: dict[str, Any]
    policy: dict[str, Any]
    working: Working
    hold_id: UUID | None = None
    hold_lines: tuple[Line, ...] = ()
    pots_tried: tuple[dict[str, Any], ...] = ()


class Decided(Frozen):
    """An officer's decision with its grounds, and everything frozen that it rests on."""

    id: UUID
    act_id: UUID
    officer_id: UUID
    kind: Ending
    level: Level
    annual_pence: int
    grounds: tuple[str, ...]
    alternatives: str
    reason: str | None
    dispensation: str | None
    key_decision_number: str | None
    key_decision_effective_on: date | None
    challenge_by_at: datetime | None = None
    """Until when it may be challenged; one that is final has no such instant."""
    interests: tuple[str, ...]
    result: dict[str, Any]


class Decision(Frozen):
    """A decision as it was made, for the one that may take its place."""

    id: UUID
    placing_id: UUID
    annual_pence: int
    grade: str
    """In which grade of the scheme of delegation it was signed."""
    from_on: date
    until_on: date
    """The day after the last for which it gives anything."""
    decided_at: datetime


class Given(Frozen):
    """An award to one school, with its dated instalments."""

    id: UUID
    school: str
    payee_code: str
    payee_kind: PayeeKind
    from_on: date
    until_on: date
    annual_pence: int
    pot: str
    commit_id: UUID
    outcomes: tuple[str, ...]
    review_on: date | None
    instalments: tuple[Instalment, ...]


class GivenBefore(Frozen):
    """An award that an earlier decision gave."""

    id: UUID
    school: str
    moved_on: bool
    """Whether a pupil brought it along from another school."""


class Signer(Frozen):
    """An officer as the scheme of delegation knows one: a person in a grade on the day."""

    person_id: UUID
    grades: tuple[str, ...]
    """All grades held on the day: cover for a colleague is a second one."""


def hash_of(document: dict[str, Any]) -> str:
    """The SHA-256 of a document's one canonical text: what was read can be shown to be the same."""
    return sha256(dumps(document, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def next_placing_number(session: Session, request_id: UUID) -> int:
    """Count on from the request's last placing."""
    last = session.exec(
        select(func.max(PlacingRow.number)).where(PlacingRow.request_id == request_id)
    ).one()
    return (last or 0) + 1


def save_placing(session: Session, placed: Placed, now: datetime) -> None:
    """Write a placing with its working and the hash of what it read."""
    kept = {"services": list(placed.services), "fund": placed.fund, **placed.inputs}
    session.add(
        PlacingRow(
            id=placed.id,
            request_id=placed.request_id,
            number=placed.number,
            ballot_id=placed.ballot_id,
            act_id=placed.act_id,
            profile=placed.profile,
            spread=placed.spread,
            recommendation=placed.recommendation,
            tier=placed.tier,
            route=placed.route,
            band=placed.band,
            annual_pence=placed.annual_pence,
            by_school_pence=placed.by_school,
            plan_provision_id=placed.provision_id,
            inputs=kept,
            inputs_sha256=hash_of(kept),
            policy=placed.policy,
            working=placed.working.model_dump(mode="json"),
            hold_id=placed.hold_id,
            hold_lines=[line.model_dump(mode="json") for line in placed.hold_lines],
            pots_tried=list(placed.pots_tried),
            recorded_at=now,
        )
    )
    session.flush()


def placing(session: Session, placing_id: UUID) -> Placed:
    """Read a placing back as it was written."""
    row = session.get_one(PlacingRow, placing_id)
    inputs = dict(row.inputs)
    return Placed(
        id=row.id,
        request_id=row.request_id,
        number=row.number,
        ballot_id=row.ballot_id,
        act_id=row.act_id,
        profile=row.profile,
        spread=row.spread,
        recommendation=row.recommendation,
        tier=row.tier,
        route=row.route,
        services=tuple(inputs.pop("services")),
        fund=inputs.pop("fund"),
        band=row.band,
        annual_pence=row.annual_pence,
        by_school=row.by_school_pence,
        provision_id=row.plan_provision_id,
        inputs=inputs,
        policy=row.policy,
        working=Working.model_validate(row.working, strict=False),
        hold_id=row.hold_id,
        hold_lines=tuple(Line.model_validate(line) for line in row.hold_lines),
        pots_tried=tuple(row.pots_tried),
    )


def save_decision(session: Session, decided: Decided, on: Placed, now: datetime) -> None:
    """Write a decision; the database refuses one by whoever has a part, or below what is owed."""
    number = session.exec(
        select(func.count()).select_from(DecisionRow).where(DecisionRow.request_id == on.request_id)
    ).one()
    inputs = {"placing": str(on.id), **on.inputs}
    session.add(
        DecisionRow(
            id=decided.id,
            request_id=on.request_id,
            number=number + 1,
            act_id=decided.act_id,
            officer_id=decided.officer_id,
            placing_id=on.id,
            kind=decided.kind,
            level=decided.level,
            annual_pence=decided.annual_pence,
            recommended=on.recommendation,
            tier=on.tier,
            band=on.band,
            grounds=list(decided.grounds),
            alternatives=decided.alternatives,
            reason=decided.reason,
            interests=list(decided.interests),
            dispensation=decided.dispensation,
            key_decision_number=decided.key_decision_number,
            key_decision_effective_on=decided.key_decision_effective_on,
            inputs=inputs,
            inputs_sha256=hash_of(inputs),
            policy=on.policy,
            result=decided.result,
            working=on.working.model_dump(mode="json"),
            decided_at=now,
            challenge_by_at=decided.challenge_by_at,
        )
    )
    session.flush()


def save_award(session: Session, given: Given, request_id: UUID, decision_id: UUID) -> None:
    """Write an award that a decision gives, and its instalments."""
    origin = {"request_id": request_id, "decision_id": decision_id}
    session.add(_award_row(given, origin))
    session.flush()
    session.add_all(_instalment_rows(given))


def decision(session: Session, decision_id: UUID) -> Decision:
    """Read a decision back as it was made."""
    row = session.get_one(DecisionRow, decision_id)
    return Decision(
        id=row.id,
        placing_id=row.placing_id,
        annual_pence=row.annual_pence,
        grade=row.result["grade"],
        from_on=date.fromisoformat(row.result["from_on"]),
        until_on=date.fromisoformat(row.result["until_on"]),
        decided_at=row.decided_at,
    )


def last_decision(session: Session, request_id: UUID) -> tuple[UUID, Ending] | None:
    """The decision that was made last on a request and how it ended; nothing where none was."""
    found = session.exec(
        select(DecisionRow.id, DecisionRow.kind)
        .where(DecisionRow.request_id == request_id)
        .order_by(col(DecisionRow.number).desc())
        .limit(1)
    ).first()
    return (found[0], Ending(found[1])) if found else None


def has_awards(session: Session, request_id: UUID) -> bool:
    """Whether an earlier decision on a request has given anything."""
    found = select(AwardRow.id).where(AwardRow.request_id == request_id).limit(1)
    return session.exec(found).first() is not None


def awards_of(session: Session, request_id: UUID) -> tuple[GivenBefore, ...]:
    """List every award that a request has ever come to, school by school."""
    found = session.exec(
        select(AwardRow)
        .where(AwardRow.request_id == request_id)
        .order_by(AwardRow.school_code, col(AwardRow.from_on), col(AwardRow.id))
    )
    return tuple(
        GivenBefore(id=row.id, school=row.school_code, moved_on=row.follows_id is not None)
        for row in found
    )


def save_opening_awards(session: Session, opened: Mapping[str, Given], act_id: UUID) -> None:
    """Write awards of the old system by their references: the import stands for the decision."""
    for reference, given in opened.items():
        origin = {"opening_act_id": act_id, "opening_reference": reference}
        session.add(_award_row(given, origin))
    session.flush()
    for given in opened.values():
        session.add_all(_instalment_rows(given))
    session.flush()


def save_plan_award(session: Session, given: Given, item_id: UUID) -> None:
    """Write what an item of a signed plan pays from one pot; the signature is the decision."""
    session.add(_award_row(given, {"plan_item_id": item_id}))
    session.flush()
    session.add_all(_instalment_rows(given))


def _award_row(given: Given, origin: Mapping[str, Any]) -> AwardRow:
    return AwardRow(
        **origin,
        id=given.id,
        school_code=given.school,
        payee_code=given.payee_code,
        payee_kind=given.payee_kind,
        from_on=given.from_on,
        until_on=given.until_on,
        annual_pence=given.annual_pence,
        total_pence=sum(each.pence for each in given.instalments),
        pot=given.pot,
        commit_id=given.commit_id,
        outcomes=list(given.outcomes),
        review_on=given.review_on,
    )


def _instalment_rows(given: Given) -> Iterator[InstalmentRow]:
    for each in given.instalments:
        yield InstalmentRow(
            award_id=given.id,
            number=each.number,
            due_on=each.due_on,
            pence=each.pence,
            financial_year=each.financial_year,
            academic_year=each.academic_year,
            period=each.period,
            commit_id=given.commit_id,
        )


def save_letter(
    session: Session, letter_id: UUID, request_id: UUID, decision_id: UUID, body: str, now: datetime
) -> None:
    """Keep the letter as it is sent."""
    session.add(
        LetterRow(
            id=letter_id,
            request_id=request_id,
            decision_id=decision_id,
            body=body,
            written_at=now,
            wording=current(Wording.DECISION),
        )
    )


def signer(session: Session, person_id: UUID, day: date) -> Signer | None:
    """Find an officer's grades on a day; nothing when this person is no officer then."""
    grades = session.exec(
        select(RoleHeldRow.grade).where(
            RoleHeldRow.person_id == person_id,
            col(RoleHeldRow.grade).is_not(None),
            on_day(RoleHeldRow, day),
        )
    )
    held = tuple(sorted({str(grade) for grade in grades}))
    return Signer(person_id=person_id, grades=held) if held else None


def payee_kind(session: Session, school: str) -> PayeeKind:
    """How a school is paid."""
    return PayeeKind(session.get_one(SchoolRow, school).payee_kind)


def payee_code(session: Session, school: str, day: date) -> str:
    """Who is paid for a school on a day: its academy trust, or else the school itself."""
    if payee_kind(session, school) is not PayeeKind.ACADEMY_TRUST:
        return school
    trust = session.exec(
        select(SchoolInTrustRow.trust_code).where(
            SchoolInTrustRow.school_code == school,
            on_day(SchoolInTrustRow, day),
        )
    ).first()
    return trust or school


def school_name(session: Session, school: str) -> str:
    """What a school is called."""
    return session.get_one(SchoolRow, school).name


def pupil_numbers(session: Session, pupil_ids: tuple[UUID, ...]) -> tuple[str, ...]:
    """The numbers by which letters and papers know the pupils."""
    found = session.exec(select(PupilRow.number).where(col(PupilRow.id).in_(pupil_ids)))
    return tuple(sorted(found))
