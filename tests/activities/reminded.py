"""A county whose policy says what is reminded of, and what is found in its outbox."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from activities.clock import LONDON
from activities.reminding import Reminding
from activities.store import recording
from activities.store.session import transaction
from domain.periods import instant
from tests.activities.small_county import named, policy_files
from tests.activities.world import World

_HEAD = """
kind = "reminders"
council = "demo"
in_force_from = {day}
authority = "Small County decision 26/00099"
source = "A test of the small county"
send_at = 08:00:00
"""


def with_rules(
    world: World, *rules: str, turns: Sequence[str] = (), decisions: bool = False
) -> None:
    """Publish what is reminded of from today on, each rule as the lines of its table."""
    day = world.clock.now().date()
    lines = [
        _HEAD.format(day=day),
        f"turns = {list(turns)}",
        f"decisions = {str(decisions).lower()}",
    ]
    lines += [f"[[rules]]\n{rule}" for rule in rules]
    files = {**policy_files(), f"reminders/{day}.toml": "\n".join(lines)}
    with transaction(world.engine) as session:
        recording.publish_pack(session, files, world.clock.now())


def at(day: date, hour: int = 8, minute: int = 1) -> datetime:
    """An hour of a day by the county's own clocks."""
    return instant(day, time(hour, minute), LONDON.key)


def looks(world: World, now: datetime | None = None) -> None:
    """Come to an instant, number the events as the sweeper does, and look once."""
    if now is not None:
        world.clock.move_on(now - world.clock.now())
    recording.number_events(world.engine)
    Reminding(world.engine, world.clock).look()


def written(world: World, *subjects: str) -> list[tuple[str, str, str | None]]:
    """The messages in the order of their writing: to whom, why, and of what."""
    known = {named(subject): subject for subject in subjects}
    rows = world.rows("SELECT person_id, step, waits FROM message ORDER BY written_at, step, id")
    found = [(known.get(row.person_id, "somebody"), row.step, row.waits) for row in rows]
    return sorted(found) if subjects else found


def all_messages(world: World) -> list[Any]:
    """Every message as the table has it."""
    return list(world.rows("SELECT * FROM message ORDER BY id"))
