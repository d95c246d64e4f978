"""What is recorded of pupils for equality: by date, from the register, and seen nowhere else."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.exc import ProgrammingError
from sqlmodel import Session

from activities.store import recording
from activities.store.reading.equality import recorded_on
from activities.store.recording import County
from activities.store.session import transaction
from tests.activities.behind import refused_by, run_sql
from tests.activities.by_hand import ByHand
from tests.activities.small_county import county, pupil_id, request
from tests.activities.world import World

PLANTED = "zorblax"
"""A value that is found nowhere else, so that a leak can be searched for."""
FIRST, LATER = date(2026, 9, 1), date(2027, 1, 10)


def register(from_on: date | None = None, **values: str) -> County:
    """The small county's register, with what is recorded of Ashdown's first pupil."""
    whole = county()
    first, *others = whole.pupils
    said = first.model_copy(update={"characteristics": values, "from_on": from_on})
    return whole.model_copy(update={"pupils": (said, *others)})


def load(world: World, loaded: County) -> None:
    """The register is loaded."""
    with transaction(world.engine) as session:
        recording.load_county(session, loaded)


def on(world: World, day: date) -> dict[str, str]:
    """What is recorded of Ashdown's first pupil on a day."""

    def read(session: Session) -> dict[str, str]:
        return recorded_on(session, [pupil_id("ashdown")], day).get(pupil_id("ashdown"), {})

    with transaction(world.engine) as session:
        return read(session)


def test_what_is_recorded_holds_by_date(world: World) -> None:
    """A value that changes ends on the day the next one begins; the others go on."""
    load(world, register(sex="female", looked_after="no"))
    load(world, register(LATER, sex="female", looked_after="yes"))
    assert on(world, date(2026, 8, 31)) == {}
    assert on(world, FIRST) == {"sex": "female", "looked_after": "no"}
    assert on(world, LATER) == {"sex": "female", "looked_after": "yes"}
    load(world, register(LATER, looked_after="yes"))
    assert on(world, LATER) == {"sex": "female", "looked_after": "yes"}


@pytest.mark.promise(4)
def test_loading_the_same_register_again_changes_nothing(world: World) -> None:
    """It may be loaded every night; an older one than what holds takes nothing back."""
    load(world, register(sex="female"))
    load(world, register(LATER, sex="male"))
    before = world.tables()["pupil_characteristic"]
    assert len(before) == 2
    load(world, register(LATER, sex="male"))
    load(world, register(FIRST, sex="female"))
    assert world.tables()["pupil_characteristic"] == before


def test_a_pupil_has_one_value_at_a_time(world: World) -> None:
    """The database holds it; another characteristic is another row."""
    load(world, register(sex="female", home_language="other"))
    with refused_by("one_value_at_a_time"):
        run_sql(
            world,
            "INSERT INTO pupil_characteristic (id, pupil_id, characteristic, value, from_on)"
            " VALUES (gen_random_uuid(), :pupil, 'sex', 'male', :day)",
            pupil=pupil_id("ashdown"),
            day=LATER,
        )


@pytest.mark.parametrize("changes", ["SET value = 'x'", "SET from_on = '2020-01-01'"])
def test_what_was_recorded_is_not_rewritten(world: World, changes: str) -> None:
    """It may end, and nothing else."""
    load(world, register(sex="female"))
    with pytest.raises(ProgrammingError, match="permission denied"):
        run_sql(world, f"UPDATE pupil_characteristic {changes}")


@pytest.mark.promise(8)
def test_what_is_recorded_of_a_child_stands_in_its_own_table_alone(
    world: World, hand: ByHand, capsys: Any
) -> None:
    """From submission to the letter: in no other table, so in no event; and in no log line."""
    load(world, register(sex=PLANTED))
    request_id = hand.recommended(request())
    world.authorises("officer.1", request_id)
    hand.goes_on()
    found = {name for name, rows in world.tables().items() if any(PLANTED in row for row in rows)}
    assert found == {"pupil_characteristic"}
    assert PLANTED not in "".join(capsys.readouterr())
