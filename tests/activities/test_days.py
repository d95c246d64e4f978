"""What holds on a day in the record is what holds on it in the domain."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlmodel import select

from activities.store.days import on_day
from activities.store.session import transaction
from activities.store.tables import RoleHeldRow
from domain.people import Role, RoleHeld
from tests.activities.small_county import named
from tests.activities.world import World

FIRST = date(2026, 10, 5)


@pytest.mark.parametrize("until_on", [FIRST + timedelta(days=3), None])
def test_the_record_and_the_domain_agree_on_the_days_of_a_role(
    world: World, until_on: date | None
) -> None:
    """A role is held from its first day until the day before ``until_on``, in both."""
    role = RoleHeld(role=Role.LEADER, from_on=FIRST, until_on=until_on)
    row = RoleHeldRow(
        id=uuid4(), person_id=named("officer.1"), role=role.role, from_on=FIRST, until_on=until_on
    )
    days = [FIRST + timedelta(days=number) for number in range(-1, 5)]
    with transaction(world.engine) as session:
        session.add(row)
        session.flush()
        own = select(RoleHeldRow.id).where(RoleHeldRow.id == row.id)
        held = [session.exec(own.where(on_day(RoleHeldRow, day))).first() for day in days]
    assert [found is not None for found in held] == [role.holds_on(day) for day in days]
