"""Many requests out of a few: decided cases that were really played, written again set by set.

Playing ten thousand takes half an hour (`county_year`); here the owner of the tables copies those
that were played, each with ids of its own. More than a county's year of them lie in the years
before: a hundred thousand requests are ten years. The ledger has its own in `reporting`.
"""

from sqlalchemy import Connection, create_engine, text

from activities.settings import Settings

_KEPT = frozenset(
    {
        *("person_id", "member_id", "submitted_by", "officer_id"),
        *("pupil_id", "provision_id", "plan_provision_id"),
    }
)
"""Ids of what is not copied: people, pupils and places stay who and where they are."""
_ITEMS_A_MEETING = 30
"""As many as a panel hears in an afternoon, and more."""
A_YEAR = 10_000
"""Requests of a large county in a year."""
_OF_REQUEST = (
    *("request_version", "request_pupil", "part_played", "placing", "decision", "letter"),
    *("award", "agenda_item", "ballot"),
)
_BEHIND = {
    "interest": "item_id IN (SELECT i.id FROM agenda_item AS i JOIN copied USING (request_id))",
    "vote": "ballot_id IN (SELECT b.id FROM ballot AS b JOIN copied USING (request_id))",
    "instalment": "award_id IN (SELECT a.id FROM award AS a JOIN copied USING (request_id))",
    "act": "subject_id IN (SELECT request_id FROM copied)",
    "event": "subject_id IN (SELECT request_id FROM copied)",
}
_MEETINGS = """
INSERT INTO meeting ({columns})
SELECT {values} FROM meeting AS t, generate_series(CAST(:first AS int), CAST(:last AS int)) AS n
WHERE n % :copies = 0
  AND t.id IN (SELECT meeting_id FROM agenda_item JOIN copied USING (request_id))
"""
_COPIES_A_MEETING = text(
    "SELECT greatest(1, CAST(:items AS int) / max(items)) FROM (SELECT count(*) AS items"
    " FROM agenda_item JOIN copied USING (request_id) GROUP BY meeting_id) AS heard"
)
"""Each copy has all the items of its meeting that were played: so many fill an agenda."""
_COLUMNS = text(
    "SELECT column_name, data_type FROM information_schema.columns"
    " WHERE table_schema = 'public' AND table_name = :table AND is_generated = 'NEVER'"
    " ORDER BY ordinal_position"
)
_YEARS_AGO = f"make_interval(years => n * CAST(:played AS int) / {A_YEAR})"
_OTHERWISE = {
    ("support_request", "reference"): "t.reference || '-' || n",
    ("event", "position"): "t.position + 1000000::bigint * n",
    ("agenda_item", "meeting_id"): "md5(t.meeting_id::text || n / :copies * :copies)::uuid",
    ("meeting", "starts_at"): "t.starts_at - n * interval '1 minute'"
    # No two meetings of a cluster begin in the same moment, nor may their copies.
    f" - (hashtext(t.id::text) & 65535) * interval '1 microsecond' - {_YEARS_AGO}",
    ("meeting", "stage"): "'closed'",
}
"""Columns that a copy has otherwise than its id says."""


def multiply(chosen: Settings, requests: int) -> int:
    """Copy the decided requests until there are so many; how many there are then."""
    assert chosen.database_owner_url is not None
    engine = create_engine(chosen.database_owner_url)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL ROLE NONE"))
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        found = _copied(connection, requests)
    # As autovacuum would have left them in the time that so many requests take.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()
    return found


def _copied(connection: Connection, requests: int) -> int:
    """Copy in rounds: each takes every request that was played, and numbers its copies on."""
    count = text("SELECT count(*) FROM support_request")
    connection.execute(
        text(
            "CREATE TEMP TABLE copied ON COMMIT DROP AS SELECT id AS request_id"
            " FROM support_request WHERE stage = 'decided' AND reference NOT LIKE '%-%-%-%'"
        )
    )
    played: int = connection.execute(text("SELECT count(*) FROM copied")).scalar_one()
    there: int = connection.execute(count).scalar_one()
    first = (there // played) + 1
    last = first + (requests - there) // played
    copies = connection.execute(_COPIES_A_MEETING, {"items": _ITEMS_A_MEETING}).scalar_one()
    numbers = {"first": first, "last": last, "played": played, "copies": copies}
    columns, values = _values(connection, "meeting")
    every = {**numbers, "first": first - first % copies}
    meetings = _MEETINGS.format(columns=columns, values=values) + " ON CONFLICT (id) DO NOTHING"
    connection.execute(text(meetings), every)
    numbered = "generate_series(CAST(:first AS int), CAST(:last AS int)) AS n"
    whose = {"support_request": "id IN (SELECT request_id FROM copied)"}
    whose |= dict.fromkeys(_OF_REQUEST, "request_id IN (SELECT request_id FROM copied)")
    for table, rows in (whose | _BEHIND).items():
        columns, values = _values(connection, table)
        connection.execute(
            text(
                f'INSERT INTO "{table}" ({columns}) SELECT {values}'  # noqa: S608  our own names
                f' FROM "{table}" AS t, {numbered} WHERE t.{rows}'
            ),
            numbers,
        )
    found: int = connection.execute(count).scalar_one()
    return found


def _values(connection: Connection, table: str) -> tuple[str, str]:
    """A table's columns, and what the n-th copy has in each: an id of its own, or the same."""
    rows = connection.execute(_COLUMNS, {"table": table}).all()
    names = [name for name, _ in rows]
    values = [_value(table, name, kind) for name, kind in rows]
    return ", ".join(f'"{name}"' for name in names), ", ".join(values)


def _value(table: str, name: str, kind: str) -> str:
    otherwise = _OTHERWISE.get((table, name))
    if otherwise is not None:
        return otherwise
    if kind == "uuid" and name not in _KEPT:
        return f'md5(t."{name}"::text || n)::uuid'
    if kind == "date" or kind.startswith("timestamp"):
        return f'CAST(t."{name}" - {_YEARS_AGO} AS {kind})'
    return f't."{name}"'
