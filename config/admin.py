"""The one admin: administrators see everything, managers what belongs to their teams."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class KithAdminSite(admin.AdminSite):
    """Open the admin to administrators and to managers; team scoping lives in `communities.admin.TeamScopedAdmin`."""

    site_header = _("Kith administration")
    site_title = _("Kith administration")
    index_title = _("What your teams keep")

    def has_permission(self, request: HttpRequest) -> bool:
        """Return whether this person may enter: active, and an administrator or a manager of some team."""
        user = request.user
        return user.is_active and (user.is_superuser or (user.is_authenticated and user.manages_any_team))
