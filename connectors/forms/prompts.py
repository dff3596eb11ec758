"""The form in which managers write the questions that conversations begin with."""

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.forms.rows import RowsField
from communities.models import Neighbourhood, Team, User
from communities.widgets import WordsArea
from connectors.models import PromptSet


class PromptSetForm(forms.ModelForm):
    """A name, questions one a line, where they are asked; the action checks and writes."""

    class Meta:
        model = PromptSet
        fields = ("name", "prompts", "neighbourhoods", "is_on", "source")
        field_classes = {"neighbourhoods": RowsField}  # noqa: RUF012
        labels = {"prompts": _("Questions"), "is_on": _("In use: builders see it on the page they log with")}  # noqa: RUF012
        widgets = {  # noqa: RUF012
            "prompts": WordsArea(attrs={"rows": 10}),
            "neighbourhoods": forms.CheckboxSelectMultiple(attrs={"class": "choices--pills"}),
        }

    def __init__(self, *args: object, user: User, team: Team, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["neighbourhoods"].queryset = Neighbourhood.objects.visible_to(user).filter(team=team).only("name")

    def _post_clean(self) -> None:
        """Leave the row alone: the action changes and checks it."""
