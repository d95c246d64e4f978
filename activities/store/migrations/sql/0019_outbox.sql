-- Messages: written once each, sent by others or shown; and where adults are written to, by date.

CREATE TABLE contact (
  id UUID NOT NULL,
  person_id UUID NOT NULL,
  email VARCHAR NOT NULL,
  from_on DATE NOT NULL,
  until_on DATE,
  PRIMARY KEY (id),
  CONSTRAINT ends_later CHECK (until_on IS NULL OR from_on < until_on),
  CONSTRAINT an_address CHECK (email ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
  FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE INDEX ix_contact_person_id ON contact (person_id);

ALTER TABLE contact ADD CONSTRAINT one_address_at_a_time EXCLUDE USING gist (
  int8range(hashtextextended(person_id::text, 0), hashtextextended(person_id::text, 0), '[]')
    WITH &&,
  daterange(from_on, until_on) WITH &&);

-- Codes, references and instants: there is no column that what anybody wrote could be in.
CREATE TABLE message (
  id UUID NOT NULL,
  person_id UUID NOT NULL,
  step VARCHAR NOT NULL,
  waits VARCHAR,
  subject_id UUID NOT NULL,
  due_at TIMESTAMP WITH TIME ZONE NOT NULL,
  request_id UUID,
  reference VARCHAR,
  stage VARCHAR NOT NULL,
  acts_next VARCHAR,
  school_code VARCHAR,
  cluster_code VARCHAR,
  by_at TIMESTAMP WITH TIME ZONE,
  page VARCHAR NOT NULL,
  written_at TIMESTAMP WITH TIME ZONE NOT NULL,
  attempts INTEGER NOT NULL,
  next_try_at TIMESTAMP WITH TIME ZONE,
  failure VARCHAR,
  sent_at TIMESTAMP WITH TIME ZONE,
  sent_as VARCHAR,
  ended_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (id),
  CONSTRAINT step_known
    CHECK (step IN ('turn', 'before', 'after', 'escalated', 'decided')),
  CONSTRAINT says_what_waits CHECK ((waits IS NULL) = (step = 'decided')),
  CONSTRAINT not_sent_and_given_up CHECK (sent_at IS NULL OR ended_at IS NULL),
  CONSTRAINT reminded_once
    UNIQUE NULLS NOT DISTINCT (person_id, waits, subject_id, due_at, step),
  FOREIGN KEY(person_id) REFERENCES person (id),
  FOREIGN KEY(request_id) REFERENCES support_request (id),
  FOREIGN KEY(school_code) REFERENCES school (code),
  FOREIGN KEY(cluster_code) REFERENCES cluster (code)
);

CREATE INDEX ix_message_person_id ON message (person_id);

CREATE INDEX message_unsent ON message (written_at) WHERE sent_at IS NULL AND ended_at IS NULL;

-- How far the record has been looked through: the last event, and the last morning.
CREATE TABLE reminder_look (
  only_row BOOLEAN NOT NULL,
  events_until BIGINT NOT NULL,
  morning_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (only_row),
  CONSTRAINT only_one_look CHECK (only_row)
);

-- What was sent is sent, and what was given up stays so.
CREATE FUNCTION message_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF (OLD.sent_at IS NOT NULL AND NEW.sent_at IS DISTINCT FROM OLD.sent_at)
      OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_message_goes_once',
      MESSAGE = 'the message has been sent, or given up';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER message_guard BEFORE UPDATE ON message
  FOR EACH ROW EXECUTE FUNCTION message_guard();

GRANT SELECT, INSERT ON contact, message, reminder_look TO locality_app;
GRANT UPDATE (until_on) ON contact TO locality_app;
GRANT UPDATE (attempts, next_try_at, failure, sent_at, sent_as, ended_at) ON message
  TO locality_app;
GRANT UPDATE (events_until, morning_at) ON reminder_look TO locality_app;
