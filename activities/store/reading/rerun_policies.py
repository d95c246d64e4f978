"""The policy versions that decisions are stamped with, read anew and held against their hashes."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlmodel import Session

from activities.store.tables import PolicyVersionRow
from domain.policy.load import PackFaulty, PolicyVersion
from domain.policy.schemes import Continuum, Tariff


class Stamps:
    """Versions by id: each is read once in a run, from the record and never from what was kept."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._read: dict[str, PolicyVersion | None] = {}
        self._on_record: dict[str, str] = {}
        """The hash that stands beside each document."""

    def faults(
        self, stamped: Mapping[str, Mapping[str, Any]], pins: Mapping[str, str]
    ) -> Iterator[tuple[str, object, object]]:
        """Say what of the stamps is not as it was: the version, its hash, its day, its authority.

        A request keeps the versions that it was pinned to when it was submitted (promise 9).
        """
        yield "policy", {kind: stamp["id"] for kind, stamp in stamped.items()}, dict(pins)
        for kind, stamp in stamped.items():
            version = self._version(stamp["id"])
            if version is None:
                yield f"policy {kind}", "a version that can be read", "none"
                continue
            yield f"policy {kind}, sha256", stamp["sha256"], version.sha256
            on_record = self._on_record[stamp["id"]]
            yield f"policy {kind}, sha256 on record", on_record, version.sha256
            yield f"policy {kind}, authority", stamp["authority"], version.authority
            first_day = version.in_force_from.isoformat()
            yield f"policy {kind}, in_force_from", stamp["in_force_from"], first_day

    def schemes(self, stamped: Mapping[str, Mapping[str, Any]]) -> tuple[Continuum, Tariff] | None:
        """Give the continuum and the tariff of a stamp; nothing where one cannot be read."""
        found = [self._version(stamped[kind]["id"]) for kind in ("continuum", "tariff")]
        documents = tuple(version.document for version in found if version is not None)
        match documents:
            case (Continuum() as continuum, Tariff() as tariff):
                return continuum, tariff
            case _:
                return None

    def _version(self, version_id: str) -> PolicyVersion | None:
        """Read a stored document anew: its hash is worked out, not taken from beside it."""
        if version_id not in self._read:
            row = self._session.get(PolicyVersionRow, UUID(version_id))
            self._read[version_id] = _read(row)
            self._on_record[version_id] = row.sha256 if row else ""
        return self._read[version_id]


def _read(row: PolicyVersionRow | None) -> PolicyVersion | None:
    if row is None:
        return None
    try:
        return PolicyVersion.from_canonical(json.dumps(row.document))
    except PackFaulty:
        return None
