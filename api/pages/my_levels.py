"""A panel member's own levels beside the panel's: for that member's learning, and nobody else's.

Only ballots that have closed are here.
"""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from activities.store import reading
from activities.store.reading import OwnLevelsView
from api.pages.few import From
from api.pages.sheets import Cell, Sheet, Table, draw_sheet, facts, paged, rows
from api.pages.visitor import Looking
from api.pages.words import NEEDS
from api.parts import WithParts
from domain.own_levels import OwnLevel, OwnSummary

router = APIRouter(include_in_schema=False)

_HERE = "/my-levels"
_AT_ONCE = 50
_AREAS = {area: place for place, area in enumerate(NEEDS)}
_FIGURES = ("Levels", "The same", "At most one apart")


@router.get(_HERE)
def my_levels(request: Request, visitor: Looking, parts: WithParts, shown: From = 0) -> Response:
    """Show how the person's own levels stood to the panel's, by area of need and ballot."""
    found = parts.read(lambda session: reading.own_levels(session, visitor.caller))
    sheet = Sheet(
        title="My levels beside the panel's",
        back=("Meetings", "/meetings"),
        lead=(
            "Nobody else is shown this page. It has closed ballots alone, and nobody else's vote.",
        ),
        parts=(*_over_all(found), _ballots(found, shown)),
    )
    return draw_sheet(request, sheet)


def _over_all(found: OwnLevelsView) -> tuple[Any, ...]:
    if not found.rows:
        return ()
    told = found.over_all
    return (
        facts(
            ("Levels compared", f"{told.levels:,}"),
            ("The same as the panel's", f"{told.same:,}"),
            ("At most one level apart", f"{told.within_one:,}"),
            ("On average", _on_average(told)),
        ),
        Table(
            caption="By area of need",
            columns=("Area of need", *_FIGURES, "On average"),
            figures=frozenset(_FIGURES),
            rows=rows(
                (
                    NEEDS[area],
                    f"{each.levels:,}",
                    f"{each.same:,}",
                    f"{each.within_one:,}",
                    _on_average(each),
                )
                for area, each in found.by_area.items()
            ),
        ),
    )


def _ballots(found: OwnLevelsView, shown: int) -> Table:
    turn = {each.ballot_id: place for place, each in enumerate(found.rows)}
    last_first = sorted(found.rows, key=lambda each: (-turn[each.ballot_id], _AREAS[each.area]))
    return Table(
        caption="Ballot by ballot",
        columns=("Request", "Area of need", "Mine", "The panel's", "Apart"),
        figures=frozenset({"Mine", "The panel's"}),
        rows=rows(_line(each, found) for each in last_first[shown : shown + _AT_ONCE]),
        empty="There is nothing to compare yet: you have voted in no ballot that has closed.",
        more=paged(_HERE, shown, len(last_first), _AT_ONCE),
    )


def _line(each: OwnLevel, found: OwnLevelsView) -> tuple[Any, ...]:
    reference = found.references[str(each.ballot_id)]
    return (
        Cell(reference, f"/ballots/{each.ballot_id}"),
        NEEDS[each.area],
        str(each.own),
        str(each.panel),
        _apart(each.levels_apart),
    )


def _apart(levels: int) -> str:
    if not levels:
        return "the same"
    return f"{abs(levels)} {'higher' if levels > 0 else 'lower'}"


def _on_average(of: OwnSummary) -> str:
    """Write a mean difference; one that rounds to nothing is none."""
    if of.mean_difference is None:
        return "nothing to compare"
    rounded = round(of.mean_difference, 2)
    if not rounded:
        return "as high as the panel's"
    return f"{abs(rounded):.2f} of a level {'higher' if rounded > 0 else 'lower'}"
