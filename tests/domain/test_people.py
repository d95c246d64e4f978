"""Roles are held by date, and parts in a case belong to the person."""

from datetime import date

import pytest

from domain.people import Part, PartPlayed, Person, Role, RoleHeld, parts_of
from domain.places import Membership
from tests.domain.demo_county import person

FROM, UNTIL = date(2026, 9, 1), date(2027, 1, 1)


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (date(2026, 8, 31), False),
        (FROM, True),
        (date(2026, 12, 31), True),
        (UNTIL, False),
    ],
    ids=["the day before", "the first day", "the last day", "the day after"],
)
def test_a_role_and_a_membership_hold_from_their_day_until_the_day_before_another(
    day: date, *, holds: bool
) -> None:
    """Both count the first day and leave the last one to the next."""
    role = RoleHeld(role=Role.SENCO, school="oakfield", from_on=FROM, until_on=UNTIL)
    belonging = Membership(member="oakfield", of="alder", from_on=FROM, until_on=UNTIL)
    assert role.holds_on(day) is holds
    assert belonging.holds_on(day) is holds


def test_a_role_without_an_end_goes_on() -> None:
    """What has no last day is held for good, and so is a belonging."""
    assert RoleHeld(role=Role.HEAD, from_on=FROM).holds_on(date(2090, 1, 1))
    assert Membership(member="a", of="b", from_on=FROM).holds_on(date(2090, 1, 1))


def test_a_person_holds_the_roles_asked_about_on_the_day() -> None:
    """Other roles, and the same role on another day, are not among them."""
    senco = RoleHeld(role=Role.SENCO, school="oakfield", from_on=FROM)
    member = RoleHeld(role=Role.PANEL_MEMBER, cluster="alder", from_on=FROM, until_on=UNTIL)
    somebody = Person(id=person("a"), issuer="schools", subject="1", roles=(senco, member))
    assert somebody.held_on(FROM, Role.SENCO, Role.PANEL_MEMBER) == (senco, member)
    assert somebody.held_on(UNTIL, Role.SENCO, Role.PANEL_MEMBER) == (senco,)
    assert somebody.held_on(FROM, Role.PANEL_CHAIR) == ()


@pytest.mark.promise(6)
def test_parts_are_of_the_person_and_each_is_said_once() -> None:
    """Somebody else's part is not mine, and a part played twice is one."""
    me, other = person("me"), person("other")
    played = (
        PartPlayed(person_id=me, part=Part.MODERATED),
        PartPlayed(person_id=other, part=Part.FAMILY),
        PartPlayed(person_id=me, part=Part.CONFIRMED),
        PartPlayed(person_id=me, part=Part.MODERATED),
    )
    assert parts_of(me, played) == (Part.CONFIRMED, Part.MODERATED)
    assert parts_of(person("nobody"), played) == ()
