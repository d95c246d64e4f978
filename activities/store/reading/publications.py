"""Drafts of policy as those who have to do with them see them: faults, impact, who approved."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import tuple_
from sqlmodel import Session, col, select

from activities.store.policies import spans_of, version_of
from activities.store.publications import Draft, draft_of, people_of
from activities.store.published import version_id
from activities.store.reading.caller import Caller, called
from activities.store.tables import (
    ActRow,
    PersonRow,
    PolicyVersionRow,
    PublicationApprovalRow,
    PublicationDraftRow,
    PublicationRow,
)
from domain.frozen import Frozen
from domain.people import Role
from domain.policy.changed import ChangedValue, changed_values
from domain.policy.load import PackFaulty, PolicyFault, PolicyVersion, load_version, policies_of
from domain.publication import (
    APPROVALS_NEEDED,
    PUBLICATION_ENDED,
    PublicationStage,
    bars_approver,
)
from domain.refusals import Unknown
from domain.stages import ALLOWED_TO, ActKind

MOST_AT_ONCE = 500
OF_POLICY = (Role.POLICY_OFFICER, Role.LEADER, Role.FINANCE_OFFICER)
"""Who may see drafts of policy, and what was tried."""
OF_CASES = (Role.POLICY_OFFICER, Role.FINANCE_OFFICER)
"""Who may see what was tried line by line, where a line may be one child's case; leaders do not."""


class PublicationLine(Frozen):
    """A draft of policy in a list."""

    id: UUID
    stage: PublicationStage
    revision: int
    sha256: str
    """Of exactly what it says now: an approval names it."""
    drafted_at: datetime
    ended_at: datetime | None
    faults: int | None
    """How many; nothing while it has not been checked."""
    approvals: int
    versions: tuple[str, ...]
    """What it would publish or has published, such as ``tariff from 2027-04-01``, once checked."""
    begins_on: date | None
    """The first day of the earliest of them: by then two people have approved it, or it is late."""


class Approval(Frozen):
    """Who has approved which revision, and why."""

    by: str
    revision: int
    sha256: str
    reason: str
    approved_at: datetime
    counts: bool
    """Whether it is of the draft as it stands; a revision voids the approvals before it."""


class RevisionView(Frozen):
    """One revision of a draft: who wrote it, when, and what they say of it."""

    revision: int
    by: str
    note: str
    sha256: str
    written_at: datetime
    faults: int | None


class ChangeView(Frozen):
    """What one version of a draft changes, beside what is in force on the day before its own."""

    kind: str
    in_force_from: date
    authority: str
    beside: UUID | None
    """The version that it takes the place of; nothing where the kind is new."""
    changes: tuple[ChangedValue, ...]


class PublicationView(PublicationLine):
    """A draft of policy: its files, faults and impact, and who has written and approved it."""

    files: dict[str, str]
    note: str
    drafted_by: str
    checked_at: datetime | None
    found: tuple[PolicyFault, ...]
    """Every fault, with what would mend it."""
    impact: dict[str, Any] | None
    """What it would have made of the year's cases; leaders see no line of few cases."""
    impact_at: datetime | None
    differs: tuple[ChangeView, ...]
    approvals_needed: int = APPROVALS_NEEDED
    approved: tuple[Approval, ...]
    revisions: tuple[RevisionView, ...]
    may_be_approved_by_you: bool
    published: tuple[UUID, ...]
    """The versions that came of it."""


def may_look(caller: Caller) -> bool:
    """Whether drafts of policy are this person's to see: policy officers, leaders, finance."""
    return caller.holds(*OF_POLICY)


def publications(session: Session, caller: Caller) -> tuple[PublicationLine, ...]:
    """List drafts of policy, the last first."""
    if not may_look(caller):
        raise Unknown("drafts of policy", "there are none that you may see")
    rows = session.exec(
        select(PublicationRow)
        .order_by(col(PublicationRow.drafted_at).desc(), col(PublicationRow.id))
        .limit(MOST_AT_ONCE)
    )
    return tuple(PublicationLine(**line) for line in _lines(session, rows.all()))


def publications_waiting(session: Session, caller: Caller) -> tuple[PublicationLine, ...]:
    """List drafts that wait for this person: to be mended by a writer, or to be approved."""
    if not caller.holds(*ALLOWED_TO[ActKind.APPROVE_POLICY]):
        return ()
    rows = session.exec(
        select(PublicationRow)
        .where(col(PublicationRow.stage).not_in(list(PUBLICATION_ENDED)))
        .order_by(col(PublicationRow.drafted_at), col(PublicationRow.id))
    )
    drafts = rows.all()
    people = people_of(session, drafts)
    waiting = [row for row in drafts if _waits_for(caller, row, *people[row.id])]
    return tuple(PublicationLine(**line) for line in _lines(session, waiting))


