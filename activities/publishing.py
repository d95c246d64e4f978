"""The activities of a draft of policy, and of a withdrawal: checked, tried, approved, published.

Each is safe to repeat. What takes long reads first, works with nothing locked, and then stores what
it found, unless the draft has gone on meanwhile.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine
from sqlmodel import Session
from temporalio import activity

from activities.clock import Clock, day_of
from activities.draft_check import faults_of_draft, new_versions, published_beside
from activities.modelling_runs import impact_of
from activities.names import (
    CARRY_OUT_IN_PUBLICATION,
    CARRY_OUT_WITHDRAWAL,
    CHECK_DRAFT,
    REFUSE_IN_PUBLICATION,
    TAKE_UP_PUBLICATION,
    WORK_OUT_IMPACT,
    Deed,
    NotAllowed,
    OfPolicyAct,
    OfPublication,
    PolicyActTold,
    PublicationStanding,
)
from activities.settling import settled
from activities.signs_of_life import signs_of_life
from activities.store import casework, publications, published
from activities.store.casework import Recorded
from activities.store.publications import Draft, FoundOut
from activities.store.session import transaction
from domain.acts import ActOutcome
from domain.policy.load import PINNED, PolicyVersion
from domain.policy.schemes import Scheme
from domain.policy_acts import (
    ApprovingPolicy,
    DraftingPolicy,
    RevisingPolicy,
    WithdrawingPolicy,
)
from domain.publication import (
    ALSO_BY_DAY,
    APPROVALS_NEEDED,
    Beginning,
    PublicationStage,
    check_another_governs,
    check_as_seen,
    check_policy_approver,
    check_publication_act,
    check_still_to_come,
    check_unchanged_since,
    check_withdrawing,
)
from domain.refusals import REFUSALS, Refusal, Unknown
from domain.stages import ActKind

Impact = Callable[[Session, Sequence[PolicyVersion], datetime], dict[str, Any]]
"""Works out what candidates would have made of the year's decided cases."""


