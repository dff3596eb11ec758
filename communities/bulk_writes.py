"""Write thousands of rows while holding the lock only briefly.

SQLite has one writer, which holds the lock until the transaction ends. Compiling the SQL of a bulk write takes Django many
times as long as the database needs to run it, so it is compiled before the transaction, which only runs it. Rows are
written as `bulk_create` writes them, but the new primary keys are not read back. Only actions use this module.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import batched

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models.constants import OnConflict
from django.db.models.sql import InsertQuery

from communities.columns import column


@dataclass(frozen=True)
class PreparedWrite:
    """Compiled statements with their parameters."""

    statements: list[tuple[str, tuple]]

    def run(self) -> None:
        """Run the statements; call it inside a transaction."""
        with connection.cursor() as cursor:
            for sql, params in self.statements:
                cursor.execute(sql, params)


def prepare_insert(objects: Sequence[models.Model], *, update_fields: Iterable[str] = ()) -> PreparedWrite:
    """Return the statements that insert objects of one model, all new or all existing.

    For existing objects, only `update_fields` are written, with current values of `auto_now` and database defaults.
    """
    if not objects:
        return PreparedWrite([])
    meta = objects[0]._meta
    updated = [column(meta.model, name) for name in update_fields]
    fields = [field for field in meta.concrete_fields if not field.generated and (updated or not field.primary_key)]
    size = max(connection.ops.bulk_batch_size(fields, objects), 1)
    statements: list[tuple[str, tuple]] = []
    for batch in batched(objects, size):
        query = InsertQuery(
            meta.model,
            on_conflict=OnConflict.UPDATE if updated else None,
            update_fields=updated,
            unique_fields=[meta.pk] if updated else [],
        )
        query.insert_values(fields, list(batch))
        statements += query.get_compiler(using=DEFAULT_DB_ALIAS).as_sql()
    return PreparedWrite(statements)


def update_each(
    model: type[models.Model], rows: Iterable[Sequence[object]], *, fields: Sequence[str], keys: Sequence[str]
) -> None:
    """Update many rows with individual values: each of `rows` has the values of `fields`, then those of `keys`, its filter."""
    columns = [column(model, name) for name in (*fields, *keys)]
    # The connection itself, because a hundred thousand look-ups through the proxy take longer than everything else.
    database = connections[DEFAULT_DB_ALIAS]
    quote = database.ops.quote_name
    names = [quote(str(each.column)) for each in columns]
    given = ", ".join(f"{name} = %s" for name in names[: len(fields)])
    found = " AND ".join(f"{name} = %s" for name in names[len(fields) :])
    params = [
        [each.get_db_prep_save(value, database) for each, value in zip(columns, row, strict=True)] for row in rows
    ]
    if params:
        with database.cursor() as cursor:
            cursor.executemany(
                f"UPDATE {quote(model._meta.db_table)} SET {given} WHERE {found}",  # noqa: S608 - identifiers from our models
                params,
            )
