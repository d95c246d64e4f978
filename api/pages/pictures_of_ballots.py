"""What a closed ballot came to, laid out as a small picture for each area of need.

Positions are hundredths of the width, so that one drawing serves every width; the figures stand
beside it as text.
"""

from dataclasses import dataclass
from typing import Any

from api.pages.words import NEEDS
from domain.needs import AreaOfNeed, NeedsProfile
from domain.policy.schemes import Continuum

_LEFT, _WIDE = 5.0, 90.0


@dataclass(frozen=True)
class Strip:
    """One area of need: the scale, from where to where members were, and the level that stands."""

    title: str
    says: str
    ticks: tuple[tuple[int, str], ...]
    """Each level of the scale, and where it is."""
    low: str
    high: str
    stands: str
    asked: str
    """Where the school saw the need; nothing where it stated none."""
    is_wide: bool


@dataclass(frozen=True)
class Picture:
    """A ballot's levels: what is found, and a strip for each area of need."""

    finding: str
    strips: tuple[Strip, ...]


def picture(result: dict[str, Any], scale: range, own: NeedsProfile | None) -> Picture | None:
    """Lay out the levels of a closed ballot; nothing where nobody gave any, as for a project."""
    moderated = (result.get("moderated") or {}).get("levels") or {}
    if not moderated:
        return None
    asked = own.levels if own else {}
    wide = {AreaOfNeed(area) for area in result["wide_in"]}
    strips = tuple(
        _strip(area, result["spread"][area], moderated[area], scale, asked.get(area), area in wide)
        for area in AreaOfNeed
        if area in moderated
    )
    return Picture(_finding(wide), strips)


def levels_on(scale: Continuum) -> range:
    """The levels that a continuum has in any of its domains."""
    levels = [each.level for domain in scale.domains for each in domain.levels]
    return range(min(levels, default=0), max(levels, default=0) + 1)


def _strip(
    area: AreaOfNeed,
    spread: dict[str, int],
    stands: int,
    scale: range,
    asked: int | None,
    is_wide: bool,  # noqa: FBT001  one of six facts
) -> Strip:
    low, high = spread["lowest"], spread["highest"]
    members = f"all members at {low}" if low == high else f"members from {low} to {high}"
    school = "" if asked is None else f", the school {asked}"
    return Strip(
        title=NEEDS[area],
        says=f"Level {stands}: {members}{school}",
        ticks=tuple((level, _at(level, scale)) for level in scale),
        low=_at(low, scale),
        high=_at(high, scale),
        stands=_at(stands, scale),
        asked="" if asked is None else _at(asked, scale),
        is_wide=is_wide,
    )


def _finding(wide: set[AreaOfNeed]) -> str:
    if not wide:
        return "Members were close together in every area of need"
    named = " and ".join(NEEDS[area].lower() for area in AreaOfNeed if area in wide)
    return f"Members were far apart in {named}"


def _at(level: int, scale: range) -> str:
    steps = max(len(scale) - 1, 1)
    return f"{_LEFT + _WIDE * (level - scale.start) / steps:.1f}%"
