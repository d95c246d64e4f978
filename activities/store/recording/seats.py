"""Who sits in whose stead: substitutes named before a meeting, and the vice-chair for the chair."""

from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from activities.clock import day_of
from activities.store import members
from activities.store.days import on_day
from activities.store.events import Happening, write_event
from activities.store.reading.caller import PANEL, Caller, concerns_of
from activities.store.reading.panel import Heard, heard_item
from activities.store.reading.policies import panel_rules, policy, version_on
from activities.store.recording.said import Saying
from activities.store.seats import Seat, add_seat, end_seat, is_away, seat_of, seats_of
from activities.store.tables import (
    AgendaItemRow,
    MeetingRow,
    RequestRow,
    RoleHeldRow,
    SchoolInClusterRow,
)
from domain.frozen import Frozen
from domain.interests import check_acts_for_chair, why_chair_cannot
from domain.people import ON_PANEL, Role
from domain.policy.panel import PanelRules
from domain.refusals import NotAtThisStage, NotValid, RoleNeeded, Unknown
from domain.stages import ActKind

_TO = "to name a substitute"
_TO_BORROW = "to borrow a member"
_NAMES = (Role.PANEL_CHAIR, Role.VICE_CHAIR, Role.PANEL_ADMINISTRATOR)
_SITS_IN = frozenset({*ON_PANEL, Role.SENCO, Role.HEAD})


class Substituting(Frozen):
    """Who sits for a member in a meeting; nobody, where the member comes after all, or is away."""

    member_id: UUID
    substitute_id: UUID | None = None
    is_away: bool = False
    """Nobody sits for a member who does not come."""


class Substituted(Frozen):
    """Who is to sit for a member in a meeting from now on."""

    meeting_id: UUID
    member_id: UUID
    substitute_id: UUID | None
    is_away: bool


class Borrowing(Frozen):
    """A member of a neighbouring panel who sits in for one item."""

    person_id: UUID


class Borrowed(Borrowing):
    """A member who was borrowed, and for which item."""

    item_id: UUID


def name_substitute(
    session: Session, saying: Saying, meeting_id: UUID, choices: Substituting
) -> Substituted:
    """Name who sits in a member's stead in one meeting, before it begins; the last naming counts.

    Member and substitute have one vote together: the first of them to vote in a ballot has it.
    That a member is away may be noted while the meeting lasts: then the vice-chair can act.
    """
    caller = saying.caller
    meeting = session.get(MeetingRow, meeting_id, with_for_update=True)
    if meeting is None or meeting.cluster_code not in caller.clusters(*PANEL):
        raise Unknown("this meeting", "there is none of that id that you may see")
    _check_who_names(caller, meeting, choices.member_id)
    if meeting.stage != "called":
        raise NotAtThisStage(_TO, "the meeting is over")
    if choices.substitute_id is not None and meeting.starts_at <= caller.now:
        raise NotAtThisStage(
            _TO, "the meeting has begun", "A substitute is named before the meeting begins."
        )
    _check_seat(session, meeting, choices)
    ended = end_seat(session, meeting_id, choices.member_id, caller.person.id, caller.now)
    gone = choices.substitute_id is not None or choices.is_away
    if gone:
        seat = Seat(
            id=saying.id,
            meeting_id=meeting_id,
            item_id=None,
            person_id=choices.substitute_id,
            in_stead_of=choices.member_id,
        )
        add_seat(session, seat, caller.person.id, caller.now)
    if ended or gone:
        _say(session, saying, meeting, "substitute_named")
    return Substituted(
        meeting_id=meeting_id,
        member_id=choices.member_id,
        substitute_id=choices.substitute_id,
        is_away=gone,
    )


def borrow_member(session: Session, saying: Saying, item_id: UUID, choices: Borrowing) -> Borrowed:
    """Borrow a member of a neighbouring panel for an item whose own members interests keep out.

    Who is borrowed declares, reads and votes on that item alone, and counts for its quorum.
    """
    caller = saying.caller
    heard = heard_item(session, caller, item_id)
    if heard.cluster not in caller.clusters(*_NAMES):
        raise RoleNeeded(_TO_BORROW, "the chair or the administrator of the panel does")
    meeting = session.get_one(MeetingRow, heard.meeting_id, with_for_update=True)
    if meeting.stage != "called" or heard.item.state not in ("listed", "in_ballot"):
        raise NotAtThisStage(_TO_BORROW, "the item does not wait to be heard in this meeting")
    _check_borrowed(session, caller, heard, choices.person_id)
    seat = Seat(
        id=saying.id,
        meeting_id=meeting.id,
        item_id=item_id,
        person_id=choices.person_id,
        in_stead_of=None,
    )
    add_seat(session, seat, caller.person.id, caller.now)
    _say(session, saying, meeting, "member_borrowed")
    return Borrowed(person_id=choices.person_id, item_id=item_id)


