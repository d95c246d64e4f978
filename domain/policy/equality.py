"""What a council's equality assessment needs: recorded characteristics, and small numbers hidden.

A public body has due regard to equality in what it decides, and so looks at what came of it for
whom. Source: Equality Act 2010, section 149. Nothing here decides a case.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domain.frozen import Frozen
from domain.policy.document import PolicyDocument, Sentence, refuse_all
from domain.request import Code

NOT_RECORDED = "not_recorded"
"""The group of those of whom nothing is recorded: a group like every other, never left out."""
NOT_LISTED = "not_listed"
"""The group of those of whom something is recorded that the policy does not list."""


class CharacteristicValue(Frozen):
    """One of the values by which outcomes are told apart."""

    code: Code
    title: Sentence


class Characteristic(Frozen):
    """A recorded characteristic that the assessment looks at, and why."""

    code: Code
    title: Sentence
    because: Sentence
    """The law or decision by which it is looked at."""
    values: Annotated[tuple[CharacteristicValue, ...], Field(min_length=1, max_length=60)]

    def group_of(self, recorded: str | None) -> str:
        """The group in which somebody counts by what is recorded."""
        if recorded is None:
            return NOT_RECORDED
        return recorded if recorded in {each.code for each in self.values} else NOT_LISTED

    @property
    def titles(self) -> dict[str, str]:
        """What every group is called, in the policy's order; those without a value come last."""
        own = {each.code: each.title for each in self.values}
        return {**own, NOT_LISTED: "Recorded otherwise", NOT_RECORDED: "Not recorded"}


class Equality(PolicyDocument):
    """Which characteristics outcomes are told apart by, and the smallest number that is shown."""

    kind: Literal["equality"]
    smallest_shown: Annotated[int, Field(ge=3, le=100)]
    """A count of people below it is hidden, and whatever would give it away."""
    characteristics: Annotated[tuple[Characteristic, ...], Field(min_length=1, max_length=30)]

    @model_validator(mode="after")
    def _names_each_thing_once(self) -> Self:
        refuse_all(self._faults())
        return self

    def _faults(self) -> list[str]:
        codes = [each.code for each in self.characteristics]
        faults = [f"{code} is a characteristic twice" for code in sorted(_twice(codes))]
        for each in self.characteristics:
            values = [value.code for value in each.values]
            faults += [f"{each.code} has the value {code} twice" for code in sorted(_twice(values))]
            taken = {NOT_RECORDED, NOT_LISTED} & set(values)
            faults += [f"{each.code} may not have the value {code}" for code in sorted(taken)]
        return faults


def _twice(codes: list[str]) -> set[str]:
    return {code for code in codes if codes.count(code) > 1}
