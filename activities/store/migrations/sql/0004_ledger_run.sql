-- A payment run: many instalments paid in one call, all or none, each by the entry that ledger_pay
-- would have made of it. Everything is set-based: its cost is that of the rows it writes.

CREATE TYPE ledger_payment AS (
    id uuid, commitment_id uuid, instalment_number integer, attempt integer, award_id uuid,
    request_id uuid, decision_id uuid, pot text, financial_year integer, pence bigint,
    section_251_line text, cost_centre text
);

CREATE FUNCTION ledger_payments_of(payments jsonb) RETURNS ledger_payment[]
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    listed ledger_payment[];
    is_whole boolean;
BEGIN
    SELECT array_agg((
                p.id, p.commitment_id, p.instalment_number, p.attempt, p.award_id, p.request_id,
                p.decision_id, l.pot, l.financial_year, l.pence, p.section_251_line, p.cost_centre
            )::ledger_payment),
            bool_and(l.pence > 0 AND 0 = num_nulls(
                p.id, p.commitment_id, p.instalment_number, p.attempt, l.pot, l.financial_year,
                l.pence
            )) AND count(*) = count(DISTINCT p.id)
                AND count(*) = count(DISTINCT (p.commitment_id, p.instalment_number))
        INTO listed, is_whole
        FROM jsonb_to_recordset(payments) AS p (
            id uuid, commitment_id uuid, instalment_number integer, attempt integer,
            award_id uuid, request_id uuid, decision_id uuid, line jsonb, section_251_line text,
            cost_centre text
        )
        CROSS JOIN LATERAL jsonb_to_record(p.line)
            AS l (pot text, financial_year integer, pence bigint);
    IF is_whole IS NOT TRUE THEN
        RAISE EXCEPTION 'a run pays each instalment once, whole pence above nought'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RETURN listed;
END
$$;

