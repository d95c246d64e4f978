"""Events in order from a position, each person's own part of them, with facts they may see."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import literal, text, union_all
from sqlmodel import Session, col, false, func, or_, select

from activities.store.reading.caller import (
    OFFICERS,
    PANEL,
    Caller,
    concerns_of_all,
    schools_of_trusts,
    ties_of,
)
from activities.store.reading.panel import is_kept_out
from activities.store.reading.policies import panel_rules
from activities.store.reading.publications import OF_POLICY
from activities.store.reading.seeing import (
    AT_SCHOOL,
    is_at_school,
    of_schools,
    partners_in,
    shown_stage,
    stages_behind,
)
from activities.store.tables import AwardRow, EventRow, ReconsiderationRow, RequestRow
from domain.frozen import Frozen
from domain.interests import bars, known_interests
from domain.people import Role
from domain.refusals import Barred, Unknown
from domain.stages import Stage

MOST_AT_ONCE = 500
_NUMBER_THEM = text("SELECT number_events()")

_TIED = text(
    "SELECT request_id FROM part_played WHERE person_id = :person"
    " UNION SELECT p.request_id FROM request_pupil AS p JOIN family_tie AS f USING (pupil_id)"
    " WHERE f.person_id = :person"
)

_SCHOOL_SEES = frozenset(
    {
        "submit_recorded",
        "answer_recorded",
        "withdraw_recorded",
        "return_to_school_recorded",
        "request_moved_on",
        "request_overdue",
        "ballot_closed",
        "award_changed",
        "remittance_sent",
        "challenge_recorded",
        "challenge_moved_on",
        "challenge_overdue",
        "withdraw_challenge_recorded",
        "service_moved_on",
        "family_link_made",
        "family_link_ended",
        "family_link_spent",
    }
)
"""What a school hears of; a hold, a price or an empty pot would tell the band before its time."""

_SCHOOL_FACTS = frozenset(
    {
        "reference",
        "from",
        "to",
        "ending",
        "act_id",
        "number",
        "round",
        "award_id",
        "change",
        "from_on",
        "asked_id",
        "service",
        "state",
    }
)
_OF_CASES = frozenset({"request", "award"})
_FINANCE_SEES = frozenset({"request_moved_on"})
_OF_MONEY = (
    "finance",
    "statement",
    "forecast",
    "finance_pack",
    "payment_run",
    "award",
    "cluster_plan",
)
_POLICY_SUBJECTS = ("publication", "withdrawal", "modelling", "calibration")
"""Subjects that whoever may see drafts of policy hears of."""
_PANEL_SEES = ("meeting", "cluster_plan")
"""Subjects of which the panel hears the own cluster's."""
_CHAIR_SEES = ("statement", "forecast")
"""Subjects that finance hears of whole, and of which a chair hears the own cluster's."""


class EventView(Frozen):
    """What has happened: a position to go on from, the fact, its subject, and codes about it."""

    position: int
    kind: str
    subject: str
    subject_id: UUID
    facts: dict[str, Any]
    recorded_at: datetime


def events(
    session: Session, caller: Caller, after: int, limit: int = MOST_AT_ONCE
) -> tuple[EventView, ...]:
    """List the person's events behind a position, in order; committed ones are numbered first."""
    session.connection().execute(_NUMBER_THEM)
    rows = session.exec(
        select(EventRow)
        .where(col(EventRow.position) > after, _theirs(caller))
        .order_by(col(EventRow.position))
        .limit(min(limit, MOST_AT_ONCE))
    )
    return _free_of_ties(session, caller, rows.all())


def all_events(session: Session, after: int) -> tuple[EventView, ...]:
    """List every event behind a position with all its facts, for the command line."""
    session.connection().execute(_NUMBER_THEM)
    query = select(EventRow).where(col(EventRow.position) > after)
    rows = session.exec(query.order_by(col(EventRow.position)).limit(MOST_AT_ONCE))
    return tuple(_as_view(row, row.facts) for row in rows)


def timeline(session: Session, caller: Caller, request_id: UUID) -> tuple[EventView, ...]:
    """List what has happened to a request, newest first, as far as the person may see it."""
    request = session.get(RequestRow, request_id)
    at_school = request is not None and (
        is_at_school(caller, request) or bool(partners_in(session, caller, request))
    )
    if request is None or not (at_school or caller.holds(*OFFICERS)):
        raise Unknown("this request", "there is none of that id that you may see")
    if caller.holds(*OFFICERS) and is_kept_out(session, caller, request):
        raise Barred("to read this request's timeline", "an interest in the case bars you")
    session.connection().execute(_NUMBER_THEM)
    rows = session.exec(
        select(EventRow)
        .where(
            col(EventRow.subject_id).in_(_it_and_its_awards(request_id)),
            _theirs(caller, [request_id] if at_school else []),
        )
        .order_by(col(EventRow.position).desc())
        .limit(MOST_AT_ONCE)
    )
    return tuple(_shown(caller, row) for row in rows)


def _it_and_its_awards(request_id: UUID) -> Any:
    awards = select(col(AwardRow.id)).where(AwardRow.request_id == request_id)
    looks = select(col(ReconsiderationRow.id)).where(ReconsiderationRow.request_id == request_id)
    return union_all(select(literal(request_id)), awards, looks)


