#!/bin/sh
# Writes who may connect, from the environment, and becomes PgBouncer.
set -eu
umask 077
printf '"frontrow_web" "%s"\n"frontrow_worker" "%s"\n' "$WEB_PASSWORD" "$WORKER_PASSWORD" >/tmp/userlist.txt
exec pgbouncer /etc/frontrow/pgbouncer.ini
