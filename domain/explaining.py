"""A working in words: sentences for a letter, and rows of a table for an officer.

Every word is the policy's own sentence, a published title or a template of this file: nothing
that anybody typed about a child goes in, so nothing of it comes out.
"""

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from domain.frozen import Frozen
from domain.money import pounds
from domain.working import Source, Step

_CODED = re.compile(r"\b(tier|band) ([a-z0-9_.:-]+)(?:, which reaches ([a-z0-9_.:-]+))?")
_WHOLE = re.compile(r"(£[\d,]+)\.00\b")
_TO_A_PERSON = "to a person"
_LEVEL_OF = "level of "
_DOCUMENTS = {
    "continuum": "our scale of need (the continuum)",
    "tariff": "our table of amounts (the tariff)",
    "law": "the law",
}
_SHORT_HASH = 12
_WIDTHS = {"rule": 20, "sentence": 40, "read": 36, "gave": 24, "source": 36}
"""The columns of a table that is printed, and how many letters each is wide."""


class WorkingRow(Frozen):
    """One step of a working as an officer reads it: the rule, what it read, gave, and stands on."""

    rule: str
    sentence: str
    read: tuple[str, ...]
    """What it looked at, such as ``points: 20``, in titles where there are some."""
    gave: str
    policy: str
    """Kind and council of the document, such as ``tariff/demo``."""
    since: date
    authority: str
    version: str
    """The first digits of the document's hash."""


def told(step: Step, titles: Mapping[str, str]) -> str:
    """Tell a step in its policy's sentence and what it gave here.

    That it went to a person is told with the reason, by whoever tells the whole.
    """
    if _TO_A_PERSON in step.gave:
        return step.says
    levels = ", ".join(
        f"{title} {step.read[_LEVEL_OF + code]}"
        for code, title in titles.items()
        if _LEVEL_OF + code in step.read
    )
    gave = in_titles(step.gave, titles)
    return f"{step.says} Here: {gave}{f', for these levels: {levels}' if levels else ''}."


def in_titles(gave: str, titles: Mapping[str, str]) -> str:
    """Write what a step gave with published titles for codes, and whole pounds without pence.

    >>> in_titles("band e2", {"e2": "Exceptional 2"}), in_titles("£4,974.00 a year", {})
    ('the band “Exceptional 2”', '£4,974 a year')
    """
    return _WHOLE.sub(r"\1", _CODED.sub(lambda found: _titled(found, titles), gave))


def whole_pounds(pence: int) -> str:
    """Write an amount as a letter does: without pence where there are none.

    >>> whole_pounds(497400), whole_pounds(412910)
    ('£4,974', '£4,129.10')
    """
    return pounds(pence).removesuffix(".00")


def day_in_words(day: date) -> str:
    """Write a day as a letter does.

    >>> day_in_words(date(2026, 10, 5))
    '5 October 2026'
    """
    return f"{day.day} {day:%B %Y}"


def place_of(source: Source) -> str:
    """Say where a rule is published, since when and by whose authority."""
    kind = source.policy.partition("/")[0]
    since = day_in_words(source.in_force_from)
    return f"{_DOCUMENTS.get(kind, kind)}, in force since {since}: {source.authority}"


def counting(steps: Iterable[Step]) -> list[Step]:
    """Take the steps that counted, a sum that two documents both make once."""
    found: dict[tuple[str, str], Step] = {}
    for step in steps:
        found.setdefault((step.rule, step.gave), step)
    return list(found.values())


def sentences(steps: Iterable[Step], titles: Mapping[str, str]) -> Iterator[str]:
    """Tell a whole working: each rule that counted in its order, then where they are published."""
    found = counting(steps)
    if not found:
        yield "No published table was used."
        return
    yield from (f"- {told(step, titles)}" for step in found)
    yield "You find them in:"
    yield from sorted({f"- {place_of(step.source)}" for step in found})


def rows_of(steps: Iterable[Step], titles: Mapping[str, str]) -> tuple[WorkingRow, ...]:
    """Every step as a row, in the order in which the rules were applied."""
    return tuple(
        WorkingRow(
            rule=step.rule,
            sentence=step.says,
            read=tuple(_read(fact, seen, titles) for fact, seen in step.read.items()),
            gave=in_titles(step.gave, titles),
            policy=step.source.policy,
            since=step.source.in_force_from,
            authority=step.source.authority,
            version=step.source.version[:_SHORT_HASH],
        )
        for step in steps
    )


def as_table(rows: Iterable[WorkingRow]) -> str:
    """Write rows as a table in plain text, long cells folded within their column."""
    lines = [*_line({name: (name,) for name in _WIDTHS}), _rule()]
    for row in rows:
        source = f"{row.policy} since {row.since} ({row.version}): {row.authority}"
        lines += _line(
            {
                "rule": (row.rule,),
                "sentence": (row.sentence,),
                "read": row.read,
                "gave": (row.gave,),
                "source": (source,),
            }
        )
        lines.append(_rule())
    return "\n".join(lines)


def _line(cells: Mapping[str, tuple[str, ...]]) -> list[str]:
    folded = [
        [part for text in cells[name] for part in textwrap.wrap(text, width)]
        for name, width in _WIDTHS.items()
    ]
    tall = max(map(len, folded))
    return [
        "  ".join(
            (cell[place] if place < len(cell) else "").ljust(width)
            for cell, width in zip(folded, _WIDTHS.values(), strict=True)
        ).rstrip()
        for place in range(tall)
    ]


def _rule() -> str:
    return "  ".join("-" * width for width in _WIDTHS.values())


def _read(fact: str, seen: str, titles: Mapping[str, str]) -> str:
    """Write what was read, such as ``level of Hearing: 3`` or ``tier: Exceptional``."""
    code = fact.removeprefix(_LEVEL_OF)
    if code != fact:
        return f"{_LEVEL_OF}{titles.get(code, code)}: {seen}"
    value = titles.get(seen, seen) if fact in {"tier", "band"} else in_titles(seen, titles)
    return f"{fact.replace('_', ' ')}: {value}"


def _titled(found: re.Match[str], titles: Mapping[str, str]) -> str:
    figure, code, reached = found.groups()
    title = f"the {figure} “{titles.get(code, code)}”"
    return f"{title}, which reaches “{titles.get(reached, reached)}”" if reached else title
