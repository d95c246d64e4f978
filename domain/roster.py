"""A roster of people as a file: who they are, how they sign in, and which roles they hold where.

A row is one role of one person. The same person twice, under two sign-ins, would have two votes and
could decide their own case: whoever shares a name says whether it is the same person (promise 6).
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal, NamedTuple

from domain.cells import (
    CellFault,
    Cells,
    FileFaults,
    RowRead,
    headings_of,
    in_order,
    rows_under,
)
from domain.frozen import Frozen
from domain.people import ON_PANEL, Role

ROSTER_HEADINGS = (
    *("issuer", "subject", "same_as", "called"),
    *("role", "place", "grade", "from_on", "until_on"),
)
EMAIL = "email"
"""A column that a roster may have besides: where the person is written to."""
PlaceKind = Literal["school", "cluster", "trust", "area", "service", "council"]
_HELD_AT: dict[Role, tuple[PlaceKind, ...]] = {
    Role.SENCO: ("school",),
    Role.HEAD: ("school",),
    Role.BUSINESS_MANAGER: ("school",),
    Role.TRUST_SEND_LEAD: ("trust",),
    Role.SERVICE: ("service",),
    **dict.fromkeys(ON_PANEL, ("cluster",)),
}
_COUNCIL: tuple[PlaceKind, ...] = ("council", "area")
"""Where all other roles are held: an empty place is the council."""
_TEXT = r"\S.{0,199}"
_ADDRESS = r"[^@\s,;<>]+@[^@\s,;<>]+"
_CODE = r"[a-z0-9][a-z0-9_.:-]{0,63}"


class SignedIn(NamedTuple):
    """How somebody signs in: the issuer's address and the issuer's own name for them."""

    issuer: str
    subject: str


class RoleRow(Frozen):
    """A role somebody holds at a place, between two days."""

    role: Role
    kind: PlaceKind
    place: str | None
    grade: str | None
    from_on: date
    until_on: date | None

    @property
    def same_seat(self) -> tuple[Role, str | None]:
        """What nobody holds twice at once."""
        return self.role, self.place

    def overlaps(self, other: "RoleRow") -> bool:
        """Whether both are the same role at the same place on some day."""
        ends, begins = self.until_on or date.max, other.until_on or date.max
        return self.same_seat == other.same_seat and self.from_on < begins and other.from_on < ends


class OnRoster(Frozen):
    """Somebody of the roster with the roles that the file gives them."""

    signs_in: tuple[SignedIn, ...]
    """The first is the one the person is known by; others are further sign-ins."""
    called: str
    roles: tuple[RoleRow, ...]
    email: str | None = None
    """Where the person is written to from now on; without one what is on record stays."""


class KnownPerson(Frozen):
    """Somebody the record has already, with what it has of them."""

    signs_in: tuple[SignedIn, ...]
    called: str
    roles: tuple[RoleRow, ...] = ()


class KnownPlaces(Frozen):
    """The codes of the places that the record has."""

    school: frozenset[str] = frozenset()
    cluster: frozenset[str] = frozenset()
    trust: frozenset[str] = frozenset()
    area: frozenset[str] = frozenset()
    service: frozenset[str] = frozenset()


class Roster(Frozen):
    """A roster that was found whole."""

    people: tuple[OnRoster, ...]


class _Row(NamedTuple):
    """A row that could be read."""

    read: RowRead
    signs_in: SignedIn
    same_as: str
    called: str
    role: RoleRow
    email: str


def read_roster(
    cells: Cells, places: KnownPlaces, people: Sequence[KnownPerson]
) -> Roster | FileFaults:
    """Read a roster, or list every fault of it by row and column."""
    faults: list[CellFault] = []
    has_email = EMAIL in headings_of(cells)
    headings = (*ROSTER_HEADINGS, EMAIL) if has_email else ROSTER_HEADINGS
    found = (_row(row, places, has_email=has_email) for row in rows_under(cells, headings, faults))
    rows = [row for row in found if row is not None]
    known = {at: each for each in people for at in each.signs_in}
    same = _same(rows, known)
    by_person: dict[SignedIn, list[_Row]] = {}
    for row in rows:
        by_person.setdefault(same[row.signs_in], []).append(row)
    _check_names(rows, known, same)
    for at, own in by_person.items():
        _check_roles(own, known[at].roles if at in known else ())
        _check_addresses(own)
    if faults:
        return in_order(faults)
    return Roster(people=tuple(_person(at, own, known) for at, own in by_person.items()))


def _row(row: RowRead, places: KnownPlaces, *, has_email: bool) -> _Row | None:
    issuer = row.matching("issuer", _TEXT, "Write the address of who signs the person in.")
    subject = row.matching("subject", _TEXT, "Write what the issuer calls the person.")
    same_as = row.matching("same_as", f"({_TEXT})?", "Write the other subject, or nothing.")
    called = row.matching("called", _TEXT, "Write how colleagues call the person.")
    email = row.matching(EMAIL, f"({_ADDRESS})?", "Write one address.") if has_email else ""
    role = _role(row, places)
    if issuer is None or subject is None or same_as is None or called is None:
        return None
    if role is None or email is None:
        return None
    return _Row(row, SignedIn(issuer, subject), same_as, called, role, email)


def _role(row: RowRead, places: KnownPlaces) -> RoleRow | None:
    known = row.known("role", frozenset(Role), f"Write one of: {', '.join(Role)}.")
    grade = row.matching("grade", f"({_CODE})?", "Write the grade's code, or nothing.")
    from_on = row.day("from_on")
    until_on = row.day("until_on") if row.text("until_on") else None
    if from_on and until_on and until_on <= from_on:
        row.fault("until_on", "is not after from_on", "It is the first day without the role.")
        return None
    if known is None or grade is None or from_on is None:
        return None
    role = Role(known)
    if grade and role in _HELD_AT:
        row.fault("grade", "goes with the council's own people alone", "Leave it empty.")
    kind = _kind(row, role, places)
    if kind is None:
        return None
    return RoleRow(
        role=role,
        kind=kind,
        place=row.text("place") or None,
        grade=grade or None,
        from_on=from_on,
        until_on=until_on,
    )


def _kind(row: RowRead, role: Role, places: KnownPlaces) -> PlaceKind | None:
    """Find what the place of a role is: a role is held at places of its own kind alone."""
    place = row.text("place")
    kinds = _HELD_AT.get(role, _COUNCIL)
    for kind in kinds:
        is_known = not place if kind == "council" else place in getattr(places, kind)
        if is_known:
            return kind
    of = " or ".join(kinds) if place else kinds[0]
    says = "is not known here" if place else "is empty"
    row.fault("place", says, f"A {role.replace('_', ' ')} is of a {of}: write its code.")
    return None


def _same(rows: Sequence[_Row], known: dict[SignedIn, KnownPerson]) -> dict[SignedIn, SignedIn]:
    """Find under which sign-in each person is known, when a row says that two are the same."""
    first = {at: person.signs_in[0] for at, person in known.items()}
    same = {row.signs_in: first.get(row.signs_in, row.signs_in) for row in rows}
    for row in rows:
        if not row.same_as:
            continue
        found = {at for at in {**first, **same} if at.subject == row.same_as} - {row.signs_in}
        if len(found) != 1:
            says = "is no sign-in of the roster or the record" if not found else "is several people"
            row.read.fault("same_as", says, "Write the subject by which the person is known.")
            continue
        (other,) = found
        main = first.get(other, same.get(other, other))
        if first.get(row.signs_in, main) != main:
            row.read.fault("same_as", "is somebody else on record", "Have the record looked at.")
            continue
        same[row.signs_in] = main
    return same


def _check_names(
    rows: Sequence[_Row], known: dict[SignedIn, KnownPerson], same: dict[SignedIn, SignedIn]
) -> None:
    """One person has one name, and a name that two sign-ins share is explained."""
    named: dict[SignedIn, str] = {}
    owners: dict[str, SignedIn] = {}
    for person in {each.signs_in[0]: each for each in known.values()}.values():
        owners.setdefault(person.called.casefold(), person.signs_in[0])
    for row in rows:
        person_at = same[row.signs_in]
        if named.setdefault(person_at, row.called) != row.called:
            help_ = "Write the same name in each row of a person."
            row.read.fault("called", "is another name than in an earlier row", help_)
        owner = owners.setdefault(row.called.casefold(), person_at)
        if owner != person_at:
            help_ = "If it is the same person, write the other subject in same_as; if not, add what"
            row.read.fault(
                "called", "is the name of another sign-in too", f"{help_} tells the two apart."
            )


def _check_roles(rows: Sequence[_Row], held: Iterable[RoleRow]) -> None:
    """Nobody holds a role twice at a place; a row on record may be given its end, no more."""
    on_record = tuple(held)
    for place, row in enumerate(rows):
        if any(row.role.overlaps(other.role) for other in rows[:place]):
            help_ = "Keep one row for a role at a place at a time."
            row.read.fault("role", "is held already by an earlier row", help_)
        for each in on_record:
            if row.role.overlaps(each) and not _is_it(row.role, each):
                help_ = "Give the row on record as it is, with the day on which it ends."
                row.read.fault("role", f"is held on record since {each.from_on}", help_)


def _check_addresses(rows: Sequence[_Row]) -> None:
    """One person is written to at one address."""
    first = next((row.email for row in rows if row.email), "")
    for row in rows:
        if row.email not in ("", first):
            help_ = "Write the same address in each row of a person, or in one alone."
            row.read.fault(EMAIL, "is another address than in an earlier row", help_)


def _is_it(row: RoleRow, held: RoleRow) -> bool:
    """Whether a row is one on record, with its end as it was or now given."""
    begins = (row.grade, row.from_on) == (held.grade, held.from_on)
    return begins and held.until_on in (None, row.until_on)


def _person(at: SignedIn, rows: Sequence[_Row], known: dict[SignedIn, KnownPerson]) -> OnRoster:
    before = known[at].signs_in if at in known else (at,)
    others = dict.fromkeys(row.signs_in for row in rows)
    return OnRoster(
        signs_in=tuple(dict.fromkeys((*before, *others))),
        called=rows[0].called,
        roles=tuple(row.role for row in rows),
        email=next((row.email for row in rows if row.email), None),
    )
