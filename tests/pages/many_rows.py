"""A small county with something of everything, and the same with several times as many rows."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Table, create_engine, text
from sqlmodel import SQLModel

from activities.settings import Settings
from activities.store import recording
from tests.activities.advice_world import advises, enrol_services, wants
from tests.activities.by_hand import ByHand
from tests.activities.challenged import Challenged
from tests.activities.changed_awards import ChangedAwards
from tests.activities.payment_world import NOVEMBER, PaymentWorld
from tests.activities.planned import ALDER, Planned, item, together
from tests.activities.publishing_world import PolicyWorld, second_tariff
from tests.activities.small_county import request
from tests.activities.world import World
from tests.api.two_worlds import prepare

_STAY = frozenset(
    {
        *("area", "cluster", "trust", "school", "school_facts", "school_in_cluster"),
        *("school_in_trust", "school_expertise", "service", "person", "sign_in", "role_held"),
        *("pupil", "pupil_facts", "family_tie", "policy_version", "session", "said"),
    }
)
"""Who is there and what is in force stays as it is: what people do becomes more."""
_ELSEWHERE = frozenset({"ledger", "alembic", "outbox", "reminder"})
"""The ledger balances by itself; its lists have pages by key, and are looked at in `reporting`."""
_OTHERWISE = {
    ("event", "position"): "t.position + 1000000::bigint * n",
    ("meeting", "starts_at"): "t.starts_at + n * interval '61 seconds'",
    ("agenda_item", "meeting_id"): "CASE WHEN n % 2 = 0 THEN t.meeting_id"
    " ELSE md5(t.meeting_id::text || n)::uuid END",
    ("agenda_item", "position"): "t.position + 100 * n",
    ("cluster_plan", "cluster_code"): "t.cluster_code",
}
"""Columns that a copy has otherwise: half of the items go onto the agendas that there are."""


def something_of_everything(world: World, hand: ByHand) -> None:
    """Ballots, advice, services, plans, a challenge, runs, drafts of policy and of a request."""
    prepare(world, hand)
    enrol_services(world)
    world.calls_meeting("alder", world.clock.now() + timedelta(days=28))
    of_money, plans, of_policy = PaymentWorld(world), Planned(hand), PolicyWorld(world)
    challenged = Challenged(ChangedAwards(hand))
    heard = hand.recommended(request(number=3))
    plans.done(advises(world, heard, services=(wants(),)))
    again = hand.recommended(request(number=4))
    world.authorises("head-of-sen", again)
    hand.goes_on()
    challenged.challenged(again)
    plans.signed(item())
    plans.proposed(item(name="Another hub"), sharing=together())
    of_money.awards(3, ((NOVEMBER, 100_00),))
    of_policy.drafts(second_tariff())
    with world.saying("senco.ashdown") as (session, saying):
        recording.create_draft(session, saying, ALDER[0], request(number=0))


def grow(settings: Settings, times: int) -> dict[str, int]:
    """Copy every row of what people did so many times; how many rows there are of each table.

    A copy has ids of its own, and refers to the copies of what its first one refers to. Where the
    table allows no second such row there is none.
    """
    assert settings.database_owner_url is not None
    engine = create_engine(settings.database_owner_url)
    tables = [each for each in SQLModel.metadata.sorted_tables if _grows(each.name)]
    copied = {each.name for each in tables}
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL ROLE NONE"))
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        found = {each.name: _copy(connection, each, copied, times) for each in tables}
    engine.dispose()
    return found


def _grows(table: str) -> bool:
    return table not in _STAY and table.partition("_")[0] not in _ELSEWHERE


def _copy(connection: Connection, table: Table, copied: set[str], times: int) -> int:
    columns = [each for each in table.columns if each.computed is None and each.identity is None]
    names = ", ".join(f'"{each.name}"' for each in columns)
    values = ", ".join(_value(table, each, copied) for each in columns)
    connection.execute(
        text(
            f'INSERT INTO "{table.name}" ({names}) SELECT {values} FROM "{table.name}" AS t,'  # noqa: S608  our own names
            " generate_series(1, CAST(:times AS int)) AS n ON CONFLICT DO NOTHING"
        ),
        {"times": times},
    )
    found: int = connection.execute(
        text(f'SELECT count(*) FROM "{table.name}"')  # noqa: S608  our own names
    ).scalar_one()
    return found


def _value(table: Table, column: Column[Any], copied: set[str]) -> str:
    name = column.name
    otherwise = _OTHERWISE.get((table.name, name))
    if otherwise is not None:
        return otherwise
    refers_to = {each.column.table.name for each in column.foreign_keys}
    is_id = column.type.python_type is UUID
    if is_id and (refers_to & copied or not refers_to):
        return f'md5(t."{name}"::text || n)::uuid'
    if column.unique or name == "reference":
        return f"t.\"{name}\" || '-' || n"
    return f't."{name}"'
