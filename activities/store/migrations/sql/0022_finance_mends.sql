-- Money: a second person for an overspend, a suspension that is lifted, the letter of a change.

-- What a first person said of an overspend that the policy wants two people for. Another person
-- says the same, and only then does anything take effect.
CREATE TABLE overspend_proposal (
  id UUID NOT NULL,
  request_id UUID,
  placing_id UUID,
  pot VARCHAR,
  financial_year INTEGER,
  pence BIGINT NOT NULL,
  authority VARCHAR NOT NULL,
  proposed_by UUID NOT NULL,
  proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  seconding_act_id UUID,
  seconded_by UUID,
  seconded_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (id),
  UNIQUE (seconding_act_id),
  CONSTRAINT proposes_pence CHECK (pence >= 0),
  CONSTRAINT of_a_pot_or_a_request CHECK (
    (request_id IS NULL) = (pot IS NOT NULL) AND (request_id IS NULL) = (placing_id IS NULL)
    AND (pot IS NULL) = (financial_year IS NULL)),
  CONSTRAINT seconded_as_a_whole CHECK (
    (seconded_by IS NULL) = (seconding_act_id IS NULL)
    AND (seconded_by IS NULL) = (seconded_at IS NULL)),
  -- Promise 6: the person is barred, whatever roles that person holds.
  CONSTRAINT nobody_seconds_their_own CHECK (seconded_by <> proposed_by),
  FOREIGN KEY(id) REFERENCES act (id),
  FOREIGN KEY(request_id) REFERENCES support_request (id),
  FOREIGN KEY(placing_id) REFERENCES "placing" (id),
  FOREIGN KEY(proposed_by) REFERENCES person (id),
  FOREIGN KEY(seconding_act_id) REFERENCES act (id),
  FOREIGN KEY(seconded_by) REFERENCES person (id)
);

CREATE INDEX ix_overspend_proposal_request_id ON overspend_proposal (request_id);

GRANT SELECT, INSERT ON overspend_proposal TO locality_app;
GRANT UPDATE (seconding_act_id, seconded_by, seconded_at) ON overspend_proposal TO locality_app;

-- Whoever the row names did the act that it names, and what was seconded stays so.
CREATE FUNCTION overspend_proposal_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM act AS a WHERE a.id = NEW.id AND a.person_id = NEW.proposed_by
       AND a.kind IN ('cover_overspend', 'authorise_overspend'))
     OR NEW.seconded_by IS NOT NULL AND NOT EXISTS (
       SELECT FROM act AS a WHERE a.id = NEW.seconding_act_id AND a.person_id = NEW.seconded_by
         AND a.kind IN ('cover_overspend', 'authorise_overspend'))
     OR TG_OP = 'INSERT' AND NEW.seconded_by IS NOT NULL
     OR TG_OP = 'UPDATE' AND OLD.seconded_by IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'an_overspend_is_seconded_once',
      MESSAGE = 'an overspend is proposed by one act and seconded by another, once';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER overspend_proposal_guard BEFORE INSERT OR UPDATE ON overspend_proposal
  FOR EACH ROW EXECUTE FUNCTION overspend_proposal_guard();

-- A suspension may be lifted early.
ALTER TABLE award_change DROP CONSTRAINT change_known;
ALTER TABLE award_change ADD CONSTRAINT change_known CHECK (
  kind IN ('leaver', 'transfer', 'late_start', 'changed_amount', 'suspended', 'resumed'));

-- The letter that tells a family of a change: kept as it is sent, one for each change.
CREATE TABLE change_letter (
  id UUID NOT NULL,
  award_id UUID NOT NULL,
  body VARCHAR NOT NULL,
  written_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (id),
  FOREIGN KEY(id) REFERENCES award_change (id),
  FOREIGN KEY(award_id) REFERENCES award (id)
);

CREATE INDEX ix_change_letter_award_id ON change_letter (award_id);

GRANT SELECT, INSERT ON change_letter TO locality_app;
