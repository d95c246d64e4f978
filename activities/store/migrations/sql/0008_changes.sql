-- What changes in an award: the dated change, what is promised instead, and what others then owe.

-- An instalment is paid on the commitment that promised it: a changed award has several of them.
ALTER TABLE instalment ADD COLUMN commit_id UUID;
UPDATE instalment SET commit_id = award.commit_id FROM award WHERE award.id = instalment.award_id;
ALTER TABLE instalment ALTER COLUMN commit_id SET NOT NULL;
ALTER TABLE instalment ADD CONSTRAINT instalment_commit_id_number_key UNIQUE (commit_id, number);

-- The award that a pupil had before, at the school before. A decision gives a school one award;
-- what follows it belongs to the same decision, and the pupil may come back.
ALTER TABLE award ADD COLUMN follows_id UUID REFERENCES award (id);
ALTER TABLE award DROP CONSTRAINT award_decision_id_school_code_key;
CREATE UNIQUE INDEX one_award_a_school ON award (decision_id, school_code) WHERE follows_id IS NULL;
CREATE INDEX ix_award_follows_id ON award (follows_id);

CREATE TABLE award_change (
  id UUID NOT NULL,
  award_id UUID NOT NULL,
  number INTEGER NOT NULL,
  act_id UUID NOT NULL,
  kind VARCHAR NOT NULL,
  from_on DATE NOT NULL,
  change JSONB NOT NULL,
  cancelled JSONB NOT NULL,
  commit_id UUID,
  pot VARCHAR,
  next_award_id UUID,
  worth_before_pence BIGINT NOT NULL,
  worth_after_pence BIGINT NOT NULL,
  paid_pence BIGINT NOT NULL,
  take_back_pence BIGINT NOT NULL,
  claimed_pence BIGINT NOT NULL,
  recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (award_id, number),
  CONSTRAINT change_known CHECK (
    kind IN ('leaver', 'transfer', 'late_start', 'changed_amount', 'suspended')),
  CONSTRAINT nothing_below_nothing CHECK (
    worth_before_pence >= 0 AND worth_after_pence >= 0 AND paid_pence >= 0
    AND take_back_pence >= 0),
  CONSTRAINT taken_back_of_what_was_paid CHECK (take_back_pence + claimed_pence <= paid_pence),
  FOREIGN KEY(award_id) REFERENCES award (id),
  FOREIGN KEY(act_id) REFERENCES act (id),
  FOREIGN KEY(next_award_id) REFERENCES award (id)
);

CREATE INDEX ix_award_change_act_id ON award_change (act_id);

-- What another council owes for a pupil of its own, from a day; below nought what it no longer does.
CREATE TABLE council_claim (
  id UUID NOT NULL,
  award_id UUID NOT NULL,
  act_id UUID NOT NULL,
  council_code VARCHAR NOT NULL,
  from_on DATE NOT NULL,
  until_on DATE NOT NULL,
  pence BIGINT NOT NULL,
  recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT claims_something CHECK (pence <> 0),
  CONSTRAINT ends_later CHECK (from_on < until_on),
  FOREIGN KEY(award_id) REFERENCES award (id),
  FOREIGN KEY(act_id) REFERENCES act (id)
);

CREATE INDEX ix_council_claim_award_id ON council_claim (award_id);

CREATE INDEX ix_council_claim_council_code ON council_claim (council_code);

-- Promise 6: whoever has a part in a case does not change its award either.
CREATE FUNCTION award_change_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
  request uuid;
  part record;
BEGIN
  SELECT a.request_id INTO request FROM award a WHERE a.id = NEW.award_id;
  IF request IS NULL THEN
    RETURN NEW;
  END IF;
  SELECT p.* INTO part FROM act CROSS JOIN LATERAL has_a_part(act.person_id, request,
    (NEW.recorded_at AT TIME ZONE 'Europe/London')::date) AS p WHERE act.id = NEW.act_id;
  IF part.moderated OR part.other THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'nobody_changes_their_own',
      MESSAGE = 'the officer has a part in the case';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER award_change_guard BEFORE INSERT ON award_change
  FOR EACH ROW EXECUTE FUNCTION award_change_guard();

GRANT SELECT, INSERT ON award_change, council_claim TO locality_app;
