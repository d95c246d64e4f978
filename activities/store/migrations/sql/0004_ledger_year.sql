-- The verbs of a year: virements, money taken back, instalments that will not fall due, overspends,
-- and the ends of months and years. As those of a request, see 0004_ledger_verbs.sql.

CREATE FUNCTION ledger_vire(id uuid, lines jsonb, context jsonb) RETURNS ledger_answer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    content jsonb := ledger_content('vire', lines, context);
    answer ledger_answer := ledger_begin(id, content, context);
    source text := context ->> 'from_pot';
BEGIN
    IF answer.result IS NOT NULL THEN RETURN answer; END IF;
    PERFORM ledger_require_lines(lines);
    IF source IS NULL OR lines @> jsonb_build_array(jsonb_build_object('pot', source)) THEN
        RAISE EXCEPTION 'a virement goes from one pot to another'
            USING ERRCODE = 'invalid_parameter_value';
    ELSIF NOT ledger_says(context, 'authority') THEN
        RETURN ledger_refuse(
            id, content, context, 'authority_needed', jsonb_build_object('pot', source)
        );
    END IF;
    RETURN ledger_post(id, content, context, ledger_from_pot(source, lines));
END
$$;

-- What is owed is never blocked: it is drawn from the deficit, by somebody, for a reason.
CREATE FUNCTION ledger_authorise_overspend(id uuid, lines jsonb, context jsonb)
RETURNS ledger_answer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    content jsonb := ledger_content('authorise_overspend', lines, context);
    answer ledger_answer := ledger_begin(id, content, context);
BEGIN
    IF answer.result IS NOT NULL THEN RETURN answer; END IF;
    PERFORM ledger_require_lines(lines);
    IF lines @> '[{"pot": "deficit"}]' THEN
        RAISE EXCEPTION 'the deficit covers other pots' USING ERRCODE = 'invalid_parameter_value';
    ELSIF NOT ledger_says(context, 'authority') THEN
        RETURN ledger_refuse(id, content, context, 'authority_needed', '{"pot": "deficit"}');
    ELSIF NOT ledger_says(context, 'reason') THEN
        RETURN ledger_refuse(id, content, context, 'reason_needed', '{"pot": "deficit"}');
    END IF;
    RETURN ledger_post(id, content, context, ledger_from_pot('deficit', lines));
END
$$;

-- From a payee: out of what stands paid, or of the pot recouped where the year it was paid in has
-- gone by. From another council: out of the pot recouped, which is as far below nought as came in.
CREATE FUNCTION ledger_recoup(id uuid, lines jsonb, context jsonb) RETURNS ledger_answer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    content jsonb := ledger_content('recoup', lines, context);
    answer ledger_answer := ledger_begin(id, content, context);
    commitment record;
    taken record;
BEGIN
    IF answer.result IS NOT NULL THEN RETURN answer; END IF;
    PERFORM ledger_require_lines(lines);
    IF lines @> '[{"pot": "recouped"}]' OR (context ? 'commitment_id') = (context ? 'council') THEN
        RAISE EXCEPTION 'money comes back on a commitment or from a council, into another pot'
            USING ERRCODE = 'invalid_parameter_value';
    ELSIF context ? 'council' THEN
        RETURN ledger_post(id, content, context, ledger_from_pot('recouped', lines));
    END IF;
    commitment := ledger_follow((context ->> 'commitment_id')::uuid, 'commit');
    IF commitment.obstacle = 'not_found' THEN
        RETURN ledger_refuse(id, content, context, commitment.obstacle, commitment.detail);
    END IF;
    taken := ledger_taken_back(commitment.id, lines);
    IF taken.exceeding IS NOT NULL THEN
        RETURN ledger_refuse(
            id, content, context, 'exceeds_paid', jsonb_build_object('exceeding', taken.exceeding)
        );
    END IF;
    RETURN ledger_post(id, content, context, taken.movements);
END
$$;

CREATE FUNCTION ledger_cancel(id uuid, lines jsonb, context jsonb) RETURNS ledger_answer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    content jsonb := ledger_content('cancel', lines, context);
    answer ledger_answer := ledger_begin(id, content, context);
    numbers jsonb := context -> 'instalment_numbers';
    commitment record;
    obstacle jsonb;
BEGIN
    IF answer.result IS NOT NULL THEN RETURN answer; END IF;
    IF numbers IS NULL OR jsonb_array_length(numbers) = 0 THEN
        RAISE EXCEPTION 'cancelling names instalments' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    commitment := ledger_follow((context ->> 'commitment_id')::uuid, 'commit');
    IF commitment.obstacle IS NOT NULL THEN
        RETURN ledger_refuse(id, content, context, commitment.obstacle, commitment.detail);
    END IF;
    obstacle := ledger_not_to_cancel(commitment.id, numbers);
    IF obstacle IS NOT NULL THEN
        RETURN ledger_refuse(id, content, context, obstacle ->> 'result', obstacle - 'result');
    END IF;
    RETURN ledger_post(id, content, context, NULL, ledger_moves(
        ledger_still_promised(commitment.id, numbers), 'committed', 'available'
    ));
