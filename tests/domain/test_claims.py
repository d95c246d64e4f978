"""What another council is asked for: days that became its own, and days that come back."""

from datetime import date

import pytest

from domain.adjusting import Claim, given_back
from domain.finance_acts import AwardChange, LateStart, Leaver, Transfer
from tests.domain.test_adjusting import history


@pytest.mark.parametrize(
    ("change", "pence"),
    [
        (Leaver(kind="leaver", last_on=date(2026, 12, 10)), 10 * 1000),
        (Leaver(kind="leaver", last_on=date(2027, 3, 31)), 30 * 1000),
        (Leaver(kind="leaver", last_on=date(2026, 11, 20)), 0),
        (Transfer(kind="transfer", from_on=date(2026, 12, 6), to_council="shire"), 5 * 1000),
        (Transfer(kind="transfer", from_on=date(2026, 12, 6), to_council="moors"), 30 * 1000),
        (LateStart(kind="late_start", from_on=date(2026, 8, 1)), 0),
    ],
)
def test_a_claim_goes_down_by_the_days_that_are_due_here_again(
    change: AwardChange, pence: int
) -> None:
    """Another council was asked for thirty days of December, at ten pounds each."""
    gone = Transfer(kind="transfer", from_on=date(2026, 12, 1), to_council="shire")
    claim = Claim(council="shire", from_on=date(2026, 12, 1), pence=30 * 1000)
    award = history().model_copy(update={"changes": (gone,)})
    assert given_back(award, change, claim) == pence
