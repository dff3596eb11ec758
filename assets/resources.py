"""Spreadsheets of assets in the admin: rows are cleaned as in every import, and written by the actions."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from assets.doors import AssetDoor
from assets.importing.cleaning import Cleaner
from assets.importing.columns import ALIASES, FIELDS
from assets.models import Asset, Kind
from communities.resources.base import Resource, plain
from communities.spreadsheets import plain as text_of

#: Cleaned by the import's rules; the neighbourhood is looked up by name, and `id` replaces the UUID.
CLEANED = tuple(field for field in FIELDS if field not in ("neighbourhood", "uuid"))


class AssetResource(Resource):
    """Assets of the teams a person manages. A row is a whole asset: a blank cell clears the field."""

    model = Asset
    door = AssetDoor()
    fields = ("team", *(field for field in FIELDS if field != "uuid"))
    defaults = {"kind": Kind.PLACE.value}  # noqa: RUF012 - read only

    def understood(self, headings: list[str]) -> dict[str, str]:
        """Accept the headings of other organisations' files too."""
        known = {
            plain(word).replace(" ", ""): field for field, words in ALIASES.items() if field != "uuid" for word in words
        }
        own = {plain(heading) for heading in self.headings} | {plain(str(column.label)) for column in self.columns}
        said = {
            heading: heading if plain(heading) in own else known.get(plain(heading).replace(" ", ""), heading)
            for heading in headings
        }
        meant = super().understood(list(dict.fromkeys(said.values())))
        if len(set(said.values())) < len(said):
            return super().understood(list(headings))
        return {heading: meant[word] for heading, word in said.items()}

    def tidy(self, cells: dict[str, str], *, is_new: bool) -> dict[str, str]:
        """Clean the row as every import does; in the admin, an invalid value refuses the row instead of being left out."""
        given = [field for field in CLEANED if field in cells]
        if ("latitude" in given) != ("longitude" in given):
            raise ValidationError(_("A position needs a column for the latitude and one for the longitude."))
        cleaner = Cleaner({field: field for field in given} | {"name": "name"}, Kind.PLACE)
        # A file about existing rows may omit their names.
        name = {} if "name" in given or is_new else {"name": "–"}
        cleaned = cleaner.clean({"name": "", **cells, **name})
        faults = [field for field in given if cells[field] and field not in cleaned.values]
        if cleaned.is_refused or faults:
            raise ValidationError(cleaned.messages)
        return {**cells, **{field: str(text_of(cleaned.values.get(field, ""))) for field in given}}

    def values_for_new(self, values: dict[str, object]) -> dict[str, object]:
        """Leave new assets unconfirmed unless the file has a date."""
        return {"last_confirmed_on": None, **super().values_for_new(values)}
