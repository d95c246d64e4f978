"""Long lists, a few lines at a time: a page stays small, however much there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Query

SHOWN_AT_ONCE = 50
From = Annotated[int, Query(alias="from", ge=0, le=100_000)]
"""After how many lines of a list a page begins."""


@dataclass(frozen=True)
class Few:
    """Some lines of a list, and where the rest of it begins."""

    lines: Sequence[Any]
    first: int
    all: int
    at_once: int = SHOWN_AT_ONCE

    @property
    def before(self) -> int | None:
        """Where the lines before these begin, if there are any."""
        return max(self.first - self.at_once, 0) if self.first else None

    @property
    def after(self) -> int | None:
        """Where the lines after these begin, if there are any."""
        end = self.first + self.at_once
        return end if end < self.all else None


def few(lines: Sequence[Any], first: int) -> Few:
    """Take a few lines of a list.

    >>> found = few(range(120), 50)
    >>> found.lines, found.before, found.after
    (range(50, 100), 0, 100)
    """
    return Few(lines[first : first + SHOWN_AT_ONCE], first, len(lines))
