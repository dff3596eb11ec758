"""The form in which managers write conversation starters."""

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.forms.keys import KeyMixin
from communities.forms.rows import RowsField
from communities.forms.seen import SeenMixin
from communities.models import Neighbourhood, Team, User
from communities.widgets import WordsArea
from connectors.models import PromptSet


class PromptSetForm(KeyMixin, SeenMixin, forms.ModelForm):
    """A name, questions one a line, and where they are asked; the action checks and saves."""

    class Meta:
        model = PromptSet
        fields = ("name", "prompts", "neighbourhoods", "is_on", "source")
        field_classes = {"neighbourhoods": RowsField}  # noqa: RUF012
        labels = {"prompts": _("Questions"), "is_on": _("Active: builders see it on the log page")}  # noqa: RUF012
        widgets = {  # noqa: RUF012
            "prompts": WordsArea(attrs={"rows": 10}),
            "neighbourhoods": forms.CheckboxSelectMultiple(attrs={"class": "choices--pills"}),
        }

    def __init__(self, *args: object, user: User, team: Team, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.drop_key()
        self.fields["neighbourhoods"].queryset = Neighbourhood.objects.visible_to(user).filter(team=team).only("name")

    def _post_clean(self) -> None:
        """Do nothing: the action changes and checks the row."""
