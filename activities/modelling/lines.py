"""The lines of many cases on their way through the steps of one document, as growing columns."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from activities.modelling.bounds import Unit
from activities.modelling.exact import Exact, fitting, whole
from activities.modelling.rebuilding import HOUR, OF_A_POINT, OF_AN_HOUR
from domain.policy.lines import PENCE_A_POUND

_SEPTEMBER, _APRIL = 9, 4
_MOST_YEAR = 10_000
_MOST_HOURS = 1_000
_MOST_LEVEL = 100
_MOST_PUPILS = 10**9


@dataclass(frozen=True)
class Words:
    """A fact in words: a code for each row, its place in the list of words; none is not known."""

    code: pl.Expr
    words: tuple[str, ...]

    def of(self, word: str) -> int | None:
        """The code of a word, or nothing where no row can have it."""
        return self.words.index(word) if word in self.words else None


@dataclass
class Growing:
    """A frame to which columns are added, each of them once and for ever.

    Those that do not need each other are worked out side by side.
    """

    began: pl.DataFrame
    others: list[pl.DataFrame] = field(default_factory=list)
    """What stands beside it, by the number of the case."""
    depths: dict[str, int] = field(default_factory=dict)
    layers: list[list[pl.Expr]] = field(default_factory=list)
    known: dict[object, pl.Expr] = field(default_factory=dict)

    def let(self, what: pl.Expr) -> pl.Expr:
        """Work a column out once and go on from it."""
        depth = max((self.depths.get(root, -1) for root in what.meta.root_names()), default=-1) + 1
        if depth == len(self.layers):
            self.layers.append([])
        name = f"let:{len(self.depths)}"
        self.depths[name] = depth
        self.layers[depth].append(what.alias(name))
        return pl.col(name)

    def once(self, key: object, what: pl.Expr) -> pl.Expr:
        """A column that is known by what it says, however often it is asked for."""
        if key not in self.known:
            self.known[key] = self.let(what)
        return self.known[key]

    def beside(self, other: pl.DataFrame) -> None:
        """Put columns of another frame beside the cases that it names."""
        self.others.append(other)

    def collected(self, *columns: pl.Expr | str) -> pl.DataFrame:
        """Work out what is asked for and all that it needs."""
        frame = self.began.lazy()
        for other in self.others:
            frame = frame.join(other.lazy(), on="number", how="left", maintain_order="left")
        for layer in self.layers:
            frame = frame.with_columns(layer)
        return frame.select(*columns).collect(engine="in-memory")


@dataclass
class Lines:
    """Rows with what the steps have made of them so far.

    Every figure that changes gets a new column, so that an expression means for ever what it
    meant when it was written.
    """

    growing: Growing
    columns: frozenset[str]
    """What the cases came with: levels, ticks and counts among them."""
    unit: Unit
    names: dict[str, Words]
    numbers: dict[str, Exact]
    is_single: bool
    """Whether every case is one line, so that nothing is shared between lines."""
    left: pl.Expr = field(default_factory=lambda: pl.lit(value=False))
    """Left to a person."""
    refused: pl.Expr = field(default_factory=lambda: pl.lit(value=False))
    by_itself: pl.Expr = field(default_factory=lambda: pl.lit(value=False))
    """To be decided by the scalar twin, because the columns cannot hold it exactly."""
    total: pl.Expr | None = None
    """What the lines of the case come to, once it is no longer the sum of their nets."""
    uses: dict[str, pl.Expr] = field(default_factory=dict)
    """Whether the line used a value, by the path of the value."""
    gross: pl.Expr = field(init=False)
    share: pl.Expr = field(init=False)
    net: pl.Expr = field(init=False)
    costed: pl.Expr = field(default_factory=lambda: pl.lit(value=False))
    """Whether anything was costed yet: before that a cost is not known."""

    def __post_init__(self) -> None:
        nothing = whole(0, self.unit.dtype)
        self.gross = self.share = self.net = nothing

    def let(self, what: pl.Expr) -> pl.Expr:
        """Work a column out once and go on from it."""
        return self.growing.let(what)

    def name(self, figure: str, chosen: pl.Expr, code: pl.Expr) -> None:
        """Settle a tier or a band where the rule was chosen."""
        found = self.names[figure]
        settled = pl.when(chosen).then(code.cast(pl.Int16)).otherwise(found.code)
        self.names[figure] = Words(self.let(settled), found.words)

    def number(self, figure: str, chosen: pl.Expr, units: pl.Expr) -> None:
        """Settle points or a level where the rule was chosen, in the units of the figure."""
        found = self.numbers[figure]
        settled = self.let(pl.when(chosen).then(units).otherwise(found.units))
        self.numbers[figure] = Exact(settled, found.most, found.parts)

    def leave(self, chosen: pl.Expr) -> None:
        """Leave lines to a person."""
        self.left = self.let(self.left | chosen.fill_null(value=False))

    def refuse(self, chosen: pl.Expr) -> None:
        """Refuse lines, and with them their case."""
        self.refused = self.let(self.refused | chosen.fill_null(value=False))

    def keep_by_itself(self, chosen: pl.Expr) -> None:
        """Leave a case to the scalar twin."""
        self.by_itself = self.let(self.by_itself | chosen.fill_null(value=False))

    def cost(self, chosen: pl.Expr, more: pl.Expr) -> None:
        """Add to what the line costs."""
        added = self.let(pl.when(chosen).then(more).otherwise(whole(0, self.unit.dtype)))
        self.gross = self.let(self.gross + added)
        self._net(self.net + added)
        self.costed = self.let(self.costed | chosen)
        self.numbers["cost"] = self.unit.exact(pl.when(self.costed).then(self.gross), PENCE_A_POUND)

    def meet(self, chosen: pl.Expr, met: pl.Expr) -> None:
        """Take what the school meets from what is left to be funded."""
        taken = self.let(pl.when(chosen).then(met).otherwise(whole(0, self.unit.dtype)))
        self.share = self.let(self.share + taken)
        self._net(self.net - taken)

    def bring_to(self, chosen: pl.Expr, net: pl.Expr) -> None:
        """Bring what is left to be funded to a sum, by a floor, a cap or rounding."""
        self._net(pl.when(chosen).then(net).otherwise(self.net))

    def weigh(self, chosen: pl.Expr, weight: pl.Expr, total: pl.Expr) -> None:
        """Keep a total beside the lines, which are from here on its weights where it changed."""
        self.net = self.let(pl.when(chosen).then(weight).otherwise(self.net))
        self.total = self.let(total)

    def of_case(self, what: pl.Expr) -> pl.Expr:
        """The sum over the lines of each case."""
        return what if self.is_single else what.sum().over("row")

    def _net(self, net: pl.Expr) -> None:
        """Go on from another net; a total that is kept beside the lines moves with it."""
        before, self.net = self.net, self.let(net)
        if self.total is not None:
            self.total = self.let(self.total + self.of_case(self.net - before))

    def used(self, path: str, chosen: pl.Expr) -> None:
        """Note which lines used a value."""
        self.uses[path] = chosen

    def used_rows(self, path: str, place: pl.Expr, count: int, chosen: pl.Expr) -> None:
        """Note which row of a table each line used, the first being 1."""
        for number in range(1, count + 1):
            self.used(f"{path}.{number}", chosen & (place == number))


def facts_of(unit: Unit, extra: Mapping[str, Exact], *, of_line: bool) -> dict[str, Exact]:
    """The numbers that conditions may read, of a case or of its line."""
    sharing = unit.sharing
    first = pl.col("starts_on").fill_null(pl.col("day"))
    year = first.dt.year().cast(pl.Int64)
    key_stage = pl.col("of_line:key_stage" if of_line else "key_stage")
    return {
        "key_stage": Exact(key_stage, _MOST_LEVEL),
        "hours": Exact(pl.col("hours_e6"), _MOST_HOURS * OF_AN_HOUR, OF_AN_HOUR),
        "provision_hours": Exact(
            pl.col("hour_parts"),
            unit.most_hours * HOUR * sharing.most,
            HOUR,
            sharing.per,
            sharing.most,
        ),
        "pupils": Exact(pl.col("pupils"), _MOST_PUPILS),
        "academic_year": Exact(year - (first.dt.month() < _SEPTEMBER), _MOST_YEAR),
        "financial_year": Exact(year - (first.dt.month() < _APRIL), _MOST_YEAR),
        **extra,
    }


def points_of(parts: int, most: int, given: int) -> Exact:
    """The points that a case brings with it, in the parts of a point that the document needs."""
    units = pl.col("points_e10")
    if given:
        assert parts % OF_A_POINT == 0, "the document's parts hold those of the cases"
        most = max(most, given * (parts // OF_A_POINT))
        units = units.cast(fitting(most)) * (parts // OF_A_POINT)
    return Exact(units, most, parts)
