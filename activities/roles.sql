-- The roles of a Locality database, made once by a superuser and safe to run again; run it inside
-- the database itself. Embedded PostgreSQL runs it at each start, the compose file at first start,
-- and a council's database administrator once. Passwords are set elsewhere.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'locality_owner') THEN
    CREATE ROLE locality_owner NOLOGIN;      -- owns the tables; only migrations act as it
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'locality_ledger') THEN
    CREATE ROLE locality_ledger NOLOGIN;     -- owns the ledger and the verbs that write to it
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'locality_app') THEN
    CREATE ROLE locality_app LOGIN;          -- what the API, the worker and the tests are
  END IF;
END
$$;

-- Migrations act as the owner and hand the ledger's tables over to the ledger's role.
GRANT locality_ledger TO locality_owner;

DO $$
BEGIN
  EXECUTE format('ALTER DATABASE %I OWNER TO locality_owner', current_database());
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO locality_app', current_database());
END
$$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO locality_owner, locality_ledger;
GRANT USAGE ON SCHEMA public TO locality_app;
