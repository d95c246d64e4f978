-- Urgent requests between meetings: a meeting without a room, and who of the panel is called to it.

CREATE TABLE urgent_meeting (
  meeting_id UUID NOT NULL,
  way VARCHAR NOT NULL,
  PRIMARY KEY (meeting_id),
  CONSTRAINT way_known CHECK (way IN ('sub_panel', 'online_ballot')),
  FOREIGN KEY(meeting_id) REFERENCES meeting (id)
);

-- In a sub-panel nobody votes without a seat for the item, whatever role they hold.
CREATE FUNCTION sub_panel_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (
      SELECT FROM ballot b JOIN agenda_item i ON i.id = b.item_id
        JOIN urgent_meeting u ON u.meeting_id = i.meeting_id
       WHERE b.id = NEW.ballot_id AND u.way = 'sub_panel'
         AND NOT EXISTS (
           SELECT FROM seat s WHERE s.item_id = i.id AND s.person_id = NEW.person_id
              AND s.ended_at IS NULL)) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'the_sub_panel_votes',
      MESSAGE = 'the person does not sit in the sub-panel';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER sub_panel_guard BEFORE INSERT ON vote
  FOR EACH ROW EXECUTE FUNCTION sub_panel_guard();

GRANT SELECT, INSERT ON urgent_meeting TO locality_app;
