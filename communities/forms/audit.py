"""What to look for in the audit."""

from django import forms
from django.apps import apps
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from communities.models import AuditEntry, Team, User

APPS = ("communities", "assets", "connectors", "sparks", "evaluation")


def kinds_of_record() -> list[tuple[str, str]]:
    """Return (label, name) of every kind of record that Kith keeps, by name."""
    kinds = [
        (model._meta.label_lower, capfirst(str(model._meta.verbose_name)))
        for model in apps.get_models()
        if model._meta.app_label in APPS and model is not AuditEntry
    ]
    return sorted(kinds, key=lambda kind: kind[1])


class AuditFilterForm(forms.Form):
    """Kind of record, its number and the person."""

    model = forms.ChoiceField(label=_("What"), required=False)
    object_id = forms.CharField(label=_("Its number"), required=False, max_length=40)
    actor = forms.ModelChoiceField(label=_("Who"), required=False, queryset=User.objects.none())

    def __init__(self, *args: object, team: Team, **kwargs: object):
        """Offer the team's people."""
        super().__init__(*args, **kwargs)
        self.fields["model"].choices = [("", _("Everything")), *kinds_of_record()]
        self.fields["actor"].queryset = User.objects.filter(memberships__team=team).distinct()
        self.fields["actor"].empty_label = _("Everybody")
