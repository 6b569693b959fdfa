"""What Postgres itself says: counters, its log, an empty beginning."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection
from django_redis import get_redis_connection

from ticketmaster.core import shared_copies

# Postgres hands an idle connection's counts over after ten seconds at most.
COUNTS_ARRIVE_S = 10.5
KEPT_TABLES = ("django_migrations", "django_content_type", "auth_permission")


def forget_everything() -> None:
    """Empty tables and an empty Redis, as after `migrate`."""
    names = [
        name
        for name in connection.introspection.table_names()
        # `isolation` makes tables of its own, as another role, and anew each time.
        if name not in KEPT_TABLES and not name.startswith("bench_")
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(names)} RESTART IDENTITY CASCADE")
    forget_copies()


def forget_copies() -> None:
    """Everything in Redis and in this process's memory."""
    get_redis_connection("default").flushdb()
    shared_copies.forget()


def analyze() -> None:
    """Fresh statistics and a visibility map, which autovacuum would bring within minutes."""
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


class Counters:
    """Transactions and deadlocks of the site's database since this was made.

    Read through a connection to another database, so that reading counts for nothing.
    """

    def __init__(self) -> None:
        self._before = self._read()

    def since(self) -> tuple[int, int]:
        """Transactions (ended either way) and deadlocks, once every connection has told."""
        time.sleep(COUNTS_ARRIVE_S)
        transactions, deadlocks = self._read()
        return transactions - self._before[0], deadlocks - self._before[1]

    def _read(self) -> tuple[int, int]:
        with _beside() as other:
            row = other.execute(
                "SELECT xact_commit + xact_rollback, deadlocks FROM pg_stat_database"
                " WHERE datname = %s",
                [connection.settings_dict["NAME"]],
            ).fetchone()
        assert row is not None
        return row[0], row[1]


@contextmanager
def copied_database(url: str) -> Iterator[str]:
    """A second database with what the first has now; its address under the same role as `url`."""
    name = f"{connection.settings_dict['NAME']}_copy"
    source = connection.settings_dict["NAME"]
    connection.close()
    connection.close_pool()
    with _beside() as other:
        other.execute(f'DROP DATABASE IF EXISTS "{name}"')
        other.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
    address = url.replace(f"/{source}?", f"/{name}?")
    with psycopg.connect(address, autocommit=True) as copy:
        copy.execute("VACUUM ANALYZE")
    try:
        yield address
    finally:
        with _beside() as other:
            other.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _beside() -> psycopg.Connection[tuple[int, ...]]:
    """A connection of the owner's to the server's own database."""
    database = settings.DATABASES["default"]
    return psycopg.connect(
        host=database["HOST"], user=database["USER"], dbname="postgres", autocommit=True
    )


@contextmanager
def without_autovacuum(superuser_url: str) -> Iterator[None]:
    """Keep Postgres' own housekeeping, which counts as transactions too, out of the counts."""
    with psycopg.connect(superuser_url, autocommit=True) as superuser:
        superuser.execute("ALTER SYSTEM SET autovacuum = off")
        superuser.execute("SELECT pg_reload_conf()")
        try:
            yield
        finally:
            superuser.execute("ALTER SYSTEM RESET autovacuum")
            superuser.execute("SELECT pg_reload_conf()")


def log_size(log: Path) -> int:
    """Where a log ends now."""
    return log.stat().st_size if log.exists() else 0


def lines_since(log: Path, size: int, words: Iterable[str]) -> int:
    """How many lines after that place contain all of these words."""
    with log.open("rb") as file:
        file.seek(size)
        added = file.read().decode(errors="replace")
    return sum(1 for line in added.splitlines() if all(word in line for word in words))
