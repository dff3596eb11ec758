"""Forms for neighbourhoods: adding and changing one, and importing a file in two steps."""

from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.forms.keys import KeyMixin
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


class NeighbourhoodForm(KeyMixin, SeenMixin, forms.ModelForm):
    """Add or change a neighbourhood. After validation, `outline` is the drawn outline, or None."""

    outline: Outline | None = None

    class Meta:
        model = Neighbourhood
        fields = ("name", "population", "boundary_story", "boundary")
        labels = {"name": _("What residents call it"), "boundary": _("Corners of the outline")}
        help_texts = {
            "population": _("An estimate is fine. Reports use it for figures per 1,000 people."),
            "boundary_story": _(
                "Who drew it, where, and what they discussed. If you fill this in, importing a file will not replace "
                "the outline."
            ),
            "boundary": _(
                "Draw on the map, or type the corners in order, one on each line: latitude, longitude (51.8645, -2.2442). "
                "You can also paste a GeoJSON polygon. Leave it empty if nobody has drawn it yet."
            ),
        }
        widgets = {
            "boundary_story": WordsArea({"rows": 4}),
            "boundary": forms.Textarea({"rows": 6, "spellcheck": "false", "autocomplete": "off"}),
        }

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.team = team
        if self.is_change:
            self.drop_key()
        if self.instance.boundary:
            self.initial["boundary"] = corners_text(self.instance.boundary) or self.instance.boundary

    def clean_name(self) -> str:
        """Refuse a name that the team already uses, ignoring case."""
        name = " ".join(self.cleaned_data["name"].split())
        same = self.team.neighbourhoods.filter(name__iexact=name).exclude(pk=self.instance.pk)
        if same.exists() and not self.was_saved:
            raise ValidationError(_("The team already has a neighbourhood with this name."))
        return name

    def clean_boundary(self) -> str:
        """Return the outline as GeoJSON text, repaired if possible, or ""."""
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
        """Return a description of the repairs to the outline, or ""."""
        return self.outline.repaired.translated(gettext) if self.outline and self.outline.repaired else ""


class BoundaryFileForm(forms.Form):
    """Upload a GeoJSON file. After validation, `collection` has its features."""

    collection: Collection
    file = forms.FileField(
        label=_("GeoJSON file"),
        help_text=_("From the council or the Office for National Statistics, in latitude and longitude, up to 5 MB."),
        widget=forms.FileInput({"accept": ".geojson,.json,application/geo+json,application/json"}),
        error_messages={"empty": _("The file is empty.")},
    )

    def clean_file(self) -> object:
        """Parse the file without checking its shapes."""
        file = self.cleaned_data["file"]
        try:
            self.collection = parse_collection(file.read(MAX_FILE_BYTES + 1))
        except GeometryError as error:
            raise ValidationError(error.translated(gettext)) from error
        if not self.collection.property_names:
            raise ValidationError(
                _("Nothing in this file has a name. Add a neighbourhood yourself and paste the outline there.")
            )
        return file


class BoundaryChoiceForm(forms.Form):
    """Choose the properties with names and official codes. After validation, `features` are the checked features."""

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
        """Return the form with the most likely properties selected."""
        name = collection.guess_name_property() or collection.property_names[0]
        return cls(
            {"name_property": name, "code_property": collection.guess_code_property(name)}, collection=collection
        )

    def clean(self) -> dict[str, Any]:
        """Check every feature with the chosen properties."""
        cleaned = super().clean()
        if not self.errors:
            try:
                self.features = read_features(self.collection, **cleaned)
            except GeometryError as error:
                self.add_error("name_property", error.translated(gettext))
        return cleaned


def seal_collection(collection: Collection, *, team: Team, by: User) -> str:
    """Return a file's features as signed, compressed text, which the preview page carries to the next step.

    Nothing is stored between the steps, so any web process can take the next one; the signature ties the text to the
    team and the person, and two hours.
    """
    return signing.TimestampSigner(salt=_salt(team, by)).sign_object(collection.as_rows(), compress=True)


def unseal_collection(kept: str, *, team: Team, by: User) -> Collection | None:
    """Return the features packed by `seal_collection`; None if the text is expired, altered or somebody else's."""
    try:
        rows = signing.TimestampSigner(salt=_salt(team, by)).unsign_object(kept, max_age=KEPT_SECONDS)
    except signing.BadSignature:
        return None
    return Collection.from_rows(rows)


def _salt(team: Team, by: User) -> str:
    return f"communities.boundaries.{team.pk}.{by.pk}"
