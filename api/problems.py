"""Whatever goes wrong, as one problem document (RFC 9457) that helps; never a row, never a trace.

A refusal says what was asked, what stands in the way and what would help (promise 13).
"""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import uuid4

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from activities.store import recording
from domain.malformed import in_a_sentence
from domain.refusals import (
    REFUSALS,
    BallotClosed,
    Barred,
    NotAtThisStage,
    OwedByPlan,
    Refusal,
    Unknown,
)

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"

STATUS: dict[str, int] = {
    "unknown": 404,
    "role_needed": 403,
    "not_at_this_stage": 409,
    "too_late": 409,
    "barred": 403,
    "ballot_closed": 409,
    "vote_not_valid": 422,
    "authority_too_low": 403,
    "key_decision_needed": 409,
    "reason_needed": 422,
    "owed_by_plan": 409,
    "budget_exceeded": 409,
    "draft_moved_on": 409,
    "not_confirmed_by_head": 409,
    "key_reused": 409,
    "no_policy_in_force": 409,
    "not_valid": 422,
}
"""The HTTP status of every refusal's code; a test holds it against the list of refusals."""

_HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 408: {"Connection": "close"}}

_HELD_BY: dict[str, type[Refusal]] = {
    "ballot_is_open": BallotClosed,
    "a_ballot_closes_once": BallotClosed,
    "a_ballot_is_not_extended": BallotClosed,
    "nobody_votes_on_their_own": Barred,
    "nobody_decides_their_own": Barred,
    "what_a_plan_owes": OwedByPlan,
    "a_plan_is_never_declined": OwedByPlan,
    "one_undelivered_decision": NotAtThisStage,
    "meeting_cluster_code_starts_at_key": NotAtThisStage,
}
"""Which refusal a constraint stands for, when a race got past the rules above it."""

_OURS = {
    401: (
        "not_signed_in",
        "there is no token that is accepted",
        "Sign in again; a token is of a named issuer and has not expired.",
    ),
    404: ("unknown", "there is nothing like this here", Unknown.would_help),
    405: (
        "method_not_allowed",
        "the address takes another method",
        "Look at the API's documentation.",
    ),
    408: (
        "too_slow",
        "the rest of the body did not arrive in time",
        "Send it again, whole; use the same Idempotency-Key for the same content.",
    ),
    413: (
        "too_large",
        "the body is too large",
        "Send at most one mebibyte, or five where files are handed in.",
    ),
    503: (
        "unwell",
        "something we lean on is away",
        "Try again in a moment; use the same Idempotency-Key for the same content.",
    ),
}


_MOST_FAULTS = 100


class FaultFound(BaseModel):
    """One thing to mend: what, where, and what would help."""

    code: str
    says: str
    would_help: str
    field: str


class Problem(BaseModel):
    """A problem document: the same shape for everything that is not an answer."""

    type: str
    title: str
    status: int
    code: str
    asked: str
    in_the_way: str
    would_help: str
    faults: list[FaultFound] = Field(default_factory=list)
    yours: dict[str, Any] | None = None
    """What was sent and must not be lost, where another copy moved on."""
    id: str | None = None
    """With a failure of ours: what to quote when telling us."""


Dress = Callable[[Scope, Problem], ASGIApp | None]
"""Makes a page of a problem where a browser asks for one; else nothing."""


class ProblemResponse(JSONResponse):
    """A problem as a document; as a page, where somebody asks for a page."""

    def __init__(self, told: Problem) -> None:
        document = told.model_dump(mode="json", exclude_none=True)
        super().__init__(document, told.status, _HEADERS.get(told.status), MEDIA_TYPE)
        self.told = told

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer in the way that was asked for."""
        state = getattr(scope.get("app"), "state", None)
        dress: Dress | None = getattr(state, "dress", None)
        page = dress(scope, self.told) if dress else None
        await (page(scope, receive, send) if page else super().__call__(scope, receive, send))


class NotSignedIn(Exception):
    """There is no token, or not one that is accepted."""

    status = 401


class Unwell(Exception):
    """Something we lean on is away: the database, or an issuer's keys."""

    status = 503


def problem(status: int, code: str, **told: Any) -> JSONResponse:
    """Make a problem document; its title is the code in words."""
    document = Problem(
        type=f"urn:locality:problem:{code}",
        title=code.replace("_", " ").capitalize(),
        status=status,
        code=code,
        **told,
    )
    return ProblemResponse(document)


def of_refusal(refusal: Refusal) -> JSONResponse:
    """Tell a refusal, with its faults and with what must not be lost."""
    return problem(
        STATUS[refusal.code],
        refusal.code,
        asked=refusal.asked,
        in_the_way=refusal.in_the_way,
        would_help=refusal.help,
        faults=[FaultFound(**each.model_dump()) for each in getattr(refusal, "faults", ())],
        yours=getattr(refusal, "yours", None),
    )


