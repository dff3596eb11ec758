"""Rows of gifts heard in a conversation: whose, what, and of head, hands or heart."""

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.widgets import WordsLine
from connectors.models import Gift, GiftKind

#: Rows there without scripts, and the most that one page takes.
ROWS, MOST_ROWS = 3, 40


class GiftHeardForm(forms.Form):
    """One gift; a row without a gift is no row, whoever it names."""

    whose = forms.CharField(label=_("Whose gift?"), max_length=80, required=False)
    name = forms.CharField(
        label=_("What can they share?"),
        max_length=Gift._meta.get_field("name").max_length,
        required=False,
        widget=WordsLine,
    )
    kind = forms.ChoiceField(
        label=_("A gift of the"),
        choices=[(GiftKind.HEAD, _("Head")), (GiftKind.HANDS, _("Hands")), (GiftKind.HEART, _("Heart"))],
        initial=GiftKind.HANDS,
        required=False,
        widget=forms.RadioSelect(attrs={"class": "choices--pills"}),
    )

    def clean_kind(self) -> str:
        """Return the kind, of the hands when none was tapped."""
        return self.cleaned_data["kind"] or GiftKind.HANDS

    def clean_name(self) -> str:
        """Return the gift with its blanks tidied."""
        return " ".join(self.cleaned_data["name"].split())

    @property
    def is_heard(self) -> bool:
        """Return whether the row names a gift and nothing in it is amiss."""
        return bool(getattr(self, "cleaned_data", {}).get("name")) and not self.errors


class BaseGiftsHeard(forms.BaseFormSet):
    """The rows; none is required."""

    @property
    def heard(self) -> list[GiftHeardForm]:
        """Return the rows that name a gift."""
        return [row for row in self.forms if row.is_heard]


GiftsHeard = forms.formset_factory(
    GiftHeardForm, formset=BaseGiftsHeard, extra=ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True
)
