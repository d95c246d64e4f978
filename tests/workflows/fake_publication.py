"""A record of one draft of policy that exists only in memory, under the activities' real names."""

from collections.abc import Callable
from threading import Event
from typing import Any
from uuid import uuid4

from temporalio import activity

from activities.names import (
    CARRY_OUT_IN_PUBLICATION,
    CHECK_DRAFT,
    REFUSE_IN_PUBLICATION,
    TAKE_UP_PUBLICATION,
    WORK_OUT_IMPACT,
    Deed,
    NotAllowed,
    OfPublication,
    PublicationStanding,
)
from domain.acts import ActOutcome
from domain.publication import PublicationStage
from domain.stages import ActKind

Stage = PublicationStage


class FakePublication:
    """Where a draft stands, and what follows each act: set by the test."""

    def __init__(self, stage: Stage = Stage.DRAFTED, found: Stage = Stage.CHECKED) -> None:
        self.id = uuid4()
        self.writer = uuid4()
        self.standing = PublicationStanding(
            publication_id=self.id, stage=stage, written_by=(self.writer,)
        )
        self.found = found
        """What the check comes to."""
        self.leads_to = {
            ActKind.REVISE_POLICY: Stage.DRAFTED,
            ActKind.GIVE_UP_POLICY: Stage.GIVEN_UP,
        }
        self.names: list[str] = []
        self.may_be_checked = Event()
        self.may_be_checked.set()

    @property
    def activities(self) -> list[Callable[..., Any]]:
        """The activities of a draft under their real names."""

        @activity.defn(name=TAKE_UP_PUBLICATION.name)
        def take_up(_asked: OfPublication) -> PublicationStanding:
            return self._answer(TAKE_UP_PUBLICATION.name)

        @activity.defn(name=CHECK_DRAFT.name)
        def check(_asked: OfPublication) -> PublicationStanding:
            assert self.may_be_checked.wait(10)
            return self._answer(CHECK_DRAFT.name, self.found)

        @activity.defn(name=WORK_OUT_IMPACT.name)
        def work_out_impact(_asked: OfPublication) -> PublicationStanding:
            return self._answer(WORK_OUT_IMPACT.name, Stage.FOR_APPROVAL)

        @activity.defn(name=CARRY_OUT_IN_PUBLICATION.name)
        def carry_out(asked: Deed) -> PublicationStanding:
            stage = self.leads_to.get(asked.act.kind, self.standing.stage)
            if asked.act.kind is ActKind.APPROVE_POLICY:
                stage = self._approved(asked)
            done = ActOutcome(act_id=asked.act.id, done=True)
            return self._answer(CARRY_OUT_IN_PUBLICATION.name, stage, done)

        @activity.defn(name=REFUSE_IN_PUBLICATION.name)
        def refuse(asked: NotAllowed) -> PublicationStanding:
            no = ActOutcome(act_id=asked.act.id, done=False, code=asked.code)
            return self._answer(REFUSE_IN_PUBLICATION.name, outcome=no)

        return [take_up, check, work_out_impact, carry_out, refuse]

    def _approved(self, asked: Deed) -> Stage:
        """Take an approval down; the second one publishes."""
        assert asked.act.person_id is not None
        so_far = (*self.standing.approved_by, asked.act.person_id)
        self.standing = self.standing.model_copy(update={"approved_by": so_far})
        return Stage.PUBLISHED if len(so_far) > 1 else Stage.FOR_APPROVAL

    def _answer(
        self, name: str, stage: Stage | None = None, outcome: ActOutcome | None = None
    ) -> PublicationStanding:
        self.names.append(name)
        if stage is not None:
            self.standing = self.standing.model_copy(update={"stage": stage})
        return self.standing.model_copy(update={"outcome": outcome})
