-- What a verb looks at before it moves money: the entry it follows, and what stands in its way.

DROP FUNCTION ledger_follow(uuid, text);
DROP FUNCTION ledger_not_to_pay(jsonb, jsonb);

-- Finds and locks the entry that a verb follows. The lock makes two that follow the same entry take
-- turns, so the second sees what the first did. An obstacle says why it may not be followed.
-- What draws on a commitment takes turns with everything else that does.
CREATE FUNCTION ledger_follow(
    followed uuid, expected text,
    OUT id uuid, OUT verb text, OUT lines jsonb, OUT commitment_id uuid,
    OUT obstacle text, OUT detail jsonb
) LANGUAGE plpgsql AS $$
DECLARE
    ended_by uuid;
BEGIN
    SELECT e.id, e.verb, e.content -> 'lines', e.commitment_id INTO id, verb, lines, commitment_id
        FROM ledger_entry AS e
        WHERE e.id = followed AND e.verb = coalesce(expected, e.verb) FOR NO KEY UPDATE;
    IF NOT found THEN
        obstacle := 'not_found';
        detail := jsonb_build_object('entry_id', followed);
        RETURN;
    END IF;
    IF commitment_id IS NOT NULL THEN
        PERFORM FROM ledger_entry AS e WHERE e.id = ledger_follow.commitment_id FOR NO KEY UPDATE;
    END IF;
    -- Looked up after the locks, in a statement of its own, so that it sees what was just
    -- committed.
    IF expected = 'hold' THEN
        SELECT e.id INTO ended_by FROM ledger_entry AS e WHERE e.resolves_id = followed;
    ELSE
        SELECT e.id INTO ended_by FROM ledger_entry AS e WHERE e.reverses_id = followed;
    END IF;
    IF ended_by IS NOT NULL THEN
        obstacle := 'already_resolved';
        detail := jsonb_build_object('entry_id', followed, 'by', ended_by);
    END IF;
END
$$;

-- The entry by which an instalment has ended: a payment or a cancelling that stands, or the undoing
-- of its whole commitment; null while it may still fall due.
CREATE FUNCTION ledger_ended_by(commitment uuid, instalment integer) RETURNS uuid
LANGUAGE sql STABLE AS $$
    SELECT e.id FROM ledger_entry AS e
    WHERE e.commitment_id = commitment AND e.instalment_number = instalment AND e.verb = 'pay'
        AND NOT EXISTS (SELECT FROM ledger_entry AS back WHERE back.reverses_id = e.id)
    UNION ALL
    SELECT e.id FROM ledger_entry AS e
    WHERE e.commitment_id = commitment AND e.instalment_number IS NULL AND e.verb = 'cancel'
        AND e.content -> 'instalment_numbers' @> to_jsonb(instalment)
        AND NOT EXISTS (SELECT FROM ledger_entry AS back WHERE back.reverses_id = e.id)
    UNION ALL
    SELECT back.id FROM ledger_entry AS back WHERE back.reverses_id = commitment
    LIMIT 1
$$;

-- The entry of an attempt that was made before, under this commitment or under the award.
CREATE FUNCTION ledger_attempted_by(
    commitment uuid, award uuid, instalment integer, nth integer
) RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT e.id FROM ledger_entry AS e
    WHERE e.commitment_id = commitment AND e.instalment_number = instalment AND e.attempt = nth
    UNION ALL
    SELECT e.id FROM ledger_entry AS e
    WHERE e.award_id = award AND e.instalment_number = instalment AND e.attempt = nth
    LIMIT 1
$$;

