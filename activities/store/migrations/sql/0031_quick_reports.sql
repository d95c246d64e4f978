-- Reports count a year's requests among those of ten years. What they read of a document stands
-- beside it, worked out by the database when the row is written, so it is never another; and what
-- is asked for by day is found by day. Tables are written anew once: seconds for a county's years.

CREATE FUNCTION levels_in(of jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE jsonb_typeof(of) WHEN 'object' THEN of END;

-- The area of need with the highest level; several, where two stand equally high.
CREATE FUNCTION highest_need(levels jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT CASE count(*) WHEN 0 THEN NULL WHEN 1 THEN min(l.key) ELSE 'several' END
  FROM jsonb_each_text(levels) AS l
  WHERE l.value::integer > 0
    AND l.value::integer = (SELECT max(x.value::integer) FROM jsonb_each_text(levels) AS x);
END;

CREATE FUNCTION spends_said(content jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT jsonb_agg(jsonb_build_object(
    'pupil_id', p.pupil_id, 'school', p.school, 'pence', p.school_spends_pence))
  FROM jsonb_to_recordset(content -> 'pupils')
    AS p (pupil_id text, school text, school_spends_pence bigint);
END;

ALTER TABLE "placing"
  ADD COLUMN stated_levels jsonb
    -- squawk-ignore adding-field-with-default
    GENERATED ALWAYS AS (levels_in(inputs #> '{content,profile,levels}')) STORED,
  -- squawk-ignore adding-field-with-default
  ADD COLUMN levels jsonb GENERATED ALWAYS AS (levels_in(profile -> 'levels')) STORED,
  -- squawk-ignore adding-field-with-default
  ADD COLUMN need text GENERATED ALWAYS AS (highest_need(levels_in(profile -> 'levels'))) STORED;

ALTER TABLE request_version
  -- squawk-ignore adding-field-with-default
  ADD COLUMN spends_said jsonb GENERATED ALWAYS AS (spends_said(content)) STORED;

ALTER TABLE support_request
  -- squawk-ignore adding-field-with-default
  ADD COLUMN continuum text GENERATED ALWAYS AS (pins ->> 'continuum') STORED;

CREATE UNIQUE INDEX glance_request ON support_request (id) INCLUDE (cluster_code, continuum);
CREATE INDEX glance_request_submitted ON support_request (submitted_at)
  INCLUDE (id, cluster_code, kind, ending, decide_by_at, version);
CREATE INDEX glance_first_decision ON decision (request_id) INCLUDE (id, decided_at)
  WHERE number = 1;
CREATE INDEX glance_placing_recorded ON "placing" (recorded_at);
CREATE INDEX glance_ballot_closed ON ballot (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX glance_award_until ON award (until_on);
