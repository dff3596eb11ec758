"""What an organisation is asked about money, and who holds it instead."""

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models import Partner
from sparks.applying import queries, rules
from sparks.models import HostAnswer, HostLink, Spark


class HostForm(forms.Form):
    """Whether an organisation holds the money of a spark."""

    answer = forms.ChoiceField(
        label=_("Do you hold this money for them?"), choices=HostAnswer, widget=forms.RadioSelect
    )
    who = forms.CharField(label=_("Your name"), max_length=80, widget=forms.TextInput({"autocomplete": "name"}))
    said = forms.CharField(
        label=_("Anything the team should know"), required=False, max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args, link: HostLink, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial |= {"answer": link.answer, "who": link.who, "said": link.words}


class HolderForm(forms.Form):
    """Who holds the money instead."""

    NEEDED = {"host": _("needed if an organisation holds it, or buys the things")}  # noqa: RUF012 - read only

    held_by = forms.ChoiceField(label=_("Who holds the money?"), choices=rules.OTHER_HOLDERS, widget=forms.RadioSelect)
    host = forms.ModelChoiceField(
        Partner.objects.none(), label=_("Which organisation?"), required=False,
    )  # fmt: skip

    def __init__(self, *args, spark: Spark, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial |= {"held_by": spark.held_by}
        self.fields["host"].queryset = queries.hosts_of(spark.team_id).exclude(pk=spark.host_id)
