"""Choose a resident, a group or place, or a partner by searching for a name; works without JavaScript too."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assets.models import Asset
from communities.models import Team, User
from connectors.models import Person
from connectors.queries.introductions import end_key, ends_like, find_end
from connectors.rules.shown_names import name_for


class EndField(forms.ChoiceField):
    """One end: search results are offered as a list to choose from, which works without JavaScript too."""

    def __init__(self, **options):
        super().__init__(widget=forms.RadioSelect, choices=(), **options)

    def valid_value(self, value: str) -> bool:
        """Accept any value: the form checks that it is one of the team's rows."""
        return True


class LookingForm(forms.Form):
    """A form with ends to search for.

    For each side in `SIDES` it has a field `<side>_words` to type in and `<side>_end` to choose from. `SIDES` gives the
    kinds that each side accepts, and the message when it is missing (empty: it is optional).
    """

    SIDES: dict[str, tuple[tuple[str, ...], object]] = {}

    def __init__(self, *args, team: Team, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.team, self.user = team, user
        for side in self.SIDES:
            self.fields[f"{side}_end"].choices = self.choices(side)

    def choices(self, side: str) -> list[tuple[str, str]]:
        """Return (key, label) for the chosen end and for those that match the search."""
        found = ends_like(self._said(f"{side}_words"), user=self.user, team=self.team, kinds=self.SIDES[side][0])
        chosen = self._find(side, self._said(f"{side}_end"))
        ends = found if chosen is None or chosen in found else [chosen, *found]
        return [(end_key(end), described(end, self.user)) for end in ends]

    def _said(self, name: str) -> str:
        return str((self.data.get(name) if self.is_bound else self.initial.get(name)) or "")

    def _find(self, side: str, key: str) -> object | None:
        kinds = self.SIDES[side][0]
        return find_end(key, user=self.user, team=self.team) if key.partition(":")[0] in kinds else None

    def clean(self) -> dict:
        """Replace the keys by the team's rows."""
        data = super().clean()
        for side, (_kinds, missing) in self.SIDES.items():
            key = data.get(f"{side}_end") or ""
            data[f"{side}_end"] = end = self._find(side, key)
            if end is None and (missing or key):
                self.add_error(f"{side}_end", missing or _("Search for them again and choose."))
        return data


def described(end: object, user: User) -> str:
    """Return a label that distinguishes two ends of the same name, with the name that the user is shown."""
    if isinstance(end, Person):
        return ", ".join(str(part) for part in (name_for(user, end), end.street, end.neighbourhood) if part)
    return f"{end} ({end.get_kind_display()})" if isinstance(end, Asset) else f"{end} ({_('partner')})"
