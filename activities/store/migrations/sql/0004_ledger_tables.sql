-- What the ledger remembers of a year: closed periods and pots, promises carried on, and more about
-- each entry. Owned by locality_ledger, like the rest.

-- What a row must be is looked at by triggers from here on (0004_ledger_guards.sql): PostgreSQL
-- reads the text of every CHECK anew for every statement, which was a third of the cost of a
-- posting.
ALTER TABLE ledger_entry
    ADD COLUMN reference text,
    ADD COLUMN run_id uuid,
    ADD COLUMN belongs_to text,
    DROP CONSTRAINT ledger_entry_verb_check,
    DROP CONSTRAINT ledger_entry_financial_year_check,
    DROP CONSTRAINT ledger_entry_period_check,
    DROP CONSTRAINT ledger_entry_academic_year_check,
    DROP CONSTRAINT ledger_entry_content_hash_check,
    DROP CONSTRAINT ledger_entry_names_what_it_follows,
    DROP CONSTRAINT ledger_entry_resolves_id_fkey,
    DROP CONSTRAINT ledger_entry_reverses_id_fkey,
    DROP CONSTRAINT ledger_entry_commitment_id_fkey;
ALTER TABLE ledger_posting
    DROP CONSTRAINT ledger_posting_entry_id_fkey,
    DROP CONSTRAINT ledger_posting_account_id_fkey,
    DROP CONSTRAINT ledger_posting_position_check,
    DROP CONSTRAINT ledger_posting_pence_check;
COMMENT ON COLUMN ledger_entry.belongs_to IS
    'The closed period that a late item belongs to; it is entered in an open one';

-- One index each for what was two: nulls are distinct, so only a payment can be there twice.
DROP INDEX ledger_entry_award_instalment_is_paid_once, ledger_entry_instalment_is_paid_once,
    ledger_entry_by_award, ledger_entry_by_request;
CREATE UNIQUE INDEX ledger_entry_award_instalment_is_paid_once
    ON ledger_entry (award_id, instalment_number, attempt) WHERE award_id IS NOT NULL;
CREATE UNIQUE INDEX ledger_entry_instalment_is_paid_once
    ON ledger_entry (commitment_id, instalment_number, attempt) WHERE commitment_id IS NOT NULL;

-- Which periods are closed now; the entries of the verbs close and reopen say how it came to be.
CREATE TABLE ledger_period (
    financial_year integer NOT NULL CHECK (financial_year BETWEEN 2000 AND 2200),
    period smallint NOT NULL CHECK (period BETWEEN 1 AND 12),
    is_closed boolean NOT NULL,
    entry_id uuid NOT NULL REFERENCES ledger_entry,
    PRIMARY KEY (financial_year, period)
);
COMMENT ON COLUMN ledger_period.entry_id IS 'The entry that closed it, or opened it again';

ALTER TABLE ledger_account
    ADD COLUMN closed_by uuid,
    ADD COLUMN carried_by uuid,
    DROP CONSTRAINT ledger_account_pot_check,
    DROP CONSTRAINT ledger_account_financial_year_check,
    DROP CONSTRAINT ledger_account_stage_check,
    DROP CONSTRAINT ledger_account_floor_is_right;
UPDATE ledger_account SET floor_pence = NULL
    WHERE stage = 'available' AND pot IN ('recouped', 'closing');
COMMENT ON COLUMN ledger_account.closed_by IS 'The entry that closed the pot for the year';
COMMENT ON COLUMN ledger_account.carried_by IS
    'The entry that carried what was held or committed here into the next year';
