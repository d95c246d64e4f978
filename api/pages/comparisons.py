"""What a change of policy comes to on cases, as pictures and tables: cost, who gains, who loses.

Drawn alike for a draft's impact and for a model, with every line or as shown outside the council.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from activities.store import reading
from api.pages.charts import Bar, Chart, Row, chart
from api.pages.policy_words import GROUPINGS, OTHERS, PHASES
from api.pages.words import KINDS, NEEDS, in_words
from domain.explaining import whole_pounds

_MOST_BARS = 12
_MOST_LINES = 30
_MOST_VALUES = 60
_KNOWN: dict[str, Mapping[Any, str]] = {"phase": PHASES, "area_of_need": NEEDS, "kind": KINDS}

Line = Mapping[str, Any]


@dataclass(frozen=True)
class Told:
    """A candidate beside what is now: in words, in pictures, line by line."""

    name: str
    finding: str
    total: Line
    pictures: tuple[Chart, ...]
    lines: tuple[tuple[str, Line], ...]
    """Each with its name, those that change most first."""
    left_off: int
    moved: tuple[Line, ...]
    touched: tuple[Line, ...]
    changed: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """Every candidate, told by one grouping, and what else it may be told by."""

    cases: int
    by: str
    groupings: Mapping[str, str]
    candidates: tuple[Told, ...]
    fewer_than: int | None
    """Lines of fewer cases are put together, where it is shown as outside the council."""


def told_of(session: Session, comparison: Line | None, by: str) -> Comparison | None:
    """Tell a comparison by one grouping; by cluster, where it has none of that name."""
    if comparison is None:
        return None
    by = by if by in GROUPINGS else "cluster"
    names = _names(session, comparison, by)
    return Comparison(
        cases=comparison["cases"],
        by=by,
        groupings=GROUPINGS,
        candidates=tuple(_told(each, by, names) for each in comparison["candidates"]),
        fewer_than=comparison.get("fewer_than"),
    )


def difference_in_words(pence: int | None) -> str:
    """Write a difference with its sign: more is above nought.

    >>> difference_in_words(120000), difference_in_words(-5000), difference_in_words(0)
    ('£1,200 more', '£50 less', 'no difference')
    """
    if pence is None:
        return "hidden"
    if not pence:
        return "no difference"
    return f"{whole_pounds(abs(pence))} {'more' if pence > 0 else 'less'}"


def value_called(says: str, before: str | None, after: str | None) -> str:
    """What a changed value is called, without its old and new beside which it stands.

    >>> value_called("ta, an hour: £653.60 to £672.60", "£653.60", "£672.60")
    'Ta, an hour'
    """
    called = says.removesuffix(f": {before} to {after}").replace("_", " ")
    return called[:1].upper() + called[1:]


def _names(session: Session, comparison: Line, by: str) -> Mapping[Any, str]:
    codes = {line["key"] for each in comparison["candidates"] for line in each["by"].get(by, ())}
    if by == "cluster":
        return reading.cluster_names(session, codes) | OTHERS
    if by == "school":
        return reading.school_names(session, codes) | OTHERS
    return {**_KNOWN.get(by, {}), **OTHERS}


def _told(candidate: Line, by: str, names: Mapping[Any, str]) -> Told:
    name, total = candidate["candidate"]["name"], candidate["total"]
    found = candidate["by"].get(by, ())
    ordered = sorted(found, key=lambda line: (-abs(line["difference_pence"] or 0), line["key"]))
    lines = tuple((names.get(each["key"]) or in_words(each["key"]), each) for each in ordered)
    return Told(
        name=name,
        finding=_finding(total),
        total=total,
        pictures=tuple(_pictures(total, lines, GROUPINGS[by])),
        lines=lines[:_MOST_LINES],
        left_off=max(len(lines) - _MOST_LINES, 0),
        moved=tuple(line for line in candidate.get("moved", ()) if line["now"] != line["then"]),
        touched=tuple(
            {**value, "says": value_called(value["says"], value["before"], value["after"])}
            for value in candidate.get("touched", ())[:_MOST_VALUES]
        ),
        changed=tuple(candidate.get("changed", ())[:_MOST_VALUES]),
    )


def _finding(total: Line) -> str:
    """Say in a sentence what it costs: of the cases that have an amount on both sides."""
    if total["difference_pence"] is None:
        return "What it costs is hidden: so few cases change that they could be known"
    if not total["difference_pence"]:
        return "It costs the same as now"
    return f"It costs {difference_in_words(total['difference_pence'])} a year than now"


def _pictures(total: Line, lines: Sequence[tuple[str, Line]], called: str) -> list[Chart]:
    drawn = []
    if total["then_pence"] is not None:
        drawn.append(_cost(total))
    if total["gain"] is not None:
        drawn.append(_gains(total))
    told = [(name, each) for name, each in lines if each["difference_pence"] is not None]
    if any(each["difference_pence"] for _, each in told):
        drawn.append(_by_line(told, called))
    return drawn


def _cost(total: Line) -> Chart:
    sides = [("Now", total["now_pence"], 1), ("With the change", total["then_pence"], 2)]
    if total.get("budget_pence") is not None:
        sides.append(("The year's budget", total["budget_pence"], 3))
    rows = [Row(name, (Bar(pence, whole_pounds(pence), tone=tone),)) for name, pence, tone in sides]
    return chart(f"{_finding(total)}: a year's cost of these cases", rows)


def _gains(total: Line) -> Chart:
    told = (("Gain", total["gain"], 2), ("Lose", total["lose"], 3), ("Stay", total["stay"], 1))
    rows = [Row(name, (Bar(cases, f"{cases:,} cases", tone=tone),)) for name, cases, tone in told]
    title = f"{total['gain']:,} cases gain, {total['lose']:,} lose and {total['stay']:,} stay"
    return chart(title, rows)


def _by_line(told: Sequence[tuple[str, Line]], called: str) -> Chart:
    """The lines that change most; the one that changes most is the finding."""
    name, most = told[0]
    says = difference_in_words(most["difference_pence"])
    rows = [
        Row(label, (_difference(each["difference_pence"]),)) for label, each in told[:_MOST_BARS]
    ]
    return chart(f"By {called.lower()}, {name} changes most: {says} a year", rows)


def _difference(pence: int) -> Bar:
    return Bar(pence, difference_in_words(pence), tone=2 if pence > 0 else 3)
