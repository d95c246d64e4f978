"""About the pages themselves: how accessible they are, and what they keep in a browser."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.pages.frame import page
from api.pages.house import house_of
from api.pages.visitor import visitor_or_nobody

router = APIRouter(include_in_schema=False)


@router.get("/accessibility")
def accessibility(request: Request) -> Response:
    """Say how far the pages can be used by everybody, how that was tested, and whom to tell."""
    visitor_or_nobody(request)
    return page(request.scope, "accessibility.html")


@router.get("/cookies")
def cookies(request: Request) -> Response:
    """Say which cookies there are."""
    visitor_or_nobody(request)
    return page(request.scope, "cookies.html", idle=house_of(request).idle.seconds // 60)
