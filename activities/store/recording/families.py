"""Links for families: made and closed by schools and officers, and opened by families.

The token is whoever asks for the link's to make up: it is told to nobody here, and kept nowhere.
"""

from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlmodel import Session

from activities.store.events import Happening, write_event
from activities.store.families import hash_of, link_of, stands, take
from activities.store.reading.family import FamilyDecision, family_decision
from activities.store.reading.family_links import letters_on, linkable
from activities.store.reading.requests import seen
from activities.store.recording.said import Saying
from activities.store.tables import (
    FamilyLinkEndRow,
    FamilyLinkRow,
    FamilyLinkTryRow,
    PupilNameRow,
    RequestRow,
)
from domain.family_link import FamilyFact, FamilyLinkState, MakingFamilyLink
from domain.frozen import Frozen
from domain.refusals import NotAtThisStage, NotValid, Unknown


class FamilyLinkMade(Frozen):
    """A link that was made: for whom, and until when; never what the family holds."""

    id: UUID
    request_id: UUID
    pupil_id: UUID
    ends_at: datetime


class FamilyLinkEnded(Frozen):
    """A link that opens nothing any more."""

    id: UUID
    ended_at: datetime


class FamilyAnswer(Frozen):
    """What came of a link and a fact: the decision, another try, or nothing any more."""

    outcome: Literal["opened", "wrong", "shut"]
    decision: FamilyDecision | None = None
    left: int = 0
    """How many more wrong dates may be tried."""


def make_family_link(
    session: Session, saying: Saying, request_id: UUID, choices: MakingFamilyLink, token: str
) -> FamilyLinkMade:
    """Make a link for the family of a pupil of a decided request; its token is kept as a hash."""
    caller = saying.caller
    row = seen(session, caller, request_id)
    pupil_id = _chosen(session, saying, row, choices)
    rules = letters_on(session, caller)
    link = FamilyLinkRow(
        id=saying.id,
        token_sha256=hash_of(token),
        request_id=row.id,
        pupil_id=pupil_id,
        made_by=caller.person.id,
        made_at=caller.now,
        ends_at=caller.now + timedelta(days=choices.days or rules.family_link_days),
        tries=rules.family_link_tries,
    )
    session.add(link)
    session.flush()
    _say(session, row, "family_link_made", caller.now)
    return FamilyLinkMade(id=link.id, request_id=row.id, pupil_id=pupil_id, ends_at=link.ends_at)


def end_family_link(session: Session, saying: Saying, link_id: UUID) -> FamilyLinkEnded:
    """Close a link before its time: it went to the wrong people, or is wanted no more."""
    caller = saying.caller
    link = session.get(FamilyLinkRow, link_id)
    if link is None:
        raise Unknown("this link", "there is none of that id that you may see")
    row = seen(session, caller, link.request_id)
    if link.pupil_id not in {each.pupil_id for each in linkable(session, caller, row)}:
        raise Unknown("this link", "there is none of that id that you may see")
    take(session, link.id)
    state, _ = stands(session, link, caller.now)
    if state is not FamilyLinkState.OPEN:
        raise NotAtThisStage(
            "to close this link", "it opens nothing any more", "There is nothing left to do."
        )
    session.add(FamilyLinkEndRow(link_id=link.id, ended_by=caller.person.id, ended_at=caller.now))
    session.flush()
    _say(session, row, "family_link_ended", caller.now)
    return FamilyLinkEnded(id=link.id, ended_at=caller.now)


def open_family_link(session: Session, fact: FamilyFact, now: datetime) -> FamilyAnswer:
    """Answer somebody who holds a link and says when the child was born; each try is counted.

    A link that is unknown, over, closed or spent is answered alike: nothing tells which it is.
    """
    link = link_of(session, fact.token)
    if link is None:
        return FamilyAnswer(outcome="shut")
    take(session, link.id)
    state, use = stands(session, link, now)
    if state is not FamilyLinkState.OPEN:
        return FamilyAnswer(outcome="shut")
    is_right = _born_on(session, link.pupil_id) == fact.born_on
    number = use.tried + 1
    session.add(FamilyLinkTryRow(link_id=link.id, number=number, is_right=is_right, tried_at=now))
    session.flush()
    if is_right:
        return FamilyAnswer(outcome="opened", decision=family_decision(session, link, now))
    left = link.tries - use.wrong - 1
    if not left:
        _say(session, session.get_one(RequestRow, link.request_id), "family_link_spent", now)
    return FamilyAnswer(outcome="wrong" if left else "shut", left=left)


def _chosen(session: Session, saying: Saying, row: RequestRow, choices: MakingFamilyLink) -> UUID:
    """The pupil whom the link is for: named, or the only one whose family it can be."""
    pupils = linkable(session, saying.caller, row)
    if choices.pupil_id is None and len(pupils) > 1:
        raise NotValid(
            "to make a link for a family",
            "several pupils are in the request",
            "Say for which pupil's family it is.",
        )
    wanted = choices.pupil_id or pupils[0].pupil_id
    found = next((each for each in pupils if each.pupil_id == wanted), None)
    if found is None:
        raise Unknown("this pupil", "there is none of that id in the request that you may see")
    if not found.has_birth_date:
        raise NotAtThisStage(
            "to make a link for this child's family",
            "the record does not say when the child was born, which is what opens a link",
            "Give the family the letter on paper, and have the pupil's record brought up to date.",
        )
    return wanted


def _born_on(session: Session, pupil_id: UUID) -> date | None:
    found = session.get(PupilNameRow, pupil_id)
    return found.born_on if found else None


def _say(session: Session, row: RequestRow, kind: str, now: datetime) -> None:
    happening = Happening(
        kind=kind,
        subject="request",
        subject_id=row.id,
        at=now,
        facts={"reference": row.reference},
        cluster=row.cluster_code,
        school=row.school_code,
    )
    write_event(session, happening)
