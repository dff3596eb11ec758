"""Admin base classes that write through actions, and show their errors beside the fields."""

from collections.abc import Callable, Iterable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.admin.scoping import OneTeamForm, TeamScopedAdmin, TeamScopedInline
from communities.doors import Door
from communities.forms.errors import KEY, renumber
from communities.forms.keys import KeyMixin
from communities.forms.seen import SeenMixin
from communities.idempotency import USED, idempotent, part_of
from communities.models import Role, Team, User
from communities.queries.scope import team_id_of
from communities.views import undo_tag

ROLE_IS_NEW = gettext_lazy(
    "Your role is new. You can change this once another manager has confirmed you on the Team page."
)


class Refused(Exception):
    """Raised to roll back the transaction when an action refuses a form."""

    def __init__(self, error: ValidationError, *, prefix: str = "", index: int = 0):
        super().__init__()
        self.error, self.prefix, self.index = error, prefix, index


def show(form: forms.BaseForm, error: ValidationError) -> None:
    """Add an action's errors to the form: to their fields, or to the form as a whole."""
    by_field = error.error_dict if hasattr(error, "error_dict") else {None: [error]}
    for name, errors in by_field.items():
        form.add_error(name if name in form.fields else None, errors)


class ShowsRefusal:
    """Form mixin that shows the errors of an action and makes the form invalid."""

    refused: ValidationError | None = None

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.refused is not None:
            show(self, self.refused)
            if getattr(self.refused, "code", "") == USED:
                renumber(self)


class ActionForm(ShowsRefusal, SeenMixin, OneTeamForm):
    """The form of an `ActionAdmin`, which detects edit conflicts."""


class NewRowForm(KeyMixin, ActionForm):
    """The form of an add page, with an idempotency key."""


class ActionFormSet(forms.models.BaseInlineFormSet):
    """The formset of an `ActionInline`, which shows the errors of an action on its row."""

    refused: Refused | None = None

    def add_fields(self, form: forms.BaseForm, index: int | None) -> None:
        """Label the delete checkbox with the name of its row."""
        super().add_fields(form, index)
        if DELETION_FIELD_NAME in form.fields:
            which = form.instance if form.instance.pk else self.model._meta.verbose_name
            form.fields[DELETION_FIELD_NAME].widget.attrs["aria-label"] = _("Delete %(which)s") % {"which": which}

    def full_clean(self) -> None:
        """Add the action's errors to the row they belong to."""
        super().full_clean()
        if self.refused is None or not self.is_bound or self.refused.index >= len(self.forms):
            return
        form = self.forms[self.refused.index]
        if self.can_delete and self._should_delete_form(form):
            # Django's formsets do not validate rows marked for deletion, so the error is shown above them.
            self._non_form_errors.extend(self.refused.error.messages)
            return
        show(form, self.refused.error)
        self._errors = [each.errors for each in self.forms if not (self.can_delete and self._should_delete_form(each))]


def refusal_of(request: HttpRequest) -> Refused | None:
    """Return the refusal of this request, if any."""
    return getattr(request, "refused_by_action", None)


class ActionInline(TeamScopedInline):
    """Mixin for `admin.TabularInline` that writes its rows through `door`."""

    door: Door
    form = ActionForm
    formset = ActionFormSet

    def get_formset(self, request: HttpRequest, obj: models.Model | None = None, **kwargs: object) -> type:
        """Pass the refusal to the formset."""
        made = super().get_formset(request, obj, **kwargs)
        refusal = refusal_of(request)
        made.refused = refusal if refusal and refusal.prefix == made.get_default_prefix() else None
        return made