END
$$;

-- Out of each account into the pot closing of its year, and out of opening into the year after, so
-- that each year balances by itself. Where anything held or committed goes on, all of it does.
CREATE FUNCTION ledger_carry_forward(id uuid, lines jsonb, context jsonb) RETURNS ledger_answer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    content jsonb := ledger_content('carry_forward', lines, context);
    answer ledger_answer := ledger_begin(id, content, context);
    movements ledger_movement[];
    faults jsonb;
BEGIN
    IF answer.result IS NOT NULL THEN RETURN answer; END IF;
    PERFORM ledger_require_carrying(lines);
    movements := ledger_carrying(lines);
    faults := ledger_reach_accounts(movements);
    IF faults IS NOT NULL THEN
        RETURN ledger_refuse(id, content, context, 'not_found', faults);
    END IF;
    PERFORM FROM ledger_account AS a
        WHERE (a.pot, a.financial_year) IN (
            SELECT m.pot, m.financial_year FROM unnest(movements) AS m
        )
        ORDER BY a.id FOR NO KEY UPDATE;
    faults := ledger_not_whole(lines);
    IF faults IS NOT NULL THEN
        RETURN ledger_refuse(id, content, context, 'differs_from_balance', faults);
    END IF;
    answer := ledger_post(id, content, context, movements);
    IF answer.result = 'created' THEN
        UPDATE ledger_account AS a SET carried_by = ledger_carry_forward.id
            FROM jsonb_to_recordset(lines) AS l (pot text, financial_year integer, stage text)
            WHERE a.pot = l.pot AND a.financial_year = l.financial_year
                AND a.stage IN ('held', 'committed') AND l.stage IN ('held', 'committed');
    END IF;
    RETURN answer;
END
$$;

CREATE FUNCTION ledger_close(id uuid, lines jsonb, context jsonb) RETURNS ledger_answer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    content jsonb := ledger_content('close', lines, context);
    answer ledger_answer := ledger_begin(id, content, context);
BEGIN
    IF answer.result IS NOT NULL THEN RETURN answer; END IF;
    IF ledger_is_closed(context) THEN
        RETURN ledger_refuse(id, content, context, 'already_closed', ledger_period_of(context));
    END IF;
    RETURN ledger_turn_period(id, content, context, true);
END
$$;

CREATE FUNCTION ledger_reopen(id uuid, lines jsonb, context jsonb) RETURNS ledger_answer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    content jsonb := ledger_content('reopen', lines, context);
    answer ledger_answer := ledger_begin(id, content, context);
BEGIN
    IF answer.result IS NOT NULL THEN RETURN answer; END IF;
    IF NOT ledger_says(context, 'authority') THEN
        RETURN ledger_refuse(id, content, context, 'authority_needed', ledger_period_of(context));
    ELSIF NOT ledger_says(context, 'reason') THEN
        RETURN ledger_refuse(id, content, context, 'reason_needed', ledger_period_of(context));
    ELSIF NOT ledger_is_closed(context) THEN
        RETURN ledger_refuse(id, content, context, 'already_open', ledger_period_of(context));
    END IF;
    RETURN ledger_turn_period(id, content, context, false);
END
$$;

CREATE FUNCTION ledger_close_accounts(id uuid, lines jsonb, context jsonb) RETURNS ledger_answer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    content jsonb := ledger_content('close_accounts', lines, context);
    answer ledger_answer := ledger_begin(id, content, context);
    obstacle jsonb;
BEGIN
    IF answer.result IS NOT NULL THEN RETURN answer; END IF;
    PERFORM FROM ledger_account AS a
        WHERE (a.pot, a.financial_year) IN (
            SELECT l.pot, l.financial_year
            FROM jsonb_to_recordset(lines) AS l (pot text, financial_year integer)
        )
        ORDER BY a.id FOR NO KEY UPDATE;
    obstacle := ledger_not_to_close(lines);
    IF obstacle IS NOT NULL THEN
        RETURN ledger_refuse(id, content, context, obstacle ->> 'result', obstacle - 'result');
    END IF;
    UPDATE ledger_account AS a SET closed_by = ledger_close_accounts.id
        FROM jsonb_to_recordset(lines) AS l (pot text, financial_year integer)
        WHERE a.pot = l.pot AND a.financial_year = l.financial_year;
    RETURN ledger_write(id, content, context, '{}', '{}');
END
$$;
