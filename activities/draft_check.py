"""Every fault of a draft of policy, beside what is published: what stops it from being approved.

A draft is a change: only what it brings is its fault, and not what was published before it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from activities.store.published import (
    governing_from,
    published_hash,
    version_id,
    withdrawn_among,
)
from domain.checking import faults_of
from domain.policy.load import (
    PINNED,
    PackFaulty,
    PolicyFault,
    PolicyVersion,
    load_version,
    policies_of,
)
from domain.policy.written import toml_of
from domain.publication import Beginning, Stretch, ends_alone, said_late


@dataclass(frozen=True)
class Published:
    """What a draft is checked beside: all that governs today or later, and one hash for it."""

    day: date
    versions: tuple[PolicyVersion, ...]
    sha256: str
    withdrawn: frozenset[str]
    """The hashes of the draft's documents that were published once and withdrawn."""


def published_beside(session: Session, files: Mapping[str, str], day: date) -> Published:
    """Read what a draft is checked beside, on a day."""
    hashes = (version.sha256 for version in loaded(files).values())
    return Published(
        day=day,
        versions=governing_from(session, day),
        sha256=published_hash(session),
        withdrawn=withdrawn_among(session, hashes),
    )


def loaded(files: Mapping[str, str]) -> dict[str, PolicyVersion]:
    """Load every policy file of a draft that can be loaded; golden cases are none."""
    found = {}
    for file, text in policies_of(files).items():
        try:
            found[file] = load_version(file, text)
        except PackFaulty:
            continue
    return found


def new_versions(
    files: Mapping[str, str], published: tuple[PolicyVersion, ...]
) -> dict[str, PolicyVersion]:
    """Find the versions that a draft would publish: what is published already is no change."""
    known = {version_id(version) for version in published}
    return {
        file: version for file, version in loaded(files).items() if version_id(version) not in known
    }


def faults_of_draft(files: Mapping[str, str], beside: Published) -> tuple[PolicyFault, ...]:
    """Find every fault that a draft brings, and whether it could be published from its day."""
    return (*faults_beside(files, beside), *_faults_of_coming(files, beside))


def faults_beside(files: Mapping[str, str], beside: Published) -> tuple[PolicyFault, ...]:
    """Find every fault that files bring, as a pack together with what is published."""
    texts = _as_files(beside.versions, loaded(files))
    found = faults_of({**texts, **files})
    before = set(faults_of(texts)) if found and texts else set()
    return tuple(fault for fault in found if fault not in before)


def _as_files(
    versions: tuple[PolicyVersion, ...], drafted: Mapping[str, PolicyVersion]
) -> dict[str, str]:
    """Write what is published as files again, but for what the draft says in the same words."""
    said = {version.sha256 for version in drafted.values()}
    return {
        f"published/{version.kind}/{version.in_force_from}.toml": toml_of(version)
        for version in versions
        if version.sha256 not in said
    }


def _faults_of_coming(files: Mapping[str, str], beside: Published) -> Iterator[PolicyFault]:
    """Say what cannot be published from its day, and where there is nothing to publish."""
    coming = new_versions(files, beside.versions)
    if not coming and loaded(files).keys() == policies_of(files).keys():
        yield _fault(
            "the draft",
            "the files",
            "holds no version that is not published already",
            "Change a value in a document of its own day, or give the draft up.",
        )
    for file, version in coming.items():
        for late in said_late([Beginning(version.kind, version.in_force_from)], beside.day):
            help_ = "Give it a day that is still to come when two people have approved it."
            yield _fault(file, "in_force_from", late, help_)
        if version.sha256 in beside.withdrawn:
            help_ = "A new decision is a new authority: name it."
            says = "this very document was published once and withdrawn"
            yield _fault(file, "authority", says, help_)
        yield from _faults_of_order(file, version, beside.versions)
        yield from _faults_of_end(file, version, (*beside.versions, *coming.values()))


def _faults_of_order(
    file: str, version: PolicyVersion, published: tuple[PolicyVersion, ...]
) -> Iterator[PolicyFault]:
    """Say where a later version is published: what follows would have been decided without it.

    One of the same day is in the way too, whatever the draft calls its file.
    """
    later = [
        each.in_force_from
        for each in published
        if each.kind == version.kind and each.in_force_from >= version.in_force_from
    ]
    if later:
        yield _fault(
            file,
            "in_force_from",
            f"a {version.kind} in force from {max(later)} is published",
            "Give it a later day, or withdraw that version first.",
        )


def _faults_of_end(
    file: str, version: PolicyVersion, beside: Iterable[PolicyVersion]
) -> Iterator[PolicyFault]:
    """Say where a kind that every request is pinned to would end, and nothing of it follow."""
    others = (_stretch(each) for each in beside if each.kind == version.kind)
    ends = ends_alone(_stretch(version), others)
    if version.kind in PINNED and ends is not None:
        yield _fault(
            file,
            "in_force_until",
            f"no {version.kind} follows it, and from {ends} nobody could ask for support",
            "Leave it out, since a version ends where the next begins; or put the version that"
            " follows into the same draft.",
        )


def _stretch(version: PolicyVersion) -> Stretch:
    return Stretch(version.in_force_from, version.in_force_until)


def _fault(file: str, where: str, says: str, would_help: str) -> PolicyFault:
    return PolicyFault(file=file, where=where, says=says, would_help=would_help)
