"""Partners and the parts they play."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from communities.forms.seen import SeenMixin
from communities.models import Partner, Team, User

PARTS = ("is_host", "is_funder", "is_introducer", "is_fiscal_host", "is_steering_member")


class PartnerForm(SeenMixin, forms.ModelForm):
    """One partner of a team; those who sign for its money are chosen among the team's members."""

    class Meta:
        model = Partner
        fields = ("name", "kind", "website", *PARTS, "signatories")
        widgets = {"signatories": forms.CheckboxSelectMultiple}  # noqa: RUF012 - Django's own form

    def __init__(self, *args: object, team: Team, **kwargs: object):
        """Offer the team's members."""
        super().__init__(*args, **kwargs)
        self.instance.team = team
        self.fields["signatories"].queryset = User.objects.filter(memberships__team=team).distinct()

    def clean_name(self) -> str:
        """Refuse the name of another partner of the team, whatever its capitals."""
        name = self.cleaned_data["name"]
        same = Partner.objects.filter(team_id=self.instance.team_id, name__iexact=name).exclude(pk=self.instance.pk)
        if same.exists():
            raise ValidationError(_("The team already has a partner of this name."))
        return name
