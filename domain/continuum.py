"""Places a case on the council's continuum: which tier, which route, which services.

A placing guides and people decide; what a tier costs is in ``tariff``.
"""

from domain.case import Case
from domain.frozen import Frozen
from domain.policy.evaluation import evaluate
from domain.policy.lines import line_of_all
from domain.policy.schemes import Continuum, Route
from domain.refusals import NotValid
from domain.working import Working

__all__ = ["Placing", "Route", "faults_of_levels", "place"]


class Placing(Frozen):
    """Where a case stands on the continuum, and how that came about."""

    tier: str
    title: str
    """The tier as the council calls it."""
    route: Route
    services: tuple[str, ...] = ()
    fund: str | None = None
    """The fund that the policy names for the tier, where it is not the one of its route."""
    to_a_person: bool = False
    because: str | None = None
    """Why a person has to place it."""
    working: Working


def place(case: Case, continuum: Continuum) -> Placing:
    """Place the moderated need by the rules in force; the same case always stands on one tier.

    A level or descriptor that the council does not have is refused, every one at once.
    """
    faults = faults_of_levels(case, continuum)
    if faults:
        raise NotValid(
            "Place this needs profile on the continuum",
            "; ".join(faults),
            "Use the levels and descriptors of the continuum in force.",
        )
    (line,), working = evaluate(continuum, case, (line_of_all(case),))
    code = continuum.unplaced if line.to_a_person else line.facts.names.get("tier")
    if code is None:
        raise NotValid(
            "Place this case on the continuum",
            line.to_a_person or "no rule of the continuum in force leads to a tier",
            "Complete the needs profile, or ask the policy officer.",
        )
    tier = continuum.tier(code)
    return Placing(
        tier=tier.code,
        title=tier.title,
        route=tier.route,
        services=tier.services,
        fund=tier.fund,
        to_a_person=line.to_a_person is not None,
        because=line.to_a_person,
        working=working,
    )


def faults_of_levels(case: Case, continuum: Continuum) -> tuple[str, ...]:
    """Say which levels and descriptors of the case the continuum does not have."""
    levels = {d.code: {each.level for each in d.levels} for d in continuum.domains}
    faults = [
        f"{domain} is no domain of need here" for domain in case.levels if domain not in levels
    ]
    faults += [
        f"{domain} has no level {level}"
        for domain, level in case.levels.items()
        if domain in levels and level not in levels[domain]
    ]
    known = {descriptor.code for descriptor in continuum.descriptors}
    faults += [f"there is no descriptor {code}" for code in case.descriptors if code not in known]
    return tuple(faults)
