"""The one base of every domain type: a fact that does not change once it is stated."""

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
