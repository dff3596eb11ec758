"""Assets as spreadsheets in the admin: the rows are cleaned as every import cleans them, and written by the actions."""

from collections.abc import Mapping

import tablib
from django.core.exceptions import ValidationError

from assets.actions import EDITABLE, create_asset, update_asset
from assets.importing.cleaning import Cleaner
from assets.importing.columns import FIELDS
from assets.models import Asset, Kind
from communities.resources import TeamScopedResource
from communities.spreadsheets import plain

#: Cleaned by the import's own rules; a neighbourhood is named by its number here, and an `id` takes the place of the mark.
_CLEANED = tuple(field for field in FIELDS if field not in ("neighbourhood", "uuid"))


class AssetResource(TeamScopedResource):
    """Assets of the teams a person manages. A row says all of an asset: a blank cell under a heading empties the field."""

    class Meta(TeamScopedResource.Meta):
        model = Asset
        fields = ("id", "team", "neighbourhood", *_CLEANED)
        export_order = ("id", "team", *(field for field in FIELDS if field != "uuid"))

    def before_import(self, dataset: tablib.Dataset, **kwargs: object) -> None:
        """Get ready to clean the headings that the file has."""
        super().before_import(dataset, **kwargs)
        self._headings = set(dataset.headers)
        self._given = [field for field in _CLEANED if field in self._headings]
        self._cleaner = Cleaner({field: field for field in self._given} | {"name": "name"}, Kind.PLACE)

    def before_import_row(self, row: dict, **kwargs: object) -> None:
        """Clean the row as every import does; at a desk, what cannot be kept stops the row instead of being left out."""
        super().before_import_row(row, **kwargs)
        texts = {field: str(plain(row.get(field))) for field in self._given}
        # A file about known rows need not repeat their names.
        cleaned = self._cleaner.clean({"name": "–", **texts})
        faults = [field for field in self._given if texts[field].strip() and field not in cleaned.values]
        if cleaned.is_refused or faults:
            raise ValidationError(cleaned.messages)
        row.update({field: plain(cleaned.values.get(field, "")) for field in self._given})
        if "kind" in self._given and not row["kind"] and not row["id"]:
            row["kind"] = Kind.PLACE.value

    def init_instance(self, row: Mapping | None = None) -> Asset:
        """Return a new asset: a place, unless the row says otherwise."""
        return Asset(kind=Kind.PLACE)

    def do_instance_save(self, instance: Asset, is_create: bool) -> None:
        """Add or change through the actions, which place, check and audit."""
        values = {field: getattr(instance, field) for field in sorted(self._headings & EDITABLE)}
        if is_create:
            values = {"kind": instance.kind, "last_confirmed_on": None, **values}
            saved = create_asset(team=instance.team, by=self.user, **values)
        else:
            saved = update_asset(asset=instance, by=self.user, **values)
        instance.__dict__.update(saved.__dict__)

    def after_import_row(self, row: Mapping, row_result: object, **kwargs: object) -> None:
        """Leave the audit to the actions."""
