"""More need that pays less, found by running the pack itself: rise after rise of one thing alone.

Tables are compared row by row elsewhere; what only shows where steps and tiers meet is found here.
The cases are made from the pack, in the same order every time, and are only so many.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from domain.case import Case
from domain.continuum import Placing, place
from domain.money import pounds
from domain.policy.costing import CostedProvision
from domain.policy.found import Found, own_days
from domain.policy.ladders import Facts, Ladder, Rung, contexts_of, in_words, ladders_of
from domain.policy.schemes import Continuum, Route, Tariff
from domain.refusals import Refusal
from domain.tariff import price

MOST_TRIED = 3_000
"""How often a pack is evaluated by its check, all its versions together."""
MOST_SAID = 5
"""How many falls of one kind are told: the first shows what is wrong."""
MOST_DAYS_TRIED = 3
SAMPLES = 6
"""How many cases show whether anything is priced in a context."""


@dataclass(frozen=True)
class Came:
    """What a case came to: where it stands, and what it is paid by a rule and not by a person."""

    tier: str
    tier_step: str
    annual_pence: int | None = None
    amount_step: str = ""
    by_cost: bool = False
    """Whether the provision map was costed for it, so that the amount follows what was asked."""


@dataclass
class Trial:
    """One continuum with one tariff on one day, and how many evaluations are left for them."""

    continuum: Continuum
    tariff: Tariff
    day: date
    left: int
    costing: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.costing = frozenset(
            rule.id for rule in self.tariff.rules if isinstance(rule, CostedProvision)
        )

    def came(self, facts: Facts) -> Came | None:
        """Place and price a case; nothing where no rule places it."""
        self.left -= 1
        case = Case.model_validate({"day": self.day, **facts}, strict=False)
        try:
            placing = place(case, self.continuum)
        except Refusal:
            return None
        if placing.to_a_person:
            return None
        tier_step = _last(placing)
        if placing.route is Route.BELOW:
            return Came(placing.tier, tier_step, 0)
        priced = price(case, placing.tier, self.tariff)
        steps = [step.rule for step in priced.working.steps]
        by_cost = not self.costing.isdisjoint(steps)
        return Came(placing.tier, tier_step, priced.annual_pence, "".join(steps[-1:]), by_cost)


def faults_of_rises(
    continuum: Continuum, tariff: Tariff, day: date, most: int
) -> Iterator[tuple[str, Found]]:
    """Say which rises of need lower the tier or the amount: the kind of document, and the fault."""
    days = [day, *(each for each in own_days((continuum, tariff)) if each > day)]
    tried = days[:MOST_DAYS_TRIED]
    for each in tried:
        yield from _falls(Trial(continuum, tariff, each, most // len(tried)))


def _falls(trial: Trial) -> Iterator[tuple[str, Found]]:
    said: Counter[tuple[str, str, str]] = Counter()
    for ladder, context in _in_turn(trial):
        if len(ladder.rungs) > trial.left:
            return
        came = [
            (rung, found)
            for rung in ladder.rungs
            if (found := trial.came({**context, **ladder.beside, **rung.facts}))
        ]
        priced = [(rung, found) for rung, found in came if found.annual_pence is not None]
        for (low, less), (high, more) in (*pairwise(came), *pairwise(priced)):
            for kind, step, says in _compared(trial, less, more):
                said[kind, less.tier, more.tier] += 1
                if said[kind, less.tier, more.tier] <= MOST_SAID:
                    rise = f"{ladder.what} from {low.label} to {high.label} {says}"
                    yield kind, _found(step, rise, _whose({**context, **ladder.beside}, high))


def _whose(facts: Facts, rung: Rung) -> str:
    """Tell the case beside what was raised in it."""
    raised = rung.facts.keys() - {"levels"}
    return in_words({name: value for name, value in facts.items() if name not in raised})


def _compared(trial: Trial, less: Came, more: Came) -> Iterator[tuple[str, str, str]]:
    order = trial.continuum.scale.tiers
    if order.index(more.tier) < order.index(less.tier):
        yield "continuum", more.tier_step, f"lowers the tier from {less.tier} to {more.tier}"
    if less.annual_pence is None or more.annual_pence is None:
        return
    # What a costed tier pays follows the hours that were asked for and not the need alone: it is
    # not held against the table of the next tier.
    alike = more.by_cost or not less.by_cost
    if alike and more.annual_pence < less.annual_pence:
        amounts = f"{pounds(less.annual_pence)} to {pounds(more.annual_pence)}"
        step = more.amount_step or more.tier_step
        kind = "tariff" if more.amount_step else "continuum"
        yield kind, step, f"lowers the amount from {amounts} a year"


def _found(step: str, says: str, whose: str) -> Found:
    return Found(
        f"step {step}",
        f"pays less for more need: {says} ({whose})",
        "Check the amounts and thresholds on both sides against the publication.",
    )


def _in_turn(trial: Trial) -> Iterator[tuple[Ladder, Facts]]:
    """Go through all ladders, each in another context, before any is climbed in a second one."""
    ladders = tuple(_affordable(ladders_of(trial.continuum, trial.tariff), trial.left))
    contexts = tuple(_live(trial, ladders))
    for turn in range(len(contexts)):
        for number, ladder in enumerate(ladders):
            yield ladder, contexts[(number + turn) % len(contexts)]


def _affordable(ladders: Iterable[Ladder], left: int) -> Iterator[Ladder]:
    """Take the ladders that can all be climbed once: no more of them are even made."""
    for ladder in ladders:
        left -= len(ladder.rungs)
        if left < 0:
            return
        if ladder.rungs:
            yield ladder


def _live(trial: Trial, ladders: Sequence[Ladder]) -> Iterator[Facts]:
    """Leave out circumstances in which a person prices everything: nothing can be compared."""
    some = ladders[:: max(1, len(ladders) // SAMPLES)]
    for context in contexts_of(trial.continuum, trial.tariff):
        for ladder in some:
            rung = ladder.rungs[len(ladder.rungs) // 2]
            found = trial.came({**context, **ladder.beside, **rung.facts})
            if found is not None and found.annual_pence is not None:
                yield context
                break


def _last(placing: Placing) -> str:
    return placing.working.steps[-1].rule
