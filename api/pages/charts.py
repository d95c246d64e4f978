"""Pictures of figures: bars that the server draws as SVG, with nothing for a browser to run.

Lengths are percentages and words stand beside them as text, so that one drawing serves every
width and is read aloud like the rest. The title says what is found; a table has the figures.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_WHOLE = 100.0
_LEAST = 0.2
LEFT = 0
"""The tone of what is left of something: white, with a line around it."""


@dataclass(frozen=True)
class Part:
    """A part of a bar, where several stand one after the other."""

    tone: int
    value: float


@dataclass(frozen=True)
class Bar:
    """One figure: how long it is, what stands beside it, and how sure it is."""

    value: float | None
    """Nothing where it is hidden, or there is none; then its words alone are there."""
    says: str
    what: str = ""
    """Which of several figures of the row it is: `now`."""
    tone: int = 1
    """One of four colours, or nought for what is left; never told by colour alone."""
    low: float | None = None
    high: float | None = None
    parts: tuple[Part, ...] = ()
    """What it is made of, where it is made of several: none of them is below nought."""
    mark: float | None = None
    """Where a line is drawn across it: the budget."""


@dataclass(frozen=True)
class Row:
    """What figures are told of, such as a cluster, with a bar for each."""

    label: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Piece:
    """What is drawn of a bar, in hundredths of the width."""

    tone: int
    x: str
    width: str


@dataclass(frozen=True)
class Drawn:
    """A bar with its places, in hundredths of the width."""

    what: str
    says: str
    pieces: tuple[Piece, ...]
    low: str
    high: str
    mark: str


@dataclass(frozen=True)
class Chart:
    """A picture: its title, its rows of bars, and where nought is."""

    title: str
    rows: tuple[tuple[str, tuple[Drawn, ...]], ...]
    nought: str
    """Where bars begin; nothing where that is the edge."""
    keys: tuple[tuple[int, str], ...] = ()
    """What each tone stands for, where bars are made of parts, in the order in which they stand."""
    marked: str = ""
    """What the line across a bar stands for."""
    is_a: str = "chart"


def chart(
    title: str,
    rows: Sequence[Row],
    most: float | None = None,
    *,
    keys: tuple[tuple[int, str], ...] = (),
    marked: str = "",
) -> Chart:
    """Draw rows of bars to one scale, from the smallest figure to the largest, nought among them.

    ``most`` is where the scale ends if no figure goes further, such as 100 for shares of a hundred.

    >>> rows = [Row("a", (Bar(4, "4"),)), Row("b", (Bar(2, "2"),))]
    >>> chart("One is twice the other", rows).rows[1][1][0].pieces
    (Piece(tone=1, x='0.00%', width='50.00%'),)
    """
    ends = [0.0, most or 0.0, *_ends(bar for row in rows for bar in row.bars)]
    scale = _Scale(min(ends), max(ends))
    return Chart(
        title=title,
        rows=tuple((row.label, tuple(_drawn(bar, scale) for bar in row.bars)) for row in rows),
        nought=scale.at(0) if scale.least < 0 else "",
        keys=keys,
        marked=marked,
    )


def made_of(
    says: str, parts: Iterable[tuple[int, float]], *, of: float = 1, mark: float | None = None
) -> Bar:
    """Draw amounts one after the other; each, and the line, as its part of what ``of`` stands for.

    >>> made_of("", ((1, 10), (3, 0), (0, 30)), of=40).parts
    (Part(tone=1, value=0.25), Part(tone=0, value=0.75))
    """
    told = tuple(Part(tone, value / of) for tone, value in parts if value > 0)
    return Bar(
        sum(each.value for each in told),
        says,
        parts=told,
        mark=None if mark is None else mark / of,
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
        places = (bar.value, bar.low, bar.high, bar.mark)
        yield from (end for end in places if end is not None)


def _drawn(bar: Bar, scale: _Scale) -> Drawn:
    return Drawn(
        what=bar.what,
        says=bar.says,
        pieces=tuple(_pieces(bar, scale)),
        low="" if bar.low is None else scale.at(bar.low),
        high="" if bar.high is None else scale.at(bar.high),
        mark="" if bar.mark is None else scale.at(bar.mark),
    )


def _pieces(bar: Bar, scale: _Scale) -> Iterator[Piece]:
    """One after the other; what is there at all is wide enough to be seen."""
    reached = min(bar.value or 0.0, 0.0)
    for part in bar.parts or (Part(bar.tone, abs(bar.value or 0.0)),):
        length = scale.share(reached + part.value) - scale.share(reached)
        length = max(length, _LEAST) if bar.parts else length
        yield Piece(part.tone, scale.at(reached), f"{length:.2f}%")
        reached += part.value
