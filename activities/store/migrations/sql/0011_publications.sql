-- Publishing policy: drafts and every revision of them, approvals, and versions that are withdrawn.

CREATE TABLE publication (
  id UUID NOT NULL,
  stage VARCHAR NOT NULL,
  revision INTEGER NOT NULL,
  drafted_by UUID NOT NULL,
  drafted_at TIMESTAMP WITH TIME ZONE NOT NULL,
  ended_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (id),
  CONSTRAINT publication_stage_known CHECK (stage IN ('drafted', 'faulty', 'checked',
    'for_approval', 'published', 'given_up', 'withdrawn')),
  CONSTRAINT publication_revision_counted CHECK (revision > 0),
  FOREIGN KEY(drafted_by) REFERENCES person (id)
);

CREATE INDEX ix_publication_stage ON publication (stage);

CREATE TABLE publication_draft (
  publication_id UUID NOT NULL,
  revision INTEGER NOT NULL,
  act_id UUID NOT NULL,
  written_by UUID NOT NULL,
  written_at TIMESTAMP WITH TIME ZONE NOT NULL,
  content VARCHAR NOT NULL,
  sha256 VARCHAR NOT NULL,
  checked_at TIMESTAMP WITH TIME ZONE,
  checked_against VARCHAR,
  faults JSONB,
  brings JSONB,
  impact JSONB,
  impact_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (publication_id, revision),
  UNIQUE (act_id),
  UNIQUE (publication_id, revision, sha256),
  -- What is approved is what was read: the hash is the content's own.
  CONSTRAINT draft_has_its_own_hash
    CHECK (sha256 = encode(sha256(convert_to(content, 'UTF8')), 'hex')),
  CONSTRAINT draft_check_dated
    CHECK ((checked_at IS NULL) = (checked_against IS NULL) AND (checked_at IS NULL) = (faults IS NULL)
       AND (checked_at IS NULL) = (brings IS NULL)),
  CONSTRAINT draft_impact_dated CHECK ((impact_at IS NULL) = (impact IS NULL)),
  FOREIGN KEY(publication_id) REFERENCES publication (id),
  FOREIGN KEY(act_id) REFERENCES act (id),
  FOREIGN KEY(written_by) REFERENCES person (id)
);

CREATE TABLE publication_approval (
  publication_id UUID NOT NULL,
  revision INTEGER NOT NULL,
  person_id UUID NOT NULL,
  act_id UUID NOT NULL,
  sha256 VARCHAR NOT NULL,
  approved_at TIMESTAMP WITH TIME ZONE NOT NULL,
  -- Promise 6: two approvals are of two people, whatever roles they hold.
  PRIMARY KEY (publication_id, revision, person_id),
  UNIQUE (act_id),
  FOREIGN KEY(publication_id, revision, sha256)
    REFERENCES publication_draft (publication_id, revision, sha256),
  FOREIGN KEY(person_id) REFERENCES person (id),
  FOREIGN KEY(act_id) REFERENCES act (id)
);

ALTER TABLE policy_version
  ADD COLUMN publication_id UUID REFERENCES publication (id),
  ADD COLUMN withdrawn_at TIMESTAMP WITH TIME ZONE,
  ADD COLUMN withdrawn_by UUID REFERENCES person (id),
  ADD COLUMN withdrawn_act UUID REFERENCES act (id),
  ADD CONSTRAINT withdrawn_by_somebody CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL)
    AND (withdrawn_at IS NULL) = (withdrawn_act IS NULL));

CREATE INDEX ix_policy_version_publication_id ON policy_version (publication_id);

-- Promise 9: one version governs a day. What is withdrawn is on record, and governs none.
ALTER TABLE policy_version DROP CONSTRAINT one_version_in_force;
ALTER TABLE policy_version ADD CONSTRAINT one_version_in_force EXCLUDE USING gist (
  int8range(hashtextextended(kind, 0), hashtextextended(kind, 0), '[]') WITH &&,
  daterange(in_force_from, in_force_until) WITH &&) WHERE (withdrawn_at IS NULL);

GRANT SELECT, INSERT ON publication, publication_draft, publication_approval TO locality_app;
GRANT UPDATE (stage, revision, ended_at) ON publication TO locality_app;
GRANT UPDATE (checked_at, checked_against, faults, brings, impact, impact_at)
  ON publication_draft TO locality_app;
GRANT UPDATE (withdrawn_at, withdrawn_by, withdrawn_act) ON policy_version TO locality_app;

