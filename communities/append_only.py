"""Triggers that keep a table append-only in the database itself, for migrations on both databases."""

from collections.abc import Iterable

from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def make_append_only(schema_editor: BaseDatabaseSchemaEditor, table: str) -> None:
    """Refuse UPDATE and DELETE on the table, whoever asks.

    PostgreSQL's TRUNCATE stays possible for the table's owner, as does dropping the trigger: this guards against
    mistakes and against the application, not against the database's own administrator.
    """
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        schema_editor.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_refuse()"
        )
        return
    for verb in ("update", "delete"):
        schema_editor.execute(
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def undo_append_only(schema_editor: BaseDatabaseSchemaEditor, table: str) -> None:
    """Take the triggers away again, for a migration backwards."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER {table}_no_change ON {table}")
        schema_editor.execute(f"DROP FUNCTION {table}_refuse()")
        return
    for verb in ("update", "delete"):
        schema_editor.execute(f"DROP TRIGGER {table}_no_{verb}")


def keep_as_written(schema_editor: BaseDatabaseSchemaEditor, table: str, columns: Iterable[str]) -> None:
    """Refuse UPDATE of these columns of the table, whoever asks; its other columns may change, and rows may go."""
    names = ", ".join(columns)
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is kept as written' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        schema_editor.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OF {names} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()"
        )
        return
    schema_editor.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OF {names} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is kept as written'); END"
    )


def undo_keep_as_written(schema_editor: BaseDatabaseSchemaEditor, table: str) -> None:
    """Take the trigger away again, for a migration backwards."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER {table}_no_change ON {table}")
        schema_editor.execute(f"DROP FUNCTION {table}_refuse()")
        return
    schema_editor.execute(f"DROP TRIGGER {table}_no_change")
