-- What holds even for the tables' owner, looked at once for each statement over all it wrote.
--
-- A verb writes an entry and its postings in one statement, so this is stricter than a look at
-- commit: not even the verb's own transaction sees an entry that does not balance. It stands for
-- foreign keys too, which nothing can break later: entries and accounts are never removed, nor
-- renamed. Tables are named with their schema, since these run under whatever search path their
-- statement has.

DROP TRIGGER ledger_entry_balances ON ledger_posting;
DROP TRIGGER ledger_entry_moves_something ON ledger_entry;
DROP FUNCTION ledger_require_balance();
DROP FUNCTION ledger_require_postings();

-- All postings of an entry come at once, sum to nought, and name an entry and open accounts. What
-- is looked up is looked up row by row, as a single value: of EXISTS beside OR a plan may be made
-- that reads a whole table, and it stays in use for whatever is written later.
CREATE FUNCTION ledger_require_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    faulty uuid;
BEGIN
    SELECT n.entry_id INTO faulty
        FROM (
            SELECT added.entry_id, count(*) AS how_many, sum(added.pence) AS pence,
                bool_and(
                    added.pence <> 0 AND added.position > 0 AND (
                        SELECT a.closed_by IS NULL AND a.carried_by IS NULL
                        FROM public.ledger_account AS a WHERE a.id = added.account_id
                    ) IS TRUE
                ) AS is_right
            FROM added GROUP BY added.entry_id
        ) AS n
        WHERE n.how_many < 2 OR n.pence <> 0 OR NOT n.is_right
            OR n.how_many <> (
                SELECT count(*) FROM public.ledger_posting AS p WHERE p.entry_id = n.entry_id
            )
            OR (SELECT e.id FROM public.ledger_entry AS e WHERE e.id = n.entry_id) IS NULL
        LIMIT 1;
    IF faulty IS NOT NULL THEN
        RAISE EXCEPTION 'entry % does not balance', faulty
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entry_balances';
    END IF;
    RETURN NULL;
END
$$;

-- An entry moves money unless its verb moves none, names what it follows, and is of a month that
-- is.
CREATE FUNCTION ledger_require_right_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    faulty uuid;
BEGIN
    SELECT added.id INTO faulty FROM added
        WHERE added.verb NOT IN (
                'open', 'allocate', 'hold', 'release', 'commit', 'pay', 'reverse', 'vire',
                'recoup', 'cancel', 'carry_forward', 'authorise_overspend', 'close',
                'close_accounts', 'reopen'
            )
            OR added.financial_year NOT BETWEEN 2000 AND 2200
            OR added.academic_year NOT BETWEEN 2000 AND 2200
            OR added.period NOT BETWEEN 1 AND 12 OR length(added.content_hash) <> 32
            OR (added.resolves_id IS NOT NULL) <> (added.verb IN ('release', 'commit'))
            OR (added.reverses_id IS NOT NULL) <> (added.verb = 'reverse')
            OR (added.commitment_id IS NULL AND added.verb IN ('pay', 'cancel'))
            OR (added.commitment_id IS NOT NULL AND added.verb NOT IN ('pay', 'cancel', 'recoup'))
            OR (added.verb = 'pay' AND num_nulls(added.instalment_number, added.attempt) > 0)
            OR ((
                SELECT p.entry_id FROM public.ledger_posting AS p
                WHERE p.entry_id = added.id LIMIT 1
            ) IS NULL) <> (added.verb IN ('open', 'close', 'close_accounts', 'reopen'))
            OR (
                num_nonnulls(added.resolves_id, added.reverses_id, added.commitment_id) > 0 AND (
                    SELECT e.id FROM public.ledger_entry AS e
                    WHERE e.id = coalesce(added.resolves_id, added.reverses_id, added.commitment_id)
                ) IS NULL
            )
        LIMIT 1;
    IF faulty IS NOT NULL THEN
        RAISE EXCEPTION 'entry % is not one that a verb makes', faulty
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entry_is_right';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER ledger_entry_balances AFTER INSERT ON ledger_posting
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_require_balance();
CREATE TRIGGER ledger_entry_is_right AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_require_right_entry();

-- What an account is. Its balance has a CHECK of its own, ledger_account_stays_above_floor, which
-- every movement passes; this one is passed by what opens, closes or carries, and by nothing else,
-- for only a statement that names one of these columns pays for it.
CREATE FUNCTION ledger_require_right_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Only available money may lack a floor: in an unlimited pot, or in a year not yet opened.
    IF new.floor_pence IS DISTINCT FROM (CASE
            WHEN new.stage <> 'available' THEN 0
            WHEN new.opened_at IS NULL OR new.pot IN (
                'high_needs_block', 'deficit', 'opening', 'closing', 'recouped'
            ) THEN NULL
            ELSE 0
        END)
        OR new.pot !~ '^[a-z_]+(:[A-Za-z0-9_-]+){0,2}$' OR length(new.pot) > 100
        OR new.financial_year NOT BETWEEN 2000 AND 2200
        OR new.stage NOT IN ('available', 'held', 'committed', 'paid')
        -- A pot is closed or carried once, and then nothing stands in it but what was paid. Where
        -- money comes from and goes to keeps the figure that the year balances against.
        OR (new.closed_by IS NOT NULL AND new.balance_pence <> 0 AND new.stage <> 'paid'
            AND NOT (new.stage = 'available' AND new.pot IN ('opening', 'closing', 'recouped')))
        OR (new.carried_by IS NOT NULL
            AND (new.stage NOT IN ('held', 'committed') OR new.balance_pence <> 0))
        OR (tg_op = 'UPDATE' AND (
            new.closed_by IS DISTINCT FROM coalesce(old.closed_by, new.closed_by)
            OR new.carried_by IS DISTINCT FROM coalesce(old.carried_by, new.carried_by)
        ))
    THEN
        RAISE EXCEPTION 'account % is not as it may be', new.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_account_is_right';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER ledger_account_is_right
    AFTER INSERT OR UPDATE OF floor_pence, opened_at, closed_by, carried_by ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION ledger_require_right_account();

CREATE TRIGGER ledger_period_is_kept BEFORE DELETE OR TRUNCATE ON ledger_period
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_period_is_named_once
    BEFORE UPDATE OF financial_year, period ON ledger_period
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
