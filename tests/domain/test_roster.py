"""A roster of people: roles by place and date, and nobody who is two people."""

import pytest

from domain.cells import FileFaults, cells_of_csv
from domain.people import Role
from domain.roster import (
    ROSTER_HEADINGS,
    KnownPerson,
    KnownPlaces,
    OnRoster,
    RoleRow,
    Roster,
    SignedIn,
    read_roster,
)
from tests.domain.downloads import SINCE, faults

PLACES = KnownPlaces(
    school=frozenset({"ashdown"}),
    cluster=frozenset({"alder"}),
    trust=frozenset({"weirs"}),
    area=frozenset({"north"}),
    service=frozenset({"speech"}),
)
SCHOOLS, HEALTH = "https://schools.invalid", "https://health.invalid"
ANN = f"{SCHOOLS},ann,,Ann Ash"


def read(*rows: str, people: tuple[KnownPerson, ...] = ()) -> Roster | FileFaults:
    """A roster of some rows."""
    cells = cells_of_csv("\n".join([",".join(ROSTER_HEADINGS), *rows]).encode())
    assert not isinstance(cells, FileFaults)
    return read_roster(cells, PLACES, people)


def people_of(*rows: str, people: tuple[KnownPerson, ...] = ()) -> tuple[OnRoster, ...]:
    """The people of a roster without a fault."""
    found = read(*rows, people=people)
    assert isinstance(found, Roster), found
    return found.people


def held(**changed: object) -> RoleRow:
    """A head of Ashdown since September, with some of it changed."""
    said: dict[str, object] = {
        "role": Role.HEAD,
        "kind": "school",
        "place": "ashdown",
        "grade": None,
        "from_on": SINCE,
        "until_on": None,
    }
    return RoleRow.model_validate({**said, **changed})


def on_record(*roles: RoleRow, subject: str = "ann", called: str = "Ann Ash") -> KnownPerson:
    """Somebody the record has."""
    return KnownPerson(signs_in=(SignedIn(SCHOOLS, subject),), called=called, roles=roles)


def test_one_person_has_as_many_rows_as_roles() -> None:
    """Places are of the kind that the role is held at; the council's own have none."""
    (ann, oli) = people_of(
        f"{ANN},head,ashdown,,2026-09-01,",
        f"{ANN},vice_chair,alder,,2026-09-01,2027-09-01",
        f"{ANN},trust_send_lead,weirs,,2026-09-01,",
        f"{ANN},service,speech,,2026-09-01,",
        f"{HEALTH},oli,,Oli Oak,council_officer,,area_manager,2026-09-01,",
        f"{HEALTH},oli,,Oli Oak,sen_officer,north,,2026-09-01,",
    )
    assert ann.signs_in == (SignedIn(SCHOOLS, "ann"),)
    assert [(each.role, each.kind, each.place) for each in ann.roles] == [
        (Role.HEAD, "school", "ashdown"),
        (Role.VICE_CHAIR, "cluster", "alder"),
        (Role.TRUST_SEND_LEAD, "trust", "weirs"),
        (Role.SERVICE, "service", "speech"),
    ]
    assert [(each.kind, each.place, each.grade) for each in oli.roles] == [
        ("council", None, "area_manager"),
        ("area", "north", None),
    ]


@pytest.mark.promise(6)
def test_a_second_sign_in_of_the_same_person_is_the_same_person() -> None:
    """Who signs in by two organisations has one vote, and no second identity to decide by."""
    (ann,) = people_of(
        f"{ANN},head,ashdown,,2026-09-01,",
        f"{HEALTH},a.ash,ann,Ann Ash,specialist,alder,,2026-09-01,",
    )
    assert ann.signs_in == (SignedIn(SCHOOLS, "ann"), SignedIn(HEALTH, "a.ash"))
    (known,) = people_of(
        f"{HEALTH},a.ash,ann,Ann Ash,specialist,alder,,2026-09-01,", people=(on_record(),)
    )
    assert known.signs_in == (SignedIn(SCHOOLS, "ann"), SignedIn(HEALTH, "a.ash"))


@pytest.mark.promise(13)
def test_the_same_person_twice_is_refused() -> None:
    """One sign-in with two names, and one name with two sign-ins that nobody explains."""
    twice = read(
        f"{ANN},head,ashdown,,2026-09-01,",
        f"{SCHOOLS},ann,,Anne Ash,panel_member,alder,,2026-09-01,",
        f"{HEALTH},a.ash,,ann ash,specialist,alder,,2026-09-01,",
    )
    assert faults(twice) == [(3, "called"), (4, "called")]
    known = read(f"{HEALTH},a.ash,,Ann Ash,specialist,alder,,2026-09-01,", people=(on_record(),))
    assert faults(known) == [(2, "called")]


