"""What went wrong, as a page: the same words as the problem document, where a browser asks."""

from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Scope

from api.pages.frame import page
from api.pages.openid import SIGNED_OUT
from api.pages.visitor import AGAIN, SIGN_OUT, Forged, SignInNeeded, to_sign_in
from api.problems import Problem

_TITLES = {
    401: "Sign in again",
    403: "You may not do this",
    404: "Page not found",
    405: "Page not found",
    408: "That took too long",
    409: "This has moved on",
    413: "That was too large",
    422: "There is a problem with what was sent",
    500: "Sorry, there is a problem with the service",
    503: "Sorry, the service is unavailable",
}
_NOT_FOUND, _MALFORMED = 404, "malformed"
_NO_PAGES = ("/api", "/docs", "/openapi.json", "/static/")


def register(app: FastAPI) -> None:
    """Answer what only pages meet: nobody signed in, and a form that is not ours."""
    app.state.dress = dressed

    @app.exception_handler(SignInNeeded)
    async def sign_in_needed(request: Request, needed: SignInNeeded) -> Response:
        if needed.typed is None:
            return to_sign_in(needed.then)
        if needed.then == SIGN_OUT:
            return RedirectResponse(SIGNED_OUT, 303)
        to = f"/sign-in?then={quote(needed.then, safe='/')}"
        told = {"typed": needed.typed, "again": AGAIN, "sign_in": to, "then": needed.then}
        return page(request.scope, "session_ended.html", 401, **told)

    @app.exception_handler(Forged)
    async def forged(request: Request, _error: Forged) -> Response:
        return page(request.scope, "forged.html", 403)


def dressed(scope: Scope, problem: Problem) -> ASGIApp | None:
    """Make a page of a problem, if a browser asked for a page."""
    if scope["path"].startswith(_NO_PAGES) or not _asks_for_page(scope):
        return None
    status = problem.status
    if scope["method"] == "GET" and problem.code == _MALFORMED:
        status = (
            _NOT_FOUND  # an address with an id that is none; a refusal says why, and what helps
        )
    title = _TITLES.get(status, _TITLES[500])
    return page(scope, "problem.html", status, title=title, problem=problem)


def _asks_for_page(scope: Scope) -> bool:
    accepted = b",".join(value for name, value in scope["headers"] if name == b"accept")
    return b"text/html" in accepted
