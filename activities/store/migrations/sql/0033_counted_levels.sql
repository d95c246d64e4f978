-- How far a panel agreed is read from what its members voted in first rounds. After the close that
-- no longer changes, so it stands beside the ballot: in each area of need the levels that were
-- given, in order, without whose they are. Only the database writes it, and never before the close.

ALTER TABLE ballot ADD COLUMN counted_levels JSONB;

-- A member's last vote counts if whoever gave it moderated: who was barred since did not.
CREATE FUNCTION counted_levels(of_ballot uuid, of_request uuid) RETURNS jsonb LANGUAGE sql STABLE
SET search_path = public, pg_temp AS $$
  WITH last AS (
    SELECT DISTINCT ON (v.member_id) v.person_id, v.levels FROM vote AS v
    WHERE v.ballot_id = of_ballot ORDER BY v.member_id, v.revision DESC
  ), counted AS (
    SELECT l.levels FROM last AS l WHERE EXISTS (SELECT FROM part_played AS q
      WHERE q.request_id = of_request AND q.person_id = l.person_id AND q.part = 'moderated')
  ), in_area AS (
    SELECT e.key AS area, jsonb_agg(e.value ORDER BY e.value::integer) AS levels
    FROM counted AS c CROSS JOIN LATERAL jsonb_each(c.levels) AS e GROUP BY e.key
  )
  SELECT CASE WHEN EXISTS (SELECT FROM counted)
    THEN (SELECT coalesce(jsonb_object_agg(area, levels), '{}') FROM in_area) END
$$;

CREATE FUNCTION ballot_counts() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  NEW.counted_levels := CASE
    WHEN NEW.round = 1 AND NEW.closed_at IS NOT NULL AND NEW.result IS NOT NULL
    THEN counted_levels(NEW.id, NEW.request_id) END;
  RETURN NEW;
END $$;

CREATE TRIGGER ballot_counts BEFORE INSERT OR UPDATE ON ballot
  FOR EACH ROW EXECUTE FUNCTION ballot_counts();

-- Who moderates later, in a further round, counts in the first as well: it is counted again, once
-- for all whom a statement adds.
CREATE FUNCTION moderator_counts() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM added WHERE part = 'moderated') THEN
    UPDATE ballot SET heard_at = heard_at
    WHERE round = 1 AND closed_at IS NOT NULL
      AND request_id IN (SELECT a.request_id FROM added AS a WHERE a.part = 'moderated');
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER moderator_counts AFTER INSERT ON part_played
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION moderator_counts();

UPDATE ballot SET heard_at = heard_at WHERE round = 1 AND closed_at IS NOT NULL;

CREATE UNIQUE INDEX glance_item ON agenda_item (id) INCLUDE (meeting_id);
