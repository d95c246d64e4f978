"""What the web half is made of, and how a route gets at it: record once, read, act, be somebody."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar
from uuid import UUID

import structlog
from fastapi import Depends, Header, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from activities.clock import Clock
from activities.store import reading, recording
from activities.store.documents import Documents
from activities.store.reading import Caller
from activities.store.recording import Saying, SubjectKind, SubjectRef
from activities.store.session import each_by_itself, looking, transaction
from api.auth import Tokens
from api.delivery import Delivery
from api.problems import of_stored
from api.schemas import Recorded
from domain.acts import ActOutcome, ActRef
from domain.frozen import Frozen
from domain.refusals import RoleNeeded
from domain.stages import ActKind

Answer = TypeVar("Answer")
Work = Callable[[Session, Saying], Frozen]

_TRIES = 3
_WORTH_ANOTHER_TRY = frozenset({"23505", "40001", "40P01"})
"""Somebody did the same in the same instant: what they did is there when we look again."""


@dataclass(frozen=True)
class Parts:
    """The web half, composed once in ``app``."""

    engine: Engine
    clock: Clock
    tokens: Tokens
    delivery: Delivery
    patience_seconds: float = 2.0
    """How long an act is waited for before its outcome is left to follow."""
    documents: Documents | None = None
    """Where documents lie that are handed in; without it, the record holds them itself."""

    def read(self, query: Callable[[Session], Answer]) -> Answer:
        """Read in a transaction of its own, in which nothing is asked twice."""
        with looking(self.engine) as session:
            return query(session)

    def note(self, work: Callable[[Session], Answer]) -> Answer:
        """Write what is no act of anybody's, as a session or a try at a link, in a transaction."""
        with transaction(self.engine) as session:
            return work(session)

    def record(self, saying: Saying, work: Work) -> dict[str, Any]:
        """Do what somebody says once, however often they say it, and commit it with its answer."""
        for left in reversed(range(_TRIES)):
            try:
                with transaction(self.engine) as session:
                    earlier = recording.answered(session, saying)
                    if earlier is not None:
                        return earlier
                    answer = work(session, saying).model_dump(mode="json")
                    session.flush()
                    recording.remember(session, saying, answer)
                    return answer
            except DBAPIError as error:
                if not left or getattr(error.orig, "sqlstate", None) not in _WORTH_ANOTHER_TRY:
                    raise
        raise AssertionError("unreachable")


def parts_of(request: Request) -> Parts:
    """Find the parts of the application that was asked."""
    found = request.app.state.parts
    assert isinstance(found, Parts)
    return found


async def given_parts(request: Request) -> Parts:
    """Give a route the parts; asynchronous, since a thread would cost more than it does."""
    return parts_of(request)


def caller_of(
    request: Request, authorization: Annotated[str | None, Header(include_in_schema=False)] = None
) -> Caller:
    """Say who is asking, and when: the token's person with the roles on record."""
    parts = parts_of(request)
    subject = parts.tokens.subject_of(authorization)
    with each_by_itself(parts.engine) as connection:
        person = reading.person_of(connection, subject.issuer, subject.subject)
    if person is None:
        raise RoleNeeded("to come in", "your issuer's word for you is on nobody's record here")
    return Caller(person=person, now=parts.clock.now())


Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=128,
        pattern=r"^[\x21-\x7e]+$",
        description="Made by the sender for each thing said; repeating it repeats the answer.",
    ),
]
Asking = Annotated[Caller, Depends(caller_of)]
WithParts = Annotated[Parts, Depends(given_parts)]


async def saying_of(request: Request, caller: Asking, key: Key) -> Callable[[Any], Saying]:
    """Prepare what somebody says: the address and the content make up its hash."""
    address = f"{request.method} {request.url.path}"

    def said(content: object) -> Saying:
        content_sha256 = recording.content_hash(address, content)
        return Saying(caller=caller, key=key, content_sha256=content_sha256)

    return said


Says = Annotated[Callable[[Any], Saying], Depends(saying_of)]


class Recorder:
    """Records what is said at once and without a workflow, and answers with what came of it."""

    def __init__(self, parts: Parts, says: Callable[[Any], Saying]) -> None:
        self._parts, self._says = parts, says

    def __call__(
        self, body: BaseModel | None, does: Callable[..., Frozen], *told: Any, status: int = 200
    ) -> JSONResponse:
        """Have the record do it with what it is told, once for the sender's key."""
        saying = self._says(body.model_dump(mode="json") if body else None)
        answer = self._parts.record(saying, lambda session, said: does(session, said, *told))
        return JSONResponse(answer, status)


async def recorder_of(parts: WithParts, says: Says) -> Recorder:
    """Give a route what it records with."""
    return Recorder(parts, says)


Records = Annotated[Recorder, Depends(recorder_of)]


async def act_on(
    request: Request, subject: SubjectRef, saying: Saying, kind: ActKind, choices: Frozen
) -> JSONResponse:
    """Record an act, bring it to its workflow, and answer with what became of it.

    Without an answer within a moment it is 202: recorded, and its outcome will follow.
    """
    act, outcome = await do_act(request, subject, saying, kind, choices)
    return await run_in_threadpool(_answer, parts_of(request), saying.caller, act, outcome)


async def do_act(
    request: Request, subject: SubjectRef, saying: Saying, kind: ActKind, choices: Frozen
) -> tuple[ActRef, ActOutcome | None]:
    """Record an act and bring it to its workflow; its outcome may be left to follow."""
    parts = parts_of(request)

    def work(session: Session, said: Saying) -> Frozen:
        return recording.record_act(session, said, kind, subject.id, choices)

    answer = await run_in_threadpool(parts.record, saying, work)
    act = ActRef.model_validate(answer, strict=False)
    request.state.act_id = str(act.id)
    structlog.contextvars.bind_contextvars(act_id=str(act.id))
    return act, await parts.delivery.outcome(subject, act.id, parts.patience_seconds)


def subject_ref(subject: SubjectKind, subject_id: UUID) -> SubjectRef:
    """Name what an act is about."""
    return SubjectRef(subject=subject, id=subject_id)


def _answer(parts: Parts, caller: Caller, act: ActRef, outcome: ActOutcome | None) -> JSONResponse:
    view = parts.read(lambda session: reading.act(session, caller, act.id))
    if outcome is None:
        location = f"/api/acts/{act.id}"
        waiting = Recorded(**dict(view), link=location)
        return JSONResponse(waiting.model_dump(mode="json"), 202, {"Location": location})
    if view.refusal is not None:
        return of_stored(view.refusal)
    shown = ActOutcome(act_id=act.id, done=True, stage=view.stage)
    return JSONResponse(shown.model_dump(mode="json"))
