"""Forms for assets: adding and changing them, their photos, and retiring them."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.models import Asset, Kind
from assets.rules import EDITABLE, check_position, split_position
from communities.forms.keys import KeyMixin
from communities.forms.seen import SeenMixin
from communities.models import Neighbourhood, Team
from communities.photos import PhotoField
from communities.widgets import DayInput, WordsArea, WordsLine

_COMMA = re.compile(r"^\s*(-?\d{1,3}),(\d+)\s*$")

KIND_HINTS = {
    Kind.ASSOCIATION: gettext_lazy(
        "People who meet because they want to: a choir, a walking group, a Friday breakfast."
    ),
    Kind.INSTITUTION: gettext_lazy("A school, library, surgery, council or charity that could lend what it has."),
    Kind.PLACE: gettext_lazy("A park, a bench, a hall, a shop where people bump into each other."),
    Kind.EXCHANGE: gettext_lazy("Where things and time change hands: a tool library, a market, a swap."),
    Kind.STORY: gettext_lazy("Something people tell about this place: a legend, a carnival, a day everyone remembers."),
}


class DegreesField(forms.CharField):
    """Degrees in a text field, so that the input survives an error; decimal commas and words are explained."""

    def __init__(self, **kwargs: object) -> None:
        widget = forms.TextInput(attrs={"inputmode": "text", "autocomplete": "off", "spellcheck": "false"})
        super().__init__(**{"required": False, "max_length": 40, "widget": widget, **kwargs})

    def clean(self, value: str) -> float | None:
        """Return the degrees, or None if the field is blank. Raises: ValidationError if it is not a number."""
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
                _("“%(typed)s” is not a position in degrees, like 51.8642.") % {"typed": text}
            ) from None
        if degrees != degrees or degrees in (float("inf"), float("-inf")):
            raise ValidationError(_("“%(typed)s” is not a position in degrees, like 51.8642.") % {"typed": text})
        return degrees


class KindSelect(forms.RadioSelect):
    """Radio buttons as cards, each with a line of explanation."""

    def create_option(self, name: str, value: object, label: object, *args: object, **kwargs: object) -> dict:
        """Return one card: the label of the kind and its hint."""
        if value in KIND_HINTS:
            label = format_html(
                '<span class="choice__words"><strong>{}</strong> <span class="choice__hint">{}</span></span>',
                label,
                KIND_HINTS[value],
            )
        return super().create_option(name, value, label, *args, **kwargs)


#: The fields that stand folded below what and where; an asset may have none of them.
FOLDS = {
    "position": ("latitude", "longitude", "address", "postcode", "neighbourhood"),
    "more": ("description", "opening", "access", "is_bumping_place", "is_touch_point"),
    "runs": ("led_by", "formed_on", "phone", "email", "website"),
}


#: Both halves of a position or neither.
_HALVES = {
    "latitude": gettext_lazy("needed with the longitude"),
    "longitude": gettext_lazy("needed with the latitude"),
}


class AssetForm(SeenMixin, forms.ModelForm):
    """Add or change an asset. `clean_values()` returns the action's arguments."""

    NEEDED = _HALVES

    latitude = DegreesField(
        label=gettext_lazy("Latitude"),
        help_text=gettext_lazy("For example, 51.8642. Paste both numbers here and we’ll split them."),
    )
    longitude = DegreesField(
        label=gettext_lazy("Longitude"),
        help_text=gettext_lazy("For example, -2.2382. West of Greenwich it starts with a minus."),
    )

    field_order = ("name", "kind", "description", "latitude", "longitude", "address", "postcode", "neighbourhood")

    class Meta:
        model = Asset
        # `clean` checks the position instead of the model's validators, to explain both coordinates together.
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
            "is_touch_point",
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
        place.error_messages["invalid_choice"] = _("Choose one of your team’s neighbourhoods.")
        # Six decimals are a tenth of a metre.
        for name in ("latitude", "longitude"):
            degrees = getattr(self.instance, name)
            self.initial.setdefault(name, "" if degrees is None else f"{degrees:.6f}")

    @property
    def open_folds(self) -> list[str]:
        """Return the folds to show open: those with an error, or with something in them that was typed or saved before."""
        is_filled = self.is_bound or self.instance.pk is not None
        return [
            fold
            for fold, names in FOLDS.items()
            if any(self[name].errors or (is_filled and self[name].value() not in (None, "", False)) for name in names)
        ]

    def full_clean(self) -> None:
        """Split a pasted "51.8642, -2.2382", then validate everything."""
        latitude, longitude = self.add_prefix("latitude"), self.add_prefix("longitude")
        pair = split_position(self.data.get(latitude) or "")
        if pair and not self.data.get(longitude):
            self.data = self.data.copy()
            self.data[latitude], self.data[longitude] = pair
        super().full_clean()

    def clean(self) -> dict:
        """Return the cleaned data with a checked position."""
        cleaned = super().clean()
        if "latitude" in cleaned and "longitude" in cleaned:
            try:
                check_position(cleaned["latitude"], cleaned["longitude"])
            except ValidationError as error:
                self.add_error(None, error)
        return cleaned

    def clean_values(self) -> dict[str, object]:
        """Return only the changed values, for `update_asset`."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name in EDITABLE}


class AssetCreateForm(KeyMixin, AssetForm):
    """Add an asset, with an optional photo.

    `seen` holds the similar assets that the person has already been shown.
    """

    NEEDED = {**_HALVES, "photo_alt": gettext_lazy("needed with a photo")}  # noqa: RUF012 - read only

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)
    photo = PhotoField(
        label=gettext_lazy("Photo"),
        required=False,
        help_text=gettext_lazy("We remove its location and device details. JPEG, PNG or WebP, up to 10 MB."),
    )
    photo_alt = forms.CharField(
        label=gettext_lazy("What the photo shows"),
        required=False,
        max_length=250,
        widget=WordsLine,
        help_text=gettext_lazy("For people who cannot see it: “The hall’s green door, with a ramp.”"),
    )

    def clean(self) -> dict:
        """Return the cleaned data; a photo needs a description."""
        cleaned = super().clean()
        if cleaned.get("photo") and not cleaned.get("photo_alt"):
            self.add_error("photo_alt", _("Say briefly what the photo shows, for people who cannot see it."))
        return cleaned

    def clean_values(self) -> dict[str, object]:
        """Return the values for `create_asset`."""
        values = {name: value for name, value in self.cleaned_data.items() if name in EDITABLE}
        return {**values, **{name: self.cleaned_data[name] for name in ("photo", "photo_alt", "uuid")}}

    def not_seen(self, similar: list[Asset]) -> list[Asset]:
        """Return the similar assets that the person has not seen yet, and mark them as seen."""
        seen = set(self.cleaned_data["seen"].split(","))
        new = [asset for asset in similar if str(asset.pk) not in seen]
        if new:
            self.data = self.data.copy()
            self.data[self.add_prefix("seen")] = ",".join(str(asset.pk) for asset in similar)
        return new


class RetireForm(forms.Form):
    """Retire an asset, with the reason."""

    reason = forms.CharField(
        label=gettext_lazy("What happened to it?"),
        max_length=250,
        widget=WordsArea(attrs={"rows": 3}),
        help_text=gettext_lazy("For example: closed in spring; moved to the church hall; the group has stopped."),
        error_messages={"required": gettext_lazy("Say briefly what happened to it.")},
    )


class PhotoForm(KeyMixin, forms.Form):
    """Add a photo of an asset, with its description."""

    photo = PhotoField(
        label=gettext_lazy("Photo"),
        help_text=gettext_lazy("We remove its location and device details. JPEG, PNG or WebP, up to 10 MB."),
    )
    photo_alt = forms.CharField(
        label=gettext_lazy("What the photo shows"),
        max_length=250,
        widget=WordsLine,
        help_text=gettext_lazy("For people who cannot see it: “The hall’s green door, with a ramp.”"),
        error_messages={"required": gettext_lazy("Say briefly what the photo shows, for people who cannot see it.")},
    )
