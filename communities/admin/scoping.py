"""Admin base classes that limit managers to the rows of the teams they manage, and audit every write."""

from collections import Counter
from collections.abc import Iterable

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import get_fields_from_path
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from communities import audit
from communities.forms.amounts import MoneyField, is_money
from communities.forms.moments import SplitMomentField
from communities.models import Role, Team, User
from communities.queries.scope import rows_managed_by, team_id_of
from communities.verbs import Verb


def manages(request: HttpRequest, obj: models.Model | None = None) -> bool:
    """Return whether the user manages the object's team, or any team if no object is given."""
    user = request.user
    if user.is_superuser:
        return user.is_active
    return user.manages_any_team if obj is None else user.has_role(team_id_of(obj), Role.MANAGER)


class ScopedRelatedFilter(admin.RelatedFieldListFilter):
    """A list filter that offers only rows of the user's own teams, and says whose they are if two teams have one name."""

    def __init__(self, *args, **kwargs) -> None:
        """Say "None" for rows without one, which Django shows as a hyphen."""
        super().__init__(*args, **kwargs)
        self.empty_value_display = _("None")

    def field_choices(self, field: models.Field, request: HttpRequest, model_admin: admin.ModelAdmin) -> list:
        """Return the choices of the user's teams."""
        mine = rows_managed_by(field.remote_field.model._default_manager.all(), request.user)
        ordering = self.field_admin_ordering(field, request, model_admin)
        choices = field.get_choices(
            include_blank=False, ordering=ordering, limit_choices_to={"pk__in": mine.order_by().values("pk")}
        )
        named = Counter(str(label) for _pk, label in choices)
        twice = [pk for pk, label in choices if named[str(label)] > 1]
        if not twice or getattr(mine, "team_path", "") != "team_id":
            return choices
        teams = dict(mine.order_by().filter(pk__in=twice).values_list("pk", "team__name"))
        return [(pk, f"{label} ({teams[pk]})" if pk in teams else label) for pk, label in choices]


class OneTeamForm(forms.ModelForm):
    """A form that keeps a row, and every row it refers to, in one team."""

    def clean(self) -> dict:
        """Refuse rows of other teams, and moving this row to another team."""
        cleaned = super().clean() or self.cleaned_data
        team_id = self._team_id(cleaned)
        if team_id is None:
            return cleaned
        if self.instance.pk and team_id_of(self.instance) not in (None, team_id):
            # Rows of its team refer to it and would still show it.
            first = self._meta.model._default_manager.all().team_path.partition("__")[0].removesuffix("_id")
            self.add_error(first, ValidationError(_("This cannot be moved to another team."), code="moved"))
            return cleaned
        for name in self.changed_data:
            chosen = cleaned.get(name)
            if _others(chosen, team_id):
                self.add_error(name, ValidationError(_("This belongs to another team."), code="other_team"))
        return cleaned

    def _team_id(self, cleaned: dict) -> int | None:
        """Return the team that the row will belong to: the first step of its path may be a field of the form."""
        path = getattr(self._meta.model._default_manager.all(), "team_path", "")
        first, _sep, rest = path.partition("__")
        if not rest:
            team = cleaned.get("team") if first == "team_id" else None
            return team.pk if team else (team_id_of(self.instance) if self.instance.pk else None)
        parent = cleaned.get(first)
        return team_id_of(parent) if parent is not None else (team_id_of(self.instance) if self.instance.pk else None)


def _others(chosen: object, team_id: int) -> bool:
    """Return whether any chosen row belongs to another team; users belong to every team they work in."""
    rows: Iterable = [chosen] if isinstance(chosen, models.Model) else chosen
    if not isinstance(rows, list | models.QuerySet):
        return False
    for row in rows:
        if isinstance(row, Team):
            continue
        if isinstance(row, User):
            if not row.is_superuser and not row.has_role(team_id, *Role.values):
                return True
        elif isinstance(row, models.Model) and team_id_of(row) not in (None, team_id):
            return True
    return False


