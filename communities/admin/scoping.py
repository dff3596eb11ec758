"""Admin pages that show a manager the rows of the teams they manage and nothing else, and audit every write."""

from collections.abc import Iterable

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import get_fields_from_path
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from communities import audit
from communities.models import Role, Team, User
from communities.queries.scope import rows_managed_by, team_id_of


def manages(request: HttpRequest, obj: models.Model | None = None) -> bool:
    """Return whether this person manages the object's team, or some team when no object is given."""
    user = request.user
    if user.is_superuser:
        return user.is_active
    return user.manages_any_team if obj is None else user.has_role(team_id_of(obj), Role.MANAGER)


class ScopedRelatedFilter(admin.RelatedFieldListFilter):
    """A list filter that offers rows of the person's own teams only."""

    def field_choices(self, field: models.Field, request: HttpRequest, model_admin: admin.ModelAdmin) -> list:
        """Return the choices, other teams' left out."""
        mine = rows_managed_by(field.remote_field.model._default_manager.all(), request.user)
        ordering = self.field_admin_ordering(field, request, model_admin)
        return field.get_choices(
            include_blank=False, ordering=ordering, limit_choices_to={"pk__in": mine.order_by().values("pk")}
        )


class OneTeamForm(forms.ModelForm):
    """A form that keeps a row in its team, and all that it points to in the same."""

    def clean(self) -> dict:
        """Refuse what belongs to another team than the row itself, and to move the row to another."""
        cleaned = super().clean() or self.cleaned_data
        team_id = self._team_id(cleaned)
        if team_id is None:
            return cleaned
        if self.instance.pk and team_id_of(self.instance) not in (None, team_id):
            # Others of its team point to it and would go on showing it.
            first = self._meta.model._default_manager.all().team_path.partition("__")[0].removesuffix("_id")
            self.add_error(first, ValidationError(_("This stays with its team."), code="moved"))
            return cleaned
        for name in self.changed_data:
            chosen = cleaned.get(name)
            if _others(chosen, team_id):
                self.add_error(name, ValidationError(_("This belongs to another team."), code="other_team"))
        return cleaned

    def _team_id(self, cleaned: dict) -> int | None:
        """Return the team that the row will belong to once saved: the first step of its path may be in the form."""
        path = getattr(self._meta.model._default_manager.all(), "team_path", "")
        first, _sep, rest = path.partition("__")
        if not rest:
            team = cleaned.get("team") if first == "team_id" else None
            return team.pk if team else (team_id_of(self.instance) if self.instance.pk else None)
        parent = cleaned.get(first)
        return team_id_of(parent) if parent is not None else (team_id_of(self.instance) if self.instance.pk else None)


def _others(chosen: object, team_id: int) -> bool:
    """Return whether any of the chosen rows belongs to another team; people belong to every team they work in."""
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
    """What admins and their inlines share: who may do what, and which rows they may choose from."""

    form = OneTeamForm

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        """Return rows of the teams this person manages."""
        return rows_managed_by(super().get_queryset(request), request.user)

    def get_field_queryset(self, db: str | None, db_field: models.Field, request: HttpRequest) -> models.QuerySet:
        """Return what a relation may be set to: rows of the person's own teams."""
        rows = super().get_field_queryset(db, db_field, request)
        rows = db_field.remote_field.model._default_manager.using(db).all() if rows is None else rows
        return rows_managed_by(rows, request.user)

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        """Leave out the searches that this person may not make; those fields become plain lists."""
        return [name for name in self.autocomplete_fields if self._may_search(request, name)]

    def _may_search(self, request: HttpRequest, name: str) -> bool:
        related = self.model._meta.get_field(name).remote_field.model
        return self.admin_site.is_registered(related) and self.admin_site.get_model_admin(related).has_view_permission(
            request
        )

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return whether this person manages the row's team."""
        return manages(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return whether this person manages the row's team."""
        return manages(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return whether this person manages the row's team."""
        return manages(request, obj)


class TeamScopedInline(ScopedFields):
    """Mix into `admin.TabularInline` or `admin.StackedInline`, before it."""

    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return whether this person manages the team of the row that holds it."""
        return manages(request, obj)


class TeamScopedAdmin(ScopedFields, admin.ModelAdmin):
    """An admin for rows of a team: administrators see every team, managers their own, nobody else anything.

    The path from a row to its team is the `team_path` of the model's queryset. Lists, searches, choices, filters, exports
    and bulk actions all start from `get_queryset`. Every write is audited with the names of its fields; Django's own log,
    which would keep the words of rows long after their erasure, is not written.
    """

    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Return whether this person sees the app on the first page."""
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return whether this person manages some team."""
        return manages(request)

    def get_list_filter(self, request: HttpRequest) -> list:
        """Return the filters, relations limited to the person's teams; the team itself only where there are several."""
        filters = []
        for name in super().get_list_filter(request):
            if name == "team" and not request.user.is_superuser and len(request.user.team_ids(Role.MANAGER)) < 2:
                continue
            filters.append((name, ScopedRelatedFilter) if self._is_relation(name) else name)
        return filters

    def _is_relation(self, name: object) -> bool:
        try:
            return isinstance(name, str) and bool(get_fields_from_path(self.model, name)[-1].remote_field)
        except FieldDoesNotExist:
            return False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict:
        """Fill in the team when there is only one to choose."""
        teams = request.user.team_ids(Role.MANAGER)
        own = {"team": teams[0]} if len(teams) == 1 and not request.user.is_superuser else {}
        return {**own, **super().get_changeform_initial_data(request)}

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        """Delete the chosen rows, all or none."""
        with transaction.atomic():
            super().delete_queryset(request, queryset)

    def construct_change_message(self, request: HttpRequest, form: forms.ModelForm, formsets: list, add=False) -> list:
        """Return the names of the fields that were changed, for the audit; never their values."""
        names = list(form.changed_data)
        for formset in formsets or []:
            touched = (formset.new_objects, formset.changed_objects, formset.deleted_objects)
            if any(touched):
                names.append(formset.model._meta.model_name)
        return names

    def log_addition(self, request: HttpRequest, obj: models.Model, message: list) -> None:
        """Audit a row added."""
        audit.record(by=request.user, verb="create", obj=obj, fields=message, team=team_id_of(obj))

    def log_change(self, request: HttpRequest, obj: models.Model, message: list) -> None:
        """Audit a row changed."""
        audit.record(by=request.user, verb="update", obj=obj, fields=message, team=team_id_of(obj))

    def log_deletions(self, request: HttpRequest, queryset: Iterable[models.Model]) -> None:
        """Audit rows about to be deleted, in the same transaction."""
        for obj in queryset:
            audit.record(by=request.user, verb="delete", obj=obj, team=team_id_of(obj))

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict | None = None) -> HttpResponse:
        """Send to the audit of this row, which is where its history is."""
        query = urlencode({"model": self.opts.label_lower, "object_id": object_id})
        return HttpResponseRedirect(f"{reverse('communities:audit-list')}?{query}")


class ReadOnlyTeamAdmin(TeamScopedAdmin):
    """An admin for what is append-only or only ever changed by its own action: everybody reads, nobody writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Refuse."""
        return False
