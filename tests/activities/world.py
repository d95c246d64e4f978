"""A small true county in a test's own database, and its people, who act through recording alone.

``World`` records what people say. What carries it on is another's: here ``ByHand``, which does
what the workflows do, one step at a time and without an engine.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Engine, text
from sqlmodel import Session

from activities.casework import Casework
from activities.clock import Clock
from activities.names import BallotToHear, Deed, MeetingStanding, OfMeeting, OfRequest, Standing
from activities.panels import Panels
from activities.store import ledger, recording
from activities.store.reading.caller import Caller, person_of
from activities.store.recording import Saying, content_hash
from activities.store.session import transaction
from domain.acts import (
    ActRef,
    Authorising,
    AuthorisingDifferently,
    CallingMeeting,
    ClosingBallot,
    ClosingMeeting,
    Declining,
    OpeningBallot,
    Submitting,
)
from domain.frozen import Frozen
from domain.ledger.balances import PotBalance
from domain.moderation import Recommendation, Vote
from domain.needs import AreaOfNeed
from domain.people import Interest
from domain.request import RequestContent
from domain.stages import ActKind
from tests.activities.small_county import (
    ISSUER,
    PANELS,
    PLANTED,
    SCHOOLS,
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


class World:
    """The small county with a clock: whoever is named acts, and it is committed."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.engine = engine
        self.clock = clock

    # --- acting

    def caller(self, session: Session, subject: str) -> Caller:
        """Somebody of the county, asking now."""
        person = person_of(session, ISSUER, subject)
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

    def submits(self, content: RequestContent, school: str = "ashdown") -> UUID:
        """A SENCO writes a request, the head confirms it, and it is submitted."""
        with self.saying(f"senco.{school}") as (session, saying):
            draft = recording.create_draft(session, saying, school, content)
        return self.submits_again(draft.id, draft.version, school)

    def submits_again(self, draft_id: UUID, version: int, school: str = "ashdown") -> UUID:
        """The head confirms a version of a draft, and the SENCO submits it."""
        with self.saying(f"head.{school}") as (session, saying):
            recording.confirm_draft(session, saying, draft_id, version)
        self.act(f"senco.{school}", ActKind.SUBMIT, draft_id, Submitting(draft_version=version))
        return draft_id

    def mends(self, draft_id: UUID, content: RequestContent, school: str = "ashdown") -> int:
        """The SENCO saves the draft anew; the version that it then has."""
        with self.saying(f"senco.{school}") as (session, saying):
            version = self.one("SELECT version FROM draft WHERE id = :id", id=draft_id)
            return recording.save_draft(session, saying, draft_id, version, content).version

    def calls_meeting(self, cluster: str, starts_at: datetime) -> UUID:
        """The administrator calls a cluster's panel together."""
        choices = CallingMeeting(cluster=cluster, starts_at=starts_at)
        self.act(f"administrator.{cluster}", ActKind.CALL_MEETING, uuid4(), choices)
        return self.one(
            "SELECT id FROM meeting WHERE cluster_code = :cluster AND starts_at = :starts_at",
            cluster=cluster,
            starts_at=starts_at,
        )

    def opens(self, item_id: UUID, closes_at: datetime | None = None) -> ActRef:
        """The chair opens a ballot on an item."""
        meeting_id, cluster = self.meeting_of(item_id)
        choices = OpeningBallot(item_id=item_id, closes_at=closes_at)
        return self.act(PANELS[cluster][0], ActKind.OPEN_BALLOT, meeting_id, choices)

    def closes(self, ballot_id: UUID) -> ActRef:
        """The chair closes a ballot before its time."""
        item_id = self.one("SELECT item_id FROM ballot WHERE id = :id", id=ballot_id)
        meeting_id, cluster = self.meeting_of(item_id)
        choices = ClosingBallot(ballot_id=ballot_id)
        return self.act(PANELS[cluster][0], ActKind.CLOSE_BALLOT, meeting_id, choices)

    def closes_meeting(self, meeting_id: UUID) -> ActRef:
        """The chair ends a meeting."""
        cluster = self.one("SELECT cluster_code FROM meeting WHERE id = :id", id=meeting_id)
        return self.act(PANELS[cluster][0], ActKind.CLOSE_MEETING, meeting_id, ClosingMeeting())

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
        said = Authorising(grounds=(WHY,), alternatives=WHY, **changed)
        return self.act(officer, ActKind.AUTHORISE, request_id, said)

    def authorises_differently(self, officer: str, request_id: UUID, pence: int) -> ActRef:
        """An officer signs another amount."""
        said = AuthorisingDifferently(
            grounds=(WHY,), alternatives=WHY, annual_pence=pence, reason=WHY
        )
        return self.act(officer, ActKind.AUTHORISE_DIFFERENTLY, request_id, said)

    def declines(self, officer: str, request_id: UUID) -> ActRef:
        """An officer says no."""
        said = Declining(grounds=(WHY,), alternatives=WHY, reason=WHY)
        return self.act(officer, ActKind.DECLINE, request_id, said)

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