def _theirs(caller: Caller, of_school: list[UUID] | None = None) -> Any:
    """Which events the person hears of: what nobody said they may see, they do not.

    Where it is known which of the requests are the person's schools', they are not looked for.
    """
    if caller.holds(*OFFICERS):
        return col(EventRow.position).is_not(None)
    seen: list[Any] = [EventRow.subject == "policy", false()]
    kind, school, cluster = (
        col(EventRow.kind),
        col(EventRow.school_code),
        col(EventRow.cluster_code),
    )
    if schools := caller.schools(*AT_SCHOOL):
        found = select(RequestRow.id).where(of_schools(schools))
        theirs = found if of_school is None else of_school
        own = school.in_(schools) | col(EventRow.subject_id).in_(theirs)
        seen.append(own & kind.in_(_SCHOOL_SEES) & ~_within_council())
    if clusters := caller.clusters(*PANEL):
        of_panel = col(EventRow.subject).in_(_PANEL_SEES) | (kind == "ballot_closed")
        seen.append(cluster.in_(clusters) & of_panel)
    if answers_for := caller.services:
        seen.append(
            (kind == "service_moved_on") & col(EventRow.facts)["service"].astext.in_(answers_for)
        )
    if chaired := caller.clusters(Role.PANEL_CHAIR):
        seen.append(cluster.in_(chaired) & col(EventRow.subject).in_(_CHAIR_SEES))
    if caller.holds(*OF_POLICY):
        seen.append(col(EventRow.subject).in_(_POLICY_SUBJECTS))
    if caller.holds(Role.FINANCE_OFFICER):
        seen.append(col(EventRow.subject).in_(_OF_MONEY))
        decided = col(EventRow.facts)["to"].astext == Stage.DECIDED
        seen.append((kind.in_(_FINANCE_SEES) & decided) | (kind == "award_changed"))
    return or_(*seen)


def reached_council_at(session: Session, request_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """When each request last came to the council's desks, whichever of them has it now."""
    wanted = list(request_ids)
    if not wanted:
        return {}
    subject, at = col(EventRow.subject_id), func.max(col(EventRow.recorded_at))
    reached = _ends_at_desk("to") & ~_ends_at_desk("from")
    found = session.exec(
        select(subject, at)
        .where(subject.in_(wanted), EventRow.kind == "request_moved_on", reached)
        .group_by(subject)
    )
    return dict(found.all())


def _within_council() -> Any:
    """Moves that a school sees as none: between desks of the council, or to where it stood."""
    facts = col(EventRow.facts)
    left, reached = (func.coalesce(facts[name].astext, "") for name in ("from", "to"))
    stayed = (col(EventRow.kind) == "request_moved_on") & (left == reached)
    return (_ends_at_desk("from") & _ends_at_desk("to")) | stayed


def _ends_at_desk(name: str) -> Any:
    desks = stages_behind(Stage.SIGN_OFF, to_council=False)
    return func.coalesce(col(EventRow.facts)[name].astext, "").in_(desks)


def _free_of_ties(
    session: Session, caller: Caller, rows: Iterable[EventRow]
) -> tuple[EventView, ...]:
    """Leave out what is about a case that an interest keeps the officer out of."""
    found = list(rows)
    subjects = {row.subject_id for row in found if caller.holds(*OFFICERS)}
    cases = _cases_of(session, subjects)
    barred = barred_from(session, caller, {cases.get(each, each) for each in subjects})
    return tuple(
        _shown(caller, row)
        for row in found
        if cases.get(row.subject_id, row.subject_id) not in barred
    )


def _cases_of(session: Session, among: set[UUID]) -> dict[UUID, UUID]:
    """The request of each award and challenge: who is kept out of one is out of the other."""
    if not among:
        return {}
    rows = session.exec(
        select(AwardRow.id, AwardRow.request_id).where(
            col(AwardRow.id).in_(among), col(AwardRow.request_id).is_not(None)
        )
    )
    found = {award: request for award, request in rows if request is not None}
    looks = session.exec(
        select(ReconsiderationRow.id, ReconsiderationRow.request_id).where(
            col(ReconsiderationRow.id).in_(among)
        )
    )
    return found | dict(looks.all())


def barred_from(session: Session, caller: Caller, among: set[UUID]) -> frozenset[UUID]:
    """Those of the requests to which an interest ties the officer: few, if any.

    Looked at are those of the person's own schools, of every school of a trust that the person or
    one of these belongs to today, and those in which the person has a part; the rules that each is
    pinned to say whether that bars.
    """
    if not among:
        return frozenset()
    ties = ties_of(session, caller)
    tied = session.connection().execute(_TIED, {"person": caller.person.id}).scalars()
    within = ties.schools | schools_of_trusts(session, ties.trusts, caller.day)
    concerned = col(RequestRow.id).in_({*tied} & among)
    if within:
        concerned |= of_schools(within)
    rows = session.exec(select(RequestRow).where(col(RequestRow.id).in_(among), concerned)).all()
    concerns = concerns_of_all(session, rows, caller.day)
    return frozenset(
        row.id
        for row in rows
        if bars(None, known_interests(ties, concerns[row.id]), panel_rules(session, row.pins))
    )


def _shown(caller: Caller, row: EventRow) -> EventView:
    facts = row.facts if caller.holds(*OFFICERS) else _shown_facts(caller, row)
    return _as_view(row, facts)


def _as_view(row: EventRow, facts: dict[str, Any]) -> EventView:
    assert row.position is not None
    return EventView(
        position=row.position,
        kind=row.kind,
        subject=row.subject,
        subject_id=row.subject_id,
        facts=facts,
        recorded_at=row.recorded_at,
    )


def _shown_facts(caller: Caller, row: EventRow) -> dict[str, Any]:
    if row.subject not in _OF_CASES or caller.holds(Role.FINANCE_OFFICER):
        return row.facts
    facts = {name: fact for name, fact in row.facts.items() if name in _SCHOOL_FACTS}
    for name in {"from", "to"} & set(facts):
        facts[name] = shown_stage(Stage(facts[name]), to_council=False)
    return facts
