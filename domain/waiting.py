"""What waits for a person: the words of a worklist, and of what is reminded of."""

from enum import StrEnum

from domain.frozen import Frozen
from domain.people import ON_PANEL, Role


class Waits(StrEnum):
    """What waits for the person."""

    FINISH_DRAFT = "finish_draft"
    CONFIRM_DRAFT = "confirm_draft"
    MEND_REQUEST = "mend_request"
    ANSWER_PANEL = "answer_panel"
    DECLARE_INTEREST = "declare_interest"
    VOTE = "vote"
    HEAR_ITEM = "hear_item"
    ANSWER_MEETING = "answer_meeting"
    RUN_MEETING = "run_meeting"
    READ_MINUTES = "read_minutes"
    CALL_MEMBERS = "call_members"
    """An urgent request to which members of the panel may be called."""
    BORROW_MEMBERS = "borrow_members"
    """An item on which interests leave too few members for a quorum."""
    LOOK_AT_CASE = "look_at_case"
    PRICE = "price"
    FIND_MONEY = "find_money"
    SIGN = "sign"
    RECORD_KEY_DECISION = "record_key_decision"
    TAKE_CHALLENGE = "take_challenge"
    RECONSIDER = "reconsider"
    NOTE_KEY_DECISION = "note_key_decision"
    LOOK_AT_SHORTFALL = "look_at_shortfall"
    CLOSE_MONTH = "close_month"
    SIGN_YEAR_END = "sign_year_end"
    SECOND_OVERSPEND = "second_overspend"
    """A cover from the recorded overspend that another person proposed."""
    APPROVE_RUN = "approve_run"
    READ_ANSWER = "read_answer"
    APPROVE_POLICY = "approve_policy"
    MEND_POLICY = "mend_policy"
    PROPOSE_LEVELS = "propose_levels"
    CALIBRATE = "calibrate"
    VOICE_ON_PLAN = "voice_on_plan"
    SIGN_PLAN = "sign_plan"
    REPORT_OUTCOME = "report_outcome"
    """What the items of a signed plan achieved in a term that is over."""
    ANSWER_SERVICE = "answer_service"
    REPORT_SERVICE = "report_service"
    LATE_SERVICE = "late_service"
    """What a service was asked and has not answered, or not done, in time."""


class Waiting(Frozen):
    """What is said of one kind of waiting, wherever a message tells of it."""

    says: str
    """What is to be done: reads on after "please"."""
    stage: str
    """Where the thing stands while it waits so."""
    role: Role
    """Who acts next."""
    page: str
    """Where it is done; the id of what waits takes the place of ``{id}``."""


def _of(says: str, stage: str, role: Role, page: str) -> Waiting:
    return Waiting(says=says, stage=stage, role=role, page=page)


_REQUEST, _CHALLENGE = "/requests/{id}", "/reconsiderations/{id}"
_RUN, _POLICY, _CASE = "/payment-runs/{id}", "/policy/publications/{id}", "/calibration/cases/{id}"
_OFFICER, _FINANCE = Role.COUNCIL_OFFICER, Role.FINANCE_OFFICER

