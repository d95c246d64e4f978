"""A ledger of as many entries as one asks for, written set by set by the owner: no verb is called.

What it holds is what the verbs would have written: a check finds no difference in it.
"""

from sqlalchemy import create_engine, text

from activities.settings import Settings
from tests.benchmarks.report import CannotMeasure

CLUSTERS = 200
_PENCE = 1_000_00
"""What each hold, commitment and payment comes to."""

_STEPS = (
    "SET LOCAL ROLE NONE",
    "SET LOCAL session_replication_role = replica",
    "SET LOCAL work_mem = '256MB'",
    "SET LOCAL maintenance_work_mem = '256MB'",
    # Made again at the end, which is quicker than keeping it up for every row.
    """
    ALTER TABLE ledger_posting
        DROP CONSTRAINT ledger_posting_pkey, DROP CONSTRAINT ledger_posting_has_its_place
    """,
    # The pots, as `open` leaves them, and what each is given.
    """
    INSERT INTO ledger_account (pot, financial_year, stage, floor_pence, opened_at)
    SELECT p.pot, 2026, s.stage, CASE
            WHEN s.stage = 'available' AND p.pot = 'high_needs_block' THEN NULL ELSE 0 END,
        CAST(:opened_at AS timestamptz)
    FROM (
        SELECT 'high_needs_block' AS pot UNION ALL
        SELECT 'cluster:bench-' || n FROM generate_series(1, :clusters) AS n
    ) AS p
    CROSS JOIN (VALUES ('available'), ('held'), ('committed'), ('paid')) AS s (stage)
    """,
    # Each entry: the opening, what each pot is given, and then rounds of a hold, the commitment
    # that ends it and its payment, from pot to pot.
    """
    CREATE TEMP TABLE said ON COMMIT DROP AS
    WITH made AS (
        SELECT n AS number, gen_random_uuid() AS id, CASE
                WHEN n = 1 THEN 'open' WHEN n <= 1 + :clusters THEN 'allocate'
                ELSE (ARRAY['hold', 'commit', 'pay'])[1 + (n - 2 - :clusters) % 3] END AS verb,
            'cluster:bench-' || 1 + CASE
                WHEN n <= 1 + :clusters THEN (n - 2) ELSE (n - 2 - :clusters) / 3 % :clusters
            END AS pot,
            CASE WHEN n <= 1 + :clusters THEN :budget ELSE :pence END AS pence
        FROM generate_series(1, :entries) AS n
    )
    SELECT number, id, verb, pot, pence, before_id, (
            jsonb_build_object(
                'effective_on', '2026-10-05', 'financial_year', 2026, 'period', 7,
                'academic_year', 2026, 'policy_version_ids', '[]'::jsonb, 'verb', verb,
                'lines', CASE WHEN verb = 'open' THEN (
                    SELECT jsonb_agg(
                        jsonb_build_object('pot', p.pot, 'financial_year', 2026) ORDER BY p.pot)
                    FROM (SELECT DISTINCT a.pot FROM ledger_account AS a) AS p
                ) ELSE jsonb_build_array(
                    jsonb_build_object('pot', pot, 'financial_year', 2026, 'pence', pence)) END
            ) || CASE verb
                WHEN 'allocate' THEN '{"source_pot": "high_needs_block"}'
                WHEN 'commit' THEN jsonb_build_object('hold_id', before_id, 'instalments',
                    jsonb_build_array(jsonb_build_object(
                        'number', 1, 'due_on', '2026-11-01', 'pot', pot, 'financial_year', 2026,
                        'period', 8, 'pence', pence)))
                WHEN 'pay' THEN jsonb_build_object(
                    'commitment_id', before_id, 'instalment_number', 1, 'attempt', 1)
                ELSE '{}' END
        ) AS content
    FROM (SELECT *, lag(id) OVER (ORDER BY number) AS before_id FROM made) AS m
    """,
    """
    INSERT INTO ledger_entry (
        id, verb, recorded_at, effective_on, financial_year, period, academic_year,
        resolves_id, commitment_id, instalment_number, attempt, content, content_hash
    )
    SELECT id, verb,
        CAST(CASE verb WHEN 'open' THEN :opened_at ELSE :recorded_at END AS timestamptz),
        '2026-10-05', 2026, 7, 2026,
        CASE verb WHEN 'commit' THEN before_id END, CASE verb WHEN 'pay' THEN before_id END,
        CASE verb WHEN 'pay' THEN 1 END, CASE verb WHEN 'pay' THEN 1 END,
        content, sha256(convert_to(content::text, 'UTF8'))
    FROM said ORDER BY number
    """,
    """
    INSERT INTO ledger_commitment_instalment (
        commit_id, number, due_on, pot, financial_year, period, pence
    )
    SELECT id, 1, '2026-11-01', pot, 2026, 8, pence FROM said WHERE verb = 'commit'
    """,
    """
    INSERT INTO ledger_posting (entry_id, account_id, position, pence, running_pence)
    SELECT s.id, a.id, row_number() OVER w, m.sign * s.pence, sum(m.sign * s.pence) OVER w
    FROM said AS s
    JOIN (VALUES
        ('allocate', 'high_needs_block', 'available', -1), ('allocate', NULL, 'available', 1),
        ('hold', NULL, 'available', -1), ('hold', NULL, 'held', 1),
        ('commit', NULL, 'held', -1), ('commit', NULL, 'committed', 1),
        ('pay', NULL, 'committed', -1), ('pay', NULL, 'paid', 1)
    ) AS m (verb, pot, stage, sign) ON m.verb = s.verb
    JOIN ledger_account AS a ON (a.pot, a.financial_year, a.stage)
        = (coalesce(m.pot, s.pot), 2026, m.stage)
    WINDOW w AS (PARTITION BY a.id ORDER BY s.number)
    ORDER BY s.number
    """,
    """
    ALTER TABLE ledger_posting
        ADD PRIMARY KEY (entry_id, account_id),
        ADD CONSTRAINT ledger_posting_has_its_place UNIQUE (account_id, position)
    """,
    """
    UPDATE ledger_account AS a SET balance_pence = p.pence, posting_count = p.postings
    FROM (
        SELECT account_id, sum(pence)::bigint AS pence, count(*) AS postings
        FROM ledger_posting GROUP BY account_id
    ) AS p
    WHERE p.account_id = a.id
    """,
)


def fill(chosen: Settings, entries: int) -> None:
    """Write so many entries, with everything that hangs on them, in one transaction."""
    assert chosen.database_owner_url is not None
    engine = create_engine(chosen.database_owner_url)
    known = {
        "clusters": CLUSTERS,
        "entries": entries,
        "pence": _PENCE,
        "budget": _PENCE * entries,
        "opened_at": "2026-04-01T08:00:00Z",
        "recorded_at": "2026-10-05T08:00:00Z",
    }
    with engine.begin() as connection:
        for step in _STEPS:
            connection.execute(text(step), {k: v for k, v in known.items() if f":{k}" in step})
        found = connection.execute(text("SELECT count(*) FROM ledger_entry")).scalar_one()
    if found != entries:
        raise CannotMeasure(f"{found} entries were written instead of {entries}.")
    # Statistics, as autovacuum would have made them in the time that so many entries take.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET ROLE NONE"))
        connection.execute(text("VACUUM (ANALYZE) ledger_entry, ledger_posting, ledger_account"))
    engine.dispose()
