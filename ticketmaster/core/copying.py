"""Writing many rows at once by Postgres' COPY."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model
from psycopg import sql


def copy_rows(*, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Append these rows to the table in the current transaction; how many there were.

    About five times as fast as INSERT. Constraints hold and defaults of the database count;
    defaults of the models do not: name every column that needs a value.
    """
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor:
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
        return int(cursor.rowcount)


def copy_values(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Append rows of a model, given as values of these columns; how many there were.

    Other columns get the default of the database, or else that of the model. Five times as fast
    as copying objects, which are taken apart field by field.
    """
    fresh = model()
    others = [
        field
        for field in model._meta.concrete_fields
        if not (field.column in names or field.primary_key or field.has_db_default())
    ]
    same = [field.get_db_prep_save(field.pre_save(fresh, True), connection) for field in others]
    return copy_rows(
        table=model._meta.db_table,
        columns=[*names, *(str(field.column) for field in others)],
        rows=((*row, *same) for row in rows),
    )


def reserve_ids(model: type[Model], count: int) -> list[int]:
    """So many new ids of the model, ascending, that nobody else will get."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [model._meta.db_table, model._meta.pk.column, count],
        )
        return [row[0] for row in cursor.fetchall()]
