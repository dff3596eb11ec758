"""What `manage.py check --database default` says about the database: which guards it has lost.

`migrate` says the same after it has run, and `/ready` answers 503 while an installed object is missing.
"""

from collections.abc import Iterable

from django.apps import apps
from django.core.checks import CheckMessage, Error
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from communities.apps import KithConfig
from communities.database_objects import DatabaseObject, missing


def declared_objects() -> list[DatabaseObject]:
    """Return what all apps need of the database beside the tables of their models, in the order of the apps."""
    return [each for config in _configs() for each in config.database_objects()]


def missing_objects(connection: BaseDatabaseWrapper) -> list[DatabaseObject]:
    """Return the declared objects that a database lacks."""
    return missing(declared_objects(), connection)


def missing_constraints(connection: BaseDatabaseWrapper) -> list[tuple[str, str]]:
    """Return (table, constraint) for each constraint that a model declares and its table lacks.

    Tables come without them from a restore that failed half way, and from changes by hand.
    """
    tables = set(connection.introspection.table_names())
    found = []
    with connection.cursor() as cursor:
        for model in (model for config in _configs() for model in config.get_models()):
            table = model._meta.db_table
            if model._meta.constraints and table in tables:
                present = connection.introspection.get_constraints(cursor, table)
                found += [(table, each.name) for each in model._meta.constraints if each.name not in present]
    return found


def check_database_objects(*, databases: Iterable[str] | None = None, **options: object) -> list[CheckMessage]:
    """Report triggers, indexes and shipped rows that are missing."""
    return [
        Error(f"The database lacks {each}.", hint="Run `manage.py migrate`, which installs it.", id="kith.E001")
        for alias in databases or ()
        for each in missing_objects(connections[alias])
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
