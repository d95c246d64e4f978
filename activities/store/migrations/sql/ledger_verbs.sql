-- The verbs: the only way to write to the ledger, one call each. Each takes the id its caller made,
-- lines [{pot, financial_year, pence}] and the context of the entry, and answers (result, detail).
-- A refusal is an answer, kept under its id; only a malformed command raises.
-- Their plans are made once and never read a whole table, however small it was when they were made:
-- what is planned while a balance is locked keeps everybody else waiting.

CREATE FUNCTION ledger_open_account(id uuid, lines jsonb, context jsonb) RETURNS ledger_answer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    content jsonb := ledger_content('open', lines, context);
    answer ledger_answer := ledger_begin(id, content);
    faults jsonb;
    entry_number bigint;
BEGIN
    IF answer.result IS NOT NULL THEN RETURN answer; END IF;
    INSERT INTO ledger_account (pot, financial_year, stage, floor_pence)
        SELECT l.pot, l.financial_year, s.stage, CASE WHEN s.stage <> 'available' THEN 0 END
        FROM jsonb_to_recordset(lines) AS l (pot text, financial_year integer)
        CROSS JOIN (VALUES ('available'), ('held'), ('committed'), ('paid')) AS s (stage)
        ORDER BY l.pot, l.financial_year, s.stage
        ON CONFLICT DO NOTHING;
    PERFORM FROM ledger_account AS a
        JOIN jsonb_to_recordset(lines) AS l (pot text, financial_year integer)
            ON (a.pot, a.financial_year) = (l.pot, l.financial_year)
        ORDER BY a.id FOR NO KEY UPDATE OF a;
    faults := ledger_not_to_open(lines);
    IF faults IS NOT NULL THEN
        RETURN ledger_refuse(id, content, context, faults ->> 'result', faults - 'result');
    END IF;
    UPDATE ledger_account AS a SET
            opened_at = (context ->> 'recorded_at')::timestamptz,
            floor_pence = CASE
                WHEN a.stage = 'available'
                    AND a.pot IN ('high_needs_block', 'deficit', 'opening') THEN NULL
                ELSE 0
            END
        FROM jsonb_to_recordset(lines) AS l (pot text, financial_year integer)
        WHERE (a.pot, a.financial_year) = (l.pot, l.financial_year);
    entry_number := ledger_write_entry(id, content, context);
    RETURN ('created', jsonb_build_object('number', entry_number))::ledger_answer;
END
$$;

CREATE FUNCTION ledger_allocate(id uuid, lines jsonb, context jsonb) RETURNS ledger_answer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    content jsonb := ledger_content('allocate', lines, context);
    answer ledger_answer := ledger_begin(id, content);
    source text := context ->> 'source_pot';
BEGIN
    IF answer.result IS NOT NULL THEN RETURN answer; END IF;
    PERFORM ledger_require_lines(lines);
    IF ledger_lacks_authority(lines || jsonb_build_object('pot', source), context) THEN
        RETURN ledger_refuse(id, content, context, 'authority_needed', '{"pot": "deficit"}');
    END IF;
    RETURN ledger_post(id, content, context, (
        SELECT array_agg((m.pot, l.financial_year, 'available', m.pence)::ledger_movement)
        FROM jsonb_to_recordset(lines) AS l (pot text, financial_year integer, pence bigint)
        CROSS JOIN LATERAL (VALUES (source, -l.pence), (l.pot, l.pence)) AS m (pot, pence)
    ));
END
$$;

CREATE FUNCTION ledger_hold(id uuid, lines jsonb, context jsonb) RETURNS ledger_answer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    content jsonb := ledger_content('hold', lines, context);
    answer ledger_answer := ledger_begin(id, content);
BEGIN
    IF answer.result IS NOT NULL THEN RETURN answer; END IF;
    PERFORM ledger_require_lines(lines);
    IF ledger_lacks_authority(lines, context) THEN
        RETURN ledger_refuse(id, content, context, 'authority_needed', '{"pot": "deficit"}');
    END IF;
    RETURN ledger_post(id, content, context, ledger_moves(lines, 'available', 'held'));
END
$$;

CREATE FUNCTION ledger_release(id uuid, lines jsonb, context jsonb) RETURNS ledger_answer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    content jsonb := ledger_content('release', lines, context);
    answer ledger_answer := ledger_begin(id, content);
    hold record;
