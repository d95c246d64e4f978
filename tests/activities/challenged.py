"""Decisions that are challenged: looked at again by another panel, and answered once."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from activities.store import reading
from activities.store.session import transaction
from domain.acts import ActRef
from domain.moderation import Recommendation
from domain.reconsideration import Answer, Challenger
from domain.stages import ActKind
from tests.activities.changed_awards import ChangedAwards
from tests.activities.world import WHY, World

CEDAR = ("head.gorse", "head.heath", "head.iris")
"""Members of the panel that looks again: none of them has anything to do with ashdown."""


def challenges(world: World, request_id: UUID, who: str = "senco.ashdown", **said: Any) -> ActRef:
    """Somebody challenges the decision on a request; the act's id is the challenge's."""
    facts = {"by": "school", "asks": WHY, "new_evidence": ("A report of October",)} | said
    facts |= {"request_id": request_id, "by": Challenger(facts["by"])}
    return world.does(who, ActKind.CHALLENGE, uuid4(), **facts)


class Challenged:
    """A county in which decisions are challenged, by hand."""

    def __init__(self, awards: ChangedAwards) -> None:
        self.awards = awards
        self.hand = awards.hand
        self.world = awards.world

    def done(self, act: ActRef) -> UUID:
        """An act is carried out and is done; its id."""
        assert self.outcome(act) == ("done", None), self.refusal(act)
        return act.id

    def outcome(self, act: ActRef) -> tuple[str | None, str | None]:
        """Carry on, and say what became of an act."""
        self.hand.goes_on()
        return self.world.outcome(act)

    def refusal(self, act: ActRef) -> Any:
        """What a refused act was told."""
        return self.world.one("SELECT refusal FROM act WHERE id = :id", id=act.id)

    def challenged(self, request_id: UUID, **said: Any) -> UUID:
        """The school challenges the decision on a request; the challenge."""
        return self.done(challenges(self.world, request_id, **said))

    def taken(self, look_id: UUID, who: str = "manager.2", **said: Any) -> UUID:
        """An officer gives it to the panel that the policy names, which then meets; its item."""
        self.done(self.world.does(who, ActKind.TAKE_CHALLENGE, look_id, **said))
        at = self.world.clock.now() + timedelta(days=21)
        while at.weekday() > 3:
            at += timedelta(days=1)
        self.world.calls_meeting("cedar", at)
        self.hand.goes_on()
        found: UUID = self.world.one(
            "SELECT item_id FROM reconsideration_item WHERE reconsideration_id = :id", id=look_id
        )
        return found

    def in_ballot(self, look_id: UUID, who: str = "manager.2") -> UUID:
        """It is in an open ballot of the second panel; the ballot."""
        item_id = self.taken(look_id, who)
        self.done(self.world.opens(item_id))
        found: UUID = self.world.one("SELECT id FROM ballot WHERE item_id = :id", id=item_id)
        return found

    def looked_at(self, look_id: UUID, levels: tuple[int, ...] = (4, 3, 2, 0)) -> None:
        """The second panel votes, and the ballot closes."""
        ballot_id = self.in_ballot(look_id)
        self.world.panel_votes(ballot_id, levels, Recommendation.AS_ASKED, CEDAR)
        self.done(self.world.closes(ballot_id))

    def answers(self, look_id: UUID, answer: str, who: str = "head-of-sen", **said: Any) -> ActRef:
        """A senior officer gives the answer."""
        said = {"answer": Answer(answer), **said}
        return self.world.does(who, ActKind.RECONSIDER, look_id, **said)

    def answered(self, look_id: UUID, answer: str, **said: Any) -> UUID:
        """A senior officer's answer is done."""
        return self.done(self.answers(look_id, answer, **said))

    def stage(self, look_id: UUID) -> str:
        """Where a challenge stands by the record."""
        sql = "SELECT stage FROM reconsideration WHERE id = :id"
        return str(self.world.one(sql, id=look_id))

    def sees(self, who: str, look_id: UUID) -> reading.ChallengeView:
        """What somebody reads of a challenge."""
        with transaction(self.world.engine) as session:
            return reading.reconsideration(session, self.world.caller(session, who), look_id)

    def decision(self, who: str, request_id: UUID) -> reading.DecisionView:
        """What somebody reads of the decision on a request."""
        with transaction(self.world.engine) as session:
            return reading.decision(session, self.world.caller(session, who), request_id)
