"""Admin of residents, their gifts and introductions."""

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from communities.admin import TeamScopedImportExportAdmin, TeamScopedInline
from connectors.admin.checked import GiftForm, IntroductionForm, PersonForm
from connectors.models import Gift, Introduction, Person
from connectors.resources import GiftResource, IntroductionResource, PersonResource
from connectors.rules.duplicates import name_key
from connectors.rules.people import phone_key


class GiftInline(TeamScopedInline, admin.TabularInline):
    """Gifts of a resident."""

    model = Gift
    form = GiftForm
    fields = ("name", "kind", "theme", "is_offered")
    autocomplete_fields = ("theme",)


@admin.register(Person)
class PersonAdmin(TeamScopedImportExportAdmin):
    """Residents."""

    resource_classes = (PersonResource,)
    form = PersonForm
    inlines = (GiftInline,)
    fields = (
        "team", "known_as", "neighbourhood", "street", "phone", "email", "contact_preference", "connector_since", "told_on", "first_met_on",
        "themes",
    )  # fmt: skip
    list_display = ("name_shown", "neighbourhood", "street", "connector_since", "told_on", "first_met_on", "team")
    list_filter = (
        "neighbourhood",
        "themes",
        "contact_preference",
        ("connector_since", admin.EmptyFieldListFilter),
        "team",
    )
    list_select_related = ("neighbourhood", "team")
    search_fields = ("known_as", "street")
    autocomplete_fields = ("team", "neighbourhood", "themes")
    date_hierarchy = "first_met_on"

    def save_model(self, request: HttpRequest, obj: Person, form: ModelForm, change: bool) -> None:
        """Write with the name and the telephone what they are found by."""
        obj.phone_key, obj.name_key = phone_key(obj.phone), name_key(obj.known_as)
        super().save_model(request, obj, form, change)

    @admin.display(description=_("known as"), ordering="known_as")
    def name_shown(self, person: Person) -> str:
        """Return the name that pages show."""
        return person.shown_as


@admin.register(Gift)
class GiftAdmin(TeamScopedImportExportAdmin):
    """Gifts of residents."""

    team_path = "person__team_id"
    resource_classes = (GiftResource,)
    form = GiftForm
    fields = ("person", "name", "kind", "theme", "is_offered", "heard_on")
    list_display = ("name", "kind", "person", "theme", "is_offered", "heard_on")
    list_filter = ("kind", "is_offered", "theme")
    list_select_related = ("person", "theme")
    search_fields = ("name", "person__known_as")
    autocomplete_fields = ("person", "theme")
    date_hierarchy = "heard_on"


@admin.register(Introduction)
class IntroductionAdmin(TeamScopedImportExportAdmin):
    """Introductions."""

    resource_classes = (IntroductionResource,)
    form = IntroductionForm
    fields = (
        "team", "from_person", "from_asset", "from_partner", "to_person", "to_asset", "to_partner", "introduced_by", "source",
        "introduced_on", "neighbourhood", "reason", "outcome", "outcome_note", "outcome_on", "ask_again_on",
    )  # fmt: skip
    list_display = ("__str__", "introduced_on", "source", "outcome", "neighbourhood", "team")
    list_filter = ("source", "outcome", "neighbourhood", "team")
    list_select_related = (
        "from_person", "from_asset", "from_partner", "to_person", "to_asset", "to_partner", "neighbourhood", "team",
    )  # fmt: skip
    search_fields = ("from_person__known_as", "to_person__known_as", "from_asset__name", "to_asset__name", "reason")
    autocomplete_fields = (
        "team",
        "from_person",
        "from_asset",
        "from_partner",
        "to_person",
        "to_asset",
        "to_partner",
        "neighbourhood",
    )
    date_hierarchy = "introduced_on"
