-- Calibration cases: made up, their levels set beforehand, put to every panel, and never a request.

CREATE TABLE calibration_case (
  id UUID NOT NULL,
  code VARCHAR NOT NULL,
  paper JSONB NOT NULL,
  continuum_id UUID NOT NULL,
  written_by UUID NOT NULL,
  written_at TIMESTAMP WITH TIME ZONE NOT NULL,
  definitive JSONB,
  set_at TIMESTAMP WITH TIME ZONE,
  retired_on DATE,
  retired_by UUID,
  PRIMARY KEY (id),
  UNIQUE (code),
  CONSTRAINT set_at_an_instant CHECK ((definitive IS NULL) = (set_at IS NULL)),
  FOREIGN KEY(continuum_id) REFERENCES policy_version (id),
  FOREIGN KEY(written_by) REFERENCES person (id),
  FOREIGN KEY(retired_by) REFERENCES person (id)
);

CREATE TABLE calibration_setter (
  case_id UUID NOT NULL,
  person_id UUID NOT NULL,
  PRIMARY KEY (case_id, person_id),
  FOREIGN KEY(case_id) REFERENCES calibration_case (id),
  FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE TABLE calibration_proposal (
  id UUID NOT NULL,
  case_id UUID NOT NULL,
  person_id UUID NOT NULL,
  revision INTEGER NOT NULL,
  levels JSONB NOT NULL,
  reason VARCHAR NOT NULL,
  proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (case_id, person_id, revision),
  FOREIGN KEY(case_id, person_id) REFERENCES calibration_setter (case_id, person_id)
);

CREATE TABLE calibration_ballot (
  id UUID NOT NULL,
  case_id UUID NOT NULL,
  meeting_id UUID NOT NULL,
  cluster_code VARCHAR NOT NULL,
  opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
  closed_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (id),
  UNIQUE (case_id, cluster_code),
  FOREIGN KEY(case_id) REFERENCES calibration_case (id),
  FOREIGN KEY(meeting_id) REFERENCES meeting (id),
  FOREIGN KEY(cluster_code) REFERENCES cluster (code)
);

CREATE INDEX ix_calibration_ballot_meeting_id ON calibration_ballot (meeting_id);

CREATE TABLE calibration_vote (
  id UUID NOT NULL,
  ballot_id UUID NOT NULL,
  person_id UUID NOT NULL,
  member_id UUID NOT NULL,
  revision INTEGER NOT NULL,
  abstained BOOLEAN NOT NULL,
  levels JSONB NOT NULL,
  descriptors JSONB NOT NULL,
  recommendation VARCHAR,
  reason VARCHAR NOT NULL,
  recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (ballot_id, person_id, revision),
  UNIQUE (ballot_id, member_id, revision),
  CONSTRAINT says_something CHECK (abstained OR recommendation IS NOT NULL),
  FOREIGN KEY(ballot_id) REFERENCES calibration_ballot (id),
  FOREIGN KEY(person_id) REFERENCES person (id),
  FOREIGN KEY(member_id) REFERENCES person (id)
);

CREATE INDEX ix_calibration_vote_ballot_id ON calibration_vote (ballot_id);

-- What panels are held against does not move, and what was taken out of use stays out.
CREATE FUNCTION calibration_case_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF (OLD.definitive IS NOT NULL AND NEW.definitive IS DISTINCT FROM OLD.definitive)
      OR (OLD.retired_on IS NOT NULL AND NEW.retired_on IS DISTINCT FROM OLD.retired_on) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_case_goes_forward',
      MESSAGE = 'the calibration case has gone on since';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER calibration_case_guard BEFORE UPDATE ON calibration_case
  FOR EACH ROW EXECUTE FUNCTION calibration_case_guard();

-- Once levels are set, nobody proposes others.
CREATE FUNCTION calibration_proposal_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM calibration_case c WHERE c.id = NEW.case_id
                    AND c.definitive IS NULL AND c.retired_on IS NULL FOR SHARE) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_case_goes_forward',
      MESSAGE = 'the case has its levels, or is out of use';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER calibration_proposal_guard BEFORE INSERT ON calibration_proposal
  FOR EACH ROW EXECUTE FUNCTION calibration_proposal_guard();

-- A panel votes on what has its levels, once, and a ballot that has closed stays closed.
CREATE FUNCTION calibration_ballot_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.closed_at IS NOT NULL THEN
      RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_ballot_closes_once',
        MESSAGE = 'the ballot has closed';
    END IF;
  ELSIF NOT EXISTS (SELECT FROM calibration_case c WHERE c.id = NEW.case_id
                       AND c.definitive IS NOT NULL AND c.retired_on IS NULL FOR SHARE) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'levels_are_set_beforehand',
      MESSAGE = 'the case has no levels yet, or is out of use';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER calibration_ballot_guard BEFORE INSERT OR UPDATE ON calibration_ballot
  FOR EACH ROW EXECUTE FUNCTION calibration_ballot_guard();

-- Promises 6 and 7: an open ballot, a seat of one's own with one vote, and nobody who knows the
-- levels, having written the case or set them.
CREATE FUNCTION calibration_vote_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
  held calibration_ballot%ROWTYPE;
BEGIN
  SELECT * INTO held FROM calibration_ballot WHERE id = NEW.ballot_id FOR SHARE;
  IF held.closed_at IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_is_open',
      MESSAGE = 'the ballot has closed';
  END IF;
  IF EXISTS (SELECT FROM calibration_case c WHERE c.id = held.case_id
                AND c.written_by = NEW.person_id)
      OR EXISTS (SELECT FROM calibration_setter s WHERE s.case_id = held.case_id
                    AND s.person_id = NEW.person_id) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'nobody_votes_on_their_own',
      MESSAGE = 'who knows the levels has no vote';
  END IF;
  IF NEW.member_id <> NEW.person_id AND NOT EXISTS (
      SELECT FROM seat s WHERE s.meeting_id = held.meeting_id AND s.person_id = NEW.person_id
         AND s.in_stead_of = NEW.member_id AND s.ended_at IS NULL) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'votes_for_a_seat_of_ones_own',
      MESSAGE = 'nobody named this person to sit in the member''s stead';
  END IF;
  IF EXISTS (SELECT FROM calibration_vote v WHERE v.ballot_id = NEW.ballot_id
                AND v.member_id = NEW.member_id AND v.person_id <> NEW.person_id) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'one_vote_a_seat',
      MESSAGE = 'the seat has its vote already';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER calibration_vote_guard BEFORE INSERT ON calibration_vote
  FOR EACH ROW EXECUTE FUNCTION calibration_vote_guard();

GRANT SELECT, INSERT ON calibration_case, calibration_setter, calibration_proposal,
  calibration_ballot, calibration_vote TO locality_app;
GRANT UPDATE (definitive, set_at, retired_on, retired_by) ON calibration_case TO locality_app;
GRANT UPDATE (closed_at) ON calibration_ballot TO locality_app;
