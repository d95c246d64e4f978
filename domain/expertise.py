"""What schools have expertise in, as a council's own file says beside the register."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import date

from domain.cells import CellFault, Cells, FileFaults, in_order, rows_under
from domain.frozen import Frozen

EXPERTISE_HEADINGS = ("school", "expertise", "from_on", "until_on")


class Expertise(Frozen):
    """Something a school is good at and others of its cluster may ask for, between two days."""

    school: str
    expertise: str
    from_on: date
    until_on: date | None = None

    def overlaps(self, other: "Expertise") -> bool:
        """Whether both say the same of the same school on some day."""
        ends, begins = self.until_on or date.max, other.until_on or date.max
        same = (self.school, self.expertise) == (other.school, other.expertise)
        return same and self.from_on < begins and other.from_on < ends

    def is_row(self, other: "Expertise") -> bool:
        """Whether this is the other, with its end as it was or now given."""
        return self.from_on == other.from_on and other.until_on in (None, self.until_on)


def read_expertise(
    cells: Cells, schools: AbstractSet[str], held: Sequence[Expertise]
) -> tuple[Expertise, ...] | FileFaults:
    """Read the file, or list every fault of it; what is on record may be given its end, no more."""
    faults: list[CellFault] = []
    found: list[Expertise] = []
    for row in rows_under(cells, EXPERTISE_HEADINGS, faults):
        school = row.known("school", schools, "Write the school's code here.")
        code = row.matching("expertise", r"[a-z0-9][a-z0-9_.:-]{0,63}", "Write a code, as asd.")
        from_on = row.day("from_on")
        until_on = row.day("until_on") if row.text("until_on") else None
        if from_on and until_on and until_on <= from_on:
            row.fault("until_on", "is not after from_on", "It is the first day without it.")
        if not school or not code or not from_on:
            continue
        read = Expertise(school=school, expertise=code, from_on=from_on, until_on=until_on)
        on_record = [each for each in held if read.overlaps(each) and not read.is_row(each)]
        if on_record or any(map(read.overlaps, found)):
            help_ = "Keep one row at a time; give what is on record as it is, with its end."
            row.fault("expertise", "is said of the school for these days already", help_)
        found.append(read)
    return in_order(faults) if faults else tuple(found)
