"""What Django loads as the database backend (`ENGINE`)."""

import select
from typing import Any

import psycopg
from django.db.backends.postgresql import base, operations
from psycopg_pool import ConnectionPool

LARGEST_INTEGER = 2**31 - 1


class DatabaseOperations(operations.DatabaseOperations):
    """Sends every whole number in as many bytes as it needs."""

    def adapt_integerfield_value(self, value: Any, internal_type: str) -> Any:
        """The number as psycopg is to send it.

        Django takes a bare number in an expression, such as an amount added to a column, for an
        IntegerField. Bound by the server that is four bytes, and psycopg lets a larger number
        wrap around without a word: 4,611,686,018,427,387,904 arrived as 0.
        """
        if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
            internal_type = "BigIntegerField"
        return super().adapt_integerfield_value(value, internal_type)


def refuse_hung_up(conn: psycopg.Connection[Any]) -> None:
    """Raise OperationalError where the server has hung up on this idle connection.

    Nothing is sent: a server that stops or restarts closes its connections, which shows here as
    something to read. Then, and only then, the server is asked, as the pool's own check does on
    every request. Where one is dead the others that lie idle most likely are too, and the pool is
    drained: it would pause for 1, 2 and 4 seconds between the dead ones that one request meets.
    """
    waiting = select.poll()
    waiting.register(conn.pgconn.socket, select.POLLIN)
    if not waiting.poll(0):
        return
    try:
        ConnectionPool.check_connection(conn)
    except psycopg.Error:
        pool = getattr(conn, "_pool", None)
        if pool is not None:
            pool.drain()
        raise


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, with the operations above and a check that costs no round trip."""

    ops_class = DatabaseOperations

    @property
    def pool(self) -> Any:
        """The process's pool of connections, None where there is none."""
        pool = super().pool
        if pool is not None and pool._check is not None:
            pool._check = refuse_hung_up  # Django leaves no other way to say it
        return pool
