-- Steps that the verbs share. Nobody but the verbs may call them: see ledger_rights.sql.
-- Locks are always taken in the same order: period, id, entry followed, accounts by id.

CREATE TYPE ledger_answer AS (result text, detail jsonb);
CREATE TYPE ledger_movement AS (pot text, financial_year integer, stage text, pence bigint);

-- What a command says, apart from the instant, which a repeated command may say differently.
CREATE FUNCTION ledger_content(verb text, lines jsonb, context jsonb) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT (context - 'recorded_at') || jsonb_build_object('verb', verb, 'lines', lines)
$$;

-- Takes the locks that every verb takes, then says whether the id was heard before (else nulls).
-- The period lock is shared by all verbs, so that closing a period can wait for them all.
CREATE FUNCTION ledger_begin(entry_id uuid, content jsonb) RETURNS ledger_answer
LANGUAGE plpgsql AS $$
DECLARE
    known record;
    answer ledger_answer;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(
        251, (content ->> 'financial_year')::integer * 100 + (content ->> 'period')::integer
    );
    PERFORM pg_advisory_xact_lock(hashtextextended(entry_id::text, 251));
    SELECT e.content, e.number, NULL::text AS refused, NULL::jsonb AS detail INTO known
        FROM ledger_entry AS e WHERE e.id = entry_id
    UNION ALL
    SELECT r.content, NULL, r.result, r.detail FROM ledger_refusal AS r WHERE r.id = entry_id;
    IF NOT found THEN
        RETURN NULL;
    ELSIF known.refused IS NOT NULL THEN
        answer.result := 'id_already_failed';
        answer.detail := known.detail || jsonb_build_object('first_result', known.refused);
    ELSIF known.content = content THEN
        answer.result := 'exists';
        answer.detail := jsonb_build_object('number', known.number);
    ELSE
        answer.result := 'exists_with_different_' || ledger_first_difference(known.content, content);
        answer.detail := jsonb_build_object('number', known.number);
    END IF;
    RETURN answer;
END
$$;

CREATE FUNCTION ledger_first_difference(before jsonb, after jsonb) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT key FROM jsonb_each(before) AS b FULL JOIN jsonb_each(after) AS a USING (key)
    WHERE b.value IS DISTINCT FROM a.value
    ORDER BY key <> 'verb', key <> 'lines', key LIMIT 1
$$;

-- A refusal is kept under its id and stays: money that appears later must not turn a no into a yes.
CREATE FUNCTION ledger_refuse(
    entry_id uuid, content jsonb, context jsonb, result text, detail jsonb
) RETURNS ledger_answer
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_refusal (id, verb, content, result, detail, recorded_at)
    VALUES (
        entry_id, content ->> 'verb', content, result, detail,
        (context ->> 'recorded_at')::timestamptz
    );
    RETURN (result, detail)::ledger_answer;
END
$$;

-- The amounts of lines, moved from one stage of their pots to another.
CREATE FUNCTION ledger_moves(lines jsonb, out_of text, into_stage text) RETURNS ledger_movement[]
LANGUAGE sql IMMUTABLE AS $$
    SELECT array_agg((l.pot, l.financial_year, m.stage, m.sign * l.pence)::ledger_movement)
    FROM jsonb_to_recordset(lines) AS l (pot text, financial_year integer, pence bigint)
    CROSS JOIN (VALUES (out_of, -1), (into_stage, 1)) AS m (stage, sign)
$$;

