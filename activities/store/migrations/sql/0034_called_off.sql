-- A meeting that is called off is over without having been held; why stays with the chair's act.

ALTER TABLE meeting ADD COLUMN is_called_off BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE meeting ADD CONSTRAINT called_off_unopened
  CHECK (NOT is_called_off OR (stage = 'closed' AND opened_at IS NULL)) NOT VALID;
ALTER TABLE meeting VALIDATE CONSTRAINT called_off_unopened;

GRANT UPDATE (is_called_off) ON meeting TO locality_app;
