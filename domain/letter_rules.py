"""How a letter tells the rules that counted: published sentences, titles for codes, and sources.

What else a letter says is in ``letter``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

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


def rules_in_words(
    working: tuple[Step, ...],
    titles: Mapping[str, str],
    by_the_rules_pence: int | None,
    *,
    tariff_decided: bool,
    for_several: bool,
) -> Iterator[str]:
    """Tell each rule with what it gave here; what differs between pupils is left to each family.

    A place found instead of money leaves the tariff's steps out; a departure from what the rules
    alone came to (pence a year) is said.
    """
    counting = _counting(working, tariff_decided=tariff_decided)
    steps = [step for step in counting if not for_several or _is_of_all(step, counting)]
    if not steps:
        yield "No published table was used."
        return
    yield "Our rules are published. These are the ones that counted here:"
    for step in steps:
        yield f"- {step.says}{_gave(step, titles)}"
    if not tariff_decided:
        yield "- A place that schools share comes before money, so no amount was worked out for it."
    if by_the_rules_pence is not None:
        yield (
            f"By the rules alone it would be {whole_pounds(by_the_rules_pence)} a year."
            " The rules guide and people decide: why we departed from them is said above."
        )
    if len(steps) < len(counting):
        yield "What differs from pupil to pupil is not set out: ask us about your own child."
    yield "You find them in:"
    yield from sorted({f"- {_place(step.source)}" for step in steps})


def whole_pounds(pence: int) -> str:
    """Write an amount as a letter does: without pence where there are none.

    >>> whole_pounds(497400), whole_pounds(412910)
    ('£4,974', '£4,129.10')
    """
    return pounds(pence).removesuffix(".00")


def _counting(working: Iterable[Step], *, tariff_decided: bool) -> list[Step]:
    """Take the steps that counted, a sum that two documents both make once."""
    found: dict[tuple[str, str], Step] = {}
    for step in working:
        if tariff_decided or not step.source.policy.startswith("tariff/"):
            found.setdefault((step.rule, step.gave), step)
    return list(found.values())


def _is_of_all(step: Step, steps: Iterable[Step]) -> bool:
    """Whether a step came out alike for all: another tells a family of somebody else's child.

    What the law owes is owed by the plan of one child.
    """
    same = [each for each in steps if (each.source, each.rule) == (step.source, step.rule)]
    return len(same) == 1 and step.source.policy != "law"


def _gave(step: Step, titles: Mapping[str, str]) -> str:
    """Say what a step gave, in titles; that it went to a person is told with the reason."""
    if _TO_A_PERSON in step.gave:
        return ""
    gave = _WHOLE.sub(r"\1", _CODED.sub(lambda found: _titled(found, titles), step.gave))
    levels = ", ".join(
        f"{title} {step.read[_LEVEL_OF + code]}"
        for code, title in titles.items()
        if _LEVEL_OF + code in step.read
    )
    return f" Here: {gave}, for these levels: {levels}." if levels else f" Here: {gave}."


def _titled(found: re.Match[str], titles: Mapping[str, str]) -> str:
    figure, code, reached = found.groups()
    title = f"the {figure} “{titles.get(code, code)}”"
    return f"{title}, which reaches “{titles.get(reached, reached)}”" if reached else title


def _place(source: Source) -> str:
    """Say where a rule is published, since when and by whose authority."""
    kind = source.policy.partition("/")[0]
    since = f"{source.in_force_from.day} {source.in_force_from:%B %Y}"
    return f"{_DOCUMENTS.get(kind, kind)}, in force since {since}: {source.authority}"
