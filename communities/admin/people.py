"""Admin of the people who sign in, their teams and what they did."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from communities.actions.teams import LIMIT
from communities.admin.scoping import ReadOnlyTeamAdmin, TeamScopedAdmin, TeamScopedInline
from communities.models import AuditEntry, Invitation, Membership, Team, User
from communities.rules import can_set_limit

# Roles in teams say what a person may do; Django's groups play no part.
admin.site.unregister(Group)


class AdministratorsOnly:
    """Close an admin to managers."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Return whether this person is an administrator."""
        return request.user.is_active and request.user.is_superuser

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return whether this person is an administrator."""
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return whether this person is an administrator."""
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return whether this person is an administrator."""
        return self.has_module_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return whether this person is an administrator."""
        return self.has_module_permission(request)


class NewUserForm(AdminUserCreationForm):
    """A person added by e-mail address and name."""

    class Meta:
        model = User
        fields = ("email", "name")

    def clean_email(self) -> str:
        """Return the address in small letters, as it is kept."""
        return self.cleaned_data["email"].lower()


class UserForm(UserChangeForm):
    """A person changed by an administrator."""

    class Meta:
        model = User
        fields = ("email", "name", "password", "is_active", "is_superuser")

    def clean_email(self) -> str:
        """Return the address in small letters, as it is kept."""
        return self.cleaned_data["email"].lower()


class MembershipInline(AdministratorsOnly, TeamScopedInline, admin.TabularInline):
    """The roles of one person."""

    model = Membership
    autocomplete_fields = ("team",)


@admin.register(User)
class UserAdmin(AdministratorsOnly, TeamScopedAdmin, DjangoUserAdmin):
    """People who sign in, for administrators; nobody is deleted, because their work would lose its author."""

    form = UserForm
    add_form = NewUserForm
    inlines = (MembershipInline,)
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        (_("May sign in"), {"fields": ("is_active", "is_superuser")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("email", "name", "usable_password", "password1", "password2")}),
    )
    readonly_fields = ("last_login", "date_joined")
    list_display = ("name", "email", "is_active", "is_superuser", "last_login")
    list_filter = ("is_active", "is_superuser", "memberships__role", "memberships__team")
    search_fields = ("name", "email")
    ordering = ("name", "pk")
    date_hierarchy = "date_joined"
    filter_horizontal = ()

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Refuse: a person who leaves is made inactive, which ends their sessions at once."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: UserForm, change: bool) -> None:
        """Keep Django's own flag in step with the administrator's."""
        obj.is_staff = obj.is_superuser
        super().save_model(request, obj, form, change)


@admin.register(Team)
class TeamAdmin(TeamScopedAdmin):
    """Teams; a manager sees their own and changes what the team page lets them change."""

    list_display = (
        "name",
        "authority",
        "host_organisation",
        "language",
        "approval_limit_gbp",
        "small_number_threshold",
    )
    list_filter = ("language", "authority")
    search_fields = ("name", "authority", "host_organisation")
    prepopulated_fields = {}  # noqa: RUF012 - Django's own form
    date_hierarchy = "created_at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Leave new teams to administrators."""
        return request.user.is_active and request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Leave the end of a team to administrators."""
        return self.has_add_permission(request)

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> tuple[str, ...]:
        """Keep the name in addresses and the limit that managers are under as they are, except for administrators."""
        return () if can_set_limit(request.user) else ("slug", LIMIT)


@admin.register(Membership)
class MembershipAdmin(TeamScopedAdmin):
    """Roles; managers read them here and change them on the team page, which never leaves a team without a manager."""

    list_display = ("user", "team", "role", "created_at")
    list_filter = ("role", "team")
    list_select_related = ("user", "team")
    search_fields = ("user__name", "user__email")
    autocomplete_fields = ("user", "team")
    date_hierarchy = "created_at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Leave it to administrators."""
        return request.user.is_active and request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Leave it to administrators."""
        return self.has_add_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Leave it to administrators."""
        return self.has_add_permission(request)


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyTeamAdmin):
    """Invitations, which are sent, sent again and withdrawn on the team page."""

    list_display = ("email", "name", "team", "invited_by", "created_at", "expires_at", "accepted_at", "withdrawn_at")
    list_filter = ("team", "accepted_at", "withdrawn_at")
    list_select_related = ("team", "invited_by")
    search_fields = ("email", "name")
    date_hierarchy = "created_at"


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyTeamAdmin):
    """Who did what to what and when."""

    list_display = ("at", "actor", "verb", "model", "object_id", "field_names", "team")
    list_filter = ("model", "verb", "team", "at")
    list_select_related = ("actor", "team")
    search_fields = ("model", "object_id", "actor__name")
    search_help_text = _("By kind of record, its number, or the name of the person.")
    date_hierarchy = "at"
    show_full_result_count = False
