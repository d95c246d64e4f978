-- The cluster plan: what a cluster funds together for a year; its items, voices, money, outcomes.

CREATE SEQUENCE cluster_plan_reference;

CREATE TABLE cluster_plan (
  id UUID NOT NULL,
  reference VARCHAR NOT NULL,
  cluster_code VARCHAR NOT NULL,
  academic_year INTEGER NOT NULL,
  follows_id UUID,
  sharing VARCHAR,
  stage VARCHAR NOT NULL,
  stage_since_at TIMESTAMP WITH TIME ZONE NOT NULL,
  is_opening BOOLEAN NOT NULL,
  pins JSONB NOT NULL,
  annual_pence BIGINT NOT NULL,
  proposed_by UUID,
  proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  voices_by_at TIMESTAMP WITH TIME ZONE,
  waits_until_at TIMESTAMP WITH TIME ZONE,
  signed_by UUID,
  signed_act UUID,
  signed_at TIMESTAMP WITH TIME ZONE,
  grade VARCHAR,
  key_decision_number VARCHAR,
  key_decision_effective_on DATE,
  ended_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (id),
  UNIQUE (reference),
  CONSTRAINT plan_stage_known CHECK (stage IN ('proposed', 'agreed', 'not_agreed', 'signed',
    'returned', 'withdrawn', 'ended')),
  CONSTRAINT proposed_by_somebody CHECK ((proposed_by IS NULL) = is_opening),
  CONSTRAINT signed_by_somebody CHECK (num_nonnulls(signed_by, signed_act, signed_at, grade) IN (0, 4)
    AND (is_opening OR (stage IN ('signed', 'ended')) = (signed_by IS NOT NULL))),
  CONSTRAINT plan_end_dated CHECK (
    (stage IN ('not_agreed', 'returned', 'withdrawn', 'ended')) = (ended_at IS NOT NULL)),
  FOREIGN KEY(cluster_code) REFERENCES cluster (code),
  FOREIGN KEY(follows_id) REFERENCES cluster_plan (id),
  FOREIGN KEY(proposed_by) REFERENCES person (id),
  FOREIGN KEY(signed_by) REFERENCES person (id),
  FOREIGN KEY(signed_act) REFERENCES act (id)
);

CREATE INDEX ix_cluster_plan_cluster_code ON cluster_plan (cluster_code);

CREATE INDEX ix_cluster_plan_follows_id ON cluster_plan (follows_id);

CREATE INDEX ix_cluster_plan_stage ON cluster_plan (stage);

-- A cluster has one plan for a year before its schools, or on an officer's desk, at a time.
CREATE UNIQUE INDEX one_plan_under_way ON cluster_plan (cluster_code, academic_year)
  WHERE stage IN ('proposed', 'agreed');

-- The clusters that plan together; what each pays of it, and the hold of its money.
CREATE TABLE cluster_plan_party (
  plan_id UUID NOT NULL,
  cluster_code VARCHAR NOT NULL,
  weight INTEGER NOT NULL,
  hold_id UUID,
  PRIMARY KEY (plan_id, cluster_code),
  CONSTRAINT weighs_something CHECK (weight >= 1),
  FOREIGN KEY(plan_id) REFERENCES cluster_plan (id),
  FOREIGN KEY(cluster_code) REFERENCES cluster (code)
);

CREATE INDEX ix_cluster_plan_party_cluster_code ON cluster_plan_party (cluster_code);

-- The schools that are asked, as they belonged to the clusters when it was proposed.
CREATE TABLE cluster_plan_school (
  plan_id UUID NOT NULL,
  school_code VARCHAR NOT NULL,
  cluster_code VARCHAR NOT NULL,
  PRIMARY KEY (plan_id, school_code),
  FOREIGN KEY(plan_id, cluster_code) REFERENCES cluster_plan_party (plan_id, cluster_code),
  FOREIGN KEY(school_code) REFERENCES school (code)
);

