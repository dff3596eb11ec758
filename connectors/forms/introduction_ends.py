"""Choose a resident, a group or place, or a partner by searching for a name; works without JavaScript too."""

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from assets.models import Asset
from communities.folding import visible
from communities.forms.errors import KEY
from communities.idempotency import part_of
from communities.models import Team, User
from connectors.models import Person
from connectors.queries.introductions import end_key, ends_like, find_end
from connectors.queries.names import match_names
from connectors.rules.name_keys import name_key
from connectors.rules.same_person import NEW, NewPerson
from connectors.rules.shown_names import name_for
from connectors.rules.typed_names import in_natural_order


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
    #: The sides on which somebody new can be named.
    ADDS: tuple[str, ...] = ()

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
        return [*((end_key(end), described(end, self.user)) for end in ends), *self._somebody_new(side, ends)]

    def _somebody_new(self, side: str, ends: list) -> list[tuple[str, str]]:
        """Return the choice of somebody new, below those they may be, whose UUIDs it carries: choosing it is the answer."""
        name = visible(self._said(f"{side}_words"))[:80] or self._new_name(self._said(f"{side}_end"))
        if side not in self.ADDS or not name_key(name):
            return []
        alike = [each for each in self._alike(name) if each not in ends]
        shown = [str(each.uuid) for each in (*alike, *ends) if isinstance(each, Person)]
        asked = [(end_key(each), f"{name_for(self.user, each)}, {each.told_apart}") for each in alike]
        new = _("Someone new called %(name)s") % {"name": in_natural_order(name)}
        return [*asked, (f"{NEW}:{','.join(shown)}:{name}", new)]

    def _alike(self, name: str) -> list[Person]:
        """Return the residents who may be meant by a name, each of whom must have been shown."""
        match = match_names(user=self.user, team=self.team, neighbourhood=None, names=[name])[name]
        return list(match.candidates)

    @staticmethod
    def _new_name(key: str) -> str:
        kind, _sep, rest = key.partition(":")
        return visible(rest.partition(":")[2])[:80] if kind == NEW else ""

    def _new_person(self, side: str, key: str) -> NewPerson | None:
        """Return somebody new, if everybody who may be meant was shown beside the choice."""
        name, key_of_page = self._new_name(key), self.cleaned_data.get(KEY)
        if side not in self.ADDS or not name_key(name):
            return None
        uuid = part_of(key_of_page, side) or uuid4()
        shown = key.split(":")[1].split(",")
        alike = [each for each in self._alike(name) if each.uuid != uuid]
        if any(str(each.uuid) not in shown for each in alike):
            self.add_error(f"{side}_end", _("You may know %(name)s already. Choose who it is.") % {"name": name})
            return None
        return NewPerson(in_natural_order(name), uuid, tuple(alike))

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
            end = self._new_person(side, key) if key.startswith(f"{NEW}:") else self._find(side, key)
            data[f"{side}_end"] = end
            unsaid = data.get(f"{side}_words") and not key
            if end is None and (missing or key or unsaid) and f"{side}_end" not in self.errors:
                self.add_error(f"{side}_end", missing or _("Search for them again and choose."))
        return data


def described(end: object, user: User) -> str:
    """Return a label that distinguishes two ends of the same name, with the name that the user is shown."""
    if isinstance(end, Person):
        return ", ".join(str(part) for part in (name_for(user, end), end.street, end.neighbourhood) if part)
    return f"{end} ({end.get_kind_display()})" if isinstance(end, Asset) else f"{end} ({_('partner')})"
