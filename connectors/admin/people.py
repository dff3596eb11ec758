"""Admin of residents, their gifts and introductions."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.admin import ActionForm, ActionInline, NewRowForm, Spreadsheets
from communities.models import Team
from connectors.doors import GiftDoor, IntroductionDoor, PersonDoor
from connectors.forms.same_person import AsksWhoMixin
from connectors.models import Gift, Introduction, Person
from connectors.resources import GiftResource, IntroductionResource, PersonResource


class GiftInline(ActionInline, admin.TabularInline):
    """Gifts of a resident."""

    model = Gift
    door = GiftDoor()
    fields = ("name", "kind", "theme", "is_offered")
    autocomplete_fields = ("theme",)


class _AsksWho(AsksWhoMixin):
    """Ask on a page of the admin whether a resident is somebody the team knows."""

    @property
    def team(self) -> Team | None:
        """Return the team of the resident, once it is known."""
        return self.cleaned_data.get("team") or (self.instance.team if self.instance.pk else None)

    @property
    def person(self) -> Person | None:
        """Return the resident whom the page changes."""
        return self.instance if self.instance.pk else None

    @property
    def said_besides(self) -> dict[str, object]:
        """Return those who look alike and are somebody else, so that nobody is asked again."""
        return {"others": self.others}


class ResidentForm(_AsksWho, ActionForm):
    """Change a resident."""


class NewResidentForm(_AsksWho, NewRowForm):
    """Add a resident."""


@admin.register(Person)
class PersonAdmin(Spreadsheets):
    """Residents."""

    form = ResidentForm
    add_form = NewResidentForm

    resource_class = PersonResource
    page = ("connectors:person-detail", "uuid")
    door = PersonDoor()
    inlines = (GiftInline,)
    change_form_template = "admin/resident_form.html"
    fields = (
        "team", "known_as", "also_known_as", "neighbourhood", "street", "phone", "email", "contact_preference", "connector_since", "told_on", "first_met_on",
        "sign", "themes",
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

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Leave out erased residents."""
        return super().get_queryset(request).remembered()

    def has_delete_permission(self, request: HttpRequest, obj: Person | None = None) -> bool:
        """Refuse: a resident who wishes it is erased on their page, which keeps counts and consents correct."""
        return False

    def change_view(self, request: HttpRequest, object_id: str, *args: object, **kwargs: object) -> HttpResponse:
        """Add a link to the page that erases the resident."""
        person = self.get_object(request, object_id)
        offers = {"erase_url": reverse("connectors:person-erase", args=[person.uuid]) if person else ""}
        kwargs["extra_context"] = {**offers, **(kwargs.get("extra_context") or {})}
        return super().change_view(request, object_id, *args, **kwargs)

    def get_form(self, request: HttpRequest, obj: Person | None = None, change: bool = False, **kwargs) -> type:
        """Tell the form who asks."""
        form = super().get_form(request, obj, change=change, **kwargs)
        form.user = request.user
        return form

    @admin.display(description=_("known as"), ordering="known_as")
    def name_shown(self, person: Person) -> str:
        """Return the name in full: the admin is for managers and administrators, who are shown it."""
        return person.known_as


@admin.register(Gift)
class GiftAdmin(Spreadsheets):
    """Gifts of residents."""

    team_path = "person__team_id"
    resource_class = GiftResource
    page_through = "person"
    door = GiftDoor()
    fields = ("person", "name", "kind", "theme", "is_offered", "heard_on")
    list_display = ("name", "kind", "person", "theme", "is_offered", "heard_on")
    list_filter = ("kind", "is_offered", "theme")
    list_select_related = ("person", "theme")
    search_fields = ("name", "person__known_as")
    autocomplete_fields = ("person", "theme")
    date_hierarchy = "heard_on"


@admin.register(Introduction)
class IntroductionAdmin(Spreadsheets):
    """Introductions."""

    resource_class = IntroductionResource
    page = ("connectors:introduction-detail", "uuid")
    door = IntroductionDoor()
    fields = (
        "team", "from_person", "from_asset", "from_partner", "to_person", "to_asset", "to_partner", "introduced_by", "source",
        "introduced_on", "neighbourhood", "reason", "outcome", "outcome_note", "outcome_on", "ask_again_on",
    )  # fmt: skip
    readonly_fields = ("ask_again_on",)
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
