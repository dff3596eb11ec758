"""What people type about assets: positions as they copy them, photos, and why one is gone."""

import re
import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.actions import EDITABLE
from assets.models import Asset, Kind
from assets.rules import check_position
from communities.forms.errors import put_errors
from communities.forms.seen import SeenMixin
from communities.models import Neighbourhood, Team
from communities.once import refuse_other_words
from communities.photos import PhotoField
from communities.widgets import DayInput, WordsArea, WordsLine

_PAIR = re.compile(r"^\s*(-?\d{1,3}\.\d+)°?\s*,\s*(-?\d{1,3}\.\d+)°?\s*$")
_COMMA = re.compile(r"^\s*(-?\d{1,3}),(\d+)\s*$")

KIND_HINTS = {
    Kind.ASSOCIATION: gettext_lazy(
        "People who meet because they want to: a choir, a walking group, a Friday breakfast."
    ),
    Kind.INSTITUTION: gettext_lazy("A school, library, surgery, council or charity that could lend what it has."),
    Kind.PLACE: gettext_lazy("A park, a bench, a hall, a shop where people bump into each other."),
    Kind.EXCHANGE: gettext_lazy("Where things and time change hands: a tool library, a market, a swap."),
    Kind.STORY: gettext_lazy("Something people tell of this place: a legend, a carnival, a day everyone remembers."),
}


class DegreesField(forms.CharField):
    """Degrees as text, so that what was typed survives an error; a Decimal comma and words are explained."""

    def __init__(self, **kwargs: object) -> None:
        widget = forms.TextInput(attrs={"inputmode": "text", "autocomplete": "off", "spellcheck": "false"})
        super().__init__(**{"required": False, "max_length": 40, "widget": widget, **kwargs})

    def clean(self, value: str) -> float | None:
        """Return degrees, or None for nothing. Raises: ValidationError for what is no number."""
        text = super().clean(value)
        if not text:
            return None
        if comma := _COMMA.match(text):
            raise ValidationError(
                _("“%(typed)s” has a comma. Write it with a full stop: %(meant)s.")
                % {"typed": text, "meant": f"{comma[1]}.{comma[2]}"}
            )
        try:
            degrees = float(text.replace("−", "-").removesuffix("°"))
        except ValueError:
            raise ValidationError(
                _("“%(typed)s” is not a number of degrees, like 51.8642.") % {"typed": text}
            ) from None
        if degrees != degrees or degrees in (float("inf"), float("-inf")):
            raise ValidationError(_("“%(typed)s” is not a number of degrees, like 51.8642.") % {"typed": text})
        return degrees


class KindSelect(forms.RadioSelect):
    """Radio cards with a line on what each kind is."""

    def create_option(self, name: str, value: object, label: object, *args: object, **kwargs: object) -> dict:
        """Return one card: the kind and its hint."""
        if value in KIND_HINTS:
            label = format_html(
                '<span class="choice__words"><strong>{}</strong> <span class="choice__hint">{}</span></span>',
                label,
                KIND_HINTS[value],
            )
        return super().create_option(name, value, label, *args, **kwargs)


