"""What a resident answers about themselves, the categories, and the year to look at."""

from collections.abc import Mapping

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from communities.forms.keys import KeyMixin
from communities.forms.seen import SeenMixin
from communities.periods import Period
from communities.widgets import WordsLine
from connectors.models import ConsentHow, IntroductionSource
from evaluation.models import AgeBand, Profile, ProfileCategory

NOT_SAID = ("", _("Not said"))
_PILLS = {"class": "choices--pills"}


class ProfileForm(SeenMixin, forms.Form):
    """Whether a resident agrees, and their answers; each is optional. Categories of before stay until they choose another."""

    agrees = forms.ChoiceField(
        label=_("May we count this in figures, without their name?"),
        choices=(("yes", _("Yes")), ("no", _("No"))),
        widget=forms.RadioSelect(attrs=_PILLS),
        help_text=_("A no deletes what was noted here before. It changes nothing else."),
    )
    how = forms.ChoiceField(
        label=_("How did they say so?"),
        choices=[(how.value, how.label) for how in (ConsentHow.TOLD, ConsentHow.PAPER)],
        widget=forms.RadioSelect(attrs=_PILLS),
    )
    age_band = forms.ChoiceField(
        label=_("How old are they?"),
        choices=[NOT_SAID, *AgeBand.choices],
        required=False,
        widget=forms.RadioSelect(attrs=_PILLS),
    )
    category = forms.ModelChoiceField(
        ProfileCategory.objects.none(),
        label=_("What matters most to them now?"),
        required=False,
        empty_label=NOT_SAID[1],
        blank=True,
        widget=forms.RadioSelect(attrs=_PILLS),
        help_text=_("In their words, not ours. They choose."),
    )
    route = forms.ChoiceField(
        label=_("How did we meet?"), choices=[NOT_SAID, *IntroductionSource.choices], required=False
    )

    def __init__(self, *args, team_id: int, profile: Profile | None, agrees: str, **kwargs) -> None:
        """Show what was noted before. agrees: yes, no, or "" for somebody who was not asked."""
        initial: dict[str, object] = {"agrees": agrees, "how": ConsentHow.TOLD.value}
        if profile is not None:
            initial |= {name: getattr(profile, name) for name in ("age_band", "category", "route")}
        super().__init__(*args, initial=initial, **kwargs)
        self.is_change = profile is not None
        rows = ProfileCategory.objects.filter(team=team_id)
        chosen = profile.category_id if profile is not None else None
        self.fields["category"].queryset = rows.filter(Q(ended_on__isnull=True) | Q(pk=chosen))
        self.has_special = any(each.is_special for each in self.fields["category"].queryset)
        if not self.fields["category"].queryset:
            del self.fields["category"]

    def answers(self) -> dict[str, object]:
        """Return what the action takes."""
        data = dict(self.cleaned_data)
        return {"is_agreed": data.pop("agrees") == "yes", **data}


class CategoryForm(KeyMixin, forms.ModelForm):
    """A category that residents are asked about."""

    class Meta:
        model = ProfileCategory
        fields = ("name", "is_special", "basis")
        widgets = {"name": WordsLine, "basis": WordsLine}  # noqa: RUF012 - Django's own form

    def __init__(self, *args, team, **kwargs) -> None:
        """Check names within the team."""
        super().__init__(*args, **kwargs)
        self.instance.team = team


class YearForm(forms.Form):
    """The year to look at. An unknown one is refused beside the field; none is the latest that is offered."""

    year = forms.ChoiceField(label=_("Year"), required=False)

    def __init__(self, data: QueryDict, years: Mapping[Period, str]) -> None:
        super().__init__(data)
        self.years = {year.key: year for year in years}
        self.fields["year"].choices = [(year.key, name) for year, name in years.items()]
        self.is_valid()

    @property
    def chosen(self) -> Period | None:
        """Return the year; None where no year is offered."""
        return self.years.get(self.cleaned_data.get("year") or next(iter(self.years), ""))
