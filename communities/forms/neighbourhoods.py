"""Forms for neighbourhoods: by hand, and from a file in two steps."""

from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.forms.seen import SeenMixin
from communities.geometry import (
    MAX_FILE_BYTES,
    BoundaryFeature,
    Collection,
    GeometryError,
    Outline,
    clean_drawing,
    corners_text,
    parse_collection,
    read_features,
)
from communities.models import Neighbourhood, Team, User
from communities.widgets import WordsArea

KEPT_SECONDS = 2 * 60 * 60


class NeighbourhoodForm(SeenMixin, forms.ModelForm):
    """What is known of one neighbourhood; `outline` is what was drawn, once valid, or None."""

    outline: Outline | None = None

    class Meta:
        model = Neighbourhood
        fields = ("name", "population", "boundary_story", "boundary")
        labels = {"name": _("What residents call it"), "boundary": _("Corners of the outline")}
        help_texts = {
            "population": _("An estimate is fine. It lets reports say so many for every 1,000 people."),
            "boundary_story": _(
                "Who drew it, where, and what they argued about. A file will then not replace the outline."
            ),
            "boundary": _(
                "Draw on the map, or type the corners in order, one a line: latitude, longitude (51.8645, -2.2442). "
                "A GeoJSON polygon can be pasted too. Leave it empty when nobody has drawn it yet."
            ),
        }
        widgets = {
            "boundary_story": WordsArea({"rows": 4}),
            "boundary": forms.Textarea({"rows": 6, "spellcheck": "false", "autocomplete": "off"}),
        }

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.team = team
        if self.instance.boundary:
            self.initial["boundary"] = corners_text(self.instance.boundary) or self.instance.boundary

    def clean_name(self) -> str:
        """Refuse a name that the team uses already, whatever its capitals."""
        name = " ".join(self.cleaned_data["name"].split())
        if self.team.neighbourhoods.filter(name__iexact=name).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("The team already has a neighbourhood of this name."))
        return name

    def clean_boundary(self) -> str:
        """Return the outline as kept text, mended where it can be; "" when there is none."""
        text = self.cleaned_data["boundary"].strip()
        if not text:
            return ""
        try:
            self.outline = clean_drawing(text)
        except GeometryError as error:
            raise ValidationError(error.translated(gettext)) from error
        return self.outline.geometry

    @property
    def repaired(self) -> str:
        """Return what was mended in the outline, in words, or ""."""
        return self.outline.repaired.translated(gettext) if self.outline and self.outline.repaired else ""


class BoundaryFileForm(forms.Form):
    """A GeoJSON file; `collection` holds its features once valid."""

    collection: Collection
    file = forms.FileField(
        label=_("GeoJSON file"),
        help_text=_("From the council or the Office for National Statistics, in latitude and longitude; at most 5 MB."),
        widget=forms.FileInput({"accept": ".geojson,.json,application/geo+json,application/json"}),
        error_messages={"empty": _("The file is empty.")},
    )

    def clean_file(self) -> object:
        """Read the file without looking at shapes yet."""
        file = self.cleaned_data["file"]
        try:
            self.collection = parse_collection(file.read(MAX_FILE_BYTES + 1))
        except GeometryError as error:
            raise ValidationError(error.translated(gettext)) from error
        if not self.collection.property_names:
            raise ValidationError(
                _("Nothing in this file is named. Add a neighbourhood by hand and paste the outline there instead.")
            )
        return file


class BoundaryChoiceForm(forms.Form):
    """Which properties of a file hold names and official codes; `features` are checked with them once valid."""

    features: list[BoundaryFeature]
    name_property = forms.ChoiceField(label=_("Which property holds the names?"))
    code_property = forms.ChoiceField(label=_("Which holds official codes?"), required=False)

    def __init__(self, data: Any = None, *, collection: Collection) -> None:
        self.collection = collection
        super().__init__(data)
        choices = [
            (name, f"{name} ({sample})" if (sample := collection.sample(name)) else name)
            for name in collection.property_names
        ]
        self.fields["name_property"].choices = choices
        self.fields["code_property"].choices = [("", _("None")), *choices]

    @classmethod
    def guessing(cls, collection: Collection) -> "BoundaryChoiceForm":
        """Return the form filled with the likeliest properties."""
        name = collection.guess_name_property() or collection.property_names[0]
        return cls(
            {"name_property": name, "code_property": collection.guess_code_property(name)}, collection=collection
        )

    def clean(self) -> dict[str, Any]:
        """Check every feature under the chosen names."""
        cleaned = super().clean()
        if not self.errors:
            try:
                self.features = read_features(self.collection, **cleaned)
            except GeometryError as error:
                self.add_error("name_property", error.translated(gettext))
        return cleaned


def keep_collection(collection: Collection, *, team: Team, by: User) -> str:
    """Return a file's features as signed, packed text that the preview page carries to the next step.

    Nothing is stored between the steps, so any web process can take the next one; the signature ties the text to the
    team and the person, and two hours.
    """
    return signing.TimestampSigner(salt=_salt(team, by)).sign_object(collection.as_rows(), compress=True)


def kept_collection(kept: str, *, team: Team, by: User) -> Collection | None:
    """Return the features that `keep_collection` packed; None when the text is old, altered or somebody else's."""
    try:
        rows = signing.TimestampSigner(salt=_salt(team, by)).unsign_object(kept, max_age=KEPT_SECONDS)
    except signing.BadSignature:
        return None
    return Collection.from_rows(rows)


def _salt(team: Team, by: User) -> str:
    return f"communities.boundaries.{team.pk}.{by.pk}"
