"""The one admin: administrators see everything, managers what belongs to their teams."""

from collections.abc import Callable
from functools import wraps

from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView, redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
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

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:
        """Refuse signed-in people who may not enter, instead of asking them to sign in once more."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return inner(request, *args, **kwargs)

        return guarded

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Send to Kith's own sign-in, the one door."""
        return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index"))

    def logout(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Sign out as everywhere else."""
        return LogoutView.as_view()(request)

    def password_change(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Send to Kith's own page."""
        return HttpResponseRedirect(reverse("communities:password-change"))
