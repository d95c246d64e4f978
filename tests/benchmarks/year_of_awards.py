"""A county's year of payments, written set by set by the owner: requests, awards, what was paid.

Every award is paid once a month. No verb is called: what is measured here is reading.
"""

from sqlalchemy import create_engine, text

from activities.settings import Settings

YEAR = 2026
AWARDS = 6_000
LINES = AWARDS * 12
_PENCE = 415_00

_STEPS = (
    "SET LOCAL ROLE NONE",
    "SET LOCAL session_replication_role = replica",
    # A request, its placing and its award, each with a number to be found by.
    """
    CREATE TEMP TABLE made ON COMMIT DROP AS
    SELECT n, gen_random_uuid() AS request_id, gen_random_uuid() AS placing_id,
        gen_random_uuid() AS award_id, gen_random_uuid() AS commit_id,
        s.code AS school, c.cluster_code AS cluster,
        coalesce((SELECT a.area_code FROM cluster_in_area AS a
            WHERE a.cluster_code = c.cluster_code LIMIT 1), '') AS area
    FROM generate_series(1, :awards) AS n
    JOIN (
        SELECT code, row_number() OVER (ORDER BY code) - 1 AS place, count(*) OVER () AS schools
        FROM school
    ) AS s ON s.place = n % s.schools
    JOIN school_in_cluster AS c ON c.school_code = s.code AND c.until_on IS NULL
    """,
    """
    INSERT INTO support_request (
        id, reference, kind, school_code, cluster_code, area_code, has_plan, stage, level, pins,
        submitted_at, submitted_by, version, stage_since_at, decide_by_at, overdue,
        times_without_quorum, placing_id, decision_id, why
    )
    SELECT request_id, 'B-' || n,
        (ARRAY['individual', 'individual', 'group', 'project'])[1 + n % 4], school,
        cluster, area, false, 'decided', 'cluster', '{}', '2026-04-01T08:00:00Z',
        (SELECT id FROM person LIMIT 1), 1, '2026-04-01T08:00:00Z', '2026-05-01T08:00:00Z', false,
        0, placing_id, request_id, '{}'
    FROM made
    """,
    """
    INSERT INTO request_version (request_id, number, content, act_id, recorded_at)
    SELECT request_id, 1, jsonb_build_object('pupils', jsonb_build_array(jsonb_build_object(
            'pupil_id', request_id, 'school', school, 'school_spends_pence', 600000))),
        gen_random_uuid(), '2026-04-01T08:00:00Z'
    FROM made
    """,
    """
    INSERT INTO "placing" (
        id, request_id, number, profile, spread, recommendation, tier, route, annual_pence,
        by_school_pence, inputs, inputs_sha256, policy, working, hold_lines, pots_tried, recorded_at
    )
    SELECT placing_id, request_id, 1, jsonb_build_object('levels', jsonb_build_object(
            'communication_and_interaction', n % 5, 'cognition_and_learning', n % 4,
            'social_emotional_and_mental_health', n % 3, 'sensory_and_or_physical', n % 2)),
        '{}', 'as_asked', 'predictable', 'predictable', :pence * 12, '{}', '{}', '', '{}', '{}',
        '[]', '[]', '2026-04-01T08:00:00Z'
    FROM made
    """,
    """
    INSERT INTO award (
        id, request_id, decision_id, school_code, payee_code, payee_kind, from_on, until_on,
        annual_pence, total_pence, pot, commit_id, outcomes
    )
    SELECT award_id, request_id, gen_random_uuid(), school, school, 'maintained_school',
        '2026-04-01', '2027-04-01', :pence * 12, :pence * 12, 'cluster:' || cluster, commit_id, '[]'
    FROM made
    """,
    """
    INSERT INTO ledger_account (pot, financial_year, stage, floor_pence)
    SELECT p.pot, 2026, s.stage, CASE WHEN s.stage = 'available' THEN NULL ELSE 0 END
    FROM (SELECT DISTINCT 'cluster:' || cluster AS pot FROM made) AS p
    CROSS JOIN (VALUES ('available'), ('held'), ('committed'), ('paid')) AS s (stage)
    ON CONFLICT DO NOTHING
    """,
    """
    CREATE TEMP TABLE paid ON COMMIT DROP AS
    SELECT m.*, gen_random_uuid() AS id, period, make_date(
            2026 + (period + 2) / 12, (period + 2) % 12 + 1, 1) AS due_on,
        row_number() OVER (ORDER BY period, n) AS place
    FROM made AS m CROSS JOIN generate_series(1, 12) AS period
    """,
    """
    INSERT INTO ledger_entry (
        id, verb, recorded_at, effective_on, financial_year, period, academic_year, request_id,
        award_id, commitment_id, instalment_number, attempt, section_251_line, cost_centre, content,
        content_hash
    )
    SELECT id, 'pay', due_on, due_on, 2026, period, 2026, request_id, award_id, commit_id, period,
        1, '1.2.1', 'HN210', '{}', sha256('')
    FROM paid ORDER BY place
    """,
    """
    INSERT INTO ledger_posting (entry_id, account_id, position, pence, running_pence)
    SELECT p.id, a.id, 1000000 + p.place, s.sign * :pence, 0
    FROM paid AS p CROSS JOIN (VALUES ('committed', -1), ('paid', 1)) AS s (stage, sign)
    JOIN ledger_account AS a
        ON (a.pot, a.financial_year, a.stage) = ('cluster:' || p.cluster, 2026, s.stage)
    ORDER BY p.place
    """,
)


def fill(chosen: Settings) -> int:
    """Write a year of awards and their payments; how many payments there are."""
    assert chosen.database_owner_url is not None
    engine = create_engine(chosen.database_owner_url)
    amounts = {"awards": AWARDS, "pence": _PENCE}
    with engine.begin() as connection:
        for step in _STEPS:
            connection.execute(text(step), {k: v for k, v in amounts.items() if f":{k}" in step})
        count = text("SELECT count(*) FROM ledger_entry WHERE verb = 'pay'")
        found: int = connection.execute(count).scalar_one()
    # Statistics, as autovacuum would have made them in the time that so many entries take.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    engine.dispose()
    return found
