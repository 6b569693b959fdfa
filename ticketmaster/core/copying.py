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


def copy_objects(objects: Sequence[Model]) -> int:
    """Append these unsaved objects of one model, every field as it stands; how many there were.

    Columns with a database default get it; so does the key where the first object has none.
    """
    if not objects:
        return 0
    meta = objects[0]._meta
    fields = [
        field
        for field in meta.concrete_fields
        if not field.has_db_default() and not (field.primary_key and objects[0].pk is None)
    ]
    return copy_rows(
        table=meta.db_table,
        columns=[str(field.column) for field in fields],
        rows=(
            [field.get_db_prep_save(field.pre_save(one, True), connection) for field in fields]
            for one in objects
        ),
    )


def reserve_ids(model: type[Model], count: int) -> list[int]:
    """So many new ids of the model, ascending, that nobody else will get."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [model._meta.db_table, model._meta.pk.column, count],
        )
        return [row[0] for row in cursor.fetchall()]