def publication(session: Session, caller: Caller, publication_id: UUID) -> PublicationView:
    """Read one draft of policy as it stands."""
    row = session.get(PublicationRow, publication_id)
    draft = draft_of(session, publication_id)
    if row is None or draft is None or not may_look(caller):
        raise Unknown("this draft of policy", "there is none of that id that you may see")
    last = session.get_one(PublicationDraftRow, (row.id, row.revision))
    _look_up(session, row)
    return PublicationView(
        **_line(session, row),
        files=draft.files,
        note=_words(session, last.act_id, "note"),
        drafted_by=called(session, row.drafted_by),
        checked_at=last.checked_at,
        found=tuple(PolicyFault.model_validate(each) for each in last.faults or ()),
        impact=_impact_for(caller, last.impact),
        impact_at=last.impact_at,
        differs=tuple(_differences(session, draft)),
        approved=_approvals(session, row),
        revisions=_revisions(session, row),
        may_be_approved_by_you=_may_approve(
            caller, draft.stage, draft.written_by, draft.approved_by
        ),
        published=tuple(each.id for each in _published_by(session, row.id)),
    )


def _look_up(session: Session, row: PublicationRow) -> None:
    """Read what was said of a draft, and by whom, at once, however often it was revised."""
    said = session.exec(select(ActRow).where(ActRow.subject_id == row.id)).all()
    who = {each.person_id for each in said}
    session.exec(select(PersonRow).where(col(PersonRow.id).in_(who))).all()


def _impact_for(caller: Caller, impact: dict[str, Any] | None) -> dict[str, Any] | None:
    """The impact as this person may see it: leaders as it may be shown outside the council."""
    if impact is None or caller.holds(*OF_CASES):
        return impact
    return {name: said for name, said in impact.items() if name not in {"comparison", "says"}}


def _line(session: Session, row: PublicationRow) -> dict[str, Any]:
    (line,) = _lines(session, [row])
    return line


def _lines(session: Session, rows: Sequence[PublicationRow]) -> Iterator[dict[str, Any]]:
    """Tell of drafts as they stand now, with two queries however many they are."""
    now = {(row.id, row.revision) for row in rows}
    drafts = session.exec(
        select(
            col(PublicationDraftRow.publication_id),
            col(PublicationDraftRow.sha256),
            col(PublicationDraftRow.faults),
            col(PublicationDraftRow.brings),
        ).where(tuple_(PublicationDraftRow.publication_id, PublicationDraftRow.revision).in_(now))
    )
    last = {each[0]: each for each in drafts}
    approved = session.exec(
        select(PublicationApprovalRow.publication_id).where(
            tuple_(PublicationApprovalRow.publication_id, PublicationApprovalRow.revision).in_(now)
        )
    )
    approvals = Counter(approved)
    return (_as_line(row, last[row.id], approvals[row.id]) for row in rows)


def _as_line(row: PublicationRow, last: Any, approvals: int) -> dict[str, Any]:
    versions = [(each["kind"], date.fromisoformat(each["from_on"])) for each in last.brings or ()]
    return {
        "id": row.id,
        "stage": PublicationStage(row.stage),
        "revision": row.revision,
        "sha256": last.sha256,
        "drafted_at": row.drafted_at,
        "ended_at": row.ended_at,
        "faults": None if last.faults is None else len(last.faults),
        "approvals": approvals,
        "versions": tuple(f"{kind} from {from_on}" for kind, from_on in versions),
        "begins_on": min((from_on for _, from_on in versions), default=None),
    }


def _loaded(files: dict[str, str]) -> list[PolicyVersion]:
    """What can be loaded of a draft, in order of kind and day; the rest is among its faults."""
    found = []
    for file, text in policies_of(files).items():
        try:
            found.append(load_version(file, text))
        except PackFaulty:
            continue
    return sorted(found, key=lambda each: (each.kind, each.in_force_from))


