"""How far panels agree and how far they stand apart, as lists for a file or a screen."""

from collections.abc import Iterator
from decimal import Decimal

from activities.store.reading.agreement import AgreementView
from activities.store.reading.consistency import ConsistencyView
from activities.store.reading.listing import Cell, Listing
from domain.agreement import Agreement
from domain.consistency import MeanDifference
from domain.interval import Interval

_PLACES = 3

_OF_AGREEMENT = (
    *("cases", "votes", "exact", "within_one"),
    *("alpha", "alpha_low", "alpha_high", "ac2", "ac2_low", "ac2_high", "read_as"),
)

_OF_DIFFERENCE = ("cases", "mean_levels", "low", "high", "standing")


def agreement_listings(found: AgreementView) -> tuple[Listing, ...]:
    """Agreement within panels: a line for each panel and area of need."""
    return (
        Listing(
            name="agreement",
            headings=("cluster", "name", "ballots", "levels", "area", *_OF_AGREEMENT),
            rows=tuple(
                (
                    *(each.cluster, each.name, each.ballots),
                    f"{each.lowest_level} to {each.highest_level}",
                    *(area, *_agreement(of)),
                )
                for each in found.panels
                for area, of in each.areas.items()
            ),
        ),
    )


def consistency_listings(found: ConsistencyView) -> tuple[Listing, ...]:
    """Differences between panels: a line for each over all, and one for each area of need."""
    return (
        Listing(
            name="panels",
            headings=(
                *("cluster", "name", *_OF_DIFFERENCE, "stands_apart"),
                *("levels_stated", "levels_left", "left_percent"),
            ),
            rows=tuple(
                (
                    *(each.cluster, each.name, *_difference(each.differences.over_all)),
                    "yes" if each.stands_apart else "no",
                    *(each.levels_stated, each.levels_left, each.left_percent),
                )
                for each in found.panels
            ),
        ),
        Listing(
            name="areas",
            headings=("cluster", "name", "area", *_OF_DIFFERENCE),
            rows=tuple(
                (each.cluster, each.name, area, *_difference(of))
                for each in found.panels
                for area, of in each.differences.by_area.items()
            ),
        ),
    )


def _difference(of: MeanDifference) -> tuple[Cell, ...]:
    return (of.cases, rounded(of.mean_levels), *_ends(of.interval), of.standing)


def _agreement(of: Agreement) -> Iterator[Cell]:
    yield from (of.cases, of.votes, rounded(of.exact), rounded(of.within_one))
    yield from (rounded(of.alpha), *_ends(of.alpha_interval))
    yield from (rounded(of.ac2), *_ends(of.ac2_interval), of.read_as)


def _ends(interval: Interval | None) -> tuple[Cell, Cell]:
    if interval is None:
        return None, None
    return rounded(interval.low), rounded(interval.high)


def rounded(figure: float | None) -> Decimal | None:
    """A figure to three places, as lists show it."""
    return None if figure is None else round(Decimal(figure), _PLACES)
