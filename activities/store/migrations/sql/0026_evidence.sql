-- Documents that support a request, handed in while it is written: kept as they came, and never
-- changed. What they were called is not kept, since that may name a child.

CREATE TABLE evidence_file (
  id UUID NOT NULL,
  draft_id UUID NOT NULL,
  form VARCHAR NOT NULL,
  sha256 VARCHAR NOT NULL,
  size_bytes INTEGER NOT NULL,
  content BYTEA NOT NULL,
  handed_in_by UUID NOT NULL,
  handed_in_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (draft_id, sha256),
  CONSTRAINT evidence_form_known CHECK (form IN ('pdf', 'docx', 'png', 'jpg')),
  CONSTRAINT bytes_counted CHECK (size_bytes = length(content) AND size_bytes > 0),
  FOREIGN KEY(draft_id) REFERENCES draft (id),
  FOREIGN KEY(handed_in_by) REFERENCES person (id)
);

GRANT SELECT, INSERT ON evidence_file TO locality_app;
