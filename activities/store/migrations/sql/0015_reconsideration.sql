-- Challenges to decisions: who had a part and is kept out, where each stands, and its one answer.

-- Promise 12: until when a decision may be challenged is an instant, worked out once.
ALTER TABLE decision ADD COLUMN challenge_by_at TIMESTAMP WITH TIME ZONE;

CREATE TABLE reconsideration (
  id UUID NOT NULL,
  request_id UUID NOT NULL,
  decision_id UUID NOT NULL,
  challenger VARCHAR NOT NULL,
  stage VARCHAR NOT NULL,
  stage_since_at TIMESTAMP WITH TIME ZONE NOT NULL,
  late BOOLEAN NOT NULL,
  cluster_code VARCHAR,
  challenged_by UUID NOT NULL,
  challenged_at TIMESTAMP WITH TIME ZONE NOT NULL,
  answer_by_at TIMESTAMP WITH TIME ZONE,
  overdue BOOLEAN NOT NULL,
  placing_id UUID,
  answer VARCHAR,
  answered_by UUID,
  answered_act UUID,
  new_decision_id UUID,
  letter VARCHAR,
  ended_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (id),
  CONSTRAINT challenge_stage_known CHECK (stage IN ('challenged', 'listed', 'for_decision',
    'answered', 'withdrawn')),
  CONSTRAINT challenger_known CHECK (challenger IN ('school', 'family')),
  CONSTRAINT challenge_answer_known CHECK (answer IN ('stands', 'replaced', 'sent_back')),
  CONSTRAINT answered_by_somebody CHECK ((stage = 'answered') = (answer IS NOT NULL)
    AND (answer IS NULL) = (answered_by IS NULL) AND (answer IS NULL) = (answered_act IS NULL)),
  CONSTRAINT replaced_by_a_decision
    CHECK ((answer IS NOT DISTINCT FROM 'replaced') = (new_decision_id IS NOT NULL)),
  CONSTRAINT a_panel_has_it CHECK (cluster_code IS NOT NULL OR stage IN ('challenged', 'withdrawn')),
  CONSTRAINT challenge_end_dated CHECK ((stage IN ('answered', 'withdrawn')) = (ended_at IS NOT NULL)),
  FOREIGN KEY(request_id) REFERENCES support_request (id),
  FOREIGN KEY(decision_id) REFERENCES decision (id),
  FOREIGN KEY(cluster_code) REFERENCES cluster (code),
  FOREIGN KEY(challenged_by) REFERENCES person (id),
  FOREIGN KEY(placing_id) REFERENCES "placing" (id),
  FOREIGN KEY(answered_by) REFERENCES person (id),
  FOREIGN KEY(answered_act) REFERENCES act (id),
  FOREIGN KEY(new_decision_id) REFERENCES decision (id)
);

CREATE INDEX ix_reconsideration_request_id ON reconsideration (request_id);

CREATE INDEX ix_reconsideration_stage ON reconsideration (stage);

-- A decision is challenged once; a challenge that was taken back does not count.
CREATE UNIQUE INDEX one_challenge_a_decision ON reconsideration (decision_id)
  WHERE stage <> 'withdrawn';

-- Whoever had a part in what is challenged, by the record of that moment: none of them looks again.
CREATE TABLE reconsideration_involved (
  reconsideration_id UUID NOT NULL,
  person_id UUID NOT NULL,
  PRIMARY KEY (reconsideration_id, person_id),
  FOREIGN KEY(reconsideration_id) REFERENCES reconsideration (id),
  FOREIGN KEY(person_id) REFERENCES person (id)
);

-- The agenda items at which a challenge is looked at, beside those of the request's own way.
CREATE TABLE reconsideration_item (
  item_id UUID NOT NULL,
  reconsideration_id UUID NOT NULL,
  PRIMARY KEY (item_id),
  FOREIGN KEY(item_id) REFERENCES agenda_item (id),
  FOREIGN KEY(reconsideration_id) REFERENCES reconsideration (id)
);