class AssetForm(SeenMixin, forms.ModelForm):
    """Add or change an asset. `clean_values()` is what the action takes."""

    latitude = DegreesField(
        label=gettext_lazy("Latitude"),
        help_text=gettext_lazy("Like 51.8642. Paste both numbers here and they are taken apart."),
    )
    longitude = DegreesField(
        label=gettext_lazy("Longitude"),
        help_text=gettext_lazy("Like -2.2382. West of Greenwich it begins with a minus."),
    )

    field_order = ("name", "kind", "description", "latitude", "longitude", "address", "postcode", "neighbourhood")

    class Meta:
        model = Asset
        # The position is not left to the model's validators: its two numbers are judged, and explained, together.
        fields = (
            "name",
            "kind",
            "description",
            "address",
            "postcode",
            "neighbourhood",
            "opening",
            "access",
            "is_bumping_place",
            "led_by",
            "formed_on",
            "phone",
            "email",
            "website",
        )
        widgets = {  # noqa: RUF012 - as Django has it
            "kind": KindSelect(attrs={"class": "choices--cards"}),
            "description": WordsArea(attrs={"rows": 4}),
            "access": WordsLine(),
            "formed_on": DayInput(),
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
            "postcode": forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        }

    def __init__(self, *args: object, team: Team, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = Kind.choices
        self.fields["kind"].error_messages["required"] = _("Choose what sort of thing it is.")
        self.fields["name"].error_messages["required"] = _("Give it the name that people here use.")
        place = self.fields["neighbourhood"]
        place.queryset = Neighbourhood.objects.filter(team=team).order_by("name", "pk")
        place.empty_label = _("Work it out from the position")
        place.error_messages["invalid_choice"] = _("Choose one of your team's neighbourhoods.")
        # Six decimals are a tenth of a metre.
        for name in ("latitude", "longitude"):
            degrees = getattr(self.instance, name)
            self.initial.setdefault(name, "" if degrees is None else f"{degrees:.6f}")

    def full_clean(self) -> None:
        """Take a pasted "51.8642, -2.2382" apart, then judge everything."""
        latitude, longitude = self.add_prefix("latitude"), self.add_prefix("longitude")
        pair = _PAIR.match(self.data.get(latitude) or "")
        if pair and not self.data.get(longitude):
            self.data = self.data.copy()
            self.data[latitude], self.data[longitude] = pair[1], pair[2]
        super().full_clean()

    def clean(self) -> dict:
        """Return what was typed with a position that can be one."""
        cleaned = super().clean()
        if "latitude" in cleaned and "longitude" in cleaned:
            try:
                check_position(cleaned["latitude"], cleaned["longitude"])
            except ValidationError as error:
                self.add_error(None, error)
        return cleaned

    def clean_values(self) -> dict[str, object]:
        """Return what the person changed, as `update_asset` takes it: fields left alone are not written again."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name in EDITABLE}


class AssetCreateForm(AssetForm):
    """Add an asset, with a photo when there is one, once: `key` tells a double click from a second asset.

    `seen` names the similar assets that the person has been shown and passed over.
    """

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)
    photo = PhotoField(
        label=gettext_lazy("Photo"),
        required=False,
        help_text=gettext_lazy("The place and the device are taken out of it. JPEG, PNG or WebP, up to 10 MB."),
    )
    photo_alt = forms.CharField(
        label=gettext_lazy("What the photo shows"),
        required=False,
        max_length=250,
        widget=WordsLine,
        help_text=gettext_lazy("For people who cannot see it: “The hall's green door, with a ramp.”"),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid.uuid4

    def clean(self) -> dict:
        """Return what was typed; a photo needs its words."""
        cleaned = super().clean()
        if cleaned.get("photo") and not cleaned.get("photo_alt"):
            self.add_error("photo_alt", _("Say in a few words what the photo shows, for people who cannot see it."))
        return cleaned

    def clean_values(self) -> dict[str, object]:
        """Return what `create_asset` takes."""
        values = {name: value for name, value in self.cleaned_data.items() if name in EDITABLE}
        names = ("photo", "photo_alt")
        return {**values, **{name: self.cleaned_data[name] for name in names}, "uuid": self.cleaned_data["key"]}

    def says(self, kept: Asset) -> bool:
        """Return whether the asset kept from this page says what is typed; else say so, with a new number to save it by."""
        try:
            refuse_other_words(
                kept, {name: self.cleaned_data[name] for name in ("name", "kind", "description", "address")}
            )
        except ValidationError as error:
            put_errors(self, error)
            return False
        return True

    def not_seen(self, similar: list[Asset]) -> list[Asset]:
        """Return the similar assets that the person has not been shown yet, and note that they are about to be."""
        seen = set(self.cleaned_data["seen"].split(","))
        new = [asset for asset in similar if str(asset.pk) not in seen]
        if new:
            self.data = self.data.copy()
            self.data[self.add_prefix("seen")] = ",".join(str(asset.pk) for asset in similar)
        return new


class RetireForm(forms.Form):
    """Why an asset is no longer there."""

    reason = forms.CharField(
        label=gettext_lazy("What became of it?"),
        max_length=250,
        widget=WordsArea(attrs={"rows": 3}),
        help_text=gettext_lazy("For example: closed in spring; moved to the church hall; the group has stopped."),
        error_messages={"required": gettext_lazy("Say in a few words why it is no longer there.")},
    )


class PhotoForm(forms.Form):
    """A photo of an asset, and what it shows."""

    photo = PhotoField(
        label=gettext_lazy("Photo"),
        help_text=gettext_lazy("The place and the device are taken out of it. JPEG, PNG or WebP, up to 10 MB."),
    )
    photo_alt = forms.CharField(
        label=gettext_lazy("What the photo shows"),
        max_length=250,
        widget=WordsLine,
        help_text=gettext_lazy("For people who cannot see it: “The hall's green door, with a ramp.”"),
        error_messages={
            "required": gettext_lazy("Say in a few words what the photo shows, for people who cannot see it.")
        },
    )
