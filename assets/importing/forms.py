"""Forms for importing: the file, the default kind, and the column mapping."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.importing.columns import FIELDS, check_columns, label_of
from assets.importing.reading import UPLOAD, read_table
from assets.models import ImportBatch, Kind
from communities.forms.keys import KeyMixin
from communities.spreadsheets import Sheet

_KIND_LABEL = gettext_lazy("Kind for rows without one")


class ImportFileForm(KeyMixin, forms.Form):
    """A file of assets. After validation, `sheet` has its headings and its rows, which can be read once."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV (UTF-8), Excel (.xlsx) or GeoJSON, up to 5 MB and 5,000 rows."),
        widget=forms.ClearableFileInput(
            attrs={"accept": ".csv,.tsv,.txt,.xlsx,.geojson,.json,text/csv,application/geo+json"}
        ),
    )
    kind = forms.ChoiceField(label=_KIND_LABEL, choices=Kind, initial=Kind.PLACE)

    sheet: Sheet

    def clean_file(self) -> UploadedFile:
        """Open the file as a table. Raises: ValidationError that says what is wrong with it."""
        file = self.cleaned_data["file"]
        self.sheet = read_table(file, UPLOAD)
        return file


class ImportColumnsForm(forms.Form):
    """The column mapping of a previewed file."""

    NEEDED = {  # noqa: RUF012 - read only
        "column_name": gettext_lazy("needed"),
        "column_latitude": gettext_lazy("needed with the longitude"),
        "column_longitude": gettext_lazy("needed with the latitude"),
    }

    default_kind = forms.ChoiceField(label=_KIND_LABEL, choices=Kind)
    adds_duplicates = forms.BooleanField(
        label=gettext_lazy("Add rows that look like an existing asset, too"), required=False
    )

    def __init__(self, *args: object, batch: ImportBatch, **kwargs: object) -> None:
        """Offer the batch's headings for every field, with the current mapping selected."""
        chosen = {_column(field): heading for field, heading in batch.columns.items()}
        initial = {**chosen, "default_kind": batch.kind, "adds_duplicates": batch.adds_duplicates}
        super().__init__(*args, initial=initial, **kwargs)
        self.headings = batch.headings
        choices = [("", _("Not in this file")), *((heading, heading) for heading in batch.headings)]
        for field in FIELDS:
            self.fields[_column(field)] = forms.ChoiceField(label=label_of(field), choices=choices, required=False)
        self.order_fields((*map(_column, FIELDS), "default_kind", "adds_duplicates"))

    def clean(self) -> dict[str, object]:
        """Refuse a mapping without a name column, or with only one half of a position."""
        try:
            check_columns(self.columns, self.headings)
        except ValidationError as error:
            self.add_error(_column("longitude" if error.code == "half_position" else "name"), error)
        return self.cleaned_data

    @property
    def columns(self) -> dict[str, str]:
        """Return the chosen mapping as {field: heading}."""
        chosen = ((field, self.cleaned_data.get(_column(field))) for field in FIELDS)
        return {field: heading for field, heading in chosen if heading}


def _column(field: str) -> str:
    return f"column_{field}"
