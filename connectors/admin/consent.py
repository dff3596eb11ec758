"""Admin of notices, consents, links to sheets and wishes, read-only."""

from django.contrib import admin

from communities.admin import ReadOnlyTeamAdmin
from connectors.models import ConsentRecord, PrivacyNotice, ReadBackLink, Wish


@admin.register(PrivacyNotice)
class PrivacyNoticeAdmin(ReadOnlyTeamAdmin):
    """Privacy notices, version by version."""

    list_display = ("version", "published_at", "published_by", "team")
    list_filter = ("team",)
    list_select_related = ("published_by", "team")
    search_fields = ("words",)
    date_hierarchy = "published_at"


@admin.register(ConsentRecord)
class ConsentRecordAdmin(ReadOnlyTeamAdmin):
    """Residents' consents, one row for each answer."""

    page_through = "person"
    list_display = ("person", "purpose", "is_given", "how", "notice", "recorded_at", "recorded_by")
    list_filter = ("purpose", "is_given", "how")
    list_select_related = ("person", "notice", "recorded_by")
    search_fields = ("person__known_as",)
    date_hierarchy = "recorded_at"


@admin.register(ReadBackLink)
class ReadBackLinkAdmin(ReadOnlyTeamAdmin):
    """Links to residents' own sheets; their secrets are not stored."""

    page_through = "person"
    fields = ("person", "made_by", "made_at", "expires_at", "opened_at", "revoked_at")
    list_display = ("person", "made_by", "made_at", "expires_at", "opened_at", "revoked_at")
    list_select_related = ("person", "made_by")
    search_fields = ("person__known_as",)
    date_hierarchy = "made_at"


@admin.register(Wish)
class WishAdmin(ReadOnlyTeamAdmin):
    """What residents asked for, and what was done."""

    page_through = "person"
    list_display = ("person", "kind", "made_at", "handled_at", "handled_by")
    list_filter = ("kind", ("handled_at", admin.EmptyFieldListFilter))
    list_select_related = ("person", "handled_by")
    search_fields = ("person__known_as",)
    date_hierarchy = "made_at"
