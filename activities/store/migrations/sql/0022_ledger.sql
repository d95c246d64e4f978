-- The ledger: a refusal that outlives its act, and many payments undone in one call. Owned by
-- locality_ledger, like the rest.

-- Keeps a refusal that was undone with the act it belonged to, under its id: the same command stays
-- refused whatever became of the act around it. One that was made since is not refused.
CREATE FUNCTION ledger_keep_refusal(
    id uuid, verb text, lines jsonb, context jsonb, result text, detail jsonb
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF result IN ('created', 'exists', 'id_already_failed') OR result LIKE 'exists\_with\_%' THEN
        RAISE EXCEPTION 'only a refusal is kept as one' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(ledger_keep_refusal.id::text, 251));
    INSERT INTO ledger_refusal AS r (id, verb, content, result, detail, recorded_at)
    SELECT
        ledger_keep_refusal.id, ledger_keep_refusal.verb,
        ledger_content(ledger_keep_refusal.verb, lines, context), ledger_keep_refusal.result,
        ledger_keep_refusal.detail, (context ->> 'recorded_at')::timestamptz
    WHERE NOT EXISTS (SELECT FROM ledger_entry AS e WHERE e.id = ledger_keep_refusal.id)
    ON CONFLICT DO NOTHING;
END
$$;

CREATE TYPE ledger_reversal AS (
    id uuid, reverses_id uuid, award_id uuid, request_id uuid, decision_id uuid,
    section_251_line text, cost_centre text
);

CREATE FUNCTION ledger_reversals_of(reversals jsonb) RETURNS ledger_reversal[]
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    listed ledger_reversal[];
    is_whole boolean;
BEGIN
    SELECT array_agg((
                r.id, r.reverses_id, r.award_id, r.request_id, r.decision_id, r.section_251_line,
                r.cost_centre
            )::ledger_reversal),
            bool_and(0 = num_nulls(r.id, r.reverses_id)) AND count(*) = count(DISTINCT r.id)
                AND count(*) = count(DISTINCT r.reverses_id)
        INTO listed, is_whole
        FROM jsonb_to_recordset(reversals) AS r (
            id uuid, reverses_id uuid, award_id uuid, request_id uuid, decision_id uuid,
            section_251_line text, cost_centre text
        );
    IF is_whole IS NOT TRUE THEN
        RAISE EXCEPTION 'payments are undone once each, by an id of their own'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RETURN listed;
END
$$;

