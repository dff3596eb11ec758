"""What `manage.py check --database default` says about the database: which guards it has lost.

`migrate` says the same after it has run, and `/ready` answers 503 while an installed object is missing.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model

from communities.apps import KithConfig
from communities.database_objects import DatabaseObject, missing


def declared_objects() -> list[DatabaseObject]:
    """Return what all apps need of the database beside the tables of their models, in the order of the apps."""
    return [each for config in _configs() for each in config.database_objects()]


def missing_objects(connection: BaseDatabaseWrapper) -> list[DatabaseObject]:
    """Return the declared objects that a database lacks."""
    return missing(declared_objects(), connection)


def missing_tables(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the tables that a database lacks although a migration of their app counts as applied.

    `migrate` does not make them again. Nothing is missing before the first `migrate`.
    """
    tables = set(connection.introspection.table_names())
    applied = {app for app, _name in MigrationRecorder(connection).applied_migrations()}
    declared = (
        model._meta.db_table
        for config in _configs()
        if config.label in applied
        for model in config.get_models(include_auto_created=True)
    )
    return [table for table in declared if table not in tables]


def missing_constraints(connection: BaseDatabaseWrapper) -> list[tuple[str, str]]:
    """Return (table, constraint) for each constraint that a model or a field declares and its table lacks.

    Keys and unique columns have names that Django makes up, so they are found by their columns and called as in SQL,
    "UNIQUE (uuid)". Tables come without them from a restore that failed half way (`pg_restore` adds them last), and from
    changes by hand.
    """
    tables = set(connection.introspection.table_names())
    found = []
    with connection.cursor() as cursor:
        for model in (model for config in _configs() for model in config.get_models(include_auto_created=True)):
            table = model._meta.db_table
            if table in tables:
                present = connection.introspection.get_constraints(cursor, table)
                found += [(table, each.name) for each in model._meta.constraints if each.name not in present]
                has = {words for each in present.values() for words in _in_sql(each)}
                found += [(table, words) for words in _declared_by_fields(model) if words not in has]
    return found


def _in_sql(constraint: dict[str, Any]) -> Iterator[str]:
    """Yield what an introspected constraint guarantees; the columns of a unique one are in any order."""
    columns = ", ".join(sorted(filter(None, constraint["columns"])))
    if constraint["primary_key"]:
        yield f"PRIMARY KEY ({columns})"
    if constraint["unique"] or constraint["primary_key"]:
        yield f"UNIQUE ({columns})"
    if constraint["foreign_key"]:
        yield f"FOREIGN KEY ({columns})"


def _declared_by_fields(model: type[Model]) -> Iterator[str]:
    """Yield the keys and unique columns that the fields of a model declare, written as `_in_sql` does."""
    for field in model._meta.local_concrete_fields:
        if field.primary_key:
            yield f"PRIMARY KEY ({field.column})"
        elif field.unique:
            yield f"UNIQUE ({field.column})"
        if field.is_relation and field.db_constraint:
            yield f"FOREIGN KEY ({field.column})"
    for names in model._meta.unique_together:
        yield f"UNIQUE ({', '.join(sorted(model._meta.get_field(name).column for name in names))})"


def check_database_objects(*, databases: Iterable[str] | None = None, **options: object) -> list[CheckMessage]:
    """Report triggers, indexes and shipped rows that are missing."""
    return [
        Error(f"The database lacks {each}.", hint="Run `manage.py migrate`, which installs it.", id="kith.E001")
        for alias in databases or ()
        for each in missing_objects(connections[alias])
    ]


def check_tables(*, databases: Iterable[str] | None = None, **options: object) -> list[CheckMessage]:
    """Report tables that are missing: every page that needs one fails."""
    return [
        Error(
            f"The database lacks the table {table}, although its migration counts as applied.",
            hint=(
                "Restore the database from a backup. One that was made by a Kith before its first release cannot be "
                "migrated: start with an empty one."
            ),
            id="kith.E003",
        )
        for alias in databases or ()
        for table in missing_tables(connections[alias])
    ]


def check_constraints(*, databases: Iterable[str] | None = None, **options: object) -> list[CheckMessage]:
    """Report constraints that are missing: rows that break them are accepted meanwhile."""
    return [
        Error(
            f"The table {table} lacks the constraint {name}.",
            hint=(
                f"Restore the database from a backup, or add the constraint by hand as "
                f"`manage.py sqlmigrate {table.split('_')[0]} 0001` shows it."
            ),
            id="kith.E002",
        )
        for alias in databases or ()
        for table, name in missing_constraints(connections[alias])
    ]


def _configs() -> list[KithConfig]:
    return [each for each in apps.get_app_configs() if isinstance(each, KithConfig)]
