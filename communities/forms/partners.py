"""The form for partners."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from communities.forms.keys import KeyMixin
from communities.forms.seen import SeenMixin
from communities.models import Partner, Team, User

PARTS = ("is_host", "is_funder", "is_introducer", "is_fiscal_host", "is_steering_member")


class PartnerForm(KeyMixin, SeenMixin, forms.ModelForm):
    """Add or change a partner; its signatories are chosen from the team's members."""

    class Meta:
        model = Partner
        fields = ("name", "kind", "website", "email", *PARTS, "signatories")
        widgets = {"signatories": forms.CheckboxSelectMultiple}  # noqa: RUF012 - Django's own form

    def __init__(self, *args: object, team: Team, **kwargs: object):
        """Offer the team's members."""
        super().__init__(*args, **kwargs)
        self.instance.team = team
        if self.is_change:
            self.drop_key()
        self.fields["signatories"].queryset = User.objects.filter(memberships__team=team).distinct()

    def clean_name(self) -> str:
        """Refuse the name of another partner of the team, ignoring case."""
        name = self.cleaned_data["name"]
        same = Partner.objects.filter(team_id=self.instance.team_id, name__iexact=name).exclude(pk=self.instance.pk)
        if same.exists() and not self.was_saved:
            raise ValidationError(_("The team already has a partner with this name."))
        return name