class ByHand:
    """Carries recorded acts on as the workflows do: in order, and panels heard at once."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.casework = Casework(world.engine, world.clock)
        self.panels = Panels(world.engine, world.clock)

    def goes_on(self) -> None:
        """Do whatever waits to be done, until nothing does."""
        while waiting := self._waiting():
            for act in waiting:
                self._carry_on(act)
            self._hear()

    def time_passes(self, until: datetime) -> None:
        """Come to an instant: ballots close, deadlines pass."""
        clock: Any = self.world.clock
        clock.move_on(max(until - clock.now(), timedelta()))
        for row in self.world.rows("SELECT id FROM meeting"):
            self.panels.close_due(OfMeeting(meeting_id=row.id))
        self._hear()
        for row in self.world.rows("SELECT id FROM support_request"):
            self.casework.let_time_pass(OfRequest(request_id=row.id))
        self.goes_on()

    def _waiting(self) -> list[Any]:
        return self.world.rows(
            "SELECT id, kind, person_id, subject, subject_id, number FROM act"
            " WHERE outcome IS NULL ORDER BY recorded_at, number"
        )

    def _carry_on(self, act: Any) -> Standing | MeetingStanding:
        ref = ActRef(id=act.id, kind=ActKind(act.kind), person_id=act.person_id)
        deed = Deed(subject_id=act.subject_id, act=ref)
        if act.subject == "meeting":
            if ref.kind is ActKind.CALL_MEETING:
                return self.panels.take_up(OfMeeting(meeting_id=act.subject_id))
            return self.panels.carry_out(deed)
        if ref.kind is ActKind.SUBMIT and act.number == 1:
            return self.casework.take_up(OfRequest(request_id=act.subject_id))
        return self.casework.carry_out(deed)

    def _hear(self) -> None:
        for row in self.world.rows(
            "SELECT id, request_id FROM ballot WHERE closed_at IS NOT NULL AND heard_at IS NULL"
        ):
            self.casework.hear_panel(BallotToHear(request_id=row.request_id, ballot_id=row.id))

    # --- whole stretches of the way

    def listed(
        self, content: RequestContent, school: str = "ashdown", starts_at: datetime | None = None
    ) -> UUID:
        """A request is submitted, screened and stands on a meeting's agenda."""
        request_id = self.world.submits(content, school)
        self.goes_on()
        cluster = SCHOOLS[school]
        meets = self.world.rows(
            "SELECT id FROM meeting WHERE cluster_code = :cluster AND stage = 'called'",
            cluster=cluster,
        )
        if not meets:
            at = starts_at or self.world.clock.now() + timedelta(days=21, hours=1, minutes=30)
            self.world.calls_meeting(cluster, at)
            self.goes_on()
        return request_id

    def in_ballot(self, content: RequestContent, school: str = "ashdown") -> tuple[UUID, UUID]:
        """A request is in an open ballot: the ids of both."""
        request_id = self.listed(content, school)
        self.world.opens(self.world.item_of(request_id))
        self.goes_on()
        return request_id, self.world.ballot_of(request_id)

    def recommended(
        self,
        content: RequestContent,
        levels: tuple[int, ...] = (4, 3, 2, 0),
        recommendation: Recommendation = Recommendation.AS_ASKED,
        school: str = "ashdown",
    ) -> UUID:
        """A request on which its panel has voted, and which has been placed."""
        request_id, ballot_id = self.in_ballot(content, school)
        self.world.panel_votes(ballot_id, levels, recommendation)
        self.world.closes(ballot_id)
        self.goes_on()
        return request_id
