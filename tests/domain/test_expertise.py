"""What schools are good at, as the council's own file says."""

from datetime import date

import pytest

from domain.cells import FileFaults, cells_of_csv
from domain.expertise import Expertise, read_expertise
from tests.domain.downloads import SINCE, faults

SCHOOLS = frozenset({"ashdown", "brook"})
HELD = Expertise(school="ashdown", expertise="asd", from_on=SINCE)


def read(*rows: str) -> tuple[Expertise, ...] | FileFaults:
    """A file of some rows, where one is on record."""
    heading = "school,expertise,from_on,until_on"
    cells = cells_of_csv("\n".join([heading, *rows]).encode())
    assert not isinstance(cells, FileFaults)
    return read_expertise(cells, SCHOOLS, (HELD,))


def test_what_is_on_record_may_be_told_again_or_ended() -> None:
    """A row is a school, a code and the days between which it holds."""
    found = read(
        "ashdown,asd,2026-09-01,2027-09-01", "brook,asd,2026-09-01,", "brook,hi,2026-09-01,"
    )
    assert not isinstance(found, FileFaults)
    assert found[0].until_on == date(2027, 9, 1)
    assert found[1:] == (
        Expertise(school="brook", expertise="asd", from_on=SINCE),
        Expertise(school="brook", expertise="hi", from_on=SINCE),
    )


@pytest.mark.promise(13)
def test_every_fault_is_listed() -> None:
    """Schools nobody knows, codes that are none, days out of order, the same twice."""
    found = read(
        "crane,A S D,,",
        "brook,hi,2026-09-01,2026-09-01",
        "brook,vi,2026-09-01,",
        "brook,vi,2027-09-01,",
        "ashdown,asd,2026-10-01,",
    )
    assert faults(found) == [
        (2, "school"),
        (2, "expertise"),
        (2, "from_on"),
        (3, "until_on"),
        (5, "expertise"),
        (6, "expertise"),
    ]
