"""Calibration cases between rows and rules: read whole, put to a meeting's panel, closed with it.

Nothing here touches a request, a placing or the ledger: a made-up case is never one.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import exists, text
from sqlmodel import Session, col, func, select

from activities.clock import day_of
from activities.store.events import Happening, write_event
from activities.store.locks import NO_KEY
from activities.store.policies import document_on
from activities.store.tables import (
    CalibrationBallotRow,
    CalibrationCaseRow,
    CalibrationProposalRow,
    CalibrationSetterRow,
    ClusterRow,
    MeetingRow,
    UrgentMeetingRow,
)
from domain.calibration import CalibrationCase, LevelsProposed, due_for, listed, voted
from domain.needs import AreaOfNeed
from domain.policy.calibrating import CalibrationRules
from domain.policy.panel import PanelRules

_SET = text(
    "UPDATE calibration_case SET definitive = CAST(:levels AS jsonb), set_at = :at WHERE id = :id"
)


def calibration_rules_on(session: Session, day: date) -> CalibrationRules | None:
    """Read how panels are calibrated by the rules in force on a day; nothing where they are not."""
    rules = document_on(session, "panel", PanelRules, day)
    return None if rules is None else rules.calibration


def cases(session: Session, *ids: UUID) -> dict[UUID, CalibrationCase]:
    """Read the named calibration cases, or all of them, as the rules know them, by id."""
    query = (
        select(CalibrationCaseRow)
        .order_by(CalibrationCaseRow.code)
        .execution_options(populate_existing=True)
    )
    if ids:
        query = query.where(col(CalibrationCaseRow.id).in_(ids))
    rows = session.exec(query).all()
    proposed = _last_proposals(session, [row.id for row in rows])
    ballots = _ballots(session, [row.id for row in rows])
    return {row.id: _as_case(row, proposed[row.id], ballots[row.id]) for row in rows}


def lock_case(session: Session, case_id: UUID) -> CalibrationCase | None:
    """Read a case and keep it as it is until the transaction ends; nothing where there is none."""
    row = session.get(CalibrationCaseRow, case_id, with_for_update=NO_KEY, populate_existing=True)
    return None if row is None else cases(session, case_id)[case_id]


def setters_of(session: Session, case_id: UUID) -> frozenset[UUID]:
    """Name the people who set a case's levels, whether or not they have proposed any."""
    return frozenset(
        session.exec(
            select(CalibrationSetterRow.person_id).where(CalibrationSetterRow.case_id == case_id)
        )
    )


