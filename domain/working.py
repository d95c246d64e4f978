"""How a result shows its working: ordered steps, each with its source (promise 2)."""

from datetime import date

from domain.frozen import Frozen


class Source(Frozen):
    """Where a value comes from: which file, in force since when, by whose authority."""

    policy: str
    """Kind and council of the document, such as ``tariff/demo``."""
    version: str
    """The document's SHA-256, first 12 hex digits or all 64."""
    in_force_from: date
    authority: str


class Step(Frozen):
    """One step of a result: the rule, its published sentence, what it read and what it gave."""

    rule: str
    says: str
    read: dict[str, str]
    gave: str
    source: Source


class Working(Frozen):
    """The ordered steps behind a result; plain English is made from them, never typed in."""

    steps: tuple[Step, ...] = ()

    def then(self, *more: Step) -> "Working":
        """The same working with further steps behind it."""
        return Working(steps=(*self.steps, *more))
