"""People as a roster lists them: what is new is added, ends are given, nothing is taken away."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session, select

from activities.store.outbox import is_written_to
from activities.store.recording.county import person_id_of
from activities.store.sheets import read_cells
from activities.store.tables import (
    AreaRow,
    ClusterRow,
    PersonRow,
    RoleHeldRow,
    SchoolRow,
    ServiceRow,
    SignInRow,
    TrustRow,
)
from domain.cells import FileFaults
from domain.frozen import Frozen
from domain.people import Role
from domain.roster import (
    KnownPerson,
    KnownPlaces,
    OnRoster,
    PlaceKind,
    RoleRow,
    Roster,
    SignedIn,
    read_roster,
)


class PeopleWritten(Frozen):
    """What a roster changed."""

    people: int
    """New people."""
    renamed: int
    sign_ins: int
    """New sign-ins of people who had one."""
    roles: int
    """New roles."""
    ended: int
    """Roles that have their last day now."""
    addresses: int
    """New addresses to which people are written."""


def planned_people(session: Session, content: bytes) -> Roster | FileFaults:
    """Read a roster, or list every fault of it; nothing is written."""
    cells = read_cells(content)
    if isinstance(cells, FileFaults):
        return cells
    places = KnownPlaces(
        school=frozenset(session.exec(select(SchoolRow.code))),
        cluster=frozenset(session.exec(select(ClusterRow.code))),
        trust=frozenset(session.exec(select(TrustRow.code))),
        area=frozenset(session.exec(select(AreaRow.code))),
        service=frozenset(session.exec(select(ServiceRow.code))),
    )
    return read_roster(cells, places, _people(session))


def write_people(session: Session, roster: Roster, day: date) -> PeopleWritten:
    """Write what a roster says otherwise than the record; written again it changes nothing.

    ``day`` is the first on which people are written to at the addresses that are new.
    """
    counts = dict.fromkeys(PeopleWritten.model_fields, 0)
    for each in roster.people:
        person_id = _write(session, each, counts)
        if each.email is not None:
            counts["addresses"] += is_written_to(session, person_id, each.email, day)
    session.flush()
    return PeopleWritten(**counts)


def _write(session: Session, each: OnRoster, counts: dict[str, int]) -> UUID:
    signed_in = [session.get(SignInRow, (at.issuer, at.subject)) for at in each.signs_in]
    person_id = next(
        (row.person_id for row in signed_in if row is not None), person_id_of(*each.signs_in[0])
    )
    person = session.get(PersonRow, person_id)
    if person is None:
        session.add(PersonRow(id=person_id, called=each.called))
        session.flush()
        counts["people"] += 1
    elif person.called != each.called:
        person.called = each.called
        session.add(person)
        counts["renamed"] += 1
    for at, row in zip(each.signs_in, signed_in, strict=True):
        if row is None:
            session.add(SignInRow(issuer=at.issuer, subject=at.subject, person_id=person_id))
            counts["sign_ins"] += person is not None or at != each.signs_in[0]
    for role in each.roles:
        _write_role(session, person_id, role, counts)
    return person_id


def _write_role(session: Session, person_id: UUID, role: RoleRow, counts: dict[str, int]) -> None:
    place: dict[str, Any] = {f"{role.kind}_code": role.place} if role.place else {}
    held = session.exec(
        select(RoleHeldRow).filter_by(
            person_id=person_id, role=role.role.value, from_on=role.from_on, **place
        )
    ).first()
    if held is None:
        facts = role.model_dump(include={"grade", "from_on", "until_on"})
        row = RoleHeldRow(id=uuid4(), person_id=person_id, role=role.role, **facts, **place)
        session.add(row)
        counts["roles"] += 1
    elif held.until_on is None and role.until_on is not None:
        held.until_on = role.until_on
        session.add(held)
        counts["ended"] += 1


def _people(session: Session) -> tuple[KnownPerson, ...]:
    """Read everybody on record; the sign-in that is first by letters is the one they go by."""
    signs_in: dict[UUID, list[SignedIn]] = {}
    for row in session.exec(select(SignInRow).order_by(SignInRow.issuer, SignInRow.subject)):
        signs_in.setdefault(row.person_id, []).append(SignedIn(row.issuer, row.subject))
    roles: dict[UUID, list[RoleRow]] = {}
    for held in session.exec(select(RoleHeldRow)):
        roles.setdefault(held.person_id, []).append(_as_role(held))
    named: Iterable[Any] = session.exec(select(PersonRow.id, PersonRow.called))
    return tuple(
        KnownPerson(
            signs_in=tuple(signs_in[person_id]),
            called=called,
            roles=tuple(roles.get(person_id, ())),
        )
        for person_id, called in named
        if person_id in signs_in
    )


def _as_role(held: RoleHeldRow) -> RoleRow:
    places: dict[PlaceKind, str | None] = {
        "school": held.school_code,
        "cluster": held.cluster_code,
        "trust": held.trust_code,
        "area": held.area_code,
        "service": held.service_code,
    }
    at: Iterator[tuple[PlaceKind, str | None]] = (
        (kind, code) for kind, code in places.items() if code is not None
    )
    kind, place = next(at, ("council", None))
    return RoleRow(
        role=Role(held.role),
        kind=kind,
        place=place,
        grade=held.grade,
        from_on=held.from_on,
        until_on=held.until_on,
    )