-- Why an instalment is not paid: unknown, another amount, ended, or an attempt made before.
CREATE FUNCTION ledger_not_to_pay(lines jsonb, context jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    commitment uuid := context ->> 'commitment_id';
    instalment integer := context ->> 'instalment_number';
    due record;
BEGIN
    SELECT i.pot, i.financial_year, i.pence,
            coalesce(
                ledger_ended_by(commitment, instalment),
                ledger_attempted_by(
                    commitment, (context ->> 'award_id')::uuid, instalment,
                    (context ->> 'attempt')::integer
                )
            ) AS ended_by
        INTO due
        FROM ledger_commitment_instalment AS i
        WHERE i.commit_id = commitment AND i.number = instalment;
    IF NOT found THEN
        RETURN jsonb_build_object('result', 'not_found', 'entry_id', commitment,
            'instalment_number', instalment);
    ELSIF lines <> jsonb_build_array(jsonb_build_object(
        'pot', due.pot, 'financial_year', due.financial_year, 'pence', due.pence
    )) THEN
        RETURN jsonb_build_object('result', 'differs_from_instalment', 'due_pence', due.pence,
            'pot', due.pot, 'financial_year', due.financial_year);
    ELSIF due.ended_by IS NOT NULL THEN
        RETURN jsonb_build_object('result', 'already_resolved', 'by', due.ended_by);
    END IF;
    RETURN NULL;
END
$$;

-- Instalments of a commitment that are named and do not exist, or have ended; null if all may end.
CREATE FUNCTION ledger_not_to_cancel(commitment uuid, numbers jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
    unknown jsonb;
    ended jsonb;
BEGIN
    SELECT jsonb_agg(n.number ORDER BY n.number) FILTER (WHERE i.number IS NULL),
            jsonb_agg(
                jsonb_build_object('instalment_number', n.number, 'by', e.ended_by)
                ORDER BY n.number
            ) FILTER (WHERE e.ended_by IS NOT NULL)
        INTO unknown, ended
        FROM (SELECT value::integer AS number FROM jsonb_array_elements(numbers)) AS n
        LEFT JOIN ledger_commitment_instalment AS i
            ON i.commit_id = commitment AND i.number = n.number
        CROSS JOIN LATERAL (SELECT ledger_ended_by(commitment, i.number) AS ended_by) AS e;
    IF unknown IS NOT NULL THEN
        RETURN jsonb_build_object('result', 'not_found', 'entry_id', commitment,
            'instalment_numbers', unknown);
    ELSIF ended IS NOT NULL THEN
        RETURN jsonb_build_object('result', 'already_resolved', 'ended', ended);
    END IF;
    RETURN NULL;
END
$$;

-- What a commitment still promises, by pot and year, of the instalments named or of all.
CREATE FUNCTION ledger_still_promised(commitment uuid, numbers jsonb DEFAULT NULL) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_agg(jsonb_build_object(
        'pot', s.pot, 'financial_year', s.financial_year, 'pence', s.pence
    ) ORDER BY s.pot, s.financial_year)
    FROM (
        SELECT i.pot, i.financial_year, sum(i.pence) AS pence
        FROM ledger_commitment_instalment AS i
        WHERE i.commit_id = commitment AND (numbers IS NULL OR numbers @> to_jsonb(i.number))
            AND ledger_ended_by(commitment, i.number) IS NULL
        GROUP BY i.pot, i.financial_year
    ) AS s
$$;

-- What stands paid on a commitment, by pot and year, less what was taken back; and of each pot what
-- was taken back in a later year than it was paid in.
CREATE FUNCTION ledger_stands_paid(commitment uuid)
RETURNS TABLE (pot text, financial_year integer, paid_pence bigint, later_pence bigint)
LANGUAGE sql STABLE AS $$
    SELECT a.pot, a.financial_year,
        coalesce(sum(p.pence) FILTER (WHERE a.stage = 'paid'), 0)::bigint,
        coalesce(sum(p.pence) FILTER (
            WHERE e.verb = 'recoup' AND a.stage IN ('available', 'paid') AND a.pot <> 'recouped'
        ), 0)::bigint
    FROM ledger_entry AS e
    JOIN ledger_posting AS p ON p.entry_id = e.id
    JOIN ledger_account AS a ON a.id = p.account_id
    WHERE e.commitment_id = commitment AND e.verb IN ('pay', 'recoup')
        AND NOT EXISTS (SELECT FROM ledger_entry AS back WHERE back.reverses_id = e.id)
    GROUP BY a.pot, a.financial_year
$$;

-- Whether what was taken back on a commitment is no more than was paid on it, pot by pot, if a
-- payment is undone as well.
CREATE FUNCTION ledger_is_taken_back_on(commitment uuid, undone uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM (
            SELECT s.pot, s.financial_year, s.paid_pence, s.later_pence
            FROM ledger_stands_paid(commitment) AS s
            UNION ALL
            SELECT a.pot, a.financial_year, -p.pence, 0
            FROM ledger_posting AS p JOIN ledger_account AS a ON a.id = p.account_id
            WHERE p.entry_id = undone AND a.stage = 'paid'
        ) AS after_it
        GROUP BY pot
        HAVING sum(paid_pence) < sum(later_pence)
    ) OR EXISTS (
        SELECT FROM ledger_posting AS p JOIN ledger_account AS a ON a.id = p.account_id
        JOIN ledger_stands_paid(commitment) AS s USING (pot, financial_year)
        WHERE p.entry_id = undone AND a.stage = 'paid' AND s.paid_pence < p.pence
    )
$$;
