-- A meeting from its calling to its minutes: who comes, who is in the room, what is taken when.

ALTER TABLE meeting ADD COLUMN opened_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE meeting ADD COLUMN opened_by UUID;
ALTER TABLE meeting ADD COLUMN closed_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE meeting ADD FOREIGN KEY (opened_by) REFERENCES person (id);
ALTER TABLE meeting ADD CONSTRAINT opened_by_somebody
  CHECK ((opened_by IS NULL) = (opened_at IS NULL));
ALTER TABLE meeting ADD CONSTRAINT closed_when_over CHECK (closed_at IS NULL OR stage = 'closed');

-- When a meeting that is over was closed: its act says so.
UPDATE meeting AS m SET closed_at = (
  SELECT max(a.outcome_at) FROM act AS a
   WHERE a.subject_id = m.id AND a.kind = 'close_meeting' AND a.outcome = 'done')
 WHERE m.stage = 'closed';

-- Why an item was put off, as a code; the chair's own words stay with the act.
ALTER TABLE agenda_item ADD COLUMN deferred_because VARCHAR;

-- Whether somebody comes to a meeting: the last answer counts, all are kept.
CREATE TABLE attendance (
  id UUID NOT NULL,
  meeting_id UUID NOT NULL,
  person_id UUID NOT NULL,
  revision INTEGER NOT NULL,
  comes BOOLEAN NOT NULL,
  answered_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (meeting_id, person_id, revision),
  FOREIGN KEY(meeting_id) REFERENCES meeting (id),
  FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE INDEX ix_attendance_person_id ON attendance (person_id);

-- Who is in the room, from when until when: for the meeting, or for one item alone.
CREATE TABLE presence (
  id UUID NOT NULL,
  meeting_id UUID NOT NULL,
  person_id UUID NOT NULL,
  item_id UUID,
  presents BOOLEAN NOT NULL,
  arrived_at TIMESTAMP WITH TIME ZONE NOT NULL,
  arrived_by UUID NOT NULL,
  left_at TIMESTAMP WITH TIME ZONE,
  left_by UUID,
  PRIMARY KEY (id),
  CONSTRAINT presents_an_item CHECK (NOT presents OR item_id IS NOT NULL),
  CONSTRAINT leaves_later CHECK (left_at IS NULL OR arrived_at <= left_at),
  CONSTRAINT left_by_somebody CHECK ((left_by IS NULL) = (left_at IS NULL)),
  FOREIGN KEY(meeting_id) REFERENCES meeting (id),
  FOREIGN KEY(person_id) REFERENCES person (id),
  FOREIGN KEY(item_id) REFERENCES agenda_item (id),
  FOREIGN KEY(arrived_by) REFERENCES person (id),
  FOREIGN KEY(left_by) REFERENCES person (id)
);

CREATE INDEX ix_presence_meeting_id ON presence (meeting_id);

CREATE UNIQUE INDEX in_the_room_once ON presence (meeting_id, item_id, person_id)
  NULLS NOT DISTINCT WHERE left_at IS NULL;

-- Promise 6: whoever declared an interest that bars is not in the room for the item, unless to
-- present it for the school that asks.
CREATE FUNCTION presence_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.item_id IS NOT NULL AND NOT NEW.presents AND (
      SELECT i.bars FROM interest i
       WHERE i.item_id = NEW.item_id AND i.person_id = NEW.person_id
       ORDER BY i.revision DESC LIMIT 1) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation',
      CONSTRAINT = 'nobody_hears_their_own', MESSAGE = 'an interest bars this person from the item';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER presence_guard BEFORE INSERT ON presence
  FOR EACH ROW EXECUTE FUNCTION presence_guard();

-- Which item was taken when, in what order: the last one taken is the current one.
CREATE TABLE item_taken (
  id UUID NOT NULL,
  meeting_id UUID NOT NULL,
  item_id UUID NOT NULL,
  number INTEGER NOT NULL,
  taken_at TIMESTAMP WITH TIME ZONE NOT NULL,
  taken_by UUID NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (meeting_id, number),
  FOREIGN KEY(meeting_id) REFERENCES meeting (id),
  FOREIGN KEY(item_id) REFERENCES agenda_item (id),
  FOREIGN KEY(taken_by) REFERENCES person (id)
);

-- What happened, written once when the meeting is closed; nobody edits it.
CREATE TABLE minutes (
  meeting_id UUID NOT NULL,
  content JSONB NOT NULL,
  sha256 VARCHAR NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (meeting_id),
  FOREIGN KEY(meeting_id) REFERENCES meeting (id)
);

-- A correction: said at a later meeting, beside what stands.
CREATE TABLE minutes_note (
  id UUID NOT NULL,
  meeting_id UUID NOT NULL,
  noted_in UUID NOT NULL,
  words VARCHAR NOT NULL,
  noted_by UUID NOT NULL,
  noted_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT noted_in_another CHECK (noted_in <> meeting_id),
  FOREIGN KEY(meeting_id) REFERENCES minutes (meeting_id),
  FOREIGN KEY(noted_in) REFERENCES meeting (id),
  FOREIGN KEY(noted_by) REFERENCES person (id)
);

CREATE INDEX ix_minutes_note_meeting_id ON minutes_note (meeting_id);

CREATE TABLE minutes_read (
  meeting_id UUID NOT NULL,
  person_id UUID NOT NULL,
  read_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (meeting_id, person_id),
  FOREIGN KEY(meeting_id) REFERENCES minutes (meeting_id),
  FOREIGN KEY(person_id) REFERENCES person (id)
);

GRANT UPDATE (opened_at, opened_by, closed_at) ON meeting TO locality_app;
GRANT UPDATE (deferred_because) ON agenda_item TO locality_app;
GRANT SELECT, INSERT ON attendance, presence, item_taken, minutes, minutes_note, minutes_read
  TO locality_app;
GRANT UPDATE (left_at, left_by) ON presence TO locality_app;