CREATE TABLE cluster_plan_voice (
  id UUID NOT NULL,
  plan_id UUID NOT NULL,
  school_code VARCHAR NOT NULL,
  revision INTEGER NOT NULL,
  person_id UUID NOT NULL,
  agrees BOOLEAN NOT NULL,
  recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (plan_id, school_code, revision),
  FOREIGN KEY(id) REFERENCES act (id),
  FOREIGN KEY(plan_id, school_code) REFERENCES cluster_plan_school (plan_id, school_code),
  FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE TABLE cluster_plan_item (
  id UUID NOT NULL,
  plan_id UUID NOT NULL,
  number INTEGER NOT NULL,
  name VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  school_code VARCHAR,
  provider_code VARCHAR,
  schools JSONB NOT NULL,
  places INTEGER,
  hours_a_week NUMERIC(7, 2),
  annual_pence BIGINT NOT NULL,
  area_of_need VARCHAR,
  up_to_level INTEGER,
  outcomes JSONB NOT NULL,
  from_on DATE NOT NULL,
  until_on DATE NOT NULL,
  ended_by UUID,
  PRIMARY KEY (id),
  UNIQUE (plan_id, number),
  CONSTRAINT item_kind_known CHECK (kind IN ('service', 'post')),
  CONSTRAINT costs_nothing_below_nothing CHECK (annual_pence >= 0),
  CONSTRAINT matched_by_area_and_level CHECK ((area_of_need IS NULL) = (up_to_level IS NULL)),
  CONSTRAINT item_ends_later CHECK (from_on <= until_on),
  FOREIGN KEY(plan_id) REFERENCES cluster_plan (id),
  FOREIGN KEY(school_code) REFERENCES school (code),
  FOREIGN KEY(provider_code) REFERENCES school (code),
  FOREIGN KEY(ended_by) REFERENCES cluster_plan (id)
);

CREATE INDEX ix_cluster_plan_item_plan_id ON cluster_plan_item (plan_id);

-- What a change of a plan would end, from which day.
CREATE TABLE cluster_plan_ending (
  plan_id UUID NOT NULL,
  item_id UUID NOT NULL,
  from_on DATE NOT NULL,
  PRIMARY KEY (plan_id, item_id),
  FOREIGN KEY(plan_id) REFERENCES cluster_plan (id),
  FOREIGN KEY(item_id) REFERENCES cluster_plan_item (id)
);

CREATE TABLE cluster_plan_outcome (
  id UUID NOT NULL,
  item_id UUID NOT NULL,
  term_first_on DATE NOT NULL,
  revision INTEGER NOT NULL,
  outcome VARCHAR NOT NULL,
  words VARCHAR NOT NULL,
  reported_by UUID NOT NULL,
  reported_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (item_id, term_first_on, revision),
  CONSTRAINT outcome_known CHECK (outcome IN ('met', 'partly', 'not_met')),
  FOREIGN KEY(id) REFERENCES act (id),
  FOREIGN KEY(item_id) REFERENCES cluster_plan_item (id),
  FOREIGN KEY(reported_by) REFERENCES person (id)
);

-- Places are those of an item, each cluster's own part of them; without an item they were loaded.
ALTER TABLE plan_provision ADD COLUMN item_id UUID REFERENCES cluster_plan_item (id);
ALTER TABLE plan_provision ADD COLUMN schools JSONB NOT NULL DEFAULT '[]';
ALTER TABLE plan_provision ADD COLUMN until_on DATE;
CREATE INDEX ix_plan_provision_item_id ON plan_provision (item_id);

-- An award is given by a decision, came by an import, or is what a signed plan's item pays.
ALTER TABLE award ADD COLUMN plan_item_id UUID REFERENCES cluster_plan_item (id);
ALTER TABLE award DROP CONSTRAINT given_by_one;
ALTER TABLE award ADD CONSTRAINT given_by_one CHECK (
  num_nonnulls(decision_id, opening_act_id, plan_item_id) = 1
  AND (decision_id IS NULL) = (request_id IS NULL)
  AND (opening_reference IS NULL OR opening_act_id IS NOT NULL)
);
CREATE UNIQUE INDEX one_award_a_plan_item ON award (plan_item_id, pot)
  WHERE plan_item_id IS NOT NULL;

-- Promise 6: who proposed a plan or the one that it changes, spoke on either, or works for one of its
-- schools, does not sign it.
CREATE FUNCTION has_a_part_in_plan(who uuid, plan uuid, day date) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM cluster_plan c JOIN cluster_plan p ON p.id IN (c.id, c.follows_id)
                WHERE c.id = plan AND (p.proposed_by = who OR EXISTS
                  (SELECT FROM cluster_plan_voice v WHERE v.plan_id = p.id AND v.person_id = who)))
    OR EXISTS (SELECT FROM role_held h JOIN cluster_plan_school s ON s.school_code = h.school_code
                WHERE s.plan_id = plan AND h.person_id = who AND h.from_on <= day
                  AND (h.until_on IS NULL OR day < h.until_on))
$$;

