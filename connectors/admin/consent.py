"""Admin of notices, consents, links to sheets and wishes: history to look at, which nobody changes here."""

from django.contrib import admin

from communities.admin import ReadOnlyTeamAdmin
from connectors.models import ConsentRecord, PrivacyNotice, ReadBackLink, Wish


@admin.register(PrivacyNotice)
class PrivacyNoticeAdmin(ReadOnlyTeamAdmin):
    """What residents were told, version by version."""

    list_display = ("version", "published_at", "published_by", "team")
    list_filter = ("team",)
    list_select_related = ("published_by", "team")
    search_fields = ("words",)
    date_hierarchy = "published_at"


@admin.register(ConsentRecord)
class ConsentRecordAdmin(ReadOnlyTeamAdmin):
    """What residents agreed to, one row each time."""

    list_display = ("person", "purpose", "is_given", "how", "notice", "recorded_at", "recorded_by")
    list_filter = ("purpose", "is_given", "how")
    list_select_related = ("person", "notice", "recorded_by")
    search_fields = ("person__known_as",)
    date_hierarchy = "recorded_at"


@admin.register(ReadBackLink)
class ReadBackLinkAdmin(ReadOnlyTeamAdmin):
    """Links to residents' own sheets; what opens them is not kept."""

    fields = ("person", "made_by", "made_at", "expires_at", "opened_at", "revoked_at")
    list_display = ("person", "made_by", "made_at", "expires_at", "opened_at", "revoked_at")
    list_select_related = ("person", "made_by")
    search_fields = ("person__known_as",)
    date_hierarchy = "made_at"


@admin.register(Wish)
class WishAdmin(ReadOnlyTeamAdmin):
    """What residents asked for, and what was done."""

    list_display = ("person", "kind", "made_at", "handled_at", "handled_by")
    list_filter = ("kind", ("handled_at", admin.EmptyFieldListFilter))
    list_select_related = ("person", "handled_by")
    search_fields = ("person__known_as",)
    date_hierarchy = "made_at"
