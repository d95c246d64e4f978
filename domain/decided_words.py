"""What a pack makes of a case, as a person reads it: sentences that can be read aloud."""

from collections.abc import Iterator

from domain.deciding import Decided, YearPart
from domain.explaining import day_in_words, sentences, whole_pounds


def in_words(decided: Decided) -> Iterator[str]:
    """Say where the need stands, what it comes to and how that is paid, then every rule."""
    yield f"On the published scale this is “{decided.title}”: {decided.says}"
    if decided.band is not None:
        yield f"In the table of amounts that is “{decided.band_title or decided.band}”."
    yield from _amount(decided)
    if decided.services:
        yield f"The school can turn to: {'; '.join(decided.services)}."
    yield ""
    yield "The rules that counted here:"
    yield from sentences(decided.working, decided.titles)


def _amount(decided: Decided) -> Iterator[str]:
    if decided.to_a_person:
        because = (decided.because or "").replace("_", " ")
        yield f"No published table decides this, so a named officer does. {because}"
    elif not decided.annual_pence:
        yield "It brings no money."
    else:
        yield f"It comes to {whole_pounds(decided.annual_pence)} a year.{_paid(decided)}"
    if decided.annual_pence and decided.school_share_pence:
        yield (
            f"The support costs {whole_pounds(decided.gross_pence or 0)} a year;"
            f" the school meets {whole_pounds(decided.school_share_pence)} of it."
        )
    if len(decided.by_school) > 1:
        parts = (f"{school} {whole_pounds(p)}" for school, p in decided.by_school.items())
        yield f"By school: {', '.join(parts)}."


def _paid(decided: Decided) -> str:
    if len(decided.instalments) <= 1:
        return " It is paid as one sum."
    first, last = decided.instalments[0], decided.instalments[-1]
    size = f"{whole_pounds(first.pence)} each"
    if last.pence != first.pence:
        size = f"{whole_pounds(first.pence)} at first and {whole_pounds(last.pence)} at the end"
    return f" A year of it is paid in {len(decided.instalments)} instalments: {size}{_from(first)}."


def _from(first: YearPart) -> str:
    return f", from {day_in_words(first.due_on)}" if first.due_on else ""