-- A plan goes forward, and its money and its signature stay what they were.
CREATE FUNCTION cluster_plan_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.stage <> (CASE WHEN NEW.is_opening THEN 'signed' ELSE 'proposed' END) THEN
      RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_plan_goes_forward',
        MESSAGE = 'a plan begins at its beginning';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.stage <> NEW.stage AND (OLD.stage, NEW.stage) NOT IN (('proposed', 'agreed'),
       ('proposed', 'not_agreed'), ('proposed', 'withdrawn'), ('agreed', 'signed'),
       ('agreed', 'returned'), ('agreed', 'withdrawn'), ('signed', 'ended')) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_plan_goes_forward',
      MESSAGE = 'the plan has gone on since';
  END IF;
  IF OLD.signed_by IS NOT NULL AND (NEW.signed_by, NEW.signed_act, NEW.signed_at, NEW.grade)
       IS DISTINCT FROM (OLD.signed_by, OLD.signed_act, OLD.signed_at, OLD.grade) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_plan_goes_forward',
      MESSAGE = 'the plan is signed already';
  END IF;
  IF OLD.signed_by IS NULL AND NEW.signed_by IS NOT NULL AND has_a_part_in_plan(NEW.signed_by,
       NEW.id, (NEW.signed_at AT TIME ZONE 'Europe/London')::date) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'nobody_signs_their_own_plan',
      MESSAGE = 'the officer has a part in the plan';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER cluster_plan_guard BEFORE INSERT OR UPDATE ON cluster_plan
  FOR EACH ROW EXECUTE FUNCTION cluster_plan_guard();

-- One school, one voice: its head's, while the plan is before the schools.
CREATE FUNCTION plan_voice_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
  day date := (NEW.recorded_at AT TIME ZONE 'Europe/London')::date;
BEGIN
  IF NOT EXISTS (SELECT FROM cluster_plan p WHERE p.id = NEW.plan_id AND p.stage = 'proposed'
                    FOR SHARE) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_plan_goes_forward',
      MESSAGE = 'the plan is not before its schools';
  END IF;
  IF NOT EXISTS (SELECT FROM role_held h WHERE h.person_id = NEW.person_id AND h.role = 'head'
                    AND h.school_code = NEW.school_code AND h.from_on <= day
                    AND (h.until_on IS NULL OR day < h.until_on)) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_head_speaks_for_a_school',
      MESSAGE = 'the voice is not of the school''s head';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER plan_voice_guard BEFORE INSERT ON cluster_plan_voice
  FOR EACH ROW EXECUTE FUNCTION plan_voice_guard();

-- What was agreed is what is signed: nothing is added to a plan once its schools have spoken.
CREATE FUNCTION plan_item_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM cluster_plan p WHERE p.id = NEW.plan_id
                    AND (p.stage = 'proposed' OR p.is_opening) FOR SHARE)
      OR EXISTS (SELECT FROM cluster_plan_voice v WHERE v.plan_id = NEW.plan_id) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'what_was_agreed_is_signed',
      MESSAGE = 'the plan is before its schools, or beyond them';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER plan_item_guard BEFORE INSERT ON cluster_plan_item
  FOR EACH ROW EXECUTE FUNCTION plan_item_guard();

CREATE TRIGGER plan_ending_guard BEFORE INSERT ON cluster_plan_ending
  FOR EACH ROW EXECUTE FUNCTION plan_item_guard();

-- Promise 1: no voice moves money. What a plan's item pays, an officer has signed.
CREATE FUNCTION plan_award_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM cluster_plan p JOIN cluster_plan_item i ON i.plan_id = p.id
                  WHERE i.id = NEW.plan_item_id AND p.stage = 'signed' AND p.signed_by IS NOT NULL
                    FOR SHARE) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_plan_is_signed_first',
      MESSAGE = 'nobody has signed the plan';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER plan_award_guard BEFORE INSERT ON award
  FOR EACH ROW WHEN (NEW.plan_item_id IS NOT NULL) EXECUTE FUNCTION plan_award_guard();

-- Outcomes are those of what is signed.
CREATE FUNCTION plan_outcome_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM cluster_plan p JOIN cluster_plan_item i ON i.plan_id = p.id
                  WHERE i.id = NEW.item_id AND p.stage = 'signed' FOR SHARE) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_plan_goes_forward',
      MESSAGE = 'the plan is not signed, or is over';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER plan_outcome_guard BEFORE INSERT ON cluster_plan_outcome
  FOR EACH ROW EXECUTE FUNCTION plan_outcome_guard();

GRANT USAGE ON SEQUENCE cluster_plan_reference TO locality_app;
GRANT SELECT, INSERT ON cluster_plan, cluster_plan_party, cluster_plan_school, cluster_plan_voice,
  cluster_plan_item, cluster_plan_ending, cluster_plan_outcome TO locality_app;
GRANT UPDATE (stage, stage_since_at, waits_until_at, signed_by, signed_act, signed_at, grade,
  key_decision_number, key_decision_effective_on, ended_at) ON cluster_plan TO locality_app;
GRANT UPDATE (hold_id) ON cluster_plan_party TO locality_app;
GRANT UPDATE (until_on, ended_by) ON cluster_plan_item TO locality_app;
GRANT UPDATE (until_on, item_id) ON plan_provision TO locality_app;
