"""Forms of next steps: one of them in full, and the small ones that move it."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.forms.keys import KeyMixin
from communities.handover import owners_in
from communities.models import Team, User
from communities.widgets import WordsLine
from connectors.forms import fields
from connectors.models import NextStep


class OwnerField(forms.ModelChoiceField):
    """One of those who add records for the team; the user who reads the page is "Me"."""

    def __init__(self, **options: object) -> None:
        super().__init__(User.objects.none(), empty_label=None, **options)
        self.me: User | None = None

    def label_from_instance(self, obj: User) -> str:
        """Return the name, or "Me"."""
        return str(_("Me")) if obj == self.me else str(obj)


class StepForm(KeyMixin, forms.Form):
    """The words, the day and whose it is."""

    words = forms.CharField(
        label=_("What do you want to come back to?"),
        max_length=250,
        widget=WordsLine(attrs={"autocomplete": "off"}),
    )
    due_on = fields.DayField(
        label=_("When?"), quick=(fields.NO_DAY, fields.TODAY, fields.TOMORROW, fields.NEXT_WEEK), required=False
    )
    owner = OwnerField(label=_("Who will do it?"))

    def __init__(self, *args: object, user: User, team: Team, step: NextStep | None = None, **kwargs: object) -> None:
        first = {"due_on": "", "owner": user.pk}
        if step is not None:
            first = {"words": step.words, "due_on": step.due_on or "", "owner": step.owner_id}
        super().__init__(*args, initial=first | (kwargs.pop("initial", None) or {}), **kwargs)
        self.fields["owner"].queryset = owners_in(team)
        self.fields["owner"].me = user
        if step is not None:
            self.drop_key()

    @property
    def values(self) -> dict[str, object]:
        """Return the values for the actions."""
        return {name: self.cleaned_data[name] for name in ("words", "due_on", "owner")}


class CloseForm(forms.Form):
    """Why a step is closed without being done."""

    reason = forms.CharField(label=_("Close it without doing it, because"), max_length=250, widget=WordsLine)


class MoveForm(forms.Form):
    """A day, or a colleague: what one press on Today sends."""

    due_on = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    owner = OwnerField(required=False)

    def __init__(self, *args: object, team: Team, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = owners_in(team)

    @property
    def values(self) -> dict[str, date | User]:
        """Return what was chosen; empty when nothing was."""
        return {name: value for name, value in self.cleaned_data.items() if value}
