"""What every domain type shares: what is stated stays, and what follows from it is its own."""

from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from domain.frozen import Frozen
from domain.policy.matching import Range


class Doubled(Frozen):
    """A number with what follows from it."""

    number: int

    @cached_property
    def twice(self) -> int:
        """Worked out once and kept."""
        return self.number * 2


def test_a_copy_that_says_otherwise_works_out_anew_what_follows() -> None:
    """A kept figure of the one is not the other's."""
    one = Doubled(number=3)
    assert one.twice == 6
    assert one.model_copy(update={"number": 5}).twice == 10
    assert one.twice == 6


def test_what_was_worked_out_is_no_part_of_what_is_stated() -> None:
    """It is neither written out nor compared."""
    one, other = Doubled(number=3), Doubled(number=3)
    assert one.twice == 6
    assert one == other
    assert one.model_dump() == {"number": 3}
    assert one.model_copy() == other


def test_a_range_that_is_copied_with_another_bound_holds_other_numbers() -> None:
    """Its bounds are kept as exact numbers, and they are the copy's own."""
    low = Range(at_least=Decimal(1), at_most=Decimal(2))
    assert (low.lowest, low.highest) == (Fraction(1), Fraction(2))
    high = low.model_copy(update={"at_most": Decimal(9)})
    assert (high.lowest, high.highest) == (Fraction(1), Fraction(9))
