"""The admin site: administrators see everything, managers only their own teams' rows."""

from collections.abc import Callable, Iterable
from functools import wraps

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView, redirect_to_login
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db.models import Field, ForeignObjectRel, Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from communities.paging import COUNT_CAP, capped_count
from communities.queries.upkeep import is_upkeep_late, last_upkeep

#: The order of the apps on the index page: the most used first.
ORDER = ("connectors", "assets", "sparks", "evaluation", "communities")
#: The models shown first, in this order; the others are under “More”.
FIRST = (
    "connectors.Person",
    "connectors.Conversation",
    "connectors.Gift",
    "connectors.Introduction",
    "assets.Asset",
    "sparks.Spark",
    "sparks.Round",
    "sparks.LedgerEntry",
    "evaluation.Story",
    "communities.User",
    "communities.Membership",
    "communities.Neighbourhood",
    "communities.Partner",
)


class Autocomplete(AutocompleteJsonView):
    """Search the rows that a field can refer to; reverse relations are refused, because they are not form fields."""

    def process_request(self, request: HttpRequest) -> tuple:
        """Parse the request. Raises: PermissionDenied."""
        found = field_looked_up(request)
        if found is not None and not found.concrete:
            raise PermissionDenied
        return super().process_request(request)


def field_looked_up(request: HttpRequest) -> Field | ForeignObjectRel | None:
    """Return the field that an autocomplete request names, or None."""
    try:
        model = apps.get_model(request.GET["app_label"], request.GET["model_name"])
        return model._meta.get_field(request.GET["field_name"])
    except (KeyError, LookupError, FieldDoesNotExist):
        return None


class KithAdminSite(admin.AdminSite):
    """The admin site for administrators and managers; `communities.admin.TeamScopedAdmin` limits rows to teams."""

    site_header = _("Kith administration")
    site_title = _("Kith administration")
    index_title = _("Your teams’ data")
    # The index page lists everything in groups, and every page links to it.
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may use the admin: active, and an administrator or a manager of any team."""
        user = request.user
        return user.is_active and (user.is_superuser or (user.is_authenticated and user.manages_any_team))

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:
        """Refuse signed-in users without permission, instead of asking them to sign in again."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return inner(request, *args, **kwargs)

        return guarded

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Return autocomplete results."""
        return Autocomplete.as_view(admin_site=self)(request)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict]:
        """Return the apps and models that the user may see, in the order of the index page."""
        apps = super().get_app_list(request, app_label)
        return sorted(apps, key=lambda app: ORDER.index(app["app_label"]) if app["app_label"] in ORDER else len(ORDER))

    def index(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Show the most used models with their row counts, the others under “More”, and when the nightly upkeep last ran."""
        groups = [self._group(request, app) for app in self.get_app_list(request)]
        shown = {"groups": groups, "has_more": any(group["rest"] for group in groups), "upkeep": None}
        if request.user.is_superuser:
            last = last_upkeep()
            shown["upkeep"] = {"last": last, "is_late": is_upkeep_late(last)}
        return super().index(request, {**shown, **(extra_context or {})})

    def app_index(self, request: HttpRequest, app_label: str, extra_context: dict | None = None) -> HttpResponse:
        """Show the models of one app, to which the breadcrumb of its pages leads."""
        groups = [self._group(request, app) for app in self.get_app_list(request, app_label)]
        shown = {"groups": [{**each, "first": [*each["first"], *each["rest"]], "rest": []} for each in groups]}
        return super().app_index(request, app_label, {**shown, **(extra_context or {})})

    def _group(self, request: HttpRequest, app: dict) -> dict[str, object]:
        """Return an app with its models in two groups, the first with row counts where counting is cheap."""
        models = [{**each, "singular": each["model"]._meta.verbose_name} for each in app["models"]]
        first = [each for each in models if each["model"]._meta.label in FIRST]
        for each in first:
            number = capped_count(self._registry[each["model"]].get_queryset(request))
            each["count"] = {"number": min(number, COUNT_CAP), "is_capped": number > COUNT_CAP}
        return {
            "label": app["app_label"],
            "name": app["name"],
            "first": sorted(first, key=lambda each: FIRST.index(each["model"]._meta.label)),
            "rest": [each for each in models if each not in first],
        }

    def row_shown_by(self, request: HttpRequest, rows: Iterable[object]) -> Model | None:
        """Return the row, among `rows`, that the requested page is about, if the user may open it in the admin.

        Runs no query for users who may not use the admin.
        """
        here = request.resolver_match
        if here is None or not self.has_permission(request):
            return None
        for row in rows:
            model_admin = self._registry.get(type(row)) if isinstance(row, Model) else None
            page = getattr(model_admin, "page", None)
            if page and page[0] == here.view_name and str(getattr(row, page[1])) in map(str, here.kwargs.values()):
                return row if model_admin.has_view_permission(request, row) else None
        return None

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Redirect to Kith's own sign-in page."""
        return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index"))

    def logout(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Sign out through Kith's own view."""
        return LogoutView.as_view()(request)

    def password_change(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Redirect to Kith's own page."""
        return HttpResponseRedirect(reverse("communities:password-change"))
