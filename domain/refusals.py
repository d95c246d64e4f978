"""What a caller may not do: one class for each fact, each with a code that never changes.

A refusal says what was asked, what stands in the way and what would help (promise 13).
How a code becomes an HTTP status is the web's business, not this module's.
"""

from typing import ClassVar


class Refusal(Exception):
    """A request that the rules do not allow, told so that the person can do something about it."""

    code: ClassVar[str] = "refused"
    would_help: ClassVar[str] = "Ask the panel administrator of your cluster."

    def __init__(self, asked: str, in_the_way: str, would_help: str | None = None) -> None:
        super().__init__(f"{asked}: {in_the_way}")
        self.asked = asked
        self.in_the_way = in_the_way
        self.help = would_help or self.would_help


class Unknown(Refusal):
    """There is no such thing, or it is not this person's to see: the two look the same."""

    code = "unknown"
    would_help = "Check the reference, and that you are signed in as the right person."


class RoleNeeded(Refusal):
    """The act belongs to a role that this person does not hold on this day."""

    code = "role_needed"
    would_help = "Ask somebody who holds the role, or have your roles brought up to date."


class NotAtThisStage(Refusal):
    """The act does not fit where the request or the meeting stands now."""

    code = "not_at_this_stage"
    would_help = "Look at the request again: it says where it stands and who acts next."


class TooLate(Refusal):
    """The thing had already ended when the act was heard."""

    code = "too_late"
    would_help = "If the outcome is wrong, ask for it to be reconsidered."


class Barred(Refusal):
    """An interest, or a part already played, keeps this person out of this case."""

    code = "barred"
    would_help = "Somebody with no part in the request has to do this."


class BallotClosed(Refusal):
    """The ballot had closed when the vote arrived; votes cast before stand."""

    code = "ballot_closed"
    would_help = "Tell the chair: a further round may be opened if the panel's rules allow one."


class VoteNotValid(Refusal):
    """The vote names a level, an area of need or a reason that the rules in force do not have."""

    code = "vote_not_valid"
    would_help = "Correct what is listed and vote again; nothing was counted."


class AuthorityTooLow(Refusal):
    """The amount, or the level, is above what this officer may sign."""

    code = "authority_too_low"
    would_help = "Refer it up to an officer whose limit covers it."


class KeyDecisionNeeded(Refusal):
    """A key decision is not an officer's: it waits for the Cabinet Member's decision."""

    code = "key_decision_needed"
    would_help = "Record the decision's number and the day it takes effect, then sign."


class ReasonNeeded(Refusal):
    """A departure, an ending or an override says why, or it does not stand."""

    code = "reason_needed"
    would_help = "Give the grounds and the alternatives that were considered."


class OwedByPlan(Refusal):
    """What an Education, Health and Care plan sets out is owed: nothing here may say no or less."""

    code = "owed_by_plan"
    would_help = (
        "Authorise at least what the plan sets out; money follows, from overspend if it must."
    )


class BudgetExceeded(Refusal):
    """No budget in reach covers the amount, so it goes to a person and is never refused."""

    code = "budget_exceeded"
    would_help = "An officer may draw on the recorded overspend, or refer it up."


class DraftMovedOn(Refusal):
    """Somebody saved the draft since this copy was read; neither copy is lost."""

    code = "draft_moved_on"
    would_help = "Read the draft again, put your change into it and save."


class NotConfirmedByHead(Refusal):
    """A request leaves the school only when the head has confirmed this very draft."""

    code = "not_confirmed_by_head"
    would_help = "Ask the head to read the draft as it stands and confirm it."


class KeyReused(Refusal):
    """An idempotency key was sent again with different content."""

    code = "key_reused"
    would_help = "Use a new Idempotency-Key for a new act; send the same content to repeat one."


class NoPolicyInForce(Refusal):
    """No published version of a policy governs the day that was asked about."""

    code = "no_policy_in_force"
    would_help = "A policy officer publishes a version whose dates cover the day."


class NotValid(Refusal):
    """What was sent breaks a rule of the field; every fault is listed."""

    code = "not_valid"
    would_help = "Mend what is listed and send it again; nothing was written."


REFUSALS: dict[str, type[Refusal]] = {
    kind.code: kind
    for kind in (
        Unknown,
        RoleNeeded,
        NotAtThisStage,
        TooLate,
        Barred,
        BallotClosed,
        VoteNotValid,
        AuthorityTooLow,
        KeyDecisionNeeded,
        ReasonNeeded,
        OwedByPlan,
        BudgetExceeded,
        DraftMovedOn,
        NotConfirmedByHead,
        KeyReused,
        NoPolicyInForce,
        NotValid,
    )
}
"""Every code with its class: the list that the web's statuses and its tests are checked against."""
