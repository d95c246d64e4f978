"""The pages' words for codes, days and pence: one place, so that one idea has one word.

A test asks for a word for every code that a page may show.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from activities.clock import LONDON, day_of
from api.pages import words_of_panels
from domain.explaining import day_in_words, whole_pounds
from domain.family_link import FamilyLinkState
from domain.moderation import Recommendation
from domain.needs import AreaOfNeed
from domain.people import Role
from domain.periods import ONE_DAY
from domain.request import RequestKind, SenStatus
from domain.stages import ActKind, Ending, Stage
from domain.waiting import WAITING

KINDS = {
    RequestKind.ADVICE: "Advice",
    RequestKind.INDIVIDUAL: "Support for a pupil",
    RequestKind.GROUP: "Support for a group",
    RequestKind.PROJECT: "Project for the cluster",
}
STAGES = {
    Stage.DRAFT: "Draft",
    Stage.SUBMITTED: "Submitted",
    Stage.RETURNED: "Returned to the school",
    Stage.WITH_OFFICER: "With a council officer",
    Stage.LISTED: "Listed for the panel",
    Stage.IN_BALLOT: "Before the panel",
    Stage.MORE_INFORMATION: "The panel has a question",
    Stage.UNPRICED: "To be priced",
    Stage.NO_MONEY: "Waiting for money",
    Stage.SIGN_OFF: "With the council for a decision",
    Stage.KEY_DECISION: "Waiting for the Cabinet Member",
    Stage.DECIDED: "Decided",
    Stage.WITHDRAWN: "Withdrawn",
}
COLOURS = {
    Stage.RETURNED: "orange",
    Stage.MORE_INFORMATION: "orange",
    Stage.DECIDED: "green",
    Stage.WITHDRAWN: "grey",
}
"""The colour of a stage's tag; its words say the same."""
NEXT = {
    Stage.DRAFT: "The school",
    Stage.SUBMITTED: "Nobody: it is being checked",
    Stage.RETURNED: "The school",
    Stage.WITH_OFFICER: "A council officer",
    Stage.LISTED: "The panel of peer schools",
    Stage.IN_BALLOT: "The panel of peer schools",
    Stage.MORE_INFORMATION: "The school",
    Stage.UNPRICED: "A council officer",
    Stage.NO_MONEY: "A council officer",
    Stage.SIGN_OFF: "A council officer",
    Stage.KEY_DECISION: "The Cabinet Member",
    Stage.DECIDED: "Nobody: it is decided",
    Stage.WITHDRAWN: "Nobody: it was withdrawn",
}
ENDINGS = {
    Ending.AUTHORISED: "Agreed",
    Ending.AUTHORISED_DIFFERENTLY: "Agreed, differently from what was asked",
    Ending.DECLINED: "Not agreed",
    Ending.WITHDRAWN: "Withdrawn by the school",
}
WAITS = {waits: said.says[:1].upper() + said.says[1:] for waits, said in WAITING.items()}
"""What a worklist says is to be done: what a message about it asks for."""
ROLES = {
    Role.SENCO: "SENCO",
    Role.HEAD: "Head",
    Role.BUSINESS_MANAGER: "Business manager",
    Role.PANEL_MEMBER: "Panel member",
    Role.PANEL_CHAIR: "Panel chair",
    Role.PANEL_ADMINISTRATOR: "Panel administrator",
    Role.VICE_CHAIR: "Panel vice-chair",
    Role.SPECIALIST: "Panel specialist",
    Role.OBSERVER: "Panel observer",
    Role.TRUST_SEND_LEAD: "Trust SEND lead",
    Role.SERVICE: "Service of the Team Around the Cluster",
    Role.SEN_OFFICER: "SEN officer",
    Role.COUNCIL_OFFICER: "Council officer",
    Role.FINANCE_OFFICER: "Finance officer",
    Role.POLICY_OFFICER: "Policy officer",
    Role.LEADER: "Leader",
}
NEEDS = {
    AreaOfNeed.COMMUNICATION: "Communication and interaction",
    AreaOfNeed.COGNITION: "Cognition and learning",
    AreaOfNeed.SEMH: "Social, emotional and mental health",
    AreaOfNeed.SENSORY: "Sensory and/or physical",
}
STATUSES = {
    SenStatus.SEN_SUPPORT: "SEN support",
    SenStatus.PLAN: "Education, Health and Care plan",
}
RECOMMENDED = {
    Recommendation.AS_ASKED: "Support as asked",
    Recommendation.DIFFERENTLY: "Support, differently from what was asked",
    Recommendation.ADVICE: "Advice and services",
    Recommendation.MORE_INFORMATION: "More information",
    Recommendation.NONE: "No further support",
}
POLICIES = {
    "authority": ("Who may decide", "Which officer may authorise how much, and key decisions"),
    "calendar": ("School days and meetings", "Terms, holidays, panel meetings and deadlines"),
    "contingency": ("Contingency", "Money kept back for what nobody could plan"),
    "continuum": ("Continuum of need", "The scale of need and where each step begins"),
    "equality": ("Equality", "Which characteristics outcomes are looked at by"),
    "finance": ("Budgets and payments", "How budgets are shared, changed, closed and paid"),
    "letters": ("Letters", "Where families turn, and what every letter says"),
    "panel": ("Panels", "Quorum, voting, interests and windows"),
    "payments": ("Instalments", "When awards are paid, and in how many parts"),
    "reminders": ("Reminders", "Who is reminded of what, when, and who hears that it is late"),
    "screening": ("What a request needs", "What a request must hold before a panel sees it"),
    "tariff": ("Tariff", "The published amounts for exceptional needs"),
}
"""Kinds of policy: what each is called, and what it says."""

