"""What people of the small county send: whole requests, votes, and the words of a decision."""

from typing import Any

from domain.needs import AreaOfNeed
from domain.request import RequestContent, RequestKind
from domain.stages import ActKind
from tests.activities.small_county import PLANTED, request

WORDS = f"Because of {PLANTED}"
DECISION: dict[str, Any] = {"grounds": [WORDS], "alternatives": WORDS}


def content(kind: RequestKind = RequestKind.INDIVIDUAL, **changed: Any) -> dict[str, Any]:
    """A whole request of a kind, as it is sent."""
    return as_sent(request(kind, **changed))


def as_sent(made: RequestContent) -> dict[str, Any]:
    """A request as JSON has it."""
    return made.model_dump(mode="json")


def vote(level: int = 3, recommendation: str = "as_asked", reason: str = WORDS) -> dict[str, Any]:
    """A vote with the same level for every area of need."""
    levels = {area.value: level for area in AreaOfNeed}
    return {"levels": levels, "recommendation": recommendation, "reason": reason}


CHOSEN: dict[ActKind, dict[str, Any]] = {
    ActKind.WITHDRAW: {"reason": WORDS},
    ActKind.SEND_TO_PANEL: {"reason": WORDS},
    ActKind.MODERATE: {"recommendation": "advice", "reason": WORDS},
    ActKind.RETURN_TO_SCHOOL: {"reason": WORDS},
    ActKind.ESCALATE: {"level": "area", "grounds": [WORDS], "reason": WORDS},
    ActKind.PRICE: {"annual_pence": 100_00, "reason": WORDS},
    ActKind.AUTHORISE: DECISION,
    ActKind.AUTHORISE_DIFFERENTLY: {**DECISION, "annual_pence": 100_00, "reason": WORDS},
    ActKind.AUTHORISE_OVERSPEND: {**DECISION, "authority": "26/00042", "reason": WORDS},
    ActKind.DECLINE: {**DECISION, "reason": WORDS},
    ActKind.REFER_UP: {"reason": WORDS},
    ActKind.RETURN_TO_PANEL: {"reason": WORDS},
    ActKind.RECORD_KEY_DECISION: {"number": "26/00123", "effective_on": "2026-11-01"},
    ActKind.SUBMIT: {"draft_version": 1},
}
"""Choices that are well formed for every act but the answer, which has a whole request in it."""
