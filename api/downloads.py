"""Answers that are files: a list as CSV, lists as a workbook, or bytes as they are kept."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, StrEnum
from io import BytesIO
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from sqlmodel import Session

from activities.store.reading import Caller, Listing
from api.parts import WithParts, caller_of
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
    whole: Listing | None = None
    """The CSV file, where it is not the first of them."""

    def as_csv(self) -> Response:
        """Answer with the first list as CSV."""
        return as_csv(f"{self.name}.csv", self.whole or self.listings[0])

    def as_workbook(self) -> Response:
        """Answer with a workbook of all of them."""
        return as_workbook(f"{self.name}.xlsx", self.about, self.listings)


Reads = Callable[[Session, Caller], Listing | Lists]
"""Reads a list, or several, for whoever asks, as far as they are theirs to see."""


class FileForm(StrEnum):
    """The forms in which a list can be had."""

    CSV = "csv"
    XLSX = "xlsx"


_DESCRIBED = {FileForm.CSV: AS_CSV, FileForm.XLSX: AS_WORKBOOK}


def offer_files(
    router: APIRouter,
    path: str,
    asks: Callable[..., Reads],
    who: Callable[..., Any] = caller_of,
    tags: list[str | Enum] | None = None,
) -> None:
    """Offer a list as files at ``path/csv`` and ``path/xlsx``, by the query that ``asks`` takes.

    The API knows who asks by a token and a page by its session (``who``); they read the same. It is
    the one way by which a list becomes a file.
    """
    for form in FileForm:
        router.add_api_route(
            f"{path}/{form}",
            _download(form, asks, who),
            methods=["GET"],
            name=f"{asks.__name__}_as_{form}",
            summary=f"{(asks.__doc__ or '').splitlines()[0].rstrip('.')}, as {form.upper()}",
            response_class=Response,
            responses=_DESCRIBED[form],
            tags=tags,
        )


def _download(
    form: FileForm, asks: Callable[..., Reads], who: Callable[..., Any]
) -> Callable[..., Response]:
    def download(
        caller: Annotated[Caller, Depends(who)],
        parts: WithParts,
        reads: Annotated[Reads, Depends(asks)],
    ) -> Response:
        return as_form(form, parts.read(lambda session: reads(session, caller)))

    download.__doc__ = asks.__doc__
    return download


def as_form(form: FileForm, found: Listing | Lists) -> Response:
    """Answer with a list, or with several, in one of the forms; amounts are pounds in both."""
    if isinstance(found, Listing):
        about = (("what", found.name), ("rows", str(len(found.rows))))
        found = Lists(found.name, about, (found,))
    return found.as_csv() if form is FileForm.CSV else found.as_workbook()


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
