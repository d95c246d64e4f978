"""Every fault of a pack at once: what is wrong, where, and what would mend it.

A pack is checked before it is published, so that no case has to find a fault.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from domain.policy.check_steps import faults_of_bands, faults_of_needs, faults_of_scheme, matches_of
from domain.policy.costing import CostedProvision
from domain.policy.found import Found, unknown
from domain.policy.load import KINDS, PackFaulty, PolicyFault, PolicyVersion, load_version
from domain.policy.pricing import Amounts, Counted, ToAPerson
from domain.policy.schemes import Continuum, Route, Scheme, Tariff

MOST_FILES = 400
"""The most files that a pack may have: a few kinds, and many years of versions."""

_PATH = re.compile(r"(?:.*/)?([a-z_]+)/(\d{4}-\d{2}-\d{2})\.toml")


def faults_of(pack: Mapping[str, str]) -> list[PolicyFault]:
    """Every fault of a pack, given as names of files and their texts; none is a sound pack."""
    if len(pack) > MOST_FILES:
        where = Found("the pack", f"has more than {MOST_FILES} files", "Publish fewer versions.")
        return [_in("the pack", where)]
    versions: dict[str, PolicyVersion] = {}
    faults: list[PolicyFault] = []
    for file, text in sorted(pack.items()):
        try:
            versions[file] = load_version(file, text)
        except PackFaulty as faulty:
            faults += faulty.faults
    faults += _faults_of_versions(versions)
    return list(dict.fromkeys(faults))


def _faults_of_versions(versions: Mapping[str, PolicyVersion]) -> Iterator[PolicyFault]:
    for file, version in versions.items():
        for found in _faults_of_place(file, version):
            yield _in(file, found)
        if isinstance(version.document, Scheme):
            for found in faults_of_scheme(version.document):
                yield _in(file, found)
    yield from _faults_of_succession(versions)
    yield from _faults_between(versions)


def _faults_of_place(file: str, version: PolicyVersion) -> Iterator[Found]:
    """A file lies where its kind and first day say, so that a folder can be read by eye."""
    place = _PATH.fullmatch(file)
    should = f"{version.kind}/{version.in_force_from}.toml"
    if place is None or place.groups() != (version.kind, f"{version.in_force_from}"):
        yield Found("the file", "does not lie where its kind and day say", f"Name it {should}.")


def _faults_of_succession(versions: Mapping[str, PolicyVersion]) -> Iterator[PolicyFault]:
    """Versions of a kind follow one another without a second claim to a day, and without a gap."""
    councils = sorted({version.council for version in versions.values()})
    if len(councils) > 1:
        says = f"holds the policies of {', '.join(councils)}"
        yield _in("the pack", Found("council", says, "A pack is one council's."))
    for kind in KINDS:
        dated = [(file, each) for file, each in versions.items() if each.kind == kind]
        dated.sort(key=lambda each: each[1].in_force_from)
        for (file, earlier), (later_file, later) in pairwise(dated):
            until = earlier.in_force_until
            if earlier.in_force_from == later.in_force_from:
                says = f"{file} defines {kind} from the same day"
                yield _in(later_file, Found("in_force_from", says, "Keep one of the two."))
            elif until is not None and until > later.in_force_from:
                says = f"overlaps {later_file}, which begins on {later.in_force_from}"
                yield _in(file, Found("in_force_until", says, "End it on that day."))
            elif until is not None and until < later.in_force_from:
                says = f"leaves no {kind} in force until {later.in_force_from}"
                yield _in(file, Found("in_force_until", says, f"End it when {later_file} begins."))


def _faults_between(versions: Mapping[str, PolicyVersion]) -> Iterator[PolicyFault]:
    """A tariff and a continuum that govern a day together speak of the same tiers and needs."""
    for file, version in versions.items():
        tariff = version.document
        if not isinstance(tariff, Tariff):
            continue
        for continuum in _governing_with(version, versions.values()):
            for found in _faults_of_pair(tariff, continuum):
                yield _in(file, found)


def _governing_with(
    tariff: PolicyVersion, versions: Iterable[PolicyVersion]
) -> Iterator[Continuum]:
    """Find the continua that may decide a case together with the tariff."""
    continua = sorted(
        (each for each in versions if each.kind == "continuum"), key=lambda each: each.in_force_from
    )
    for place, each in enumerate(continua):
        follows = continua[place + 1].in_force_from if place + 1 < len(continua) else None
        ends = [day for day in (each.in_force_until, follows) if day is not None]
        begun = tariff.in_force_until is None or each.in_force_from < tariff.in_force_until
        if begun and all(tariff.in_force_from < day for day in ends):
            assert isinstance(each.document, Continuum)
            yield each.document


def _faults_of_pair(tariff: Tariff, continuum: Continuum) -> Iterator[Found]:
    for rule in tariff.rules:
        if continuum.domains:
            yield from faults_of_needs(rule, continuum)
        for place, match in matches_of(rule):
            yield from unknown(match.tier, continuum.scale.tiers, place, "tier")
    for rule in continuum.rules:
        for found in faults_of_bands(rule, tariff):
            yield found._replace(where=f"the continuum's {found.where}")
    for tier in continuum.tiers:
        if tier.route is not Route.BELOW and not _prices(tariff, tier.code):
            says = f"no step prices tier {tier.code}, so it would come to nothing"
            help_ = "Add a table, a costed map or a step of form to_a_person for it."
            yield Found("steps", says, help_)


def _prices(tariff: Tariff, tier: str) -> bool:
    return any(
        isinstance(rule, Amounts | CostedProvision | Counted | ToAPerson)
        and (not rule.when.tier or tier in rule.when.tier)
        for rule in tariff.rules
    )


def _in(file: str, found: Found) -> PolicyFault:
    return PolicyFault(file=file, where=found.where, says=found.says, would_help=found.would_help)
