"""A small true county in a test's own database, and its people, who act through recording alone.

``World`` records what people say, and looks. What carries it on is another's: ``ByHand``, or the
workflows themselves.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID, uuid4

from sqlalchemy import Engine, text
from sqlmodel import Session

from activities.clock import Clock
from activities.store import ledger, recording
from activities.store.reading.caller import Caller, person_of
from activities.store.recording import Saying, content_hash
from activities.store.session import transaction
from domain.acts import CHOICES, ActRef
from domain.frozen import Frozen
from domain.ledger.balances import PotBalance
from domain.moderation import Recommendation, Vote
from domain.needs import AreaOfNeed
from domain.people import Interest
from domain.request import RequestContent, RequestKind
from domain.stages import ActKind
from tests.activities.small_county import (
    ISSUER,
    PANELS,
    PLANTED,
    budgets,
    county,
    named,
    policy_files,
)

WHY = f"Because of {PLANTED}"


def furnish(session: Session, now: datetime, **pounds: int) -> None:
    """Load the small county, its policies and its budgets into a migrated database."""
    recording.load_county(session, county())
    recording.publish_pack(session, policy_files(), now)
    recording.load_budgets(session, budgets(**pounds), now)


class MovableClock(Clock, Protocol):
    """A clock that tests move on."""

    @property
    def is_moved(self) -> bool:
        """Whether it may differ from the machine's own clock."""
        ...

    def now(self) -> datetime:
        """Return the present instant, in UTC."""
        ...

    def move_on(self, step: timedelta) -> datetime:
        """Move on by `step` and return the new present."""
        ...


