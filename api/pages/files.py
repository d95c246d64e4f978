"""Tables taken away as files: at a page's own address, for whoever is signed in to it."""

from collections.abc import Callable, Mapping

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from activities.store.reading import Caller
from api.downloads import Lists
from api.pages.visitor import Looking
from api.parts import WithParts

ListsOf = Callable[[Session, Caller, Mapping[str, str]], Lists]
"""Reads what is taken away, by what the address asks for."""


def list_files(router: APIRouter, address: str, lists_of: ListsOf) -> None:
    """Serve a page's lists as a CSV file and as a workbook, the same bytes as the API's."""

    def found(request: Request, visitor: Looking, parts: WithParts) -> Lists:
        asked = request.query_params
        return parts.read(lambda session: lists_of(session, visitor.caller, asked))

    def as_csv(request: Request, visitor: Looking, parts: WithParts) -> Response:
        return found(request, visitor, parts).as_csv()

    def as_workbook(request: Request, visitor: Looking, parts: WithParts) -> Response:
        return found(request, visitor, parts).as_workbook()

    name = address.replace("/", "_")
    router.add_api_route(f"{address}/csv", as_csv, methods=["GET"], name=f"csv{name}")
    router.add_api_route(f"{address}/xlsx", as_workbook, methods=["GET"], name=f"xlsx{name}")
