"""Forms about residents and their gifts."""

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.forms.keys import KeyMixin
from communities.forms.seen import SeenMixin
from communities.models import Neighbourhood, Team, User
from communities.widgets import WordsLine
from connectors.forms.fields import split_themes
from connectors.models import ContactPreference, Gift, GiftKind, Person, Theme
from connectors.queries.duplicates import Alike, look_alikes
from connectors.rules.duplicates import LIKELY
from connectors.rules.shown_names import can_see_name


class PersonForm(KeyMixin, SeenMixin, forms.Form):
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

    #: The fields by which residents are compared; nobody is asked again while none of them changed.
    TELLING = ("known_as", "also_known_as", "neighbourhood", "street", "phone", "email")

    def __init__(self, *args, team: Team, user: User, person: Person | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.team, self.user, self.person = team, user, person
        self.alike: list[Alike] = []
        self.fields["neighbourhood"].queryset = Neighbourhood.objects.visible_to(user).filter(team=team)
        if person:
            self.drop_key()
            if not can_see_name(user, person):
                for name in ("known_as", "also_known_as"):
                    del self.fields[name]

    def clean(self) -> dict:
        """Ask once whether it is one of those who look alike, unless the page already says that it is somebody else."""
        values = super().clean()
        if self.person is None or set(self.TELLING) & set(self.changed_data):
            self.alike = [each for each in self._look_alikes(values) if each.person.uuid != values.get("uuid")]
        if any(each.likeness.score >= LIKELY for each in self.alike) and not self.is_somebody_else:
            self.add_error(
                None,
                forms.ValidationError(
                    _(
                        "Nothing is saved yet. Is it one of the people shown below the name? If not, tick “No, "
                        "someone else”."
                    ),
                    code="alike",
                ),
            )
        return values

    def _look_alikes(self, values: dict) -> list[Alike]:
        text = {name: values.get(name) or "" for name in ("street", "phone", "email")}
        return look_alikes(
            user=self.user,
            team=self.team,
            names=tuple(self._name(values, name) for name in ("known_as", "also_known_as")),
            neighbourhood=values.get("neighbourhood"),
            besides=self.person,
            **text,
        )

    def _name(self, values: dict, name: str) -> str:
        """Return a name as typed, or as recorded where the user is not shown it."""
        return values.get(name) or "" if name in self.fields else getattr(self.person, name)

    @property
    def alike_key(self) -> str:
        """Return what the tick "No, somebody else" refers to: the residents shown, by UUID."""
        return ",".join(str(each.person.uuid) for each in self.alike)

    @property
    def is_somebody_else(self) -> bool:
        """Return whether the tick was set for every likely one of those that would be shown now."""
        said = set(self.data.get("not_these", "").split(","))
        likely = {str(each.person.uuid) for each in self.alike if each.likeness.score >= LIKELY}
        return bool(said - {""}) and likely <= said

    @property
    def others(self) -> list[Person]:
        """Return the residents of whom the page said that they are somebody else."""
        return [each.person for each in self.alike] if self.is_somebody_else else []

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
        names = ("known_as", "also_known_as", "neighbourhood", "street", "phone", "email", "contact_preference")
        return {
            **{name: getattr(person, name) for name in names},
            "themes": ", ".join(theme.name for theme in person.themes.all()),
        }


class NewPersonForm(PersonForm):
    """A new resident: a name, and what they share, in one go."""

    UNMARKED = ("kind",)

    gift = forms.CharField(
        label=_("What can they share?"),
        max_length=120,
        required=False,
        help_text=_("For example “baking bread” or “Polish”. More gifts fit on their page."),
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