def _differences(session: Session, draft: Draft) -> Iterator[ChangeView]:
    loaded = _loaded(draft.files)
    spans_of(session, {version.kind for version in loaded})
    for version in loaded:
        earlier = _before(session, version)
        if earlier is None:
            changes: tuple[ChangedValue, ...] = ()
        else:
            changes = changed_values(version_of(session, earlier).document, version.document)
        yield ChangeView(
            kind=version.kind,
            in_force_from=version.in_force_from,
            authority=version.authority,
            beside=earlier,
            changes=changes,
        )


def _before(session: Session, version: PolicyVersion) -> UUID | None:
    """The published version that one takes, or took, the place of: the last to begin before it."""
    earlier = [
        (from_on, each)
        for each, from_on, _ in spans_of(session, (version.kind,))[version.kind]
        if from_on < version.in_force_from and each != version_id(version)
    ]
    return max(earlier)[1] if earlier else None


def _approvals(session: Session, row: PublicationRow) -> tuple[Approval, ...]:
    rows = session.exec(
        select(PublicationApprovalRow)
        .join(ActRow, col(ActRow.id) == PublicationApprovalRow.act_id)
        .where(PublicationApprovalRow.publication_id == row.id)
        .order_by(col(ActRow.number))
    )
    return tuple(
        Approval(
            by=called(session, each.person_id),
            revision=each.revision,
            sha256=each.sha256,
            reason=_words(session, each.act_id, "reason"),
            approved_at=each.approved_at,
            counts=each.revision == row.revision,
        )
        for each in rows.all()
    )


def approvers_of(session: Session, publication_id: UUID) -> tuple[str, ...]:
    """Name whoever approved what a publication published."""
    return approvers_among(session, (publication_id,))[publication_id]


def approvers_among(
    session: Session, publications: Collection[UUID]
) -> dict[UUID, tuple[str, ...]]:
    """Name whoever approved each of several publications as it was published, in order."""
    rows = session.exec(
        select(PublicationApprovalRow.publication_id, PersonRow.called)
        .join(
            PublicationRow,
            (col(PublicationRow.id) == PublicationApprovalRow.publication_id)
            & (col(PublicationRow.revision) == PublicationApprovalRow.revision),
        )
        .join(PersonRow, col(PersonRow.id) == PublicationApprovalRow.person_id)
        .join(ActRow, col(ActRow.id) == PublicationApprovalRow.act_id)
        .where(col(PublicationApprovalRow.publication_id).in_(publications))
        .order_by(col(ActRow.number))
    )
    found: dict[UUID, tuple[str, ...]] = dict.fromkeys(publications, ())
    for publication_id, name in rows:
        found[publication_id] += (name,)
    return found


def _revisions(session: Session, row: PublicationRow) -> tuple[RevisionView, ...]:
    rows = session.exec(
        select(PublicationDraftRow)
        .where(PublicationDraftRow.publication_id == row.id)
        .order_by(col(PublicationDraftRow.revision))
    )
    return tuple(
        RevisionView(
            revision=each.revision,
            by=called(session, each.written_by),
            note=_words(session, each.act_id, "note"),
            sha256=each.sha256,
            written_at=each.written_at,
            faults=None if each.faults is None else len(each.faults),
        )
        for each in rows.all()
    )


def _published_by(session: Session, publication_id: UUID) -> list[PolicyVersionRow]:
    rows = session.exec(
        select(PolicyVersionRow)
        .where(PolicyVersionRow.publication_id == publication_id)
        .order_by(PolicyVersionRow.kind, col(PolicyVersionRow.in_force_from))
    )
    return list(rows.all())


def _words(session: Session, act_id: UUID, name: str) -> str:
    """What somebody wrote with an act: kept with it, and nowhere else."""
    return str(session.get_one(ActRow, act_id).choices[name])


def _waits_for(
    caller: Caller,
    row: PublicationRow,
    written_by: tuple[UUID, ...],
    approved_by: tuple[UUID, ...],
) -> bool:
    stage = PublicationStage(row.stage)
    if stage is PublicationStage.FAULTY:
        mends = caller.holds(*ALLOWED_TO[ActKind.REVISE_POLICY])
        return mends and caller.person.id in written_by
    return _may_approve(caller, stage, written_by, approved_by)


def _may_approve(
    caller: Caller,
    stage: PublicationStage,
    written_by: tuple[UUID, ...],
    approved_by: tuple[UUID, ...],
) -> bool:
    kind = ActKind.APPROVE_POLICY
    barred = bars_approver(kind, caller.person.id, written_by, approved_by)
    waits = stage is PublicationStage.FOR_APPROVAL
    return waits and not barred and caller.holds(*ALLOWED_TO[kind])
