"""Forms of introductions: two ends, why, and what came of it."""

import uuid

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assets.models import Asset
from communities.models import Team, User
from communities.widgets import DayInput
from connectors.models import IntroductionOutcome, IntroductionSource, Person
from connectors.queries.introductions import end_key, ends_like, find_end


class EndField(forms.ChoiceField):
    """One end: what was looked for is offered as a list to choose from, which works without JavaScript too."""

    def __init__(self, **options):
        super().__init__(widget=forms.RadioSelect, choices=(), **options)

    def valid_value(self, value: str) -> bool:
        """Leave to the form whether the key names one of the team's own."""
        return True


class IntroductionForm(forms.Form):
    """Who, to whom, why, and how it came about."""

    uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    from_words = forms.CharField(label=_("Look for who"), required=False, max_length=80)
    from_end = EndField(label=_("Who"), required=False)
    to_words = forms.CharField(label=_("Look for whom"), required=False, max_length=80)
    to_end = EndField(label=_("To whom"), required=False)
    reason = forms.CharField(label=_("Why these two?"), required=False, max_length=250)
    source = forms.ChoiceField(label=_("How it came about"), choices=IntroductionSource)
    introduced_on = forms.DateField(label=_("Day"), widget=DayInput, initial=timezone.localdate)

    def __init__(self, *args, team: Team, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.team, self.user = team, user
        self.fields["uuid"].initial = uuid.uuid4
        for side in ("from", "to"):
            self.fields[f"{side}_end"].choices = self.choices(side)

    def choices(self, side: str) -> list[tuple[str, str]]:
        """Return (key, words) for the end chosen and for those that match what was looked for."""
        typed = self._said(f"{side}_words")
        found = ends_like(typed, user=self.user, team=self.team)
        chosen = find_end(self._said(f"{side}_end"), user=self.user, team=self.team)
        # Whoever typed a name may see all of it, so that nobody is entered twice; the one chosen is shown as on pages.
        options = [(end_key(end), described(end, in_full=True)) for end in found]
        return options if chosen is None or chosen in found else [(end_key(chosen), described(chosen)), *options]

    def _said(self, name: str) -> str:
        return str((self.data.get(name) if self.is_bound else self.initial.get(name)) or "")

    def clean(self) -> dict:
        """Turn the keys into the team's own rows."""
        data = super().clean()
        for side, words in (
            ("from", _("Look for somebody and choose them.")),
            ("to", _("Look for whom they should meet and choose.")),
        ):
            end = find_end(data.get(f"{side}_end") or "", user=self.user, team=self.team)
            if end is None:
                self.add_error(f"{side}_end", words)
            data[f"{side}_end"] = end
        return data


def described(end: object, *, in_full: bool = False) -> str:
    """Return an end in words that tell two of the same name apart; `in_full` with the name of somebody not told yet."""
    if isinstance(end, Person):
        name = end.known_as if in_full else end.shown_as
        return ", ".join(str(part) for part in (name, end.street, end.neighbourhood) if part)
    return f"{end} ({end.get_kind_display()})" if isinstance(end, Asset) else f"{end} ({_('partner')})"


class OutcomeForm(forms.Form):
    """What came of it."""

    outcome = forms.ChoiceField(label=_("What came of it?"), choices=IntroductionOutcome, widget=forms.RadioSelect)
    note = forms.CharField(label=_("In a few words"), required=False, max_length=250)
    outcome_on = forms.DateField(label=_("Since when?"), widget=DayInput, required=False)
