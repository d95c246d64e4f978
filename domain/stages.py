"""Where a request stands, what each person may do there and with the money, and what follows.

The order of things over time is a workflow's; this is the map it walks on.
"""

from enum import StrEnum

from domain.people import Role


class Stage(StrEnum):
    """Where a request stands. The field's words; how a request ended is its ``Ending``."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    WITH_OFFICER = "with_officer"
    LISTED = "listed"
    IN_BALLOT = "in_ballot"
    MORE_INFORMATION = "more_information"
    UNPRICED = "unpriced"
    NO_MONEY = "no_money"
    SIGN_OFF = "sign_off"
    KEY_DECISION = "key_decision"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


ENDED = frozenset({Stage.DECIDED, Stage.WITHDRAWN})
"""Stages that nothing leaves, except by a reconsideration of its own."""


class ActKind(StrEnum):
    """What a person, or the council's own clockwork, does that moves something on."""

    SUBMIT = "submit"
    ANSWER = "answer"
    WITHDRAW = "withdraw"
    SEND_TO_PANEL = "send_to_panel"
    MODERATE = "moderate"
    RETURN_TO_SCHOOL = "return_to_school"
    ESCALATE = "escalate"
    PRICE = "price"
    AUTHORISE = "authorise"
    AUTHORISE_DIFFERENTLY = "authorise_differently"
    AUTHORISE_OVERSPEND = "authorise_overspend"
    DECLINE = "decline"
    REFER_UP = "refer_up"
    RETURN_TO_PANEL = "return_to_panel"
    RECORD_KEY_DECISION = "record_key_decision"
    ADVISE_REQUEST = "advise_request"
    CALL_MEETING = "call_meeting"
    OPEN_MEETING = "open_meeting"
    CALL_URGENT = "call_urgent"
    OPEN_BALLOT = "open_ballot"
    CLOSE_BALLOT = "close_ballot"
    DEFER = "defer"
    CLOSE_MEETING = "close_meeting"
    CALL_OFF_MEETING = "call_off_meeting"
    SET_BUDGETS = "set_budgets"
    IMPORT_AWARDS = "import_awards"
    VIRE = "vire"
    COVER_OVERSPEND = "cover_overspend"
    RECOUP_FROM_COUNCIL = "recoup_from_council"
    CHANGE_AWARD = "change_award"
    CLOSE_PERIOD = "close_period"
    REOPEN_PERIOD = "reopen_period"
    CLOSE_YEAR = "close_year"
    SIGN_YEAR_END = "sign_year_end"
    PREPARE_RUN = "prepare_run"
    APPROVE_RUN = "approve_run"
    ABANDON_RUN = "abandon_run"
    READ_ANSWER = "read_answer"
    SETTLE_DIFFERENCE = "settle_difference"
    DRAFT_POLICY = "draft_policy"
    REVISE_POLICY = "revise_policy"
    APPROVE_POLICY = "approve_policy"
    GIVE_UP_POLICY = "give_up_policy"
    WITHDRAW_POLICY = "withdraw_policy"
    MODEL_POLICIES = "model_policies"
    CHALLENGE = "challenge"
    TAKE_CHALLENGE = "take_challenge"
    RECONSIDER = "reconsider"
    NOTE_KEY_DECISION = "note_key_decision"
    WITHDRAW_CHALLENGE = "withdraw_challenge"
    PROPOSE_PLAN = "propose_plan"
    CHANGE_PLAN = "change_plan"
    VOICE_ON_PLAN = "voice_on_plan"
    SIGN_PLAN = "sign_plan"
    RETURN_PLAN = "return_plan"
    WITHDRAW_PLAN = "withdraw_plan"
    REPORT_OUTCOME = "report_outcome"


PLAN_ACTS = frozenset(
    {
        ActKind.PROPOSE_PLAN,
        ActKind.CHANGE_PLAN,
        ActKind.VOICE_ON_PLAN,
        ActKind.SIGN_PLAN,
        ActKind.RETURN_PLAN,
        ActKind.WITHDRAW_PLAN,
        ActKind.REPORT_OUTCOME,
    }
)
"""Acts on a cluster plan, from its proposal to what it achieved."""

MEETING_ACTS = frozenset(
    {
        ActKind.CALL_MEETING,
        ActKind.OPEN_MEETING,
        ActKind.OPEN_BALLOT,
        ActKind.CLOSE_BALLOT,
        ActKind.DEFER,
        ActKind.CLOSE_MEETING,
        ActKind.CALL_OFF_MEETING,
    }
)

FINANCE_ACTS = frozenset(
    {
        ActKind.SET_BUDGETS,
        ActKind.IMPORT_AWARDS,
        ActKind.VIRE,
        ActKind.COVER_OVERSPEND,
        ActKind.RECOUP_FROM_COUNCIL,
        ActKind.CHANGE_AWARD,
        ActKind.CLOSE_PERIOD,
        ActKind.REOPEN_PERIOD,
        ActKind.CLOSE_YEAR,
        ActKind.SIGN_YEAR_END,
    }
)
"""Acts that stand by themselves: each is its own subject, and one transaction carries it out."""