-- A draft begins as drafted, goes forward, and comes back only as another revision. It is published
-- when two people have approved the revision that it is at, neither of whom wrote any of it.
CREATE FUNCTION publication_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.stage <> 'drafted' OR NEW.revision <> 1 THEN
      RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_publication_begins_drafted',
        MESSAGE = 'a publication begins as a first draft';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.revision <> OLD.revision THEN
    IF NEW.revision <> OLD.revision + 1 OR NEW.stage <> 'drafted'
         OR OLD.stage IN ('published', 'given_up', 'withdrawn') THEN
      RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_publication_goes_forward',
        MESSAGE = 'a draft is revised while it is open, one revision at a time';
    END IF;
  ELSIF OLD.stage <> NEW.stage AND (OLD.stage, NEW.stage) NOT IN (('drafted', 'faulty'),
       ('drafted', 'checked'), ('checked', 'for_approval'), ('for_approval', 'published'),
       ('drafted', 'given_up'), ('faulty', 'given_up'), ('checked', 'given_up'),
       ('for_approval', 'given_up'), ('published', 'withdrawn')) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_publication_goes_forward',
      MESSAGE = 'a publication does not go back';
  END IF;
  IF NEW.stage = 'published' AND OLD.stage <> 'published' AND 2 > (
       SELECT count(*) FROM publication_approval AS a
       WHERE a.publication_id = NEW.id AND a.revision = NEW.revision AND NOT EXISTS (
         SELECT FROM publication_draft AS d
         WHERE d.publication_id = NEW.id AND d.written_by = a.person_id)) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'two_approve_a_publication',
      MESSAGE = 'two people who wrote none of it approve a publication';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER publication_guard BEFORE INSERT OR UPDATE ON publication
  FOR EACH ROW EXECUTE FUNCTION publication_guard();

-- Promise 6: an approval is of the revision that waits for it, by somebody who wrote none of it, and
-- said so by an act of their own, after it was written: what was shown with it was shown to them.
CREATE FUNCTION publication_approval_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM FROM publication AS p WHERE p.id = NEW.publication_id AND p.stage = 'for_approval'
    AND p.revision = NEW.revision FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'an_approval_is_of_what_waits',
      MESSAGE = 'what is approved is the revision that waits for it';
  END IF;
  IF EXISTS (SELECT FROM publication_draft AS d
             WHERE d.publication_id = NEW.publication_id AND d.written_by = NEW.person_id) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation',
      CONSTRAINT = 'nobody_approves_their_own_policy',
      MESSAGE = 'whoever wrote in a draft does not approve it';
  END IF;
  IF NOT EXISTS (SELECT FROM act AS a WHERE a.id = NEW.act_id AND a.kind = 'approve_policy'
       AND a.subject_id = NEW.publication_id AND a.person_id = NEW.person_id
       AND a.choices ->> 'sha256' = NEW.sha256 AND a.number > (
         SELECT r.number FROM publication_draft AS d JOIN act AS r ON r.id = d.act_id
         WHERE d.publication_id = NEW.publication_id AND d.revision = NEW.revision)) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'an_approval_is_an_act',
      MESSAGE = 'an approval is that person''s own act on exactly this revision';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER publication_approval_guard BEFORE INSERT ON publication_approval
  FOR EACH ROW EXECUTE FUNCTION publication_approval_guard();

-- What was found out about a draft is found out once, and a draft begins with nothing found out. It
-- is the revision that its publication is at, written by an act of its writer.
CREATE FUNCTION publication_draft_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' AND (NEW.checked_at IS NOT NULL OR NEW.impact_at IS NOT NULL)
     OR TG_OP = 'UPDATE' AND (OLD.checked_at IS NOT NULL
          AND (NEW.checked_at, NEW.checked_against, NEW.faults, NEW.brings)
            IS DISTINCT FROM (OLD.checked_at, OLD.checked_against, OLD.faults, OLD.brings)
        OR OLD.impact_at IS NOT NULL
          AND (NEW.impact_at, NEW.impact) IS DISTINCT FROM (OLD.impact_at, OLD.impact)) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_draft_is_checked_once',
      MESSAGE = 'what was found out about a draft stays; a revision is checked anew';
  END IF;
  IF TG_OP = 'INSERT' AND NOT EXISTS (
       SELECT FROM act AS a JOIN publication AS p ON p.id = a.subject_id
       WHERE a.id = NEW.act_id AND a.kind IN ('draft_policy', 'revise_policy')
         AND a.person_id = NEW.written_by AND p.id = NEW.publication_id
         AND p.revision = NEW.revision) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_revision_is_an_act',
      MESSAGE = 'a revision is its writer''s own act on the draft as it stands';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER publication_draft_guard BEFORE INSERT OR UPDATE ON publication_draft
  FOR EACH ROW EXECUTE FUNCTION publication_draft_guard();

