"""The shape of a continuum and of a tariff: what a council publishes, as one dated document."""

from abc import abstractmethod
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from domain.frozen import Frozen
from domain.policy.costing import CostedProvision
from domain.policy.document import PolicyDocument, Sentence
from domain.policy.families import Family, families
from domain.policy.lines import Scale
from domain.policy.points import WeightedSum
from domain.policy.pricing import (
    Amounts,
    Counted,
    Limit,
    Rounded,
    SchoolShare,
    ToAPerson,
)
from domain.policy.rules import (
    MOST_ROWS,
    Assigned,
    BestFit,
    Minimum,
    OverallLevel,
    Rule,
    Thresholds,
)
from domain.request import Code
from domain.working import Source

FigureRule = WeightedSum | OverallLevel | Assigned | Minimum | BestFit | Thresholds
MoneyRule = Amounts | CostedProvision | SchoolShare | Limit | Counted | Rounded | ToAPerson
ContinuumRule = Annotated[FigureRule | CostedProvision, Field(discriminator="form")]
TariffRule = Annotated[FigureRule | MoneyRule, Field(discriminator="form")]

MOST_STEPS = 200


class Route(StrEnum):
    """Where a tier takes a request: no money, a cluster's own plan and budget, or the tariff."""

    BELOW = "below"
    PREDICTABLE = "predictable"
    EXCEPTIONAL = "exceptional"


class Tier(Frozen):
    """A step of the continuum, in the council's own words, and what it opens."""

    code: Code
    title: Sentence
    says: Sentence
    route: Route
    services: Annotated[tuple[Sentence, ...], Field(max_length=50)] = ()
    """Services and advice that are named to the school, money or no money."""
    fund: Code | None = None
    """The fund that pays, where it is not the one of the route: a project has no profile."""


class LevelOfNeed(Frozen):
    """A level in one domain of need and the published sentence for it."""

    level: Annotated[int, Field(ge=0, le=100)]
    says: Sentence


class DomainOfNeed(Frozen):
    """A domain that the council levels need in: one of the four areas, or a domain of its own."""

    code: Code
    title: Sentence
    levels: Annotated[tuple[LevelOfNeed, ...], Field(min_length=1, max_length=101)]


class Descriptor(Frozen):
    """A published sentence that can be ticked, with the domain and level that it describes."""

    code: Code
    domain: Code
    level: Annotated[int, Field(ge=0, le=100)]
    says: Sentence


class Band(Frozen):
    """A band of the tariff."""

    code: Code
    title: Sentence


class Scheme(PolicyDocument):
    """What continuum and tariff share: ordered steps, and the figures that people bring."""

    kind: str
    sha256: str = ""
    """The hash of the document's canonical text; set when it is loaded, never written in it."""
    given: Annotated[tuple[Literal["points", "band"], ...], Field(max_length=2)] = ()
    """Figures that a case brings with it, because the matrix behind them is not in the pack."""

    @property
    @abstractmethod
    def scale(self) -> Scale:
        """The order of its tiers and bands, least need first."""

    @property
    @abstractmethod
    def rules(self) -> tuple[Rule, ...]:
        """Its steps, whatever their forms, in order."""

    @cached_property
    def families(self) -> tuple[Family, ...]:
        """Its base rules in order, each with its exceptions."""
        return families(self.rules)

    @cached_property
    def as_source(self) -> Source:
        """The document as the source of a value."""
        return Source(
            policy=f"{self.kind}/{self.council}",
            version=self.sha256,
            in_force_from=self.in_force_from,
            authority=self.authority,
        )


class Continuum(Scheme):
    """The council's published scale of need: its domains and levels, its tiers, and the rules."""

    kind: Literal["continuum"]
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1, max_length=50)]
    """Least need first."""
    domains: Annotated[tuple[DomainOfNeed, ...], Field(max_length=100)] = ()
    descriptors: Annotated[tuple[Descriptor, ...], Field(max_length=MOST_ROWS)] = ()
    unplaced: Code | None = None
    """The tier of what the rules leave to a person, such as a best fit that ends in a tie."""
    steps: Annotated[tuple[ContinuumRule, ...], Field(min_length=1, max_length=MOST_STEPS)]

    @cached_property
    def scale(self) -> Scale:
        """The order of its tiers."""
        return Scale(tiers=tuple(tier.code for tier in self.tiers))

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Its steps, in order."""
        return self.steps

    def tier(self, code: str) -> Tier:
        """The tier of a code."""
        return next(tier for tier in self.tiers if tier.code == code)


class Tariff(Scheme):
    """The council's published amounts: its bands, and the rules that lead to a price."""

    kind: Literal["tariff"]
    bands: Annotated[tuple[Band, ...], Field(max_length=200)] = ()
    """Least need first."""
    steps: Annotated[tuple[TariffRule, ...], Field(min_length=1, max_length=MOST_STEPS)]

    @cached_property
    def scale(self) -> Scale:
        """The order of its bands."""
        return Scale(bands=tuple(band.code for band in self.bands))

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Its steps, in order."""
        return self.steps

    @property
    def rates(self) -> frozenset[str]:
        """Codes of every kind of staff that it publishes a rate for."""
        costed = (step for step in self.steps if isinstance(step, CostedProvision))
        return frozenset(code for step in costed for code in step.rates)