-- What the entry of one reversal says: the same that ledger_reverse would have been told.
CREATE FUNCTION ledger_reversal_content(r ledger_reversal, about jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
    SELECT about || jsonb_strip_nulls(jsonb_build_object(
        'verb', 'reverse', 'reverses_id', r.reverses_id, 'award_id', r.award_id,
        'request_id', r.request_id, 'decision_id', r.decision_id,
        'section_251_line', r.section_251_line, 'cost_centre', r.cost_centre,
        'lines', '[]'::jsonb
    ))
$$;

-- Whether the payments were undone before, all of them and by the same entries (else nulls).
CREATE FUNCTION ledger_undone_before(reversals ledger_reversal[], about jsonb)
RETURNS ledger_answer LANGUAGE plpgsql STABLE AS $$
DECLARE
    before record;
BEGIN
    SELECT count(*) AS how_many,
            min(ledger_first_difference(e.content, c.content))
                FILTER (WHERE e.content <> c.content) AS differs_in
        INTO before
        FROM unnest(reversals) AS r
        JOIN ledger_entry AS e ON e.id = r.id
        CROSS JOIN LATERAL (
            SELECT ledger_reversal_content(r::ledger_reversal, about) AS content OFFSET 0
        ) AS c;
    IF before.differs_in IS NOT NULL THEN
        RETURN (
            'exists_with_different_' || before.differs_in,
            jsonb_build_object('reversals', before.how_many)
        )::ledger_answer;
    ELSIF before.how_many = cardinality(reversals) THEN
        RETURN ('exists', jsonb_build_object('reversals', before.how_many))::ledger_answer;
    END IF;
    RETURN NULL;
END
$$;

-- Commitments on which less stands paid, pot by pot, than would have to once all of these are
-- undone: as ledger_is_taken_back_on says it of one payment. Most were never taken back on.
CREATE FUNCTION ledger_taken_back_on(reversals ledger_reversal[]) RETURNS SETOF uuid
LANGUAGE sql STABLE AS $$
    SELECT u.commitment_id
    FROM (
        SELECT e.commitment_id, a.pot, a.financial_year, sum(p.pence) AS pence,
            sum(sum(p.pence)) OVER (PARTITION BY e.commitment_id, a.pot) AS of_pot_pence
        FROM unnest(reversals) AS r
        JOIN ledger_entry AS e ON e.id = r.reverses_id
        JOIN ledger_posting AS p ON p.entry_id = e.id
        JOIN ledger_account AS a ON a.id = p.account_id AND a.stage = 'paid'
        GROUP BY e.commitment_id, a.pot, a.financial_year
    ) AS u
    WHERE EXISTS (
        SELECT FROM ledger_entry AS e WHERE e.commitment_id = u.commitment_id AND e.verb = 'recoup'
    ) AND (
        SELECT u.pence > coalesce(
                    sum(s.paid_pence) FILTER (WHERE s.financial_year = u.financial_year), 0
                ) OR u.of_pot_pence > coalesce(sum(s.paid_pence - s.later_pence), 0)
            FROM ledger_stands_paid(u.commitment_id) AS s WHERE s.pot = u.pot
    )
$$;

-- Each payment that cannot be undone, with the result that it would have had by itself, or null.
-- Where money was taken back on a commitment, none of its payments is undone here: by themselves
-- some may be.
CREATE FUNCTION ledger_not_to_undo(reversals ledger_reversal[]) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_agg(jsonb_build_object(
        'reverses_id', f.reverses_id, 'result', f.result
    ) ORDER BY f.reverses_id)
    FROM (
        SELECT r.reverses_id, CASE
            WHEN e.id IS NULL THEN 'not_found'
            WHEN e.verb <> 'pay' THEN 'not_reversible'
            WHEN EXISTS (
                SELECT FROM ledger_entry AS back WHERE back.reverses_id = r.reverses_id
            ) THEN 'already_resolved'
            WHEN e.commitment_id IN (SELECT ledger_taken_back_on(reversals)) THEN 'exceeds_paid'
        END AS result
        FROM unnest(reversals) AS r
        LEFT JOIN ledger_entry AS e ON e.id = r.reverses_id
    ) AS f
    WHERE f.result IS NOT NULL
$$;

-- What undoing each payment moves: as ledger_due_again says it of one, each place looked up once.
CREATE FUNCTION ledger_legs_undone(reversals ledger_reversal[])
RETURNS TABLE (entry_id uuid, nth bigint, pot text, financial_year integer, stage text, pence bigint)
LANGUAGE sql STABLE AS $$
    WITH undone AS MATERIALIZED (
        SELECT r.id, r.nth, p.account_id, p.pence
        FROM unnest(reversals) WITH ORDINALITY AS r (
            id, reverses_id, award_id, request_id, decision_id, section_251_line, cost_centre, nth
        )
        JOIN ledger_posting AS p ON p.entry_id = r.reverses_id
    ),
    place AS MATERIALIZED (
        SELECT a.id, a.pot, a.financial_year, a.closed_by IS NOT NULL AS is_closed,
            ledger_year_of(a.pot, a.financial_year) AS now_in
        FROM (SELECT DISTINCT u.account_id FROM undone AS u) AS t
        JOIN ledger_account AS a ON a.id = t.account_id AND a.stage = 'paid'
    )
    SELECT u.id, u.nth, m.pot, m.financial_year, m.stage, m.pence
    FROM undone AS u
    JOIN place AS a ON a.id = u.account_id
    CROSS JOIN LATERAL (VALUES
        (a.pot, a.financial_year, 'paid', -u.pence,
            NOT (a.is_closed AND a.now_in > a.financial_year)),
        ('closing', a.financial_year, 'available', u.pence,
            NOT a.is_closed AND a.now_in > a.financial_year),
        ('opening', a.now_in, 'available', -u.pence, a.now_in > a.financial_year),
        (a.pot, a.now_in, 'committed', u.pence, true)
    ) AS m (pot, financial_year, stage, pence, is_made)
    WHERE m.is_made
$$;

-- Writes all entries, postings and balances in one statement, as ledger_write_run does.
CREATE FUNCTION ledger_write_undone(
    reversals ledger_reversal[], about jsonb, recorded_at timestamptz
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    WITH leg AS MATERIALIZED (
        SELECT l.entry_id, a.id AS account_id, l.pence,
            row_number() OVER w AS nth, sum(l.pence) OVER w AS moved_pence,
            count(*) OVER whole AS how_many, sum(l.pence) OVER whole AS whole_pence
        FROM ledger_legs_undone(reversals) AS l
        CROSS JOIN LATERAL (
            SELECT f.id FROM ledger_account AS f WHERE f.pot = l.pot
                AND f.financial_year = l.financial_year AND f.stage = l.stage OFFSET 0
        ) AS a
        WINDOW w AS (PARTITION BY a.id ORDER BY l.nth), whole AS (PARTITION BY a.id)
    ),
    moved AS (
        UPDATE ledger_account AS a
        SET balance_pence = a.balance_pence + n.whole_pence,
            posting_count = a.posting_count + n.how_many
        FROM (
            SELECT DISTINCT l.account_id, l.whole_pence::bigint AS whole_pence, l.how_many
            FROM leg AS l
        ) AS n
        WHERE a.id = n.account_id
        RETURNING a.id, a.posting_count - n.how_many AS count_before,
            a.balance_pence - n.whole_pence AS pence_before
    ),
    posted AS (
        INSERT INTO ledger_posting (entry_id, account_id, position, pence, running_pence)
        SELECT l.entry_id, l.account_id, m.count_before + l.nth, l.pence,
            m.pence_before + l.moved_pence
        FROM leg AS l JOIN moved AS m ON m.id = l.account_id
    )
    INSERT INTO ledger_entry (
        id, verb, recorded_at, effective_on, financial_year, period, academic_year, request_id,
        award_id, decision_id, act_id, actor_id, policy_version_ids, reason, authority,
        section_251_line, cost_centre, reference, run_id, belongs_to, reverses_id, content,
        content_hash
    )
    SELECT
        d.id, 'reverse', ledger_write_undone.recorded_at, c.effective_on, c.financial_year,
        c.period, c.academic_year, coalesce(d.request_id, c.request_id),
        coalesce(d.award_id, c.award_id), coalesce(d.decision_id, c.decision_id), c.act_id,
        c.actor_id, coalesce(c.policy_version_ids, '[]'), c.reason, c.authority,
        coalesce(d.section_251_line, c.section_251_line), coalesce(d.cost_centre, c.cost_centre),
        c.reference, c.run_id, c.belongs_to, d.reverses_id, d.content,
        sha256(convert_to(d.content::text, 'UTF8'))
    FROM (
        SELECT r.*, ledger_reversal_content(
            (r.id, r.reverses_id, r.award_id, r.request_id, r.decision_id, r.section_251_line,
                r.cost_centre)::ledger_reversal, about
        ) AS content
        FROM unnest(reversals) WITH ORDINALITY AS r (
            id, reverses_id, award_id, request_id, decision_id, section_251_line, cost_centre, nth
        )
        OFFSET 0
    ) AS d
    CROSS JOIN jsonb_to_record(about) AS c (
        effective_on date, financial_year integer, period smallint, academic_year integer,
        request_id uuid, award_id uuid, decision_id uuid, act_id uuid, actor_id uuid,
        policy_version_ids jsonb, reason text, authority text, section_251_line text,
        cost_centre text, reference text, run_id uuid, belongs_to text
    )
    ORDER BY d.nth;
END
$$;

-- Undoes many payments in one call, all or none, each by the entry that ledger_reverse would have
-- made of it. As ledger_pay_run, it is set-based: its cost is that of the rows it writes.
CREATE FUNCTION ledger_reverse_run(id uuid, reversals jsonb, context jsonb) RETURNS ledger_answer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    about jsonb := context - 'recorded_at';
    content jsonb := ledger_content('reverse_run', reversals, context);
    answer ledger_answer := ledger_begin(id, content, context);
    listed ledger_reversal[];
    faulty jsonb;
    movements ledger_movement[];
    taken record;
    obstacle record;
BEGIN
    IF answer.result = 'id_already_failed' THEN RETURN answer; END IF;
    listed := ledger_reversals_of(reversals);
    -- As ledger_follow takes them: the payments, then their commitments, each in one order.
    PERFORM FROM ledger_entry AS e
        WHERE e.id IN (SELECT r.reverses_id FROM unnest(listed) AS r)
        ORDER BY e.id FOR NO KEY UPDATE;
    PERFORM FROM ledger_entry AS c
        WHERE c.id IN (
            SELECT e.commitment_id FROM ledger_entry AS e
            WHERE e.id IN (SELECT r.reverses_id FROM unnest(listed) AS r)
        )
        ORDER BY c.id FOR NO KEY UPDATE;
    answer := coalesce(ledger_undone_before(listed, about), answer);
    IF answer.result IS NOT NULL THEN RETURN answer; END IF;
    faulty := ledger_not_to_undo(listed);
    IF faulty IS NOT NULL THEN
        RETURN ledger_refuse(id, content, context, 'reversals_refused',
            jsonb_build_object('reversals', faulty));
    END IF;
    SELECT array_agg((n.pot, n.financial_year, n.stage, n.pence)::ledger_movement) INTO movements
        FROM (
            SELECT l.pot, l.financial_year, l.stage, sum(l.pence)::bigint AS pence
            FROM ledger_legs_undone(listed) AS l GROUP BY l.pot, l.financial_year, l.stage
        ) AS n;
    taken := ledger_take(movements);
    IF taken.is_missing THEN
        faulty := ledger_reach_accounts(movements);
        IF faulty IS NOT NULL THEN
            RETURN ledger_refuse(id, content, context, 'not_found', faulty);
        END IF;
        taken := ledger_take(movements);
    END IF;
    IF taken.is_closed OR taken.is_short THEN
        obstacle := ledger_not_to_move(taken.account_ids, taken.amounts, taken.is_closed);
        RETURN ledger_refuse(id, content, context, obstacle.result, obstacle.detail);
    END IF;
    PERFORM ledger_write_undone(listed, about, (context ->> 'recorded_at')::timestamptz);
    RETURN ('created', jsonb_build_object('reversals', cardinality(listed)))::ledger_answer;
END
$$;

REVOKE ALL ON FUNCTION
    ledger_keep_refusal(uuid, text, jsonb, jsonb, text, jsonb),
    ledger_reversals_of(jsonb), ledger_reversal_content(ledger_reversal, jsonb),
    ledger_undone_before(ledger_reversal[], jsonb), ledger_taken_back_on(ledger_reversal[]),
    ledger_not_to_undo(ledger_reversal[]), ledger_legs_undone(ledger_reversal[]),
    ledger_write_undone(ledger_reversal[], jsonb, timestamptz),
    ledger_reverse_run(uuid, jsonb, jsonb)
    FROM PUBLIC, locality_app;
GRANT EXECUTE ON FUNCTION
    ledger_keep_refusal(uuid, text, jsonb, jsonb, text, jsonb),
    ledger_reverse_run(uuid, jsonb, jsonb)
    TO locality_app;
