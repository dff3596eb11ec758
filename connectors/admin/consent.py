"""Admin of notices, consents, links to sheets and wishes: history to look at, which nobody changes here."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from communities.admin import TeamScopedAdmin
from connectors.models import ConsentRecord, PrivacyNotice, ReadBackLink, Wish


class HistoryAdmin(TeamScopedAdmin):
    """Rows that are written by what people do on the pages."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Add nothing here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Change nothing here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Take nothing away here."""
        return False


@admin.register(PrivacyNotice)
class PrivacyNoticeAdmin(HistoryAdmin):
    """What residents were told, version by version."""

    list_display = ("version", "published_at", "published_by", "team")
    list_filter = ("team",)
    list_select_related = ("published_by", "team")
    search_fields = ("words",)
    date_hierarchy = "published_at"


@admin.register(ConsentRecord)
class ConsentRecordAdmin(HistoryAdmin):
    """What residents agreed to, one row each time."""

    list_display = ("person", "purpose", "is_given", "how", "notice", "recorded_at", "recorded_by")
    list_filter = ("purpose", "is_given", "how")
    list_select_related = ("person", "notice", "recorded_by")
    search_fields = ("person__known_as",)
    date_hierarchy = "recorded_at"


@admin.register(ReadBackLink)
class ReadBackLinkAdmin(HistoryAdmin):
    """Links to residents' own sheets; what opens them is not kept."""

    fields = ("person", "made_by", "made_at", "expires_at", "opened_at", "revoked_at")
    list_display = ("person", "made_by", "made_at", "expires_at", "opened_at", "revoked_at")
    list_select_related = ("person", "made_by")
    search_fields = ("person__known_as",)
    date_hierarchy = "made_at"


@admin.register(Wish)
class WishAdmin(HistoryAdmin):
    """What residents asked for, and what was done."""

    list_display = ("person", "kind", "made_at", "handled_at", "handled_by")
    list_filter = ("kind", ("handled_at", admin.EmptyFieldListFilter))
    list_select_related = ("person", "handled_by")
    search_fields = ("person__known_as",)
    date_hierarchy = "made_at"
