-- Where people departed from what was stated or worked out, and what is recorded of pupils for equality.

CREATE TABLE departure (
  id UUID NOT NULL,
  request_id UUID NOT NULL,
  cluster_code VARCHAR NOT NULL,
  placing_id UUID,
  ballot_id UUID,
  act_id UUID,
  departs_from VARCHAR NOT NULL,
  area_of_need VARCHAR,
  direction VARCHAR NOT NULL,
  guidance_level INTEGER,
  decided_level INTEGER,
  guidance_code VARCHAR,
  decided_code VARCHAR,
  guidance_pence BIGINT,
  decided_pence BIGINT,
  ticked JSONB NOT NULL,
  recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT one_of_a_kind UNIQUE NULLS NOT DISTINCT (ballot_id, act_id, departs_from, area_of_need),
  CONSTRAINT caused_by_one CHECK ((ballot_id IS NULL) <> (act_id IS NULL)),
  CONSTRAINT direction_known CHECK (direction IN ('up', 'down', 'aside')),
  CONSTRAINT departs_from_something CHECK (coalesce(CASE departs_from
    WHEN 'level' THEN placing_id IS NOT NULL AND area_of_need IS NOT NULL
      AND guidance_level IS NOT NULL AND decided_level <> guidance_level
    WHEN 'amount' THEN ballot_id IS NULL AND decided_pence >= 0
      AND decided_pence IS DISTINCT FROM guidance_pence
    ELSE departs_from IN ('tier', 'band', 'decider') AND ballot_id IS NULL
      AND decided_code IS NOT NULL AND decided_code IS DISTINCT FROM guidance_code
    END, false)),
  FOREIGN KEY(request_id) REFERENCES support_request (id),
  FOREIGN KEY(cluster_code) REFERENCES cluster (code),
  FOREIGN KEY(placing_id) REFERENCES "placing" (id),
  FOREIGN KEY(ballot_id) REFERENCES ballot (id),
  FOREIGN KEY(act_id) REFERENCES act (id)
);

CREATE INDEX ix_departure_request_id ON departure (request_id);

CREATE INDEX ix_departure_placing_id ON departure (placing_id);

CREATE INDEX ix_departure_recorded_at ON departure (recorded_at);

-- Promise 7: nothing is said of a ballot that is open. An officer's departure has its reason.
CREATE FUNCTION departure_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.ballot_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM ballot b WHERE b.id = NEW.ballot_id AND b.request_id = NEW.request_id
         AND b.closed_at IS NOT NULL) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_departure_is_told_after',
      MESSAGE = 'the ballot is open, or another request''s';
  END IF;
  IF NEW.act_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM act a WHERE a.id = NEW.act_id AND a.subject_id = NEW.request_id
         AND btrim(coalesce(a.choices ->> 'reason', ''), E' \t\r\n') <> '') THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_departure_says_why',
      MESSAGE = 'the act gives no reason, or is on another request';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER departure_guard BEFORE INSERT ON departure
  FOR EACH ROW EXECUTE FUNCTION departure_guard();

-- Every vote says why: by descriptors that were ticked or in words; an abstention in words.
ALTER TABLE vote ADD CONSTRAINT a_vote_says_why CHECK (
  btrim(reason, E' \t\r\n') <> '' OR (NOT abstained AND jsonb_array_length(descriptors) > 0));

-- What is recorded of a pupil for the council's equality assessment: read in counts alone.
CREATE TABLE pupil_characteristic (
  id UUID NOT NULL,
  pupil_id UUID NOT NULL,
  characteristic VARCHAR NOT NULL,
  value VARCHAR NOT NULL,
  from_on DATE NOT NULL,
  until_on DATE,
  PRIMARY KEY (id),
  CONSTRAINT ends_later CHECK (until_on IS NULL OR from_on < until_on),
  FOREIGN KEY(pupil_id) REFERENCES pupil (id)
);

CREATE INDEX ix_pupil_characteristic_pupil_id ON pupil_characteristic (pupil_id);

ALTER TABLE pupil_characteristic ADD CONSTRAINT one_value_at_a_time EXCLUDE USING gist (
  int8range(hashtextextended(pupil_id::text || '/' || characteristic, 0),
            hashtextextended(pupil_id::text || '/' || characteristic, 0), '[]') WITH &&,
  daterange(from_on, until_on) WITH &&);

GRANT SELECT, INSERT ON departure, pupil_characteristic TO locality_app;
GRANT UPDATE (until_on) ON pupil_characteristic TO locality_app;
