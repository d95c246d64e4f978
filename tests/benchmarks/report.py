"""What a measurement says and how it is compared, written down and printed; nothing is run here."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median, quantiles

from pydantic import BaseModel, ConfigDict


class CannotMeasure(Exception):
    """A measurement did not come about; being slow is a result, this is none."""


class Measured(BaseModel):
    """One line of the report: ours beside a rival's or a limit, the ratio the higher the better."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    ours: float
    rival: float
    unit: str
    ratio: float
    target: float | None
    """The least ratio that is good enough; none where the line is for information."""

    @property
    def verdict(self) -> str:
        """Whether the goal is reached."""
        if self.target is None:
            return ""
        return "reached" if self.ratio >= self.target else "missed"


def more_is_better(
    name: str, ours: Sequence[float], rival: Sequence[float], unit: str, target: float | None
) -> Measured:
    """Compare rates, each the median of its rounds."""
    our_rate, their_rate = _median(name, ours), _median(name, rival)
    return Measured(
        name=name,
        ours=our_rate,
        rival=their_rate,
        unit=unit,
        ratio=our_rate / their_rate,
        target=target,
    )


def within(
    name: str, ours: Sequence[float], limit: float, unit: str, target: float | None = 1.0
) -> Measured:
    """Hold times or counts against a limit: the ratio is the limit by the median of ours."""
    found = _median(name, ours)
    return Measured(
        name=name, ours=found, rival=limit, unit=unit, ratio=limit / found, target=target
    )


def percentile(found: Sequence[float], percent: int) -> float:
    """The value below which so many percent of what was found lie."""
    if len(found) < 2:
        raise CannotMeasure("A percentile needs at least two values.")
    return quantiles(found, n=100, method="inclusive")[percent - 1]


def as_table(measured: Iterable[Measured]) -> str:
    """Lay the report out for a person at a terminal."""
    head = ("", "ours", "rival", "unit", "ratio", "target", "")
    rows = [head, *(_cells(each) for each in measured)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(head))]
    return "\n".join(_line(row, widths) for row in rows)


def write_report(measured: Iterable[Measured], path: Path) -> None:
    """Write the report as a JSON list."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written = [each.model_dump() for each in measured]
    path.write_text(json.dumps(written, indent=2) + "\n")


def _median(name: str, found: Sequence[float]) -> float:
    if not found or min(found) <= 0:
        raise CannotMeasure(f"{name}: nothing was measured.")
    return median(found)


def _cells(each: Measured) -> tuple[str, ...]:
    target = "" if each.target is None else f"{each.target:g}"
    figures = (_figure(each.ours), _figure(each.rival))
    return (each.name, *figures, each.unit, f"{each.ratio:.2f}", target, each.verdict)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    words = {0, 3, 6}
    cells = (
        cell.ljust(width) if place in words else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join(cells).rstrip()
