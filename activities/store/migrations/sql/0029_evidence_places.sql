-- A document may lie in an object store, under the name of its own hash: the row says which of the
-- two, and what it is either way. The release before writes rows that hold the bytes, as they did,
-- and reads no other: a store is named once it is gone.

ALTER TABLE evidence_file ADD COLUMN place VARCHAR DEFAULT 'record' NOT NULL;
-- squawk-ignore ban-drop-not-null
ALTER TABLE evidence_file ALTER COLUMN content DROP NOT NULL;
ALTER TABLE evidence_file DROP CONSTRAINT bytes_counted;
ALTER TABLE evidence_file ADD CONSTRAINT bytes_counted
  CHECK (size_bytes > 0 AND (content IS NULL OR size_bytes = length(content)));
ALTER TABLE evidence_file ADD CONSTRAINT bytes_have_a_place
  CHECK (place IN ('record', 'object_store') AND (place = 'record') = (content IS NOT NULL));
