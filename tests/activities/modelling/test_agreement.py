"""Two evaluators, one answer: the columns agree with the scalar twin to the penny, or are wrong."""

from itertools import chain

import pytest

from activities.modelling import ModelCase, decide, frames_of
from domain.policy.pricing import AmountRow, Amounts
from domain.policy.schemes import Tariff
from domain.worked import read_worked
from tests.activities.modelling.agreeing import PACKS, Schemes, disagreements, pairs
from tests.generated_cases import generated
from tests.generated_packs import made_up

PAIRS = pairs()
DEMO = PAIRS["demo 2026-09-01"]
CASES, MADE_UP_PACKS, MADE_UP_CASES = 130, 64, 32
"""For each pair and seed; the benchmark of agreement takes a million."""


@pytest.mark.promise(2)
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("pair", PAIRS)
def test_every_pack_decides_alike_in_columns(pair: str, seed: int) -> None:
    """Tier, band, pence, school by school, refusals and values used are those of the scalar one."""
    assert disagreements(PAIRS[pair], generated(PAIRS[pair], seed, CASES)) == []


@pytest.mark.parametrize("eighth", range(8))
def test_every_form_in_any_combination_decides_alike(eighth: int) -> None:
    """Made-up packs meet the forms, days and exceptions in ways that no council has published."""
    found = chain.from_iterable(
        disagreements(made_up(seed), generated(made_up(seed), seed, MADE_UP_CASES))
        for seed in range(eighth, MADE_UP_PACKS, 8)
    )
    assert list(found) == []


@pytest.mark.parametrize("pack", sorted(folder.name for folder in PACKS.iterdir()))
def test_the_golden_cases_of_a_pack_decide_alike(pack: str) -> None:
    """What a council wrote beside its pack comes out of the columns too."""
    files = sorted((PACKS / pack / "cases").glob("*.toml"))
    worked = [each for file in files for each in read_worked(file.name, file.read_text())]
    cases = [ModelCase(number=place, case=each.case) for place, each in enumerate(worked)]
    assert cases
    for name, schemes in PAIRS.items():
        if name.startswith(f"{pack} "):
            assert disagreements(schemes, cases) == []


def test_a_penny_more_is_told_apart() -> None:
    """A comparison that finds nothing would prove nothing: one changed row is seen by both."""
    cases = list(generated(DEMO, 1, 400))
    dearer = (DEMO[0], a_penny_more(DEMO[1], "amount_by_band"))
    assert disagreements(dearer, cases) == []
    now, then = (
        decide(frames_of(cases), *schemes).cases["annual_pence"].to_list()
        for schemes in (DEMO, dearer)
    )
    more = [after - before for before, after in zip(now, then, strict=True) if before != after]
    assert more
    assert min(more) >= 1


def a_penny_more(tariff: Tariff, step: str) -> Tariff:
    """The same tariff with a penny more in every row of a table."""
    return tariff.model_copy(
        update={
            "steps": tuple(
                rule.model_copy(update={"rows": tuple(map(_dearer, rule.rows))})
                if isinstance(rule, Amounts) and rule.id == step
                else rule
                for rule in tariff.steps
            )
        }
    )


def _dearer(row: AmountRow) -> AmountRow:
    return row.model_copy(update={"amount_pence": (row.amount_pence or 0) + 1})


def test_what_was_made_up_meets_every_ending() -> None:
    """The made-up cases would prove little if all of them were refused, or none."""
    endings = {"priced": 0, "to a person": 0, "refused": 0, "singly": 0}
    for seed in range(12):
        schemes: Schemes = made_up(seed)
        answers = decide(frames_of(generated(schemes, seed, MADE_UP_CASES)), *schemes)
        endings["priced"] += answers.cases["annual_pence"].count()
        endings["to a person"] += answers.cases["to_a_person"].to_list().count(True)
        endings["refused"] += answers.cases["refused"].count()
        endings["singly"] += len(answers.one_by_one)
    assert min(endings["priced"], endings["to a person"], endings["refused"]) > MADE_UP_CASES
    assert endings["singly"] < MADE_UP_CASES
