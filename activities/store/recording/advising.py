"""What the chair advises once a ballot has closed, and the dissent of who voted in it.

Nothing of either is taken while a ballot is open (promise 7); their words stay in the record.
"""

from uuid import UUID

from sqlmodel import Session, select

from activities.store import advising, services
from activities.store.advising import HeardBallot
from activities.store.events import Happening, write_event
from activities.store.reading.caller import Caller
from activities.store.reading.panel import (
    check_looks_afresh,
    content_of,
    declared_by,
    heard_item,
    is_kept_out,
)
from activities.store.reading.seeing import may_know_of
from activities.store.reconsiderations import at_item, look_of
from activities.store.recording.acts import check_not_waiting, write_act
from activities.store.recording.faults import ContentFaulty
from activities.store.recording.said import Saying
from activities.store.recording.seats import for_the_chair
from activities.store.recording.submitting import subject_of
from activities.store.tables import BallotRow, DissentRow, MeetingRow, RequestRow, VoteRow
from domain.acts import ActRef
from domain.advice import AdvisedCase, Advising, faults_of_advice
from domain.frozen import Frozen
from domain.people import Role
from domain.reconsideration import CHALLENGE_ENDED
from domain.refusals import Barred, NotAtThisStage, RoleNeeded, TooLate, Unknown
from domain.request import Words
from domain.stages import ALLOWED_AT, ALLOWED_TO, ENDED, ActKind, Stage

_TO_ADVISE = "to advise on the request"
_TO_DISSENT = "to have your dissent recorded"
_NOBODYS = "there is none of that id that you may see"


class Dissenting(Frozen):
    """A member's dissent in the member's own words, and whether the minutes name the member."""

    words: Words
    named: bool = False


class Dissented(Frozen):
    """Dissent that was recorded, and on which ballot."""

    id: UUID
    ballot_id: UUID


def record_advice(
    session: Session, saying: Saying, kind: ActKind, request_id: UUID, choices: Frozen
) -> ActRef:
    """Record what a panel advises on a request that it has heard; every fault is told at once."""
    assert isinstance(choices, Advising)
    caller = saying.caller
    row = session.get(RequestRow, request_id, with_for_update=True)
    if row is None or not may_know_of(session, caller, row):
        raise Unknown("this request", _NOBODYS)
    heard = _heard(session, caller, kind, row)
    acting = _check_chairs(session, caller, kind, row, heard)
    check_not_waiting(session, request_id, kind)
    faults = faults_of_advice(choices, _case(session, caller, row))
    if faults:
        raise ContentFaulty(_TO_ADVISE, faults)
    _check_own_share(caller, choices)
    subject = subject_of(row)
    subject = subject.model_copy(update={"facts": subject.facts | acting})
    return write_act(session, saying, kind, subject, choices)


def note_dissent(
    session: Session, saying: Saying, ballot_id: UUID, choices: Dissenting
) -> Dissented:
    """Record the dissent of a member who voted, once the ballot has closed; until it is decided.

    It is no vote and changes none; it says nothing of what anybody else chose.
    """
    caller = saying.caller
    ballot = session.get(BallotRow, ballot_id)
    if ballot is None:
        raise Unknown("this ballot", _NOBODYS)
    heard = heard_item(session, caller, ballot.item_id, "this ballot")
    if not _has_voted(session, caller, ballot_id):
        raise RoleNeeded(_TO_DISSENT, "a member who voted in this ballot does")
    check_looks_afresh(session, caller, ballot.item_id)
    if ballot.closed_at is None:
        raise NotAtThisStage(
            _TO_DISSENT, "the ballot is open", "Change your vote; dissent comes after the close."
        )
    if _is_over(session, ballot.item_id, heard.request):
        raise TooLate(_TO_DISSENT, "what the ballot was about has been decided")
    row = DissentRow(
        id=saying.id,
        ballot_id=ballot_id,
        request_id=ballot.request_id,
        person_id=caller.person.id,
        words=choices.words,
        named=choices.named,
        noted_at=caller.now,
    )
    session.add(row)
    session.flush()
    _say(session, saying, heard.meeting_id, heard.cluster, ballot_id)
    return Dissented(id=row.id, ballot_id=ballot_id)


def _heard(session: Session, caller: Caller, kind: ActKind, row: RequestRow) -> HeardBallot:
    """Find the ballot that the advice follows; whoever runs no panel is told so first."""
    heard = advising.heard_ballot(session, row.id)
    cluster = heard.cluster if heard else row.cluster_code
    if cluster not in caller.clusters(*ALLOWED_TO[kind]):
        raise RoleNeeded(_TO_ADVISE, "the chair of the panel that hears the request does")
    stage = Stage(row.stage)
    if stage in ENDED:
        raise TooLate(_TO_ADVISE, "the request has ended")
    if heard is None or stage not in ALLOWED_AT[kind]:
        raise NotAtThisStage(
            _TO_ADVISE,
            "no ballot on it has closed since it was listed",
            "Close the ballot first: a panel advises once it has voted.",
        )
    return heard


def _check_chairs(
    session: Session, caller: Caller, kind: ActKind, row: RequestRow, heard: HeardBallot
) -> dict[str, str]:
    """Refuse a chair whom an interest bars, and a vice-chair where the chair can; say who acts."""
    if is_kept_out(session, caller, row, declared_by(session, caller, heard.item_id)):
        raise Barred(_TO_ADVISE, "an interest in the case bars you")
    if heard.cluster in caller.clusters(Role.PANEL_CHAIR):
        return {}
    meeting = session.get_one(MeetingRow, heard.meeting_id)
    return for_the_chair(session, caller, kind, meeting, heard.item_id)


def _check_own_share(caller: Caller, choices: Advising) -> None:
    """Nobody shares out to their own school (promise 6)."""
    shares = choices.sharing.shares if choices.sharing else ()
    if caller.works_at & {each.school for each in shares}:
        raise Barred(
            "to share the request out",
            "your own school would have a share",
            "Declare your own school on the item; then the vice-chair advises.",
        )


def _case(session: Session, caller: Caller, row: RequestRow) -> AdvisedCase:
    return AdvisedCase(
        on=caller.day,
        content=content_of(session, row),
        school=row.school_code,
        annual_pence=advising.to_share(session, Stage(row.stage), row.placing_id),
        services=services.known_services(session),
        schools=services.known_schools(session),
    )


def _has_voted(session: Session, caller: Caller, ballot_id: UUID) -> bool:
    mine = select(VoteRow.id).where(
        VoteRow.ballot_id == ballot_id, VoteRow.person_id == caller.person.id
    )
    return session.exec(mine.limit(1)).first() is not None


def _is_over(session: Session, item_id: UUID, request: RequestRow) -> bool:
    """Whether what the ballot was about is decided: the request, or a challenge to its decision."""
    look_id = at_item(session, item_id)
    look = look_of(session, look_id) if look_id else None
    if look is not None:
        return look.stage in CHALLENGE_ENDED
    return Stage(request.stage) in ENDED


def _say(session: Session, saying: Saying, meeting_id: UUID, cluster: str, ballot_id: UUID) -> None:
    happening = Happening(
        kind="dissent_noted",
        subject="meeting",
        subject_id=meeting_id,
        at=saying.caller.now,
        facts={"ballot_id": str(ballot_id)},
        cluster=cluster,
    )
    write_event(session, happening)
