"""Acts on policy: drafted by one person, approved by two others, withdrawn, and modelled.

It is the person that is barred from approving, not the role (promise 6).
"""

from uuid import UUID

from sqlmodel import Session, col, func, select

from activities.store.publications import Draft, take_in_hand
from activities.store.reading.caller import Caller
from activities.store.reading.publications import may_look
from activities.store.recording.acts import Subject, check_not_waiting, write_act
from activities.store.recording.said import Saying
from activities.store.tables import ActRow, PolicyVersionRow, PublicationRow
from domain.acts import ActRef
from domain.frozen import Frozen
from domain.policy_acts import (
    MOST_DRAFTS_AT_ONCE,
    MOST_MODELS_AT_ONCE,
    ApprovingPolicy,
    DraftingPolicy,
    ModellingPolicies,
    RevisingPolicy,
    WithdrawingPolicy,
)
from domain.publication import (
    PublicationStage,
    check_as_seen,
    check_policy_approver,
    check_publication_act,
    draft_hash,
)
from domain.refusals import NotAtThisStage, RoleNeeded, Unknown
from domain.stages import ALLOWED_TO, ActKind


def record_policy_act(
    session: Session, saying: Saying, kind: ActKind, subject_id: UUID, choices: Frozen
) -> ActRef:
    """Record an act on policy, with what must hold from then on."""
    caller = saying.caller
    if isinstance(choices, DraftingPolicy):
        _check_role(caller, kind)
        _check_few_drafts_are_looked_at(session, saying.id)
        facts = {"sha256": draft_hash(choices.files)}
        subject = Subject(subject="publication", id=saying.id, facts=facts)
        return write_act(session, saying, kind, subject, choices)
    if isinstance(choices, WithdrawingPolicy):
        _check_role(caller, kind)
        _check_is_published(session, choices.version_id)
        facts = {"version_id": str(choices.version_id)}
        subject = Subject(subject="withdrawal", id=saying.id, facts=facts)
        return write_act(session, saying, kind, subject, choices)
    if isinstance(choices, ModellingPolicies):
        _check_role(caller, kind)
        _check_candidates(session, choices)
        _check_few_are_worked_out(session)
        return write_act(session, saying, kind, Subject(subject="modelling", id=saying.id), choices)
    return _record_on_draft(session, saying, kind, subject_id, choices)


def _record_on_draft(
    session: Session, saying: Saying, kind: ActKind, publication_id: UUID, choices: Frozen
) -> ActRef:
    caller = saying.caller
    draft = take_in_hand(session, publication_id)
    if draft is None or not may_look(caller):
        raise Unknown("this draft of policy", "there is none of that id that you may see")
    _check_role(caller, kind)
    check_publication_act(kind, draft.stage)
    if isinstance(choices, ApprovingPolicy):
        _check_approval(draft, caller, choices)
    else:
        check_not_waiting(session, publication_id, kind)
    if isinstance(choices, RevisingPolicy):
        _check_few_drafts_are_looked_at(session, publication_id)
    subject = Subject(subject="publication", id=publication_id, facts={"revision": draft.revision})
    return write_act(session, saying, kind, subject, choices)


def _check_approval(draft: Draft, caller: Caller, choices: ApprovingPolicy) -> None:
    check_policy_approver(caller.person.id, draft.written_by, draft.approved_by)
    check_as_seen(choices.sha256, draft.sha256)


def _check_role(caller: Caller, kind: ActKind) -> None:
    if not caller.holds(*ALLOWED_TO[kind]):
        raise RoleNeeded(f"to {kind.replace('_', ' ')}", "it is not among your roles today")


def _check_is_published(session: Session, version_id: UUID) -> None:
    row = session.get(PolicyVersionRow, version_id)
    if row is None:
        raise Unknown("this version of policy", "none of that id is published")
    if row.withdrawn_at is not None:
        raise NotAtThisStage(
            "to withdraw this policy",
            "it is withdrawn already",
            "Nothing has to be done twice; look at the list of versions.",
        )


def _check_candidates(session: Session, choices: ModellingPolicies) -> None:
    for each in choices.candidates:
        if each.publication_id and session.get(PublicationRow, each.publication_id) is None:
            raise Unknown(f"candidate {each.name}", "there is no draft of policy of that id")


def _check_few_are_worked_out(session: Session) -> None:
    """Refuse another model while some are being worked out: casework has the same hands."""
    waiting = session.exec(
        select(func.count())
        .select_from(ActRow)
        .where(ActRow.kind == ActKind.MODEL_POLICIES, col(ActRow.outcome).is_(None))
    ).one()
    if waiting >= MOST_MODELS_AT_ONCE:
        raise NotAtThisStage(
            "to model these policies",
            f"{waiting} models are being worked out already",
            "Ask again when one of them is through; the list of models says which are.",
        )


def _check_few_drafts_are_looked_at(session: Session, publication_id: UUID) -> None:
    """Refuse another draft while some are being checked and tried; one in work may be revised.

    A draft is looked at from when it is said, or revised, until it has faults or an impact.
    """
    on_its_way = session.exec(
        select(PublicationRow.id).where(
            col(PublicationRow.stage).in_([PublicationStage.DRAFTED, PublicationStage.CHECKED])
        )
    )
    said = session.exec(
        select(ActRow.subject_id).where(
            col(ActRow.kind).in_([ActKind.DRAFT_POLICY, ActKind.REVISE_POLICY]),
            col(ActRow.outcome).is_(None),
        )
    )
    others = {*on_its_way.all(), *said.all()} - {publication_id}
    if len(others) >= MOST_DRAFTS_AT_ONCE:
        raise NotAtThisStage(
            "to have this draft of policy looked at",
            f"{len(others)} drafts are being checked or tried on the year's cases already",
            "Send it again when one of them is through; the list of drafts says which are.",
        )
