"""Who only looks is told once; who records asks anew."""

from uuid import uuid4

import pytest
from sqlmodel import Session, col, select

from activities.store.remembered import of_each, of_one
from activities.store.session import looking, transaction
from activities.store.tables import ClusterRow
from tests.activities.world import World


class Asking:
    """A question that counts how often the record is asked it."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def names(self, session: Session, *codes: str) -> dict[str, str]:
        """What clusters are called."""

        def ask(missing: list[str]) -> dict[str, str]:
            self.asked.append(missing)
            rows = session.exec(select(ClusterRow).where(col(ClusterRow.code).in_(missing)))
            return {row.code: row.name for row in rows}

        return of_each(session, "names", codes, ask)


def test_who_only_looks_asks_for_what_is_not_known_yet(world: World) -> None:
    """Keys that were asked for are answered from memory, the others in one question."""
    asking = Asking()
    with looking(world.engine) as session:
        assert asking.names(session, "alder") == {"alder": "alder"}
        assert asking.names(session, "cedar", "alder", "cedar") == {
            "cedar": "cedar",
            "alder": "alder",
        }
        assert asking.names(session) == {}
        assert of_one(session, "names", "cedar", lambda _: {}) == "cedar"
    assert asking.asked == [["alder"], ["cedar"]]


def test_who_records_asks_every_time(world: World) -> None:
    """What was written meanwhile counts."""
    asking = Asking()
    with transaction(world.engine) as session:
        asking.names(session, "alder")
        session.get_one(ClusterRow, "alder").name = "Alder and Elder"
        assert asking.names(session, "alder") == {"alder": "Alder and Elder"}
    assert asking.asked == [["alder"], ["alder"]]


def test_who_only_looks_writes_nothing(world: World) -> None:
    """A row that is changed all the same is a mistake of ours, and is not kept."""
    with pytest.raises(AssertionError, match="changes no row"), looking(world.engine) as session:
        session.add(ClusterRow(code=uuid4().hex, name="New"))
    with looking(world.engine) as session:
        assert session.exec(select(ClusterRow).where(ClusterRow.name == "New")).first() is None
