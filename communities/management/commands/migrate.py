"""Django's `migrate`, which looks at the database after it has changed it and not before.

Before, a release that brings a trigger or an indicator would be refused for the want of what it is about to install.
"""

from typing import Any

from django.core.checks import Tags
from django.core.management.commands import migrate


class Command(migrate.Command):
    """Migrate, install what is missing, and then check the database."""

    def get_check_kwargs(self, options: dict[str, Any]) -> dict[str, Any]:
        """Return what is checked beforehand: everything but the database."""
        return super().get_check_kwargs(options) | {"databases": None}

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, then report what the database lacks or lets happen."""
        super().handle(*args, **options)
        if not (options["skip_checks"] or options["plan"] or options["check_unapplied"]):
            self.check(tags=[Tags.database], databases=[options["database"]])
