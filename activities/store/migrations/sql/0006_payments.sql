-- Payment runs: what is in them, what each payee is paid, the files that go out, the answers.

CREATE TABLE payment_run (
  id UUID NOT NULL,
  reference VARCHAR NOT NULL,
  financial_year INTEGER NOT NULL,
  period INTEGER NOT NULL,
  number INTEGER NOT NULL,
  due_until_on DATE NOT NULL,
  stage VARCHAR NOT NULL,
  lines INTEGER NOT NULL,
  due_pence BIGINT NOT NULL,
  netted_pence BIGINT NOT NULL,
  invoice_back_pence BIGINT NOT NULL,
  total_pence BIGINT NOT NULL,
  policy_version_id UUID NOT NULL,
  prepared_by UUID NOT NULL,
  prepared_at TIMESTAMP WITH TIME ZONE NOT NULL,
  approved_by UUID,
  approved_at TIMESTAMP WITH TIME ZONE,
  books_year INTEGER,
  books_period INTEGER,
  ended_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (id),
  UNIQUE (reference),
  UNIQUE (financial_year, period, number),
  CONSTRAINT run_period_known CHECK (period BETWEEN 1 AND 12),
  CONSTRAINT run_stage_known
    CHECK (stage IN ('prepared', 'posted', 'sent', 'closed', 'abandoned')),
  CONSTRAINT run_has_lines CHECK (lines > 0 AND total_pence >= 0),
  -- Promise 6: the person is barred, whatever roles that person holds.
  CONSTRAINT nobody_approves_their_own_run CHECK (approved_by <> prepared_by),
  CONSTRAINT run_is_posted_when_approved
    CHECK ((approved_by IS NOT NULL) = (stage IN ('posted', 'sent', 'closed'))
       AND (approved_by IS NULL) = (approved_at IS NULL)),
  FOREIGN KEY(policy_version_id) REFERENCES policy_version (id),
  FOREIGN KEY(prepared_by) REFERENCES person (id),
  FOREIGN KEY(approved_by) REFERENCES person (id)
);

CREATE INDEX ix_payment_run_stage ON payment_run (stage);

CREATE TABLE remittance (
  id UUID NOT NULL,
  run_id UUID NOT NULL,
  reference VARCHAR NOT NULL,
  payee_code VARCHAR NOT NULL,
  payee_kind VARCHAR NOT NULL,
  way VARCHAR NOT NULL,
  control_cost_centre VARCHAR NOT NULL,
  due_pence BIGINT NOT NULL,
  netted_pence BIGINT NOT NULL,
  invoice_back_pence BIGINT NOT NULL,
  pay_pence BIGINT NOT NULL,
  state VARCHAR NOT NULL,
  notice VARCHAR,
  answer_act_id UUID,
  answered_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (id),
  UNIQUE (reference),
  CONSTRAINT remittance_state_known
    CHECK (state IN ('prepared', 'sent', 'paid', 'rejected', 'abandoned')),
  CONSTRAINT remittance_adds_up CHECK (pay_pence >= 0 AND pay_pence = due_pence - netted_pence),
  CONSTRAINT remittance_answer_dated CHECK ((answer_act_id IS NULL) = (answered_at IS NULL)),
  FOREIGN KEY(run_id) REFERENCES payment_run (id),
  FOREIGN KEY(answer_act_id) REFERENCES act (id)
);

CREATE INDEX ix_remittance_run_id ON remittance (run_id);

CREATE TABLE take_back (
  id UUID NOT NULL,
  award_id UUID NOT NULL,
  payee_code VARCHAR NOT NULL,
  payee_kind VARCHAR NOT NULL,
  pence BIGINT NOT NULL,
  pot VARCHAR NOT NULL,
  financial_year INTEGER NOT NULL,
  act_id UUID NOT NULL,
  recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
  netted_in_run UUID,
  PRIMARY KEY (id),
  CONSTRAINT take_back_is_something CHECK (pence > 0),
  FOREIGN KEY(award_id) REFERENCES award (id),
  FOREIGN KEY(act_id) REFERENCES act (id),
  FOREIGN KEY(netted_in_run) REFERENCES payment_run (id)
);

CREATE INDEX ix_take_back_award_id ON take_back (award_id);

CREATE INDEX ix_take_back_payee_code ON take_back (payee_code);