DONE = {
    ActKind.SUBMIT: "You have submitted the request",
    ActKind.ANSWER: "You have answered the panel",
    ActKind.WITHDRAW: "You have withdrawn the request",
    ActKind.SEND_TO_PANEL: "You have sent the request to the panel",
    ActKind.MODERATE: "You have set the levels of need",
    ActKind.RETURN_TO_SCHOOL: "You have returned the request to the school",
    ActKind.ESCALATE: "You have passed the request on",
    ActKind.PRICE: "You have set the amount",
    ActKind.AUTHORISE: "You have authorised the request",
    ActKind.AUTHORISE_DIFFERENTLY: "You have authorised the request differently",
    ActKind.AUTHORISE_OVERSPEND: "You have authorised the request from the overspend",
    ActKind.DECLINE: "You have declined the request",
    ActKind.REFER_UP: "You have referred the request up",
    ActKind.RETURN_TO_PANEL: "You have sent the request back to the panel",
    ActKind.RECORD_KEY_DECISION: "You have recorded the key decision",
    ActKind.ADVISE_REQUEST: "You have recorded the advice",
    ActKind.CALL_MEETING: "You have called the meeting",
    ActKind.OPEN_MEETING: "You have opened the meeting",
    ActKind.CALL_URGENT: "You have called members to the urgent request",
    ActKind.OPEN_BALLOT: "You have opened the ballot",
    ActKind.CLOSE_BALLOT: "You have closed the ballot",
    ActKind.DEFER: "You have put the item off",
    ActKind.CLOSE_MEETING: "You have closed the meeting",
    ActKind.CALL_OFF_MEETING: "You have called the meeting off",
    ActKind.SET_BUDGETS: "You have set the budgets",
    ActKind.IMPORT_AWARDS: "You have taken the awards in",
    ActKind.VIRE: "You have moved the money",
    ActKind.COVER_OVERSPEND: "You have covered the pot from the overspend",
    ActKind.RECOUP_FROM_COUNCIL: "You have taken the other council's money in",
    ActKind.CHANGE_AWARD: "You have changed the award",
    ActKind.CLOSE_PERIOD: "You have closed the month",
    ActKind.REOPEN_PERIOD: "You have opened the month again",
    ActKind.CLOSE_YEAR: "You have closed the year",
    ActKind.SIGN_YEAR_END: "You have signed the year's end off",
    ActKind.PREPARE_RUN: "You have prepared the payment run",
    ActKind.APPROVE_RUN: "You have approved the payment run",
    ActKind.ABANDON_RUN: "You have given the payment run up",
    ActKind.READ_ANSWER: "You have read the bank's answer",
    ActKind.SETTLE_DIFFERENCE: "You have settled the difference",
    ActKind.DRAFT_POLICY: "You have drafted the policy",
    ActKind.REVISE_POLICY: "You have revised the draft",
    ActKind.APPROVE_POLICY: "You have approved the policy",
    ActKind.GIVE_UP_POLICY: "You have given the draft up",
    ActKind.WITHDRAW_POLICY: "You have withdrawn the policy",
    ActKind.MODEL_POLICIES: "You have asked for the change to be tried",
    ActKind.CHALLENGE: "You have challenged the decision",
    ActKind.TAKE_CHALLENGE: "You have given the challenge to a panel",
    ActKind.RECONSIDER: "You have answered the challenge",
    ActKind.NOTE_KEY_DECISION: "You have noted the key decision",
    ActKind.WITHDRAW_CHALLENGE: "You have taken the challenge back",
    ActKind.PROPOSE_PLAN: "You have proposed the plan",
    ActKind.CHANGE_PLAN: "You have changed the plan",
    ActKind.VOICE_ON_PLAN: "Your school's word on the plan is recorded",
    ActKind.SIGN_PLAN: "You have signed the plan",
    ActKind.RETURN_PLAN: "You have sent the plan back",
    ActKind.WITHDRAW_PLAN: "You have withdrawn the plan",
    ActKind.REPORT_OUTCOME: "You have reported the outcome",
}
"""What a page says after an act."""
RECORDED = {
    "saved": "Saved",
    "link_closed": "You have closed the link",
    "confirmed": "You have confirmed the request",
    "accepted": "You have taken it on",
    "declined": "You have said that it cannot be done",
    "reported": "You have reported what came of it",
    "put_forward": "The other school may now name the pupil in its group",
    "put_forward_ended": "You have taken it back",
    "cover_named": "You have named who covers for you",
    "cover_taken": "You cover for your colleague between these days",
    "cover_ended": "You have ended the cover",
    "case_written": "The case is written: those who were named now set its levels",
    "case_retired": "The case is out of use",
    **words_of_panels.RECORDED,
    "file_kept": "The file is right and is kept. It has changed nothing yet",
}
"""What a page says after something was recorded at once."""

