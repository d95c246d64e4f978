"""One request from draft to award as a county's people see it through, nine votes included.

People record what they say through the web half's own parts; what carries it on is handed in, so
that Locality and a rival are given the very same work and write the very same rows.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import text

from activities.settings import Settings
from activities.store import reading, recording
from activities.store.policies import calendar_on
from activities.store.reading import Caller
from activities.store.recording import Saying, SubjectKind, SubjectRef, content_hash
from activities.store.session import each_by_itself
from api.app import make_parts
from api.parts import Parts, Work
from deploy.demo.asks import levels, line, pupil_asked, support
from deploy.demo.county import Pupil
from domain.acts import (
    ActOutcome,
    ActRef,
    Authorising,
    CallingMeeting,
    ClosingBallot,
    ClosingMeeting,
    OpeningBallot,
    Submitting,
)
from domain.frozen import Frozen
from domain.moderation import Recommendation, Vote
from domain.needs import AreaOfNeed
from domain.people import Interest
from domain.periods import SchoolDays
from domain.request import RequestContent
from domain.stages import ActKind, Stage
from tests.benchmarks.panel import SIGNER, Panel
from tests.benchmarks.report import CannotMeasure

NEED = levels(1, 3, 1, 0)
_THREADS = 40
"""As many as the web half's own threads for routes."""
_LOOK_SECONDS = 0.005
_LONGEST_LOOK_SECONDS = 0.05
_PATIENCE_SECONDS = 60.0

Answer = TypeVar("Answer")

_ITEM = text("SELECT id, meeting_id FROM agenda_item WHERE request_id = :id")
_BALLOT = text("SELECT id FROM ballot WHERE request_id = :id")
_STAGE = text("SELECT stage FROM support_request WHERE id = :id")


class Engine(Protocol):
    """What carries a recorded act on, and says what became of it."""

    async def outcome(self, subject: SubjectRef, act: ActRef) -> ActOutcome | None:
        """Bring an act to where it takes effect, and wait for its outcome."""
        ...


