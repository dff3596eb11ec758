"""System checks of Kith's environment: how PostgreSQL logs, and whether the nightly upkeep runs."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning
from django.db import connection, connections
from django.utils import timezone

from communities.models import Upkeep
from communities.queries.upkeep import is_upkeep_late, last_upkeep

#: PostgreSQL settings that can put people's texts into its log, with their safe values.
#: Source: PostgreSQL documentation, section 19.8.3, "What to Log".
QUIET = {"log_error_verbosity": ("terse",), "log_parameter_max_length_on_error": ("0",)}


def check_database_log(*, databases: Iterable[str] | None = None, **options: Any) -> list[CheckMessage]:
    """Warn if PostgreSQL's own log may contain residents' words, which erasing does not reach.

    Only a superuser can change `log_error_verbosity`, so Kith reads it and says what to do.
    """
    return [] if settings.DEBUG else [found for alias in databases or () for found in _database_log(alias)]


def _database_log(alias: str) -> list[CheckMessage]:
    connection = connections[alias]
    if connection.vendor != "postgresql":
        return []
    found = []
    if not connection.settings_dict["OPTIONS"].get("server_side_binding"):
        found.append(
            Warning(
                "PostgreSQL logs the values of statements that fail.",
                hint="Take server_side_binding=false out of DATABASE_URL.",
                id="kith.W001",
            )
        )
    with connection.cursor() as cursor:
        for name, good in QUIET.items():
            cursor.execute(f"SHOW {name}")
            (value,) = cursor.fetchone()
            if value not in good:
                found.append(
                    Warning(
                        f"PostgreSQL's {name} is {value}: its log may hold what residents said.",
                        hint=(
                            f'As its superuser, run: ALTER DATABASE "{connection.settings_dict["NAME"]}" '
                            f"SET {name} = '{good[0]}'; and restart Kith."
                        ),
                        id="kith.W002",
                    )
                )
    return found


def check_upkeep(*, databases: Iterable[str] | None = None, **options: Any) -> list[CheckMessage]:
    """Warn when the nightly upkeep is missing, and say when it last ran; nobody tends a Kith in development."""
    # The tables do not exist before the first `migrate`.
    table = Upkeep._meta.db_table
    if settings.DEBUG or "default" not in (databases or ()) or table not in connection.introspection.table_names():
        return []
    last = last_upkeep()
    if not is_upkeep_late(last):
        return []
    when = f"last finished on {timezone.localtime(last):%d %B %Y at %H:%M}" if last else "has never run"
    return [
        Warning(
            f"The nightly upkeep {when}: what is due stays, and pages become slow.",
            hint="Run `manage.py tend`, and let a timer run it every night; see docs/deployment.md.",
            id="kith.W004",
        )
    ]
