"""A priority of a plan, and the priorities that a row serves."""

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.forms.keys import KeyMixin
from communities.forms.rows import RowsField
from communities.forms.seen import SeenMixin
from communities.models import Team
from communities.widgets import DayInput
from evaluation.models import Priority


class PriorityForm(KeyMixin, SeenMixin, forms.ModelForm):
    """Its plan, its number there, what it says, and from when to when it holds."""

    class Meta:
        model = Priority
        fields = ("plan", "reference", "title", "starts_on", "ends_on")
        widgets = {"starts_on": DayInput, "ends_on": DayInput}  # noqa: RUF012 - Django's own form

    def __init__(self, *args: object, team: Team, **kwargs: object) -> None:
        """Offer the plans that the team has written down already."""
        super().__init__(*args, **kwargs)
        self.instance.team = team
        if self.is_change:
            self.drop_key()
        self.fields["plan"].widget.attrs["list"] = "plans"

    def cleaned_values(self) -> dict[str, object]:
        """Return what the actions take, without the key."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class PrioritiesField(RowsField):
    """Priorities with their plan."""

    widget = forms.CheckboxSelectMultiple(attrs={"class": "choices--pills"})

    def label_from_instance(self, obj: Priority) -> str:
        """Return the priority and its plan."""
        return f"{obj} ({obj.plan})"


class TagForm(SeenMixin, forms.Form):
    """The priorities that a row serves."""

    priorities = PrioritiesField(Priority.objects.none(), label=_("Priorities"), required=False)

    def __init__(self, *args: object, team: Team | int, chosen: list[int], **kwargs: object) -> None:
        """Offer the team's priorities."""
        super().__init__(*args, initial={"priorities": chosen}, **kwargs)
        self.fields["priorities"].queryset = Priority.objects.filter(team=team)