class Publishing:
    """What happens to drafts and versions of policy, on one database and by one clock."""

    def __init__(self, engine: Engine, clock: Clock, impact: Impact = impact_of) -> None:
        self._engine = engine
        self._clock = clock
        self._impact_of = impact

    @activity.defn(name=TAKE_UP_PUBLICATION.name)
    def take_up(self, of: OfPublication) -> PublicationStanding:
        """Read where a draft stands; one just written is put on record. Its act has its id."""
        with transaction(self._engine) as session:
            asked = casework.undelivered(session, of.publication_id, ActKind.DRAFT_POLICY)
            if asked is None:
                return _standing(session, of.publication_id)
            said = DraftingPolicy.model_validate(asked.choices, strict=False)
            now = self._clock.now()
            outcome = settled(
                session, asked, now, lambda: publications.begin(session, asked, said.files, now)
            )
            return _standing(session, of.publication_id, outcome)

    @activity.defn(name=CHECK_DRAFT.name)
    def check(self, of: OfPublication) -> PublicationStanding:
        """Find every fault of a draft, beside what is published."""
        with signs_of_life():
            now = self._clock.now()
            with transaction(self._engine) as session:
                draft = _draft(session, of.publication_id)
                beside = published_beside(session, draft.files, day_of(now))
            faults = faults_of_draft(draft.files, beside)
            coming = new_versions(draft.files, beside.versions).values()
            found = FoundOut(beside.sha256, faults, tuple(sorted(coming, key=_begins)))
            with transaction(self._engine) as session:
                if _is_still(session, draft, PublicationStage.DRAFTED):
                    publications.checked(session, draft, found, now)
                    if faults:
                        count = len(faults)
                        publications.happened(session, draft, "policy_faulty", now, faults=count)
                return _standing(session, of.publication_id)

    @activity.defn(name=WORK_OUT_IMPACT.name)
    def work_out_impact(self, of: OfPublication) -> PublicationStanding:
        """Work out what a sound draft would have made of the year's decided cases."""
        with signs_of_life():
            now = self._clock.now()
            with transaction(self._engine) as session:
                draft = _draft(session, of.publication_id)
                impact = self._impact(session, draft, now)
            with transaction(self._engine) as session:
                if _is_still(session, draft, PublicationStage.CHECKED):
                    publications.impact_known(session, draft, impact, now)
                    publications.happened(session, draft, "policy_for_approval", now)
                return _standing(session, of.publication_id)

    @activity.defn(name=CARRY_OUT_IN_PUBLICATION.name)
    def carry_out(self, deed: Deed) -> PublicationStanding:
        """Carry out a recorded act on a draft, or refuse it; its outcome is stored with it."""
        with transaction(self._engine) as session:
            draft = publications.take_in_hand(session, deed.subject_id)
            assert draft is not None, "only a draft on record is acted upon"
            act = casework.recorded_act(session, deed.act.id)
            if act.kind is ActKind.APPROVE_POLICY:
                published.take_turns(session)  # and then look at the clock: waiting takes time
            outcome = act.outcome or _carried_out(session, draft, act, self._clock.now())
            return _standing(session, deed.subject_id, outcome)

    @activity.defn(name=REFUSE_IN_PUBLICATION.name)
    def refuse(self, refused: NotAllowed) -> PublicationStanding:
        """Store the workflow's own refusal as the act's outcome, in words that help."""
        with transaction(self._engine) as session:
            draft = publications.take_in_hand(session, refused.subject_id)
            assert draft is not None, "only a draft on record is acted upon"
            act = casework.recorded_act(session, refused.act.id)
            no = _no(draft, act, refused.code)
            outcome = act.outcome or casework.settle(session, act, None, self._clock.now(), no)
            return _standing(session, refused.subject_id, outcome)

    @activity.defn(name=CARRY_OUT_WITHDRAWAL.name)
    def withdraw(self, of: OfPolicyAct) -> PolicyActTold:
        """Withdraw a published version, or refuse to; asked again, it tells the outcome again."""
        with transaction(self._engine) as session:
            act = casework.recorded_act(session, of.act_id)
            published.take_turns(session)
            now = self._clock.now()
            outcome = act.outcome or settled(
                session, act, now, lambda: _withdraw(session, act, now)
            )
            return PolicyActTold(outcome=outcome)

    def _impact(self, session: Session, draft: Draft, now: datetime) -> dict[str, Any]:
        """Try what decides cases on those of the last year; other kinds have no such impact."""
        versions = new_versions(draft.files, published.governing_from(session, day_of(now)))
        schemes = [each for each in versions.values() if isinstance(each.document, Scheme)]
        if not schemes:
            return {"worked_out": False, "why": "Nothing in it says what a case is given."}
        try:
            return {"worked_out": True, **self._impact_of(session, schemes, now)}
        except Refusal as no:
            return {"worked_out": False, "why": f"{no}. {no.help}"}


def _begins(version: PolicyVersion) -> Beginning:
    return Beginning(version.kind, version.in_force_from)


def _draft(session: Session, publication_id: UUID) -> Draft:
    found = publications.draft_of(session, publication_id)
    assert found is not None, "only a draft on record is checked"
    return found


def _is_still(session: Session, draft: Draft, stage: PublicationStage) -> bool:
    """Whether what was worked on is what stands, once its row is locked."""
    now = publications.take_in_hand(session, draft.publication_id)
    return now is not None and (now.revision, now.stage) == (draft.revision, stage)


def _carried_out(session: Session, draft: Draft, act: Recorded, now: datetime) -> ActOutcome:
    def effect() -> None:
        check_publication_act(act.kind, draft.stage)
        _EFFECTS[act.kind](session, draft, act, now)

    return settled(session, act, now, effect)


