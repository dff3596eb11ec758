"""App configurations of the admin site and the system checks."""

from typing import TYPE_CHECKING

from django.apps import AppConfig, apps
from django.contrib import admin
from django.contrib.admin import apps as admin_apps
from django.core.checks import Tags, register
from django.utils.module_loading import import_string

from config.form_messages import explain_choices
from config.translations import remember_translations

if TYPE_CHECKING:
    from communities.searching import Finder


class KithConfig(AppConfig):
    """Configuration for code outside the apps."""

    name = "config"

    def ready(self) -> None:
        """Register the checks of the database's settings and of the nightly upkeep; keep the texts of the interface."""
        # Models are not ready when apps load.
        for name in ("check_database_log", "check_upkeep"):
            register(import_string(f"config.checks.{name}"), Tags.database)
        remember_translations()

    def finders(self) -> "tuple[Finder, ...]":
        """Return what finds the pages of Kith in the search on every page."""
        from config.pages import FINDER  # noqa: PLC0415 - models are not ready when apps load

        return (FINDER,)


class KithAdminConfig(admin_apps.AdminConfig):
    """Put Kith's admin site, open to administrators and managers, in place of Django's."""

    default = False
    default_site = "config.admin.KithAdminSite"

    def ready(self) -> None:
        """Remove stored tasks from the admin, because pages already show when background work failed."""
        # The admin loads the forms, and a field takes its words when it is made.
        explain_choices()
        super().ready()
        admin.site.unregister(apps.get_model("django_tasks_database", "DBTaskResult"))
