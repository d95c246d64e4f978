"""How a letter tells the rules that counted: published sentences, titles for codes, and sources.

What else a letter says is in ``letter``.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

from pydantic import Field

from domain.frozen import Frozen
from domain.money import pounds
from domain.request import Pence
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


class RulesTold(Frozen):
    """The working behind a decision, with the council's titles for the codes in it."""

    steps: tuple[Step, ...] = ()
    titles: dict[str, str] = Field(default_factory=dict)
    """Titles of tiers, bands and areas of need, by code."""
    amounts_count: bool = True
    """Whether the table of amounts decided: it does not where a place was found instead."""
    by_the_rules_pence: Pence | None = None
    """What the rules alone came to a year, pence, where the officer departed from it."""


def rules_in_words(rules: RulesTold, *, for_several: bool) -> Iterator[str]:
    """Tell each rule with what it gave here; what differs between pupils is left to each family."""
    steps = _told(rules, for_several=for_several)
    if not steps:
        yield "No published table was used."
        return
    yield "Our rules are published. These are the ones that counted here:"
    for step in steps:
        yield f"- {step.says}{_gave(step, rules.titles)}"
    if not rules.amounts_count:
        yield "- A place that schools share comes before money, so no amount was worked out for it."
    if rules.by_the_rules_pence is not None:
        yield (
            f"By the rules alone it would be {whole_pounds(rules.by_the_rules_pence)} a year."
            " The rules guide and people decide: why we departed from them is said above."
        )
    if len(steps) < len(_counting(rules)):
        yield "What differs from pupil to pupil is not set out: ask us about your own child."
    yield "You find them in:"
    yield from sorted({f"- {_place(step.source)}" for step in steps})


def whole_pounds(pence: int) -> str:
    """Write an amount as a letter does: without pence where there are none.

    >>> whole_pounds(497400), whole_pounds(412910)
    ('£4,974', '£4,129.10')
    """
    return pounds(pence).removesuffix(".00")


def _counting(rules: RulesTold) -> list[Step]:
    """Take the steps that counted, a sum that two documents both make once."""
    found: dict[tuple[str, str], Step] = {}
    for step in rules.steps:
        if rules.amounts_count or not step.source.policy.startswith("tariff/"):
            found.setdefault((step.rule, step.gave), step)
    return list(found.values())


def _told(rules: RulesTold, *, for_several: bool) -> list[Step]:
    """Leave out what would tell one family of another's child: amounts of one pupil or one plan."""
    counting = _counting(rules)
    if not for_several:
        return counting
    alike: dict[tuple[str, str], int] = defaultdict(int)
    for step in counting:
        alike[step.source.policy, step.rule] += 1
    return [
        step
        for step in counting
        if alike[step.source.policy, step.rule] == 1 and step.source.policy != "law"
    ]


def _gave(step: Step, titles: dict[str, str]) -> str:
    """Say what a step gave, in titles; that it went to a person is told with the reason."""
    if _TO_A_PERSON in step.gave:
        return ""
    gave = _WHOLE.sub(r"\1", _CODED.sub(lambda found: _titled(found, titles), step.gave))
    levels = ", ".join(
        f"{titles[key.removeprefix(_LEVEL_OF)]} {level}"
        for key, level in step.read.items()
        if key.startswith(_LEVEL_OF) and key.removeprefix(_LEVEL_OF) in titles
    )
    return f" Here: {gave}, for these levels: {levels}." if levels else f" Here: {gave}."


def _titled(found: re.Match[str], titles: dict[str, str]) -> str:
    figure, code, reached = found.groups()
    title = f"{figure} “{titles.get(code, code)}”"
    return f"{title}, which reaches “{titles.get(reached, reached)}”" if reached else title


def _place(source: Source) -> str:
    """Say where a rule is published, since when and by whose authority."""
    kind = source.policy.partition("/")[0]
    since = f"{source.in_force_from.day} {source.in_force_from:%B %Y}"
    return f"{_DOCUMENTS.get(kind, kind)}, in force since {since}: {source.authority}"
