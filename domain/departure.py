"""Where a person departs from what was stated or worked out.

A panel from the school's levels, an officer from tier, band or amount: each is kept, so that a
policy can be mended where it is left. A departure is no mistake: the reason stands with the votes,
or with the officer's act.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum

from pydantic import Field

from domain.frozen import Frozen
from domain.needs import AreaOfNeed, NeedsProfile
from domain.places import Level
from domain.policy.schemes import Continuum, Tariff
from domain.refusals import NotValid
from domain.request import Pence


class DepartsFrom(StrEnum):
    """What was departed from."""

    LEVEL = "level"
    """The school's own level in an area of need."""
    TIER = "tier"
    BAND = "band"
    AMOUNT = "amount"
    DECIDER = "decider"
    """Whose turn it would have been: escalated on grounds to the area or the council."""


class Leaning(StrEnum):
    """Which way a departure leans."""

    UP = "up"
    DOWN = "down"
    ASIDE = "aside"
    """Neither: nothing was priced, or what is left stands in no order with what is taken."""


class Departure(Frozen):
    """What was stated or worked out, beside what was decided instead."""

    departs_from: DepartsFrom
    leaning: Leaning
    area: AreaOfNeed | None = None
    guidance_level: int | None = None
    decided_level: int | None = None
    guidance_code: str | None = None
    decided_code: str | None = None
    guidance_pence: Pence | None = None
    """A year; nothing where no table had a price."""
    decided_pence: Pence | None = None
    ticked: dict[str, int] = Field(default_factory=dict)
    """The descriptors of the decided level that were ticked for it, and by how many."""


class Guidance(Frozen):
    """Tier, band and amount as they stand: worked out by the rules, or decided by an officer."""

    tier: str
    band: str | None = None
    annual_pence: Pence | None = None
    """Top-up a year; nothing where no table prices it."""


def level_departures(
    own: NeedsProfile | None,
    moderated: NeedsProfile | None,
    ticks: Sequence[Sequence[str]],
    continuum: Continuum,
) -> tuple[Departure, ...]:
    """List the areas of need in which a moderated profile departs from the school's own.

    ``ticks`` are the descriptors that each who moderated has ticked; those of the level that was
    decided are kept. An area that the school left out has nothing to depart from.
    """
    if own is None or moderated is None:
        return ()
    found = []
    for area, stated in own.levels.items():
        decided = moderated.levels.get(area, stated)
        if decided != stated:
            found.append(
                Departure(
                    departs_from=DepartsFrom.LEVEL,
                    leaning=Leaning.UP if decided > stated else Leaning.DOWN,
                    area=area,
                    guidance_level=stated,
                    decided_level=decided,
                    ticked=_ticked(area, decided, ticks, continuum),
                )
            )
    return tuple(found)


def signed_departures(
    guidance: Guidance, decided: Guidance, continuum: Continuum, tariff: Tariff
) -> tuple[Departure, ...]:
    """List where an officer's decision departs from what the rules gave.

    An amount that no rule gave was set by a person before: signing it departs from nothing.
    """
    tiers = [tier.code for tier in continuum.tiers]
    bands = [band.code for band in tariff.bands]
    found = (
        _of_code(DepartsFrom.TIER, guidance.tier, decided.tier, tiers),
        _of_code(DepartsFrom.BAND, guidance.band, decided.band, bands),
        _of_amount(guidance.annual_pence, decided.annual_pence),
    )
    return tuple(each for each in found if each is not None)


def priced_by_a_person(guidance: Guidance, annual_pence: int) -> Departure:
    """Say that an officer set an amount where no table had one."""
    return Departure(
        departs_from=DepartsFrom.AMOUNT,
        leaning=Leaning.ASIDE,
        guidance_pence=guidance.annual_pence,
        decided_pence=annual_pence,
    )


def escalated(before: Level, after: Level) -> Departure:
    """Say that a case was taken on grounds to a decider above the one whose turn it was."""
    return Departure(
        departs_from=DepartsFrom.DECIDER,
        leaning=Leaning.UP,
        guidance_code=before.value,
        decided_code=after.value,
    )


def check_named(tier: str | None, band: str | None, continuum: Continuum, tariff: Tariff) -> None:
    """Refuse a tier or a band that the policy of the case does not have, both at once.

    It is asked of the versions that the request is pinned to (promise 9).
    """
    tiers = {each.code for each in continuum.tiers}
    bands = {each.code for each in tariff.bands}
    faults = [] if tier is None or tier in tiers else [f"there is no tier {tier}"]
    faults += [] if band is None or band in bands else [f"there is no band {band}"]
    if faults:
        raise NotValid(
            "to authorise another tier or band",
            "; ".join(faults),
            f"Name one of the policy's tiers ({', '.join(sorted(tiers))})"
            f" and bands ({', '.join(sorted(bands)) or 'it has none'}), or leave it out.",
        )


def _ticked(
    area: AreaOfNeed, level: int, ticks: Sequence[Sequence[str]], continuum: Continuum
) -> dict[str, int]:
    of_level = {
        each.code
        for each in continuum.descriptors
        if each.domain == area.value and each.level == level
    }
    counts = Counter(_each_once(ticks, of_level))
    return dict(sorted(counts.items()))


def _each_once(ticks: Sequence[Sequence[str]], of_level: set[str]) -> Iterator[str]:
    for codes in ticks:
        yield from of_level & set(codes)


def _of_code(
    what: DepartsFrom, guidance: str | None, decided: str | None, order: Sequence[str]
) -> Departure | None:
    if decided is None or decided == guidance:
        return None
    return Departure(
        departs_from=what,
        leaning=_leaning(guidance, decided, order),
        guidance_code=guidance,
        decided_code=decided,
    )


def _leaning(guidance: str | None, decided: str, order: Sequence[str]) -> Leaning:
    if guidance not in order or decided not in order:
        return Leaning.ASIDE
    return Leaning.UP if order.index(decided) > order.index(guidance) else Leaning.DOWN


def _of_amount(guidance: int | None, decided: int | None) -> Departure | None:
    if guidance is None or decided is None or guidance == decided:
        return None
    return Departure(
        departs_from=DepartsFrom.AMOUNT,
        leaning=Leaning.UP if decided > guidance else Leaning.DOWN,
        guidance_pence=guidance,
        decided_pence=decided,
    )