CREATE TABLE run_line (
  id UUID NOT NULL,
  run_id UUID NOT NULL,
  number INTEGER NOT NULL,
  remittance_id UUID NOT NULL,
  award_id UUID NOT NULL,
  school_code VARCHAR NOT NULL,
  request_id UUID,
  decision_id UUID,
  commit_id UUID,
  instalment_number INTEGER,
  attempt INTEGER,
  entry_id UUID,
  take_back_id UUID,
  due_on DATE NOT NULL,
  pot VARCHAR NOT NULL,
  financial_year INTEGER NOT NULL,
  pence BIGINT NOT NULL,
  netted_pence BIGINT NOT NULL,
  section_251_line VARCHAR NOT NULL,
  cost_centre VARCHAR NOT NULL,
  state VARCHAR NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (run_id, number),
  CONSTRAINT run_line_state_known
    CHECK (state IN ('prepared', 'paid', 'rejected', 'abandoned')),
  CONSTRAINT run_line_pays_something CHECK (pence > 0),
  CONSTRAINT run_line_is_one_kind
    CHECK ((take_back_id IS NULL) = (commit_id IS NOT NULL AND instalment_number IS NOT NULL
       AND attempt IS NOT NULL AND entry_id IS NOT NULL)),
  FOREIGN KEY(run_id) REFERENCES payment_run (id),
  FOREIGN KEY(remittance_id) REFERENCES remittance (id),
  FOREIGN KEY(award_id) REFERENCES award (id),
  FOREIGN KEY(take_back_id) REFERENCES take_back (id)
);

-- Promise 4: an instalment is in one run at a time, and once paid in none again.
CREATE UNIQUE INDEX one_run_pays_an_instalment ON run_line (commit_id, instalment_number)
  WHERE state NOT IN ('rejected', 'abandoned');

CREATE UNIQUE INDEX one_run_nets_a_take_back ON run_line (take_back_id)
  WHERE state NOT IN ('rejected', 'abandoned');

CREATE INDEX ix_run_line_remittance_id ON run_line (remittance_id);

CREATE INDEX run_line_of_award ON run_line (award_id);

CREATE TABLE run_file (
  run_id UUID NOT NULL,
  kind VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  content BYTEA NOT NULL,
  sha256 VARCHAR NOT NULL,
  written_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (run_id, kind),
  FOREIGN KEY(run_id) REFERENCES payment_run (id)
);

CREATE TABLE run_answer (
  act_id UUID NOT NULL,
  run_id UUID NOT NULL,
  file_id UUID NOT NULL,
  paid INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  listed INTEGER NOT NULL,
  read_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (act_id),
  UNIQUE (run_id, file_id),
  FOREIGN KEY(act_id) REFERENCES act (id),
  FOREIGN KEY(run_id) REFERENCES payment_run (id)
);

CREATE TABLE answer_line (
  act_id UUID NOT NULL,
  number INTEGER NOT NULL,
  row INTEGER,
  reference VARCHAR NOT NULL,
  finding VARCHAR NOT NULL,
  status VARCHAR,
  answered_pence BIGINT,
  sent_pence BIGINT,
  PRIMARY KEY (act_id, number),
  FOREIGN KEY(act_id) REFERENCES run_answer (act_id)
);

GRANT SELECT, INSERT ON
  payment_run, remittance, take_back, run_line, run_file, run_answer, answer_line TO locality_app;
GRANT UPDATE (stage, approved_by, approved_at, books_year, books_period, ended_at)
  ON payment_run TO locality_app;
GRANT UPDATE (state, notice, answer_act_id, answered_at) ON remittance TO locality_app;
GRANT UPDATE (netted_in_run) ON take_back TO locality_app;
GRANT UPDATE (state) ON run_line TO locality_app;

-- Promise 6, and what was approved is what was prepared: a run only goes forward, is approved
-- once, and what is in it adds up to what the approver was shown.
CREATE FUNCTION payment_run_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
  found record;
BEGIN
  IF (OLD.stage, NEW.stage) NOT IN (('prepared', 'posted'), ('prepared', 'abandoned'),
       ('posted', 'sent'), ('sent', 'closed')) AND OLD.stage <> NEW.stage THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_run_goes_forward',
      MESSAGE = 'a payment run does not go back';
  END IF;
  IF OLD.stage = 'sent' AND NEW.stage = 'closed' AND EXISTS (
       SELECT FROM remittance AS m WHERE m.run_id = NEW.id AND m.state IN ('prepared', 'sent')) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_run_closes_when_answered',
      MESSAGE = 'a payment of the run waits for its answer';
  END IF;
  IF OLD.approved_by IS NOT NULL AND (NEW.approved_by, NEW.approved_at, NEW.books_year,
       NEW.books_period) IS DISTINCT FROM (OLD.approved_by, OLD.approved_at, OLD.books_year,
       OLD.books_period) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_run_is_approved_once',
      MESSAGE = 'the run is approved already';
  END IF;
  IF OLD.approved_by IS NULL AND NEW.approved_by IS NOT NULL THEN
    SELECT count(*) AS lines,
           coalesce(sum(CASE WHEN take_back_id IS NULL THEN pence ELSE -netted_pence END), 0)
             AS pence
      INTO found FROM run_line WHERE run_id = NEW.id;
    IF found.lines <> NEW.lines OR found.pence <> NEW.total_pence THEN
      RAISE EXCEPTION USING ERRCODE = 'check_violation',
        CONSTRAINT = 'a_run_is_what_was_prepared',
        MESSAGE = 'the lines of the run are not those that were prepared';
    END IF;
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER payment_run_guard BEFORE UPDATE ON payment_run
  FOR EACH ROW EXECUTE FUNCTION payment_run_guard();

