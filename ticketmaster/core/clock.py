"""The database's clock, the only one that decides whether a hold lives."""

from datetime import datetime

from django.db import connection


def database_now() -> datetime:
    """The moment this statement runs, by the primary's clock, in UTC.

    `clock_timestamp()`, not `now()`: the transaction may have waited for a lock since it began.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        row = cursor.fetchone()
    assert row is not None
    moment: datetime = row[0]
    return moment