LINK_STATES = {
    FamilyLinkState.OPEN: "Can be opened",
    FamilyLinkState.OVER: "Its time is over",
    FamilyLinkState.SPENT: "Shut: wrong dates",
    FamilyLinkState.ENDED: "Closed",
}
"""How a family's link stands."""

_RECORDED = "_recorded"
_EVENTS: dict[str, str] = {
    "submit_recorded": "The school submitted the request",
    "answer_recorded": "The school answered the panel",
    "withdraw_recorded": "The school withdrew the request",
    "return_to_school_recorded": "An officer sent the request back to the school",
    "request_overdue": "The decision became overdue",
    "advise_request_recorded": "The panel's advice was written down",
    "service_moved_on": "A service was asked, or answered",
    "ballot_closed": "The panel closed its ballot",
    "award_changed": "The award was changed",
    "remittance_sent": "A payment was announced",
    "challenge_recorded": "The decision was challenged",
    "challenge_moved_on": "The challenge moved on",
    "challenge_overdue": "The answer to the challenge became overdue",
    "withdraw_challenge_recorded": "The challenge was taken back",
    "family_link_made": "A link to the decision was made for the family",
    "family_link_ended": "A link for the family was closed",
    "family_link_spent": "A link for the family was shut after too many wrong dates of birth",
}


_ELSEWHERE = {"law": "The law"}
_SHORT_FORMS = {"sen": "SEN", "ehc": "EHC", "ta": "TA", "hlta": "HLTA"}
"""Letters that stand for words, and are written large."""


def event(kind: str, facts: Mapping[str, Any]) -> str:
    """Tell what happened in a sentence.

    >>> event("request_moved_on", {"to": "listed"}), event("authorise_recorded", {})
    ('Listed for the panel', 'Authorise: recorded')
    """
    if kind == "request_moved_on" and facts.get("to"):
        ending = facts.get("ending")
        stage = STAGES[Stage(facts["to"])]
        return f"{stage}: {ENDINGS[Ending(ending)].lower()}" if ending else stage
    if kind not in _EVENTS and kind.endswith(_RECORDED):
        return f"{in_words(kind.removesuffix(_RECORDED))}: recorded"
    return _EVENTS.get(kind) or in_words(kind)


