-- Schools as the register knows them, by date; who sits in for whom; one vote for each seat.

CREATE TABLE school_facts (
  id UUID NOT NULL,
  school_code VARCHAR NOT NULL,
  urn VARCHAR,
  name VARCHAR NOT NULL,
  phase VARCHAR NOT NULL,
  setting VARCHAR NOT NULL,
  payee_kind VARCHAR NOT NULL,
  from_on DATE NOT NULL,
  until_on DATE,
  PRIMARY KEY (id),
  CONSTRAINT ends_later CHECK (until_on IS NULL OR from_on < until_on),
  FOREIGN KEY(school_code) REFERENCES school (code)
);

CREATE INDEX ix_school_facts_school_code ON school_facts (school_code);

ALTER TABLE school_facts ADD CONSTRAINT known_as_one_at_a_time EXCLUDE USING gist (
  int8range(hashtextextended(school_code, 0), hashtextextended(school_code, 0), '[]') WITH &&,
  daterange(from_on, until_on) WITH &&);

CREATE TABLE school_expertise (
  id UUID NOT NULL,
  school_code VARCHAR NOT NULL,
  expertise VARCHAR NOT NULL,
  told_by VARCHAR NOT NULL,
  from_on DATE NOT NULL,
  until_on DATE,
  PRIMARY KEY (id),
  CONSTRAINT ends_later CHECK (until_on IS NULL OR from_on < until_on),
  CONSTRAINT told_by_known CHECK (told_by IN ('register', 'council')),
  FOREIGN KEY(school_code) REFERENCES school (code)
);

CREATE INDEX ix_school_expertise_school_code ON school_expertise (school_code);

ALTER TABLE school_expertise ADD CONSTRAINT offered_once_at_a_time EXCLUDE USING gist (
  int8range(hashtextextended(school_code || '/' || expertise || '/' || told_by, 0),
            hashtextextended(school_code || '/' || expertise || '/' || told_by, 0), '[]') WITH &&,
  daterange(from_on, until_on) WITH &&);

-- What was loaded before is what is known of a school since it first belonged anywhere.
INSERT INTO school_facts (id, school_code, name, phase, setting, payee_kind, from_on)
SELECT gen_random_uuid(), s.code, s.name, s.phase, 'mainstream', s.payee_kind, min(c.from_on)
  FROM school AS s JOIN school_in_cluster AS c ON c.school_code = s.code GROUP BY s.code;

-- Somebody who sits in a meeting without a role in its cluster: in a member's stead for the whole
-- meeting, or for one item. Nobody in a member's stead: the member is away.
CREATE TABLE seat (
  id UUID NOT NULL,
  meeting_id UUID NOT NULL,
  item_id UUID,
  person_id UUID,
  in_stead_of UUID,
  named_by UUID NOT NULL,
  named_at TIMESTAMP WITH TIME ZONE NOT NULL,
  ended_by UUID,
  ended_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (id),
  CONSTRAINT stands_for_another CHECK (in_stead_of <> person_id),
  CONSTRAINT for_a_member_or_an_item CHECK ((in_stead_of IS NULL) = (item_id IS NOT NULL)),
  CONSTRAINT somebody_for_an_item CHECK (item_id IS NULL OR person_id IS NOT NULL),
  CONSTRAINT ended_by_somebody CHECK ((ended_by IS NULL) = (ended_at IS NULL)),
  FOREIGN KEY(meeting_id) REFERENCES meeting (id),
  FOREIGN KEY(item_id) REFERENCES agenda_item (id),
  FOREIGN KEY(person_id) REFERENCES person (id),
  FOREIGN KEY(in_stead_of) REFERENCES person (id),
  FOREIGN KEY(named_by) REFERENCES person (id),
  FOREIGN KEY(ended_by) REFERENCES person (id)
);

CREATE INDEX ix_seat_meeting_id ON seat (meeting_id);

CREATE INDEX ix_seat_person_id ON seat (person_id);

CREATE UNIQUE INDEX one_substitute_a_member ON seat (meeting_id, in_stead_of)
  WHERE in_stead_of IS NOT NULL AND ended_at IS NULL;

CREATE UNIQUE INDEX one_seat_a_person ON seat (meeting_id, item_id, person_id) NULLS NOT DISTINCT
  WHERE person_id IS NOT NULL AND ended_at IS NULL;

-- A vote is cast for a seat: one's own, or that of the member in whose stead one sits.
ALTER TABLE vote ADD COLUMN member_id UUID;
UPDATE vote SET member_id = person_id;
ALTER TABLE vote ALTER COLUMN member_id SET NOT NULL;
ALTER TABLE vote ADD FOREIGN KEY (member_id) REFERENCES person (id);
ALTER TABLE vote ADD CONSTRAINT one_vote_a_seat_at_a_time UNIQUE (ballot_id, member_id, revision);

-- Promise 6: a seat has one vote, and somebody else's seat is voted for by who was named alone.
CREATE FUNCTION seat_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  NEW.member_id := coalesce(NEW.member_id, NEW.person_id);
  IF NEW.member_id <> NEW.person_id AND NOT EXISTS (
      SELECT FROM ballot b JOIN agenda_item i ON i.id = b.item_id
        JOIN seat s ON s.meeting_id = i.meeting_id
       WHERE b.id = NEW.ballot_id AND s.person_id = NEW.person_id
         AND s.in_stead_of = NEW.member_id AND s.ended_at IS NULL) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'votes_for_a_seat_of_ones_own',
      MESSAGE = 'nobody named this person to sit in the member''s stead';
  END IF;
  IF EXISTS (SELECT FROM vote v WHERE v.ballot_id = NEW.ballot_id
                AND v.member_id = NEW.member_id AND v.person_id <> NEW.person_id) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'one_vote_a_seat',
      MESSAGE = 'the seat has its vote already';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER seat_guard BEFORE INSERT ON vote FOR EACH ROW EXECUTE FUNCTION seat_guard();

GRANT SELECT, INSERT ON school_facts, school_expertise, seat TO locality_app;
GRANT UPDATE (until_on) ON school_facts, school_expertise TO locality_app;
GRANT UPDATE (ended_by, ended_at) ON seat TO locality_app;
GRANT UPDATE (phase, payee_kind) ON school TO locality_app;
GRANT UPDATE (called) ON person TO locality_app;