RUN_ACTS = frozenset(
    {
        ActKind.PREPARE_RUN,
        ActKind.APPROVE_RUN,
        ActKind.ABANDON_RUN,
        ActKind.READ_ANSWER,
        ActKind.SETTLE_DIFFERENCE,
    }
)
"""Acts on a payment run."""

PUBLICATION_ACTS = frozenset(
    {
        ActKind.DRAFT_POLICY,
        ActKind.REVISE_POLICY,
        ActKind.APPROVE_POLICY,
        ActKind.GIVE_UP_POLICY,
    }
)
"""Acts on a draft of policy, from being drafted to being published or given up."""

POLICY_ACTS = PUBLICATION_ACTS | {ActKind.WITHDRAW_POLICY, ActKind.MODEL_POLICIES}
"""Acts on policy; withdrawing and modelling stand by themselves, as acts of finance do."""

CHALLENGE_ACTS = frozenset(
    {
        ActKind.CHALLENGE,
        ActKind.TAKE_CHALLENGE,
        ActKind.RECONSIDER,
        ActKind.NOTE_KEY_DECISION,
        ActKind.WITHDRAW_CHALLENGE,
    }
)
"""Acts on a challenge to a decision, from being made to being answered or taken back."""

URGENT_ACTS = frozenset({ActKind.CALL_URGENT})
"""Acts that call members of a panel together between its meetings; the subject is a meeting."""

REQUEST_ACTS = (
    frozenset(ActKind)
    - MEETING_ACTS
    - FINANCE_ACTS
    - RUN_ACTS
    - POLICY_ACTS
    - CHALLENGE_ACTS
    - PLAN_ACTS
    - URGENT_ACTS
)
"""Acts on a request."""

ADVICE_ACTS = frozenset({ActKind.ADVISE_REQUEST})
"""Acts on a request that are the chair's of the panel that heard it, once its ballot has closed."""

_SIGNING = frozenset({Stage.SIGN_OFF})
_WITHOUT_A_YES = frozenset({Stage.SIGN_OFF, Stage.UNPRICED, Stage.NO_MONEY, Stage.KEY_DECISION})
"""Placed, and not signed yet: from here a request may go back, or be declined with grounds."""

ALLOWED_AT: dict[ActKind, frozenset[Stage]] = {
    ActKind.SUBMIT: frozenset({Stage.DRAFT, Stage.RETURNED}),
    ActKind.ANSWER: frozenset({Stage.MORE_INFORMATION}),
    ActKind.WITHDRAW: frozenset(Stage) - ENDED - {Stage.DRAFT},
    ActKind.SEND_TO_PANEL: frozenset({Stage.WITH_OFFICER}),
    ActKind.MODERATE: frozenset({Stage.WITH_OFFICER}),
    ActKind.RETURN_TO_SCHOOL: _WITHOUT_A_YES | {Stage.WITH_OFFICER},
    ActKind.ESCALATE: frozenset({Stage.LISTED, Stage.WITH_OFFICER, Stage.SIGN_OFF, Stage.UNPRICED}),
    ActKind.PRICE: frozenset({Stage.UNPRICED}),
    ActKind.AUTHORISE: frozenset({Stage.SIGN_OFF, Stage.NO_MONEY}),
    ActKind.AUTHORISE_DIFFERENTLY: _SIGNING,
    ActKind.AUTHORISE_OVERSPEND: frozenset({Stage.SIGN_OFF, Stage.NO_MONEY}),
    ActKind.DECLINE: _WITHOUT_A_YES - {Stage.NO_MONEY},
    ActKind.REFER_UP: frozenset({Stage.SIGN_OFF, Stage.UNPRICED, Stage.NO_MONEY}),
    ActKind.RETURN_TO_PANEL: _WITHOUT_A_YES,
    ActKind.RECORD_KEY_DECISION: frozenset({Stage.KEY_DECISION, Stage.SIGN_OFF}),
    ActKind.ADVISE_REQUEST: _WITHOUT_A_YES | {Stage.WITH_OFFICER},
}
"""At which stages an act on a request makes sense; the workflow refuses it everywhere else."""

_SCHOOL = frozenset({Role.SENCO, Role.HEAD})
_OFFICERS = frozenset({Role.COUNCIL_OFFICER, Role.SEN_OFFICER})
_CHAIR = frozenset({Role.PANEL_CHAIR, Role.VICE_CHAIR})
_PANEL_DESK = _CHAIR | {Role.PANEL_ADMINISTRATOR}
_FINANCE = frozenset({Role.FINANCE_OFFICER})
_POLICY = frozenset({Role.POLICY_OFFICER})

