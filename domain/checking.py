"""The check of a pack: every fault of its files, its documents and its golden cases, at once.

A pack is checked before it is published, so that no case has to find a fault. What can be seen by
looking is in ``domain.policy.check``; here the files are read, and what is sound to look at is run.
"""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache

from domain.policy.check import faults_of_versions, in_file
from domain.policy.found import Found
from domain.policy.load import (
    PackFaulty,
    PolicyFault,
    PolicyVersion,
    cases_of,
    few_of_each,
    load_version,
    policies_of,
    with_lines,
)
from domain.policy.schemes import Continuum, Tariff
from domain.policy.together import together
from domain.rising import MOST_TRIED, faults_of_rises
from domain.worked import faults_of_cases

MOST_FILES = 400
"""The most files that a pack may have: a few kinds, and many years of versions."""
MOST_CHARACTERS_OF_ALL = 4_000_000
"""The most that all files of a pack may hold together."""
MOST_TOLD = 400
"""The most faults that are told at once: who has more mends those first."""
_REMEMBERED = 4
"""How many packs' faults are remembered: of the largest, sixteen million characters."""


def faults_of(pack: Mapping[str, str], *, tries: bool = True) -> list[PolicyFault]:
    """Every fault of a pack, given as names of files and their texts; none is a sound pack.

    Without ``tries`` it is looked at and not run: enough to try a case on a draft in a moment. What
    a text was found to be is remembered, since whoever publishes a pack has checked it before.
    """
    if len(pack) > MOST_FILES:
        where = Found("the pack", f"has more than {MOST_FILES} files", "Publish fewer versions.")
        return [in_file("the pack", where)]
    if sum(map(len, pack.values())) > MOST_CHARACTERS_OF_ALL:
        says = f"has more than {MOST_CHARACTERS_OF_ALL} characters"
        return [in_file("the pack", Found("the pack", says, "Publish fewer versions."))]
    return list(_faults_of(tuple(sorted(pack.items())), tries))


@lru_cache(maxsize=_REMEMBERED)
def _faults_of(files: tuple[tuple[str, str], ...], tries: bool) -> tuple[PolicyFault, ...]:  # noqa: FBT001
    pack = dict(files)
    versions: dict[str, PolicyVersion] = {}
    faults: list[PolicyFault] = []
    for file, text in policies_of(pack).items():
        try:
            versions[file] = load_version(file, text)
        except PackFaulty as faulty:
            faults += faulty.faults
    faults += faults_of_versions(versions)
    if tries:
        faults += _faults_of_trying(pack, versions, {fault.file for fault in faults})
    return tuple(_told(dict.fromkeys(faults), pack))


def _told(faults: Iterable[PolicyFault], pack: Mapping[str, str]) -> list[PolicyFault]:
    """Put the faults in order of file and line, with the line of each, and only so many."""
    by_file: dict[str, list[PolicyFault]] = {}
    for fault in few_of_each(faults):
        by_file.setdefault(fault.file, []).append(fault)
    told = [
        fault
        for file in sorted(by_file)
        for fault in sorted(with_lines(by_file[file], pack.get(file, "")), key=_line)
    ]
    if len(told) > MOST_TOLD:
        says = f"has {len(told) - MOST_TOLD} more faults"
        told[MOST_TOLD:] = [in_file("the pack", Found("the pack", says, "Mend these first."))]
    return told


def _line(fault: PolicyFault) -> int:
    return fault.line or 0


def _faults_of_trying(
    pack: Mapping[str, str], versions: Mapping[str, PolicyVersion], faulty: AbstractSet[str]
) -> Iterator[PolicyFault]:
    """Run a pack that is sound to look at: its golden cases, and rises of need."""
    runs = not any(_is_scheme(file, versions) for file in faulty)
    yield from faults_of_cases(cases_of(pack), versions.values() if runs else None)
    pairs = list(together(versions, "continuum", "tariff")) if runs else []
    for one, other, day in pairs:
        continuum, tariff = one.version.document, other.version.document
        assert isinstance(continuum, Continuum)
        assert isinstance(tariff, Tariff)
        files = {"continuum": one.file, "tariff": other.file}
        for kind, found in faults_of_rises(continuum, tariff, day, MOST_TRIED // len(pairs)):
            yield in_file(files[kind], found)


def _is_scheme(file: str, versions: Mapping[str, PolicyVersion]) -> bool:
    """Whether a file says, or where it cannot be read is to say, what a case comes to."""
    kind = versions[file].kind if file in versions else file.split("/")[-2:][0]
    return kind in {"continuum", "tariff"}