@pytest.mark.promise(13)
def test_who_is_the_same_has_to_be_found() -> None:
    """A subject that nobody has, that two have, or that the record has as somebody else."""
    assert faults(read(f"{HEALTH},x,nobody,X Y,specialist,alder,,2026-09-01,")) == [(2, "same_as")]
    two = read(
        f"{ANN},head,ashdown,,2026-09-01,",
        f"{HEALTH},ann,,Ann Oak,specialist,alder,,2026-09-01,",
        f"{HEALTH},x,ann,X Y,specialist,alder,,2026-09-01,",
    )
    assert faults(two) == [(4, "same_as")]
    both = (on_record(), on_record(subject="bea", called="Bea"))
    other = read(f"{SCHOOLS},ann,bea,Ann Ash,panel_member,alder,,2026-09-01,", people=both)
    assert faults(other) == [(2, "same_as")]


@pytest.mark.promise(13)
def test_every_fault_of_every_row_is_listed() -> None:
    """Nothing is written of a roster that is faulty anywhere."""
    found = read(
        ",,,,,,,,",
        "issuer,,,,king,ashdown,,soon,",
        f"{ANN},head,nowhere,,2026-09-01,",
        f"{ANN},senco,,,2026-09-01,",
        f"{ANN},council_officer,alder,,2026-09-01,",
        f"{ANN},head,ashdown,a grade,2026-09-01,",
        f"{ANN},head,ashdown,director,2026-09-01,",
        f"{ANN},observer,alder,,2026-09-01,2026-09-01",
        f"{ANN},observer,alder,,2026-09-01,never",
    )
    assert faults(found) == [
        (3, "subject"),
        (3, "called"),
        (3, "role"),
        (3, "from_on"),
        (4, "place"),
        (5, "place"),
        (6, "place"),
        (7, "grade"),
        (8, "grade"),
        (9, "until_on"),
        (10, "until_on"),
    ]


@pytest.mark.promise(13)
def test_nobody_holds_a_role_twice_at_a_place_at_a_time() -> None:
    """One after the other is no overlap; what the record has may be told again, or ended."""
    one_by_one = people_of(
        f"{ANN},head,ashdown,,2026-09-01,2027-01-01", f"{ANN},head,ashdown,,2027-01-01,"
    )
    assert len(one_by_one[0].roles) == 2
    overlap = read(f"{ANN},head,ashdown,,2026-09-01,", f"{ANN},head,ashdown,,2027-01-01,")
    assert faults(overlap) == [(3, "role")]
    record = (on_record(held()),)
    assert people_of(f"{ANN},head,ashdown,,2026-09-01,", people=record)
    (ended,) = people_of(f"{ANN},head,ashdown,,2026-09-01,2027-09-01", people=record)
    assert ended.roles[0].until_on is not None
    assert faults(read(f"{ANN},head,ashdown,,2026-10-01,", people=record)) == [(2, "role")]


def test_a_roster_may_say_where_people_are_written_to() -> None:
    """One column more, filled in any of a person's rows; without it nothing is said of anybody."""
    heading = ",".join((*ROSTER_HEADINGS, "Email"))
    rows = (
        f"{ANN},head,ashdown,,2026-09-01,,",
        f"{ANN},observer,alder,,2026-09-01,,ann@ash.example",
        f"{SCHOOLS},bea,,Bea Birch,head,ashdown,,2026-09-01,,",
    )
    cells = cells_of_csv("\n".join((heading, *rows)).encode())
    assert not isinstance(cells, FileFaults)
    found = read_roster(cells, PLACES, ())
    assert isinstance(found, Roster)
    assert [each.email for each in found.people] == ["ann@ash.example", None]
    (ann,) = people_of(f"{ANN},head,ashdown,,2026-09-01,")
    assert ann.email is None


@pytest.mark.promise(13)
def test_every_fault_of_an_address_is_listed() -> None:
    """What is no address, and a second one of the same person."""
    heading = ",".join((*ROSTER_HEADINGS, "email"))
    rows = (
        f"{ANN},head,ashdown,,2026-09-01,,ann at ash",
        f"{SCHOOLS},bea,,Bea Birch,head,ashdown,,2026-09-01,,bea@one.example",
        f"{SCHOOLS},bea,,Bea Birch,observer,alder,,2026-09-01,,bea@two.example",
    )
    cells = cells_of_csv("\n".join((heading, *rows)).encode())
    assert not isinstance(cells, FileFaults)
    assert faults(read_roster(cells, PLACES, ())) == [(2, "email"), (4, "email")]
