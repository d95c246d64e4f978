"""Words of the pages that officers decide on: acts, pots, pauses and changes of an award."""

from collections.abc import Callable, Mapping
from typing import Any

from api.pages.words import ENDINGS, RECOMMENDED
from domain.explaining import whole_pounds
from domain.pausing import OnDesk, Pause
from domain.people import Interest
from domain.places import Level
from domain.policy.delegation import ToOfficer
from domain.stages import ActKind

TO_DO = {
    ActKind.AUTHORISE: "Authorise",
    ActKind.AUTHORISE_DIFFERENTLY: "Authorise differently",
    ActKind.AUTHORISE_OVERSPEND: "Authorise from the overspend",
    ActKind.DECLINE: "Decline",
    ActKind.PRICE: "Set the amount",
    ActKind.MODERATE: "Set the levels of need",
    ActKind.SEND_TO_PANEL: "Send to the panel",
    ActKind.REFER_UP: "Refer up",
    ActKind.ESCALATE: "Escalate",
    ActKind.RECORD_KEY_DECISION: "Record the key decision",
    ActKind.RETURN_TO_PANEL: "Return to the panel",
    ActKind.RETURN_TO_SCHOOL: "Return to the school",
}
"""What an officer may do with a request, in the order in which it is offered."""
INTERESTS = {
    Interest.OWN_SCHOOL: "I work for a school in it",
    Interest.OWN_TRUST: "I work for the trust of a school in it",
    Interest.FAMILY: "A child in it is of my family",
    Interest.EMPLOYMENT: "It could bring me or somebody close to me work",
    Interest.OTHER: "Another interest",
}
LEVELS = {
    Level.CLUSTER: "The cluster",
    Level.AREA: "The area",
    Level.COUNCIL: "The council",
}
WITH_OFFICER = {
    ToOfficer.PLAN: "A pupil has an Education, Health and Care plan",
    ToOfficer.URGENT: "The school says that it is urgent",
    ToOfficer.NO_CONTACT: "The school could not reach the family",
    ToOfficer.DISAGREEMENT: "The family does not agree",
    ToOfficer.CANNOT: "The school says that it cannot give something that is asked for",
    ToOfficer.UNPRICED: "No table prices it",
}
"""Why a request is with an officer."""
ANSWERS = {"created": "Covers it", "exists": "Covers it"}
_POTS = (
    ("contingency:cluster:", "The cluster's contingency"),
    ("contingency:area:", "The area's contingency"),
    ("contingency:council", "The council's contingency"),
    ("cluster:", "The cluster's budget"),
    ("exceptional", "Exceptional needs"),
    ("high_needs_block", "High needs block"),
    ("deficit", "The recorded overspend"),
)


def pot(code: str | None) -> str:
    """Name a pot as whoever has one request before them would.

    >>> pot("cluster:alder"), pot("contingency:area:north")
    ("The cluster's budget", "The area's contingency")
    """
    code = code or ""
    named = next((says for begins, says in _POTS if code.startswith(begins)), None)
    return named or code.replace("_", " ").capitalize()


def said_before(why: Pause, kind: ActKind, made: Any, desk: OnDesk) -> str:
    """Say why a pause is due, with the facts."""
    named = getattr(made, "annual_pence", None)
    given = desk.annual_pence or 0 if named is None else named
    return _SAID[why](kind, given, made, desk)


def _over_budget(kind: ActKind, given: int, _made: Any, desk: OnDesk) -> str:
    if kind is ActKind.AUTHORISE_OVERSPEND:
        return (
            f"{whole_pounds(given)} a year is drawn from the recorded overspend. No budget covers"
            " it."
        )
    more = given - (desk.annual_pence or 0)
    return (
        f"This is {whole_pounds(more)} a year more than was priced, and the budget has"
        f" {whole_pounds(desk.left_pence or 0)} left."
    )


def _own_interest(_kind: ActKind, _given: int, made: Any, _desk: OnDesk) -> str:
    held = "; ".join(INTERESTS[each][:1].lower() + INTERESTS[each][1:] for each in made.interests)
    return (
        f"You declare an interest: {held}. An interest that bars you by the panel's rules keeps"
        " you from deciding, and a colleague decides."
    )


def _reversal(_kind: ActKind, _given: int, _made: Any, desk: OnDesk) -> str:
    before = ENDINGS[desk.decided_before].lower() if desk.decided_before else "decided"
    return f"A decision stands already: {before}. Yours takes its place."


def _departs(kind: ActKind, given: int, _made: Any, desk: OnDesk) -> str:
    advised = RECOMMENDED.get(desk.recommended or "", "").lower()  # type: ignore[call-overload]
    if kind is ActKind.DECLINE:
        return f"The panel recommends: {advised}. You decline the request."
    priced = "nothing" if desk.annual_pence is None else f"{whole_pounds(desk.annual_pence)} a year"
    return (
        f"The panel recommends: {advised}, which comes to {priced}. You authorise"
        f" {whole_pounds(given)} a year."
    )


_SAID: dict[Pause, Callable[[ActKind, int, Any, OnDesk], str]] = {
    Pause.OVER_BUDGET: _over_budget,
    Pause.OWN_INTEREST: _own_interest,
    Pause.REVERSAL: _reversal,
    Pause.DEPARTS_FROM_PANEL: _departs,
}

CHANGES: Mapping[str, tuple[str, str]] = {
    "leaver": ("The pupil leaves", "Nothing is due after the last day."),
    "transfer": ("The pupil moves to another school", "In this council or in another one."),
    "late_start": ("Support began earlier", "It is paid back to the day on which it began."),
    "changed_amount": ("The amount changes", "From a day on it is worth another amount a year."),
    "suspended": ("It is suspended", "Nothing is due between two days."),
    "resumed": ("A suspension is lifted early", "From a day within it amounts are due again."),
}
"""How an award may change: what happened, and what comes of it."""


FILTERS: dict[str, Callable[..., str]] = {
    "with_officer": lambda why: WITH_OFFICER.get(why, ""),
    "pot": pot,
    "to_do": lambda kind: TO_DO.get(kind, ""),
    "level_of_model": lambda level: LEVELS.get(level, ""),
    "answer_of_pot": lambda answer: ANSWERS.get(answer, "Not enough"),
}
"""What templates may call a value by."""
