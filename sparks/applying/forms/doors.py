"""What everybody is asked outside the screens: two questions first, six words, a few words of their own."""

from django import forms
from django.utils.translation import gettext_lazy as _

from sparks.models import ApplyPage

YES, NO = "yes", "no"
_YES_NO = ((YES, _("Yes")), (NO, _("No, or not sure")))
#: A box that people do not see. Whatever fills it in is a program.
TRAP = "website"


class TrapMixin(forms.Form):
    """A box outside the page that only programs fill in."""

    website = forms.CharField(required=False, label=_("Leave this empty"))

    @property
    def is_trapped(self) -> bool:
        """Return whether a program filled it in."""
        return bool(self.data.get(TRAP, "").strip())


class CheckForm(TrapMixin, forms.Form):
    """Two questions of “could we?”, before anybody writes."""

    first = forms.ChoiceField(choices=_YES_NO, widget=forms.RadioSelect)
    second = forms.ChoiceField(choices=_YES_NO, widget=forms.RadioSelect)
    words = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, page: ApplyPage, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["first"].label, self.fields["second"].label = page.first_check, page.second_check

    @property
    def are_yes(self) -> bool:
        """Return whether both were answered with yes."""
        return all(self.cleaned_data[name] == YES for name in ("first", "second"))


class SendForm(TrapMixin, forms.Form):
    """Nothing but the box for programs."""


class WordsForm(forms.Form):
    """An answer to the team, or what somebody would like help with."""

    words = forms.CharField(label=_("In your words"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}))


class OwnPayeeForm(forms.Form):
    """Whose account the award is paid into, as the people behind the spark say yes."""

    payee = forms.CharField(
        label=_("Name of the account it is paid into"), max_length=160, required=False,
        help_text=_("As it is written on your bank statement. The team can see it. You cannot change it here later."),
    )  # fmt: skip


class SixWordsForm(forms.Form):
    """Six words on paper."""

    words = forms.CharField(
        label=_("Your six words"),
        max_length=200,
        help_text=_("Capital letters do not matter. Put a space or hyphen between words."),
        widget=forms.TextInput({"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
