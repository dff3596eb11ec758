"""Wiring for the one admin."""

from django.apps import apps
from django.contrib import admin
from django.contrib.admin import apps as admin_apps


class KithAdminConfig(admin_apps.AdminConfig):
    """Put Kith's admin site, open to administrators and managers, in place of Django's."""

    default = False
    default_site = "config.admin.KithAdminSite"

    def ready(self) -> None:
        """Leave kept tasks out of the admin: they tell nobody there anything, and pages say when work failed."""
        super().ready()
        admin.site.unregister(apps.get_model("django_tasks_database", "DBTaskResult"))
