-- Sessions that were over long ago go: this is the one door, and it takes none that may still last.

CREATE FUNCTION web_session_forget(over_before timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH gone AS (
        DELETE FROM web_session AS w
        WHERE coalesce(w.ended_at, w.ends_at) < least(over_before, clock_timestamp())
        RETURNING 1
    )
    SELECT count(*) FROM gone
$$;

REVOKE ALL ON FUNCTION web_session_forget(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION web_session_forget(timestamptz) TO locality_app;
