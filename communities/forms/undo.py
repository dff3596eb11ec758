"""The form that restores something whose name is taken."""

from django import forms
from django.utils.translation import gettext_lazy as _


class RestoreForm(forms.Form):
    """Another name for what is restored."""

    name = forms.CharField(label=_("Another name"), max_length=120)
