#!/bin/sh
# Runs once, after roles.sql, when the database's folder is first made: the application may log in.
set -eu
psql --set ON_ERROR_STOP=1 --set password="$LOCALITY_APP_PASSWORD" \
     --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
ALTER ROLE locality_app PASSWORD :'password';
SQL
