"""Random histories of awards through the real ledger, against a plain recomputation by the day."""

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any
from uuid import UUID

from domain.periods import academic_year, academic_year_begins
from domain.refusals import NotValid
from tests.activities.by_hand import ByHand
from tests.activities.changed_awards import BEGINS, ENDS, ChangedAwards

ANNUAL_PENCE = 312_000
GIVEN_PENCE = 259_003
SEED = 251


def test_random_histories_come_to_what_a_plain_recomputation_says(hand: ByHand) -> None:
    """A year of payments and changes on several awards at once: paid and due are exact each time.

    The recomputation goes day by day and knows nothing of adjustments; the ledger is the real one.
    """
    chance = Random(SEED)  # noqa: S311  the same histories each time
    awards = ChangedAwards(hand)
    held = [awards.awarded(number=number) for number in (0, 2, 3, 4)]
    said: dict[UUID, list[dict[str, Any]]] = {award_id: [] for award_id in held}
    for month in range(15):
        today = date(2026, 11, 3) + timedelta(days=29 * month + chance.randrange(20))
        awards.comes(today)
        for award_id in held:
            if chance.random() < 0.7:
                awards.pays_until(award_id, today)
            change = _any_change(chance)
            if chance.random() < 0.5 and _fits(awards, award_id, change):
                said[award_id].append(change)
            assert awards.paid(award_id) + awards.due(award_id) == _plainly(said[award_id])
    assert sum(map(len, said.values())) > 10
    assert awards.committed() == sum(awards.due(award_id) for award_id in held)
    assert awards.is_sound()


def _fits(awards: ChangedAwards, award_id: UUID, change: dict[str, Any]) -> bool:
    """Whether a change could be recorded; then it is done."""
    try:
        outcome = awards.changes(award_id, officer="head-of-sen", **change)
    except NotValid:
        return False
    assert outcome.done, awards.money.refusal(outcome)
    return True


def _any_change(chance: Random) -> dict[str, Any]:
    day = date(2026, 9, 15) + timedelta(days=chance.randrange(350))
    amount = {"from_on": day, "annual_pence": chance.randrange(600_000)}
    until_on = day + timedelta(days=chance.randrange(1, 60))
    earlier = date(2026, 9, 1) + timedelta(days=chance.randrange(70))
    return chance.choice(
        (
            {"kind": "leaver", "last_on": day},
            {"kind": "late_start", "from_on": earlier},
            {"kind": "changed_amount", **amount},
            {"kind": "changed_amount", **amount},
            {"kind": "suspended", "from_on": day, "until_on": until_on},
        )
    )


def _plainly(changes: list[dict[str, Any]]) -> int:
    """Add the award up from its days, one by one, and round each academic year once."""
    if not changes:
        return GIVEN_PENCE
    years: dict[int, Fraction] = {}
    for day in _days(date(2026, 9, 1), ENDS):
        year = academic_year(day)
        whole = (academic_year_begins(year + 1) - academic_year_begins(year)).days
        years[year] = years.get(year, Fraction(0)) + Fraction(_on(day, changes), whole)
    return sum(int(pence + Fraction(1, 2)) for pence in years.values())


def _on(day: date, changes: list[dict[str, Any]]) -> int:
    """The amount a year in force on one day, by everything that was said in order."""
    begins, ends, pence, held = BEGINS, ENDS, ANNUAL_PENCE, False
    for change in changes:
        if change["kind"] == "late_start":
            begins = change["from_on"]
        elif change["kind"] == "leaver":
            ends = change["last_on"] + timedelta(days=1)
        elif change["kind"] == "changed_amount":
            pence = change["annual_pence"] if day >= change["from_on"] else pence
        else:
            held = held or change["from_on"] <= day < change["until_on"]
    return pence if begins <= day < ends and not held else 0


def _days(first: date, end: date) -> Iterator[date]:
    while first < end:
        yield first
        first += timedelta(days=1)