WAITING: dict[Waits, Waiting] = {
    Waits.FINISH_DRAFT: _of("finish the draft", "draft", Role.SENCO, "/drafts/{id}"),
    Waits.CONFIRM_DRAFT: _of("confirm the draft", "draft", Role.HEAD, "/drafts/{id}"),
    Waits.MEND_REQUEST: _of("mend the request", "returned", Role.SENCO, _REQUEST),
    Waits.ANSWER_PANEL: _of("answer the panel", "more_information", Role.SENCO, _REQUEST),
    Waits.DECLARE_INTEREST: _of(
        "declare your interests, or none", "listed", Role.PANEL_MEMBER, "/meetings/{id}"
    ),
    Waits.VOTE: _of("vote", "in_ballot", Role.PANEL_MEMBER, "/ballots/{id}"),
    Waits.HEAR_ITEM: _of("have the items heard", "listed", Role.PANEL_CHAIR, "/meetings/{id}"),
    Waits.CALL_MEMBERS: _of(
        "call members to the urgent request", "with_officer", Role.PANEL_CHAIR, "/meetings/urgent"
    ),
    Waits.BORROW_MEMBERS: _of(
        "borrow members of a neighbouring panel", "listed", Role.PANEL_CHAIR, "/meetings/{id}"
    ),
    Waits.ANSWER_MEETING: _of(
        "say whether you come to the meeting", "called", Role.PANEL_MEMBER, "/meetings/{id}"
    ),
    Waits.RUN_MEETING: _of("run the meeting", "called", Role.PANEL_CHAIR, "/meetings/{id}"),
    Waits.READ_MINUTES: _of(
        "read the minutes", "closed", Role.PANEL_MEMBER, "/meetings/{id}/minutes"
    ),
    Waits.LOOK_AT_CASE: _of("look at the case", "with_officer", _OFFICER, _REQUEST),
    Waits.PRICE: _of("set the amount", "unpriced", _OFFICER, _REQUEST),
    Waits.FIND_MONEY: _of("find the money", "no_money", _OFFICER, _REQUEST),
    Waits.SIGN: _of("decide", "sign_off", _OFFICER, _REQUEST),
    Waits.RECORD_KEY_DECISION: _of("record the key decision", "key_decision", _OFFICER, _REQUEST),
    Waits.TAKE_CHALLENGE: _of("give it to a panel", "challenged", _OFFICER, _CHALLENGE),
    Waits.RECONSIDER: _of("answer the challenge", "for_decision", _OFFICER, _CHALLENGE),
    Waits.NOTE_KEY_DECISION: _of("note the key decision", "for_decision", _OFFICER, _CHALLENGE),
    Waits.LOOK_AT_SHORTFALL: _of(
        "look at the shortfall", "seen_coming", _FINANCE, "/reports/shortfalls"
    ),
    Waits.CLOSE_MONTH: _of("close the month", "open", _FINANCE, "/reports/months"),
    Waits.SIGN_YEAR_END: _of("sign the year's end off", "closed", _FINANCE, "/reports/year-end"),
    Waits.SECOND_OVERSPEND: _of(
        "second the overspend", "proposed", _FINANCE, "/finance/overspends"
    ),
    Waits.APPROVE_RUN: _of("approve the payment run", "prepared", _FINANCE, _RUN),
    Waits.READ_ANSWER: _of("hand in the bank's answer", "sent", _FINANCE, _RUN),
    Waits.APPROVE_POLICY: _of("approve the policy", "drafted", Role.POLICY_OFFICER, _POLICY),
    Waits.MEND_POLICY: _of("mend the policy", "faulty", Role.POLICY_OFFICER, _POLICY),
    Waits.PROPOSE_LEVELS: _of("propose the levels", "written", Role.PANEL_MEMBER, _CASE),
    Waits.CALIBRATE: _of(
        "vote on the calibration case", "in_ballot", Role.PANEL_MEMBER, "/calibration/ballots/{id}"
    ),
    Waits.ANSWER_SERVICE: _of(
        "say whether your service can do it", "asked", Role.SERVICE, "/services/asked/{id}"
    ),
    Waits.REPORT_SERVICE: _of(
        "report what your service did", "accepted", Role.SERVICE, "/services/asked/{id}"
    ),
    Waits.LATE_SERVICE: _of(
        "ask the service what is in the way", "late", Role.PANEL_CHAIR, "/services/asked/{id}"
    ),
    Waits.VOICE_ON_PLAN: _of("say yes or no to the plan", "proposed", Role.HEAD, "/plans/{id}"),
    Waits.SIGN_PLAN: _of("sign the plan", "agreed", _OFFICER, "/plans/{id}"),
    Waits.REPORT_OUTCOME: _of(
        "report what the plan achieved in the term", "signed", Role.PANEL_CHAIR, "/plans/{id}"
    ),
}
"""What is said of each kind of waiting."""

BY_MEETING = frozenset({Waits.DECLARE_INTEREST, Waits.HEAR_ITEM})
"""What waits item by item and is reminded of once for the whole meeting."""

OF_MEETING = frozenset({Waits.ANSWER_MEETING, Waits.RUN_MEETING, Waits.READ_MINUTES})
"""What waits of a whole meeting: a message about it goes by the meeting's place."""

BLIND = frozenset({Waits.VOTE, Waits.CALIBRATE})
"""What tells who has not voted: nobody hears of it but that person, until the ballot has closed."""

_AT_SCHOOL = frozenset({Role.SENCO, Role.HEAD, Role.BUSINESS_MANAGER, Role.TRUST_SEND_LEAD})
_ON_PANEL = frozenset(ON_PANEL)
_SERVICES = frozenset({Role.SERVICE})
OF_COUNCIL = frozenset(Role) - _AT_SCHOOL - _ON_PANEL - _SERVICES
"""Roles of those who work for the council."""


def is_of_panel(waits: Waits) -> bool:
    """Whether it waits for somebody of a panel, so that who runs the panel may know of it."""
    return WAITING[waits].role in _ON_PANEL


def is_of_council(waits: Waits) -> bool:
    """Whether it waits for one of the council's own people."""
    return WAITING[waits].role in OF_COUNCIL


def may_hear_of(waits: Waits) -> frozenset[Role]:
    """Who may be told that it is late: those beside who was to act, and the council.

    What waits for the council stays there: that a need is not priced, or not paid for, would tell
    how great it is before the decision (the design, section 3). A vote is nobody else's business.
    """
    if waits in BLIND:
        return frozenset()
    role = WAITING[waits].role
    # Whoever asked a service may hear that it is late.
    groups = (_AT_SCHOOL, _ON_PANEL, _SERVICES | _ON_PANEL)
    beside = next((each for each in groups if role in each), frozenset[Role]())
    return OF_COUNCIL | beside
