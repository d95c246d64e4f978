-- Rules that the database holds whatever the code above it does. Each names its promise.

-- The same thing is never in two places at once. Text keys are hashed into a range, because the
-- embedded PostgreSQL has no btree_gist.
ALTER TABLE school_in_cluster ADD CONSTRAINT one_cluster_at_a_time EXCLUDE USING gist (
  int8range(hashtextextended(school_code, 0), hashtextextended(school_code, 0), '[]') WITH &&,
  daterange(from_on, until_on) WITH &&);
ALTER TABLE school_in_trust ADD CONSTRAINT one_trust_at_a_time EXCLUDE USING gist (
  int8range(hashtextextended(school_code, 0), hashtextextended(school_code, 0), '[]') WITH &&,
  daterange(from_on, until_on) WITH &&);

ALTER TABLE cluster_in_area ADD CONSTRAINT one_area_at_a_time EXCLUDE USING gist (
  int8range(hashtextextended(cluster_code, 0), hashtextextended(cluster_code, 0), '[]') WITH &&,
  daterange(from_on, until_on) WITH &&);
ALTER TABLE pupil_on_roll ADD CONSTRAINT on_one_roll_at_a_time EXCLUDE USING gist (
  int8range(hashtextextended(pupil_id::text, 0), hashtextextended(pupil_id::text, 0), '[]') WITH &&,
  daterange(from_on, until_on) WITH &&);

-- Promise 9: one version of a policy governs a day, and its document never changes.
ALTER TABLE policy_version ADD CONSTRAINT one_version_in_force EXCLUDE USING gist (
  int8range(hashtextextended(kind, 0), hashtextextended(kind, 0), '[]') WITH &&,
  daterange(in_force_from, in_force_until) WITH &&);

CREATE SEQUENCE request_reference OWNED BY support_request.reference;

-- Promise 6: who has a part in a request, by what the record knows on a day.
CREATE FUNCTION has_a_part(who uuid, request uuid, day date, OUT moderated boolean, OUT other boolean)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT
    EXISTS (SELECT FROM part_played p
             WHERE p.request_id = request AND p.person_id = who AND p.part = 'moderated'),
    EXISTS (SELECT FROM part_played p
             WHERE p.request_id = request AND p.person_id = who AND p.part <> 'moderated')
    OR EXISTS (SELECT FROM family_tie f JOIN request_pupil r USING (pupil_id)
                WHERE r.request_id = request AND f.person_id = who)
    OR EXISTS (SELECT FROM role_held h JOIN support_request s ON s.id = request
                WHERE h.person_id = who AND h.from_on <= day
                  AND (h.until_on IS NULL OR day < h.until_on)
                  AND (h.school_code = s.school_code OR h.school_code IN
                       (SELECT r.school_code FROM request_pupil r WHERE r.request_id = request)))
$$;

-- Promises 6 and 7: a vote needs an open ballot and a person whom nothing bars.
CREATE FUNCTION vote_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  held ballot%ROWTYPE;
  declared boolean;
BEGIN
  SELECT * INTO held FROM ballot WHERE id = NEW.ballot_id FOR SHARE;
  IF held.closed_at IS NOT NULL OR NEW.recorded_at >= held.closes_at THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_is_open',
      MESSAGE = 'the ballot has closed';
  END IF;
  SELECT i.bars INTO declared FROM interest i
   WHERE i.item_id = held.item_id AND i.person_id = NEW.person_id ORDER BY i.revision DESC LIMIT 1;
  -- Whoever has declared nothing has not said "none": the papers were not open to them either.
  IF coalesce(declared, true) OR (has_a_part(NEW.person_id, held.request_id,
       (NEW.recorded_at AT TIME ZONE 'Europe/London')::date)).other THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'nobody_votes_on_their_own',
      MESSAGE = 'an interest bars this vote';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER vote_guard BEFORE INSERT ON vote FOR EACH ROW EXECUTE FUNCTION vote_guard();

