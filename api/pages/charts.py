"""Pictures of figures: bars that the server draws as SVG, with nothing for a browser to run.

Lengths are percentages and words stand beside them as text, so that one drawing serves every
width and is read aloud like the rest. The title says what is found; a table has the figures.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_WHOLE = 100.0


@dataclass(frozen=True)
class Bar:
    """One figure: how long it is, what stands beside it, and how sure it is."""

    value: float | None
    """Nothing where it is hidden, or there is none; then its words alone are there."""
    says: str
    what: str = ""
    """Which of several figures of the row it is: `now`."""
    tone: int = 1
    """One of four colours; never told by colour alone."""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Row:
    """What figures are told of, such as a cluster, with a bar for each."""

    label: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Drawn:
    """A bar with its places, in hundredths of the width."""

    what: str
    says: str
    tone: int
    x: str
    width: str
    low: str
    high: str


@dataclass(frozen=True)
class Chart:
    """A picture: its title, its rows of bars, and where nought is."""

    title: str
    rows: tuple[tuple[str, tuple[Drawn, ...]], ...]
    nought: str
    """Where bars begin; nothing where that is the edge."""


def chart(title: str, rows: Sequence[Row], most: float | None = None) -> Chart:
    """Draw rows of bars to one scale, from the smallest figure to the largest, nought among them.

    ``most`` is where the scale ends if no figure goes further, such as 100 for shares of a hundred.

    >>> rows = [Row("a", (Bar(4, "4"),)), Row("b", (Bar(2, "2"),))]
    >>> chart("One is twice the other", rows).rows[1]
    ('b', (Drawn(what='', says='2', tone=1, x='0.00%', width='50.00%', low='', high=''),))
    """
    ends = [0.0, most or 0.0, *_ends(bar for row in rows for bar in row.bars)]
    scale = _Scale(min(ends), max(ends))
    return Chart(
        title=title,
        rows=tuple((row.label, tuple(_drawn(bar, scale) for bar in row.bars)) for row in rows),
        nought=scale.at(0) if scale.least < 0 else "",
    )


@dataclass(frozen=True)
class _Scale:
    least: float
    most: float

    def share(self, value: float) -> float:
        """Where a figure lies between the ends, in hundredths."""
        span = self.most - self.least
        return _WHOLE * (value - self.least) / span if span else 0.0

    def at(self, value: float) -> str:
        """The same as SVG writes it."""
        return f"{self.share(value):.2f}%"


def _ends(bars: Iterable[Bar]) -> Iterable[float]:
    for bar in bars:
        yield from (end for end in (bar.value, bar.low, bar.high) if end is not None)


def _drawn(bar: Bar, scale: _Scale) -> Drawn:
    value = bar.value or 0.0
    length = abs(scale.share(value) - scale.share(0))
    return Drawn(
        what=bar.what,
        says=bar.says,
        tone=bar.tone,
        x=scale.at(min(value, 0)),
        width=f"{length:.2f}%",
        low="" if bar.low is None else scale.at(bar.low),
        high="" if bar.high is None else scale.at(bar.high),
    )