BEGIN
    IF answer.result IS NOT NULL THEN RETURN answer; END IF;
    hold := ledger_follow((context ->> 'hold_id')::uuid, 'hold');
    IF hold.obstacle IS NOT NULL THEN
        RETURN ledger_refuse(id, content, context, hold.obstacle, hold.detail);
    END IF;
    RETURN ledger_post(id, content, context, ledger_moves(hold.lines, 'held', 'available'));
END
$$;

-- The hold goes back and the promise is taken, in one entry: above the hold the difference comes
-- out of what is available, below it the rest returns, and at the hold available is not touched.
CREATE FUNCTION ledger_commit(id uuid, lines jsonb, context jsonb) RETURNS ledger_answer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    content jsonb := ledger_content('commit', lines, context);
    answer ledger_answer := ledger_begin(id, content);
    hold record;
BEGIN
    IF answer.result IS NOT NULL THEN RETURN answer; END IF;
    PERFORM ledger_require_lines(lines);
    PERFORM ledger_require_instalments(lines, context -> 'instalments');
    IF ledger_lacks_authority(lines, context) THEN
        RETURN ledger_refuse(id, content, context, 'authority_needed', '{"pot": "deficit"}');
    END IF;
    hold := ledger_follow((context ->> 'hold_id')::uuid, 'hold');
    IF hold.obstacle IS NOT NULL THEN
        RETURN ledger_refuse(id, content, context, hold.obstacle, hold.detail);
    END IF;
    answer := ledger_post(
        id, content, context,
        ledger_moves(hold.lines, 'held', 'available')
            || ledger_moves(lines, 'available', 'committed')
    );
    IF answer.result = 'created' THEN
        INSERT INTO ledger_commitment_instalment
            (commit_id, number, due_on, pot, financial_year, period, pence)
        SELECT id, i.number, i.due_on, i.pot, i.financial_year, i.period, i.pence
        FROM jsonb_to_recordset(context -> 'instalments') AS i (
            number integer, due_on date, pot text, financial_year integer, period smallint,
            pence bigint
        );
    END IF;
    RETURN answer;
END
$$;

CREATE FUNCTION ledger_pay(id uuid, lines jsonb, context jsonb) RETURNS ledger_answer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    content jsonb := ledger_content('pay', lines, context);
    answer ledger_answer := ledger_begin(id, content);
    commitment record;
    obstacle jsonb;
BEGIN
    IF answer.result IS NOT NULL THEN RETURN answer; END IF;
    PERFORM ledger_require_lines(lines);
    commitment := ledger_follow((context ->> 'commitment_id')::uuid, 'commit');
    IF commitment.obstacle IS NOT NULL THEN
        RETURN ledger_refuse(id, content, context, commitment.obstacle, commitment.detail);
    END IF;
    obstacle := ledger_not_to_pay(lines, context);
    IF obstacle IS NOT NULL THEN
        RETURN ledger_refuse(id, content, context, obstacle ->> 'result', obstacle - 'result');
    END IF;
    RETURN ledger_post(id, content, context, ledger_moves(lines, 'committed', 'paid'));
END
$$;

-- An allocation and a payment are undone exactly. A commitment's money becomes available again: the
-- hold before it has ended, and stays ended.
CREATE FUNCTION ledger_reverse(id uuid, lines jsonb, context jsonb) RETURNS ledger_answer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    content jsonb := ledger_content('reverse', lines, context);
    answer ledger_answer := ledger_begin(id, content);
    mistake record;
    movements ledger_movement[];
BEGIN
    IF answer.result IS NOT NULL THEN RETURN answer; END IF;
    mistake := ledger_follow((context ->> 'reverses_id')::uuid, NULL);
    IF mistake.obstacle IS NOT NULL THEN
        RETURN ledger_refuse(id, content, context, mistake.obstacle, mistake.detail);
    ELSIF mistake.verb NOT IN ('allocate', 'commit', 'pay') THEN
        RETURN ledger_refuse(
            id, content, context, 'not_reversible', jsonb_build_object('verb', mistake.verb)
        );
    ELSIF mistake.verb = 'commit' AND ledger_is_paid_on(mistake.id) THEN
        RETURN ledger_refuse(
            id, content, context, 'has_payments', jsonb_build_object('entry_id', mistake.id)
        );
    ELSIF mistake.verb = 'commit' THEN
        movements := ledger_moves(mistake.lines, 'committed', 'available');
    ELSE
        movements := ledger_opposite(mistake.id);
    END IF;
    RETURN ledger_post(id, content, context, movements);
END
$$;
