"""Answers that are files: a list as CSV, lists as a workbook, or bytes as they are kept."""

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