def in_words(code: str) -> str:
    """Write a code as words, where nobody gave it better ones.

    >>> in_words("authorise_differently"), in_words("head_of_sen")
    ('Authorise differently', 'Head of SEN')
    """
    said = [_SHORT_FORMS.get(each, each) for each in code.replace("_", " ").split(" ")]
    return " ".join((said[0][:1].upper() + said[0][1:], *said[1:]))


def day(value: date | datetime | str | None) -> str:
    """Write a day as a letter does: an instant's is the one it falls on in the council's place.

    >>> day("2026-10-05"), day(None)
    ('5 October 2026', '')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        value = date.fromisoformat(value)
    if isinstance(value, datetime):
        value = day_of(value)
    return day_in_words(value)


def instant(value: datetime | None) -> str:
    """Write an instant by the council's clock; midnight is the end of the day before it.

    >>> from datetime import UTC
    >>> instant(datetime(2026, 10, 5, 7, 30, tzinfo=UTC))
    '5 October 2026, 8:30am'
    """
    if value is None:
        return ""
    local = value.astimezone(LONDON)
    hour = f"{local.hour % 12 or 12}:{local.minute:02}{'am' if local.hour < 12 else 'pm'}"  # noqa: PLR2004
    return f"{day_in_words(local.date())}, {hour}"


def eve(until: date | str) -> str:
    """Write the last day of what goes on until a day.

    >>> eve("2027-09-01")
    '31 August 2027'
    """
    return day((date.fromisoformat(until) if isinstance(until, str) else until) - ONE_DAY)


def weekday(value: datetime | None) -> str:
    """Write a deadline's day with its weekday: the last day on which there is still time.

    >>> from datetime import UTC
    >>> weekday(datetime(2026, 11, 10, tzinfo=UTC))
    'Monday 9 November 2026'
    """
    if value is None:
        return ""
    local = value.astimezone(LONDON)
    last = local.date() if local.time().replace(microsecond=0).isoformat() != "00:00:00" else None
    shown = last or date.fromordinal(local.date().toordinal() - 1)
    return f"{shown:%A} {day_in_words(shown)}"


def policy_title(kind: str) -> str:
    """Name a kind of policy, or what else a rule stands in.

    >>> policy_title("tariff"), policy_title("law")
    ('Tariff', 'The law')
    """
    return POLICIES[kind][0] if kind in POLICIES else _ELSEWHERE.get(kind, in_words(kind))


def by_area(levels: Mapping[AreaOfNeed, int]) -> list[tuple[AreaOfNeed, int]]:
    """Put levels in the order in which the field names its areas.

    >>> by_area({AreaOfNeed.SEMH: 3, AreaOfNeed.COMMUNICATION: 1})[0][1]
    1
    """
    return [(area, levels[area]) for area in AreaOfNeed if area in levels]


def _of(table: Mapping[Any, str]) -> Callable[[Any], str]:
    return lambda code: "" if code is None else (table.get(code) or in_words(str(code)))


FILTERS: dict[str, Callable[..., Any]] = {
    "day": day,
    "eve": eve,
    "instant": instant,
    "weekday": weekday,
    "pounds": whole_pounds,
    "in_words": in_words,
    "kind": _of(KINDS),
    "stage": _of(STAGES),
    "next": _of(NEXT),
    "role": _of(ROLES),
    "ending": _of(ENDINGS),
    "waits": _of(WAITS),
    "need": _of(NEEDS),
    "by_area": by_area,
    "sen_status": _of(STATUSES),
    "recommended": _of(RECOMMENDED),
    "link_state": _of(LINK_STATES),
    "act": _of({each: in_words(each) for each in ActKind}),
    "done": _of(DONE),
    "done_word": _of(RECORDED),
    **words_of_panels.FILTERS,
    "policy": policy_title,
}
"""What templates may call a value by."""
