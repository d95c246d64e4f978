-- The verbs of a request, as in ledger_verbs.sql, now that periods and pots close and promises are
-- carried on. Each takes the id its caller made, lines [{pot, financial_year, pence}] and the
-- context of the entry, and answers (result, detail). A refusal is an answer, kept under its id;
-- only a malformed command raises. Their plans are made once and never read a whole table, however
-- small it was when they were made: what is planned while a balance is locked keeps everybody else
-- waiting.

CREATE OR REPLACE FUNCTION ledger_open_account(id uuid, lines jsonb, context jsonb)
RETURNS ledger_answer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    content jsonb := ledger_content('open', lines, context);
    answer ledger_answer := ledger_begin(id, content, context);
    faults jsonb;
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
                WHEN a.stage = 'available' AND ledger_is_unlimited(a.pot) THEN NULL
                ELSE 0
            END
        FROM jsonb_to_recordset(lines) AS l (pot text, financial_year integer)
        WHERE (a.pot, a.financial_year) = (l.pot, l.financial_year);
    RETURN ledger_write(id, content, context, '{}', '{}');
END
$$;

CREATE OR REPLACE FUNCTION ledger_allocate(id uuid, lines jsonb, context jsonb)
RETURNS ledger_answer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    content jsonb := ledger_content('allocate', lines, context);
    answer ledger_answer := ledger_begin(id, content, context);
    source text := context ->> 'source_pot';
BEGIN
    IF answer.result IS NOT NULL THEN RETURN answer; END IF;
    PERFORM ledger_require_lines(lines);
    IF ledger_lacks_authority(lines || jsonb_build_object('pot', source), context) THEN
        RETURN ledger_refuse(id, content, context, 'authority_needed', '{"pot": "deficit"}');
    END IF;
    RETURN ledger_post(id, content, context, ledger_from_pot(source, lines));
END
$$;

CREATE OR REPLACE FUNCTION ledger_hold(id uuid, lines jsonb, context jsonb) RETURNS ledger_answer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    content jsonb := ledger_content('hold', lines, context);
    answer ledger_answer := ledger_begin(id, content, context);
BEGIN
    IF answer.result IS NOT NULL THEN RETURN answer; END IF;
    PERFORM ledger_require_lines(lines);
    IF ledger_lacks_authority(lines, context) THEN
        RETURN ledger_refuse(id, content, context, 'authority_needed', '{"pot": "deficit"}');
    END IF;
    RETURN ledger_post(id, content, context, ledger_moves(lines, 'available', 'held'));
END
$$;

CREATE OR REPLACE FUNCTION ledger_release(id uuid, lines jsonb, context jsonb) RETURNS ledger_answer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    content jsonb := ledger_content('release', lines, context);
    answer ledger_answer := ledger_begin(id, content, context);
    hold record;
BEGIN
    IF answer.result IS NOT NULL THEN RETURN answer; END IF;
    hold := ledger_follow((context ->> 'hold_id')::uuid, 'hold');
    IF hold.obstacle IS NOT NULL THEN
        RETURN ledger_refuse(id, content, context, hold.obstacle, hold.detail);
    END IF;
    RETURN ledger_post(
        id, content, context, NULL, ledger_moves(hold.lines, 'held', 'available')
    );
END
$$;

-- The hold goes back and the promise is taken, in one entry: above the hold the difference comes
-- out of what is available, below it the rest returns, and at the hold available is not touched.
CREATE OR REPLACE FUNCTION ledger_commit(id uuid, lines jsonb, context jsonb) RETURNS ledger_answer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    content jsonb := ledger_content('commit', lines, context);
    answer ledger_answer := ledger_begin(id, content, context);
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
        id, content, context, ledger_moves(lines, 'available', 'committed'),
        ledger_moves(hold.lines, 'held', 'available')
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

CREATE OR REPLACE FUNCTION ledger_pay(id uuid, lines jsonb, context jsonb) RETURNS ledger_answer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    content jsonb := ledger_content('pay', lines, context);
    answer ledger_answer := ledger_begin(id, content, context);
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
    RETURN ledger_post(id, content, context, NULL, ledger_moves(lines, 'committed', 'paid'));
END
$$;

-- Undoes what moved, exactly, with two exceptions. Of a commitment what it still promises becomes
-- available again: the hold before it has ended, and stays ended. A payment of a year whose
-- promises were carried on is due again where they stand now.
CREATE OR REPLACE FUNCTION ledger_reverse(id uuid, lines jsonb, context jsonb) RETURNS ledger_answer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    content jsonb := ledger_content('reverse', lines, context);
    answer ledger_answer := ledger_begin(id, content, context);
    mistake record;
    obstacle jsonb;
BEGIN
    IF answer.result IS NOT NULL THEN RETURN answer; END IF;
    mistake := ledger_follow((context ->> 'reverses_id')::uuid, NULL);
    IF mistake.obstacle IS NOT NULL THEN
        RETURN ledger_refuse(id, content, context, mistake.obstacle, mistake.detail);
    END IF;
    obstacle := ledger_not_to_reverse(mistake.id, mistake.verb, mistake.commitment_id, context);
    IF obstacle IS NOT NULL THEN
        RETURN ledger_refuse(id, content, context, obstacle ->> 'result', obstacle - 'result');
    ELSIF mistake.verb = 'commit' THEN
        RETURN ledger_post(id, content, context, NULL, ledger_moves(
            ledger_still_promised(mistake.id), 'committed', 'available'
        ));
    ELSIF mistake.verb = 'cancel' THEN
        RETURN ledger_post(id, content, context, NULL, ledger_opposite(mistake.id));
    ELSIF mistake.verb = 'pay' THEN
        RETURN ledger_post(id, content, context, ledger_due_again(mistake.id));
    END IF;
    RETURN ledger_post(id, content, context, ledger_opposite(mistake.id));
END
$$;
