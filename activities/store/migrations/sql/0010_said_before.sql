-- What somebody said before under a key, asked at everything that is said: one question, one way.
--
-- What one person says is taken in one by one (promise 4). The lock comes first, and what was said
-- is looked for by a statement of its own, which sees what the one before has just committed.
CREATE FUNCTION said_before(who uuid, under text)
RETURNS TABLE (content_sha256 text, answer jsonb) LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(who::text, 810002));
  RETURN QUERY SELECT s.content_sha256::text, s.answer FROM said AS s
    WHERE s.person_id = who AND s.key = under;
END $$;

GRANT EXECUTE ON FUNCTION said_before(uuid, text) TO locality_app;
