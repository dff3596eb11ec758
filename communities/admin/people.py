"""The admin of users, teams, memberships, invitations and the audit."""

from typing import ClassVar

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import BaseUserCreationForm, SetPasswordForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from communities.actions.accounts import change_password
from communities.admin.scoping import ReadOnlyTeamAdmin, manages
from communities.admin.transfer import Downloads, Spreadsheets
from communities.admin.writing import ActionAdmin, ActionInline, ShowsRefusal
from communities.audit_log.sentences import fields_listed
from communities.audit_log.subjects import subjects
from communities.doors import InvitationDoor, MembershipDoor, TeamDoor, UserDoor
from communities.forms.audit import kinds_of_record
from communities.forms.keys import KeyMixin
from communities.forms.seen import SeenMixin
from communities.models import AuditEntry, Invitation, Membership, Role, Team, User
from communities.resources import InvitationResource, MembershipResource
from communities.rules import LIMIT, can_invite_member, can_manage_teams, can_set_limit
from communities.tasks import send_invitation

# Permissions come from roles in teams; Django's groups are not used.
admin.site.unregister(Group)


class AdministratorsOnly:
    """Restrict an admin to administrators."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Return whether the user is an administrator."""
        return request.user.is_active and request.user.is_superuser

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return whether the user is an administrator."""
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return whether the user is an administrator."""
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return whether the user is an administrator."""
        return self.has_module_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return whether the user is an administrator."""
        return self.has_module_permission(request)


class NewUserForm(KeyMixin, ShowsRefusal, BaseUserCreationForm):
    """Add a user by email address, name and first password."""

    class Meta:
        model = User
        fields = ("email", "name")

    def clean_email(self) -> str:
        """Return the address in lower case, as it is stored."""
        return self.cleaned_data["email"].lower()


class UserForm(ShowsRefusal, SeenMixin, UserChangeForm):
    """Change a user."""

    class Meta:
        model = User
        fields = ("email", "name", "password", "is_active", "is_superuser")
        labels: ClassVar = {"is_active": _("Can sign in"), "is_superuser": _("Administrator")}
        help_texts: ClassVar = {
            "is_active": _("Clear this to close the account, instead of deleting it."),
            "is_superuser": _("Administrators can see and change every team."),
        }

    def clean_email(self) -> str:
        """Return the address in lower case, as it is stored."""
        return self.cleaned_data["email"].lower()


class PasswordForm(SetPasswordForm):
    """Set a user's password, as an administrator."""

    by: User | None = None

    def clean(self) -> dict:
        """Tell Django's page that this sets a password."""
        return {**super().clean(), "set_usable_password": True}

    def save(self, commit: bool = True) -> User:
        """Set it through the action, which ends the user's sessions and audits."""
        return change_password(user=self.user, password=self.cleaned_data["new_password1"], by=self.by)


class MembershipInline(AdministratorsOnly, ActionInline, admin.TabularInline):
    """The roles of one user."""

    model = Membership
    fk_name = "user"
    door = MembershipDoor()
    autocomplete_fields = ("team",)


@admin.register(User)
class UserAdmin(AdministratorsOnly, ActionAdmin, DjangoUserAdmin):
    """Users, for administrators. They are never deleted, because their work would lose its author."""

    door = UserDoor()
    form = UserForm
    add_form = NewUserForm
    change_password_form = PasswordForm
    change_user_password_template = "admin/user_password.html"  # noqa: S105 - the name of a template
    inlines = (MembershipInline,)
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        (_("Access"), {"fields": ("is_active", "is_superuser")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_form_template = "admin/change_form.html"
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("email", "name", "password1", "password2")}),)
    readonly_fields = ("last_login", "date_joined")
    list_display = ("name", "email", "can_sign_in", "is_administrator", "last_login")
    list_filter = ("is_active", "is_superuser", "memberships__role", "memberships__team")
    search_fields = ("name", "email")
    ordering = ("name", "pk")
    date_hierarchy = "date_joined"
    filter_horizontal = ()

    @admin.display(description=_("Can sign in"), boolean=True, ordering="is_active")
    def can_sign_in(self, user: User) -> bool:
        """Return whether the account is open."""
        return user.is_active

    @admin.display(description=_("Administrator"), boolean=True, ordering="is_superuser")
    def is_administrator(self, user: User) -> bool:
        """Return whether the user is an administrator."""
        return user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Refuse: an account is closed instead, which ends its sessions at once."""
        return False

    def get_inlines(self, request: HttpRequest, obj: User | None = None) -> tuple:
        """Show the roles after the account has been created."""
        return self.inlines if obj else ()

    def user_change_password(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Pass the administrator to the form."""
        self.change_password_form = type("PasswordForm", (PasswordForm,), {"by": request.user})
        return super().user_change_password(request, *args, **kwargs)