class ScopedFields:
    """Permissions and choices that admins and their inlines share."""

    form = OneTeamForm

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        """Return the rows of the teams that the user manages."""
        return rows_managed_by(super().get_queryset(request), request.user)

    def get_field_queryset(self, db: str | None, db_field: models.Field, request: HttpRequest) -> models.QuerySet:
        """Return the choices of a relation: rows of the user's own teams."""
        rows = super().get_field_queryset(db, db_field, request)
        rows = db_field.remote_field.model._default_manager.using(db).all() if rows is None else rows
        return rows_managed_by(rows, request.user)

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs) -> forms.Field | None:
        """Read pounds as people type them, explain times that the clock change skips, and remove the link that deletes the related row.

        Beside a field, the cross of that link looks as if it clears the field.
        """
        if is_money(db_field):
            kwargs["form_class"] = MoneyField
        if isinstance(db_field, models.DateTimeField):
            kwargs["form_class"] = SplitMomentField
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = False
        return field

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        """Return the autocomplete fields that the user may search; the others become plain selects."""
        return [name for name in self.autocomplete_fields if self._may_search(request, name)]

    def _may_search(self, request: HttpRequest, name: str) -> bool:
        related = self.model._meta.get_field(name).remote_field.model
        return self.admin_site.is_registered(related) and self.admin_site.get_model_admin(related).has_view_permission(
            request
        )

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return whether the user manages the row's team."""
        return manages(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return whether the user manages the row's team."""
        return manages(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return whether the user manages the row's team."""
        return manages(request, obj)


class TeamScopedInline(ScopedFields):
    """Mix into `admin.TabularInline` or `admin.StackedInline`, before it."""

    extra = 0

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs) -> forms.Field | None:
        """Label each field for screen readers."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and field.label:
            field.widget.attrs.setdefault("aria-label", field.label)
        return field

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return whether the user manages the parent row's team."""
        return manages(request, obj)


class NamedListAdmin(admin.ModelAdmin):
    """An admin whose list has the name of its rows as title, "Sparks" and not "Select spark to view"."""

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Set the title to the plural name of the model."""
        named = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, {**named, **(extra_context or {})})


class TeamScopedAdmin(ScopedFields, NamedListAdmin):
    """An admin for rows of a team. Administrators see every team, managers only their own.

    The lookup from a row to its team is the `team_path` of the model's queryset. Lists, searches, choices, filters, exports
    and bulk actions all start from `get_queryset`. Every write is audited with the names of its fields; Django's own log,
    which would keep the texts of rows after they are erased, is not written.
    """

    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    #: The row's own page in Kith: the name of its URL pattern, and the field in the URL.
    page: tuple[str, str] | None = None
    #: For rows that are shown on another row's page: the relation to that row.
    page_through = ""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Return whether the user sees the app on the index page."""
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return whether the user manages any team."""
        return manages(request)

    def page_of(self, obj: models.Model) -> str:
        """Return the URL of a row's page in Kith, or "" if it has none."""
        if self.page_through:
            other = getattr(obj, self.page_through)
            return self.admin_site.get_model_admin(type(other)).page_of(other) if other is not None else ""
        return reverse(self.page[0], args=[getattr(obj, self.page[1])]) if self.page else ""

    def get_view_on_site_url(self, obj: models.Model | None = None) -> str | None:
        """Return the row's page in Kith, for the button above the form."""
        return (self.page_of(obj) or None) if obj is not None else None

    @admin.display(description=_("In Kith"))
    def page_link(self, obj: models.Model) -> str:
        """Return a link to the row's page in Kith, for the list."""
        address = self.page_of(obj)
        return format_html('<a href="{}">{}</a>', address, _("Open")) if address else ""

    def get_list_display(self, request: HttpRequest) -> list[str]:
        """Return the columns, with the link to Kith second, and the team only if the user has several."""
        columns = [name for name in super().get_list_display(request) if name != "team" or self._has_teams(request)]
        return [columns[0], "page_link", *columns[1:]] if self.page or self.page_through else columns

    def _has_teams(self, request: HttpRequest) -> bool:
        """Return whether the user sees rows of several teams."""
        return request.user.is_superuser or len(request.user.team_ids(Role.MANAGER)) > 1

    def get_list_filter(self, request: HttpRequest) -> list:
        """Return the filters, limited to the user's teams; the team filter only if there are several."""
        filters = []
        for name in super().get_list_filter(request):
            if name == "team" and not self._has_teams(request):
                continue
            filters.append((name, ScopedRelatedFilter) if self._is_relation(name) else name)
        return filters

    def _is_relation(self, name: object) -> bool:
        try:
            return isinstance(name, str) and bool(get_fields_from_path(self.model, name)[-1].remote_field)
        except FieldDoesNotExist:
            return False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict:
        """Preselect the team if there is only one."""
        teams = request.user.team_ids(Role.MANAGER)
        own = {"team": teams[0]} if len(teams) == 1 and not request.user.is_superuser else {}
        return {**own, **super().get_changeform_initial_data(request)}

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        """Delete the chosen rows, all or none."""
        with transaction.atomic():
            super().delete_queryset(request, queryset)

    def construct_change_message(self, request: HttpRequest, form: forms.ModelForm, formsets: list, add=False) -> list:
        """Return the names of the changed fields for the audit, never their values."""
        names = list(form.changed_data)
        for formset in formsets or []:
            touched = (formset.new_objects, formset.changed_objects, formset.deleted_objects)
            if any(touched):
                names.append(formset.model._meta.model_name)
        return names

    def log_addition(self, request: HttpRequest, obj: models.Model, message: list) -> None:
        """Audit an added row."""
        audit.record(by=request.user, verb=Verb.CREATE, obj=obj, fields=message, team=team_id_of(obj))

    def log_change(self, request: HttpRequest, obj: models.Model, message: list) -> None:
        """Audit a changed row."""
        audit.record(by=request.user, verb=Verb.UPDATE, obj=obj, fields=message, team=team_id_of(obj))

    def log_deletions(self, request: HttpRequest, queryset: Iterable[models.Model]) -> None:
        """Audit the rows to be deleted, in the same transaction."""
        for obj in queryset:
            audit.record(by=request.user, verb=Verb.DELETE, obj=obj, team=team_id_of(obj))

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict | None = None) -> HttpResponse:
        """Redirect to the audit of this row."""
        query = urlencode({"model": self.opts.label_lower, "object_id": object_id})
        return HttpResponseRedirect(f"{reverse('communities:audit-list')}?{query}")


class ReadOnlyTeamAdmin(TeamScopedAdmin):
    """A read-only admin, for rows that are append-only or written only by their own actions."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Refuse."""
        return False