def _check_borrowed(session: Session, caller: Caller, heard: Heard, person_id: UUID) -> None:
    """Refuse whoever votes on no neighbouring panel, sits here, or has an interest in the item."""
    rules = panel_rules(session, heard.request.pins)
    neighbours = rules.borrows_from(heard.cluster)
    voting = {
        cluster: members.voting_members(session, cluster, caller.day, rules)
        for cluster in (heard.cluster, *neighbours)
    }
    if person_id in voting[heard.cluster] or not any(person_id in voting[c] for c in neighbours):
        raise NotValid(
            _TO_BORROW,
            f"members of {' or '.join(neighbours)} are borrowed, who have no vote here",
            "Choose somebody who votes on a neighbouring panel.",
        )
    if seat_of(session, person_id, heard.meeting_id, heard.item.id) is not None:
        raise NotAtThisStage(_TO_BORROW, "the person sits in on this item already")
    case = concerns_of(session, heard.request, caller.day)
    barring = members.barring_interests(
        session, heard.item.id, (person_id,), case, rules, caller.day
    )
    if barring[person_id]:
        raise NotValid(_TO_BORROW, "an interest bars the person from the item too")


def for_the_chair(
    session: Session, caller: Caller, kind: ActKind, meeting: MeetingRow, item_id: UUID
) -> dict[str, str]:
    """Let a vice-chair act for the chair, and say why for the record; else refuse it."""
    request_id = session.get_one(AgendaItemRow, item_id).request_id
    request = session.get_one(RequestRow, request_id)
    rules = panel_rules(session, request.pins)
    chairs = _chairs(session, meeting.cluster_code, caller.day)
    case = concerns_of(session, request, caller.day)
    barring = members.barring_interests(session, item_id, chairs, case, rules, caller.day)
    cannot = why_chair_cannot(
        chairs,
        {each for each in chairs if is_away(session, meeting.id, each)},
        {each for each, found in barring.items() if found},
    )
    check_acts_for_chair(f"to {kind.replace('_', ' ')}", cannot, rules)
    return {"acting": Role.VICE_CHAIR, "because": cannot or rules.vice_chair_acts}


def _check_who_names(caller: Caller, meeting: MeetingRow, member_id: UUID) -> None:
    if member_id != caller.person.id and meeting.cluster_code not in caller.clusters(*_NAMES):
        raise RoleNeeded(
            _TO, "the chair, the administrator or the member whose seat it is names one"
        )


def _check_seat(session: Session, meeting: MeetingRow, choices: Substituting) -> None:
    """Refuse a seat without a vote, and a substitute who has one, or is not of the field."""
    day = day_of(meeting.starts_at)
    rules = policy(session, version_on(session, "panel", day).id, PanelRules)
    voting = members.voting_members(session, meeting.cluster_code, day, rules)
    if choices.member_id not in voting:
        raise NotValid(_TO, "the person to be replaced has no vote on this panel that day")
    chosen = choices.substitute_id
    if chosen is None:
        return
    if chosen in voting:
        raise NotValid(
            _TO, "who votes on this panel has one vote", "Name somebody who has no seat of it."
        )
    if not _is_of_the_field(session, meeting, chosen, day):
        raise NotValid(
            _TO,
            "a substitute is a SENCO or head of the cluster's schools, or sits on a panel",
            "Look the cluster's people up, or have the substitute added to the register.",
        )
    sits_for = {seat.in_stead_of for seat in seats_of(session, chosen, meeting.id)}
    if sits_for - {choices.member_id, None}:
        raise NotValid(_TO, "the person sits for another member in this meeting already")


def _is_of_the_field(session: Session, meeting: MeetingRow, person_id: UUID, day: date) -> bool:
    schools = select(SchoolInClusterRow.school_code).where(
        SchoolInClusterRow.cluster_code == meeting.cluster_code, on_day(SchoolInClusterRow, day)
    )
    held = session.exec(
        select(RoleHeldRow.id).where(
            RoleHeldRow.person_id == person_id,
            col(RoleHeldRow.role).in_(_SITS_IN),
            on_day(RoleHeldRow, day),
            col(RoleHeldRow.school_code).in_(schools) | col(RoleHeldRow.cluster_code).is_not(None),
        )
    )
    return held.first() is not None


def _chairs(session: Session, cluster: str, day: date) -> frozenset[UUID]:
    return frozenset(
        session.exec(
            select(RoleHeldRow.person_id).where(
                RoleHeldRow.cluster_code == cluster,
                RoleHeldRow.role == Role.PANEL_CHAIR,
                on_day(RoleHeldRow, day),
            )
        )
    )


def _say(session: Session, saying: Saying, meeting: MeetingRow, what: str) -> None:
    happening = Happening(
        kind=what,
        subject="meeting",
        subject_id=meeting.id,
        at=saying.caller.now,
        facts={"seat_id": str(saying.id)},
        cluster=meeting.cluster_code,
    )
    write_event(session, happening)
