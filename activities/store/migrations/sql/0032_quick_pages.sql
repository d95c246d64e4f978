-- What a page looks for among ten years of requests, it finds without reading all of them: the
-- ballots that are open, and the placing or award that a ledger entry belongs to.

CREATE INDEX ballot_open ON ballot (closes_at) WHERE closed_at IS NULL;

CREATE INDEX ix_placing_hold_id ON "placing" (hold_id);

CREATE INDEX ix_award_commit_id ON award (commit_id);
