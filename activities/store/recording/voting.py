"""A vote as a row: of a request's ballot or of a made-up case's, taken by the same rules."""

import json
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlmodel import Session

from activities.store.reading.panel import levels_of, unknown_descriptors
from activities.store.recording.faults import VoteFaulty
from activities.store.recording.said import Saying
from activities.store.session import ask
from domain.moderation import Vote, faults_of_vote
from domain.needs import NeedsProfile
from domain.policy.schemes import Continuum
from domain.request import RequestKind

_CAST = (
    "INSERT INTO {table} (id, ballot_id, person_id, member_id, revision, abstained, levels,"
    " descriptors, recommendation, reason, recorded_at)"
    " SELECT :id, :ballot, :person, :member, coalesce(max(revision), 0) + 1, :abstained,"
    " CAST(:levels AS jsonb), CAST(:descriptors AS jsonb), :recommendation, :reason, :at"
    " FROM {table} WHERE ballot_id = :ballot AND member_id = :member RETURNING revision"
)
"""A vote is built from the domain's own, and numbered where it is written."""
ON_REQUEST = text(_CAST.format(table="vote"))
ON_CALIBRATION_CASE = text(_CAST.format(table="calibration_vote"))


def check_vote(
    vote: Vote, stated: NeedsProfile | None, scale: Continuum, kind: RequestKind
) -> None:
    """Refuse a vote with every fault of it: levels, reasons and descriptors that are none."""
    faults = faults_of_vote(vote, stated, levels_of(scale), kind)
    faults += unknown_descriptors(scale, vote.descriptors)
    if faults:
        raise VoteFaulty(faults)


def write_vote(
    session: Session, saying: Saying, into: TextClause, at: tuple[UUID, UUID], vote: Vote
) -> int:
    """Write a vote for a ballot and a member's seat; gives which revision of the seat's it is."""
    ballot_id, member_id = at
    row = {
        "id": saying.id,
        "ballot": ballot_id,
        "person": vote.person_id,
        "member": member_id,
        "abstained": vote.abstained,
        "levels": json.dumps({area.value: level for area, level in vote.levels.items()}),
        "descriptors": json.dumps(vote.descriptors),
        "recommendation": vote.recommendation,
        "reason": vote.reason,
        "at": saying.caller.now,
    }
    revision: int = ask(session, into, row)[0].revision
    return revision
