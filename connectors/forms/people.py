"""Forms about residents and their gifts."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models import Neighbourhood, Team, User
from connectors.forms.fields import split_themes
from connectors.models import ContactPreference, Gift, GiftKind, Person, Theme


class PersonForm(forms.Form):
    """A first name is enough; the rest is for when it helps."""

    uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    known_as = forms.CharField(label=_("Known as"), max_length=80, help_text=_("A first name is enough."))
    neighbourhood = forms.ModelChoiceField(Neighbourhood.objects.none(), label=_("Neighbourhood"), required=False)
    street = forms.CharField(label=_("Street"), max_length=120, required=False)
    themes = forms.CharField(
        label=_("What do they care about?"),
        required=False,
        max_length=500,
        help_text=_("Separate with commas: growing food, football, faith."),
    )
    phone = forms.CharField(
        label=_("Phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    contact_preference = forms.ChoiceField(label=_("Likes to be reached by"), choices=ContactPreference, required=False)

    def __init__(self, *args, team: Team, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["neighbourhood"].queryset = Neighbourhood.objects.visible_to(user).filter(team=team)
        self.fields["uuid"].initial = uuid.uuid4

    def clean_themes(self) -> list[str]:
        """Return the names of what they care about. Raises: ValidationError for one that is too long."""
        names = split_themes(self.cleaned_data["themes"])
        most = Theme._meta.get_field("name").max_length
        if any(len(name) > most for name in names):
            raise forms.ValidationError(_("One of these is very long. Separate them with commas."))
        return names

    @classmethod
    def initial_of(cls, person: Person) -> dict:
        """Return what is known of a resident, as the form's first values."""
        names = ("known_as", "neighbourhood", "street", "phone", "email", "contact_preference")
        return {
            **{name: getattr(person, name) for name in names},
            "themes": ", ".join(theme.name for theme in person.themes.all()),
        }


class GiftForm(forms.Form):
    """A gift of head, hands or heart."""

    name = forms.CharField(
        label=_("What can they share?"), max_length=120, help_text=_("For example “baking bread” or “Polish”.")
    )
    kind = forms.ChoiceField(
        label=_("A gift of"),
        choices=GiftKind,
        widget=forms.RadioSelect(attrs={"class": "choices--pills"}),
        initial=GiftKind.HANDS,
    )
    theme = forms.ModelChoiceField(Theme.objects.none(), label=_("Goes with"), required=False)
    is_offered = forms.BooleanField(label=_("Happy to offer it to neighbours"), required=False)

    def __init__(self, *args, team: Team, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["theme"].queryset = Theme.objects.visible_to(user).filter(team=team)

    @classmethod
    def initial_of(cls, gift: Gift) -> dict:
        """Return a gift as the form's first values."""
        return {name: getattr(gift, name) for name in ("name", "kind", "theme", "is_offered")}
