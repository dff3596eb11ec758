"""Choose which values stay when two records are merged."""

import hashlib

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from communities.forms.seen import SeenMixin
from communities.models import User
from connectors.models import ContactPreference, Person, Sign
from connectors.models.initials import initials_of
from connectors.rules.merges import CHOSEN_FIELDS
from connectors.rules.shown_names import can_see_name

#: Of two dates in these fields the earlier one is preselected.
EARLIER = ("connector_since", "champion_since", "told_on", "first_met_on")
NAMES = ("known_as", "also_known_as")


class MergeForm(SeenMixin, forms.Form):
    """One choice for each field in which the two records differ; equal values are not asked about.

    Choices are positions among the values of both records when the page was rendered, so a page rendered before either
    was changed is refused once.
    """

    def __init__(self, *args, kept: Person, absorbed: Person, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_change = True
        self.values: dict[str, list[object]] = {}
        for name in CHOSEN_FIELDS:
            offered = _offered(name, kept, absorbed)
            if len(offered) > 1:
                self.values[name] = offered
                label = str(Person._meta.get_field(name).verbose_name)
                self.fields[name] = forms.TypedChoiceField(
                    label=label[:1].upper() + label[1:],
                    choices=[
                        (number, _words(name, value, kept, absorbed, user)) for number, value in enumerate(offered)
                    ],
                    coerce=int,
                    initial=offered.index(_best(name, offered, kept, absorbed)),
                    widget=forms.RadioSelect(attrs={"class": "choices--pills"}),
                )

    def digest(self) -> str:
        """Return a digest that changes whenever a value of either record changes."""
        return hashlib.sha256(repr(sorted(self.values.items())).encode()).hexdigest()

    def _has_different_text(self) -> bool:
        return True

    @property
    def chosen(self) -> dict[str, object]:
        """Return the chosen values, by field."""
        return {name: offered[self.cleaned_data[name]] for name, offered in self.values.items()}


def _offered(name: str, kept: Person, absorbed: Person) -> list[object]:
    """Return the values to choose from, the kept record's first; an empty list if neither has one."""
    values = [getattr(kept, name), getattr(absorbed, name)]
    if name == "also_known_as" and kept.known_as.casefold() != absorbed.known_as.casefold():
        values += [absorbed.known_as, kept.known_as, ""]
    return list(dict.fromkeys(values)) if any(values) else []


def _best(name: str, offered: list[object], kept: Person, absorbed: Person) -> object:
    """Return the preselected value: the kept record's, or the other's if it is empty; a refusal of contact wins."""
    said = [value for value in offered if value]
    if name in EARLIER:
        return min(said)
    if name == "contact_preference" and ContactPreference.NO_CONTACT in offered:
        return ContactPreference.NO_CONTACT
    if name == "also_known_as":
        return kept.also_known_as or absorbed.also_known_as or absorbed.known_as
    return said[0]


def _words(name: str, value: object, kept: Person, absorbed: Person, user: User) -> str:
    if name in NAMES and value:
        return _name_shown(str(value), kept, absorbed, user)
    if name == "contact_preference":
        return str(ContactPreference(value).label)
    if name == "sign":
        return str(Sign(value).label)
    if name in EARLIER and value:
        return date_format(value, "j F Y")
    return str(value) if value else _("(nothing)")


def _name_shown(value: str, kept: Person, absorbed: Person, user: User) -> str:
    """Return a name to choose; if the user is not shown it, initials, and which record has the name."""
    is_kepts = value in (kept.known_as, kept.also_known_as)
    owner = kept if is_kepts else absorbed
    if can_see_name(user, owner):
        return value
    words = {
        (True, True): _("%(initials)s, the name of the record that stays"),
        (True, False): _("%(initials)s, another name of the record that stays"),
        (False, True): _("%(initials)s, the name of the record being merged"),
        (False, False): _("%(initials)s, another name of the record being merged"),
    }
    return words[is_kepts, value == owner.known_as] % {"initials": initials_of(value)}
