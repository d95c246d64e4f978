"""Which addresses are held against the API's routes at all."""

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from starlette.routing import Match
from starlette.types import Scope

from api.app import _BehindApi


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that were held against the routes, as they come."""
    paths: list[str] = []
    matches = APIRouter.matches

    def noted(self: APIRouter, scope: Scope) -> tuple[Match, Scope]:
        if isinstance(self, _BehindApi):
            paths.append(scope["path"])
        return matches(self, scope)

    monkeypatch.setattr(APIRouter, "matches", noted)
    return paths


def door(root_path: str = "") -> TestClient:
    """An application with one route of the API and, behind it, one that takes any address."""
    app, routes = FastAPI(redirect_slashes=False), _BehindApi(prefix="/api")

    @routes.get("/things/{name}")
    def thing(name: str) -> str:
        return f"thing {name}"

    app.include_router(routes)

    @app.get("/{rest:path}")
    def page(rest: str) -> str:
        return f"page {rest}"

    return TestClient(app, root_path=root_path)


def test_what_begins_like_the_api_is_held_against_its_routes(held: list[str]) -> None:
    """The API answers its own; what only looks like it goes on to the pages."""
    client = door()
    assert client.get("/api/things/one").json() == "thing one"
    assert client.get("/apiary").json() == "page apiary"
    assert set(held) == {"/api/things/one", "/apiary"}


@pytest.mark.parametrize("path", ["/", "/things/one", "/requests/api/things/one"])
def test_a_page_is_held_against_no_route_of_the_api(path: str, held: list[str]) -> None:
    """Hundreds of patterns would be tried in vain for each page."""
    assert door().get(path).json() == f"page {path[1:]}"
    assert held == []


def test_behind_a_proxy_the_place_it_is_mounted_at_does_not_count(held: list[str]) -> None:
    """Mounted below another site, the API's addresses begin with the mount's and then its own."""
    client = door(root_path="/locality")
    assert client.get("/locality/api/things/one").json() == "thing one"
    assert client.get("/locality/things/one").json() == "page things/one"
    assert set(held) == {"/locality/api/things/one"}
