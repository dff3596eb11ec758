"""Personal data in the assets app: assets whose texts name residents, and rows of imported files."""

import re
from collections import Counter
from collections.abc import Collection
from typing import ClassVar

from django.utils.translation import gettext as _

from assets.models import Asset, ImportBatch, ImportRow, Visibility
from communities import audit
from communities.free_text import CHUNK, Found
from communities.holdings import Erasing, Fate, Held, Holdings, Page
from communities.mentions import Mentions, texts_in
from communities.verbs import Verb

Fates = ImportRow.Fate


class AssetsHoldings(Holdings):
    """Personal data in the asset map and its imports."""

    apart_from = (
        "assets.asset.postcode", "assets.asset.quadkey", "assets.importbatch.counts",
    )  # fmt: skip
    emptied = ("assets.importbatch", "assets.importrow")
    pages: ClassVar = {
        "assets.asset": Page("assets:asset-detail", "assets:asset-update", key="pk"),
        "assets.assetphoto": Page("assets:asset-detail", key="pk", via="asset"),
        "assets.importbatch": Page("assets:import-rehearsal"),
        "assets.importrow": Page("assets:import-rehearsal", via="batch"),
    }

    def held(self, *, records: Collection[int], team_id: int, mentions: Mentions) -> list[Held]:
        """Return the imported rows that name the resident."""
        rows = _rows_naming(team_id, mentions)
        why = _("Assets that were imported from them stay. Rows that have not been imported yet will be left out.")
        return [Held(_("Rows of imported files"), len(rows), Fate.DELETED, why)]

    def erase(self, erasing: Erasing) -> list[Found]:
        """Empty every imported row that names the resident; rows not imported yet are marked as left out."""
        rows = _rows_naming(erasing.team_id, erasing.mentions)
        batches = ImportBatch.objects.select_for_update(of=("self",)).filter(team=erasing.team_id).order_by("pk")
        changed = [batch for batch in batches if _remove_name_from_batch(batch, erasing, rows)]
        for row in rows:
            row.values = {erasing.mentions.remove_name(heading, erasing.name): "" for heading in row.values}
            row.messages, row.fate = [_("It named somebody whose data was erased.")], Fates.PROBLEM
        ImportRow.objects.bulk_update(rows, ("values", "messages", "fate"), batch_size=CHUNK)
        for batch in changed:
            batch.save(update_fields=["file_name", "headings", "columns", "counts"])
        audit.record_many(
            by=erasing.by, verb=Verb.ERASE_NAME, team=erasing.team_id, model=ImportBatch,
            ids=[batch.pk for batch in changed], fields=["rows", "headings", "file_name"],
        )  # fmt: skip
        return []

    def hide(self, erasing: Erasing, found: Collection[Found]) -> None:
        """Make public assets that name the resident visible to the team only."""
        named = [each.pk for each in found if each.model == "assets.asset"]
        public = Asset.objects.select_for_update(of=("self",)).filter(pk__in=named, visibility=Visibility.PUBLIC)
        for asset in public.order_by("pk"):
            asset.visibility = Visibility.TEAM
            asset.save(update_fields=["visibility", "updated_at"])
            audit.record(by=erasing.by, verb=Verb.UPDATE, obj=asset, fields=["visibility"])


def _remove_name_from_batch(batch: ImportBatch, erasing: Erasing, rows: list[ImportRow]) -> bool:
    """Remove the resident's name from a batch's file name and headings, and recount its rows; return whether it changed."""
    before = (batch.file_name, batch.headings, batch.columns)
    remove_name = erasing.mentions.remove_name
    if erasing.mentions.names_them(re.sub(r"[_\W\d]+", " ", batch.file_name)):
        batch.file_name = _("A file")
    # In a file without a heading row, the first resident's row was read as the headings.
    batch.headings = [remove_name(str(heading), erasing.name) for heading in batch.headings]
    batch.columns = {field: remove_name(str(heading), erasing.name) for field, heading in batch.columns.items()}
    fates = Counter(row.fate for row in rows if row.batch_id == batch.pk)
    counts = Counter(batch.counts)
    counts.subtract(fates)
    counts[Fates.PROBLEM] += fates.total()
    batch.counts = {str(fate): count for fate, count in counts.items() if count > 0}
    return bool(fates) or before != (batch.file_name, batch.headings, batch.columns)


def _rows_naming(team_id: int, mentions: Mentions) -> list[ImportRow]:
    rows = ImportRow.objects.filter(batch__team=team_id).order_by("pk").iterator(chunk_size=CHUNK)
    return [row for row in rows if any(mentions.names_them(text) for text in texts_in([row.values, row.messages]))]
