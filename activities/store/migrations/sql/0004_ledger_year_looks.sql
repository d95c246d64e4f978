-- What the verbs of a year look at, and the movements they make.

CREATE FUNCTION ledger_is_unlimited(pot text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT pot IN ('high_needs_block', 'deficit', 'opening', 'closing', 'recouped')
$$;

-- Available money of one pot, into that of others, each in the year of its line.
CREATE FUNCTION ledger_from_pot(source text, lines jsonb) RETURNS ledger_movement[]
LANGUAGE sql IMMUTABLE AS $$
    SELECT array_agg((m.pot, l.financial_year, 'available', m.pence)::ledger_movement)
    FROM jsonb_to_recordset(lines) AS l (pot text, financial_year integer, pence bigint)
    CROSS JOIN LATERAL (VALUES (source, -l.pence), (l.pot, l.pence)) AS m (pot, pence)
$$;

-- As ledger_not_to_open was, by the one list of pots without a floor.
CREATE OR REPLACE FUNCTION ledger_not_to_open(lines jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    was_open jsonb;
    short jsonb;
BEGIN
    SELECT jsonb_agg(jsonb_build_object('pot', a.pot, 'financial_year', a.financial_year)
                ORDER BY a.pot, a.financial_year) FILTER (WHERE a.opened_at IS NOT NULL),
            jsonb_agg(jsonb_build_object(
                'pot', a.pot, 'financial_year', a.financial_year, 'stage', a.stage,
                'available_pence', a.balance_pence, 'asked_pence', 0,
                'shortfall_pence', -a.balance_pence
            ) ORDER BY a.pot, a.financial_year) FILTER (
                WHERE a.balance_pence < 0 AND NOT ledger_is_unlimited(a.pot)
            )
        INTO was_open, short
        FROM ledger_account AS a
        JOIN jsonb_to_recordset(lines) AS l (pot text, financial_year integer)
            ON (a.pot, a.financial_year) = (l.pot, l.financial_year)
        WHERE a.stage = 'available';
    IF was_open IS NOT NULL THEN
        RETURN jsonb_build_object('result', 'already_open', 'open', was_open);
    ELSIF short IS NOT NULL THEN
        RETURN jsonb_build_object('result', 'exceeds_available', 'shortfalls', short);
    END IF;
    RETURN NULL;
END
$$;

-- Why an entry is not undone, or null: the entry's own locks are held.
CREATE FUNCTION ledger_not_to_reverse(
    mistake uuid, verb text, commitment uuid, context jsonb
) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF verb NOT IN (
        'allocate', 'commit', 'pay', 'vire', 'recoup', 'cancel', 'authorise_overspend'
    ) THEN
        RETURN jsonb_build_object('result', 'not_reversible', 'verb', verb);
    ELSIF verb = 'vire' AND NOT ledger_says(context, 'authority') THEN
        RETURN jsonb_build_object('result', 'authority_needed', 'entry_id', mistake);
    ELSIF verb = 'commit' AND ledger_is_paid_on(mistake) THEN
        RETURN jsonb_build_object('result', 'has_payments', 'entry_id', mistake);
    ELSIF (verb = 'commit' AND ledger_still_promised(mistake) IS NULL) OR (
        verb = 'cancel'
        AND EXISTS (SELECT FROM ledger_entry AS back WHERE back.reverses_id = commitment)
    ) THEN
        RETURN jsonb_build_object('result', 'already_resolved', 'entry_id', mistake);
    ELSIF verb = 'pay' AND ledger_is_taken_back_on(commitment, mistake) THEN
        RETURN jsonb_build_object('result', 'exceeds_paid', 'entry_id', mistake);
    END IF;
    RETURN NULL;
END
$$;

-- A payment undone: committed again where it was, or where a year's end has carried its promise. A
-- year that is closed keeps its figure: the money is then the next open year's, from outside it.
CREATE FUNCTION ledger_due_again(payment uuid) RETURNS ledger_movement[]
LANGUAGE sql STABLE AS $$
    SELECT array_agg((m.pot, m.financial_year, m.stage, m.pence)::ledger_movement)
    FROM (
        SELECT a.pot, a.financial_year, p.pence, a.closed_by IS NOT NULL AS is_closed,
            ledger_year_of(a.pot, a.financial_year) AS now_in
        FROM ledger_posting AS p JOIN ledger_account AS a ON a.id = p.account_id
        WHERE p.entry_id = payment AND a.stage = 'paid'
    ) AS paid
    CROSS JOIN LATERAL (VALUES
        (paid.pot, paid.financial_year, 'paid', -paid.pence,
            NOT (paid.is_closed AND paid.now_in > paid.financial_year)),
        ('closing', paid.financial_year, 'available', paid.pence,
            NOT paid.is_closed AND paid.now_in > paid.financial_year),
        ('opening', paid.now_in, 'available', -paid.pence, paid.now_in > paid.financial_year),
        (paid.pot, paid.now_in, 'committed', paid.pence, true)
    ) AS m (pot, financial_year, stage, pence, is_made)
    WHERE m.is_made
$$;

-- Where the money of each line comes back from, and each line that asks for more than stands paid.
CREATE FUNCTION ledger_taken_back(
    commitment uuid, lines jsonb, OUT movements ledger_movement[], OUT exceeding jsonb
) LANGUAGE plpgsql STABLE AS $$
BEGIN
    SELECT array_agg((m.pot, l.financial_year, m.stage, m.pence)::ledger_movement),
            jsonb_agg(DISTINCT jsonb_build_object(
                'pot', l.pot, 'financial_year', l.financial_year, 'asked_pence', l.pence,
                'paid_pence', greatest(l.here_pence, l.before_pence, 0)
            )) FILTER (WHERE l.pence > greatest(l.here_pence, l.before_pence))
        INTO movements, exceeding
        FROM (
            SELECT asked.pot, asked.financial_year, asked.pence,
                least(paid.here_pence, paid.left_pence) AS here_pence,
                least(paid.before_pence, paid.left_pence) AS before_pence
            FROM jsonb_to_recordset(lines)
                AS asked (pot text, financial_year integer, pence bigint)
            CROSS JOIN LATERAL (
                SELECT
                    coalesce(sum(s.paid_pence) FILTER (
                        WHERE s.financial_year = asked.financial_year
                    ), 0) AS here_pence,
                    coalesce(sum(s.paid_pence) FILTER (
                        WHERE s.financial_year < asked.financial_year
                    ), 0) AS before_pence,
                    coalesce(sum(s.paid_pence - s.later_pence), 0) - coalesce((
                        SELECT sum(other.pence) FROM jsonb_to_recordset(lines)
                            AS other (pot text, financial_year integer, pence bigint)
                        WHERE other.pot = asked.pot
                            AND other.financial_year < asked.financial_year
                    ), 0) AS left_pence
                FROM ledger_stands_paid(commitment) AS s WHERE s.pot = asked.pot
            ) AS paid
        ) AS l
        CROSS JOIN LATERAL (VALUES
            (CASE WHEN l.pence <= l.here_pence THEN l.pot ELSE 'recouped' END,
                CASE WHEN l.pence <= l.here_pence THEN 'paid' ELSE 'available' END, -l.pence),
            (l.pot, 'available', l.pence)
        ) AS m (pot, stage, pence);
END
$$;

CREATE FUNCTION ledger_require_carrying(lines jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF lines = '[]' OR EXISTS (
        SELECT FROM jsonb_to_recordset(lines) AS l (
            pot text, financial_year integer, stage text, pence bigint, into_pot text,
            into_stage text
        )
        WHERE num_nulls(l.pot, l.financial_year, l.stage, l.pence, l.into_pot, l.into_stage) > 0
            OR l.pence = 0 OR l.pot IN ('opening', 'closing')
            OR l.into_pot IN ('opening', 'closing')
            OR NOT (
                (l.stage = 'available' AND l.into_stage = 'available')
                OR (l.stage IN ('held', 'committed') AND l.pence > 0
                    AND (l.stage, l.pot) = (l.into_stage, l.into_pot))
            )
    ) THEN
        RAISE EXCEPTION 'each line carries what stands at one stage of a pot into the next year'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
END
$$;

CREATE FUNCTION ledger_carrying(lines jsonb) RETURNS ledger_movement[] LANGUAGE sql IMMUTABLE AS $$
    SELECT array_agg((m.pot, m.financial_year, m.stage, m.pence)::ledger_movement)
    FROM jsonb_to_recordset(lines) AS l (
        pot text, financial_year integer, stage text, pence bigint, into_pot text, into_stage text
    )
    CROSS JOIN LATERAL (VALUES
        (l.pot, l.financial_year, l.stage, -l.pence),
        ('closing', l.financial_year, 'available', l.pence),
        ('opening', l.financial_year + 1, 'available', -l.pence),
        (l.into_pot, l.financial_year + 1, l.into_stage, l.pence)
    ) AS m (pot, financial_year, stage, pence)
$$;

-- Held and committed money of the pots that carry any, where other than the lines say stands there.
CREATE FUNCTION ledger_not_whole(lines jsonb) RETURNS jsonb LANGUAGE sql STABLE AS $$
    WITH line AS (
        SELECT l.pot, l.financial_year, l.stage, l.pence
        FROM jsonb_to_recordset(lines)
            AS l (pot text, financial_year integer, stage text, pence bigint)
        WHERE l.stage IN ('held', 'committed')
    ),
    wrong AS (
        SELECT a.pot, a.financial_year, a.stage, a.balance_pence,
            coalesce(sum(line.pence), 0) AS asked_pence
        FROM ledger_account AS a LEFT JOIN line USING (pot, financial_year, stage)
        WHERE a.stage IN ('held', 'committed')
            AND (a.pot, a.financial_year) IN (SELECT pot, financial_year FROM line)
        GROUP BY a.id HAVING a.balance_pence <> coalesce(sum(line.pence), 0)
            AND a.carried_by IS NULL
    )
    SELECT CASE WHEN count(*) > 0 THEN jsonb_build_object('differing', jsonb_agg(
        to_jsonb(wrong) ORDER BY pot, financial_year, stage
    )) END FROM wrong
$$;

CREATE FUNCTION ledger_period_of(context jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_build_object(
        'financial_year', context -> 'financial_year', 'period', context -> 'period'
    )
$$;

CREATE FUNCTION ledger_is_closed(context jsonb) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM ledger_period AS p
        WHERE p.financial_year = (context ->> 'financial_year')::integer
            AND p.period = (context ->> 'period')::integer AND p.is_closed
    )
$$;

CREATE FUNCTION ledger_turn_period(
    entry uuid, content jsonb, context jsonb, is_closed boolean
) RETURNS ledger_answer LANGUAGE plpgsql AS $$
DECLARE
    answer ledger_answer := ledger_write(entry, content, context, '{}', '{}');
BEGIN
    INSERT INTO ledger_period AS p (financial_year, period, is_closed, entry_id)
    VALUES (
        (context ->> 'financial_year')::integer, (context ->> 'period')::smallint,
        ledger_turn_period.is_closed, entry
    )
    ON CONFLICT ON CONSTRAINT ledger_period_pkey
    DO UPDATE SET is_closed = excluded.is_closed, entry_id = excluded.entry_id;
    RETURN answer;
END
$$;

-- Why pots are not closed for a year: unknown, closed before, or something stands in them.
CREATE FUNCTION ledger_not_to_close(lines jsonb) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
    unknown jsonb;
    closed jsonb;
    standing jsonb;
BEGIN
    SELECT jsonb_agg(DISTINCT jsonb_build_object('pot', l.pot, 'financial_year', l.financial_year))
                FILTER (WHERE a.id IS NULL),
            jsonb_agg(DISTINCT jsonb_build_object('pot', a.pot, 'financial_year', a.financial_year))
                FILTER (WHERE a.closed_by IS NOT NULL),
            jsonb_agg(jsonb_build_object(
                'pot', a.pot, 'financial_year', a.financial_year, 'stage', a.stage,
                'pence', a.balance_pence
            ) ORDER BY a.pot, a.financial_year, a.stage) FILTER (
                WHERE a.balance_pence <> 0 AND a.stage <> 'paid' AND NOT (
                    a.stage = 'available' AND a.pot IN ('opening', 'closing', 'recouped')
                )
            )
        INTO unknown, closed, standing
        FROM jsonb_to_recordset(lines) AS l (pot text, financial_year integer)
        LEFT JOIN ledger_account AS a
            ON a.pot = l.pot AND a.financial_year = l.financial_year;
    RETURN CASE
        WHEN unknown IS NOT NULL THEN
            jsonb_build_object('result', 'not_found', 'unknown', unknown)
        WHEN closed IS NOT NULL THEN
            jsonb_build_object('result', 'already_closed', 'closed', closed)
        WHEN standing IS NOT NULL THEN
            jsonb_build_object('result', 'not_empty', 'standing', standing)
    END;
END
$$;
