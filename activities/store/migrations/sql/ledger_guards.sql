-- What holds even for the tables' owner: nothing is altered or taken away, and entries balance.

CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: % of % is refused', tg_op, tg_table_name
        USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER ledger_entry_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_posting_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_posting
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_instalment_is_kept
    BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_commitment_instalment
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_refusal_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_refusal
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_account_is_kept BEFORE DELETE OR TRUNCATE ON ledger_account
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_account_is_named_once
    BEFORE UPDATE OF id, pot, financial_year, stage ON ledger_account
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

CREATE FUNCTION ledger_require_balance() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    posted record;
BEGIN
    SELECT count(*) AS how_many, sum(p.pence) AS pence INTO posted
        FROM ledger_posting AS p WHERE p.entry_id = new.entry_id;
    IF posted.how_many < 2 OR posted.pence <> 0 THEN
        RAISE EXCEPTION 'entry % does not balance', new.entry_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entry_balances';
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION ledger_require_postings() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ledger_posting AS p WHERE p.entry_id = new.id) THEN
        RAISE EXCEPTION 'entry % moves nothing', new.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entry_moves_something';
    END IF;
    RETURN NULL;
END
$$;

-- At commit, because an entry and its postings are several rows. Each posting is looked at, so that
-- nothing is slipped into an entry that stands.
CREATE CONSTRAINT TRIGGER ledger_entry_balances AFTER INSERT ON ledger_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_require_balance();
CREATE CONSTRAINT TRIGGER ledger_entry_moves_something AFTER INSERT ON ledger_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (new.verb <> 'open') EXECUTE FUNCTION ledger_require_postings();
