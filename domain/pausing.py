"""Where an officer pauses before an act: it is asked once more, with the facts, and nothing typed.

A pause keeps nobody from anything. Source: UX.md, interruption card.
"""

from collections.abc import Iterator
from enum import StrEnum

from domain.assessment import GIVES_SUPPORT
from domain.frozen import Frozen
from domain.people import Interest
from domain.stages import ActKind, Ending

_SIGNS_YES = frozenset(
    {ActKind.AUTHORISE, ActKind.AUTHORISE_DIFFERENTLY, ActKind.AUTHORISE_OVERSPEND}
)
_DECIDES = _SIGNS_YES | {ActKind.DECLINE}


class Pause(StrEnum):
    """Why a pause is due."""

    OVER_BUDGET = "over_budget"
    OWN_INTEREST = "own_interest"
    REVERSAL = "reversal"
    """A decision stands already, and another takes its place."""
    DEPARTS_FROM_PANEL = "departs_from_panel"


class OnDesk(Frozen):
    """What an officer has on the desk, as far as a pause has to know it."""

    recommended: str | None = None
    """What the panel advises, where it reached a recommendation."""
    annual_pence: int | None = None
    """What the moderated need was priced at, pence a year."""
    left_pence: int | None = None
    """What the pot that holds the money has left beside it."""
    decided_before: Ending | None = None


def pauses(kind: ActKind, choices: Frozen, desk: OnDesk) -> tuple[Pause, ...]:
    """List why an officer pauses before an act, each reason once."""
    return tuple(_pauses(kind, choices, desk))


def _pauses(kind: ActKind, choices: Frozen, desk: OnDesk) -> Iterator[Pause]:
    named = getattr(choices, "annual_pence", None)
    given = named if isinstance(named, int) else desk.annual_pence or 0
    if _is_over_budget(kind, given, desk):
        yield Pause.OVER_BUDGET
    if set(getattr(choices, "interests", ())) - {Interest.NONE}:
        yield Pause.OWN_INTEREST
    if kind in _DECIDES and desk.decided_before is not None:
        yield Pause.REVERSAL
    if _departs(kind, given, desk):
        yield Pause.DEPARTS_FROM_PANEL


def _is_over_budget(kind: ActKind, given: int, desk: OnDesk) -> bool:
    if kind is ActKind.AUTHORISE_OVERSPEND:
        return True
    more = given - (desk.annual_pence or 0)
    return (
        kind is ActKind.AUTHORISE_DIFFERENTLY
        and desk.left_pence is not None
        and more > desk.left_pence
    )


def _departs(kind: ActKind, given: int, desk: OnDesk) -> bool:
    """Whether a yes follows a no of the panel, a no its yes, or another amount what it came to."""
    if desk.recommended is None:
        return False
    advised = desk.recommended in GIVES_SUPPORT
    if kind is ActKind.DECLINE:
        return advised
    if kind is ActKind.AUTHORISE_DIFFERENTLY and given != desk.annual_pence:
        return True
    return kind in _SIGNS_YES and not advised and given > 0
