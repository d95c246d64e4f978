"""The one base of every domain type: a fact that does not change once it is stated."""

from typing import Self

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A fact: immutable, strictly typed, with no field nobody defined.

    Faults never repeat what was typed (``hide_input_in_errors``): an error text may travel to
    a log, and what was typed may name a child.
    """

    model_config = ConfigDict(
        frozen=True,
        strict=True,
        extra="forbid",
        hide_input_in_errors=True,
        allow_inf_nan=False,
    )

    def __copy__(self) -> Self:
        """Copy what is stated; what was worked out from it and kept is worked out anew."""
        copied = super().__copy__()
        for kept in copied.__dict__.keys() - type(self).model_fields:
            del copied.__dict__[kept]
        return copied
