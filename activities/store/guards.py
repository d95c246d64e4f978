"""Which refusal a constraint of the database stands for, where a race got past the rules."""

from psycopg import errors
from sqlalchemy.exc import DBAPIError

from domain.refusals import (
    BallotClosed,
    Barred,
    BudgetExceeded,
    NotAtThisStage,
    NotValid,
    OwedByPlan,
    Refusal,
    RoleNeeded,
    TooLate,
)

SEAT_HAS_VOTED = "the seat has its vote: a member and the member's substitute have one together"
ONE_VOTE_A_SEAT = "Whoever of the two has voted may change that vote until the close."

_ASKED = "to do what was asked"

_REFUSED_BY: dict[str, Refusal] = {
    "ballot_is_open": BallotClosed("to vote", "the ballot has closed"),
    "nobody_votes_on_their_own": Barred("to vote", "an interest bars you from this item"),
    "nobody_decides_their_own": Barred("to decide this request", "you have a part in it"),
    "nobody_changes_their_own": Barred("to change this award", "you have a part in its request"),
    "what_a_plan_owes": OwedByPlan(_ASKED, "a plan is owed at least what it sets out"),
    "a_plan_is_never_declined": OwedByPlan("to decline", "a plan is owed what it sets out"),
    "places_are_not_exceeded": BudgetExceeded("to give a place", "the last place has been given"),
    "one_undelivered_decision": NotAtThisStage(
        "to sign", "another decision on this request has just been recorded"
    ),
    "nobody_signs_their_own_plan": Barred("to sign this plan", "you have a part in it"),
    "a_head_speaks_for_a_school": RoleNeeded("to speak on this plan", "a school's head does it"),
    "a_plan_goes_forward": NotAtThisStage(_ASKED, "the plan has gone on since"),
    "one_plan_under_way": NotAtThisStage(
        "to propose this plan", "another of the cluster is before its schools, or with an officer"
    ),
    "a_ballot_closes_once": TooLate("to close the ballot", "it has closed already"),
    "nobody_signs_their_own": Barred("to sign the year off", "you closed it yourself"),
    "year_end_signature_pkey": NotAtThisStage(
        "to sign the year off", "somebody has just signed it in this role"
    ),
    "nobody_approves_their_own_run": Barred("to approve this payment run", "you prepared it"),
    "a_run_is_what_was_prepared": NotValid(
        "to approve this payment run", "its lines are not those that were prepared"
    ),
    "a_run_goes_forward": NotAtThisStage(_ASKED, "the payment run has gone on since"),
    "a_run_is_approved_once": NotAtThisStage(_ASKED, "the payment run is approved already"),
    "a_payment_is_answered_once": NotAtThisStage(_ASKED, "the payment has its answer already"),
    "nobody_seconds_their_own": Barred("to second this overspend", "you proposed it yourself"),
    "an_overspend_is_seconded_once": NotAtThisStage(
        "to second this overspend", "another person has just seconded it"
    ),
    "nobody_settles_their_own": Barred(
        "to undo a payment of this run", "you prepared or approved the run"
    ),
    "one_run_pays_an_instalment": NotAtThisStage(
        "to prepare a payment run", "another run has just taken some of what is due"
    ),
    "one_run_nets_a_take_back": NotAtThisStage(
        "to prepare a payment run", "another run has just taken what is to be netted"
    ),
    "nobody_approves_their_own_policy": Barred(
        "to approve this draft", "you drafted or revised it"
    ),
    "publication_approval_pkey": Barred("to approve this draft", "you have approved it already"),
    "an_approval_is_an_act": NotAtThisStage(
        "to approve this draft",
        "it was revised since you approved it",
        "Read it with its impact as it stands now, and approve it again.",
    ),
    "an_approval_is_of_what_waits": NotAtThisStage(_ASKED, "the draft has gone on since"),
    "a_publication_goes_forward": NotAtThisStage(_ASKED, "the draft has gone on since"),
    "nothing_used_is_withdrawn": NotValid("to withdraw this policy", "it has just been used"),
    "withdrawn_once": NotAtThisStage("to withdraw this policy", "it is withdrawn already"),
    "one_vote_a_seat": NotAtThisStage("to vote", SEAT_HAS_VOTED, ONE_VOTE_A_SEAT),
    "votes_for_a_seat_of_ones_own": NotAtThisStage(
        "to vote", "you are not named to sit in this member's stead any more"
    ),
    "the_sub_panel_votes": RoleNeeded("to vote", "the members who were called vote"),
    "a_case_goes_forward": NotAtThisStage(_ASKED, "the calibration case has gone on since"),
    "one_substitute_a_member": NotAtThisStage(
        "to name a substitute", "another has just been named for the member"
    ),
    "one_seat_a_person": NotAtThisStage(
        "to give a seat", "the person has a seat in this meeting already"
    ),
    "one_challenge_a_decision": NotAtThisStage(
        "to challenge the decision", "it has just been challenged"
    ),
    "a_challenge_goes_forward": NotAtThisStage(_ASKED, "the challenge has gone on since"),
    "fresh_people_look_again": Barred("to vote", "you had a part in what is challenged"),
    "fresh_people_answer": Barred("to reconsider", "you had a part in what is challenged"),
    "nobody_hears_their_own": NotValid(
        "to record who is in the room", "an interest bars the person from this item"
    ),
    "in_the_room_once": NotAtThisStage(
        "to record who is in the room", "they are in the room already"
    ),
    "advice_follows_a_ballot": NotAtThisStage(
        "to ask a service", "no ballot on the request has closed, or one is open"
    ),
    "a_service_goes_forward": NotAtThisStage(_ASKED, "the service has answered since"),
    "dissent_follows_a_vote": NotAtThisStage(
        "to have your dissent recorded", "the ballot is open, or you did not vote in it"
    ),
    "one_dissent_a_member": NotAtThisStage(
        "to have your dissent recorded", "your dissent on this ballot is on record already"
    ),
    "ballot_item_id_round_key": NotAtThisStage("to open a ballot", "one is open on this item"),
}
"""Constraint name to the refusal it stands for; names are those of the migrations."""


def constraint_of(error: DBAPIError) -> tuple[str, str | None]:
    """The SQLSTATE and constraint name of a database error: all that may be said of it.

    PostgreSQL's own message quotes the row, and a row may name a child (promise 8).
    """
    origin = error.orig
    if not isinstance(origin, errors.Error):
        return "unknown", None
    return origin.sqlstate or "unknown", origin.diag.constraint_name


def refusal_by(error: DBAPIError) -> Refusal | None:
    """The refusal that a violated constraint stands for; nothing when it stands for none."""
    _, constraint = constraint_of(error)
    return _REFUSED_BY.get(constraint or "")
