-- Steps that the verbs share. Nobody but the verbs may call them: see 0004_ledger_rights.sql.
-- Locks are always taken in the same order: period, id, entry followed and its commitment, accounts
-- by id. The names of answers are TigerBeetle's where it has one.

DROP FUNCTION ledger_begin(uuid, jsonb);
DROP FUNCTION ledger_post(uuid, jsonb, jsonb, ledger_movement[]);
DROP FUNCTION ledger_accounts_of(ledger_movement[]);
DROP FUNCTION ledger_lock_and_look(bigint[], bigint[]);
DROP FUNCTION ledger_write_entry(uuid, jsonb, jsonb);

-- Takes the locks that every verb takes, then says whether the id was heard before (else nulls),
-- and refuses where the period is closed. Every verb shares the period's lock; those that close or
-- open a period take it alone: they wait for whoever is at work in it, and nobody slips past them.
CREATE FUNCTION ledger_begin(entry_id uuid, content jsonb, context jsonb) RETURNS ledger_answer
LANGUAGE plpgsql AS $$
DECLARE
    year integer := content ->> 'financial_year';
    month integer := content ->> 'period';
    is_about_period boolean := content ->> 'verb' IN ('close', 'reopen');
    known record;
BEGIN
    IF is_about_period THEN
        PERFORM pg_advisory_xact_lock(251, year * 100 + month);
    END IF;
    PERFORM pg_advisory_xact_lock_shared(251, year * 100 + month),
        pg_advisory_xact_lock(hashtextextended(entry_id::text, 251));
    -- In a statement of its own, so that it sees what was committed while the locks were waited
    -- for.
    SELECT e.content, e.number, r.result AS refused, r.detail, EXISTS (
                SELECT FROM ledger_period AS p
                WHERE p.financial_year = year AND p.period = month AND p.is_closed
            ) AS is_closed
        INTO known
        FROM (VALUES (entry_id)) AS asked (id)
        LEFT JOIN ledger_entry AS e ON e.id = asked.id
        LEFT JOIN ledger_refusal AS r ON r.id = asked.id;
    IF known.number IS NOT NULL OR known.refused IS NOT NULL THEN
        RETURN ledger_heard_before(
            known.content, known.number, known.refused, known.detail, content
        );
    ELSIF known.is_closed AND NOT is_about_period THEN
        RETURN ledger_refuse(
            entry_id, content, context, 'period_closed',
            jsonb_build_object('financial_year', year, 'period', month)
        );
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION ledger_heard_before(
    before jsonb, number bigint, refused text, detail jsonb, content jsonb
) RETURNS ledger_answer LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF refused IS NOT NULL THEN
        RETURN (
            'id_already_failed', detail || jsonb_build_object('first_result', refused)
        )::ledger_answer;
    ELSIF before = content THEN
        RETURN ('exists', jsonb_build_object('number', number))::ledger_answer;
    END IF;
    RETURN (
        'exists_with_different_' || ledger_first_difference(before, content),
        jsonb_build_object('number', number)
    )::ledger_answer;
END
$$;