CREATE FUNCTION ledger_require_lines(lines jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF lines = '[]' OR jsonb_array_length(lines) <> jsonb_array_length(jsonb_path_query_array(
        lines,
        '$[*] ? (@.pot.type() == "string" && @.financial_year.type() == "number" && @.pence > 0)'
    )) THEN
        RAISE EXCEPTION 'each line of a command names a pot, a year and whole pence above nought'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
END
$$;

-- Whether lines draw on the deficit without saying by whose authority.
CREATE FUNCTION ledger_lacks_authority(lines jsonb, context jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT lines @> '[{"pot": "deficit"}]' AND coalesce(btrim(context ->> 'authority'), '') = ''
$$;

-- The accounts that movements touch, once each and in the order of their ids; null for the ids if
-- one does not exist. Looked up one by one, so that no plan ever reads the whole table.
CREATE FUNCTION ledger_accounts_of(
    movements ledger_movement[], OUT account_ids bigint[], OUT amounts bigint[]
) LANGUAGE plpgsql AS $$
BEGIN
    SELECT CASE WHEN count(*) = count(n.id) THEN array_agg(n.id ORDER BY n.id) END,
            array_agg(n.pence ORDER BY n.id)
        INTO account_ids, amounts
        FROM (
            SELECT a.id, sum(m.pence)::bigint AS pence
            FROM unnest(movements) AS m
            LEFT JOIN LATERAL (
                SELECT found.id FROM ledger_account AS found
                WHERE found.pot = m.pot AND found.financial_year = m.financial_year
                    AND found.stage = m.stage
                OFFSET 0
            ) AS a ON true
            GROUP BY a.id HAVING sum(m.pence) <> 0 OR a.id IS NULL
        ) AS n;
END
$$;

-- A year that nobody opened yet gets accounts without a floor, if its pot is open in an earlier one.
-- Answers the pots and years that the ledger does not know, or null.
CREATE FUNCTION ledger_reach_accounts(movements ledger_movement[]) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    unknown jsonb;
BEGIN
    SELECT jsonb_agg(DISTINCT jsonb_build_object('pot', m.pot, 'financial_year', m.financial_year))
        INTO unknown
        FROM unnest(movements) AS m WHERE NOT EXISTS (
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

-- Locks the accounts in the order of their ids, looks, and writes the entry and its postings, or
-- refuses and writes only that. The locks are held from here to the end of the transaction.
CREATE FUNCTION ledger_post(
    entry_id uuid, content jsonb, context jsonb, movements ledger_movement[]
) RETURNS ledger_answer
LANGUAGE plpgsql AS $$
DECLARE
    touched record := ledger_accounts_of(movements);
    unknown jsonb;
    short jsonb;
    entry_number bigint;
BEGIN
    IF touched.account_ids IS NULL THEN
        unknown := ledger_reach_accounts(movements);
        IF unknown IS NOT NULL THEN
            RETURN ledger_refuse(entry_id, content, context, 'not_found', unknown);
        END IF;
        touched := ledger_accounts_of(movements);
    END IF;
    short := ledger_lock_and_look(touched.account_ids, touched.amounts);
    IF short IS NOT NULL THEN
        RETURN ledger_refuse(
            entry_id, content, context, 'exceeds_available', jsonb_build_object('shortfalls', short)
        );
    END IF;
    entry_number := ledger_write_entry(entry_id, content, context);
    WITH moved AS (
        UPDATE ledger_account AS a
        SET balance_pence = a.balance_pence + n.pence, posting_count = a.posting_count + 1
        FROM unnest(touched.account_ids, touched.amounts) AS n (id, pence)
        WHERE a.id = n.id AND a.id = ANY (touched.account_ids)
        RETURNING a.id, a.posting_count, n.pence, a.balance_pence
    )
    INSERT INTO ledger_posting (entry_id, account_id, position, pence, running_pence)
    SELECT entry_id, moved.id, moved.posting_count, moved.pence, moved.balance_pence FROM moved;
    RETURN ('created', jsonb_build_object('number', entry_number))::ledger_answer;
END
$$;

-- Takes the rows that will change, and answers each account that would fall below its floor, or null.
CREATE FUNCTION ledger_lock_and_look(account_ids bigint[], amounts bigint[]) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    short jsonb;
BEGIN
    SELECT jsonb_agg(
            jsonb_build_object(
                'pot', a.pot, 'financial_year', a.financial_year, 'stage', a.stage,
                'available_pence', a.balance_pence, 'asked_pence', -n.pence,
                'shortfall_pence', a.floor_pence - a.balance_pence - n.pence
            ) ORDER BY a.pot, a.financial_year
        ) FILTER (WHERE n.pence < 0 AND a.balance_pence + n.pence < a.floor_pence)
        INTO short
        FROM (
            SELECT * FROM ledger_account WHERE id = ANY (account_ids)
            ORDER BY id FOR NO KEY UPDATE
        ) AS a
        JOIN unnest(account_ids, amounts) AS n (id, pence) ON n.id = a.id;
    RETURN short;
END
$$;

CREATE FUNCTION ledger_write_entry(entry_id uuid, content jsonb, context jsonb) RETURNS bigint
LANGUAGE sql AS $$
    INSERT INTO ledger_entry (
        id, verb, recorded_at, effective_on, financial_year, period, academic_year, request_id,
        award_id, instalment_number, attempt, decision_id, act_id, actor_id, policy_version_ids,
        reason, authority, section_251_line, cost_centre, resolves_id, reverses_id, commitment_id,
        content, content_hash
    )
    SELECT
        entry_id, content ->> 'verb', c.recorded_at, c.effective_on, c.financial_year, c.period,
        c.academic_year, c.request_id, c.award_id, c.instalment_number, c.attempt, c.decision_id,
        c.act_id, c.actor_id, coalesce(c.policy_version_ids, '[]'), c.reason, c.authority,
        c.section_251_line, c.cost_centre, c.hold_id, c.reverses_id, c.commitment_id,
        content, sha256(convert_to(content::text, 'UTF8'))
    FROM jsonb_to_record(context) AS c (
        recorded_at timestamptz, effective_on date, financial_year integer, period smallint,
        academic_year integer, request_id uuid, award_id uuid, instalment_number integer,
        attempt integer, decision_id uuid, act_id uuid, actor_id uuid, policy_version_ids jsonb,
        reason text, authority text, section_251_line text, cost_centre text, hold_id uuid,
        reverses_id uuid, commitment_id uuid
    )
    RETURNING number
$$;
