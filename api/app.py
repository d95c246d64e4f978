"""Composition root of the web half: settings in, one application out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.routing import Match
from starlette.types import Scope
from temporalio.client import Client

from activities.clock import clock_of
from activities.logs import configure_logs
from activities.settings import ClockKind, Settings, settings
from activities.store.documents import Documents
from activities.store.session import make_engine
from api import problems
from api.auth import Tokens
from api.delivery import ClientFactory, Delivery
from api.documentation import document
from api.limits import Ring
from api.pages.house import House, make_house
from api.pages.served import serve_pages
from api.parts import Parts
from api.problems import MEDIA_TYPE
from api.routes import (
    acts,
    agreement,
    awards,
    budgets,
    calibration,
    clusters,
    covers,
    demand,
    drafts,
    evidence,
    family,
    finance,
    ledger,
    meetings,
    messages,
    modelling,
    panel,
    payments,
    people,
    plans,
    policy,
    policy_reports,
    reconsiderations,
    record,
    reports,
    requests,
    search,
    services,
    urgent,
)
from workflows.connection import connect

_SUBJECTS = (
    people,
    messages,
    drafts,
    evidence,
    requests,
    acts,
    panel,
    meetings,
    urgent,
    agreement,
    calibration,
    clusters,
    covers,
    awards,
    finance,
    budgets,
    ledger,
    reports,
    demand,
    payments,
    plans,
    modelling,
    policy,
    policy_reports,
    reconsiderations,
    family,
    services,
    search,
    record,
)
_API = "/api"
_PROBLEM_SCHEMA = {"$ref": "#/components/schemas/Problem"}
_TOLD: dict[int | str, dict[str, Any]] = {
    status: {"description": says, "content": {MEDIA_TYPE: {"schema": _PROBLEM_SCHEMA}}}
    for status, says in (
        (401, "No token, or none that is accepted."),
        (403, "Not this person's to do."),
        (404, "There is no such thing that this person may see."),
        (409, "It does not fit how things stand."),
        (408, "The body did not arrive in time."),
        (413, "Too much was sent."),
        (422, "What was sent has faults; all are listed."),
        (500, "A mistake of ours."),
        (503, "Something we lean on is away."),
    )
}


class _BehindApi(APIRouter):
    """The API's routes: an address that begins otherwise is held against none of the hundreds."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Say whether a route answers an address; every one of them begins with the prefix."""
        if not scope["path"].removeprefix(scope.get("root_path", "")).startswith(_API):
            return Match.NONE, {}
        return super().matches(scope)


def create_app() -> FastAPI:
    """Make the application that the settings describe, and start its logs."""
    chosen = settings()
    configure_logs(chosen)
    return compose(make_parts(chosen), make_house(chosen))


def make_parts(chosen: Settings) -> Parts:
    """Make the web half's parts: nothing is reached for until it is needed."""
    engine = make_engine(chosen.database_url, chosen.pool_size)
    clock = clock_of(chosen, engine)
    delivery = Delivery(client_factory(chosen), engine, clock, chosen.task_queue)
    return Parts(
        engine=engine,
        clock=clock,
        tokens=Tokens(chosen.issuers),
        delivery=delivery,
        documents=Documents.of_settings(chosen.evidence_store),
    )


def client_factory(chosen: Settings) -> ClientFactory:
    """How to connect to Temporal, by the settings; the worker's sweeper connects the same way."""

    async def connected() -> Client:
        return await connect(
            chosen.temporal_address,
            chosen.temporal_namespace,
            moves_time=chosen.clock is ClockKind.MOVED,
        )

    return connected


def compose(parts: Parts, house: House) -> FastAPI:
    """Put routes, pages, problems and the outermost ring around the parts."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await parts.delivery.close()
        parts.engine.dispose()

    app = FastAPI(
        title="Locality",
        version="1",
        summary="Requests, panels, sign-off and the ledger of a council's SEN locality model.",
        lifespan=lifespan,
        responses=_TOLD,
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
    )
    app.state.parts = parts
    problems.register(app)
    routes = _BehindApi(prefix=_API)
    for subject in _SUBJECTS:
        routes.include_router(subject.router)
    app.include_router(routes)
    serve_pages(app, house)
    app.add_middleware(Ring)
    document(app)
    return app
