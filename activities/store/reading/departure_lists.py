"""The report of departures as lists, for a file: numbers alone, never what was written."""

from collections.abc import Iterator

from activities.store.reading.departures import DeparturesView, Left, Ticked
from activities.store.reading.departures_signed import ActLeft, GuidanceLeft
from activities.store.reading.listing import Listing, in_pounds


def departure_listings(found: DeparturesView) -> tuple[Listing, ...]:
    """The report as lists, levels first; what was written stays out."""
    return (
        Listing(
            name="levels",
            headings=("edition", "area", "level", "says", "descriptors", *Left.model_fields),
            rows=tuple(
                (
                    each.edition.isoformat(),
                    each.area,
                    each.level,
                    each.says,
                    " ".join(each.descriptors),
                    *_cells(each),
                )
                for each in found.levels
            ),
        ),
        Listing(
            name="clusters",
            headings=("cluster", "name", *Left.model_fields),
            rows=tuple((each.cluster, each.name, *_cells(each)) for each in found.clusters),
        ),
        Listing(
            name="ticked",
            headings=tuple(Ticked.model_fields),
            rows=tuple(tuple(each.model_dump().values()) for each in found.ticked),
        ),
        Listing(
            name="officers",
            headings=(*_OFFICER_FACTS, "difference"),
            rows=tuple(
                (
                    *(getattr(each, name) for name in _OFFICER_FACTS),
                    in_pounds(each.difference_pence),
                )
                for each in found.officers
            ),
        ),
        Listing(
            name="acts",
            headings=tuple(ActLeft.model_fields),
            rows=tuple(tuple(each.model_dump().values()) for each in found.acts),
        ),
    )


_OFFICER_FACTS = tuple(name for name in GuidanceLeft.model_fields if name != "difference_pence")


def _cells(each: Left) -> Iterator[int | None]:
    for name in Left.model_fields:
        yield getattr(each, name)