class World:
    """The small county with a clock: whoever is named acts, and it is committed."""

    def __init__(self, engine: Engine, clock: MovableClock) -> None:
        self.engine = engine
        self.clock = clock

    # --- acting

    def caller(self, session: Session, subject: str) -> Caller:
        """Somebody of the county, asking now."""
        person = person_of(session.connection(), ISSUER, subject)
        assert person is not None, subject
        return Caller(person=person, now=self.clock.now())

    @contextmanager
    def saying(self, subject: str, *content: object) -> Iterator[tuple[Session, Saying]]:
        """Somebody says something, in a transaction of its own."""
        with transaction(self.engine) as session:
            caller = self.caller(session, subject)
            yield (
                session,
                Saying(
                    caller=caller, key=str(uuid4()), content_sha256=content_hash(*map(str, content))
                ),
            )

    def act(self, subject: str, kind: ActKind, on: UUID, choices: Frozen) -> ActRef:
        """Record an act."""
        with self.saying(subject, kind, on) as (session, saying):
            return recording.record_act(session, saying, kind, on, choices)

    def does(self, subject: str, kind: ActKind, on: UUID, **choices: Any) -> ActRef:
        """Somebody does something to a request or in a meeting, with whatever has to be said."""
        shape = CHOICES[kind]
        words = {"reason": WHY, "grounds": (WHY,), "alternatives": WHY, "authority": "26/00042"}
        said = {name: word for name, word in words.items() if name in shape.model_fields}
        return self.act(subject, kind, on, shape.model_validate({**said, **choices}))

    def submits(self, content: RequestContent, school: str = "ashdown") -> UUID:
        """A SENCO writes a request, the head confirms it, and it is submitted."""
        self.puts_forward(content, school)
        with self.saying(f"senco.{school}") as (session, saying):
            draft = recording.create_draft(session, saying, school, content)
        return self.submits_again(draft.id, draft.version, school)

    def puts_forward(self, content: RequestContent, to_school: str) -> None:
        """Schools put the pupils forward whom another school's group names."""
        if content.kind is not RequestKind.GROUP:
            return
        for pupil in content.pupils:
            if pupil.school != to_school:
                said = recording.PuttingForward(to_school=to_school)
                by, about = f"senco.{pupil.school}", (pupil.pupil_id, to_school)
                with self.saying(by, *about) as (session, saying):
                    recording.put_forward(session, saying, pupil.pupil_id, said)

    def submits_again(self, draft_id: UUID, version: int, school: str = "ashdown") -> UUID:
        """The head confirms a version of a draft, and the SENCO submits it."""
        with self.saying(f"head.{school}") as (session, saying):
            recording.confirm_draft(session, saying, draft_id, version)
        self.does(f"senco.{school}", ActKind.SUBMIT, draft_id, draft_version=version)
        return draft_id

    def mends(self, draft_id: UUID, content: RequestContent, school: str = "ashdown") -> int:
        """The SENCO saves the draft anew; the version that it then has."""
        with self.saying(f"senco.{school}") as (session, saying):
            version = self.one("SELECT version FROM draft WHERE id = :id", id=draft_id)
            return recording.save_draft(session, saying, draft_id, version, content).version

    def calls_meeting(self, cluster: str, starts_at: datetime) -> UUID:
        """The administrator calls a cluster's panel together."""
        said = {"cluster": cluster, "starts_at": starts_at}
        called = self.does(f"administrator.{cluster}", ActKind.CALL_MEETING, uuid4(), **said)
        meeting_id: UUID = self.one("SELECT subject_id FROM act WHERE id = :id", id=called.id)
        return meeting_id

    def opens(self, item_id: UUID, closes_at: datetime | None = None) -> ActRef:
        """The chair opens a ballot on an item."""
        meeting_id, cluster = self.meeting_of(item_id)
        said = {"item_id": item_id, "closes_at": closes_at}
        return self.does(PANELS[cluster][0], ActKind.OPEN_BALLOT, meeting_id, **said)

    def closes(self, ballot_id: UUID) -> ActRef:
        """The chair closes a ballot before its time."""
        item_id = self.one("SELECT item_id FROM ballot WHERE id = :id", id=ballot_id)
        meeting_id, cluster = self.meeting_of(item_id)
        return self.does(PANELS[cluster][0], ActKind.CLOSE_BALLOT, meeting_id, ballot_id=ballot_id)

    def closes_meeting(self, meeting_id: UUID) -> ActRef:
        """The chair ends a meeting."""
        cluster = self.one("SELECT cluster_code FROM meeting WHERE id = :id", id=meeting_id)
        return self.does(PANELS[cluster][0], ActKind.CLOSE_MEETING, meeting_id)

    def declares(self, member: str, item_id: UUID, interest: Interest = Interest.NONE) -> None:
        """A member declares an interest in an item, or none."""
        with self.saying(member, item_id) as (session, saying):
            recording.declare_interest(session, saying, item_id, interest, None)

    def votes(
        self,
        member: str,
        ballot_id: UUID,
        levels: tuple[int, ...] = (4, 3, 2, 0),
        recommendation: Recommendation | None = Recommendation.AS_ASKED,
    ) -> None:
        """A member votes; without a recommendation it is an abstention."""
        said: dict[str, Any] = {"person_id": named(member), "reason": WHY}
        if recommendation is None:
            said["abstained"] = True
        else:
            said["recommendation"] = recommendation
            said["levels"] = dict(zip(AreaOfNeed, levels, strict=True)) if levels else {}
        with self.saying(member, ballot_id) as (session, saying):
            recording.cast_vote(session, saying, ballot_id, Vote(**said))

    def panel_votes(
        self,
        ballot_id: UUID,
        levels: tuple[int, ...] = (4, 3, 2, 0),
        recommendation: Recommendation = Recommendation.AS_ASKED,
        members: tuple[str, ...] = ("head.crane", "head.dell", "head.elm"),
    ) -> None:
        """Some members declare nothing and vote alike."""
        item_id = self.one("SELECT item_id FROM ballot WHERE id = :id", id=ballot_id)
        for member in members:
            self.declares(member, item_id)
            self.votes(member, ballot_id, levels, recommendation)

    def authorises(self, officer: str, request_id: UUID, **changed: Any) -> ActRef:
        """An officer signs what was recommended and priced."""
        return self.does(officer, ActKind.AUTHORISE, request_id, **changed)

    # --- looking

    def one(self, sql: str, **values: Any) -> Any:
        """The one value that a query gives."""
        with self.engine.connect() as connection:
            return connection.execute(text(sql), values).scalar_one()

    def rows(self, sql: str, **values: Any) -> list[Any]:
        """Every row that a query gives."""
        with self.engine.connect() as connection:
            return list(connection.execute(text(sql), values))

    def stage(self, request_id: UUID) -> str:
        """Where a request stands by the record."""
        found = self.one("SELECT stage FROM support_request WHERE id = :id", id=request_id)
        return str(found)

    def waits_for(self, request_id: UUID) -> str | None:
        """Whose turn it is by the record."""
        found: str | None = self.one(
            "SELECT waits_for FROM support_request WHERE id = :id", id=request_id
        )
        return found

    def stands(self, request_id: UUID) -> tuple[str, str | None]:
        """Where a request stands and whose turn it is."""
        return self.stage(request_id), self.waits_for(request_id)

    def ending(self, request_id: UUID) -> str | None:
        """How a request ended by the record."""
        found: str | None = self.one(
            "SELECT ending FROM support_request WHERE id = :id", id=request_id
        )
        return found

    def item_of(self, request_id: UUID) -> UUID:
        """The item under which a request is listed last."""
        found: UUID = self.one(
            "SELECT id FROM agenda_item WHERE request_id = :id"
            " ORDER BY listed_at DESC, (state = 'listed') DESC LIMIT 1",
            id=request_id,
        )
        return found

    def ballot_of(self, request_id: UUID) -> UUID:
        """The last ballot on a request."""
        found: UUID = self.one(
            "SELECT id FROM ballot WHERE request_id = :id ORDER BY opened_at DESC, round DESC"
            " LIMIT 1",
            id=request_id,
        )
        return found

    def meeting_of(self, item_id: UUID) -> tuple[UUID, str]:
        """The meeting that hears an item, and its cluster."""
        (found,) = self.rows(
            "SELECT m.id, m.cluster_code FROM agenda_item AS i JOIN meeting AS m"
            " ON m.id = i.meeting_id WHERE i.id = :id",
            id=item_id,
        )
        return found.id, found.cluster_code

    def outcome(self, act: ActRef) -> tuple[str | None, str | None]:
        """What became of an act: done or refused, and the refusal's code."""
        (row,) = self.rows(
            "SELECT outcome, refusal ->> 'code' AS code FROM act WHERE id = :id", id=act.id
        )
        return row.outcome, row.code

    def balances(self) -> dict[str, tuple[int, int, int]]:
        """Available, held and committed of each pot, both years together, but for the untouched."""
        with transaction(self.engine) as session:
            found = ledger.balances(session)
        return _together(found)

    def moved(self) -> dict[str, tuple[int, int]]:
        """What is held and committed in each pot where anything is."""
        return {
            pot: (held, sent) for pot, (_, held, sent) in self.balances().items() if held or sent
        }

    def has_letter(self, request_id: UUID) -> bool:
        """Whether the family's letter is written."""
        sql = "SELECT count(*) FROM letter WHERE request_id = :id"
        return bool(self.one(sql, id=request_id) == 1)

    def tables(self) -> dict[str, list[Any]]:
        """Every row of every table, so that two worlds can be compared."""
        names = self.rows(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename NOT IN ('alembic_version') ORDER BY tablename"
        )
        return {
            row.tablename: sorted(
                each[0]
                for each in self.rows(f'SELECT t::text FROM "{row.tablename}" AS t')  # noqa: S608
            )
            for row in names
        }


def _together(found: tuple[PotBalance, ...]) -> dict[str, tuple[int, int, int]]:
    pots: dict[str, tuple[int, int, int]] = {}
    for each in found:
        available, held, committed = pots.get(each.pot, (0, 0, 0))
        pots[each.pot] = (
            available + each.available_pence,
            held + each.held_pence,
            committed + each.committed_pence,
        )
    return pots
