"""Published policy: which version governs a day, and a version's document as its model.

Two clocks: which days a version governs, and from when until when it was published.
"""

from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlmodel import Session, col, select

from activities.store.days import in_force
from activities.store.policies import version_of
from activities.store.tables import PolicyVersionRow
from domain.frozen import Frozen
from domain.policy.document import PolicyDocument
from domain.policy.load import KINDS, PINNED
from domain.policy.model import Calendar, PanelRules
from domain.policy.schemes import Continuum
from domain.refusals import NoPolicyInForce, Unknown

Document = TypeVar("Document", bound=PolicyDocument)


class PolicyView(Frozen):
    """A published version: what it says, since when, by whose authority and from which source."""

    id: UUID
    kind: str
    council: str
    sha256: str
    in_force_from: date
    in_force_until: date | None
    authority: str
    source: str
    published_at: datetime
    publication_id: UUID | None = None
    """The draft that it came from; none for what was set up before the first request."""
    withdrawn_at: datetime | None = None
    document: dict[str, Any] | None = None
    """Left out of lists."""


def policy(session: Session, version_id: str | UUID, model: type[Document]) -> Document:
    """Give a published version as its model, such as the panel rules of a request's pins."""
    found = version_of(session, UUID(str(version_id))).document
    assert isinstance(found, model)
    return found


def panel_rules(session: Session, pins: dict[str, Any]) -> PanelRules:
    """Give the panel rules that a request is pinned to."""
    return policy(session, pins["panel"], PanelRules)


def continuum(session: Session, pins: dict[str, Any]) -> Continuum:
    """Give the continuum that a request is pinned to."""
    return policy(session, pins["continuum"], Continuum)


def calendar_on(session: Session, day: date) -> Calendar:
    """Give the calendar in force on a day."""
    return policy(session, version_on(session, "calendar", day).id, Calendar)


def pins_on(session: Session, day: date) -> dict[str, str]:
    """The versions in force on a day that a request is under, or what is missing (promise 9)."""
    found = {row.kind: str(row.id) for row in _in_force(session, day)}
    missing = sorted(PINNED - set(found))
    if missing:
        raise NoPolicyInForce(
            f"the policies in force on {day}", f"nothing is published for {', '.join(missing)}"
        )
    return {kind: found[kind] for kind in sorted(PINNED)}


def version_on(session: Session, kind: str, day: date) -> PolicyView:
    """Give the version of one kind of policy that governs a day, with its document."""
    if kind not in KINDS:
        raise Unknown("this policy", "there is no kind of policy of that name")
    row = next((row for row in _in_force(session, day) if row.kind == kind), None)
    if row is None:
        raise NoPolicyInForce(f"the {kind} policy on {day}", "no version covers the day")
    return as_view(row, document=row.document)


def policies_on(session: Session, day: date) -> tuple[PolicyView, ...]:
    """List the versions that govern a day, without their documents."""
    return tuple(as_view(row) for row in _in_force(session, day))


def pinned(session: Session, pins: dict[str, Any]) -> tuple[PolicyView, ...]:
    """List the versions that something is pinned to, without their documents."""
    ids = [UUID(each) for each in pins.values()]
    rows = session.exec(select(PolicyVersionRow).where(col(PolicyVersionRow.id).in_(ids)))
    return tuple(as_view(row) for row in sorted(rows, key=lambda row: row.kind))


def _in_force(session: Session, day: date) -> list[PolicyVersionRow]:
    found = session.exec(
        select(PolicyVersionRow).where(in_force(day)).order_by(PolicyVersionRow.kind)
    )
    return list(found)


def as_view(row: PolicyVersionRow, document: dict[str, Any] | None = None) -> PolicyView:
    """Show a version, with its document where that is asked for."""
    facts = row.model_dump(include=set(PolicyView.model_fields) - {"document"})
    return PolicyView(**facts, document=document)