@admin.register(Team)
class TeamAdmin(ActionAdmin):
    """Teams. A manager sees their own teams and can change the same fields as on the team page."""

    door = TeamDoor()
    list_display = ("name", "authority", "host_organisation", "approval_limit_gbp", "small_number_threshold")
    list_filter = ("language", "authority")
    search_fields = ("name", "authority", "host_organisation")
    date_hierarchy = "created_at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return whether the user is an administrator."""
        return can_manage_teams(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return whether the user is an administrator."""
        return self.has_add_permission(request)

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> tuple[str, ...]:
        """Return the short name and the approval limit as read-only, except for administrators."""
        return () if can_set_limit(request.user) else ("slug", LIMIT)


@admin.register(Membership)
class MembershipAdmin(Downloads, ActionAdmin):
    """Roles. Managers read them here and change them on the team page. A team keeps its last manager."""

    resource_class = MembershipResource
    door = MembershipDoor()
    list_display = ("user", "team", "role", "created_at")
    list_filter = ("role", "team")
    list_select_related = ("user", "team")
    search_fields = ("user__name", "user__email")
    autocomplete_fields = ("user", "team")
    date_hierarchy = "created_at"

    def import_address(self, request: HttpRequest) -> str:
        """Return the import of invitations, because a role begins with an accepted invitation."""
        invites = self.admin_site.get_model_admin(Invitation)
        return reverse("admin:communities_invitation_import") if invites.has_import_permission(request) else ""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return whether the user is an administrator."""
        return request.user.is_active and request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Refuse: remove the role and add another."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return whether the user is an administrator."""
        return self.has_add_permission(request)


@admin.register(Invitation)
class InvitationAdmin(Spreadsheets):
    """Invitations. They are sent and withdrawn on the team page; the admin imports a list of them."""

    resource_class = InvitationResource
    door = InvitationDoor()
    writers = can_invite_member
    list_display = ("email", "name", "team", "invited_by", "created_at", "accepted_at", "withdrawn_at")
    exclude = ("roles",)
    readonly_fields = ("named_roles",)
    list_filter = ("team", "accepted_at", "withdrawn_at")
    list_select_related = ("team", "invited_by")
    search_fields = ("email", "name")
    date_hierarchy = "created_at"

    @admin.display(description=_("Roles"))
    def named_roles(self, invitation: Invitation) -> str:
        """Return the roles as pages name them."""
        return ", ".join(str(Role(role).label) for role in invitation.roles)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: single invitations are sent on the team page."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Refuse: withdraw the invitation and send another."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Refuse: invitations are kept as a record."""
        return False

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Return whether the user can invite people to any team."""
        return manages(request) and self.may_write(request)

    def resource_of(self, request: HttpRequest) -> InvitationResource:
        """Return the resource, with a function that sends the invitations."""
        resource = super().resource_of(request)
        origin, by = request.build_absolute_uri("/"), request.user.pk
        resource.door = InvitationDoor(send=lambda invitation: send_invitation.enqueue(invitation.pk, by, origin))
        return resource


class KindOfRecordFilter(admin.SimpleListFilter):
    """Filter the audit by kind of record, named as on pages."""

    title = _("kind of record")
    parameter_name = "model"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        """Return every kind of record, sorted by name."""
        return kinds_of_record()

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        """Return the entries about the chosen kind."""
        return queryset.filter(model=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyTeamAdmin):
    """The audit, read-only."""

    list_display = ("at", "actor", "verb", "kind", "object_id", "named_fields", "team")
    list_filter = (KindOfRecordFilter, "verb", "team", "at")
    fields = ("at", "actor", "verb", "kind", "object_id", "named_fields", "rows", "team")
    list_select_related = ("actor", "team")
    search_fields = ("model", "object_id", "actor__name")
    search_help_text = _("Search by kind of record, ID, or the person’s name.")
    date_hierarchy = "at"
    show_full_result_count = False

    @admin.display(description=_("To what"), ordering="model")
    def kind(self, entry: AuditEntry) -> str:
        """Return the name of the kind of record."""
        subject = subjects().get(entry.model)
        return capfirst(subject.model._meta.verbose_name) if subject else entry.model

    @admin.display(description=_("Fields"))
    def named_fields(self, entry: AuditEntry) -> str:
        """Return the names of the fields as the audit's own page has them."""
        subject = subjects().get(entry.model)
        known = subject.named_fields() if subject else {}
        return fields_listed(list(dict.fromkeys(str(known[name]) for name in entry.field_names if known.get(name))))
