"""Published versions of policy, as the models that rules read: the one place that reads them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlmodel import Session, col, select

from activities.store.remembered import of_each
from activities.store.tables import PolicyVersionRow
from domain.policy.delegation import AuthorityScheme
from domain.policy.document import PolicyDocument
from domain.policy.load import PolicyVersion
from domain.policy.model import (
    Calendar,
    Contingency,
    Letters,
    PanelRules,
    Payments,
    Screening,
)
from domain.policy.schemes import Continuum, Tariff
from domain.refusals import NoPolicyInForce

Kind = TypeVar("Kind", bound=PolicyDocument)

_READ: dict[UUID, PolicyVersion] = {}
"""Versions read before, by id: a published version never changes, so one is read once a process."""


@dataclass(frozen=True)
class Policies:
    """The versions that decide one case, by kind."""

    pins: Mapping[str, UUID]
    versions: Mapping[str, PolicyVersion]

    @property
    def continuum(self) -> Continuum:
        """Thresholds and tiers."""
        return self._of("continuum", Continuum)

    @property
    def tariff(self) -> Tariff:
        """Amounts."""
        return self._of("tariff", Tariff)

    @property
    def panel(self) -> PanelRules:
        """Quorum, majority, rounds and who is barred."""
        return self._of("panel", PanelRules)

    @property
    def authority(self) -> AuthorityScheme:
        """The scheme of delegation."""
        return self._of("authority", AuthorityScheme)

    @property
    def calendar(self) -> Calendar:
        """Terms, bank holidays and time zone."""
        return self._of("calendar", Calendar)

    @property
    def payments(self) -> Payments:
        """How awards are paid."""
        return self._of("payments", Payments)

    @property
    def screening(self) -> Screening:
        """What a request is asked for."""
        return self._of("screening", Screening)

    @property
    def contingency(self) -> Contingency:
        """The order of pots."""
        return self._of("contingency", Contingency)

    @property
    def letters(self) -> Letters:
        """What letters say of the council, and where a family turns."""
        return self._of("letters", Letters)

    def stamped(self) -> dict[str, Any]:
        """Each version as a decision keeps it: id, hash, since when and by whose authority."""
        return {
            kind: {
                "id": str(self.pins[kind]),
                "sha256": version.sha256,
                "in_force_from": version.in_force_from.isoformat(),
                "authority": version.authority,
            }
            for kind, version in self.versions.items()
        }

    def _of(self, kind: str, model: type[Kind]) -> Kind:
        document = self.versions[kind].document
        assert isinstance(document, model)
        return document


def calendar_on(session: Session, day: date) -> Calendar | None:
    """Read the calendar in force on a day, if one is published."""
    return document_on(session, "calendar", Calendar, day)


def document_on(session: Session, kind: str, model: type[Kind], day: date) -> Kind | None:
    """Read the policy of a kind that is in force on a day, if one is published."""
    found = version_id_on(session, kind, day)
    document = version_of(session, found).document if found else None
    assert document is None or isinstance(document, model)
    return document


def version_id_on(session: Session, kind: str, day: date) -> UUID | None:
    """Name the version of a policy that is in force on a day, if one is published."""
    spans = spans_of(session, (kind,))[kind]
    return next((each for each, from_on, until in spans if from_on <= day < until), None)


def spans_of(session: Session, kinds: Iterable[str]) -> dict[str, list[tuple[UUID, date, date]]]:
    """Say from which day until before which each version of each kind governs, by one query.

    One that is withdrawn never does.
    """
    return of_each(session, "policy spans", kinds, lambda asked: _spans(session, asked))


def _spans(session: Session, kinds: list[str]) -> dict[str, list[tuple[UUID, date, date]]]:
    rows = session.exec(
        select(
            col(PolicyVersionRow.kind),
            col(PolicyVersionRow.id),
            col(PolicyVersionRow.in_force_from),
            col(PolicyVersionRow.in_force_until),
        ).where(col(PolicyVersionRow.kind).in_(kinds), col(PolicyVersionRow.withdrawn_at).is_(None))
    )
    found: dict[str, list[tuple[UUID, date, date]]] = {each: [] for each in kinds}
    for kind, version_id, from_on, until in rows:
        found[kind].append((version_id, from_on, until or date.max))
    return found


def pinned(session: Session, pins: Mapping[str, str]) -> Policies:
    """Read the versions that a request is pinned to (promise 9)."""
    ids = {kind: UUID(version_id) for kind, version_id in pins.items()}
    versions = {kind: version_of(session, version_id) for kind, version_id in ids.items()}
    return Policies(pins=ids, versions=versions)


def version_of(session: Session, version_id: UUID) -> PolicyVersion:
    """Read a published version, withdrawn or not; one whose document was altered is never used.

    Raises `NoPolicyInForce` where the document has another hash than it was published by.
    """
    if version_id not in _READ:
        _READ[version_id] = _as_published(session.get_one(PolicyVersionRow, version_id))
    return _READ[version_id]


def _as_published(row: PolicyVersionRow) -> PolicyVersion:
    """Read a document anew and hold it against the hash that it was published by (promise 9)."""
    version = PolicyVersion.from_canonical(json.dumps(row.document))
    if version.sha256 != row.sha256:
        raise NoPolicyInForce(
            f"to use the {row.kind} in force from {row.in_force_from}",
            "its document was altered behind the record: it has another hash than was published",
            "Nothing is decided by it until the record is put right from a copy; `policy rerun`"
            " tells which decisions it touches.",
        )
    return version
