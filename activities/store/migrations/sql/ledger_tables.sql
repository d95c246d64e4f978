-- What the ledger remembers. Owned by locality_ledger; the verbs are the only way to write.
-- No foreign key leads out of the ledger: a case is known by its id alone.

CREATE TABLE ledger_account (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    pot text NOT NULL CHECK (pot ~ '^[a-z_]+(:[A-Za-z0-9_-]+){0,2}$' AND length(pot) <= 100),
    financial_year integer NOT NULL CHECK (financial_year BETWEEN 2000 AND 2200),
    stage text NOT NULL CHECK (stage IN ('available', 'held', 'committed', 'paid')),
    floor_pence bigint,
    balance_pence bigint NOT NULL DEFAULT 0,
    posting_count bigint NOT NULL DEFAULT 0,
    opened_at timestamptz,
    CONSTRAINT ledger_account_is_one UNIQUE (pot, financial_year, stage),
    CONSTRAINT ledger_account_stays_above_floor
        CHECK (floor_pence IS NULL OR balance_pence >= floor_pence),
    -- Only available money may lack a floor: in an unlimited pot, or in a year not yet opened.
    CONSTRAINT ledger_account_floor_is_right CHECK (
        floor_pence IS NOT DISTINCT FROM CASE
            WHEN stage <> 'available' THEN 0
            WHEN opened_at IS NULL THEN NULL
            WHEN pot IN ('high_needs_block', 'deficit', 'opening') THEN NULL
            ELSE 0
        END
    )
) WITH (fillfactor = 50);  -- room beside each row, so that a busy balance is updated in its page

CREATE TABLE ledger_entry (
    id uuid PRIMARY KEY,
    number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    verb text NOT NULL
        CHECK (verb IN ('open', 'allocate', 'hold', 'release', 'commit', 'pay', 'reverse')),
    recorded_at timestamptz NOT NULL,
    effective_on date NOT NULL,
    financial_year integer NOT NULL CHECK (financial_year BETWEEN 2000 AND 2200),
    period smallint NOT NULL CHECK (period BETWEEN 1 AND 12),
    academic_year integer NOT NULL CHECK (academic_year BETWEEN 2000 AND 2200),
    request_id uuid,
    award_id uuid,
    instalment_number integer,
    attempt integer,
    decision_id uuid,
    act_id uuid,
    actor_id uuid,
    policy_version_ids jsonb NOT NULL DEFAULT '[]',
    reason text,
    authority text,
    section_251_line text,
    cost_centre text,
    resolves_id uuid REFERENCES ledger_entry,
    reverses_id uuid REFERENCES ledger_entry,
    commitment_id uuid REFERENCES ledger_entry,
    content jsonb NOT NULL,
    content_hash bytea NOT NULL CHECK (length(content_hash) = 32),
    CONSTRAINT ledger_entry_names_what_it_follows CHECK (
        (resolves_id IS NOT NULL) = (verb IN ('release', 'commit'))
        AND (reverses_id IS NOT NULL) = (verb = 'reverse')
        AND (commitment_id IS NOT NULL) = (verb = 'pay')
        AND (verb <> 'pay' OR (instalment_number IS NOT NULL AND attempt IS NOT NULL))
    )
);
CREATE UNIQUE INDEX ledger_entry_hold_ends_once
    ON ledger_entry (resolves_id) WHERE resolves_id IS NOT NULL;
CREATE UNIQUE INDEX ledger_entry_is_undone_once
    ON ledger_entry (reverses_id) WHERE reverses_id IS NOT NULL;
CREATE UNIQUE INDEX ledger_entry_award_instalment_is_paid_once
    ON ledger_entry (award_id, instalment_number, attempt) WHERE verb = 'pay';
CREATE UNIQUE INDEX ledger_entry_instalment_is_paid_once
    ON ledger_entry (commitment_id, instalment_number, attempt) WHERE verb = 'pay';
CREATE INDEX ledger_entry_by_request ON ledger_entry (request_id) WHERE request_id IS NOT NULL;
CREATE INDEX ledger_entry_by_award ON ledger_entry (award_id) WHERE award_id IS NOT NULL;

CREATE TABLE ledger_posting (
    entry_id uuid NOT NULL REFERENCES ledger_entry,
    account_id bigint NOT NULL REFERENCES ledger_account,
    position bigint NOT NULL CHECK (position > 0),
    pence bigint NOT NULL CHECK (pence <> 0),
    running_pence bigint NOT NULL,
    PRIMARY KEY (entry_id, account_id),
    CONSTRAINT ledger_posting_has_its_place UNIQUE (account_id, position)
);
COMMENT ON COLUMN ledger_posting.position IS 'Which posting of its account this is, from 1';
COMMENT ON COLUMN ledger_posting.running_pence IS 'The balance of the account after this posting';

CREATE TABLE ledger_commitment_instalment (
    commit_id uuid NOT NULL REFERENCES ledger_entry,
    number integer NOT NULL CHECK (number > 0),
    due_on date NOT NULL,
    pot text NOT NULL,
    financial_year integer NOT NULL,
    period smallint NOT NULL CHECK (period BETWEEN 1 AND 12),
    pence bigint NOT NULL CHECK (pence > 0),
    PRIMARY KEY (commit_id, number)
);
CREATE INDEX ledger_commitment_instalment_by_day ON ledger_commitment_instalment (due_on);

CREATE TABLE ledger_refusal (
    id uuid PRIMARY KEY,
    verb text NOT NULL,
    content jsonb NOT NULL,
    result text NOT NULL,
    detail jsonb NOT NULL,
    recorded_at timestamptz NOT NULL
);
