"""Refusals that list every fault of what was sent, and give back what nobody may lose."""

from typing import Any

from domain.refusals import DraftMovedOn, NotValid, VoteNotValid
from domain.screening import Fault


class ContentFaulty(NotValid):
    """What was sent breaks rules of the field: each is listed."""

    def __init__(self, asked: str, faults: tuple[Fault, ...]) -> None:
        super().__init__(asked, " ".join(fault.says for fault in faults))
        self.faults = faults


class VoteFaulty(VoteNotValid):
    """The vote cannot be counted: everything in its way is listed."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("to vote", " ".join(fault.says for fault in faults))
        self.faults = faults


class SavedMeanwhile(DraftMovedOn):
    """Somebody else saved the draft: what was typed goes back with the refusal (promise 13)."""

    def __init__(self, version: int, yours: dict[str, Any] | None = None) -> None:
        super().__init__("to go on from your copy of the draft", f"it now is version {version}")
        self.version = version
        self.yours = yours
