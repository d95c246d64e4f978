"""How sure a mean is: the interval around it, by Student's t, from the standard library alone.

What is measured, and what an interval is held against, belongs to whoever asks.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import atan, cos, pi, sin, sqrt
from statistics import fmean, stdev

from domain.frozen import Frozen

CONFIDENCE = 0.95
"""How often an interval made this way holds what it is to hold."""

_HALVINGS = 60
_HIGHEST_T = 13.0
"""A little above 12.706, the value with one degree of freedom, which is the greatest of all."""


class Interval(Frozen):
    """From where to where something lies, in the unit of what was measured: 95 times in 100."""

    low: float
    high: float

    def is_beyond(self, tolerance: float) -> bool:
        """Whether the whole interval lies outside ``-tolerance`` to ``+tolerance``.

        >>> Interval(low=0.3, high=0.9).is_beyond(0.25), Interval(low=0.2, high=2).is_beyond(0.25)
        (True, False)
        """
        return self.low > tolerance or self.high < -tolerance


def mean_interval(values: Sequence[float]) -> Interval | None:
    """Give the 95 % interval of a mean, in the unit of the values; none for fewer than two.

    Source: Student's t with one degree of freedom fewer than there are values.
    """
    if len(values) < 2:  # noqa: PLR2004 -- one value does not vary
        return None
    mean = fmean(values)
    reach = t_quantile(len(values) - 1) * stdev(values) / sqrt(len(values))
    return Interval(low=mean - reach, high=mean + reach)


@lru_cache(maxsize=1_024)
def t_quantile(degrees: int) -> float:
    """Give the t that 95 in 100 stay within, for so many degrees of freedom: at least one.

    >>> round(t_quantile(11), 3)
    2.201
    """
    low, high = 0.0, _HIGHEST_T
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _share_within(middle, degrees) < CONFIDENCE:
            low = middle
        else:
            high = middle
    return high


def _share_within(t: float, degrees: int) -> float:
    """Give the share of Student's t between -t and t, as a finite sum.

    Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
    """
    angle = atan(t / sqrt(degrees))
    odd = degrees % 2
    term, total = cos(angle) if odd else 1.0, 0.0
    for power in range(odd, degrees - 1, 2):
        total += term
        term *= cos(angle) ** 2 * (power + 1) / (power + 2)
    return 2 / pi * (angle + sin(angle) * total) if odd else sin(angle) * total
