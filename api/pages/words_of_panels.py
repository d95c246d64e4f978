"""The words of panels and their meetings: interests, where an item stands, what was just done."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from activities.clock import LONDON
from activities.store.reading.agenda import ItemLine
from domain.agenda import DeferredBecause
from domain.calibration import CalibrationState
from domain.moderation import Recommendation
from domain.people import Interest
from domain.policy.panel import Moderation

INTERESTS = {
    Interest.NONE: "I have no interest",
    Interest.OWN_SCHOOL: "It is about my school, or a pupil of it",
    Interest.OWN_TRUST: "It is about a school of my trust",
    Interest.FAMILY: "It is about a child of my family, or of somebody close to me",
    Interest.EMPLOYMENT: "I work for the school or the family, or did",
    Interest.OTHER: "Another interest",
}
"""What a member declares, in the member's own words."""
INTERESTS_OF_OTHERS = {
    Interest.NONE: "No interest",
    Interest.OWN_SCHOOL: "Own school",
    Interest.OWN_TRUST: "Own trust",
    Interest.FAMILY: "Family",
    Interest.EMPLOYMENT: "Employment",
    Interest.OTHER: "Other interest",
}
PUT_OFF = {
    DeferredBecause.NO_TIME: "No time for it",
    DeferredBecause.PAPERS_MISSING: "Papers are missing",
    DeferredBecause.PRESENTER_AWAY: "Whoever presents it is away",
    DeferredBecause.TOO_FEW_MEMBERS: "Too few members can hear it",
    DeferredBecause.SCHOOL_ASKS: "The school asks for it",
    DeferredBecause.OTHER: "Another reason",
    DeferredBecause.NOT_REACHED: "The meeting closed before it",
    DeferredBecause.CALLED_OFF: "The meeting was called off",
}
ITEMS = {
    "listed": "Waiting to be heard",
    "in_ballot": "Being voted on",
    "heard": "Heard",
    "deferred": "Put off",
    "no_quorum": "No quorum: listed again",
    "withdrawn": "Taken back by the school",
}
MODERATED = {
    Moderation.MEDIAN: "the middle of the members' levels",
    Moderation.MOST_FREQUENT: "the level that most members gave",
}
CASES = {
    CalibrationState.DRAFTED: "Its levels are being set",
    CalibrationState.SET: "Waits for a meeting",
    CalibrationState.IN_USE: "Panels are voting on it",
    CalibrationState.RETIRED: "Out of use",
}
RECORDED = {
    "voted": "Your vote is saved. You can change it until the ballot closes",
    "declared": "Your interests are recorded",
    "attendance": "Your answer is recorded",
    "taken": "The item is taken",
    "order": "The agenda has its new order",
    "room": "Who is in the room is recorded",
    "substitute": "Who sits in the member's stead is recorded",
    "borrowed": "The member is borrowed for this item",
    "minutes_read": "You have read the minutes",
    "corrected": "The correction is noted beside the minutes",
    "dissent": "Your dissent is recorded",
    "year_called": "The year's meetings are called",
    "levels": "Your levels are recorded",
}
"""What a page says after something of a panel was recorded at once."""


def stands(line: ItemLine, now: bool = False) -> str:  # noqa: FBT001, FBT002  a template's filter
    """Say where an item stands: never how many have voted."""
    if now and line.state == "listed":
        return "Being heard"
    if line.state == "in_ballot" and not line.is_open:
        return "Voting is over: it is being counted"
    if line.state == "deferred" and line.deferred_because:
        return f"Put off: {PUT_OFF[line.deferred_because].lower()}"
    if line.state == "listed" and line.round:
        return f"Waiting for round {line.round + 1} of voting"
    return ITEMS.get(line.state, line.state)


def at_time(value: datetime) -> str:
    """Write the time of an instant alone, by the council's clock.

    >>> from datetime import UTC
    >>> at_time(datetime(2026, 10, 5, 7, 30, tzinfo=UTC))
    '8:30am'
    """
    local = value.astimezone(LONDON)
    return f"{local.hour % 12 or 12}:{local.minute:02}{'am' if local.hour < 12 else 'pm'}"  # noqa: PLR2004


def by_advice(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Put what members recommended in the order of the choices, fullest support first."""
    return [(each.value, counts[each]) for each in Recommendation if each in counts]


def _of(table: Mapping[Any, str]) -> Callable[[Any], str]:
    return lambda code: table.get(code, str(code).replace("_", " "))


FILTERS: dict[str, Callable[..., Any]] = {
    "interest": _of(INTERESTS),
    "interest_of": _of(INTERESTS_OF_OTHERS),
    "put_off": _of(PUT_OFF),
    "stands": stands,
    "at_time": at_time,
    "by_advice": by_advice,
    "moderated": _of(MODERATED),
    "case_state": _of(CASES),
}