-- Promises 6 and 10: nobody decides their own, and a plan is never answered with no or less.
CREATE FUNCTION decision_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
  asked support_request%ROWTYPE;
  part record;
  day date := (NEW.decided_at AT TIME ZONE 'Europe/London')::date;
  with_plan boolean;
BEGIN
  SELECT * INTO asked FROM support_request WHERE id = NEW.request_id;
  SELECT * INTO part FROM has_a_part(NEW.officer_id, NEW.request_id, day);
  IF part.moderated OR part.other OR NEW.interests ?| ARRAY['own_school', 'family'] THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'nobody_decides_their_own',
      MESSAGE = 'the officer has a part in the case';
  END IF;
  -- A plan given after the request was submitted counts from the day it is on the roll.
  with_plan := asked.has_plan OR EXISTS (
    SELECT FROM request_pupil r JOIN pupil_on_roll p USING (pupil_id)
     WHERE r.request_id = NEW.request_id AND r.version = asked.version
       AND p.sen_status = 'education_health_and_care_plan'
       AND p.from_on <= day AND (p.until_on IS NULL OR day < p.until_on));
  IF with_plan AND asked.kind <> 'advice' AND (NEW.kind = 'declined' OR NOT asked.has_plan
       OR asked.owed_annual_pence IS NULL OR NEW.annual_pence < asked.owed_annual_pence) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'what_a_plan_owes',
      MESSAGE = 'a plan is owed at least what it sets out';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER decision_guard BEFORE INSERT ON decision
  FOR EACH ROW EXECUTE FUNCTION decision_guard();

-- What has been promised in full cannot be promised again: a service has as many places as it has.
CREATE FUNCTION plan_place_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
  has integer;
  taken integer;
BEGIN
  SELECT places INTO has FROM plan_provision WHERE id = NEW.provision_id FOR UPDATE;
  SELECT count(*) INTO taken FROM plan_place
   WHERE provision_id = NEW.provision_id AND state IN ('kept', 'given');
  IF taken > has THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'places_are_not_exceeded',
      MESSAGE = 'no place is left';
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER plan_place_guard AFTER INSERT OR UPDATE ON plan_place
  FOR EACH ROW EXECUTE FUNCTION plan_place_guard();

-- Promises 3 and 4: an act's outcome is given once.
CREATE FUNCTION act_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF OLD.outcome IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'an_outcome_is_given_once',
      MESSAGE = 'the act already has its outcome';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER act_guard BEFORE UPDATE ON act FOR EACH ROW EXECUTE FUNCTION act_guard();

-- Promise 7: once closed, a ballot's result is what it was.
CREATE FUNCTION ballot_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF OLD.closed_at IS NOT NULL AND (NEW.closed_at, NEW.result, NEW.closes_at)
       IS DISTINCT FROM (OLD.closed_at, OLD.result, OLD.closes_at) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_ballot_closes_once',
      MESSAGE = 'the ballot has closed';
  END IF;
  IF NEW.closes_at > OLD.closes_at THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_ballot_is_not_extended',
      MESSAGE = 'a ballot may close early, never late';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER ballot_guard BEFORE UPDATE ON ballot
  FOR EACH ROW EXECUTE FUNCTION ballot_guard();

-- Events get their position after commit, from one numberer at a time (TEMPORAL.md 4a, point 5).
CREATE FUNCTION number_events() RETURNS bigint LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
  given bigint;
BEGIN
  IF NOT EXISTS (SELECT FROM event WHERE position IS NULL) THEN
    RETURN 0;
  END IF;
  PERFORM pg_advisory_xact_lock(810001);
  WITH waiting AS (
    SELECT id, row_number() OVER (ORDER BY written) AS place FROM event WHERE position IS NULL),
  last AS (SELECT coalesce(max(position), 0) AS position FROM event)
  UPDATE event SET position = last.position + waiting.place
    FROM waiting, last WHERE event.id = waiting.id;
  GET DIAGNOSTICS given = ROW_COUNT;
  RETURN given;
END $$;
