"""Challenges to decisions: made on a decided request, given to a panel, answered, taken back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from activities.store import reading
from activities.store.reading import Caller, ChallengeLine, ChallengeView, RequestView, Task
from api.letters.copies import answer_copy
from api.pages.doing import JustDone, doing
from api.pages.few import From, few
from api.pages.forms import Field, Form, Kind, Option, typed_of
from api.pages.frame import page
from api.pages.school_words import ANSWERS, CHALLENGERS, INTERESTS
from api.pages.sending import Ids, act_page
from api.pages.visitor import Looking
from api.parts import WithParts
from domain.people import Interest, Role
from domain.reconsideration import CHALLENGE_ALLOWED_AT, Answer, Challenger, ChallengeStage
from domain.refusals import NotAtThisStage, Refusal, TooLate
from domain.stages import ALLOWED_TO, ActKind, Stage
from domain.waiting import Waits

router = APIRouter(include_in_schema=False)

_DESK = (Role.SENCO, Role.HEAD)
_OFFICERS = (Role.COUNCIL_OFFICER, Role.SEN_OFFICER)
_WAITS = frozenset({Waits.TAKE_CHALLENGE, Waits.RECONSIDER, Waits.NOTE_KEY_DECISION})
_PATH_OF = {
    ActKind.TAKE_CHALLENGE: ("take", "Give it to a panel"),
    ActKind.RECONSIDER: ("reconsider", "Answer the challenge"),
    ActKind.NOTE_KEY_DECISION: ("note-key-decision", "Note the Cabinet Member's decision"),
    ActKind.WITHDRAW_CHALLENGE: ("withdraw", "Take the challenge back"),
}
_ONE_A_LINE = "Write each on a line of its own."
_NO_NAME = "Write about the child without their name."


@router.get("/reconsiderations")
def reconsiderations(
    request: Request, visitor: Looking, parts: WithParts, asked: JustDone, first: From = 0
) -> Response:
    """List the challenges that the person may see, the last first."""

    def read(session: Session) -> dict[str, Any]:
        found = reading.reconsiderations(session, visitor.caller)
        return {"shown": few(found, first), "doing": doing(session, visitor.caller, asked)}

    return page(request.scope, "reconsiderations.html", **parts.read(read))


@router.get("/reconsiderations/{reconsideration_id:uuid}")
def reconsideration(
    request: Request,
    reconsideration_id: UUID,
    visitor: Looking,
    parts: WithParts,
    asked: JustDone,
) -> Response:
    """Show a challenge: its grounds, whose turn it is and by when, and its answer."""
    caller = visitor.caller

    def read(session: Session) -> dict[str, Any]:
        it = reading.reconsideration(session, caller, reconsideration_id)
        about = reading.request(session, caller, it.request_id)
        waits = _waiting(session, caller, it.id)
        return {
            "it": it,
            "letter": answer_copy(it) if it.letter and it.ended_at else None,
            "about": about,
            "waits": waits,
            "offered": [_PATH_OF[kind] for kind in offered_on(caller, it, about, waits)],
            "schools": reading.school_names(session, (about.school,)),
            "clusters": reading.cluster_names(session, (it.panel,) if it.panel else ()),
            "doing": doing(session, caller, asked),
        }

    return page(request.scope, "reconsideration.html", **parts.read(read))


def may_challenge(
    caller: Caller, found: RequestView, before: Sequence[ChallengeLine]
) -> Refusal | None:
    """Say why a decision is not challenged here and now, if it is not; the record decides."""
    asked = "to challenge the decision"
    if found.stage is not Stage.DECIDED or found.challenge_by_at is None:
        return NotAtThisStage(asked, "there is no decision that can be challenged")
    if any(each.stage is not ChallengeStage.WITHDRAWN for each in before):
        return NotAtThisStage(asked, "it was challenged before")
    if found.school not in caller.schools(*_DESK) and not caller.holds(*_OFFICERS):
        return NotAtThisStage(asked, "it is the school's, or an officer's for the family")
    if caller.now >= found.challenge_by_at and not caller.holds(*_OFFICERS):
        help_ = "An officer may admit it late, with a reason; a complaint can be made at any time."
        return TooLate(asked, "its time is over", help_)
    return None


def offered_on(
    caller: Caller, it: ChallengeView, about: RequestView, waits: Task | None
) -> list[ActKind]:
    """The acts on a challenge that are for this person now; the record says so of each again."""
    mine = about.school in caller.schools(*_DESK) or caller.holds(*_OFFICERS)
    may = {
        ActKind.TAKE_CHALLENGE: waits is not None and waits.waits is Waits.TAKE_CHALLENGE,
        ActKind.RECONSIDER: waits is not None and waits.waits is not Waits.TAKE_CHALLENGE,
        ActKind.NOTE_KEY_DECISION: caller.holds(*ALLOWED_TO[ActKind.NOTE_KEY_DECISION]),
        ActKind.WITHDRAW_CHALLENGE: mine,
    }
    return [kind for kind in _PATH_OF if may[kind] and it.stage in CHALLENGE_ALLOWED_AT[kind]]


def _waiting(session: Session, caller: Caller, challenge_id: UUID) -> Task | None:
    """What of the challenge waits for the person; nothing that the person is kept out of does."""
    if not caller.holds(*_OFFICERS):
        return None
    tasks = reading.worklist(session, caller, _WAITS)
    return next((each for each in tasks if each.id == challenge_id), None)


def _challenging(session: Session, caller: Caller, ids: Ids) -> Form:
    found = reading.request(session, caller, ids["request_id"])
    at_desk = found.school in caller.schools(*_DESK)
    is_late = found.challenge_by_at is not None and caller.now >= found.challenge_by_at
    who = Field(
        "by",
        "Who challenges the decision",
        Kind.ONE_OF,
        options=tuple(
            Option(code, says) for code, says in CHALLENGERS.items() if at_desk or code == "family"
        ),
    )
    late = Field(
        "late_because",
        "Why it is admitted after its time",
        Kind.LONG,
        missing="Enter why it is admitted after its time",
    )
    return Form(
        title="Admit a late challenge" if is_late else "Challenge the decision",
        button="Send the challenge",
        fields=(who, *_GROUNDS, *((late,) if is_late else ())),
        back=("Back to the request", f"/requests/{found.id}"),
        caption=found.reference,
        lead=(
            (
                "People who had no part in the decision look at it again. Until they answer, the"
                " decision stands. There is one answer, and it is final."
            ),
            (
                "A complaint, and asking the council for an Education, Health and Care needs"
                " assessment, are possible at any time and do not wait for this."
            ),
        ),
        values={} if at_desk else {"by": Challenger.FAMILY},
        adds={"request_id": str(found.id)},
        is_checked=True,
        not_now=may_challenge(caller, found, reading.challenges_of(session, caller, found.id)),
        made="/reconsiderations/{id}",
    )


_GROUNDS = (
    Field(
        "grounds",
        "Why the decision should be looked at again",
        Kind.LINES,
        hint=f"{_ONE_A_LINE} {_NO_NAME}",
        missing="Enter why the decision should be looked at again",
    ),
    Field(
        "asks",
        "What you ask for instead",
        Kind.LONG,
        missing="Enter what you ask for instead",
        rows=3,
    ),
    Field(
        "new_evidence",
        "New evidence (optional)",
        Kind.LINES,
        hint=f"The titles of what was not there when it was decided. {_ONE_A_LINE}",
        rows=3,
    ),
)


def _on(session: Session, caller: Caller, ids: Ids, kind: ActKind, **told: Any) -> Form:
    """A form on a challenge, held back where it does not fit or is not the person's."""
    it = reading.reconsideration(session, caller, ids["reconsideration_id"])
    about = reading.request(session, caller, it.request_id)
    offered = offered_on(caller, it, about, _waiting(session, caller, it.id))
    not_now = None
    if kind not in offered:
        says = "it is not for you to do now: it may wait for somebody who had no part in it"
        not_now = NotAtThisStage(f"to {_PATH_OF[kind][1].lower()}", says)
    return Form(
        title=_PATH_OF[kind][1],
        back=("Back to the challenge", f"/reconsiderations/{it.id}"),
        caption=it.reference,
        not_now=not_now,
        template="on_challenge.html",
        told={"it": it},
        **told,
    )


