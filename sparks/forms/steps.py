"""Forms of the steps on the page of a spark. They validate; views call actions."""

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.forms.amounts import MoneyField
from communities.forms.keys import KeyMixin
from communities.widgets import DayInput, MoneyInput, WordsArea, WordsLine


class ApproveForm(forms.Form):
    """The award, and optionally a reason."""

    amount_gbp = MoneyField(label=_("Award"))
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        widget=WordsArea(attrs={"rows": 2}),
        help_text=_("The people behind the spark will read this."),
    )


class ReasonForm(forms.Form):
    """A reason that the people behind the spark will read."""

    reason = forms.CharField(
        label=_("Why?"), widget=WordsArea(attrs={"rows": 2}), help_text=_("The people behind the spark will read this."),
        error_messages={"required": _("People deserve to know why. Please give a reason.")},
    )  # fmt: skip


class QuestionForm(forms.Form):
    """A question to ask before deciding."""

    question = forms.CharField(
        label=_("What would you like to know?"), widget=WordsArea(attrs={"rows": 2}),
        error_messages={"required": _("Enter your question.")},
    )  # fmt: skip


class ReadyForm(forms.Form):
    """Who is paid, as the award is accepted; empty for whom the answers name."""

    payee = forms.CharField(
        label=_("Paid to"),
        max_length=160,
        required=False,
        help_text=_("The name of the account. All managers read it, and two people change it later."),
    )


class PayeeForm(forms.Form):
    """Who else is to be paid, and why."""

    payee = forms.CharField(
        label=_("Pay it to"), max_length=160, error_messages={"required": _("Enter who is to be paid.")}
    )
    reason = forms.CharField(
        label=_("Why?"),
        widget=WordsArea(attrs={"rows": 2}),
        help_text=_("The people behind the spark will read this."),
        error_messages={"required": _("Say why somebody else should be paid.")},
    )


class PayForm(KeyMixin, forms.Form):
    """The reference that finds the payment in the bank."""

    reference = forms.CharField(label=_("Bank reference"), max_length=80, required=False)


class RecoverForm(forms.Form):
    """Money that was returned, how the bank statement shows it, and why."""

    amount_gbp = MoneyField(label=_("How much was returned?"))
    reference = forms.CharField(
        label=_("Bank reference"),
        max_length=80,
        help_text=_("As the bank statement shows it. The second person looks for it."),
        error_messages={"required": _("Enter the reference on the bank statement.")},
    )
    is_paid_again = forms.BooleanField(
        label=_("The payment failed and needs to be made again"),
        required=False,
        help_text=_("Only if all of it came back. It is ready to pay again, and two people can change who is paid."),
    )
    reason = forms.CharField(
        label=_("Why?"),
        max_length=250,
        widget=WordsLine,
        help_text=_("The people behind the spark will read this."),
        error_messages={"required": _("Say briefly why it was returned.")},
    )


class CorrectForm(forms.Form):
    """Why money was not returned after all."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=250,
        widget=WordsLine,
        help_text=_("The people behind the spark will read this."),
        error_messages={"required": _("Say briefly why it was not returned after all.")},
    )


class AppealForm(forms.Form):
    """What was misunderstood."""

    reason = forms.CharField(
        label=_("What should the next manager know?"),
        widget=WordsArea(attrs={"rows": 3}),
        error_messages={"required": _("Say what the next manager should know.")},
    )


class MoveDateForm(forms.Form):
    """The new day by which something is due."""

    day = forms.DateField(
        label=_("New day"), widget=DayInput, help_text=_("The people behind it are told the new day.")
    )


class AmendForm(forms.Form):
    """Another award, and why."""

    amount_gbp = MoneyField(label=_("New award"))
    reason = forms.CharField(
        label=_("Why?"),
        widget=WordsArea(attrs={"rows": 2}),
        help_text=_("The people behind the spark will read this."),
        error_messages={"required": _("Say why the award should change.")},
    )


class ApproveOneForm(ApproveForm):
    """One of several sparks on the page that decides on them. A spark that is not ticked is not checked."""

    chosen = forms.BooleanField(label=_("Approve this one"), required=False)
    field_order = ("chosen", "amount_gbp", "reason")

    def __init__(self, *args, **kwargs) -> None:
        """Let anything stand in a row that is not ticked: it comes back as it was typed."""
        super().__init__(*args, **kwargs)
        if self.is_bound and not self.is_chosen:
            self.fields["amount_gbp"] = forms.CharField(label=_("Award"), required=False, widget=MoneyInput)

    @property
    def is_chosen(self) -> bool:
        """Return whether the spark is ticked."""
        return bool(self.data.get(self.add_prefix("chosen")))
