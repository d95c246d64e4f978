"""What every policy document begins with, whatever its kind."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.frozen import Frozen
from domain.request import Code

Sentence = Annotated[str, Field(min_length=1, max_length=500)]
Count = Annotated[int, Field(ge=1, le=1_000)]


class SeveralFaults(ValueError):
    """All that a rule of the field found wrong with a document, each in a sentence of its own."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(self.faults))


def refuse_all(faults: Iterable[str]) -> None:
    """Say every fault of a document together, so that it is mended once."""
    found = tuple(faults)
    if found:
        raise SeveralFaults(found)


class PolicyDocument(Frozen):
    """What every policy document begins with: whose it is, from which day, by whose authority."""

    council: Code
    in_force_from: date
    in_force_until: date | None = None
    """The first day on which it no longer governs; open when there is none."""
    authority: Sentence
    """The decision that made it policy, by number or date."""
    source: Sentence
    """Where it is published."""

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.in_force_until is not None and self.in_force_until <= self.in_force_from:
            raise ValueError("in_force_until must be a later day than in_force_from")
        return self
