-- Files of budgets and opening awards, as they were handed in, and what was made of them.

CREATE TABLE file_handed_in (
  id UUID NOT NULL,
  kind VARCHAR NOT NULL,
  sha256 VARCHAR NOT NULL,
  form VARCHAR NOT NULL,
  content BYTEA NOT NULL,
  rows INTEGER NOT NULL,
  total_pence BIGINT,
  handed_in_by UUID NOT NULL,
  handed_in_at TIMESTAMP WITH TIME ZONE NOT NULL,
  act_id UUID,
  PRIMARY KEY (id),
  UNIQUE (kind, sha256),
  CONSTRAINT form_known CHECK (form IN ('csv', 'xlsx')),
  FOREIGN KEY(handed_in_by) REFERENCES person (id),
  UNIQUE (act_id),
  FOREIGN KEY(act_id) REFERENCES act (id)
);

CREATE TABLE budget_line (
  id UUID NOT NULL,
  file_id UUID NOT NULL,
  row INTEGER NOT NULL,
  pot VARCHAR NOT NULL,
  financial_year INTEGER NOT NULL,
  pence BIGINT NOT NULL,
  section_251_line VARCHAR NOT NULL,
  cost_centre VARCHAR NOT NULL,
  authority VARCHAR NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (authority, pot, financial_year),
  UNIQUE (file_id, row),
  CONSTRAINT gives_something CHECK (pence > 0),
  FOREIGN KEY(file_id) REFERENCES file_handed_in (id)
);

CREATE INDEX ix_budget_line_financial_year ON budget_line (financial_year);

-- An award is given by a decision on a request, or was live in the old system and was imported.
ALTER TABLE award ALTER COLUMN request_id DROP NOT NULL;
ALTER TABLE award ALTER COLUMN decision_id DROP NOT NULL;
ALTER TABLE award ADD COLUMN opening_act_id UUID REFERENCES act (id);
ALTER TABLE award ADD COLUMN opening_reference VARCHAR UNIQUE;
ALTER TABLE award ADD CONSTRAINT given_by_one CHECK (
  (decision_id IS NULL) = (opening_act_id IS NOT NULL)
  AND (decision_id IS NULL) = (request_id IS NULL)
  AND (opening_reference IS NULL OR opening_act_id IS NOT NULL)
);

GRANT SELECT, INSERT ON file_handed_in, budget_line TO locality_app;
GRANT UPDATE (act_id) ON file_handed_in TO locality_app;

-- Promise 4: a file takes effect once.
CREATE FUNCTION file_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF OLD.act_id IS NOT NULL AND NEW.act_id IS DISTINCT FROM OLD.act_id THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'a_file_takes_effect_once',
      MESSAGE = 'a file takes effect once';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER file_guard BEFORE UPDATE ON file_handed_in
  FOR EACH ROW EXECUTE FUNCTION file_guard();
