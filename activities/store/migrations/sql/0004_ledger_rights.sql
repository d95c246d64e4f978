-- Who may do what: everybody of the house reads, the verbs alone write, the steps are nobody's.

-- Every function of the ledger is taken from everybody, then the verbs are given to the
-- application: a function that is added later and forgotten here belongs to nobody, not to all.
DO $$
DECLARE
    made regprocedure;
BEGIN
    FOR made IN
        SELECT p.oid FROM pg_proc AS p
        WHERE p.proname LIKE 'ledger\_%' AND p.pronamespace = 'public'::regnamespace
            AND p.proowner = 'locality_ledger'::regrole
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, locality_app', made);
    END LOOP;
END
$$;

REVOKE ALL ON ledger_period FROM PUBLIC, locality_app;
GRANT SELECT ON ledger_period TO locality_app, locality_owner;
GRANT EXECUTE ON FUNCTION
    ledger_open_account(uuid, jsonb, jsonb), ledger_allocate(uuid, jsonb, jsonb),
    ledger_hold(uuid, jsonb, jsonb), ledger_release(uuid, jsonb, jsonb),
    ledger_commit(uuid, jsonb, jsonb), ledger_pay(uuid, jsonb, jsonb),
    ledger_reverse(uuid, jsonb, jsonb), ledger_vire(uuid, jsonb, jsonb),
    ledger_recoup(uuid, jsonb, jsonb), ledger_cancel(uuid, jsonb, jsonb),
    ledger_carry_forward(uuid, jsonb, jsonb), ledger_authorise_overspend(uuid, jsonb, jsonb),
    ledger_close(uuid, jsonb, jsonb), ledger_reopen(uuid, jsonb, jsonb),
    ledger_close_accounts(uuid, jsonb, jsonb), ledger_pay_run(uuid, jsonb, jsonb),
    ledger_ended_by(uuid, integer)
    TO locality_app;
