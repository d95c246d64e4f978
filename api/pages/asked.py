"""What the address of a page asks for: a day, an academic year; read kindly, and told where wrong.

A day is three boxes, as in every form, or `NAME=2026-10-05` in a link.
"""

from collections.abc import Mapping
from datetime import date

from api.pages.forms import Fault, Field, Form, body_of
from domain.periods import academic_year, academic_year_begins

YEARS_BACK = 5


def day_asked(of: Field, query: Mapping[str, str]) -> tuple[date | None, tuple[Fault, ...]]:
    """Read the day that a field of an address names; nothing where it names none.

    >>> when = Field("on", "Day", Kind.DAY)
    >>> day_asked(when, {"on": "2026-10-05"})
    (datetime.date(2026, 10, 5), ())
    >>> day_asked(when, {"on-day": "31", "on-month": "2", "on-year": "2027"})[1][0]["text"]
    'Day must be a day that exists, like 27 3 2027'
    """
    typed = {name: value.strip() for name, value in query.items()}
    said, faults = typed.get(of.name, ""), tuple[Fault, ...]()
    if not said:
        body, faults = body_of(Form("", "", (of,), ("", "")), typed)
        said = body.get(of.name, "")
    if faults or not said:
        return None, faults
    try:
        return date.fromisoformat(said), ()
    except ValueError:
        says = f"{of.label} must be a day that exists, like 27 3 2027"
        return None, ({"text": says, "href": f"#{of.first}"},)


def as_typed(of: Field, day: date) -> dict[str, str]:
    """What the boxes of a day hold, to be shown again."""
    parts = (day.day, day.month, day.year)
    return dict(zip(of.names(), map(str, parts), strict=True))


def year_in_words(year: int) -> str:
    """Write an academic year.

    >>> year_in_words(2026)
    '2026 to 2027'
    """
    return f"{year} to {year + 1}"


def years_to_choose(day: date) -> dict[int, str]:
    """The academic years of a list, this one first."""
    this = academic_year(day)
    return {year: year_in_words(year) for year in range(this, this - YEARS_BACK, -1)}


def span_of(year: int) -> tuple[date, date]:
    """The first day of an academic year, and the first that is no longer of it."""
    return academic_year_begins(year), academic_year_begins(year + 1)
