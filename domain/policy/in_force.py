"""Which version of a policy governs a day: the rule behind pinning (promise 9)."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar

from domain.refusals import NoPolicyInForce


class Versioned(Protocol):
    """A version of a policy, as a file or as a stored row."""

    @property
    def kind(self) -> str:
        """Which policy it is, such as ``tariff``."""

    @property
    def in_force_from(self) -> date:
        """The first day that it governs."""

    @property
    def in_force_until(self) -> date | None:
        """The first day that it no longer governs, where that is known."""


Version = TypeVar("Version", bound=Versioned)


def in_force(versions: Iterable[Version], kind: str, day: date) -> Version:
    """Give the version that governs the day: the latest begun, unless it has ended.

    A later version takes over from an earlier one on its first day. A version that has ended
    does not wake the one before it: what was replaced stays replaced.
    """
    begun = [each for each in versions if each.kind == kind and each.in_force_from <= day]
    asked = f"Find the {kind} policy in force on {day:%-d %B %Y}"
    if not begun:
        raise NoPolicyInForce(asked, "no version has begun by then")
    latest = max(each.in_force_from for each in begun)
    governing = [each for each in begun if each.in_force_from == latest]
    if len(governing) > 1:
        raise NoPolicyInForce(asked, f"{len(governing)} versions begin on the same day")
    if governing[0].in_force_until is not None and governing[0].in_force_until <= day:
        raise NoPolicyInForce(asked, "the last version ended and none followed it")
    return governing[0]
