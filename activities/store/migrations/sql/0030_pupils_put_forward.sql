-- A school lets another name one of its pupils in a group: nobody names a child of another school
-- whose school has not said so. Taken back once, it is said anew by another row.

CREATE TABLE pupil_put_forward (
  id UUID NOT NULL,
  pupil_id UUID NOT NULL,
  school_code VARCHAR NOT NULL,
  to_school VARCHAR NOT NULL,
  said_by UUID NOT NULL,
  said_at TIMESTAMP WITH TIME ZONE NOT NULL,
  ended_by UUID,
  ended_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (id),
  CONSTRAINT put_forward_to_another CHECK (school_code <> to_school),
  CONSTRAINT ended_by_somebody CHECK ((ended_by IS NULL) = (ended_at IS NULL)),
  FOREIGN KEY(pupil_id) REFERENCES pupil (id),
  FOREIGN KEY(school_code) REFERENCES school (code),
  FOREIGN KEY(to_school) REFERENCES school (code),
  FOREIGN KEY(said_by) REFERENCES person (id),
  FOREIGN KEY(ended_by) REFERENCES person (id)
);

CREATE UNIQUE INDEX put_forward_once ON pupil_put_forward (pupil_id, school_code, to_school)
  WHERE ended_at IS NULL;

CREATE INDEX ix_pupil_put_forward_to_school ON pupil_put_forward (to_school);

CREATE FUNCTION pupil_put_forward_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF OLD.ended_at IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'put_forward_ends_once',
      MESSAGE = 'it was taken back';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER pupil_put_forward_guard BEFORE UPDATE ON pupil_put_forward
  FOR EACH ROW EXECUTE FUNCTION pupil_put_forward_guard();

GRANT SELECT, INSERT ON pupil_put_forward TO locality_app;
GRANT UPDATE (ended_by, ended_at) ON pupil_put_forward TO locality_app;
