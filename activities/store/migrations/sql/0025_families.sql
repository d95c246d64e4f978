-- Families: which version worded a letter, and the links by which a family reads its decision.

ALTER TABLE letter ADD COLUMN wording VARCHAR;
ALTER TABLE change_letter ADD COLUMN wording VARCHAR;
ALTER TABLE reconsideration ADD COLUMN letter_wording VARCHAR;

GRANT UPDATE (letter_wording) ON reconsideration TO locality_app;

-- The family holds the link's token, and the record its hash alone: whoever reads the record cannot
-- make the link. It opens nothing without a second fact, and a few wrong ones close it for good.
CREATE TABLE family_link (
  id UUID NOT NULL,
  token_sha256 VARCHAR NOT NULL,
  request_id UUID NOT NULL,
  pupil_id UUID NOT NULL,
  made_by UUID NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE NOT NULL,
  ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
  tries INTEGER NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT one_link_a_token UNIQUE (token_sha256),
  CONSTRAINT a_link_ends CHECK (made_at < ends_at),
  CONSTRAINT a_link_allows_few_tries CHECK (tries BETWEEN 1 AND 10),
  FOREIGN KEY(request_id) REFERENCES support_request (id),
  FOREIGN KEY(pupil_id) REFERENCES pupil (id),
  FOREIGN KEY(made_by) REFERENCES person (id)
);

CREATE INDEX ix_family_link_request_id ON family_link (request_id);

-- Each second fact that was given with a link: right or wrong, and never which.
CREATE TABLE family_link_try (
  link_id UUID NOT NULL,
  number INTEGER NOT NULL,
  is_right BOOLEAN NOT NULL,
  tried_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (link_id, number),
  FOREIGN KEY(link_id) REFERENCES family_link (id)
);

-- A link that was closed before its time, such as one that went to the wrong people.
CREATE TABLE family_link_end (
  link_id UUID NOT NULL,
  ended_by UUID NOT NULL,
  ended_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (link_id),
  FOREIGN KEY(link_id) REFERENCES family_link (id),
  FOREIGN KEY(ended_by) REFERENCES person (id)
);

-- A link is for a pupil of the request; and one that is over is not tried, however many try at once.
CREATE FUNCTION family_link_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM request_pupil p
      WHERE p.request_id = NEW.request_id AND p.pupil_id = NEW.pupil_id)
    OR NOT EXISTS (SELECT FROM letter l WHERE l.request_id = NEW.request_id) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_link_is_of_a_decided_pupil',
      MESSAGE = 'the pupil is not in the request, or no letter was written';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER family_link_guard BEFORE INSERT ON family_link
  FOR EACH ROW EXECUTE FUNCTION family_link_guard();

CREATE FUNCTION family_link_try_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.link_id::text, 810025));
  IF NOT EXISTS (SELECT FROM family_link l WHERE l.id = NEW.link_id AND NEW.tried_at < l.ends_at
        AND l.tries > (SELECT count(*) FROM family_link_try t
          WHERE t.link_id = NEW.link_id AND NOT t.is_right))
      OR EXISTS (SELECT FROM family_link_end e WHERE e.link_id = NEW.link_id) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_link_that_is_over_is_shut',
      MESSAGE = 'the link is over';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER family_link_try_guard BEFORE INSERT ON family_link_try
  FOR EACH ROW EXECUTE FUNCTION family_link_try_guard();

GRANT SELECT, INSERT ON family_link, family_link_try, family_link_end TO locality_app;
