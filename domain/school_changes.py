"""What a download of the register changes: rows that end and begin by date, never a past one.

A school keeps its code for ever: when it becomes an academy its URN changes, and it is still the
school that its requests and awards name. Clusters are not in the register: a file of ours has them.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from pydantic import Field

from domain.cells import CellFault, Cells, FileFaults, in_order, rows_under
from domain.frozen import Frozen
from domain.gias import Download, Establishment, SchoolFacts, TrustListed
from domain.places import PayeeKind

PLACE_HEADINGS = ("urn", "school", "cluster", "from_on")
_REGISTER = "EstablishmentName"


class Registered(Frozen):
    """A school as the record has it last: what it is, and where it belongs, each since a day."""

    code: str
    facts: SchoolFacts
    facts_from_on: date
    trust: str | None = None
    trust_from_on: date | None = None
    cluster: str | None = None
    cluster_from_on: date | None = None
    expertise: frozenset[str] = frozenset()
    """As the register said, not what the council adds."""
    has_ended: bool = False


class Known(Frozen):
    """What the record knows before a download is read."""

    schools: tuple[Registered, ...] = ()
    trusts: dict[str, str] = Field(default_factory=dict)
    """Name of each trust by its code."""
    clusters: frozenset[str] = frozenset()


class Placed(Frozen):
    """A row of the file of clusters: which school belongs to which cluster, from which day on."""

    row: int
    urn: str
    school: str
    cluster: str
    from_on: date


class Changed(StrEnum):
    """What of a school changes."""

    SCHOOL = "school"
    FACTS = "facts"
    TRUST = "trust"
    CLUSTER = "cluster"
    EXPERTISE_BEGINS = "expertise_begins"
    EXPERTISE_ENDS = "expertise_ends"
    ENDED = "ended"


class SchoolChange(Frozen):
    """One thing that is otherwise from a day on."""

    school: str
    what: Changed
    from_on: date
    says: str
    facts: SchoolFacts | None = None
    """Of a new school, and of one that is something else now."""
    to: str | None = None
    """The trust, cluster or need; none where a school leaves its trust."""


class SchoolPlan(Frozen):
    """All that a download changes, in the order in which it is written."""

    trusts: tuple[TrustListed, ...]
    """New ones, and those that have another name now."""
    changes: tuple[SchoolChange, ...]
    notices: tuple[str, ...]
    """What stays as it is and somebody should know."""


class _Match(NamedTuple):
    """An establishment with the school it is here; without one it is new."""

    here: Establishment
    code: str
    known: Registered | None


def read_places(cells: Cells) -> tuple[Placed, ...] | FileFaults:
    """Read the file of clusters; a row names a school by its URN, by its code here, or by both."""
    faults: list[CellFault] = []
    placed = []
    for row in rows_under(cells, PLACE_HEADINGS, faults):
        urn = row.matching("urn", r"[0-9]{6}|", "A URN has six digits.")
        code = row.matching("school", r"[a-z0-9][a-z0-9_.:-]{0,63}|", "Write its code here.")
        cluster = row.matching("cluster", r"[a-z0-9][a-z0-9_.:-]{0,63}", "Write its code.")
        from_on = row.day("from_on")
        if urn == code == "":
            row.fault("urn", "is empty, and school too", "Write one of them.")
        if urn is not None and code is not None and cluster and from_on:
            at = Placed(row=row.number, urn=urn, school=code, cluster=cluster, from_on=from_on)
            placed.append(at)
    return in_order(faults) if faults else tuple(placed)


def plan(
    known: Known, download: Download, places: Sequence[Placed], on: date
) -> SchoolPlan | FileFaults:
    """Say what a download of a day changes, or every fault of it and of the file of clusters."""
    return _Planning(known, download, places, on).plan()


class _Planning:
    """A download held against the record."""

    def __init__(
        self, known: Known, download: Download, places: Sequence[Placed], on: date
    ) -> None:
        self.known = known
        self.download = download
        self.places = places
        self.on = on
        self.faults: list[CellFault] = []
        self.notices: list[str] = []
        self.registered = {each.code: each for each in known.schools}
        self.codes = {each.facts.urn: each.code for each in known.schools if each.facts.urn}
        self.trust_codes = {name.casefold(): code for code, name in known.trusts.items()}

    def plan(self) -> SchoolPlan | FileFaults:
        given = {place.urn: place.school for place in self.places if place.urn and place.school}
        matches = list(self._matches(given))
        placed = self._placed({each.here.facts.urn: each.code for each in matches})
        changes = [change for each in matches for change in self._of(each, placed)]
        seen = {each.code for each in matches}
        changes += self._moves_of_others(placed, seen)
        changes += self._endings(seen)
        if self.faults:
            return in_order(self.faults)
        counted = sorted(self.download.left_out.items())
        self.notices += [f"left out: {count} of type {name}" for name, count in counted]
        return SchoolPlan(
            trusts=tuple(self._trusts(matches)),
            changes=tuple(changes),
            notices=tuple(self.notices),
        )

    def _matches(self, given: Mapping[str, str]) -> Iterator[_Match]:
        """Find which school here each one is; one that invoices counts where a file names it."""
        named = {place.urn for place in self.places}
        numbers = {each.number for each in self.download.schools if each.is_open}
        rows: dict[str, int] = {}
        for here in self.download.schools:
            urn = here.facts.urn or ""
            code = given.get(urn) or self.codes.get(urn) or here.number
            known = self.registered.get(code)
            if known is None and here.facts.payee_kind is PayeeKind.PROVIDER and urn not in named:
                continue
            if not here.is_open and (here.number in numbers or (known and known.facts.urn != urn)):
                self.notices.append(f"{code}: becomes {here.facts.name} when that opens")
                continue
            if code in rows:
                help_ = "Give each a code of its own in the file of clusters."
                self._fault(here.row, "URN", f"would be {code}, as row {rows[code]}", help_)
            rows.setdefault(code, here.row)
            yield _Match(here, code, known)

    def _placed(self, codes: Mapping[str | None, str]) -> dict[str, Placed]:
        """Put the file of clusters under the schools it speaks of, with every fault of it."""
        placed: dict[str, Placed] = {}
        for place in self.places:
            code = place.school or codes.get(place.urn) or self.codes.get(place.urn, "")
            if place.cluster not in self.known.clusters:
                self._fault_of_place(
                    place, "cluster", "is not known here", "Load the cluster first."
                )
            if code not in self.registered and code not in codes.values():
                column = "urn" if place.urn else "school"
                help_ = "Name an open school of the council, by its URN or its code here."
                self._fault_of_place(place, column, "is no school of the download", help_)
            elif code in placed:
                help_ = f"It stands in row {placed[code].row} too: keep one of them."
                self._fault_of_place(place, "school", "is there twice", help_)
            placed.setdefault(code, place)
        return placed

    def _of(self, match: _Match, placed: Mapping[str, Placed]) -> Iterator[SchoolChange]:
        place = placed.get(match.code)
        if match.known is None or match.known.has_ended:
            yield from self._begins(match, place)
            return
        yield from self._differs(match, match.known)
        if place is not None:
            yield from self._moves(match.known, place)

    def _begins(self, match: _Match, place: Placed | None) -> Iterator[SchoolChange]:
        here, code = match.here, match.code
        on = self.on if place is None else place.from_on
        if here.opens_on is not None and not here.is_open:
            on = max(on, here.opens_on)
        if match.known is not None and on <= match.known.facts_from_on:
            self._fault(here.row, _REGISTER, "was here until after that day", "Say a later day.")
        says = f"{code}: {here.facts.name} is new from {on}"
        yield SchoolChange(
            school=code, what=Changed.SCHOOL, from_on=on, says=says, facts=here.facts
        )
        if here.trust is not None:
            yield self._changed(code, Changed.TRUST, on, self._trust_code(here.trust))
        if place is None:
            self.notices.append(f"{code}: {here.facts.name} is in no cluster yet")
        else:
            yield self._changed(code, Changed.CLUSTER, on, place.cluster)
        for need in sorted(here.expertise):
            yield self._changed(code, Changed.EXPERTISE_BEGINS, on, need)

    def _differs(self, match: _Match, known: Registered) -> Iterator[SchoolChange]:
        here, code = match.here, match.code
        on = self._since(here, known)
        if here.facts != known.facts:
            if on <= known.facts_from_on:
                self._too_early(here.row, known.facts_from_on)
            says = f"{code}: {_told(known.facts, here.facts)} from {on}"
            yield SchoolChange(
                school=code, what=Changed.FACTS, from_on=on, says=says, facts=here.facts
            )
        trust = self._trust_code(here.trust) if here.trust else None
        if trust != known.trust:
            if known.trust_from_on is not None and on <= known.trust_from_on:
                self._too_early(here.row, known.trust_from_on)
            yield self._changed(code, Changed.TRUST, on, trust)
        for need in sorted(here.expertise - known.expertise):
            yield self._changed(code, Changed.EXPERTISE_BEGINS, on, need)
        for need in sorted(known.expertise - here.expertise):
            yield self._changed(code, Changed.EXPERTISE_ENDS, on, need)

    def _since(self, here: Establishment, known: Registered) -> date:
        """Since when it is what it is now: a new URN since it opened, all else since this day."""
        opened = here.opens_on
        is_another = known.facts.urn not in (None, here.facts.urn)
        if is_another and opened and known.facts_from_on < opened <= self.on:
            return opened
        return self.on

    def _moves(self, known: Registered, place: Placed) -> Iterator[SchoolChange]:
        if place.cluster == known.cluster:
            return
        if known.cluster_from_on is not None and place.from_on <= known.cluster_from_on:
            says = f"is not after {known.cluster_from_on}, since when it is in {known.cluster}"
            self._fault_of_place(place, "from_on", says, "Say the day on which it changes.")
        yield self._changed(known.code, Changed.CLUSTER, place.from_on, place.cluster)

    def _moves_of_others(
        self, placed: Mapping[str, Placed], seen: set[str]
    ) -> Iterator[SchoolChange]:
        """Schools that the download does not have may change cluster all the same."""
        for code, place in placed.items():
            if code in self.registered and code not in seen:
                yield from self._moves(self.registered[code], place)

    def _endings(self, seen: set[str]) -> Iterator[SchoolChange]:
        """Close what the register says is closed; what it does not know is only told."""
        for known in self.known.schools:
            if known.code in seen or known.has_ended:
                continue
            if known.facts.urn not in self.download.closed:
                self.notices.append(f"{known.code}: {known.facts.name} is not in the download")
                continue
            closed_on = self.download.closed[known.facts.urn]
            on = closed_on if closed_on and closed_on > known.facts_from_on else self.on
            says = (
                f"{known.code}: {known.facts.name} has closed, {on}; if another carries it on,"
                " write that one's URN beside this code in the file of clusters"
            )
            yield SchoolChange(school=known.code, what=Changed.ENDED, from_on=on, says=says)

    def _trusts(self, matches: Sequence[_Match]) -> Iterator[TrustListed]:
        seen: set[str] = set()
        for trust in (each.here.trust for each in matches if each.here.trust):
            code = self._trust_code(trust)
            if code not in seen and self.known.trusts.get(code) != trust.name:
                yield TrustListed(code=code, name=trust.name)
            seen.add(code)

    def _trust_code(self, trust: TrustListed) -> str:
        """A trust's code here: the register's, unless it was loaded by a code of our own."""
        if trust.code in self.known.trusts:
            return trust.code
        return self.trust_codes.get(trust.name.casefold(), trust.code)

    def _changed(self, code: str, what: Changed, on: date, to: str | None) -> SchoolChange:
        says = f"{code}: {what.replace('_', ' ')} {to or 'none'} from {on}"
        return SchoolChange(school=code, what=what, from_on=on, says=says, to=to)

    def _too_early(self, row: int, since: date) -> None:
        help_ = "Hand in a later download, by its own day."
        self._fault(row, _REGISTER, f"is known otherwise since {since}", help_)

    def _fault_of_place(self, place: Placed, column: str, says: str, would_help: str) -> None:
        self._fault(place.row, f"{column} (file of clusters)", says, would_help)

    def _fault(self, row: int, column: str, says: str, would_help: str) -> None:
        at = CellFault(row=row, column=column, says=says, would_help=would_help)
        self.faults.append(at)


def _told(before: SchoolFacts, after: SchoolFacts) -> str:
    """Say what differs, each with what it was."""
    was, now = before.model_dump(mode="json"), after.model_dump(mode="json")
    return ", ".join(
        f"{name.replace('_', ' ')} {now[name]} (was {was[name] or 'not known'})"
        for name in now
        if now[name] != was[name]
    )
