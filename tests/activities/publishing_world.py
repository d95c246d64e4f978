"""The small county with people who draft and approve policy, by recording and the activities.

``PolicyWorld`` carries a draft on step by step; ``publishes`` brings one all the way in one call.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session

from activities.names import Deed, NotAllowed, OfPolicyAct, OfPublication, PublicationStanding
from activities.publishing import Publishing
from activities.store import reading, recording
from activities.store.reading import PublicationView
from activities.store.recording import County
from activities.store.session import transaction
from domain.acts import ActOutcome, ActRef
from domain.people import Role
from domain.policy.load import PolicyVersion
from domain.publication import PublicationStage
from domain.stages import ActKind
from tests.activities.small_county import FIRST_DAY, ISSUER, named, policy_files
from tests.activities.world import World

PEOPLE: dict[str, Role] = {
    "policy.2": Role.POLICY_OFFICER,
    "policy.3": Role.POLICY_OFFICER,
    "leader.1": Role.LEADER,
    "finance.1": Role.FINANCE_OFFICER,
}
"""Who has to do with policy, beside the drafter ``policy.1``."""
NOTE = "The amounts of next year."
SECOND_DAY = date(2026, 10, 6)
SECOND = f"tariff/{SECOND_DAY}.toml"
"""A dearer tariff of the demo pack, from the day after the first morning."""
FAULTY = {SECOND: 'kind = "tariff"\ncouncil = 3\n'}

POLICY_PEOPLE = County.model_validate(
    {
        "areas": [],
        "clusters": [],
        "schools": [],
        "people": [
            {
                "id": named(subject),
                "issuer": ISSUER,
                "subject": subject,
                "called": subject,
                "roles": [{"role": role, "from_on": FIRST_DAY}],
            }
            for subject, role in PEOPLE.items()
        ],
    },
    strict=False,
)


def second_tariff(day: date = SECOND_DAY, **changed: str) -> dict[str, str]:
    """The dearer tariff as a draft of one file, from a day, with words in it changed."""
    text = policy_files(later=True)[SECOND].replace(str(SECOND_DAY), str(day))
    for before, after in changed.items():
        assert before in text
        text = text.replace(before, after)
    return {f"tariff/{day}.toml": text}


def no_impact(
    _session: Session, candidates: Sequence[PolicyVersion], _now: datetime
) -> dict[str, Any]:
    """What stands for the county's model here: the kinds that were tried."""
    return {"tried": [each.kind for each in candidates]}


def goes_on(publishing: Publishing, publication_id: UUID) -> PublicationStage:
    """Do what follows by itself, as a draft's workflow does."""
    of = OfPublication(publication_id=publication_id)
    follows = {
        PublicationStage.DRAFTED: publishing.check,
        PublicationStage.CHECKED: publishing.work_out_impact,
    }
    stage = publishing.take_up(of).stage
    while stage in follows:
        stage = follows[stage](of).stage
    return stage


class PolicyWorld:
    """A world in which policy is drafted, approved, published and withdrawn."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.publishing = Publishing(world.engine, world.clock, no_impact)
        with transaction(world.engine) as session:
            recording.load_county(session, POLICY_PEOPLE)

    def writes(self, files: Mapping[str, str], who: str = "policy.1") -> UUID:
        """Somebody drafts policy, which is put on record; the id of the publication."""
        said = {"files": dict(files), "note": NOTE}
        act = self.world.does(who, ActKind.DRAFT_POLICY, uuid4(), **said)
        self.publishing.take_up(OfPublication(publication_id=act.id))
        return act.id

    def drafts(self, files: Mapping[str, str], who: str = "policy.1") -> UUID:
        """Somebody drafts policy, and what follows by itself follows."""
        publication_id = self.writes(files, who)
        self.goes_on(publication_id)
        return publication_id

    def goes_on(self, publication_id: UUID) -> PublicationStage:
        """Check a draft and work out its impact, as far as nobody is waited for."""
        return goes_on(self.publishing, publication_id)

    def acts(self, who: str, kind: ActKind, publication_id: UUID, **said: Any) -> ActOutcome:
        """Somebody does something with a draft, and it is carried out."""
        return self.carries_out(self.world.does(who, kind, publication_id, **said), publication_id)

    def carries_out(self, act: ActRef, publication_id: UUID) -> ActOutcome:
        """Carry a recorded act on a draft out."""
        told = self.publishing.carry_out(Deed(subject_id=publication_id, act=act))
        return _outcome(told)

    def refuses(self, act: ActRef, publication_id: UUID, code: str) -> ActOutcome:
        """Refuse a recorded act, as the workflow does."""
        no = NotAllowed(subject_id=publication_id, act=act, code=code)
        return _outcome(self.publishing.refuse(no))

    def approves(self, who: str, publication_id: UUID) -> ActOutcome:
        """Somebody approves a draft as it stands."""
        sha256 = self.sees(publication_id).sha256
        return self.acts(who, ActKind.APPROVE_POLICY, publication_id, sha256=sha256)

    def publishes(self, files: Mapping[str, str]) -> UUID:
        """Bring a draft all the way: drafted, checked, and approved by two."""
        publication_id = self.drafts(files)
        assert self.sees(publication_id).found == ()
        for who in ("policy.2", "leader.1"):
            assert self.approves(who, publication_id).done
        assert self.sees(publication_id).stage is PublicationStage.PUBLISHED
        return publication_id

    def withdraws(self, version_id: UUID, who: str = "policy.1") -> ActOutcome:
        """Somebody withdraws a published version, and it is carried out."""
        said = {"version_id": version_id}
        act = self.world.does(who, ActKind.WITHDRAW_POLICY, uuid4(), **said)
        return self.carries_withdrawal_out(act)

    def carries_withdrawal_out(self, act: ActRef) -> ActOutcome:
        """Carry a recorded withdrawal out."""
        return self.publishing.withdraw(OfPolicyAct(act_id=act.id)).outcome

    def sees(self, publication_id: UUID, who: str = "policy.1") -> PublicationView:
        """A draft as somebody sees it."""
        with transaction(self.world.engine) as session:
            caller = self.world.caller(session, who)
            return reading.publication(session, caller, publication_id)

    def refusal(self, act_id: UUID) -> dict[str, Any]:
        """What a refused act was told: code, asked, in the way and what would help."""
        found: dict[str, Any] = self.world.one("SELECT refusal FROM act WHERE id = :id", id=act_id)
        return found

    def events(self) -> list[str]:
        """The kinds of events about drafts and versions, in the order they were written."""
        sql = (
            "SELECT kind FROM event WHERE subject IN ('publication', 'policy')"
            " AND kind NOT LIKE '%_recorded' AND recorded_at >= :since ORDER BY written"
        )
        return [row.kind for row in self.world.rows(sql, since=self.world.clock.now())]

    def version(self, publication_id: UUID) -> UUID:
        """The one version that a draft has published."""
        (found,) = self.sees(publication_id).published
        return found


def publishes(world: World, files: Mapping[str, str]) -> UUID:
    """Publish policy as a council does, from a day still to come: a draft, and two who approve."""
    return PolicyWorld(world).publishes(files)


def _outcome(told: PublicationStanding) -> ActOutcome:
    assert told.outcome is not None
    return told.outcome
