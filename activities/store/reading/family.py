"""What a family is told of its child's request: the decision's letter, and what came after it.

Read by whoever opened the family's link; nothing here asks who they are. Letters name no child, and
a group's say nothing of one child that is not of all.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from activities.clock import LONDON
from activities.store.families import link_of, stands
from activities.store.reading.challenge_window import challenge_by
from activities.store.tables import (
    AwardRow,
    ChangeLetterRow,
    DecisionRow,
    FamilyLinkRow,
    LetterRow,
    ReconsiderationRow,
    RequestPupilRow,
    RequestRow,
    SchoolRow,
)
from domain.family_link import FamilyLinkState
from domain.frozen import Frozen
from domain.stages import Stage
from domain.wordings import Wording


class FamilyLetter(Frozen):
    """A letter to the family, as it was written."""

    what: Wording
    body: str
    written_at: datetime


class FamilyDecision(Frozen):
    """What was decided, in the letter's own words, with its days; no name is in it."""

    reference: str
    school: str
    decided_on: date
    from_on: date | None
    last_on: date | None
    challenge_by_at: datetime | None
    """Until when the family may ask to look again; nothing where the decision is final."""
    may_challenge: bool
    looked_at_again: bool
    """Whether somebody asked to look again, and has no answer yet."""
    answer_by_at: datetime | None
    letter: FamilyLetter
    since: tuple[FamilyLetter, ...]
    """Letters that came after the decision's, in their order."""


def family_link_opens(session: Session, token: str, now: datetime) -> bool:
    """Whether a link is one that can still be opened; which it is not, and why, is not said."""
    link = link_of(session, token)
    return link is not None and stands(session, link, now)[0] is FamilyLinkState.OPEN


def family_decision(session: Session, link: FamilyLinkRow, now: datetime) -> FamilyDecision:
    """Read what a link leads to: the decision that stands, or the last while another is made."""
    request = session.get_one(RequestRow, link.request_id)
    last = session.exec(
        select(DecisionRow, LetterRow)
        .join(LetterRow, col(LetterRow.decision_id) == DecisionRow.id)
        .where(DecisionRow.request_id == request.id)
        .order_by(col(DecisionRow.number).desc())
        .limit(1)
    ).one()
    decision, letter = last
    awards = _awards(session, link, request)
    given = [each for each in awards if each.decision_id == decision.id]
    open_look = _open_look(session, request.id)
    until = challenge_by(session, request, decision)
    return FamilyDecision(
        reference=request.reference,
        school=session.get_one(SchoolRow, request.school_code).name,
        decided_on=decision.decided_at.astimezone(LONDON).date(),
        from_on=min((each.from_on for each in given), default=None),
        last_on=max((each.until_on - timedelta(days=1) for each in given), default=None),
        challenge_by_at=until,
        may_challenge=until is not None and now < until and open_look is None,
        looked_at_again=open_look is not None or Stage(request.stage) is not Stage.DECIDED,
        answer_by_at=open_look.answer_by_at if open_look else None,
        letter=FamilyLetter(what=Wording.DECISION, body=letter.body, written_at=letter.written_at),
        since=_since(session, request.id, awards, letter.written_at),
    )


def _awards(session: Session, link: FamilyLinkRow, request: RequestRow) -> list[AwardRow]:
    """The awards of the pupil's own school: another school's are another family's to read of."""
    own = select(RequestPupilRow.school_code).where(
        RequestPupilRow.request_id == request.id,
        RequestPupilRow.pupil_id == link.pupil_id,
    )
    rows = session.exec(
        select(AwardRow).where(
            AwardRow.request_id == request.id, col(AwardRow.school_code).in_(own)
        )
    )
    return list(rows)


def _open_look(session: Session, request_id: UUID) -> ReconsiderationRow | None:
    return session.exec(
        select(ReconsiderationRow).where(
            ReconsiderationRow.request_id == request_id,
            col(ReconsiderationRow.ended_at).is_(None),
        )
    ).first()


def _since(
    session: Session, request_id: UUID, awards: list[AwardRow], after: datetime
) -> tuple[FamilyLetter, ...]:
    """Letters of changes and of answers to challenges that came after the decision's own."""
    changes = session.exec(
        select(ChangeLetterRow).where(
            col(ChangeLetterRow.award_id).in_([each.id for each in awards]),
            ChangeLetterRow.written_at >= after,
        )
    )
    answers = session.exec(
        select(ReconsiderationRow).where(
            ReconsiderationRow.request_id == request_id,
            col(ReconsiderationRow.letter).is_not(None),
        )
    )
    letters = [
        FamilyLetter(what=Wording.CHANGE, body=each.body, written_at=each.written_at)
        for each in changes
    ]
    letters += [
        FamilyLetter(what=Wording.ANSWER, body=each.letter, written_at=each.ended_at)
        for each in answers
        if each.letter and each.ended_at and each.ended_at >= after
    ]
    return tuple(sorted(letters, key=lambda each: each.written_at))
