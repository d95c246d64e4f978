"""Every version of policy by both clocks: which days it governs, and when that was known."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlmodel import Session, col, or_, select

from activities.store.reading.caller import Caller
from activities.store.reading.policies import PolicyView, as_view
from activities.store.reading.publications import approvers_among, may_look
from activities.store.tables import PolicyVersionRow
from domain.policy.load import KINDS
from domain.refusals import Unknown


class VersionView(PolicyView):
    """A version in the list of all that were ever published."""

    approved_by: tuple[str, ...]
    """Who approved it, for those who may see drafts; nobody for the first day's policy."""


def policy_versions(
    session: Session,
    caller: Caller,
    kind: str | None = None,
    day: date | None = None,
    as_known_at: datetime | None = None,
) -> tuple[VersionView, ...]:
    """List every version ever published, withdrawn ones too; or what governed a day.

    With ``as_known_at`` it is what was known at that instant: what was published later does not
    count, and what was withdrawn later still does.
    """
    if kind is not None and kind not in KINDS:
        raise Unknown("this policy", "there is no kind of policy of that name")
    query = select(PolicyVersionRow)
    if kind is not None:
        query = query.where(PolicyVersionRow.kind == kind)
    if as_known_at is not None:
        withdrawn = col(PolicyVersionRow.withdrawn_at)
        query = query.where(
            col(PolicyVersionRow.published_at) <= as_known_at,
            or_(withdrawn.is_(None), withdrawn > as_known_at),
        )
    ordered = query.order_by(
        PolicyVersionRow.kind,
        col(PolicyVersionRow.in_force_from),
        col(PolicyVersionRow.published_at),
    )
    rows = list(session.exec(ordered).all())
    if day is not None:
        rows = _governing(rows, day, may_be_withdrawn=as_known_at is not None)
    came_from = {row.publication_id for row in rows if row.publication_id is not None}
    names = approvers_among(session, came_from) if came_from and may_look(caller) else {}
    return tuple(
        VersionView(
            **dict(as_view(row)),
            approved_by=names.get(row.publication_id, ()) if row.publication_id else (),
        )
        for row in rows
    )


def published_versions(session: Session, kind: str | None = None) -> tuple[PolicyView, ...]:
    """List every version ever published, for anybody: who approved it is not said."""
    query = select(PolicyVersionRow).order_by(
        PolicyVersionRow.kind,
        col(PolicyVersionRow.in_force_from),
        col(PolicyVersionRow.published_at),
    )
    if kind is not None:
        query = query.where(PolicyVersionRow.kind == kind)
    return tuple(as_view(row) for row in session.exec(query))


def _governing(
    rows: Iterable[PolicyVersionRow], day: date, *, may_be_withdrawn: bool
) -> list[PolicyVersionRow]:
    """The version of each kind that governs a day among these, by their own documents.

    The bound in a row moves when a later version is published or withdrawn; its document does not.
    """
    latest: dict[str, PolicyVersionRow] = {}
    for row in rows:
        if row.in_force_from <= day and (may_be_withdrawn or row.withdrawn_at is None):
            latest[row.kind] = row
    return [row for row in latest.values() if not _has_ended(row, day)]


def _has_ended(row: PolicyVersionRow, day: date) -> bool:
    until = row.document.get("in_force_until")
    return until is not None and date.fromisoformat(until) <= day