-- What the entry of one payment of a run says: the same that ledger_pay would have been told.
CREATE FUNCTION ledger_payment_content(p ledger_payment, about jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
    SELECT about || jsonb_strip_nulls(jsonb_build_object(
        'verb', 'pay', 'commitment_id', p.commitment_id, 'instalment_number', p.instalment_number,
        'attempt', p.attempt, 'award_id', p.award_id, 'request_id', p.request_id,
        'decision_id', p.decision_id, 'section_251_line', p.section_251_line,
        'cost_centre', p.cost_centre, 'lines', jsonb_build_array(jsonb_build_object(
            'pot', p.pot, 'financial_year', p.financial_year, 'pence', p.pence
        ))
    ))
$$;

-- Whether the run's payments were made before, all of them and the same (else nulls).
CREATE FUNCTION ledger_run_before(payments ledger_payment[], about jsonb) RETURNS ledger_answer
LANGUAGE plpgsql STABLE AS $$
DECLARE
    before record;
BEGIN
    SELECT count(*) AS how_many,
            min(ledger_first_difference(e.content, c.content))
                FILTER (WHERE e.content <> c.content) AS differs_in
        INTO before
        FROM unnest(payments) AS p
        JOIN ledger_entry AS e ON e.id = p.id
        CROSS JOIN LATERAL (
            SELECT ledger_payment_content(p::ledger_payment, about) AS content OFFSET 0
        ) AS c;
    IF before.differs_in IS NOT NULL THEN
        RETURN (
            'exists_with_different_' || before.differs_in,
            jsonb_build_object('payments', before.how_many)
        )::ledger_answer;
    ELSIF before.how_many = cardinality(payments) THEN
        RETURN ('exists', jsonb_build_object('payments', before.how_many))::ledger_answer;
    END IF;
    RETURN NULL;
END
$$;

-- Each payment that cannot be made, with the result that it would have had by itself, or null.
CREATE FUNCTION ledger_not_to_run(payments ledger_payment[]) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_agg(jsonb_build_object(
        'id', r.id, 'commitment_id', r.commitment_id, 'instalment_number', r.instalment_number,
        'result', r.result
    ) ORDER BY r.commitment_id, r.instalment_number)
    FROM (
        SELECT p.id, p.commitment_id, p.instalment_number, CASE
            WHEN c.id IS NULL OR i.number IS NULL THEN 'not_found'
            WHEN (p.pot, p.financial_year, p.pence) <> (i.pot, i.financial_year, i.pence)
                THEN 'differs_from_instalment'
            WHEN EXISTS (
                SELECT FROM ledger_entry AS e
                WHERE e.commitment_id = p.commitment_id
                    AND e.instalment_number = p.instalment_number AND (
                        e.attempt = p.attempt OR NOT EXISTS (
                            SELECT FROM ledger_entry AS back WHERE back.reverses_id = e.id
                        )
                    )
            ) OR EXISTS (
                SELECT FROM ledger_entry AS e
                WHERE e.award_id = p.award_id AND e.instalment_number = p.instalment_number
                    AND e.attempt = p.attempt
            ) OR EXISTS (
                SELECT FROM ledger_entry AS back WHERE back.reverses_id = p.commitment_id
            ) OR EXISTS (
                SELECT FROM ledger_entry AS e
                WHERE e.commitment_id = p.commitment_id AND e.instalment_number IS NULL
                    AND e.verb = 'cancel'
                    AND e.content -> 'instalment_numbers' @> to_jsonb(p.instalment_number)
                    AND NOT EXISTS (
                        SELECT FROM ledger_entry AS back WHERE back.reverses_id = e.id
                    )
            ) THEN 'already_resolved'
        END AS result
        FROM unnest(payments) AS p
        LEFT JOIN ledger_entry AS c ON c.id = p.commitment_id AND c.verb = 'commit'
        LEFT JOIN ledger_commitment_instalment AS i
            ON i.commit_id = p.commitment_id AND i.number = p.instalment_number
    ) AS r
    WHERE r.result IS NOT NULL
$$;

-- The pots and years that a run pays from, and the accounts in which their promises stand now.
CREATE FUNCTION ledger_places_of(
    payments ledger_payment[], OUT pots text[], OUT years integer[],
    OUT committed_ids bigint[], OUT paid_ids bigint[]
) LANGUAGE sql STABLE AS $$
    SELECT array_agg(n.pot), array_agg(n.financial_year), array_agg(c.id), array_agg(d.id)
    FROM (
        SELECT DISTINCT p.pot, p.financial_year, ledger_year_of(p.pot, p.financial_year) AS now_in
        FROM (SELECT DISTINCT pot, financial_year FROM unnest(payments)) AS p
    ) AS n
    CROSS JOIN LATERAL (
        SELECT a.id FROM ledger_account AS a WHERE a.pot = n.pot
            AND a.financial_year = n.now_in AND a.stage = 'committed' OFFSET 0
    ) AS c
    CROSS JOIN LATERAL (
        SELECT a.id FROM ledger_account AS a WHERE a.pot = n.pot
            AND a.financial_year = n.now_in AND a.stage = 'paid' OFFSET 0
    ) AS d
$$;

-- What a whole run takes from each pot and year, where its promises stand now.
CREATE FUNCTION ledger_run_moves(payments ledger_payment[]) RETURNS ledger_movement[]
LANGUAGE sql STABLE AS $$
    SELECT array_agg((n.pot, n.now_in, m.stage, m.sign * n.pence)::ledger_movement)
    FROM (
        SELECT p.pot, ledger_year_of(p.pot, p.financial_year) AS now_in,
            sum(p.pence)::bigint AS pence
        FROM unnest(payments) AS p GROUP BY p.pot, p.financial_year
    ) AS n
    CROSS JOIN (VALUES ('committed', -1), ('paid', 1)) AS m (stage, sign)
$$;

-- Writes all entries, postings and balances in one statement. In an account the postings stand in
-- the order of the run, each with the balance behind it.
CREATE FUNCTION ledger_write_run(
    payments ledger_payment[], about jsonb, recorded_at timestamptz, places record
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    WITH due AS MATERIALIZED (
        SELECT p.*, ledger_payment_content(p::ledger_payment, about) AS content,
            row_number() OVER () AS nth, place.committed_id, place.paid_id
        FROM unnest(payments) AS p
        JOIN unnest(places.pots, places.years, places.committed_ids, places.paid_ids)
            AS place (pot, year, committed_id, paid_id)
            ON place.pot = p.pot AND place.year = p.financial_year
    ),
    leg AS MATERIALIZED (
        SELECT d.id AS entry_id, m.account_id, m.pence,
            row_number() OVER w AS nth, sum(m.pence) OVER w AS moved_pence,
            count(*) OVER whole AS how_many, sum(m.pence) OVER whole AS whole_pence
        FROM due AS d
        CROSS JOIN LATERAL (VALUES (d.committed_id, -d.pence), (d.paid_id, d.pence))
            AS m (account_id, pence)
        WINDOW w AS (PARTITION BY m.account_id ORDER BY d.nth),
            whole AS (PARTITION BY m.account_id)
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
        award_id, instalment_number, attempt, decision_id, act_id, actor_id, policy_version_ids,
        reason, authority, section_251_line, cost_centre, reference, run_id, belongs_to,
        commitment_id, content, content_hash
    )
    SELECT
        d.id, 'pay', ledger_write_run.recorded_at, c.effective_on, c.financial_year, c.period,
        c.academic_year, coalesce(d.request_id, c.request_id), coalesce(d.award_id, c.award_id),
        d.instalment_number, d.attempt, coalesce(d.decision_id, c.decision_id), c.act_id,
        c.actor_id, coalesce(c.policy_version_ids, '[]'), c.reason, c.authority,
        coalesce(d.section_251_line, c.section_251_line), coalesce(d.cost_centre, c.cost_centre),
        c.reference, c.run_id, c.belongs_to, d.commitment_id, d.content,
        sha256(convert_to(d.content::text, 'UTF8'))
    FROM due AS d
    CROSS JOIN jsonb_to_record(about) AS c (
        effective_on date, financial_year integer, period smallint, academic_year integer,
        request_id uuid, award_id uuid, decision_id uuid, act_id uuid, actor_id uuid,
        policy_version_ids jsonb, reason text, authority text, section_251_line text,
        cost_centre text, reference text, run_id uuid, belongs_to text
    )
    ORDER BY d.nth;
END
$$;

CREATE FUNCTION ledger_pay_run(id uuid, payments jsonb, context jsonb) RETURNS ledger_answer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    about jsonb := context - 'recorded_at';
    content jsonb := ledger_content('pay_run', payments, context);
    answer ledger_answer := ledger_begin(id, content, context);
    listed ledger_payment[];
    faulty jsonb;
    places record;
    taken record;
    obstacle record;
BEGIN
    IF answer.result = 'id_already_failed' THEN RETURN answer; END IF;
    listed := ledger_payments_of(payments);
    -- The lock of each commitment, in one order: who pays or cancels the same instalments waits
    -- here.
    PERFORM FROM ledger_entry AS e
        WHERE e.id IN (SELECT p.commitment_id FROM unnest(listed) AS p) AND e.verb = 'commit'
        ORDER BY e.id FOR NO KEY UPDATE;
    answer := coalesce(ledger_run_before(listed, about), answer);
    IF answer.result IS NOT NULL THEN RETURN answer; END IF;
    faulty := ledger_not_to_run(listed);
    IF faulty IS NOT NULL THEN
        RETURN ledger_refuse(id, content, context, 'payments_refused',
            jsonb_build_object('payments', faulty));
    END IF;
    -- Nothing in between matters: a run only ever takes out of what is committed.
    taken := ledger_take(ledger_run_moves(listed));
    IF taken.is_closed OR taken.is_short THEN
        obstacle := ledger_not_to_move(taken.account_ids, taken.amounts, taken.is_closed);
        RETURN ledger_refuse(id, content, context, obstacle.result, obstacle.detail);
    END IF;
    places := ledger_places_of(listed);
    PERFORM ledger_write_run(listed, about, (context ->> 'recorded_at')::timestamptz, places);
    RETURN ('created', jsonb_build_object('payments', cardinality(listed)))::ledger_answer;
END
$$;
