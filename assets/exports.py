"""Export assets as CSV, XLSX and GeoJSON, streamed, with stable columns.

The columns, in this order:

    uuid               identifies the asset; an import finds it by this even if its name has changed
    name               text
    kind               association, institution, place, exchange or story
    description        what makes it strong
    address, postcode  text
    latitude           degrees, WGS 84; empty without a position
    longitude          degrees, WGS 84
    neighbourhood      its name; empty outside every outline
    phone, email, website, opening, access     text
    is_bumping_place   yes or no
    formed_on          day, ISO 8601
    led_by             residents, organisation, or empty if not known
    last_confirmed_on  day, ISO 8601
    visibility         team or public
    status             suggested, listed or retired; read-only: an import never changes it
    is_touch_point     yes or no

Importing the same file again changes nothing. People's gifts are not assets of this app, so they are never in
these files. In CSV and XLSX, a text that a spreadsheet would take for a formula starts with an apostrophe
(`communities.spreadsheets`); in GeoJSON texts are unchanged and the position is geometry instead of columns.
"""

import json
import tempfile
from collections.abc import Iterator
from itertools import batched
from typing import BinaryIO

from assets.importing.columns import FIELDS
from assets.models import AssetQuerySet
from communities.spreadsheets import CSV_TYPE, XLSX_TYPE, plain, write_xlsx
from communities.written_lines import written_file

#: Spreadsheets depend on the order: what came later stands at the end.
_LATER = ("is_touch_point",)
COLUMNS = ("uuid", *(field for field in FIELDS if field not in ("uuid", *_LATER)), "status", *_LATER)
CSV, XLSX, GEOJSON = "csv", "xlsx", "geojson"
CONTENT_TYPES = {CSV: CSV_TYPE, XLSX: XLSX_TYPE, GEOJSON: "application/geo+json"}
_FIELDS = tuple("neighbourhood__name" if column == "neighbourhood" else column for column in COLUMNS)
_LATITUDE, _LONGITUDE = COLUMNS.index("latitude"), COLUMNS.index("longitude")
#: Lines sent in one chunk, because each chunk costs the web server time.
_LINES = 200


def asset_rows(assets: AssetQuerySet) -> Iterator[tuple]:
    """Yield one tuple per asset, in the order of COLUMNS, sorted by name, in constant memory."""
    return assets.order_by("name", "id").values_list(*_FIELDS).iterator(chunk_size=2000)


def csv_export(assets: AssetQuerySet) -> Iterator[str]:
    """Yield a CSV file in chunks, with a byte-order mark for Excel."""
    return written_file(COLUMNS, assets.order_by("name", "id"), _FIELDS)


def geojson_export(assets: AssetQuerySet) -> Iterator[str]:
    """Yield a GeoJSON FeatureCollection in chunks; an asset without a position has a null geometry."""
    yield '{"type": "FeatureCollection", "features": ['
    separator = "\n"
    for rows in batched(asset_rows(assets), _LINES):
        yield separator + ",\n".join(json.dumps(_feature(row), ensure_ascii=False) for row in rows)
        separator = ",\n"
    yield "\n]}\n"


def xlsx_export(assets: AssetQuerySet) -> BinaryIO:
    """Return a workbook as an open temporary file, positioned at its start and deleted when closed."""
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - whoever sends it closes it
    write_xlsx(file, COLUMNS, asset_rows(assets), title="assets")
    file.seek(0)
    return file


def _feature(row: tuple) -> dict:
    latitude, longitude = row[_LATITUDE], row[_LONGITUDE]
    properties = {
        column: value if value is None or isinstance(value, bool | str) else plain(value)
        for column, value in zip(COLUMNS, row, strict=True)
        if column not in ("latitude", "longitude")
    }
    point = None if latitude is None else {"type": "Point", "coordinates": [longitude, latitude]}
    return {"type": "Feature", "id": properties["uuid"], "geometry": point, "properties": properties}