class ActionAdmin(TeamScopedAdmin):
    """An admin that writes only through actions; set `door`.

    The form's values, relations and inline rows are passed to actions. If an action refuses them, the transaction is rolled
    back and the errors are shown beside the fields, with all the input; `PermissionDenied` is a 403. The actions
    write the audit. An add page has an idempotency key: a custom `form` needs an `add_form` with a `KeyMixin`. A form may have
    `said_besides`: what its page said that is not a field of the row, by the name that the door takes.
    """

    door: Door
    form = ActionForm
    add_form = NewRowForm
    #: Who writes these rows, if not every manager: the rule that the actions ask, about a user and a team. Others read them.
    writers: Callable[[User, Team | int | None], bool] | None = None

    def may_write(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return whether `writers` lets the user write a row, or rows of any of their teams."""
        if self.writers is None or request.user.is_superuser:
            return True
        teams = request.user.team_ids(Role.MANAGER) if obj is None else [team_id_of(obj)]
        return any(type(self).writers(request.user, team) for team in teams)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return whether the user writes such rows in any team."""
        return super().has_add_permission(request) and self.may_write(request)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return whether the user writes rows of the team."""
        return super().has_change_permission(request, obj) and self.may_write(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return whether the user writes rows of the team."""
        return super().has_delete_permission(request, obj) and self.may_write(request, obj)

    def render_change_form(self, request: HttpRequest, context: dict, **kwargs: object) -> HttpResponse:
        """Say why the form is read-only."""
        if self.has_view_permission(request, kwargs.get("obj")) and not self.may_write(request, kwargs.get("obj")):
            messages.warning(request, ROLE_IS_NEW)
        return super().render_change_form(request, context, **kwargs)

    def get_form(self, request: HttpRequest, obj: models.Model | None = None, change: bool = False, **kwargs) -> type:
        """Return the add form with a key or the change form, with the refusal of this request."""
        if obj is None:
            kwargs.setdefault("form", self.add_form)
            drawn = kwargs.get("fields") or ("fields" not in kwargs and flatten_fieldsets(self.get_fieldsets(request)))
            # The form's key is not the model's field, even if the model has a field of that name.
            kwargs["fields"] = [name for name in drawn if name != KEY] if drawn else None
        form = super().get_form(request, obj, change=change, **kwargs)
        refusal = refusal_of(request)
        form.refused = refusal.error if refusal and not refusal.prefix else None
        return form

    def get_fieldsets(self, request: HttpRequest, obj: models.Model | None = None) -> list:
        """Add the hidden key to an add page, and the digest of the shown values to a change page."""
        sets = list(super().get_fieldsets(request, obj))
        if obj is None:
            hidden = KEY
        elif issubclass(self.form, SeenMixin) and self.has_change_permission(request, obj):
            hidden = "as_shown"
        else:
            return sets
        if not sets:
            return sets
        (title, options), *rest = sets
        names = [name for name in options["fields"] if name not in (KEY, "as_shown")]
        return [(title, {**options, "fields": [*names, hidden]}), *rest]

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> tuple[str, ...]:
        """Return the read-only fields, with those that cannot be changed after creation."""
        known = super().get_readonly_fields(request, obj)
        return (*known, *(name for name in self.door.fixed if name not in known)) if obj is not None else known

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        """Return the autocomplete fields that can be changed."""
        return [name for name in super().get_autocomplete_fields(request) if name not in self.readonly_fields]

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: object, object_id: str) -> HttpResponse:
        """Say that a row has been deleted; after a POST, show the submitted input."""
        if request.method == "POST":
            raise Http404
        return super()._get_obj_does_not_exist_redirect(request, opts, object_id)

    def changeform_view(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Show the page again if an action refused its input."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Refused as refusal:
            request.refused_by_action = refusal
            return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: models.Model, form: forms.ModelForm, change: bool) -> None:
        """Create or change the row through the door."""
        names = form.changed_data if change else form.fields
        values = {name: form.cleaned_data[name] for name in names if name in form.cleaned_data}
        if change and not values:
            return
        values |= getattr(form, "said_besides", {})
        try:
            if change:
                row = self.model._base_manager.get(pk=obj.pk)
                saved = self.door.update(row=row, by=request.user, values=values)
            else:
                key = values.pop(KEY, None)
                saved = self.door.create(by=request.user, values=values, uuid=key)
        except ValidationError as error:
            raise Refused(self.door.renamed(error)) from error
        obj.__dict__.update({name: value for name, value in saved.__dict__.items() if name != "_state"})
        obj._state.adding = False

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Iterable, change: bool) -> None:
        """Write the inline rows through their doors, once per key; relations are saved with the row."""
        inlines = {inline.model: inline for inline in self.get_inline_instances(request, form.instance)}
        for formset in formsets:
            formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []

        def save_rows(*, by: User, row: models.Model, said: dict | None, uuid: UUID | None = None) -> models.Model:
            for formset in formsets:
                self._save_rows(request, inlines[formset.model].door, row, formset)
            return row

        key = part_of(form.cleaned_data.get(KEY), "rows") if formsets and not change else None
        said = {each.prefix: [row.cleaned_data for row in each.forms if row.has_changed()] for each in formsets}
        try:
            idempotent(self.model)(save_rows)(by=request.user, row=form.instance, said=said, uuid=key)
        except ValidationError as error:
            raise Refused(error) from error

    def _save_rows(self, request: HttpRequest, door: Door, parent: models.Model, formset: forms.BaseFormSet) -> None:
        for index, form in enumerate(formset.forms):
            is_kept = form.instance.pk is not None
            is_gone = formset.can_delete and formset._should_delete_form(form)
            if not is_gone and not form.has_changed() or is_gone and not is_kept:
                continue
            own = {formset.fk.name, formset.model._meta.pk.name, "DELETE"}
            said = {name: value for name, value in form.cleaned_data.items() if name not in own}
            row = formset.model._base_manager.get(pk=form.instance.pk) if is_kept else None
            try:
                if is_gone:
                    door.delete(row=row, by=request.user)
                elif is_kept:
                    values = {name: said[name] for name in form.changed_data if name in said}
                    door.update(row=row, by=request.user, values=values)
                else:
                    door.create(by=request.user, values={**said, formset.fk.name: parent})
            except ValidationError as error:
                raise Refused(door.renamed(error), prefix=formset.prefix, index=index) from error

    def get_deleted_objects(self, objs: Iterable[models.Model], request: HttpRequest) -> tuple:
        """Return the related rows to be deleted; the action decides whether anything is protected."""
        deleted, counts, _needed, _protected = super().get_deleted_objects(objs, request)
        return deleted, counts, set(), []

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict | None = None) -> HttpResponse:
        """Redirect to the row with the reason if the action refuses to delete it."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return HttpResponseRedirect(
                reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[object_id])
            )

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Redirect to the list with the reason if an action refuses one of the chosen rows."""
        try:
            return super().changelist_view(request, extra_context)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return HttpResponseRedirect(request.get_full_path())

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        """Delete the row through the door; the message about it has the button Undo."""
        self.door.delete(row=obj, by=request.user)
        request.deleted_rows = [obj]

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        """Delete the chosen rows through the door, all or none."""
        rows = list(queryset)
        with transaction.atomic():
            for row in rows:
                self.door.delete(row=row, by=request.user)
        request.deleted_rows = rows

    def message_user(self, request: HttpRequest, message: object, *args: object, **options: object) -> None:
        """Add the button Undo to what is said about a deleted row, and where several can be undone."""
        rows = getattr(request, "deleted_rows", ())
        tags = [undo_tag(request, row) for row in rows]
        if len(tags) == 1 and tags[0]:
            options["extra_tags"] = tags[0]
        super().message_user(request, message, *args, **options)
        if len(tags) > 1 and all(tags):
            words = _('You can undo this for 30 days, one by one, on the page <a href="{}">Deleted</a>.')
            messages.info(request, format_html(words, reverse("communities:deleted-list")))

    def log_addition(self, request: HttpRequest, obj: models.Model, message: list) -> None:
        """Leave the audit to the action."""

    def log_change(self, request: HttpRequest, obj: models.Model, message: list) -> None:
        """Leave the audit to the action."""

    def log_deletions(self, request: HttpRequest, queryset: Iterable[models.Model]) -> None:
        """Leave the audit to the action."""


__all__ = ["ActionAdmin", "ActionForm", "ActionInline", "ShowsRefusal"]
