"""Rows of gifts heard in a conversation: whose, what, and of head, hands or heart."""

from django import forms
from django.utils.functional import cached_property
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from communities.widgets import WordsLine
from connectors.models import Gift, GiftKind

#: Rows shown without scripts, and the most that one page accepts.
ROWS, MOST_ROWS = 3, 40


class GiftHeardForm(forms.Form):
    """One gift; a row without a gift is ignored, whoever it names."""

    NEEDED = {"whose": _("needed with several people")}  # noqa: RUF012 - read only

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
        """Return the kind, "hands" if none was tapped."""
        return self.cleaned_data["kind"] or GiftKind.HANDS

    def clean_name(self) -> str:
        """Return the gift with white space tidied."""
        return " ".join(self.cleaned_data["name"].split())

    @property
    def is_heard(self) -> bool:
        """Return whether the row names a gift and has no errors."""
        return bool(getattr(self, "cleaned_data", {}).get("name")) and not self.errors


class BaseGiftsHeard(forms.BaseFormSet):
    """The rows; none is required."""

    def __getitem__(self, index: int) -> GiftHeardForm:
        """Return a row. Templates ask for each name as a key first, for which Django would make every row of a new page."""
        if not isinstance(index, int):
            raise KeyError(index)
        return super().__getitem__(index)

    @cached_property
    def blank(self) -> SafeString:
        """Return an empty row, rendered; `__prefix__` stands for its index."""
        return _drawn(self.empty_form)

    @property
    def drawn(self) -> list[SafeString]:
        """Return the rendered rows. Those of a new page differ only by their index, so one rendering serves for all."""
        if self.is_bound or self.initial:
            return [_drawn(row) for row in self.forms]
        place = self.add_prefix("__prefix__")
        rows = (self.blank.replace(place, self.add_prefix(number)) for number in range(self.total_form_count()))
        return [mark_safe(row) for row in rows]  # noqa: S308 - a number in what a template escaped

    @property
    def heard(self) -> list[GiftHeardForm]:
        """Return the rows that name a gift."""
        return [row for row in self.forms if row.is_heard]


def _drawn(row: GiftHeardForm) -> SafeString:
    return row.render("connectors/gift_row.html", {"row": row})


GiftsHeard = forms.formset_factory(
    GiftHeardForm, formset=BaseGiftsHeard, extra=ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True
)
