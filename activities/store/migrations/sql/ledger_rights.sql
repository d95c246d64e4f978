-- Who may do what: everybody of the house reads, the verbs alone write, the steps are nobody's.

REVOKE ALL ON FUNCTION
    ledger_refuse_change(), ledger_require_balance(), ledger_require_postings(),
    ledger_content(text, jsonb, jsonb), ledger_begin(uuid, jsonb),
    ledger_first_difference(jsonb, jsonb), ledger_refuse(uuid, jsonb, jsonb, text, jsonb),
    ledger_moves(jsonb, text, text), ledger_require_lines(jsonb),
    ledger_lacks_authority(jsonb, jsonb), ledger_reach_accounts(ledger_movement[]),
    ledger_accounts_of(ledger_movement[]), ledger_lock_and_look(bigint[], bigint[]),
    ledger_post(uuid, jsonb, jsonb, ledger_movement[]), ledger_write_entry(uuid, jsonb, jsonb),
    ledger_follow(uuid, text), ledger_not_to_open(jsonb), ledger_require_instalments(jsonb, jsonb),
    ledger_not_to_pay(jsonb, jsonb), ledger_is_paid_on(uuid), ledger_opposite(uuid),
    ledger_open_account(uuid, jsonb, jsonb), ledger_allocate(uuid, jsonb, jsonb),
    ledger_hold(uuid, jsonb, jsonb), ledger_release(uuid, jsonb, jsonb),
    ledger_commit(uuid, jsonb, jsonb), ledger_pay(uuid, jsonb, jsonb),
    ledger_reverse(uuid, jsonb, jsonb)
    FROM PUBLIC;

REVOKE ALL ON ledger_account, ledger_entry, ledger_posting, ledger_commitment_instalment,
    ledger_refusal FROM PUBLIC, locality_app;
GRANT SELECT ON ledger_account, ledger_entry, ledger_posting, ledger_commitment_instalment,
    ledger_refusal TO locality_app, locality_owner;
GRANT EXECUTE ON FUNCTION
    ledger_open_account(uuid, jsonb, jsonb), ledger_allocate(uuid, jsonb, jsonb),
    ledger_hold(uuid, jsonb, jsonb), ledger_release(uuid, jsonb, jsonb),
    ledger_commit(uuid, jsonb, jsonb), ledger_pay(uuid, jsonb, jsonb),
    ledger_reverse(uuid, jsonb, jsonb)
    TO locality_app;
