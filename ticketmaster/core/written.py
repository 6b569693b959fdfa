"""Queries that are written once: the ORM takes longer to build one than Postgres to answer it.

For the few that every purchase makes. The rows are the models' own, as from a queryset.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models, transaction

M = TypeVar("M", bound=models.Model)
Reader = Callable[[Any, Any, Any], Any]


class Written(Generic[M]):
    """All columns of a model's table, and `tail`: the conditions, the order, perhaps a lock.

    With `locking`, asking it outside a transaction raises TransactionManagementError: the lock
    would be let go at once, and nobody would notice.
    """

    def __init__(self, model: type[M], tail: str, *, locking: bool = False) -> None:
        self.model = model
        self.tail = tail
        self.locking = locking

    def rows(self, *values: Any) -> list[M]:
        """The rows that these values choose."""
        if self.locking and not connection.in_atomic_block:
            raise transaction.TransactionManagementError("A row lock needs a transaction.")
        with connection.cursor() as cursor:
            cursor.execute(self._statement, values)
            return [self._read(row) for row in cursor.fetchall()]

    def first(self, *values: Any) -> M | None:
        """The first of them, or None."""
        found = self.rows(*values)
        return found[0] if found else None

    def one(self, *values: Any) -> M:
        """The only one of them. Raises the model's DoesNotExist."""
        found = self.first(*values)
        if found is None:
            raise self.model.DoesNotExist  # type: ignore[attr-defined]
        return found

    @cached_property
    def _statement(self) -> str:
        table = self.model._meta.db_table
        columns = (f'"{table}"."{field.column}"' for field in self.model._meta.concrete_fields)
        return f'SELECT {", ".join(columns)} FROM "{table}" {self.tail}'

    @cached_property
    def _names(self) -> list[str]:
        return [field.attname for field in self.model._meta.concrete_fields]

    @cached_property
    def _readers(self) -> list[tuple[int, Reader]]:
        """Columns that are kept otherwise than they are shown, such as JSON."""
        fields = enumerate(self.model._meta.concrete_fields)
        found = ((place, getattr(field, "from_db_value", None)) for place, field in fields)
        return [(place, reader) for place, reader in found if reader is not None]

    def _read(self, row: tuple[Any, ...]) -> M:
        values = list(row)
        for place, reader in self._readers:
            values[place] = reader(values[place], None, connection)
        return self.model.from_db(DEFAULT_DB_ALIAS, self._names, values)