def setters_of_each(session: Session) -> dict[UUID, set[UUID]]:
    """Name the people who set the levels of each case there is."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for row in session.exec(select(CalibrationSetterRow)):
        found[row.case_id].add(row.person_id)
    return found


def set_levels(session: Session, case_id: UUID, case: CalibrationCase, now: datetime) -> None:
    """Keep the definitive levels of a case, once and for all."""
    assert case.definitive is not None, "levels are set by the rules"
    levels = json.dumps({area.value: level for area, level in case.definitive.items()})
    session.connection().execute(_SET, {"id": case_id, "levels": levels, "at": now})
    say(session, "calibration_levels_set", case_id, now)


def retire(session: Session, case_id: UUID, on: date, by: UUID | None, now: datetime) -> None:
    """Take a case out of use: somebody does, or it does by itself after the last panel."""
    row = session.get_one(CalibrationCaseRow, case_id)
    row.retired_on, row.retired_by = on, by
    session.add(row)
    session.flush()
    say(session, "calibration_case_retired", case_id, now)


def put_to_panels(session: Session, now: datetime, *clusters: str) -> None:
    """Put the calibration cases that are due to each cluster's next meeting, or to those named.

    Done when a meeting is called, when one ends, and when a case gets its levels: so a year of
    meetings may be called at once, and a new case still comes to the next of each. A meeting that
    somebody is acting upon is left for the next of these times.
    """
    rules = calibration_rules_on(session, day_of(now))
    if rules is None:
        return
    for cluster in clusters or session.exec(select(ClusterRow.code).order_by(ClusterRow.code)):
        meeting_id = _next_meeting(session, cluster, now)
        if meeting_id is not None:
            _put_to_panel(session, meeting_id, cluster, rules, now)


def _next_meeting(session: Session, cluster: str, now: datetime) -> UUID | None:
    """Find a cluster's next meeting, and keep it from being closed until the transaction ends.

    One that is called for urgent requests alone has no time for made-up cases.
    """
    row = session.exec(
        select(MeetingRow)
        .where(
            MeetingRow.cluster_code == cluster,
            MeetingRow.stage == "called",
            MeetingRow.starts_at > now,
            ~exists().where(col(UrgentMeetingRow.meeting_id) == col(MeetingRow.id)),
        )
        .order_by(col(MeetingRow.starts_at), col(MeetingRow.id))
        .limit(1)
        .with_for_update(key_share=True, skip_locked=True)
    ).first()
    return row.id if row else None


def _put_to_panel(
    session: Session, meeting_id: UUID, cluster: str, rules: CalibrationRules, now: datetime
) -> None:
    """Open a blind ballot in a meeting on each case that is due, as far as it has room for them."""
    has = session.exec(
        select(func.count())
        .select_from(CalibrationBallotRow)
        .where(CalibrationBallotRow.meeting_id == meeting_id)
    ).one()
    found = cases(session)
    ids = {case.code: case_id for case_id, case in found.items()}
    for case in due_for(cluster, found.values(), rules)[: max(rules.cases_a_meeting - has, 0)]:
        listed(case, cluster)
        session.add(
            CalibrationBallotRow(
                id=uuid4(),
                case_id=ids[case.code],
                meeting_id=meeting_id,
                cluster_code=cluster,
                opened_at=now,
            )
        )
    session.flush()


def close_ballots(session: Session, meeting_id: UUID, now: datetime) -> None:
    """Close a meeting's calibration ballots; a case that every panel has voted on retires."""
    rows = session.exec(
        select(CalibrationBallotRow)
        .where(
            CalibrationBallotRow.meeting_id == meeting_id,
            col(CalibrationBallotRow.closed_at).is_(None),
        )
        .order_by(col(CalibrationBallotRow.case_id))
        .with_for_update(key_share=True)
    ).all()
    clusters = session.exec(select(ClusterRow.code)).all()
    for row in rows:
        case = lock_case(session, row.case_id)
        assert case is not None, "a ballot is on a case"
        row.closed_at = now
        session.add(row)
        session.flush()
        after = voted(case, row.cluster_code, clusters, day_of(now))
        if after.retired_on is not None and case.retired_on is None:
            retire(session, row.case_id, after.retired_on, None, now)


def say(session: Session, what: str, case_id: UUID, now: datetime) -> None:
    """Write an event about a case: its id alone, for who writes and leads them."""
    happening = Happening(kind=what, subject="calibration", subject_id=case_id, at=now, facts={})
    write_event(session, happening)


def as_levels(levels: dict[str, Any]) -> dict[AreaOfNeed, int]:
    """Levels as rows keep them, as rules read them."""
    return {AreaOfNeed(area): level for area, level in levels.items()}


def _last_proposals(
    session: Session, ids: Iterable[UUID]
) -> dict[UUID, dict[UUID, LevelsProposed]]:
    rows = session.exec(
        select(CalibrationProposalRow)
        .where(col(CalibrationProposalRow.case_id).in_(list(ids)))
        .order_by(col(CalibrationProposalRow.person_id), col(CalibrationProposalRow.revision))
    )
    found: dict[UUID, dict[UUID, LevelsProposed]] = defaultdict(dict)
    for row in rows:
        found[row.case_id][row.person_id] = LevelsProposed(
            person_id=row.person_id, levels=as_levels(row.levels), reason=row.reason
        )
    return found


def _ballots(session: Session, ids: Iterable[UUID]) -> dict[UUID, list[CalibrationBallotRow]]:
    rows = session.exec(
        select(CalibrationBallotRow)
        .where(col(CalibrationBallotRow.case_id).in_(list(ids)))
        .order_by(col(CalibrationBallotRow.opened_at), col(CalibrationBallotRow.cluster_code))
    )
    found: dict[UUID, list[CalibrationBallotRow]] = defaultdict(list)
    for row in rows:
        found[row.case_id].append(row)
    return found


def _as_case(
    row: CalibrationCaseRow,
    proposed: dict[UUID, LevelsProposed],
    ballots: list[CalibrationBallotRow],
) -> CalibrationCase:
    return CalibrationCase(
        code=row.code,
        written_by=row.written_by,
        proposed=tuple(proposed.values()),
        definitive=None if row.definitive is None else as_levels(row.definitive),
        listed_for=tuple(each.cluster_code for each in ballots),
        voted_by=tuple(each.cluster_code for each in ballots if each.closed_at is not None),
        retired_on=row.retired_on,
    )