def of_stored(told: dict[str, Any]) -> JSONResponse:
    """Tell a refusal as an act's outcome has it."""
    code = str(told["code"])
    return problem(
        STATUS[code],
        code,
        asked=told["asked"],
        in_the_way=told["in_the_way"],
        would_help=told["would_help"],
    )


def of_faults(errors: Iterable[Any]) -> JSONResponse:
    """List the faults of what was sent, and never what was sent itself.

    Every fault, up to a hundred; of more than anybody could mend at a sitting, the rest is counted.
    """
    found = _told_once(list(errors))
    faults = [
        FaultFound(
            code=str(each["type"]),
            # Without its name: where nothing reads a name, or in a table, the name was typed too.
            says=in_a_sentence(each, "it"),
            would_help="Mend it and send it again; the API's documentation shows the shape.",
            field=".".join(str(part) for part in each["loc"]),
        )
        for each in found[:_MOST_FAULTS]
    ]
    more = f"; the first {_MOST_FAULTS} are listed" if len(found) > _MOST_FAULTS else ""
    return problem(
        422,
        "malformed",
        asked="to take in what was sent",
        in_the_way=f"{len(found)} fault{'s' if len(found) != 1 else ''} in it{more}",
        would_help="Mend what is listed and send it again; nothing was written.",
        faults=faults,
    )


def _told_once(found: list[Any]) -> list[Any]:
    """Leave out that a list is too short where only its faulty entries make it so."""
    at = [tuple(each["loc"]) for each in found]
    return [
        each
        for each, place in zip(found, at, strict=True)
        if each["type"] != "too_short"
        or not any(other[: len(place)] == place and other != place for other in at)
    ]


def of_status(status: int, in_the_way: str | None = None) -> JSONResponse:
    """Tell one of the web's own refusals."""
    code, says, would_help = _OURS.get(status, _OURS[404])
    in_the_way = in_the_way or says
    return problem(
        status, code, asked="to be let in and heard", in_the_way=in_the_way, would_help=would_help
    )


def of_database(error: DBAPIError) -> JSONResponse:
    """Tell what the database held up, by SQLSTATE and constraint alone: its text quotes rows."""
    state = getattr(error.orig, "sqlstate", None)
    constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    held = _HELD_BY.get(str(constraint))
    if held is not None:
        return of_refusal(held("to record this", "it was decided otherwise a moment ago"))
    refusal = recording.refusal_by(error)
    if refusal is not None:
        return of_refusal(refusal)
    if state is None or str(state)[:2] in {"08", "40", "53", "55", "57"}:
        log.warning("database_unwell", sqlstate=state)
        return of_status(503, "the record cannot be reached at this moment")
    return of_crash(error)


def of_crash(error: BaseException) -> JSONResponse:
    """Own up to a mistake of ours, with an id to quote and nothing else."""
    failure_id = uuid4()
    log.error("request_failed", failure_id=str(failure_id), exc_info=error)
    return problem(
        500,
        "failed",
        asked="to answer you",
        in_the_way="a mistake of ours",
        would_help="Tell whoever runs Locality the id; sending it again does no harm.",
        id=str(failure_id),
    )


def register(app: FastAPI) -> None:
    """Make every exception leave the application as a problem document."""

    @app.exception_handler(Refusal)
    async def refused(_request: Request, refusal: Refusal) -> JSONResponse:
        return of_refusal(refusal)

    @app.exception_handler(RequestValidationError)
    async def malformed(_request: Request, error: RequestValidationError) -> JSONResponse:
        return of_faults(error.errors())

    @app.exception_handler(NotSignedIn)
    @app.exception_handler(Unwell)
    async def of_ours(_request: Request, error: NotSignedIn | Unwell) -> JSONResponse:
        return of_status(error.status, str(error))

    @app.exception_handler(DBAPIError)
    @app.exception_handler(PoolExhausted)
    async def from_database(_request: Request, error: DBAPIError | PoolExhausted) -> JSONResponse:
        if isinstance(error, PoolExhausted):
            return of_status(503, "too many are asking at once")
        return of_database(error)

    @app.exception_handler(HTTPException)
    async def of_the_web(_request: Request, error: HTTPException) -> JSONResponse:
        if error.status_code == 400:  # noqa: PLR2004  FastAPI's answer to a body it cannot read
            unread = {"type": "body_unread", "loc": ("body",), "msg": "The body is not JSON."}
            return of_faults([unread])
        return of_status(error.status_code)


assert set(STATUS) == set(REFUSALS), "every refusal has a status"
