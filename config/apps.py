"""Wiring for the one admin."""

from django.contrib.admin import apps as admin_apps


class KithAdminConfig(admin_apps.AdminConfig):
    """Put Kith's admin site, open to administrators and managers, in place of Django's."""

    default = False
    default_site = "config.admin.KithAdminSite"
