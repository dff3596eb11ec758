"""Choosing what stays when two records are put together."""

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from connectors.actions.merges import CHOSEN_FIELDS
from connectors.models import ContactPreference, Person
from connectors.models.initials import initials_of

#: Of two such days the earlier one is offered first.
EARLIER = ("connector_since", "champion_since", "told_on", "first_met_on")
NAMES = ("known_as", "also_known_as")


class MergeForm(forms.Form):
    """One choice for each thing that the two records say differently; what they say alike is not asked."""

    def __init__(self, *args, kept: Person, absorbed: Person, **kwargs):
        super().__init__(*args, **kwargs)
        self.values: dict[str, list[object]] = {}
        for name in CHOSEN_FIELDS:
            offered = _offered(name, kept, absorbed)
            if len(offered) > 1:
                self.values[name] = offered
                label = str(Person._meta.get_field(name).verbose_name)
                self.fields[name] = forms.TypedChoiceField(
                    label=label[:1].upper() + label[1:],
                    choices=[(number, _words(name, value, kept, absorbed)) for number, value in enumerate(offered)],
                    coerce=int,
                    initial=offered.index(_best(name, offered, kept, absorbed)),
                    widget=forms.RadioSelect(attrs={"class": "choices--pills"}),
                )

    @property
    def chosen(self) -> dict[str, object]:
        """Return what was chosen, by field."""
        return {name: offered[self.cleaned_data[name]] for name, offered in self.values.items()}


def _offered(name: str, kept: Person, absorbed: Person) -> list[object]:
    """Return the values to choose from, the kept record's first; nothing to choose where neither says anything."""
    values = [getattr(kept, name), getattr(absorbed, name)]
    if name == "also_known_as" and kept.known_as.casefold() != absorbed.known_as.casefold():
        values += [absorbed.known_as, kept.known_as, ""]
    return list(dict.fromkeys(values)) if any(values) else []


def _best(name: str, offered: list[object], kept: Person, absorbed: Person) -> object:
    """Return what is offered first: what the kept record says, or the other where it says nothing; wishes to be left alone."""
    said = [value for value in offered if value]
    if name in EARLIER:
        return min(said)
    if name == "contact_preference" and ContactPreference.NO_CONTACT in offered:
        return ContactPreference.NO_CONTACT
    if name == "also_known_as":
        return kept.also_known_as or absorbed.also_known_as or absorbed.known_as
    return said[0]


def _words(name: str, value: object, kept: Person, absorbed: Person) -> str:
    if name in NAMES and value:
        return _name_shown(str(value), kept, absorbed)
    if name == "contact_preference":
        return str(ContactPreference(value).label)
    if name in EARLIER and value:
        return date_format(value, "j F Y")
    return str(value) if value else _("(nothing)")


def _name_shown(value: str, kept: Person, absorbed: Person) -> str:
    """Return a name to choose: initials, and which record's it is, of somebody who was not told what is noted down."""
    is_kepts = value in (kept.known_as, kept.also_known_as)
    owner = kept if is_kepts else absorbed
    if owner.told_on:
        return value
    words = {
        (True, True): _("%(initials)s, the name of the record that stays"),
        (True, False): _("%(initials)s, what the record that stays is also called"),
        (False, True): _("%(initials)s, the name of the record that goes into it"),
        (False, False): _("%(initials)s, what the record that goes into it is also called"),
    }
    return words[is_kepts, value == owner.known_as] % {"initials": initials_of(value)}