-- Once anything has been asked for under the policies, a version comes from a publication that two
-- people have approved, and is one that it was found to bring; before that, policy is set up with
-- everything else.
CREATE FUNCTION policy_version_begins() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.withdrawn_at IS NOT NULL
     OR NEW.publication_id IS NULL AND EXISTS (SELECT FROM support_request)
     OR NEW.publication_id IS NOT NULL AND NOT EXISTS (
          SELECT FROM publication AS p JOIN publication_draft AS d
            ON d.publication_id = p.id AND d.revision = p.revision
          WHERE p.id = NEW.publication_id AND p.stage = 'published'
            AND d.brings @> jsonb_build_array(jsonb_build_object('kind', NEW.kind,
              'from_on', NEW.in_force_from::text, 'sha256', NEW.sha256))) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_is_published_by_two',
      MESSAGE = 'a version of policy comes from a publication that two people approved';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER policy_version_begins BEFORE INSERT ON policy_version
  FOR EACH ROW EXECUTE FUNCTION policy_version_begins();

-- Promise 9: what anything was decided or paid by is never withdrawn. Whoever withdraws has to
-- wait for those who are just being pinned, and is waited for by them.
CREATE FUNCTION policy_version_withdrawn() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF OLD.withdrawn_at IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'withdrawn_once',
      MESSAGE = 'what is withdrawn stays as it is';
  END IF;
  IF NEW.withdrawn_at IS NOT NULL THEN
    PERFORM pg_advisory_xact_lock(810006);
    IF EXISTS (SELECT FROM support_request AS r WHERE r.pins ->> NEW.kind = NEW.id::text)
       OR EXISTS (SELECT FROM payment_run AS r WHERE r.policy_version_id = NEW.id)
       OR EXISTS (SELECT FROM ledger_entry AS e WHERE e.policy_version_ids ? NEW.id::text) THEN
      RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'nothing_used_is_withdrawn',
        MESSAGE = 'the version was used';
    END IF;
    IF NOT EXISTS (SELECT FROM act AS a WHERE a.id = NEW.withdrawn_act
         AND a.kind = 'withdraw_policy' AND a.person_id = NEW.withdrawn_by
         AND a.choices ->> 'version_id' = NEW.id::text) THEN
      RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_withdrawal_is_an_act',
        MESSAGE = 'a version is withdrawn by somebody''s act on it';
    END IF;
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER policy_version_withdrawn BEFORE UPDATE ON policy_version
  FOR EACH ROW EXECUTE FUNCTION policy_version_withdrawn();

-- Promise 9: no day is taken from a version or given to it: it governs from the day that it says
-- until the next of its kind begins, or until the day that it says itself.
CREATE FUNCTION policy_versions_follow() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (
      SELECT FROM (
        SELECT v.*, lead(v.in_force_from) OVER (ORDER BY v.in_force_from) AS next_from
        FROM policy_version AS v WHERE v.kind = NEW.kind AND v.withdrawn_at IS NULL) AS v
      WHERE v.in_force_until IS DISTINCT FROM
              least((v.document ->> 'in_force_until')::date, v.next_from)
         OR v.in_force_from IS DISTINCT FROM (v.document ->> 'in_force_from')::date
         OR v.kind IS DISTINCT FROM v.document ->> 'kind') THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'versions_follow_one_another',
      MESSAGE = 'a version governs from its own day until the next of its kind, or its own end';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER policy_versions_follow AFTER INSERT OR UPDATE ON policy_version
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION policy_versions_follow();

-- Told as a failure to serialise, so that whoever submits looks again and finds what governs now.
CREATE FUNCTION pins_are_published() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(810006);
  IF EXISTS (SELECT FROM jsonb_each_text(NEW.pins) AS pin
             JOIN policy_version AS v ON v.id = pin.value::uuid WHERE v.withdrawn_at IS NOT NULL) THEN
    RAISE EXCEPTION USING ERRCODE = 'serialization_failure',
      CONSTRAINT = 'pins_are_published',
      MESSAGE = 'a policy was withdrawn in the same instant';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER pins_are_published BEFORE INSERT ON support_request
  FOR EACH ROW EXECUTE FUNCTION pins_are_published();

CREATE FUNCTION run_policy_is_published() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(810006);
  IF EXISTS (SELECT FROM policy_version AS v
             WHERE v.id = NEW.policy_version_id AND v.withdrawn_at IS NOT NULL) THEN
    RAISE EXCEPTION USING ERRCODE = 'serialization_failure',
      CONSTRAINT = 'pins_are_published',
      MESSAGE = 'a policy was withdrawn in the same instant';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER run_policy_is_published BEFORE INSERT ON payment_run
  FOR EACH ROW EXECUTE FUNCTION run_policy_is_published();
