"""Services of the Team Around the Cluster: what is asked of them goes forward, and may be late."""

from datetime import datetime
from enum import StrEnum

from domain.frozen import Frozen
from domain.needs import NeedsProfile
from domain.refusals import NotAtThisStage
from domain.request import Words


class ServiceState(StrEnum):
    """How far something has come that a panel asked of a service."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DONE = "done"
    NOT_DONE = "not_done"
    CALLED_OFF = "called_off"
    """The panel asks it no longer, or the school took the request back."""


WAITING = frozenset({ServiceState.ASKED, ServiceState.ACCEPTED})
"""States in which it is the service's turn."""

HELPS = WAITING | {ServiceState.DONE}
"""States in which the service can be counted on: a family is told of these."""

_FROM = {
    ServiceState.ACCEPTED: ServiceState.ASKED,
    ServiceState.DECLINED: ServiceState.ASKED,
    ServiceState.DONE: ServiceState.ACCEPTED,
    ServiceState.NOT_DONE: ServiceState.ACCEPTED,
}
_TO = {
    ServiceState.ACCEPTED: "to accept what is asked",
    ServiceState.DECLINED: "to decline what is asked",
    ServiceState.DONE: "to report what came of it",
    ServiceState.NOT_DONE: "to report what came of it",
}


class AcceptingService(Frozen):
    """A service takes on what is asked of it, with a word to the school if it likes."""

    note: Words | None = None


class DecliningService(Frozen):
    """A service says that it cannot, and why."""

    reason: Words


class ReportingService(Frozen):
    """A service says whether it was done, and what came of it."""

    is_done: bool
    came_of_it: Words


ServiceAnswer = AcceptingService | DecliningService | ReportingService


class AskedOfService(Frozen):
    """What a panel asked of a service, as its clock sees it."""

    state: ServiceState
    answer_by_at: datetime
    """By when it accepts or declines: an instant counted in school days (promise 12)."""
    by_at: datetime
    """By when it is done: the end of the day that the panel named."""

    @property
    def due_at(self) -> datetime:
        """By when the service acts next."""
        soonest = min(self.answer_by_at, self.by_at)
        return soonest if self.state is ServiceState.ASKED else self.by_at

    def is_late(self, now: datetime) -> bool:
        """Whether it is the service's turn, and its time has passed."""
        return self.state in WAITING and self.due_at < now


def state_after(said: ServiceAnswer, now: ServiceState) -> ServiceState:
    """Say where an answer brings what was asked; one that does not fit is refused."""
    if isinstance(said, ReportingService):
        after = ServiceState.DONE if said.is_done else ServiceState.NOT_DONE
    elif isinstance(said, AcceptingService):
        after = ServiceState.ACCEPTED
    else:
        after = ServiceState.DECLINED
    if now is not _FROM[after]:
        raise NotAtThisStage(
            _TO[after],
            f"it is {now.replace('_', ' ')}",
            "What is asked is accepted or declined once; what was accepted is reported once.",
        )
    return after


def words_of(said: ServiceAnswer) -> str | None:
    """What the service wrote."""
    if isinstance(said, ReportingService):
        return said.came_of_it
    return said.note if isinstance(said, AcceptingService) else said.reason


def areas_told(profile: NeedsProfile | None) -> tuple[str, ...]:
    """Name the areas of need that are greatest: all that a service is told of a need."""
    levels = {} if profile is None else profile.levels
    highest = max(levels.values(), default=0)
    return tuple(sorted(area for area, level in levels.items() if level and level == highest))