class Council:
    """A county's people in one process, with the engine that carries their acts on."""

    def __init__(self, chosen: Settings) -> None:
        self.parts: Parts = make_parts(chosen)
        self._issuer = chosen.issuers[0].issuer
        self._threads = ThreadPoolExecutor(_THREADS)

    def end(self) -> None:
        """Let go of threads and connections."""
        self._threads.shutdown()
        self.parts.engine.dispose()

    async def says(self, subject: str, work: Work) -> dict[str, Any]:
        """Somebody says something; as behind a route, who it is is looked up first."""
        return await self._in_thread(partial(self._say, subject, work))

    async def does(
        self, engine: Engine, subject: str, kind: ActKind, on: SubjectRef, choices: Frozen
    ) -> UUID:
        """Somebody acts, and it takes effect; the id of what it was about."""
        told = await self.says(
            subject,
            lambda session, saying: recording.record_act(session, saying, kind, on.id, choices),
        )
        act = ActRef.model_validate(told, strict=False)
        where = on if kind is not ActKind.CALL_MEETING else of("meeting", act.id)
        outcome = await engine.outcome(where, act)
        if outcome is None or not outcome.done:
            raise CannotMeasure(f"{kind} did not take effect: {outcome}")
        return where.id

    async def find(self, query: Any, of_id: UUID) -> Any:
        """Look one row up."""
        return await self._in_thread(partial(self._find, query, of_id))

    def school_day(self, instant: datetime) -> datetime:
        """Move an instant on by days until schools are open by the calendar in force."""
        calendar = self.parts.read(lambda session: calendar_on(session, instant.date()))
        assert calendar is not None
        return instant + (SchoolDays(calendar).add_school_days(instant.date(), 0) - instant.date())

    async def reaches(self, request_id: UUID, stage: Stage) -> None:
        """Look until a request has come to a stage."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        pause = _LOOK_SECONDS
        while (found := (await self.find(_STAGE, request_id)).stage) != stage:
            if time.monotonic() > deadline:
                raise CannotMeasure(f"A request stays {found} and does not become {stage}.")
            await asyncio.sleep(pause)
            pause = min(1.5 * pause, _LONGEST_LOOK_SECONDS)

    async def _in_thread(self, work: Callable[[], Answer]) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def caller(self, subject: str) -> Caller:
        """Who is speaking, as behind a route."""
        with each_by_itself(self.parts.engine) as connection:
            person = reading.person_of(connection, self._issuer, subject)
        assert person is not None, subject
        return Caller(person=person, now=self.parts.clock.now())

    def _say(self, subject: str, work: Work) -> dict[str, Any]:
        caller = self.caller(subject)
        key = str(uuid4())
        saying = Saying(caller=caller, key=key, content_sha256=content_hash(subject, key))
        return self.parts.record(saying, work)

    def _find(self, query: Any, of_id: UUID) -> Any:
        with each_by_itself(self.parts.engine) as connection:
            return connection.execute(query, {"id": of_id}).one()


class Cases:
    """Plays cases of one council: panels are called once, then requests go all the way."""

    def __init__(self, council: Council, engine: Engine, panels: Sequence[Panel]) -> None:
        self.council = council
        self._engine = engine
        self._panels = panels
        self._played = 0
        self.votes_ms: list[float] = []
        """How long each vote took to be recorded, in milliseconds."""

    async def call_meetings(self, panels: Sequence[Panel] = (), weeks: int = 8) -> list[UUID]:
        """Call all panels, or those named, for a school day some weeks from now; their meetings."""
        starts_at = self.council.school_day(self.council.parts.clock.now() + timedelta(weeks=weeks))
        called = []
        for panel in panels or self._panels:
            choices = CallingMeeting(cluster=panel.cluster, starts_at=starts_at)
            nothing_yet = of("meeting", uuid4())
            who = f"administrator.{panel.cluster}"
            kind = ActKind.CALL_MEETING
            called.append(await self.council.does(self._engine, who, kind, nothing_yet, choices))
        return called

    async def close_meeting(self, panel: Panel, meeting_id: UUID) -> None:
        """A panel's administrator ends its meeting."""
        who, kind = f"administrator.{panel.cluster}", ActKind.CLOSE_MEETING
        await self.council.does(
            self._engine, who, kind, of("meeting", meeting_id), ClosingMeeting()
        )

    async def play(self, count: int, at_once: int, panels: Sequence[Panel] = ()) -> float:
        """Play so many cases, so many at once, of all panels or those named; in how many seconds.

        Panels take turns, and so do each one's pupils.
        """
        permits = asyncio.Semaphore(at_once)
        asked = panels or self._panels

        async def one(number: int) -> None:
            async with permits:
                turn, place = divmod(number, len(asked))
                await self.play_one(asked[place], turn)

        began = time.perf_counter()
        await asyncio.gather(*(one(self._played + each) for each in range(count)))
        self._played += count
        return time.perf_counter() - began

    async def play_one(self, panel: Panel, turn: int = 0) -> UUID:
        """Take one request from its draft to the signed award: for the panel's next pupil."""
        council = self.council
        request_id, meeting_id, ballot_id = await self.comes_to_ballot(panel, turn)
        await asyncio.gather(*(self._votes(each, ballot_id) for each in panel.voters))
        meeting = of("meeting", meeting_id)
        closing = ClosingBallot(ballot_id=ballot_id)
        await council.does(self._engine, panel.chair, ActKind.CLOSE_BALLOT, meeting, closing)
        await council.reaches(request_id, Stage.SIGN_OFF)
        signing = Authorising(grounds=("The moderated need.",), alternatives="Advice alone.")
        request = of("request", request_id)
        await council.does(self._engine, SIGNER, ActKind.AUTHORISE, request, signing)
        return request_id

    async def comes_to_ballot(self, panel: Panel, turn: int = 0) -> tuple[UUID, UUID, UUID]:
        """Bring a request into an open ballot, interests declared: request, meeting and ballot."""
        council = self.council
        request_id = await self._submits(panel.pupils[turn % len(panel.pupils)])
        item = await council.find(_ITEM, request_id)
        meeting = of("meeting", item.meeting_id)
        opening = OpeningBallot(item_id=item.id)
        await council.does(self._engine, panel.chair, ActKind.OPEN_BALLOT, meeting, opening)
        await asyncio.gather(*(self._declares(each, item.id) for each in panel.voters))
        ballot = await council.find(_BALLOT, request_id)
        return request_id, item.meeting_id, ballot.id

    async def _submits(self, pupil: Pupil) -> UUID:
        """A SENCO writes, the head confirms, the SENCO submits."""
        school = pupil.school
        asked = content_of(pupil, self.council.parts.clock.now().date())
        draft = await self.council.says(
            f"senco.{school}",
            lambda session, saying: recording.create_draft(session, saying, school, asked),
        )
        draft_id, version = UUID(draft["id"]), draft["version"]
        await self.council.says(
            f"head.{school}",
            lambda session, saying: recording.confirm_draft(session, saying, draft_id, version),
        )
        submitting = Submitting(draft_version=version)
        request = of("request", draft_id)
        who = f"senco.{school}"
        await self.council.does(self._engine, who, ActKind.SUBMIT, request, submitting)
        return draft_id

    async def _declares(self, member: str, item_id: UUID) -> None:
        await self.council.says(
            member,
            lambda session, saying: recording.declare_interest(
                session, saying, item_id, Interest.NONE, None
            ),
        )

    async def _votes(self, member: str, ballot_id: UUID) -> None:
        began = time.perf_counter()
        await self.council.says(
            member,
            lambda session, saying: recording.cast_vote(
                session, saying, ballot_id, vote_of(saying.caller.person.id)
            ),
        )
        self.votes_ms.append((time.perf_counter() - began) * 1000)


def of(kind: SubjectKind, subject_id: UUID) -> SubjectRef:
    """Name what an act is about."""
    return SubjectRef(subject=kind, id=subject_id)


def vote_of(person_id: UUID) -> Vote:
    """Support as asked, at the levels that the school gave."""
    return Vote(
        person_id=person_id,
        levels={AreaOfNeed(area): level for area, level in NEED.items()},
        recommendation=Recommendation.AS_ASKED,
        reason="From the papers: the reports and the two reviews fit this level.",
    )


def content_of(pupil: Pupil, day: Any) -> RequestContent:
    """Ask for predictable support for one pupil, from a fortnight hence until the summer."""
    asked = pupil_asked(pupil)
    provision = [line("Small group each day", "12.5")]
    whole = support("Reading with confidence", [asked], NEED, provision) | {
        "starts_on": (day + timedelta(days=14)).isoformat(),
        "ends_on": (day + timedelta(days=240)).isoformat(),
    }
    return RequestContent.model_validate(whole, strict=False)
