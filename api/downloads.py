"""Answers that are files: a list as CSV, lists as a workbook, or bytes as they are kept."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from fastapi import Response

from activities.store.reading import Listing
from api.workbook import write_workbook

CSV = "text/csv; charset=utf-8"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AS_CSV: dict[int | str, dict[str, Any]] = {
    200: {"description": "The list as CSV.", "content": {"text/csv": {}}}
}
AS_WORKBOOK: dict[int | str, dict[str, Any]] = {
    200: {"description": "Every list, a sheet each.", "content": {WORKBOOK: {}}}
}


@dataclass(frozen=True)
class Lists:
    """Lists that are one download: the first is the CSV file, all are a workbook's sheets."""

    name: str
    about: tuple[tuple[str, str], ...]
    """What they are of, for the workbook's first sheet."""
    listings: tuple[Listing, ...]

    def as_csv(self) -> Response:
        """Answer with the first list as CSV."""
        return as_csv(f"{self.name}.csv", self.listings[0])

    def as_workbook(self) -> Response:
        """Answer with a workbook of all of them."""
        return as_workbook(f"{self.name}.xlsx", self.about, self.listings)


def as_csv(name: str, listing: Listing) -> Response:
    """Answer with a list, with the mark by which a spreadsheet knows its letters."""
    return as_file(name, CSV, "\ufeff" + listing.as_csv())


def as_workbook(
    name: str, about: tuple[tuple[str, str], ...], listings: tuple[Listing, ...]
) -> Response:
    """Answer with a workbook: what it is about, and its lists."""
    written = BytesIO()
    write_workbook(written, about, listings)
    return as_file(name, WORKBOOK, written.getvalue())


def as_file(name: str, media_type: str, content: str | bytes) -> Response:
    """Answer with a file of a name."""
    named = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=named)
