"""How a letter tells the rules that counted, and what it leaves to each family.

How one step is told is in ``explaining``; what else a letter says is in ``letter``.
"""

from collections.abc import Iterable, Iterator, Mapping

from domain.explaining import counting, place_of, told, whole_pounds
from domain.working import Step


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
    counted = counting(
        step for step in working if tariff_decided or not step.source.policy.startswith("tariff/")
    )
    steps = [step for step in counted if not for_several or _is_of_all(step, counted)]
    if not steps:
        yield "No published table was used."
        return
    yield "Our rules are published. These are the ones that counted here:"
    yield from (f"- {told(step, titles)}" for step in steps)
    if not tariff_decided:
        yield "- A place that schools share comes before money, so no amount was worked out for it."
    if by_the_rules_pence is not None:
        yield (
            f"By the rules alone it would be {whole_pounds(by_the_rules_pence)} a year."
            " The rules guide and people decide: why we departed from them is said above."
        )
    if len(steps) < len(counted):
        yield "What differs from pupil to pupil is not set out: ask us about your own child."
    yield "You can read them in:"
    yield from sorted({f"- {place_of(step.source)}" for step in steps})


def _is_of_all(step: Step, steps: Iterable[Step]) -> bool:
    """Whether a step came out alike for all: another tells a family of somebody else's child.

    What the law owes is owed by the plan of one child.
    """
    same = [each for each in steps if (each.source, each.rule) == (step.source, step.rule)]
    return len(same) == 1 and step.source.policy != "law"
