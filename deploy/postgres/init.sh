#!/bin/bash
# Run once by the Postgres image, on an empty data folder: roles with their limits, passwords from the
# environment, the database, and the replica's right to follow.
set -euo pipefail

psql --set=ON_ERROR_STOP=1 --username=postgres --file=/etc/frontrow/roles.sql
psql --set=ON_ERROR_STOP=1 --username=postgres \
    --set=owner="$OWNER_PASSWORD" --set=web="$WEB_PASSWORD" --set=worker="$WORKER_PASSWORD" \
    --set=replication="$REPLICATION_PASSWORD" <<'SQL'
ALTER ROLE frontrow PASSWORD :'owner';
ALTER ROLE frontrow_web PASSWORD :'web';
ALTER ROLE frontrow_worker PASSWORD :'worker';
CREATE ROLE frontrow_replication LOGIN REPLICATION PASSWORD :'replication';
SELECT pg_create_physical_replication_slot('replica');
CREATE DATABASE frontrow OWNER frontrow TEMPLATE template0
    LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C' ENCODING 'UTF8';
SQL
echo "host replication frontrow_replication all scram-sha-256" >>"$PGDATA/pg_hba.conf"