def _revise(session: Session, draft: Draft, act: Recorded, now: datetime) -> None:
    del now
    said = RevisingPolicy.model_validate(act.choices, strict=False)
    publications.revise(session, act, draft, said.files)


def _give_up(session: Session, draft: Draft, act: Recorded, now: datetime) -> None:
    del act
    publications.move(session, draft, PublicationStage.GIVEN_UP, now)
    publications.happened(session, draft, "policy_given_up", now)


def _approve(session: Session, draft: Draft, act: Recorded, now: datetime) -> None:
    """Put an approval on record; the second one publishes everything, or neither stands."""
    said = ApprovingPolicy.model_validate(act.choices, strict=False)
    check_policy_approver(act.person_id, draft.written_by, draft.approved_by)
    check_as_seen(said.sha256, draft.sha256)
    assert draft.checked_against is not None
    check_unchanged_since(draft.checked_against, published.published_hash(session))
    coming = new_versions(draft.files, published.governing_from(session, day_of(now)))
    check_still_to_come(map(_begins, coming.values()), day_of(now))
    publications.approved(session, act, draft, now)
    so_far = len(draft.approved_by) + 1
    publications.happened(session, draft, "policy_approved", now, approvals=so_far)
    if so_far >= APPROVALS_NEEDED:
        publications.move(session, draft, PublicationStage.PUBLISHED, now)
        _publish(session, draft, coming, act, now)


def _publish(
    session: Session,
    draft: Draft,
    coming: Mapping[str, PolicyVersion],
    act: Recorded,
    now: datetime,
) -> None:
    ordered = sorted(coming.values(), key=lambda each: (each.in_force_from, each.kind))
    for version in ordered:
        published.publish(session, version, act.person_id, now, draft.publication_id)


def _withdraw(session: Session, act: Recorded, now: datetime) -> None:
    """Withdraw a version that nothing was decided, paid or entered by."""
    said = WithdrawingPolicy.model_validate(act.choices, strict=False)
    row = published.in_hand(session, said.version_id)
    if row is None or row.withdrawn_at is not None:
        raise Unknown("to withdraw this policy", "no version of that id is published")
    day, begins = day_of(now), Beginning(row.kind, row.in_force_from)
    check_withdrawing(
        begins,
        day,
        published.uses(session, row),
        leaves_a_trace=row.kind in PINNED - ALSO_BY_DAY,
    )
    if row.kind in PINNED:
        check_another_governs(begins, published.left_if_withdrawn(session, row, day))
    published.withdraw(session, act, row, now)
    if row.publication_id is not None and published.all_withdrawn(session, row.publication_id):
        draft = _draft(session, row.publication_id)
        publications.move(session, draft, PublicationStage.WITHDRAWN, now)


_EFFECTS: Mapping[ActKind, Callable[[Session, Draft, Recorded, datetime], None]] = {
    ActKind.REVISE_POLICY: _revise,
    ActKind.APPROVE_POLICY: _approve,
    ActKind.GIVE_UP_POLICY: _give_up,
}
"""What each act on a draft does."""


def _no(draft: Draft, act: Recorded, code: str) -> Refusal:
    """Say the refusal that the workflow came to as the rules say it; or at least what stands."""
    try:
        check_publication_act(act.kind, draft.stage)
        check_policy_approver(act.person_id, draft.written_by, draft.approved_by)
    except Refusal as no:
        if no.code == code:
            return no
    asked = f"to {act.kind.replace('_', ' ')}"
    return REFUSALS[code](asked, f"the draft is {draft.stage.replace('_', ' ')}")


def _standing(
    session: Session, publication_id: UUID, outcome: ActOutcome | None = None
) -> PublicationStanding:
    session.flush()
    draft = _draft(session, publication_id)
    return PublicationStanding(
        publication_id=publication_id,
        stage=draft.stage,
        written_by=draft.written_by,
        approved_by=draft.approved_by,
        outcome=outcome,
    )
