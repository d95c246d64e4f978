-- Months and years: what was told of them when they were closed, who signed, and what went out.

CREATE TABLE school_notional (
  school_code VARCHAR NOT NULL,
  financial_year INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  pence BIGINT NOT NULL,
  authority VARCHAR NOT NULL,
  loaded_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (school_code, financial_year, revision),
  CONSTRAINT never_below_nothing CHECK (pence >= 0),
  FOREIGN KEY(school_code) REFERENCES school (code)
);

CREATE TABLE finance_pack (
  id UUID NOT NULL,
  financial_year INTEGER NOT NULL,
  period INTEGER NOT NULL,
  head VARCHAR NOT NULL,
  files JSONB NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE statement (
  id UUID NOT NULL,
  cluster_code VARCHAR NOT NULL,
  financial_year INTEGER NOT NULL,
  period INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  act_id UUID NOT NULL,
  figures JSONB NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (cluster_code, financial_year, period, revision),
  CONSTRAINT period_known CHECK (period BETWEEN 1 AND 12),
  FOREIGN KEY(cluster_code) REFERENCES cluster (code),
  FOREIGN KEY(act_id) REFERENCES act (id)
);

CREATE TABLE forecast_line (
  id UUID NOT NULL,
  act_id UUID NOT NULL,
  pot VARCHAR NOT NULL,
  cluster_code VARCHAR,
  financial_year INTEGER NOT NULL,
  period INTEGER NOT NULL,
  budget_pence BIGINT NOT NULL,
  forecast_pence BIGINT NOT NULL,
  shortfall_pence BIGINT NOT NULL,
  is_warned BOOLEAN NOT NULL,
  makes JSONB NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (act_id, pot),
  FOREIGN KEY(act_id) REFERENCES act (id),
  FOREIGN KEY(cluster_code) REFERENCES cluster (code)
);

CREATE INDEX ix_forecast_line_financial_year ON forecast_line (financial_year);

CREATE TABLE year_end (
  financial_year INTEGER NOT NULL,
  act_id UUID NOT NULL,
  closed_by UUID NOT NULL,
  closed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  must_sign JSONB NOT NULL,
  carried JSONB NOT NULL,
  PRIMARY KEY (financial_year),
  UNIQUE (act_id),
  FOREIGN KEY(act_id) REFERENCES act (id),
  FOREIGN KEY(closed_by) REFERENCES person (id)
);

CREATE TABLE year_end_signature (
  financial_year INTEGER NOT NULL,
  signed_as VARCHAR NOT NULL,
  person_id UUID NOT NULL,
  act_id UUID NOT NULL,
  signed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (financial_year, signed_as),
  UNIQUE (financial_year, person_id),
  UNIQUE (act_id),
  FOREIGN KEY(financial_year) REFERENCES year_end (financial_year),
  FOREIGN KEY(person_id) REFERENCES person (id),
  FOREIGN KEY(act_id) REFERENCES act (id)
);

GRANT SELECT, INSERT ON
  school_notional, finance_pack, statement, forecast_line, year_end, year_end_signature
  TO locality_app;

-- Promise 6: whoever closed a year does not sign it off.
CREATE FUNCTION year_end_signature_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM year_end y WHERE y.financial_year = NEW.financial_year
               AND y.closed_by = NEW.person_id) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'nobody_signs_their_own',
      MESSAGE = 'whoever closed the year does not sign it off';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER year_end_signature_guard BEFORE INSERT ON year_end_signature
  FOR EACH ROW EXECUTE FUNCTION year_end_signature_guard();

-- Whether a period is open, and keeps it so until the transaction ends: a close takes the same
-- lock for itself alone. The lock comes first, so the look sees every close that came before it.
CREATE FUNCTION period_is_open(wanted_year integer, wanted_period integer) RETURNS boolean
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(251, wanted_year * 100 + wanted_period);
  RETURN NOT EXISTS (
    SELECT FROM ledger_period AS p
     WHERE p.financial_year = wanted_year AND p.period = wanted_period AND p.is_closed);
END $$;

GRANT EXECUTE ON FUNCTION period_is_open(integer, integer) TO locality_app;
