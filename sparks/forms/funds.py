"""Forms for funds, their money and rounds. They validate; views call actions."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.forms.amounts import MoneyField
from communities.forms.keys import KeyMixin
from communities.forms.moments import MomentField
from communities.forms.seen import SeenMixin
from communities.models import Partner, Team, plausible_day
from communities.pounds import pounds
from communities.widgets import DayInput, WordsArea, WordsLine
from sparks.models import Fund, FundProposal, Round


class FundForm(KeyMixin, SeenMixin, forms.ModelForm):
    """A fund and its purpose."""

    class Meta:
        model = Fund
        fields = ("name", "kind", "purpose", "funder")
        widgets = {"purpose": WordsArea}  # noqa: RUF012 - as in Django's own forms

    def __init__(self, *args, team: Team, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["funder"].queryset = Partner.objects.filter(team=team, is_funder=True)
        if self.is_change:
            self.drop_key()

    def _post_clean(self) -> None:
        """Skip model validation: the action validates once, with the team set."""
        forms.BaseForm._post_clean(self)


class FundMoneyForm(KeyMixin, forms.Form):
    """Money that came into a fund or goes back to its funder."""

    kind = forms.ChoiceField(
        label=_("What happened?"),
        choices=[each for each in FundProposal.Kind.choices if each[0] != FundProposal.Kind.RULES],
        widget=forms.RadioSelect,
        initial=FundProposal.Kind.RECEIVED,
    )
    amount_gbp = MoneyField(label=_("Amount"))
    from_fund = forms.ModelChoiceField(
        Fund.objects.none(),
        label=_("Carried over from another fund"),
        required=False,
        empty_label=_("No, from an earlier year"),
        help_text=_("Only for money carried over. The other fund then has that much less."),
    )
    day = forms.DateField(
        label=_("Day"), widget=DayInput, validators=[plausible_day], help_text=_("As on the bank statement.")
    )
    reference = forms.CharField(label=_("Bank reference"), max_length=80, required=False)
    reason = forms.CharField(
        label=_("Where from, or why?"),
        max_length=250,
        widget=WordsLine,
        help_text=_("Whoever agrees reads it. Name the letter or the bank statement that shows it."),
        error_messages={"required": _("Say where the money comes from, or why it goes back.")},
    )

    def __init__(self, *args, fund: Fund, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["from_fund"].queryset = Fund.objects.filter(team=fund.team_id).exclude(pk=fund.pk)
        self.fields["from_fund"].label_from_instance = with_free
        self.initial.setdefault("day", timezone.localdate())

    def clean(self) -> dict:
        """Accept another fund only for money that is carried over."""
        data = super().clean()
        if data.get("from_fund") and data.get("kind") != FundProposal.Kind.CARRIED:
            self.add_error("from_fund", _("Choose “Money carried over” for money from another fund, or no fund here."))
        return data


class RoundForm(KeyMixin, SeenMixin, forms.Form):
    """A round: its dates, its budget and the maximum award; why, for one that is there already."""

    NEEDED = {"reason": _("needed unless you change only the name")}  # noqa: RUF012 - read only

    fund = forms.ModelChoiceField(Fund.objects.none(), label=_("Fund"))
    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("For example “Spring 2027”."))
    budget_gbp = MoneyField(label=_("Budget"))
    max_award_gbp = MoneyField(label=_("Maximum award for one spark"))
    opens_at = MomentField(label=_("Opens"))
    closes_at = MomentField(label=_("Closes"))
    reason = forms.CharField(
        label=_("Why does it change?"),
        max_length=250,
        required=False,
        widget=WordsLine,
        help_text=_("The other managers read it."),
    )

    def __init__(self, *args, team: Team, grant_round: Round | None = None, **kwargs):
        if grant_round:
            names = ("fund", "name", "budget_gbp", "max_award_gbp", "opens_at", "closes_at")
            kwargs["initial"] = {name: getattr(grant_round, name) for name in names}
        super().__init__(*args, **kwargs)
        self.is_change = grant_round is not None
        if self.is_change:
            self.drop_key()
        else:
            del self.fields["reason"]
        self.fields["fund"].queryset = Fund.objects.filter(team=team)
        self.fields["fund"].label_from_instance = with_free

    def clean(self) -> dict:
        """Keep the seconds of a time that was not changed: the page shows minutes, and another time needs a second person."""
        data = super().clean()
        for name in ("opens_at", "closes_at"):
            stored, given = self.initial.get(name), data.get(name)
            if (
                self.is_change
                and given
                and given.replace(second=0, microsecond=0) == stored.replace(second=0, microsecond=0)
            ):
                data[name] = stored
        return data


def with_free(fund: Fund) -> str:
    """Return a fund as a choice: its name and what no round has yet."""
    return _("%(fund)s (%(free)s free)") % {"fund": fund.name, "free": pounds(fund.free_gbp)}
