#!/bin/bash
# A replica: on an empty folder it copies the primary, afterwards it follows it through its own slot.
set -euo pipefail

if [ ! -s "$PGDATA/PG_VERSION" ]; then
    install -d -m 700 -o postgres -g postgres "$PGDATA"
    PGPASSWORD="$REPLICATION_PASSWORD" gosu postgres pg_basebackup --pgdata="$PGDATA" \
        --host=postgres --username=frontrow_replication --slot=replica \
        --wal-method=stream --checkpoint=fast --write-recovery-conf
fi
exec docker-entrypoint.sh postgres -c config_file=/etc/frontrow/postgresql.conf
