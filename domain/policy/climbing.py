"""Which pot pays, and where money is looked for next: the shape of the contingency policy."""

from enum import StrEnum
from itertools import pairwise
from typing import Literal, Self

from pydantic import model_validator

from domain.frozen import Frozen
from domain.places import Level
from domain.policy.document import PolicyDocument, refuse_all
from domain.refusals import NoPolicyInForce

_CLIMB = tuple(Level)


class PotKind(StrEnum):
    """A kind of pot; with a cluster or area it names one of the ledger's.

    Only pots that can run empty are here: from one without a floor nothing would ever climb.
    """

    CLUSTER = "cluster"
    EXCEPTIONAL = "exceptional"
    CONTINGENCY_CLUSTER = "contingency:cluster"
    CONTINGENCY_AREA = "contingency:area"
    CONTINGENCY_COUNCIL = "contingency:council"

    def of(self, cluster: str, area: str) -> str:
        """Name the pot as the ledger does.

        >>> PotKind.CONTINGENCY_AREA.of("alder", "north")
        'contingency:area:north'
        """
        if self in (PotKind.CLUSTER, PotKind.CONTINGENCY_CLUSTER):
            return f"{self}:{cluster}"
        return f"{self}:{area}" if self is PotKind.CONTINGENCY_AREA else str(self)


class Draw(Frozen):
    """One pot to look in, at the level of the model that answers for it."""

    level: Level
    pot: PotKind


class PotToTry(Frozen):
    """A pot of the ledger to look in, at the level that answers for it."""

    level: Level
    pot: str


class Contingency(PolicyDocument):
    """For each route the order of pots; money is looked for in the next when one cannot pay."""

    kind: Literal["contingency"]
    routes: dict[str, tuple[Draw, ...]]
    """By route: ``predictable`` and ``exceptional`` of the continuum, ``project`` for its fund."""
    deficit: Literal["by_authority_only"]
    """What is owed is paid when every pot is empty, from a recorded overspend (promise 10)."""

    @model_validator(mode="after")
    def _climbs_to_the_top(self) -> Self:
        faults = [
            f"route {route} has no pots"
            for route in ("predictable", "exceptional", "project")
            if not self.routes.get(route)
        ]
        for route, draws in self.routes.items():
            heights = [_CLIMB.index(draw.level) for draw in draws]
            if any(later < earlier for earlier, later in pairwise(heights)):
                faults.append(f"route {route} climbs down again")
            if heights and heights[-1] != len(_CLIMB) - 1:
                faults.append(f"route {route} ends below the council")
            if len({draw.pot for draw in draws}) != len(draws):
                faults.append(f"route {route} names a pot twice")
        refuse_all(faults)
        return self

    def pots(self, route: str, level: Level, cluster: str, area: str) -> tuple[PotToTry, ...]:
        """Order the pots to try, from the level that a request has climbed to upwards."""
        if route not in self.routes:
            raise NoPolicyInForce(f"the pots of route {route}", "the contingency policy has none")
        reached = _CLIMB.index(level)
        return tuple(
            PotToTry(level=draw.level, pot=draw.pot.of(cluster, area))
            for draw in self.routes[route]
            if _CLIMB.index(draw.level) >= reached
        )
