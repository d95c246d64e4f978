-- Officers who act for a colleague between two dates; and decisions by their day, for cases alike.

CREATE TABLE cover (
  id UUID NOT NULL,
  officer_id UUID NOT NULL,
  cover_id UUID NOT NULL,
  from_on DATE NOT NULL,
  until_on DATE NOT NULL,
  named_by UUID NOT NULL,
  named_at TIMESTAMP WITH TIME ZONE NOT NULL,
  ended_by UUID,
  ended_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (id),
  CONSTRAINT ends_later CHECK (from_on < until_on),
  CONSTRAINT covered_by_another CHECK (officer_id <> cover_id),
  CONSTRAINT ended_by_somebody CHECK ((ended_by IS NULL) = (ended_at IS NULL)),
  FOREIGN KEY(officer_id) REFERENCES person (id),
  FOREIGN KEY(cover_id) REFERENCES person (id),
  FOREIGN KEY(named_by) REFERENCES person (id),
  FOREIGN KEY(ended_by) REFERENCES person (id)
);

CREATE INDEX ix_cover_officer_id ON cover (officer_id);

CREATE INDEX ix_cover_cover_id ON cover (cover_id);

ALTER TABLE cover ADD CONSTRAINT covered_by_one_at_a_time EXCLUDE USING gist (
  int8range(hashtextextended(officer_id::text, 0), hashtextextended(officer_id::text, 0), '[]')
    WITH &&,
  daterange(from_on, until_on) WITH &&) WHERE (ended_at IS NULL);

-- What was taken back stays so.
CREATE FUNCTION cover_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF OLD.ended_at IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_cover_ends_once',
      MESSAGE = 'the cover was taken back';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER cover_guard BEFORE UPDATE ON cover
  FOR EACH ROW EXECUTE FUNCTION cover_guard();

GRANT SELECT, INSERT ON cover TO locality_app;
GRANT UPDATE (ended_by, ended_at) ON cover TO locality_app;

CREATE INDEX ix_decision_decided_at ON decision (decided_at);
