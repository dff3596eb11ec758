"""Admin of the words a team notices. What people leave alone for themselves is theirs and not listed."""

from django.contrib import admin
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest

from communities.admin import OneTeamForm, TeamScopedAdmin
from connectors.models import TeamWord
from connectors.rules.words import refusals_of_word


class TeamWordForm(OneTeamForm):
    """A word of the team's own, or a shipped one it silenced."""

    def clean(self) -> dict:
        """Refuse what the page refuses; a silenced word needs no alternatives."""
        cleaned = super().clean()
        if not cleaned.get("is_silent"):
            for name, words in refusals_of_word(cleaned).items():
                self.add_error(name if name in self.fields else None, words)
        return cleaned


@admin.register(TeamWord)
class TeamWordAdmin(TeamScopedAdmin):
    """The team's own words."""

    form = TeamWordForm
    fields = ("team", "phrase", "alternatives", "reason", "language", "is_silent")
    list_display = ("phrase", "alternatives", "language", "is_silent", "team")
    list_filter = ("language", "is_silent", "team")
    list_select_related = ("team",)
    search_fields = ("phrase", "alternatives", "reason")
    autocomplete_fields = ("team",)

    def save_model(self, request: HttpRequest, obj: Model, form: ModelForm, change: bool) -> None:
        """Say who added it."""
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)
