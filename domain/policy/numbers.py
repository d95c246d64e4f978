"""Which numbers a policy file may hold: such as can be written out, and money to the penny."""

import re
from decimal import Decimal

MOST_DIGITS = 18
"""The most digits on either side of a number's point."""

_POUNDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")


def is_of_this_world(value: object) -> bool:
    """Whether a number can be written out: an exponent of a million is three bytes in a file."""
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        return isinstance(exponent, int) and abs(exponent) <= MOST_DIGITS
    return not isinstance(value, int) or abs(value) < 10**MOST_DIGITS


def pence_of(pounds: object) -> int | None:
    """Give whole pence, exactly, or nothing where it is no amount of pounds and pence.

    >>> pence_of(Decimal("125.50")), pence_of(Decimal("0.005")), pence_of("753")
    (12550, None, 75300)
    """
    if isinstance(pounds, bool) or not isinstance(pounds, int | Decimal | str):
        return None
    return int(Decimal(str(pounds)) * 100) if _POUNDS.fullmatch(str(pounds)) else None
