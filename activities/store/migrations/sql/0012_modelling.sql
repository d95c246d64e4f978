-- What models came to: the figures as they were worked out, and their files; nobody's pupils.

CREATE TABLE modelling (
  id UUID NOT NULL,
  asked_by UUID NOT NULL,
  cases INTEGER NOT NULL,
  figures JSONB NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT counts_cases CHECK (cases >= 0),
  FOREIGN KEY(id) REFERENCES act (id),
  FOREIGN KEY(asked_by) REFERENCES person (id)
);

CREATE INDEX ix_modelling_made_at ON modelling (made_at);

CREATE TABLE modelling_file (
  modelling_id UUID NOT NULL,
  name VARCHAR NOT NULL,
  sha256 VARCHAR NOT NULL,
  size INTEGER NOT NULL,
  content BYTEA NOT NULL,
  PRIMARY KEY (modelling_id, name),
  CONSTRAINT size_told CHECK (size = length(content)),
  CONSTRAINT hash_told CHECK (sha256 = encode(sha256(content), 'hex')),
  FOREIGN KEY(modelling_id) REFERENCES modelling (id)
);

-- A model that was worked out stays as it was: a further question is a further model.
GRANT SELECT, INSERT ON modelling, modelling_file TO locality_app;
