"""Admin of neighbourhoods and partners, which teams keep in spreadsheets too."""

from collections.abc import Iterable

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from communities.actions.partners import refuse_taking_self_off
from communities.admin.scoping import OneTeamForm
from communities.admin.transfer import TeamScopedImportExportAdmin
from communities.models import Neighbourhood, Partner, User
from communities.queries.scope import kinds_belonging_to
from communities.resources import NeighbourhoodResource, PartnerResource


class KeepsWhatIsNamed:
    """Refuse to delete what other rows point to, as the pages do: a deletion would have emptied their fields unasked."""

    def get_deleted_objects(self, objs: Iterable[models.Model], request: HttpRequest) -> tuple:
        """Add to what stands in the way the kinds of rows that belong to each."""
        deleted, counts, needed, protected = super().get_deleted_objects(objs, request)
        words = _("%(name)s: named in %(kinds)s")
        held = [(obj, kinds_belonging_to(obj)) for obj in objs]
        standing = [words % {"name": obj, "kinds": ", ".join(kinds)} for obj, kinds in held if kinds]
        return deleted, counts, needed, [*protected, *standing]


@admin.register(Neighbourhood)
class NeighbourhoodAdmin(KeepsWhatIsNamed, TeamScopedImportExportAdmin):
    """Neighbourhoods; their outlines are drawn or uploaded on their own pages."""

    resource_classes = (NeighbourhoodResource,)
    fields = ("team", "name", "code", "population", "boundary_story")
    list_display = ("name", "team", "code", "population", "updated_at")
    list_filter = ("team",)
    list_select_related = ("team",)
    search_fields = ("name", "code")
    autocomplete_fields = ("team",)
    date_hierarchy = "created_at"


class PartnerForm(OneTeamForm):
    """A partner, whose signatories take themselves off nowhere."""

    user: User

    def clean(self) -> dict:
        """Refuse somebody who takes themselves off the signatories."""
        cleaned = super().clean()
        if self.instance.pk and "signatories" in cleaned:
            try:
                refuse_taking_self_off(
                    by=self.user, signing=self.instance.signatories.all(), wanted=cleaned["signatories"]
                )
            except ValidationError as error:
                self.add_error(None, error)
        return cleaned


@admin.register(Partner)
class PartnerAdmin(KeepsWhatIsNamed, TeamScopedImportExportAdmin):
    """Partners."""

    resource_classes = (PartnerResource,)
    form = PartnerForm
    list_display = ("name", "team", "kind", "is_host", "is_funder", "is_introducer", "is_fiscal_host")
    list_filter = ("kind", "is_host", "is_funder", "is_introducer", "is_fiscal_host", "is_steering_member", "team")
    list_select_related = ("team",)
    search_fields = ("name",)
    autocomplete_fields = ("team", "signatories")
    date_hierarchy = "created_at"

    def get_form(self, request: HttpRequest, *args: object, **kwargs: object) -> type[forms.ModelForm]:
        """Tell the form, made anew for each request, who asks."""
        form = super().get_form(request, *args, **kwargs)
        form.user = request.user
        return form