def _taking(session: Session, caller: Caller, ids: Ids) -> Form:
    options = tuple(Option(each.code, each.name) for each in reading.clusters(session, caller))
    cluster = Field(
        "cluster",
        "Which cluster's panel looks again (optional)",
        Kind.LIST,
        hint="Without one it is the panel that the policy names. The panel that looked first"
        " cannot be the one.",
        options=options,
    )
    reason = Field("reason", "Why you give it to a panel", Kind.LONG)
    return _on(
        session,
        caller,
        ids,
        ActKind.TAKE_CHALLENGE,
        button="Give it to the panel",
        fields=(cluster, reason),
        lead=("The panel gets it for its next meeting, with the new evidence.",),
    )


_NUMBER_HINT = "Two digits for the year, a stroke and five digits, like 26/00123."


def _reconsidering(session: Session, caller: Caller, ids: Ids) -> Form:
    return _on(
        session,
        caller,
        ids,
        ActKind.RECONSIDER,
        button="Give the answer",
        fields=_ANSWER,
        lead=("This is the one answer to the challenge, and it is final.",),
        values=typed_of(Kind.ONE_OF, "sent_back_to", "panel"),
        is_checked=True,
    )


_ANSWER = (
    Field(
        "answer",
        "The answer",
        Kind.ONE_OF,
        options=(
            Option("stands", ANSWERS[Answer.STANDS], "Nothing changes."),
            Option("replaced", ANSWERS[Answer.REPLACED], "Money follows from its first day."),
            Option("sent_back", ANSWERS[Answer.SENT_BACK], "By the first panel, or by the school."),
        ),
    ),
    Field("grounds", "Grounds", Kind.LINES, hint=_ONE_A_LINE),
    Field(
        "alternatives",
        "Alternatives that you considered",
        Kind.LONG,
        missing="Enter the alternatives that you considered",
    ),
    Field(
        "reason",
        "Why this is the answer",
        Kind.LONG,
        hint=f"The school reads this, and it is in the letter. {_NO_NAME}",
        missing="Enter why this is the answer",
    ),
    Field(
        "annual_pence",
        "Amount a year (optional)",
        Kind.POUNDS,
        legend="If another decision takes its place",
        hint="Without an amount it is what the rules make of the need as the second panel saw it.",
    ),
    Field(
        "from_on",
        "From (optional)",
        Kind.DAY,
        hint="Without a day it is the first day where more is given, and today where less is.",
    ),
    Field(
        "overspend_authority",
        "Authority for an overspend (optional)",
        hint="Only where no budget covers it.",
        width="20",
    ),
    Field(
        "sent_back_to",
        "Who looks at the request again",
        Kind.ONE_OF,
        legend="If the request is looked at again",
        options=(Option("panel", "The first panel"), Option("school", "The school")),
    ),
    Field(
        "key_decision.number",
        "Number of the Cabinet Member's decision (optional)",
        hint=_NUMBER_HINT,
        width="10",
        legend="If it is a key decision",
    ),
    Field("key_decision.effective_on", "Day on which it takes effect (optional)", Kind.DAY),
    Field(
        "interests",
        "Interests that you have in the case",
        Kind.ANY_OF,
        legend="Your own interests",
        hint="Leave all empty if you have none. One that bars keeps you from answering.",
        options=tuple(
            Option(code, says) for code, says in INTERESTS.items() if code is not Interest.NONE
        ),
    ),
)


