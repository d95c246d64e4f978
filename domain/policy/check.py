"""Every fault that a pack shows to whoever looks at it: its documents, alone and side by side.

``domain.checking`` reads the files, calls this, and then runs the pack.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from domain.policy.check_kinds import faults_beside, faults_of_kind
from domain.policy.check_reach import faults_of_idle_rules, faults_of_tiers_by_kind
from domain.policy.check_steps import faults_of_bands, faults_of_needs, faults_of_scheme, matches_of
from domain.policy.costing import CostedProvision
from domain.policy.document import PolicyDocument
from domain.policy.found import Found, faults_of_size, unknown
from domain.policy.load import KINDS, PolicyFault, PolicyVersion
from domain.policy.pricing import Amounts, Counted, ToAPerson
from domain.policy.schemes import Continuum, Route, Scheme, Tariff
from domain.policy.together import together

_PATH = re.compile(r"(?:.*/)?([a-z_]+)/(\d{4}-\d{2}-\d{2})\.toml")


def faults_of_versions(versions: Mapping[str, PolicyVersion]) -> Iterator[PolicyFault]:
    """Look at every document by itself, in its succession, and beside those it governs with."""
    for file, version in versions.items():
        for found in _faults_of_place(file, version):
            yield in_file(file, found)
        assert isinstance(version.document, PolicyDocument), "load_version makes nothing else"
        found_here = [*faults_of_kind(version.document)]
        if isinstance(version.document, Scheme):
            found_here += _faults_of_scheme(version.document)
        yield from (in_file(file, found) for found in found_here)
    yield from _faults_of_succession(versions)
    yield from _faults_between(versions)


def _faults_of_scheme(scheme: Scheme) -> list[Found]:
    too_large = faults_of_size(scheme)
    return too_large or [*faults_of_scheme(scheme), *faults_of_idle_rules(scheme)]


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
        yield in_file("the pack", Found("council", says, "A pack is one council's."))
    for kind in KINDS:
        dated = [(file, each) for file, each in versions.items() if each.kind == kind]
        dated.sort(key=lambda each: each[1].in_force_from)
        for (file, earlier), (later_file, later) in pairwise(dated):
            until = earlier.in_force_until
            if earlier.in_force_from == later.in_force_from:
                says = f"{file} defines {kind} from the same day"
                yield in_file(later_file, Found("in_force_from", says, "Keep one of the two."))
            elif until is not None and until > later.in_force_from:
                says = f"overlaps {later_file}, which begins on {later.in_force_from}"
                yield in_file(file, Found("in_force_until", says, "End it on that day."))
            elif until is not None and until < later.in_force_from:
                says = f"leaves no {kind} in force until {later.in_force_from}"
                yield in_file(
                    file, Found("in_force_until", says, f"End it when {later_file} begins.")
                )


def _faults_between(versions: Mapping[str, PolicyVersion]) -> Iterator[PolicyFault]:
    """A tariff and a continuum that govern a day together speak of the same tiers and needs."""
    for one, other, _ in together(versions, "tariff", "continuum"):
        tariff, continuum = one.version.document, other.version.document
        assert isinstance(tariff, Tariff)
        assert isinstance(continuum, Continuum)
        found_here = [
            *_faults_of_pair(tariff, continuum),
            *faults_of_tiers_by_kind(tariff, continuum),
        ]
        yield from (in_file(one.file, found) for found in found_here)
        for rule in continuum.rules:
            yield from (in_file(other.file, found) for found in faults_of_bands(rule, tariff))
    for file, found in faults_beside(versions):
        yield in_file(file, found)


def _faults_of_pair(tariff: Tariff, continuum: Continuum) -> Iterator[Found]:
    for rule in tariff.rules:
        if continuum.domains:
            yield from faults_of_needs(rule, continuum)
        for place, match in matches_of(rule):
            yield from unknown(match.tier, continuum.scale.tiers, place, "tier")
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


def in_file(file: str, found: Found) -> PolicyFault:
    """Say of a fault in which file it is; its line is added when all are told."""
    return PolicyFault(file=file, where=found.where, says=found.says, would_help=found.would_help)
