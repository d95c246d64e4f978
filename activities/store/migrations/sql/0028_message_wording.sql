-- Messages name the version of their wording, as letters do; those written before name none.

ALTER TABLE message ADD COLUMN wording VARCHAR;

GRANT UPDATE (wording) ON message TO locality_app;
