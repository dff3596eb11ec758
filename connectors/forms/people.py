"""Forms about residents and their gifts."""

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.forms.keys import KeyMixin
from communities.forms.seen import SeenMixin
from communities.models import Neighbourhood, Team, User
from communities.widgets import WordsLine
from connectors.forms.fields import split_themes
from connectors.forms.same_person import AsksWhoMixin
from connectors.models import ContactPreference, Gift, GiftKind, Person, Sign, Theme
from connectors.rules.shown_names import can_see_name


class PersonForm(AsksWhoMixin, KeyMixin, SeenMixin, forms.Form):
    """A name; everything else is optional."""

    known_as = forms.CharField(label=_("Known as"), max_length=80, help_text=_("A first name is enough."))
    also_known_as = forms.CharField(
        label=_("Also called"),
        max_length=80,
        required=False,
        help_text=_("A nickname, or another name neighbours use."),
    )
    neighbourhood = forms.ModelChoiceField(
        Neighbourhood.objects.none(), label=_("Neighbourhood"), required=False, empty_label=_("Not said")
    )
    street = forms.CharField(label=_("Street"), max_length=120, required=False)
    themes = forms.CharField(
        label=_("What do they care about?"),
        required=False,
        max_length=500,
        help_text=_("Separate with commas: growing food, football, faith."),
        widget=WordsLine,
    )
    phone = forms.CharField(
        label=_("Phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    email = forms.EmailField(label=_("Email"), required=False)
    contact_preference = forms.ChoiceField(label=_("Likes to be reached by"), choices=ContactPreference, required=False)
    sign = forms.ChoiceField(
        label=_("Sign they chose"),
        choices=Sign,
        required=False,
        help_text=_("Ask which one they like. It is shown beside their name, so that the team recognises them."),
    )

    def __init__(self, *args, team: Team, user: User, person: Person | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.team, self.user, self.person = team, user, person
        self.fields["neighbourhood"].queryset = Neighbourhood.objects.visible_to(user).filter(team=team)
        if person:
            self.drop_key()
            if not can_see_name(user, person):
                for name in ("known_as", "also_known_as"):
                    del self.fields[name]

    def clean_themes(self) -> list[str]:
        """Return the names of themes. Raises: ValidationError for one that is too long."""
        names = split_themes(self.cleaned_data["themes"])
        most = Theme._meta.get_field("name").max_length
        if any(len(name) > most for name in names):
            raise forms.ValidationError(_("One of these is very long. Separate them with commas."))
        return names

    @classmethod
    def initial_of(cls, person: Person) -> dict:
        """Return a resident's values, as the form's initial values."""
        names = ("known_as", "also_known_as", "neighbourhood", "street", "phone", "email", "contact_preference", "sign")
        return {
            **{name: getattr(person, name) for name in names},
            "themes": ", ".join(theme.name for theme in person.themes.all()),
        }


class NewPersonForm(PersonForm):
    """A new resident: a name, and what they share, in one go."""

    UNMARKED = ("kind",)
    NEEDED = {"gift": _("needed for a connector")}  # noqa: RUF012 - read only

    gift = forms.CharField(
        label=_("What can they share?"),
        max_length=120,
        required=False,
        help_text=_("For example “baking bread” or “Polish”. You can add more on their page."),
        widget=WordsLine,
    )
    kind = forms.ChoiceField(
        label=_("A gift of"),
        choices=GiftKind,
        required=False,
        widget=forms.RadioSelect(attrs={"class": "choices--pills"}),
        initial=GiftKind.HANDS,
    )
    is_offered = forms.BooleanField(label=_("Happy to offer it to neighbours"), required=False)
    is_connector = forms.BooleanField(
        label=_("A connector: brings people together with a gift they share"), required=False
    )
    field_order = ("known_as", "also_known_as", "gift", "kind", "is_offered", "is_connector")

    def clean(self) -> dict:
        """Require the gift of a connector, besides the checks of `PersonForm`."""
        values = super().clean()
        if values.get("is_connector") and not values.get("gift") and "gift" not in self.errors:
            self.add_error("gift", _("What is the gift they share as a connector?"))
        return values


class GiftForm(KeyMixin, SeenMixin, forms.Form):
    """A gift of head, hands or heart."""

    name = forms.CharField(
        label=_("What can they share?"),
        max_length=120,
        widget=WordsLine,
        help_text=_("For example “baking bread” or “Polish”."),
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
        if self.is_change:
            self.drop_key()
        self.fields["theme"].queryset = Theme.objects.visible_to(user).filter(team=team)

    @classmethod
    def initial_of(cls, gift: Gift) -> dict:
        """Return a gift's values, as the form's initial values."""
        return {name: getattr(gift, name) for name in ("name", "kind", "theme", "is_offered")}