-- A run begins as prepared, and so does everything in it.
CREATE FUNCTION payments_begin_prepared() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_run_begins_prepared',
    MESSAGE = 'what is new in payments is neither approved, answered nor netted';
END $$;

CREATE TRIGGER payment_run_begins BEFORE INSERT ON payment_run
  FOR EACH ROW WHEN (NEW.stage <> 'prepared') EXECUTE FUNCTION payments_begin_prepared();

CREATE TRIGGER remittance_begins BEFORE INSERT ON remittance
  FOR EACH ROW WHEN (NEW.state <> 'prepared' OR NEW.answer_act_id IS NOT NULL)
  EXECUTE FUNCTION payments_begin_prepared();

CREATE TRIGGER run_line_begins BEFORE INSERT ON run_line
  FOR EACH ROW WHEN (NEW.state <> 'prepared') EXECUTE FUNCTION payments_begin_prepared();

CREATE TRIGGER take_back_begins BEFORE INSERT ON take_back
  FOR EACH ROW WHEN (NEW.netted_in_run IS NOT NULL) EXECUTE FUNCTION payments_begin_prepared();

-- A payment goes forward and is answered once. What was paid may come back: a person settles that,
-- and whoever prepared or approved a run undoes no payment of it by themselves (promise 6).
CREATE FUNCTION remittance_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
  made record;
BEGIN
  SELECT a.kind, a.person_id, r.prepared_by, r.approved_by INTO made
    FROM act AS a JOIN payment_run AS r ON r.id = a.subject_id
    WHERE a.id = NEW.answer_act_id AND r.id = NEW.run_id;
  IF OLD.state IN ('rejected', 'abandoned') OR (OLD.state = 'paid' AND (
       NEW.state <> 'rejected' OR made.kind IS DISTINCT FROM 'settle_difference'
       OR NEW.answer_act_id IS NOT DISTINCT FROM OLD.answer_act_id)) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_payment_is_answered_once',
      MESSAGE = 'the payment has its answer already';
  ELSIF (OLD.state, NEW.state) NOT IN (('prepared', 'prepared'), ('prepared', 'sent'),
       ('prepared', 'paid'), ('prepared', 'abandoned'), ('sent', 'paid'), ('sent', 'rejected'),
       ('paid', 'rejected'))
       OR (OLD.state, NEW.state) = ('prepared', 'paid') AND NEW.pay_pence > 0
       OR OLD.state <> 'prepared' AND made.kind IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_payment_goes_forward',
      MESSAGE = 'a payment is sent, and then answered by an act on its run';
  ELSIF NEW.state = 'rejected' AND made.kind = 'settle_difference'
       AND (made.person_id IS NULL OR made.person_id IN (made.prepared_by, made.approved_by)) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'nobody_settles_their_own',
      MESSAGE = 'whoever prepared or approved a run does not undo a payment of it';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER remittance_guard BEFORE UPDATE ON remittance
  FOR EACH ROW EXECUTE FUNCTION remittance_guard();

-- A line becomes what its run or its payment has become, and never anything else.
CREATE FUNCTION run_line_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF (OLD.state, NEW.state) = ('prepared', 'paid') AND EXISTS (
       SELECT FROM payment_run AS r WHERE r.id = NEW.run_id AND r.approved_by IS NOT NULL)
     OR (OLD.state, NEW.state) IN (('paid', 'rejected'), ('prepared', 'abandoned')) AND EXISTS (
       SELECT FROM remittance AS m WHERE m.id = NEW.remittance_id AND m.state = NEW.state) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_run_line_goes_forward',
    MESSAGE = 'a line of a run is paid, sent back or given up with it';
END $$;

CREATE TRIGGER run_line_guard BEFORE UPDATE ON run_line
  FOR EACH ROW EXECUTE FUNCTION run_line_guard();

-- A take-back is netted by the run that has a line for it, and free again only when that line is.
CREATE FUNCTION take_back_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF OLD.netted_in_run IS NULL AND EXISTS (
       SELECT FROM run_line AS l WHERE l.run_id = NEW.netted_in_run AND l.take_back_id = NEW.id
         AND l.state = 'prepared')
     OR NEW.netted_in_run IS NULL AND EXISTS (
       SELECT FROM run_line AS l WHERE l.run_id = OLD.netted_in_run AND l.take_back_id = NEW.id
         AND l.state IN ('rejected', 'abandoned')) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_take_back_is_netted_once',
    MESSAGE = 'a take-back is netted by the run that has it, until that is sent back or given up';
END $$;

CREATE TRIGGER take_back_guard BEFORE UPDATE ON take_back
  FOR EACH ROW EXECUTE FUNCTION take_back_guard();
