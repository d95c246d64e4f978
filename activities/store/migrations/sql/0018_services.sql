-- What a panel gives beside its recommendation: services asked of the Team Around the Cluster and
-- what they answer, and dissent in a member's own words. The advice itself is an act on the request.

CREATE TABLE service (
  code VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  contact VARCHAR NOT NULL,
  PRIMARY KEY (code)
);

-- Somebody who answers for a service holds that role there, and at no school or cluster.
ALTER TABLE role_held ADD COLUMN service_code VARCHAR;
ALTER TABLE role_held ADD FOREIGN KEY (service_code) REFERENCES service (code);
ALTER TABLE role_held ADD CONSTRAINT of_a_service
  CHECK ((role = 'service') = (service_code IS NOT NULL));

-- What was asked never changes; how far it has come does.
CREATE TABLE service_asked (
  id UUID NOT NULL,
  request_id UUID NOT NULL,
  act_id UUID NOT NULL,
  service_code VARCHAR NOT NULL,
  asks VARCHAR NOT NULL,
  areas JSONB NOT NULL,
  asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
  answer_by_at TIMESTAMP WITH TIME ZONE NOT NULL,
  by_on DATE NOT NULL,
  by_at TIMESTAMP WITH TIME ZONE NOT NULL,
  state VARCHAR NOT NULL,
  state_since_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT service_state_known CHECK (state IN ('asked', 'accepted', 'declined', 'done',
    'not_done', 'called_off')),
  FOREIGN KEY(request_id) REFERENCES support_request (id),
  FOREIGN KEY(act_id) REFERENCES act (id),
  FOREIGN KEY(service_code) REFERENCES service (code)
);

CREATE INDEX ix_service_asked_request_id ON service_asked (request_id);

CREATE INDEX ix_service_asked_service_code ON service_asked (service_code);

CREATE TABLE service_answer (
  id UUID NOT NULL,
  asked_id UUID NOT NULL,
  state VARCHAR NOT NULL,
  person_id UUID NOT NULL,
  words VARCHAR,
  answered_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT answered_once UNIQUE (asked_id, state),
  CONSTRAINT service_answer_known CHECK (state IN ('accepted', 'declined', 'done', 'not_done')),
  CONSTRAINT says_what_came CHECK (state = 'accepted' OR words IS NOT NULL),
  FOREIGN KEY(asked_id) REFERENCES service_asked (id),
  FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE INDEX ix_service_answer_asked_id ON service_answer (asked_id);

-- A member's dissent, in the member's own words: no vote, and of nobody else's.
CREATE TABLE dissent (
  id UUID NOT NULL,
  ballot_id UUID NOT NULL,
  request_id UUID NOT NULL,
  person_id UUID NOT NULL,
  words VARCHAR NOT NULL,
  named BOOLEAN NOT NULL,
  noted_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT one_dissent_a_member UNIQUE (ballot_id, person_id),
  FOREIGN KEY(ballot_id) REFERENCES ballot (id),
  FOREIGN KEY(request_id) REFERENCES support_request (id),
  FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE INDEX ix_dissent_request_id ON dissent (request_id);

-- Promise 7: nothing is asked of a service while a ballot is open, or before one was held; and what
-- was asked goes forward only.
CREATE FUNCTION service_asked_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' AND (NEW.state <> 'asked'
      OR EXISTS (SELECT FROM ballot b WHERE b.request_id = NEW.request_id AND b.closed_at IS NULL)
      OR NOT EXISTS (SELECT FROM ballot b WHERE b.request_id = NEW.request_id AND b.quorate)) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'advice_follows_a_ballot',
      MESSAGE = 'no panel has heard the request, or a ballot on it is open';
  END IF;
  IF TG_OP = 'UPDATE' AND (OLD.state, NEW.state) NOT IN (('asked', 'accepted'),
      ('asked', 'declined'), ('accepted', 'done'), ('accepted', 'not_done'),
      ('asked', 'called_off'), ('accepted', 'called_off')) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_service_goes_forward',
      MESSAGE = 'what was asked of the service has gone on since';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER service_asked_guard BEFORE INSERT OR UPDATE ON service_asked
  FOR EACH ROW EXECUTE FUNCTION service_asked_guard();

-- Promise 7: whoever dissents has voted, and the ballot is closed.
CREATE FUNCTION dissent_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM ballot b JOIN vote v ON v.ballot_id = b.id
      WHERE b.id = NEW.ballot_id AND b.request_id = NEW.request_id AND b.closed_at IS NOT NULL
        AND v.person_id = NEW.person_id) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'dissent_follows_a_vote',
      MESSAGE = 'the ballot is open, or the person did not vote in it';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER dissent_guard BEFORE INSERT ON dissent
  FOR EACH ROW EXECUTE FUNCTION dissent_guard();

GRANT SELECT, INSERT ON service, service_asked, service_answer, dissent TO locality_app;
GRANT UPDATE (name, contact) ON service TO locality_app;
GRANT UPDATE (state, state_since_at) ON service_asked TO locality_app;
