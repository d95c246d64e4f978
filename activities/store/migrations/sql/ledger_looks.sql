-- What a verb looks at before it moves money: the entry it follows, and what stands in its way.

-- Finds and locks the entry that a verb follows. The lock makes two that follow the same entry take
-- turns, so the second sees what the first did. An obstacle says why it may not be followed.
CREATE FUNCTION ledger_follow(
    followed uuid, expected text,
    OUT id uuid, OUT verb text, OUT lines jsonb, OUT obstacle text, OUT detail jsonb
) LANGUAGE plpgsql AS $$
DECLARE
    ended_by uuid;
BEGIN
    SELECT e.id, e.verb, e.content -> 'lines' INTO id, verb, lines
        FROM ledger_entry AS e
        WHERE e.id = followed AND e.verb = coalesce(expected, e.verb) FOR NO KEY UPDATE;
    IF NOT found THEN
        obstacle := 'not_found';
        detail := jsonb_build_object('entry_id', followed);
        RETURN;
    END IF;
    -- Looked up after the lock, in a statement of its own, so that it sees what was just committed.
    SELECT e.id INTO ended_by FROM ledger_entry AS e
        WHERE e.resolves_id = followed AND expected = 'hold'
    UNION ALL
    SELECT e.id FROM ledger_entry AS e
        WHERE e.reverses_id = followed AND expected IS DISTINCT FROM 'hold';
    IF ended_by IS NOT NULL THEN
        obstacle := 'already_resolved';
        detail := jsonb_build_object('entry_id', followed, 'by', ended_by);
    END IF;
END
$$;

-- Why pots cannot be opened for a year: it was done, or promises run ahead of the budget.
CREATE FUNCTION ledger_not_to_open(lines jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
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
                WHERE a.balance_pence < 0
                    AND a.pot NOT IN ('high_needs_block', 'deficit', 'opening')
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

-- A promise and its instalments are the same money; anything else is a fault of the caller.
CREATE FUNCTION ledger_require_instalments(lines jsonb, instalments jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (
            SELECT l.pot, l.financial_year, l.pence
            FROM jsonb_to_recordset(lines) AS l (pot text, financial_year integer, pence bigint)
            UNION ALL
            SELECT i.pot, i.financial_year, -i.pence
            FROM jsonb_to_recordset(coalesce(instalments, '[]'))
                AS i (pot text, financial_year integer, pence bigint)
        ) AS both_sides
        GROUP BY pot, financial_year HAVING sum(pence) <> 0
    ) THEN
        RAISE EXCEPTION 'the instalments of a commitment add up to its lines'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
END
$$;

-- Why an instalment is not paid: unknown, another amount, or paid and not sent back.
CREATE FUNCTION ledger_not_to_pay(lines jsonb, context jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    due record;
    paid_by uuid;
BEGIN
    SELECT i.* INTO due FROM ledger_commitment_instalment AS i
        WHERE i.commit_id = (context ->> 'commitment_id')::uuid
            AND i.number = (context ->> 'instalment_number')::integer;
    IF NOT found THEN
        RETURN jsonb_build_object('result', 'not_found', 'entry_id', context -> 'commitment_id',
            'instalment_number', context -> 'instalment_number');
    ELSIF lines <> jsonb_build_array(jsonb_build_object(
        'pot', due.pot, 'financial_year', due.financial_year, 'pence', due.pence
    )) THEN
        RETURN jsonb_build_object('result', 'differs_from_instalment', 'due_pence', due.pence,
            'pot', due.pot, 'financial_year', due.financial_year);
    END IF;
    -- A payment of this commitment stands, or the attempt was made before, here or under the award.
    SELECT e.id INTO paid_by FROM ledger_entry AS e
        WHERE e.verb = 'pay' AND e.commitment_id = due.commit_id
            AND e.instalment_number = due.number
            AND (
                e.attempt = (context ->> 'attempt')::integer
                OR NOT EXISTS (SELECT FROM ledger_entry AS back WHERE back.reverses_id = e.id)
            )
    UNION ALL
    SELECT e.id FROM ledger_entry AS e
        WHERE e.verb = 'pay' AND e.award_id = (context ->> 'award_id')::uuid
            AND e.instalment_number = due.number
            AND e.attempt = (context ->> 'attempt')::integer
    LIMIT 1;
    IF paid_by IS NOT NULL THEN
        RETURN jsonb_build_object('result', 'already_resolved', 'by', paid_by);
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION ledger_is_paid_on(commitment uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM ledger_entry AS p
        WHERE p.verb = 'pay' AND p.commitment_id = commitment AND NOT EXISTS (
            SELECT FROM ledger_entry AS back WHERE back.reverses_id = p.id
        )
    )
$$;

CREATE FUNCTION ledger_opposite(entry uuid) RETURNS ledger_movement[] LANGUAGE sql STABLE AS $$
    SELECT array_agg((a.pot, a.financial_year, a.stage, -p.pence)::ledger_movement)
    FROM ledger_posting AS p JOIN ledger_account AS a ON a.id = p.account_id
    WHERE p.entry_id = entry
$$;