ALLOWED_TO: dict[ActKind, frozenset[Role]] = {
    ActKind.SUBMIT: _SCHOOL,
    ActKind.ANSWER: _SCHOOL,
    ActKind.WITHDRAW: _SCHOOL,
    ActKind.SEND_TO_PANEL: _OFFICERS,
    ActKind.MODERATE: _OFFICERS,
    ActKind.RETURN_TO_SCHOOL: _OFFICERS,
    ActKind.ESCALATE: _OFFICERS | {Role.PANEL_CHAIR},
    ActKind.PRICE: _OFFICERS,
    ActKind.AUTHORISE: _OFFICERS,
    ActKind.AUTHORISE_DIFFERENTLY: _OFFICERS,
    ActKind.AUTHORISE_OVERSPEND: _OFFICERS,
    ActKind.DECLINE: _OFFICERS,
    ActKind.REFER_UP: _OFFICERS,
    ActKind.RETURN_TO_PANEL: _OFFICERS,
    ActKind.RECORD_KEY_DECISION: _OFFICERS,
    ActKind.ADVISE_REQUEST: _CHAIR,
    ActKind.CALL_MEETING: _PANEL_DESK,
    ActKind.OPEN_MEETING: _PANEL_DESK,
    ActKind.CALL_URGENT: _PANEL_DESK | _OFFICERS,
    ActKind.OPEN_BALLOT: _CHAIR,
    ActKind.CLOSE_BALLOT: _CHAIR,
    ActKind.DEFER: _CHAIR,
    ActKind.CLOSE_MEETING: _PANEL_DESK,
    ActKind.CALL_OFF_MEETING: _CHAIR,
    ActKind.SET_BUDGETS: _FINANCE,
    ActKind.IMPORT_AWARDS: _FINANCE,
    ActKind.VIRE: _FINANCE | {Role.COUNCIL_OFFICER},
    ActKind.COVER_OVERSPEND: _FINANCE | {Role.COUNCIL_OFFICER},
    ActKind.RECOUP_FROM_COUNCIL: _FINANCE,
    ActKind.CHANGE_AWARD: _OFFICERS,
    ActKind.CLOSE_PERIOD: _FINANCE,
    ActKind.REOPEN_PERIOD: _FINANCE | {Role.COUNCIL_OFFICER},
    ActKind.CLOSE_YEAR: _FINANCE,
    ActKind.SIGN_YEAR_END: _FINANCE | {Role.LEADER, Role.COUNCIL_OFFICER},
    ActKind.PREPARE_RUN: _FINANCE,
    ActKind.APPROVE_RUN: _FINANCE,
    ActKind.ABANDON_RUN: _FINANCE,
    ActKind.READ_ANSWER: _FINANCE,
    ActKind.SETTLE_DIFFERENCE: _FINANCE,
    ActKind.DRAFT_POLICY: _POLICY,
    ActKind.REVISE_POLICY: _POLICY,
    ActKind.APPROVE_POLICY: _POLICY | {Role.LEADER},
    ActKind.GIVE_UP_POLICY: _POLICY,
    ActKind.WITHDRAW_POLICY: _POLICY,
    ActKind.MODEL_POLICIES: _POLICY | _FINANCE,
    ActKind.CHALLENGE: _SCHOOL | _OFFICERS,
    ActKind.TAKE_CHALLENGE: _OFFICERS,
    ActKind.RECONSIDER: _OFFICERS,
    ActKind.NOTE_KEY_DECISION: _OFFICERS,
    ActKind.WITHDRAW_CHALLENGE: _SCHOOL | _OFFICERS,
    ActKind.PROPOSE_PLAN: _PANEL_DESK,
    ActKind.CHANGE_PLAN: _PANEL_DESK,
    ActKind.VOICE_ON_PLAN: frozenset({Role.HEAD}),
    ActKind.SIGN_PLAN: _OFFICERS,
    ActKind.RETURN_PLAN: _OFFICERS,
    ActKind.WITHDRAW_PLAN: _PANEL_DESK,
    ActKind.REPORT_OUTCOME: _PANEL_DESK,
}
"""Which roles an act belongs to; authority, interests and places are checked beside it."""


OF_THE_CHAIR = frozenset({ActKind.OPEN_BALLOT, ActKind.CLOSE_BALLOT, ActKind.DEFER})
"""Acts that a vice-chair does for the chair alone, when the panel's rules let them."""


class Ending(StrEnum):
    """How a request ended: what the decision, or the school, made of it."""

    AUTHORISED = "authorised"
    AUTHORISED_DIFFERENTLY = "authorised_differently"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


DECIDING = frozenset(
    {
        ActKind.PRICE,
        ActKind.AUTHORISE,
        ActKind.AUTHORISE_DIFFERENTLY,
        ActKind.AUTHORISE_OVERSPEND,
        ActKind.DECLINE,
    }
)
"""Acts that decide a case: nobody with a part in it may do them (promise 6)."""