CREATE FUNCTION ledger_says(context jsonb, field text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(btrim(context ->> field), '') <> ''
$$;

-- The year in which what was promised of a pot in a year stands now: past every year whose promises
-- were carried on, and every one that is closed. A closed year with nothing left to carry may still
-- have a payment come back.
CREATE FUNCTION ledger_year_of(of_pot text, year integer) RETURNS integer
LANGUAGE plpgsql STABLE AS $$
BEGIN
    WHILE EXISTS (
        SELECT FROM ledger_account AS a
        WHERE a.pot = of_pot AND a.financial_year = year AND a.stage = 'committed'
            AND (a.carried_by IS NOT NULL OR a.closed_by IS NOT NULL)
    ) LOOP
        year := year + 1;
    END LOOP;
    RETURN year;
END
$$;

-- The money of what was carried follows it: movements out of an earlier year's hold or promise are
-- made in the year where it stands now.
CREATE FUNCTION ledger_carried(movements ledger_movement[]) RETURNS ledger_movement[]
LANGUAGE sql STABLE AS $$
    SELECT array_agg(
        (m.pot, ledger_year_of(m.pot, m.financial_year), m.stage, m.pence)::ledger_movement
    )
    FROM unnest(movements) AS m
$$;

-- A year that nobody opened yet gets accounts without a floor, if its pot is open in an earlier
-- one, or is one of the ledger's own, which stand for what is outside it. Answers the pots and
-- years that the ledger does not know, or null.
CREATE OR REPLACE FUNCTION ledger_reach_accounts(movements ledger_movement[]) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    unknown jsonb;
BEGIN
    SELECT jsonb_agg(DISTINCT jsonb_build_object('pot', m.pot, 'financial_year', m.financial_year))
        INTO unknown
        FROM unnest(movements) AS m
        WHERE m.pot NOT IN ('opening', 'closing', 'recouped') AND NOT EXISTS (
            SELECT FROM ledger_account AS a WHERE a.pot = m.pot AND a.opened_at IS NOT NULL
                AND a.financial_year <= m.financial_year
        );
    IF unknown IS NULL THEN
        INSERT INTO ledger_account (pot, financial_year, stage, floor_pence)
        SELECT m.pot, m.financial_year, s.stage, CASE WHEN s.stage <> 'available' THEN 0 END
        FROM (SELECT DISTINCT pot, financial_year FROM unnest(movements)) AS m
        CROSS JOIN (VALUES ('available'), ('held'), ('committed'), ('paid')) AS s (stage)
        ORDER BY m.pot, m.financial_year, s.stage
        ON CONFLICT DO NOTHING;
    END IF;
    RETURN CASE WHEN unknown IS NOT NULL THEN jsonb_build_object('unknown', unknown) END;
END
$$;

-- Finds the accounts that movements touch, once each, and takes their rows in the order of their
-- ids; says whether one is missing, below its floor, closed or carried if they moved. The locks are
-- held from here to the end of the transaction, so there is as little as can be between here and
-- there.
CREATE FUNCTION ledger_take(
    movements ledger_movement[], OUT account_ids bigint[], OUT amounts bigint[],
    OUT is_missing boolean, OUT is_short boolean, OUT is_closed boolean
) LANGUAGE plpgsql AS $$
BEGIN
    SELECT array_agg(a.id), array_agg(a.pence),
            bool_or(a.pence < 0 AND a.balance_pence + a.pence < a.floor_pence),
            bool_or(a.closed_by IS NOT NULL OR a.carried_by IS NOT NULL)
        INTO account_ids, amounts, is_short, is_closed
        FROM (
            SELECT f.id, n.pence, f.balance_pence, f.floor_pence, f.closed_by, f.carried_by
            FROM (
                SELECT m.pot, m.financial_year, m.stage, sum(m.pence)::bigint AS pence
                FROM unnest(movements) AS m
                GROUP BY m.pot, m.financial_year, m.stage HAVING sum(m.pence) <> 0
            ) AS n
            JOIN ledger_account AS f ON f.pot = n.pot AND f.financial_year = n.financial_year
                AND f.stage = n.stage
            ORDER BY f.id FOR NO KEY UPDATE OF f
        ) AS a;
    -- As many accounts as movements: none is missing. Fewer: some are, or several were of one
    -- account.
    is_missing := cardinality(account_ids) IS DISTINCT FROM cardinality(movements);
    IF is_missing THEN
        is_missing := cardinality(account_ids) IS DISTINCT FROM (
            SELECT count(*) FROM (
                SELECT FROM unnest(movements) AS m
                GROUP BY m.pot, m.financial_year, m.stage HAVING sum(m.pence) <> 0
            ) AS n
        );
    END IF;
END
$$;

-- Why accounts that are taken do not move: each that is closed, or else each that would fall below
-- its floor.
CREATE FUNCTION ledger_not_to_move(
    account_ids bigint[], amounts bigint[], is_closed boolean,
    OUT result text, OUT detail jsonb
) LANGUAGE plpgsql STABLE AS $$
DECLARE
    short jsonb;
    closed jsonb;
BEGIN
    SELECT jsonb_agg(
                jsonb_build_object(
                    'pot', a.pot, 'financial_year', a.financial_year, 'stage', a.stage,
                    'available_pence', a.balance_pence, 'asked_pence', -n.pence,
                    'shortfall_pence', a.floor_pence - a.balance_pence - n.pence
                ) ORDER BY a.pot, a.financial_year, a.stage
            ) FILTER (WHERE n.pence < 0 AND a.balance_pence + n.pence < a.floor_pence),
            jsonb_agg(
                jsonb_build_object(
                    'pot', a.pot, 'financial_year', a.financial_year, 'stage', a.stage
                ) ORDER BY a.pot, a.financial_year, a.stage
            ) FILTER (WHERE a.closed_by IS NOT NULL OR a.carried_by IS NOT NULL)
        INTO short, closed
        FROM unnest(account_ids, amounts) AS n (id, pence)
        JOIN ledger_account AS a ON a.id = n.id;
    IF is_closed THEN
        result := 'account_closed';
        detail := jsonb_build_object('closed', closed);
    ELSE
        result := 'exceeds_available';
        detail := jsonb_build_object('shortfalls', short);
    END IF;
END
$$;

-- Looks, and writes the entry and its postings, or refuses and writes only that. `followed` are the
-- movements out of a hold or promise made before, which follow where a year's end carried it.
CREATE FUNCTION ledger_post(
    entry_id uuid, content jsonb, context jsonb, own ledger_movement[],
    followed ledger_movement[] DEFAULT NULL
) RETURNS ledger_answer
LANGUAGE plpgsql AS $$
DECLARE
    is_followed boolean := followed IS NULL;
    is_reached boolean := false;
    movements ledger_movement[] := own || followed;
    taken record;
    unknown jsonb;
    obstacle record;
BEGIN
    LOOP
        taken := ledger_take(movements);
        IF taken.is_missing AND NOT is_reached THEN
            unknown := ledger_reach_accounts(movements);
            IF unknown IS NOT NULL THEN
                RETURN ledger_refuse(entry_id, content, context, 'not_found', unknown);
            END IF;
            is_reached := true;
        ELSIF taken.is_closed AND NOT is_followed THEN
            movements := own || ledger_carried(followed);
            is_followed := true;
            is_reached := false;
        ELSE
            EXIT;
        END IF;
    END LOOP;
    IF taken.is_closed OR taken.is_short THEN
        obstacle := ledger_not_to_move(taken.account_ids, taken.amounts, taken.is_closed);
        RETURN ledger_refuse(entry_id, content, context, obstacle.result, obstacle.detail);
    END IF;
    RETURN ledger_write(entry_id, content, context, taken.account_ids, taken.amounts);
END
$$;

-- Writes an entry with its postings and balances in one statement: see 0004_ledger_guards.sql.
CREATE FUNCTION ledger_write(
    entry_id uuid, content jsonb, context jsonb, account_ids bigint[], amounts bigint[]
) RETURNS ledger_answer
LANGUAGE plpgsql AS $$
DECLARE
    entry_number bigint;
BEGIN
    WITH moved AS (
        UPDATE ledger_account AS a
        SET balance_pence = a.balance_pence + n.pence, posting_count = a.posting_count + 1
        FROM unnest(account_ids, amounts) AS n (id, pence)
        WHERE a.id = n.id AND a.id = ANY (account_ids)
        RETURNING a.id, a.posting_count, n.pence, a.balance_pence
    ),
    posted AS (
        INSERT INTO ledger_posting (entry_id, account_id, position, pence, running_pence)
        SELECT ledger_write.entry_id, m.id, m.posting_count, m.pence, m.balance_pence
        FROM moved AS m
    )
    INSERT INTO ledger_entry (
        id, verb, recorded_at, effective_on, financial_year, period, academic_year, request_id,
        award_id, instalment_number, attempt, decision_id, act_id, actor_id, policy_version_ids,
        reason, authority, section_251_line, cost_centre, reference, run_id, belongs_to,
        resolves_id, reverses_id, commitment_id, content, content_hash
    )
    SELECT
        ledger_write.entry_id, content ->> 'verb', c.recorded_at, c.effective_on, c.financial_year,
        c.period, c.academic_year, c.request_id, c.award_id, c.instalment_number, c.attempt,
        c.decision_id, c.act_id, c.actor_id, coalesce(c.policy_version_ids, '[]'), c.reason,
        c.authority, c.section_251_line, c.cost_centre, c.reference, c.run_id, c.belongs_to,
        c.hold_id, c.reverses_id, c.commitment_id, content,
        sha256(convert_to(content::text, 'UTF8'))
    FROM jsonb_to_record(context) AS c (
        recorded_at timestamptz, effective_on date, financial_year integer, period smallint,
        academic_year integer, request_id uuid, award_id uuid, instalment_number integer,
        attempt integer, decision_id uuid, act_id uuid, actor_id uuid, policy_version_ids jsonb,
        reason text, authority text, section_251_line text, cost_centre text, reference text,
        run_id uuid, belongs_to text, hold_id uuid, reverses_id uuid, commitment_id uuid
    )
    RETURNING number INTO entry_number;
    RETURN ('created', jsonb_build_object('number', entry_number))::ledger_answer;
END
$$;