CREATE INDEX ix_reconsideration_item_reconsideration_id
  ON reconsideration_item (reconsideration_id);

GRANT SELECT, INSERT ON reconsideration, reconsideration_involved, reconsideration_item
  TO locality_app;
GRANT UPDATE (stage, stage_since_at, cluster_code, overdue, placing_id, answer, answered_by,
  answered_act, new_decision_id, letter, ended_at) ON reconsideration TO locality_app;

-- Promise 6: who looks again had no part in what is challenged.
CREATE FUNCTION fresh_vote_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM ballot b JOIN reconsideration_item i USING (item_id)
               JOIN reconsideration_involved v USING (reconsideration_id)
              WHERE b.id = NEW.ballot_id AND v.person_id = NEW.person_id) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'fresh_people_look_again',
      MESSAGE = 'the person had a part in what is challenged';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER fresh_vote_guard BEFORE INSERT ON vote
  FOR EACH ROW EXECUTE FUNCTION fresh_vote_guard();

-- A challenge goes forward and ends once; its answer is given by somebody with no part (promise 6).
CREATE FUNCTION reconsideration_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
  part record;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.stage <> 'challenged' THEN
      RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_challenge_goes_forward',
        MESSAGE = 'a challenge begins at its beginning';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.stage IN ('answered', 'withdrawn') OR (OLD.stage <> NEW.stage
       AND (OLD.stage, NEW.stage) NOT IN (('challenged', 'listed'), ('listed', 'for_decision'),
         ('for_decision', 'answered'), ('challenged', 'withdrawn'), ('listed', 'withdrawn'),
         ('for_decision', 'withdrawn'))) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_challenge_goes_forward',
      MESSAGE = 'the challenge has gone on since';
  END IF;
  IF NEW.answered_by IS NOT NULL THEN
    SELECT * INTO part FROM has_a_part(NEW.answered_by, NEW.request_id,
      (NEW.ended_at AT TIME ZONE 'Europe/London')::date);
    IF part.moderated OR part.other OR EXISTS (SELECT FROM reconsideration_involved v
         WHERE v.reconsideration_id = NEW.id AND v.person_id = NEW.answered_by) THEN
      RAISE EXCEPTION USING ERRCODE = 'check_violation',
        CONSTRAINT = 'fresh_people_answer', MESSAGE = 'the officer had a part in the case';
    END IF;
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER reconsideration_guard BEFORE INSERT OR UPDATE ON reconsideration
  FOR EACH ROW EXECUTE FUNCTION reconsideration_guard();

-- A decision that an answer brings is by somebody fresh as well.
CREATE FUNCTION fresh_decision_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM act a JOIN reconsideration_involved v ON v.reconsideration_id = a.subject_id
              WHERE a.id = NEW.act_id AND a.kind = 'reconsider' AND v.person_id = NEW.officer_id) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'fresh_people_answer',
      MESSAGE = 'the officer had a part in what is challenged';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER fresh_decision_guard BEFORE INSERT ON decision
  FOR EACH ROW EXECUTE FUNCTION fresh_decision_guard();

-- A departure in an answer to a challenge is told by an act on the challenge.
CREATE OR REPLACE FUNCTION departure_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.ballot_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM ballot b WHERE b.id = NEW.ballot_id AND b.request_id = NEW.request_id
         AND b.closed_at IS NOT NULL) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_departure_is_told_after',
      MESSAGE = 'the ballot is open, or another request''s';
  END IF;
  IF NEW.act_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM act a LEFT JOIN reconsideration r ON r.id = a.subject_id
       WHERE a.id = NEW.act_id AND coalesce(r.request_id, a.subject_id) = NEW.request_id
         AND btrim(coalesce(a.choices ->> 'reason', ''), E' \t\r\n') <> '') THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_departure_says_why',
      MESSAGE = 'the act gives no reason, or is on another request';
  END IF;
  RETURN NEW;
END $$;
