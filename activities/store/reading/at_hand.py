"""An item or a ballot with everything that a member's word on it is held against, read at once.

This is asked at every vote, by twelve members at a time: one statement, and no row of a table.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, TextClause, text
from sqlmodel import Session

from activities.store.reading.caller import PANEL, RUN_IT, Caller
from activities.store.seats import seat_of
from activities.store.session import ask
from domain.frozen import Frozen
from domain.interests import Concerns, Ties, known_interests
from domain.needs import NeedsProfile
from domain.people import Interest, Part, PartPlayed
from domain.refusals import Unknown
from domain.request import RequestKind

_OF_PUPILS = "SELECT p.school_code FROM request_pupil AS p WHERE p.request_id = r.id"
_ON_THE_DAY = "t.from_on <= :day AND (t.until_on IS NULL OR t.until_on > :day)"
_TIES = (
    f" ARRAY({_OF_PUPILS}) AS schools,"  # noqa: S608
    " ARRAY(SELECT t.trust_code FROM school_in_trust AS t WHERE"
    f"  (t.school_code = r.school_code OR t.school_code IN ({_OF_PUPILS}))"
    f"  AND {_ON_THE_DAY}) AS trusts,"
    " ARRAY(SELECT t.trust_code FROM school_in_trust AS t"
    f"  WHERE t.school_code = ANY (:mine) AND {_ON_THE_DAY}) AS own_trusts,"
    " ARRAY(SELECT q.part FROM part_played AS q"
    "  WHERE q.request_id = r.id AND q.person_id = :person) AS parts,"
    " EXISTS (SELECT FROM family_tie AS f JOIN request_pupil AS p USING (pupil_id)"
    "  WHERE p.request_id = r.id AND f.person_id = :person) AS is_family"
)
_CALLED = (
    "EXISTS (SELECT FROM urgent_meeting AS u WHERE u.meeting_id = m.id AND u.way = 'sub_panel')"
    " AS by_seats_alone"
)
_MEETING = " JOIN meeting AS m ON m.id = i.meeting_id JOIN support_request AS r ON r.id ="
_BALLOT = text(
    f"SELECT b.closes_at, b.closed_at, b.item_id, m.id AS meeting_id, m.cluster_code, {_CALLED},"  # noqa: S608
    " r.kind, r.pins, r.school_code, v.content -> 'profile' AS profile,"
    " (SELECT d.interest FROM interest AS d WHERE d.item_id = b.item_id"
    "  AND d.person_id = :person ORDER BY d.revision DESC LIMIT 1) AS declared,"
    " EXISTS (SELECT FROM reconsideration_item AS c JOIN reconsideration_involved AS k"
    "  USING (reconsideration_id) WHERE c.item_id = b.item_id AND k.person_id = :person)"
    " AS is_involved,"
    f"{_TIES} FROM ballot AS b JOIN agenda_item AS i ON i.id = b.item_id{_MEETING} b.request_id"
    " JOIN request_version AS v ON v.request_id = r.id AND v.number = r.version"
    " WHERE b.id = :ballot FOR SHARE OF b"
)
_ITEM = text(
    f"SELECT m.id AS meeting_id, i.id AS item_id, m.cluster_code, {_CALLED},"  # noqa: S608
    f" r.pins, r.school_code,{_TIES}"
    f" FROM agenda_item AS i{_MEETING} i.request_id WHERE i.id = :item"
)


class ItemAtHand(Frozen):
    """An agenda item, and the member's part in it."""

    meeting_id: UUID
    cluster: str
    pins: dict[str, str]
    known: tuple[Interest, ...]
    """The interests that the record itself shows."""


class BallotAtHand(Frozen):
    """A ballot that cannot close before the transaction ends, and the member's part in it."""

    meeting_id: UUID
    item_id: UUID
    cluster: str
    closes_at: datetime
    is_closed: bool
    by_seats_alone: bool
    """Whether only those vote who were called to it."""
    kind: RequestKind
    pins: dict[str, str]
    own_profile: NeedsProfile | None
    """The school's own view of the need."""
    declared: Interest | None
    known: tuple[Interest, ...]
    """The interests that the record itself shows."""
    is_involved: bool
    """Whether it is a second look at what the member had a part in."""


def item_at_hand(session: Session, caller: Caller, item_id: UUID) -> ItemAtHand:
    """Read an item of a meeting in which the person belongs; any other is unknown."""
    row = _found(session, caller, _ITEM, {"item": item_id}, "this item")
    return ItemAtHand(
        meeting_id=row.meeting_id,
        cluster=row.cluster_code,
        pins=row.pins,
        known=_known(caller, row),
    )


def ballot_at_hand(session: Session, caller: Caller, ballot_id: UUID) -> BallotAtHand:
    """Read and lock a ballot of a meeting in which the person belongs; any other is unknown."""
    row = _found(session, caller, _BALLOT, {"ballot": ballot_id}, "this ballot")
    profile = row.profile
    return BallotAtHand(
        meeting_id=row.meeting_id,
        item_id=row.item_id,
        cluster=row.cluster_code,
        closes_at=row.closes_at,
        is_closed=row.closed_at is not None,
        by_seats_alone=row.by_seats_alone,
        kind=RequestKind(row.kind),
        pins=row.pins,
        own_profile=NeedsProfile.model_validate(profile, strict=False) if profile else None,
        declared=Interest(row.declared) if row.declared else None,
        known=_known(caller, row),
        is_involved=row.is_involved,
    )


def _found(
    session: Session, caller: Caller, query: TextClause, which: dict[str, UUID], asked: str
) -> Row[Any]:
    mine = {"person": caller.person.id, "day": caller.day, "mine": list(caller.works_at)}
    rows: list[Row[Any]] = ask(session, query, {**which, **mine})
    if not rows or not _belongs(session, caller, rows[0]):
        raise Unknown(asked, "there is none of that id that you may see")
    return rows[0]


def _belongs(session: Session, caller: Caller, row: Row[Any]) -> bool:
    """Whether the person is of the cluster's panel, or sits in the meeting for another.

    In a sub-panel belong those who were called, and who runs the panel.
    """
    if row.cluster_code in caller.clusters(*(RUN_IT if row.by_seats_alone else PANEL)):
        return True
    return seat_of(session, caller.person.id, row.meeting_id, row.item_id) is not None


def _known(caller: Caller, row: Row[Any]) -> tuple[Interest, ...]:
    """The interests between the person and the request that a row with its ties shows."""
    person_id = caller.person.id
    parts = [*row.parts, *([Part.FAMILY] if row.is_family else [])]
    case = Concerns(
        schools=frozenset({row.school_code, *row.schools}),
        trusts=frozenset(row.trusts),
        played=tuple(PartPlayed(person_id=person_id, part=Part(part)) for part in parts),
    )
    trusts = caller.works_for | frozenset(row.own_trusts)
    ties = Ties(person_id=person_id, schools=caller.works_at, trusts=trusts)
    return known_interests(ties, case)
