"""What Django loads as the database backend (`ENGINE`)."""

from typing import Any

from django.db.backends.postgresql import base, operations

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


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, with the operations above."""

    ops_class = DatabaseOperations
