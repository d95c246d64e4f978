-- Who is signed in to the pages. The browser holds the key, and the record its hash alone: whoever
-- reads the record can be nobody.

CREATE TABLE web_session (
  key_sha256 VARCHAR NOT NULL,
  person_id UUID NOT NULL,
  issuer VARCHAR NOT NULL,
  subject VARCHAR NOT NULL,
  begun_at TIMESTAMP WITH TIME ZONE NOT NULL,
  seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
  ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
  ended_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (key_sha256),
  CONSTRAINT a_session_ends CHECK (begun_at < ends_at),
  CONSTRAINT seen_while_it_lasts CHECK (seen_at BETWEEN begun_at AND ends_at),
  FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE INDEX ix_web_session_person_id ON web_session (person_id);

-- A session that has ended stays ended.
CREATE FUNCTION web_session_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF OLD.ended_at IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_session_ends_once',
      MESSAGE = 'the session has ended';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER web_session_guard BEFORE UPDATE ON web_session
  FOR EACH ROW EXECUTE FUNCTION web_session_guard();

GRANT SELECT, INSERT ON web_session TO locality_app;
GRANT UPDATE (seen_at, ended_at) ON web_session TO locality_app;
