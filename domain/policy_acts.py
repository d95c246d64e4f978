"""What each act on policy carries: drafts, approvals, withdrawals, and what is to be modelled.

A policy file is text with a name; it is never a path, and nothing is opened by it.
"""

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from domain.frozen import Frozen
from domain.request import Code, Words

MOST_DRAFT_FILES = 60
"""A draft is a change, not a council's whole past: a few kinds, and the cases that prove them."""
MOST_CANDIDATES = 6
"""So many schemes can be read beside each other."""
MOST_MODELS_AT_ONCE = 2
"""So many are worked out at once: each may take minutes, and a worker has few hands."""
MOST_DRAFTS_AT_ONCE = 2
"""So many drafts are checked and tried on the year's cases at once, for the same reason."""
MOST_GENERATED = 1_000_000
"""The largest county that is made up for a model: some sixty of the real ones."""

FileName = Annotated[
    str,
    Field(max_length=160, pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$"),
]
"""Where a file lies in its pack, such as ``tariff/2027-04-01.toml`` or ``cases/e2.toml``."""
PolicyFiles = Annotated[
    dict[FileName, Annotated[str, Field(max_length=500_000)]],
    Field(min_length=1, max_length=MOST_DRAFT_FILES),
]
"""Policy files, names to TOML texts, as a policy officer wrote them."""
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class DraftingPolicy(Frozen):
    """A policy officer drafts one or more versions of policy; kept whatever their faults."""

    files: PolicyFiles
    note: Words


class RevisingPolicy(Frozen):
    """A draft is replaced whole by another; whoever approved the one before has to look again."""

    files: PolicyFiles
    note: Words


class ApprovingPolicy(Frozen):
    """Another person approves exactly what they saw, named by its hash; the second publishes."""

    sha256: Sha256
    reason: Words


class GivingUpPolicy(Frozen):
    """A draft is given up; it stays on record."""

    reason: Words


class WithdrawingPolicy(Frozen):
    """A published version that nothing was decided by is withdrawn; it stays on record."""

    version_id: UUID
    reason: Words


class DecidedCases(Frozen):
    """The cases that were decided between two days, as they were when they were decided."""

    kind: Literal["decided"]
    from_on: date
    until_on: date
    """The first day that no longer counts."""

    @model_validator(mode="after")
    def _check_days(self) -> Self:
        if self.until_on <= self.from_on:
            raise ValueError("until_on must be a later day than from_on")
        return self


class GeneratedCounty(Frozen):
    """A county that is made up: the same seed makes the same one."""

    kind: Literal["generated"]
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)]
    cases: Annotated[int, Field(ge=1, le=MOST_GENERATED)]


CasesToModel = Annotated[DecidedCases | GeneratedCounty, Field(discriminator="kind")]
"""What is decided again under each candidate."""


class Candidate(Frozen):
    """A scheme to try: the files of a draft on record, or files sent with the question.

    What it does not say, a kind of policy that is not among its files, is as it is in force.
    """

    name: Code
    publication_id: UUID | None = None
    """The draft as it stands, by the id of its publication."""
    files: PolicyFiles | None = None

    @model_validator(mode="after")
    def _check_one(self) -> Self:
        if (self.publication_id is None) == (self.files is None):
            raise ValueError("name a publication, or send files: one of the two")
        return self


class ModellingPolicies(Frozen):
    """Cases are decided again under one or more candidates, beside what is in force on a day."""

    candidates: Annotated[tuple[Candidate, ...], Field(min_length=1, max_length=MOST_CANDIDATES)]
    cases: CasesToModel
    on: date | None = None
    """The day whose policy is "now"; today if nothing is said."""
    accepts_untouched: bool = False
    """Whether a candidate may change a value that none of the cases reads; it is said then."""

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        names = [each.name for each in self.candidates]
        if len(set(names)) < len(names):
            raise ValueError("each candidate has a name of its own")
        return self