def _noting(session: Session, caller: Caller, ids: Ids) -> Form:
    return _on(
        session,
        caller,
        ids,
        ActKind.NOTE_KEY_DECISION,
        button="Note the decision",
        fields=(
            Field("number", "Number of the decision", hint=_NUMBER_HINT, width="10"),
            Field("effective_on", "Day on which it takes effect", Kind.DAY),
            Field(
                "annual_pence",
                "The most that it covers, a year (optional)",
                Kind.POUNDS,
                hint="Without an amount it covers what the need was priced at.",
            ),
        ),
    )


def _withdrawing(session: Session, caller: Caller, ids: Ids) -> Form:
    return _on(
        session,
        caller,
        ids,
        ActKind.WITHDRAW_CHALLENGE,
        button="Take the challenge back",
        fields=(Field("reason", "Why it is taken back", Kind.LONG),),
        warning="The decision then stands. It can be challenged anew only within its time.",
        keep="Keep the challenge",
    )


_CHALLENGE = "/reconsiderations/{reconsideration_id:uuid}"
act_page(
    router,
    "/requests/{request_id:uuid}/challenge",
    ActKind.CHALLENGE,
    "reconsideration",
    _challenging,
    makes=True,
)
for _kind, _form_of in (
    (ActKind.TAKE_CHALLENGE, _taking),
    (ActKind.RECONSIDER, _reconsidering),
    (ActKind.NOTE_KEY_DECISION, _noting),
    (ActKind.WITHDRAW_CHALLENGE, _withdrawing),
):
    act_page(router, f"{_CHALLENGE}/{_PATH_OF[_kind][0]}", _kind, "reconsideration", _form_of)
