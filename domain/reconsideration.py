"""A decision that is challenged: looked at again by people who had no part in it, then one answer.

Who may do what to a challenge, and when; what is carried out is an activity's.
"""

from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from domain.frozen import Frozen
from domain.money import pounds
from domain.policy.panel import PanelRules
from domain.refusals import AuthorityTooLow, Barred, NotAtThisStage, NotValid, RoleNeeded, TooLate
from domain.stages import ActKind


class ChallengeStage(StrEnum):
    """Where a challenge stands; the decision it is about stands until there is an answer."""

    CHALLENGED = "challenged"
    """It is on record, and waits for an officer who had no part to give it to a panel."""
    LISTED = "listed"
    """A panel of people who had no part has it on its agenda, or is voting on it."""
    FOR_DECISION = "for_decision"
    """They have looked again; a senior officer gives the answer."""
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class Challenger(StrEnum):
    """Who challenges: the school, or the family through the school or the council."""

    SCHOOL = "school"
    FAMILY = "family"


class Answer(StrEnum):
    """What the one final step makes of the first decision."""

    STANDS = "stands"
    REPLACED = "replaced"
    """A second decision takes its place, and money follows by dated entries."""
    SENT_BACK = "sent_back"
    """The first panel, or the school, looks at the request again; all of it stays on record."""


CHALLENGE_ENDED = frozenset({ChallengeStage.ANSWERED, ChallengeStage.WITHDRAWN})
"""Stages that nothing leaves: the answer is final."""

CHALLENGE_ALLOWED_AT: dict[ActKind, frozenset[ChallengeStage]] = {
    ActKind.TAKE_CHALLENGE: frozenset({ChallengeStage.CHALLENGED}),
    ActKind.RECONSIDER: frozenset({ChallengeStage.FOR_DECISION}),
    ActKind.NOTE_KEY_DECISION: frozenset({ChallengeStage.FOR_DECISION}),
    ActKind.WITHDRAW_CHALLENGE: frozenset(ChallengeStage) - CHALLENGE_ENDED,
}
"""At which stages an act on a challenge makes sense."""

TURN_OF: dict[ChallengeStage, str | None] = {
    ChallengeStage.CHALLENGED: "officer",
    ChallengeStage.LISTED: "panel",
    ChallengeStage.FOR_DECISION: "senior_officer",
    ChallengeStage.ANSWERED: None,
    ChallengeStage.WITHDRAWN: None,
}
"""Whose turn it is at each stage, but for a key decision that an answer waits for."""

CABINET_MEMBER = "cabinet_member"
"""Whose turn it is while an answer waits for a key decision, or for the day it takes effect."""


class NotedDecision(Frozen):
    """The Cabinet Member's decision that an answer is to carry out, as noted on the challenge."""

    number: str
    effective_on: date
    annual_pence: int
    """The most that it covers, pence a year."""


def turn_on(
    stage: ChallengeStage, noted: NotedDecision | None, wanted_on: date | None, today: date
) -> str | None:
    """Say whose turn it is on a challenge.

    ``wanted_on`` is the day on which an answer was refused for want of a key decision, if one was
    and none has been noted since.
    """
    if stage is not ChallengeStage.FOR_DECISION:
        return TURN_OF[stage]
    if noted is not None and today < noted.effective_on:
        return CABINET_MEMBER
    if wanted_on is not None and (noted is None or wanted_on >= noted.effective_on):
        return CABINET_MEMBER
    return TURN_OF[stage]


NOT_FOR_THE_INVOLVED = frozenset({ActKind.TAKE_CHALLENGE, ActKind.RECONSIDER})
"""Acts that are for people who had no part in what is challenged (promise 6)."""


def check_challenge_act(kind: ActKind, stage: ChallengeStage) -> None:
    """Refuse an act that does not fit where the challenge stands.

    Raises `TooLate` after the end, and `NotAtThisStage` before it.
    """
    asked = f"to {kind.replace('_', ' ')}"
    stands = f"the challenge is {stage.replace('_', ' ')}"
    if stage in CHALLENGE_ENDED:
        raise TooLate(asked, stands, "The answer is final; the letter says what can still be done.")
    if stage not in CHALLENGE_ALLOWED_AT[kind]:
        raise NotAtThisStage(asked, stands, "Look at the challenge: it says whose turn it is.")


def is_barred_from(kind: ActKind, person_id: UUID | None, involved: Collection[UUID]) -> bool:
    """Whether this act is for fresh people alone, and the person had a part in what is challenged.

    >>> is_barred_from(ActKind.WITHDRAW_CHALLENGE, None, ())
    False
    """
    return kind in NOT_FOR_THE_INVOLVED and (person_id is None or person_id in involved)


def check_fresh(kind: ActKind, person_id: UUID | None, involved: Collection[UUID]) -> None:
    """Refuse whoever asked, moderated, decided or acted in what is challenged (promise 6).

    Raises `Barred`.
    """
    if is_barred_from(kind, person_id, involved):
        raise Barred(
            f"to {kind.replace('_', ' ')}",
            "you had a part in the request, or in the decision that is challenged",
            "Somebody who had no part in it has to do this.",
        )


def check_in_window(
    now: datetime, until: datetime, late_because: str | None, rules: PanelRules, *, is_officer: bool
) -> bool:
    """Say whether a challenge comes after its window; refuse it then, unless an officer admits it.

    ``until`` is told to people, so it is in the council's own time zone.
    Raises `TooLate` with the window, `RoleNeeded` where a school admits itself, and `NotValid`
    where there is nothing to admit.
    """
    asked = "to challenge the decision"
    if now < until:
        if late_because:
            raise NotValid(asked, f"it is not late: the window closes on {_in_words(until)}")
        return False
    closed = f"the window closed on {_in_words(until)}"
    if not rules.reconsideration.late_with_reason:
        raise TooLate(asked, closed, "A complaint can still be made; the letter says how.")
    if not late_because:
        help_ = "An officer may admit it late, with a reason; a complaint can be made at any time."
        raise TooLate(asked, closed, help_)
    if not is_officer:
        raise RoleNeeded(asked, f"{closed}, and an officer admits a late challenge")
    return True


def _in_words(instant: datetime) -> str:
    return f"{instant.day} {instant:%B %Y at %H:%M}"


def panel_to_look(rules: PanelRules, cluster: str, named: str | None) -> str:
    """Name the cluster whose panel looks again: as an officer says, else as the policy does.

    The panel that moderated is never the one. Raises `NotValid`.
    """
    own = rules.reconsideration
    found = named or own.panel_for.get(cluster) or own.panel
    if found is None or (found == cluster and named is None):
        found = rules.fallback_for(cluster)
    if found == cluster:
        raise NotValid(
            "to give the challenge to this panel",
            "it is the panel of the cluster that the request came from",
            "Name another cluster's panel, or none: then the policy names it.",
        )
    return found


def check_senior(officer_limit_pence: int, first_limit_pence: int) -> None:
    """Refuse the final step to an officer whose limit is below the one who decided first.

    Limits are pence a year. Raises `AuthorityTooLow`.
    """
    if officer_limit_pence < first_limit_pence:
        raise AuthorityTooLow(
            "to reconsider this decision",
            f"your limit of {pounds(officer_limit_pence)} a year is below that of the officer who"
            f" decided first, {pounds(first_limit_pence)}",
        )
